/* The windows on which calls are tried: kinds and sizes of buffer, and how far one is filled or read before
 * the call. */
#ifndef WINDOWS_H
#define WINDOWS_H

#include "expect.h"

struct window {
    const char *name;
    int kind;    /* as for setvbuf; -1: the stream's own default */
    size_t size; /* bytes of the buffer */
};

static const struct window windows[] = {
    {"unbuffered", _IONBF, 1},   {"line 64", _IOLBF, 64},     {"full 1", _IOFBF, 1},
    {"full 2", _IOFBF, 2},       {"full 7", _IOFBF, 7},       {"full 100", _IOFBF, 100},
    {"full 1024", _IOFBF, 1024}, {"full 4096", _IOFBF, 4096}, {"full 65536", _IOFBF, 65536},
    {"default", -1, 4096},
};
enum { WINDOWS = sizeof windows / sizeof *windows, FILLS = 5 };

/* One stream at a time has its window in this memory. */
static char window_memory[65536];

__attribute__((unused)) static void use_window(FILE *stream, const struct window *window) {
    if (window->kind >= 0)
        EXPECT_INT(setvbuf(stream, window_memory, window->kind, window->size), 0);
}

/* Bytes moved through the window before the call: none, one, half, all but one, all. */
__attribute__((unused)) static size_t fill_of(const struct window *window, int fill) {
    size_t size = window->size, fills[FILLS] = {0, 1, size / 2, size - 1, size};
    return fills[fill];
}

#endif
