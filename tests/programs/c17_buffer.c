/* C17 7.21.5.5 and 7.21.5.6: setbuf and setvbuf. */
#include "clauses.h"

static off_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

static void kinds(void) {
    static char memory[BUFSIZ];
    FILE *f = opened("data", "w");
    CHECK_INT("7.21.5.6p3", setvbuf(f, memory, _IOFBF, sizeof memory), 0);
    fputs("a line\n", f);
    CHECK_INT("7.21.5.6p2", size_of("data"), 0);
    fclose(f);
    f = opened("data", "w");
    CHECK_INT("7.21.5.6p3", setvbuf(f, NULL, _IOLBF, 200), 0);
    fputs("a line\n", f);
    CHECK_INT("7.21.5.6p2", size_of("data"), 7);
    fclose(f);
    f = opened("data", "w");
    CHECK_INT("7.21.5.6p3", setvbuf(f, NULL, _IONBF, 0), 0);
    fputs("a", f);
    CHECK_INT("7.21.5.6p2", size_of("data"), 1);
    fputc('b', f);
    CHECK_INT("7.21.5.6p2", size_of("data"), 2);
    fclose(f);
    f = opened("data", "w");
    CHECK("7.21.5.6p3", setvbuf(f, NULL, 77, 100) != 0);
    CHECK("7.21.5.6p3", setvbuf(f, NULL, -1, 100) != 0);
    CHECK_INT("7.21.5.6p3", fputc('x', f), 'x');
    fclose(f);
}

/* The array may be used; its size is the buffer's: no more than that is held back. */
static void the_array(void) {
    static char memory[1000];
    static const size_t sizes[] = {1, 2, 3, 100, 513, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        situation("array of %zu", sizes[i]);
        memset(memory, '#', sizeof memory);
        FILE *f = opened("data", "w");
        CHECK_INT("7.21.5.6p3", setvbuf(f, memory, _IOFBF, sizes[i]), 0);
        for (size_t n = 1; n <= 2000; n++) {
            fputc((int)('a' + n % 26), f);
            CHECK("7.21.5.6p2 size", (size_t)size_of("data") + sizes[i] >= n);
        }
        fclose(f);
        for (size_t n = sizes[i]; n < sizeof memory; n++)
            CHECK_INT("7.21.5.6p2 size", memory[n], '#');
        CHECK_INT("7.21.5.6p2 size", size_of("data"), 2000);
        f = opened("data", "r");
        CHECK_INT("7.21.5.6p3", setvbuf(f, memory, _IOFBF, sizes[i]), 0);
        for (size_t n = 1; n <= 2000; n++)
            CHECK_INT("7.21.5.6p2 size", fgetc(f), 'a' + (int)(n % 26));
        CHECK_INT("7.21.5.6p2 size", fgetc(f), EOF);
        fclose(f);
        for (size_t n = sizes[i]; n < sizeof memory; n++)
            CHECK_INT("7.21.5.6p2 size", memory[n], '#');
    }
}

static void setbuf_is_setvbuf(void) {
    static char memory[BUFSIZ];
    FILE *f = opened("data", "w");
    setbuf(f, memory);
    fputs("text\n", f);
    CHECK_INT("7.21.5.5p2", size_of("data"), 0);
    for (int i = 0; i < BUFSIZ; i++)
        fputc('f', f);
    CHECK("7.21.5.5p2", size_of("data") >= 5);
    fclose(f);
    CHECK_INT("7.21.5.5p2", size_of("data"), BUFSIZ + 5);
    f = opened("data", "w");
    setbuf(f, NULL);
    fputs("t", f);
    CHECK_INT("7.21.5.5p2", size_of("data"), 1);
    fclose(f);
    f = opened("data", "r");
    setbuf(f, NULL);
    CHECK_INT("7.21.5.5p2", fgetc(f), 't');
    CHECK_INT("7.21.5.5p2", lseek(fileno(f), 0, SEEK_CUR), 1);
    fclose(f);
}

/* The standard streams take a buffer like any other. */
static void standard(void) {
    write_file("in", "input\n", 6);
    pid_t child = fork_child();
    if (child == 0) {
        static char in[20], out[200];
        char line[10];
        if (dup2(open("in", O_RDONLY), 0) < 0 || dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
            _exit(9);
        if (setvbuf(stdin, in, _IOFBF, 20) || setvbuf(stdout, out, _IOFBF, 200) || !fgets(line, 10, stdin) ||
            printf("%s", line) != 6 || size_of("out") != 0)
            _exit(1);
        exit(0);
    }
    CHECK("7.21.5.6p2", child_passed(child));
    CHECK_FILE("7.21.5.6p2", "out", "input\n");
}

int main(void) {
    kinds();
    the_array();
    situation("setbuf");
    setbuf_is_setvbuf();
    standard();
    return clauses_done();
}
