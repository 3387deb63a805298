/* Every digit of a binary number. m 2^e with e below 0 is m 5^-e 10^e: so one integer in limbs of nine
   digits, multiplied up from m, has all the digits, and the point is moved. */
#include "format_decimal.h"

enum { LIMB = 1000000000, LIMB_DIGITS = 9, FIVE_13 = 1220703125, TWO_29 = 1 << 29 };

static int multiply(uint32_t *limbs, int count, uint32_t factor) {
    uint64_t carry = 0;
    for (int i = 0; i < count; i++) {
        uint64_t product = (uint64_t)limbs[i] * factor + carry;
        carry = product / LIMB;
        limbs[i] = (uint32_t)(product - carry * LIMB);
    }
    for (; carry; carry /= LIMB)
        limbs[count++] = (uint32_t)(carry % LIMB);
    return count;
}

void buf__decimal(struct decimal *number, uint64_t mantissa, int exponent) {
    uint32_t *limbs = number->limbs;
    int count = 0;
    number->count = number->point = 0;
    if (!mantissa)
        return;
    int trailing = __builtin_ctzll(mantissa);
    mantissa >>= trailing;
    exponent += trailing;
    for (uint64_t rest = mantissa; rest; rest /= LIMB)
        limbs[count++] = (uint32_t)(rest % LIMB);
    for (int left = exponent; left > 0; left -= 29)
        count = multiply(limbs, count, left >= 29 ? TWO_29 : UINT32_C(1) << left);
    for (int left = -exponent; left > 0; left -= 13) {
        uint32_t factor = FIVE_13;
        for (int i = left; i < 13; i++)
            factor /= 5;
        count = multiply(limbs, count, factor);
    }
    char *at = number->digits;
    for (int i = count; i-- > 0; at += LIMB_DIGITS) {
        uint32_t limb = limbs[i];
        for (int digit = LIMB_DIGITS; digit-- > 0; limb /= 10)
            at[digit] = (char)('0' + limb % 10);
    }
    int digits = count * LIMB_DIGITS, zeros = 0;
    while (number->digits[zeros] == '0')
        zeros++;
    __builtin_memmove(number->digits, number->digits + zeros, (size_t)(digits - zeros));
    number->count = digits - zeros;
    number->point = number->count + (exponent < 0 ? exponent : 0);
}

static enum rest rest_from(const struct decimal *number, int64_t from) {
    if (from < 0)
        return number->count ? REST_LESS : REST_NONE;
    if (from >= number->count)
        return REST_NONE;
    bool more = false;
    for (int64_t i = from + 1; i < number->count && !more; i++)
        more = number->digits[i] != '0';
    if (number->digits[from] == '5')
        return more ? REST_MORE : REST_HALF;
    if (number->digits[from] == '0')
        return more ? REST_LESS : REST_NONE;
    return number->digits[from] > '5' ? REST_MORE : REST_LESS;
}

void buf__decimal_round(struct decimal *number, int64_t keep, enum rounding mode, bool negative) {
    if (keep >= number->count)
        return;
    enum rest rest = rest_from(number, keep);
    if (keep < 0) {
        /* The last digit kept lies before the first there is: 0, or one in its place. */
        number->point -= (int)keep;
        keep = 0;
    }
    bool odd = keep > 0 && (number->digits[keep - 1] & 1);
    number->count = (int)keep;
    if (!buf__round_away(mode, negative, odd, rest))
        return;
    while (keep > 0 && number->digits[keep - 1] == '9')
        number->digits[--keep] = '0';
    if (keep > 0) {
        number->digits[keep - 1]++;
    } else {
        if (number->count == 0)
            number->count = 1;
        number->digits[0] = '1';
        number->point++;
    }
}
