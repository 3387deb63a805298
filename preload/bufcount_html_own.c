/* The stdio side of the run on libbuf where the counting names did not get to see it: libbuf counts its own
   streams. */
#include "bufcount_html.h"

const char *const own_function_names[OWN_FUNCTIONS] = {"writing", "reading", "seeking"};

static struct stdio_figures figures_of(const struct own_flow *flow, enum inside kind) {
    struct stdio_figures figures = {
        .calls = flow->calls, .bytes = flow->bytes, .inside_bytes = flow->system_bytes};
    figures.inside[kind] = flow->system_calls;
    return figures;
}

bool own_functions(const struct page *page, struct stdio_figures figures[OWN_FUNCTIONS]) {
    const struct own_report *own = page->results->own;
    if (page->tally == page->results->tallies || !own || !own->known)
        return false;
    for (size_t row = 0; row < STDIO_ROWS; row++)
        if (page->tally->stdio[row].calls)
            return false;
    figures[0] = figures_of(&own->put, INSIDE_WRITE);
    figures[1] = figures_of(&own->got, INSIDE_READ);
    figures[2] = (struct stdio_figures){.calls = own->seeks};
    figures[2].inside[INSIDE_SEEK] = own->seek_calls;
    return true;
}
