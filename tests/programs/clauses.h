/* Checks that name the clause of the standard they hold the program to. A check that fails is one line on
   descriptor 2, "FAILED CLAUSE: where: what", at most two for one clause (all with TEST_ALL=1); a program
   ends with `return clauses_done();`, which says on descriptor 1 how much was checked and gives 1 when a
   clause failed. Neither line passes through a stream. Children made by fork may check too and leave by exit
   or _exit. */
#ifndef CLAUSES_H
#define CLAUSES_H

#include "windows.h"
#include <sys/mman.h>
#include <wchar.h>

enum { CLAUSES_MAX = 300, SHOWN = 2 };

struct clause {
    const char *name; /* as the standard counts: "7.21.7.10p3", "POSIX fclose" */
    unsigned failed;  /* checks of it that did not hold */
};

/* What was checked so far; in memory that forked children share, so that what they check counts. */
static struct record {
    struct clause clauses[CLAUSES_MAX];
    size_t clauses_used;
    unsigned long checks;
} * record;

__attribute__((constructor)) static void start_record(void) {
    record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(record != MAP_FAILED);
}

static struct clause *clause_named(const char *name) {
    struct clause *clause = record->clauses, *end = clause + record->clauses_used;
    while (clause < end && clause->name != name && strcmp(clause->name, name) != 0)
        clause++;
    REQUIRE(clause < record->clauses + CLAUSES_MAX);
    record->clauses_used += clause == end;
    clause->name = name;
    return clause;
}

__attribute__((format(printf, 5, 6), unused)) static void
check(const char *name, bool holds, const char *file, int line, const char *format, ...) {
    struct clause *clause = clause_named(name);
    record->checks++;
    if (holds || (clause->failed++ >= SHOWN && !getenv("TEST_ALL")))
        return;
    int saved = errno;
    char text[900];
    int length = snprintf(text, sizeof text, "FAILED %s: %s:%d: ", name, file, line);
    va_list arguments;
    va_start(arguments, format);
    length += vsnprintf(text + length, sizeof text - (size_t)length, format, arguments);
    va_end(arguments);
    if (situation_text[0] && length < (int)sizeof text)
        length += snprintf(text + length, sizeof text - (size_t)length, " [%s]", situation_text);
    if (length > (int)sizeof text - 1)
        length = sizeof text - 1;
    text[length++] = '\n';
    if (write(2, text, (size_t)length) < 0)
        _exit(1);
    errno = saved;
}

#define CHECK(clause, condition) check(clause, condition, __FILE__, __LINE__, "%s", #condition)

#define CHECK_INT(clause, got, want)                                                                         \
    do {                                                                                                     \
        long long got_value = (long long)(got), want_value = (long long)(want);                              \
        check(clause, got_value == want_value, __FILE__, __LINE__, "%s: got %lld, expected %lld", #got,      \
              got_value, want_value);                                                                        \
    } while (0)

/* The condition (that a call failed) holds and errno is the given one. */
#define CHECK_ERROR(clause, condition, error)                                                                \
    do {                                                                                                     \
        errno = 0;                                                                                           \
        bool held_value = (condition);                                                                       \
        int error_value = errno;                                                                             \
        check(clause, held_value &&error_value == (error), __FILE__, __LINE__,                               \
              "%s: %s, errno %d, expected %d (%s)", #condition, held_value ? "holds" : "does not hold",      \
              error_value, error, #error);                                                                   \
    } while (0)

#define CHECK_TEXT(clause, got, want) check_text(clause, __FILE__, __LINE__, #got, got, want)
#define CHECK_BYTES(clause, got, size, want, want_size)                                                      \
    check_bytes(clause, __FILE__, __LINE__, #got, got, size, want, want_size)
#define CHECK_WIDE(clause, got, want)                                                                        \
    do {                                                                                                     \
        const wchar_t *got_wide = got, *want_wide = want;                                                    \
        check_bytes(clause, __FILE__, __LINE__, #got, got_wide, 4 * wcslen(got_wide), want_wide,             \
                    4 * wcslen(want_wide));                                                                  \
    } while (0)
/* What the file holds, read by system calls; `want` is a string literal, which may hold NULs. */
#define CHECK_FILE(clause, path, want) check_file(clause, __FILE__, __LINE__, path, want, sizeof want - 1)

__attribute__((unused)) static void check_bytes(const char *clause, const char *file, int line,
                                                const char *name, const void *got, size_t size,
                                                const void *want, size_t want_size) {
    const unsigned char *a = got, *b = want;
    size_t same = 0;
    while (same < size && same < want_size && a[same] == b[same])
        same++;
    bool equal = same == size && same == want_size;
    char shown[2][80] = {"end", "end"};
    for (int side = 0; side < 2 && !equal; side++)
        for (size_t i = same, end = side ? want_size : size, n = 0; i < end && n < 60; i++) {
            unsigned char byte = side ? b[i] : a[i];
            n += (size_t)snprintf(shown[side] + n, 80 - n, byte > 31 && byte < 127 ? "%c" : "\\%03o", byte);
        }
    check(clause, equal, file, line,
          "%s: %zu bytes, expected %zu; from byte %zu on got \"%s\", expected \"%s\"", name, size, want_size,
          same, shown[0], shown[1]);
}

__attribute__((unused)) static void check_text(const char *clause, const char *file, int line,
                                               const char *name, const char *got, const char *want) {
    if (got)
        check_bytes(clause, file, line, name, got, strlen(got), want, strlen(want));
    else
        check(clause, false, file, line, "%s: a null pointer, expected \"%.60s\"", name, want);
}

__attribute__((unused)) static void check_file(const char *clause, const char *file, int line,
                                               const char *path, const void *want, size_t want_size) {
    size_t size = 0;
    char *bytes = read_file(path, &size);
    if (bytes)
        check_bytes(clause, file, line, path, bytes, size, want, want_size);
    else
        check(clause, false, file, line, "cannot read %s: %s", path, strerror(errno));
    free(bytes);
}

/* Opens or ends the program: what follows needs the stream. */
__attribute__((unused)) static FILE *opened(const char *path, const char *mode) {
    FILE *f = fopen(path, mode);
    REQUIRE(f);
    return f;
}

/* The same with the window. */
__attribute__((unused)) static FILE *opened_with(const char *path, const char *mode,
                                                 const struct window *window) {
    FILE *f = opened(path, mode);
    use_window(f, window);
    return f;
}

__attribute__((unused)) static int clauses_done(void) {
    char text[120];
    unsigned failed = 0;
    for (size_t i = 0; i < record->clauses_used; i++)
        failed += record->clauses[i].failed != 0;
    int length = snprintf(text, sizeof text, "checked %zu clauses by %lu checks\n", record->clauses_used,
                          record->checks);
    if (write(1, text, (size_t)length) < 0)
        return 1;
    /* Under a slow observer that asks for memory errors the suite's list of departures is not at hand. */
    return (failed != 0 && !getenv("TEST_LIGHT")) || failures != 0;
}

#endif
