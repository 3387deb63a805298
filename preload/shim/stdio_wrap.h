/* For the wrappers of stdio's names. A wrapper calls the next definition of its name, libc's or libbuf's,
   marks the thread as being in it, and counts the call and what came of it. It is the program's code: it
   may be interrupted, cancelled or left by longjmp anywhere. A stdio function that another one calls is part
   of that one. */
#ifndef BUFCOUNT_STDIO_WRAP_H
#define BUFCOUNT_STDIO_WRAP_H

#ifndef __NO_INLINE__
#define __NO_INLINE__ 1 /* no inline copies of what is defined here */
#endif

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../../libbuf/undeclared.h"
#include "stdio_thread.h"

/* A section of their own: they may use vector registers, unlike what runs between the gates. */
#define WRAPPER_CODE __attribute__((section("stdio_wrappers")))
#define EXPORT __attribute__((visibility("default"))) WRAPPER_CODE
#define HIDDEN __attribute__((visibility("hidden")))

/* A second name of a function, as libc has it. */
#define ALIAS(function, name)                                                                                \
    extern __typeof__(function) stdio__##name __asm__(#name) EXPORT                                          \
        __attribute__((alias(#function), copy(function)))

/* stdio_next.c: finds the next definition of NAME, keeps it in *PLACE. NULL where there is none. */
void *stdio_find(void **place, const char *name) HIDDEN;

/* The next definition of NAME, which has FUNCTION's type. */
#define NEXT_NAMED(function, name)                                                                           \
    ({                                                                                                       \
        static void *next_place;                                                                             \
        void *next_found = __atomic_load_n(&next_place, __ATOMIC_RELAXED);                                   \
        if (__builtin_expect(!next_found, 0))                                                                \
            next_found = stdio_find(&next_place, name);                                                      \
        (__typeof__(&function))next_found;                                                                   \
    })
#define NEXT(function) NEXT_NAMED(function, #function)

/* What a stream was like before the call. */
struct before {
    FILE *stream;   /* NULL: none */
    int descriptor; /* its number, or negative */
    char *written;  /* its write cursor */
    char *got;      /* its read cursor */
    char *buffer;   /* its buffer ... */
    char *end;      /* ... up to here */
    size_t unread;  /* bytes that were read ahead */
};

static inline struct before before_of(FILE *stream) {
    struct before before = {.stream = stream, .descriptor = -1};
    if (__builtin_expect(stream != NULL, 1)) {
        before.descriptor = stream->_fileno;
        before.written = stream->_IO_write_ptr;
        before.got = stream->_IO_read_ptr;
        before.buffer = stream->_IO_buf_base;
        before.end = stream->_IO_buf_end;
        before.unread = (size_t)(stream->_IO_read_end - stream->_IO_read_ptr);
    }
    return before;
}

/* Marks the thread as being in ROW's function, whose wrapper's frame is FRAME. Returns NULL where the call is
   not to be counted. */
static inline __attribute__((always_inline)) struct stdio_thread *stdio_enter(unsigned row, void *frame) {
    if (__builtin_expect(!stdio_on, 0))
        return NULL;
    struct stdio_thread *thread = &stdio_own;
    uintptr_t place = (uintptr_t)frame + sizeof(void *);
    if (__builtin_expect(thread->place != 0, 0) && stdio_inside(thread, place))
        return NULL;
    stdio_settle(thread);
    if (__builtin_expect(!thread->rows, 0))
        return NULL;
    add(&thread->rows[row].calls, 1, thread->alone);
    thread->row = row;
    thread->inside_read = 0;
    thread->back = *(uintptr_t *)place;
    asm volatile("" ::: "memory");
    thread->place = place;
    return thread;
}
#define ENTER(name) stdio_enter(ROW_##name, __builtin_frame_address(0))

/* The call is over: it moved BYTES, or failed. */
static inline void stdio_leave(struct stdio_thread *thread, unsigned row, uint64_t bytes, bool failed) {
    thread->place = 0;
    stdio_settle(thread);
    add(&thread->rows[row].bytes, bytes, thread->alone);
    if (__builtin_expect(failed, 0))
        add(&thread->rows[row].errors, 1, thread->alone);
}

/* files_stdio.c: what the call means for the stream's file. Bytes that inlined code had put or got before
   are counted as well, under __overflow and __uflow. */
void files_put(struct stdio_thread *, const struct before *, uint64_t asked, uint64_t done,
               bool failed) HIDDEN;
enum get_how { GET_BYTES, GET_STRAIGHT /* fread: past the buffer where that is smaller */ };
void files_got(struct stdio_thread *, const struct before *, uint64_t asked, uint64_t done, bool failed,
               enum get_how) HIDDEN;
void files_flushed(struct stdio_thread *, const struct before *, bool pending) HIDDEN;
void files_flushed_all(struct stdio_thread *) HIDDEN;
void files_closing(struct stdio_thread *, const struct before *) HIDDEN; /* before the call */
void files_opened(struct stdio_thread *, FILE *) HIDDEN;                 /* by its path */
void files_told(struct stdio_thread *, const struct before *) HIDDEN;    /* fileno */
void files_moved(struct stdio_thread *, const struct before *, int64_t offset, int whence) HIDDEN;
void files_cursor(struct stdio_thread *,
                  const struct before *) HIDDEN; /* it may have moved for other reasons */

/* The stream's error indicator is set. */
static inline bool broken(FILE *stream) {
    return stream->_flags & 0x20;
}

/* A wrapper of NAME, counted in ROW. STREAM is the stream it works on, AFTER what follows the call: its result
   is "result", what the stream was like "before". */
#define WRAP_IN(row, type, name, parameters, arguments, stream, after)                                       \
    EXPORT type name parameters {                                                                            \
        __typeof__(&name) next = NEXT(name);                                                                 \
        struct stdio_thread *thread = ENTER(row);                                                            \
        if (!thread)                                                                                         \
            return next arguments;                                                                           \
        enum { ROW = ROW_##row };                                                                            \
        const struct before before = before_of(stream);                                                      \
        type result = next arguments;                                                                        \
        after;                                                                                               \
        return result;                                                                                       \
    }
#define WRAP(type, name, parameters, arguments, stream, after)                                               \
    WRAP_IN(name, type, name, parameters, arguments, stream, after)

/* What may stand for AFTER. */
#define PUT(asked, done, failed)                                                                             \
    do {                                                                                                     \
        uint64_t put_done = (uint64_t)(done);                                                                \
        bool put_failed = (failed);                                                                          \
        stdio_leave(thread, ROW, put_done, put_failed);                                                      \
        files_put(thread, &before, (uint64_t)(asked), put_done, put_failed);                                 \
    } while (0)
#define GOT_AS(how, asked, done, failed)                                                                     \
    do {                                                                                                     \
        uint64_t got_done = (uint64_t)(done);                                                                \
        bool got_failed = (failed);                                                                          \
        stdio_leave(thread, ROW, got_done, got_failed);                                                      \
        files_got(thread, &before, (uint64_t)(asked), got_done, got_failed, how);                            \
    } while (0)
#define GOT(asked, done, failed) GOT_AS(GET_BYTES, asked, done, failed)
#define DONE(failed)                                                                                         \
    do {                                                                                                     \
        (void)before;                                                                                        \
        stdio_leave(thread, ROW, 0, failed);                                                                 \
    } while (0)

/* The program has code of its own for single bytes. */
static inline void stdio_inlined(void) {
    if (!(atomic_load_explicit(&shared->flags, memory_order_relaxed) & SHARED_INLINED))
        atomic_fetch_or(&shared->flags, SHARED_INLINED);
}

/* Bytes that a reading call has taken, whatever it says: those that were there, came and are left. */
static inline uint64_t taken(const struct stdio_thread *thread, const struct before *before) {
    FILE *stream = before->stream;
    uint64_t all = before->unread + thread->inside_read;
    uint64_t left = (uint64_t)(stream->_IO_read_end - stream->_IO_read_ptr);
    return all > left ? all - left : 0;
}

#endif
