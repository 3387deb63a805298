/* What the parts of the printf engine share: one conversion specification, its argument, and the way out.
   A conversion makes ASCII or text pieces and puts them through `struct out`, which knows whether the
   destination is narrow or wide; so conversions are written once. Every function that puts returns 0 or
   -errno. */
#ifndef FORMAT_OUT_H
#define FORMAT_OUT_H

#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

enum {
    FLAG_LEFT = 1,
    FLAG_PLUS = 2,
    FLAG_SPACE = 4,
    FLAG_ALT = 8,
    FLAG_ZERO = 16,
    FLAG_GROUP = 32,
    FLAG_LOCAL = 64
};

/* Sizes as glibc keeps them: two bits may stand together (ll is both LONG and LONG_DOUBLE). */
enum { SIZE_CHAR = 1, SIZE_SHORT = 2, SIZE_LONG = 4, SIZE_LONG_DOUBLE = 8 };

enum { ARGUMENT_NONE = -1, ARGUMENT_NEXT = -2 };

struct spec {
    unsigned flags;      /* FLAG_ bits */
    unsigned size;       /* SIZE_ bits */
    unsigned conversion; /* its letter, 0 if the format ended before it */
    int width;           /* 0 when none is given */
    int precision;       /* -1 when none is given */
    int width_from;      /* argument that holds the width: ARGUMENT_NONE, ARGUMENT_NEXT or its index */
    int precision_from;  /* the same for the precision */
    int value_from;      /* the same for the value: ARGUMENT_NEXT or its index */
};

union value {
    intmax_t integer;      /* d i o u x X b B c, already of its size: sign- or zero-extended */
    double real;           /* a e f g without L */
    long double long_real; /* with L, q, ll */
    void *pointer;         /* s p n */
};

struct out {
    struct sink *narrow;    /* where bytes go, or NULL */
    struct wide_sink *wide; /* where wide characters go when narrow is NULL */
    int64_t total;          /* characters put so far, never above INT_MAX */
};

/* Copies n bytes, n <= 32, in two moves that may overlap; nothing beyond them is touched. */
static inline void buf__copy_short(char *to, const char *from, size_t n) {
    if (n >= 16) {
        unsigned __int128 head, tail;
        __builtin_memcpy(&head, from, 16);
        __builtin_memcpy(&tail, from + n - 16, 16);
        __builtin_memcpy(to, &head, 16);
        __builtin_memcpy(to + n - 16, &tail, 16);
    } else if (n >= 8) {
        uint64_t head, tail;
        __builtin_memcpy(&head, from, 8);
        __builtin_memcpy(&tail, from + n - 8, 8);
        __builtin_memcpy(to, &head, 8);
        __builtin_memcpy(to + n - 8, &tail, 8);
    } else if (n >= 4) {
        uint32_t head, tail;
        __builtin_memcpy(&head, from, 4);
        __builtin_memcpy(&tail, from + n - 4, 4);
        __builtin_memcpy(to, &head, 4);
        __builtin_memcpy(to + n - 4, &tail, 4);
    } else if (n) {
        char head = from[0], middle = from[n / 2], tail = from[n - 1];
        to[0] = head;
        to[n / 2] = middle;
        to[n - 1] = tail;
    }
}

/* Bytes for a narrow destination. */
int buf__out_bytes_slow(struct out *, const char *, size_t n);

static inline int buf__out_bytes(struct out *out, const char *bytes, size_t n) {
    struct sink *sink = out->narrow;
    if (n > 32 || n > (size_t)(sink->end - sink->at))
        return buf__out_bytes_slow(out, bytes, n);
    buf__copy_short(sink->at, bytes, n);
    sink->at += n;
    out->total += (int64_t)n; /* checked at the end and in every slow call: the window ends the run */
    return 0;
}

/* Wide characters for a wide destination. */
int buf__out_letters(struct out *, const wchar_t *, size_t n);

/* ASCII text for either. */
int buf__out_ascii(struct out *, const char *, size_t n);

/* n times the ASCII character c for either; 0 or less puts nothing. */
int buf__out_fill(struct out *, char c, int64_t n);

/* Opens and closes a padded piece of `length` characters whose first `prefix_length` are `prefix`, put here:
   blanks before, or zeros between prefix and rest when `zeros` is set, or blanks after. */
int buf__out_open(struct out *, const struct spec *, bool zeros, const char *prefix, int prefix_length,
                  int64_t length);
int buf__out_close(struct out *, const struct spec *, int64_t length);

/* A short text of ASCII letters, or for a narrow destination of any bytes, padded as a whole: prefix, zeros,
 * text. */
struct piece {
    char prefix[4]; /* sign, 0x */
    int prefix_length;
    bool pad_zeros; /* to the width with zeros behind the prefix, not with blanks */
    int64_t zeros;  /* more zeros there, as the precision asks */
    const char *text;
    int64_t length; /* of the text */
};
int buf__out_piece(struct out *, const struct spec *, const struct piece *);

/* The current locale's ways with numbers, narrow and wide. */
struct punctuation {
    const char *point;     /* decimal point, a multibyte string */
    const char *separator; /* between groups of digits */
    const char *grouping;  /* sizes of the groups from the right, as in struct lconv; "" for no groups */
    wchar_t wide_point;    /* the same for wide destinations */
    wchar_t wide_separator;
};
void buf__punctuation(struct punctuation *);
int buf__out_point(struct out *, const struct punctuation *);

/* How many separators `digits` digits take, and the digits with them. */
int buf__group_count(const struct punctuation *, int64_t digits);
int buf__out_grouped(struct out *, const struct punctuation *, const char *digits, int64_t n);

/* One conversion. */
int buf__convert(struct out *, const struct spec *, const union value *);
int buf__convert_integer(struct out *, const struct spec *, uint64_t value);
int buf__convert_real(struct out *, const struct spec *, const union value *);
int buf__convert_hex_real(struct out *, const struct spec *, const union value *);
int buf__convert_character(struct out *, const struct spec *, int value);
int buf__convert_string(struct out *, const struct spec *, const void *);
int buf__convert_narrow_string(struct out *, const struct spec *, const char *);
int buf__convert_error(struct out *, const struct spec *);
int buf__convert_unknown(struct out *, const struct spec *);

/* A real number laid out in pieces: prefix, whole digits, point, zeros, digits, zeros, suffix. */
struct layout {
    char prefix[4]; /* sign, 0x */
    int prefix_length;
    const char *whole; /* digits before the point */
    int64_t whole_length;
    bool group;          /* they are grouped as the locale says */
    bool point;          /* a decimal point follows */
    bool point_in_bytes; /* it counts for the width with all its bytes (%a), not as one character */
    int64_t head_zeros;  /* zeros right behind the point */
    const char *part;    /* digits behind the point */
    int64_t part_length;
    int64_t tail_zeros; /* zeros behind them */
    char suffix[8];     /* e+10, p-3 */
    int suffix_length;
};
int buf__out_layout(struct out *, const struct spec *, const struct layout *, bool zeros);

/* The sign to show, put at `prefix`; returns its length. */
static inline int buf__sign(const struct spec *spec, bool negative, char *prefix) {
    char sign = negative ? '-' : spec->flags & FLAG_PLUS ? '+' : spec->flags & FLAG_SPACE ? ' ' : 0;
    prefix[0] = sign;
    return sign != 0;
}

/* Flag 0 counts: without flag - (a negative width may have set it later). */
static inline bool buf__pads_zeros(const struct spec *spec) {
    return (spec->flags & (FLAG_ZERO | FLAG_LEFT)) == FLAG_ZERO;
}

/* An infinity or a NaN. */
int buf__out_special(struct out *, const struct spec *, bool negative, bool nan);

/* The 80 bits of a long double: its magnitude is mantissa 2^(exponent - 16383 - 63), with 1 for an exponent
 * of 0. */
struct long_double_parts {
    uint64_t mantissa;
    int exponent; /* 0x7fff for infinities and NaNs */
    bool negative;
};

/* False for bits that no processor makes: what they print as is libc's affair. */
static inline bool buf__long_double_parts(const long double *value, struct long_double_parts *parts) {
    uint16_t top;
    __builtin_memcpy(&parts->mantissa, value, 8);
    __builtin_memcpy(&top, (const char *)value + 8, 2);
    parts->exponent = top & 0x7fff;
    parts->negative = top >> 15;
    return (parts->exponent != 0) == (parts->mantissa >> 63);
}

/* What is left to libc (format_libc.c). */
int buf__libc_conversion(struct out *, const struct spec *, const union value *);
int buf__libc_format(struct out *, unsigned flags, const char *format, va_list);
int buf__libc_format_wide(struct out *, unsigned flags, const wchar_t *format, va_list);
void buf__libc_fortify(const char *format, va_list);
void buf__libc_fortify_wide(const wchar_t *format, va_list);

/* Rounding, by the mode that libc's printf looks at (the x87 control word, which fesetround keeps equal to
 * MXCSR). */
enum rounding { ROUND_NEAREST, ROUND_DOWN, ROUND_UP, ROUND_ZERO };

static inline enum rounding buf__rounding(void) {
    unsigned short control;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    return (enum rounding)(control >> 10 & 3);
}

/* What lies behind the last digit kept: nothing, less than half, half, more than half. */
enum rest { REST_NONE, REST_LESS, REST_HALF, REST_MORE };

static inline bool buf__round_away(enum rounding mode, bool negative, bool odd, enum rest rest) {
    switch (mode) {
    case ROUND_NEAREST:
        return rest == REST_MORE || (rest == REST_HALF && odd);
    case ROUND_DOWN:
        return negative && rest != REST_NONE;
    case ROUND_UP:
        return !negative && rest != REST_NONE;
    default:
        return false;
    }
}

#pragma GCC visibility pop

#endif
