/* C17 7.21.3: files: the position, what binary files keep, when buffers leave, closing, reopening, the end of
   the program, the standard streams, and how bytes become wide characters. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>

/* The position begins at the start; writing to a binary file cuts nothing off behind. */
static void position(const struct window *window) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", "rb+", window);
    CHECK_INT("7.21.3p1", ftell(f), 0);
    CHECK_INT("7.21.3p1", fgetc(f), '0');
    CHECK_INT("7.21.3p1", ftell(f), 1);
    CHECK_INT("7.21.3p1", fseek(f, 2, SEEK_SET), 0);
    CHECK_INT("7.21.3p1", fputs("AB", f) >= 0, 1);
    CHECK_INT("7.21.3p1", ftell(f), 4);
    fclose(f);
    CHECK_FILE("7.21.3p2", "data", "01AB456789");
}

/* Unbuffered: as soon as possible; line buffered: at each newline; fully buffered: when the buffer is
   full. */
static void buffering(void) {
    FILE *f = opened("data", "w");
    setvbuf(f, NULL, _IONBF, 0);
    fputc('a', f);
    CHECK_FILE("7.21.3p3 unbuffered", "data", "a");
    fputs("bc", f);
    CHECK_FILE("7.21.3p3 unbuffered", "data", "abc");
    fprintf(f, "%d", 12);
    CHECK_FILE("7.21.3p3 unbuffered", "data", "abc12");
    fclose(f);
    static char buffer[200];
    f = opened("data", "w");
    setvbuf(f, buffer, _IOLBF, sizeof buffer);
    fputs("one", f);
    CHECK_FILE("7.21.3p3 line", "data", "");
    fputs(" line\n", f);
    CHECK_FILE("7.21.3p3 line", "data", "one line\n");
    fprintf(f, "%s\n", "two");
    CHECK_FILE("7.21.3p3 line", "data", "one line\ntwo\n");
    fputc('\n', f);
    CHECK_FILE("7.21.3p3 line", "data", "one line\ntwo\n\n");
    fclose(f);
    f = opened("data", "w");
    setvbuf(f, buffer, _IOFBF, sizeof buffer);
    for (int i = 0; i < 199; i++)
        fputc(i % 10 == 9 ? '\n' : 'f', f);
    CHECK_FILE("7.21.3p3 full", "data", "");
    for (int i = 0; i < 70; i++)
        fputc('g', f);
    struct stat status;
    CHECK("7.21.3p3 full", stat("data", &status) == 0 && status.st_size >= 200);
    fclose(f);
    f = opened("data", "w");
    setvbuf(f, buffer, _IOFBF, 64);
    fputs("not full", f);
    CHECK_FILE("7.21.3p3 small buffer", "data", "");
    fclose(f);
    CHECK_FILE("7.21.3p3 small buffer", "data", "not full");
}

/* Input from an unbuffered stream shows what a line buffered one holds, where the input comes from
   outside. */
static void prompt(void) {
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "xy\n", 3) == 3);
    pid_t child = fork_child();
    if (child == 0) {
        int out = open("prompt", O_RDWR | O_CREAT | O_TRUNC, 0666);
        if (dup2(out, 1) < 0 || dup2(ends[0], 0) < 0)
            _exit(9);
        setvbuf(stdin, NULL, _IONBF, 0);
        setvbuf(stdout, NULL, _IOLBF, 0);
        fputs("name? ", stdout);
        int c = getchar();
        struct stat status;
        _exit(c == 'x' && stat("prompt", &status) == 0 && status.st_size == 6 ? 0 : 1);
    }
    CHECK("7.21.3p3 input requested", child_passed(child));
    close(ends[0]);
    close(ends[1]);
}

/* Closing flushes; the file can be opened again and be read or changed at its start. */
static void close_and_reopen(const struct window *window) {
    FILE *f = opened_with("data", "w", window);
    fputs("kept", f);
    CHECK_INT("7.21.3p4", fclose(f), 0);
    CHECK_FILE("7.21.3p4", "data", "kept");
    f = opened_with("data", "r+", window);
    CHECK_INT("7.21.3p5", fgetc(f), 'k');
    CHECK_INT("7.21.3p5", fseek(f, 0, SEEK_SET), 0);
    CHECK_INT("7.21.3p5", fputc('K', f), 'K');
    fclose(f);
    CHECK_FILE("7.21.3p5", "data", "Kept");
    fclose(opened_with("empty", "w", window));
    CHECK_FILE("7.21.3p4", "empty", "");
}

static void leave_by_exit(void) {
    exit(0);
}

static void leave_by_quick_exit(void) {
    _Exit(0);
}

/* exit flushes and closes every open file; _Exit need not, and on POSIX does not (XSH _exit). */
static void at_exit(const struct window *window, void (*leave)(void), bool flushed) {
    pid_t child = fork_child();
    if (child == 0) {
        FILE *f = fopen("exit1", "w"), *g = fopen("exit2", "w");
        if (!f || !g)
            _exit(9);
        use_window(g, window);
        fputs("first", f);
        fputs("second", g);
        leave();
    }
    CHECK("7.21.3p5", child_passed(child));
    if (flushed) {
        CHECK_FILE("7.21.3p5", "exit1", "first");
        CHECK_FILE("7.21.3p5", "exit2", "second");
    } else {
        CHECK_FILE("POSIX _exit", "exit1", "");
    }
}

/* The standard streams are there at the start, stderr not fully buffered, stdout on a file fully. */
static void at_start(void) {
    pid_t child = fork_child();
    if (child == 0) {
        int out = open("out", O_RDWR | O_CREAT | O_TRUNC, 0666),
            err = open("err", O_RDWR | O_CREAT | O_TRUNC, 0666);
        if (dup2(out, 1) < 0 || dup2(err, 2) < 0)
            _exit(9);
        fputs("line\n", stdout);
        fputs("message", stderr);
        struct stat o, e;
        _exit(fstat(1, &o) == 0 && fstat(2, &e) == 0 && o.st_size == 0 && e.st_size == 7 ? 0 : 1);
    }
    CHECK("7.21.3p7", child_passed(child));
}

/* Byte input behaves as successive fgetc calls, byte output as successive fputc calls, in any mixture. */
static void as_successive_calls(const struct window *window) {
    FILE *f = opened_with("data", "w+", window);
    fputc('a', f);
    fputs("bcd", f);
    fwrite("ef", 1, 2, f);
    fprintf(f, "%s%c", "gh", 'i');
    fputs("\n12 34\n", f);
    rewind(f);
    char text[20] = "";
    int number = 0;
    CHECK_INT("7.21.3p12", fgetc(f), 'a');
    CHECK_INT("7.21.3p11", fread(text, 1, 3, f), 3);
    CHECK_BYTES("7.21.3p12", text, 3, "bcd", 3);
    CHECK("7.21.3p11", fgets(text, 3, f) == text);
    CHECK_TEXT("7.21.3p11", text, "ef");
    CHECK("7.21.3p11", fgets(text, 20, f) == text);
    CHECK_TEXT("7.21.3p12", text, "ghi\n");
    CHECK_INT("7.21.3p11", fscanf(f, "%d", &number), 1);
    CHECK_INT("7.21.3p11", number, 12);
    CHECK_INT("7.21.3p11", fgetc(f), ' ');
    CHECK_INT("7.21.3p11", getc(f), '3');
    fclose(f);
}

/* A multibyte file may hold null bytes; what cannot be converted is EILSEQ, and nothing else sets that. */
static void multibyte(const struct window *window) {
    write_file("wide", "a\0\xc3\xa9\xf0\x9f\x98\x80z\xff", 10);
    FILE *f = opened_with("wide", "r", window);
    errno = 0;
    CHECK_INT("7.21.3p11", fgetwc(f), 'a');
    CHECK_INT("7.21.3p9", fgetwc(f), 0);
    CHECK_INT("7.21.3p11", fgetwc(f), 0xe9);
    CHECK_INT("7.21.3p11", fgetwc(f), 0x1f600);
    CHECK_INT("7.21.3p11", fgetwc(f), 'z');
    CHECK_INT("7.21.3p14", errno, 0);
    CHECK_ERROR("7.21.3p14", fgetwc(f) == WEOF, EILSEQ);
    fclose(f);
    f = opened_with("wide", "w", window);
    errno = 0;
    CHECK_INT("7.21.3p12", fputwc(L'a', f), 'a');
    CHECK_INT("7.21.3p9", fputwc(0, f), 0);
    CHECK("7.21.3p12", fputws(L"\u00e9\U0001f600", f) >= 0);
    CHECK_INT("7.21.3p14", errno, 0);
    fclose(f);
    CHECK_FILE("7.21.3p12", "wide", "a\0\xc3\xa9\xf0\x9f\x98\x80");
    char bytes[MB_LEN_MAX];
    CHECK_ERROR("7.21.3p14 output", wcrtomb(bytes, (wchar_t)0xd800, &(mbstate_t){0}) == (size_t)-1, EILSEQ);
    f = opened_with("wide", "w", window);
    CHECK_ERROR("7.21.3p14 output", fputwc((wchar_t)0xd800, f) == WEOF, EILSEQ);
    fclose(f);
}

int main(void) {
    REQUIRE(setlocale(LC_ALL, "C.UTF-8"));
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        position(&windows[i]);
        close_and_reopen(&windows[i]);
        at_exit(&windows[i], leave_by_exit, true);
        as_successive_calls(&windows[i]);
        multibyte(&windows[i]);
    }
    situation("buffering");
    buffering();
    prompt();
    at_exit(&windows[WINDOWS - 1], leave_by_quick_exit, false);
    at_start();
    return clauses_done();
}
