/* Both sides in one picture: each stdio function, and beside it the system calls made inside its calls; then what
   system calls were made by nobody's stdio. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

static const struct stdio_figures *sorted_by;

static int more_calls_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (sorted_by[a].calls != sorted_by[b].calls)
        return sorted_by[a].calls > sorted_by[b].calls ? -1 : 1;
    return a < b ? -1 : a > b;
}

static uint64_t calls_out(const struct stdio_figures *figures) {
    uint64_t out = 0;
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        out += figures->inside[kind];
    return out;
}

static void put_row(const struct sheet *sheet, const char *name, const struct stdio_figures *figures,
                    bool sized) {
    uint64_t out = calls_out(figures);
    char mean[40] = "";
    if (sized && figures->bytes && figures->calls)
        snprintf(mean, sizeof mean, "%s x",
                 label_size((figures->bytes + figures->calls / 2) / figures->calls).text);
    fprintf(sheet->out, "%-17s %10s %11s %9s %6s |", clip(name, 17).text, mean,
            label_count(figures->calls, 11).text, label_size(figures->bytes).text,
            label_count(figures->errors, 6).text);
    fprintf(sheet->out, " %8s %8s %7s %6s ", label_count(figures->inside[INSIDE_READ], 8).text,
            label_count(figures->inside[INSIDE_WRITE], 8).text,
            label_count(figures->inside[INSIDE_SEEK], 7).text,
            label_count(figures->inside[INSIDE_SYNC] + figures->inside[INSIDE_OTHER], 6).text);
    sheet_ink(sheet, !out || figures->calls > 10 * out ? INK_GOOD
                     : figures->calls < 2 * out        ? INK_BAD
                                                       : INK_PLAIN);
    fprintf(sheet->out, "%7s", label_ratio(figures->calls, out).text);
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
}

/* The system calls of each kind, and how many of them were made inside stdio calls. */
static void put_kinds(const struct sheet *sheet, const struct tally *tally, const struct stdio_figures *sum) {
    static const char *const names[] = {"reads", "writes", "seeks", "syncs", "others"};
    uint64_t all[INSIDE_KINDS] = {0};
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        all[inside_of(row)] += tally->total[row].calls;
    sheet_head(sheet, "%-18s %14s %14s %14s", "system calls", "all", "inside stdio", "not by stdio");
    for (int kind = 0; kind < INSIDE_KINDS; kind++) {
        if (!all[kind] && !sum->inside[kind])
            continue;
        uint64_t rest = all[kind] > sum->inside[kind] ? all[kind] - sum->inside[kind] : 0;
        fprintf(sheet->out, "%-18s %14s %14s %14s\n", names[kind], label_count(all[kind], 14).text,
                label_count(sum->inside[kind], 14).text, label_count(rest, 14).text);
    }
}

static void add(struct stdio_figures *to, const struct stdio_figures *more) {
    to->calls += more->calls;
    to->errors += more->errors;
    to->bytes += more->bytes;
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        to->inside[kind] += more->inside[kind];
}

void report_stdio(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    uint32_t rows[STDIO_ROWS];
    size_t count = 0;
    struct stdio_figures sum = {0};
    for (uint32_t row = 0; row < STDIO_ROWS; row++)
        if (tally->stdio[row].calls) {
            rows[count++] = row;
            add(&sum, &tally->stdio[row]);
        }
    if (options->no_stdio || !count)
        return;
    sorted_by = tally->stdio;
    qsort(rows, count, sizeof rows[0], more_calls_first);
    sheet_head(sheet, "%-17s %10s %11s %9s %6s | %8s %8s %7s %6s %7s", "stdio call", "mean size", "calls in",
               "bytes", "errors", "reads", "writes", "seeks", "others", "in/out");
    for (size_t i = 0; i < count; i++) {
        const char *name = stdio_names[rows[i]];
        put_row(sheet, name ? name : "(unknown)", &tally->stdio[rows[i]], true);
    }
    put_row(sheet, "all of stdio", &sum, false);
    put_kinds(sheet, tally, &sum);
}
