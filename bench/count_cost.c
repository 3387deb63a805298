/* What one system call through libc's functions costs a program: makes a call many times in each of a number of
   threads, several rounds, and prints the nanoseconds of one by the wall clock, the least and the median of the
   rounds. The first calls are not timed: an observer may treat them in another way. "spawn" runs a program instead.
   With --armed, syscall user dispatch is on but lets every call through: what the kernel itself asks for it. */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WARM_UP = 200,
    MOST_THREADS = 64,
    MOST_ROUNDS = 1000,
    BLOCK = 16,
    FILE_SIZE = 1 << 20,
    PRCTL_USER_DISPATCH = 59
};

static long calls; /* in a round */
static int rounds;
static const char *call, *path;
static bool armed;
static pthread_barrier_t barrier;

/* One thread, with descriptors of its own, so that threads do not meet in the kernel. */
struct worker {
    pthread_t thread;
    int descriptor;
    double nanoseconds[MOST_ROUNDS]; /* of one call */
};
static struct worker workers[MOST_THREADS];

static void die(const char *what) {
    fprintf(stderr, "count_cost: ");
    perror(what);
    exit(1);
}

/* A process: vfork, exec and wait. */
__attribute__((noinline)) static int run_program(void) {
    char *words[] = {(char *)path, NULL}, *none[] = {NULL};
    int status = 0;
    pid_t child = vfork();
    if (child == 0) {
        execve(path, words, none);
        _exit(1);
    }
    return waitpid(child, &status, 0) == child && status == 0;
}

static void make_calls(const struct worker *worker, long count) {
    char bytes[BLOCK] = {0};
    long wrong = 0;
    if (strcmp(call, "write") == 0) {
        for (long i = 0; i < count; i++)
            wrong += write(worker->descriptor, bytes, 1) != 1;
    } else if (strcmp(call, "getppid") == 0) {
        for (long i = 0; i < count; i++)
            wrong += getppid() < 0;
    } else if (strcmp(call, "spawn") == 0) {
        for (long i = 0; i < count; i++) {
            wrong += !run_program();
        }
    } else {
        for (long i = 0; i < count; i++) {
            if (i % (FILE_SIZE / BLOCK) == 0)
                lseek(worker->descriptor, 0, SEEK_SET);
            wrong += read(worker->descriptor, bytes, sizeof bytes) != sizeof bytes;
        }
    }
    if (wrong)
        die(call);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    if (armed && prctl(PRCTL_USER_DISPATCH, 1, 1, 1L << 62, 0) != 0)
        die("prctl");
    make_calls(worker, strcmp(call, "spawn") == 0 ? 1 : WARM_UP);
    for (int round = 0; round < rounds; round++) {
        pthread_barrier_wait(&barrier);
        double from = now();
        make_calls(worker, calls);
        worker->nanoseconds[round] = (now() - from) / (double)calls;
    }
    return NULL;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words) {
    if (count > 1 && strcmp(words[1], "--armed") == 0) {
        armed = true;
        words++;
        count--;
    }
    if (count != 6) {
        fprintf(stderr, "Usage: count_cost [--armed] write|getppid|read|spawn THREADS ROUNDS CALLS FILE\n");
        return 1;
    }
    call = words[1];
    int threads = atoi(words[2]);
    rounds = atoi(words[3]);
    calls = atol(words[4]);
    path = words[5];
    if (threads < 1 || threads > MOST_THREADS || rounds < 1 || rounds > MOST_ROUNDS || calls < 1)
        return 1;
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int i = 0; i < threads; i++) {
        workers[i].descriptor =
            strcmp(call, "read") == 0 ? open(path, O_RDONLY) : open("/dev/null", O_WRONLY);
        if (workers[i].descriptor < 0)
            die(path);
    }
    for (int i = 1; i < threads; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]))
            die("pthread_create");
    work(&workers[0]);
    for (int i = 1; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    for (int round = 0; round < rounds; round++) {
        for (int i = 1; i < threads; i++)
            workers[0].nanoseconds[round] += workers[i].nanoseconds[round];
        workers[0].nanoseconds[round] /= threads;
    }
    qsort(workers[0].nanoseconds, (size_t)rounds, sizeof workers[0].nanoseconds[0], by_value);
    printf("%.2f %.2f\n", workers[0].nanoseconds[0], workers[0].nanoseconds[rounds / 2]);
    return 0;
}
