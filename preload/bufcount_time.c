/* Times the command without any observer: no shim, no table, libc and libbuf in turns, so that a slow moment
   of the machine meets both. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds of one run. */
struct sample {
    double user, system, wall;
};

static double seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

static struct sample run_once(const struct options *options, const char *libbuf, int *status) {
    int output = sink_open(STDOUT_FILENO), error = sink_null();
    struct redirection redirection = {input_again(), output, error};
    struct timespec from, to;
    struct rusage usage;
    clock_gettime(CLOCK_MONOTONIC, &from);
    pid_t program = start_program(options, libbuf, &redirection, NULL);
    while (wait4(program, status, 0, &usage) < 0)
        if (errno != EINTR)
            die(EXIT_OWN_FAILURE, "wait: %s", strerror(errno));
    clock_gettime(CLOCK_MONOTONIC, &to);
    while (waitpid(-1, NULL, 0) > 0) /* what it left behind, so that runs do not overlap */
        ;
    close(error);
    sink_close(output);
    return (struct sample){seconds(usage.ru_utime), seconds(usage.ru_stime),
                           (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9};
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* Sorts VALUES; returns the median, sets the least. */
static double median(double *values, int count, double *least) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    *least = values[0];
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double mean(const double *values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return sum / count;
}

void time_runs(const struct options *options, int libraries, struct timing timings[]) {
    size_t size = (size_t)options->runs * sizeof(double);
    double *user[2], *system[2], *wall[2];
    for (int i = 0; i < libraries; i++) {
        user[i] = malloc(size), system[i] = malloc(size), wall[i] = malloc(size);
        if (!user[i] || !system[i] || !wall[i])
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    }
    for (int run = 0; run < options->runs; run++)
        for (int i = 0; i < libraries; i++) {
            struct sample sample = run_once(options, i ? options->libbuf : NULL, &timings[i].status);
            user[i][run] = sample.user;
            system[i][run] = sample.system;
            wall[i][run] = sample.wall;
        }
    for (int i = 0; i < libraries; i++) {
        timings[i].mean_user = mean(user[i], options->runs);
        timings[i].mean_system = mean(system[i], options->runs);
        timings[i].user = median(user[i], options->runs, &timings[i].least_user);
        timings[i].system = median(system[i], options->runs, &timings[i].least_system);
        timings[i].wall = median(wall[i], options->runs, &timings[i].least_wall);
        free(user[i]);
        free(system[i]);
        free(wall[i]);
    }
}
