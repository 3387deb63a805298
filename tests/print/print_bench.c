/* Times the printf engine against libc's fprintf and snprintf, in turns, over the same values. Ours formats
   into a 64 KiB window that begins again when it is full; libc's fprintf writes to /dev/null through a 64 KiB
   buffer. Prints the minimum and the median of many passes in ns a call. */
#include "format.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WINDOW = 65536, VALUES = 1024, CALLS = 4096, PASSES = 301 };

static char window[WINDOW];
static struct sink sink = {window, window + WINDOW, NULL, NULL};
static FILE *null;

static int again(struct sink *full, size_t want) {
    (void)want;
    full->at = window;
    full->end = window + WINDOW;
    return 0;
}

static int put(struct sink *full, const char *bytes, size_t n) {
    (void)bytes, (void)n;
    return again(full, 0);
}

/* What the entry of a stream's fprintf would be, without lock and state. */
__attribute__((noinline)) int our_fprintf(const char *format, ...);
__attribute__((noinline)) int our_fprintf(const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__format(&sink, 0, format, args);
    va_end(args);
    return n;
}

__attribute__((noinline)) int our_snprintf(char *to, size_t size, const char *format, ...);
__attribute__((noinline)) int our_snprintf(char *to, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vsnprintf(to, size, 0, format, args);
    va_end(args);
    return n;
}

static int integers[VALUES], small_integers[VALUES];
static long longs[VALUES];
static double everyday[VALUES], decimals[VALUES], random_bits[VALUES];
static const char *words[VALUES];
static char short_text[512];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

#define ROW(name, ...)                                                                                       \
    static void ours_##name(void) {                                                                          \
        for (int i = 0, v = 0; i < CALLS; (void)v, i++, v = i & (VALUES - 1))                                \
            our_fprintf(__VA_ARGS__);                                                                        \
    }                                                                                                        \
    static void libc_##name(void) {                                                                          \
        for (int i = 0, v = 0; i < CALLS; (void)v, i++, v = i & (VALUES - 1))                                \
            fprintf(null, __VA_ARGS__);                                                                      \
    }                                                                                                        \
    static void ours_string_##name(void) {                                                                   \
        for (int i = 0, v = 0; i < CALLS; (void)v, i++, v = i & (VALUES - 1))                                \
            our_snprintf(short_text, sizeof short_text, __VA_ARGS__);                                        \
    }                                                                                                        \
    static void libc_string_##name(void) {                                                                   \
        for (int i = 0, v = 0; i < CALLS; (void)v, i++, v = i & (VALUES - 1))                                \
            snprintf(short_text, sizeof short_text, __VA_ARGS__);                                            \
    }

#define ROWS(X)                                                                                              \
    X(d, "%d\n", integers[v])                                                                                \
    X(d_small, "%d\n", small_integers[v])                                                                    \
    X(d_one, "%d\n", 12345)                                                                                  \
    X(sdldx, "%s %d %ld %x\n", words[v], integers[v], longs[v], (unsigned)small_integers[v])                 \
    X(sdldx_one, "%s %d %ld %x\n", "hello", 42, 1234567L, 0xbeefu)                                           \
    X(f6, "%.6f", everyday[v])                                                                               \
    X(f6_one, "%.6f", 3.14159)                                                                               \
    X(g, "%g", everyday[v])                                                                                  \
    X(g_decimals, "%g", decimals[v])                                                                         \
    X(g_one, "%g", 3.14159)                                                                                  \
    X(f2, "%.2f", decimals[v])                                                                               \
    X(f, "%f", everyday[v])                                                                                  \
    X(w8f3, "%8.3f", everyday[v])                                                                            \
    X(e, "%e", everyday[v])                                                                                  \
    X(g17, "%.17g", everyday[v])                                                                             \
    X(g17_random, "%.17g", random_bits[v])                                                                   \
    X(f40, "%.40f", everyday[v])                                                                             \
    X(a, "%a", everyday[v])                                                                                  \
    X(lg, "%Lg", (long double)everyday[v])                                                                   \
    X(w5d, "%5d", small_integers[v])                                                                         \
    X(x08, "%08lx", longs[v])                                                                                \
    X(zu, "%zu\n", (size_t)longs[v])                                                                         \
    X(w10s, "%-10s|", words[v])                                                                              \
    X(star, "%*d", 12, integers[v])                                                                          \
    X(p, "%p", (void *)words[v])                                                                             \
    X(positional, "%2$s %1$d", integers[v], words[v])                                                        \
    X(literal, "a line of plain text, forty bytes long.\n%c", 'x')

ROWS(ROW)

/* A string just large enough. */
static void ours_small(void) {
    for (int i = 0, v = 0; i < CALLS; i++, v = i & (VALUES - 1))
        our_snprintf(short_text, 16, "%d", integers[v]);
}
static void libc_small(void) {
    for (int i = 0, v = 0; i < CALLS; i++, v = i & (VALUES - 1))
        snprintf(short_text, 16, "%d", integers[v]);
}

#define ENTRY(name, ...)                                                                                     \
    {#name, #__VA_ARGS__, {ours_##name, libc_##name, ours_string_##name, libc_string_##name}},
static const struct {
    const char *name;
    const char *call;
    void (*run[4])(void);
} rows[] = {ROWS(ENTRY){
    "small", "snprintf(text, 16, \"%d\", integers[v])", {ours_small, libc_small, ours_small, libc_small}}};

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    const char *only = argc > 1 ? argv[1] : NULL;
    static const char *const some_words[] = {"a",     "of",     "the",     "word",
                                             "hello", "buffer", "streams", "position"};
    uint64_t state = 1;
    null = fopen("/dev/null", "w");
    setvbuf(null, NULL, _IOFBF, WINDOW);
    sink.more = again;
    sink.put = put;
    for (int i = 0; i < VALUES; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint64_t bits = state ^ state >> 29;
        integers[i] = (int)((bits >> 8 & 0x7fffffff) >> (bits & 15));
        small_integers[i] = (int)(bits >> 20 & 1023);
        longs[i] = (long)(bits >> 1 >> (bits & 31));
        everyday[i] = (double)(bits >> 11) / 9007199254740992.0 * (double[]){1, 10, 100, 1000, 100000}[i % 5];
        decimals[i] = (double)(bits >> 20 & 0xfffff) / (double[]){1, 10, 100, 1000}[i % 4];
        bits &= ~(UINT64_C(1) << 62);
        memcpy(&random_bits[i], &bits, 8);
        words[i] = some_words[bits >> 33 & 7];
    }
    printf("%-60s %21s %21s %8s   %21s %21s\n", "ns a call: minimum (median)", "ours", "libc fprintf",
           "ratio", "our snprintf", "libc snprintf");
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        double times[4][PASSES];
        if (only && strcmp(only, rows[row].name) != 0)
            continue;
        for (int pass = 0; pass < PASSES; pass++)
            for (int way = 0; way < 4; way++) {
                double start = now();
                rows[row].run[way]();
                times[way][pass] = (now() - start) / CALLS;
            }
        for (int way = 0; way < 4; way++)
            qsort(times[way], PASSES, sizeof(double), by_value);
        printf("%-60.60s %11.1f (%7.1f) %11.1f (%7.1f) %7.1fx  %11.1f (%7.1f) %11.1f (%7.1f)\n",
               rows[row].call, times[0][0], times[0][PASSES / 2], times[1][0], times[1][PASSES / 2],
               times[1][0] / times[0][0], times[2][0], times[2][PASSES / 2], times[3][0],
               times[3][PASSES / 2]);
    }
    return 0;
}
