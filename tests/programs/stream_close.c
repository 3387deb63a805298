/* fclose and fflush that fail: EBADF, a full disk, a broken pipe; the errno and indicator of libc, the
   descriptor closed all the same; several streams on one file and one description. */
#include "expect.h"
#include <signal.h>

static void closed_descriptor(void) {
    situation("closed descriptor");
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    fputs("lost", f);
    close(fileno(f));
    EXPECT_ERROR(fflush(f) == EOF, EBADF);
    EXPECT(ferror(f));
    EXPECT_ERROR(fclose(f) == EOF, EBADF);
    f = fopen("data", "r");
    REQUIRE(f);
    close(fileno(f));
    EXPECT_ERROR(getc(f) == EOF, EBADF);
    EXPECT(ferror(f) && !feof(f));
    EXPECT_ERROR(fclose(f) == EOF, EBADF);
    f = fopen("data", "w");
    REQUIRE(f);
    close(fileno(f));
    EXPECT_ERROR(fclose(f) == EOF, EBADF);
}

static void full_disk(void) {
    char block[10000] = {1};
    situation("/dev/full");
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    EXPECT(fputs("text", f) >= 0);
    EXPECT_ERROR(fflush(f) == EOF, ENOSPC);
    EXPECT(ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    EXPECT(fputs("text", f) >= 0);
    EXPECT_ERROR(fclose(f) == EOF, ENOSPC);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    EXPECT_ERROR(putc('x', f) == EOF, ENOSPC);
    EXPECT(ferror(f));
    clearerr(f);
    EXPECT_ERROR(fprintf(f, "%d", 1) < 0, ENOSPC);
    clearerr(f);
    EXPECT_ERROR(fputs("text", f) == EOF, ENOSPC);
    clearerr(f);
    EXPECT_ERROR(fwrite("text", 1, 4, f) == 0, ENOSPC);
    EXPECT(ferror(f));
    if (!on_libbuf()) /* libbuf keeps the bytes it accepted: closing reports them */
        EXPECT_INT(fclose(f), 0);
    else
        fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    EXPECT_ERROR(fwrite(block, 1, sizeof block, f) < sizeof block, ENOSPC);
    EXPECT(ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IOLBF, 100);
    EXPECT_ERROR(fputs("line\n", f) == EOF, ENOSPC);
    fclose(f);
}

static void broken_pipe(void) {
    int ends[2];
    situation("broken pipe");
    signal(SIGPIPE, SIG_IGN);
    REQUIRE(pipe(ends) == 0);
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    close(ends[0]);
    EXPECT(fputs("text", f) >= 0);
    EXPECT_ERROR(fflush(f) == EOF, EPIPE);
    EXPECT(ferror(f));
    fclose(f);
    EXPECT_ERROR(fcntl(ends[1], F_GETFD) < 0, EBADF);
    REQUIRE(pipe(ends) == 0);
    f = fdopen(ends[1], "w");
    REQUIRE(f);
    close(ends[0]);
    EXPECT(fputs("text", f) >= 0);
    EXPECT_ERROR(fclose(f) == EOF, EPIPE);

    pid_t child = fork_child(); /* and by default the signal ends the program */
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        REQUIRE(pipe(ends) == 0);
        f = fdopen(ends[1], "w");
        close(ends[0]);
        fputs("text", f);
        fflush(f);
        _exit(0);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
}

/* Two streams on one file, and two on one description: each write lands where its flush comes. */
static void two_streams(void) {
    situation("two streams");
    FILE *a = fopen("data", "w"), *b = fopen("data", "r+");
    REQUIRE(a && b);
    fputs("AAAA", a);
    fputs("bb", b);
    EXPECT_INT(fflush(a), 0);
    EXPECT_INT(fflush(b), 0);
    EXPECT_INT(fclose(a), 0);
    EXPECT_INT(fclose(b), 0);
    EXPECT_FILE("data", "bbAA", 4);
    a = fopen("data", "w");
    REQUIRE(a);
    b = fdopen(dup(fileno(a)), "w");
    REQUIRE(b);
    fputs("one ", a);
    EXPECT_INT(fflush(a), 0);
    fputs("two ", b);
    EXPECT_INT(fflush(b), 0);
    fputs("three ", a);
    EXPECT_INT(fclose(a), 0);
    fputs("four", b);
    EXPECT_INT(fclose(b), 0);
    EXPECT_FILE("data", "one two three four", 18);
}

/* The indicator does not make fclose fail by itself when nothing is left to write. */
static void error_seen_before(void) {
    situation("error seen before");
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    putc('x', f);
    EXPECT(ferror(f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_ERROR(fflush(stdin) == 0, 0);
}

int main(void) {
    closed_descriptor();
    full_disk();
    broken_pipe();
    two_streams();
    error_seen_before();
    puts("close");
    return finish();
}
