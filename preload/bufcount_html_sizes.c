/* Histograms of the sizes that were asked for, in powers of two: stdio's on the left, the kernel's on the
   right, each by its own measure, and below the most frequent sizes of both. */
#include "bufcount_html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 500,
    ROW = 18,
    MIDDLE = WIDTH / 2,
    LABEL = 108,  /* width of the middle column */
    NUMBERS = 62, /* width for a number behind a bar */
    SIZES = 64    /* different sizes that are added up */
};

/* Both sides of one direction, of all files. */
struct sides {
    uint64_t counts[2][SIZE_BUCKETS];
    struct {
        uint64_t size, calls;
    } frequent[2][SIZES];
};

static void add_flow(struct sides *sides, int side, const struct flow *flow) {
    for (size_t i = 0; i < SIZE_BUCKETS; i++)
        sides->counts[side][i] += flow->sizes[i];
    for (size_t i = 0; i < FREQUENT_SIZES; i++) {
        uint64_t size = flow->frequent[i].size, calls = flow->frequent[i].calls;
        for (size_t j = 0; calls && j < SIZES; j++) {
            if (sides->frequent[side][j].calls && sides->frequent[side][j].size != size)
                continue;
            sides->frequent[side][j].size = size;
            sides->frequent[side][j].calls += calls;
            break;
        }
    }
}

static void label_of(size_t bucket, char *text, size_t size) {
    static const char *const units[] = {"", " KiB", " MiB", " GiB", " TiB"};
    if (bucket < 2) {
        snprintf(text, size, "%zu", bucket);
        return;
    }
    uint64_t from = UINT64_C(1) << (bucket - 1);
    if (bucket <= 10) {
        snprintf(text, size, "%" PRIu64 " \xe2\x80\x93 %" PRIu64, from, 2 * from - 1);
        return;
    }
    size_t unit = (bucket - 1) / 10;
    unsigned low = 1U << ((bucket - 1) % 10);
    if (low == 512)
        snprintf(text, size, "512%s \xe2\x80\x93 1%s", units[unit], units[unit + 1]);
    else
        snprintf(text, size, "%u \xe2\x80\x93 %u%s", low, 2 * low, units[unit]);
}

static uint64_t most_of(const uint64_t *counts) {
    uint64_t most = 0;
    for (size_t i = 0; i < SIZE_BUCKETS; i++)
        most = counts[i] > most ? counts[i] : most;
    return most;
}

static void put_bar(FILE *out, int side, uint64_t count, uint64_t most, double y, int colour) {
    if (!count)
        return;
    char text[NUMBER_SIZE], exact[NUMBER_SIZE];
    const double room = MIDDLE - LABEL / 2.0 - NUMBERS;
    double width = room * (double)count / (double)most;
    if (width < 1)
        width = 1;
    double edge = side ? MIDDLE + LABEL / 2.0 : MIDDLE - LABEL / 2.0;
    fprintf(out,
            "<g><title>%s</title><rect class=\"c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
            format_count(exact, count), side ? colour : 4, side ? edge : edge - width, y + 2, width, ROW - 4);
    fprintf(out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text></g>\n",
            side ? edge + width + 5 : edge - width - 5, y + 13, side ? "start" : "end",
            format_short(text, (double)count));
}

static void put_frequent(FILE *out, struct sides *sides, int side) {
    char size[NUMBER_SIZE], calls[NUMBER_SIZE];
    bool first = true;
    for (int shown = 0; shown < 4; shown++) {
        size_t most = 0;
        for (size_t i = 1; i < SIZES; i++)
            if (sides->frequent[side][i].calls > sides->frequent[side][most].calls)
                most = i;
        if (!sides->frequent[side][most].calls)
            break;
        if (first)
            fprintf(out, "<p class=\"soft\">Most frequent in %s: ", side ? "system calls" : "stdio calls");
        fprintf(out, "%s<span class=\"whole\">%s \xc3\x97 %s</span>", first ? "" : ", ",
                format_bytes(size, (double)sides->frequent[side][most].size),
                format_count(calls, sides->frequent[side][most].calls));
        first = false;
        sides->frequent[side][most].calls = 0;
    }
    if (!first)
        fputs("</p>\n", out);
}

static void put_sides(FILE *out, struct sides *sides, const char *title, int colour) {
    size_t first = SIZE_BUCKETS, last = 0;
    for (size_t i = 0; i < SIZE_BUCKETS; i++)
        if (sides->counts[0][i] || sides->counts[1][i]) {
            first = first < i ? first : i;
            last = i;
        }
    if (first == SIZE_BUCKETS)
        return;
    size_t rows = last - first + 1;
    fprintf(out,
            "<div><h3>%s</h3>\n<svg viewBox=\"0 0 %d %zu\" role=\"img\" aria-label=\"sizes: %s\">\n"
            "<text class=\"soft\" x=\"%d\" y=\"12\" text-anchor=\"end\">stdio calls</text>"
            "<text class=\"soft\" x=\"%d\" y=\"12\" text-anchor=\"middle\">bytes</text>"
            "<text class=\"soft\" x=\"%d\" y=\"12\">system calls</text>\n",
            title, WIDTH, 22 + rows * ROW, title, MIDDLE - LABEL / 2, MIDDLE, MIDDLE + LABEL / 2);
    for (size_t i = first; i <= last; i++) {
        char label[48];
        double y = 18 + (double)(i - first) * ROW;
        label_of(i, label, sizeof label);
        fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", MIDDLE,
                y + 13, label);
        put_bar(out, 0, sides->counts[0][i], most_of(sides->counts[0]), y, colour);
        put_bar(out, 1, sides->counts[1][i], most_of(sides->counts[1]), y, colour);
    }
    fputs("</svg>\n", out);
    put_frequent(out, sides, 0);
    put_frequent(out, sides, 1);
    fputs("</div>\n", out);
}

void html_sizes(const struct page *page) {
    struct sides read = {0}, written = {0};
    for (size_t i = 0; i < page->tally->file_count; i++) {
        const struct file_record *record = &page->tally->files[i].record;
        add_flow(&read, 0, &record->got);
        add_flow(&read, 1, &record->read);
        add_flow(&written, 0, &record->put);
        add_flow(&written, 1, &record->written);
    }
    if (!most_of(read.counts[0]) && !most_of(read.counts[1]) && !most_of(written.counts[0]) &&
        !most_of(written.counts[1]))
        return;
    fprintf(page->out,
            "<section id=\"%ssizes\"><h2>Sizes%s</h2>\n<p class=\"soft\">How many calls asked for how many "
            "bytes; each side has its own scale.</p>\n<div class=\"pair\">\n",
            page->anchor, page->on);
    put_sides(page->out, &read, "Reading", INSIDE_READ);
    put_sides(page->out, &written, "Writing", INSIDE_WRITE);
    fputs("</div></section>\n", page->out);
}
