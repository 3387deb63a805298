/* Writes and reads on pipes that are interrupted by a signal (EINTR) or would wait (EAGAIN): the errors of
   libc; and on libbuf every byte that a call accepted arrives, in order, which the reader checks. libc drops
   bytes there: its run checks the errors alone. */
#include "expect.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

enum { TOTAL = 400000 };
static char *bytes;
static volatile sig_atomic_t alarms;
static long interrupted; /* errors that were EINTR, in all writes */

static void on_alarm(int number) {
    (void)number;
    alarms++;
}

static void start_alarms(long microseconds) {
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
    struct itimerval timer = {{0, microseconds}, {0, microseconds}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void stop_alarms(void) {
    struct itimerval none = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &none, NULL);
}

/* The child reads slowly and exits 0 when it got exactly the bytes. */
static pid_t slow_reader(int ends[2], size_t total, long pause) {
    pid_t child = fork_child();
    if (child)
        return child;
    close(ends[1]);
    static char got[TOTAL + 1];
    size_t have = 0;
    for (ssize_t n; (n = read(ends[0], got + have, total + 1 - have < 3000 ? total + 1 - have : 3000)) > 0;
         have += (size_t)n)
        if (have % 5 == 0)
            usleep((useconds_t)pause);
    if (on_libbuf())
        EXPECT_BYTES(got, have, bytes, total);
    _exit(finish());
}

/* Puts all bytes in pieces, going on behind what was accepted after each error. */
static void put_all(FILE *f, size_t total, size_t piece, int error, long *errors) {
    for (size_t at = 0; at < total;) {
        size_t wanted = piece < total - at ? piece : total - at, put;
        errno = 0;
        if (piece == 1)
            put = putc((unsigned char)bytes[at], f) != EOF;
        else
            put = fwrite(bytes + at, 1, wanted, f);
        if (put < wanted || ferror(f)) {
            EXPECT_INT(errno, error);
            EXPECT(ferror(f));
            clearerr(f);
            ++*errors;
            if (error == EAGAIN) {
                struct pollfd ready = {.fd = fileno(f), .events = POLLOUT};
                poll(&ready, 1, 1000);
            }
        }
        at += put;
    }
    while (fflush(f) != 0) {
        EXPECT_INT(errno, error);
        clearerr(f);
        ++*errors;
        if (error == EAGAIN)
            usleep(500);
    }
}

static void writes(int error, size_t piece, int kind, size_t size) {
    static char window[65536];
    int ends[2];
    long errors = 0;
    size_t total = piece == 1 || kind == _IONBF ? 100000 : TOTAL;
    situation("errno %d, pieces of %zu, kind %d, window %zu", error, piece, kind, size);
    REQUIRE(pipe(ends) == 0);
    fcntl(ends[1], F_SETPIPE_SZ, 4096);
    pid_t child = slow_reader(ends, total, 200);
    close(ends[0]);
    if (error == EAGAIN)
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    if (size)
        setvbuf(f, window, kind, size);
    if (error == EINTR)
        start_alarms(300);
    put_all(f, total, piece, error, &errors);
    stop_alarms();
    EXPECT_INT(fclose(f), 0);
    EXPECT(child_passed(child));
    if (error == EAGAIN)
        EXPECT(errors > 0);
    else
        interrupted += errors;
}

/* A read that is interrupted or would wait: end of input with the error and its errno, and the bytes come
 * later. */
static void reads(int error, size_t size) {
    static char window[65536], got[50001];
    int ends[2];
    size_t have = 0;
    long errors = 0;
    situation("reads, errno %d, window %zu", error, size);
    REQUIRE(pipe(ends) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        for (size_t at = 0; at < 50000; at += 500) {
            if (write(ends[1], bytes + at, 500) != 500)
                _exit(1);
            usleep(300);
        }
        _exit(0);
    }
    close(ends[1]);
    if (error == EAGAIN)
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    setvbuf(f, window, size == 1 ? _IONBF : _IOFBF, size);
    if (error == EINTR)
        start_alarms(150);
    for (int round = 0;; round++) {
        errno = 0;
        if (round % 3) {
            int byte = getc(f);
            if (byte != EOF)
                got[have++] = (char)byte;
        } else {
            have += fread(got + have, 1, sizeof got - have < 700 ? sizeof got - have : 700, f);
        }
        if (feof(f))
            break;
        if (ferror(f)) {
            EXPECT_INT(errno, error);
            clearerr(f);
            errors++;
            if (error == EAGAIN)
                usleep(100);
        }
    }
    stop_alarms();
    EXPECT_BYTES(got, have, bytes, 50000);
    if (error == EAGAIN)
        EXPECT(errors > 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT(child_passed(child));
}

int main(void) {
    bytes = pattern(TOTAL);
    static const int errors[] = {EINTR, EAGAIN};
    for (int i = 0; i < 2; i++) {
        writes(errors[i], 100, _IOFBF, 0);
        writes(errors[i], 1, _IOFBF, 0);
        writes(errors[i], 70000, _IOFBF, 0);
        writes(errors[i], 333, _IOFBF, 100);
        writes(errors[i], 1000, _IOFBF, 65536);
        writes(errors[i], 77, _IOLBF, 1000);
        writes(errors[i], 5000, _IONBF, 1);
        reads(errors[i], 4096);
        reads(errors[i], 100);
        reads(errors[i], 1);
    }
    EXPECT(alarms > 0 && interrupted > 0);
    puts("interrupted and waiting pipes");
    return finish();
}
