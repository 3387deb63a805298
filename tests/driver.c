/* The test driver: see driver.h. Runs are plain fork and exec; output goes to files or a pipe, so that what a
   test reads is what the kernel got. */
#include "driver.h"
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *way_name(enum way way) {
    static const char *const names[WAYS] = {"libc", "so", "a", "preload"};
    return names[way];
}

bool way_wanted(enum way way) {
    const char *ways = getenv("TEST_WAYS");
    if (!ways)
        return true;
    size_t length = strlen(way_name(way));
    for (const char *at = ways; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, way_name(way), length) == 0)
            return true;
    return false;
}

const char *build_directory(void) {
    static char path[PATH_MAX];
    if (!path[0] && !realpath(getenv("TEST_BUILD") ? getenv("TEST_BUILD") : "build", path))
        cr_assert_fail("no build directory: run from the top of the repository");
    return path;
}

static void program_path(const struct run *run, enum way way, char *path, size_t size) {
    if (run->program[0] == '$')
        snprintf(path, size, "%s", run->program + 1);
    else if (strchr(run->program, '/'))
        snprintf(path, size, "%s", run->program);
    else
        snprintf(path, size, "%s/tests/%s/%s", build_directory(), way == WAY_PRELOAD ? "libc" : way_name(way),
                 run->program);
}

/* NAME=VALUE settings of the run, in fresh memory that lives as long as the test's process. */
static char *setting(const char *name, const char *value) {
    char *text = NULL;
    if (asprintf(&text, "%s=%s", name, value) < 0)
        abort();
    return text;
}

enum { SETTINGS_MAX = 24, ARGUMENTS_MAX = 120 };

static size_t collect_settings(const struct run *run, enum way way, const char *totals, char *settings[]) {
    size_t count = 0;
    settings[count++] = setting("TEST_WAY", way_name(way));
    settings[count++] = setting("LC_ALL", "C");
    if (way != WAY_LIBC)
        settings[count++] = setting("LIBBUF_TOTALS", totals);
    char preload[3 * PATH_MAX] = "";
    const char *parts[3] = {run->preload_before, NULL, run->preload_after};
    char library[PATH_MAX + 16];
    if (way == WAY_PRELOAD || (run->also_preload && way != WAY_LIBC)) {
        snprintf(library, sizeof library, "%s/libbuf.so", build_directory());
        parts[1] = library;
    }
    for (int i = 0; i < 3; i++)
        if (parts[i])
            snprintf(preload + strlen(preload), sizeof preload - strlen(preload), "%s%s",
                     preload[0] ? ":" : "", parts[i]);
    if (preload[0])
        settings[count++] = setting("LD_PRELOAD", preload);
    for (size_t i = 0; run->settings && run->settings[i] && count < SETTINGS_MAX; i++)
        settings[count++] = strdup(run->settings[i]);
    settings[count] = NULL;
    return count;
}

/* The child's side: strace itself never runs on libbuf, so under it the settings are passed with -E. */
static void execute(const struct run *run, enum way way, char *const settings[], const char *trace_file) {
    char path[PATH_MAX], *arguments[ARGUMENTS_MAX];
    size_t count = 0;
    program_path(run, way, path, sizeof path);
    if (run->trace) {
        static char filter[512];
        snprintf(filter, sizeof filter, "trace=%s", run->trace);
        char *const words[] = {"strace", "-f",          "-y", "-qq",  "-s", "24",
                               "-e",     "signal=none", "-e", filter, "-o", (char *)(uintptr_t)trace_file,
                               NULL};
        for (size_t i = 0; words[i]; i++)
            arguments[count++] = words[i];
        for (size_t i = 0; settings[i]; i++) {
            arguments[count++] = "-E";
            arguments[count++] = settings[i];
        }
    }
    arguments[count++] = path;
    for (size_t i = 0; run->arguments && run->arguments[i] && count < ARGUMENTS_MAX - 1; i++)
        arguments[count++] = (char *)(uintptr_t)run->arguments[i];
    arguments[count] = NULL;
    for (size_t i = 0; !run->trace && settings[i]; i++)
        putenv(settings[i]);
    execvp(arguments[0], arguments);
    dprintf(2, "driver: cannot execute %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

static void clean_environment(void) {
    static const char *const names[] = {"LIBBUF",    "LIBBUF_VERBOSE", "LIBBUF_TOTALS",  "IOBUF_PARAMS",
                                        "_STDBUF_I", "_STDBUF_O",      "_STDBUF_E",      "LD_PRELOAD",
                                        "LC_ALL",    "LANGUAGE",       "LD_LIBRARY_PATH"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static int open_or_fail(const char *path, int flags) {
    int descriptor = open(path, flags | O_CLOEXEC, 0666);
    cr_assert(descriptor >= 0, "cannot open %s: %s", path, strerror(errno));
    return descriptor;
}

static char *read_all(const char *path, size_t *size) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    *size = 0;
    if (descriptor < 0 || fstat(descriptor, &status) < 0)
        return NULL;
    char *bytes = calloc(1, (size_t)status.st_size + 1);
    for (ssize_t n; (n = read(descriptor, bytes + *size, (size_t)status.st_size - *size)) > 0;)
        *size += (size_t)n;
    close(descriptor);
    return bytes;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Waits for the child; kills its process group when the time is over. A pipe is copied to the file `out`
 * meanwhile. */
static int wait_for(pid_t child, int pipe_end, int out, double limit, bool *timed_out) {
    double end = seconds_now() + limit;
    int status = 0;
    char piece[65536];
    for (bool over = false;;) {
        if (pipe_end >= 0) {
            struct pollfd ready = {.fd = pipe_end, .events = POLLIN};
            ssize_t n = poll(&ready, 1, 20) > 0 ? read(pipe_end, piece, sizeof piece) : -1;
            if (n > 0 && write(out, piece, (size_t)n) != n)
                abort();
            if (n == 0)
                pipe_end = -1;
        } else if (!over) {
            struct timespec pause = {0, 1000000};
            nanosleep(&pause, NULL);
        }
        if (!over && waitpid(child, &status, WNOHANG) == child)
            over = true;
        if (over && pipe_end < 0)
            return status;
        if (seconds_now() > end) {
            *timed_out = true;
            kill(-child, SIGKILL);
            if (!over)
                waitpid(child, &status, 0);
            return status;
        }
    }
}

static void read_totals(const char *path, struct result *result) {
    uint64_t totals[3] = {0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    if (read(descriptor, totals, sizeof totals) == (ssize_t)sizeof totals) {
        result->processes = totals[0];
        result->bytes_read = totals[1];
        result->bytes_written = totals[2];
    }
    close(descriptor);
}

static void make_directory(struct result *result) {
    const char *base = getenv("TMPDIR");
    snprintf(result->directory, sizeof result->directory, "%s/libbuf-test-XXXXXX",
             base && strlen(base) < 80 ? base : "/tmp");
    char inside[160];
    cr_assert(mkdtemp(result->directory), "mkdtemp %s: %s", result->directory, strerror(errno));
    snprintf(inside, sizeof inside, "%s/cwd", result->directory);
    cr_assert(mkdir(inside, 0777) == 0);
}

static const char *beside(const struct result *result, const char *name) {
    static char paths[8][256];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", result->directory, name);
    return path;
}

struct result run_program(const struct run *run, enum way way) {
    struct result result = {0};
    make_directory(&result);
    char *settings[SETTINGS_MAX + 8], *totals = strdup(beside(&result, "totals"));
    collect_settings(run, way, totals, settings);
    int input = open_or_fail(run->input ? beside(&result, "in") : "/dev/null",
                             run->input ? O_RDWR | O_CREAT : O_RDONLY);
    if (run->input) {
        size_t size = run->input_size ? run->input_size : strlen(run->input);
        cr_assert(write(input, run->input, size) == (ssize_t)size && lseek(input, 0, SEEK_SET) == 0);
        close(input);
        input = open_or_fail(beside(&result, "in"), O_RDONLY);
    }
    int out = open_or_fail(beside(&result, "out"), O_RDWR | O_CREAT), pipe_ends[2] = {-1, -1};
    int err = open_or_fail(beside(&result, "err"), O_RDWR | O_CREAT);
    cr_assert(!run->piped || pipe2(pipe_ends, O_CLOEXEC) == 0);
    build_directory(); /* found here: the child has another working directory */
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        setpgid(0, 0);
        clean_environment();
        if (dup2(input, 0) < 0 || dup2(run->piped ? pipe_ends[1] : out, 1) < 0 ||
            dup2(run->merged ? 1 : err, 2) < 0 || chdir(beside(&result, "cwd")) < 0)
            _exit(126);
        signal(SIGPIPE, SIG_DFL);
        execute(run, way, settings, beside(&result, "trace"));
    }
    setpgid(child, child);
    if (run->piped)
        close(pipe_ends[1]);
    result.status = wait_for(child, pipe_ends[0], out, run->seconds ? run->seconds : 60, &result.timed_out);
    if (run->piped)
        close(pipe_ends[0]);
    close(input);
    close(out);
    close(err);
    result.out = read_all(beside(&result, "out"), &result.out_size);
    result.err = read_all(beside(&result, "err"), &result.err_size);
    read_totals(totals, &result);
    if (run->trace && !result.timed_out)
        read_trace(beside(&result, "trace"), &result);
    for (size_t i = 0; settings[i]; i++)
        free(settings[i]);
    free(totals);
    return result;
}

static void remove_tree(const char *path) {
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
}

void release(struct result *result) {
    free(result->out);
    free(result->err);
    free(result->calls);
    remove_tree(result->directory);
    memset(result, 0, sizeof *result);
}

char *result_file(const struct result *result, const char *name, size_t *size) {
    char path[256];
    snprintf(path, sizeof path, "%s/cwd/%s", result->directory, name);
    return read_all(path, size);
}

const char *shared_library(const char *name) {
    static char path[PATH_MAX + 64];
    char source[256], versions[300], fresh[PATH_MAX + 96];
    snprintf(path, sizeof path, "%s/tests/%s.so", build_directory(), name);
    snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid());
    snprintf(source, sizeof source, "tests/libraries/%s.c", name);
    snprintf(versions, sizeof versions, "-Wl,--version-script=tests/libraries/%s.map", name);
    bool versioned = access(strchr(versions, '=') + 1, R_OK) == 0;
    pid_t child = fork();
    if (child == 0) {
        execlp("cc", "cc", "-std=gnu17", "-D_GNU_SOURCE", "-O1", "-g", "-fPIC", "-shared", "-o", fresh,
               source, versioned ? versions : (char *)NULL, (char *)NULL);
        _exit(127);
    }
    int status;
    cr_assert(waitpid(child, &status, 0) == child && status == 0 && rename(fresh, path) == 0,
              "cannot build %s", source);
    return path;
}
