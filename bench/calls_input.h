/* The material of the operations and the inputs they read: the same bytes in every process, from one formula.
 */

#ifndef CALLS_INPUT_H
#define CALLS_INPUT_H

#include "calls_rows.h"

/* The next of a fixed sequence of numbers that look random (a linear congruential generator). */
static inline uint32_t next_random(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Fills everything but the path; false without memory. */
static bool make_material(struct material *m) {
    uint64_t state = 1;
    memset(m->bytes, 'x', sizeof m->bytes);
    strcpy(m->text, "sixteen letters.");
    wcscpy(m->wide, L"sixteen letters.");
    m->line = NULL;
    m->line_size = 0;
    m->number_text = malloc((size_t)PERIOD * TEXT_SIZE);
    m->real_text = malloc((size_t)PERIOD * TEXT_SIZE);
    m->word_text = malloc((size_t)PERIOD * TEXT_SIZE);
    if (!m->number_text || !m->real_text || !m->word_text)
        return false;
    for (int i = 0; i < PERIOD; i++) {
        int bits = (int)(next_random(&state) % 31) + 1;
        int number = (int)(next_random(&state) & ((1u << bits) - 1));
        char *word = m->word_text + i * TEXT_SIZE;
        size_t length = next_random(&state) % 16 + 1;
        m->numbers[i] = i % 4 ? number : -number;
        m->reals[i] = (double)next_random(&state) / 2147483648.0 * 1000.0;
        m->places[i] = next_random(&state) % RECORDS;
        snprintf(m->number_text + i * TEXT_SIZE, TEXT_SIZE, "%d", m->numbers[i]);
        snprintf(m->real_text + i * TEXT_SIZE, TEXT_SIZE, "%.6f", m->reals[i]);
        for (size_t k = 0; k < length; k++)
            word[k] = (char)('a' + next_random(&state) % 26);
        word[length] = '\0';
    }
    return true;
}

/* One period of what a row reads, malloc'ed, and its size. NULL without memory, or when it reads nothing of
 * that kind. */
static char *make_block(enum way way, const struct material *m, size_t *size) {
    char *block = malloc((size_t)PERIOD * LINE), *end = block;
    const char *texts = way == IN_NUMBERS ? m->number_text : way == IN_REALS ? m->real_text : m->word_text;
    if (!block || way < IN_BYTES || way > IN_WORDS)
        return NULL;
    for (int i = 0; i < PERIOD; i++) {
        if (way == IN_BYTES || way == IN_LINES) {
            size_t length = way == IN_BYTES ? 16 : LINE;
            memset(end, 'a' + i % 26, length);
            end += length;
        } else {
            end = stpcpy(end, texts + i * TEXT_SIZE) + 1;
        }
        end[-1] = '\n';
    }
    *size = (size_t)(end - block);
    return block;
}

/* The names of the inputs, by the way they are read. */
static const char *const input_names[] = {
    [IN_BYTES] = "bytes",   [IN_LINES] = "lines",  [IN_NUMBERS] = "numbers",
    [IN_REALS] = "reals",   [IN_WORDS] = "words",  [RANDOM_OUT] = "random",
    [RANDOM_IN] = "random", [GROWING] = "growing", [OPENING] = "opening"};

#endif
