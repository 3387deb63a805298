/* popen and pclose: both directions, the status, several at once (no child holds another's pipe), the mode
   letters and their errors, descriptors not left open, the shell's own input untouched. */
#include "expect.h"
#include <signal.h>

static void directions(void) {
    char line[50];
    FILE *f = popen("echo one; echo two", "r");
    REQUIRE(f);
    EXPECT(fgets(line, 50, f));
    EXPECT_TEXT(line, "one\n");
    EXPECT(fgets(line, 50, f));
    EXPECT_TEXT(line, "two\n");
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(pclose(f), 0);
    f = popen("cat > written", "w");
    REQUIRE(f);
    for (int i = 0; i < 20000; i++)
        EXPECT_INT(fprintf(f, "%05d\n", i), 6);
    EXPECT_INT(pclose(f), 0);
    struct stat status;
    EXPECT(stat("written", &status) == 0 && status.st_size == 120000);
}

static void statuses(void) {
    FILE *f = popen("exit 7", "r");
    REQUIRE(f);
    int status = pclose(f);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    f = popen("kill -TERM $$", "w");
    REQUIRE(f);
    status = pclose(f);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    f = popen("no-such-command-at-all 2>/dev/null", "r");
    REQUIRE(f);
    status = pclose(f);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 127);
    int (*volatile close_stream)(FILE *) = fclose; /* ends it too and tells the status, as libc's */
    f = popen("exit 3", "r");
    REQUIRE(f);
    status = close_stream(f);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    EXPECT_ERROR(waitpid(-1, &status, WNOHANG) == -1, ECHILD);
}

/* Eight readers of the program at once: each sees its end when its own pipe is closed, in any order. */
static void several(void) {
    FILE *streams[8];
    char path[20];
    for (int i = 0; i < 8; i++) {
        char command[60];
        snprintf(command, sizeof command, "cat > several.%d", i);
        streams[i] = popen(command, "w");
        REQUIRE(streams[i]);
        fprintf(streams[i], "to %d\n", i);
    }
    static const int order[] = {3, 0, 7, 1, 6, 2, 5, 4};
    for (int i = 0; i < 8; i++) { /* the alarm ends the program when a later child holds this pipe open */
        alarm(10);
        EXPECT_INT(pclose(streams[order[i]]), 0);
        snprintf(path, sizeof path, "several.%d", order[i]);
        char want[10];
        snprintf(want, sizeof want, "to %d\n", order[i]);
        EXPECT_FILE(path, want, strlen(want));
    }
    alarm(0);
}

static void modes(void) {
    EXPECT_ERROR(!popen("true", "z"), EINVAL);
    EXPECT_ERROR(!popen("true", ""), EINVAL);
    EXPECT_ERROR(!popen("true", "rw"), EINVAL);
    EXPECT_ERROR(!popen("true", "r+"), EINVAL);
    FILE *f = popen("true", "re");
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFD), FD_CLOEXEC);
    EXPECT_INT(pclose(f), 0);
    f = popen("true", "r");
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFD), 0);
    EXPECT_INT(pclose(f), 0);
}

static void no_descriptor_left(void) {
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++) {
        FILE *f = popen("echo x", "r");
        REQUIRE(f);
        EXPECT_INT(getc(f), 'x');
        EXPECT_INT(pclose(f), 0);
    }
    int after = dup(0);
    EXPECT_INT(after, before);
    close(after);
}

/* A reader that ends early: the writer meets EPIPE and pclose still has the status. */
static void early_end(void) {
    signal(SIGPIPE, SIG_IGN);
    FILE *f = popen("head -c 1 > early; exit 2", "w");
    REQUIRE(f);
    char block[4096];
    memset(block, 'e', sizeof block);
    size_t rounds = 0;
    while (rounds < 100 && fwrite(block, 1, sizeof block, f) == sizeof block && fflush(f) == 0)
        rounds++;
    EXPECT_INT(errno, EPIPE);
    EXPECT(ferror(f));
    int status = pclose(f);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    signal(SIGPIPE, SIG_DFL);
    EXPECT_FILE("early", "e", 1);
}

/* The program's environment and directory are the command's; its stdout is ours when it does not read from
 * us. */
static void environment(void) {
    char line[50];
    setenv("POPEN_TEST", "value", 1);
    FILE *f = popen("printf %s \"$POPEN_TEST\"", "r");
    REQUIRE(f);
    EXPECT(fgets(line, 50, f));
    EXPECT_TEXT(line, "value");
    EXPECT_INT(pclose(f), 0);
    f = popen("cat", "w");
    REQUIRE(f);
    fputs("through cat\n", f);
    EXPECT_INT(pclose(f), 0);
}

int main(void) {
    directions();
    statuses();
    several();
    modes();
    no_descriptor_left();
    early_end();
    environment();
    puts("popen");
    return finish();
}
