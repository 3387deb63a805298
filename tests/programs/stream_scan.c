/* The scanf family on streams: every conversion, matching failures and what stays unread, ends of input, on
   files and slow pipes through every window; the position after each call. */
#include "windows.h"
#include <stddef.h>
#include <wchar.h>

static const char text[] = "  42 -17 0x1F 077 4294967295 9000000000 3.25 -1e3 inf nan 0x1.8p3 word x yz\n"
                           "key=value;a,b,c [set]123abc %literal 5 100%\n"
                           "abcdef 12345678 -  +7 ..5 \xc3\xa9\xc3\xa8 end";

/* The offsets are checked where the stream can tell them. */
static void at(FILE *f, long place, int line) {
    long here = ftell(f);
    if (here >= 0 && here != place)
        fail(__FILE__, line, "the stream is at %ld, expected %ld", here, place);
}

static int through_vfscanf(FILE *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int scanned = vfscanf(f, format, arguments);
    va_end(arguments);
    return scanned;
}

static void scan(FILE *f) {
    int i, j, n;
    unsigned u;
    long l;
    long long ll;
    short h;
    signed char hh;
    double d, e, a;
    float x;
    long double ld;
    char word[100], c, set[20], *made, *list;
    size_t z;
    ptrdiff_t t;
    intmax_t m;
    wchar_t wide[20];

    EXPECT_INT(fscanf(f, "%d%i", &i, &j), 2);
    EXPECT(i == 42 && j == -17);
    at(f, 8, __LINE__);
    EXPECT_INT(fscanf(f, "%i %i%n", &i, &j, &n), 2);
    EXPECT(i == 31 && j == 63 && n == 9);
    EXPECT_INT(fscanf(f, "%u %lld", &u, &ll), 2);
    EXPECT(u == 4294967295u && ll == 9000000000);
    EXPECT_INT(fscanf(f, "%lf %f", &d, &x), 2);
    EXPECT(d == 3.25 && x == -1000);
    EXPECT_INT(fscanf(f, "%lf%Lf%la", &e, &ld, &a), 3);
    EXPECT(e > 1e308 && ld != ld && a == 12);
    EXPECT_INT(fscanf(f, "%s %c%c", word, &c, &set[0]), 3);
    EXPECT(strcmp(word, "word") == 0 && c == 'x' && set[0] == ' ');
    EXPECT_INT(fscanf(f, "%1c", &c), 1);
    EXPECT_INT(c, 'y');
    EXPECT_INT(getc(f), 'z');
    at(f, 75, __LINE__);
    EXPECT_INT(fscanf(f, " key=%[a-z];%c,%c,", word, &c, &set[0]), 3);
    EXPECT(strcmp(word, "value") == 0 && c == 'a' && set[0] == 'b');
    EXPECT_INT(fscanf(f, "%d", &i), 0); /* "c": stays */
    EXPECT_INT(getc(f), 'c');
    EXPECT_INT(fscanf(f, " [%3[set]]%3d%3hx", set, &i, &h), 3);
    EXPECT(strcmp(set, "set") == 0 && i == 123 && h == 0xabc);
    EXPECT_INT(fscanf(f, " %%literal%*d %d%%", &i), 1);
    EXPECT_INT(i, 100);
    at(f, 119, __LINE__);
    EXPECT_INT(fscanf(f, "%4s%2ms", word, &made), 2);
    EXPECT(strcmp(word, "abcd") == 0 && strcmp(made, "ef") == 0);
    free(made);
    EXPECT_INT(fscanf(f, "%2hhd%2hd%*2d%ld", &hh, &h, &l), 3);
    EXPECT(hh == 12 && h == 34 && l == 78);
    EXPECT_INT(fscanf(f, " -%d", &i), 1);
    EXPECT_INT(i, 7);
    EXPECT_INT(through_vfscanf(f, " .%lf", &d), 1);
    EXPECT(d == 0.5);
    z = 1, t = 1, m = 1;
    EXPECT_INT(fscanf(f, "%zu %td %jd", &z, &t, &m), 0);
    EXPECT_INT(fscanf(f, " %m[^ ]%ls", &list, wide), 2);
    EXPECT(strcmp(list, "\xc3\xa9\xc3\xa8") == 0 && wcscmp(wide, L"end") == 0);
    free(list);
    EXPECT_INT(fscanf(f, "%d", &i), EOF);
    EXPECT(feof(f) && !ferror(f));
    EXPECT_INT(fscanf(f, "%c", &c), EOF);
    EXPECT_INT(fscanf(f, "%n", &n), 0);
    EXPECT_INT(n, 0);
    at(f, sizeof text - 1, __LINE__);
}

/* One matching failure keeps one byte back: then getc, ungetc and seeks go on from there. */
static void pushback(const struct window *window) {
    int i = 0;
    write_file("small", "12ab 34", 7);
    FILE *f = fopen("small", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fscanf(f, "%d", &i), 1);
    EXPECT_INT(ftell(f), 2);
    EXPECT_INT(fscanf(f, "%d", &i), 0);
    EXPECT_INT(ftell(f), 2);
    EXPECT_INT(getc(f), 'a');
    EXPECT_INT(ungetc('7', f), '7');
    EXPECT_INT(ungetc('8', f), '8');
    EXPECT_INT(fscanf(f, "%d", &i), 1);
    EXPECT_INT(i, 87);
    EXPECT_INT(fseek(f, -2, SEEK_END), 0);
    EXPECT_INT(fscanf(f, "%d", &i), 1);
    EXPECT_INT(i, 34);
    EXPECT_INT(fclose(f), 0);
    f = fopen("small", "w");
    REQUIRE(f);
    errno = 0;
    EXPECT_INT(fscanf(f, "%d", &i), EOF);
    EXPECT_INT(errno, EBADF);
    fclose(f);
}

/* A word longer than any window, and thousands of numbers. */
static void long_input(const struct window *window) {
    static char word[100001];
    FILE *f = fopen("long", "w");
    REQUIRE(f);
    for (int i = 0; i < 100000; i++)
        putc('a' + i % 26, f);
    for (int i = 0; i < 3000; i++)
        fprintf(f, "\n%d,%g", i * 7919, i / 8.0);
    EXPECT_INT(fclose(f), 0);
    f = fopen("long", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fscanf(f, "%100000s", word), 1);
    EXPECT(word[99999] == 'a' + 99999 % 26 && word[100000] == 0);
    for (int i = 0; i < 3000; i++) {
        int number = -1;
        double real = -1;
        EXPECT_INT(fscanf(f, "%d,%lf", &number, &real), 2);
        EXPECT(number == i * 7919 && real == i / 8.0);
    }
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
}

static void from_pipe(const struct window *window, size_t piece) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        close(ends[0]);
        for (size_t at_byte = 0; at_byte < sizeof text - 1; at_byte += piece) {
            size_t left = sizeof text - 1 - at_byte;
            if (write(ends[1], text + at_byte, left < piece ? left : piece) < 0)
                _exit(1);
            if (piece < 50)
                usleep(100);
        }
        _exit(0);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    use_window(f, window);
    scan(f);
    EXPECT(child_passed(child));
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    write_file("data", text, sizeof text - 1);
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("file, %s", windows[kind].name);
        FILE *f = fopen("data", "r");
        REQUIRE(f);
        use_window(f, &windows[kind]);
        scan(f);
        EXPECT_INT(fclose(f), 0);
        pushback(&windows[kind]);
        if (windows[kind].size >= 100 || !getenv("TEST_LIGHT"))
            long_input(&windows[kind]);
        situation("pipe, %s", windows[kind].name);
        from_pipe(&windows[kind], 1000);
        from_pipe(&windows[kind], 5);
    }
    puts("scanf");
    return finish();
}
