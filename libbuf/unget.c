/* Pushback (C17 7.21.7.10), as deep as memory allows. The byte goes below what is unread; `first` remembers
   which bytes of the window are still the file's own, for seeks inside it. */

#include "entry.h"
#include "policy.h"
#include "report.h"

int buf__unget(struct stream *s, unsigned char c) {
    if (s->file._flags & FLAG_NO_READS)
        return -EBADF;
    buf__prepare(s);
    if (putting(s) || s->held_size) {
        int r = buf__flush(s);
        if (r < 0)
            return r;
        buf__window_idle(s);
    }
    s->got = true;
    if (s->policy && s->policy->map) {
        int r = buf__map_leave(s);
        if (r < 0)
            return r;
    }
    if (s->watched)
        buf__report_taken(s);
    char *low = s->memory                                    ? s->memory
                : s->file._IO_buf_base == s->tiny + TINY - 1 ? s->tiny
                                                             : s->file._IO_buf_base;
    if (s->file._IO_read_ptr == low) {
        size_t size = s->size, n = unread(s);
        int r = buf__window_replace(s, size > n ? size : n, 2 * (HEADROOM + n));
        if (r < 0)
            return r;
        s->first = s->file._IO_read_end; /* which of these were pushed back before is no longer known: seeks
                                            ask the kernel */
    }
    char *at = s->file._IO_read_ptr - 1;
    bool same = at >= s->file._IO_read_base && at >= s->first && (unsigned char)*at == c;
    if (!same) {
        if (s->first < s->file._IO_read_ptr)
            s->first = s->file._IO_read_ptr;
        *at = (char)c;
    }
    s->file._IO_read_ptr = at;
    if (at < s->file._IO_read_base)
        s->file._IO_read_base = at;
    if (s->watched)
        buf__report_mark(s);
    s->file._flags &= ~FLAG_EOF;
    return 0;
}

int ungetc(int c, FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(ungetc)(c, f);
    if (c == EOF)
        return EOF;
    if (__libc_single_threaded && s->file._IO_read_ptr > s->file._IO_read_base && !putting(s) &&
        !s->policy) { /* over a byte that was read, mostly the same */
        if (s->file._IO_read_ptr[-1] != (char)c) {
            if (s->first < s->file._IO_read_ptr)
                s->first = s->file._IO_read_ptr;
            s->file._IO_read_ptr[-1] = (char)c;
        }
        s->file._IO_read_ptr--;
        s->file._flags &= ~FLAG_EOF;
        return (unsigned char)c;
    }
    LOCKED(s);
    orient(s, -1);
    int r = buf__unget(s, (unsigned char)c);
    if (r < 0)
        errno = -r;
    return r < 0 ? EOF : (unsigned char)c;
}
ALIAS(ungetc, _IO_ungetc);
