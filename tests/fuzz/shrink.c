/* Finding the operations that a difference needs, and printing what is left (round.h). */

#include "round.h"
#include <stdlib.h>
#include <string.h>

static size_t line_length(const char *p) {
    const char *end = strchr(p, '\n');
    return end ? (size_t)(end - p) : strlen(p);
}

static const char *next_line(const char *p) {
    p += line_length(p);
    return *p ? p + 1 : p;
}

static bool same_line(const char *a, const char *b) {
    size_t n = line_length(a);
    return n == line_length(b) && memcmp(a, b, n) == 0;
}

/* The first differing line of each log. */
static void first_difference(const struct round *round, const char *at[2]) {
    at[0] = round->text[0];
    at[1] = round->text[1];
    while (*at[0] && same_line(at[0], at[1])) {
        at[0] = next_line(at[0]);
        at[1] = next_line(at[1]);
    }
}

unsigned operations_of(const struct round *round, bool up_to_difference) {
    const char *at[2] = {NULL, NULL};
    unsigned last = 0;
    first_difference(round, at);
    for (const char *p = round->text[0]; *p; p = next_line(p)) {
        if (*p == '#')
            last = (unsigned)strtoul(p + 1, NULL, 10);
        if (up_to_difference && p == at[0])
            break;
    }
    return last + 1;
}

/* "3-7,9-9,": the operations that are not kept. */
static void write_skip(struct round *round, const bool *kept, unsigned n) {
    char *p = round->skip;
    *p = '\0';
    for (unsigned i = 0; i < n; i++) {
        if (kept[i])
            continue;
        unsigned from = i;
        while (i + 1 < n && !kept[i + 1])
            i++;
        p += sprintf(p, "%u-%u,", from, i);
    }
    sprintf(p, "%u-%u", n, MOST_OPERATIONS - 1);
}

/* Whether it still differs without those. */
static bool differs(const struct setup *setup, struct round *round, const bool *kept, unsigned n) {
    static struct round trial = {.trial = true};
    trial.seed = round->seed;
    write_skip(&trial, kept, n);
    bool same = run_round(setup, &trial);
    if (!same) {
        free_round(round);
        memcpy(round->skip, trial.skip, sizeof round->skip);
        round->text[0] = trial.text[0];
        round->text[1] = trial.text[1];
    } else {
        free_round(&trial);
    }
    return !same;
}

void shrink_round(const struct setup *setup, struct round *round) {
    static bool kept[MOST_OPERATIONS];
    unsigned n = operations_of(round, true), all = operations_of(round, false);
    memset(kept, true, sizeof kept);
    if (!differs(setup, round, kept, n)) /* what shows at the end only */
        n = all;
    bool shrunk = true;
    for (unsigned piece = n / 2; piece > 0 && (shrunk || piece > 1); piece = piece > 1 ? piece / 2 : 1) {
        shrunk = false;
        for (unsigned from = 0; from < n; from += piece) {
            bool before[MOST_OPERATIONS];
            unsigned to = from + piece < n ? from + piece : n;
            memcpy(before, kept, sizeof before);
            memset(kept + from, false, to - from);
            if (memcmp(before, kept, n) == 0)
                continue;
            if (differs(setup, round, kept, n))
                shrunk = true;
            else
                memcpy(kept, before, sizeof before);
        }
        if (piece == 1 && !shrunk)
            break;
    }
}

void print_round(const struct round *round, size_t lines_before) {
    const char *at[2];
    first_difference(round, at);
    size_t before = 0, line = 0;
    for (const char *p = round->text[0]; p < at[0]; p = next_line(p))
        before++;
    for (const char *p = round->text[0]; p < at[0]; p = next_line(p))
        if (line++ + lines_before >= before)
            printf("    %.*s\n", (int)line_length(p), p);
    for (int i = 0; i < 2; i++)
        printf("  %c %.*s\n", i ? '+' : '-', (int)line_length(at[i]), at[i]);
}
