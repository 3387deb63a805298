/*
 * Floating point in the window: a A e E f F g G. Decimal numbers that are small enough to be converted
 * exactly are read and converted in one pass; all others are left to scan_float_token.c.
 */
#include "scan_quick.h"

/* Stores the decimal as the modifier asks. False: libc must convert it. */
static __attribute__((noinline)) bool store_any(struct scan *scan, struct decimal decimal) {
    float single = 0;
    if (!(scan->flags & (IS_LONG | IS_LONGEST)) && !buf__decimal_to_float(decimal, &single))
        return false;
    if (scan->flags & SUPPRESS)
        return true;
    void *to = va_arg(scan->arguments, void *);
    if (scan->flags & IS_LONGEST)
        *(long double *)to = buf__decimal_to_long_double(decimal);
    else if (scan->flags & IS_LONG)
        *(double *)to = buf__decimal_to_double(decimal);
    else
        *(float *)to = single;
    scan->done++;
    return true;
}

static inline bool store_decimal(struct scan *scan, struct decimal decimal) {
    if (UNLIKELY(scan->flags != IS_LONG))
        return store_any(scan, decimal);
    *va_arg(scan->arguments, double *) = buf__decimal_to_double(decimal);
    scan->done++;
    return true;
}

/* Reads [sign] digits [point digits] [e [sign] digits] from `at`. Returns where it ends, or NULL when that is
   not all of what may be a number by glibc's rules, or too long to be exact here. */
static inline __attribute__((always_inline)) const unsigned char *
read_decimal(const unsigned char *at, const unsigned char *stop, unsigned point, struct decimal *decimal) {
    uint64_t mantissa = 0;
    int exponent = 0;
    unsigned count;
    decimal->negative = false;
    if (LIKELY(at < stop)) {
        decimal->negative = *at == '-';
        at += decimal->negative | (*at == '+');
    }
    const unsigned char *first = at;
    do {
        at += count = buf__eight_digits(at, (size_t)(stop - at), &mantissa);
    } while (UNLIKELY(count == 8) && at - first <= MANY_DIGITS);
    ptrdiff_t digits = at - first;
    if (at < stop && *at == point) {
        const unsigned char *fraction = ++at;
        do {
            at += count = buf__eight_digits(at, (size_t)(stop - at), &mantissa);
        } while (UNLIKELY(count == 8) && at - first <= MANY_DIGITS + 1);
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

/* A field that ends inside the window, or with the input. False: nothing was taken, go character by
 * character. */
static bool float_in_window(struct scan *scan) {
    struct source *source = scan->bytes;
    size_t room = (size_t)(source->end - source->at), width = (size_t)scan->width;
    struct decimal decimal;
    unsigned point = buf__point_character();
    if (UNLIKELY(point == UINT_MAX))
        return false;
    const unsigned char *stop = source->at + (width < room ? width : room);
    const unsigned char *behind =
        stop - source->at >= USUAL_ROOM ? buf__read_usual(source->at, point, &decimal) : NULL;
    if (behind == NULL)
        behind = read_decimal(source->at, stop, point, &decimal);
    if (UNLIKELY(behind == NULL))
        return false;
    if (UNLIKELY(behind == source->end) && (size_t)(behind - source->at) < width && !at_last_end(scan))
        return false;
    if (UNLIKELY(!store_decimal(scan, decimal)))
        return false;
    source->at = behind;
    return true;
}

bool buf__store_small_decimal(struct scan *scan, const struct token *token) {
    struct decimal decimal;
    const unsigned char *text = (const unsigned char *)token->text, *stop = text + token->length;
    return read_decimal(text, stop, buf__point_character(), &decimal) == stop && store_decimal(scan, decimal);
}

enum outcome buf__scan_float(struct scan *scan) {
    if (scan->bytes != NULL && LIKELY(!(scan->flags & (GROUP | LOCAL_DIGITS))) &&
        LIKELY(float_in_window(scan)))
        return MATCHED;
    return buf__scan_float_token(scan);
}
