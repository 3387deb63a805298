/* The report for people: one table for the whole tree, the most frequent calls first, then what was not
 * counted. */
#include "bufcount.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct figures *sorted_by;

static int more_calls_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (sorted_by[a].calls != sorted_by[b].calls)
        return sorted_by[a].calls > sorted_by[b].calls ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* Fills ROWS with the numbers of the calls that FIGURES has, sorted; returns how many. */
static size_t sort_rows(const struct figures *figures, uint32_t rows[CALL_ROWS]) {
    size_t count = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        if (figures[row].calls)
            rows[count++] = row;
    sorted_by = figures;
    qsort(rows, count, sizeof rows[0], more_calls_first);
    return count;
}

static const char *name_of(uint32_t row) {
    return call_names[row] ? call_names[row] : "(other)";
}

static void put_row(FILE *out, const struct figures *figures, double microseconds_of_tick, const char *name) {
    if (microseconds_of_tick > 0)
        fprintf(out, "%12.0f ", (double)figures->ticks * microseconds_of_tick);
    fprintf(out, "%10" PRIu64 " %8" PRIu64 " %14" PRIu64 "  %s\n", figures->calls, figures->errors,
            figures->bytes, name);
}

static struct figures sum_of(const struct figures *figures) {
    struct figures sum = {0};
    for (size_t row = 0; row < CALL_ROWS; row++) {
        sum.calls += figures[row].calls;
        sum.errors += figures[row].errors;
        sum.bytes += figures[row].bytes;
        sum.ticks += figures[row].ticks;
    }
    return sum;
}

static int by_pid(const void *left, const void *right) {
    pid_t a = *(const pid_t *)left, b = *(const pid_t *)right;
    return a < b ? -1 : a > b;
}

/* "total of 3 processes, 5 programs": an exec begins a program, mostly in a process that was there before. */
static void describe_tree(const struct tally *tally, char *text, size_t size) {
    size_t processes = 0, programs = 0, count = 0;
    bool more = false;
    pid_t *pids = malloc(tally->process_count * sizeof *pids + 1);
    if (!pids)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->process_count; i++) {
        if (!tally->processes[i].ran)
            continue;
        if (tally->processes[i].pid == -1)
            more = true;
        else
            pids[count++] = tally->processes[i].pid;
        programs += (tally->processes[i].flags & IMAGE_EXECUTED) != 0;
    }
    qsort(pids, count, sizeof *pids, by_pid);
    for (size_t i = 0; i < count; i++)
        processes += i == 0 || pids[i] != pids[i - 1];
    free(pids);
    snprintf(text, size, "total of %s%zu process%s, %zu program%s", more ? "more than " : "", processes,
             processes == 1 ? "" : "es", programs, programs == 1 ? "" : "s");
}

static void put_uncounted(FILE *out, const struct tally *tally) {
    for (size_t i = 0; i < tally->process_count; i++) {
        const struct process *process = &tally->processes[i];
        if (!process->ran)
            fprintf(out, "not counted: %s (process %d): %s\n", process->exe, (int)process->pid,
                    unseen_reason(process));
        else if (process->flags & IMAGE_DEAF_THREADS)
            fprintf(out, "not counted: some threads of %s (process %d): dispatch was refused there\n",
                    process->exe, (int)process->pid);
    }
    if (tally->flags & SHARED_NESTED_DISPATCH)
        fprintf(out, "a program asked for syscall user dispatch itself and was refused\n");
    if (tally->left_running)
        fprintf(out, "processes that outlived the program are still running; they count no further\n");
}

static void put_second_opinion(FILE *out, const struct tally *tally) {
    if (!tally->io_known) {
        fprintf(out, "/proc/PID/io: not compared\n");
        return;
    }
    struct unseen unseen = unseen_of(tally);
    if (unseen.agrees) {
        fprintf(out, "/proc/PID/io agrees: nothing read or written unseen\n");
        return;
    }
    fprintf(out,
            "/proc/PID/io differs from what was counted: reads %+" PRId64 " (bytes %+" PRId64
            "), writes %+" PRId64 " (bytes %+" PRId64 ")%s\n",
            unseen.syscr, unseen.rchar, unseen.syscw, unseen.wchar,
            tally->flags & SHARED_AUTOREAP ? "; the kernel drops the account of children nobody waits for"
                                           : "");
}

void report_table(FILE *out, const struct options *options, const struct tally *tally) {
    uint32_t rows[CALL_ROWS];
    size_t count = sort_rows(tally->total, rows);
    double microseconds_of_tick = options->timed ? tally->nanoseconds_of_tick / 1000 : 0;
    if (tally->flags & SHARED_NO_DISPATCH)
        fprintf(
            out,
            "syscall user dispatch is not available here (%s): only calls made through libc's symbols are "
            "counted\n",
            strerror(tally->refused_errno));
    if (microseconds_of_tick > 0)
        fprintf(out, "%12s ", "microseconds");
    fprintf(out, "%10s %8s %14s  %s\n", "calls", "errors", "bytes", "system call");
    for (size_t i = 0; i < count; i++)
        put_row(out, &tally->total[rows[i]], microseconds_of_tick, name_of(rows[i]));
    struct figures sum = sum_of(tally->total);
    char last[80];
    describe_tree(tally, last, sizeof last);
    put_row(out, &sum, microseconds_of_tick, last);
    put_uncounted(out, tally);
    put_second_opinion(out, tally);
}

void report_times(FILE *out, const struct timing *timing, int runs) {
    fprintf(out, "%d runs without any observer, seconds, median (least):\n", runs);
    fprintf(out, "  user %.3f (%.3f)  system %.3f (%.3f)  wall %.3f (%.3f)\n", timing->user,
            timing->least_user, timing->system, timing->least_system, timing->wall, timing->least_wall);
}

static void put_compared_row(FILE *out, const char *name, const struct figures *libc,
                             const struct figures *libbuf) {
    fprintf(out, "%10" PRIu64 " %14" PRIu64 "   %10" PRIu64 " %14" PRIu64 "  %s\n", libc->calls, libc->bytes,
            libbuf->calls, libbuf->bytes, name);
}

static void put_compared_time(FILE *out, const char *name, double libc, double least_libc, double libbuf,
                              double least_libbuf) {
    char left[40], right[40];
    snprintf(left, sizeof left, "%.3f (%.3f)", libc, least_libc);
    snprintf(right, sizeof right, "%.3f (%.3f)", libbuf, least_libbuf);
    fprintf(out, "%25s   %25s  %s\n", left, right, name);
}

void report_compared(FILE *out, const struct options *options, const struct tally tallies[2],
                     const struct timing timings[2]) {
    struct figures both[CALL_ROWS];
    uint32_t rows[CALL_ROWS];
    for (size_t row = 0; row < CALL_ROWS; row++)
        both[row].calls = tallies[0].total[row].calls + tallies[1].total[row].calls;
    size_t count = sort_rows(both, rows);
    for (int i = 0; i < 2; i++)
        if (tallies[i].flags & SHARED_NO_DISPATCH) {
            fprintf(out,
                    "syscall user dispatch is not available here (%s): only calls made through libc's "
                    "symbols are "
                    "counted\n",
                    strerror(tallies[i].refused_errno));
            break;
        }
    fprintf(out, "%25s   %25s\n", "libc", "libbuf");
    fprintf(out, "%10s %14s   %10s %14s  %s\n", "calls", "bytes", "calls", "bytes", "system call");
    for (size_t i = 0; i < count; i++)
        put_compared_row(out, name_of(rows[i]), &tallies[0].total[rows[i]], &tallies[1].total[rows[i]]);
    struct figures libc = sum_of(tallies[0].total), libbuf = sum_of(tallies[1].total);
    put_compared_row(out, "total", &libc, &libbuf);
    fprintf(out, "\n%25s   %25s  seconds, median (least) of %d runs without any observer\n", "libc", "libbuf",
            options->runs);
    put_compared_time(out, "user", timings[0].user, timings[0].least_user, timings[1].user,
                      timings[1].least_user);
    put_compared_time(out, "system", timings[0].system, timings[0].least_system, timings[1].system,
                      timings[1].least_system);
    put_compared_time(out, "wall", timings[0].wall, timings[0].least_wall, timings[1].wall,
                      timings[1].least_wall);
    for (int i = 0; i < 2; i++) {
        put_uncounted(out, &tallies[i]);
        fprintf(out, "%s: ", i ? "libbuf" : "libc");
        put_second_opinion(out, &tallies[i]);
    }
    if (exit_code_of(tallies[0].status) != exit_code_of(tallies[1].status))
        fprintf(out, "the program ended with %d on libc and with %d on libbuf\n",
                exit_code_of(tallies[0].status), exit_code_of(tallies[1].status));
}
