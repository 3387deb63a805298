/* glibc's further calls: the _unlocked family, fcloseall, getw and putw, the 64 names, fgetc on assigned
   standard streams, clearerr_unlocked and kin (unlocked_stdio(3), fcloseall(3), the manual). */
#include "clauses.h"
#include <locale.h>

static const struct window *used;

static void unlocked_bytes(void) {
    char text[30] = "";
    FILE *f = opened_with("data", "w+", used);
    CHECK_INT("GNU putc_unlocked", putc_unlocked('a', f), 'a');
    CHECK_INT("GNU fputc_unlocked", fputc_unlocked('b', f), 'b');
    CHECK("GNU fputs_unlocked", fputs_unlocked("cd\n", f) >= 0);
    CHECK_INT("GNU fwrite_unlocked", fwrite_unlocked("efgh", 2, 2, f), 2);
    CHECK_INT("GNU fflush_unlocked", fflush_unlocked(f), 0);
    CHECK_FILE("GNU fflush_unlocked", "data", "abcd\nefgh");
    CHECK_INT("GNU fileno_unlocked", fileno_unlocked(f), fileno(f));
    rewind(f);
    CHECK_INT("GNU getc_unlocked", getc_unlocked(f), 'a');
    CHECK_INT("GNU fgetc_unlocked", fgetc_unlocked(f), 'b');
    CHECK("GNU fgets_unlocked", fgets_unlocked(text, 30, f) == text && strcmp(text, "cd\n") == 0);
    CHECK_INT("GNU fread_unlocked", fread_unlocked(text, 1, 30, f), 4);
    CHECK_BYTES("GNU fread_unlocked", text, 4, "efgh", 4);
    CHECK("GNU feof_unlocked", feof_unlocked(f) != 0);
    CHECK("GNU ferror_unlocked", ferror_unlocked(f) == 0);
    CHECK_INT("GNU getc_unlocked", getc_unlocked(f), EOF);
    clearerr_unlocked(f);
    CHECK("GNU clearerr_unlocked", !feof(f) && !ferror(f));
    fclose(f);
    f = opened_with("data", "r", used);
    CHECK_INT("GNU putc_unlocked", putc_unlocked('x', f), EOF);
    CHECK("GNU ferror_unlocked", ferror_unlocked(f) != 0);
    clearerr_unlocked(f);
    CHECK("GNU clearerr_unlocked", !ferror_unlocked(f));
    fclose(f);
}

static void unlocked_wide(void) {
    wchar_t text[30];
    FILE *f = opened_with("data", "w+", used);
    CHECK_INT("GNU putwc_unlocked", putwc_unlocked(L'\u20ac', f), 0x20ac);
    CHECK_INT("GNU fputwc_unlocked", fputwc_unlocked(L'b', f), 'b');
    CHECK("GNU fputws_unlocked", fputws_unlocked(L"\u00e9\n", f) >= 0);
    rewind(f);
    CHECK_INT("GNU getwc_unlocked", getwc_unlocked(f), 0x20ac);
    CHECK_INT("GNU fgetwc_unlocked", fgetwc_unlocked(f), 'b');
    CHECK("GNU fgetws_unlocked", fgetws_unlocked(text, 30, f) == text && wcscmp(text, L"\u00e9\n") == 0);
    CHECK("GNU fgetwc_unlocked", fgetwc_unlocked(f) == WEOF);
    fclose(f);
}

static void standard_child(void) {
    write_file("in", "ab", 2);
    if (dup2(open("in", O_RDONLY), 0) < 0 || dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
        _exit(9);
    CHECK("GNU getchar_unlocked", getchar_unlocked() == 'a' && getchar_unlocked() == 'b');
    CHECK("GNU getchar_unlocked", getchar_unlocked() == EOF && feof_unlocked(stdin));
    CHECK_INT("GNU putchar_unlocked", putchar_unlocked('z'), 'z');
    exit(0);
}

static void wide_standard_child(void) {
    write_file("in", "\xe2\x82\xac", 3);
    if (dup2(open("in", O_RDONLY), 0) < 0 || dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
        _exit(9);
    CHECK("GNU getwchar_unlocked", getwchar_unlocked() == 0x20ac && getwchar_unlocked() == WEOF);
    CHECK_INT("GNU putwchar_unlocked", putwchar_unlocked(L'\u00e9'), 0xe9);
    exit(0);
}

static void words(void) {
    FILE *f = opened_with("data", "w+", used);
    CHECK_INT("GNU putw", putw(0x12345678, f), 0);
    CHECK_INT("GNU putw", putw(-1, f), 0);
    fputc('x', f);
    rewind(f);
    CHECK_INT("GNU getw", getw(f), 0x12345678);
    CHECK_INT("GNU getw", getw(f), -1);
    CHECK("GNU getw", !feof(f));
    CHECK_INT("GNU getw", getw(f), EOF);
    CHECK("GNU getw", feof(f));
    fclose(f);
    f = opened_with("data", "r", used);
    CHECK_INT("GNU putw", putw(5, f), EOF);
    fclose(f);
}

/* The names for large files: the same calls here. */
static void large_names(void) {
    FILE *f = fopen64("data", "w+");
    REQUIRE(f);
    use_window(f, used);
    fpos64_t place;
    fputs("0123456789", f);
    CHECK_INT("GNU fseeko64", fseeko64(f, 4, SEEK_SET), 0);
    CHECK_INT("GNU ftello64", ftello64(f), 4);
    CHECK_INT("GNU fgetpos64", fgetpos64(f, &place), 0);
    CHECK_INT("GNU fseeko64", fgetc(f), '4');
    CHECK_INT("GNU fsetpos64", fsetpos64(f, &place), 0);
    CHECK_INT("GNU fsetpos64", fgetc(f), '4');
    CHECK_INT("GNU fseeko64", fseeko64(f, 5000000000, SEEK_SET), 0);
    CHECK_INT("GNU ftello64", ftello64(f), 5000000000);
    f = freopen64("data", "r", f);
    REQUIRE(f);
    CHECK_INT("GNU freopen64", fgetc(f), '0');
    fclose(f);
    f = tmpfile64();
    REQUIRE(f);
    fputs("t", f);
    rewind(f);
    CHECK_INT("GNU tmpfile64", fgetc(f), 't');
    fclose(f);
}

/* fcloseall: everything is flushed, the descriptors of input too are where the program was. */
static void close_all(void) {
    pid_t child = fork_child();
    if (child == 0) {
        FILE *a = opened("a", "w"), *b = opened("b", "w+");
        if (dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
            _exit(9);
        fputs("to a", a);
        fputs("to b", b);
        printf("to stdout");
        CHECK_INT("GNU fcloseall", fcloseall(), 0);
        CHECK_FILE("GNU fcloseall", "a", "to a");
        CHECK_FILE("GNU fcloseall", "b", "to b");
        CHECK_FILE("GNU fcloseall", "out", "to stdout");
        _exit(0);
    }
    CHECK("GNU fcloseall", child_passed(child));
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        unlocked_bytes();
        unlocked_wide();
        words();
        large_names();
    }
    situation("standard streams");
    pid_t child = fork_child();
    if (child == 0)
        standard_child();
    CHECK("GNU putchar_unlocked", child_passed(child));
    CHECK_FILE("GNU putchar_unlocked", "out", "z");
    child = fork_child();
    if (child == 0)
        wide_standard_child();
    CHECK("GNU putwchar_unlocked", child_passed(child));
    CHECK_FILE("GNU putwchar_unlocked", "out", "\xc3\xa9");
    close_all();
    return clauses_done();
}
