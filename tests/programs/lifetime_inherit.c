/* What a child inherits: its exit does not move the descriptor under its parent, which reads every byte once;
   and a stream whose descriptor two processes have asks where it stands. */
#include "expect.h"

enum { SIZE = 30000 };

static void unread_input(int how) {
    char *bytes = pattern(SIZE), *got = malloc(SIZE + 1);
    size_t have = 0;
    situation("unread input, the child %s", how ? "closes" : "exits");
    write_file("data", bytes, SIZE);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    have += fread(got, 1, 10, f);
    pid_t child = fork_child();
    if (child == 0) {
        if (how)
            EXPECT_INT(fclose(f), 0);
        exit(finish());
    }
    EXPECT(child_passed(child));
    have += fread(got + have, 1, SIZE + 1 - have, f);
    if (on_libbuf()) /* libc's exit gives the child's copy back as well */
        EXPECT_BYTES(got, have, bytes, SIZE);
    EXPECT_INT(fclose(f), 0);
    free(bytes);
    free(got);
}

static void shared_output(void) {
    int go[2];
    situation("shared output");
    REQUIRE(pipe(go) == 0);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    pid_t child = fork_child();
    if (child == 0) {
        char byte;
        EXPECT_INT(read(go[0], &byte, 1), 1);
        EXPECT(fputs("child\n", f) >= 0);
        EXPECT_INT(fclose(f), 0);
        _exit(finish());
    }
    EXPECT(fputs("parent\n", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(ftell(f), 7);
    EXPECT(fputs("more\n", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(write(go[1], "g", 1), 1);
    EXPECT(child_passed(child));
    if (on_libbuf()) /* libc's own believes what it wrote */
        EXPECT_INT(ftell(f), 18);
    EXPECT(fputs("parent again\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "parent\nmore\nchild\nparent again\n", 31);
}

static void flushed_before(void) {
    situation("flushed before");
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT(fputs("parent\n", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork_child();
    if (child == 0) {
        EXPECT(fputs("child\n", f) >= 0);
        EXPECT_INT(fclose(f), 0);
        _exit(finish());
    }
    EXPECT(child_passed(child));
    if (on_libbuf())
        EXPECT_INT(ftell(f), 13);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "parent\nchild\n", 13);
}

/* After a fork both processes move one offset: a stream that seeks says so to the kernel. What is opened later is its
   process's own. */
static void shared_place(void) {
    int go[2], number = dup(0);
    situation("shared place");
    REQUIRE(pipe(go) == 0 && close(number) == 0);
    FILE *f = fopen("data", "w+");
    REQUIRE(f);
    EXPECT(fputs("0123456789", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork_child();
    if (child == 0) {
        char byte;
        EXPECT_INT(read(go[0], &byte, 1), 1);
        EXPECT_INT(lseek(number, 0, SEEK_CUR), 5);
        EXPECT_INT(write(number, "x", 1), 1);
        _exit(finish());
    }
    EXPECT_INT(fseek(f, 3, SEEK_SET), 0);
    EXPECT(fputs("ab", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(write(go[1], "g", 1), 1);
    EXPECT(child_passed(child));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "012abx6789", 10);
    close(go[0]);
    close(go[1]);
}

int main(void) {
    flushed_before(); /* first: a process that has forked trusts no descriptor */
    unread_input(0);
    unread_input(1);
    shared_output();
    shared_place();
    puts("inherited");
    return finish();
}
