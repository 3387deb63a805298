/*
 * Differential fuzzing of the scanf engine against libc: what its parts share. generate.c makes cases,
 * sides.c runs one on libc and one on the engine, fuzz.c compares and counts.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOTS = 9, SLOT_SIZE = 17 << 10, FORMAT_SIZE = 512, INPUT_SIZE = 4096 };

/* What a pointer argument points at. */
enum slot_kind {
    SLOT_VALUE,      /* a number, an array */
    SLOT_CHARACTERS, /* bytes made from wide characters, where libc writes one null byte too many */
    SLOT_BLOCK,      /* a char * to be allocated */
};

struct test_case {
    char format[FORMAT_SIZE]; /* multibyte, also for the wide calls */
    char input[INPUT_SIZE];
    size_t input_length;
    enum slot_kind slots[SLOTS];
    bool old_a;       /* the GNU modifier a: libc's scanf of before C99 */
    int end_error;    /* errno of the read that ends the input, 0: an ordinary end */
    int errno_before; /* value of errno at the call */
    size_t fail_from; /* allocations of this size and more fail; 0: none do */
    unsigned conversions;
};

/* What a case can change of a slot: the whole input in wide characters. */
static inline size_t slot_size(const struct test_case *test) {
    return test->input_length * 4 + 64;
}

/* What came of a case. */
struct result {
    int returned;
    int error;           /* errno */
    size_t remaining;    /* units of the input that were not taken */
    bool known_position; /* else `remaining` says nothing */
    bool at_end, failed; /* the indicators of the stream */
    bool known_end;      /* else they say nothing */
    unsigned char slots[SLOTS][SLOT_SIZE] __attribute__((aligned(16)));
};

extern uint64_t random_state;
uint32_t random_below(uint32_t limit);
static inline bool one_in(uint32_t n) {
    return random_below(n) == 0;
}

/* The locale's own digits (flag I) or its separators (') have three bytes or more: with a width libc 2.36 may
   push back bytes that were not there. */
extern bool long_digits, long_separators;

/* Makes the next case. `wide`: the input must be valid text of the locale. `alphabet`: extra pieces of the
 * locale. */
void generate(struct test_case *test, bool wide, const char *const *pieces, size_t piece_count);

enum side { SIDE_STREAM, SIDE_STRING };
void run_libc(const struct test_case *test, bool wide, enum side side, struct result *result);
void forget_stream(void); /* after libc was left in the middle of a call */
void run_engine(const struct test_case *test, bool wide, enum side side, struct result *result);

/* Allocation: fails from the present size on; knows what was asked for. */
extern const bool blocks_are_ours; /* false under a sanitizer: nothing of this works */
extern size_t fail_from;
size_t requested_size(const void *block);
extern long live_blocks;
extern unsigned long overruns;

#endif
