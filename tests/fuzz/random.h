/* The random numbers of one operation. They follow from the seed and the operation's number alone, so that
   leaving other operations out changes nothing in this one. */
#ifndef FUZZ_RANDOM_H
#define FUZZ_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

extern uint64_t random_state;

/* splitmix64 */
static inline uint64_t random_next(void) {
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline void random_begin(uint64_t seed, uint64_t number) {
    random_state = seed * 0xd1342543de82ef95u + 1;
    random_state = random_next() ^ (number * 0xaf251af3b0f025b5u);
    random_next();
}

/* From 0 to n - 1. */
static inline unsigned below(unsigned n) {
    return (unsigned)(random_next() % n);
}

static inline bool chance(unsigned percent) {
    return below(100) < percent;
}

#define PICK(array) ((array)[below(sizeof(array) / sizeof *(array))])

#endif
