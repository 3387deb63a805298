/* What the two demo programs share: the bytes to write, and the measuring of the writing alone. */
#ifndef DEMO_COPY_H
#define DEMO_COPY_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct job {
    const char *bytes;    /* the input file, in memory */
    size_t size;          /* how many of its bytes are to be written */
    size_t chunk;         /* bytes that one call takes */
    const char *output;   /* the file to write */
    bool quiet;           /* print no times: its calls are being counted */
    struct timespec wall; /* when the writing began */
    struct rusage used;   /* and what the process had used then */
};

static inline _Noreturn void give_up(const char *what) {
    perror(what);
    exit(1);
}

/* Takes the job from the command line: CHUNK BYTES INPUT OUTPUT. Every page of the input is touched before
   the clock starts. */
static inline struct job read_job(int count, char **arguments) {
    struct job job = {0};
    struct stat status;
    if (count != 5 && count != 6) {
        fprintf(stderr, "usage: %s CHUNK BYTES INPUT OUTPUT [quiet]\n", arguments[0]);
        exit(1);
    }
    job.chunk = strtoul(arguments[1], NULL, 10);
    job.size = strtoul(arguments[2], NULL, 10);
    job.output = arguments[4];
    job.quiet = count == 6;
    int input = open(arguments[3], O_RDONLY | O_CLOEXEC);
    if (input < 0 || fstat(input, &status) < 0)
        give_up(arguments[3]);
    if (!job.chunk || job.size > (size_t)status.st_size) {
        fprintf(stderr, "%s: %s has not got %zu bytes\n", arguments[0], arguments[3], job.size);
        exit(1);
    }
    job.bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, input, 0);
    if (job.bytes == MAP_FAILED)
        give_up("mmap");
    close(input);
    return job;
}

static inline void start_clock(struct job *job) {
    getrusage(RUSAGE_SELF, &job->used);
    clock_gettime(CLOCK_MONOTONIC, &job->wall);
}

static inline double seconds(struct timeval later, struct timeval earlier) {
    return (double)(later.tv_sec - earlier.tv_sec) + (double)(later.tv_usec - earlier.tv_usec) / 1e6;
}

/* Prints user, system and wall seconds since start_clock, unless the job is a quiet one. */
static inline void print_times(const struct job *job) {
    struct timespec wall;
    struct rusage used;
    if (job->quiet)
        return;
    clock_gettime(CLOCK_MONOTONIC, &wall);
    getrusage(RUSAGE_SELF, &used);
    printf("%.6f %.6f %.6f\n", seconds(used.ru_utime, job->used.ru_utime),
           seconds(used.ru_stime, job->used.ru_stime),
           (double)(wall.tv_sec - job->wall.tv_sec) + (double)(wall.tv_nsec - job->wall.tv_nsec) / 1e9);
}

#endif
