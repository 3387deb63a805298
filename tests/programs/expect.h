/* Expectations for the programs under test, and helpers that make and read files by system calls alone.
   A failed expectation is one line on descriptor 2, written by write(2): never through the streams under
   test. A program ends with `return finish();`, 0 when everything held. */
#ifndef EXPECT_H
#define EXPECT_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Atomic int failures;
static char situation_text[200];

/* What is being tried, put before each failure: `situation("%s, window %d", name, size)`. */
__attribute__((format(printf, 1, 2), unused)) static void situation(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(situation_text, sizeof situation_text, format, arguments);
    va_end(arguments);
}

/* Prints the failure; after 20 of them the program ends, so that a loop does not print thousands. */
__attribute__((format(printf, 3, 4), unused)) static void fail(const char *file, int line, const char *format,
                                                               ...) {
    char text[900];
    int length = snprintf(text, sizeof text, "FAILED %s:%d: %s%s", file, line, situation_text,
                          situation_text[0] ? ": " : "");
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(text + length, sizeof text - (size_t)length - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof text - 2)
        length = sizeof text - 2;
    text[length++] = '\n';
    if (write(2, text, (size_t)length) < 0 || ++failures >= 20)
        _exit(1);
}

#define EXPECT(condition)                                                                                    \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fail(__FILE__, __LINE__, "%s", #condition);                                                      \
    } while (0)

/* As EXPECT, and the program ends when it does not hold. */
#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fail(__FILE__, __LINE__, "%s (errno %d: %s)", #condition, errno, strerror(errno));               \
            _exit(1);                                                                                        \
        }                                                                                                    \
    } while (0)

#define EXPECT_INT(got, want)                                                                                \
    do {                                                                                                     \
        long long got_value = (long long)(got), want_value = (long long)(want);                              \
        if (got_value != want_value)                                                                         \
            fail(__FILE__, __LINE__, "%s: got %lld, expected %lld", #got, got_value, want_value);            \
    } while (0)

/* The condition (that a call failed) holds and errno is the given one. */
#define EXPECT_ERROR(condition, error)                                                                       \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        bool held_value = (condition);                                                                       \
        int error_value = errno;                                                                             \
        if (!held_value || error_value != (error))                                                           \
            fail(__FILE__, __LINE__, "%s: %s, errno %d, expected %d (%s)", #condition,                       \
                 held_value ? "holds" : "does not hold", error_value, error, #error);                        \
    } while (0)

#define EXPECT_TEXT(got, want) expect_bytes(__FILE__, __LINE__, #got, got, strlen(got), want, strlen(want))
#define EXPECT_BYTES(got, size, want, want_size)                                                             \
    expect_bytes(__FILE__, __LINE__, #got, got, size, want, want_size)
#define EXPECT_FILE(path, want, size) expect_file(__FILE__, __LINE__, path, want, size)

__attribute__((unused)) static void expect_bytes(const char *file, int line, const char *name,
                                                 const void *got, size_t size, const void *want,
                                                 size_t want_size) {
    const unsigned char *a = got, *b = want;
    size_t same = 0;
    while (same < size && same < want_size && a[same] == b[same])
        same++;
    if (same == size && same == want_size)
        return;
    char shown[2][64] = {"end", "end"};
    for (int side = 0; side < 2; side++)
        for (size_t i = same, end = side ? want_size : size, n = 0; i < end && n < 40; i++) {
            unsigned char byte = side ? b[i] : a[i];
            n += (size_t)snprintf(shown[side] + n, 64 - n, byte > 32 && byte < 127 ? "%c" : "\\%03o", byte);
        }
    fail(file, line, "%s: %zu bytes, expected %zu; they differ at %zu: got \"%s\", expected \"%s\"", name,
         size, want_size, same, shown[0], shown[1]);
}

/* The file's contents in fresh memory, a NUL behind them; NULL when it cannot be read. */
__attribute__((unused)) static char *read_file(const char *path, size_t *size) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) < 0)
        return NULL;
    char *bytes = malloc((size_t)status.st_size + 1);
    size_t have = 0;
    for (ssize_t n; have < (size_t)status.st_size; have += (size_t)n)
        if ((n = read(descriptor, bytes + have, (size_t)status.st_size - have)) <= 0)
            break;
    close(descriptor);
    bytes[have] = 0;
    *size = have;
    return bytes;
}

__attribute__((unused)) static void expect_file(const char *file, int line, const char *path,
                                                const void *want, size_t want_size) {
    size_t size = 0;
    char *bytes = read_file(path, &size);
    if (bytes)
        expect_bytes(file, line, path, bytes, size, want, want_size);
    else
        fail(file, line, "cannot read %s: %s", path, strerror(errno));
    free(bytes);
}

__attribute__((unused)) static void write_file(const char *path, const void *bytes, size_t size) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    REQUIRE(descriptor >= 0);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(descriptor, (const char *)bytes + done, size - done);
        REQUIRE(n > 0);
        done += (size_t)n;
    }
    close(descriptor);
}

/* A byte that tells its offset: no period that a window's size could hide. */
__attribute__((unused)) static unsigned char pattern_byte(size_t offset) {
    return (unsigned char)(offset * 31 + offset / 251 * 7 + offset / 65521);
}

__attribute__((unused)) static char *pattern(size_t size) {
    char *bytes = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)pattern_byte(i);
    bytes[size] = 0;
    return bytes;
}

/* The way this run was built is libbuf's, by the word of whoever runs it. */
__attribute__((unused)) static bool on_libbuf(void) {
    const char *way = getenv("TEST_WAY");
    return way && strcmp(way, "libc") != 0;
}

/* A count for loops: the full one, or the light one under a slow observer (valgrind). */
__attribute__((unused)) static long scaled(long full, long light) {
    return getenv("TEST_LIGHT") ? light : full;
}

/* fork; the child starts with no failures of its own. */
__attribute__((unused)) static pid_t fork_child(void) {
    pid_t child = fork();
    if (child == 0)
        failures = 0;
    return child;
}

/* Waits for a child that should end with exit(0). */
__attribute__((unused)) static bool child_passed(pid_t child) {
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

__attribute__((unused)) static void sleep_ms(long ms) {
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&pause, &pause) < 0 && errno == EINTR)
        continue;
}

/* Ends the program: 1 when an expectation failed. */
__attribute__((unused)) static int finish(void) {
    return failures != 0;
}

#endif
