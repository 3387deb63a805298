/* e E f F g G: everyday doubles as quick text, all other numbers from their exact digits; infinities and
 * NaNs. */
#include "format_decimal.h"
#include "format_digits.h"
#include "format_float.h"
#include "format_out.h"

#include <langinfo.h>
#include <string.h>

struct real {
    uint64_t mantissa; /* magnitude = mantissa 2^exponent */
    int exponent;
    bool negative;
};

int buf__out_special(struct out *out, const struct spec *spec, bool negative, bool nan) {
    struct layout text = {.whole_length = 3};
    bool upper = !(spec->conversion & 0x20);
    text.whole = nan ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
    text.prefix_length = buf__sign(spec, negative, text.prefix);
    return buf__out_layout(out, spec, &text, false);
}

/* `text` is an unsigned number with '.' as its point. */
static int out_quick(struct out *out, const struct spec *spec, bool negative, const char *text, int64_t n) {
    const char *locales = nl_langinfo(RADIXCHAR);
    if (locales[0] == '.' && locales[1] == 0) {
        struct piece piece = {.text = text, .length = n, .pad_zeros = buf__pads_zeros(spec)};
        piece.prefix_length = buf__sign(spec, negative, piece.prefix);
        return buf__out_piece(out, spec, &piece);
    }
    struct layout layout = {.whole = text, .whole_length = n};
    layout.prefix_length = buf__sign(spec, negative, layout.prefix);
    const char *point = memchr(text, '.', (size_t)n);
    if (point) {
        layout.whole_length = point - text;
        layout.point = true;
        layout.part = point + 1;
        layout.part_length = n - layout.whole_length - 1;
    }
    return buf__out_layout(out, spec, &layout, buf__pads_zeros(spec));
}

/* d.ddde+XX with `precision` digits behind the point. */
static void lay_out_power(struct layout *layout, const struct spec *spec, const struct decimal *number,
                          int64_t precision) {
    int power = number->count ? number->point - 1 : 0;
    unsigned magnitude = (unsigned)(power < 0 ? -power : power);
    layout->whole = number->count ? number->digits : "0";
    layout->whole_length = 1;
    layout->part = number->digits + 1;
    layout->part_length = number->count ? number->count - 1 : 0;
    layout->tail_zeros = precision - layout->part_length;
    char *at = layout->suffix;
    *at++ = spec->conversion & 0x20 ? 'e' : 'E';
    *at++ = power < 0 ? '-' : '+';
    if (magnitude < 10)
        *at++ = '0';
    at = buf__put_decimal(at, magnitude);
    layout->suffix_length = (int)(at - layout->suffix);
    layout->point = precision > 0 || spec->flags & FLAG_ALT;
}

/* ddd.ddd with `precision` digits behind the point. */
static void lay_out_fixed(struct layout *layout, const struct spec *spec, struct decimal *number,
                          int64_t precision) {
    int point = number->count ? number->point : 0;
    if (point > number->count) {
        __builtin_memset(number->digits + number->count, '0', (size_t)(point - number->count));
        number->count = point;
    }
    layout->whole = point > 0 ? number->digits : "0";
    layout->whole_length = point > 0 ? point : 1;
    layout->group = spec->flags & FLAG_GROUP;
    layout->part = number->digits + (point > 0 ? point : 0);
    layout->part_length = number->count - (point > 0 ? point : 0);
    layout->head_zeros = point < 0 ? -point : 0;
    layout->tail_zeros = precision - layout->head_zeros - layout->part_length;
    layout->point = precision > 0 || spec->flags & FLAG_ALT;
}

static int out_exact(struct out *out, const struct spec *spec, const struct real *real,
                     struct decimal *number) {
    struct layout layout = {0};
    enum rounding mode = buf__rounding();
    int64_t precision = spec->precision < 0 ? 6 : spec->precision;
    buf__decimal(number, real->mantissa, real->exponent);
    layout.prefix_length = buf__sign(spec, real->negative, layout.prefix);
    switch (spec->conversion | 0x20) {
    case 'f':
        buf__decimal_round(number, number->point + precision, mode, real->negative);
        lay_out_fixed(&layout, spec, number, precision);
        break;
    case 'e':
        buf__decimal_round(number, precision + 1, mode, real->negative);
        lay_out_power(&layout, spec, number, precision);
        break;
    default: {
        int64_t digits = precision ? precision : 1;
        buf__decimal_round(number, digits, mode, real->negative);
        int power = number->count ? number->point - 1 : 0;
        if (!(spec->flags & FLAG_ALT)) {
            while (number->count > 0 && number->digits[number->count - 1] == '0')
                number->count--;
            digits = number->count;
        }
        if (power < -4 || power >= (precision ? precision : 1))
            lay_out_power(&layout, spec, number, digits > 0 ? digits - 1 : 0);
        else
            lay_out_fixed(&layout, spec, number, digits > power + 1 ? digits - power - 1 : 0);
    }
    }
    return buf__out_layout(out, spec, &layout, buf__pads_zeros(spec));
}

/* Apart, so that only long doubles need their large frame. */
static __attribute__((noinline)) int out_exact_double(struct out *out, const struct spec *spec,
                                                      const struct real *real) {
    uint32_t limbs[DOUBLE_LIMBS];
    char digits[DOUBLE_LIMBS * 9 + 2];
    return out_exact(out, spec, real, &(struct decimal){.limbs = limbs, .digits = digits});
}

static __attribute__((noinline)) int out_exact_long_double(struct out *out, const struct spec *spec,
                                                           const struct real *real) {
    uint32_t limbs[LONG_DOUBLE_LIMBS];
    char digits[LONG_DOUBLE_LIMBS * 9 + 2];
    return out_exact(out, spec, real, &(struct decimal){.limbs = limbs, .digits = digits});
}

static int convert_double(struct out *out, const struct spec *spec, uint64_t bits) {
    bool negative = bits >> 63;
    int exponent = bits >> 52 & 0x7ff;
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent == 0x7ff)
        return buf__out_special(out, spec, negative, fraction != 0);
    if (!(spec->flags & (FLAG_ALT | FLAG_GROUP))) {
        char text[QUICK_REAL_MAX];
        int precision = spec->precision < 0 ? 6 : spec->precision;
        char *end = (spec->conversion | 0x20) == 'f'
                        ? buf__quick_fixed(text, bits, precision)
                        : buf__quick_general(text, bits, precision, spec->conversion);
        if (end)
            return out_quick(out, spec, negative, text, end - text);
    }
    struct real real = {fraction | (uint64_t)(exponent != 0) << 52, exponent ? exponent - 1075 : -1074,
                        negative};
    return out_exact_double(out, spec, &real);
}

int buf__convert_real(struct out *out, const struct spec *spec, const union value *value) {
    if (spec->flags & FLAG_LOCAL)
        return buf__libc_conversion(out, spec, value);
    if (!(spec->size & SIZE_LONG_DOUBLE))
        return convert_double(out, spec, buf__double_bits(value->real));
    struct long_double_parts parts;
    if (!buf__long_double_parts(&value->long_real, &parts))
        return buf__libc_conversion(out, spec, value);
    if (parts.exponent == 0x7fff)
        return buf__out_special(out, spec, parts.negative, parts.mantissa << 1 != 0);
    int exponent = parts.exponent - 16383 + 1023;
    if (exponent > 0 && exponent < 0x7ff && parts.mantissa << 53 == 0)
        return convert_double(out, spec, /* it is the same number */
                              (uint64_t)parts.negative << 63 | (uint64_t)exponent << 52 |
                                  parts.mantissa << 1 >> 12);
    struct real real = {parts.mantissa, (parts.exponent ? parts.exponent : 1) - 16383 - 63, parts.negative};
    return out_exact_long_double(out, spec, &real);
}
