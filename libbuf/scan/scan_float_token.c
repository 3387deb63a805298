/*
 * Floating point that is not read in the window: a token is gathered, by glibc's own rules of what belongs to
 * a number, and converted by libc's strtof, strtod or strtold. The current rounding mode holds there too.
 */
#include "scan_state.h"

#include <errno.h>
#include <stdlib.h>

/* A whole token: exactly here if it is small, else by libc. */
static enum outcome store_token(struct scan *scan, struct token *token) {
    if (scan->flags & GROUP)
        buf__token_ungroup(scan, token);
    if (token->failed) {
        errno = ENOMEM;
        return FAILED;
    }
    if (buf__store_small_decimal(scan, token))
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
static char narrow(int c) {
    return c >= 0 && c < 0x80 ? (char)c : '?';
}

/* Takes the rest of a word. As in glibc the first character that is not in it is taken too. */
static bool take_word(struct scan *scan, struct token *token, const char *rest) {
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
static bool take_infinity(struct scan *scan, struct token *token) {
    if (!take_word(scan, token, "nf"))
        return false;
    int c;
    if (scan->width == 0 || (c = peek(scan)) == END || lower(scan, c) != 'i')
        return true;
    take(scan);
    buf__token_add(token, narrow(c));
    return take_word(scan, token, "nity");
}

/* A decimal point or thousands separator. What is taken of a point that then differs is not given back, as in
 * glibc. */
static bool take_point_or_thousands(struct scan *scan, struct token *token,
                                    const struct separators *separators, bool *got_point) {
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
static enum outcome gather(struct scan *scan, struct token *token) {
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
        } else if (got_exponent && token->text[token->length - 1] == exponent_letter &&
                   (c == '-' || c == '+')) {
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
    return token->length == got_sign || (hexadecimal && token->length == 2 + (size_t)got_sign) ? MISMATCHED
                                                                                               : MATCHED;
}

enum outcome buf__scan_float_token(struct scan *scan) {
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
