/* Everyday doubles as text, exactly: what 128-bit arithmetic provably rounds as the real number would. */
#ifndef FORMAT_FLOAT_H
#define FORMAT_FLOAT_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

enum { QUICK_REAL_MAX = 48, QUICK_FIXED_PRECISION = 19, QUICK_DIGITS = 17, SHORT_DIGITS = 7 };

/* Both write the magnitude of a finite double at `at`, without sign, with '.' as the point, rounding to
   nearest, and return the place behind it; or write nothing and return NULL: not finite, not rounding to
   nearest, too large a precision or value, or too near a tie to be sure. At most QUICK_REAL_MAX
   characters. */

/* %.<precision>f, |value| below 2^63. */
char *buf__quick_fixed(char *at, uint64_t value_bits, int precision);

/* %.<count>g for a count of 1 to 7; quickest for 0.0001 to 10^count. */
char *buf__quick_short(char *at, uint64_t value_bits, int count);

/* %.<precision>e, or g, or their upper case. */
char *buf__quick_general(char *at, uint64_t value_bits, int precision, unsigned conversion);

static inline uint64_t buf__double_bits(double value) {
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

#pragma GCC visibility pop

#endif
