/*
 * Small decimal numbers in binary: exact, that is rounded once and as the current rounding mode says. A
 * mantissa of at most 19 digits and an exponent of at most 27 are small; what is larger is libc's.
 */
#ifndef BUF_SCAN_DECIMAL_H
#define BUF_SCAN_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* mantissa * 10^exponent */
struct decimal {
    uint64_t mantissa;
    int exponent;
    bool negative;
};

enum { MANY_DIGITS = 19, SMALL_EXPONENT = 27 }; /* the most that fit in 64 bits: 19 digits, and 5^27 */

/* Keeps the compiler from moving a sign across what the current rounding mode decides at run time. */
#define AS_IT_IS(x) __asm__ volatile("" : "+x"(x))

extern const double buf__double_power_of_ten[23];
double buf__decimal_by_integers(struct decimal decimal);
long double buf__decimal_to_long_double(struct decimal decimal);
/* False, and no result, when it may overflow. */
bool buf__decimal_to_float(struct decimal decimal, float *result);

/* Where mantissa and power of ten are both doubles, one operation rounds once. */
static inline double buf__decimal_to_double(struct decimal decimal) {
    int exponent = decimal.exponent;
    if (__builtin_expect(decimal.mantissa >> 53 != 0 || exponent < -22 || exponent > 22, 0))
        return buf__decimal_by_integers(decimal);
    double value = (double)(int64_t)decimal.mantissa;
    if (decimal.negative)
        value = -value;
    AS_IT_IS(value);
    return exponent < 0 ? value / buf__double_power_of_ten[-exponent]
                        : value * buf__double_power_of_ten[exponent];
}

#endif
