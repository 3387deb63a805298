/* What every operation of the measuring program shares: the order it was given, the content of its files and
   the clock. Between start_clock and print_times stands only what is measured. */
#ifndef TRANSFER_JOB_H
#define TRANSFER_JOB_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    FAILED = 125,
    PERIOD = 65521, /* the content repeats after so many bytes: a prime, so that no block boundary meets it */
    LARGEST = 1 << 20,   /* chunk, in bytes */
    OWN_BUFFER = 1 << 20 /* the most that --buffer takes, in bytes */
};

struct job {
    const char *path;
    size_t chunk;   /* bytes that one call takes */
    size_t bytes;   /* to move in all; of random records: the size of the file they lie in */
    size_t records; /* how many random records */
    long buffer;    /* for setvbuf: bytes of a buffer of the program's own, 0 unbuffered, -1 not called */
    bool direct;    /* by system calls, without stdio */
    bool check;     /* compare what was read and print nothing: not a run to be timed */
    bool numbers;   /* the content is numbers, not lines */
    FILE *(*open)(const struct job *, const char *mode); /* the stream under test; NULL: fopen */
    void (*closing)(const struct job *, FILE *);         /* called before it is closed, if not NULL */
    uint64_t proof;       /* what the operation made of the data: the same on every library */
    char *content;        /* PERIOD bytes, and the first LARGEST again */
    struct timespec wall; /* when the operation began */
    struct rusage used;   /* and what the process had used then */
};

static inline _Noreturn void give_up(const char *what, const char *why) {
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, why);
    exit(FAILED);
}

static inline _Noreturn void give_up_errno(const char *what) {
    give_up(what, strerror(errno));
}

/* The number that an option gives. */
static inline size_t read_size(const char *text, const char *what, size_t least, size_t most) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end || end == text || *text == '-' || errno || value < least || value > most) {
        fprintf(stderr, "%s: --%s: %s: not a whole number from %zu to %zu\n", program_invocation_short_name,
                what, text, least, most);
        exit(FAILED);
    }
    return (size_t)value;
}

/* A short repeatable sequence: the same numbers on every library. */
static inline uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static inline size_t put_line(char *at, uint64_t *state) {
    size_t length = 8 + next_random(state) % 65;
    for (size_t i = 0; i < length; i++)
        at[i] = (char)(next_random(state) % 6 ? 'a' + next_random(state) % 26 : ' ');
    at[length] = '\n';
    return length + 1;
}

static inline size_t put_number(char *at, uint64_t *state) {
    return (size_t)sprintf(at, "%u\n", next_random(state) >> next_random(state) % 24);
}

/* Lines of 8 to 72 letters and blanks, or numbers below 2^31, one a line. */
static inline char *make_content(bool numbers) {
    uint64_t state = 1;
    char *content = malloc(PERIOD + LARGEST + 128);
    if (!content)
        give_up_errno("content");
    for (size_t done = 0; done < PERIOD;)
        done += numbers ? put_number(content + done, &state) : put_line(content + done, &state);
    content[PERIOD - 1] = '\n';
    for (size_t done = PERIOD; done < PERIOD + LARGEST; done += PERIOD) {
        size_t left = PERIOD + LARGEST - done;
        memcpy(content + done, content, left < PERIOD ? left : PERIOD);
    }
    return content;
}

/* What belongs at an offset of a file; valid for LARGEST bytes. */
static inline const char *content_at(const struct job *job, size_t offset) {
    return job->content + offset % PERIOD;
}

/* Where the next random record lies. */
static inline size_t next_record(const struct job *job, uint64_t *state) {
    return next_random(state) % (job->bytes / job->chunk) * job->chunk;
}

static inline void start_clock(struct job *job) {
    getrusage(RUSAGE_SELF, &job->used);
    clock_gettime(CLOCK_MONOTONIC, &job->wall);
}

static inline double seconds(struct timeval later, struct timeval earlier) {
    return (double)(later.tv_sec - earlier.tv_sec) + (double)(later.tv_usec - earlier.tv_usec) / 1e6;
}

/* Prints user, system and wall seconds since start_clock, the times the processor was taken away, the proof. */
static inline void print_times(const struct job *job) {
    struct timespec wall;
    struct rusage used;
    if (job->check)
        return;
    clock_gettime(CLOCK_MONOTONIC, &wall);
    getrusage(RUSAGE_SELF, &used);
    printf("%.6f %.6f %.9f %ld %llu\n", seconds(used.ru_utime, job->used.ru_utime),
           seconds(used.ru_stime, job->used.ru_stime),
           (double)(wall.tv_sec - job->wall.tv_sec) + (double)(wall.tv_nsec - job->wall.tv_nsec) / 1e9,
           used.ru_nivcsw - job->used.ru_nivcsw, (unsigned long long)job->proof);
}

/* Opens the stream under test, with the buffer that the job asks for. */
static inline FILE *open_stream(const struct job *job, const char *mode) {
    static _Alignas(4096) char buffer[OWN_BUFFER];
    FILE *stream = job->open ? job->open(job, mode) : fopen(job->path, mode);
    if (!stream)
        give_up_errno(job->path);
    if (job->buffer >= 0 &&
        setvbuf(stream, job->buffer ? buffer : NULL, job->buffer ? _IOFBF : _IONBF, (size_t)job->buffer) != 0)
        give_up(job->path, "setvbuf refused");
    return stream;
}

static inline void close_stream(const struct job *job, FILE *stream) {
    if (job->closing)
        job->closing(job, stream);
    if (fclose(stream) != 0)
        give_up_errno(job->path);
}

static inline int open_descriptor(const struct job *job, int flags) {
    int descriptor = open(job->path, flags | O_CLOEXEC, 0666);
    if (descriptor < 0)
        give_up_errno(job->path);
    return descriptor;
}

#endif
