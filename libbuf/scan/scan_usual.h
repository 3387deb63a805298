/*
 * The usual part of a format, in line: plain directives, white space and ASCII characters, as long as the window
 * has all that they look at, without the state that the engine keeps. What is left is the engine's (scan.c).
 */
#ifndef BUF_SCAN_USUAL_H
#define BUF_SCAN_USUAL_H

#include "scan_quick.h"

static inline bool buf__is_ascii_space(unsigned c) {
    return c == ' ' || c - '\t' < 5;
}

static inline const unsigned char *buf__skip_in_window(const unsigned char *at, const unsigned char *end) {
    while (at < end && buf__is_ascii_space(*at))
        at++;
    return at;
}

/* A field of the plainest directives: [l]d, [l]u, [N]s, lf and kin. Returns where it ends; NULL when it is none or
   anything about it is not usual: then nothing was stored, but the argument may be gone. `*format` stands behind the %. */
static inline __attribute__((always_inline)) const unsigned char *
buf__usual_field(const unsigned char *at, const unsigned char *end, const unsigned char **format,
                 argument_list *arguments) {
    const unsigned char *f = *format;
    unsigned letter = *f++, digit = letter - '0';
    unsigned long width = NO_LIMIT;
    bool is_long = letter == 'l';
    if (is_long) {
        letter = *f++;
    } else if (digit - 1 < 9) {
        for (width = digit; (digit = (letter = *f++) - '0') < 10 && width < 100000;)
            width = width * 10 + digit;
        if (letter != 's')
            return NULL;
    }
    at = buf__skip_in_window(at, end);
    if (UNLIKELY(end - at < USUAL_ROOM))
        return NULL;
    *format = f;
    switch (letter) {
    case 'd':
    case 'u': {
        uint64_t value = 0;
        bool negative = *at == '-';
        at += negative | (*at == '+');
        unsigned count = buf__eight_digits(at, 8, &value);
        at += count;
        if (UNLIKELY(count == 8)) {
            at += count = buf__eight_digits(at, 8, &value);
            if ((unsigned)*at - '0' < 10)
                return NULL;
        } else if (UNLIKELY(count == 0)) {
            return NULL;
        }
        value = negative ? -value : value;
        void *to = va_arg(arguments, void *);
        if (is_long)
            *(uint64_t *)to = value;
        else
            *(uint32_t *)to = (uint32_t)value;
        return at;
    }
    case 's': {
        struct stops stops = buf__find_stops(at);
        unsigned length = (unsigned)__builtin_ctz(stops.any | 1U << 16);
        if (UNLIKELY(is_long || !(stops.spaces >> length & 1) || length >= width || length == 0))
            return NULL;
        char *to = va_arg(arguments, char *);
        if (UNLIKELY(to == NULL))
            return NULL;
        buf__copy_few(to, at, length);
        to[length] = '\0';
        return at + length;
    }
    case 'e':
    case 'f':
    case 'g': {
        struct decimal decimal;
        if (UNLIKELY(!is_long))
            return NULL;
        at = buf__read_usual(at, buf__point_character(), &decimal);
        if (LIKELY(at != NULL))
            *va_arg(arguments, double *) = buf__decimal_to_double(decimal);
        return at;
    }
    default:
        return NULL;
    }
}

/* Scans from *at to `end` at most. True: the call is done, with *done items. False: the engine is to go on at
   *format, behind *done arguments. */
static inline __attribute__((always_inline)) bool buf__scan_usual(const unsigned char **at,
                                                                  const unsigned char *end,
                                                                  const char **format_text,
                                                                  argument_list *arguments, int *done) {
    const unsigned char *format = (const unsigned char *)*format_text, *from = *at;
    argument_list next;
    bool complete = true;
    *done = 0;
    buf__copy_arguments(&next, arguments);
    for (unsigned c; (c = *format) != 0;) {
        const unsigned char *behind = format, *to = from;
        if (buf__is_ascii_space(c)) {
            while (buf__is_ascii_space(c = *++behind))
                ;
            to = buf__skip_in_window(from, end);
            complete = to < end && *to < 0x80 && c < 0x80;
        }
        if (LIKELY(c == '%') && complete) {
            behind++;
            to = buf__usual_field(to, end, &behind, &next);
            complete = to != NULL;
            *done += complete;
        } else if (c != 0 && complete) {
            complete = to < end && c < 0x80;
            if (complete && *to++ != c) {
                *at = to - 1;
                return true;
            }
            behind++;
        }
        if (UNLIKELY(!complete))
            break;
        from = to;
        format = behind;
    }
    *at = from;
    *format_text = (const char *)format;
    return complete;
}

#endif
