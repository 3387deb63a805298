/* flockfile and kin (POSIX): they always take the real lock, with one thread too. */

#include "entry.h"

void flockfile(FILE *f) {
    struct stream *s = ours(f);
    if (s)
        lock_stream(s);
    else
        LIBC(flockfile)(f);
}
ALIAS(flockfile, _IO_flockfile);

int ftrylockfile(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(ftrylockfile)(f);
    return trylock_stream(s) ? 0 : EBUSY;
}
ALIAS(ftrylockfile, _IO_ftrylockfile);

void funlockfile(FILE *f) {
    struct stream *s = ours(f);
    if (s)
        unlock_stream(s);
    else
        LIBC(funlockfile)(f);
}
ALIAS(funlockfile, _IO_funlockfile);
