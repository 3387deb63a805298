/* What the files of bufcount share. One run: memory made, the program started under the shim, its whole tree
   waited for while ended images are folded into a tally, the tally reported. */
#ifndef BUFCOUNT_H
#define BUFCOUNT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "common.h"
#include "shim/shared.h"

/* struct call_count, at rest. */
struct figures {
    uint64_t calls, errors, bytes, ticks;
};

/* struct stdio_count, at rest. */
struct stdio_figures {
    uint64_t calls, errors, bytes, inside[INSIDE_KINDS], inside_bytes, inside_ticks;
};

/* What an image did with one file: a record, at rest. */
struct file {
    uint64_t order;            /* of its image */
    struct file_record record; /* the records of the image's threads added up */
};

/* One image that has ended. */
struct process {
    uint64_t order;           /* in which the images began */
    uint64_t parent;          /* order of the image it was forked from, or that executed it; 0: bufcount */
    uint64_t began, ended;    /* ticks since the start of the run; ended is 0 where nobody saw it */
    pid_t pid;                /* -1: several processes that found no table of their own */
    uint32_t flags;           /* enum image_flags */
    bool ran;                 /* the shim started in it; otherwise the program was not counted */
    bool running;             /* it still ran when the report was made */
    char *exe;                /* path of the executable */
    size_t rows;              /* in table */
    struct figure_row *table; /* the calls it made */
    size_t stdio_rows;        /* in stdio */
    struct stdio_row *stdio;  /* the stdio functions it called */
    size_t run;               /* in merged records: index into the tally's runs */
};
struct figure_row {
    uint32_t row; /* number of the call */
    struct figures figures;
};
struct stdio_row {
    uint32_t row; /* number of the function */
    struct stdio_figures figures;
};

/* With --time: what the whole tree had done at one moment, each figure since the start of the run. */
struct moment {
    uint64_t at;                 /* ticks since the start of the run */
    uint64_t calls, bytes;       /* system calls, and what they moved */
    uint64_t stdio_calls, given; /* stdio calls, and what the program gave or got */
};

/* One run among several whose records were merged. */
struct run {
    char *id, *host;             /* unique; name of the machine */
    int rank, ranks;             /* of an MPI program, or -1; how many there are, 0: unknown */
    int status;                  /* as wait(2) says it */
    double began;                /* seconds since the epoch */
    uint64_t calls, bytes;       /* system calls, and what they moved */
    uint64_t stdio_calls, given; /* stdio calls, and what the program gave or got */
    uint64_t ticks;              /* the run's length */
};

/* What one run gave. */
struct tally {
    int status;                      /* of the program, as wait(2) says it */
    struct figures total[CALL_ROWS]; /* of the whole tree */
    uint64_t unfinished[CALL_ROWS];  /* calls that began and whose end nobody saw */
    struct process *processes;       /* by order */
    size_t process_count;            /* in processes */
    uint32_t flags;                  /* enum shared_flags */
    int refused_errno;               /* with SHARED_NO_DISPATCH */
    bool io_known;                   /* the next two are filled */
    struct proc_io kernel;           /* what the kernel counted for the tree */
    struct proc_io loading;          /* part of it: by the loader before the shim starts, and by the shim */
    bool left_running;               /* a signal ended the wait for processes that outlived the program */
    double nanoseconds_of_tick;
    struct stdio_figures stdio[STDIO_ROWS];       /* of the whole tree */
    struct file *files;                           /* in no order */
    size_t file_count;                            /* in files */
    uint64_t latency[CALL_ROWS][LATENCY_BUCKETS]; /* with --time, in ticks */
    const char *library;                          /* "libc" or "libbuf" */
    double began;                                 /* seconds since the epoch */
    uint64_t ticks;                               /* length of the run */
    struct moment *moments;                       /* with --time, by at */
    size_t moment_count;                          /* in moments */
    struct run *runs;                             /* by rank, when records were merged, else NULL */
    size_t run_count;                             /* in runs */
};

struct options {
    const char *output;    /* -o, NULL for stderr */
    const char *json;      /* --json or NULL */
    bool compare;          /* --compare */
    bool timed;            /* --time */
    bool no_patch;         /* --no-patch */
    bool no_stdio;         /* --no-stdio */
    bool no_wait;          /* --no-wait: report when the program itself ends */
    bool apply;            /* --apply: run again with the LIBBUF line that is advised */
    const char *html;      /* --html or NULL */
    const char *directory; /* --dir or NULL */
    const char *filter;    /* --syscalls: names with commas between, or NULL */
    int runs;              /* -n: timed runs without an observer; 0: none */
    bool merge;            /* bufcount report: command holds directories */
    char **command;        /* PROGRAM ARGS */
    char shim[PATH_MAX];   /* libbufcount.so */
    char libbuf[PATH_MAX]; /* with --compare */
};

/* Where a run's standard descriptors lead; -1 leaves one as it is. */
struct redirection {
    int input, output, error;
};

/* bufcount_memory.c: the shared memory. make dies where it cannot; fold takes in the images that have ended
   (all: every one) and frees them; done removes it. */
struct shared *memory_make(const struct options *);
const char *memory_path(void);
void memory_fold(struct shared *, struct tally *, bool all);
void memory_killed(struct shared *, pid_t);
/* bufcount_fold.c: takes in and frees the stdio rows and file records of an image that has ended; of the
   files that found no record, at the end of a run. */
void fold_stdio(struct shared *, struct tally *, size_t image_number);
void fold_other_files(struct shared *, struct tally *);
void memory_done(struct shared *);

/* bufcount_run.c: runs the command once, counted. LIBBUF is the library to run it on or NULL. */
void run_counted(const struct options *, const char *libbuf, const struct redirection *, struct tally *);
void tally_free(struct tally *);
/* Starts the program in a child; dies with what its exec failed with. SHARED is NULL to run without the
   shim. */
pid_t start_program(const struct options *options, const char *libbuf, const struct redirection *,
                    struct shared *shared);

/* bufcount_program.c: in a child of ours, becomes the program, under the shim unless SHARED is NULL. Where
   that fails it writes errno to ERROR_PIPE. */
_Noreturn void become_program(const struct options *, const char *libbuf, const struct redirection *,
                              int error_pipe, struct shared *);
/* The exit code, or 128 + the signal, of a wait status; end_as ends bufcount as the program ended. */
int exit_code_of(int status);
_Noreturn void end_as(int status);

/* bufcount_time.c: runs the command without any observer; see there. */
struct timing {
    double user, system, wall;                   /* medians, seconds */
    double least_user, least_system, least_wall; /* minima */
    int status;                                  /* of the last run */
};
void time_runs(const struct options *, int libraries, struct timing timings[]);

/* bufcount_sink.c: somewhere for the output of a repeated run to go, of the same kind as the real one. */
int sink_open(int like);
int sink_null(void); /* /dev/null */
void sink_close(int descriptor);
struct proc_io sink_io(void); /* what draining it added to our own /proc/self/io */

/* bufcount_input.c: whether standard input can serve every run; then the descriptor for a further run,
   standard input (-1) set back to where it stood, or /dev/null. */
bool input_repeats(void);
int input_again(void);

/* bufcount_unseen.c: what the kernel counted and we did not. */
struct unseen {
    int64_t rchar, wchar, syscr, syscw; /* 0 where both agree */
    bool agrees;                        /* all are 0 */
};
struct unseen unseen_of(const struct tally *);
const char *unseen_reason(const struct process *);
bool own_io(struct proc_io *); /* /proc/self/io of bufcount, less its own reading of it */

/* bufcount_report.c and bufcount_json.c */
extern const char *const call_names[CALL_ROWS];
extern const uint8_t call_kinds[CALL_ROWS];
enum { PLAIN, READS, WRITES, COPIES, MOVES };
void report_table(FILE *, const struct options *, const struct tally *);
void report_compared(FILE *, const struct options *, const struct tally tallies[2],
                     const struct timing timings[2]);
void report_times(FILE *, const struct timing *, int runs);
void write_json(FILE *, const struct options *, const struct tally tallies[], const struct timing timings[],
                int count);

#include "bufcount_pages.h"

#endif
