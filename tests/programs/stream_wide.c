/* Wide streams in C.UTF-8: every call that puts and gets wide characters, orientation, encoding errors, wide
   printf and scanf, the _unlocked and fortified names; the bytes in the file are written down here, so that
   they are libc's. */
#include "windows.h"
#include <locale.h>
#include <wchar.h>

extern wint_t __wuflow(FILE *), __wunderflow(FILE *), __woverflow(FILE *, wint_t);
extern int __fwprintf_chk(FILE *, int, const wchar_t *, ...),
    __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);
extern wchar_t *__fgetws_chk(wchar_t *, size_t, int, FILE *),
    *__fgetws_unlocked_chk(wchar_t *, size_t, int, FILE *);

static const char bytes[] = "ascii \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\n"
                            "p\xc3\xbcts 42 \xc3\xa9 str wide\n"
                            "unlocked \xc3\xa9\n"
                            "chk 7 8\n";
static const wchar_t text[] =
    L"ascii \u00e9 \u20ac \U0001f600\np\u00fcts 42 \u00e9 str wide\nunlocked \u00e9\nchk 7 8\n";

static int va_vfwprintf(FILE *f, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = vfwprintf(f, format, arguments);
    va_end(arguments);
    return printed;
}

static int va_vfwprintf_chk(FILE *f, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = __vfwprintf_chk(f, 1, format, arguments);
    va_end(arguments);
    return printed;
}

static void put_all(FILE *f) {
    EXPECT_INT(fwide(f, 0), 0);
    EXPECT(fwide(f, 1) > 0);
    EXPECT(fputws(L"ascii ", f) >= 0);
    EXPECT_INT(fputwc(L'\u00e9', f), L'\u00e9');
    EXPECT_INT(putwc(L' ', f), L' ');
    EXPECT_INT(putwc_unlocked(L'\u20ac', f), L'\u20ac');
    EXPECT_INT(fputwc_unlocked(L' ', f), L' ');
    EXPECT_INT(fputwc(L'\U0001f600', f), L'\U0001f600');
    EXPECT_INT(__woverflow(f, L'\n'), L'\n');
    EXPECT(fwide(f, -1) > 0);
    EXPECT_INT(fwprintf(f, L"p\u00fcts %d %lc %s", 42, (wint_t)L'\u00e9', "str"), 13);
    EXPECT_INT(va_vfwprintf(f, L" %ls\n", L"wide"), 6);
    EXPECT(fputws_unlocked(L"unlocked \u00e9\n", f) >= 0);
    EXPECT_INT(__fwprintf_chk(f, 1, L"chk %d", 7), 5);
    EXPECT_INT(va_vfwprintf_chk(f, L" %d\n", 8), 3);
    EXPECT_INT(ftell(f), sizeof bytes - 1);
    EXPECT(!ferror(f));
}

static void get_all(FILE *f) {
    wchar_t line[100], word[50];
    int number = 0;
    size_t place = 0;
    EXPECT_INT(fgetwc(f), text[place++]);
    EXPECT(fwide(f, 0) > 0);
    EXPECT_INT(getwc(f), text[place++]);
    EXPECT_INT(getwc_unlocked(f), text[place++]);
    EXPECT_INT(fgetwc_unlocked(f), text[place++]);
    EXPECT_INT(ungetwc(L'\u20ac', f), L'\u20ac');
    EXPECT_INT(fgetwc(f), L'\u20ac');
    EXPECT_INT(fgetwc(f), text[place++]);
    EXPECT_INT(ungetwc(text[place - 1], f), text[place - 1]);
    place--;
    EXPECT(fgetws(line, 5, f) == line);
    EXPECT_INT(wcslen(line), 4);
    EXPECT(wmemcmp(line, text + place, 4) == 0);
    place += 4;
    EXPECT(fgetws(line, 100, f) == line);
    EXPECT(wcscmp(line, L"\u20ac \U0001f600\n") == 0 || wcscmp(line, L" \u20ac \U0001f600\n") == 0);
    EXPECT_INT(fwscanf(f, L"%ls %d", word, &number), 2);
    EXPECT(wcscmp(word, L"p\u00fcts") == 0 && number == 42);
    EXPECT(fgetws_unlocked(line, 100, f) == line);
    EXPECT(wcscmp(line, L" \u00e9 str wide\n") == 0);
    EXPECT(__fgetws_chk(line, 100, 100, f) == line);
    EXPECT(wcscmp(line, L"unlocked \u00e9\n") == 0);
    EXPECT(__fgetws_unlocked_chk(line, 100, 100, f) == line);
    EXPECT(wcscmp(line, L"chk 7 8\n") == 0);
    EXPECT(fgetws(line, 100, f) == NULL);
    EXPECT(feof(f) && !ferror(f));
    EXPECT(fgetwc(f) == WEOF);
    EXPECT(ungetwc(L'\u00e9', f) == L'\u00e9');
    EXPECT(!feof(f));
    EXPECT(fgetwc(f) == L'\u00e9' && fgetwc(f) == WEOF);
}

static void everything(const struct window *window) {
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    put_all(f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", bytes, sizeof bytes - 1);
    f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    get_all(f);
    rewind(f);
    EXPECT_INT(fgetwc(f), 'a');
    EXPECT_INT(fclose(f), 0);
}

/* Long text through every window: characters of one to four bytes fall across all edges. */
static void long_text(const struct window *window) {
    static const wchar_t alphabet[] = L"a\u00e9\u20ac\U0001f600 ";
    FILE *f = fopen("long", "w");
    REQUIRE(f);
    use_window(f, window);
    long count = scaled(30000, 3000);
    for (long i = 0; i < count; i++)
        EXPECT_INT(fputwc(i % 100 == 99 ? L'\n' : alphabet[i * 7 % 5], f) != WEOF, 1);
    EXPECT_INT(fclose(f), 0);
    f = fopen("long", "r");
    REQUIRE(f);
    use_window(f, window);
    for (long i = 0; i < count; i++)
        EXPECT_INT(fgetwc(f), i % 100 == 99 ? L'\n' : alphabet[i * 7 % 5]);
    EXPECT(fgetwc(f) == WEOF && feof(f));
    EXPECT_INT(fclose(f), 0);
}

static void encoding_errors(void) {
    situation("encoding errors");
    write_file("bad", "ok\xff\xc3", 4);
    FILE *f = fopen("bad", "r");
    REQUIRE(f);
    EXPECT_INT(fgetwc(f), 'o');
    EXPECT_INT(fgetwc(f), 'k');
    EXPECT_ERROR(fgetwc(f) == WEOF, EILSEQ);
    EXPECT(ferror(f) && !feof(f));
    fclose(f);
}

/* The unoriented stream takes the orientation of its first call and keeps it. */
static void orientation(void) {
    situation("orientation");
    FILE *f = fopen("other", "w");
    REQUIRE(f);
    EXPECT_INT(fwide(f, 0), 0);
    putc('x', f);
    EXPECT(fwide(f, 0) < 0);
    EXPECT(fwide(f, 1) < 0);
    EXPECT(fputwc(L'y', f) == WEOF);
    fclose(f);
    f = fopen("other", "w");
    REQUIRE(f);
    EXPECT_INT(fputwc(L'\u00e9', f), L'\u00e9');
    EXPECT(fwide(f, -1) > 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("other", "\xc3\xa9", 2);
}

/* ,ccs= makes the stream wide in that encoding at once. */
static void charset(void) {
    situation("ccs");
    FILE *f = fopen("other", "w,ccs=UTF-8");
    REQUIRE(f);
    EXPECT(fwide(f, 0) > 0);
    EXPECT(fputws(L"\u00e9\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("other", "\xc3\xa9\n", 3);
}

static void on_stdout(void) {
    situation("stdout");
    EXPECT_INT(wprintf(L"wprintf %d \u00e9\n", 1), 12);
    EXPECT_INT(putwchar(L'\u20ac'), L'\u20ac');
    EXPECT_INT(putwchar_unlocked(L'\n'), L'\n');
    EXPECT(fwide(stdout, 0) > 0);
}

/* libc's messages and ours on a wide stderr. */
static void on_stderr(void) {
    EXPECT(fwide(stderr, 1) > 0);
    EXPECT_INT(fwprintf(stderr, L"wide \u00e9 %d\n", 1), 9);
    errno = ENOENT;
    perror("perror");
    EXPECT(fputws(L"end\n", stderr) >= 0);
}

static void on_stdin(void) {
    int ends[2], number = 0;
    REQUIRE(pipe(ends) == 0 && dup2(ends[0], 0) == 0);
    situation("stdin");
    EXPECT_INT(write(ends[1], "\xc3\xa9\xe2\x82\xac 12 z", 10), 10);
    close(ends[1]);
    EXPECT_INT(getwchar(), L'\u00e9');
    EXPECT_INT(getwchar_unlocked(), L'\u20ac');
    EXPECT_INT(wscanf(L"%d", &number), 1);
    EXPECT_INT(number, 12);
    EXPECT_INT(getwchar(), ' ');
    EXPECT_INT(__wunderflow(stdin), 'z');
    EXPECT_INT(__wuflow(stdin), 'z');
    EXPECT(getwchar() == WEOF);
}

int main(void) {
    REQUIRE(setlocale(LC_ALL, "C.UTF-8"));
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        everything(&windows[kind]);
        long_text(&windows[kind]);
    }
    encoding_errors();
    orientation();
    charset();
    on_stdin();
    on_stdout();
    if (!failures)
        on_stderr();
    return finish();
}
