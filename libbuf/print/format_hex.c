/* a A: a binary number as 0xh.hhhp+d, exactly or rounded to the digits asked for. */
#include "format_digits.h"
#include "format_out.h"

/* Both kinds of number as one: `lead` (0, 1 or, for long double, up to f) and `digits`
   hexadecimal digits behind the point in `fraction`. */
struct hex_real {
    uint64_t lead;     /* digit before the point */
    uint64_t fraction; /* digits behind it, in the low bits */
    int digits;        /* how many: 13 or 15 */
    int exponent;      /* power of two of the lead digit's unit */
    bool negative;
    bool special; /* infinity or NaN */
    bool nan;
};

static struct hex_real from_double(double value) {
    uint64_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    int exponent = bits >> 52 & 0x7ff;
    struct hex_real real = {
        .fraction = bits & ((UINT64_C(1) << 52) - 1), .digits = 13, .negative = bits >> 63};
    real.lead = exponent != 0;
    real.exponent = exponent ? exponent - 1023 : real.fraction ? -1022 : 0;
    real.special = exponent == 0x7ff;
    real.nan = real.special && real.fraction;
    return real;
}

static struct hex_real from_long_double(const struct long_double_parts *parts) {
    struct hex_real real = {.fraction = parts->mantissa & ((UINT64_C(1) << 60) - 1), .digits = 15};
    real.negative = parts->negative;
    real.lead = parts->mantissa >> 60;
    real.exponent = parts->mantissa ? (parts->exponent ? parts->exponent : 1) - 16383 - 3 : 0;
    real.special = parts->exponent == 0x7fff;
    real.nan = real.special && parts->mantissa << 1;
    return real;
}

/* Keeps `precision` digits behind the point, fewer than there are. */
static void round_digits(struct hex_real *real, int precision) {
    int cut = 4 * (real->digits - precision);
    uint64_t one = UINT64_C(1) << cut, rest = real->fraction & (one - 1), half = one >> 1;
    enum rest kind = !rest ? REST_NONE : rest < half ? REST_LESS : rest == half ? REST_HALF : REST_MORE;
    uint64_t unit = precision ? real->fraction >> cut : real->lead;
    real->fraction >>= cut;
    real->digits = precision;
    if (!buf__round_away(buf__rounding(), real->negative, unit & 1, kind))
        return;
    real->fraction++;
    if (real->fraction >> 4 * precision) {
        real->fraction = 0;
        real->lead++;
    }
    if (real->lead > 15) {
        real->lead = 1;
        real->exponent += 4;
    }
}

static int out_hex_real(struct out *out, const struct spec *spec, struct hex_real *real) {
    struct layout layout = {.whole_length = 1, .point_in_bytes = true};
    bool upper = !(spec->conversion & 0x20);
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char whole, part[16];
    if (real->special)
        return buf__out_special(out, spec, real->negative, real->nan);
    if (spec->precision < 0) {
        while (real->digits && !(real->fraction & 15)) {
            real->fraction >>= 4;
            real->digits--;
        }
    } else if (spec->precision < real->digits) {
        round_digits(real, spec->precision);
    } else {
        layout.tail_zeros = spec->precision - real->digits;
    }
    layout.prefix_length = buf__sign(spec, real->negative, layout.prefix);
    layout.prefix[layout.prefix_length++] = '0';
    layout.prefix[layout.prefix_length++] = upper ? 'X' : 'x';
    whole = digits[real->lead];
    for (int i = real->digits; i-- > 0; real->fraction >>= 4)
        part[i] = digits[real->fraction & 15];
    layout.whole = &whole;
    layout.part = part;
    layout.part_length = real->digits;
    layout.point = real->digits || spec->precision > 0 || spec->flags & FLAG_ALT;
    layout.suffix[0] = upper ? 'P' : 'p';
    layout.suffix[1] = real->exponent < 0 ? '-' : '+';
    char *end = buf__put_decimal(layout.suffix + 2,
                                 (uint64_t)(real->exponent < 0 ? -real->exponent : real->exponent));
    layout.suffix_length = (int)(end - layout.suffix);
    return buf__out_layout(out, spec, &layout, buf__pads_zeros(spec));
}

int buf__convert_hex_real(struct out *out, const struct spec *spec, const union value *value) {
    struct hex_real real;
    if (spec->size & SIZE_LONG_DOUBLE) {
        struct long_double_parts parts;
        if (!buf__long_double_parts(&value->long_real, &parts))
            return buf__libc_conversion(out, spec, value);
        real = from_long_double(&parts);
    } else {
        real = from_double(value->real);
    }
    return out_hex_real(out, spec, &real);
}
