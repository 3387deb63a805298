/* C17 7.29.2, input: fwscanf, wscanf, swscanf and their v calls, on every window, the text cut by its end. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>
#include <math.h>

static const struct window *used;
static size_t before;

static FILE *input(const char *text) {
    char bytes[5000];
    memset(bytes, '.', before);
    memcpy(bytes + before, text, strlen(text));
    unlink("in");
    write_file("in", bytes, before + strlen(text));
    FILE *f = opened_with("in", "r", used);
    for (size_t i = 0; i < before; i++)
        fgetwc(f);
    return f;
}

/* What fwscanf returns and what is next after it. */
static void scans(const char *clause, int line, const char *text, int want, wint_t next,
                  const wchar_t *format, ...) {
    va_list arguments;
    FILE *f = input(text);
    va_start(arguments, format);
    int got = vfwscanf(f, format, arguments);
    va_end(arguments);
    wint_t got_next = fgetwc(f);
    check(clause, got == want && got_next == next, __FILE__, line,
          "\"%ls\" of \"%s\": %d assigned, next %d, expected %d and %d", format, text, got, (int)got_next,
          want, (int)next);
    fclose(f);
}
#define SCANS(clause, text, want, next, ...) scans(clause, __LINE__, text, want, next, __VA_ARGS__)

static void directives(void) {
    int a = 0, b = 0, n = -1;
    char c[10] = "", d[10] = "";
    wchar_t w[10] = L"";
    double x = 0;
    unsigned u = 0;
    SCANS("7.29.2.2p5", " \t\n x", 0, 'x', L" ");
    SCANS("7.29.2.2p6", "abX", 0, 'X', L"abc");
    SCANS("7.29.2.2p6", "abc", 0, WEOF, L"abc");
    SCANS("7.29.2.2p4", "1,2;3", 2, ';', L"%d,%d,%d", &a, &b, &n);
    SCANS("7.29.2.2p8", " \n 12x", 1, 'x', L"%d", &a);
    SCANS("7.29.2.2p9", "12345", 2, WEOF, L"%3d%d", &a, &b);
    CHECK("7.29.2.2p9", a == 123 && b == 45);
    SCANS("7.29.2.2p9", "x", 0, 'x', L"%d", &a);
    SCANS("7.29.2.2p9", "", EOF, WEOF, L"%d", &a);
    SCANS("7.29.2.2p10", "1 2 3", 2, WEOF, L"%d%*d%d", &a, &b);
    CHECK("7.29.2.2p10", a == 1 && b == 3);
    SCANS("7.29.2.2p12 i", "-0x1F 017", 2, WEOF, L"%i%i", &a, &b);
    CHECK("7.29.2.2p12 i", a == -31 && b == 15);
    SCANS("7.29.2.2p12 x", "ff 77", 2, WEOF, L"%x%o", &u, &a);
    CHECK("7.29.2.2p12 x", u == 255 && a == 077);
    SCANS("7.29.2.2p12 f", "3.5e1x", 1, 'x', L"%lf", &x);
    CHECK("7.29.2.2p12 f", x == 35);
    SCANS("7.29.2.2p12 f", "inf", 1, WEOF, L"%lf", &x);
    CHECK("7.29.2.2p12 f", isinf(x));
    memset(c, '#', sizeof c);
    SCANS("7.29.2.2p12 c", "ab d", 1, 'd', L"%3c", c);
    CHECK_BYTES("7.29.2.2p12 c", c, 4, "ab #", 4);
    SCANS("7.29.2.2p12 s", " one two", 2, WEOF, L"%s%s", c, d);
    CHECK("7.29.2.2p12 s", strcmp(c, "one") == 0 && strcmp(d, "two") == 0);
    SCANS("7.29.2.2p12 ls", " one", 1, WEOF, L"%ls", w);
    CHECK_WIDE("7.29.2.2p12 ls", w, L"one");
    SCANS("7.29.2.2p12 [", "cab-x", 1, '-', L"%[abc]", c);
    CHECK_TEXT("7.29.2.2p12 [", c, "cab");
    SCANS("7.29.2.2p12 [", "]x,", 1, ',', L"%[]x]", c);
    SCANS("7.29.2.2p12 [", "ab]", 1, ']', L"%l[^]]", w);
    CHECK_WIDE("7.29.2.2p12 [", w, L"ab");
    SCANS("7.29.2.2p12 %", " %5", 1, WEOF, L"%%%d", &a);
    SCANS("7.29.2.2p12 n", "ab12", 1, WEOF, L"ab%n%d", &n, &a);
    CHECK_INT("7.29.2.2p12 n", n, 2);
    SCANS("7.29.2.2p15", "5 z", 1, ' ', L"%d", &a);
    SCANS("7.29.2.2p16", "1", 1, WEOF, L"%d%d", &a, &b);
}

/* Wide characters into multibyte strings and wide ones; width counts wide characters. */
static void beyond_ascii(void) {
    char c[20] = "";
    wchar_t w[20] = L"";
    int n = -1;
    SCANS("7.29.2.2p6", "\xc3\xa9\xe2\x82\xac", 0, 0x20ac, L"\u00e9");
    SCANS("7.29.2.2p6", "\xc3\xa9", 0, 0xe9, L"\u00ea");
    SCANS("7.29.2.2p12 s", "\xc3\xa9\xe2\x82\xac x", 1, ' ', L"%s", c);
    CHECK_TEXT("7.29.2.2p12 s", c, "\xc3\xa9\xe2\x82\xac");
    SCANS("7.29.2.2p9", "\xc3\xa9\xe2\x82\xacx", 1, 'x', L"%2s", c);
    SCANS("7.29.2.2p12 ls", "\xc3\xa9\xf0\x9f\x98\x80 x", 1, ' ', L"%ls", w);
    CHECK_WIDE("7.29.2.2p12 ls", w, L"\u00e9\U0001f600");
    memset(c, '#', sizeof c);
    SCANS("7.29.2.2p12 c", "\xc3\xa9\xe2\x82\xacx", 1, 'x', L"%2c", c);
    CHECK_BYTES("7.29.2.2p12 c", c, 6, "\xc3\xa9\xe2\x82\xac#", 6);
    SCANS("7.29.2.2p12 lc", "\xe2\x82\xacx", 1, 'x', L"%lc", w);
    CHECK_INT("7.29.2.2p12 lc", w[0], 0x20ac);
    SCANS("7.29.2.2p12 [", "\xc3\xa9\xc3\xaa|", 1, '|', L"%l[\u00e9\u00ea]", w);
    CHECK_WIDE("7.29.2.2p12 [", w, L"\u00e9\u00ea");
    SCANS("7.29.2.2p12 n", "\xc3\xa9\xc3\xa9 5", 0, ' ', L"%*s%n", &n);
    CHECK_INT("7.29.2.2p12 n", n, 2);
    FILE *f = input("\xff");
    CHECK_ERROR("7.29.2.2p9 encoding", fwscanf(f, L"%ls", w) == EOF, EILSEQ);
    CHECK("7.29.2.2p9 encoding", !feof(f));
    fclose(f);
    /* A pushed back character and the one that the scan gives back are different ones. */
    f = input("2x");
    CHECK_INT("7.29.3.10p3", ungetwc(L'1', f), '1');
    CHECK_INT("7.29.2.2p9", fwscanf(f, L"%d", &n), 1);
    CHECK_INT("7.29.2.2p9", n, 12);
    CHECK_INT("7.29.3.10p3", ungetwc(L'\u20ac', f), 0x20ac);
    CHECK_INT("7.29.3.10p3", fgetwc(f), 0x20ac);
    CHECK_INT("7.29.3.10p3", fgetwc(f), 'x');
    fclose(f);
}

static int through_list(int which, const wchar_t *text, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = which == 0   ? vwscanf(format, arguments)
                : which == 1 ? vfwscanf(stdin, format, arguments)
                             : vswscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

static void strings(void) {
    int a = 0, b = 0;
    wchar_t w[20];
    char c[20];
    CHECK_INT("7.29.2.4p3", swscanf(L"12 ab\u20ac", L"%d%ls", &a, w), 2);
    CHECK("7.29.2.4p2", a == 12 && wcscmp(w, L"ab\u20ac") == 0);
    CHECK_INT("7.29.2.4p3", swscanf(L"", L"%d", &a), EOF);
    CHECK_INT("7.29.2.4p3", swscanf(L"x", L"%d", &a), 0);
    CHECK_INT("7.29.2.4p3", swscanf(L"1 x", L"%d%d", &a, &b), 1);
    CHECK_INT("7.29.2.4p3", swscanf(L"\u20ac", L"%s", c), 1);
    CHECK_TEXT("7.29.2.4p2", c, "\xe2\x82\xac");
    CHECK_INT("7.29.2.8p3", through_list(2, L"8 9", L"%d %d", &a, &b), 2);
    CHECK("7.29.2.8p2", a == 8 && b == 9);
}

static void from_stdin(void) {
    int a = 0, b = 0, c = 0;
    write_file("in", "1 2 \xe2\x82\xac 3", 9);
    if (dup2(open("in", O_RDONLY), 0) < 0)
        _exit(9);
    bool right = wscanf(L"%d", &a) == 1 && through_list(0, NULL, L"%d", &b) == 1 &&
                 through_list(1, NULL, L" \u20ac %d", &c) == 1 && a == 1 && b == 2 && c == 3;
    exit(right && wscanf(L"%d", &a) == EOF && fwide(stdin, 0) > 0 ? 0 : 1);
}

int main(void) {
    for (size_t i = 0; i < 4 * WINDOWS; i++) {
        bool utf8 = i % 2 == 0;
        REQUIRE(setlocale(LC_CTYPE, utf8 ? "C.UTF-8" : "C"));
        used = &windows[i / 4];
        if (used->size > 4096)
            continue;
        before = i / 2 % 2 ? used->size - 1 : 0;
        situation("%s, %zu before, %s", used->name, before, utf8 ? "C.UTF-8" : "C");
        directives();
        if (utf8)
            beyond_ascii();
    }
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    situation("strings");
    strings();
    pid_t child = fork_child();
    if (child == 0)
        from_stdin();
    CHECK("7.29.2.6p3, .10p3, .12p3", child_passed(child));
    return clauses_done();
}
