/* Conversions with one flag, a width, a precision for reals, a size: what most tables are printed with. They
   are read and written here at once, where the long way would take the general reading and the general
   pieces; all others are left to it. What is put fits a window of QUICK_WIDTH + 32 bytes. */
#ifndef FORMAT_PADDED_H
#define FORMAT_PADDED_H

#include "format_arguments.h"
#include "format_plain.h"

#include <string.h>

struct padded {
    const char *behind;      /* the conversion, NULL if it is not of this kind */
    unsigned char width;     /* below QUICK_WIDTH */
    unsigned char precision; /* of a real, NO_PRECISION when there is none */
    unsigned char flag;      /* '-', '0' or 0 */
    char letter;             /* d u x c s f g e, or D U X for long integers */
};

enum { QUICK_WIDTH = 33, NO_PRECISION = 255 };

/* Reads one that begins at f, behind the '%'. */
static __attribute__((noinline)) struct padded read_padded(const char *f) {
    struct padded padded = {NULL, 0, NO_PRECISION, 0, 0};
    unsigned width = 0, precision;
    if (*f == '-' || *f == '0')
        padded.flag = (unsigned char)*f++;
    if (*f == '0')
        return padded; /* a second flag */
    for (; *f >= '0' && *f <= '9' && width < QUICK_WIDTH; f++)
        width = width * 10 + (unsigned)(*f - '0');
    if (width >= QUICK_WIDTH)
        return padded;
    padded.width = (unsigned char)width;
    bool real = *f == '.';
    if (real) {
        precision = (unsigned)(*++f - '0');
        if (precision > 9)
            return padded;
        f++;
        if (*f >= '0' && *f <= '9')
            precision = precision * 10 + (unsigned)(*f++ - '0');
        padded.precision = (unsigned char)precision;
    }
    char letter = *f++;
    switch (letter) {
    case 'l':
        if (*f == 'l')
            f++;
        /* fall through */
    case 'z':
        letter = *f++;
        if (real || (letter != 'd' && letter != 'u' && letter != 'x'))
            return padded;
        letter &= ~0x20;
        break;
    case 'd':
    case 'u':
    case 'x':
        if (real)
            return padded;
        break;
    case 'c':
    case 's':
        if (real || padded.flag == '0')
            return padded;
        break;
    case 'f':
    case 'e':
    case 'g':
        break;
    default:
        return padded;
    }
    padded.letter = letter;
    padded.behind = f;
    return padded;
}

/* n times c. */
static inline char *fill(char *at, char c, int n) {
    uint64_t eight = (unsigned char)c * UINT64_C(0x0101010101010101);
    if (n <= 0)
        return at;
    for (; n > 8; n -= 8, at += 8)
        __builtin_memcpy(at, &eight, 8);
    buf__store(at, eight, n);
    return at + n;
}

/* Blanks or zeros before a number of `length` characters whose sign is '-' or 0, and the sign. */
static inline char *pad_before(char *at, const struct padded *padded, int length, char sign) {
    int pad = padded->width - length;
    if (padded->flag == 0)
        at = fill(at, ' ', pad);
    if (sign)
        *at++ = sign;
    return padded->flag == '0' ? fill(at, '0', pad) : at;
}

static inline char *pad_after(char *at, const struct padded *padded, int length) {
    return padded->flag == '-' ? fill(at, ' ', padded->width - length) : at;
}

static inline char *put_padded_decimal(char *at, const struct padded *padded, uint64_t magnitude,
                                       bool negative) {
    int count = buf__digit_count(magnitude), length = count + negative;
    at = pad_before(at, padded, length, negative ? '-' : 0) + count;
    buf__put_count(at, magnitude, count);
    return pad_after(at, padded, length);
}

static inline char *put_padded_hex(char *at, const struct padded *padded, uint64_t value) {
    int count = (67 - __builtin_clzll(value | 1)) / 4;
    at = pad_before(at, padded, count, 0);
    return pad_after(buf__put_hex(at, value, 'a' - '9' - 1), padded, count);
}

/* Text of up to 32 bytes, behind a sign '-' or 0. */
static inline char *put_padded_text(char *at, const struct padded *padded, const char *text, int n,
                                    char sign) {
    int length = n + (sign != 0);
    at = pad_before(at, padded, length, sign);
    buf__copy_short(at, text, (size_t)n);
    return pad_after(at + n, padded, length);
}

static __attribute__((noinline)) char *put_padded_real(char *at, const struct padded *padded, double value) {
    char text[QUICK_REAL_MAX];
    uint64_t bits = buf__double_bits(value);
    int precision = padded->precision == NO_PRECISION ? 6 : padded->precision;
    char *end = point_is_dot() ? put_magnitude(text, bits, precision, padded->letter) : NULL;
    if (!end || end - text > 32)
        return NULL;
    return put_padded_text(at, padded, text, (int)(end - text), bits >> 63 ? '-' : 0);
}

/* Takes the argument of the conversion and puts it; NULL when the long way must be taken with the value. */
static inline __attribute__((always_inline)) char *put_padded(char *at, const struct padded *padded,
                                                              struct arguments *args, union value *value) {
    switch (padded->letter) {
    case 'd':
    case 'D': {
        long number = padded->letter == 'd' ? next_int(args) : next_long(args);
        return put_padded_decimal(at, padded, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
    }
    case 'u':
        return put_padded_decimal(at, padded, (unsigned)next_int(args), false);
    case 'U':
        return put_padded_decimal(at, padded, (uint64_t)next_long(args), false);
    case 'x':
        return put_padded_hex(at, padded, (unsigned)next_int(args));
    case 'X':
        return put_padded_hex(at, padded, (uint64_t)next_long(args));
    case 'c':
        return put_padded_text(at, padded, &(char){(char)next_int(args)}, 1, 0);
    case 's': {
        const char *text = value->pointer = next_pointer(args);
        size_t n = text ? strlen(text) : SIZE_MAX;
        return n <= 32 ? put_padded_text(at, padded, text, (int)n, 0) : NULL;
    }
    default:
        value->real = next_double(args);
        return put_padded_real(at, padded, value->real);
    }
}

/* The same conversion for the long way. */
static inline struct spec spec_of(const struct padded *padded) {
    unsigned flags = padded->flag == '-' ? FLAG_LEFT : padded->flag == '0' ? FLAG_ZERO : 0;
    int precision = padded->precision == NO_PRECISION ? -1 : padded->precision;
    return (struct spec){.flags = flags,
                         .conversion = (unsigned char)padded->letter,
                         .width = padded->width,
                         .precision = precision};
}

#endif
