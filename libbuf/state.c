/* The stream's state as the program asks and sets it: fflush, feof, ferror, clearerr, fileno
   (C17 7.21.5.2, 7.21.10; POSIX fflush, fileno). */

#include "entry.h"
#include "sync.h"

int buf__flush_kernel(struct stream *s) {
    int r = putting(s) || s->held_size || s->backend->drain ? buf__flush_through(s) : 0;
    if (r == 0)
        r = buf__give_back(s);
    if (r < 0)
        return r;
    if (!putting(s) && unread(s) == 0)
        buf__window_idle(s); /* what was read is not kept for a seek back: others may write now */
    s->doubtful |= !private(s); /* from here on the descriptor may be used by others (POSIX 2.5.1) */
    return 0;
}

static int flush_stream(struct stream *s) {
    int r = buf__flush_kernel(s);
    if (r == 0 && s->policy)
        r = buf__sync_at_flush(s);
    if (r < 0) {
        note_error(s, r);
        return EOF;
    }
    return 0;
}

static int flush_everything(void) {
    int r = buf__flush_all(), rest = LIBC(fflush)(NULL);
    if (r < 0)
        errno = -r;
    return r < 0 ? EOF : rest;
}

int fflush(FILE *f) {
    if (!f)
        return flush_everything();
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fflush)(f);
    LOCKED(s);
    return flush_stream(s);
}
ALIAS(fflush, _IO_fflush);

int fflush_unlocked(FILE *f) {
    if (!f)
        return flush_everything();
    struct stream *s = ours(f);
    return s ? flush_stream(s) : LIBC(fflush_unlocked)(f);
}

int _IO_flush_all(void) {
    return flush_everything();
}

static void visit_line_buffered(struct stream *s, void *context) {
    (void)context;
    if (!(s->file._flags & FLAG_LINE))
        return;
    LOCKED(s);
    if (putting(s))
        flush_stream(s);
}

void _flushlbf(void) {
    buf__walk(visit_line_buffered, NULL);
    LIBC(_flushlbf)();
}
ALIAS(_flushlbf, _IO_flush_all_linebuffered);

/* Reads of one word need no lock and no look at whose stream it is. */
int feof(FILE *f) {
    return (f->_flags & FLAG_EOF) != 0;
}
ALIAS(feof, feof_unlocked);
ALIAS(feof, _IO_feof);

int ferror(FILE *f) {
    return (f->_flags & FLAG_ERROR) != 0;
}
ALIAS(ferror, ferror_unlocked);
ALIAS(ferror, _IO_ferror);

void clearerr_unlocked(FILE *f) {
    f->_flags &= ~(FLAG_EOF | FLAG_ERROR);
}

void clearerr(FILE *f) {
    struct stream *s = ours(f);
    if (!s) {
        LIBC(clearerr)(f);
        return;
    }
    LOCKED(s);
    clearerr_unlocked(f);
}

int fileno(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fileno)(f);
    if (f->_fileno < 0)
        errno = EBADF;
    if ((s->adrift || s->backend->drain) && trylock_stream(s)) { /* else the next transfer does it */
        buf__settle_below(s);
        unlock_stream(s);
    }
    s->told = true;
    s->fresh = false; /* from here on the program, or gnulib's fseeko, may move the descriptor without us */
    s->doubtful = true;
    return f->_fileno < 0 ? -1 : f->_fileno;
}
ALIAS(fileno, fileno_unlocked);

/* libc's own empties its list and makes it unbuffered; our call at exit is part of that, and armed again
   afterwards. */
int fcloseall(void) {
    int r = LIBC(fcloseall)();
    buf__arm_exit();
    return r;
}
