/* glibc's letters behind the mode (fopen(3), the manual's "Opening Streams"): e x m c ,ccs= and unknown ones;
   where appending streams begin; freopen and fdopen with the letters. */
#include "clauses.h"
#include <locale.h>

static void close_on_exec(void) {
    static const char *const names[] = {"re", "we", "ae", "r+e", "w+be", "a+e", "rbe"};
    write_file("data", "x", 1);
    for (int i = 0; i < 7; i++) {
        situation("mode %s", names[i]);
        FILE *f = opened("data", names[i]);
        CHECK_INT("GNU mode e", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        fclose(f);
    }
    FILE *f = opened("data", "r");
    CHECK_INT("GNU mode without e", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, 0);
    f = freopen("data", "re", f);
    REQUIRE(f);
    CHECK_INT("GNU mode e of freopen", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    fclose(f);
    f = fdopen(open("data", O_RDONLY), "re");
    REQUIRE(f);
    CHECK_INT("GNU mode e is ignored by fdopen", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, 0);
    fclose(f);
    f = popen("true", "re");
    REQUIRE(f);
    CHECK_INT("GNU popen mode e", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    pclose(f);
}

static void exclusive(void) {
    static const char *const names[] = {"wx", "w+x", "ax", "a+x", "wbx", "wex", "wxe"};
    for (int i = 0; i < 7; i++) {
        situation("mode %s", names[i]);
        unlink("new");
        FILE *f = fopen("new", names[i]);
        CHECK("GNU mode x", f != NULL);
        if (f)
            fclose(f);
        CHECK_ERROR("GNU mode x", !fopen("new", names[i]), EEXIST);
    }
    CHECK_INT("GNU mode x and symbolic links", symlink("nowhere", "link"), 0);
    CHECK_ERROR("GNU mode x and symbolic links", !fopen("link", "wx"), EEXIST);
    FILE *f = fdopen(open("new", O_WRONLY), "wx");
    CHECK("GNU mode x is ignored by fdopen", f != NULL);
    if (f)
        fclose(f);
}

/* m may map the file: what is read is the same; c and what nobody knows change nothing. */
static void others(void) {
    size_t size = 10000;
    char *bytes = pattern(size), *got = malloc(size + 10);
    write_file("data", bytes, size);
    static const char *const names[] = {"rm", "rbm", "rc", "rmc", "r+m", "rcme", "rt", "rq", "rbz"};
    for (int i = 0; i < 9; i++) {
        situation("mode %s", names[i]);
        FILE *f = opened("data", names[i]);
        CHECK_INT("GNU modes m, c, unknown", fgetc(f), pattern_byte(0));
        CHECK_INT("GNU modes m, c, unknown", fread(got, 1, size + 10, f), size - 1);
        CHECK_BYTES("GNU modes m, c, unknown", got, size - 1, bytes + 1, size - 1);
        CHECK("GNU modes m, c, unknown", feof(f));
        CHECK_INT("GNU modes m, c, unknown", fseek(f, 5000, SEEK_SET), 0);
        CHECK_INT("GNU modes m, c, unknown", fgetc(f), pattern_byte(5000));
        CHECK_INT("GNU modes m, c, unknown", ftell(f), 5001);
        CHECK_INT("GNU modes m, c, unknown", ungetc('u', f), 'u');
        CHECK_INT("GNU modes m, c, unknown", fgetc(f), 'u');
        CHECK_INT("GNU modes m, c, unknown", fclose(f), 0);
    }
    FILE *f = opened("data", "wc");
    fputs("text", f);
    fclose(f);
    CHECK_FILE("GNU modes m, c, unknown", "data", "text");
    /* A file that grows while a stream with m reads it. */
    f = opened("data", "rm");
    CHECK_INT("GNU mode m, growing file", fgetc(f), 't');
    FILE *g = opened("data", "a");
    fputs("+more", g);
    fclose(g);
    CHECK_INT("GNU mode m, growing file", fread(got, 1, 20, f), 8);
    CHECK_BYTES("GNU mode m, growing file", got, 8, "ext+more", 8);
    fclose(f);
    free(bytes);
    free(got);
}

/* "a" stands at the end at first; "a+" reads from the beginning and writes at the end. */
static void appending(const struct window *window) {
    write_file("data", "base", 4);
    FILE *f = opened_with("data", "a", window);
    CHECK_INT("GNU mode a begins at the end", ftell(f), 4);
    fputs("12", f);
    CHECK_INT("GNU mode a begins at the end", ftell(f), 6);
    fclose(f);
    f = opened_with("data", "a+", window);
    CHECK_INT("GNU mode a+ reads from the beginning", ftell(f), 0);
    CHECK_INT("GNU mode a+ reads from the beginning", fgetc(f), 'b');
    fseek(f, 0, SEEK_CUR);
    fputs("34", f);
    fflush(f);
    CHECK_INT("GNU mode a+ writes at the end", ftell(f), 8);
    CHECK_INT("GNU mode a+ writes at the end", fseek(f, 2, SEEK_SET), 0);
    CHECK_INT("GNU mode a+ reads anywhere", fgetc(f), 's');
    fclose(f);
    CHECK_FILE("GNU mode a+ writes at the end", "data", "base1234");
    int d = open("data", O_RDWR);
    f = fdopen(d, "a");
    REQUIRE(f);
    CHECK_INT("GNU fdopen a sets O_APPEND", fcntl(d, F_GETFL) & O_APPEND, O_APPEND);
    fclose(f);
}

/* ,ccs= converts; the stream is wide at once. */
static void charsets(const struct window *window) {
    FILE *f = fopen("data", "w,ccs=UTF-8");
    CHECK("GNU ccs", f != NULL);
    if (!f)
        return;
    use_window(f, window);
    CHECK("GNU ccs makes the stream wide", fwide(f, 0) > 0);
    CHECK("GNU ccs", fputws(L"a\u00e9\u20ac\n", f) >= 0);
    CHECK_INT("GNU ccs", fclose(f), 0);
    CHECK_FILE("GNU ccs", "data", "a\xc3\xa9\xe2\x82\xac\n");
    wchar_t line[20];
    f = opened_with("data", "r,ccs=UTF-8", window);
    CHECK("GNU ccs", fgetws(line, 20, f) == line && wcscmp(line, L"a\u00e9\u20ac\n") == 0);
    CHECK("GNU ccs", fgetwc(f) == WEOF && feof(f));
    fclose(f);
    f = fopen("data", "w,ccs=ISO-8859-1");
    CHECK("GNU ccs ISO-8859-1", f != NULL);
    if (f) {
        use_window(f, window);
        CHECK("GNU ccs ISO-8859-1", fputws(L"\u00e9\u00ff\n", f) >= 0);
        CHECK_INT("GNU ccs ISO-8859-1", fclose(f), 0);
        CHECK_FILE("GNU ccs ISO-8859-1", "data", "\xe9\xff\n");
        f = opened_with("data", "r,ccs=ISO-8859-1", window);
        CHECK("GNU ccs ISO-8859-1", fgetws(line, 20, f) == line && wcscmp(line, L"\u00e9\u00ff\n") == 0);
        fclose(f);
    }
    CHECK_ERROR("GNU ccs unknown", !fopen("data", "r,ccs=NO-SUCH-CHARSET"), EINVAL);
    CHECK_ERROR("GNU ccs and other errors", !fopen("absent", "r,ccs=UTF-8"), ENOENT);
}

int main(void) {
    close_on_exec();
    exclusive();
    others();
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        appending(&windows[i]);
        for (int utf8 = 0; utf8 < 2; utf8++) {
            REQUIRE(setlocale(LC_CTYPE, utf8 ? "C.UTF-8" : "C"));
            charsets(&windows[i]);
        }
    }
    return clauses_done();
}
