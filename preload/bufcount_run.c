/* One counted run: starts the program under the shim, waits for its whole tree as strace -f does, passes on
   the signals that are sent to bufcount, and folds ended images meanwhile. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum { FOLD_INTERVAL = 20000000 /* ns between looks for ended images */, RESULT_OF_SHELL = 128 };

/* Signals sent to bufcount that are the program's affair. */
static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM};

static sigset_t mask_before;
static struct sigaction child_action_before;

static void take_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < sizeof passed_on / sizeof passed_on[0]; i++)
        sigaddset(&set, passed_on[i]);
    sigprocmask(SIG_BLOCK, &set, &mask_before);
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &action, &child_action_before);
}

static void give_signals_back(void) {
    sigaction(SIGCHLD, &child_action_before, NULL);
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
}

/* Waits for the program, then, unless told not to, for what it left behind, which a signal to bufcount ends. */
static void wait_for_tree(const struct options *options, pid_t program, struct shared *shared,
                          struct tally *tally) {
    sigset_t waited = mask_before;
    sigprocmask(SIG_BLOCK, NULL, &waited);
    bool program_ended = false;
    for (;;) {
        int status;
        pid_t ended;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
                memory_killed(shared, ended);
            if (ended != program)
                continue;
            program_ended = true;
            tally->status = status;
        }
        if (ended < 0 && errno == ECHILD)
            return;
        memory_fold(shared, tally, false);
        if (options->timed)
            timeline_look(shared, tally, false);
        if (program_ended && options->no_wait) {
            tally->left_running = true;
            return;
        }
        siginfo_t info;
        struct timespec interval = {.tv_nsec = FOLD_INTERVAL};
        int number = sigtimedwait(&waited, &info, &interval);
        if (number <= 0 || number == SIGCHLD)
            continue;
        if (program_ended) {
            tally->left_running = true;
            return;
        }
        if (info.si_code <= 0) /* a terminal's signal reaches the program by itself */
            kill(program, number);
    }
}

static double ticks_of(struct timespec from, struct timespec to, uint64_t ticks) {
    double nanoseconds = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
    return ticks ? nanoseconds / (double)ticks : 0;
}

static int by_order(const void *left, const void *right) {
    const struct process *a = left, *b = right;
    return a->order < b->order ? -1 : a->order > b->order;
}

pid_t start_program(const struct options *options, const char *libbuf, const struct redirection *redirection,
                    struct shared *shared) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        die(EXIT_OWN_FAILURE, "pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t program = fork();
    if (program < 0)
        die(EXIT_OWN_FAILURE, "fork: %s", strerror(errno));
    if (program == 0) {
        if (shared)
            give_signals_back();
        become_program(options, libbuf, redirection, ends[1], shared);
    }
    close(ends[1]);
    int error = 0;
    if (read(ends[0], &error, sizeof error) == sizeof error) {
        waitpid(program, NULL, 0);
        if (shared)
            memory_done(shared);
        die(exec_exit_code(error), "%s: %s", options->command[0], strerror(error));
    }
    close(ends[0]);
    return program;
}

void run_counted(const struct options *options, const char *libbuf, const struct redirection *redirection,
                 struct tally *tally) {
    *tally = (struct tally){0};
    struct shared *shared = memory_make(options);
    struct timespec from, to, date;
    struct proc_io before, after, drained = sink_io();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    take_signals();
    tally->io_known = own_io(&before);
    clock_gettime(CLOCK_MONOTONIC, &from);
    clock_gettime(CLOCK_REALTIME, &date);
    uint64_t start = __rdtsc();
    pid_t program = start_program(options, libbuf, redirection, shared);
    wait_for_tree(options, program, shared, tally);
    tally->ticks = __rdtsc() - start;
    clock_gettime(CLOCK_MONOTONIC, &to);
    tally->nanoseconds_of_tick = ticks_of(from, to, tally->ticks);
    tally->began = (double)date.tv_sec + (double)date.tv_nsec * 1e-9;
    if (options->timed)
        timeline_look(shared, tally, true);
    memory_fold(shared, tally, true);
    tally->io_known = tally->io_known && !tally->left_running && own_io(&after);
    if (tally->io_known) {
        struct proc_io sunk = sink_io();
        tally->kernel.rchar = after.rchar - before.rchar - (sunk.rchar - drained.rchar);
        tally->kernel.wchar = after.wchar - before.wchar;
        tally->kernel.syscr = after.syscr - before.syscr - (sunk.syscr - drained.syscr) - 1; /* of the pipe */
        tally->kernel.syscw = after.syscw - before.syscw;
    }
    tally->flags = atomic_load(&shared->flags);
    for (size_t row = 0; row < CALL_ROWS; row++)
        for (size_t bucket = 0; bucket < LATENCY_BUCKETS; bucket++)
            tally->latency[row][bucket] = atomic_load(&shared->latency[row][bucket]);
    tally->refused_errno = (int)atomic_load(&shared->refused_errno);
    memory_done(shared);
    give_signals_back();
    qsort(tally->processes, tally->process_count, sizeof tally->processes[0], by_order);
}

void process_free(struct process *process) {
    free(process->exe);
    free(process->table);
    free(process->stdio);
}

void tally_free(struct tally *tally) {
    for (size_t i = 0; i < tally->process_count; i++)
        process_free(&tally->processes[i]);
    free(tally->processes);
    free(tally->files);
    free(tally->moments);
    for (size_t i = 0; i < tally->run_count; i++) {
        free(tally->runs[i].id);
        free(tally->runs[i].host);
    }
    free(tally->runs);
    *tally = (struct tally){0};
}

int exit_code_of(int status) {
    return WIFSIGNALED(status) ? RESULT_OF_SHELL + WTERMSIG(status) : WEXITSTATUS(status);
}

void end_as(int status) {
    fflush(NULL);
    if (WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, number);
        signal(number, SIG_DFL);
        raise(number);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
    }
    _exit(exit_code_of(status));
}
