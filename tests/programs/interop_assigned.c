/* stdin, stdout and stderr assigned by the program: its own calls and libc's follow them, and what they hold
 * at exit is written. */
#include "expect.h"
#include <err.h>
#include <error.h>
#include <pwd.h>

int main(void) {
    FILE *usual_out = stdout, *usual_err = stderr, *usual_in = stdin;
    printf("usual\n");
    FILE *out = fopen("out", "w+"), *errors = fopen("errors", "w");
    REQUIRE(out && errors);
    stdout = out;
    stderr = errors;
    EXPECT(puts("puts") >= 0);
    printf("printf %d\n", 1);
    putchar('c');
    putchar_unlocked('\n');
    fputs("to the usual\n", usual_out);
    errno = ENOENT;
    perror("perror");
    warnx("warnx");
    program_invocation_name = (char *)(uintptr_t) "name";
    error(0, 0, "error"); /* flushes what is stdout now */
    struct stat status;
    EXPECT(stat("out", &status) == 0 && status.st_size == 16);
    fflush(errors);
    EXPECT_FILE("errors", "perror: No such file or directory\ninterop_assigned: warnx\nname: error\n", 70);
    rewind(out);
    stdin = out;
    char line[30];
    int number = 0;
    EXPECT(fgets(line, 30, stdin) && strcmp(line, "puts\n") == 0);
    EXPECT_INT(scanf("printf %d", &number), 1);
    EXPECT_INT(number, 1);
    EXPECT_INT(getchar(), '\n');
    EXPECT_INT(getchar_unlocked(), 'c');
    struct passwd user = {"user", "x", 1, 2, "", "/", "/bin/sh"};
    stdout = errors;
    EXPECT_INT(putpwent(&user, stdout), 0);
    EXPECT_INT(fflush(stdout), 0);
    stdin = usual_in;
    stderr = usual_err;
    EXPECT_INT(fclose(out), 0);
    stdout = usual_out;
    printf("usual again\n");
    EXPECT_INT(fclose(errors), 0);
    size_t size;
    char *bytes = read_file("errors", &size);
    REQUIRE(bytes);
    EXPECT(size == 70 + 22 && strcmp(bytes + 70, "user:x:1:2::/:/bin/sh\n") == 0);
    free(bytes);
    pid_t child = fork_child();
    if (child == 0) { /* a stream that is stdout when the program ends */
        stdout = fopen("last", "w");
        printf("held at exit\n");
        exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_FILE("last", "held at exit\n", 13);
    return finish();
}
