/*
 * floats [COUNT [SEED]]: random decimal numbers through the engine and through strtof, strtod and strtold, in
 * each rounding mode; any bit that differs is printed and fails the run. Most are short enough for the
 * engine's own conversion.
 */
#include "scan.h"

#include <fenv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static __attribute__((noinline)) int scan(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int done = buf__scan_string(text, 0, format, arguments);
    va_end(arguments);
    return done;
}

/* Digits, a point somewhere or nowhere, an exponent or none; now and then just halfway between two doubles or
 * floats. */
static void make(char *text) {
    char digits[32];
    uint64_t mantissa = next() >> (next() % 64);
    if (next() % 4 == 0)
        mantissa = (mantissa << 1 | 1) << (next() % 12);
    int length = sprintf(digits, "%lu", (unsigned long)mantissa);
    if (next() % 8 == 0)
        length = sprintf(digits, "%.17g", 1 + (double)(next() >> 12) / (1UL << 52)) - 1,
        memmove(digits + 1, digits + 2, 30);
    int point = (int)(next() % (unsigned)(length + 2));
    char *to = text;
    if (next() % 3 == 0)
        *to++ = "+-"[next() % 2];
    for (int i = 0; i < length; i++) {
        if (i == point)
            *to++ = '.';
        *to++ = digits[i];
    }
    if (next() % 2)
        to += sprintf(to, "%c%d", "eE"[next() % 2], (int)(next() % 64) - 32);
    strcpy(to, next() % 2 ? " x" : "");
}

int main(int argc, char **argv) {
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    long count = argc > 1 ? atol(argv[1]) : 1000000, wrong = 0, exact_short = 0;
    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 20240229;
    printf("seed %lu\n", (unsigned long)state);
    for (long i = 0; i < count && wrong < 10; i++) {
        char text[80];
        make(text);
        exact_short += strlen(text) < 20;
        fesetround(modes[i % 4]);
        float f[2] = {1, 2};
        double d[2] = {1, 2};
        long double l[2];
        memset(l, 0, sizeof l);
        f[0] = strtof(text, NULL);
        d[0] = strtod(text, NULL);
        l[0] = strtold(text, NULL);
        int done = scan(text, "%f", &f[1]) + scan(text, "%lf", &d[1]) + scan(text, "%Lf", &l[1]);
        fesetround(FE_TONEAREST);
        if (done != 3 || memcmp(&f[0], &f[1], 4) != 0 || memcmp(&d[0], &d[1], 8) != 0 ||
            memcmp(&l[0], &l[1], 10) != 0) {
            printf("\"%s\" mode %ld: %a %a, %a %a, %La %La\n", text, i % 4, f[0], f[1], d[0], d[1], l[0],
                   l[1]);
            wrong++;
        }
    }
    printf("%ld numbers, three types each, %ld wrong\n", count, wrong);
    return wrong != 0 || exact_short == 0;
}
