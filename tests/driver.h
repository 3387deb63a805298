/* Runs a program under test in the four ways a program meets libbuf, captures what it does, counts its system
   calls and checks the proof that its data passed through libbuf's streams. Every run has a fresh directory
   as its working directory. Environment: TEST_BUILD names another build directory than "build", TEST_WAYS
   limits the ways ("libc,so"). */
#ifndef TESTS_DRIVER_H
#define TESTS_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum way {
    WAY_LIBC,    /* the plain program */
    WAY_SO,      /* linked with libbuf.so */
    WAY_A,       /* linked with libbuf.a */
    WAY_PRELOAD, /* the plain program, libbuf.so preloaded */
    WAYS
};

struct call {
    int pid;
    char name[24];
    int descriptor;  /* the first argument when it is a number, else -1 */
    long result;     /* what it returned; -1 with an error */
    char target[96]; /* what strace -y says the descriptor is, shortened to its end */
    char text[160];  /* the line as strace wrote it, shortened */
};

/* What to run and how. All but program may be left 0. */
struct run {
    const char *program;          /* name below build/tests/WAY/, or a path, or a command of PATH after "$" */
    const char *const *arguments; /* without the program's name, ended by NULL */
    const char *const *settings;  /* NAME=VALUE for the environment, ended by NULL */
    const char *input;            /* standard input's bytes, from a file; NULL: /dev/null */
    size_t input_size;            /* 0: strlen(input) */
    const char *preload_before;   /* a library to preload before libbuf */
    const char *preload_after;    /* a library to preload after it */
    const char *trace;            /* system calls for strace -e trace= */
    bool merged;                  /* stderr goes where stdout goes: `out` shows the order */
    bool piped;                   /* stdout is a pipe; else a file */
    bool also_preload;            /* preload libbuf.so even in the linked ways */
    int seconds;                  /* killed after that many; 0: 60 */
};

struct result {
    int status;             /* as waitpid gives it */
    bool timed_out;         /* it was killed by the driver */
    char *out;              /* what it wrote to stdout, a NUL behind it */
    size_t out_size;        /* bytes */
    char *err;              /* what it wrote to stderr, a NUL behind it */
    size_t err_size;        /* bytes */
    uint64_t processes;     /* proof: processes that started on libbuf */
    uint64_t bytes_read;    /* proof: bytes its streams read */
    uint64_t bytes_written; /* proof: bytes its streams wrote */
    struct call *calls;     /* the traced calls, in order */
    size_t call_count;      /* how many */
    char directory[128];    /* the run's working directory, kept until release */
};

const char *way_name(enum way way);

/* False when TEST_WAYS leaves the way out. */
bool way_wanted(enum way way);

/* The build directory, absolute. */
const char *build_directory(void);

/* Runs the program and fills in the result; fails the test when it cannot be started or did not end in
   time. */
struct result run_program(const struct run *run, enum way way);

/* Frees the result and removes the run's directory. */
void release(struct result *result);

/* Fails the test unless the program exited with the code and, on libbuf, processes > 0 and at least so many
   bytes were read and written by its streams. */
void expect_exit(const struct run *run, enum way way, const struct result *result, int code);
void expect_proof(const struct run *run, enum way way, const struct result *result, uint64_t read_at_least,
                  uint64_t written_at_least);

/* Reads the file that strace -f -y wrote into the result's calls (driver_trace.c; run_program calls it). */
void read_trace(const char *path, struct result *result);

/* The number of traced calls of that name whose target ends in `target` (NULL: any). */
size_t count_calls(const struct result *result, const char *name, const char *target);

/* A program of tests/programs/ whose own expectations decide: it must exit 0 in every way, print the same on
   stdout and stderr in every way, and prove that its streams carried the bytes. */
struct program {
    const char *name;
    const char *const *arguments;
    const char *const *settings;
    const char *input;
    size_t input_size;
    uint64_t reads;  /* bytes its streams read at least */
    uint64_t writes; /* bytes its streams write at least */
    bool differs;    /* stdout differs from libc's on purpose: not compared */
    bool merged;
    int seconds;
};
void passes_everywhere(const struct program *program);

/* A test that runs one program everywhere: suite, the behaviour it protects, then the fields of struct
 * program. */
#define PROGRAM_TEST(suite, behaviour, ...)                                                                  \
    Test(suite, behaviour) {                                                                                 \
        passes_everywhere(&(struct program){__VA_ARGS__});                                                   \
    }

/* Reads a file of a run's directory into fresh memory, a NUL behind it; NULL when it is not there. */
char *result_file(const struct result *result, const char *name, size_t *size);

/* Builds tests/libraries/NAME.c as a shared library below the build directory and returns its path. */
const char *shared_library(const char *name);

#endif
