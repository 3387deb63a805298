/* C17 7.29.2, output: fwprintf, wprintf, swprintf and their v calls; counts, widths and precisions are in
   wide characters. Each row goes into a file on several windows and into memory, in C.UTF-8 and C. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stddef.h>

static const struct window *used;
static wchar_t memory[5000];

/* Prints into a file and into memory. */
static void prints(const char *clause, int line, const wchar_t *want, const wchar_t *format, ...) {
    va_list arguments, again;
    char bytes[6000];
    size_t size = 0, want_size = wcstombs(bytes, want, sizeof bytes);
    unlink("out");
    FILE *f = opened_with("out", "w", used);
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = vfwprintf(f, format, arguments), in_memory = vswprintf(memory, 5000, format, again);
    va_end(arguments);
    va_end(again);
    fclose(f);
    char *text = read_file("out", &size), name[100];
    snprintf(name, sizeof name, "%ls", format);
    check_bytes(clause, __FILE__, line, name, text, size, bytes, want_size);
    check_bytes(clause, __FILE__, line, name, memory, 4 * wcslen(memory), want, 4 * wcslen(want));
    check("7.29.2.1p13", count == (int)wcslen(want) && in_memory == count, __FILE__, line,
          "%s: returned %d, in memory %d, expected %zu", name, count, in_memory, wcslen(want));
    free(text);
}
#define PRINTS(clause, want, ...) prints(clause, __LINE__, want, __VA_ARGS__)

static void conversions(void) {
    int n = -1;
    long l = -1;
    PRINTS("7.29.2.1p3", L"plain text 100%", L"plain text 100%%");
    PRINTS("7.29.2.1p4", L"    7|7    |00042|  042", L"%5d|%-5d|%.5d|%5.3d", 7, 7, 42, 42);
    PRINTS("7.29.2.1p5", L"   42|42   |042|42", L"%*d|%*d|%.*d|%.*d", 5, 42, -5, 42, 3, 42, -3, 42);
    PRINTS("7.29.2.1p6", L"+5| 5|052|0x2a|00042|-0042", L"%+d|% d|%#o|%#x|%05d|%05d", 5, 5, 42, 42, 42, -42);
    PRINTS("7.29.2.1p6", L"0003.500|3.|1.00000", L"%08.3f|%#.0f|%#g", 3.5, 3.0, 1.0);
    PRINTS("7.29.2.1p7", L"-1|4464|-5|6|-7|8|9|-10", L"%hhd|%hd|%ld|%llu|%jd|%zu|%td|%zd", 255, 70000, -5L,
           6ULL, (intmax_t)-7, (size_t)8, (ptrdiff_t)9, (ssize_t)-10);
    PRINTS("7.29.2.1p7", L"1.5|2.5", L"%Lg|%lg", 1.5L, 2.5);
    PRINTS("7.29.2.1p8 d", L"-42|42|4294967295|52|2a|2A", L"%d|%i|%u|%o|%x|%X", -42, 42, UINT_MAX, 42, 42,
           42);
    PRINTS("7.29.2.1p8 d", L"|     |", L"%.0d|%5.0d|", 0, 0);
    PRINTS("7.29.2.1p8 f", L"1.500000|1.5e+00|1.5|1E+10|0x1.8p+0|inf|NAN", L"%f|%.1e|%g|%G|%a|%f|%F", 1.5,
           1.5, 1.5, 1e10, 1.5, INFINITY, NAN);
    PRINTS("7.29.2.1p8 f", L"0.1000000000000000055511151231257827021181583404541015625", L"%.55f", 0.1);
    PRINTS("7.29.2.1p8 c", L"A|  B|C  |", L"%c|%3c|%-3c|", 'A', 'B', 'C');
    PRINTS("7.29.2.1p8 s", L"text|  abc|ab|", L"%s|%5s|%.2s|%.0s", "text", "abc", "abc", "abc");
    PRINTS("7.29.2.1p8 ls", L"wide|  abc|ab|abc  |", L"%ls|%5ls|%.2ls|%-5ls|", L"wide", L"abc", L"abc",
           L"abc");
    PRINTS("7.29.2.1p8 p", L"0x10", L"%p", (void *)16);
    PRINTS("7.29.2.1p8 n", L"12345", L"12%n345%ln", &n, &l);
    CHECK("7.29.2.1p8 n", n == 2 && l == 5);
    PRINTS("7.29.2.1p9", L"12345|abcdef", L"%2d|%3ls", 12345, L"abcdef");
    memory[0] = 1;
    CHECK_INT("7.29.2.1p8 c", swprintf(memory, 10, L"a%cb", 0), 3);
    CHECK("7.29.2.1p8 c", wmemcmp(memory, L"a\0b", 4) == 0);
}

/* Characters beyond ASCII: width and precision count wide characters; %s converts as mbrtowc does. */
static void beyond_ascii(void) {
    int n = -1;
    PRINTS("7.29.2.1p3", L"\u00e9\u20ac\U0001f600", L"\u00e9\u20ac\U0001f600");
    PRINTS("7.29.2.1p8 lc", L"\u20ac|  \u00e9|", L"%lc|%3lc|", (wint_t)0x20ac, (wint_t)0xe9);
    PRINTS("7.29.2.1p8 s", L"\u00e9\u20ac|   \u20ac|\u00e9|", L"%s|%4s|%.1s|", "\xc3\xa9\xe2\x82\xac",
           "\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac");
    PRINTS("7.29.2.1p8 s", L"\u00e9", L"%.1s",
           "\xc3\xa9\xff"); /* what lies behind the precision is not looked at */
    PRINTS("7.29.2.1p8 ls", L"  \u20ac\U0001f600|\u20ac|", L"%4ls|%.1ls|", L"\u20ac\U0001f600",
           L"\u20ac\U0001f600");
    PRINTS("7.29.2.1p8 n", L"\u20ac\u20ac", L"%ls%n", L"\u20ac\u20ac", &n);
    CHECK_INT("7.29.2.1p8 n", n, 2);
    FILE *f = opened("out", "w");
    CHECK_ERROR("7.29.2.1p13 encoding", fwprintf(f, L"%s", "a\xff") < 0, EILSEQ);
    fclose(f);
    CHECK_ERROR("7.29.2.3p3 encoding", swprintf(memory, 100, L"%s", "a\xff") < 0, EILSEQ);
}

static int through_list(int which, wchar_t *room, size_t size, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = which == 0   ? vwprintf(format, arguments)
                : which == 1 ? vfwprintf(stdout, format, arguments)
                             : vswprintf(room, size, format, arguments);
    va_end(arguments);
    return count;
}

/* swprintf never writes more than it may, and says by a negative result when that was too little. */
static void in_memory(void) {
    wchar_t room[10];
    wmemset(room, L'#', 10);
    CHECK_INT("7.29.2.3p3", swprintf(room, 6, L"%d", 12345), 5);
    CHECK("7.29.2.3p2", wmemcmp(room, L"12345\0#", 7) == 0);
    wmemset(room, L'#', 10);
    CHECK("7.29.2.3p3", swprintf(room, 5, L"%d", 12345) < 0);
    CHECK("7.29.2.3p2", room[5] == L'#');
    CHECK("7.29.2.3p2 null character", wmemchr(room, 0, 5) != NULL);
    wmemset(room, L'#', 10);
    CHECK("7.29.2.3p3", swprintf(room, 0, L"%d", 1) < 0);
    CHECK("7.29.2.3p2", room[0] == L'#');
    CHECK("7.29.2.3p3", swprintf(room, 1, L"%d", 1) < 0);
    CHECK_INT("7.29.2.3p3", swprintf(room, 1, L""), 0);
    CHECK_INT("7.29.2.3p2", room[0], 0);
    CHECK_INT("7.29.2.7p3", through_list(2, room, 10, L"%s-%d", "ab", 5), 4);
    CHECK_WIDE("7.29.2.7p2", room, L"ab-5");
    CHECK("7.29.2.7p3", through_list(2, room, 4, L"%s-%d", "ab", 5) < 0);
}

static void to_stdout(void) {
    if (dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
        _exit(9);
    int count = wprintf(L"%d \u20ac\n", 1) + through_list(0, NULL, 0, L"%ls\n", L"\u00e9") +
                through_list(1, NULL, 0, L"%c%d\n", 'x', 77);
    exit(count == 4 + 2 + 4 && fwide(stdout, 0) > 0 ? 0 : 1);
}

static void errors(void) {
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    CHECK("7.29.2.1p13 error", fwprintf(f, L"%d", 5) < 0);
    CHECK("7.29.2.1p13 error", ferror(f));
    fclose(f);
    f = opened("out", "r");
    CHECK("7.29.2.1p13 error", fwprintf(f, L"%d", 5) < 0);
    fclose(f);
    wchar_t *spaces = malloc(4096 * sizeof *spaces);
    wmemset(spaces, L' ', 4095);
    spaces[4094] = L'1';
    spaces[4095] = 0;
    PRINTS("7.29.2.1p14", spaces, L"%4095d", 1);
    free(spaces);
}

int main(void) {
    static const int kinds[] = {0, 1, 4, 5, 9};
    for (size_t i = 0; i < 2 * sizeof kinds / sizeof *kinds; i++) {
        bool utf8 = i % 2 == 0;
        REQUIRE(setlocale(LC_CTYPE, utf8 ? "C.UTF-8" : "C"));
        used = &windows[kinds[i / 2]];
        situation("%s, %s", used->name, utf8 ? "C.UTF-8" : "C");
        conversions();
        in_memory();
        errors();
        if (utf8)
            beyond_ascii();
    }
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    pid_t child = fork_child();
    if (child == 0)
        to_stdout();
    CHECK("7.29.2.9p3, .11p3, .5p3", child_passed(child));
    CHECK_FILE("7.29.2.11p2", "out", "1 \xe2\x82\xac\n\xc3\xa9\nx77\n");
    return clauses_done();
}
