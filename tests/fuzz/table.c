/* The tables of what the rounds reached: calls, buffers, modes and kinds, each by the state of the window. */

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

static void print_rows(const char *title, const char *const *names, unsigned rows,
                       const uint32_t (*cells)[STATES]) {
    printf("%-24s", title);
    for (unsigned state = 0; state < STATES; state++)
        printf("%13s", state_names[state]);
    printf("\n");
    for (unsigned row = 0; row < rows; row++) {
        uint32_t sum = 0;
        printf("  %-22s", names[row]);
        for (unsigned state = 0; state < STATES; state++) {
            if (cells[row][state])
                printf("%13u", cells[row][state]);
            else
                printf("%13s", ".");
            sum += cells[row][state];
        }
        printf(sum ? "\n" : "   never\n");
        never += sum == 0;
    }
}

void print_coverage(const struct coverage *c) {
    print_rows("calls", call_names, CALLS, c->call);
    print_rows("buffers", buffer_names, BUFFERS, c->buffer);
    print_rows("modes", mode_names, MODES, c->mode);
    print_rows("kinds of stream", kind_names, KINDS, c->kind);
    printf("rows never reached: %u\n\nnamed differences, and how often a round kept away from each:\n",
           never);
#define PRINT_NAMED(name, reason) printf("  %-24s%9u  %s\n", #name, c->kept_away[NAMED_##name], reason);
    NAMED_DIFFERENCES(PRINT_NAMED)
}
