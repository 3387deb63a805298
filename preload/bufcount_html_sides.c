/* The two-sided picture: stdio calls come in on the left, system calls go out on the right, bands between them.
   The bars of a side are true to scale; each has a row of its own that its label fits in. */
#include "bufcount_html.h"

#include <stdlib.h>
#include <string.h>

enum {
    FUNCTIONS = 9,    /* that have a bar of their own */
    SCALE = 260,      /* height of all bars of a side */
    ROW = 24,         /* least height of a bar's row */
    KIND_ROW = 36,    /* of one with a second line */
    GAP = 6,          /* between rows */
    LEFT = 268,       /* where the bars of the left side stand */
    RIGHT = 760,      /* and those of the right side */
    BAR = 12,         /* their width */
    TOP = 26,         /* above the rows */
    CARD_WIDTH = 212, /* in the middle */
    CARD_HEIGHT = 76,
    LONGEST = 30 /* letters of the names of calls */
};

/* A bar on the left, in calls or in bytes. */
struct source {
    const char *name;
    uint64_t value;
    double to[INSIDE_KINDS];  /* shares of the system calls that it became, of their sum */
    double out[INSIDE_KINDS]; /* how much of the bars on the right they are */
    int colour;
    bool direct; /* not through stdio */
    double top, height;
};

/* A bar on the right. */
struct sink {
    uint64_t inside, direct; /* through stdio, and not */
    double top, height, taken;
    char names[80]; /* of the calls, the most frequent ones */
};

struct picture {
    struct source sources[FUNCTIONS + 2];
    size_t count;
    struct sink sinks[INSIDE_KINDS];
    bool bytes;
    uint64_t in, out, through; /* stdio's sum, that of all system calls, and of those inside stdio */
};

static const char *amount(char text[NUMBER_SIZE], const struct picture *picture, uint64_t value) {
    return picture->bytes ? format_bytes(text, (double)value) : format_count(text, value);
}

static int largest_first(const void *left, const void *right) {
    const struct source *a = left, *b = right;
    return a->value > b->value ? -1 : a->value < b->value;
}

/* What a function's system calls of each kind are in the picture's measure: bytes go to reads and writes. */
static void shares_of(const struct stdio_figures *figures, bool bytes, double to[INSIDE_KINDS]) {
    uint64_t moving = figures->inside[INSIDE_READ] + figures->inside[INSIDE_WRITE];
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        if (!bytes)
            to[kind] = (double)figures->inside[kind];
        else if (kind <= INSIDE_WRITE && moving)
            to[kind] = (double)figures->inside_bytes * (double)figures->inside[kind] / (double)moving;
        else
            to[kind] = 0;
}

/* One more bar of ALL. */
static void add_function(struct picture *picture, struct source *all, size_t *count, const char *name,
                         const struct stdio_figures *figures, double through[INSIDE_KINDS]) {
    struct source source = {.name = name,
                            .value = picture->bytes ? figures->bytes : figures->calls,
                            .colour = colour_of_function(name, figures)};
    shares_of(figures, picture->bytes, source.out);
    double sum = 0;
    for (int kind = 0; kind < INSIDE_KINDS; kind++) {
        through[kind] += source.out[kind];
        sum += source.out[kind];
    }
    picture->in += source.value;
    if (source.value || sum > 0)
        all[(*count)++] = source;
}

static void add_functions(struct picture *picture, const struct page *page) {
    static struct source all[STDIO_ROWS + OWN_FUNCTIONS];
    size_t count = 0;
    double through[INSIDE_KINDS] = {0};
    for (uint32_t row = 0; row < STDIO_ROWS; row++)
        if (stdio_names[row])
            add_function(picture, all, &count, stdio_names[row], &page->tally->stdio[row], through);
    struct stdio_figures own[OWN_FUNCTIONS];
    if (own_functions(page, own))
        for (size_t i = 0; i < OWN_FUNCTIONS; i++)
            add_function(picture, all, &count, own_function_names[i], &own[i], through);
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        picture->sinks[kind].inside = (uint64_t)(through[kind] + 0.5);
    qsort(all, count, sizeof all[0], largest_first);
    static char others[40];
    struct source rest = {.name = others, .colour = INSIDE_OTHER};
    for (size_t i = 0; i < count; i++) {
        if (i < FUNCTIONS - 1 || count == FUNCTIONS) {
            picture->sources[picture->count++] = all[i];
            continue;
        }
        rest.value += all[i].value;
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            rest.out[kind] += all[i].out[kind];
    }
    if (count > FUNCTIONS) {
        snprintf(others, sizeof others, "%zu other functions", count - (FUNCTIONS - 1));
        picture->sources[picture->count++] = rest;
    }
}

/* The names of the most frequent calls of a kind. */
static void name_calls(const struct picture *picture, const struct tally *tally, int kind, char *names,
                       size_t size) {
    const char *most[3] = {0};
    uint64_t values[3] = {0};
    size_t more = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        uint64_t value = picture->bytes ? tally->total[row].bytes : tally->total[row].calls;
        if (!value || (int)inside_of(row) != kind)
            continue;
        size_t at = 3;
        while (at > 0 && value > values[at - 1])
            at--;
        more++;
        for (size_t i = 2; i > at && at < 3; i--)
            most[i] = most[i - 1], values[i] = values[i - 1];
        if (at < 3)
            most[at] = call_names[row] ? call_names[row] : "(other)", values[at] = value;
    }
    size_t used = 0;
    names[0] = 0;
    for (int i = 0; i < 3 && most[i] && used + strlen(most[i]) < LONGEST; i++, more--)
        used += (size_t)snprintf(names + used, size - used, "%s%s", i ? ", " : "", most[i]);
    if (more)
        snprintf(names + used, size - used, "%s%zu more", used ? ", " : "", more);
}

static void add_calls(struct picture *picture, const struct tally *tally) {
    uint64_t totals[INSIDE_KINDS] = {0};
    struct source direct = {.name = "without stdio", .colour = INSIDE_OTHER, .direct = true};
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        uint64_t value = picture->bytes ? tally->total[row].bytes : tally->total[row].calls;
        totals[inside_of(row)] += value;
        picture->out += value;
    }
    for (int kind = 0; kind < INSIDE_KINDS; kind++) {
        struct sink *sink = &picture->sinks[kind];
        if (sink->inside > totals[kind])
            picture->out += sink->inside - totals[kind]; /* a call that ended unseen */
        sink->direct = totals[kind] > sink->inside ? totals[kind] - sink->inside : 0;
        picture->through += sink->inside;
        direct.value += sink->direct;
        direct.out[kind] = (double)sink->direct;
        name_calls(picture, tally, kind, sink->names, sizeof sink->names);
    }
    if (direct.value)
        picture->sources[picture->count++] = direct;
}

/* Heights true to scale, tops so that each bar stands in a row; returns the height of the side. */
static double place_sources(struct picture *picture, double whole) {
    double y = 0;
    for (size_t i = 0; i < picture->count; i++) {
        struct source *source = &picture->sources[i];
        double height = whole > 0 ? (double)source->value / whole * SCALE : 0;
        source->height = height < 2 ? 2 : height;
        double row = source->height < ROW ? ROW : source->height;
        source->top = y + (row - source->height) / 2;
        y += row + GAP;
        double sum = 0;
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            sum += source->out[kind];
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            source->to[kind] = sum > 0 ? source->out[kind] / sum : 0;
    }
    return y - GAP;
}

static double place_sinks(struct picture *picture, double whole) {
    double y = 0;
    for (int kind = 0; kind < INSIDE_KINDS; kind++) {
        struct sink *sink = &picture->sinks[kind];
        if (!sink->inside && !sink->direct)
            continue;
        double height = whole > 0 ? (double)(sink->inside + sink->direct) / whole * SCALE : 0;
        sink->height = height < 2 ? 2 : height;
        double row = sink->height < KIND_ROW ? KIND_ROW : sink->height;
        sink->top = y + (row - sink->height) / 2;
        y += row + GAP;
    }
    return y - GAP;
}

static void put_band(FILE *out, double from, double from_height, double to, double to_height, int colour,
                     bool direct) {
    const double left = LEFT + BAR, right = RIGHT, middle = (left + right) / 2;
    if (from_height < 0.8)
        from_height = 0.8;
    if (to_height < 0.8)
        to_height = 0.8;
    fprintf(out,
            "<path class=\"band c%d\"%s stroke-width=\"0\" d=\"M%.1f %.2fC%.1f %.2f %.1f %.2f %.1f "
            "%.2fV%.2fC%.1f %.2f %.1f %.2f %.1f %.2fZ\"/>\n",
            colour, direct ? " style=\"opacity:.16\"" : "", left, from, middle, from, middle, to, right, to,
            to + to_height, middle, to + to_height, middle, from + from_height, left, from + from_height);
}

static void put_bands(FILE *out, struct picture *picture) {
    for (size_t i = 0; i < picture->count; i++) {
        const struct source *source = &picture->sources[i];
        double y = source->top;
        for (int kind = 0; kind < INSIDE_KINDS; kind++) {
            struct sink *sink = &picture->sinks[kind];
            if (source->out[kind] <= 0)
                continue;
            double height = source->height * source->to[kind];
            double part = sink->height * source->out[kind] / (double)(sink->inside + sink->direct);
            put_band(out, y, height, sink->top + sink->taken, part, kind, source->direct);
            y += height;
            sink->taken += part;
        }
    }
}

static void put_sources(FILE *out, const struct picture *picture) {
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < picture->count; i++) {
        const struct source *source = &picture->sources[i];
        double middle = source->top + source->height / 2 + 4.5;
        fprintf(out, "<rect class=\"c%d%s\" x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>\n",
                source->colour, source->direct ? " hatch" : "", LEFT, source->top, BAR, source->height);
        fprintf(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\"><tspan class=\"strong\">", LEFT - 10,
                middle);
        html_text(out, source->name);
        fprintf(out, "</tspan><tspan dx=\"8\">%s</tspan></text>\n", amount(text, picture, source->value));
    }
}

static void put_sinks(FILE *out, const struct picture *picture) {
    char text[NUMBER_SIZE];
    for (int kind = 0; kind < INSIDE_KINDS; kind++) {
        const struct sink *sink = &picture->sinks[kind];
        uint64_t sum = sink->inside + sink->direct;
        if (!sum)
            continue;
        double inside = sink->height * (double)sink->inside / (double)sum;
        double middle = sink->top + sink->height / 2;
        fprintf(out, "<rect class=\"c%d\" x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>\n", kind, RIGHT,
                sink->top, BAR, inside);
        fprintf(out, "<rect class=\"c%d hatch\" x=\"%d\" y=\"%.2f\" width=\"%d\" height=\"%.2f\"/>\n", kind,
                RIGHT, sink->top + inside, BAR, sink->height - inside);
        fprintf(out, "<text x=\"%d\" y=\"%.1f\"><tspan class=\"strong\">%s</tspan><tspan dx=\"8\">%s</tspan>",
                RIGHT + BAR + 10, middle - 2, kind_names[kind], amount(text, picture, sum));
        if (sink->inside && sink->direct)
            fprintf(out, "<tspan class=\"soft\" dx=\"8\">%s in stdio</tspan>",
                    amount(text, picture, sink->inside));
        fprintf(out, "</text><text class=\"soft\" x=\"%d\" y=\"%.1f\">%s</text>\n", RIGHT + BAR + 10,
                middle + 13, sink->names);
    }
}

static void put_card(FILE *out, const struct picture *picture, double height) {
    char left[NUMBER_SIZE], right[NUMBER_SIZE], ratio[NUMBER_SIZE * 2];
    const double x = (LEFT + BAR + RIGHT) / 2.0, y = TOP + height / 2;
    if (!picture->in || !picture->through)
        snprintf(ratio, sizeof ratio, "%s", picture->in ? "none inside" : "no stdio");
    else if (picture->bytes)
        snprintf(ratio, sizeof ratio, "\xc3\x97 %.2f", (double)picture->through / (double)picture->in);
    else if (picture->in >= picture->through)
        snprintf(ratio, sizeof ratio, "%s : 1",
                 format_short(left, (double)picture->in / (double)picture->through));
    else
        snprintf(ratio, sizeof ratio, "1 : %s",
                 format_short(left, (double)picture->through / (double)picture->in));
    fprintf(out, "<rect class=\"card\" x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"10\"/>\n",
            x - CARD_WIDTH / 2.0, y - CARD_HEIGHT / 2.0, CARD_WIDTH, CARD_HEIGHT);
    fprintf(out, "<text class=\"big\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n", x, y - 4,
            ratio);
    fprintf(out, "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s in stdio</text>\n", x,
            y + 14, amount(left, picture, picture->in));
    fprintf(out,
            "<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s in its system "
            "calls</text>\n",
            x, y + 29, amount(right, picture, picture->through));
}

static void put_picture(const struct page *page, bool bytes) {
    FILE *out = page->out;
    struct picture picture = {.bytes = bytes};
    add_functions(&picture, page);
    add_calls(&picture, page->tally);
    if (!picture.count)
        return;
    double left_sum = (double)picture.in;
    if (picture.sources[picture.count - 1].direct)
        left_sum += (double)picture.sources[picture.count - 1].value;
    double right_sum = (double)picture.out;
    if (bytes)
        left_sum = right_sum = left_sum > right_sum ? left_sum : right_sum;
    double left = place_sources(&picture, left_sum), right = place_sinks(&picture, right_sum);
    double height = left > right ? left : right;
    if (height < CARD_HEIGHT + 10)
        height = CARD_HEIGHT + 10;
    for (size_t i = 0; i < picture.count; i++)
        picture.sources[i].top += TOP + (height - left) / 2;
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        picture.sinks[kind].top += TOP + (height - right) / 2;
    fprintf(out,
            "<h3>By %s</h3>\n<figure class=\"wide\"><svg viewBox=\"0 0 %d %.0f\" role=\"img\" "
            "aria-label=\"%s of stdio and of system calls\">\n",
            bytes ? "bytes" : "calls", PAGE_WIDTH, TOP + height + 8, bytes ? "bytes" : "calls");
    fprintf(out,
            "<text class=\"soft\" x=\"%d\" y=\"14\" text-anchor=\"end\">%s</text>\n"
            "<text class=\"soft\" x=\"%d\" y=\"14\">%s</text>\n",
            LEFT + BAR, bytes ? "given to stdio and got from it" : "the program calls", RIGHT,
            bytes ? "moved by system calls" : "the kernel is called");
    put_bands(out, &picture);
    put_sources(out, &picture);
    put_sinks(out, &picture);
    put_card(out, &picture, height);
    fputs("</svg></figure>\n", out);
}

void html_sides(const struct page *page) {
    FILE *out = page->out;
    fprintf(out, "<section id=\"%ssides\"><h2>Calls in, calls out%s</h2>\n", page->anchor, page->on);
    fputs("<p class=\"soft\">On the left what the program asked stdio for, on the right what the kernel was "
          "asked "
          "for. Bars are true to scale on their own side; pale is what did not pass through stdio.</p>\n<p "
          "class=\"soft\">",
          out);
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        fprintf(out, "<i class=\"key k%d\"></i>%s", kind, kind_names[kind]);
    fputs("<i class=\"key k4 pale\"></i>not through stdio</p>\n", out);
    put_picture(page, false);
    put_picture(page, true);
    fputs("</section>\n", out);
}
