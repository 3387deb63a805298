/*
 * The conversions of small decimals that take more than one floating-point operation: by integers of 128
 * bits.
 */
#include "scan_decimal.h"

const double buf__double_power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const long double long_power_of_ten[] = {
    1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
    1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

/* clang-format off */
static const uint64_t power_of_five[] = {
    1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625,
    30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125,
    2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625,
    7450580596923828125};
/* clang-format on */

/* The decimal as q * 2^shift, but for the last bit of a q of at least 62 bits, which says whether anything
   lies below it: rounding q to fewer bits so rounds the value itself. The mantissa is not 0. Returns the
   shift. */
static int as_binary(struct decimal decimal, int64_t *q) {
    uint64_t mantissa = decimal.mantissa, quotient, rest;
    if (decimal.exponent >= 0) {
        unsigned __int128 product = (unsigned __int128)mantissa * power_of_five[decimal.exponent];
        uint64_t high = (uint64_t)(product >> 64);
        int cut = high ? 65 - __builtin_clzll(high) : (int)((uint64_t)product >> 63);
        bool inexact = (product & (((unsigned __int128)1 << cut) - 1)) != 0;
        *q = (int64_t)((uint64_t)(product >> cut) | inexact);
        return decimal.exponent + cut;
    }
    uint64_t five = power_of_five[-decimal.exponent];
    int up = __builtin_clzll(mantissa), five_up = __builtin_clzll(five);
    mantissa <<= up;
    five <<= five_up;
    /* mantissa * 2^62 / five, which is below 2^63 since five is above 2^63 */
    __asm__("divq %[five]"
            : "=a"(quotient), "=d"(rest)
            : [five] "r"(five), "a"(mantissa << 62), "d"(mantissa >> 2)
            : "cc");
    *q = (int64_t)(quotient | (rest != 0));
    return five_up - up - 62 + decimal.exponent;
}

static double power_of_two(int exponent) {
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return power;
}

double buf__decimal_by_integers(struct decimal decimal) {
    if (decimal.mantissa == 0)
        return decimal.negative ? -0.0 : 0.0;
    int64_t q;
    int shift = as_binary(decimal, &q);
    double value = (double)(decimal.negative ? -q : q);
    AS_IT_IS(value);
    return value * power_of_two(shift);
}

bool buf__decimal_to_float(struct decimal decimal, float *result) {
    if (decimal.mantissa == 0) {
        *result = decimal.negative ? -0.0F : 0.0F;
        return true;
    }
    int64_t q;
    int shift = as_binary(decimal, &q);
    if (shift > 60)
        return false;
    float value = (float)(decimal.negative ? -q : q);
    AS_IT_IS(value);
    *result = (float)(value * power_of_two(shift)); /* exact: the double holds it, and so does the float */
    return true;
}

long double buf__decimal_to_long_double(struct decimal decimal) {
    long double value = decimal.mantissa; /* exact, as is the power of ten */
    if (decimal.negative)
        value = -value;
    __asm__ volatile("" : "+t"(value));
    int exponent = decimal.exponent;
    return exponent < 0 ? value / long_power_of_ten[-exponent] : value * long_power_of_ten[exponent];
}
