/* C17 7.21.7.1 to 7.21.7.9: fgetc, fgets, fputc, fputs, getc, getchar, putc, putchar, puts. */
#include "clauses.h"

static const struct window *used;
static int fill;

/* A byte is an unsigned char converted to int, never EOF by its value. */
static void bytes_in(void) {
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)(255 - i);
    write_file("data", all, 256);
    FILE *f = opened_with("data", "r", used);
    for (int i = 255; i >= 0; i--)
        CHECK_INT("7.21.7.1p2", i % 2 ? fgetc(f) : getc(f), i);
    CHECK_INT("7.21.7.1p2", ftell(f), 256);
    CHECK("7.21.7.1p3", !feof(f));
    CHECK_INT("7.21.7.1p3", fgetc(f), EOF);
    CHECK("7.21.7.1p3", feof(f) && !ferror(f));
    /* The end stays until it is cleared, though the file has grown. */
    int d = open("data", O_WRONLY | O_APPEND);
    CHECK_INT("7.21.7.1p3", write(d, "more", 4), 4);
    close(d);
    CHECK_INT("7.21.7.1p3 sticky", fgetc(f), EOF);
    CHECK_INT("7.21.7.5p3 sticky", getc(f), EOF);
    char line[8] = "same";
    CHECK("7.21.7.2p3 sticky", fgets(line, sizeof line, f) == NULL);
    CHECK_TEXT("7.21.7.2p3", line, "same");
    CHECK_INT("7.21.6.2p4 sticky", fscanf(f, "%c", line), EOF);
    clearerr(f);
    CHECK_INT("7.21.7.1p3", fgetc(f), 'm');
    while (fgetc(f) != EOF)
        continue;
    REQUIRE(truncate("data", 300) == 0);
    CHECK_INT("7.21.8.1p2 sticky", fread(line, 1, 4, f), 0);
    CHECK("7.21.8.1p2 sticky", feof(f));
    fclose(f);
    f = opened("data", "w");
    CHECK_INT("7.21.7.1p3 error", fgetc(f), EOF);
    CHECK("7.21.7.1p3 error", ferror(f) && !feof(f));
    clearerr(f);
    CHECK_INT("7.21.7.5p3", getc(f), EOF);
    CHECK("7.21.7.5p3", ferror(f));
    clearerr(f);
    CHECK("7.21.7.2p3 error", fgets(line, 4, f) == NULL);
    CHECK("7.21.7.2p3 error", ferror(f));
    fclose(f);
}

/* fgets: at most n - 1 bytes, the newline kept, a NUL behind; after some bytes the end is no failure. */
static void lines(void) {
    size_t skipped = fill_of(used, fill);
    char *bytes = malloc(skipped + 40), line[20];
    memset(bytes, 's', skipped);
    memcpy(bytes + skipped, "one\n\ntwo\0x\nlong line\nend", 25);
    write_file("data", bytes, skipped + 24);
    FILE *f = opened_with("data", "r", used);
    for (size_t i = 0; i < skipped; i++)
        fgetc(f);
    memset(line, '#', sizeof line);
    CHECK("7.21.7.2p3", fgets(line, 10, f) == line);
    CHECK_BYTES("7.21.7.2p2", line, 6, "one\n\0#", 6);
    CHECK("7.21.7.2p3", fgets(line, 10, f) == line);
    CHECK_TEXT("7.21.7.2p2", line, "\n");
    memset(line, '#', sizeof line);
    CHECK("7.21.7.2p3", fgets(line, 10, f) == line);
    CHECK_BYTES("7.21.7.2p2", line, 8, "two\0x\n\0#", 8);
    memset(line, '#', sizeof line);
    CHECK("7.21.7.2p3", fgets(line, 5, f) == line);
    CHECK_BYTES("7.21.7.2p2", line, 6, "long\0#", 6);
    CHECK("7.21.7.2p3", fgets(line, 1, f) == line);
    CHECK_TEXT("7.21.7.2p2", line, "");
    CHECK("7.21.7.2p3", fgets(line, 7, f) == line);
    CHECK_TEXT("7.21.7.2p2", line, " line\n");
    CHECK("7.21.7.2p3", !feof(f));
    CHECK("7.21.7.2p3", fgets(line, 20, f) == line);
    CHECK_TEXT("7.21.7.2p2", line, "end");
    CHECK("7.21.7.2p2", feof(f));
    strcpy(line, "unchanged");
    CHECK("7.21.7.2p3", fgets(line, 20, f) == NULL);
    CHECK_TEXT("7.21.7.2p3", line, "unchanged");
    fclose(f);
    free(bytes);
}

static void out(void) {
    size_t skipped = fill_of(used, fill);
    FILE *f = opened_with("data", "w", used);
    for (size_t i = 0; i < skipped; i++)
        putc('s', f);
    CHECK_INT("7.21.7.3p3", fputc('a', f), 'a');
    CHECK_INT("7.21.7.3p2", fputc(0x1e9, f), 0xe9);
    CHECK_INT("7.21.7.3p3", fputc(-1, f), 255);
    CHECK_INT("7.21.7.7p3", putc(0, f), 0);
    CHECK("7.21.7.4p3", fputs("", f) >= 0);
    CHECK("7.21.7.4p3", fputs("str\n", f) >= 0);
    CHECK_INT("7.21.7.3p2", ftell(f), skipped + 8);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    size_t size;
    char *kept = read_file("data", &size);
    CHECK_BYTES("7.21.7.3p2, .4p2", kept + skipped, size - skipped, "a\xe9\xff\0str\n", 8);
    free(kept);
    /* At a place inside the file it writes over, at the end it appends. */
    f = opened_with("data", "r+", used);
    fseek(f, (long)skipped + 1, SEEK_SET);
    fputc('B', f);
    fputs("CDEFGHIJK", f);
    fclose(f);
    kept = read_file("data", &size);
    CHECK_BYTES("7.21.7.3p2, .4p2", kept + skipped, size - skipped, "aBCDEFGHIJK", 11);
    free(kept);
}

static void write_errors(void) {
    static const char *const modes[] = {"/dev/full", "data"};
    for (int i = 0; i < 2; i++) {
        situation("%s, errors on %s", used->name, modes[i]);
        FILE *f = fopen(modes[i], i ? "r" : "w");
        REQUIRE(f);
        setvbuf(f, NULL, _IONBF, 0);
        CHECK_INT("7.21.7.3p3 error", fputc('x', f), EOF);
        CHECK("7.21.7.3p3 error", ferror(f));
        clearerr(f);
        CHECK_INT("7.21.7.7p3 error", putc('x', f), EOF);
        CHECK("7.21.7.7p3 error", ferror(f));
        clearerr(f);
        CHECK_INT("7.21.7.4p3 error", fputs("xyz", f), EOF);
        CHECK("7.21.7.4p3 error", ferror(f));
        fclose(f);
    }
}

static void standard_child(void) {
    write_file("in", "ab", 2);
    if (dup2(open("in", O_RDONLY), 0) < 0 || dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
        _exit(9);
    bool right = getchar() == 'a' && getchar() == 'b' && getchar() == EOF && feof(stdin);
    right = right && putchar('x') == 'x' && putchar(-2) == 254 && puts("") >= 0 && puts("line") >= 0;
    exit(right ? 0 : 1);
}

static void full_child(void) {
    if (dup2(open("/dev/full", O_WRONLY), 1) < 0)
        _exit(9);
    setvbuf(stdout, NULL, _IONBF, 0);
    bool right = puts("line") == EOF && ferror(stdout);
    clearerr(stdout);
    _exit(right && putchar('x') == EOF && ferror(stdout) ? 0 : 1);
}

static void standard(void) {
    pid_t child = fork_child();
    if (child == 0)
        standard_child();
    CHECK("7.21.7.6p3, .8p3, .9p3", child_passed(child));
    CHECK_FILE("7.21.7.8p2, .9p2", "out", "x\xfe\nline\n");
    child = fork_child();
    if (child == 0)
        full_child();
    CHECK("7.21.7.8p3, .9p3 error", child_passed(child));
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        bytes_in();
        write_errors();
        for (fill = 0; fill < FILLS; fill++) {
            situation("%s, fill %d", used->name, fill);
            lines();
            out();
        }
    }
    standard();
    return clauses_done();
}
