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

#endif
