/* Every digit of a binary number: m 2^e in decimal, exactly, and its rounding at any digit. */
#ifndef FORMAT_DECIMAL_H
#define FORMAT_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include "format_out.h"

#pragma GCC visibility push(hidden)

/* Room for the longest: a double has up to 767 digits, a long double up to 11514. Each limb holds nine. */
enum { DOUBLE_LIMBS = 90, LONG_DOUBLE_LIMBS = 1284 };

struct decimal {
    uint32_t *limbs; /* room for the calculation */
    char *digits;    /* room for 9 digits a limb and two more: the digits, the first not '0' */
    int count;       /* how many; 0 for the number 0 */
    int point;       /* the number is 0.ddd 10^point */
};

/* mantissa 2^exponent into limbs and digits. */
void buf__decimal(struct decimal *, uint64_t mantissa, int exponent);

/* Keeps the first `keep` digits (none when it is 0 or less), rounded. */
void buf__decimal_round(struct decimal *, int64_t keep, enum rounding mode, bool negative);

#pragma GCC visibility pop

#endif
