/* Integers: d i u o x X b B, and p and %#m through them. */
#include "format_out.h"

#include "format_digits.h"

#include <string.h>

const char buf__pairs[200] __attribute__((nonstring)) =
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

int buf__convert_integer(struct out *out, const struct spec *spec, uint64_t value) {
    char digits[64], prefix[4], *end;
    int prefix_length = 0;
    bool group = spec->flags & FLAG_GROUP, marked = spec->flags & FLAG_ALT && value;
    switch (spec->conversion) {
    case 'o':
        marked = false;
        end = put_octal(digits, value);
        break;
    case 'b':
    case 'B':
        end = put_binary(digits, value);
        break;
    case 'p':
        marked = true;
        prefix_length = buf__sign(spec, false, prefix);
        end = buf__put_hex(digits, value, 'a' - '9' - 1);
        group = false;
        break;
    case 'x':
        end = buf__put_hex(digits, value, 'a' - '9' - 1);
        break;
    case 'X':
        end = buf__put_hex(digits, value, 'A' - '9' - 1);
        break;
    case 'u':
        marked = false;
        end = buf__put_decimal(digits, value);
        break;
    default: /* d i, and m for %#m */
        marked = false;
        prefix_length = buf__sign(spec, (int64_t)value < 0, prefix);
        end = buf__put_decimal(digits, (int64_t)value < 0 ? -value : value);
        break;
    }
    int64_t n = spec->precision == 0 && value == 0 ? 0 : end - digits;

    /* Separators count for the precision, in a narrow text with all their bytes. */
    struct punctuation with;
    int64_t length = n;
    if (group) {
        buf__punctuation(&with);
        length += buf__group_count(&with, n) * (out->narrow ? (int64_t)strlen(with.separator) : 1);
    }
    int64_t zeros = spec->precision > length ? spec->precision - length : 0;
    if (spec->conversion == 'o' && spec->flags & FLAG_ALT && !zeros && (value || !n))
        zeros = 1;
    if (marked) {
        prefix[prefix_length++] = '0';
        prefix[prefix_length++] = spec->conversion == 'p' ? 'x' : (char)spec->conversion;
    }
    length += prefix_length + zeros;
    bool pad_zeros = (spec->flags & (FLAG_ZERO | FLAG_LEFT)) == FLAG_ZERO && spec->precision < 0;
    int failed = buf__out_open(out, spec, pad_zeros, prefix, prefix_length, length);
    if (!failed && zeros)
        failed = buf__out_fill(out, '0', zeros);
    if (!failed)
        failed = group ? buf__out_grouped(out, &with, digits, n) : buf__out_ascii(out, digits, (size_t)n);
    return failed ? failed : buf__out_close(out, spec, length);
}
