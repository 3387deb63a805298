/* What the samples say: minima, medians, ratios, their geometric means; as a table to read and as one to
 * process. */

#ifndef CALLS_REPORT_H
#define CALLS_REPORT_H

#include "calls_side.h"

enum { SIDES = 4 }; /* libc and libbuf with one thread, libc and libbuf with one more alive */

static const char *const side_names[SIDES] = {"libc", "libbuf", "libc, two threads", "libbuf, two threads"};

/* One place of the table: a row on a file or a pipe with one of the two windows. */
struct cell {
    struct order order;
    double *ns[SIDES]; /* samples */
    int count[SIDES];
};

static bool is_memory(const struct cell *c) {
    return rows[c->order.row].way == MEMORY;
}

/* By how many threads: 0 one, 1 one more alive. */
static bool has(const struct cell *c, int threads) {
    return c->count[2 * threads] > 0 && c->count[2 * threads + 1] > 0;
}

static double median(const struct cell *c, int side) {
    return c->ns[side][c->count[side] / 2];
}

/* The lower (1) or the upper (3) quartile. */
static double quartile(const struct cell *c, int side, int which) {
    return c->ns[side][(c->count[side] - 1) * which / 4];
}

/* Of the minima, since noise only adds; of the medians for a pair, whose minimum is the run in which the
   threads met least. */
static double ratio(const struct cell *c, int threads) {
    int libc = 2 * threads, libbuf = libc + 1;
    return rows[c->order.row].pair ? median(c, libc) / median(c, libbuf) : c->ns[libc][0] / c->ns[libbuf][0];
}

/* libc's time by the best library's, as limits.md has them; 0: not known. */
static double reachable(const struct cell *c, int threads) {
    const struct row *row = &rows[c->order.row];
    bool other = !c->order.large && row->libc_default[threads] > 0;
    if (c->order.pipe || (!c->order.large && !other && row->way != OPENING))
        return 0;
    double libc = other ? row->libc_default[threads] : row->libc[threads];
    double library = other ? row->library_default[threads] : row->library[threads];
    return libc > 0 && library > 0 ? libc / library : 0;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sort_samples(struct cell *cells, int n) {
    for (int i = 0; i < n; i++)
        for (int side = 0; side < SIDES; side++)
            qsort(cells[i].ns[side], (size_t)cells[i].count[side], sizeof(double), by_size);
}

static void print_side(const struct cell *c, int side) {
    double least = c->ns[side][0];
    int digits = least < 100 ? 1 : 0;
    printf(" %8.*f %8.*f", digits, least, digits, median(c, side));
}

static void print_threads(const struct cell *c, int threads) {
    if (!has(c, threads)) {
        printf(" |%*s", 41 + 6, "");
        return;
    }
    printf(" |");
    print_side(c, 2 * threads);
    print_side(c, 2 * threads + 1);
    double best = reachable(c, threads);
    printf(" %5.2f ", ratio(c, threads));
    if (best > 0)
        printf("%5.2f", best);
    else
        printf("%5s", "");
}

static const char *place_name(const struct cell *c) {
    return is_memory(c) ? "memory" : c->order.pipe ? "pipe" : "file";
}

static const char *window_name(const struct cell *c) {
    return is_memory(c) || rows[c->order.row].way == OPENING ? "" : c->order.large ? "64K" : "auto";
}

static void print_cells(const struct cell *cells, int n) {
    printf("ns a call. min, med: of all samples; ratio: libc's min by libbuf's (medians for a pair);\n"
           "limit: the ratio that limits.md says can be reached.\n\n");
    printf("%-31s | %-45s | %s\n", "", "one thread", "one more thread alive (pair: both on the stream)");
    printf("%-24s %-6s", "operation", "");
    for (int threads = 0; threads < 2; threads++)
        printf(" | %8s %8s %8s %8s %5s %5s", "libc min", "med", "buf min", "med", "ratio", "limit");
    printf("\n");
    for (int i = 0; i < n; i++) {
        const struct cell *c = &cells[i];
        bool again = i > 0 && cells[i - 1].order.row == c->order.row;
        printf("%-20s %-6s %4s", again ? "" : rows[c->order.row].name, place_name(c), window_name(c));
        print_threads(c, 0);
        print_threads(c, 1);
        printf("\n");
    }
}

/* The cells that a mean is taken over. */
typedef bool selection(const struct cell *);

static bool any(const struct cell *c) {
    (void)c;
    return true;
}

/* The rows of limits.md as it measured them, without random access through 64 KiB. */
static bool in_limits(const struct cell *c) {
    const struct row *row = &rows[c->order.row];
    bool random = row->libc_default[0] > 0;
    return row->libc[1] > 0 && !row->pair && !c->order.pipe &&
           (row->way == OPENING || c->order.large == !random);
}

/* Of these, those that neither format nor seek. */
static bool is_plain(const struct cell *c) {
    const struct row *row = &rows[c->order.row];
    return in_limits(c) && row->way < RANDOM_OUT + 4 && row->way != RANDOM_OUT && row->way != RANDOM_IN &&
           row->way != GROWING && !strstr(row->name, "printf") && !strstr(row->name, "scanf");
}

static bool is_pair(const struct cell *c) {
    return rows[c->order.row].pair;
}

/* The n-th root of a product of n ratios between a thousandth and a thousand. */
static double mean_factor(double product, int n) {
    double low = 1e-3, high = 1e3;
    for (int steps = 0; steps < 60; steps++) {
        double middle = (low + high) / 2, power = 1;
        for (int i = 0; i < n; i++)
            power *= middle;
        *(power < product ? &low : &high) = middle;
    }
    return low;
}

static void print_mean(const char *what, const struct cell *cells, int n, selection *selected) {
    for (int threads = 0; threads < 2; threads++) {
        double product = 1, best_product = 1;
        int count = 0, best_count = 0;
        for (int i = 0; i < n; i++) {
            if (!selected(&cells[i]) || !has(&cells[i], threads))
                continue;
            product *= ratio(&cells[i], threads);
            count++;
            if (reachable(&cells[i], threads) > 0) {
                best_product *= reachable(&cells[i], threads);
                best_count++;
            }
        }
        if (!count)
            continue;
        printf("%-58s %-22s %3d cells: %.2f", what, threads ? "one more thread alive" : "one thread", count,
               mean_factor(product, count));
        if (best_count == count)
            printf(" (limit %.2f)", mean_factor(best_product, count));
        printf("\n");
    }
}

/* Cells on which libbuf is more than 15 % slower than libc. Returns how many. */
static int print_slow(const struct cell *cells, int n) {
    int slow = 0;
    for (int i = 0; i < n; i++)
        for (int threads = 0; threads < 2; threads++)
            if (has(&cells[i], threads) && ratio(&cells[i], threads) < 1 / 1.15) {
                printf("%s%s %s %s%s: %.2f",
                       slow++ ? "; " : "more than 15 % slower than libc: ", rows[cells[i].order.row].name,
                       place_name(&cells[i]), window_name(&cells[i]), threads ? " (threads)" : "",
                       ratio(&cells[i], threads));
            }
    printf(slow ? "\n" : "no cell is more than 15 %% slower than libc\n");
    return slow;
}

static void print_means(const struct cell *cells, int n) {
    printf("\nGeometric means of the ratios:\n");
    print_mean("rows of limits.md, without random access through 64 KiB", cells, n, in_limits);
    print_mean("of these puts, gets, reads, fopen", cells, n, is_plain);
    print_mean("two threads on one stream", cells, n, is_pair);
    print_mean("every cell", cells, n, any);
    print_slow(cells, n);
}

/* One line a cell and number of threads. 0 or errno. */
static int write_tsv(const char *path, const struct cell *cells, int n) {
    FILE *f = fopen(path, "w");
    if (!f)
        return errno;
    fprintf(f,
            "operation\tplace\twindow\tthreads\tlibc_min_ns\tlibc_median_ns\tlibbuf_min_ns\tlibbuf_median_"
            "ns\tratio\t"
            "limit_ratio\tsamples\tlibc_lower_quartile_ns\tlibc_upper_quartile_ns\tlibbuf_lower_quartile_ns\t"
            "libbuf_upper_quartile_ns\n");
    for (int i = 0; i < n; i++)
        for (int threads = 0; threads < 2; threads++) {
            const struct cell *c = &cells[i];
            if (!has(c, threads))
                continue;
            int libc = 2 * threads, libbuf = libc + 1;
            fprintf(f, "%s\t%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.3f\t%.3f\t%d\t%.2f\t%.2f\t%.2f\t%.2f\n",
                    rows[c->order.row].name, place_name(c), window_name(c), threads + 1, c->ns[libc][0],
                    median(c, libc), c->ns[libbuf][0], median(c, libbuf), ratio(c, threads),
                    reachable(c, threads), c->count[libbuf], quartile(c, libc, 1), quartile(c, libc, 3),
                    quartile(c, libbuf, 1), quartile(c, libbuf, 3));
        }
    int error = ferror(f) ? EIO : 0;
    return fclose(f) != 0 ? errno : error;
}

#endif
