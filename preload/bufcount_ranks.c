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

/* The runs are sorted by rank; several runs of one rank are added up. */
static size_t values_by_rank(const struct tally *tally, size_t member, uint64_t *values, int *ranks) {
    size_t count = 0;
    for (size_t i = 0; i < tally->run_count; i++) {
        const struct run *run = &tally->runs[i];
        uint64_t value;
        if (run->rank < 0)
            continue;
        memcpy(&value, (const char *)run + member, sizeof value);
        if (count == 0 || ranks[count - 1] != run->rank) {
            ranks[count] = run->rank;
            values[count++] = 0;
        }
        values[count - 1] += value;
    }
    return count;
}

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

static struct spread spread_of(uint64_t *values, const int *ranks, size_t count) {
    struct spread spread = {.ranks = count};
    if (!count)
        return spread;
    size_t least = 0, most = 0, half = count / 2;
    for (size_t i = 1; i < count; i++) {
        least = values[i] < values[least] ? i : least;
        most = values[i] > values[most] ? i : most;
    }
    spread.least_rank = ranks[least];
    spread.most_rank = ranks[most];
    qsort(values, count, sizeof *values, ascending);
    spread.least = values[0];
    spread.most = values[count - 1];
    spread.median = count % 2 ? values[half] : values[half - 1] + (values[half] - values[half - 1]) / 2;
    return spread;
}

void ranks_spread(const struct tally *tally, struct spread spreads[RANK_FIGURES]) {
    static const size_t members[RANK_FIGURES] = {
        [RANK_STDIO_CALLS] = offsetof(struct run, stdio_calls),
        [RANK_GIVEN] = offsetof(struct run, given),
        [RANK_CALLS] = offsetof(struct run, calls),
        [RANK_BYTES] = offsetof(struct run, bytes),
    };
    uint64_t *values = malloc(tally->run_count * sizeof *values + 1);
    int *ranks = malloc(tally->run_count * sizeof *ranks + 1);
    if (!values || !ranks)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (int figure = 0; figure < RANK_FIGURES; figure++) {
        size_t count = values_by_rank(tally, members[figure], values, ranks);
        spreads[figure] = spread_of(values, ranks, count);
    }
    free(values);
    free(ranks);
}

static const char *const rank_figure_names[RANK_FIGURES] = {
    [RANK_STDIO_CALLS] = "stdio calls",
    [RANK_GIVEN] = "stdio bytes",
    [RANK_CALLS] = "system calls",
    [RANK_BYTES] = "bytes",
};

void ranks_table(const struct sheet *sheet, const struct tally *tally) {
    struct spread spreads[RANK_FIGURES];
    ranks_spread(tally, spreads);
    if (!spreads[0].ranks)
        return;
    sheet_head(sheet, "%-14s %16s %6s %16s %16s %6s", "by rank", "least", "rank", "median", "most", "rank");
    for (int i = 0; i < RANK_FIGURES; i++)
        fprintf(sheet->out, "%-14s %16s %6d %16s %16s %6d\n", rank_figure_names[i],
                label_count(spreads[i].least, 16).text, spreads[i].least_rank,
                label_count(spreads[i].median, 16).text, label_count(spreads[i].most, 16).text,
                spreads[i].most_rank);
    sheet_say(sheet, INK_FAINT, "%zu rank%s", spreads[0].ranks, spreads[0].ranks == 1 ? "" : "s");
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
