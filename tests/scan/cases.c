/*
 * cases: the engine against written expectations, each of them run on libc too where libc 2.36 has what it
 * tests. Oddities of glibc that the engine keeps are named here, and the few it does not.
 */
#include "scan.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int failures, checks;
static bool on_libc;
static unsigned mode;

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        checks++;                                                                                            \
        if (!(condition)) {                                                                                  \
            failures++;                                                                                      \
            printf("%s: line %d: %s\n", on_libc ? "libc" : "engine", __LINE__, #condition);                  \
        }                                                                                                    \
    } while (0)

static int scan(const char *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int done = on_libc ? vsscanf(text, format, arguments) : buf__scan_string(text, mode, format, arguments);
    va_end(arguments);
    return done;
}

static int scan_wide(const wchar_t *text, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int done =
        on_libc ? vswscanf(text, format, arguments) : buf__scan_wide_string(text, mode, format, arguments);
    va_end(arguments);
    return done;
}

static int no_more(struct source *source) {
    (void)source;
    return 0;
}

/* Bytes with nulls among them, which no string can hold. */
static int scan_bytes(const char *bytes, size_t length, const char *format, ...) {
    struct source source = {(const unsigned char *)bytes, (const unsigned char *)bytes + length, no_more,
                            NULL};
    va_list arguments;
    va_start(arguments, format);
    int done = buf__scan(&source, mode, format, arguments);
    va_end(arguments);
    return done;
}

static void integers(void) {
    int i = 0, n = 0;
    unsigned u = 0;
    long l = 0;
    unsigned long ul = 0;
    short h = 0;
    signed char hh = 0;
    void *p = &p;

    CHECK(scan("42", "%d", &i) == 1 && i == 42);
    CHECK(scan(" \t\n-7x", "%d%n", &i, &n) == 1 && i == -7 && n == 5);
    CHECK(scan("+12", "%i", &i) == 1 && i == 12);
    CHECK(scan("0x1F 017 9", "%i%i%i", &i, &n, &u) == 3 && i == 31 && n == 15 && u == 9);
    CHECK(scan("ff FF 0xfF", "%x%X%x", &u, &i, &n) == 3 && u == 255 && i == 255 && n == 255);
    CHECK(scan("777 8", "%o%o", &u, &i) == 1 && u == 0777);
    CHECK(scan("12345", "%2d%2d%2d", &i, &n, &u) == 3 && i == 12 && n == 34 && u == 5);
    CHECK(scan("-5", "%1d", &i) == 0);
    CHECK(scan("70000 300", "%hd%hhd", &h, &hh) == 2 && h == 4464 && hh == 44);
    CHECK(scan("1234567890123456789", "%ld", &l) == 1 && l == 1234567890123456789);
    CHECK(scan("-9223372036854775808", "%ld", &l) == 1 && l == INT64_MIN);
    errno = 0;
    CHECK(scan("9223372036854775808", "%ld", &l) == 1 && l == INT64_MAX && errno == ERANGE);
    errno = 0;
    CHECK(scan("99999999999999999999999", "%lu", &ul) == 1 && ul == UINT64_MAX && errno == ERANGE);
    CHECK(scan("-1", "%lu", &ul) == 1 && ul == UINT64_MAX);
    errno = 0;
    CHECK(scan("-99999999999999999999", "%*d%n", &n) == 0 && n == 21 && errno == ERANGE);
    CHECK(scan("(nil) (NIL)", "%p%p", &p, &p) == 2 && p == NULL);
    CHECK(scan("(nix", "%p%n", &p, &n) == 0);
    CHECK(scan("0xdeadBEEF", "%p", &p) == 1 && p == (void *)0xdeadbeef);
    CHECK(scan("1 2 3", "%3$d%1$d%2$d", &i, &n, &u) == 3 && u == 1 && i == 2 && n == 3);
    CHECK(scan("1 2 3", "%*d%d", &i) == 1 && i == 2);
    CHECK(scan("", "%d", &i) == EOF);
    CHECK(scan("  ", "%d", &i) == EOF);
    CHECK(scan("x", "%d", &i) == 0);
    CHECK(scan("5", "%d%d", &i, &n) == 1);
    CHECK(scan("5x", "%d%d", &i, &n) == 1);
    CHECK(scan("50%", "%d%%%n", &i, &n) == 1 && n == 3);
    CHECK(scan("1,2", "%d , %d", &i, &n) == 2 && n == 2);
    n = 77;
    CHECK(scan("3 4", "%d %n%*d", &i, &n) == 1 && n == 2);

    /* Kept oddities: 0x without digits is 0; a width beyond INT_MAX is none. */
    CHECK(scan("0xg", "%x%n", &u, &n) == 1 && u == 0 && n == 2);
    CHECK(scan("123456", "%99999999999d", &i) == 1 && i == 123456);
}

static void floats(void) {
    double d = 0;
    float f = 0;
    long double ld = 0;
    int n = 0;

    CHECK(scan("3.25", "%lf", &d) == 1 && d == 3.25);
    CHECK(scan("-.5e1x", "%lf%n", &d, &n) == 1 && d == -5 && n == 5);
    CHECK(scan("1e400", "%lf", &d) == 1 && isinf(d));
    CHECK(scan("0x1.8p3", "%la", &d) == 1 && d == 12);
    CHECK(scan("inf INFINITY -nan", "%lf%lE%f", &d, &d, &f) == 3 && isinf(d) && isnan(f) && signbit(f));
    CHECK(scan("3.40282357e38", "%f", &f) == 1 && isinf(f));
    CHECK(scan("0.1", "%Lf", &ld) == 1 && ld == 0.1L);
    CHECK(scan("12.5", "%3lf%n", &d, &n) == 1 && d == 12 && n == 3);
    CHECK(scan("9007199254740993", "%lf", &d) == 1 && d == 9007199254740992);
    CHECK(scan("9007199254740993.0000000000000000000000001", "%lf", &d) == 1 && d == 9007199254740994);
    CHECK(scan("-0", "%lf", &d) == 1 && d == 0 && signbit(d));
    CHECK(scan("-0e99", "%lf", &d) == 1 && d == 0 && signbit(d));
    CHECK(scan(".", "%lf", &d) == 0);
    CHECK(scan("-", "%lf", &d) == 0);
    CHECK(scan("+", "%d", &n) == 0);
    CHECK(scan("infin", "%lf", &d) == 0);
    CHECK(scan("0x", "%lf", &d) == 0);

    /* Kept oddities: an exponent without digits is taken and ignored; nan's parentheses are not taken. */
    CHECK(scan("1e+x", "%lf%n", &d, &n) == 1 && d == 1 && n == 3);
    CHECK(scan("nan(1)", "%lf%n", &d, &n) == 1 && isnan(d) && n == 3);

    errno = 0;
    CHECK(scan("1e39", "%*f%n", &n) == 0 && errno == ERANGE);
}

static void text(void) {
    char a[64], b[64], c = 0;
    char *allocated = NULL, *second = NULL;
    wchar_t w[64];
    int n = 0;

    CHECK(scan(" hello world", "%s%s", a, b) == 2 && strcmp(a, "hello") == 0 && strcmp(b, "world") == 0);
    CHECK(scan("abcdefghijklmnopqrstuvwxyz0123456789 x", "%s", a) == 1 && strlen(a) == 36);
    CHECK(scan("hello", "%3s%s", a, b) == 2 && strcmp(a, "hel") == 0 && strcmp(b, "lo") == 0);
    CHECK(scan(" x", "%c%c", &c, a) == 2 && c == ' ' && a[0] == 'x');
    CHECK(scan(" x", " %c", &c) == 1 && c == 'x');
    CHECK(scan("abc", "%5c", a) == 1 && memcmp(a, "abc", 3) == 0);
    CHECK(scan("a-z]q", "%[]a-]%n", a, &n) == 1 && strcmp(a, "a-") == 0);
    CHECK(scan("key=value", "%[^=]=%s", a, b) == 2 && strcmp(a, "key") == 0 && strcmp(b, "value") == 0);
    CHECK(scan("a]b", "%[^]]%n", a, &n) == 1 && n == 1);
    CHECK(scan("cab-x", "%[c-a]", a) == 1 && strcmp(a, "ca") == 0);
    CHECK(scan("xyz", "%[abc]", a) == 0);
    CHECK(scan("xyz", "%[xyz", a) == 0);
    CHECK(scan("word", "%ms", &allocated) == 1 && strcmp(allocated, "word") == 0);
    free(allocated);
    CHECK(scan("abc", "%m[ab]%mc", &allocated, &second) == 2 && strcmp(allocated, "ab") == 0 &&
          *second == 'c');
    free(allocated);
    free(second);
    allocated = a;
    CHECK(scan("x", "%m[ab]", &allocated) == 0 && allocated == NULL);
    CHECK(scan("caf\303\251 x", "%ls", w) == 1 && wcscmp(w, L"café") == 0);
    CHECK(scan("\303\251x", "%lc%n", w, &n) == 1 && w[0] == L'é' && n == 2);
    errno = 0;
    CHECK(scan("a\377", "%ls", w) == 0 && errno == EILSEQ);
    CHECK(scan("x", "%s", (char *)NULL) == 0);
    CHECK(scan("xx y", "%s%s", (char *)NULL, a) == 0);
    CHECK(scan_wide(L"héé x", L"%s%ls", a, w) == 2 && strcmp(a, "h\303\251\303\251") == 0 &&
          wcscmp(w, L"x") == 0);
    CHECK(scan_wide(L"αβγ1", L"%l[α-γ]%d", w, &n) == 2 && wcscmp(w, L"αβγ") == 0 && n == 1);
    CHECK(scan_wide(L"  -42 0x1p4", L"%d%lf", &n, w) == 2 && n == -42);
    CHECK(scan_wide(L"abc", L"%mls", &allocated) == 1 && wcscmp((wchar_t *)(void *)allocated, L"abc") == 0);
    free(allocated);

    /* Kept oddities: white space before a multibyte literal is not skipped; EOF after white space clears
       errno; a null character is no character for %lc. */
    CHECK(scan("  \303\251", " \303\251%n", &n) == 0);
    errno = 5;
    CHECK(scan(" ", "%d", &n) == EOF && errno == 0);
}

/* A word of each length into an array of just that size: nothing behind it is touched. */
static void exact_sizes(void) {
    char word[80], to[82];
    for (size_t length = 1; length < 70; length++)
        for (int padding = 0; padding < 40; padding += 13) {
            memset(word, 'w', sizeof word);
            memset(word + length, padding ? ' ' : '\0', sizeof word - length);
            word[length + (size_t)padding < sizeof word ? length + (size_t)padding : sizeof word - 1] = '\0';
            memset(to, '#', sizeof to);
            CHECK(scan(word, "%s", to + 1) == 1);
            CHECK(to[0] == '#' && strlen(to + 1) == length && to[length + 2] == '#');
            memset(to, '#', sizeof to);
            CHECK(scan(word, "%79[w]", to + 1) == 1 && to[length + 1] == '\0' && to[length + 2] == '#');
        }
}

/* More allocations than the engine has places for, the last of them failing. */
static void many_allocations(void) {
    char *slots[40], format[200] = "", input[200] = "";
    for (int i = 0; i < 40; i++) {
        strcat(format, "%ms ");
        strcat(input, "ab ");
    }
    memset(slots, 0, sizeof slots);
    CHECK(scan(input, format, &slots[0], &slots[1], &slots[2], &slots[3], &slots[4], &slots[5], &slots[6],
               &slots[7], &slots[8], &slots[9], &slots[10], &slots[11], &slots[12], &slots[13], &slots[14],
               &slots[15], &slots[16], &slots[17], &slots[18], &slots[19], &slots[20], &slots[21], &slots[22],
               &slots[23], &slots[24], &slots[25], &slots[26], &slots[27], &slots[28], &slots[29], &slots[30],
               &slots[31], &slots[32], &slots[33], &slots[34], &slots[35], &slots[36], &slots[37], &slots[38],
               &slots[39]) == 40);
    for (int i = 0; i < 40; i++) {
        CHECK(slots[i] != NULL && strcmp(slots[i], "ab") == 0);
        free(slots[i]);
    }
}

/* What this libc does not have, or has wrong. */
static void engine_only(void) {
    int i = 0, n = 0;
    int8_t i8 = 0;
    int16_t i16 = 0;
    int64_t i64 = 0;
    int_fast16_t fast = 0;
    char a[8];
    mode = SCAN_C23;
    CHECK(scan("0b101 0B11 11 0b", "%i%i%b%b", &i, &n, &i, &n) == 4 && i == 3 && n == 0);
    CHECK(scan("0b101", "%b%n", &i, &n) == 1 && i == 5 && n == 5);
    CHECK(scan("0b12", "%i%n", &i, &n) == 1 && i == 1 && n == 3);
    CHECK(scan("-300 -70000 1 70000", "%w8d%w16d%w64d%wf16d", &i8, &i16, &i64, &fast) == 4 && i8 == -44 &&
          i16 == -4464 && i64 == 1 && fast == 70000);
    CHECK(scan("1", "%w7d", &i) == 0);
    mode = 0;
    CHECK(scan("0b101", "%i%n", &i, &n) == 1 && i == 0 && n == 1);
    CHECK(scan("101", "%b", &i) == 0);
    CHECK(scan("1", "%w8d", &i8) == 0);

    /* libc writes a second null byte behind multibyte text made from wide characters. */
    memset(a, '#', sizeof a);
    CHECK(scan_wide(L"abc", L"%s", a) == 1 && memcmp(a, "abc\0####", 8) == 0);

    /* libc's %mc with a width beyond 1024 allocates one byte less than it writes. */
    char *long_text = malloc(3001), *allocated = NULL;
    memset(long_text, 'x', 3000);
    long_text[3000] = '\0';
    for (int width = 1020; width < 2100; width += 7) {
        char format[32];
        sprintf(format, "%%%dmc%%n", width);
        CHECK(scan(long_text, format, &allocated, &n) == 1 && n == width);
        CHECK(allocated != NULL && allocated[0] == 'x' && allocated[width - 1] == 'x');
        free(allocated);
    }
    free(long_text);

    /* libc refuses null characters nowhere but in %lc and %ls. */
    CHECK(scan_bytes("\0a 1", 4, "%3c%d", a, &i) == 2 && memcmp(a, "\0a ", 3) == 0 && i == 1);
    CHECK(scan_bytes("a\0b c", 5, "%s%n", a, &n) == 1 && n == 3 && memcmp(a, "a\0b", 4) == 0);
    wchar_t w = L'#';
    CHECK(scan_bytes("\0", 1, "%lc", &w) == 0);
}

/* No byte behind the string's end is read: the string ends with a page. */
static void page_end(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + page, page, PROT_NONE);
    static const char *const texts[] = {
        "1", "12345678", "-1.25", "1.", "word", "0", "0x1", "inf", "123456789012345678901234567890", " ", ""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *at = strcpy(pages + page - strlen(texts[i]) - 1, texts[i]);
        double d[2] = {7, 7};
        char word[40] = "";
        int n = 7;
        CHECK(scan(at, "%d", &n) == sscanf(texts[i], "%d", &n));
        CHECK(scan(at, "%lf", &d[0]) == sscanf(texts[i], "%lf", &d[1]) && memcmp(&d[0], &d[1], 8) == 0);
        CHECK(scan(at, "%39s", word) == (strspn(texts[i], " ") == strlen(texts[i]) ? EOF : 1));
        CHECK(scan(at, "%39[^q]", word) == (texts[i][0] ? 1 : EOF));
        CHECK(scan(at, "%x", &n) == sscanf(texts[i], "%x", &n));
    }
    munmap(pages, 2 * page);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A call costs what it consumes: walking through 10 MB by %n takes about as long for each MB as through 1 MB.
   (libc takes the square: 1.7 million calls that each look at up to 10 MB.) */
static void linear(void) {
    double each[2];
    for (int big = 0; big < 2; big++) {
        size_t size = big ? 10000000 : 1000000;
        char *string = malloc(size + 1);
        for (size_t i = 0; i < size; i++)
            string[i] = "12345 "[i % 6];
        string[size] = '\0';
        double best = 1e9;
        for (int turn = 0; turn < (big ? 3 : 9); turn++) {
            double start = seconds();
            int value, n;
            size_t calls = 0, sum = 0;
            for (char *at = string; scan(at, "%d%n", &value, &n) == 1; at += n) {
                calls++;
                sum += (size_t)value;
            }
            double took = (seconds() - start) / (double)calls;
            best = took < best ? took : best;
            CHECK(calls == size / 6 + (size % 6 != 0) && sum >= size / 6 * 12345);
        }
        each[big] = best * 1e9;

        char *word = malloc(size + 1);
        memset(string, 'w', size);
        double start = seconds();
        CHECK(scan(string, "%s", word) == 1 && strlen(word) == size);
        CHECK(seconds() - start < 1);
        memset(string, '7', size);
        double d = 0;
        CHECK(scan(string, "%lf", &d) == 1 && isinf(d));
        CHECK(seconds() - start < 5);
        free(word);
        free(string);
    }
    printf("sscanf \"%%d%%n\" through a string: %.1f ns a call in 1 MB, %.1f ns in 10 MB\n", each[0],
           each[1]);
    CHECK(each[1] < 3 * each[0]);
}

int main(void) {
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        return fprintf(stderr, "cases: no locale C.UTF-8\n"), 2;
#ifdef __SANITIZE_ADDRESS__
    int turns = 1;
    printf("skipped: libc's turn, since the sanitizer's own scanf takes %%mc for an overrun\n");
#else
    int turns = 2;
#endif
    for (int turn = 0; turn < turns; turn++) {
        on_libc = turn == 1;
        integers();
        floats();
        text();
        exact_sizes();
        many_allocations();
    }
    on_libc = false;
    engine_only();
    page_end();
    linear();
    printf("%d checks, %d failures\n", checks, failures);
    return failures != 0;
}
