/* POSIX.1-2017 XSH popen and pclose: both directions, the child's status, what children inherit, errors. */
#include "clauses.h"
#include <signal.h>

static void reading(const struct window *window) {
    char line[30];
    FILE *f = popen("printf 'one\\ntwo\\n'; exit 7", "r");
    REQUIRE(f);
    use_window(f, window);
    CHECK("POSIX popen r", fgets(line, 30, f) == line && strcmp(line, "one\n") == 0);
    CHECK("POSIX popen r", fgets(line, 30, f) == line && strcmp(line, "two\n") == 0);
    CHECK("POSIX popen r", fgets(line, 30, f) == NULL && feof(f));
    int status = pclose(f);
    CHECK("POSIX pclose status", WIFEXITED(status) && WEXITSTATUS(status) == 7);
    f = popen("cat >/dev/null; echo done", "r"); /* its input is ours */
    REQUIRE(f);
    use_window(f, window);
    CHECK("POSIX popen r", fgets(line, 30, f) == line && strcmp(line, "done\n") == 0);
    CHECK_INT("POSIX pclose status", pclose(f), 0);
}

static void writing(const struct window *window) {
    unlink("out");
    FILE *f = popen("cat > out; exit 3", "w");
    REQUIRE(f);
    use_window(f, window);
    for (int i = 0; i < 200; i++)
        fprintf(f, "line %d\n", i);
    int status = pclose(f);
    CHECK("POSIX pclose status", WIFEXITED(status) && WEXITSTATUS(status) == 3);
    size_t size = 0;
    char *bytes = read_file("out", &size);
    CHECK_INT("POSIX popen w", size, 10 * 7 + 90 * 8 + 100 * 9);
    CHECK("POSIX popen w",
          bytes && strncmp(bytes, "line 0\n", 7) == 0 && strcmp(bytes + size - 9, "line 199\n") == 0);
    free(bytes);
}

/* The shell's own results: a signal, a command that is not there. */
static void statuses(void) {
    int status = pclose(popen("kill -TERM $$", "r"));
    CHECK("POSIX pclose status of a signal", WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    status = pclose(popen("exec /nowhere/at/all 2>/dev/null", "r"));
    CHECK("POSIX popen status 127", WIFEXITED(status) && WEXITSTATUS(status) == 127);
    CHECK_ERROR("POSIX popen EINVAL", !popen("true", "rw"), EINVAL);
    CHECK_ERROR("POSIX popen EINVAL", !popen("true", "x"), EINVAL);
    CHECK_ERROR("POSIX popen EINVAL", !popen("true", ""), EINVAL);
}

/* Streams of earlier popen calls are closed in the new child: their readers see the end when we close. */
static void earlier_streams(void) {
    FILE *first = popen("cat > first", "w"), *second = popen("sleep 60 & echo $!; wait", "r");
    REQUIRE(first && second);
    int child = 0;
    CHECK_INT("POSIX popen closes earlier streams", fscanf(second, "%d", &child), 1);
    fputs("text", first);
    alarm(20); /* without the rule the next call waits for the other command */
    CHECK_INT("POSIX popen closes earlier streams", pclose(first), 0);
    alarm(0);
    CHECK_FILE("POSIX popen closes earlier streams", "first", "text");
    kill(child, SIGKILL);
    pclose(second);
}

/* The child shares standard output; what was flushed before it comes first. Its descriptor is not inherited
   by what we execute, when asked. */
static void environment(void) {
    pid_t child = fork_child();
    if (child == 0) {
        if (dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666), 1) < 0)
            _exit(9);
        printf("before ");
        fflush(stdout);
        FILE *f = popen("cat; echo", "w");
        fputs("child", f);
        int status = pclose(f);
        printf("after");
        exit(status);
    }
    CHECK("POSIX popen standard output", child_passed(child));
    CHECK_FILE("POSIX popen standard output", "out", "before child\nafter");
    FILE *f = popen("true", "r");
    CHECK_INT("POSIX popen without FD_CLOEXEC", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, 0);
    pclose(f);
    setenv("POPEN_TEST", "value", 1);
    char got[20] = "";
    f = popen("echo $POPEN_TEST", "r");
    CHECK("POSIX popen environment", fscanf(f, "%19s", got) == 1 && strcmp(got, "value") == 0);
    pclose(f);
}

/* pclose waits for its own child and no other; another one waited for before is ECHILD. */
static void waiting(void) {
    pid_t other = fork_child();
    if (other == 0) {
        sleep_ms(100);
        _exit(5);
    }
    FILE *f = popen("exit 4", "r");
    int status = pclose(f);
    CHECK_INT("POSIX pclose waits for its own", WEXITSTATUS(status), 4);
    int other_status = 0;
    CHECK_INT("POSIX pclose waits for its own", waitpid(other, &other_status, 0), other);
    CHECK_INT("POSIX pclose waits for its own", WEXITSTATUS(other_status), 5);
    f = popen("exit 4", "r");
    while (wait(&status) > 0)
        continue;
    CHECK_ERROR("POSIX pclose ECHILD", pclose(f) == -1, ECHILD);
    signal(SIGPIPE, SIG_IGN);
    f = popen("exec <&-; exit 0", "w");
    int flushed = 0;
    for (int i = 0; i < 500 && flushed == 0; i++) { /* until the shell has closed its end */
        sleep_ms(10);
        fputs("nobody reads", f);
        flushed = fflush(f);
    }
    CHECK("POSIX fflush EPIPE", flushed == EOF && errno == EPIPE);
    CHECK_INT("POSIX pclose", WEXITSTATUS(pclose(f)) == 0 || errno == EPIPE, 1);
    signal(SIGPIPE, SIG_DFL);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        reading(&windows[i]);
        writing(&windows[i]);
    }
    statuses();
    earlier_streams();
    environment();
    waiting();
    return clauses_done();
}
