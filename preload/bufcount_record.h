/* What writing and reading records share: one text file a process, one fact a line, the fact's name and its
   values separated by tabs. docs/man/bufcount.1 describes every line. */
#ifndef BUFCOUNT_RECORD_H
#define BUFCOUNT_RECORD_H

#include "bufcount.h"

#define RECORD_MAGIC "bufcount-record"
#define RECORD_SUFFIX ".record"
enum { RECORD_VERSION = 1 };

/* A bit of a word of flags, by its name in records. */
struct flag_name {
    uint32_t bit;
    const char *name;
};
extern const struct flag_name shared_flag_names[], image_flag_names[]; /* ended by a bit of 0 */

/* The plain counters of a struct file_record, and its flows. */
struct member_name {
    size_t offset;
    const char *name;
};
extern const struct member_name file_counter_names[], file_flow_names[]; /* ended by a NULL name */
extern const char *const file_kind_names[]; /* by enum file_kind; ended by NULL */

uint64_t file_counter(const struct file_record *, const struct member_name *);
struct flow *file_flow(const struct file_record *, const struct member_name *);

/* The row of a name, or -1. */
int stdio_row_of(const char *name);
int call_row_of(const char *name);

/* A record at rest, as read: what a tally has, of one process. */
struct record {
    struct run run;            /* that it is of */
    char **program;            /* words, ended by NULL */
    uint64_t first;            /* order of its first image */
    struct process *processes; /* its images; order and ticks as in the run */
    size_t process_count;      /* in processes */
    struct file *files;
    size_t file_count; /* in files */
    uint32_t flags;    /* enum shared_flags */
    bool libbuf;       /* the run was on libbuf */
    double nanoseconds_of_tick;
    struct whole *whole; /* in the run's first record, else NULL */
};

/* What is of a whole run. */
struct whole {
    uint64_t records; /* that the run left */
    int refused_errno;
    bool io_known;
    struct proc_io kernel, loading;
    bool left_running;
    uint64_t unfinished[CALL_ROWS];
    uint64_t latency[CALL_ROWS][LATENCY_BUCKETS];
    struct moment *moments;
    size_t moment_count;
};

/* bufcount_record_put.c: a text or flags as further fields of a line; the lines of a file, of an image, and those
   of the whole run, which left so many RECORDS. */
void record_put_text(FILE *, const char *);
void record_put_flags(FILE *, const struct flag_name *names, uint32_t flags);
void record_put_file(FILE *, const struct file *);
void record_put_image(FILE *, const struct process *);
void record_put_run(FILE *, const struct tally *, size_t records);

/* bufcount_record_read.c: false where the file is no record or a damaged one, which a warning says. */
bool record_read(const char *path, struct record *);
void record_free(struct record *);

#endif
