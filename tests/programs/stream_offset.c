/* The descriptor's offset of an input stream stands where the program read to, as POSIX asks, after fflush,
   fclose, exit and before a child reads on; a description that others share is not torn away from under
   them. */
#include "windows.h"

enum { SIZE = 30000 };
static char *text;

static void after_flush_and_close(const struct window *window) {
    int descriptor = open("data", O_RDONLY), twin = dup(descriptor);
    FILE *f = fdopen(descriptor, "r");
    REQUIRE(f);
    use_window(f, window);
    char block[500];
    EXPECT_INT(fread(block, 1, 123, f), 123);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), 123);
    EXPECT_INT(getc(f), (unsigned char)text[123]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), 124);
    EXPECT_INT(lseek(twin, 5000, SEEK_SET), 5000); /* someone moves it while nothing is buffered */
    EXPECT_INT(getc(f), (unsigned char)text[5000]);
    EXPECT_INT(fread(block, 1, 500, f), 500);
    EXPECT_INT(fclose(f), 0);
    if (on_libbuf()) /* libc leaves the descriptor behind what it read ahead, against POSIX */
        EXPECT_INT(lseek(twin, 0, SEEK_CUR), 5501);
    close(twin);
}

/* Who asks for the descriptor's number may move it while nothing is buffered. */
static void told_descriptor(const struct window *window) {
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(fileno(f), 100, SEEK_SET), 100);
    EXPECT_INT(ftell(f), 100);
    EXPECT_INT(getc(f), (unsigned char)text[100]);
    EXPECT_INT(ftell(f), 101);
    EXPECT_INT(fclose(f), 0);
}

/* At the end of the file there is nothing to give back. */
static void at_the_end(const struct window *window) {
    int descriptor = open("data", O_RDONLY), twin = dup(descriptor);
    FILE *f = fdopen(descriptor, "r");
    REQUIRE(f);
    use_window(f, window);
    while (getc(f) != EOF)
        continue;
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), SIZE);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), SIZE);
    close(twin);
}

/* exit gives stdin's read-ahead back; _exit does not. */
static void at_exit(void) {
    for (int cleanly = 0; cleanly < 2; cleanly++) {
        situation("exit %d", cleanly);
        int descriptor = open("data", O_RDONLY);
        pid_t child = fork_child();
        if (child == 0) {
            REQUIRE(dup2(descriptor, 0) == 0);
            for (int i = 0; i < 10; i++)
                EXPECT_INT(getchar(), (unsigned char)text[i]);
            if (!cleanly)
                _exit(failures ? 1 : 0);
            exit(failures ? 1 : 0);
        }
        EXPECT(child_passed(child));
        off_t place = lseek(descriptor, 0, SEEK_CUR);
        if (cleanly)
            EXPECT_INT(place, 10);
        else
            EXPECT(place > 10);
        close(descriptor);
    }
}

/* `(head -1; cat) < file` within one program: a child reads on after fflush(stdin), and what it read is not
 * undone at exit. */
static void child_reads_on(void) {
    situation("child reads on");
    int descriptor = open("data", O_RDONLY);
    pid_t child = fork_child();
    if (child == 0) {
        REQUIRE(dup2(descriptor, 0) == 0);
        for (int i = 0; i < 10; i++)
            EXPECT_INT(getchar(), (unsigned char)text[i]);
        EXPECT_INT(fflush(stdin), 0);
        pid_t reader = fork_child();
        if (reader == 0) {
            char block[20];
            EXPECT_INT(read(0, block, 20), 20);
            EXPECT_BYTES(block, 20, text + 10, 20);
            _exit(failures ? 1 : 0);
        }
        EXPECT(child_passed(reader));
        EXPECT_INT(getchar(), (unsigned char)text[30]);
        exit(failures ? 1 : 0);
    }
    EXPECT(child_passed(child));
    EXPECT_INT(lseek(descriptor, 0, SEEK_CUR), 31);
    close(descriptor);
}

/* What is pushed back and was read stands before the place; what cannot seek is left alone. */
static void pipes(void) {
    int ends[2];
    situation("pipe");
    REQUIRE(pipe(ends) == 0);
    EXPECT_INT(write(ends[1], "abcdef", 6), 6);
    FILE *f = fdopen(ends[0], "r");
    EXPECT_INT(getc(f), 'a');
    errno = 0;
    fflush(f); /* libc keeps what it read from a pipe */
    EXPECT_INT(getc(f), 'b');
    EXPECT_INT(fclose(f), 0);
    close(ends[1]);
}

/* An output stream's flush leaves the offset behind its bytes, an update stream's where the program is. */
static void output(const struct window *window) {
    int descriptor = open("out", O_RDWR | O_CREAT | O_TRUNC, 0666), twin = dup(descriptor);
    FILE *f = fdopen(descriptor, "w+");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fwrite(text, 1, 700, f), 700);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), 700);
    EXPECT_INT(fseek(f, 100, SEEK_SET), 0);
    EXPECT_INT(getc(f), (unsigned char)text[100]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), 101);
    EXPECT_INT(write(twin, "##", 2), 2); /* the other side writes at the shared offset, and we after it */
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT_INT(putc('X', f), 'X');
    EXPECT_INT(fclose(f), 0);
    char want[701];
    memcpy(want, text, 700);
    memcpy(want + 101, "##X", 3);
    EXPECT_FILE("out", want, 700);
    close(twin);
}

int main(void) {
    text = pattern(SIZE);
    write_file("data", text, SIZE);
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        after_flush_and_close(&windows[kind]);
        told_descriptor(&windows[kind]);
        at_the_end(&windows[kind]);
        output(&windows[kind]);
    }
    at_exit();
    child_reads_on();
    pipes();
    puts("offsets");
    return finish();
}
