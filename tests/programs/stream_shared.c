/* One descriptor in many hands: processes that write through one inherited description lose nothing, streams
   mixed with write(2) and a dup keep their order, fileno lets the program read on by itself. */
#include "windows.h"

enum { LINES = 3000 };

/* Children and parent write whole lines through streams on one inherited description, with no O_APPEND: every
 * line arrives once. */
static void many_writers(int writers, bool flush_each) {
    situation("%d writers, flush %d", writers, flush_each);
    int descriptor = open("shared", O_WRONLY | O_CREAT | O_TRUNC, 0666), lines = (int)scaled(LINES, 200);
    pid_t children[8];
    for (int writer = 0; writer < writers; writer++)
        if ((children[writer] = fork_child()) == 0) {
            FILE *f = fdopen(descriptor, "w");
            REQUIRE(f);
            for (int line = 0; line < lines; line++) {
                EXPECT_INT(fprintf(f, "%d:%06d\n", writer, line), 9);
                if (flush_each || line % 50 == 49)
                    EXPECT_INT(fflush(f), 0);
            }
            EXPECT_INT(fclose(f), 0);
            _exit(failures ? 1 : 0);
        }
    for (int writer = 0; writer < writers; writer++)
        EXPECT(child_passed(children[writer]));
    close(descriptor);
    size_t size;
    char *bytes = read_file("shared", &size);
    int next[8] = {0};
    EXPECT_INT(size, (size_t)writers * (size_t)lines * 9);
    for (size_t at = 0; at + 9 <= size; at += 9) {
        int writer = bytes[at] - '0';
        REQUIRE(writer >= 0 && writer < writers && bytes[at + 8] == '\n');
        EXPECT_INT(atoi(bytes + at + 2), next[writer]++);
    }
    free(bytes);
}

/* A stream that was there before the fork, used by both sides after it. */
static void stream_before_fork(void) {
    situation("stream before fork");
    FILE *f = fopen("shared", "w");
    REQUIRE(f);
    fputs("start\n", f);
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork_child();
    for (int i = 0; i < 500; i++) {
        EXPECT_INT(fputs(child ? "parent\n" : "child.\n", f) >= 0, 1);
        EXPECT_INT(fflush(f), 0);
    }
    if (child == 0)
        _exit(fclose(f) || failures ? 1 : 0);
    EXPECT(child_passed(child));
    EXPECT_INT(fclose(f), 0);
    struct stat status;
    EXPECT(stat("shared", &status) == 0 && status.st_size == 6 + 500 * 7 * 2);
}

static void mixed_with_descriptor(const struct window *window) {
    FILE *f = fopen("shared", "w+");
    REQUIRE(f);
    use_window(f, window);
    fputs("one ", f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(write(fileno(f), "two ", 4), 4);
    fputs("three ", f);
    EXPECT_INT(fflush(f), 0);
    int twin = dup(fileno(f));
    EXPECT_INT(write(twin, "four ", 5), 5);
    fputs("five", f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(twin, 0, SEEK_CUR), 23);
    EXPECT_INT(lseek(twin, 4, SEEK_SET), 4);
    EXPECT_INT(fputs("TWO", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    close(twin);
    EXPECT_FILE("shared", "one TWO three four five", 23);
}

/* Truncating a file that is written without O_APPEND leaves a hole, as it does with libc: the stream writes
 * at its own place. */
static void truncated_meanwhile(void) {
    situation("truncated meanwhile");
    FILE *f = fopen("shared", "w"), *log = fopen("log", "a");
    REQUIRE(f && log);
    fputs("0123456789", f);
    fputs("0123456789", log);
    EXPECT_INT(fflush(f) | fflush(log), 0);
    REQUIRE(truncate("shared", 0) == 0 && truncate("log", 0) == 0);
    fputs("x", f);
    fputs("x", log);
    EXPECT_INT(fclose(f) | fclose(log), 0);
    EXPECT_FILE("shared", "\0\0\0\0\0\0\0\0\0\0x", 11);
    EXPECT_FILE("log", "x", 1);
}

/* Output buffered before a fork appears twice when both sides flush it, once when the child _exits: as
   libc. */
static void buffered_at_fork(void) {
    for (int twice = 0; twice < 2; twice++) {
        situation("buffered at fork, child exits by %s", twice ? "exit" : "_exit");
        FILE *f = fopen("shared", "w");
        REQUIRE(f);
        fputs("buffered\n", f);
        pid_t child = fork_child();
        if (child == 0) {
            if (twice)
                fflush(f);
            _exit(0);
        }
        EXPECT(child_passed(child));
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("shared", "buffered\nbuffered\n", twice ? 18 : 9);
    }
}

int main(void) {
    many_writers(2, true);
    many_writers(2, false);
    many_writers(5, false);
    stream_before_fork();
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        mixed_with_descriptor(&windows[kind]);
    }
    truncated_meanwhile();
    buffered_at_fork();
    puts("shared descriptors");
    return finish();
}
