/*
 * bench [PASSES]: processor time in ns per call of the engine and of libc's scanf, in turns over the same
 * text: minimum and median of many passes. The stream of libc has a 64 KiB buffer and reads from memory; the
 * engine's source hands out windows of 64 KiB.
 */
#include "scan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 20000, WINDOW = 1 << 16, MOST_PASSES = 1001 };

static char *text;
static size_t length, cookie_at;
static uint64_t random_state = 88172645463325252;

static uint32_t random_below(uint32_t limit) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 32) * limit >> 32);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static ssize_t cookie_read(void *cookie, char *to, size_t size) {
    (void)cookie;
    size_t count = length - cookie_at < size ? length - cookie_at : size;
    memcpy(to, text + cookie_at, count);
    cookie_at += count;
    return (ssize_t)count;
}

static int next_window(struct source *source) {
    size_t left = (size_t)((const unsigned char *)text + length - source->end);
    source->end += left < WINDOW ? left : WINDOW;
    return left > 0;
}

static __attribute__((noinline)) int engine_fscanf(struct source *source, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int done = buf__scan(source, 0, format, arguments);
    va_end(arguments);
    return done;
}

static __attribute__((noinline)) int engine_sscanf(const char *string, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int done = buf__scan_string(string, 0, format, arguments);
    va_end(arguments);
    return done;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

union value {
    long integer;
    double number;
    long double longest;
    char text[2000];
};

static void *values(size_t i) {
    static union value room[3];
    return &room[i];
}

static double libc_stream(FILE *stream, const char *format) {
    cookie_at = 0;
    fseek(stream, 0, SEEK_SET);
    double start = now();
    int calls = 0;
    while (fscanf(stream, format, values(0), values(1), values(2)) > 0)
        calls++;
    return (now() - start) / calls;
}

static double engine_stream(const char *format) {
    const unsigned char *begin = (const unsigned char *)text;
    struct source source = {begin, begin, next_window, NULL};
    double start = now();
    int calls = 0;
    while (engine_fscanf(&source, format, values(0), values(1), values(2)) > 0)
        calls++;
    return (now() - start) / calls;
}

static char **lines;
static size_t line_count;

static double strings(const char *format, int engine) {
    double start = now();
    for (size_t i = 0; i < line_count; i++)
        if (engine)
            engine_sscanf(lines[i], format, values(0), values(1), values(2));
        else
            sscanf(lines[i], format, values(0), values(1), values(2));
    return (now() - start) / (double)line_count;
}

static void report(const char *name, double (*figures)[MOST_PASSES], int passes) {
    for (int i = 0; i < 2; i++)
        qsort(figures[i], (size_t)passes, sizeof figures[i][0], compare);
    printf("%-34s libc %6.1f %6.1f   engine %6.1f %6.1f   %.1f times\n", name, figures[0][0],
           figures[0][passes / 2], figures[1][0], figures[1][passes / 2], figures[0][0] / figures[1][0]);
}

static int seek_start(void *cookie, off64_t *offset, int whence) {
    (void)cookie;
    (void)whence;
    cookie_at = 0;
    *offset = 0;
    return 0;
}

static void measure(const char *kind, const char *format, int passes) {
    static double figures[2][MOST_PASSES];
    char name[64];
    FILE *stream = fopencookie(NULL, "r", (cookie_io_functions_t){.read = cookie_read, .seek = seek_start});
    static char buffer[WINDOW];
    setvbuf(stream, buffer, _IOFBF, sizeof buffer);
    for (int i = 0; i < passes; i++) {
        figures[0][i] = libc_stream(stream, format);
        figures[1][i] = engine_stream(format);
    }
    snprintf(name, sizeof name, "fscanf \"%s\" %s", format, kind);
    for (char *c = name; *c; c++)
        *c = *c == '\n' ? '~' : *c;
    report(name, figures, passes);
    fclose(stream);

    line_count = 0;
    lines = realloc(lines, sizeof *lines * ITEMS);
    char *copy = strdup(text);
    for (char *line = strtok(copy, "\n"); line != NULL && line_count < 2000; line = strtok(NULL, "\n"))
        lines[line_count++] = line;
    for (int i = 0; i < passes; i++) {
        figures[0][i] = strings(format, 0);
        figures[1][i] = strings(format, 1);
    }
    name[0] = 's';
    report(name, figures, passes);
    free(copy);
}

static void fill(void (*item)(char *to)) {
    text = realloc(text, ITEMS * 300);
    length = 0;
    for (int i = 0; i < ITEMS; i++) {
        item(text + length);
        length += strlen(text + length);
    }
}

static void small_integer(char *to) {
    sprintf(to, "%d\n", (int)random_below(10000));
}

static void any_integer(char *to) {
    sprintf(to, "%d\n", (int)((random_below(UINT32_MAX) >> random_below(31)) * (random_below(2) ? 1U : -1U)));
}

static void fixed(char *to) {
    sprintf(to, "%.6f\n", random_below(1000000000) / 1e5);
}

static void general(char *to) {
    sprintf(to, "%g\n", random_below(1000000000) / 1e5);
}

static void round_trip(char *to) {
    sprintf(to, "%.17g\n", random_below(1000000000) / 1.2345e6);
}

static void hexadecimal(char *to) {
    sprintf(to, "%x\n", random_below(UINT32_MAX));
}

static void word(char *to) {
    uint32_t n = 3 + random_below(9);
    for (uint32_t i = 0; i < n; i++)
        *to++ = (char)('a' + random_below(26));
    memcpy(to, "\n", 2);
}

static void line(char *to) {
    sprintf(to, "name%u, %d, %.3f\n", random_below(1000), (int)random_below(100000),
            random_below(100000) / 1e3);
}

static void sentence(char *to) {
    uint32_t n = 40 + random_below(100);
    for (uint32_t i = 0; i < n; i++)
        *to++ = (char)(random_below(6) ? 'a' + random_below(26) : ' ');
    memcpy(to, "\n", 2);
}

int main(int argc, char **argv) {
    int passes = argc > 1 ? atoi(argv[1]) : 51;
    if (passes < 1 || passes > MOST_PASSES)
        return fprintf(stderr, "bench: 1 to %d passes\n", MOST_PASSES), 2;
    printf("ns a call, minimum and median of %d passes in turns\n", passes);
    fill(small_integer);
    measure("0..9999", "%d", passes);
    fill(any_integer);
    measure("1 to 10 digits", "%d", passes);
    fill(hexadecimal);
    measure("8 digits", "%x", passes);
    fill(fixed);
    measure("%.6f", "%lf", passes);
    fill(general);
    measure("%g", "%lf", passes);
    measure("%g", "%f", passes);
    fill(round_trip);
    measure("%.17g", "%lf", passes);
    fill(word);
    measure("3..11 letters", "%63s", passes);
    fill(line);
    measure("", "%[^,], %d, %lf\n", passes);
    fill(sentence);
    measure("90 characters", "%199[^\n]\n", passes);
    return 0;
}
