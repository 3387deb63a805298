/* Conversions without flags and width, written where they go. */
#ifndef FORMAT_PLAIN_H
#define FORMAT_PLAIN_H

#include "format_digits.h"
#include "format_float.h"
#include "format_out.h"

#include <langinfo.h>

static inline char *put_int(char *at, int value) {
    uint32_t magnitude = (uint32_t)value;
    if (value < 0) {
        *at++ = '-';
        magnitude = -magnitude;
    }
    return buf__put_decimal32(at, magnitude);
}

static inline char *put_long(char *at, long value) {
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *at++ = '-';
        magnitude = -magnitude;
    }
    return buf__put_decimal(at, magnitude);
}

static inline bool point_is_dot(void) {
    const char *point = nl_langinfo(RADIXCHAR);
    return point[0] == '.' && point[1] == 0;
}

/* %.<precision> f, g or e of a magnitude; NULL when the long way must be taken. */
static inline char *put_magnitude(char *at, uint64_t bits, int precision, char conversion) {
    if (conversion == 'f')
        return buf__quick_fixed(at, bits, precision);
    if (conversion == 'g' && precision - 1u < SHORT_DIGITS)
        return buf__quick_short(at, bits, precision);
    return buf__quick_general(at, bits, precision, (unsigned char)conversion);
}

static __attribute__((noinline)) char *put_real(char *at, double value, int precision, char conversion) {
    uint64_t bits = buf__double_bits(value);
    if (!point_is_dot())
        return NULL;
    *at = '-';
    return put_magnitude(at + (bits >> 63), bits, precision, conversion);
}

#endif
