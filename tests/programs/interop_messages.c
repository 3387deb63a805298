/* perror, err, warn, error, error_at_line, psignal, psiginfo, herror, assert: libc's own messages on our
   stderr, in the right place between ours, with stderr unbuffered, line- and fully buffered by windows of all
   sizes, and with stdout on the same descriptor (error flushes it first). With an
   argument: only with the usual buffers, so that stdout and stderr in one file have one order. */
#include "expect.h"
#include <assert.h>
#include <err.h>
#include <error.h>
#include <netdb.h>
#include <signal.h>
#include <sys/resource.h>

static char window[65536];

static void messages(void) {
    fprintf(stderr, "start\n");
    errno = ENOENT;
    perror("perror");
    fputs("partial ", stderr);
    errno = EACCES;
    perror(NULL);
    warnx("warnx %d", 1);
    errno = EIO;
    warn("warn %s", "text");
    printf("stdout before error\n");
    error(0, EINVAL, "error %d", 2);
    printf("stdout before error_at_line\n");
    error_at_line(0, 0, "file.c", 77, "at line %s", "x");
    EXPECT(error_message_count > 0);
    psignal(SIGTERM, "psignal");
    siginfo_t info = {.si_signo = SIGCHLD, .si_code = CLD_EXITED, .si_pid = 5, .si_uid = 6, .si_status = 7};
    psiginfo(&info, "psiginfo");
    h_errno = HOST_NOT_FOUND;
    herror("herror");
    fputs("end\n", stderr);
}

static void in_child(void (*call)(void), int code, int signal_number) {
    int status;
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork_child();
    if (child == 0) {
        printf("buffered on stdout\n");
        fputs("on stderr\n", stderr);
        call();
        _exit(99);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    if (signal_number)
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == signal_number);
    else
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == code);
}

static void call_err(void) {
    errno = ENOMEM;
    err(3, "err %d", 1);
}

static void call_errx(void) {
    errx(4, "errx %s", "x");
}

static void call_error(void) {
    error(5, EPERM, "error ends");
}

static void call_assert(void) {
    volatile int zero = 0;
    assert(zero == 1);
}

/* error(3) flushes stdout: from then on its place is the descriptor's, which others may have moved. */
static void place_after_error(void) {
    static char text[100];
    fflush(stdout);
    int file = open("appended", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    memset(text, 'a', sizeof text);
    REQUIRE(file >= 0 && write(file, text, sizeof text) == (ssize_t)sizeof text && dup2(file, 1) == 1);
    EXPECT_INT(fseek(stdout, 10, SEEK_SET), 0);
    printf("text\n");
    error(0, 0, "flushed");
    EXPECT_INT(ftell(stdout), 105);
    printf("more\n");
    error(0, 0, "flushed again");
    EXPECT_INT(lseek(file, 50, SEEK_SET), 50);
    EXPECT_INT(fseek(stdout, 3, SEEK_CUR), 0);
    EXPECT_INT(ftell(stdout), 53);
    _exit(failures ? 1 : 77);
}

int main(int count, char **words) {
    bool all = count == 1;
    (void)words;
    struct rlimit none = {0, 0};
    static const size_t sizes[] = {1, 2, 3, 7, 64, 100, 1000, 4096, 65536};
    program_invocation_name = (char *)(uintptr_t) "interop_messages"; /* error prints the whole path */
    setrlimit(RLIMIT_CORE, &none);
    messages();
    for (size_t i = 0; all && i < sizeof sizes / sizeof *sizes; i++) {
        EXPECT_INT(setvbuf(stderr, window, _IOFBF, sizes[i]), 0);
        for (size_t fill = 0; fill < 3; fill++) { /* empty, half, full before libc writes */
            for (size_t n = 0; n < (fill == 2 ? sizes[i] : sizes[i] / 2 * fill); n++)
                putc(n % 40 == 39 ? '\n' : 'f', stderr);
            messages();
        }
        EXPECT_INT(fflush(stderr), 0);
        setvbuf(stderr, window, _IOLBF, sizes[i]);
        messages();
        EXPECT_INT(fflush(stderr), 0);
    }
    setvbuf(stderr, NULL, _IONBF, 0);
    in_child(call_err, 3, 0);
    in_child(call_errx, 4, 0);
    in_child(call_error, 5, 0);
    in_child(call_assert, 0, SIGABRT);
    if (all)
        in_child(place_after_error, 77, 0);
    fputs("done\n", stderr);
    EXPECT(!ferror(stderr) && !ferror(stdout));
    return finish();
}
