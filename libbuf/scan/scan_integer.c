/*
 * Integers: d i u o x X b p. One pass: the value is computed while the digits are taken, with strtol's
 * results on overflow. A decimal field that lies in the window is read eight digits at a time; all else, wide
 * characters too, goes character by character.
 */
#include "scan_digits.h"
#include "scan_state.h"

#include <errno.h>
#include <stdlib.h>

/* Stores a value, still as two's complement, in the width the modifier asks for. */
static inline enum outcome store(struct scan *scan, uint64_t value) {
    if (UNLIKELY(scan->flags & SUPPRESS))
        return MATCHED;
    void *to = va_arg(scan->arguments, void *);
    if (scan->flags & IS_LONG)
        *(uint64_t *)to = value;
    else if (UNLIKELY(scan->flags & IS_SHORT))
        *(uint16_t *)to = (uint16_t)value;
    else if (UNLIKELY(scan->flags & IS_CHAR))
        *(uint8_t *)to = (uint8_t)value;
    else
        *(uint32_t *)to = (uint32_t)value;
    scan->done++;
    return MATCHED;
}

/* The result of strtol or strtoul for a magnitude, which may have overflowed 64 bits. */
static inline uint64_t with_sign(uint64_t magnitude, bool negative, bool overflow, bool is_signed) {
    if (is_signed) {
        uint64_t limit = (uint64_t)INT64_MAX + negative;
        if (UNLIKELY(overflow || magnitude > limit)) {
            errno = ERANGE;
            magnitude = limit;
        }
    } else if (UNLIKELY(overflow)) {
        errno = ERANGE;
        return UINT64_MAX;
    }
    return negative ? -magnitude : magnitude;
}

/* The value of a digit in bases up to 16; at least 16 for all else. */
static inline unsigned digit_value(int c) {
    static const unsigned char one_more[128] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
        ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};
    return (unsigned)c < sizeof one_more ? one_more[c] - 1U : UINT_MAX;
}

/* A number as its digits come in. */
struct magnitude {
    uint64_t value;
    bool any;      /* digits at all */
    bool overflow; /* more than 64 bits */
};

static inline void append(struct magnitude *number, unsigned base, unsigned digit) {
    number->any = true;
    number->overflow |= __builtin_mul_overflow(number->value, base, &number->value);
    number->overflow |= __builtin_add_overflow(number->value, digit, &number->value);
}

/* Takes digits as far as the source and the width allow; the character behind them is looked at even if the
 * width is used up. */
static void take_digits(struct scan *scan, unsigned base, struct magnitude *number) {
    unsigned digit;
    if (scan->bytes != NULL) {
        struct source *source = scan->bytes;
        const unsigned char *at = source->at, *first = at;
        for (; at < source->end && at - first < scan->width && (digit = digit_value(*at)) < base; at++)
            append(number, base, digit);
        scan->width -= at - first;
        source->at = at;
    }
    while ((digit = digit_value(peek(scan))) < base && scan->width != 0) {
        append(number, base, digit);
        take(scan);
    }
}

/* glibc's printf writes a null pointer as (nil). What does not match to its end stays taken but for the last
 * character. */
static bool take_nil(struct scan *scan) {
    if (scan->width < 5 || peek(scan) != '(')
        return false;
    take(scan);
    for (const char *expected = "nil"; *expected != '\0'; expected++) {
        if (lower(scan, peek(scan)) != *expected)
            return false;
        take(scan);
    }
    if (peek(scan) != ')')
        return false;
    take(scan);
    return true;
}

/* With the flags ' or I: the token is gathered in plain digits, and libc converts it. */
static enum outcome local_decimal(struct scan *scan, const char *prefix, bool is_signed) {
    struct token token;
    buf__token_start(&token);
    buf__token_add_text(&token, prefix);
    enum outcome outcome = buf__scan_local_integer(scan, &token);
    if (outcome == MATCHED && (scan->flags & GROUP))
        buf__token_ungroup(scan, &token);
    if (token.failed) {
        errno = ENOMEM;
        outcome = FAILED;
    } else if (outcome == MATCHED) {
        char *end;
        uint64_t value = is_signed ? (uint64_t)strtol(token.text, &end, 10) : strtoul(token.text, &end, 10);
        outcome = end == token.text ? MISMATCHED : store(scan, value);
    }
    buf__token_free(&token);
    return outcome;
}

/* Any base, any source. As glibc, a character behind the field is looked at even when the width is used
   up. */
static __attribute__((noinline)) enum outcome by_character(struct scan *scan, unsigned base, bool is_signed) {
    char prefix[3] = "", *behind = prefix;
    bool negative = false;
    struct magnitude number = {0, false, false};

    int c = peek(scan);
    if (c == END)
        return EXHAUSTED;
    if (c == '-' || c == '+') {
        negative = c == '-';
        *behind++ = (char)c;
        take(scan);
        c = peek(scan);
    }
    if (scan->width != 0 && c == '0') {
        number.any = true;
        *behind++ = '0';
        take(scan);
        c = peek(scan);
        int mark = scan->width != 0 && (base == 0 || base == 16 || base == 2) ? lower(scan, c) : END;
        if (mark == 'x' && base != 2) {
            base = 16;
            take(scan);
        } else if (mark == 'b' && base != 16 && (scan->mode & SCAN_C23)) {
            base = 2;
            take(scan);
        } else if (base == 0) {
            base = 8;
        }
    }
    if (base == 0)
        base = 10;
    if (base == 10 && UNLIKELY(scan->flags & (GROUP | LOCAL_DIGITS))) {
        *behind = '\0';
        return local_decimal(scan, prefix, is_signed);
    }

    take_digits(scan, base, &number);
    if (!number.any && !(behind == prefix && (scan->flags & POINTER) && take_nil(scan)))
        return MISMATCHED;
    return store(scan, with_sign(number.value, negative, number.overflow, is_signed));
}

/* A decimal integer that ended where the window ends; nothing is taken yet. */
static __attribute__((noinline)) enum outcome decimal_at_end(struct scan *scan, const unsigned char *behind,
                                                             uint64_t value, bool is_signed) {
    if (!at_last_end(scan))
        return by_character(scan, 10, is_signed);
    scan->bytes->at = behind;
    return store(scan, value);
}

/* A decimal integer that ends inside the window or with the input is read here; all else goes character by
   character. There are no calls but at the ends, so that no registers need be saved. */
enum outcome buf__scan_integer(struct scan *scan, unsigned base, bool is_signed) {
    struct source *source = scan->bytes;
    if (base != 10 || source == NULL || UNLIKELY(scan->flags & (GROUP | LOCAL_DIGITS)))
        return by_character(scan, base, is_signed);

    const unsigned char *at = source->at;
    size_t room = (size_t)(source->end - at), width = (size_t)scan->width;
    const unsigned char *stop = at + (width < room ? width : room);
    bool negative = false;
    if (LIKELY(at < stop)) { /* no branch on the sign, which may be anything */
        negative = *at == '-';
        at += negative | (*at == '+');
    }
    uint64_t magnitude = 0;
    unsigned count = buf__eight_digits(at, (size_t)(stop - at), &magnitude), digits = count;
    at += count;
    while (UNLIKELY(count == 8) && digits <= 16) {
        count = buf__eight_digits(at, (size_t)(stop - at), &magnitude);
        digits += count;
        at += count;
    }
    if (UNLIKELY(digits - 1 > 18) || UNLIKELY(magnitude > INT64_MAX)) /* none, or perhaps too many */
        return by_character(scan, base, is_signed);
    uint64_t value = negative ? -magnitude : magnitude;
    if (UNLIKELY(at == source->end))
        return decimal_at_end(scan, at, value, is_signed);
    source->at = at;
    return store(scan, value);
}
