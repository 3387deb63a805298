/* The report for people, from both sides to the notes; each part is in a file of its own. Here: the table of system
   calls, the tree in a line, and what was not counted. */
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

/* Fills ROWS with the numbers of the calls to be shown that FIGURES has, sorted; returns how many. */
static size_t sort_rows(const struct options *options, const struct figures *figures,
                        uint32_t rows[CALL_ROWS]) {
    size_t count = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        if (figures[row].calls && row_shown(options, row))
            rows[count++] = row;
    sorted_by = figures;
    qsort(rows, count, sizeof rows[0], more_calls_first);
    return count;
}

static const char *name_of(uint32_t row) {
    return call_names[row] ? call_names[row] : "(other)";
}

static void put_row(const struct sheet *sheet, const struct figures *figures, double microseconds_of_tick,
                    bool sized, const char *name) {
    if (microseconds_of_tick > 0)
        fprintf(sheet->out, "%14s ",
                label_count((uint64_t)((double)figures->ticks * microseconds_of_tick + 0.5), 14).text);
    uint64_t done = figures->calls - (figures->errors < figures->calls ? figures->errors : 0);
    fprintf(sheet->out, "%14s %10s %20s %8s  %s\n", label_count(figures->calls, 14).text,
            label_count(figures->errors, 10).text, label_count(figures->bytes, 20).text,
            sized && figures->bytes && done ? label_size((figures->bytes + done / 2) / done).text : "", name);
}

static struct figures sum_of(const struct options *options, const struct figures *figures) {
    struct figures sum = {0};
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        if (!row_shown(options, row))
            continue;
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

/* "3 processes, 5 programs": an exec begins a program, mostly in a process that was there before. */
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
    snprintf(text, size, "%s%zu process%s, %zu program%s", more ? "more than " : "", processes,
             processes == 1 ? "" : "es", programs, programs == 1 ? "" : "s");
}

static void put_uncounted(const struct sheet *sheet, const struct tally *tally) {
    for (size_t i = 0; i < tally->process_count; i++) {
        const struct process *process = &tally->processes[i];
        if (!process->ran)
            sheet_say(sheet, INK_BAD, "not counted: %s (process %d): %s", process->exe, (int)process->pid,
                      unseen_reason(process));
        else if (process->running)
            sheet_say(sheet, INK_BAD, "still running: %s (process %d)", process->exe, (int)process->pid);
        else if (process->flags & IMAGE_DEAF_THREADS)
            sheet_say(sheet, INK_BAD,
                      "not counted: some threads of %s (process %d): dispatch was refused there",
                      process->exe, (int)process->pid);
    }
    if (tally->flags & SHARED_NESTED_DISPATCH)
        sheet_say(sheet, INK_BAD, "a program asked for syscall user dispatch itself and was refused");
    if (tally->left_running)
        sheet_say(sheet, INK_BAD,
                  "processes that outlived the program are still running; they count no further");
}

static void put_second_opinion(const struct sheet *sheet, const struct tally *tally) {
    if (!tally->io_known) {
        sheet_say(sheet, INK_PLAIN, "/proc/PID/io: not compared");
        return;
    }
    struct unseen unseen = unseen_of(tally);
    if (unseen.agrees)
        sheet_say(sheet, INK_PLAIN, "/proc/PID/io agrees: nothing read or written unseen");
    else
        sheet_say(sheet, INK_BAD,
                  "/proc/PID/io differs from what was counted: reads %+" PRId64 " (bytes %+" PRId64
                  "), writes %+" PRId64 " (bytes %+" PRId64 ")%s",
                  unseen.syscr, unseen.rchar, unseen.syscw, unseen.wchar,
                  tally->flags & SHARED_AUTOREAP
                      ? "; the kernel drops the account of children nobody waits for"
                      : "");
}

/* What stdio's side of the report cannot see. */
static void put_limits(const struct sheet *sheet, const struct tally *tally) {
    if (tally->flags & SHARED_NOT_WRITABLE)
        sheet_say(sheet, INK_BAD,
                  "nothing is patched: the kernel or a policy refuses writable code, so each call cost "
                  "about two microseconds more");
    if (tally->flags & SHARED_INLINED)
        sheet_say(
            sheet, INK_PLAIN,
            "getc and putc that the compiler put into the program are seen only where they fill or empty the "
            "buffer (__uflow, __overflow): their bytes are in the files, their calls are not");
    if (tally->flags & SHARED_FILES_FULL)
        sheet_say(
            sheet, INK_BAD,
            "more than %d files at a time: what the others did is counted in the calls, but not by file",
            FILES);
}

void report_notes(const struct sheet *sheet, const struct tally *tally) {
    ranks_table(sheet, tally);
    put_limits(sheet, tally);
    put_uncounted(sheet, tally);
    put_second_opinion(sheet, tally);
}

void report_first_line(const struct sheet *sheet, const struct tally *tally) {
    if (tally->flags & SHARED_NO_DISPATCH)
        sheet_say(sheet, INK_BAD,
                  "syscall user dispatch is not available here (%s): only calls made through libc's symbols "
                  "are counted",
                  strerror(tally->refused_errno));
}

static void put_calls(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    uint32_t rows[CALL_ROWS];
    size_t count = sort_rows(options, tally->total, rows);
    double microseconds_of_tick = options->timed ? tally->nanoseconds_of_tick / 1000 : 0;
    sheet_head(sheet, "%s%14s %10s %20s %8s  %s", microseconds_of_tick > 0 ? "  microseconds " : "", "calls",
               "errors", "bytes", "mean", "system call");
    for (size_t i = 0; i < count; i++)
        put_row(sheet, &tally->total[rows[i]], microseconds_of_tick, true, name_of(rows[i]));
    struct figures sum = sum_of(options, tally->total);
    char tree[80], last[100];
    describe_tree(tally, tree, sizeof tree);
    snprintf(last, sizeof last, "%s", options->filter ? "total of these" : "total");
    put_row(sheet, &sum, microseconds_of_tick, false, last);
    sheet_say(sheet, INK_PLAIN, "%s; what the loader does before the first constructor is not counted", tree);
}

void report_table(FILE *out, const struct options *options, const struct tally *tally) {
    struct sheet sheet = sheet_of(out, options->colour);
    report_first_line(&sheet, tally);
    report_stdio(&sheet, options, tally);
    put_calls(&sheet, options, tally);
    report_files(&sheet, options, tally);
    report_sizes(&sheet, tally);
    if (options->timed)
        report_latency(&sheet, options, tally);
    fputc('\n', out);
    report_notes(&sheet, tally);
}

void report_times(FILE *out, const struct options *options, const struct timing *timing, int runs) {
    struct sheet sheet = sheet_of(out, options->colour);
    sheet_head(&sheet, "%d runs without any observer, seconds, median (least)", runs);
    fprintf(out, "user %.3f (%.3f)  system %.3f (%.3f)  wall %.3f (%.3f)\n", timing->user, timing->least_user,
            timing->system, timing->least_system, timing->wall, timing->least_wall);
}
