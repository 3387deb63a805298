/*
 * Decimal digits of the window, up to eight at a time in one 64-bit word. Used by integers and floating
 * point.
 */
#ifndef BUF_SCAN_DIGITS_H
#define BUF_SCAN_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The bytes at `at` in a word, the first one lowest; zeros for those beyond `room`. */
static inline uint64_t buf__eight_bytes(const unsigned char *at, size_t room) {
    uint64_t word = 0;
    if (__builtin_expect(room >= 8, 1)) {
        __builtin_memcpy(&word, at, 8);
    } else if (room >= 4) {
        uint32_t low, high;
        __builtin_memcpy(&low, at, 4);
        __builtin_memcpy(&high, at + room - 4, 4);
        word = low | (uint64_t)high << (room - 4) * 8;
    } else if (room > 0) {
        word = at[0] | (uint64_t)at[room / 2] << room / 2 * 8 | (uint64_t)at[room - 1] << (room - 1) * 8;
    }
    return word;
}

/* The number written in the last `count` bytes of a word of digits 0 to 9 (values, not characters); nothing
   else is looked at. `count` from 1 to 8, the first digit's byte the lowest. */
static inline uint64_t buf__digits_value(uint64_t word, unsigned count) {
    word <<= 64 - 8 * count; /* zeros in front, the last digit in the highest byte */
    word = word * 10 + (word >> 8);
    return ((word & 0x000000ff000000ff) * (100 + (1000000ULL << 32)) +
            (word >> 16 & 0x000000ff000000ff) * (1 + (10000ULL << 32))) >>
           32;
}

static const uint64_t buf__power_of_ten[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* Appends the digits that lie at `at`, at most eight and at most `room`, to *value, without regard to
   overflow. Returns how many there were. */
static inline unsigned buf__eight_digits(const unsigned char *at, size_t room, uint64_t *value) {
    uint64_t word =
        buf__eight_bytes(at, room) ^ 0x3030303030303030; /* digits become 0 to 9, all else 10 and up */
    uint64_t others = ((word + 0x7676767676767676) | word) & 0x8080808080808080;
    unsigned count = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
    if (count > 0)
        *value = *value * buf__power_of_ten[count] + buf__digits_value(word, count);
    return count;
}

#endif
