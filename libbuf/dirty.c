/* See dirty.h. A block is its bytes and a bit for each that is held. Blocks are found by a hash table with open
   addressing, and ordered only when they leave. */

#include "dirty.h"
#include <stdlib.h>
#include <string.h>

struct dirty_block {
    off64_t number;  /* of the block in the file */
    size_t slot;     /* its place in the table */
    char *bytes;     /* those that are not held have no meaning */
    uint64_t held[]; /* a bit for each byte */
};

enum { WORD = 64 };

static size_t words_of(const struct dirty *d) {
    return (d->block + WORD - 1) / WORD;
}

/* The bits of word `w` that stand for bytes of [from, to). */
static uint64_t mask_of(size_t w, size_t from, size_t to) {
    uint64_t mask = ~(uint64_t)0;
    if (from > w * WORD)
        mask &= ~(uint64_t)0 << (from - w * WORD);
    if (to < (w + 1) * WORD)
        mask &= ~(uint64_t)0 >> ((w + 1) * WORD - to);
    return mask;
}

static void mark(struct dirty_block *b, size_t from, size_t to, bool held) {
    for (size_t w = from / WORD; w * WORD < to; w++) {
        if (held)
            b->held[w] |= mask_of(w, from, to);
        else
            b->held[w] &= ~mask_of(w, from, to);
    }
}

/* The first byte of [from, to) that is held, or is not; `to`: there is none. */
static size_t find_byte(const struct dirty_block *b, size_t from, size_t to, bool held) {
    if (from >= to)
        return to;
    for (size_t w = from / WORD; w * WORD < to; w++) {
        uint64_t bits = (held ? b->held[w] : ~b->held[w]) & mask_of(w, from, to);
        if (bits)
            return w * WORD + (size_t)__builtin_ctzll(bits);
    }
    return to;
}

bool buf__dirty_make(struct dirty *d, size_t most, size_t block) {
    *d = (struct dirty){.block = block, .most = most, .slots = 2};
    while (d->slots < 2 * most)
        d->slots *= 2;
    d->blocks = calloc(most, sizeof *d->blocks);
    d->table = calloc(d->slots, sizeof *d->table);
    if (d->blocks && d->table)
        return true;
    buf__dirty_free(d);
    return false;
}

void buf__dirty_free(struct dirty *d) {
    for (size_t i = 0; i < d->made; i++)
        free(d->blocks[i]);
    free(d->blocks);
    free(d->table);
    *d = (struct dirty){0};
}

/* Where block `number` is in the table, or would be. */
static size_t slot_of(const struct dirty *d, off64_t number) {
    size_t slot = (size_t)((uint64_t)number * 0x9e3779b97f4a7c15u >> 20) & (d->slots - 1);
    while (d->table[slot] && d->table[slot]->number != number)
        slot = (slot + 1) & (d->slots - 1);
    return slot;
}

static void enter_block(struct dirty *d, struct dirty_block *b) {
    b->slot = slot_of(d, b->number);
    d->table[b->slot] = b;
}

/* A block of ours for bytes of file block `number`; NULL: all are in use, or no memory. */
static struct dirty_block *use_block(struct dirty *d, off64_t number) {
    size_t words = words_of(d);
    if (d->used == d->most)
        return NULL;
    if (d->used == d->made) {
        struct dirty_block *b = malloc(sizeof *b + words * sizeof *b->held + d->block);
        if (!b)
            return NULL;
        b->bytes = (char *)(b->held + words);
        d->blocks[d->made++] = b;
    }
    struct dirty_block *b = d->blocks[d->used++];
    b->number = number;
    memset(b->held, 0, words * sizeof *b->held);
    enter_block(d, b);
    return b;
}

size_t buf__dirty_put(struct dirty *d, off64_t at, const char *p, size_t n) {
    size_t done = 0;
    while (done < n) {
        off64_t here = at + (off64_t)done, number = here / (off64_t)d->block;
        size_t from = (size_t)(here - number * (off64_t)d->block), take = d->block - from;
        if (take > n - done)
            take = n - done;
        struct dirty_block *b = d->table[slot_of(d, number)];
        if (!b && !(b = use_block(d, number)))
            break;
        memcpy(b->bytes + from, p + done, take);
        mark(b, from, from + take, true);
        done += take;
    }
    if (done > 0 && d->end < at + (off64_t)done)
        d->end = at + (off64_t)done;
    return done;
}

void buf__dirty_overlay(const struct dirty *d, off64_t at, char *p, size_t n) {
    off64_t end = at + (off64_t)n < d->end ? at + (off64_t)n : d->end;
    while (at < end) {
        off64_t start = at / (off64_t)d->block * (off64_t)d->block, next = start + (off64_t)d->block;
        const struct dirty_block *b = d->table[slot_of(d, start / (off64_t)d->block)];
        size_t to = (size_t)((next < end ? next : end) - start), from = (size_t)(at - start), low = from;
        while (b && (from = find_byte(b, from, to, true)) < to) {
            size_t behind = find_byte(b, from, to, false);
            memcpy(p + (from - low), b->bytes + from, behind - from);
            from = behind;
        }
        p += to - low;
        at = start + (off64_t)to;
    }
}

/* The element at `top` of a heap of `n` goes down to where it belongs. */
static void sift(struct dirty_block **heap, size_t top, size_t n) {
    struct dirty_block *moving = heap[top];
    for (size_t child; (child = 2 * top + 1) < n; top = child) {
        if (child + 1 < n && heap[child + 1]->number > heap[child]->number)
            child++;
        if (heap[child]->number <= moving->number)
            break;
        heap[top] = heap[child];
    }
    heap[top] = moving;
}

/* By a heap, in place: a flush at exit or before a fork allocates nothing. */
void buf__dirty_sort(struct dirty *d) {
    for (size_t top = d->used / 2; top-- > 0;)
        sift(d->blocks, top, d->used);
    for (size_t n = d->used; n-- > 1;) {
        struct dirty_block *last = d->blocks[0];
        d->blocks[0] = d->blocks[n];
        d->blocks[n] = last;
        sift(d->blocks, 0, n);
    }
}

/* The first of the ordered blocks whose number is at least this. */
static size_t first_block(const struct dirty *d, off64_t number) {
    size_t low = 0, high = d->used;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (d->blocks[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t buf__dirty_ranges(const struct dirty *d, off64_t from, struct range *ranges, size_t room) {
    size_t n = 0;
    for (size_t i = first_block(d, from / (off64_t)d->block); i < d->used; i++) {
        const struct dirty_block *b = d->blocks[i];
        off64_t start = b->number * (off64_t)d->block;
        size_t at = from > start ? (size_t)(from - start) : 0;
        while ((at = find_byte(b, at, d->block, true)) < d->block) {
            size_t to = find_byte(b, at, d->block, false);
            if (n > 0 && ranges[n - 1].to == start + (off64_t)at)
                ranges[n - 1].to = start + (off64_t)to;
            else if (n == room)
                return n;
            else
                ranges[n++] = (struct range){start + (off64_t)at, start + (off64_t)to};
            at = to;
        }
    }
    return n;
}

void buf__dirty_forget(struct dirty *d, off64_t from, off64_t to) {
    while (from < to) {
        off64_t number = from / (off64_t)d->block, start = number * (off64_t)d->block;
        off64_t behind = start + (off64_t)d->block < to ? start + (off64_t)d->block : to;
        struct dirty_block *b = d->table[slot_of(d, number)];
        if (b)
            mark(b, (size_t)(from - start), (size_t)(behind - start), false);
        from = behind;
    }
}

void buf__dirty_sweep(struct dirty *d) {
    size_t was = d->used;
    for (size_t i = 0; i < was; i++)
        d->table[d->blocks[i]->slot] = NULL;
    d->used = 0;
    d->end = 0;
    for (size_t i = 0; i < was; i++) {
        struct dirty_block *b = d->blocks[i];
        size_t at = find_byte(b, 0, d->block, true), last = at;
        if (at == d->block)
            continue;
        for (; at < d->block; at = find_byte(b, last, d->block, true))
            last = find_byte(b, at, d->block, false);
        if (d->end < b->number * (off64_t)d->block + (off64_t)last)
            d->end = b->number * (off64_t)d->block + (off64_t)last;
        d->blocks[i] = d->blocks[d->used];
        d->blocks[d->used++] = b;
        enter_block(d, b);
    }
}
