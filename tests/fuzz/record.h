/* What a round leaves behind: its log, one line for each call with result, position and errno, and the counts
   of what it reached. Both lie in mapped files, so that they survive any end of the process and no limit on
   file sizes touches them. */
#ifndef FUZZ_RECORD_H
#define FUZZ_RECORD_H

#include "named.h"
#include "names.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { LOG_SIZE = 4 << 20 };

struct log {
    uint32_t length; /* bytes of text */
    char text[LOG_SIZE - sizeof(uint32_t)];
};

struct coverage {
    uint32_t call[CALLS][STATES];     /* calls made, by the window's state before each */
    uint32_t buffer[BUFFERS][STATES]; /* the same calls by the stream's buffer */
    uint32_t mode[MODES][KINDS];      /* and by the mode string and the kind of stream */
    uint32_t pair[MODES][BUFFERS];    /* and by the mode string and the buffer */
    uint32_t kind[KINDS][STATES];     /* and by the kind of stream */
    uint32_t kept_away[NAMED];        /* calls not made because of a named difference */
};

extern struct log *round_log;
extern struct coverage *coverage;

/* Maps the file at path, `size` bytes; ends the process when that fails. */
void *map_file(const char *path, size_t size);

/* One line of the log. */
__attribute__((format(printf, 1, 2))) void record(const char *format, ...);

/* " errno NAME" if failed, else "". */
const char *why(bool failed);

/* Length, digest and beginning of some bytes, for a line of the log. */
const char *show(const void *bytes, size_t n);

/* The same for wide characters. */
const char *show_wide(const wchar_t *string, size_t n);

/* Whether the difference is to be avoided here, and counted. */
bool named(enum named difference);
void lift_named(const char *name); /* from now on it is not avoided; "all" for all of them */

#endif
