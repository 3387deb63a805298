/* Wide streams in UTF-8: every call, on text of one to four bytes a character. */

#include "scan.h"
#include "slot.h"
#include <stdarg.h>

static wchar_t text[5001];

static wchar_t random_character(void) {
    static const wchar_t characters[] = {L'a',  L'z',   L' ',   L'\n',   L'7',   0xe4,
                                         0x416, 0x20ac, 0x4e2d, 0x1f600, 0x10348};
    return chance(60) ? characters[below(5)] : PICK(characters);
}

static const wchar_t *random_text(size_t n) {
    for (size_t i = 0; i < n; i++)
        text[i] = random_character();
    text[n] = L'\0';
    return text;
}

static size_t random_length(const struct slot *s) {
    size_t n = random_size(s);
    return n < 5000 ? n : n % 5000;
}

static bool op_orientation(struct slot *s) {
    if (!s->touched && !s->wide)
        return false; /* asking is fine, but let the first operation decide at times */
    called(s, CALL_fwide);
    int mode = (int)below(3) - 1, r = fwide(s->f, s->touched ? mode : 1);
    say(s, "fwide = %d", (r > 0) - (r < 0));
    return true;
}

static bool op_put_wide(struct slot *s) {
    static const enum call calls[] = {CALL_fputwc, CALL_putwc, CALL_fputwc_unlocked, CALL_putwc_unlocked};
    if (!may_put(s))
        return false;
    enum call call = PICK(calls);
    wchar_t c = random_character();
    before_put(s, 4);
    called(s, call);
    wint_t r = call == CALL_fputwc            ? fputwc(c, s->f)
               : call == CALL_putwc           ? putwc(c, s->f)
               : call == CALL_fputwc_unlocked ? fputwc_unlocked(c, s->f)
                                              : putwc_unlocked(c, s->f);
    say(s, "fputwc(%x) = %x%s", (unsigned)c, (unsigned)r, why(r == WEOF));
    after_put(s, 1);
    s->whole_lines = c == L'\n';
    return true;
}

static bool op_fputws(struct slot *s) {
    if (!may_put(s))
        return false;
    size_t n = random_length(s);
    const wchar_t *string = random_text(n);
    bool unlocked = chance(30);
    before_put(s, 4 * n);
    called(s, unlocked ? CALL_fputws_unlocked : CALL_fputws);
    int r = unlocked ? fputws_unlocked(string, s->f) : fputws(string, s->f);
    say(s, "fputws(%s) = %s%s", show_wide(string, n), r < 0 ? "EOF" : "done", why(r < 0));
    after_put(s, n);
    s->whole_lines = n && string[n - 1] == L'\n';
    return true;
}

static int print_indirect(struct slot *s, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int r = vfwprintf(s->f, format, arguments);
    va_end(arguments);
    return r;
}

static bool op_fwprintf(struct slot *s) {
    if (!may_put(s))
        return false;
    size_t n = random_length(s);
    int number = (int)random_next(), choice = (int)below(4), r;
    before_put(s, 4 * n + 1000);
    called(s, choice < 2 ? CALL_fwprintf : CALL_vfwprintf);
    if (choice == 0)
        r = fwprintf(s->f, L"%d|%8x|%-6ls|%lc\n", number, (unsigned)number, L"\u00e4b", (wint_t)0x20ac);
    else if (choice == 1)
        r = fwprintf(s->f, L"%ls", random_text(n));
    else if (choice == 2)
        r = print_indirect(s, L"%s %.2f \u00e9\u4e2d\n", "multi-\u00e4\u20ac", number / 100.0);
    else
        r = print_indirect(s, L"%2$ls%1$*3$d\n", number, random_text(n / 2), (int)below(40));
    say(s, "fwprintf(format %d, %zu) = %d%s", choice, n, r, why(r < 0));
    after_put(s, r > 0 ? (size_t)r : 0);
    return true;
}

static bool op_get_wide(struct slot *s) {
    static const enum call calls[] = {CALL_fgetwc, CALL_getwc, CALL_fgetwc_unlocked, CALL_getwc_unlocked};
    if (!may_get(s))
        return false;
    size_t n = 1 + below(chance(80) ? 5 : 2000), done = 0;
    enum call call = PICK(calls);
    wint_t c = 0;
    called(s, call);
    while (done < n) {
        c = call == CALL_fgetwc            ? fgetwc(s->f)
            : call == CALL_getwc           ? getwc(s->f)
            : call == CALL_fgetwc_unlocked ? fgetwc_unlocked(s->f)
                                           : getwc_unlocked(s->f);
        if (c == WEOF)
            break;
        text[done++] = (wchar_t)c;
        after_get(s, 1, false);
    }
    say(s, "get characters (%zu) = %s%s%s", n, show_wide(text, done), c == WEOF ? " WEOF" : "",
        why(c == WEOF && ferror(s->f)));
    after_get(s, 0, feof(s->f));
    s->recent = done ? (int)text[done - 1] : -1;
    return true;
}

static bool op_fgetws(struct slot *s) {
    static const unsigned sizes[] = {2, 3, 10, 60, 300, 5000};
    if (!may_get(s))
        return false;
    int n = (int)PICK(sizes);
    bool unlocked = chance(30);
    wmemset(text, L'x', (size_t)n);
    called(s, unlocked ? CALL_fgetws_unlocked : CALL_fgetws);
    wchar_t *line = unlocked ? fgetws_unlocked(text, n, s->f) : fgetws(text, n, s->f);
    /* A hole in the file is read as null characters: the line ends with the last one. */
    size_t length = (size_t)n;
    while (line && length > 0 && text[length - 1] != L'\0')
        length--;
    length = line && length ? length - 1 : 0;
    say(s, "fgetws(%d) = %s%s%s", n, line ? show_wide(line, length) : "NULL", feof(s->f) ? " end" : "",
        why(!line && ferror(s->f)));
    after_get(s, length, feof(s->f) && (!line || (int)length + 1 < n));
    s->recent = length ? (int)text[length - 1] : -1;
    return true;
}

static bool op_ungetwc(struct slot *s) {
    if (!s->reads || s->last == PUTTING || s->pushed >= 1)
        return false;
    if ((s->mapped && named(NAMED_mapped_pushback)) || (s->flushed && named(NAMED_pushback_after_output)))
        return false;
    wint_t c = (wint_t)random_character();
    if (named(NAMED_wide_pushback))
        c = s->recent > 0 ? (wint_t)s->recent : WEOF;
    if (c == WEOF)
        return false;
    called(s, CALL_ungetwc);
    wint_t r = ungetwc(c, s->f);
    say(s, "ungetwc(%x) = %x%s", (unsigned)c, (unsigned)r, why(r == WEOF));
    if (r == WEOF)
        return true;
    after_get(s, 0, false);
    s->pushed++;
    return true;
}

static int scan_indirect(struct slot *s, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int r = vfwscanf(s->f, format, arguments);
    va_end(arguments);
    return r;
}

static bool op_fwscanf(struct slot *s) {
    static struct scanned got;
    unsigned choice = below(5);
    if (!may_get(s) || (s->size < 512 && named(NAMED_wide_pushback)))
        return false;
    int n;
    scan_begin(&got);
    called(s, choice < 3 ? CALL_fwscanf : CALL_vfwscanf);
    if (choice == 0)
        n = fwscanf(s->f, L"%d%n", &got.number, &got.count);
    else if (choice == 1)
        n = fwscanf(s->f, L" %9s%n", got.text, &got.count);
    else if (choice == 2)
        n = fwscanf(s->f, L"%3c%n", got.text, &got.count);
    else if (choice == 3)
        n = scan_indirect(s, L" %9[^\n \u20ac]%n", got.text, &got.count);
    else
        n = scan_indirect(s, L"%*ls%d%n", &got.number, &got.count);
    scan_end(s, &got, choice, n);
    return true;
}

const struct operation wide_operations[] = {
    {"fwide", op_orientation, 8, WIDE},  {"fputwc", op_put_wide, 60, WIDE}, {"fputws", op_fputws, 50, WIDE},
    {"fwprintf", op_fwprintf, 25, WIDE}, {"fgetwc", op_get_wide, 70, WIDE}, {"fgetws", op_fgetws, 50, WIDE},
    {"ungetwc", op_ungetwc, 25, WIDE},   {"fwscanf", op_fwscanf, 25, WIDE}, {0},
};
