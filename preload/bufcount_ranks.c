/* The ranks of an MPI program: the one this process was started as, and how far the ranks of merged records lie
   apart. */
#include "bufcount.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int number_of(const char *text) {
    char *end;
    if (!text || !*text)
        return -1;
    long value = strtol(text, &end, 10);
    return *end || value < 0 || value > INT_MAX ? -1 : (int)value;
}

int rank_of_environment(int *ranks) {
    static const char *const variables[][2] = {
        {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
        {"PMI_RANK", "PMI_SIZE"},
        {"PMIX_RANK", "PMIX_SIZE"},
        {"SLURM_PROCID", "SLURM_NTASKS"},
    };
    *ranks = 0;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        int rank = number_of(getenv(variables[i][0])), size = number_of(getenv(variables[i][1]));
        if (rank < 0)
            continue;
        *ranks = size > 0 ? size : 0;
        return rank;
    }
    return -1;
}

void ranks_spread(const struct tally *tally, struct spread spreads[RANK_FIGURES]) {
    static const size_t members[RANK_FIGURES] = {
        [RANK_STDIO_CALLS] = offsetof(struct run, stdio_calls),
        [RANK_GIVEN] = offsetof(struct run, given),
        [RANK_CALLS] = offsetof(struct run, calls),
        [RANK_BYTES] = offsetof(struct run, bytes),
    };
    for (int figure = 0; figure < RANK_FIGURES; figure++) {
        uint64_t *values = malloc(tally->run_count * sizeof *values + 1);
        struct spread *spread = &spreads[figure];
        *spread = (struct spread){0};
        if (!values)
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
        for (size_t i = 0; i < tally->run_count; i++) {
            const struct run *run = &tally->runs[i];
            if (run->rank < 0)
                continue;
            uint64_t value;
            memcpy(&value, (const char *)run + members[figure], sizeof value);
            if (!spread->ranks || value < spread->least)
                spread->least = value, spread->least_rank = run->rank;
            if (!spread->ranks || value > spread->most)
                spread->most = value, spread->most_rank = run->rank;
            size_t at = spread->ranks++;
            for (; at > 0 && values[at - 1] > value; at--)
                values[at] = values[at - 1];
            values[at] = value;
        }
        size_t half = spread->ranks / 2;
        if (spread->ranks)
            spread->median =
                spread->ranks % 2 ? values[half] : values[half - 1] + (values[half] - values[half - 1]) / 2;
        free(values);
    }
}

static const char *const rank_figure_names[RANK_FIGURES] = {
    [RANK_STDIO_CALLS] = "stdio calls",
    [RANK_GIVEN] = "stdio bytes",
    [RANK_CALLS] = "system calls",
    [RANK_BYTES] = "bytes",
};

void ranks_table(FILE *out, const struct tally *tally) {
    struct spread spreads[RANK_FIGURES];
    ranks_spread(tally, spreads);
    if (!spreads[0].ranks)
        return;
    char title[40];
    snprintf(title, sizeof title, "%zu ranks", spreads[0].ranks);
    fprintf(out, "\n%-14s %14s %6s %14s %14s %6s\n", title, "least", "rank", "median", "most", "rank");
    for (int i = 0; i < RANK_FIGURES; i++)
        fprintf(out, "%-14s %14" PRIu64 " %6d %14" PRIu64 " %14" PRIu64 " %6d\n", rank_figure_names[i],
                spreads[i].least, spreads[i].least_rank, spreads[i].median, spreads[i].most,
                spreads[i].most_rank);
}

void ranks_json(FILE *out, const struct tally *tally) {
    static const char *const keys[RANK_FIGURES] = {"stdio_calls", "stdio_bytes", "calls", "bytes"};
    struct spread spreads[RANK_FIGURES];
    ranks_spread(tally, spreads);
    if (!spreads[0].ranks)
        return;
    fprintf(out, ",\"ranks\":{\"count\":%zu", spreads[0].ranks);
    for (int i = 0; i < RANK_FIGURES; i++)
        fprintf(out,
                ",\"%s\":{\"least\":%" PRIu64 ",\"least_rank\":%d,\"median\":%" PRIu64 ",\"most\":%" PRIu64
                ",\"most_rank\":%d}",
                keys[i], spreads[i].least, spreads[i].least_rank, spreads[i].median, spreads[i].most,
                spreads[i].most_rank);
    fputs(",\"each\":[", out);
    bool first = true;
    for (size_t i = 0; i < tally->run_count; i++) {
        const struct run *run = &tally->runs[i];
        if (run->rank < 0)
            continue;
        fprintf(out,
                "%s{\"rank\":%d,\"stdio_calls\":%" PRIu64 ",\"stdio_bytes\":%" PRIu64 ",\"calls\":%" PRIu64
                ",\"bytes\":%" PRIu64 "}",
                first ? "" : ",", run->rank, run->stdio_calls, run->given, run->calls, run->bytes);
        first = false;
    }
    fputs("]}", out);
}
