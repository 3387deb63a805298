/*
 * Floating point: a A e E f F g G. Decimal numbers whose digits and exponent are small enough to be converted exactly are: in one
 * pass when they lie in the window. All others are gathered into a token, by glibc's own rules of what belongs to a number, and
 * converted by libc's strtof, strtod or strtold. The current rounding mode holds on both ways.
 */
#include "scan_digits.h"
#include "scan_state.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>

/* mantissa * 10^exponent */
struct decimal {
    uint64_t mantissa;
    int exponent;
    bool negative;
};

enum { MANY_DIGITS = 19, SMALL_EXPONENT = 27 }; /* what fits in 64 bits: 19 digits, 5^27 */

static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const long double long_power_of_ten[] = {
    1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
    1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
static const uint64_t power_of_five[] = {
    1,           5,           25,           125,           625,           3125,           15625,
    78125,       390625,      1953125,      9765625,       48828125,      244140625,      1220703125,
    6103515625,  30517578125, 152587890625, 762939453125,  3814697265625, 19073486328125, 95367431640625,
    476837158203125,          2384185791015625,            11920928955078125,
    59604644775390625,        298023223876953125,          1490116119384765625,           7450580596923828125};

/* Keeps the compiler from computing on, or moving a sign across, what the current rounding mode decides at run time. */
#define AS_IT_IS(x) __asm__ volatile("" : "+x"(x))
#define AS_IT_IS_LONG(x) __asm__ volatile("" : "+t"(x))

/* *q * 2^shift is the decimal's value, but for a sticky last bit of a *q of at least 62 bits: whatever rounding is then applied to
   *q gives the correctly rounded value. Mantissa not 0, exponent small. Returns the shift. */
static int as_binary(const struct decimal *decimal, int64_t *q)
{
    uint64_t mantissa = decimal->mantissa, five, rest, quotient;
    if (decimal->exponent >= 0) {
        unsigned __int128 product = (unsigned __int128)mantissa * power_of_five[decimal->exponent];
        uint64_t high = (uint64_t)(product >> 64);
        int cut = high ? 65 - __builtin_clzll(high) : (int)((uint64_t)product >> 63);
        rest = (uint64_t)(product & (((unsigned __int128)1 << cut) - 1) ? 1 : 0);
        quotient = (uint64_t)(product >> cut);
        *q = (int64_t)(quotient | rest);
        return decimal->exponent + cut;
    }
    five = power_of_five[-decimal->exponent];
    int up = __builtin_clzll(mantissa), five_up = __builtin_clzll(five);
    mantissa <<= up;
    five <<= five_up;
    /* (mantissa * 2^62) / five, below 2^63 since five is above 2^63 */
    __asm__("divq %[five]" : "=a"(quotient), "=d"(rest) : [five] "r"(five), "a"(mantissa << 62), "d"(mantissa >> 2) : "cc");
    *q = (int64_t)(quotient | (rest != 0));
    return five_up - up - 62 + decimal->exponent;
}

static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    __builtin_memcpy(&power, &bits, sizeof power);
    return power;
}

static double to_double(const struct decimal *decimal)
{
    int64_t q = (int64_t)decimal->mantissa;
    int exponent = decimal->exponent;
    if (LIKELY(decimal->mantissa >> 53 == 0 && exponent >= -22 && exponent <= 22)) {
        double value = (double)q;
        if (decimal->negative)
            value = -value;
        AS_IT_IS(value);
        return exponent < 0 ? value / power_of_ten[-exponent] : value * power_of_ten[exponent];
    }
    if (q == 0)
        return decimal->negative ? -0.0 : 0.0;
    int shift = as_binary(decimal, &q);
    double value = (double)(decimal->negative ? -q : q);
    AS_IT_IS(value);
    return value * power_of_two(shift);
}

/* False when it may overflow. */
static bool to_float(const struct decimal *decimal, float *result)
{
    int64_t q = (int64_t)decimal->mantissa;
    if (q == 0) {
        *result = decimal->negative ? -0.0F : 0.0F;
        return true;
    }
    int shift = as_binary(decimal, &q);
    if (shift > 60)
        return false;
    float value = (float)(decimal->negative ? -q : q);
    AS_IT_IS(value);
    *result = (float)(value * power_of_two(shift)); /* exact: the double holds it, and so does the float */
    return true;
}

static long double to_long_double(const struct decimal *decimal)
{
    long double value = decimal->mantissa; /* exact, as is the power of ten */
    if (decimal->negative)
        value = -value;
    AS_IT_IS_LONG(value);
    int exponent = decimal->exponent;
    return exponent < 0 ? value / long_power_of_ten[-exponent] : value * long_power_of_ten[exponent];
}

/* Stores the decimal as the modifier asks. False: libc must convert it. */
static bool store_decimal(struct scan *scan, const struct decimal *decimal)
{
    float single = 0;
    if (!(scan->flags & (IS_LONG | IS_LONGEST)) && !to_float(decimal, &single))
        return false;
    if (UNLIKELY(scan->flags & SUPPRESS))
        return true;
    void *to = va_arg(scan->arguments, void *);
    if (UNLIKELY(scan->flags & IS_LONGEST))
        *(long double *)to = to_long_double(decimal);
    else if (scan->flags & IS_LONG)
        *(double *)to = to_double(decimal);
    else
        *(float *)to = single;
    scan->done++;
    return true;
}

/* Reads [sign] digits [point digits] [e [sign] digits] from `at`. Returns where it ends, or NULL when that is not all of what
   may be a number by glibc's rules, or too long to be exact here. */
static const unsigned char *read_decimal(const unsigned char *at, const unsigned char *stop, unsigned point,
                                         struct decimal *decimal)
{
    uint64_t mantissa = 0;
    int exponent = 0;
    unsigned count;
    decimal->negative = false;
    if (at < stop && (*at == '-' || *at == '+'))
        decimal->negative = *at++ == '-';
    const unsigned char *first = at;
    do {
        at += count = buf__eight_digits(at, (size_t)(stop - at), &mantissa);
    } while (count == 8 && at - first <= MANY_DIGITS);
    ptrdiff_t digits = at - first;
    if (at < stop && *at == point) {
        const unsigned char *fraction = ++at;
        do {
            at += count = buf__eight_digits(at, (size_t)(stop - at), &mantissa);
        } while (count == 8 && at - first <= MANY_DIGITS + 1);
        exponent = -(int)(at - fraction);
        digits += at - fraction;
    }
    if (UNLIKELY(digits == 0 || digits > MANY_DIGITS))
        return NULL;
    if (at < stop) {
        unsigned letter = *at | 0x20;
        if (UNLIKELY(letter == 'e')) {
            uint64_t power = 0;
            bool small = false;
            at++;
            if (at < stop && (*at == '-' || *at == '+'))
                small = *at++ == '-';
            count = buf__eight_digits(at, (size_t)(stop - at), &power);
            if (count == 0 || count == 8)
                return NULL;
            at += count;
            exponent += small ? -(int)power : (int)power;
        } else if (UNLIKELY(letter == 'x')) {
            return NULL;
        }
    }
    if (UNLIKELY(exponent < -SMALL_EXPONENT || exponent > SMALL_EXPONENT))
        return NULL;
    decimal->mantissa = mantissa;
    decimal->exponent = exponent;
    return at;
}

/* The locale's decimal point, when it is one ASCII character; else what no byte is equal to. */
static unsigned point_character(void)
{
    const unsigned char *point = (const unsigned char *)nl_langinfo(RADIXCHAR);
    return point[0] < 0x80 && point[1] == '\0' ? point[0] : UINT_MAX;
}

/* A field that ends inside the window, or with the input. False: nothing was taken, go character by character. */
static bool float_in_window(struct scan *scan)
{
    struct source *source = scan->bytes;
    size_t room = (size_t)(source->end - source->at), width = (size_t)scan->width;
    struct decimal decimal;
    unsigned point = point_character();
    if (UNLIKELY(point == UINT_MAX))
        return false;
    const unsigned char *stop = source->at + (width < room ? width : room);
    const unsigned char *behind = read_decimal(source->at, stop, point, &decimal);
    if (UNLIKELY(behind == NULL))
        return false;
    if (UNLIKELY(behind == source->end) && (size_t)(behind - source->at) < width && !at_last_end(scan))
        return false;
    if (UNLIKELY(!store_decimal(scan, &decimal)))
        return false;
    source->at = behind;
    return true;
}

/* A whole token: exactly here if it is small, else by libc. */
static enum outcome store_token(struct scan *scan, struct token *token)
{
    if (scan->flags & GROUP)
        buf__token_ungroup(scan, token);
    if (token->failed) {
        errno = ENOMEM;
        return FAILED;
    }
    struct decimal decimal;
    const unsigned char *text = (const unsigned char *)token->text;
    if (read_decimal(text, text + token->length, point_character(), &decimal) == text + token->length &&
        store_decimal(scan, &decimal))
        return MATCHED;

    char *end;
    long double longest = 0;
    double number = 0;
    float single = 0;
    if (scan->flags & IS_LONGEST)
        longest = strtold(token->text, &end);
    else if (scan->flags & IS_LONG)
        number = strtod(token->text, &end);
    else
        single = strtof(token->text, &end);
    if (end == token->text)
        return MISMATCHED;
    if (scan->flags & SUPPRESS)
        return MATCHED;
    void *to = va_arg(scan->arguments, void *);
    if (scan->flags & IS_LONGEST)
        *(long double *)to = longest;
    else if (scan->flags & IS_LONG)
        *(double *)to = number;
    else
        *(float *)to = single;
    scan->done++;
    return MATCHED;
}

/* A character of a token; what is not ASCII is no part of a number, and only has to stop strtod. */
static char narrow(int c)
{
    return c >= 0 && c < 0x80 ? (char)c : '?';
}

/* Takes the rest of a word. As in glibc the first character that is not in it is taken too. */
static bool take_word(struct scan *scan, struct token *token, const char *rest)
{
    for (; *rest != '\0'; rest++) {
        int c;
        if (scan->width == 0 || (c = peek(scan)) == END)
            return false;
        take(scan);
        if (lower(scan, c) != *rest)
            return false;
        buf__token_add(token, narrow(c));
    }
    return true;
}

/* inf and infinity; the i is taken. */
static bool take_infinity(struct scan *scan, struct token *token)
{
    if (!take_word(scan, token, "nf"))
        return false;
    int c;
    if (scan->width == 0 || (c = peek(scan)) == END || lower(scan, c) != 'i')
        return true;
    take(scan);
    buf__token_add(token, narrow(c));
    return take_word(scan, token, "nity");
}

/* A decimal point or thousands separator. What is taken of a point that then differs is not given back, as in glibc. */
static bool take_point_or_thousands(struct scan *scan, struct token *token, const struct separators *separators,
                                    bool *got_point)
{
    const int *point = separators->point, *thousands = separators->thousands;
    long left = scan->width - 1;
    long budget = left > 0 && left < INT_MAX ? left : INT_MAX;
    size_t matched = 0;
    const char *text = NULL;
    if (!*got_point && buf__take_separator(scan, point, &matched, &budget)) {
        text = separators->point_text;
        *got_point = true;
    } else if ((scan->flags & GROUP) && !*got_point) {
        size_t same = 0;
        while (same < matched && thousands[same] == point[same])
            same++;
        if (same == matched && buf__take_separator(scan, thousands, &matched, &budget))
            text = separators->thousands_text;
    }
    if (text == NULL)
        return false;
    buf__token_add_text(token, text);
    if (scan->width <= INT_MAX)
        scan->width = left > 0 ? budget : 0;
    return true;
}

/* The token of a number, as glibc delimits it. */
static enum outcome gather(struct scan *scan, struct token *token)
{
    bool hexadecimal = false, got_sign = false, got_digit = false, got_point = false, got_exponent = false;
    int exponent_letter = 'e';
    int c = peek(scan);
    if (c == END)
        return EXHAUSTED;
    if (c == '-' || c == '+') {
        got_sign = true;
        buf__token_add(token, (char)c);
        take(scan);
        if (scan->width == 0 || (c = peek(scan)) == END)
            return MISMATCHED;
    }
    int letter = lower(scan, c);
    if (letter == 'n' || letter == 'i') {
        buf__token_add(token, narrow(c));
        take(scan);
        bool whole = letter == 'n' ? take_word(scan, token, "an") : take_infinity(scan, token);
        return whole ? MATCHED : MISMATCHED;
    }
    if (scan->width > 1 && c == '0') {
        buf__token_add(token, '0');
        take(scan);
        c = peek(scan);
        if (scan->width > 1 && lower(scan, c) == 'x') {
            buf__token_add(token, 'x');
            take(scan);
            hexadecimal = true;
            exponent_letter = 'p';
            scan->flags &= ~(unsigned)GROUP;
        } else {
            got_digit = true;
        }
    }

    struct separators separators;
    buf__scan_separators(scan, &separators);
    do {
        c = peek(scan);
        if ((unsigned)c - '0' < 10 || (hexadecimal && !got_exponent && ((unsigned)c | 0x20) - 'a' < 6)) {
            got_digit = true;
        } else if (got_exponent && token->text[token->length - 1] == exponent_letter && (c == '-' || c == '+')) {
            ;
        } else if (got_digit && !got_exponent && lower(scan, c) == exponent_letter) {
            got_exponent = got_point = true;
            c = exponent_letter;
        } else if (take_point_or_thousands(scan, token, &separators, &got_point)) {
            continue;
        } else {
            break;
        }
        buf__token_add(token, (char)c);
        take(scan);
    } while (scan->width != 0 && peek(scan) != END);

    if (UNLIKELY(scan->flags & LOCAL_DIGITS) && !hexadecimal && (token->length == got_sign || got_point))
        buf__scan_local_float(scan, token, got_sign, got_point);
    return token->length == got_sign || (hexadecimal && token->length == 2 + (size_t)got_sign) ? MISMATCHED : MATCHED;
}

static __attribute__((noinline)) enum outcome by_character(struct scan *scan)
{
    struct token token;
    buf__token_start(&token);
    enum outcome outcome = gather(scan, &token);
    if (outcome == MATCHED)
        outcome = store_token(scan, &token);
    else if (outcome == MISMATCHED && token.failed)
        outcome = (errno = ENOMEM, FAILED);
    buf__token_free(&token);
    return outcome;
}

enum outcome buf__scan_float(struct scan *scan)
{
    if (scan->bytes != NULL && LIKELY(!(scan->flags & (GROUP | LOCAL_DIGITS))) && LIKELY(float_in_window(scan)))
        return MATCHED;
    return by_character(scan);
}
