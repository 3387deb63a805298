/* The command once more, under libbuf with the rules that are advised: counted, to hold the real calls against the
   promised ones, and timed in turns with the unadvised, both without any observer. */
#include "bufcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The rules, before those that the environment already has. */
static char *with_environment(const char *rules) {
    const char *present = getenv("LIBBUF");
    char *all;
    if (asprintf(&all, "%s%s%s", rules, present && *present ? ";" : "", present ? present : "") < 0)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return all;
}

/* As many as it takes to see the difference: the kernel tells system from user time by samples 4 ms apart. */
static int runs_for(const struct options *options, const struct tally *tally, const struct advices *advices) {
    enum { LEAST = 5, MOST = 40 };
    const double sampled = 1 /* second of the time in question */, patience = 20 /* seconds for all runs */;
    if (options->runs)
        return options->runs;
    double saved = 0;
    for (size_t i = 0; i < advices->count; i++)
        saved += advices->items[i].seconds;
    double runs = saved > 0 ? sampled / saved : MOST, most = patience / (2e-9 * (double)tally->ticks * tally->nanoseconds_of_tick + 1e-3);
    runs = runs < most ? runs : most;
    return runs < LEAST ? LEAST : runs > MOST ? MOST : (int)runs;
}

struct system_time applied_time(const struct advices *advices, const struct applied *applied) {
    struct system_time time = {.without = applied->timings[0].mean_system,
                               .real = applied->timings[1].mean_system};
    time.promised = time.without;
    for (size_t i = 0; i < advices->count; i++)
        time.promised -= advices->items[i].seconds;
    if (time.promised < 0)
        time.promised = 0;
    return time;
}

void apply(const struct options *options, const struct tally *tally, const struct advices *advices,
           struct applied *applied) {
    struct options again = *options;
    char *rules = with_environment(advices->rules);
    again.rules = rules;
    struct redirection redirection = {input_again(), sink_open(1), sink_null()};
    run_counted(&again, again.libbuf, &redirection, &applied->tally);
    sink_close(redirection.output);
    close(redirection.error);
    applied->runs = again.runs = runs_for(options, tally, advices);
    time_runs(&again, 2, applied->timings);
    applied->calls = calloc(advices->count + 1, sizeof *applied->calls);
    if (!applied->calls)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < applied->tally.file_count; i++)
        for (size_t a = 0; a < advices->count; a++)
            if (pattern_matches(&advices->items[a], &applied->tally.files[i].record))
                applied->calls[a] += file_calls(&applied->tally.files[i].record);
    applied->done = true;
    free(rules);
}

void applied_free(struct applied *applied) {
    tally_free(&applied->tally);
    free(applied->calls);
    *applied = (struct applied){0};
}
