/* One round of the driver: the same seed on libc and on libbuf, in two directories, and what differs. */
#ifndef FUZZ_ROUND_H
#define FUZZ_ROUND_H

#include "record.h"

enum { MOST_OPERATIONS = 4000 };

/* How rounds are run; the same for all. */
struct setup {
    const char *calls;     /* the program under test on libc */
    const char *fortified; /* the same, fortified, for every fourth seed */
    const char *linked;    /* linked with libbuf, NULL: preloaded */
    const char *library;   /* libbuf.so */
    const char *lifted;    /* named differences not to avoid, or NULL */
    const char *without;   /* an operation not to make, or NULL */
    const char *settings;  /* NAME=VALUE for the environment of the program on libbuf, or NULL */
    const char *directory; /* where a worker may write */
};

struct round {
    uint64_t seed;
    char skip[MOST_OPERATIONS * 5 + 1]; /* operations left out, as calls --skip takes them */
    char *text[2];                      /* the logs of libc and libbuf, with the files' digests: malloc'ed */
    bool trial;                         /* run while shrinking: not counted as reached */
    uint64_t totals[3];                 /* processes on libbuf, bytes its streams read and wrote */
};

/* Runs it on both. False when the logs differ. A side that could not be run ends the process. */
bool run_round(const struct setup *setup, struct round *round);
void free_round(struct round *round);

/* Whether the logs differ because libc itself crashed, after results that were the same on both. */
bool libc_crashed(const struct round *round);

/* Leaves out operations as long as the logs differ; sets round->skip. */
void shrink_round(const struct setup *setup, struct round *round);

/* Prints the log up to the first difference and a little behind, "-" libc, "+" libbuf; all lines, or the last
 * few. */
void print_round(const struct round *round, size_t lines_before);

/* Operations of the log: the last one's number + 1, in the whole log or up to the first difference. */
unsigned operations_of(const struct round *round, bool up_to_difference);

/* table.c: what was reached. */
void print_coverage(const struct coverage *coverage);

#endif
