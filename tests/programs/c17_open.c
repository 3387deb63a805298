/* C17 7.21.5.3 and 7.21.5.4: fopen and freopen. */
#include "clauses.h"

/* What a mode lets a stream do, tried on a file of three bytes and on none. */
static void modes(void) {
    static const struct {
        const char *names[4];
        bool reads, writes, makes, empties, appends;
    } table[] = {
        {{"r", "rb"}, true, false, false, false, false},
        {{"w", "wb"}, false, true, true, true, false},
        {{"a", "ab"}, false, true, true, false, true},
        {{"r+", "r+b", "rb+"}, true, true, false, false, false},
        {{"w+", "w+b", "wb+"}, true, true, true, true, false},
        {{"a+", "a+b", "ab+"}, true, true, true, false, true},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int name = 0; table[i].names[name]; name++) {
            const char *mode = table[i].names[name];
            situation("mode %s", mode);
            unlink("absent");
            FILE *f = fopen("absent", mode);
            CHECK(table[i].makes ? "7.21.5.3p3" : "7.21.5.3p4", (f != NULL) == table[i].makes);
            CHECK_INT("7.21.5.3p3", access("absent", F_OK), table[i].makes ? 0 : -1);
            if (f)
                fclose(f);
            write_file("there", "abc", 3);
            f = opened("there", mode);
            CHECK("7.21.5.3p8", !feof(f) && !ferror(f));
            struct stat status;
            CHECK("7.21.5.3p3", stat("there", &status) == 0 && status.st_size == (table[i].empties ? 0 : 3));
            if (table[i].reads) {
                rewind(f);
                CHECK_INT("7.21.5.3p3", fgetc(f), table[i].empties ? EOF : 'a');
                CHECK_INT("7.21.5.3p7", fseek(f, 0, SEEK_SET), 0);
            } else {
                CHECK_INT("7.21.5.3p3", fgetc(f), EOF);
                CHECK("7.21.5.3p3", ferror(f));
                clearerr(f);
            }
            if (table[i].writes) {
                CHECK_INT("7.21.5.3p3", fputc('X', f), 'X');
                CHECK_INT("7.21.5.1p3", fclose(f), 0);
                check_file(table[i].appends ? "7.21.5.3p6" : "7.21.5.3p3", __FILE__, __LINE__, "there",
                           table[i].appends   ? "abcX"
                           : table[i].empties ? "X"
                                              : "Xbc",
                           table[i].appends   ? 4
                           : table[i].empties ? 1
                                              : 3);
            } else {
                CHECK_INT("7.21.5.3p3", fputc('X', f), EOF);
                CHECK("7.21.5.3p3", ferror(f));
                CHECK_INT("7.21.5.1p3", fclose(f), 0);
                CHECK_FILE("7.21.5.3p3", "there", "abc");
            }
        }
}

static void exclusive(void) {
    static const char *const names[] = {"wx", "wbx", "w+x", "w+bx", "wb+x"};
    for (int i = 0; i < 5; i++) {
        situation("mode %s", names[i]);
        write_file("there", "abc", 3);
        CHECK("7.21.5.3p5", fopen("there", names[i]) == NULL);
        CHECK_FILE("7.21.5.3p5", "there", "abc");
        unlink("there");
        FILE *f = fopen("there", names[i]);
        CHECK("7.21.5.3p5", f != NULL);
        CHECK_INT("7.21.5.3p5", f ? fputc('n', f) : 0, 'n');
        if (f)
            fclose(f);
        CHECK("7.21.5.3p5", fopen("nowhere/there", names[i]) == NULL);
    }
}

/* Append: every write goes to the end as it then is, whatever fseek said before and whoever lengthened it. */
static void appending(const struct window *window) {
    write_file("data", "base", 4);
    FILE *f = opened_with("data", "a", window), *g = opened_with("data", "a+", &windows[0]);
    fputs("-1", f);
    fflush(f);
    fputs("-2", g);
    fflush(g);
    CHECK_INT("7.21.5.3p6", fseek(f, 0, SEEK_SET), 0);
    fputs("-3", f);
    fflush(f);
    rewind(g);
    CHECK_INT("7.21.5.3p6", fgetc(g), 'b');
    fseek(g, 1, SEEK_SET);
    fputs("-4", g);
    fclose(g);
    fclose(f);
    CHECK_FILE("7.21.5.3p6", "data", "base-1-2-3-4");
}

/* Update: a positioning call, or fflush, or the end of the file lets the direction change. */
static void update(const struct window *window) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", "r+", window);
    char got[4] = "";
    CHECK_INT("7.21.5.3p7", fgetc(f), '0');
    fseek(f, 0, SEEK_CUR);
    CHECK_INT("7.21.5.3p7", fputc('A', f), 'A');
    fflush(f);
    CHECK_INT("7.21.5.3p7", fgetc(f), '2');
    rewind(f);
    CHECK_INT("7.21.5.3p7", fputc('B', f), 'B');
    fseek(f, 8, SEEK_SET);
    CHECK_INT("7.21.5.3p7", fread(got, 1, 3, f), 2);
    CHECK("7.21.5.3p7", feof(f));
    CHECK("7.21.5.3p7", fputs("end", f) >= 0);
    fpos_t place;
    fgetpos(f, &place);
    fsetpos(f, &place);
    CHECK_INT("7.21.5.3p7", fgetc(f), EOF);
    fclose(f);
    CHECK_FILE("7.21.5.3p7", "data", "BA23456789end");
}

static void reopening(const struct window *window) {
    write_file("first", "1st", 3);
    write_file("second", "2nd", 3);
    FILE *f = opened_with("first", "r", window);
    fgetc(f);
    CHECK("7.21.5.4p5", freopen("second", "r", f) == f);
    CHECK_INT("7.21.5.4p2", fgetc(f), '2');
    while (fgetc(f) != EOF)
        continue;
    CHECK("7.21.5.4p4", feof(f) && freopen("first", "r", f) == f && !feof(f));
    fputc('x', f);
    CHECK("7.21.5.4p4", ferror(f) && freopen("out", "w", f) == f && !ferror(f));
    CHECK("7.21.5.4p2", fputs("text", f) >= 0);
    CHECK("7.21.5.4p4", freopen("other", "w", f) == f);
    CHECK_FILE("7.21.5.4p4", "out", "text");
    CHECK("7.21.5.4p2", fputs("more", f) >= 0);
    CHECK("7.21.5.4p4", freopen("first", "r", f) == f);
    CHECK_FILE("7.21.5.4p4", "other", "more");
    CHECK_INT("7.21.5.4p2", fgetc(f), '1');
    int descriptor = fileno(f);
    CHECK("7.21.5.4p5", freopen("absent", "r", f) == NULL);
    CHECK("7.21.5.4p4", fcntl(descriptor, F_GETFD) < 0);
}

/* That the file before cannot be closed is ignored; stdout is what freopen is mostly for. */
static void reopening_standard(void) {
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    fputs("lost", f);
    CHECK("7.21.5.4p4", freopen("out", "w", f) == f);
    CHECK("7.21.5.4p4", !ferror(f));
    fputs("kept", f);
    fclose(f);
    CHECK_FILE("7.21.5.4p4", "out", "kept");
    pid_t child = fork_child();
    if (child == 0) {
        if (freopen("out", "w", stdout) != stdout || printf("to stdout\n") != 10)
            _exit(1);
        exit(0);
    }
    CHECK("7.21.5.4p2", child_passed(child));
    CHECK_FILE("7.21.5.4p2", "out", "to stdout\n");
}

/* A null name: the mode of the same file changes; which changes are allowed is the implementation's choice:
   with Linux's /proc from any to any. */
static void reopening_without_name(void) {
    write_file("data", "text", 4);
    FILE *f = opened("data", "r");
    CHECK_INT("7.21.5.4p3", fgetc(f), 't');
    CHECK("7.21.5.4p3", freopen(NULL, "r+", f) == f);
    CHECK_INT("7.21.5.4p3", fputc('T', f), 'T');
    CHECK("7.21.5.4p3", freopen(NULL, "a", f) == f);
    CHECK_INT("7.21.5.4p3", fputc('!', f), '!');
    CHECK("7.21.5.4p3", freopen(NULL, "r", f) == f);
    CHECK_INT("7.21.5.4p3", fgetc(f), 'T');
    CHECK_INT("7.21.5.4p3", fputc('x', f), EOF);
    fclose(f);
    CHECK_FILE("7.21.5.4p3", "data", "Text!");
}

/* When opened, a stream is fully buffered if it is known not to be interactive; freopen opens too. */
static void buffered_when_opened(void) {
    FILE *f = opened("data", "w");
    fputs("line\n", f);
    CHECK_FILE("7.21.5.3p8", "data", "");
    setvbuf(f, NULL, _IOLBF, 0);
    REQUIRE(freopen("data", "w", f));
    fputs("line\n", f);
    CHECK_FILE("7.21.5.3p8", "data", "");
    fclose(f);
    CHECK_FILE("7.21.5.3p8", "data", "line\n");
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        appending(&windows[i]);
        update(&windows[i]);
        reopening(&windows[i]);
    }
    situation("plain");
    reopening_standard();
    reopening_without_name();
    buffered_when_opened();
    modes();
    exclusive();
    return clauses_done();
}
