/* What options ask of the plain transfers of a regular file or block device: each write synchronous (sync=always),
   synced every so many bytes (sync=every), writeback started early (pace), nothing left in the page cache
   (cache=dontcache); and what the kernel is told of the file (advise). Above: plain.c and sync.c; a backend that
   makes its own system calls uses `flags` and tells what it moved. */

#ifndef BUF_WRITEBACK_H
#define BUF_WRITEBACK_H

#include "stream.h"

/* A piece of the file that transfers touched. */
struct span {
    off64_t low, high; /* its ends; low -1: the whole file, since where bytes landed is not known */
    size_t bytes;      /* moved in it; 0: the span is empty */
};

enum { SPANS_BEHIND = 3 }; /* so many spans stay in the page cache until the device has taken them */

struct writeback {
    int flags;         /* RWF_ flags that each write passes, and each read those of them that reads know */
    bool device;       /* a regular file or block device: there is something to sync */
    bool synchronous;  /* what a write returned for is on the device */
    bool each;         /* the kernel refuses RWF_DSYNC: fdatasync follows each write */
    bool behind;       /* it refuses RWF_DONTCACHE: pages are dropped some way behind the transfers */
    size_t unsynced;   /* bytes written since the last automatic sync */
    struct span paced; /* written since writeback was last started by pace */
    struct span moved; /* transferred since the last pages were dropped */
    struct span older[SPANS_BEHIND]; /* whose pages are to be dropped, oldest first */
};

/* The stream has its policy and its descriptor, or other options than before. */
void buf__writeback_start(struct stream *);

/* advise, once the descriptor is there. */
void buf__writeback_advise(struct stream *);

/* The kernel refused `flags` with -EOPNOTSUPP: what they ask for is done otherwise from now on. */
void buf__writeback_refused(struct stream *);

/* `n` bytes were transferred, at `at`, or at the stream's offset where that is -1; the stream's own counters do
   not know of them yet. */
void buf__writeback_wrote(struct stream *, off64_t at, size_t n);
void buf__writeback_read(struct stream *, off64_t at, size_t n);

/* An automatic sync: nothing where there is no device. 0 or -errno, which the stream remembers. */
int buf__writeback_sync(struct stream *);

/* A sync succeeded: what is in the page cache can go. */
void buf__writeback_synced(struct stream *);

/* The last transfer was made. */
void buf__writeback_close(struct stream *);

/* Whether all that the kernel has is on the device without any sync. */
bool buf__writeback_synchronous(const struct stream *);

#endif
