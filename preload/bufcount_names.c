/* The tables of system calls and of stdio functions: names, what their results mean for /proc/PID/io, and which
   of them the reports show. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

const char *const call_names[CALL_ROWS] = {
#define CALL(number, name, kind) [number] = #name,
#include "shim/names.h"
#undef CALL
    [OTHER_CALLS] = "(other)",
    [I386_CALLS] = "(int 0x80)",
};

const uint8_t call_kinds[CALL_ROWS] = {
#define CALL(number, name, kind) [number] = kind,
#include "shim/names.h"
#undef CALL
};

const char *const stdio_names[STDIO_ROWS] = {
#define FUNCTION(row, name) [row] = #name,
#include "shim/stdio_names.h"
#undef FUNCTION
};

static bool named(uint32_t row, const char *const names[], size_t count) {
    for (size_t i = 0; i < count; i++)
        if (call_names[row] && strcmp(call_names[row], names[i]) == 0)
            return true;
    return false;
}

#define NAMED(row, ...)                                                                                      \
    named(row, (const char *const[]){__VA_ARGS__},                                                           \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

enum inside inside_of(uint32_t row) {
    return NAMED(row, "read", "pread64", "readv", "preadv", "preadv2")             ? INSIDE_READ
           : NAMED(row, "write", "pwrite64", "writev", "pwritev", "pwritev2")      ? INSIDE_WRITE
           : NAMED(row, "lseek")                                                   ? INSIDE_SEEK
           : NAMED(row, "fsync", "fdatasync", "sync_file_range", "sync", "syncfs") ? INSIDE_SYNC
                                                                                   : INSIDE_OTHER;
}

enum direction direction_of(const char *name) {
    static const char *const put[] = {"put", "write", "print", "overflow", "perror", "psig"};
    static const char *const got[] = {"get", "read", "scan", "uflow", "underflow"};
    static const char *const seek[] = {"seek", "tell", "setpos", "getpos", "rewind"};
    for (size_t i = 0; i < sizeof seek / sizeof *seek; i++)
        if (strstr(name, seek[i]))
            return DIRECTION_SEEK;
    for (size_t i = 0; i < sizeof put / sizeof *put; i++)
        if (strstr(name, put[i]))
            return DIRECTION_PUT;
    for (size_t i = 0; i < sizeof got / sizeof *got; i++)
        if (strstr(name, got[i]))
            return DIRECTION_GOT;
    return DIRECTION_NONE;
}

void filter_parse(struct options *options) {
    for (const char *name = options->filter; name;) {
        size_t length = strcspn(name, ",");
        bool found = false;
        for (uint32_t row = 0; row < CALL_ROWS; row++)
            if (call_names[row] && strlen(call_names[row]) == length &&
                memcmp(call_names[row], name, length) == 0)
                found = options->wanted[row] = true;
        if (!found)
            die(EXIT_OWN_FAILURE, "--syscalls: %.*s: no system call of that name", (int)length, name);
        name = name[length] ? name + length + 1 : NULL;
    }
}

bool row_shown(const struct options *options, uint32_t row) {
    return !options->filter || options->wanted[row];
}
