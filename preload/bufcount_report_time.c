/* With --time: how long each system call took, by call and by file, and the histograms of it. What the clock itself
   takes is not in them: the shim takes it off each interval. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME = 18,            /* columns for the name of a call */
    GRAPH = COLUMNS - 67, /* columns for powers of two: of more, the longest times */
    RANGE = 20            /* columns of "4.10 us ... 8.19 us" */
};

static const uint64_t (*sorted_by)[LATENCY_BUCKETS];

static uint64_t measured(const uint64_t buckets[LATENCY_BUCKETS]) {
    uint64_t sum = 0;
    for (int i = 0; i < LATENCY_BUCKETS; i++)
        sum += buckets[i];
    return sum;
}

/* Nanoseconds in the middle (by ratio) of the bucket in which that share of the calls is reached. */
static double quantile(const uint64_t buckets[LATENCY_BUCKETS], double share, double nanoseconds_of_tick) {
    uint64_t below = 0, sum = measured(buckets);
    for (int i = 0; i < LATENCY_BUCKETS; i++) {
        below += buckets[i];
        if ((double)below >= share * (double)sum && below)
            return i ? (double)(UINT64_C(1) << (i - 1)) * 1.414 * nanoseconds_of_tick : 0;
    }
    return 0;
}

/* One character for each power of two from the first bucket used to the last: how much of the calls took so long. */
static void draw(char graph[GRAPH + 1], const uint64_t buckets[LATENCY_BUCKETS], int from, int until) {
    static const char shades[] = " .:-=+*#@";
    uint64_t most = 1;
    for (int i = from; i < until; i++)
        if (buckets[i] > most)
            most = buckets[i];
    int at = 0;
    for (int i = from; i < until && at < GRAPH; i++)
        graph[at++] = buckets[i] ? shades[1 + (int)((double)buckets[i] / (double)most * 7)] : ' ';
    while (at > 0 && graph[at - 1] == ' ')
        at--;
    graph[at] = 0;
}

static int by_ticks(const void *left, const void *right) {
    const struct figure_row *a = left, *b = right;
    if (a->figures.ticks != b->figures.ticks)
        return a->figures.ticks > b->figures.ticks ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int slowest_file_first(const void *left, const void *right) {
    const struct file_sum *a = left, *b = right;
    uint64_t one = a->sum.ticks, other = b->sum.ticks;
    return one != other ? one > other ? -1 : 1 : strncmp(a->sum.path, b->sum.path, FILE_PATH);
}

static void widen(const uint64_t buckets[LATENCY_BUCKETS], int *from, int *until) {
    for (int i = 0; i < LATENCY_BUCKETS; i++)
        if (buckets[i]) {
            *from = i < *from ? i : *from;
            *until = i >= *until ? i + 1 : *until;
        }
    *from = *until - *from > GRAPH ? *until - GRAPH : *from;
}

static void put_line(const struct sheet *sheet, uint64_t ticks, const uint64_t buckets[LATENCY_BUCKETS],
                     double tick, int from, int until, const char *name, int width) {
    uint64_t calls = measured(buckets);
    char graph[GRAPH + 1];
    draw(graph, buckets, from, until);
    fprintf(sheet->out, "%8s %10s %8s %8s %8s  %-*s ", label_time((double)ticks * tick).text,
            label_count(calls, 10).text, label_time(calls ? (double)ticks * tick / (double)calls : 0).text,
            label_time(quantile(buckets, 0.5, tick)).text, label_time(quantile(buckets, 0.99, tick)).text,
            width, clip(name, width).text);
    sheet_ink(sheet, INK_BAR);
    fputs(graph, sheet->out);
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
}

static void put_head(const struct sheet *sheet, double tick, int from, int until, const char *what,
                     int width) {
    char range[80] = "";
    if (until > from)
        snprintf(range, sizeof range, "%s ... %s",
                 label_time((double)(from ? UINT64_C(1) << (from - 1) : 0) * tick).text,
                 label_time((double)(UINT64_C(1) << (until - 1)) * tick).text);
    sheet_head(sheet, "%8s %10s %8s %8s %8s  %-*s %s", "time", "calls", "mean", "median", "99 %", width, what,
               range);
}

static void put_calls(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    struct figure_row rows[CALL_ROWS];
    size_t count = 0;
    int from = LATENCY_BUCKETS, until = 0;
    sorted_by = tally->latency;
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        if (tally->total[row].calls && row_shown(options, row) && measured(sorted_by[row])) {
            rows[count++] = (struct figure_row){row, tally->total[row]};
            widen(sorted_by[row], &from, &until);
        }
    if (!count)
        return;
    qsort(rows, count, sizeof rows[0], by_ticks);
    put_head(sheet, tally->nanoseconds_of_tick, from, until, "system call", NAME);
    for (size_t i = 0; i < count; i++)
        put_line(sheet, rows[i].figures.ticks, sorted_by[rows[i].row], tally->nanoseconds_of_tick, from,
                 until, call_names[rows[i].row] ? call_names[rows[i].row] : "(other)", NAME);
}

static void put_files(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    size_t count, most = options->files < 0 ? SIZE_MAX
                         : options->files   ? (size_t)options->files
                                            : DEFAULT_FILES;
    struct file_sum *files = files_by_path(tally, &count);
    qsort(files, count, sizeof *files, slowest_file_first);
    int from = LATENCY_BUCKETS, until = 0;
    size_t shown = 0;
    for (; shown < count && shown < most && files[shown].sum.ticks; shown++)
        widen((const uint64_t *)files[shown].sum.latency, &from, &until);
    if (shown) {
        int graph = until - from < RANGE ? RANGE : until - from, width = COLUMNS - 50 - graph;
        put_head(sheet, tally->nanoseconds_of_tick, from, until, "file", width);
        for (size_t i = 0; i < shown; i++)
            put_line(sheet, files[i].sum.ticks, (const uint64_t *)files[i].sum.latency,
                     tally->nanoseconds_of_tick, from, until, files[i].sum.path, width);
    }
    free(files);
}

void report_latency(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    put_calls(sheet, options, tally);
    put_files(sheet, options, tally);
    sheet_say(sheet, INK_FAINT,
              "These times are of the counted run, without the clock's own %s a call; the times of whole "
              "runs (-n) are "
              "always of runs without any observer.",
              label_time((double)cost_of_clock() * tally->nanoseconds_of_tick).text);
}
