/* C17 7.21.6.2: fscanf, clause by clause, on every window and with the text cut by the window's end; after
   each call the first character that must remain unread is looked at. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stddef.h>

static const struct window *used;
static size_t before; /* bytes read from the window before the text */

/* A stream on the text, `before` bytes of it read already. */
static FILE *input(const char *text) {
    char bytes[6000];
    memset(bytes, '.', before);
    memcpy(bytes + before, text, strlen(text));
    unlink("in"); /* to shorten a file and write it again is slow on some file systems */
    write_file("in", bytes, before + strlen(text));
    FILE *f = opened_with("in", "r", used);
    for (size_t i = 0; i < before; i++)
        fgetc(f);
    return f;
}

/* What fscanf returns and what is next after it (EOF at the end). */
static void scans(const char *clause, int line, const char *text, int want, int next, const char *format,
                  ...) {
    va_list arguments;
    FILE *f = input(text);
    va_start(arguments, format);
    int got = vfscanf(f, format, arguments);
    va_end(arguments);
    int got_next = fgetc(f);
    check(clause, got == want && got_next == next, __FILE__, line,
          "\"%s\" of \"%s\": %d assigned, next %d, expected %d and %d", format, text, got, got_next, want,
          next);
    fclose(f);
}
#define SCANS(clause, text, want, next, ...) scans(clause, __LINE__, text, want, next, __VA_ARGS__)

static void directives(void) {
    int a = 0, b = 0, n = 0;
    SCANS("7.21.6.2p5", " \t\n\v\f\r x", 0, 'x', " ");
    SCANS("7.21.6.2p5", "x", 0, 'x', " ");
    SCANS("7.21.6.2p5", "", 0, EOF, " ");
    SCANS("7.21.6.2p6", "abcd", 0, 'd', "abc");
    SCANS("7.21.6.2p6", "abX", 0, 'X', "abc");
    SCANS("7.21.6.2p6", "a b", 0, ' ', "ab");
    SCANS("7.21.6.2p6",
          "\xc3\xa9"
          "5",
          1, EOF, "\xc3\xa9%d", &a);
    CHECK_INT("7.21.6.2p6", a, 5);
    SCANS("7.21.6.2p4", "1,2;3", 2, ';', "%d,%d,%d", &a, &b, &n);
    CHECK("7.21.6.2p4", a == 1 && b == 2);
    SCANS("7.21.6.2p12 %", " %5", 1, EOF, "%%%d", &a);
    SCANS("7.21.6.2p12 %", "x%5", 0, 'x', "%%%d", &a);
    SCANS("7.21.6.2p2", "1 2", 1, ' ', "%d", &a, &b);
    SCANS("7.21.6.2p15", "5 \n", 1, ' ', "%d", &a);
    SCANS("7.21.6.2p15", "5 \nz", 1, 'z', "%d ", &a);
    n = -1;
    SCANS("7.21.6.2p12 n", "abc 12", 1, EOF, "abc%n%d", &n, &a);
    CHECK_INT("7.21.6.2p12 n", n, 3);
    n = -1;
    SCANS("7.21.6.2p12 n", "abx", 0, 'x', "abc%n", &n);
    CHECK_INT("7.21.6.2p15", n, -1);
    SCANS("7.21.6.2p12 n", " 12 z", 1, 'z', " %d %n", &a, &n);
    CHECK_INT("7.21.6.2p12 n", n, 4);
    n = -1;
    SCANS("7.21.6.2p12 n", "", 0, EOF, "%n", &n);
    CHECK_INT("7.21.6.2p12 n", n, 0);
}

/* White space is skipped but for [ c n; width bounds the item; * assigns nothing. */
static void items(void) {
    int a = 0, b = 0;
    char word[20] = "", c[4] = "";
    SCANS("7.21.6.2p8", " \n\t 12x", 1, 'x', "%d", &a);
    SCANS("7.21.6.2p8", " ab", 1, 'a', "%c", c);
    CHECK_INT("7.21.6.2p8", c[0], ' ');
    SCANS("7.21.6.2p8", " ab", 0, ' ', "%[a]", word);
    SCANS("7.21.6.2p8", "  ab ", 1, ' ', "%s", word);
    CHECK_TEXT("7.21.6.2p8", word, "ab");
    SCANS("7.21.6.2p9", "12345", 1, '4', "%3d", &a);
    CHECK_INT("7.21.6.2p9", a, 123);
    SCANS("7.21.6.2p9", "  12345", 1, '4', "%3d", &a);
    CHECK_INT("7.21.6.2p9", a, 123);
    SCANS("7.21.6.2p9", "12345", 2, EOF, "%3d%d", &a, &b);
    CHECK("7.21.6.2p9", a == 123 && b == 45);
    SCANS("7.21.6.2p9", "abcdef", 1, 'd', "%3s", word);
    CHECK_TEXT("7.21.6.2p9", word, "abc");
    SCANS("7.21.6.2p9", "-", 0, EOF, "%d", &a);
    SCANS("7.21.6.2p9", "-x", 0, 'x', "%d", &a);
    SCANS("7.21.6.2p9", "x", 0, 'x', "%d", &a);
    SCANS("7.21.6.2p9", "", EOF, EOF, "%d", &a);
    SCANS("7.21.6.2p9", "  ", EOF, EOF, "%d", &a);
    SCANS("7.21.6.2p10", "1 2 3", 2, EOF, "%d%*d%d", &a, &b);
    CHECK("7.21.6.2p10", a == 1 && b == 3);
    SCANS("7.21.6.2p10", "12 x", 0, ' ', "%*d");
    SCANS("7.21.6.2p10", "ab cd", 1, EOF, "%*s%s", word);
    CHECK_TEXT("7.21.6.2p10", word, "cd");
    SCANS("7.21.6.2p10", "abc", 1, 'c', "%*c%c", c);
    SCANS("7.21.6.2p16", "", EOF, EOF, "%*d");
    SCANS("7.21.6.2p16", "x", 0, 'x', "%*d");
    SCANS("7.21.6.2p16", "1", 1, EOF, "%d%d", &a, &b);
    SCANS("7.21.6.2p16", "", EOF, EOF, "abc%d", &a);
    SCANS("7.21.6.2p16", "1", 1, EOF, "%d,%d", &a, &b);
    SCANS("7.21.6.2p16", "a", EOF, EOF, "a%d", &a);
}

/* "0x" and exponents without digits begin a matching sequence and are none: the failure eats them, for one
   character at most could be put back. */
static void prefixes(void) {
    int a = -7;
    double d = -7;
    SCANS("7.21.6.2p9 prefix 0x", "0xz", 0, 'z', "%x", &a);
    SCANS("7.21.6.2p9 prefix 0x", "0xz", 0, 'z', "%i", &a);
    SCANS("7.21.6.2p9 prefix exponent", "1ez", 0, 'z', "%lf", &d);
    SCANS("7.21.6.2p9 prefix exponent", "1e+z", 0, 'z', "%lf", &d);
    SCANS("7.21.6.2p9 prefix exponent", "100ergs", 0, 'r', "%lf", &d);
    SCANS("7.21.6.2p9 prefix inf, nan", "infix", 0, 'x', "%lf", &d);
    SCANS("7.21.6.2p9 prefix inf, nan", "nax", 0, 'x', "%lf", &d);
    SCANS("7.21.6.2p9 prefix", ".x", 0, 'x', "%lf", &d);
    CHECK_INT("7.21.6.2p9 prefix 0x", a, -7);
    CHECK("7.21.6.2p9 prefix exponent", d == -7);
    SCANS("7.21.6.2p9 prefix exponent", "12e", 0, EOF, "%lf", &d);
    SCANS("7.21.6.2p9 prefix", "1.5e3x", 1, 'x', "%lf", &d);
    CHECK("7.21.6.2p9", d == 1500);
    SCANS("7.21.6.2p9 prefix", "09", 1, '9', "%i", &a);
    CHECK_INT("7.21.6.2p9", a, 0);
    SCANS("7.21.6.2p9 prefix", "+-5", 0, '-', "%d", &a);
}

static void integers(void) {
    int i = 0, n = 0;
    unsigned u = 0, v = 0;
    signed char hh = 0;
    short h = 0;
    long l = 0;
    long long ll = 0;
    intmax_t j = 0;
    size_t z = 0;
    ptrdiff_t t = 0;
    void *p = NULL, *q = &i;
    char text[100];
    SCANS("7.21.6.2p12 d", "-42 +17", 2, EOF, "%d %d", &i, &n);
    CHECK("7.21.6.2p12 d", i == -42 && n == 17);
    SCANS("7.21.6.2p12 i", "-0x1F 017 12", 3, EOF, "%i%i%i", &i, &n, &u);
    CHECK("7.21.6.2p12 i", i == -31 && n == 15 && u == 12);
    SCANS("7.21.6.2p12 o", "777 8", 1, ' ', "%o", &u);
    CHECK_INT("7.21.6.2p12 o", u, 0777);
    SCANS("7.21.6.2p12 u", "4294967295", 1, EOF, "%u", &u);
    CHECK("7.21.6.2p12 u", u == UINT_MAX);
    SCANS("7.21.6.2p12 u", "-1", 1, EOF, "%u", &u);
    CHECK("7.21.6.2p12 u", u == UINT_MAX);
    SCANS("7.21.6.2p12 x", "DeadBeef 0Xff", 2, EOF, "%x %X", &u, &v);
    CHECK("7.21.6.2p12 x", u == 0xdeadbeef && v == 255);
    SCANS("7.21.6.2p11 hh", "-5", 1, EOF, "%hhd", &hh);
    SCANS("7.21.6.2p11 h", "-500", 1, EOF, "%hd", &h);
    SCANS("7.21.6.2p11 l", "-9223372036854775808", 1, EOF, "%ld", &l);
    SCANS("7.21.6.2p11 ll", "9223372036854775807", 1, EOF, "%lld", &ll);
    SCANS("7.21.6.2p11 j", "-3", 1, EOF, "%jd", &j);
    SCANS("7.21.6.2p11 z", "18446744073709551615", 1, EOF, "%zu", &z);
    SCANS("7.21.6.2p11 t", "-9", 1, EOF, "%td", &t);
    CHECK("7.21.6.2p11 hh", hh == -5);
    CHECK("7.21.6.2p11 h", h == -500);
    CHECK("7.21.6.2p11 l", l == LONG_MIN);
    CHECK("7.21.6.2p11 ll", ll == LLONG_MAX);
    CHECK("7.21.6.2p11 j", j == -3);
    CHECK("7.21.6.2p11 z", z == SIZE_MAX);
    CHECK("7.21.6.2p11 t", t == -9);
    snprintf(text, sizeof text, "%p", q);
    SCANS("7.21.6.2p12 p", text, 1, EOF, "%p", &p);
    CHECK("7.21.6.2p12 p", p == q);
}

static void reals(void) {
    double d = 0, e = 0;
    float f = 0;
    long double L = 0;
    SCANS("7.21.6.2p12 f", "3.5 -1e-3", 2, EOF, "%lf%lg", &d, &e);
    CHECK("7.21.6.2p12 f", d == 3.5 && e == -1e-3);
    SCANS("7.21.6.2p12 f", "0x1.8p1 .5.", 2, '.', "%la%le", &d, &e);
    CHECK("7.21.6.2p12 f", d == 3 && e == .5);
    SCANS("7.21.6.2p12 f", "infinity -INF", 2, EOF, "%lf%lf", &d, &e);
    CHECK("7.21.6.2p12 f", isinf(d) && isinf(e) && e < 0);
    SCANS("7.21.6.2p12 f nan(n-chars)", "nan NAN(123)x", 2, 'x', "%lf%lf", &d, &e);
    CHECK("7.21.6.2p12 f", isnan(d) && isnan(e));
    SCANS("7.21.6.2p12 f", "1.1", 1, EOF, "%f", &f);
    CHECK("7.21.6.2p12 f", f == 1.1f);
    SCANS("7.21.6.2p11 L", "1.1", 1, EOF, "%Lf", &L);
    CHECK("7.21.6.2p11 L", L == 1.1L);
    SCANS("7.21.6.2p14", "1.5E2 2 0X1P3 4", 4, EOF, "%lF%lE%lA%lG", &d, &d, &e, &d);
    CHECK("7.21.6.2p14", e == 8 && d == 4);
    SCANS("7.21.6.2p12 f", "123456789012345678901234567890e-20", 1, EOF, "%lf", &d);
    CHECK("7.21.6.2p12 f", d == 123456789012345678901234567890e-20);
    SCANS("7.21.6.2p12 f", "179769313486231580793728971405303415e273x", 1, 'x', "%lf", &d);
    CHECK("7.21.6.2p12 f", d == 179769313486231580793728971405303415e273);
    SCANS("7.21.6.2p9", "3.14159", 1, '5', "%5lf", &d);
    CHECK("7.21.6.2p9", d == 3.141);
}

static void strings(void) {
    char a[30] = "", b[30] = "";
    wchar_t w[30] = L"";
    memset(a, '#', sizeof a);
    SCANS("7.21.6.2p12 c", "abcd", 1, 'd', "%3c", a);
    CHECK_BYTES("7.21.6.2p12 c", a, 4, "abc#", 4);
    SCANS("7.21.6.2p12 c", "a b\n", 1, '\n', "%3c", a);
    CHECK_BYTES("7.21.6.2p12 c", a, 3, "a b", 3);
    SCANS("7.21.6.2p12 s", "one two", 2, EOF, "%s%s", a, b);
    CHECK("7.21.6.2p12 s", strcmp(a, "one") == 0 && strcmp(b, "two") == 0);
    SCANS("7.21.6.2p12 [", "cabbage", 1, 'g', "%[abc]", a);
    CHECK_TEXT("7.21.6.2p12 [", a, "cabba");
    SCANS("7.21.6.2p12 [", "one,two", 2, EOF, "%[^,],%s", a, b);
    CHECK("7.21.6.2p12 [", strcmp(a, "one") == 0 && strcmp(b, "two") == 0);
    SCANS("7.21.6.2p12 [", "]a]b", 1, 'b', "%[]a]", a);
    CHECK_TEXT("7.21.6.2p12 [", a, "]a]");
    SCANS("7.21.6.2p12 [", "ab]c", 1, ']', "%[^]]", a);
    CHECK_TEXT("7.21.6.2p12 [", a, "ab");
    SCANS("7.21.6.2p12 [", "a-b+", 1, '+', "%[ab-]", a);
    CHECK_TEXT("7.21.6.2p12 [", a, "a-b");
    SCANS("7.21.6.2p12 [", "^a^b", 1, 'b', "%[a^]", a);
    SCANS("7.21.6.2p12 [", "x", 0, 'x', "%[abc]", a);
    SCANS("7.21.6.2p12 [", "", EOF, EOF, "%[abc]", a);
    SCANS("7.21.6.2p9", "aaaaa", 1, 'a', "%3[a]", a);
    CHECK_TEXT("7.21.6.2p9", a, "aaa");
    SCANS("7.21.6.2p12 ls", " \xc3\xa9\xe2\x82\xac x", 1, ' ', "%ls", w);
    CHECK_WIDE("7.21.6.2p12 ls", w, L"\u00e9\u20ac");
    SCANS("7.21.6.2p12 lc", "\xc3\xa9\xe2\x82\xacx", 1, 'x', "%2lc", w);
    CHECK("7.21.6.2p12 lc", w[0] == 0xe9 && w[1] == 0x20ac);
    SCANS("7.21.6.2p12 l[",
          "\xc3\xa9"
          "a|",
          1, '|',
          "%l[\xc3\xa9"
          "a]",
          w);
    CHECK_WIDE("7.21.6.2p12 l[", w, L"\u00e9a");
}

/* The examples at the clause's end. */
static void examples(void) {
    int i = 0, count;
    float x = 0, quantity = 0;
    char name[50] = "", units[21] = "", item[21] = "";
    SCANS("7.21.6.2p17", "25 54.32E-1 thompson", 3, EOF, "%d%f%s", &i, &x, name);
    CHECK("7.21.6.2p17", i == 25 && x == 5.432f && strcmp(name, "thompson") == 0);
    SCANS("7.21.6.2p18", "56789 0123 56a72", 3, 'a', "%2d%f%*d %[0123456789]", &i, &x, name);
    CHECK("7.21.6.2p18", i == 56 && x == 789.0f && strcmp(name, "56") == 0);
    static const struct {
        int count;
        const char *clause;
    } lines[] = {{3, "7.21.6.2p20"}, {2, "7.21.6.2p20"},         {0, "7.21.6.2p20"},
                 {3, "7.21.6.2p20"}, {0, "7.21.6.2p20 100ergs"}, {EOF, "7.21.6.2p20"}};
    FILE *f =
        input("2 quarts of oil\n-12.8degrees Celsius\nlots of luck\n10.0LBS of\ndirt\n100ergs of energy");
    for (size_t n = 0; n < 6; n++) {
        count = fscanf(f, "%f%20s of %20s", &quantity, units, item);
        CHECK_INT(lines[n].clause, count, lines[n].count);
        if (!feof(f) && !ferror(f) && fscanf(f, "%*[^\n]") < 0)
            count = EOF;
        if (n == 0)
            CHECK("7.21.6.2p20", quantity == 2 && strcmp(units, "quarts") == 0 && strcmp(item, "oil") == 0);
        if (n == 1)
            CHECK("7.21.6.2p20", quantity == -12.8f && strcmp(units, "degrees") == 0);
        if (n == 3)
            CHECK("7.21.6.2p20", quantity == 10 && strcmp(units, "LBS") == 0 && strcmp(item, "dirt") == 0);
    }
    fclose(f);
    int d1 = 0, d2 = 0, n1 = -1, n2 = -1;
    CHECK_INT("7.21.6.2p21", sscanf("123", "%d%n%n%d", &d1, &n1, &n2, &d2), 1);
    CHECK("7.21.6.2p21", d1 == 123 && n1 == 3 && n2 == 3);
}

/* One character pushed back by ungetc and the one fscanf gives back are different ones. */
static void pushback(void) {
    int a = 0;
    FILE *f = input("2x");
    CHECK_INT("7.21.6.2p9", ungetc('1', f), '1');
    CHECK_INT("7.21.6.2p9", fscanf(f, "%d", &a), 1);
    CHECK_INT("7.21.6.2p9", a, 12);
    CHECK_INT("7.21.7.10p3 after fscanf", ungetc('y', f), 'y');
    CHECK_INT("7.21.7.10p3 after fscanf", fgetc(f), 'y');
    CHECK_INT("7.21.7.10p3 after fscanf", fgetc(f), 'x');
    fclose(f);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    static const int kinds[] = {0, 4, 9};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (int fill = 0; fill < 2; fill++) {
            used = &windows[kinds[i]];
            before = fill ? used->size - 1 : 0;
            situation("%s, %zu before", used->name, before);
            directives();
            items();
            prefixes();
            integers();
            reals();
            strings();
            examples();
            pushback();
        }
    return clauses_done();
}
