/* What strace -f -C says of a run, taken apart: the totals of its table, and of them what the dynamic loader did in each
   executed program before a library that is preloaded can count. */
#ifndef TESTS_STRACE_FIGURES_H
#define TESTS_STRACE_FIGURES_H

#include <stddef.h>
#include <stdint.h>

enum { MOST_CALL_NAMES = 500 };

struct call_figures {
    char name[32];
    uint64_t calls, errors;                 /* in the table */
    uint64_t early_calls, early_errors;     /* of them, before the shim starts; the first execve is one */
    uint64_t counted_calls, counted_errors; /* what bufcount says */
};

struct figures_table {
    struct call_figures rows[MOST_CALL_NAMES];
    size_t count;    /* rows in use */
    size_t programs; /* executed */
};

/* The row of that name, made where it is not there. */
struct call_figures *figures_of(struct figures_table *, const char *name);

/* Takes in what "strace -f -C -o FILE" wrote. */
void read_strace(const char *text, struct figures_table *);

/* Takes in the calls of the whole tree in bufcount's JSON. */
void read_bufcount(const char *json, struct figures_table *);

#endif
