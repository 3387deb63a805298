/* libc and libbuf side by side: on each, the stdio calls and the system calls inside them, then all system calls and
   the times. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

/* One library's calls of one direction. */
struct side {
    bool known;
    uint64_t calls, bytes, out;
};

/* All system calls of a direction inside stdio belong to its calls, also those that a flush or a close made: so it is
   in libbuf's own report. */
static struct side side_of_rows(const struct tally *tally, enum direction direction) {
    static const enum inside out[] = {
        [DIRECTION_PUT] = INSIDE_WRITE, [DIRECTION_GOT] = INSIDE_READ, [DIRECTION_SEEK] = INSIDE_SEEK};
    struct side side = {0};
    for (uint32_t row = 0; row < STDIO_ROWS; row++) {
        const struct stdio_figures *figures = &tally->stdio[row];
        if (!figures->calls)
            continue;
        side.known = true;
        side.out += figures->inside[out[direction]];
        if (direction_of(stdio_names[row] ? stdio_names[row] : "") != direction)
            continue;
        side.calls += figures->calls;
        side.bytes += figures->bytes;
    }
    return side;
}

static struct side side_of_own(const struct own_report *own, enum direction direction) {
    if (!own || !own->known)
        return (struct side){0};
    const struct own_flow *flow = direction == DIRECTION_PUT ? &own->put : &own->got;
    if (direction == DIRECTION_SEEK)
        return (struct side){true, own->seeks, 0, own->seek_calls};
    uint64_t single = direction == DIRECTION_GOT ? own->single_bytes : 0; /* a call each */
    return (struct side){true, flow->calls + single, flow->bytes + single, flow->system_calls};
}

static void put_side(const struct sheet *sheet, const struct side *side) {
    char mean[40] = "";
    if (!side->known) {
        fprintf(sheet->out, " %12s %10s %11s %8s", "?", "", "?", "");
        return;
    }
    if (side->calls && side->bytes)
        snprintf(mean, sizeof mean, "%s x", label_size((side->bytes + side->calls / 2) / side->calls).text);
    fprintf(sheet->out, " %10s %12s %11s %8s", mean, label_count(side->calls, 12).text,
            label_count(side->out, 11).text, label_ratio(side->calls, side->out).text);
}

static uint64_t calls_out(const struct stdio_figures *figures) {
    uint64_t out = 0;
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        out += figures->inside[kind];
    return out;
}

static const struct tally *sorted_by;

static int more_stdio_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint64_t one = sorted_by[0].stdio[a].calls + sorted_by[1].stdio[a].calls,
             other = sorted_by[0].stdio[b].calls + sorted_by[1].stdio[b].calls;
    return one != other ? one > other ? -1 : 1 : a < b ? -1 : a > b;
}

static void put_name(const struct sheet *sheet, const char *name, const struct stdio_figures *libc,
                     const struct stdio_figures *libbuf) {
    const struct stdio_figures *of[] = {libc, libbuf}, *sized = libc->bytes ? libc : libbuf;
    char mean[40] = "";
    if (sized->bytes && sized->calls)
        snprintf(mean, sizeof mean, "%s x",
                 label_size((sized->bytes + sized->calls / 2) / sized->calls).text);
    fprintf(sheet->out, "%-17s %10s", clip(name, 17).text, mean);
    for (int i = 0; i < 2; i++) {
        uint64_t out = calls_out(of[i]);
        fprintf(sheet->out, "%s %13s %11s %8s", i ? " |" : "", label_count(of[i]->calls, 13).text,
                label_count(out, 11).text, label_ratio(of[i]->calls, out).text);
    }
    fputc('\n', sheet->out);
}

/* Each stdio function on both, with all system calls inside it. */
static void put_names(const struct sheet *sheet, const struct tally tallies[2]) {
    uint32_t rows[STDIO_ROWS];
    size_t count = 0;
    for (uint32_t row = 0; row < STDIO_ROWS; row++)
        if (tallies[0].stdio[row].calls || tallies[1].stdio[row].calls)
            rows[count++] = row;
    if (!count)
        return;
    sorted_by = tallies;
    qsort(rows, count, sizeof rows[0], more_stdio_first);
    sheet_head(sheet, "%-17s %10s %34s %36s", "", "", "libc", "libbuf");
    sheet_ink(sheet, INK_HEAD);
    fprintf(sheet->out, "%-17s %10s %13s %11s %8s | %13s %11s %8s", "stdio call", "mean size", "calls in",
            "calls out", "in/out", "calls in", "calls out", "in/out");
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
    for (size_t i = 0; i < count; i++)
        put_name(sheet, stdio_names[rows[i]] ? stdio_names[rows[i]] : "(unknown)", &tallies[0].stdio[rows[i]],
                 &tallies[1].stdio[rows[i]]);
}

static void put_stdio(const struct sheet *sheet, const struct tally tallies[2],
                      const struct own_report *own) {
    static const char *const names[] = {"", "puts", "gets", "seeks"};
    sheet_head(sheet, "%-8s %44s %44s", "", "libc", "libbuf");
    sheet_ink(sheet, INK_HEAD);
    fprintf(sheet->out, "%-8s %10s %12s %11s %8s %10s %12s %11s %8s", "stdio", "mean size", "calls in",
            "calls out", "in/out", "mean size", "calls in", "calls out", "in/out");
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
    static const enum direction directions[] = {DIRECTION_PUT, DIRECTION_GOT, DIRECTION_SEEK};
    for (size_t i = 0; i < 3; i++) {
        struct side libc = side_of_rows(&tallies[0], directions[i]), libbuf = side_of_own(own, directions[i]);
        if (!libc.calls && !libbuf.calls && !libc.out && !libbuf.out)
            continue;
        fprintf(sheet->out, "%-8s", names[directions[i]]);
        put_side(sheet, &libc);
        put_side(sheet, &libbuf);
        fputc('\n', sheet->out);
    }
    if (!own || !own->known)
        return;
    sheet_say(sheet, INK_FAINT,
              "reads, writes and seeks alone, also where a flush or a close made them; libbuf's side is its "
              "own report of %s streams",
              label_count(own->streams, 14).text);
}

static uint64_t both_calls[CALL_ROWS];

static int more_calls_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (both_calls[a] != both_calls[b])
        return both_calls[a] > both_calls[b] ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void put_row(const struct sheet *sheet, const char *name, const struct figures *libc,
                    const struct figures *libbuf) {
    fprintf(sheet->out, "%14s %18s   %14s %18s  %s\n", label_count(libc->calls, 14).text,
            label_count(libc->bytes, 18).text, label_count(libbuf->calls, 14).text,
            label_count(libbuf->bytes, 18).text, name);
}

static void add(struct figures *to, const struct figures *more) {
    to->calls += more->calls;
    to->bytes += more->bytes;
}

static void put_calls(const struct sheet *sheet, const struct options *options,
                      const struct tally tallies[2]) {
    uint32_t rows[CALL_ROWS];
    size_t count = 0;
    struct figures sums[2] = {{0}};
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        both_calls[row] = tallies[0].total[row].calls + tallies[1].total[row].calls;
        if (both_calls[row] && row_shown(options, row))
            rows[count++] = row;
    }
    qsort(rows, count, sizeof rows[0], more_calls_first);
    sheet_head(sheet, "%33s   %33s", "libc", "libbuf");
    sheet_ink(sheet, INK_HEAD);
    fprintf(sheet->out, "%14s %18s   %14s %18s  %s", "calls", "bytes", "calls", "bytes", "system call");
    sheet_ink(sheet, INK_PLAIN);
    fputc('\n', sheet->out);
    for (size_t i = 0; i < count; i++) {
        const struct figures *libc = &tallies[0].total[rows[i]], *libbuf = &tallies[1].total[rows[i]];
        put_row(sheet, call_names[rows[i]] ? call_names[rows[i]] : "(other)", libc, libbuf);
        add(&sums[0], libc);
        add(&sums[1], libbuf);
    }
    put_row(sheet, options->filter ? "total of these" : "total", &sums[0], &sums[1]);
}

static void put_time(FILE *out, const char *name, double libc, double least_libc, double libbuf,
                     double least_libbuf) {
    char left[40], right[40];
    snprintf(left, sizeof left, "%.3f (%.3f)", libc, least_libc);
    snprintf(right, sizeof right, "%.3f (%.3f)", libbuf, least_libbuf);
    fprintf(out, "%33s   %33s  %s\n", left, right, name);
}

void report_compared(FILE *out, const struct options *options, const struct tally tallies[2],
                     const struct timing timings[2], const struct own_report *own) {
    struct sheet paper = sheet_of(out, options->colour), *sheet = &paper;
    report_first_line(sheet, &tallies[tallies[0].flags & SHARED_NO_DISPATCH ? 0 : 1]);
    if (!options->no_stdio) {
        put_names(sheet, tallies);
        put_stdio(sheet, tallies, own);
    }
    put_calls(sheet, options, tallies);
    fprintf(out, "\n%33s   %33s\n", "libc", "libbuf");
    put_time(out, "user", timings[0].user, timings[0].least_user, timings[1].user, timings[1].least_user);
    put_time(out, "system", timings[0].system, timings[0].least_system, timings[1].system,
             timings[1].least_system);
    put_time(out, "wall", timings[0].wall, timings[0].least_wall, timings[1].wall, timings[1].least_wall);
    fprintf(out, "seconds, median (least) of %d runs without any observer\n", options->runs);
    report_files(sheet, options, &tallies[0]);
    if (options->timed)
        for (int i = 0; i < 2; i++) {
            sheet_head(sheet, "%s", i ? "times on libbuf" : "times on libc");
            report_latency(sheet, options, &tallies[i]);
        }
    for (int i = 0; i < 2; i++) {
        sheet_head(sheet, "%s", i ? "libbuf" : "libc");
        report_notes(sheet, &tallies[i]);
    }
    if (exit_code_of(tallies[0].status) != exit_code_of(tallies[1].status))
        sheet_say(sheet, INK_BAD, "the program ended with %d on libc and with %d on libbuf",
                  exit_code_of(tallies[0].status), exit_code_of(tallies[1].status));
}
