/* What coalesce holds and the plan by which it leaves, against a model that looks at single bytes: random files, blocks,
   ranges and limits. Prints the first difference with its case, which --seed N --cases 1 repeats. */

#include "coalesce_plan.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = 400 };

struct model {
    bool held[BYTES];          /* which bytes wait */
    unsigned char file[BYTES]; /* their values */
};

static unsigned long seed;
static uint64_t state;

static unsigned below(unsigned n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(state >> 33) % n;
}

__attribute__((format(printf, 1, 2), noreturn)) static void differ(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "plan: --seed %lu: ", seed);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

/* Whether the clean bytes [from, to), with held ones on both sides, may be written with them. */
static bool gap_joins(off64_t from, off64_t to, const struct plan_terms *terms) {
    off64_t block = (off64_t)terms->block;
    if (!terms->fill || to > terms->end)
        return false;
    for (off64_t edge = 0; edge + block <= to; edge += block)
        if (edge >= from)
            return false; /* a whole block of them */
    return true;
}

/* Whether [from, to) may be one write, were writes of any length. */
static bool is_run(const struct model *m, off64_t from, off64_t to, const struct plan_terms *terms) {
    if (!m->held[from] || !m->held[to - 1])
        return false;
    for (off64_t at = from; at < to; at++) {
        off64_t gap = at;
        while (!m->held[at])
            at++;
        if (at > gap && !gap_joins(gap, at, terms))
            return false;
    }
    return true;
}

/* The write that begins at `from`, by trying every end. */
static off64_t model_end(const struct model *m, off64_t from, const struct plan_terms *terms) {
    off64_t whole = BYTES, limit = from + (off64_t)terms->most, block = (off64_t)terms->block;
    while (!is_run(m, from, whole, terms))
        whole--;
    if (whole <= limit)
        return whole;
    off64_t cut = limit;
    while (cut % block != 0)
        cut--;
    while (!m->held[cut - 1])
        cut--;
    return cut;
}

static size_t model_ranges(const struct model *m, off64_t from, struct range *ranges) {
    size_t n = 0;
    for (off64_t at = from; at < BYTES; at++) {
        if (!m->held[at])
            continue;
        ranges[n].from = at;
        while (at < BYTES && m->held[at])
            at++;
        ranges[n++].to = at;
    }
    return n;
}

static void check_held(const struct dirty *d, const struct model *m) {
    static struct range have[BYTES], want[BYTES];
    unsigned char bytes[BYTES];
    off64_t from = below(BYTES);
    size_t n = buf__dirty_ranges(d, from, have, BYTES), wanted = model_ranges(m, from, want);
    if (n != wanted || memcmp(have, want, n * sizeof *have) != 0)
        differ("other ranges from %ld", (long)from);
    memset(bytes, 255, sizeof bytes);
    buf__dirty_overlay(d, from, (char *)bytes, (size_t)(BYTES - from));
    for (off64_t at = from; at < BYTES; at++)
        if (bytes[at - from] != (m->held[at] ? m->file[at] : 255))
            differ("byte %ld is another", (long)at);
}

static void put(struct dirty *d, struct model *m) {
    off64_t at = below(BYTES - 1);
    size_t n = 1 + below(below(3) ? 8 : 90);
    char bytes[BYTES];
    if (n > (size_t)(BYTES - at))
        n = (size_t)(BYTES - at);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)below(255);
    size_t taken = buf__dirty_put(d, at, bytes, n);
    if (taken > n || (taken < n && d->used < d->most))
        differ("%zu of %zu bytes taken", taken, n);
    for (size_t i = 0; i < taken; i++) {
        m->held[at + (off64_t)i] = true;
        m->file[at + (off64_t)i] = (unsigned char)bytes[i];
    }
}

/* Lets bytes go as coalesce.c does, sometimes not all of a write, up to where it gives up. */
static void leave(struct dirty *d, struct model *m) {
    struct plan_terms terms = {d->block, d->block + 1 + below(3 * BYTES / 2), below(BYTES + 1), below(4) > 0};
    struct range ranges[BYTES];
    size_t n;
    buf__dirty_sort(d);
    check_held(d, m);
    for (off64_t from = 0; (n = buf__dirty_ranges(d, from, ranges, BYTES)) > 0 && below(30);) {
        struct range write = buf__plan_write(ranges, n, &terms);
        off64_t want = model_end(m, ranges[0].from, &terms);
        if (write.from != ranges[0].from || write.to != want)
            differ("block %zu, most %zu, end %ld, fill %d: [%ld, %ld) leaves, not [%ld, %ld)", terms.block,
                   terms.most, (long)terms.end, terms.fill, (long)write.from, (long)write.to,
                   (long)ranges[0].from, (long)want);
        if (below(5) == 0)
            write.to = write.from + 1 + below((unsigned)(write.to - write.from));
        buf__dirty_forget(d, write.from, write.to);
        memset(m->held + write.from, 0, (size_t)(write.to - write.from));
        if (terms.end < write.to)
            terms.end = write.to;
        from = write.from;
        check_held(d, m);
    }
    buf__dirty_sweep(d);
    buf__dirty_sort(d);
    check_held(d, m);
    off64_t end = BYTES;
    while (end > 0 && !m->held[end - 1])
        end--;
    if (d->end != end)
        differ("the last byte is held at %ld, not %ld", (long)d->end, (long)end);
}

static void one_case(void) {
    struct dirty d;
    struct model m = {0};
    if (!buf__dirty_make(&d, 1 + below(40), 1 + below(below(2) ? 9 : 140)))
        differ("no memory");
    for (int round = 1 + (int)below(4); round > 0; round--) {
        for (int puts = (int)below(60); puts > 0; puts--)
            put(&d, &m);
        leave(&d, &m);
    }
    buf__dirty_free(&d);
}

/* What small numbers do not reach. */
static void far_away(void) {
    struct plan_terms terms = {4096, 1 << 20, INT64_MAX, true};
    struct range far[] = {{INT64_MAX - 9000, INT64_MAX - 8000}, {INT64_MAX - 4000, INT64_MAX}};
    struct range write = buf__plan_write(far, 2, &terms);
    if (write.from != far[0].from || write.to != INT64_MAX)
        differ("the last offsets do not leave together");
}

int main(int argc, char **argv) {
    unsigned long cases = 20000, first = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--cases") == 0)
            cases = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            first = strtoul(argv[i + 1], NULL, 10);
    }
    far_away();
    for (seed = first; seed < first + cases; seed++) {
        state = seed * 0x9e3779b97f4a7c15u;
        one_case();
    }
    printf("plan: %lu cases, no difference\n", cases);
    return 0;
}
