/* The quick exact path for doubles. A double is m 2^e with m below 2^53, so m 10^n is exact in 128 bits for
   every small n, and the bits that are cut off tell how to round. Where the power of ten is not exact (beyond
   10^27 or below 1) its first 128 bits bound the product; a value too near a tie is left to the caller. */
#include "format_float.h"

#include "format_digits.h"
#include "format_out.h"
#include "format_powers.h"

typedef unsigned __int128 wide;

struct binary {
    uint64_t mantissa; /* magnitude = mantissa 2^exponent */
    int exponent;
    uint64_t bits; /* the double itself, without its sign */
};

/* False for infinities and NaNs. */
static inline bool split(uint64_t bits, struct binary *value) {
    int exponent = bits >> 52 & 0x7ff;
    value->bits = bits & INT64_MAX;
    value->mantissa = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent)
        value->mantissa |= UINT64_C(1) << 52;
    value->exponent = exponent ? exponent - 1075 : -1074;
    return exponent != 0x7ff;
}

/* Whether the quotient grows: `rest` of `one` was cut off, ties go to even. */
static inline bool rounds_up(wide rest, wide one, uint64_t quotient) {
    wide half = one >> 1;
    return rest > half || (rest == half && quotient & 1);
}

/* product / 2^shift, rounded to nearest, for a shift of 1 to 63 and a result below 2^64. */
static inline uint64_t round_shift(wide product, int shift) {
    uint64_t quotient = (uint64_t)(product >> 64) << (64 - shift) | (uint64_t)product >> shift;
    uint64_t rest = (uint64_t)product << (64 - shift); /* in units of 2^-64 */
    return quotient + (rest + (quotient & 1) > UINT64_C(1) << 63);
}

char *buf__quick_fixed(char *at, uint64_t bits, int precision) {
    struct binary value;
    if (!split(bits, &value) || value.exponent > 10 || precision > QUICK_FIXED_PRECISION ||
        buf__rounding() != ROUND_NEAREST)
        return NULL;
    uint64_t whole, part = 0;
    int shift = -value.exponent;
    if (shift <= 0) {
        whole = value.mantissa << -shift;
    } else if (shift < 64) {
        uint64_t mask = (UINT64_C(1) << shift) - 1;
        whole = value.mantissa >> shift;
        if (precision)
            part = round_shift((wide)(value.mantissa & mask) * buf__tens[precision], shift);
        else
            whole = round_shift(value.mantissa, shift);
    } else {
        wide scaled = (wide)value.mantissa * buf__tens[precision]; /* below 2^117 */
        whole = 0;
        if (shift < 120) {
            part = (uint64_t)(scaled >> shift);
            part += rounds_up(scaled & (((wide)1 << shift) - 1), (wide)1 << shift, part);
        }
    }
    if (part >= buf__tens[precision]) {
        whole++;
        part = 0;
    }
    at = buf__put_decimal(at, whole);
    if (precision == 0)
        return at;
    *at = '.';
    buf__put_count(at + 1 + precision, part, precision);
    return at + 1 + precision;
}

/* floor(m 2^e 10^scale) and the next 64 bits, at most one too small, for results below 2^64. */
static wide scale_nearly(struct binary value, int scale) {
    int index = (scale - COARSE_FIRST * COARSE_STEP) / COARSE_STEP;
    int fine = scale - (COARSE_FIRST + index) * COARSE_STEP;
    wide factor = (wide)value.mantissa * fives[fine];
    uint64_t high = (uint64_t)(factor >> 64), low = (uint64_t)factor;
    wide low_low = (wide)low * coarse[index].low, low_high = (wide)low * coarse[index].high;
    wide high_low = (wide)high * coarse[index].low, high_high = (wide)high * coarse[index].high;
    wide middle = (low_low >> 64) + (uint64_t)low_high + (uint64_t)high_low;
    wide upper = high_high + (low_high >> 64) + (high_low >> 64) + (middle >> 64);
    wide lower = middle << 64 | (uint64_t)low_low;
    int shift = -(coarse[index].shift + value.exponent + fine) - 64;
    return shift >= 128 ? upper >> (shift - 128) : upper << (128 - shift) | lower >> shift;
}

/* A decimal number: `digits` has as many digits as were asked for, the first of them worth 10^power. */
struct digits {
    uint64_t digits;
    int power;
};

/* The first `count` digits where the power of ten is not exact. False if that is too near a tie. */
static __attribute__((noinline)) bool distant_digits(struct binary value, int guess, int count,
                                                     struct digits *number) {
    uint64_t limit = buf__tens[count];
    for (;; guess++) {
        wide scaled = scale_nearly(value, count - 1 - guess);
        uint64_t quotient = (uint64_t)(scaled >> 64), fraction = (uint64_t)scaled;
        if (quotient >= limit)
            continue; /* the guess was one too low */
        if (fraction == UINT64_C(1) << 63 || fraction == (UINT64_C(1) << 63) - 1)
            return false;
        number->digits = quotient + (fraction >> 63);
        number->power = guess;
        return true;
    }
}

/* floor(log10(value)) for a double from 2^-86 to 2^63. */
static inline int nearby_power(uint64_t bits, int log2) {
    int guess = log2 * 1233 >> 12; /* floor(log10(2^log2)) */
    return guess + (bits >= ten_bits[guess + 1 - TEN_FIRST]);
}

/* A value of at least 10^count and below 2^63: an integer and dust, cut after `count` digits. */
static uint64_t leading_digits(struct binary value, uint64_t divisor) {
    uint64_t integer, dust = 0;
    if (value.exponent >= 0) {
        integer = value.mantissa << value.exponent;
    } else {
        integer = value.mantissa >> -value.exponent;
        dust = value.mantissa & ((UINT64_C(1) << -value.exponent) - 1);
    }
    uint64_t quotient = integer / divisor, rest = integer % divisor, half = divisor / 2;
    return quotient + (rest > half || (rest == half && (dust || quotient & 1)));
}

/* The first `count` (1 to 17) digits of a value above 0, rounded to nearest. False if that is too near a
   tie. */
static inline bool first_digits(struct binary value, int count, struct digits *number) {
    int log2 = 63 - __builtin_clzll(value.mantissa) + value.exponent;
    if (log2 < -86 || log2 > 62) {
        /* floor(log10(2^log2)) is the power of the first digit, or one below it */
        if (!distant_digits(value, (int)(log2 * INT64_C(1292913986) >> 32), count, number))
            return false;
    } else {
        int power = nearby_power(value.bits, log2), scale = count - 1 - power;
        number->power = power;
        if (scale < 0) {
            number->digits = leading_digits(value, buf__tens[-scale]);
        } else if (scale < COARSE_STEP) {
            wide product = (wide)value.mantissa * fives[scale];
            int shift = -(value.exponent + scale);
            if (__builtin_expect(shift > 0 && shift < 64, 1)) {
                number->digits = round_shift(product, shift);
            } else if (shift <= 0) {
                number->digits = (uint64_t)product << -shift;
            } else {
                uint64_t quotient = (uint64_t)(product >> 64) >> (shift - 64);
                number->digits =
                    quotient + rounds_up(product & (((wide)1 << shift) - 1), (wide)1 << shift, quotient);
            }
        } else if (!distant_digits(value, power, count, number)) {
            return false;
        }
    }
    if (__builtin_expect(number->digits == buf__tens[count], 0)) {
        number->digits = buf__tens[count - 1];
        number->power++;
    }
    return true;
}

static inline char *put_power(char *at, int power, char letter) {
    unsigned magnitude = (unsigned)(power < 0 ? -power : power);
    *at++ = letter;
    *at++ = power < 0 ? '-' : '+';
    if (magnitude >= 100) {
        *at++ = (char)('0' + magnitude / 100);
        magnitude %= 100;
    }
    buf__put_pair(at, magnitude);
    return at + 2;
}

/* d.ddd, or dd.dd: `count` digits with the point behind the first `whole` of them. */
static inline char *put_with_point(char *at, uint64_t digits, int count, int whole) {
    if (count == whole) {
        buf__put_count(at + count, digits, count);
        return at + count;
    }
    buf__put_count(at + count + 1, digits, count);
    for (int i = 0; i < whole; i++)
        at[i] = at[i + 1];
    at[whole] = '.';
    return at + count + 1;
}

/* Takes up to `most` zeros from the end of a number above 0; returns how many. */
static inline int strip_zeros(uint64_t *digits, int most) {
    int taken = 0;
    while (taken + 4 <= most && *digits % 10000 == 0)
        *digits /= 10000, taken += 4;
    while (taken < most && *digits % 10 == 0)
        *digits /= 10, taken++;
    return taken;
}

/* The text of six digits, quicker than that of eight. */
static inline uint64_t six_digits(uint32_t value) {
    uint32_t four = value / 100, two = four / 100;
    uint16_t first, second, third;
    __builtin_memcpy(&first, buf__pairs + 2 * two, 2);
    __builtin_memcpy(&second, buf__pairs + 2 * (four - two * 100), 2);
    __builtin_memcpy(&third, buf__pairs + 2 * (value - four * 100), 2);
    return first | (uint32_t)second << 16 | (uint64_t)third << 32;
}

char *buf__quick_short(char *at, uint64_t bits, int count) {
    int log2 = (int)(bits >> 52 & 0x7ff) - 1023;
    if (log2 < -14 || log2 > 22 || buf__rounding() != ROUND_NEAREST)
        return buf__quick_general(at, bits, count, 'g');
    int power = nearby_power(bits & INT64_MAX, log2), scale = count - 1 - power;
    if (power < -4 || scale < 0)
        return buf__quick_general(at, bits, count, 'g');
    uint64_t mantissa = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
    uint64_t digits = round_shift((wide)mantissa * fives[scale], 52 - log2 - scale);
    if (digits == buf__tens[count])
        return buf__quick_general(at, bits, count, 'g');

    /* All digits in one word, the first in its lowest byte; zeros at the end fall off. */
    uint64_t text = count == 6 ? six_digits((uint32_t)digits)
                               : (buf__eight_digits((uint32_t)digits) | ASCII_ZEROS) >> 8 * (8 - count);
    int kept = 8 - __builtin_clzll(text & ~ASCII_ZEROS) / 8, whole = power + 1;
    if (whole <= 0) {
        buf__store(at, ASCII_ZEROS ^ (uint64_t)('0' ^ '.') << 8, 2 - whole);
        at += 2 - whole;
        buf__store(at, text, kept);
        return at + kept;
    }
    uint64_t behind = text >> 8 * whole << 8 | '.';
    text = (text & ((UINT64_C(1) << 8 * whole) - 1)) | behind << 8 * whole;
    int n = kept > whole ? kept + 1 : whole;
    buf__store(at, text, n);
    return at + n;
}

char *buf__quick_general(char *at, uint64_t bits, int precision, unsigned conversion) {
    struct binary value;
    struct digits number = {0, 0};
    char letter = conversion & 0x20 ? 'e' : 'E';
    bool shortest = (conversion | 0x20) == 'g';
    int count = shortest ? (precision ? precision : 1) : precision + 1;
    if (!split(bits, &value) || count > QUICK_DIGITS || buf__rounding() != ROUND_NEAREST)
        return NULL;
    if (value.mantissa && !first_digits(value, count, &number))
        return NULL;
    bool fixed = shortest && number.power >= -4 && number.power < count;
    int whole = fixed && number.power > 0 ? number.power + 1 : 1;
    if (shortest && number.digits)
        count -= strip_zeros(&number.digits, fixed && number.power < 0 ? count - 1 : count - whole);
    else if (shortest)
        count = 1;
    if (!fixed)
        return put_power(put_with_point(at, number.digits, count, 1), number.power, letter);
    if (number.power >= 0)
        return put_with_point(at, number.digits, count, whole);
    __builtin_memcpy(at, "0.", 2);
    for (int i = 2; i < 1 - number.power; i++)
        at[i] = '0';
    at += 1 - number.power;
    buf__put_count(at + count, number.digits, count);
    return at + count;
}
