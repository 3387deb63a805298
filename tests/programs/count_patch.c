/* Repeats calls until a counter may find them worth patching, and then uses them in every awkward way:
   failing, interrupted, from a handler that interrupts the very same call, after fork and from threads.
   Prints what comes back. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OFTEN = 200 };

static int zero, null, ends[2];
static volatile sig_atomic_t handled, read_inside;

/* A read from the same site in libc as the one that the signal interrupts. */
static void on_signal(int number) {
    char block[16];
    (void)number;
    int saved = errno;
    for (int i = 0; i < OFTEN; i++)
        read_inside += read(zero, block, sizeof block) == sizeof block;
    handled++;
    errno = saved;
}

static void interrupted_read(int flags) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    sigaction(SIGUSR1, &action, NULL);
    handled = read_inside = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        usleep(30000);
        kill(getppid(), SIGUSR1);
        usleep(30000);
        write(ends[1], "abc", 3);
        _exit(0);
    }
    char text[8] = "";
    errno = 0;
    ssize_t length = read(ends[0], text, sizeof text - 1);
    int error = errno;
    if (length < 0)
        printf("interrupted: %s, then %zd\n", strerror(error), read(ends[0], text, sizeof text - 1));
    printf("read %zd \"%s\", handled %d, inside %d\n", length, text, (int)handled, (int)read_inside);
    waitpid(child, NULL, 0);
}

static void often(void) {
    char block[64];
    struct iovec piece = {block, sizeof block};
    struct pollfd entry = {zero, POLLIN, 0};
    struct stat status;
    long sum = 0, wrong = 0;
    for (int i = 0; i < OFTEN; i++) {
        sum += read(zero, block, (size_t)i % 64);
        sum += write(null, block, (size_t)i % 64);
        sum += readv(zero, &piece, 1) + writev(null, &piece, 1);
        sum += pread(zero, block, 5, 0) + pwrite(null, block, 7, 0);
        sum += poll(&entry, 1, 0);
        wrong += fstat(zero, &status) != 0 || getppid() <= 0 || lseek(zero, 0, SEEK_CUR) < 0;
    }
    printf("sum %ld, wrong %ld\n", sum, wrong);
}

static void failing(void) {
    char byte, *volatile nowhere = NULL;
    int right = 0;
    for (int i = 0; i < OFTEN; i++) {
        errno = 0;
        right += read(-1, &byte, 1) == -1 && errno == EBADF;
        errno = 0;
        right += write(-1, &byte, 1) == -1 && errno == EBADF;
        errno = 0;
        right += read(zero, nowhere, 1) == -1 && errno == EFAULT;
        errno = 0;
        right += lseek(ends[0], 0, SEEK_CUR) == -1 && errno == ESPIPE;
    }
    printf("right %d\n", right);
}

static void *in_thread(void *argument) {
    often();
    failing();
    return argument;
}

static void tick(int number) {
    char block[8];
    (void)number;
    int saved = errno;
    read_inside += read(zero, block, 8) == 8;
    errno = saved;
}

/* A timer whose handler makes the same call, so that it may come at any instruction. */
static void under_a_timer(void) {
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    struct itimerval timer = {{0, 50}, {0, 50}}, off = {0};
    char block[8];
    int wrong = 0;
    read_inside = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    for (int i = 0; i < 200000; i++) {
        wrong += read(zero, block, 8) != 8;
        wrong += read(-1, block, 8) != -1 || errno != EBADF;
    }
    setitimer(ITIMER_REAL, &off, NULL);
    printf("timer: wrong %d, inside %s\n", wrong, read_inside > 0 ? "some" : "none");
}

int main(void) {
    zero = open("/dev/zero", O_RDONLY);
    null = open("/dev/null", O_WRONLY);
    if (zero < 0 || null < 0 || pipe(ends))
        return 1;
    for (int round = 0; round < 2; round++) {
        interrupted_read(0);
        interrupted_read(SA_RESTART);
        often();
        failing();
    }
    under_a_timer();
    fflush(stdout);
    if (fork() == 0) {
        in_thread(NULL);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    pthread_t thread;
    if (pthread_create(&thread, NULL, in_thread, NULL) || pthread_join(thread, NULL))
        return 1;
    in_thread(NULL);
    return 0;
}
