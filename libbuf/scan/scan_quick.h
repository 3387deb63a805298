/*
 * The usual field, found by its first 16 bytes at once: words, and numbers with a point.
 */
#ifndef BUF_SCAN_QUICK_H
#define BUF_SCAN_QUICK_H

#include "scan_decimal.h"
#include "scan_digits.h"
#include "scan_state.h"

#include <emmintrin.h>
#include <langinfo.h>

/* Which of 16 bytes are white space, and which, from 0x80 on, only the locale can tell of. */
struct stops {
    unsigned spaces; /* a bit for each */
    unsigned any;
};

static inline struct stops buf__find_stops(const unsigned char *at) {
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i from_tab = _mm_sub_epi8(block, _mm_set1_epi8('\t'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8('\r' - '\t')), from_tab);
    __m128i space = _mm_or_si128(control, _mm_cmpeq_epi8(block, _mm_set1_epi8(' ')));
    struct stops stops = {(unsigned)_mm_movemask_epi8(space),
                          (unsigned)_mm_movemask_epi8(_mm_or_si128(space, block))};
    return stops;
}

/* Copies 1 to 15 bytes without a branch on their number: pieces that do not apply go aside. 16 bytes can be
 * read. */
static inline void buf__copy_few(char *to, const unsigned char *from, size_t count) {
    char aside[8];
    uint64_t first_eight, last_eight;
    uint32_t first_four, last_four;
    bool eight = count >= 8, four = count >= 4;
    __builtin_memcpy(&first_eight, from, 8);
    __builtin_memcpy(&last_eight, from + (eight ? count - 8 : 0), 8);
    __builtin_memcpy(&first_four, from, 4);
    __builtin_memcpy(&last_four, from + (four ? count - 4 : 0), 4);
    char first = (char)from[0], middle = (char)from[count / 2], last = (char)from[count - 1];
    __builtin_memcpy(eight ? to : aside, &first_eight, 8);
    __builtin_memcpy(eight ? to + count - 8 : aside, &last_eight, 8);
    __builtin_memcpy(four ? to : aside, &first_four, 4);
    __builtin_memcpy(four ? to + count - 4 : aside, &last_four, 4);
    to[0] = first;
    to[count / 2] = middle;
    to[count - 1] = last;
}

enum { USUAL_ROOM = 24 }; /* bytes that buf__read_usual may look at */

/* Digits, point and digits again, at most 8 each and 15 in all: the usual number, its shape found at once.
   Returns as read_decimal; NULL for anything else. */
static inline const unsigned char *buf__read_usual(const unsigned char *at, unsigned point,
                                              struct decimal *decimal) {
    decimal->negative = *at == '-';
    at += decimal->negative | (*at == '+');
    __m128i values = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)at), _mm_set1_epi8('0'));
    __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
    unsigned others = (unsigned)_mm_movemask_epi8(digits) ^ 0xffff;
    if (UNLIKELY(others == 0))
        return NULL;
    unsigned whole = (unsigned)__builtin_ctz(others);
    others >>= whole + 1;
    unsigned part = (unsigned)__builtin_ctz(others | 1U << 16);
    if (UNLIKELY(at[whole] != point || whole - 1 > 7 || part - 1 > 7))
        return NULL;
    const unsigned char *behind = at + whole + 1 + part;
    if (UNLIKELY((*behind | 0x20) == 'e'))
        return NULL;
    uint64_t before = buf__eight_bytes(at, 8) ^ 0x3030303030303030,
             after = buf__eight_bytes(at + whole + 1, 8) ^ 0x3030303030303030;
    decimal->mantissa =
        buf__digits_value(before, whole) * buf__power_of_ten[part] + buf__digits_value(after, part);
    decimal->exponent = -(int)part;
    return behind;
}

/* The locale's decimal point, when it is one ASCII character; else what no byte is equal to. */
static inline unsigned buf__point_character(void) {
    const unsigned char *point = (const unsigned char *)nl_langinfo(RADIXCHAR);
    return point[0] < 0x80 && point[1] == '\0' ? point[0] : UINT_MAX;
}

#endif
