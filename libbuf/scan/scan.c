/*
 * The scanf engine's main loop: white space, literal characters, directives and what a call returns. It is
 * written once, for bytes and wide characters alike; the compiler makes the two. scan_format.c reads
 * directives; the conversions are in scan_integer.c, scan_float.c (numbers), scan_text.c (text from bytes)
 * and scan_wide.c (text from wide characters).
 */
#include "scan_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* White space before a conversion. False: a signal interrupted the read. */
BOTH_KINDS bool skip_spaces(struct scan *scan, bool wide) {
    if (!wide) {
        struct source *source = scan->bytes;
        const unsigned char *at = source->at, *end = source->end;
        while (at < end && is_space_byte(*at))
            at++;
        source->at = at;
        if (LIKELY(at < end))
            return true;
    }
    return buf__skip_on(scan);
}

/* %n: not an item. */
static enum outcome tell(struct scan *scan) {
    if (scan->flags & SUPPRESS)
        return MATCHED;
    void *to = va_arg(scan->arguments, void *);
    size_t count = taken(scan);
    if (scan->flags & IS_LONG)
        *(long *)to = (long)count;
    else if (scan->flags & IS_SHORT)
        *(short *)to = (short)count;
    else if (scan->flags & IS_CHAR)
        *(char *)to = (char)count;
    else
        *(int *)to = (int)count;
    return MATCHED;
}

BOTH_KINDS enum outcome literal(struct scan *scan, unsigned c, bool wide) {
    int next = wide ? peek_wide(scan) : peek_byte(scan);
    if (UNLIKELY(next == END))
        return EXHAUSTED;
    if ((unsigned)next != c)
        return MISMATCHED;
    if (wide)
        scan->wide->at++;
    else
        scan->bytes->at++;
    return MATCHED;
}

/* A multibyte character of a byte format must match as it is. Returns its length, 0 when it is none. */
static __attribute__((noinline)) size_t multibyte_literal(struct scan *scan, const char *format,
                                                          mbstate_t *state, enum outcome *outcome) {
    size_t length = mbrlen(format, strnlen(format, MB_LEN_MAX), state);
    if (length > MB_LEN_MAX)
        return 0;
    for (size_t i = 0; i < length && *outcome == MATCHED; i++)
        *outcome = literal(scan, (unsigned char)format[i], false);
    return length;
}

/* Makes the next argument the one at the directive's position, counted from 1. */
static __attribute__((noinline)) void go_to_position(struct scan *scan) {
    va_copy(scan->next_arguments, scan->arguments);
    va_copy(scan->arguments, scan->all_arguments);
    for (int i = 1; i < scan->position; i++)
        (void)va_arg(scan->arguments, void *);
}

static __attribute__((noinline)) void leave_position(struct scan *scan) {
    va_copy(scan->arguments, scan->next_arguments);
}

enum letter_property {
    PLAIN = 1,        /* a conversion (`a` may be a modifier, and % is none) */
    KEEPS_SPACES = 2, /* white space before it is not taken unless the format has some */
};

static inline unsigned properties(unsigned letter) {
    static const unsigned char table[128] = {['d'] = PLAIN,
                                             ['i'] = PLAIN,
                                             ['u'] = PLAIN,
                                             ['x'] = PLAIN,
                                             ['X'] = PLAIN,
                                             ['o'] = PLAIN,
                                             ['p'] = PLAIN,
                                             ['s'] = PLAIN,
                                             ['S'] = PLAIN,
                                             ['e'] = PLAIN,
                                             ['E'] = PLAIN,
                                             ['f'] = PLAIN,
                                             ['F'] = PLAIN,
                                             ['g'] = PLAIN,
                                             ['G'] = PLAIN,
                                             ['A'] = PLAIN,
                                             ['['] = PLAIN | KEEPS_SPACES,
                                             ['c'] = PLAIN | KEEPS_SPACES,
                                             ['C'] = PLAIN | KEEPS_SPACES,
                                             ['n'] = PLAIN | KEEPS_SPACES};
    return letter < sizeof table ? table[letter] : 0;
}

BOTH_KINDS enum outcome convert(struct scan *scan, unsigned letter, bool wide) {
    switch (letter) {
    case 'd':
        return buf__scan_integer(scan, 10, true);
    case 'i':
        return buf__scan_integer(scan, 0, true);
    case 'u':
        return buf__scan_integer(scan, 10, false);
    case 'x':
    case 'X':
        return buf__scan_integer(scan, 16, false);
    case 'o':
        return buf__scan_integer(scan, 8, false);
    case 'b':
        return scan->mode & SCAN_C23 ? buf__scan_integer(scan, 2, false) : MISMATCHED;
    case 'p':
        scan->flags = (scan->flags & ~(unsigned)IS_SHORT) | IS_LONG | POINTER;
        return buf__scan_integer(scan, 16, false);
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return buf__scan_float(scan);
    case 'C':
        scan->flags |= IS_LONG;
        /* fallthrough */
    case 'c':
        return wide ? buf__scan_wide_characters(scan) : buf__scan_characters(scan);
    case 'S':
        scan->flags |= IS_LONG;
        /* fallthrough */
    case 's':
        return wide ? buf__scan_wide_word(scan) : buf__scan_word(scan);
    case '[':
        return wide ? buf__scan_wide_set(scan) : buf__scan_set(scan);
    case 'n':
        return tell(scan);
    case '%':
        return literal(scan, '%', wide);
    default:
        return MISMATCHED;
    }
}

/* Reads a directive, the most common shapes of it without a call. Returns the properties of its letter. */
BOTH_KINDS unsigned read_directive(struct scan *scan, const void *format, struct directive *directive,
                                   bool wide) {
    const void *at = format;
    unsigned letter = unit(at, wide), property = properties(letter), flags = 0, digit = letter - '0';
    long width = NO_LIMIT;
    if (!(property & PLAIN)) {
        if (letter == 'l') {
            flags = IS_LONG;
            at = after(at, wide);
        } else if (digit - 1 < 9) {
            width = 0;
            do {
                width = width * 10 + digit;
                at = after(at, wide);
            } while ((digit = unit(at, wide) - '0') < 10 && width < INT_MAX / 10);
        }
        letter = unit(at, wide);
        property = properties(letter);
    }
    scan->flags = flags;
    scan->width = width;
    scan->position = 0;
    directive->letter = letter;
    directive->behind = after(at, wide);
    if (LIKELY(property & PLAIN))
        return property;
    *directive = wide ? buf__read_wide_directive(scan, format) : buf__read_directive(scan, format);
    return properties(directive->letter);
}

/* A directive whose argument is named by its position. */
static __attribute__((noinline)) enum outcome convert_at_position(struct scan *scan, unsigned letter) {
    go_to_position(scan);
    enum outcome outcome = scan->wide ? convert(scan, letter, true) : convert(scan, letter, false);
    leave_position(scan);
    return outcome;
}

BOTH_KINDS enum outcome run(struct scan *scan, const void *format, bool wide) {
    enum outcome outcome = MATCHED;
    bool spaces = false; /* white space of the format waits to be taken */
    mbstate_t state = {0};
    size_t length;

    for (unsigned c; (c = unit(format, wide)) != 0;) {
        if (LIKELY(c == '%')) {
            struct directive directive;
            unsigned property = read_directive(scan, after(format, wide), &directive, wide);
            if (UNLIKELY(directive.letter == 0))
                return MISMATCHED;
            if (!(property & KEEPS_SPACES) || spaces) {
                if (UNLIKELY(!skip_spaces(scan, wide)))
                    return EXHAUSTED;
                spaces = false;
            }
            scan->format = directive.behind;
            outcome = UNLIKELY(scan->position != 0) ? convert_at_position(scan, directive.letter)
                                                    : convert(scan, directive.letter, wide);
            format = scan->format;
        } else if (!wide && UNLIKELY(c >= 0x80) &&
                   (length = multibyte_literal(scan, format, &state, &outcome)) > 0) {
            format = (const char *)format + length; /* white space before it stays pending, as in glibc */
        } else {
            format = after(format, wide);
            if (wide ? iswspace((wint_t)c) : is_space_byte(c)) {
                spaces = true;
                continue;
            }
            if (spaces)
                buf__take_spaces(scan);
            spaces = false;
            outcome = literal(scan, c, wide);
        }
        if (UNLIKELY(outcome != MATCHED))
            return outcome;
    }
    if (spaces)
        buf__take_spaces(scan);
    return outcome;
}

/* Frees what a failure must not leave behind; returns the call's result. */
static __attribute__((noinline)) int end_in_failure(struct scan *scan, enum outcome outcome) {
    if (outcome == FAILED || (outcome == EXHAUSTED && scan->done == 0))
        scan->done = EOF;
    if (scan->pending != NULL) {
        free(*scan->pending);
        *scan->pending = NULL;
    }
    for (struct allocations *list = scan->allocations, *earlier; list != NULL; list = earlier) {
        for (size_t i = 0; i < list->count && scan->done == EOF; i++) {
            free(*list->slots[i]);
            *list->slots[i] = NULL;
        }
        earlier = list->earlier;
        if (list != &scan->first_few)
            free(list);
    }
    return scan->done;
}

static inline void begin(struct scan *scan, unsigned mode, va_list arguments) {
    scan->mode = mode;
    scan->all_arguments = arguments;
    buf__copy_arguments(scan->arguments, arguments);
    scan->passed = 0;
    scan->done = 0;
    scan->end_errno = 0;
    scan->ended = false;
    scan->pending = NULL;
    scan->first_few.earlier = NULL;
    scan->first_few.count = 0;
    scan->allocations = &scan->first_few;
}

static inline int end(struct scan *scan, enum outcome outcome) {
    bool clean = outcome == MATCHED && scan->allocations == &scan->first_few;
    return LIKELY(clean) ? scan->done : end_in_failure(scan, outcome);
}

int buf__scan_rest(struct source *source, unsigned mode, const char *format, va_list arguments,
                   const unsigned char *start, int done) {
    struct scan scan;
    scan.bytes = source;
    scan.wide = NULL;
    scan.start = start;
    begin(&scan, mode, arguments);
    scan.done = done;
    for (int i = 0; i < done; i++)
        (void)va_arg(scan.arguments, void *);
    return end(&scan, run(&scan, format, false));
}

int buf__scan(struct source *source, unsigned mode, const char *format, va_list arguments) {
    return buf__scan_rest(source, mode, format, arguments, source->at, 0);
}

int buf__scan_wide(struct wide_source *source, unsigned mode, const wchar_t *format, va_list arguments) {
    struct scan scan;
    scan.bytes = NULL;
    scan.wide = source;
    scan.start = source->at;
    begin(&scan, mode, arguments);
    return end(&scan, run(&scan, format, true));
}
