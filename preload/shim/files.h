/* What the files of the shim that keep the records of files share. A record is one thread's for one path and
   descriptor, found by a cache in the thread (stdio_thread.h) that each new use of a descriptor's number makes
   stale. files.c: system calls; files_record.c: records; files_stdio.c: stdio calls; files_windows.c: the
   windows that libbuf would have. */
#ifndef BUFCOUNT_FILES_H
#define BUFCOUNT_FILES_H

#include "shim.h"

#include "stdio_thread.h"

#pragma GCC visibility push(hidden)

enum { DESCRIPTORS = 4096 /* a power of two; larger numbers share places */ };

/* What this process knows of a descriptor. Threads may write it at the same time: then a share of sequential
   transfers is not exact. */
struct descriptor {
    _Alignas(64) int32_t number; /* of the descriptor, where several share the place */
    uint32_t generation; /* goes on whenever the number is opened, closed or made to mean another file */
    bool looked_at;      /* the next four are known (appending: also where name is) */
    bool seekable;       /* a regular file or block device */
    bool appending;      /* O_APPEND */
    uint8_t kind;        /* enum file_kind */
    uint32_t block;      /* st_blksize */
    bool own;            /* opened by fopen, and fileno was not called */
    bool sought;         /* the last call was an lseek */
    uint64_t name;       /* a hash of the path by which it was opened; 0: nobody saw it */
    int64_t position;    /* of the file; -1 when it is not known */
    int64_t end;         /* where the last transfer ended; -1 before the first */
    const char *written; /* the write and read cursors of its stream, when a wrapper last saw them; NULL */
    const char *got;
};

extern struct descriptor files_descriptors[DESCRIPTORS];
/* The place is another number's, or nobody's yet. */
void files_take_place(struct descriptor *, uint32_t number);

/* The descriptor's place; NULL for a negative number. */
static inline __attribute__((always_inline)) struct descriptor *files_descriptor(int32_t number) {
    if (__builtin_expect(number < 0, 0))
        return NULL;
    struct descriptor *descriptor = &files_descriptors[(uint32_t)number % DESCRIPTORS];
    if (__builtin_expect(descriptor->number != number || !descriptor->generation, 0))
        files_take_place(descriptor, (uint32_t)number);
    return descriptor;
}

/* The number means another file now; OPENED: at its begin. */
void files_renew(int32_t number, bool opened);

/* The thread's record for the descriptor; shared->files[0] where there is none to be had. A call has just
   moved the position by MOVED. */
struct file_record *files_find(struct stdio_thread *, struct descriptor *, int64_t moved);

static inline __attribute__((always_inline)) struct file_record *
files_record(struct stdio_thread *thread, struct descriptor *descriptor, int64_t moved) {
    unsigned place = (unsigned)descriptor->number % CACHED_FILES;
    if (__builtin_expect(thread->files[place].record &&
                             thread->files[place].descriptor == descriptor->number &&
                             thread->files[place].generation == descriptor->generation,
                         1))
        return thread->files[place].record;
    return files_find(thread, descriptor, moved);
}

static inline bool files_alone(const struct stdio_thread *thread, const struct file_record *record) {
    return thread->alone && record != &shared->files[0];
}

/* The histogram's bucket of a size. */
static inline unsigned files_bucket(uint64_t size, unsigned buckets) {
    unsigned bucket = size ? 64 - (unsigned)__builtin_clzll(size) : 0;
    return bucket < buckets ? bucket : buckets - 1;
}

/* COUNT calls asked for SIZE bytes. */
void files_frequent(struct flow *, uint64_t size, uint64_t count, bool alone);

static inline __attribute__((always_inline)) void files_size(struct flow *flow, uint64_t size, bool alone) {
    unsigned i = flow->where[size % SIZE_PLACES];
    if (flow->frequent[i].size == size && flow->frequent[i].calls)
        add(&flow->frequent[i].calls, 1, alone);
    else
        files_frequent(flow, size, 1, alone);
}

/* A call that asked for ASKED bytes moved DONE. */
static inline __attribute__((always_inline)) void files_flow(struct flow *flow, uint64_t asked, uint64_t done,
                                                             bool failed, bool alone) {
    add(&flow->bytes, done, alone);
    add(&flow->sizes[files_bucket(asked, SIZE_BUCKETS)], 1, alone);
    if (__builtin_expect(failed, 0))
        add(&flow->errors, 1, alone);
    files_size(flow, asked, alone);
}

/* files_windows.c: stdio calls as libbuf's stream would take them, for each size of its window. */
struct windows_file {
    uint64_t block; /* st_blksize */
    bool seekable;  /* a regular file */
    bool own;       /* opened by fopen, descriptor not told */
    bool appending; /* O_APPEND */
    int descriptor; /* number */
};
void windows_begin(struct file_record *, const struct windows_file *, int64_t at);
void windows_put_slow(struct file_record *, const struct windows_file *, uint64_t size);
void windows_get_slow(struct file_record *, const struct windows_file *, uint64_t asked, uint64_t done,
                      bool straight, bool ended);
void windows_put_at_once(struct file_record *, const struct windows_file *, uint64_t size, uint64_t pending);
void windows_flush(struct file_record *, const struct windows_file *);
void windows_seek(struct file_record *, const struct windows_file *, int64_t offset, int whence);
void windows_close(struct file_record *, const struct windows_file *);
int64_t windows_at(const struct file_record *); /* the stream's offset */

#pragma GCC visibility pop

#endif
