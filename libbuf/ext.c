/* The whole of <stdio_ext.h>: what a stream tells of its buffer. */

#include "entry.h"
#include "policy.h"
#include "report.h"

size_t __fbufsize(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(__fbufsize)(f);
    if (s->prepared || s->mode == MODE_NONE)
        return s->size;
    return s->wanted; /* nothing transferred yet: no window yet */
}

int __freading(FILE *f) {
    struct stream *s = ours(f);
    if (s)
        return (f->_flags & FLAG_NO_WRITES) || (!(f->_flags & (FLAG_PUTTING | FLAG_NO_READS)) && s->got);
    return (f->_flags & FLAG_NO_WRITES) ||
           ((f->_flags & (FLAG_PUTTING | FLAG_NO_READS)) == 0 && f->_IO_read_base != NULL);
}

/* From here on libc asks the same words of any stream. */
int __fwriting(FILE *f) {
    return f->_flags & (FLAG_NO_READS | FLAG_PUTTING);
}

int __freadable(FILE *f) {
    return (f->_flags & FLAG_NO_READS) == 0;
}

int __fwritable(FILE *f) {
    return (f->_flags & FLAG_NO_WRITES) == 0;
}

int __flbf(FILE *f) {
    struct stream *s = ours(f);
    if (s)
        buf__prepare(s); /* whether it is a terminal decides */
    return f->_flags & FLAG_LINE;
}

/* A wide stream's pending output counts in characters, the way the manual has it. */
static size_t pending_characters(struct stream *s) {
    const char *at = s->file._IO_write_base;
    size_t left = pending(s), count = 0;
    while (left > 0) {
        wchar_t c;
        ssize_t n = buf__decode(s, at, left, &c);
        size_t taken = n > 0 ? (size_t)n : 1;
        at += taken;
        left -= taken;
        count++;
    }
    return count;
}

size_t __fpending(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(__fpending)(f);
    return s->wide > 0 ? pending_characters(s) : pending(s) + s->held_size + buf__record_held(s);
}

void __fpurge(FILE *f) {
    struct stream *s = ours(f);
    if (!s) {
        LIBC(__fpurge)(f);
        return;
    }
    LOCKED(s);
    uint64_t before = accepted(s);
    s->taken -= s->held_size;
    s->held_size = 0;
    buf__record_drop(s);
    if (putting(s))
        buf__window_open(s);
    else
        buf__window_idle(s);
    if (s->watched)
        buf__report_dropped(s, before - accepted(s));
}

int __fsetlocking(FILE *f, int type) {
    int was = f->_flags & FLAG_USER_LOCK ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL;
    if (type == FSETLOCKING_BYCALLER)
        f->_flags |= FLAG_USER_LOCK;
    else if (type == FSETLOCKING_INTERNAL)
        f->_flags &= ~FLAG_USER_LOCK;
    return was;
}
