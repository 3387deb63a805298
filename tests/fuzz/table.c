/* The tables of what the rounds reached on libbuf: calls, buffers and kinds of stream by the state of the
   window in which a call was made, modes by the kind of stream, and which modes met which buffers. */

#include "round.h"
#include <string.h>

#define TEXT_OF(name) #name,
static const char *const call_names[] = {CALL_NAMES(TEXT_OF)};
static const char *const state_names[] = {STATE_NAMES(TEXT_OF)};
static const char *const kind_names[] = {KIND_NAMES(TEXT_OF)};
#define TEXT(text) text,
static const char *const mode_names[] = {MODE_NAMES(TEXT)};
#define FIRST(name, ...) name,
static const char *const buffer_names[] = {BUFFER_NAMES(FIRST)};

static unsigned never;

static void print_rows(const char *title, const char *const *names, unsigned rows, const char *const *columns,
                       unsigned n, const uint32_t *cell) {
    printf("%-24s", title);
    for (unsigned column = 0; column < n; column++)
        printf("%13s", columns[column]);
    printf("\n");
    for (unsigned row = 0; row < rows; row++) {
        uint32_t sum = 0;
        printf("  %-22s", names[row]);
        for (unsigned column = 0; column < n; column++, cell++) {
            if (*cell)
                printf("%13u", *cell);
            else
                printf("%13s", ".");
            sum += *cell;
        }
        printf(sum ? "\n" : "   never\n");
        never += sum == 0;
    }
}

/* Which modes met which buffers: only the pairs that did not are listed. */
static void print_pairs(const uint32_t (*pair)[BUFFERS]) {
    unsigned met = 0;
    for (unsigned i = 0; i < MODES * BUFFERS; i++)
        met += pair[i / BUFFERS][i % BUFFERS] != 0;
    printf("pairs of mode and buffer: %u of %u%s", met, MODES * BUFFERS,
           met < MODES * BUFFERS ? "; never" : "");
    for (unsigned i = 0; i < MODES * BUFFERS && met >= MODES * BUFFERS / 2; i++)
        if (!pair[i / BUFFERS][i % BUFFERS])
            printf(" (%s, %s)", mode_names[i / BUFFERS], buffer_names[i % BUFFERS]);
    printf("\n");
}

void print_coverage(const struct coverage *c) {
#define ROWS(title, rows, columns, cells)                                                                    \
    print_rows(title, rows##_names, sizeof rows##_names / sizeof *rows##_names, columns##_names,             \
               sizeof columns##_names / sizeof *columns##_names, cells[0])
    ROWS("calls", call, state, c->call);
    ROWS("buffers", buffer, state, c->buffer);
    ROWS("modes", mode, kind, c->mode);
    ROWS("kinds of stream", kind, state, c->kind);
    print_pairs(c->pair);
    printf("rows never reached: %u\n\nnamed differences, and how often a round kept away from each:\n",
           never);
#define PRINT_NAMED(name, reason) printf("  %-24s%9u  %s\n", #name, c->kept_away[NAMED_##name], reason);
    NAMED_DIFFERENCES(PRINT_NAMED)
}
