/* Integers: d i u o x X b B, and p and %#m through them. */
#include "format_out.h"

#include "format_digits.h"

#include <string.h>

const char buf__pairs[201] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

const uint64_t buf__tens[20] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

static char *put_octal(char *at, uint64_t value) {
    int digits = (66 - __builtin_clzll(value | 1)) / 3;
    for (char *to = at + digits; to > at; value >>= 3)
        *--to = (char)('0' + (value & 7));
    return at + digits;
}

static char *put_binary(char *at, uint64_t value) {
    int digits = 64 - __builtin_clzll(value | 1);
    for (char *to = at + digits; to > at; value >>= 1)
        *--to = (char)('0' + (value & 1));
    return at + digits;
}

/* With the locale's separators, which count for the precision, in a narrow text with all their bytes. */
static __attribute__((noinline)) int out_grouped(struct out *out, const struct spec *spec,
                                                 struct piece *piece) {
    struct punctuation with;
    buf__punctuation(&with);
    int64_t separator = out->narrow ? (int64_t)strlen(with.separator) : 1;
    int64_t length = piece->length + buf__group_count(&with, piece->length) * separator;
    int64_t zeros = spec->precision > length ? spec->precision - length : 0;
    if (piece->zeros && !zeros && spec->conversion == 'o' && spec->flags & FLAG_ALT)
        zeros = 1;
    length += piece->prefix_length + zeros;
    int failed = buf__out_open(out, spec, piece->pad_zeros, piece->prefix, piece->prefix_length, length);
    if (!failed)
        failed = buf__out_fill(out, '0', zeros);
    if (!failed)
        failed = buf__out_grouped(out, &with, piece->text, piece->length);
    return failed ? failed : buf__out_close(out, spec, length);
}

int buf__convert_integer(struct out *out, const struct spec *spec, uint64_t value) {
    char digits[64], *end, mark = 0;
    struct piece piece;
    piece.prefix_length = 0;
    switch (spec->conversion) {
    case 'o':
        end = put_octal(digits, value);
        break;
    case 'b':
    case 'B':
        end = put_binary(digits, value);
        mark = value ? (char)spec->conversion : 0;
        break;
    case 'x':
        end = buf__put_hex(digits, value, 'a' - '9' - 1);
        mark = value ? 'x' : 0;
        break;
    case 'X':
        end = buf__put_hex(digits, value, 'A' - '9' - 1);
        mark = value ? 'X' : 0;
        break;
    case 'p':
        piece.prefix_length = buf__sign(spec, false, piece.prefix);
        end = buf__put_hex(digits, value, 'a' - '9' - 1);
        mark = 'x';
        break;
    case 'u':
        end = buf__put_decimal(digits, value);
        break;
    default: /* d i, and m for %#m */
        piece.prefix_length = buf__sign(spec, (int64_t)value < 0, piece.prefix);
        end = buf__put_decimal(digits, (int64_t)value < 0 ? -value : value);
        break;
    }
    piece.text = digits;
    piece.length = spec->precision == 0 && value == 0 ? 0 : end - digits;
    piece.zeros = spec->precision > piece.length ? spec->precision - piece.length : 0;
    piece.pad_zeros = spec->precision < 0 && buf__pads_zeros(spec);
    if (spec->conversion == 'o' && spec->flags & FLAG_ALT && !piece.zeros && (value || !piece.length))
        piece.zeros = 1;
    if (mark && (spec->flags & FLAG_ALT || spec->conversion == 'p')) {
        piece.prefix[piece.prefix_length++] = '0';
        piece.prefix[piece.prefix_length++] = mark;
    }
    if (spec->flags & FLAG_GROUP && spec->conversion != 'p')
        return out_grouped(out, spec, &piece);
    return buf__out_piece(out, spec, &piece);
}
