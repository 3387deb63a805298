/* libbuf: what <stdio.h> cannot say. The standard names need no header of ours: programs include <stdio.h> and link
   with -lbuf. Every function here returns 0 or a stream, or -1 or NULL with errno set. */

#ifndef LIBBUF_H
#define LIBBUF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library in force, "MAJOR.MINOR.PATCH". Never fails. A weak reference to it tells a program
   whether it runs on libbuf at all. */
const char *buf_version(void);

/* fopen(3) with options for the stream, "name[=value],..." (libbuf-options(7)). What the rules of LIBBUF name for
   this file stands against them. NULL: as fopen, and EINVAL when an option is unknown or its value bad, or when
   direct=require cannot be met. */
FILE *buf_fopen(const char *path, const char *mode, const char *options);

/* Changes options of an open stream. What is pending is flushed first; what the rules of LIBBUF name stands. -1:
   EBADF when it is no stream of libbuf's, EINVAL for an unknown option, a bad value, or one that must be given at
   the open (direct, async, map, cache, coalesce, replace), and what the flush fails with. */
int buf_configure(FILE *, const char *options);

/* How far bytes have got. Each level includes those above it. */
enum buf_level {
    BUF_KERNEL, /* with the kernel, as after fflush(3): they survive the program */
    BUF_DATA,   /* on the device, the file's size included (fdatasync): they survive a power cut */
    BUF_FILE,   /* with the file's times and other attributes (fsync) */
    BUF_NAME,   /* and with its name in the directory: a new file survives, too */
};

/* Takes what the stream has accepted to that level. -1: EBADF when it is no stream of libbuf's, EINVAL for an
   unknown level, and what the write or the sync fails with. A sync that failed is remembered: every later
   buf_sync and the fclose of the stream fail with its error. */
int buf_sync(FILE *, enum buf_level);

/* Bytes that went into a stream since it was opened. */
struct buf_position {
    uint64_t accepted; /* taken from the program */
    uint64_t kernel;   /* of these, with the kernel: those before the first one that is not */
    uint64_t durable;  /* of these, known to be on the device */
};

/* Tells how far the stream's output has got; moves nothing. -1: EBADF. A macro, so that the struct may grow: it
   passes the size that the program knows. */
int buf_position_sized(FILE *, struct buf_position *, size_t);
#define buf_position(stream, position) buf_position_sized((stream), (position), sizeof(struct buf_position))

/* What a stream did since its report began (option report). Sizes are counted by powers of two: place k of an array
   counts what took 2^k to 2^(k+1) - 1 bytes, its last place all that is larger. */
enum { BUF_SIZES = 32 };
struct buf_stats {
    uint64_t put_calls, put_bytes;     /* calls that put, and the bytes that were accepted */
    uint64_t write_calls, write_bytes; /* system calls that wrote, and the bytes the kernel took */
    uint64_t write_aligned;            /* of these, bytes of transfers that began and ended on block edges */
    uint64_t get_calls, get_bytes;     /* calls that got more than one character, and the bytes */
    uint64_t single_bytes;             /* bytes that were got one at a time: getc, inlined or not, and its like */
    uint64_t read_calls, read_bytes;   /* system calls that read, and the bytes they brought */
    uint64_t read_aligned;             /* of these, bytes of transfers that began and ended on block edges */
    uint64_t seeks;                    /* the program's: fseek, fsetpos, rewind and their like */
    uint64_t seek_calls;               /* lseek(2), for these or for what else needed it */
    uint64_t seeks_saved;              /* of the program's, those that made no system call */
    uint64_t syncs, sync_ns;           /* syncs to the device that the stream made, and what they took */
    uint64_t fallbacks;                /* options of the stream that could not be, or were given up */
    uint64_t put_sizes[BUF_SIZES], write_sizes[BUF_SIZES]; /* of the calls counted above */
    uint64_t get_sizes[BUF_SIZES], read_sizes[BUF_SIZES];
    uint64_t unproven; /* options in force whose effect the file system does not promise (direct) */
    uint64_t uncounted_bytes; /* put without a call that is counted, by libc's own functions (perror) */
};

/* Fills in a struct buf_stats: buf_stats(FILE *, struct buf_stats *), a macro, since the struct may grow at its end:
   what the library does not know is 0. -1: EBADF when it is no stream of libbuf's, ENODATA when no report is on. */
int buf_stats_sized(FILE *, struct buf_stats *, size_t size);
#define buf_stats(stream, stats) buf_stats_sized((stream), (stats), sizeof *(stats))

#ifdef __cplusplus
}
#endif

#endif
