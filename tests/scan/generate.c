/*
 * Random formats, and for each an input that nearly matches: a plausible text for every directive, then a few
 * mutations.
 */
#include "fuzz.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

uint64_t random_state;
bool long_digits, long_separators;

uint32_t random_below(uint32_t limit) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 32) * limit >> 32);
}

static struct test_case *now;
static size_t format_length;
static bool for_wide;
static bool
    unclear; /* a directive before was not whole, so that what follows may be read as something else */
static const char *const *locale_pieces;
static size_t locale_piece_count;

static void format_add(const char *text) {
    size_t length = strlen(text);
    if (format_length + length < FORMAT_SIZE) {
        memcpy(now->format + format_length, text, length + 1);
        format_length += length;
    }
}

static void format_add_char(char c) {
    char text[2] = {c, '\0'};
    format_add(text);
}

static void input_add(const char *text, size_t length) {
    if (now->input_length + length <= INPUT_SIZE - 300) {
        memcpy(now->input + now->input_length, text, length);
        now->input_length += length;
    }
}

static void input_text(const char *text) {
    input_add(text, strlen(text));
}

static void input_char(char c) {
    input_add(&c, 1);
}

static char pick(const char *from) {
    return from[random_below((uint32_t)strlen(from))];
}

static void input_spaces(void) {
    for (uint32_t n = one_in(3) ? random_below(4) : random_below(2); n > 0; n--)
        input_char(pick("   \t\n\v\f\r"));
}

static void input_piece(void) {
    if (locale_piece_count)
        input_text(locale_pieces[random_below((uint32_t)locale_piece_count)]);
}

static void input_digits(const char *digits, uint32_t longest) {
    uint32_t count = one_in(40) ? random_below(600) : random_below(longest + 1);
    for (; count > 0; count--) {
        input_char(pick(digits));
        if (locale_piece_count && one_in(30))
            input_piece();
    }
}

static void input_sign(void) {
    if (one_in(3))
        input_char(pick("+-"));
}

static void input_integer(char letter) {
    input_sign();
    if (letter == 'p' && one_in(3)) {
        input_text(one_in(3) ? "(Nil)" : "(nil)");
        return;
    }
    if (one_in(4))
        input_text(one_in(2) ? "0" : one_in(8) ? "0b" : one_in(2) ? "0x" : "0X");
    if (one_in(30)) {
        static const char *const edges[] = {
            "9223372036854775807",   "9223372036854775808",    "18446744073709551615",
            "18446744073709551616",  "7fffffffffffffff",       "8000000000000000",
            "ffffffffffffffff",      "10000000000000000",      "2147483648",
            "777777777777777777777", "1777777777777777777777", "2000000000000000000000"};
        input_text(edges[random_below(sizeof edges / sizeof edges[0])]);
        return;
    }
    switch (letter) {
    case 'x':
    case 'X':
    case 'p':
        input_digits("0123456789abcdefABCDEF", one_in(5) ? 20 : 8);
        break;
    case 'o':
        input_digits("01234567", one_in(5) ? 25 : 8);
        break;
    default:
        input_digits("0123456789", one_in(5) ? 23 : 9);
    }
}

static void input_float(void) {
    static const char *const words[] = {"nan",      "NaN",      "nan(123)", "nan(",  "inf", "INF",
                                        "infinity", "iNfInItY", "infinit",  "infix", "in"};
    static const char *const edges[] = {"9007199254740993",
                                        "9007199254740992.5",
                                        "1.7976931348623157e308",
                                        "1.7976931348623159e308",
                                        "4.9e-324",
                                        "2.4e-324",
                                        "2.2250738585072014e-308",
                                        "3.4028235e38",
                                        "3.4028236e38",
                                        "1e-45",
                                        "16777217",
                                        "0.1",
                                        "1e22",
                                        "1e23",
                                        "8.5e-28",
                                        "1e27",
                                        "18446744073709551615e27",
                                        "18446744073709551615e-27"};
    char text[64];
    input_sign();
    if (one_in(12)) {
        input_text(words[random_below(sizeof words / sizeof words[0])]);
        return;
    }
    if (one_in(12)) {
        input_text(edges[random_below(sizeof edges / sizeof edges[0])]);
        return;
    }
    if (one_in(6)) {
        uint64_t bits = (uint64_t)random_below(UINT32_MAX) << 32 | random_below(UINT32_MAX);
        if (one_in(2))
            bits = (bits & 0x800fffffffffffff) | (uint64_t)(1023 - 90 + random_below(180)) << 52;
        double number;
        memcpy(&number, &bits, sizeof number);
        snprintf(text, sizeof text,
                 one_in(4)   ? "%a"
                 : one_in(3) ? "%.17g"
                 : one_in(2) ? "%g"
                             : "%.15e",
                 number);
        input_text(text);
        return;
    }
    bool hexadecimal = one_in(8);
    const char *digits = hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
    if (hexadecimal)
        input_text(one_in(2) ? "0x" : "0X");
    input_digits(digits, one_in(4) ? 22 : 6);
    if (one_in(2)) {
        if (locale_piece_count && one_in(2))
            input_text(locale_pieces[0]);
        else
            input_char('.');
        input_digits(digits, one_in(4) ? 22 : 8);
    }
    if (one_in(3)) {
        input_char(pick(hexadecimal ? "pPpPe" : "eEeEeEp"));
        if (one_in(2))
            input_char(pick("+-"));
        snprintf(text, sizeof text, "%u", random_below(one_in(4) ? 400 : 30));
        input_text(one_in(10) ? "" : text);
    }
}

static void input_word(uint32_t longest) {
    for (uint32_t n = one_in(15) ? random_below(900) : random_below(longest) + 1; n > 0; n--) {
        if (one_in(12))
            input_piece();
        else if (one_in(40) && !for_wide)
            input_char((char)random_below(256));
        else
            input_char(pick("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.,]^"));
    }
}

static void add_width(bool unsafe) {
    char text[32];
    if (one_in(3) && !unsafe) {
        snprintf(text, sizeof text, "%u",
                 one_in(6) ? random_below(1025) /* beyond 1024 libc's %mc writes behind its block */
                           : random_below(12));
        format_add(one_in(400) ? "99999999999" : text);
    }
}

static void add_set(bool whole) {
    format_add(one_in(3) ? "[^" : "[");
    if (one_in(6))
        format_add_char(pick("]-"));
    for (uint32_t n = random_below(4) + 1; n > 0; n--) {
        switch (random_below(4)) {
        case 0:
            format_add("a-z");
            break;
        case 1:
            format_add("0-9");
            break;
        case 2:
            format_add_char(pick("abcxyz0159-_.,% \n"));
            break;
        default:
            format_add_char(pick("a09Z"));
            format_add_char('-');
            format_add_char(pick("m5zA"));
        }
        if (one_in(20))
            format_add_char('^'); /* not the first */
        if (one_in(20) && locale_piece_count)
            format_add(locale_pieces[random_below((uint32_t)locale_piece_count)]);
    }
    if (!whole && one_in(60))
        unclear = true;
    else
        format_add("]");
}

static const char *const lengths[] = {"", "", "", "hh", "h", "l", "l", "ll", "q", "L", "j", "z", "t"};

/* One directive with the argument in `slot`; position 0: in turn. Returns whether it has an argument. */
static bool add_directive(unsigned slot, unsigned position) {
    char text[32];
    bool suppressed = one_in(8);
    format_add("%");
    if (position) {
        snprintf(text, sizeof text, "%u$", position);
        format_add(text);
    }
    if (suppressed)
        format_add("*");
    bool group = one_in(10), own_digits = one_in(10);
    bool unsafe = !for_wide && ((group && long_separators) || (own_digits && long_digits));
    if (group)
        format_add("'");
    if (own_digits)
        format_add("I");
    if (suppressed && one_in(8))
        format_add("*");
    now->slots[slot] = SLOT_VALUE;
    now->conversions++;

    uint32_t kind = random_below(100);
    if (kind < 35) {
        char letter = pick("ddddiiuxXop");
        add_width(unsafe);
        format_add(lengths[random_below(sizeof lengths / sizeof lengths[0])]);
        format_add_char(letter);
        input_spaces();
        input_integer(letter);
    } else if (kind < 65) {
        add_width(unsafe);
        const char *length = lengths[random_below(sizeof lengths / sizeof lengths[0])];
        format_add(one_in(2) ? "l" : length);
        format_add_char(pick("aefgAEFG"));
        input_spaces();
        input_float();
    } else if (kind < 70) {
        format_add(lengths[random_below(sizeof lengths / sizeof lengths[0])]);
        format_add_char('n');
    } else if (kind < 97) {
        add_width(unsafe);
        bool block = false, gnu = false;
        if (one_in(3) && !unclear) {
            block = true;
            gnu = now->old_a && one_in(2);
            format_add(gnu ? "a" : one_in(3) ? "ml" : "m");
        } else if (one_in(3)) {
            format_add("l");
        }
        char letter = pick(gnu ? "ssS[[[" : "cssS[[[C");
        if (letter == '[') {
            add_set(block);
            input_word(12);
        } else {
            format_add_char(letter);
            input_spaces();
            input_word(12);
        }
        if (block && !unclear)
            now->slots[slot] = SLOT_BLOCK;
        else if (for_wide)
            now->slots[slot] = SLOT_CHARACTERS;
    } else {
        const char *const odd[] = {"%",  "y",  "b",  "",   "w8d", "0d", "l", "hy", unsafe ? "" : "5",
                                   "h%", "m%", "ld", "zs", "0*d"};
        unclear = true;
        format_add(odd[random_below(sizeof odd / sizeof odd[0])]);
        input_integer('d');
    }
    return !suppressed;
}

static void add_literal(void) {
    char c = pick("   \nabx,:;-%5%");
    if (c == '%') {
        format_add("%%");
    } else if (locale_piece_count && one_in(8)) {
        const char *piece = locale_pieces[random_below((uint32_t)locale_piece_count)];
        format_add(piece);
        if (!one_in(4))
            input_text(piece);
        return;
    } else if (!for_wide && one_in(30)) {
        c = (char)(0x80 + random_below(0x80));
        format_add_char(c);
    } else {
        format_add_char(c);
    }
    if (strchr(" \n", c) != NULL)
        input_spaces();
    else if (!one_in(6))
        input_char(c);
}

static void mutate(void) {
    size_t at = random_below((uint32_t)now->input_length + 1);
    switch (random_below(4)) {
    case 0: /* insert */
        if (now->input_length < INPUT_SIZE - 1) {
            memmove(now->input + at + 1, now->input + at, now->input_length - at);
            now->input[at] = pick("0123456789+-.,eExXpPaAfFnNiItTyY()bB' \t\n%[]^");
            now->input_length++;
        }
        break;
    case 1: /* remove */
        if (at < now->input_length) {
            memmove(now->input + at, now->input + at + 1, now->input_length - at - 1);
            now->input_length--;
        }
        break;
    case 2: /* replace */
        if (at < now->input_length)
            now->input[at] =
                one_in(4) && !for_wide ? (char)random_below(256) : pick("0123456789+-.,eExXpPnNiI \n");
        break;
    default:
        now->input_length = at;
    }
}

/* Where a thousands separator of several bytes stands before a point or exponent, libc's strtod aborts or
 * reads what is not there. */
static void separate(void) {
    const char *separator = nl_langinfo(THOUSEP), *point = nl_langinfo(RADIXCHAR);
    size_t length = strlen(separator);
    if (length < 2 || for_wide)
        return;
    now->fail_from = 0; /* nor does it survive a failure to allocate room for pushed back bytes */
    for (size_t at = 0; at + length < now->input_length; at++)
        if (memcmp(now->input + at, separator, length) == 0 &&
            (strchr("eE", now->input[at + length]) || now->input[at + length] == point[0]))
            now->input[at + length] = '7';
}

/* Cuts the input where it stops being text of the locale. */
static void keep_valid(char *text, size_t *length) {
    mbstate_t state = {0};
    size_t at = 0;
    while (at < *length) {
        size_t n = mbrlen(text + at, *length - at, &state);
        if (n == (size_t)-1 || n == (size_t)-2)
            break;
        at += n ? n : 1;
    }
    *length = at;
}

void generate(struct test_case *test, bool wide, const char *const *pieces, size_t piece_count) {
    now = test;
    for_wide = wide;
    locale_pieces = pieces;
    locale_piece_count = piece_count;
    format_length = 0;
    unclear = false;
    test->format[0] = '\0';
    test->input_length = 0;
    test->conversions = 0;
    test->old_a = one_in(8);
    test->errno_before = one_in(2) ? 0 : ENOTTY;
    test->end_error = !one_in(10)                   ? 0
                      : !wide                       ? (one_in(3) ? EINTR : EIO)
                      : MB_CUR_MAX > 1 && one_in(2) ? EILSEQ
                                                    : EAGAIN;
    test->fail_from = one_in(30) ? 50 + random_below(500) : 0;
    memset(test->slots, 0, sizeof test->slots);

    unsigned count = 1 + random_below(4), slot = 0;
    bool positional = one_in(10), backwards = one_in(2);
    for (unsigned i = 0; i < count; i++) {
        while (one_in(4))
            add_literal();
        unsigned to = positional && backwards ? count - 1 - slot : slot;
        if (add_directive(to, positional ? to + 1 : 0) || positional)
            slot++;
    }
    while (one_in(4))
        add_literal();
    if (one_in(3)) {
        test->slots[slot] = SLOT_VALUE;
        char text[16];
        snprintf(text, sizeof text, positional ? "%%%u$n" : "%%n", slot + 1);
        format_add(text);
    }
    if (one_in(2))
        input_text(one_in(2) ? " 7x" : "9");
    while (one_in(3) && test->input_length > 0)
        mutate();
    separate();
    for (unsigned i = 0; wide && unclear && i < SLOTS; i++) /* any of them may be taken for text */
        if (test->slots[i] == SLOT_VALUE)
            test->slots[i] = SLOT_CHARACTERS;
    if (wide) {
        keep_valid(test->input, &test->input_length);
        size_t length = strlen(test->format);
        keep_valid(test->format, &length);
        test->format[length] = '\0';
    }
}
