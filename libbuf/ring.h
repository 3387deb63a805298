/* One io_uring (io_uring(7)) by its raw system calls, for a stream of ours alone. Below: the kernel; above: async.c.

   The ring belongs to the thread that made it, and its descriptor is closed at once, registered with that thread: a
   program that closes every descriptor would otherwise close it, and get its number for a file. Another thread, and
   a thread that lost it, can still learn what has ended: the queue of completions is memory. */

#ifndef BUF_RING_H
#define BUF_RING_H

#include "stream.h"

struct ring;

/* A ring for so many requests at a time. NULL: the kernel, a filter or a limit refuses it. */
struct ring *buf__ring_make(unsigned requests);

/* Whether this thread may send: it made the ring. */
bool buf__ring_mine(const struct ring *);

/* Whether it is the process's that this one was forked from, by whatever call: what flies is that one's. */
bool buf__ring_inherited(const struct ring *);

struct request {
    const struct iovec *pieces; /* stay where they are until the request has ended */
    unsigned count;             /* of them */
    int fd;
    off64_t at;      /* file offset */
    int flags;       /* RWF_ */
    bool writes;     /* or reads */
    uint32_t number; /* the caller's name for it */
};

/* 0, or -errno: it was not sent. */
int buf__ring_send(struct ring *, const struct request *);

/* The next request that has ended; false: none has. */
bool buf__ring_next(struct ring *, uint32_t *number, ssize_t *result);

/* Until one has ended. Some must be on their way. */
void buf__ring_wait(struct ring *);

/* The memory of the ring goes, and what may be on its way is nobody's. Nothing must be, but in a fork's child. */
void buf__ring_free(struct ring *);

#endif
