/* The printf family on streams: every conversion, %n, handlers, errno, lengths, NUL bytes, return values and
   errors. What libc prints is the expectation: the driver compares the text with libc's run, and each line is
   printed through several windows and must be the same. */
#include "windows.h"
#include <limits.h>
#include <math.h>
#include <printf.h>
#include <stddef.h>
#include <wchar.h>

static FILE *out;
static long printed; /* sum of what the calls returned */

__attribute__((format(printf, 1, 2))) static void line(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vfprintf(out, format, arguments);
    va_end(arguments);
    EXPECT(length >= 0);
    printed += length;
    putc('\n', out);
    printed++;
}

static void integers(void) {
    static const long long values[] = {0, 1, -1, 42, INT_MAX, INT_MIN, LLONG_MAX, LLONG_MIN, 1234567890123};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        long long v = values[i];
        line("%d %i %u %x %X %o", (int)v, (int)v, (unsigned)v, (unsigned)v, (unsigned)v, (unsigned)v);
        line("%ld %lu %lx %lld %llu %llo", (long)v, (unsigned long)v, (unsigned long)v, v,
             (unsigned long long)v, (unsigned long long)v);
        line("%hd %hu %hhd %hhu %jd %zd %td", (short)v, (unsigned short)v, (signed char)v, (unsigned char)v,
             (intmax_t)v, (ssize_t)v, (ptrdiff_t)v);
        line("[%10d] [%-10d] [%010d] [%+d] [% d] [%.5d] [%10.5d] [%-10.5d] [%+.3d]", (int)v, (int)v, (int)v,
             (int)v, (int)v, (int)v, (int)v, (int)v, (int)v);
        line("[%#x] [%#o] [%#X] [%#10x] [%-#10x] [%#010x] [%.0d] [%#.0o]", (unsigned)v, (unsigned)v,
             (unsigned)v, (unsigned)v, (unsigned)v, (unsigned)v, (int)v, (unsigned)v);
        line("[%*d] [%-*d] [%.*d] [%*.*d]", 12, (int)v, 12, (int)v, 7, (int)v, 15, 9, (int)v);
        line("[%*d] [%.*d]", -12, (int)v, -7, (int)v);
        line("%'d %'lld", (int)v, v);
    }
    line("%2$d %1$d %2$x [%1$*3$d]", 1, 255, 5);
    line("%% %5c| %-5c| %c", 'a', 'b', 'c');
    line("%p %p", (void *)0, (void *)0x1234);
}

static void floats(void) {
    static const double values[] = {0.0,        -0.0,  1.0,    -1.5, 0.1, 1e10,     1e-10,
                                    123456.789, 1e300, 5e-324, 0.5,  2.5, 999999.5, 1.7976931348623157e308,
                                    1e22,       1e23};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double v = values[i];
        line("%f %e %g %a", v, v, v, v);
        line("%F %E %G %A", v, v, v, v);
        line("[%.0f] [%.10f] [%.0e] [%.10e] [%.0g] [%.17g] [%#g] [%#.0f]", v, v, v, v, v, v, v, v);
        line("[%20.3f] [%-20.3f] [%020.3f] [%+.3f] [% .3f] [%+e]", v, v, v, v, v, v);
        line("%Lf %Lg %La", (long double)v, (long double)v, (long double)v);
    }
    line("%f %F %e %g %a [%10f] [%-10f] [%010f]", INFINITY, -INFINITY, NAN, INFINITY, -INFINITY, NAN,
         INFINITY, INFINITY);
}

static void strings(void) {
    char *volatile null = NULL;
    line("%s|%10s|%-10s|%.2s|%10.2s|%.0s|", "text", "text", "text", "text", "text", "text");
    line("%s|%.3s|%10s", null, null, null);
    line("%.3s", (char[]){'a', 'b', 'c'}); /* no NUL behind them */
    line("%ls|%.2ls|%lc|%S|%C", L"wide", L"wide", (wint_t)L'w', L"S", (wint_t)L'C');
    errno = ENOENT;
    line("%m|%20m");
    errno = EACCES;
    line("%d %m", 5);
    EXPECT_INT(errno, EACCES); /* a print that works leaves errno alone */
    line("%s", "");
    line("%s", "a line\nand another\n");
}

static void counts(void) {
    int here = -1;
    long long far = -1;
    signed char near = -1;
    line("12345%n678%lln%hhn", &here, &far, &near);
    EXPECT_INT(here, 5);
    EXPECT_INT(far, 8);
    EXPECT_INT(near, 8);
}

static void nul_bytes(void) {
    line("a%cb%c%cc", 0, 0, 'x');
    line("%5c|%-5c|", 0, 0);
}

static void long_texts(void) {
    static char text[100001];
    memset(text, 'l', 100000);
    line("%s", text);
    line("%100000d|", 7);
    line("%-100000d|", 7);
    line("%.50000d", 7);
    line("before %s between %s after %d", text, text + 50000, 9);
    line("%.30000f", 1.0 / 3);
}

static int handled;

static int print_point(FILE *stream, const struct printf_info *info, const void *const *arguments) {
    handled++;
    int v = *(const int *)arguments[0];
    return fprintf(stream, "<%d:%d>", v, info->width);
}

static int point_arguments(const struct printf_info *info, size_t n, int *types, int *sizes) {
    (void)info;
    if (n > 0) {
        types[0] = PA_INT;
        sizes[0] = sizeof(int);
    }
    return 1;
}

static void handlers(void) {
    static const char *volatile format = "%Y and %5Y end";
    handled = 0;
    int length = fprintf(out, format, 3, 4);
    EXPECT_INT(length, 19);
    EXPECT_INT(handled, 2); /* evaluated once */
    printed += length;
    line("%s", "");
    static char text[70000];
    memset(text, 'h', sizeof text - 1);
    static const char *volatile long_format = "%s%Y";
    handled = 0;
    printed += fprintf(out, long_format, text, 8);
    EXPECT_INT(handled, 1);
    line("%s", "");
}

static void all(const char *path, const struct window *window) {
    out = fopen(path, "w");
    REQUIRE(out);
    use_window(out, window);
    printed = 0;
    integers();
    floats();
    strings();
    counts();
    nul_bytes();
    long_texts();
    handlers();
    EXPECT_INT(ftell(out), printed);
    EXPECT_INT(fclose(out), 0);
}

static void errors(void) {
    situation("errors");
    FILE *f = fopen("/dev/null", "r");
    REQUIRE(f);
    EXPECT_ERROR(fprintf(f, "x") < 0, EBADF);
    EXPECT(ferror(f));
    fclose(f);
    f = fopen("other", "w");
    REQUIRE(f);
    const char *volatile too_wide = "%99999999999d";
    EXPECT_ERROR(fprintf(f, too_wide, 1) < 0, EOVERFLOW);
    const wchar_t bad[] = {(wchar_t)0xd800, 0};
    EXPECT_ERROR(fprintf(f, "%ls", bad) < 0, EILSEQ);
    fclose(f);
}

int main(void) {
    errors(); /* first: with a handler registered, libc no longer sees a width that is too big */
    register_printf_specifier('Y', print_point, point_arguments);
    size_t size = 0;
    situation("default");
    all("printed", &windows[WINDOWS - 1]);
    char *want = read_file("printed", &size);
    REQUIRE(want);
    for (int kind = 0; kind + 1 < WINDOWS; kind++) {
        if (kind == 2 && getenv("TEST_LIGHT"))
            continue;
        situation("%s", windows[kind].name);
        all("again", &windows[kind]);
        EXPECT_FILE("again", want, size);
    }
    situation("stdout");
    EXPECT_INT(fwrite(want, 1, size, stdout), size); /* for the comparison with libc's */
    free(want);
    return finish();
}
