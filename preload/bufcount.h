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

#include "bufcount_sheet.h"
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
    const char *output;     /* -o, NULL for stderr */
    const char *json;       /* --json or NULL */
    bool compare;           /* --compare */
    bool timed;             /* --time */
    bool no_patch;          /* --no-patch */
    bool no_stdio;          /* --no-stdio */
    bool no_wait;           /* --no-wait: report when the program itself ends */
    bool apply;             /* --apply: run again with the LIBBUF line that is advised */
    const char *html;       /* --html or NULL */
    const char *directory;  /* --dir or NULL */
    const char *filter;     /* --syscalls: names with commas between, or NULL */
    bool wanted[CALL_ROWS]; /* with filter: the calls it names */
    enum colour colour;     /* --color */
    int files;              /* --files: lines in the table of files; 0: DEFAULT_FILES, -1: all */
    const char *rules;      /* LIBBUF for the runs on libbuf, or NULL: as it is */
    int runs;               /* -n: timed runs without an observer; 0: none */
    bool merge;             /* bufcount report: command holds directories */
    char **command;         /* PROGRAM ARGS */
    char shim[PATH_MAX];    /* libbufcount.so */
    char libbuf[PATH_MAX];  /* with --compare or --apply */
};

/* Where a run's standard descriptors lead; -1 leaves one as it is. */
struct redirection {
    int input, output, error;
};

/* bufcount_memory.c: the shared memory. make dies where it cannot; fold takes in the images that have ended
   (all: every one) and frees them; done removes it. */
struct shared *memory_make(const struct options *);
const char *memory_path(void);
void memory_list_sites(struct shared *); /* bufcount_sites.c */
void memory_fold(struct shared *, struct tally *, bool all);
void memory_killed(struct shared *, pid_t);
/* bufcount_fold.c: takes in and frees the stdio rows and file records of an image that has ended; of the
   files that found no record, at the end of a run. */
void fold_stdio(struct shared *, struct tally *, size_t image_number);
void fold_other_files(struct shared *, struct tally *);
void memory_done(struct shared *);

/* bufcount_run.c: runs the command once, counted. LIBBUF is the library to run it on or NULL. */
void run_counted(const struct options *, const char *libbuf, const struct redirection *, struct tally *);
void process_free(struct process *);
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
    double mean_user, mean_system;               /* means: the kernel samples what of a run is user time */
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

/* bufcount_names.c: names and kinds of the rows. */
extern const char *const call_names[CALL_ROWS];
extern const uint8_t call_kinds[CALL_ROWS];
enum { PLAIN, READS, WRITES, COPIES, MOVES };
extern const char *const stdio_names[STDIO_ROWS]; /* NULL where the row is not in use */
enum inside inside_of(uint32_t row);              /* what a system call counts as inside a stdio call */
enum direction { DIRECTION_NONE, DIRECTION_PUT, DIRECTION_GOT, DIRECTION_SEEK };
enum direction direction_of(const char *stdio_name); /* which way its bytes go */
/* The calls that --syscalls names; dies where it names none. Whether the reports show a row. */
void filter_parse(struct options *);
bool row_shown(const struct options *, uint32_t row);

/* bufcount_files.c: the records of each path added up, those that moved most bytes first. */
struct file_sum {
    const struct file_record *first; /* one of its records: path, kind, block */
    int32_t descriptors[4];          /* the first different ones */
    int descriptor_count;            /* of all: more than 4 are not kept */
    size_t processes;                /* images that used it */
    struct file_record sum;          /* its counters; path and kind of the first */
    struct file_record stdio;        /* of the records that stdio calls used: the counters of system calls */
};
struct file_sum *files_by_path(const struct tally *, size_t *count);
uint64_t file_bytes(const struct file_record *); /* moved by system calls */
uint64_t file_calls(const struct file_record *); /* reads, writes and seeks */
void flow_add(struct flow *to, const struct flow *more);
void file_add(struct file_record *to, const struct file_record *more);

struct own_report;

/* bufcount_report*.c: the tables. */
enum { DEFAULT_FILES = 20 };
void report_table(FILE *, const struct options *, const struct tally *);
void report_compared(FILE *, const struct options *, const struct tally tallies[2],
                     const struct timing timings[2], const struct own_report *own);
void report_times(FILE *, const struct options *, const struct timing *, int runs);
void report_stdio(const struct sheet *, const struct options *, const struct tally *);
void report_files(const struct sheet *, const struct options *, const struct tally *);
void report_sizes(const struct sheet *, const struct tally *);
void report_latency(const struct sheet *, const struct options *, const struct tally *);
void report_notes(const struct sheet *, const struct tally *); /* what was not counted, the second opinion */
void report_first_line(const struct sheet *, const struct tally *);

/* bufcount_cost.c: seconds that one more system call costs on a file of that kind, in that directory ("": the
   temporary one), when as many bytes go in pieces of SIZE as in pieces of WINDOW; measured in some milliseconds. */
double cost_of_call(enum file_kind, const char *directory, bool writing, uint64_t size, uint64_t window);
/* Ticks that a measured interval holds of the clock itself. */
uint64_t cost_of_clock(void);

/* bufcount_advice.c: what libbuf would save. */
struct advice {
    char pattern[FILE_PATH + 8]; /* of libbuf's rule */
    const char *path;            /* of one of the files */
    size_t files;                /* that the pattern means */
    int window;                  /* what_if index */
    uint64_t size;               /* bytes of it */
    bool reads, writes;          /* what the calls are */
    uint64_t calls, promised;    /* system calls made, and with the rule */
    double seconds;              /* less, by the cost of a call */
    double cost;                 /* of a call, seconds */
};
struct advices {
    struct advice *items; /* what saves most first */
    size_t count;
    char *rules; /* all of them, for LIBBUF */
};
struct advices advise(const struct tally *);
void advices_free(struct advices *);
/* The pattern of libbuf's rules that means the file, as short as can be; false where none does. */
bool pattern_of(const struct file_record *, char *pattern, size_t size);
bool pattern_matches(const struct advice *, const struct file_record *);

/* bufcount_findings.c: what a reader should know even where no rule helps; sentences. */
struct findings {
    char **items;
    size_t count;
};
struct findings find_habits(const struct tally *);
void findings_free(struct findings *);
void report_advice(const struct sheet *, const struct tally *, const struct advices *,
                   const struct findings *);

/* bufcount_apply.c: the command again with the rules. */
struct applied {
    bool done;
    struct tally tally;       /* of the run with them */
    struct timing timings[2]; /* without and with, in turns, unobserved */
    int runs;                 /* of each */
    uint64_t *calls;          /* of each advice, what it came to */
};
void apply(const struct options *, const struct tally *, const struct advices *, struct applied *);
/* Seconds of system time of one run: without the rules, as promised, and with them. */
struct system_time {
    double without, promised, real;
};
struct system_time applied_time(const struct advices *, const struct applied *);
void report_applied(const struct sheet *, const struct tally *, const struct advices *,
                    const struct applied *);
void applied_free(struct applied *);

/* bufcount_own.c: what libbuf itself reports of the command's streams, in a run without the shim. */
struct own_report {
    bool known;
    uint64_t streams;
    struct own_flow {
        uint64_t calls, bytes, system_calls, system_bytes;
    } put, got;
    uint64_t single_bytes, seeks, seek_calls;
};
void own_report_run(const struct options *, const struct redirection *, struct own_report *);

/* bufcount_json*.c */
struct results {
    const struct tally *tallies;
    const struct timing *timings;    /* one each, or NULL */
    int count;                       /* of both */
    const struct advices *advices;   /* or NULL */
    const struct findings *findings; /* or NULL */
    const struct applied *applied;   /* or NULL */
    const struct own_report *own;    /* or NULL */
};
void write_json(FILE *, const struct options *, const struct results *);
void json_text(FILE *, const char *);
void json_stdio(FILE *, const struct tally *, double nanoseconds_of_tick);
void json_files(FILE *, const struct tally *, double nanoseconds_of_tick);
void json_latency(FILE *, const uint64_t buckets[LATENCY_BUCKETS], double nanoseconds_of_tick);
void json_advice(FILE *, const struct results *);
void json_own(FILE *, const struct own_report *);

#include "bufcount_pages.h"

#endif
