/* A line of a record, cut at its tabs, and its fields as what they mean. */
#ifndef BUFCOUNT_RECORD_LINE_H
#define BUFCOUNT_RECORD_LINE_H

#include "bufcount_record.h"

/* And where what it says belongs. */
struct line {
    char **fields;
    int count, room; /* fields in use, and that there is room for */
    struct record *record;
    pid_t pid;             /* of the process */
    struct process *image; /* the last one, or NULL */
    struct file *file;     /* the last one, or NULL */
};

/* Cuts TEXT in place; false where it has an escape that is none. */
bool line_cut(struct line *, char *text);

/* The fields from FIRST on as COUNT numbers; false where they are not there or no numbers. */
bool line_numbers(const struct line *, int first, int count, uint64_t values[]);
bool line_whole_number(const struct line *, int field, int *value);
bool line_decimal(const struct line *, double *value);             /* the first field, from 0 to 1e12 */
bool line_pair(const char *text, uint64_t *left, uint64_t *right); /* "LEFT:RIGHT" */
/* The fields from FIRST on as INDEX:COUNT, the indexes less than SIZE. */
bool line_histogram(const struct line *, int first, _Atomic uint64_t counts[], size_t size);
uint32_t line_flags(const struct line *, const struct flag_name *names);
bool line_has(const struct line *, const char *text);

#endif
