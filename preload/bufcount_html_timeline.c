/* The timeline, with --time: calls and bytes a second, of stdio on the left and of the kernel on the right. */
#include "bufcount_html.h"

#include <math.h>

enum { WIDTH = 500, HEIGHT = 150, LEFT = 64, RIGHT = 490, TOP = 12, BOTTOM = 122, STEPS = 200 };

static uint64_t value_of(const struct moment *moment, int figure) {
    const uint64_t values[] = {moment->stdio_calls, moment->calls, moment->given, moment->bytes};
    return values[figure];
}

/* How many moments make one step of the picture. */
static size_t stride_of(const struct tally *tally) {
    return (tally->moment_count + STEPS - 1) / STEPS;
}

/* The rate a second that ends at moment NEXT. */
static double rate(const struct tally *tally, size_t before, size_t next, int figure) {
    const struct moment *from = &tally->moments[before], *to = &tally->moments[next];
    double seconds = (double)(to->at - from->at) * tally->nanoseconds_of_tick * 1e-9;
    uint64_t a = value_of(from, figure), b = value_of(to, figure);
    return seconds > 0 && b > a ? (double)(b - a) / seconds : 0;
}

static size_t next_of(const struct tally *tally, size_t i) {
    size_t next = i + stride_of(tally);
    return next < tally->moment_count ? next : tally->moment_count - 1;
}

/* Seconds with as many decimals as the steps between need. */
static const char *seconds_text(char text[NUMBER_SIZE], double seconds, double step) {
    int decimals = step >= 1 ? 0 : (int)ceil(-log10(step));
    snprintf(text, NUMBER_SIZE, "%.*f s", decimals, seconds);
    return text;
}

static void put_chart(const struct page *page, int figure) {
    static const char *const titles[] = {"stdio calls a second", "system calls a second",
                                         "bytes a second through stdio", "bytes a second through the kernel"};
    FILE *out = page->out;
    const struct tally *tally = page->tally;
    bool bytes = figure >= 2;
    int colour = figure % 2 ? INSIDE_READ : INSIDE_OTHER;
    char text[NUMBER_SIZE];
    double most = 0;
    for (size_t i = 0; i + 1 < tally->moment_count; i = next_of(tally, i))
        most = fmax(most, rate(tally, i, next_of(tally, i), figure));
    double end = (double)tally->moments[tally->moment_count - 1].at * tally->nanoseconds_of_tick * 1e-9;
    double unit = 1;
    while (bytes && most / unit >= 1023.5)
        unit *= 1024;
    double step = nice_step(most / unit, 4) * unit, top = most > 0 ? ceil(most / step) * step : 1;
    fprintf(out, "<div><h3>%s</h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
            titles[figure], WIDTH, HEIGHT, titles[figure]);
    for (double y = 0; y <= top * 1.001; y += most > 0 ? step : 1) {
        double at = BOTTOM - y / top * (BOTTOM - TOP);
        fprintf(out, "<path class=\"axis\" d=\"M%d %.1fH%d\"/>", LEFT, at, RIGHT);
        fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 6,
                at + 4, bytes ? format_bytes(text, y) : format_short(text, y));
        if (most <= 0)
            break;
    }
    double time_step = nice_step(end, 6);
    for (double x = 0; x <= end * 1.0001; x += time_step)
        fprintf(out, "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                LEFT + x / end * (RIGHT - LEFT), BOTTOM + 18,
                x == 0           ? "start"
                : x > end * 0.94 ? "end"
                                 : "middle",
                seconds_text(text, x, time_step));
    for (int area = 1; area >= 0 && most > 0; area--) {
        fprintf(out, "<path class=\"%s c%d\"%s d=\"M%d %d", area ? "area" : "line", colour,
                area ? "" : " style=\"fill:none\"", LEFT, BOTTOM);
        for (size_t i = 0; i + 1 < tally->moment_count; i = next_of(tally, i)) {
            size_t next = next_of(tally, i);
            double y = BOTTOM - rate(tally, i, next, figure) / top * (BOTTOM - TOP);
            double x = (double)tally->moments[next].at * tally->nanoseconds_of_tick * 1e-9 / end;
            fprintf(out, "V%.1fH%.1f", y, LEFT + x * (RIGHT - LEFT));
        }
        fprintf(out, "V%d%s\"/>\n", BOTTOM, area ? "Z" : "");
    }
    fputs("</svg></div>\n", out);
}

void html_timeline(const struct page *page) {
    const struct tally *tally = page->tally;
    if (tally->moment_count < 2 || !tally->moments[tally->moment_count - 1].at)
        return;
    const struct moment *last = &tally->moments[tally->moment_count - 1];
    fprintf(page->out, "<section id=\"%stimeline\"><h2>Timeline%s</h2>\n<div class=\"pair\">\n", page->anchor,
            page->on);
    for (int figure = 0; figure < 4; figure++)
        if (value_of(last, figure))
            put_chart(page, figure);
    fputs("</div></section>\n", page->out);
}
