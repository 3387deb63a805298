/*
 * One directive of the format: position, flags, width and length modifier, up to the conversion's letter.
 * Written once for bytes and wide characters; the compiler makes the two. A directive that is nothing but its
 * letter does not come here.
 */
#include "scan_state.h"

#include <langinfo.h>

/* A number of the format; -1 when it is beyond INT_MAX. */
BOTH_KINDS int number(const void **format, bool wide) {
    long value = 0;
    for (unsigned c; (c = unit(*format, wide) - '0') < 10; *format = after(*format, wide))
        if (value <= INT_MAX)
            value = value * 10 + (long)c;
    return value <= INT_MAX ? (int)value : -1;
}

BOTH_KINDS bool is_digit(unsigned c) {
    return c - '0' < 10;
}

/* C23's wN and wfN, behind the w. False when N is none of 8, 16, 32, 64. */
BOTH_KINDS bool exact_width(const void **format, bool wide, unsigned *flags) {
    bool fast = unit(*format, wide) == 'f';
    if (fast)
        *format = after(*format, wide);
    int bits = number(format, wide);
    if (bits == 8)
        *flags |= IS_CHAR;
    else if (bits == 64 || (fast && (bits == 16 || bits == 32)))
        *flags |= IS_LONG;
    else if (bits == 16)
        *flags |= IS_SHORT;
    return bits == 8 || bits == 16 || bits == 32 || bits == 64;
}

/* The length modifier, if there is one. False for a w without a legal N. */
BOTH_KINDS bool modifier(unsigned mode, const void **format, bool wide, unsigned *flags) {
    const void *at = after(*format, wide);
    unsigned c = unit(*format, wide), next = c == 0 ? 0 : unit(at, wide);
    bool twice = false, legal = true;
    switch (c) {
    case 'l':
        twice = next == 'l';
        *flags |= twice ? IS_LONG | IS_LONGEST : IS_LONG;
        break;
    case 'h':
        twice = next == 'h';
        *flags |= twice ? IS_CHAR : IS_SHORT;
        break;
    case 'q':
    case 'L':
        *flags |= IS_LONG | IS_LONGEST;
        break;
    case 'j':
    case 'z':
    case 't':
        *flags |= IS_LONG;
        break;
    case 'm':
        twice = next == 'l';
        *flags |= twice ? ALLOCATE | IS_LONG : ALLOCATE;
        break;
    case 'a':
        if (!(mode & SCAN_GNU_A) || (next != 's' && next != 'S' && next != '['))
            return true;
        *flags |= ALLOCATE_GNU;
        break;
    case 'w':
        if (!(mode & SCAN_C23))
            return true;
        legal = exact_width(&at, wide, flags);
        break;
    default:
        return true;
    }
    *format = twice ? after(at, wide) : at;
    return legal;
}

/* Whether the locale separates thousands; without it the flag ' says nothing. */
static bool has_thousands(const struct scan *scan) {
    struct separators separators;
    buf__scan_separators(scan, &separators);
    return separators.thousands[0] != 0;
}

/* A width without a position before it stands in front of all flags, and then there are none. */
BOTH_KINDS struct directive directive(struct scan *scan, const void *at, bool wide) {
    struct directive result = {at, 0};
    unsigned flags = 0;
    int width = 0;
    bool sized = false;
    scan->position = 0;

    if (is_digit(unit(at, wide))) {
        width = number(&at, wide);
        sized = unit(at, wide) != '$';
        if (!sized) {
            scan->position = width;
            width = 0;
            at = after(at, wide);
        }
    }
    if (!sized) {
        for (;; at = after(at, wide)) {
            unsigned c = unit(at, wide);
            if (c == '*')
                flags |= SUPPRESS;
            else if (c == '\'')
                flags |= GROUP;
            else if (c == 'I')
                flags |= LOCAL_DIGITS;
            else
                break;
        }
        if (is_digit(unit(at, wide)))
            width = number(&at, wide);
    }
    bool legal = modifier(scan->mode, &at, wide, &flags);
    if (UNLIKELY(flags & GROUP) && !has_thousands(scan))
        flags &= ~(unsigned)GROUP;
    if (LIKELY(legal && scan->position >= 0))
        result.letter = unit(at, wide);
    result.behind = result.letter != 0 ? after(at, wide) : at;
    scan->flags = flags;
    scan->width = width > 0 ? width : NO_LIMIT;
    return result;
}

struct directive buf__read_directive(struct scan *scan, const void *format) {
    return directive(scan, format, false);
}

struct directive buf__read_wide_directive(struct scan *scan, const void *format) {
    return directive(scan, format, true);
}
