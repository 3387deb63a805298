/* How far bytes have got: the levels of buf_sync and what the option sync asks for. Above: fflush, fclose, exit;
   below: sys.h and the backends. Every call that can report a failed writeback is made here, because the kernel
   reports one only once. */

#ifndef BUF_SYNC_H
#define BUF_SYNC_H

#include "policy.h"

/* fdatasync or fsync (`whole`) of what the kernel has. 0, or -errno, which is remembered from then on, but for
   -EINTR and -EBADF, which say nothing of the data. Where there is nothing to sync (a pipe, a terminal): 0. */
int buf__sync_below(struct stream *, bool whole);

/* Bytes that the kernel has, of those that the stream took: the ones before the first that is still here. */
uint64_t buf__in_kernel(const struct stream *);

/* Whether the program's fflush has something to sync that is not in the window. Needs no lock. */
bool buf__sync_due(const struct stream *);

/* After what was accepted went to the kernel, by the program's fflush, or because the stream is closed (or the
   program ends): the syncs that the options ask for there. 0 or -errno, that of an earlier automatic sync too. */
int buf__sync_at_flush(struct stream *);
int buf__sync_at_close(struct stream *);

#endif
