/* The standard streams closed by the program, and a program started without some of their descriptors:
   nothing crashes, errors are told, what is opened next works on the free numbers. */
#include "expect.h"

static void closed_by_fclose(void) {
    situation("fclose of the standard streams");
    pid_t child = fork_child();
    if (child == 0) {
        char line[20];
        write_file("data", "first\n", 6);
        EXPECT_INT(fclose(stdin), 0);
        FILE *f = fopen("data", "r");
        REQUIRE(f);
        EXPECT_INT(fileno(f), 0);
        EXPECT(fgets(line, 20, f) && strcmp(line, "first\n") == 0);
        printf("last words\n");
        EXPECT_INT(fclose(stdout), 0);
        FILE *out = fopen("out", "w");
        REQUIRE(out);
        EXPECT_INT(fileno(out), 1);
        EXPECT(fputs("on descriptor 1\n", out) >= 0);
        FILE *kept = fopen("kept", "w");
        EXPECT(fputs("kept\n", kept) >= 0);
        EXPECT_INT(fclose(stderr), 0);
        exit(finish()); /* out and kept are written here */
    }
    EXPECT(child_passed(child));
    EXPECT_FILE("out", "on descriptor 1\n", 16);
    EXPECT_FILE("kept", "kept\n", 5);
}

static void printed_after_fclose(void) {
    situation("printing on a closed stdout");
    pid_t child = fork_child();
    if (child == 0) {
        fclose(stdout);
        EXPECT(puts("nobody hears this") == EOF);
        EXPECT(putchar('x') == EOF);
        EXPECT(printf("nor %d", 5) < 0);
        exit(finish());
    }
    EXPECT(child_passed(child));
}

/* Without descriptors 0, 1, 2: the first file opened may become stdout's descriptor, as with libc. */
static void started_without(void) {
    situation("started without descriptors");
    int status = system("exec 0<&- 1>&- 2>&-; exec /proc/$PPID/exe child");
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int without_descriptors(void) {
    EXPECT_ERROR(getchar() == EOF, EBADF);
    EXPECT(ferror(stdin));
    EXPECT(fputs("text", stdout) >= 0);
    EXPECT_ERROR(fflush(stdout) == EOF, EBADF);
    EXPECT(fputs("text", stderr) == EOF);
    return finish();
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "child") == 0)
        return without_descriptors();
    printf("start\n");
    fflush(stdout);
    closed_by_fclose();
    printed_after_fclose();
    started_without();
    printf("end\n");
    return finish();
}
