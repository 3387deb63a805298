/* Names of libio that old programs and old shared libraries still call. */

#include "entry.h"

size_t _IO_sgetn(FILE *f, void *p, size_t n) {
    return fread_unlocked(p, 1, n, f);
}

ssize_t _IO_padn(FILE *f, int pad, ssize_t count) {
    char run[64];
    ssize_t done = 0;
    memset(run, pad, sizeof run);
    while (done < count) {
        size_t n = count - done < (ssize_t)sizeof run ? (size_t)(count - done) : sizeof run;
        size_t went = fwrite_unlocked(run, 1, n, f);
        done += (ssize_t)went;
        if (went < n)
            break;
    }
    return done;
}

/* A line without a terminating NUL; `keep` > 0 keeps the delimiter, < 0 leaves it unread, 0 drops it. */
size_t _IO_getline(FILE *f, char *p, size_t n, int delimiter, int keep) {
    size_t done = 0;
    while (done < n) {
        int c = fgetc_unlocked(f);
        if (c == EOF)
            break;
        if (c == delimiter) {
            if (keep > 0)
                p[done++] = (char)c;
            else if (keep < 0)
                ungetc(c, f);
            break;
        }
        p[done++] = (char)c;
    }
    return done;
}

int _IO_peekc_locked(FILE *f) {
    flockfile(f);
    int c = f->_IO_read_ptr < f->_IO_read_end ? (unsigned char)*f->_IO_read_ptr : __underflow(f);
    funlockfile(f);
    return c;
}

/* libc's own would free the FILE it closes. */
int endmntent(FILE *f) {
    if (f)
        fclose(f);
    return 1;
}
ALIAS(endmntent, __endmntent);
