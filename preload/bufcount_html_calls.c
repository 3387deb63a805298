/* The tables of stdio functions and of system calls, the most frequent first. */
#include "bufcount_html.h"

#include <stdlib.h>

static const struct tally *sorted;

static int more_calls_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (sorted->total[a].calls != sorted->total[b].calls)
        return sorted->total[a].calls > sorted->total[b].calls ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int more_functions_first(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    if (sorted->stdio[a].calls != sorted->stdio[b].calls)
        return sorted->stdio[a].calls > sorted->stdio[b].calls ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void put_cell(FILE *out, uint64_t number) {
    char text[NUMBER_SIZE];
    fprintf(out, "<td>%s</td>", number ? format_count(text, number) : "\xc2\xb7");
}

static void put_meter(FILE *out, int colour, uint64_t part, uint64_t most) {
    fprintf(out, "<td class=\"meter\"><i class=\"k%d\" style=\"width:%.1f%%\"></i></td>", colour,
            most ? 100 * (double)part / (double)most : 0);
}

/* A log2 histogram of ticks as a small picture; its title says the range. */
static void put_spark(FILE *out, const uint64_t counts[LATENCY_BUCKETS], double nanoseconds_of_tick) {
    size_t first = LATENCY_BUCKETS, last = 0;
    uint64_t most = 0;
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        if (!counts[i])
            continue;
        first = first < i ? first : i;
        last = i;
        most = counts[i] > most ? counts[i] : most;
    }
    fputs("<td class=\"spark\">", out);
    if (most) {
        char from[NUMBER_SIZE], to[NUMBER_SIZE];
        format_time(from, first ? (double)(UINT64_C(1) << (first - 1)) * nanoseconds_of_tick : 0);
        format_time(to, (double)(UINT64_C(1) << last) * nanoseconds_of_tick);
        size_t shown = last - first + 1;
        double width = shown < 10 ? 10 : 100.0 / (double)shown;
        fprintf(out, "<svg viewBox=\"0 0 100 20\"><title>%s to %s</title>", from, to);
        for (size_t i = first; i <= last; i++) {
            double height = counts[i] ? 1 + 18 * (double)counts[i] / (double)most : 0;
            fprintf(out, "<rect class=\"c4\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    (double)(i - first) * width, 20 - height, width - 1, height);
        }
        fprintf(out, "</svg></td><td class=\"soft left\">%s \xe2\x80\x93 %s</td>", from, to);
    } else {
        fputs("</td><td></td>", out);
    }
}

void html_calls(const struct page *page) {
    FILE *out = page->out;
    const struct tally *tally = page->tally;
    uint32_t rows[CALL_ROWS];
    size_t count = 0;
    struct figures sum = {0};
    bool latency = false;
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        if (!tally->total[row].calls || !row_shown(page->options, row))
            continue;
        rows[count++] = row;
        sum.calls += tally->total[row].calls;
        sum.errors += tally->total[row].errors;
        sum.bytes += tally->total[row].bytes;
        sum.ticks += tally->total[row].ticks;
        for (size_t i = 0; i < LATENCY_BUCKETS; i++)
            latency |= tally->latency[row][i] != 0;
    }
    sorted = tally;
    qsort(rows, count, sizeof rows[0], more_calls_first);
    double tick = page->nanoseconds_of_tick;
    fprintf(out,
            "<section id=\"%scalls\"><h2>System calls%s</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
            "<th>call</th><th></th><th>calls</th><th>errors</th><th>bytes</th><th>bytes a call</th>",
            page->anchor, page->on);
    if (tick > 0)
        fputs("<th>time</th><th>a call</th>", out);
    if (tick > 0 && latency)
        fputs("<th class=\"left\">calls by time (log)</th><th></th>", out);
    fputs("</tr></thead>\n<tbody>\n", out);
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < count; i++) {
        const struct figures *figures = &tally->total[rows[i]];
        fputs("<tr><td><code>", out);
        html_text(out, call_names[rows[i]] ? call_names[rows[i]] : "(other)");
        fputs("</code></td>", out);
        put_meter(out, (int)inside_of(rows[i]), figures->calls, tally->total[rows[0]].calls);
        put_cell(out, figures->calls);
        put_cell(out, figures->errors);
        put_cell(out, figures->bytes);
        fprintf(out, "<td>%s</td>",
                figures->bytes ? format_bytes(text, (double)figures->bytes / (double)figures->calls)
                               : "\xc2\xb7");
        if (tick > 0) {
            fprintf(out, "<td>%s</td>", format_time(text, (double)figures->ticks * tick));
            fprintf(out, "<td>%s</td>",
                    format_time(text, (double)figures->ticks * tick / (double)figures->calls));
        }
        if (tick > 0 && latency)
            put_spark(out, tally->latency[rows[i]], tick);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n<tfoot><tr><td>all</td><td></td>", out);
    put_cell(out, sum.calls);
    put_cell(out, sum.errors);
    put_cell(out, sum.bytes);
    fputs("<td></td>", out);
    if (tick > 0)
        fprintf(out, "<td>%s</td><td></td>", format_time(text, (double)sum.ticks * tick));
    if (tick > 0 && latency)
        fputs("<td></td><td></td>", out);
    fputs("</tr></tfoot></table></div></section>\n", out);
}

void html_functions(const struct page *page) {
    FILE *out = page->out;
    const struct tally *tally = page->tally;
    uint32_t rows[STDIO_ROWS];
    size_t count = 0;
    struct stdio_figures sum = {0};
    for (uint32_t row = 0; row < STDIO_ROWS; row++) {
        const struct stdio_figures *figures = &tally->stdio[row];
        if (!figures->calls || !stdio_names[row])
            continue;
        rows[count++] = row;
        sum.calls += figures->calls;
        sum.errors += figures->errors;
        sum.bytes += figures->bytes;
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            sum.inside[kind] += figures->inside[kind];
        sum.inside_bytes += figures->inside_bytes;
        sum.inside_ticks += figures->inside_ticks;
    }
    if (!count)
        return;
    sorted = tally;
    qsort(rows, count, sizeof rows[0], more_functions_first);
    double tick = page->nanoseconds_of_tick;
    fprintf(out,
            "<section id=\"%sfunctions\"><h2>stdio functions%s</h2>\n<div class=\"wide\"><table>\n<thead>"
            "<tr><th></th><th></th><th colspan=\"4\" class=\"group\">called by the program</th>"
            "<th colspan=\"%d\" class=\"group\">system calls inside</th></tr>\n<tr><th>function</th><th></th>"
            "<th>calls</th><th>errors</th><th>bytes</th><th>bytes a call</th><th>read</th><th>write</th>"
            "<th>seek</th><th>sync</th><th>other</th><th>bytes</th>%s</tr></thead>\n<tbody>\n",
            page->anchor, page->on, tick > 0 ? 7 : 6, tick > 0 ? "<th>time</th>" : "");
    char text[NUMBER_SIZE];
    for (size_t i = 0; i <= count; i++) {
        const struct stdio_figures *figures = i < count ? &tally->stdio[rows[i]] : &sum;
        if (i == count)
            fputs("</tbody>\n<tfoot>", out);
        fprintf(out, "<tr><td>%s", i < count ? "<code>" : "all");
        if (i < count) {
            html_text(out, stdio_names[rows[i]]);
            fputs("</code></td>", out);
            put_meter(out, colour_of_function(stdio_names[rows[i]], figures), figures->calls,
                      tally->stdio[rows[0]].calls);
        } else {
            fputs("</td><td></td>", out);
        }
        put_cell(out, figures->calls);
        put_cell(out, figures->errors);
        put_cell(out, figures->bytes);
        fprintf(out, "<td>%s</td>",
                figures->bytes && figures->calls
                    ? format_bytes(text, (double)figures->bytes / (double)figures->calls)
                    : "\xc2\xb7");
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            put_cell(out, figures->inside[kind]);
        put_cell(out, figures->inside_bytes);
        if (tick > 0)
            fprintf(out, "<td>%s</td>",
                    figures->inside_ticks ? format_time(text, (double)figures->inside_ticks * tick)
                                          : "\xc2\xb7");
        fputs("</tr>\n", out);
    }
    fputs("</tfoot></table></div></section>\n", out);
}
