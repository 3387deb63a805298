/* The process tree: a row for each process, a bar from its beginning to its end. In a large tree siblings that run
   the same program share a row, which shows how many ran at a time, and their children are put together too. */
#include "bufcount_html.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROW = 20,
    TOP = 26,
    NAMES = 330, /* width of the names' column */
    BARS = 800,  /* where the bars end */
    INDENT = 14,
    DEEPEST = 10, /* indents */
    MANY = 48,    /* processes in a tree that is shown one by one */
    ALIKE = 4,    /* siblings that share a row in a larger one */
    MOST_ROWS = 300,
    STRIP = 2 /* width of a step in the bar of such a row */
};

/* A process: the images that one process id was, one after the other. */
struct node {
    size_t first, last; /* its images, in the tally; chained by next_image */
    size_t parent;      /* node, or NONE */
    size_t child, next; /* first child and next sibling, or NONE */
    uint64_t calls, stdio_calls, bytes, began, ended;
};

#define NONE NO_IMAGE

struct tree {
    const struct tally *tally;
    struct node *nodes;
    size_t count, roots; /* roots: first of them */
    size_t *node_of;     /* by image */
    size_t *next_image;  /* of the same process, or NONE */
    size_t rows, shown;  /* rows written, processes in them */
    double scale;        /* units of the picture a tick */
};

static void *array(size_t count, size_t size) {
    void *items = calloc(count + 1, size);
    if (!items)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return items;
}

static void add_image(struct tree *tree, size_t image) {
    const struct process *process = &tree->tally->processes[image];
    size_t before = image_before(tree->tally, image);
    struct node *node;
    if (before == NONE) {
        tree->node_of[image] = tree->count;
        node = &tree->nodes[tree->count++];
        *node = (struct node){.first = image, .parent = NONE, .child = NONE, .next = NONE};
        node->began = process->began;
        size_t parent = process->parent ? image_of_order(tree->tally, process->parent) : NONE;
        if (parent != NONE && parent < image)
            node->parent = tree->node_of[parent];
    } else {
        tree->node_of[image] = tree->node_of[before];
        node = &tree->nodes[tree->node_of[image]];
        tree->next_image[node->last] = image;
    }
    node->last = image;
    node->ended = process->ended;
    tree->next_image[image] = NONE;
    for (size_t i = 0; i < process->rows; i++) {
        node->calls += process->table[i].figures.calls;
        node->bytes += process->table[i].figures.bytes;
    }
    for (size_t i = 0; i < process->stdio_rows; i++)
        node->stdio_calls += process->stdio[i].figures.calls;
}

static void make_tree(struct tree *tree, const struct tally *tally) {
    *tree = (struct tree){.tally = tally, .roots = NONE};
    tree->nodes = array(tally->process_count, sizeof *tree->nodes);
    tree->node_of = array(tally->process_count, sizeof *tree->node_of);
    tree->next_image = array(tally->process_count, sizeof *tree->next_image);
    for (size_t i = 0; i < tally->process_count; i++)
        add_image(tree, i);
    for (size_t i = tree->count; i-- > 0;) {
        struct node *node = &tree->nodes[i];
        size_t *list = node->parent == NONE ? &tree->roots : &tree->nodes[node->parent].child;
        node->next = *list;
        *list = i;
    }
}

static const struct process *last_image(const struct tree *tree, const struct node *node) {
    return &tree->tally->processes[node->last];
}

static void put_bars(FILE *out, const struct tree *tree, const struct node *node, double y) {
    int shade = 0;
    for (size_t i = node->first; i != NONE; i = tree->next_image[i], shade++) {
        const struct process *image = &tree->tally->processes[i];
        if (!image->began)
            continue;
        size_t next = tree->next_image[i];
        uint64_t end = image->ended ? image->ended
                       : next != NONE && tree->tally->processes[next].began
                           ? tree->tally->processes[next].began
                           : tree->tally->ticks;
        double from = NAMES + (double)image->began * tree->scale,
               width = end > image->began ? (double)(end - image->began) * tree->scale : 0;
        fprintf(out, "<rect class=\"c%d\"%s x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
                image->running ? INSIDE_WRITE : INSIDE_READ, next != NONE ? " style=\"opacity:.5\"" : "",
                from, y + 5, width < 1.2 ? 1.2 : width, ROW - 10);
    }
}

/* For a row that many share: the more of them ran at a time, the stronger the bar. */
static void put_strip(FILE *out, const struct tree *tree, const size_t *members, size_t count, double y) {
    enum { STEPS = (BARS - NAMES) / STRIP };
    uint32_t running[STEPS + 1] = {0}, most = 0;
    for (size_t i = 0; i < count; i++) {
        const struct node *node = &tree->nodes[members[i]];
        if (!node->began)
            continue;
        double from = (double)node->began * tree->scale / STRIP,
               to = (double)(node->ended ? node->ended : tree->tally->ticks) * tree->scale / STRIP;
        for (size_t step = (size_t)from; step <= (size_t)to && step < STEPS; step++)
            running[step]++;
    }
    for (size_t step = 0; step < STEPS; step++)
        most = running[step] > most ? running[step] : most;
    for (size_t step = 0, end; step < STEPS; step = end) {
        for (end = step + 1; end < STEPS && running[end] == running[step]; end++)
            ;
        if (running[step])
            fprintf(out,
                    "<rect class=\"c%d\" style=\"opacity:%.2f\" x=\"%zu\" y=\"%.0f\" width=\"%zu\" "
                    "height=\"%d\"/>",
                    INSIDE_READ, 0.2 + 0.8 * running[step] / most, NAMES + step * STRIP, y + 5,
                    (end - step) * STRIP, ROW - 10);
    }
}

/* What a process is called, and how many share the row. */
static void put_name(FILE *out, const struct tree *tree, const struct node *node, double x, double y,
                     size_t members) {
    const struct process *image = last_image(tree, node);
    char text[NUMBER_SIZE];
    size_t room = (size_t)((NAMES - 20 - x - 70) / 7.4);
    fprintf(out, "<text x=\"%.0f\" y=\"%.0f\"><title>", x, y + 14);
    html_text(out, image->exe);
    fprintf(out, "</title><tspan class=\"strong\">");
    html_cut(out, last_part(image->exe), room < 8 ? 8 : room);
    fputs("</tspan>", out);
    if (members > 1)
        fprintf(out, "<tspan class=\"soft\" dx=\"7\">\xc3\x97 %s</tspan>", format_count(text, members));
    else if (image->pid != -1)
        fprintf(out, "<tspan class=\"soft\" dx=\"7\">%d</tspan>", (int)image->pid);
    if (members == 1 && node->parent == NONE && tree->tally->run_count &&
        tree->tally->runs[image->run].rank >= 0)
        fprintf(out, "<tspan class=\"soft\" dx=\"7\">rank %d</tspan>", tree->tally->runs[image->run].rank);
    if (!image->ran)
        fputs("<tspan class=\"soft\" dx=\"7\">not counted</tspan>", out);
    if (image->running)
        fputs("<tspan class=\"soft\" dx=\"7\">still running</tspan>", out);
    fputs("</text>", out);
}

static void put_figures(FILE *out, const struct node *sum, double y) {
    char text[NUMBER_SIZE];
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>", BARS + 86, y + 14,
            sum->stdio_calls ? format_short(text, (double)sum->stdio_calls) : "\xc2\xb7");
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>", BARS + 160, y + 14,
            format_short(text, (double)sum->calls));
    fprintf(out, "<text class=\"soft\" x=\"%d\" y=\"%.0f\" text-anchor=\"end\">%s</text>\n", PAGE_WIDTH,
            y + 14, sum->bytes ? format_bytes(text, (double)sum->bytes) : "\xc2\xb7");
}

static void put_row(FILE *out, struct tree *tree, const size_t *members, size_t count, int depth) {
    const struct node *first = &tree->nodes[members[0]];
    struct node sum = {0};
    double y = TOP + (double)tree->rows++ * ROW, x = (depth < DEEPEST ? depth : DEEPEST) * INDENT;
    if (depth)
        fprintf(out, "<path class=\"axis\" d=\"M%.0f %.0fv%dh6\"/>", x - 8, y - 1, ROW / 2 + 1);
    for (size_t i = 0; i < count; i++) {
        const struct node *node = &tree->nodes[members[i]];
        sum.calls += node->calls;
        sum.stdio_calls += node->stdio_calls;
        sum.bytes += node->bytes;
    }
    if (count == 1)
        put_bars(out, tree, first, y);
    else
        put_strip(out, tree, members, count, y);
    put_name(out, tree, first, x, y, count);
    put_figures(out, &sum, y);
    tree->shown += count;
}

static const struct tree *sorted_tree;

static int by_program(const void *left, const void *right) {
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    const struct process *first = last_image(sorted_tree, &sorted_tree->nodes[a]),
                         *second = last_image(sorted_tree, &sorted_tree->nodes[b]);
    if (first->ran != second->ran || first->running != second->running)
        return first->ran * 2 + first->running < second->ran * 2 + second->running ? 1 : -1;
    int order = strcmp(first->exe, second->exe);
    return order ? order : a < b ? -1 : a > b;
}

/* Siblings that share a row. */
struct group {
    size_t *members; /* by number */
    size_t count;
};

static int by_first(const void *left, const void *right) {
    size_t a = ((const struct group *)left)->members[0], b = ((const struct group *)right)->members[0];
    return a < b ? -1 : a > b;
}

static bool same_program(const struct tree *tree, size_t left, size_t right) {
    const struct process *a = last_image(tree, &tree->nodes[left]),
                         *b = last_image(tree, &tree->nodes[right]);
    return a->ran == b->ran && a->running == b->running && strcmp(a->exe, b->exe) == 0;
}

/* Splits SIBLINGS into groups, in the order in which the first of each began; returns how many. */
static size_t make_groups(const struct tree *tree, size_t *siblings, size_t count, struct group *groups) {
    size_t made = 0;
    sorted_tree = tree;
    qsort(siblings, count, sizeof *siblings, by_program);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && same_program(tree, siblings[i], siblings[end]); end++)
            ;
        bool together = tree->count > MANY && end - i >= ALIKE;
        for (size_t j = i; j < end; j = together ? end : j + 1)
            groups[made++] = (struct group){siblings + j, together ? end - i : 1};
    }
    qsort(groups, made, sizeof *groups, by_first);
    return made;
}

/* The siblings and all below them. At most as deep as there are rows. */
static void put_siblings(FILE *out, struct tree *tree, size_t *siblings, size_t count, int depth) {
    struct group *groups = array(count, sizeof *groups);
    size_t group_count = make_groups(tree, siblings, count, groups);
    for (size_t i = 0; i < group_count && tree->rows < MOST_ROWS; i++) {
        const struct group *group = &groups[i];
        put_row(out, tree, group->members, group->count, depth);
        size_t below = 0;
        for (size_t j = 0; j < group->count; j++)
            for (size_t child = tree->nodes[group->members[j]].child; child != NONE;
                 child = tree->nodes[child].next)
                below++;
        size_t *children = array(below, sizeof *children);
        below = 0;
        for (size_t j = 0; j < group->count; j++)
            for (size_t child = tree->nodes[group->members[j]].child; child != NONE;
                 child = tree->nodes[child].next)
                children[below++] = child;
        if (below)
            put_siblings(out, tree, children, below, depth + 1);
        free(children);
    }
    free(groups);
}

static void put_roots(FILE *out, struct tree *tree) {
    size_t *roots = array(tree->count, sizeof *roots), count = 0;
    for (size_t root = tree->roots; root != NONE; root = tree->nodes[root].next)
        roots[count++] = root;
    put_siblings(out, tree, roots, count, 0);
    free(roots);
}

static void put_axis(FILE *out, const struct tally *tally, double height) {
    static const struct {
        double nanoseconds;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "\xc2\xb5s"}, {1, "ns"}};
    double end = (double)tally->ticks * tally->nanoseconds_of_tick, step = nice_step(end, 5);
    size_t unit = 0;
    while (unit < 3 && step < units[unit].nanoseconds)
        unit++;
    for (double at = 0; end > 0 && at <= end * 1.0001; at += step) {
        double x = NAMES + at / end * (BARS - NAMES);
        fprintf(out, "<path class=\"axis\" d=\"M%.1f %dV%.0f\"/>", x, TOP - 6, height);
        fprintf(out, "<text class=\"soft\" x=\"%.1f\" y=\"12\" text-anchor=\"middle\">%g %s</text>\n", x,
                at / units[unit].nanoseconds, units[unit].name);
    }
    fprintf(out,
            "<text class=\"soft\" x=\"0\" y=\"12\">process</text>"
            "<text class=\"soft\" x=\"%d\" y=\"12\" text-anchor=\"end\">stdio calls</text>"
            "<text class=\"soft\" x=\"%d\" y=\"12\" text-anchor=\"end\">sys. calls</text>"
            "<text class=\"soft\" x=\"%d\" y=\"12\" text-anchor=\"end\">bytes</text>\n",
            BARS + 86, BARS + 160, PAGE_WIDTH);
}

void html_tree(const struct page *page) {
    struct tree tree;
    make_tree(&tree, page->tally);
    FILE *out = page->out;
    char *rows;
    size_t size;
    char text[NUMBER_SIZE];
    FILE *memory = open_memstream(&rows, &size);
    if (!memory)
        die(EXIT_OWN_FAILURE, "%s", strerror(errno));
    tree.scale = page->tally->ticks ? (double)(BARS - NAMES) / (double)page->tally->ticks : 0;
    put_roots(memory, &tree);
    fclose(memory);
    double height = TOP + (double)tree.rows * ROW;
    fprintf(out,
            "<section id=\"%stree\"><h2>Processes%s</h2>\n<figure class=\"wide\"><svg viewBox=\"0 0 %d "
            "%.0f\" role=\"img\" aria-label=\"process tree\">\n",
            page->anchor, page->on, PAGE_WIDTH, height + 4);
    put_axis(out, page->tally, height);
    fwrite(rows, 1, size, out);
    fputs("</svg></figure>\n", out);
    if (tree.shown < tree.count)
        fprintf(out, "<p class=\"soft\">%s more processes are not shown.</p>\n",
                format_count(text, tree.count - tree.shown));
    fputs("</section>\n", out);
    free(rows);
    free(tree.nodes);
    free(tree.node_of);
    free(tree.next_image);
}
