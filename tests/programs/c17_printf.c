/* C17 7.21.6.1: fprintf's format, clause by clause, with the results written down. Each row goes through
   fprintf into a file on several windows, and through snprintf. */
#include "clauses.h"
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stddef.h>

static const struct window *used;
static char text_memory[5000];

/* Prints into a file and into memory; both texts and counts must be the expected one. */
__attribute__((format(printf, 4, 5))) static void prints(const char *clause, int line, const char *want,
                                                         const char *format, ...) {
    va_list arguments, again;
    size_t size = 0;
    unlink("out"); /* to shorten a file and write it again is slow on some file systems */
    FILE *f = opened_with("out", "w", used);
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = vfprintf(f, format, arguments),
        in_memory = vsnprintf(text_memory, sizeof text_memory, format, again);
    va_end(arguments);
    va_end(again);
    fclose(f);
    char *text = read_file("out", &size);
    check_bytes(clause, __FILE__, line, format, text, size, want, strlen(want));
    check_text(clause, __FILE__, line, format, text_memory, want);
    check("7.21.6.1p14", count == (int)strlen(want) && in_memory == count, __FILE__, line,
          "%s: returned %d, in memory %d, expected %zu", format, count, in_memory, strlen(want));
    free(text);
}
#define PRINTS(clause, want, ...) prints(clause, __LINE__, want, __VA_ARGS__)

/* The same for formats that are right and make the compiler ask whether they are meant. */
static void (*const prints_odd)(const char *, int, const char *, const char *, ...) = prints;
#define PRINTS_ODD(clause, want, ...) prints_odd(clause, __LINE__, want, __VA_ARGS__)

static void format(void) {
    PRINTS("7.21.6.1p3", "", "%s", "");
    PRINTS("7.21.6.1p3", "plain \t text \xc3\xa9", "plain \t text %s", "\xc3\xa9");
    PRINTS("7.21.6.1p3", "\xe2\x82\xac 1 \xc3\xa9", "\xe2\x82\xac %d \xc3\xa9", 1);
    PRINTS("7.21.6.1p3", "1 2 3", "%d %d %d", 1, 2, 3);
    PRINTS("7.21.6.1p8 %", "100%", "%d%%", 100);
    FILE *f = opened("out", "w");
    int evaluated = 0;
    const char *one_only = "%d"; /* out of the compiler's sight */
    CHECK_INT("7.21.6.1p2", fprintf(f, one_only, 1, ++evaluated), 1);
    CHECK_INT("7.21.6.1p2", evaluated, 1);
    CHECK_INT("7.21.6.1p2", fprintf(f, "%s", "\n"), 1);
    fclose(f);
    CHECK_FILE("7.21.6.1p2", "out", "1\n");
}

static void width_and_precision(void) {
    PRINTS("7.21.6.1p4 width", "    7", "%5d", 7);
    PRINTS("7.21.6.1p4 width", "7    ", "%-5d", 7);
    PRINTS("7.21.6.1p4 width", "  abc", "%5s", "abc");
    PRINTS("7.21.6.1p4 width", "abc  |", "%-5s|", "abc");
    PRINTS("7.21.6.1p4 width", "    x", "%5c", 'x');
    PRINTS("7.21.6.1p10", "12345", "%2d", 12345);
    PRINTS("7.21.6.1p10", "abcdef", "%3s", "abcdef");
    PRINTS("7.21.6.1p10", "3.500000", "%1f", 3.5);
    PRINTS("7.21.6.1p4 precision", "00042", "%.5d", 42);
    PRINTS("7.21.6.1p4 precision", "-00042", "%.5d", -42);
    PRINTS("7.21.6.1p4 precision", "  00042", "%7.5d", 42);
    PRINTS("7.21.6.1p4 precision", "002a", "%.4x", 42);
    PRINTS("7.21.6.1p4 precision", "052", "%.3o", 42);
    PRINTS("7.21.6.1p4 precision", "abc", "%.3s", "abcdef");
    PRINTS("7.21.6.1p4 precision", "2", "%.f", 1.5);
    PRINTS_ODD("7.21.6.1p4 precision", "", "%.s", "abc");
    PRINTS("7.21.6.1p4 precision", "  ab", "%4.2s", "abc");
    PRINTS("7.21.6.1p5", "   42", "%*d", 5, 42);
    PRINTS("7.21.6.1p5", "42   ", "%*d", -5, 42);
    PRINTS("7.21.6.1p5", "042", "%.*d", 3, 42);
    PRINTS("7.21.6.1p5", "42", "%.*d", -3, 42);
    PRINTS("7.21.6.1p5", "3.500000", "%.*f", -1, 3.5);
    PRINTS("7.21.6.1p5", "abcdef", "%.*s", -2, "abcdef");
    PRINTS("7.21.6.1p5", "  042|", "%*.*d|", 5, 3, 42);
    PRINTS("7.21.6.1p5", "042  |", "%-*.*d|", 5, 3, 42);
}

static void flags(void) {
    PRINTS("7.21.6.1p6 minus", "ab   |", "%-5s|", "ab");
    PRINTS("7.21.6.1p6 plus", "+5 -5 +0", "%+d %+d %+d", 5, -5, 0);
    PRINTS("7.21.6.1p6 plus", "+1.5", "%+g", 1.5);
    PRINTS("7.21.6.1p6 plus", "-0.000000", "%f", -0.0);
    PRINTS("7.21.6.1p6 plus", "-0", "%.0f", -0.4);
    PRINTS("7.21.6.1p6 space", " 5 -5", "% d % d", 5, -5);
    PRINTS("7.21.6.1p6 space", " 1.5", "% g", 1.5);
    PRINTS_ODD("7.21.6.1p6 space", "+5", "%+ d", 5);
    PRINTS("7.21.6.1p6 number", "052 0", "%#o %#o", 42, 0);
    PRINTS("7.21.6.1p6 number", "0x2a 0X2A 0", "%#x %#X %#x", 42, 42, 0);
    PRINTS_ODD("7.21.6.1p6 number", "052", "%#.3o", 42);
    PRINTS_ODD("7.21.6.1p6 number", "0", "%#.0o", 0);
    PRINTS("7.21.6.1p6 number", "3. 3.e+00", "%#.0f %#.0e", 3.0, 3.0);
    PRINTS("7.21.6.1p6 number", "0x1.p+0", "%#.0a", 1.0);
    PRINTS("7.21.6.1p6 number", "1.00000 1.50000e+10", "%#g %#g", 1.0, 1.5e10);
    PRINTS("7.21.6.1p6 zero", "00042 -0042", "%05d %05d", 42, -42);
    PRINTS("7.21.6.1p6 zero", "+0042", "%+05d", 42);
    PRINTS("7.21.6.1p6 zero", "0x002a", "%#06x", 42);
    PRINTS("7.21.6.1p6 zero", "0003.500", "%08.3f", 3.5);
    PRINTS("7.21.6.1p6 zero", "-003.5e+00", "%010.1e", -3.5);
    PRINTS_ODD("7.21.6.1p6 zero", "42   |", "%-05d|", 42);
    PRINTS_ODD("7.21.6.1p6 zero", "  042", "%05.3d", 42);
    PRINTS("7.21.6.1p6 zero", "  inf  -nan", "%05f%06f", INFINITY, -NAN);
    PRINTS("7.21.6.1p6 zero", "0x0001p+0", "%09.0a", 1.0);
}

static void lengths(void) {
    PRINTS("7.21.6.1p7 hh", "-1 255 44", "%hhd %hhu %hhd", (signed char)-1, (unsigned char)255, 300);
    PRINTS("7.21.6.1p7 hh", "ff 377 FF", "%hhx %hho %hhX", 0xff, 0xff, 0xff);
    PRINTS("7.21.6.1p7 h", "-32768 65535 4464", "%hd %hu %hd", (short)-32768, (unsigned short)65535, 70000);
    PRINTS("7.21.6.1p7 l", "-9223372036854775808 18446744073709551615", "%ld %lu", LONG_MIN, ULONG_MAX);
    PRINTS("7.21.6.1p7 ll", "9223372036854775807 ffffffffffffffff 1777777777777777777777", "%lld %llx %llo",
           LLONG_MAX, ULLONG_MAX, ULLONG_MAX);
    PRINTS("7.21.6.1p7 j", "-5 5", "%jd %ju", (intmax_t)-5, (uintmax_t)5);
    PRINTS("7.21.6.1p7 z", "18446744073709551615 -1", "%zu %zd", SIZE_MAX, (ssize_t)-1);
    PRINTS("7.21.6.1p7 t", "-7", "%td", (ptrdiff_t)-7);
    /* Which digit comes before the point of %La is left open: on x86 the first four bits. */
    PRINTS("7.21.6.1p7 L", "1.5 0xcp-3 1.5e+00", "%Lg %La %.1Le", 1.5L, 1.5L, 1.5L);
    PRINTS("7.21.6.1p7 l", "1.500000 1.5", "%lf %lg", 1.5, 1.5);
    PRINTS("7.21.6.1p7 l", "\xc3\xa9|\xe2\x82\xac", "%lc|%ls", (wint_t)0xe9, L"\u20ac");
}

static void integers(void) {
    PRINTS("7.21.6.1p8 d", "0 -2147483648 2147483647", "%d %i %d", 0, INT_MIN, INT_MAX);
    PRINTS("7.21.6.1p8 u", "4294967295", "%u", UINT_MAX);
    PRINTS("7.21.6.1p8 o", "37777777777", "%o", UINT_MAX);
    PRINTS("7.21.6.1p8 x", "deadbeef DEADBEEF", "%x %X", 0xdeadbeef, 0xdeadbeef);
    PRINTS("7.21.6.1p8 d", "", "%.0d", 0);
    PRINTS("7.21.6.1p8 x", "", "%.0x", 0);
    PRINTS("7.21.6.1p8 d", "     |", "%5.0d|", 0);
    PRINTS("7.21.6.1p8 d", "+", "%+.0d", 0);
    PRINTS("7.21.6.1p8 c", "A", "%c", 'A');
    PRINTS("7.21.6.1p8 c", "\xe9", "%c", 0x1e9);
    char padded[8] = {0};
    CHECK_INT("7.21.6.1p8 c", snprintf(padded, 8, "%c%3c", 0, 0), 4);
    CHECK_BYTES("7.21.6.1p8 c", padded, 4, "\0  \0", 4);
    PRINTS("7.21.6.1p8 p", "0x10", "%p", (void *)16);
}

static void strings(void) {
    static const char not_ended[3] = {'a', 'b', 'c'};
    PRINTS("7.21.6.1p8 s", "abc", "%.3s", not_ended);
    PRINTS_ODD("7.21.6.1p8 s", "", "%.0s", not_ended);
    PRINTS("7.21.6.1p8 ls", "a\xe2\x82\xac", "%.4ls", L"a\u20ac\u20ac");
    PRINTS("7.21.6.1p8 ls", "a", "%.3ls", L"a\u20ac\u20ac");
    PRINTS("7.21.6.1p8 ls", "", "%.2ls", L"\u20ac");
    PRINTS("7.21.6.1p8 ls", "    \xc3\xa9", "%6ls", L"\u00e9");
    PRINTS("7.21.6.1p8 ls", "", "%.0ls", (const wchar_t[]){L'x'});
    PRINTS("7.21.6.1p8 lc", "  \xc3\xa9", "%4lc", (wint_t)0xe9);
    CHECK_ERROR("7.21.6.1p14 encoding", snprintf(text_memory, 20, "%ls", L"a\xd800") < 0, EILSEQ);
    FILE *f = opened("out", "w");
    CHECK_ERROR("7.21.6.1p14 encoding", fprintf(f, "%lc", (wint_t)0xd800) < 0, EILSEQ);
    fclose(f);
}

static void reals(void) {
    PRINTS("7.21.6.1p8 f", "1.000000 0.500000 -1234567.890000", "%f %f %f", 1.0, 0.5, -1234567.89);
    PRINTS("7.21.6.1p8 f", "0.1 100000000000000000000", "%.1f %.0f", 0.1, 1e20);
    PRINTS("7.21.6.1p8 f", "inf INF nan NAN -inf", "%f %F %f %F %f", INFINITY, INFINITY, NAN, NAN, -INFINITY);
    PRINTS("7.21.6.1p8 e", "1.234500e+02 0.000000e+00 1e+100 1.0E-05", "%e %e %.0e %.1E", 123.45, 0.0, 1e100,
           1e-5);
    PRINTS("7.21.6.1p8 g", "100000 1e+06 0.0001 1e-05 1.5 123456 1.23457e+06", "%g %g %g %g %g %g %g", 1e5,
           1e6, 1e-4, 1e-5, 1.5, 123456.0, 1234567.0);
    PRINTS("7.21.6.1p8 g", "1E+10 2 1e+01 0", "%G %.0g %.0g %g", 1e10, 1.7, 12.0, 0.0);
    PRINTS("7.21.6.1p8 a", "0x1p+0 0x1.8p+1 -0x0.0000000000001p-1022 0x0p+0 0X1.FP+3", "%a %a %a %a %A", 1.0,
           3.0, -0x1p-1074, 0.0, 15.5);
    PRINTS("7.21.6.1p11", "0x1.8p+0 0x1p+1 0x2p+0", "%.1a %.0a %.0a", 1.46875, 2.5 - 0.5, 1.5);
    PRINTS("7.21.6.1p13", "0.1000000000000000055511151231257827021181583404541015625", "%.55f", 0.1);
    PRINTS("7.21.6.1p13", "1.7976931348623157e+308 2.2250738585072014e-308 4.9406564584124654e-324",
           "%.16e %.16e %.16e", DBL_MAX, DBL_MIN, 0x1p-1074);
    PRINTS("7.21.6.1p13", "0 2 2 4 -2", "%.0f %.0f %.0f %.0f %.0f", 0.5, 1.5, 2.5, 3.5, -1.5);
    PRINTS("7.21.6.1p13", "0.12 0.38 1.00", "%.2f %.2f %.2f", 0.125, 0.375, 0.999);
    PRINTS("7.21.6.1p13", "9.5367431640625e-07", "%.13e", 0x1p-20);
    PRINTS("7.21.6.1p13", "9007199254740993.0", "%.1Lf", 9007199254740993.0L);
}

static void counts(void) {
    int n = -1;
    signed char small = -1;
    short h = -1;
    long l = -1;
    long long ll = -1;
    intmax_t j = -1;
    size_t z = 99;
    ptrdiff_t t = -1;
    PRINTS("7.21.6.1p8 n", "12345", "12%n3%hhn4%hn5%ln%lln%jn%zn%tn", &n, &small, &h, &l, &ll, &j,
           (ssize_t *)&z, &t);
    CHECK_INT("7.21.6.1p8 n", n, 2);
    CHECK_INT("7.21.6.1p8 n", small, 3);
    CHECK_INT("7.21.6.1p8 n", h, 4);
    CHECK("7.21.6.1p8 n", l == 5 && ll == 5 && j == 5 && z == 5 && t == 5);
    PRINTS("7.21.6.1p8 n", "   42", "%5d%n", 42, &n);
    CHECK_INT("7.21.6.1p8 n", n, 5);
    CHECK_INT("7.21.6.1p8 n", snprintf(NULL, 0, "12345%n", &n), 5);
    CHECK_INT("7.21.6.1p8 n", n, 5);
}

/* One conversion makes 4,095 characters at least, and the result is negative when writing fails. */
static void limits(void) {
    char *spaces = malloc(4097);
    memset(spaces, ' ', 4095);
    spaces[4094] = '1';
    spaces[4095] = 0;
    PRINTS("7.21.6.1p15", spaces, "%4095d", 1);
    memset(spaces, 'x', 4096);
    spaces[4096] = 0;
    PRINTS("7.21.6.1p15", spaces, "%s", spaces);
    free(spaces);
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    CHECK("7.21.6.1p14", fprintf(f, "%d", 5) < 0);
    CHECK("7.21.6.1p14", ferror(f));
    fclose(f);
    f = opened("out", "r");
    CHECK("7.21.6.1p14", fprintf(f, "%d", 5) < 0);
    fclose(f);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    static const int kinds[] = {0, 4, 9};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        used = &windows[kinds[i]];
        situation("%s", used->name);
        format();
        width_and_precision();
        flags();
        lengths();
        integers();
        strings();
        reals();
        counts();
        limits();
    }
    return clauses_done();
}
