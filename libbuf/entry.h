/* What every entry does around the work: hand a foreign stream to libc, lock, set errno and the indicators.
   errno and the indicators are set nowhere else. */

#ifndef BUF_ENTRY_H
#define BUF_ENTRY_H

#include "encoding.h"
#include "libc.h"
#include "lock.h"
#include "undeclared.h"

/* Notes an error of the stream (-errno) as the program sees it. */
static inline void note_error(struct stream *s, ssize_t error) {
    s->file._flags |= FLAG_ERROR;
    errno = (int)-error;
}

/* The same for what a fill or get returned: 0 or 1 is the end of the file. */
static inline void note_input(struct stream *s, ssize_t result) {
    if (result < 0)
        note_error(s, result);
    else
        s->file._flags |= FLAG_EOF;
}

/* The first operation decides: bytes (-1) or wide (1). False if the stream is already of the other kind. */
static inline bool orient(struct stream *s, int8_t wide) {
    if (s->wide == 0) {
        s->wide = wide < 0 && s->watched ? BYTES_WATCHED : wide;
        if (wide > 0)
            buf__encoding_bind(s);
    }
    return (s->wide > 0) == (wide > 0);
}

/* Puts bytes and notes the error; returns how many were accepted. */
static inline size_t put_bytes(struct stream *s, const char *p, size_t n) {
    int error;
    size_t done = buf__put(s, p, n, &error);
    if (error < 0)
        note_error(s, error);
    return done;
}

/* The same, true when all were accepted and nothing failed. */
static inline bool put_all(struct stream *s, const char *p, size_t n) {
    int error;
    size_t done = buf__put(s, p, n, &error);
    if (error < 0)
        note_error(s, error);
    return done == n && error == 0;
}

/* Refills an empty read window; true when there is something in it, else the reason is noted. */
static inline bool fill_window(struct stream *s) {
    ssize_t r = buf__fill(s);
    if (r <= 0)
        note_input(s, r);
    return r > 0;
}

/* One of our streams, and a process of one thread: nothing to lock. The build that checks goes the other way, where
   the checks are. */
#ifdef BUF_CHECK
#define ALONE(s) false
#else
#define ALONE(s) __builtin_expect((s) && __libc_single_threaded, 1)
#endif

/* Defines NAME, which locks, and NAME_unlocked. `result` is the work, with `s` the stream behind `f`; what is quick
   in it comes first and calls nothing, so that it needs no frame. */
#define ENTRY_PAIR(type, name, parameters, arguments, f, result)                                             \
    static __attribute__((noinline)) type name##_locked parameters {                                         \
        struct stream *s = ours(f);                                                                          \
        if (!s)                                                                                              \
            return LIBC(name) arguments;                                                                     \
        LOCKED(s);                                                                                           \
        return result;                                                                                       \
    }                                                                                                        \
    type name parameters {                                                                                   \
        struct stream *s = ours(f);                                                                          \
        if (ALONE(s))                                                                                        \
            return result;                                                                                   \
        return name##_locked arguments;                                                                      \
    }                                                                                                        \
    type name##_unlocked parameters {                                                                        \
        struct stream *s = ours(f);                                                                          \
        if (!s)                                                                                              \
            return LIBC(name##_unlocked) arguments;                                                          \
        return result;                                                                                       \
    }

#endif
