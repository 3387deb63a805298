/* Digits of integers, written to their exact place: nothing behind them is touched. */
#ifndef FORMAT_DIGITS_H
#define FORMAT_DIGITS_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

extern const char buf__pairs[201];   /* "00" .. "99" */
extern const uint64_t buf__tens[20]; /* 10^0 .. 10^19 */

#define ASCII_ZEROS UINT64_C(0x3030303030303030)

/* The eight digits of value, below 10^8, as numbers 0 to 9, the first in the lowest byte. */
static inline uint64_t buf__eight_digits(uint32_t value) {
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t tens = (fours * 5243 >> 19) & UINT64_C(0x7f0000007f);
    uint64_t twos = tens | (fours - tens * 100) << 16;
    tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (twos - tens * 10) << 8;
}

/* The first n (1 to 8) bytes of a word that holds text from its lowest byte on. */
static inline void buf__store(char *at, uint64_t text, int n) {
    if (n >= 4) {
        uint32_t head = (uint32_t)text, tail = (uint32_t)(text >> 8 * (n - 4));
        __builtin_memcpy(at, &head, 4);
        __builtin_memcpy(at + n - 4, &tail, 4);
    } else if (n >= 2) {
        uint16_t head = (uint16_t)text, tail = (uint16_t)(text >> 8 * (n - 2));
        __builtin_memcpy(at, &head, 2);
        __builtin_memcpy(at + n - 2, &tail, 2);
    } else {
        *at = (char)text;
    }
}

/* How many digits value has, 1 for 0. */
static inline int buf__digit_count(uint64_t value) {
    value |= 1;
    int guess = (64 - __builtin_clzll(value)) * 1233 >> 12;
    return guess + (value >= buf__tens[guess]);
}

static inline void buf__put_pair(char *at, unsigned value) {
    __builtin_memcpy(at, buf__pairs + 2 * value, 2);
}

/* The last `count` digits of value, right up to `end`. */
static inline void buf__put_count32(char *end, uint32_t value, int count) {
    for (; count >= 2; count -= 2, value /= 100)
        buf__put_pair(end -= 2, value % 100);
    if (count)
        end[-1] = (char)('0' + value % 10);
}

static inline void buf__put_count(char *end, uint64_t value, int count) {
    for (; count > 8; count -= 8, value /= 100000000)
        buf__put_count32(end, (uint32_t)(value % 100000000), 8), end -= 8;
    buf__put_count32(end, (uint32_t)value, count);
}

/* The digits of value; returns the place behind them. */
static inline char *buf__put_decimal32(char *at, uint32_t value) {
    if (value < 10) {
        *at = (char)('0' + value);
        return at + 1;
    }
    if (value < 100) {
        buf__put_pair(at, value);
        return at + 2;
    }
    char *end = at + buf__digit_count(value), *to = end;
    do {
        buf__put_pair(to -= 2, value % 100);
        value /= 100;
    } while (value >= 100);
    if (value >= 10)
        buf__put_pair(at, value);
    else
        *at = (char)('0' + value);
    return end;
}

static inline char *buf__put_decimal(char *at, uint64_t value) {
    if (value <= UINT32_MAX)
        return buf__put_decimal32(at, (uint32_t)value);
    int count = buf__digit_count(value);
    buf__put_count(at + count, value, count);
    return at + count;
}

/* The eight hexadecimal digits of value as text, the first in the highest byte; `letters` is the distance
   from '9' + 1 to 'a' or 'A'. */
static inline uint64_t buf__hex_text(uint32_t value, unsigned letters) {
    uint64_t text = value;
    text = (text | text << 16) & UINT64_C(0x0000ffff0000ffff);
    text = (text | text << 8) & UINT64_C(0x00ff00ff00ff00ff);
    text = (text | text << 4) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    uint64_t above_nine = (text + UINT64_C(0x0606060606060606)) >> 4 & UINT64_C(0x0101010101010101);
    return text + ASCII_ZEROS + above_nine * letters;
}

/* The digits of value in hexadecimal; returns the place behind them. */
static inline char *buf__put_hex32(char *at, uint32_t value, unsigned letters) {
    int count = (35 - __builtin_clz(value | 1)) / 4;
    buf__store(at, __builtin_bswap64(buf__hex_text(value << 4 * (8 - count), letters)), count);
    return at + count;
}

static inline char *buf__put_hex(char *at, uint64_t value, unsigned letters) {
    if (value <= UINT32_MAX)
        return buf__put_hex32(at, (uint32_t)value, letters);
    at = buf__put_hex32(at, (uint32_t)(value >> 32), letters);
    buf__store(at, __builtin_bswap64(buf__hex_text((uint32_t)value, letters)), 8);
    return at + 8;
}

#pragma GCC visibility pop

#endif
