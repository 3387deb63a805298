/* The file position: fseek, ftell, fgetpos, rewind and kin (C17 7.21.9, POSIX fseek). A target inside the
   read window costs nothing, and ftell asks the kernel only where the stream does not know its offset. */

#include "entry.h"
#include "report.h"
#include <limits.h>

off64_t buf__tell(struct stream *s) {
    buf__adopt_put(s);
    off64_t at = s->offset;
    if (at < 0 && s->fresh) {
        buf__learn(s);
        at = s->offset;
    }
    bool appending = (s->file._flags & FLAG_APPEND) && putting(s);
    if (at < 0 || s->doubtful || appending) {
        /* An append lands at the end, wherever the descriptor stands. */
        bool to_end = appending && (pending(s) || s->held_size);
        at = s->backend->seek(s, 0, to_end ? SEEK_END : SEEK_CUR);
        if (at < 0)
            return at;
        at += (off64_t)(s->held_size / offset_unit(s));
        if (s->offset >= 0 && !to_end) {
            s->offset = at;
            s->doubtful = s->file._flags & FLAG_APPEND;
        }
    }
    at += putting(s) ? (off64_t)(pending(s) / offset_unit(s)) : -(off64_t)unread(s);
    return at >= 0 ? at : -EINVAL;
}

/* Moves inside the read window; false when the target is not in it. */
static bool seek_in_window(struct stream *s, off64_t target) {
    char *low = s->first > s->file._IO_read_base ? s->first : s->file._IO_read_base;
    if (putting(s) || s->offset < 0 || s->doubtful || target > s->offset ||
        s->offset - target > s->file._IO_read_end - low || s->file._IO_read_end == low)
        return false;
    s->file._IO_read_ptr = s->file._IO_read_end - (s->offset - target);
    return true;
}

static int move(struct stream *s, off64_t offset, int whence) {
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
        return -EINVAL;
    if (putting(s) || s->held_size) {
        int r = buf__settle(s);
        if (r < 0) {
            s->file._flags |= FLAG_ERROR;
            return r;
        }
    }
    if (whence == SEEK_CUR) {
        off64_t here = buf__tell(s);
        if (here < 0)
            return here == -EINVAL ? -ESPIPE : (int)here;
        if (__builtin_add_overflow(here, offset, &offset))
            return -EOVERFLOW;
        whence = SEEK_SET;
    }
    if (whence == SEEK_SET && offset < 0)
        return -EINVAL;
    if (whence == SEEK_END || !seek_in_window(s, offset)) {
        size_t visited = buf__visited(s);
        if (whence == SEEK_END || !buf__drift(s, offset)) {
            off64_t r = s->backend->seek(s, offset, whence);
            if (r < 0)
                return (int)r;
            moved(s, r);
        }
        buf__read_less(s, visited);
        buf__window_idle(s);
    }
    s->file._flags &= ~FLAG_EOF;
    return 0;
}

int buf__seek(struct stream *s, off64_t offset, int whence) {
    if (__builtin_expect(!s->watched, 1))
        return move(s, offset, whence);
    uint64_t before = buf__report_before_seek(s);
    int r = move(s, offset, whence);
    buf__report_seek(s, before);
    return r;
}

int fseeko(FILE *f, off_t offset, int whence) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fseeko)(f, offset, whence);
    LOCKED(s);
    int r = buf__seek(s, offset, whence);
    if (r < 0)
        errno = -r;
    return r < 0 ? -1 : 0;
}
ALIAS(fseeko, fseeko64);
ALIAS(fseeko, fseek);

off_t ftello(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(ftello)(f);
    LOCKED(s);
    off64_t r = buf__tell(s);
    if (r < 0)
        errno = (int)-r;
    return r < 0 ? -1 : r;
}
ALIAS(ftello, ftello64);
ALIAS(ftello, ftell);
ALIAS(ftello, _IO_ftell);

void rewind(FILE *f) {
    struct stream *s = ours(f);
    if (!s) {
        LIBC(rewind)(f);
        return;
    }
    LOCKED(s);
    int r = buf__seek(s, 0, SEEK_SET);
    if (r < 0)
        errno = -r;
    s->file._flags &= ~(FLAG_ERROR | FLAG_EOF);
}

int fgetpos(FILE *restrict f, fpos_t *restrict position) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fgetpos)(f, position);
    LOCKED(s);
    off64_t r = buf__tell(s);
    if (r < 0) {
        errno = (int)-r;
        return -1;
    }
    position->__pos = r;
    position->__state = s->wide_in;
    return 0;
}
ALIAS(fgetpos, fgetpos64);
ALIAS(fgetpos, _IO_fgetpos);
ALIAS(fgetpos, _IO_fgetpos64);

int fsetpos(FILE *f, const fpos_t *position) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fsetpos)(f, position);
    LOCKED(s);
    int r = buf__seek(s, position->__pos, SEEK_SET);
    if (r < 0) {
        errno = -r;
        return -1;
    }
    s->wide_in = position->__state;
    return 0;
}
ALIAS(fsetpos, fsetpos64);
ALIAS(fsetpos, _IO_fsetpos);
ALIAS(fsetpos, _IO_fsetpos64);
