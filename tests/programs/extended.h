/* What libbuf.h declares, as weak references: the programs are built without libbuf, too. */
#ifndef EXTENDED_H
#define EXTENDED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum buf_level { BUF_KERNEL, BUF_DATA, BUF_FILE, BUF_NAME };
struct buf_position {
    uint64_t accepted, kernel, durable;
};

extern FILE *buf_fopen(const char *, const char *, const char *) __attribute__((weak));
extern int buf_configure(FILE *, const char *) __attribute__((weak));
extern int buf_sync(FILE *, enum buf_level) __attribute__((weak));
extern int buf_position_sized(FILE *, struct buf_position *, size_t) __attribute__((weak));
#define buf_position(stream, position) buf_position_sized((stream), (position), sizeof(struct buf_position))

/* As libbuf.h has it; the struct may have more behind. */
enum { BUF_SIZES = 32 };
struct buf_stats {
    unsigned long put_calls, put_bytes, write_calls, write_bytes, write_aligned;
    unsigned long get_calls, get_bytes, single_bytes, read_calls, read_bytes, read_aligned;
    unsigned long seeks, seek_calls, seeks_saved, syncs, sync_ns, fallbacks;
    unsigned long put_sizes[BUF_SIZES], write_sizes[BUF_SIZES], get_sizes[BUF_SIZES], read_sizes[BUF_SIZES];
    unsigned long unproven, uncounted_bytes;
};
extern int buf_stats_sized(FILE *, struct buf_stats *, size_t) __attribute__((weak));
#define buf_stats(stream, stats) buf_stats_sized((stream), (stats), sizeof *(stats))

#endif
