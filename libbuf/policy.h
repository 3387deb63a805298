/* What options make of one stream. Below: rules.h, options.h; above: the opens, setvbuf, and what each option does. */

#ifndef BUF_POLICY_H
#define BUF_POLICY_H

#include "options.h"
#include "stream.h"
#include "writeback.h"

struct policy {
    struct settings settings; /* in force: the program's, and over them the operator's */
    struct report *report;    /* what the stream did, while a report is on (report.h); NULL: none is */
    uint32_t firm; /* what the operator's rule named, a bit for each: the program cannot change it */
    uint32_t fell_back; /* what was asked for and could not be, or was given up later: a bit for each option */
    bool unproven; /* direct transfers may go through the page cache: the file system does not tell of them */
    struct writeback writeback; /* the state of sync, pace and cache */
    uint64_t drained; /* the stream's `taken` when all that its backend held had last gone to the kernel */
    struct coalesce *coalesce; /* what option coalesce keeps (coalesce.h), or NULL */
    struct record *record;     /* record=line in force (record.c); NULL: not */
    struct map *map;           /* the file as mmap(2) shows it (map.c); NULL: not yet, or not at all */
    struct replace *replace;   /* a new file on its way to an old one's name (replace.c); NULL: not */
    struct direct
        *direct;         /* of a stream whose transfers go round the page cache (direct.h); NULL: buffered */
    struct async *async; /* transfers on their way (async.h); NULL: none ever are */
    struct {
        uint64_t transfers; /* direct ones, */
        uint64_t bytes;     /* and what they moved */
        uint64_t ragged;    /* buffered ones beside them, of what is no whole block */
    } direct_count;
};

static inline bool is_given(const struct stream *s, enum option option) {
    return s->policy && option_given(&s->policy->settings, option);
}

static inline bool is_firm(const struct stream *s, enum option option) {
    return s->policy && (s->policy->firm >> option & 1);
}

/* Gives a new stream the options that its rule and the program ask for. `options` is the program's, or NULL.
   0, or -EINVAL (the program's options), or -ENOMEM. */
int buf__policy_choose(struct stream *, const char *special, const char *path, const char *options);

/* The same for a stream that is open on a descriptor that others named. */
int buf__policy_choose_by_descriptor(struct stream *, const char *special);

/* The stream has its descriptor: what options ask of that is done. The opens by descriptor do it themselves. */
void buf__policy_opened(struct stream *);

/* Changes the options of a stream that is open; the operator's stand. 0 or -errno. */
int buf__policy_configure(struct stream *, const char *options);

/* Sets mode and size of the buffer as the options say. */
void buf__policy_apply_buffer(struct stream *);

/* A buffer of the stream has at least so many bytes. */
size_t buf__policy_least(const struct stream *);

/* The block on whose edges the stream's writes end, when the file system prefers `grain`. */
size_t buf__policy_grain(struct stream *, size_t grain);

/* Flags of open(2) that a file needs for its options. */
int buf__policy_access(const struct stream *);

/* Opens the stream's file as its options say. The descriptor or -errno. */
int buf__policy_open(struct stream *, const char *path, int access);

/* The descriptor is there, or the options changed: what acts on transfers takes its place, or steps aside. Where it
   cannot, the option falls back. */
void buf__policy_begin(struct stream *);

/* The last chance of what options hold back: before freopen, and at exit, where the stream lives on. 0 or -errno. */
int buf__policy_finish(struct stream *);

/* In the child: what the parent holds back is the parent's. */
void buf__policy_after_fork(struct stream *);

void buf__policy_free(struct stream *);

/* Writes the name of what the descriptor is on, as /proc tells it; "" when it tells none. Returns its length. */
size_t buf__descriptor_name(int fd, char *name, size_t room);

/* Says something of the stream under LIBBUF_VERBOSE. `path` NULL: the descriptor's name. */
void buf__policy_say(const struct stream *, const char *path, const char *what);

/* An option that the stream was given cannot be, or is given up: each counts once, as a fallback in the stream's
   report, and is said under LIBBUF_VERBOSE. */
void buf__policy_fell_back(struct stream *, enum option, const char *path, const char *why);

/* How many options fell back. */
unsigned buf__policy_fallbacks(const struct stream *);

/* direct is in force, and may be so in name alone: told in the report, and said. */
void buf__policy_unproven(struct stream *, const char *path);

/* replace.c: opens a new file beside the one at `path`; the descriptor, or -ENOTSUP: the caller opens the file. */
int buf__replace_open(struct stream *, const char *path, int access);

/* The directory in which the new file is to take its name, while that has not happened; -1: none. */
int buf__replace_directory(const struct stream *);

/* The new file takes the name, or after an error is gone; the stream goes on without the option. 0 or -errno. */
int buf__replace_commit(struct stream *);

/* map.c. The stream's next window is the file from its offset on, with map. As buf__fill, or -ENOTSUP: it is read. */
ssize_t buf__map_fill(struct stream *);
bool buf__map_wanted(const struct stream *);
int buf__map_leave(struct stream *); /* the window becomes memory that may be written; 0 or -errno */
void buf__map_end(struct stream *);

/* record.c: record=line */
void buf__record_begin(struct stream *);
int buf__record_finish(struct stream *); /* 0 or -errno */
void buf__record_drop(struct stream *);
size_t buf__record_held(const struct stream *); /* bytes of a line that has not ended */

#endif
