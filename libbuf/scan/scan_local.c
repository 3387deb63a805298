/*
 * Numbers as the locale writes them: its separators, and for the flags ' and I integers with thousands
 * separators and numbers in its own digits. All rare, so character by character; multibyte digits and
 * separators that turn out to be something else are put back.
 */
#include "scan_state.h"

#include <errno.h>
#include <langinfo.h>
#include <string.h>

/* The bytes of `text` as characters to compare with. */
static void spell(int *to, const char *text) {
    size_t length = 0;
    for (; text[length] != '\0' && length < MB_LEN_MAX; length++)
        to[length] = (unsigned char)text[length];
    to[length] = 0;
}

/* nl_langinfo of an item that is a number. */
static int langinfo_word(nl_item item) {
    return (int)(uint32_t)(uintptr_t)nl_langinfo(item);
}

void buf__scan_separators(const struct scan *scan, struct separators *separators) {
    separators->point_text = nl_langinfo(RADIXCHAR);
    separators->thousands_text = nl_langinfo(THOUSEP);
    if (scan->bytes != NULL) {
        spell(separators->point, separators->point_text);
        spell(separators->thousands, separators->thousands_text);
    } else {
        separators->point[0] = langinfo_word(_NL_NUMERIC_DECIMAL_POINT_WC);
        separators->thousands[0] =
            separators->thousands_text[0] ? langinfo_word(_NL_NUMERIC_THOUSANDS_SEP_WC) : 0;
        separators->point[1] = separators->thousands[1] = 0;
    }
}

bool buf__take_separator(struct scan *scan, const int *separator, size_t *matched, long *budget) {
    while (separator[*matched] != 0 && separator[*matched] == peek(scan)) {
        bool last = separator[*matched + 1] == 0;
        if (!last && *budget == 0)
            return false;
        take(scan);
        scan->width++;
        ++*matched;
        if (last)
            return true;
        if (peek(scan) == END)
            return false;
        --*budget;
    }
    return false;
}

/* Puts the first `count` characters of `text` back. Only ever bytes: a separator of wide characters is one
 * character. */
static void put_back(struct scan *scan, const int *text, size_t count) {
    struct source *source = scan->bytes;
    if (count == 0)
        return;
    bool near = (size_t)(source->at - (const unsigned char *)scan->start) >= count;
    if (near && (!scan->ended || source->back == NULL)) {
        source->at -= count;
        scan->ended = false;
    } else if (source->back != NULL) {
        unsigned char bytes[MB_LEN_MAX];
        for (size_t i = 0; i < count; i++)
            bytes[i] = (unsigned char)text[i];
        scan->passed = taken(scan) - count;
        source->back(source, bytes, count);
        scan->start = source->at;
        scan->ended = false;
    }
}

/* Puts the character back that was taken last. */
static void put_one_back(struct scan *scan) {
    if (scan->bytes)
        scan->bytes->at--;
    else
        scan->wide->at--;
}

/* Takes the whole of `text`, or nothing. `budget`: see buf__take_separator; what is left of it goes to
   *left. */
static bool take_whole(struct scan *scan, const int *text, long budget, long *left) {
    size_t matched = 0;
    *left = budget;
    if (buf__take_separator(scan, text, &matched, left))
        return true;
    put_back(scan, text, matched);
    return false;
}

/* In an integer glibc lets the last character of a digit or separator lie one beyond the width. */
static bool take_in_integer(struct scan *scan, const int *text) {
    long left;
    if (!take_whole(scan, text, scan->width < INT_MAX ? scan->width : INT_MAX, &left))
        return false;
    if (scan->width < INT_MAX)
        scan->width = left > 0 ? left - 1 : 0;
    return true;
}

/* The sets of digits an integer may be written in: all its digits come from one. */
struct digit_sets {
    int first, last; /* sets still possible */
    wctrans_t map;   /* from ASCII to the locale's own digits, which are the last set; 0: none */
    int listed;      /* sets that the locale lists, the ASCII digits being the first */
};

static void find_digit_sets(struct digit_sets *sets, bool wide) {
    sets->map = wctrans("to_inpunct");
    sets->listed = langinfo_word(wide ? _NL_CTYPE_INDIGITS_WC_LEN : _NL_CTYPE_INDIGITS_MB_LEN);
    sets->first = 0;
    sets->last = sets->listed - 1 + (sets->map != 0);
}

/* Spells what `map` makes of an ASCII character. False, and nothing, when that has no multibyte form. */
static bool spell_mapped(wctrans_t map, char ascii, bool wide, int *to) {
    wint_t own = towctrans(btowc(ascii), map);
    to[0] = (int)own;
    to[1] = 0;
    if (wide)
        return true;
    char bytes[MB_LEN_MAX + 1];
    mbstate_t state = {0};
    size_t length = wcrtomb(bytes, (wchar_t)own, &state);
    if (length == (size_t)-1)
        length = 0;
    bytes[length] = '\0';
    spell(to, bytes);
    return length > 0;
}

static void spell_digit(const struct digit_sets *sets, int set, int digit, bool wide, int *to) {
    if (set >= sets->listed) {
        spell_mapped(sets->map, (char)('0' + digit), wide, to);
    } else if (wide) {
        to[0] = ((const wchar_t *)(const void *)nl_langinfo(_NL_CTYPE_INDIGITS0_WC + digit))[set];
        to[1] = 0;
    } else {
        const char *bytes = nl_langinfo(_NL_CTYPE_INDIGITS0_MB + digit);
        while (set-- > 0)
            bytes += strlen(bytes) + 1;
        spell(to, bytes);
    }
}

/* Takes a digit of the sets still possible, and makes its set the only one. Returns the digit, or -1. */
static int take_local_digit(struct scan *scan, struct digit_sets *sets) {
    int text[MB_LEN_MAX + 1];
    for (int set = sets->first; set <= sets->last; set++) {
        for (int digit = 0; digit < 10; digit++) {
            spell_digit(sets, set, digit, scan->bytes == NULL, text);
            if (take_in_integer(scan, text)) {
                sets->first = sets->last = set;
                return digit;
            }
        }
    }
    return -1;
}

enum outcome buf__scan_local_integer(struct scan *scan, struct token *token) {
    struct separators separators;
    struct digit_sets sets = {0};
    bool own = (scan->flags & LOCAL_DIGITS) != 0;
    if (own)
        find_digit_sets(&sets, scan->bytes == NULL);
    buf__scan_separators(scan, &separators);
    for (int c; (c = peek(scan)) != END && scan->width != 0;) {
        int digit = own ? take_local_digit(scan, &sets) : (unsigned)c - '0' < 10 ? c - '0' : -1;
        if (digit >= 0) {
            buf__token_add(token, (char)('0' + digit));
            if (!own)
                take(scan);
        } else if ((scan->flags & GROUP) && take_in_integer(scan, separators.thousands)) {
            buf__token_add_text(token, separators.thousands_text);
        } else {
            break;
        }
    }
    if (token->failed) {
        errno = ENOMEM;
        return FAILED;
    }
    bool only_sign = token->length == 1 && (token->text[0] == '+' || token->text[0] == '-');
    return token->length == 0 || only_sign ? MISMATCHED : MATCHED;
}

enum { MAPPED_POINT = 10, MAPPED_THOUSANDS, MAPPED_COUNT }; /* after the ten digits */

/* Takes a digit or separator of the locale's own in a float; which one, or -1. */
static int take_mapped(struct scan *scan, int (*mapped)[MB_LEN_MAX + 1]) {
    long more = scan->width - 1, left;
    for (int i = 0; i < MAPPED_COUNT; i++) {
        if (take_whole(scan, mapped[i], more > 0 && more < INT_MAX ? more : INT_MAX, &left)) {
            if (more < INT_MAX)
                scan->width = more > 0 ? left : 0;
            return i;
        }
    }
    return -1;
}

void buf__scan_local_float(struct scan *scan, struct token *token, bool got_sign, bool got_point) {
    int mapped[MAPPED_COUNT][MB_LEN_MAX + 1];
    wctrans_t map = wctrans("to_inpunct");
    if (map == 0)
        return;
    struct separators separators;
    buf__scan_separators(scan, &separators);
    bool known = true;
    for (int i = 0; i < MAPPED_COUNT; i++)
        known &= spell_mapped(map, "0123456789.,"[i], scan -> bytes == NULL, mapped[i]);
    if (got_point) {
        bool only_point = strcmp(token->text + got_sign, separators.point_text) == 0;
        if (!only_point || mapped[MAPPED_POINT][0] != separators.point[0]) {
            if (peek(scan) != END) /* an ASCII number is over; glibc loses the character behind it */
                take(scan);
            return;
        }
        if (scan->width == 0) /* and here it takes one more than the width */
            scan->width = 1;
    }
    if (!known)
        return;

    bool got_exponent = false;
    do {
        int c = peek(scan), which;
        if (got_exponent && token->text[token->length - 1] == 'e' && (c == '-' || c == '+')) {
            buf__token_add(token, (char)c);
            take(scan);
        } else if (token->length > got_sign && !got_exponent && lower(scan, c) == 'e') {
            got_exponent = got_point = true;
            buf__token_add(token, 'e');
            take(scan);
        } else if ((which = take_mapped(scan, mapped)) < 0) {
            break;
        } else if (which < 10) {
            buf__token_add(token, (char)('0' + which));
        } else if (which == MAPPED_POINT && !got_point) {
            got_point = true;
            buf__token_add_text(token, separators.point_text);
        } else if (which == MAPPED_THOUSANDS && !got_point && (scan->flags & GROUP)) {
            buf__token_add_text(token, separators.thousands_text);
        } else {
            put_one_back(scan);
            break;
        }
    } while (scan->width != 0 && peek(scan) != END);
}
