/* The spread over the ranks of an MPI program, from merged records. */
#include "bufcount_html.h"

#include <inttypes.h>

enum { WIDTH = 500, HEIGHT = 120, LEFT = 64, BOTTOM = 98, TOP = 8, BARS = 128 };

static uint64_t value_of(const struct run *run, int figure) {
    const uint64_t values[RANK_FIGURES] = {run->stdio_calls, run->given, run->calls, run->bytes};
    return values[figure];
}

/* A bar for each rank, or for as many ranks as make one bar; then it stands for the largest of them. */
static void put_bars(FILE *out, const struct tally *tally, int figure, const struct spread *spread,
                     const char *title) {
    char text[NUMBER_SIZE];
    bool bytes = figure == RANK_GIVEN || figure == RANK_BYTES;
    size_t group = (spread->ranks + BARS - 1) / BARS, bars = (spread->ranks + group - 1) / group, rank = 0;
    double width = (double)(WIDTH - LEFT) / (double)bars;
    fprintf(out, "<div><h3>%s</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by rank\">\n",
            title, WIDTH, HEIGHT, title);
    fprintf(out, "<path class=\"axis\" d=\"M%d %dH%d\"/><path class=\"axis\" d=\"M%d %dH%d\"/>\n", LEFT, TOP,
            WIDTH, LEFT, BOTTOM, WIDTH);
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 6, TOP + 6,
            bytes ? format_bytes(text, (double)spread->most) : format_short(text, (double)spread->most));
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", LEFT - 6,
            BOTTOM + 4);
    uint64_t most = 0;
    int first = -1, last = -1;
    for (size_t i = 0; i < tally->run_count; i++) {
        const struct run *run = &tally->runs[i];
        if (run->rank < 0)
            continue;
        first = first < 0 ? run->rank : first;
        last = run->rank;
        most = value_of(run, figure) > most ? value_of(run, figure) : most;
        if (++rank % group && rank < spread->ranks)
            continue;
        double height = spread->most ? (double)(BOTTOM - TOP) * (double)most / (double)spread->most : 0;
        fprintf(out, "<g><title>rank %d: %s</title>", run->rank,
                bytes ? format_bytes(text, (double)most) : format_count(text, most));
        fprintf(out, "<rect class=\"c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></g>\n",
                figure < RANK_CALLS ? INSIDE_OTHER : INSIDE_READ, LEFT + (double)((rank - 1) / group) * width,
                BOTTOM - height, width > 3 ? width - (width > 30 ? 6 : 1) : width, height);
        most = 0;
    }
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\">rank %d</text>", LEFT, BOTTOM + 17, first);
    if (last > first)
        fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"end\">rank %d</text>", WIDTH,
                BOTTOM + 17, last);
    fputs("</svg></div>\n", out);
}

void html_ranks(const struct page *page) {
    static const char *const titles[RANK_FIGURES] = {"stdio calls", "bytes through stdio", "system calls",
                                                     "bytes through the kernel"};
    struct spread spreads[RANK_FIGURES];
    FILE *out = page->out;
    char text[NUMBER_SIZE];
    ranks_spread(page->tally, spreads);
    if (!spreads[0].ranks)
        return;
    fprintf(out,
            "<section id=\"%sranks\"><h2>Ranks%s</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>%zu "
            "ranks</th><th>least</th><th>rank</th><th>median</th><th>most</th><th>rank</th></tr></thead>"
            "\n<tbody>\n",
            page->anchor, page->on, spreads[0].ranks);
    for (int i = 0; i < RANK_FIGURES; i++) {
        fprintf(out, "<tr><td>%s</td><td>%s</td>", titles[i], format_count(text, spreads[i].least));
        fprintf(out, "<td>%d</td><td>%s</td>", spreads[i].least_rank, format_count(text, spreads[i].median));
        fprintf(out, "<td>%s</td><td>%d</td></tr>\n", format_count(text, spreads[i].most),
                spreads[i].most_rank);
    }
    fputs("</tbody></table></div>\n<div class=\"pair\">\n", out);
    for (int i = 0; i < RANK_FIGURES; i++)
        if (spreads[i].most)
            put_bars(out, page->tally, i, &spreads[i], titles[i]);
    fputs("</div></section>\n", out);
}
