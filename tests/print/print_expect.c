/* Written expectations of the printf engine: what libc 2.36 cannot show (C23's wN and wfN), where it differs
   on purpose, limits, sinks, printf handlers, and the end of fortified calls, beside libc's own. Exit code 1
   if a check fails. */
#include "format.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <printf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int checks, failures;

static void check(bool holds, int line, const char *what) {
    checks++;
    if (!holds) {
        failures++;
        printf("print_expect.c:%d: failed: %s\n", line, what);
    }
}

#define CHECK(condition) check(condition, __LINE__, #condition)

static int format_to(char *to, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vsnprintf(to, size, 0, format, args);
    va_end(args);
    return n;
}

static int format_wide_to(wchar_t *to, size_t size, const wchar_t *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vswprintf(to, size, 0, format, args);
    va_end(args);
    return n;
}

static int format_sprintf(char *to, size_t size, unsigned flags, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vsprintf(to, size, flags, format, args);
    va_end(args);
    return n;
}

static int format_new(char **to, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vasprintf(to, 0, format, args);
    va_end(args);
    return n;
}

static int format_descriptor(int descriptor, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vdprintf(descriptor, 0, format, args);
    va_end(args);
    return n;
}

/* The text, narrow and wide, and what is returned. */
#define EXPECT(text, format, ...)                                                                            \
    do {                                                                                                     \
        char narrow[400];                                                                                    \
        wchar_t wide[400];                                                                                   \
        int n = format_to(narrow, sizeof narrow, format __VA_OPT__(, ) __VA_ARGS__);                         \
        int m = format_wide_to(wide, 400, L##format __VA_OPT__(, ) __VA_ARGS__);                             \
        check(n == (int)strlen(text) && strcmp(narrow, text) == 0, __LINE__, format);                        \
        check(m == (int)wcslen(L##text) && wcscmp(wide, L##text) == 0, __LINE__, "wide " format);            \
        if (n >= 0 && strcmp(narrow, text) != 0)                                                             \
            printf("  [%s] instead of [%s]\n", narrow, text);                                                \
    } while (0)

#define EXPECT_ERROR(error, format, ...)                                                                     \
    do {                                                                                                     \
        char narrow[400];                                                                                    \
        wchar_t wide[400];                                                                                   \
        errno = 0;                                                                                           \
        check(format_to(narrow, sizeof narrow, format __VA_OPT__(, ) __VA_ARGS__) == -1 && errno == error,   \
              __LINE__, format);                                                                             \
        errno = 0;                                                                                           \
        check(format_wide_to(wide, 400, L##format __VA_OPT__(, ) __VA_ARGS__) == -1 && errno == error,       \
              __LINE__, "wide " format);                                                                     \
    } while (0)

/* C23 7.23.6.1: wN and wfN; on x86-64 int_fast16_t and int_fast32_t have 64 bits. */
static void c23_sizes(void) {
    EXPECT("-1", "%w8d", 255);
    EXPECT("255", "%w8u", 0x1ff);
    EXPECT("-32768", "%w16d", 0x8000);
    EXPECT("ffff", "%w16x", -1);
    EXPECT("-2147483648", "%w32d", INT_MIN);
    EXPECT("4294967295", "%w32u", -1);
    EXPECT("-9223372036854775808", "%w64i", INT64_MIN);
    EXPECT("ffffffffffffffff", "%w64x", INT64_C(-1));
    EXPECT("7f", "%wf8x", 0x17f);
    EXPECT("-5000000000", "%wf16d", INT64_C(-5000000000));
    EXPECT("5000000000", "%wf32u", INT64_C(5000000000));
    EXPECT("777", "%wf64o", INT64_C(511));
    EXPECT("  +7|7   |0x07", "%+4w16d|%-4w8d|%#04w32x", 7, 7, 7);
    EXPECT("1 2 3", "%w64d %w8d %wf32d", INT64_C(1), 2, INT64_C(3));
    EXPECT("2 -1", "%2$w8d %1$w16d", 0xffff, 258);
    EXPECT("101", "%w8b", 5);
    EXPECT("0B101", "%#w64B", INT64_C(5));
    signed char stored[2] = {1, 1};
    char text[10];
    CHECK(format_to(text, sizeof text, "abc%w8n", stored) == 3 && stored[0] == 3 && stored[1] == 1);
    EXPECT("%w7d %w %wd", "%w7d %w %wd", 1); /* no conversions: as in libc 2.36 */
    EXPECT("%wf128d %-5w8s 7", "%wf128d %-5w8s %d", 7);
    EXPECT("%w99999999999d", "%w99999999999d", 1);
}

static void c23_binary(void) {
    EXPECT("0 1 101010", "%b %b %b", 0, 1, 42);
    EXPECT("0b101 0B101 0", "%#b %#B %#b", 5, 5, 0);
    EXPECT("00000101|  101|101  |0b00101", "%.8b|%5b|%-5b|%#07b", 5, 5, 5, 5);
    EXPECT("11111111 1111111111111111", "%hhb %hb", 255, 65535);
    EXPECT("1111111111111111111111111111111111111111111111111111111111111111", "%lb", -1L);
    EXPECT("", "%.0b", 0);
}

/* Where libc 2.36 is not followed: the standard says otherwise. */
static void differences(void) {
    EXPECT("1.00000e+06", "%#g", 999999.5);
    EXPECT("184.5     |", "%2$0*1$.1f|", -10, 184.5);
    wchar_t wide[5] = L"~~~~";
    wide[4] = L'~';
    CHECK(format_wide_to(wide, 4, L"%s", "abcdef") == -1 && wcscmp(wide, L"abc") == 0 && wide[4] == L'~');
    errno = 0;
    CHECK(format_wide_to(wide, 5, L"%lc", WEOF) == -1 && errno == EILSEQ);
    errno = 0;
    char text[8];
    CHECK(format_to(text, sizeof text, "%*f", INT_MIN, 1.0) == -1 && errno == EOVERFLOW);
    CHECK(format_to(text, sizeof text, "%*d", INT_MIN, 1) == -1 && errno == EOVERFLOW);
}

static void limits(void) {
    EXPECT_ERROR(EOVERFLOW, "%2147483648d", 1);
    EXPECT_ERROR(EOVERFLOW, "%.2147483648d", 1);
    EXPECT_ERROR(EOVERFLOW, "%99999999999999999999d", 1);
    EXPECT_ERROR(EOVERFLOW, "%99999999999999999999$d", 1);
    EXPECT_ERROR(EOVERFLOW, "%*99999999999999999999$d", 1, 1);
    EXPECT_ERROR(EINVAL, "abc%");
    EXPECT_ERROR(EINVAL, "%-5.3l");
    CHECK(format_to(NULL, 0, "%2147483647d", 1) == INT_MAX);
    CHECK(format_to(NULL, 0, "%.2147483647d", 1) == INT_MAX);
    CHECK(format_to(NULL, 0, "%.2147483645f", 1.0) == INT_MAX);
    errno = 0;
    CHECK(format_to(NULL, 0, "%2147483647d%d", 1, 1) == -1 && errno == EOVERFLOW);
    errno = 0;
    CHECK(format_to(NULL, 0, "x%2147483647s", "") == -1 && errno == EOVERFLOW);
    errno = 0;
    CHECK(format_to(NULL, 0, "%.2147483647f", 1.0) == -1 && errno == EOVERFLOW);
    errno = 0;
    CHECK(format_to(NULL, 0, "%2147483647dx", 1) == -1 && errno == EOVERFLOW);
    errno = 0;
    char text[8] = "~~~~~~~";
    CHECK(format_to(text, 4, NULL) == -1 && errno == EINVAL && text[0] == 0);
    CHECK(format_to(text, 4, "%s", "abc") == 3 && strcmp(text, "abc") == 0);
    CHECK(format_to(text, 4, "%s", "abcd") == 4 && strcmp(text, "abc") == 0 && text[4] == '~');
    CHECK(format_to(text, 1, "%d", 12) == 2 && text[0] == 0 && text[1] == 'b');
    CHECK(format_to(text, SIZE_MAX, "%d", 12) == 2 && strcmp(text, "12") == 0);
    CHECK(format_to(NULL, 0, "%s", "abcd") == 4);
    wchar_t wide[4];
    CHECK(format_wide_to(wide, 0, L"") == -1);
    CHECK(format_wide_to(wide, 4, L"%d", 123) == 3 && format_wide_to(wide, 3, L"%d", 123) == -1);
}

/* errno is what it was before the call: for %m, and after it. */
static void error_number(void) {
    char text[300], want[300];
    errno = ENOENT;
    CHECK(format_to(text, sizeof text, "%m %#m %200d", 1) == 233 && errno == ENOENT);
    snprintf(want, sizeof want, "%s ENOENT %200d", strerror(ENOENT), 1);
    CHECK(strcmp(text, want) == 0);
    errno = 12345;
    EXPECT("12345 +12345 00012345", "%#m %#+m %#.8m");
    int ends[2];
    CHECK(pipe(ends) == 0);
    errno = EBUSY;
    CHECK(format_descriptor(ends[1], "%5000d%m", 1) == 5000 + (int)strlen(strerror(EBUSY)));
    static char large[6000];
    CHECK(read(ends[0], large, sizeof large) == 5000 + (int)strlen(strerror(EBUSY)));
    CHECK(strcmp(large + 5000, strerror(EBUSY)) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void strings(void) {
    char text[64], small[8];
    strcpy(text, "start");
    CHECK(format_sprintf(text, SIZE_MAX, 0, "%s and %d", text, 5) == 11 && strcmp(text, "start and 5") == 0);
    strcpy(text, "start");
    CHECK(format_sprintf(text, sizeof text, BUF__ERASE, "%s and %d", text, 5) == 6 &&
          strcmp(text, " and 5") == 0);
    strcpy(text, "abc");
    CHECK(format_sprintf(text, SIZE_MAX, 0, " %s", text) == 4 && strlen(text) == 4);
    strcpy(text, "start");
    CHECK(format_to(text, sizeof text, "%s!", text) == 1 && strcmp(text, "!") == 0);
    memset(small, '~', sizeof small);
    CHECK(format_sprintf(small, 5, 0, "%d", 1234) == 4 && memcmp(small, "1234\0~~~", 8) == 0);
    char *new = NULL;
    CHECK(format_new(&new, "%d", 5) == 1 && strcmp(new, "5") == 0);
    free(new);
    CHECK(format_new(&new, "%s", "") == 0 && strcmp(new, "") == 0);
    free(new);
    CHECK(format_new(&new, "%1000d|%s|%300s", 5, "x", "y") == 1303 && strlen(new) == 1303);
    CHECK(new[999] == '5' && memcmp(new + 1000, "|x| ", 4) == 0);
    free(new);
    new = (char *)1;
    errno = 0;
    CHECK(format_new(&new, "%lc", (wint_t)0xd800) == -1 && errno == EILSEQ && new == (char *)1);
    char zero[] = "~~~~";
    CHECK(format_to(zero, sizeof zero, "a%cb", 0) == 3 && memcmp(zero, "a\0b", 4) == 0);
    int positions = 0;
    CHECK(format_to(text, sizeof text, "%d%n%s", 12, &positions, "abc") == 5 && positions == 2);
    EXPECT("3 2 1 1 2 3", "%3$d %2$d %1$d %1$d %2$d %3$d", 1, 2, 3);
    EXPECT("1.5 x 7", "%2$.1f %3$s %1$d", 7, 1.5, "x");
    EXPECT("   7|7   |    1.50", "%1$*2$d|%1$-*2$d|%3$*5$.*4$f", 7, 4, 1.5, 2, 8);
    EXPECT("40 39 38 37 36 35 34 33 32 31 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16 15 14 13 12 11 10 9 8 "
           "7 6 5 4 3 2 1",
           "%40$d %39$d %38$d %37$d %36$d %35$d %34$d %33$d %32$d %31$d %30$d %29$d %28$d %27$d %26$d %25$d "
           "%24$d %23$d "
           "%22$d %21$d %20$d %19$d %18$d %17$d %16$d %15$d %14$d %13$d %12$d %11$d %10$d %9$d %8$d %7$d "
           "%6$d %5$d %4$d "
           "%3$d %2$d %1$d",
           1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
           28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40);
}

/* Strings that end where their memory ends, for the sanitizer. */
static void unterminated(void) {
    char *bytes = malloc(20);
    wchar_t *letters = malloc(20 * sizeof *letters);
    memset(bytes, 'x', 20);
    wmemset(letters, L'y', 20);
    EXPECT("xxxxxxxxxxxxxxxxxxxx yyyyyyyyyyyyyyyyyyyy", "%.20s %.20ls", bytes, letters);
    EXPECT("  xxx yyy  ", "%5.3s %-5.3ls", bytes + 17, letters + 17);
    EXPECT("yyy   xxx", "%2$.3ls %1$5.3s", bytes + 17, letters + 17);
    free(bytes);
    free(letters);
}

static void descriptors(void) {
    char path[] = "/tmp/print_expect.XXXXXX", text[64];
    int file = mkstemp(path);
    CHECK(format_descriptor(file, "%d %s\n", 5, "x") == 4);
    static char large[20000], back[21000];
    memset(large, 'x', sizeof large - 1);
    CHECK(format_descriptor(file, "a%sb", large) == 20001);
    CHECK(pread(file, text, 4, 0) == 4 && memcmp(text, "5 x\n", 4) == 0);
    CHECK(pread(file, back, sizeof back, 4) == 20001 && back[0] == 'a' &&
          memcmp(back + 1, large, 19999) == 0 && back[20000] == 'b');
    unlink(path);
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;
    limit.rlim_cur = 20005;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    errno = 0;
    CHECK(format_descriptor(file, "more") == -1 && errno == EFBIG);
    setrlimit(RLIMIT_FSIZE, &old);
    close(file);
    errno = 0;
    CHECK(format_descriptor(file, "%d", 5) == -1 && errno == EBADF);
    errno = 0;
    CHECK(format_descriptor(file, "%s", "") == -1 && errno == EBADF);
    file = open("/dev/null", O_RDONLY);
    errno = 0;
    CHECK(format_descriptor(file, "%d", 5) == -1 && errno == EBADF);
    close(file);
}

/* A sink whose second window fails. */
static int fail(struct sink *sink, size_t want) {
    (void)sink, (void)want;
    return -ENOSPC;
}

static int fail_put(struct sink *sink, const char *bytes, size_t n) {
    (void)sink, (void)bytes, (void)n;
    return -EDQUOT;
}

static int format_sink(struct sink *sink, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__format(sink, 0, format, args);
    va_end(args);
    return n;
}

static void failing_sink(void) {
    char window[8];
    struct sink sink = {window, window + 8, fail, fail_put};
    CHECK(format_sink(&sink, "%s", "12345678") == 8 && sink.at == window + 8);
    errno = 0;
    CHECK(format_sink(&sink, "x") == -1 && errno == ENOSPC);
    sink.at = window;
    errno = 0;
    CHECK(format_sink(&sink, "%d%d", 12345, 67890) == -1 && errno == ENOSPC &&
          memcmp(window, "12345678", 8) == 0);
    sink.at = window;
    static char large[1000];
    memset(large, 'x', sizeof large - 1);
    errno = 0;
    CHECK(format_sink(&sink, "%s", large) == -1 && errno == EDQUOT);
    sink.at = window;
    errno = 0;
    CHECK(format_sink(&sink, "%20d", 5) == -1 && errno == ENOSPC);
}

/* What a child wrote to stderr before it ended, and how it ended. */
static int in_child(void (*run)(void), char *message, size_t size) {
    int ends[2], status;
    if (pipe(ends) != 0)
        return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 2);
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        run();
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t got; (got = read(ends[0], message + n, size - 1 - n)) > 0;)
        n += (size_t)got;
    message[n] = 0;
    close(ends[0]);
    waitpid(child, &status, 0);
    return status;
}

static int fortified(char *to, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vsnprintf(to, size, BUF__FORTIFY, format, args);
    va_end(args);
    return n;
}

static int fortified_wide(wchar_t *to, size_t size, const wchar_t *format, ...) {
    va_list args;
    va_start(args, format);
    int n = buf__vswprintf(to, size, BUF__FORTIFY, format, args);
    va_end(args);
    return n;
}

static char writable[] = "%d%n", gap[] = "%3$d";
static wchar_t writable_wide[] = L"%d%n";
static char room[64];
static int stored;

typedef int snprintf_chk(char *, size_t, int, size_t, const char *, ...);
#define libc_snprintf ((snprintf_chk *)buf__libc_symbol("__snprintf_chk"))

static void ours_n(void) {
    fortified(room, sizeof room, writable, 5, &stored);
}
static void libc_n(void) {
    libc_snprintf(room, sizeof room, 1, sizeof room, writable, 5, &stored);
}
static void ours_n_padded(void) {
    static char format[] = "%5d %1$n";
    fortified(room, sizeof room, format, &stored);
}
static void ours_n_wide(void) {
    wchar_t wide[8];
    fortified_wide(wide, 8, writable_wide, 5, &stored);
}
static void ours_gap(void) {
    fortified(room, sizeof room, gap, 1, 2, 3);
}
static void libc_gap(void) {
    libc_snprintf(room, sizeof room, 1, sizeof room, gap, 1, 2, 3);
}
static void ours_full(void) {
    format_sprintf(room, 4, BUF__FORTIFY, "%s", "abcd");
}
static void libc_full(void) {
    typedef int function(char *, int, size_t, const char *, ...);
    ((function *)buf__libc_symbol("__sprintf_chk"))(room, 1, 4, "%s", "abcd");
}
static void ours_full_put(void) {
    static char large[1000];
    memset(large, 'x', sizeof large - 1);
    format_sprintf(room, 4, BUF__FORTIFY, "%s", large);
}
static void ours_empty(void) {
    format_sprintf(room, 0, BUF__FORTIFY, "");
}

static void fortify(void) {
    static const struct {
        void (*ours)(void);
        void (*libc)(void);
        const char *message;
    } ends[] = {{ours_n, libc_n, "*** %n in writable segment detected ***\n"},
                {ours_n_wide, libc_n, "*** %n in writable segment detected ***\n"},
                {ours_n_padded, libc_n, "*** %n in writable segment detected ***\n"},
                {ours_gap, libc_gap, "*** invalid %N$ use detected ***\n"},
                {ours_full, libc_full, "*** buffer overflow detected ***: terminated\n"},
                {ours_full_put, libc_full, "*** buffer overflow detected ***: terminated\n"},
                {ours_empty, libc_full, "*** buffer overflow detected ***: terminated\n"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char ours[200], libc[200];
        int our_end = in_child(ends[i].ours, ours, sizeof ours),
            libc_end = in_child(ends[i].libc, libc, sizeof libc);
        CHECK(WIFSIGNALED(our_end) && WTERMSIG(our_end) == SIGABRT && our_end == libc_end);
        CHECK(strcmp(ours, ends[i].message) == 0 && strcmp(ours, libc) == 0);
        if (strcmp(ours, libc) != 0)
            printf("  [%s] ended %d, libc [%s] %d\n", ours, our_end, libc, libc_end);
    }
    stored = 0;
    CHECK(fortified(room, sizeof room, "%d%n", 55, &stored) == 2 && stored == 2);
    stored = 0;
    CHECK(fortified(room, sizeof room, "%2$d%1$n", &stored, 55) == 2 && stored == 2);
    CHECK(fortified(room, sizeof room, writable + 4) == 0);
    CHECK(format_to(room, sizeof room, writable, 123, &stored) == 3 && stored == 3);
    CHECK(format_to(room, sizeof room, gap, 1, 2, 3) == 1 && strcmp(room, "3") == 0);
}

/* libc's own handlers: a specifier that prints its int between angles, one with a modifier, and one with a
 * type. */
static int print_angles(FILE *stream, const struct printf_info *info, const void *const *args) {
    if (info->wide)
        return fwprintf(stream, L"<%*d>", info->width, *(const int *)args[0]);
    return fprintf(stream, "<%*d>", info->width, *(const int *)args[0]);
}

static int angles_arguments(const struct printf_info *info, size_t n, int *types, int *sizes) {
    (void)info, (void)sizes;
    if (n > 0)
        types[0] = PA_INT;
    return 1;
}

static void handlers_child(void) {
    char text[64];
    wchar_t wide[64];
    FILE *out = fdopen(2, "w");
    if (buf__print_handlers || register_printf_specifier('Y', print_angles, angles_arguments) != 0)
        _exit(1);
    int n = format_to(text, sizeof text, "%d %4Y %.2f %s", 1, 2, 3.0, "x");
    fprintf(out, "%d %s\n", n, text);
    n = format_wide_to(wide, 64, L"%d %Y %ls", 1, 2, L"y");
    fprintf(out, "%d %ls\n", n, wide);
    n = format_to(text, 4, "%Y", 12345);
    fprintf(out, "%d %s\n", n, text);
    char *new;
    n = format_new(&new, "%Y%n", 7, &stored);
    fprintf(out, "%d %s %d\n", n, new, stored);
    errno = 0;
    n = format_to(text, sizeof text, "%lc", (wint_t)0xd800);
    fprintf(out, "%d %d\n", n, errno == EILSEQ);
    fflush(out);
}

static void handlers(void) {
    char text[300];
    CHECK(in_child(handlers_child, text, sizeof text) == 0);
    CHECK(strcmp(text, "15 1 <   2> 3.00 x\n7 1 <2> y\n7 <12\n3 <7> 3\n-1 1\n") == 0);
    EXPECT("%Y", "%Y", 1);
    CHECK(!buf__print_handlers);
}

int main(void) {
    setlocale(LC_ALL, "C.UTF-8");
    c23_sizes();
    c23_binary();
    differences();
    limits();
    error_number();
    strings();
    unterminated();
    descriptors();
    failing_sink();
    fortify();
    handlers();
    printf("print_expect: %d checks, %d failed\n", checks, failures);
    return failures != 0;
}
