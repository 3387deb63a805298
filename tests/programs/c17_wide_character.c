/* C17 7.29.3: fgetwc, fgetws, fputwc, fputws, fwide, getwc, getwchar, putwc, putwchar, ungetwc, on every
   window and with characters of one to four bytes across its end, in C.UTF-8 and C. */
#include "clauses.h"
#include <locale.h>

static const struct window *used;
static size_t skipped;
static const wchar_t text[] = L"a\u00e9\u20ac\U0001f600\nzz\u00e9\nlong \u20ac\u20ac line\nend";
static const char bytes[] =
    "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\nzz\xc3\xa9\nlong \xe2\x82\xac\xe2\x82\xac line\nend";

static FILE *input(const char *mode) {
    char *whole = malloc(skipped + sizeof bytes);
    memset(whole, '.', skipped);
    memcpy(whole + skipped, bytes, sizeof bytes);
    unlink("data");
    write_file("data", whole, skipped + sizeof bytes - 1);
    free(whole);
    FILE *f = opened_with("data", mode, used);
    for (size_t i = 0; i < skipped; i++)
        fgetwc(f);
    return f;
}

static void getting(void) {
    FILE *f = input("r");
    for (size_t i = 0; text[i]; i++)
        CHECK_INT("7.29.3.1p2", i % 2 ? getwc(f) : fgetwc(f), text[i]);
    CHECK("7.29.3.1p3", !feof(f));
    CHECK("7.29.3.1p3", fgetwc(f) == WEOF && feof(f) && !ferror(f));
    CHECK_INT("7.29.3.1p2", ftell(f), skipped + sizeof bytes - 1);
    int d = open("data", O_WRONLY | O_APPEND);
    CHECK_INT("7.29.3.1p3", write(d, "more", 4), 4);
    close(d);
    CHECK("7.29.3.1p3 sticky", fgetwc(f) == WEOF);
    clearerr(f);
    CHECK_INT("7.29.3.1p2", fgetwc(f), 'm');
    fclose(f);
    f = opened("data", "a");
    CHECK("7.29.3.1p3 error", fgetwc(f) == WEOF && ferror(f) && !feof(f));
    fclose(f);
}

static void lines(void) {
    wchar_t line[30];
    FILE *f = input("r");
    wmemset(line, L'#', 30);
    CHECK("7.29.3.2p3", fgetws(line, 30, f) == line);
    CHECK("7.29.3.2p2", wmemcmp(line, L"a\u00e9\u20ac\U0001f600\n\0#", 7) == 0);
    CHECK("7.29.3.2p3", fgetws(line, 5, f) == line);
    CHECK_WIDE("7.29.3.2p2", line, L"zz\u00e9\n");
    wmemset(line, L'#', 30);
    CHECK("7.29.3.2p3", fgetws(line, 7, f) == line);
    CHECK("7.29.3.2p2", wmemcmp(line, L"long \u20ac\0#", 8) == 0);
    CHECK("7.29.3.2p3", fgetws(line, 1, f) == line && line[0] == 0);
    CHECK("7.29.3.2p3", fgetws(line, 30, f) == line);
    CHECK_WIDE("7.29.3.2p2", line, L"\u20ac line\n");
    CHECK("7.29.3.2p3", fgetws(line, 30, f) == line);
    CHECK_WIDE("7.29.3.2p2", line, L"end");
    wcscpy(line, L"same");
    CHECK("7.29.3.2p3", fgetws(line, 30, f) == NULL && feof(f));
    CHECK_WIDE("7.29.3.2p3", line, L"same");
    fclose(f);
}

static void putting(void) {
    FILE *f = opened_with("data", "w", used);
    for (size_t i = 0; i < skipped; i++)
        fputwc(L'.', f);
    CHECK_INT("7.29.3.3p3", fputwc(L'a', f), 'a');
    CHECK_INT("7.29.3.8p3", putwc(L'\u00e9', f), 0xe9);
    CHECK("7.29.3.4p3", fputws(L"\u20ac\U0001f600\n", f) >= 0);
    CHECK("7.29.3.4p3", fputws(L"", f) >= 0);
    CHECK_INT("7.29.3.3p2", ftell(f), skipped + 11);
    CHECK("7.29.3.4p3", fputws(text + 5, f) >= 0);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    size_t size = 0;
    char *kept = read_file("data", &size);
    CHECK_BYTES("7.29.3.3p2, .4p2", kept + skipped, size - skipped, bytes, sizeof bytes - 1);
    free(kept);
    f = opened("data", "r");
    CHECK("7.29.3.3p3 error", fputwc(L'x', f) == WEOF && ferror(f));
    clearerr(f);
    CHECK("7.29.3.4p3 error", fputws(L"x", f) < 0 && ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    CHECK("7.29.3.3p3 error", fputwc(L'x', f) == WEOF && ferror(f));
    fclose(f);
}

static void pushing_back(void) {
    FILE *f = input("r");
    CHECK_INT("7.29.3.10p6", ungetwc(L'\u20ac', f), 0x20ac);
    CHECK_INT("7.29.3.10p2", fgetwc(f), 0x20ac);
    CHECK_INT("7.29.3.10p2", fgetwc(f), 'a');
    CHECK_INT("7.29.3.10p2", fgetwc(f), 0xe9);
    CHECK_INT("7.29.3.10p6", ungetwc(L'\U0001f600', f), 0x1f600);
    wchar_t line[10];
    CHECK("7.29.3.10p2", fgetws(line, 3, f) == line);
    CHECK_WIDE("7.29.3.10p2", line, L"\U0001f600\u20ac");
    CHECK("7.29.3.10p4", ungetwc(WEOF, f) == WEOF);
    CHECK_INT("7.29.3.10p4", fgetwc(f), 0x1f600);
    if (ungetwc(L'1', f) == L'1' && ungetwc(L'\u00e9', f) == 0xe9) {
        CHECK_INT("7.29.3.10p2 reverse", fgetwc(f), 0xe9);
        CHECK_INT("7.29.3.10p2 reverse", fgetwc(f), '1');
    }
    CHECK_INT("7.29.3.10p2", fgetwc(f), '\n');
    while (fgetwc(f) != WEOF)
        continue;
    CHECK("7.29.3.10p5", feof(f) && ungetwc(L'\u20ac', f) == 0x20ac && !feof(f));
    CHECK_INT("7.29.3.10p5", fgetwc(f), 0x20ac);
    CHECK_INT("7.29.3.10p5 position", ftell(f), skipped + sizeof bytes - 1);
    CHECK("7.29.3.10p5", fgetwc(f) == WEOF && feof(f));
    CHECK("7.29.3.10p4", ungetwc(WEOF, f) == WEOF && feof(f));
    fclose(f);
}

/* What is no character: EILSEQ, at the end of the file too; the error indicator by POSIX fgetwc. */
static void invalid(void) {
    static const struct {
        const char *text;
        const char *what;
    } rows[] = {{"\xff", "a byte of no character"}, {"\xc3", "cut short by the end"},
                {"\xe2\x82", "cut short"},          {"\xc3(", "half a character"},
                {"\xed\xa0\x80", "a surrogate"},    {"\xc0\x80", "too long"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        situation("%s, %s", used->name, rows[i].what);
        char whole[8] = "ok";
        strcat(whole, rows[i].text);
        unlink("bad");
        write_file("bad", whole, strlen(whole));
        FILE *f = opened_with("bad", "r", used);
        CHECK("7.29.3.1p2", fgetwc(f) == 'o' && fgetwc(f) == 'k');
        CHECK_ERROR("7.29.3.1p3 encoding", fgetwc(f) == WEOF, EILSEQ);
        CHECK("POSIX fgetwc encoding error", ferror(f));
        CHECK("7.29.3.1p3 encoding", !feof(f));
        fclose(f);
        wchar_t line[10];
        f = opened_with("bad", "r", used);
        CHECK_ERROR("7.29.3.2p3 encoding", fgetws(line, 10, f) == NULL, EILSEQ);
        fclose(f);
    }
}

/* fwide sets only what is not yet set. */
static void orientation(void) {
    FILE *f = opened_with("data", "w", used);
    CHECK_INT("7.29.3.5p3", fwide(f, 0), 0);
    CHECK("7.29.3.5p2", fwide(f, 1) > 0 && fwide(f, 0) > 0 && fwide(f, -1) > 0);
    fclose(f);
    f = opened_with("data", "w", used);
    CHECK("7.29.3.5p2", fwide(f, -5) < 0 && fwide(f, 0) < 0 && fwide(f, 5) < 0);
    CHECK_INT("7.29.3.5p2", fputc('x', f), 'x');
    fclose(f);
}

/* In the C locale each byte below 128 is its own character. */
static void in_c_locale(void) {
    REQUIRE(setlocale(LC_CTYPE, "C"));
    FILE *f = opened_with("data", "w+", used);
    for (wchar_t c = 0; c < 128; c++)
        CHECK_INT("7.29.3.3p3", fputwc(c, f), c);
    rewind(f);
    for (wchar_t c = 0; c < 128; c++)
        CHECK_INT("7.29.3.1p2", fgetwc(f), c);
    CHECK("7.29.3.1p3", fgetwc(f) == WEOF);
    fclose(f);
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
}

static void standard_child(void) {
    write_file("in", "\xe2\x82\xac!", 4);
    if (dup2(open("in", O_RDONLY), 0) < 0 || dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
        _exit(9);
    bool right = getwchar() == 0x20ac && getwchar() == '!' && getwchar() == WEOF && feof(stdin);
    exit(right && putwchar(L'\u00e9') == 0xe9 && putwchar(L'\n') == '\n' ? 0 : 1);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        for (int fill = 0; fill < FILLS; fill++) {
            skipped = fill_of(used, fill);
            situation("%s, %zu before", used->name, skipped);
            getting();
            lines();
            putting();
            pushing_back();
        }
        invalid();
        situation("%s", used->name);
        orientation();
        in_c_locale();
    }
    pid_t child = fork_child();
    if (child == 0)
        standard_child();
    CHECK("7.29.3.7p3, .9p3", child_passed(child));
    CHECK_FILE("7.29.3.9p2", "out", "\xc3\xa9\n");
    return clauses_done();
}
