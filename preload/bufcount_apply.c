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

void apply(const struct options *options, const struct advices *advices, struct applied *applied) {
    struct options again = *options;
    char *rules = with_environment(advices->rules);
    again.rules = rules;
    struct redirection redirection = {input_again(), sink_open(1), sink_null()};
    run_counted(&again, again.libbuf, &redirection, &applied->tally);
    sink_close(redirection.output);
    close(redirection.error);
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
