/* POSIX.1-2017 XSH: the pages of ungetc and ungetwc: the position, what discards pushed back characters
   (fflush too), streams that cannot seek, memory streams. */
#include "clauses.h"
#include <locale.h>

static const struct window *used;

static FILE *input(const char *mode) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", mode, used);
    fgetc(f);
    fgetc(f);
    fgetc(f);
    return f;
}

static void positions(void) {
    FILE *f = input("r");
    CHECK_INT("POSIX ungetc position", ungetc('2', f), '2');
    CHECK_INT("POSIX ungetc position", ftell(f), 2);
    CHECK_INT("POSIX ungetc position", fseek(f, 1, SEEK_CUR), 0);
    CHECK_INT("POSIX ungetc position", fgetc(f), '3');
    CHECK_INT("POSIX ungetc position", ungetc('x', f), 'x');
    fpos_t place;
    CHECK_INT("POSIX ungetc position", fgetpos(f, &place), 0);
    fgetc(f);
    CHECK_INT("POSIX ungetc position", fsetpos(f, &place), 0);
    CHECK_INT("POSIX ungetc position", fgetc(f), '3');
    fclose(f);
}

/* fflush, fseek, fseeko, fsetpos and rewind discard. */
static void discarding(void) {
    FILE *f = input("r");
    ungetc('x', f);
    CHECK_INT("POSIX ungetc, fflush discards", fflush(f), 0);
    CHECK_INT("POSIX ungetc, fflush discards", fgetc(f), '2');
    ungetc('x', f);
    CHECK_INT("POSIX ungetc, fseeko discards", fseeko(f, 0, SEEK_CUR), 0);
    CHECK_INT("POSIX ungetc, fseeko discards", fgetc(f), '2');
    fclose(f);
    /* Pushed back at the end of the file, then discarded: the end again. */
    f = input("r");
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("POSIX ungetc at the end", ungetc('x', f), 'x');
    CHECK_INT("POSIX ungetc at the end", fflush(f), 0);
    CHECK_INT("POSIX ungetc at the end", fgetc(f), '9');
    CHECK_INT("POSIX ungetc at the end", fgetc(f), EOF);
    fclose(f);
}

/* What is pushed back is for every kind of input; a stream open for writing alone takes none. */
static void kinds(void) {
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "pipe", 4) == 4);
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("POSIX ungetc on a pipe, before reading", ungetc('>', f), '>');
    char got[10] = "";
    CHECK("POSIX ungetc on a pipe, before reading", fgets(got, 10, f) && strcmp(got, ">pipe") == 0);
    CHECK_INT("POSIX ungetc on a pipe, at the end", fgetc(f), EOF);
    CHECK_INT("POSIX ungetc on a pipe, at the end", ungetc('!', f), '!');
    CHECK_INT("POSIX ungetc on a pipe, at the end", fgetc(f), '!');
    CHECK_INT("POSIX ungetc on a pipe, at the end", fgetc(f), EOF);
    fclose(f);
    char memory[] = "memory";
    f = fmemopen(memory, 6, "r");
    REQUIRE(f);
    use_window(f, used);
    fgetc(f);
    CHECK_INT("POSIX ungetc on fmemopen", ungetc('M', f), 'M');
    CHECK_INT("POSIX ungetc on fmemopen", fgetc(f), 'M');
    CHECK_INT("POSIX ungetc on fmemopen", fgetc(f), 'e');
    CHECK_INT("POSIX ungetc on fmemopen", ungetc('E', f), 'E');
    CHECK("POSIX ungetc on fmemopen", fgets(got, 10, f) && strcmp(got, "Emory") == 0);
    fclose(f);
    CHECK_TEXT("POSIX ungetc on fmemopen leaves the memory", memory, "memory");
    f = opened_with("out", "w", used);
    bool refused = ungetc('x', f) == EOF;
    CHECK("POSIX ungetc on output", refused);
    if (refused) /* where it is accepted, as in libc 2.36, the next output may crash */
        CHECK("POSIX ungetc on output", fputs("text", f) >= 0);
    CHECK_INT("POSIX fclose", fclose(f), 0);
    if (refused)
        CHECK_FILE("POSIX ungetc on output", "out", "text");
}

/* Reading, pushing back and writing in turns, with the calls between that the rules ask for. */
static void update(void) {
    FILE *f = input("r+");
    ungetc('x', f);
    CHECK_INT("POSIX ungetc, then output", fflush(f), 0);
    CHECK_INT("POSIX ungetc, then output", fseek(f, 2, SEEK_SET), 0);
    fputs("AB", f);
    CHECK_INT("POSIX ungetc, then output", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("POSIX ungetc, then output", fgetc(f), '4');
    CHECK_INT("POSIX ungetc, then output", ungetc('y', f), 'y');
    rewind(f);
    CHECK_INT("POSIX ungetc, then output", fputc('C', f), 'C');
    fclose(f);
    CHECK_FILE("POSIX ungetc, then output", "data", "C1AB456789");
}

static void wides(void) {
    write_file("wide", "\xc3\xa9\xe2\x82\xacz", 6);
    FILE *f = opened_with("wide", "r", used);
    CHECK_INT("POSIX ungetwc before reading", ungetwc(L'\u20ac', f), 0x20ac);
    CHECK_INT("POSIX ungetwc before reading", fgetwc(f), 0x20ac);
    CHECK_INT("POSIX ungetwc", fgetwc(f), 0xe9);
    CHECK_INT("POSIX ungetwc of the window's last character", ungetwc(L'z', f), 'z');
    CHECK_INT("POSIX ungetwc of the window's last character", fgetwc(f), 'z');
    CHECK_INT("POSIX ungetwc", ungetwc(L'a', f), 'a');
    CHECK_INT("POSIX ungetwc", fgetwc(f), 'a');
    CHECK_INT("POSIX ungetwc position when read again", ftell(f), 2);
    CHECK_INT("POSIX ungetwc", ungetwc(L'b', f), 'b');
    CHECK_INT("POSIX ungetwc, fseek discards", fseek(f, 0, SEEK_SET), 0);
    CHECK_INT("POSIX ungetwc, fseek discards", fgetwc(f), 0xe9);
    CHECK_INT("POSIX ungetwc", ungetwc(L'\u00e9', f), 0xe9);
    CHECK_INT("POSIX ungetwc, fflush discards", fflush(f), 0);
    CHECK_INT("POSIX ungetwc, fflush discards", fgetwc(f), 0xe9);
    CHECK("POSIX ungetwc WEOF", ungetwc(WEOF, f) == WEOF);
    while (fgetwc(f) != WEOF)
        continue;
    CHECK("POSIX ungetwc clears the end", ungetwc(L'e', f) == L'e' && !feof(f));
    fclose(f);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        positions();
        discarding();
        kinds();
        update();
        wides();
    }
    return clauses_done();
}
