/* The table of files: the records of each path added up, those that moved most bytes first. */
#include "bufcount_html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 25, MOST = 1000, PATH_LENGTH = 40 };

/* One path. */
struct sum {
    const char *path;
    uint32_t kind;
    size_t processes;
    uint64_t last_order; /* of the image counted last */
    uint64_t opens, seeks, syncs, ticks, sequential, aligned;
    uint64_t calls[4], bytes[4]; /* read, written, got, put */
};

static int by_path(const void *left, const void *right) {
    const struct file *a = *(const struct file *const *)left, *b = *(const struct file *const *)right;
    int order = strcmp(a->record.path, b->record.path);
    return order ? order : a->order < b->order ? -1 : a->order > b->order;
}

static uint64_t weight(const struct sum *sum) {
    return sum->bytes[0] + sum->bytes[1];
}

static int heaviest_first(const void *left, const void *right) {
    const struct sum *a = left, *b = right;
    if (weight(a) != weight(b))
        return weight(a) > weight(b) ? -1 : 1;
    uint64_t calls_a = a->calls[0] + a->calls[1] + a->seeks + a->opens,
             calls_b = b->calls[0] + b->calls[1] + b->seeks + b->opens;
    if (calls_a != calls_b)
        return calls_a > calls_b ? -1 : 1;
    return strcmp(a->path, b->path);
}

static void add(struct sum *sum, const struct file *file) {
    const struct file_record *record = &file->record;
    const struct flow *flows[] = {&record->read, &record->written, &record->got, &record->put};
    if (!sum->processes || sum->last_order != file->order)
        sum->processes++;
    sum->last_order = file->order;
    sum->opens += record->opens;
    sum->seeks += record->seeks;
    sum->syncs += record->syncs;
    sum->ticks += record->ticks;
    sum->sequential += record->sequential_reads + record->sequential_writes;
    sum->aligned += record->aligned_reads + record->aligned_writes;
    for (int i = 0; i < 4; i++) {
        sum->calls[i] += flows[i]->calls;
        sum->bytes[i] += flows[i]->bytes;
    }
}

static struct sum *sum_up(const struct tally *tally, size_t *count) {
    const struct file **files = malloc(tally->file_count * sizeof *files + 1);
    struct sum *sums = calloc(tally->file_count + 1, sizeof *sums);
    if (!files || !sums)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->file_count; i++)
        files[i] = &tally->files[i];
    qsort(files, tally->file_count, sizeof *files, by_path);
    *count = 0;
    for (size_t i = 0; i < tally->file_count; i++) {
        if (!*count || strcmp(sums[*count - 1].path, files[i]->record.path) != 0)
            sums[(*count)++] = (struct sum){.path = files[i]->record.path, .kind = files[i]->record.kind};
        add(&sums[*count - 1], files[i]);
    }
    free(files);
    qsort(sums, *count, sizeof *sums, heaviest_first);
    return sums;
}

static void put_count(FILE *out, uint64_t number) {
    char text[NUMBER_SIZE];
    fprintf(out, "<td>%s</td>", number ? format_count(text, number) : "\xc2\xb7");
}

static void put_bytes(FILE *out, uint64_t bytes) {
    char text[NUMBER_SIZE];
    if (bytes)
        fprintf(out, "<td title=\"%" PRIu64 " bytes\">%s</td>", bytes, format_bytes(text, (double)bytes));
    else
        fputs("<td>\xc2\xb7</td>", out);
}

static void put_head(const struct page *page) {
    fprintf(page->out,
            "<div class=\"wide\"><table>\n<thead><tr><th></th><th></th><th colspan=\"2\" class=\"group\">"
            "stdio calls</th><th colspan=\"2\" class=\"group\">reads</th><th colspan=\"2\" class=\"group\">"
            "writes</th><th></th><th></th><th></th><th></th>%s</tr>\n<tr><th>file</th><th>opens</th>"
            "<th>calls</th><th>bytes</th><th>calls</th><th>bytes</th><th>calls</th><th>bytes</th>"
            "<th>in order</th><th>aligned</th><th>seeks</th><th>syncs</th>%s</tr></thead>\n<tbody>\n",
            page->nanoseconds_of_tick > 0 ? "<th></th>" : "",
            page->nanoseconds_of_tick > 0 ? "<th>time</th>" : "");
}

static void put_row(const struct page *page, const struct sum *sum) {
    FILE *out = page->out;
    char text[NUMBER_SIZE];
    uint64_t moves = sum->calls[0] + sum->calls[1];
    bool positions = sum->kind == FILE_REGULAR || sum->kind == FILE_BLOCK;
    fputs("<tr><td title=\"", out);
    html_text(out, sum->path);
    if (sum->processes > 1)
        fprintf(out, " (%zu processes)", sum->processes);
    fputs("\"><span class=\"path\">", out);
    html_cut(out, *sum->path ? sum->path : "(files without a record of their own)", PATH_LENGTH);
    fputs("</span></td>", out);
    put_count(out, sum->opens);
    put_count(out, sum->calls[2] + sum->calls[3]);
    put_bytes(out, sum->bytes[2] + sum->bytes[3]);
    put_count(out, sum->calls[0]);
    put_bytes(out, sum->bytes[0]);
    put_count(out, sum->calls[1]);
    put_bytes(out, sum->bytes[1]);
    fprintf(out, "<td>%s</td>", positions ? format_share(text, sum->sequential, moves) : "\xc2\xb7");
    fprintf(out, "<td>%s</td>", positions ? format_share(text, sum->aligned, moves) : "\xc2\xb7");
    put_count(out, sum->seeks);
    put_count(out, sum->syncs);
    if (page->nanoseconds_of_tick > 0)
        fprintf(out, "<td>%s</td>",
                sum->ticks ? format_time(text, (double)sum->ticks * page->nanoseconds_of_tick) : "\xc2\xb7");
    fputs("</tr>\n", out);
}

static void put_rows(const struct page *page, const struct sum *sums, size_t from, size_t to) {
    put_head(page);
    for (size_t i = from; i < to; i++)
        put_row(page, &sums[i]);
    fputs("</tbody></table></div>\n", page->out);
}

void html_files(const struct page *page) {
    size_t count;
    struct sum *sums = sum_up(page->tally, &count);
    FILE *out = page->out;
    char text[NUMBER_SIZE];
    if (count) {
        fprintf(
            out,
            "<section id=\"%sfiles\"><h2>Files%s</h2>\n<p class=\"soft\">%s path%s, those that moved most "
            "bytes first. In order: calls that began where the last one ended. Aligned: that began and "
            "ended on a multiple of the file's block.</p>\n",
            page->anchor, page->on, format_count(text, count), count == 1 ? "" : "s");
        size_t shown = count <= SHOWN + 5 ? count : SHOWN, most = count < MOST ? count : MOST;
        put_rows(page, sums, 0, shown);
        if (most > shown) {
            fprintf(out, "<details><summary>%zu more</summary>\n", most - shown);
            put_rows(page, sums, shown, most);
            fputs("</details>\n", out);
        }
        if (count > most)
            fprintf(out, "<p class=\"soft\">%s more are not shown.</p>\n", format_count(text, count - most));
        fputs("</section>\n", out);
    }
    free(sums);
}
