/*
 * Integers: d i u o x X b p. One pass: the value is computed while the digits are taken, with strtol's results on overflow.
 * A decimal field that lies in the window is read eight digits at a time; all else, wide characters too, goes character by character.
 */
#include "scan_digits.h"
#include "scan_state.h"

#include <errno.h>
#include <stdlib.h>

/* Stores a value, still as two's complement, in the width the modifier asks for. */
static enum outcome store(struct scan *scan, uint64_t value)
{
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
static inline uint64_t with_sign(uint64_t magnitude, bool negative, bool overflow, bool is_signed)
{
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

/* A decimal integer that ends inside the window, or with the input. False: nothing was taken, go character by character. */
static inline bool decimal_in_window(struct scan *scan, bool is_signed, uint64_t *value)
{
    struct source *source = scan->bytes;
    const unsigned char *at = source->at;
    size_t room = (size_t)(source->end - at), width = (size_t)scan->width;
    const unsigned char *stop = at + (width < room ? width : room);
    bool negative = false;
    if (LIKELY(at < stop)) { /* no branch on the sign, which may be anything */
        negative = *at == '-';
        at += negative | (*at == '+');
    }
    uint64_t magnitude = 0;
    unsigned count = buf__eight_digits(at, (size_t)(stop - at), &magnitude);
    if (UNLIKELY(count == 0))
        return false;
    at += count;
    for (unsigned digits = 8; UNLIKELY(count == 8); digits += count) {
        if (digits + (count = buf__eight_digits(at, (size_t)(stop - at), &magnitude)) > 19)
            return false;
        at += count;
    }
    if (UNLIKELY(at == source->end) && !at_last_end(scan))
        return false;
    source->at = at;
    *value = with_sign(magnitude, negative, false, is_signed);
    return true;
}

/* The value of a digit in bases up to 16; at least 16 for all else. */
static unsigned digit_value(int c)
{
    unsigned digit = (unsigned)c - '0';
    if (digit < 10)
        return digit;
    unsigned letter = ((unsigned)c | 0x20) - 'a';
    return letter < 6 ? letter + 10 : 16;
}

/* glibc's printf writes a null pointer as (nil). What does not match to its end stays taken but for the last character. */
static bool take_nil(struct scan *scan)
{
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
static enum outcome local_decimal(struct scan *scan, const char *prefix, bool is_signed)
{
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

/* Any base, any source. As glibc, a character behind the field is looked at even when the width is used up. */
static __attribute__((noinline)) enum outcome by_character(struct scan *scan, unsigned base, bool is_signed)
{
    char prefix[3] = "", *behind = prefix;
    bool negative = false, any = false, overflow = false;
    uint64_t magnitude = 0;

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
        any = true;
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

    unsigned digit;
    while ((digit = digit_value(peek(scan))) < base && scan->width != 0) {
        any = true;
        overflow |= __builtin_mul_overflow(magnitude, base, &magnitude);
        overflow |= __builtin_add_overflow(magnitude, digit, &magnitude);
        take(scan);
    }
    if (!any && !(behind == prefix && (scan->flags & POINTER) && take_nil(scan)))
        return MISMATCHED;
    return store(scan, with_sign(magnitude, negative, overflow, is_signed));
}

enum outcome buf__scan_integer(struct scan *scan, unsigned base, bool is_signed)
{
    uint64_t value;
    if (base == 10 && scan->bytes != NULL && LIKELY(!(scan->flags & (GROUP | LOCAL_DIGITS))) &&
        LIKELY(decimal_in_window(scan, is_signed, &value)))
        return store(scan, value);
    return by_character(scan, base, is_signed);
}
