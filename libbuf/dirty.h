/* Changed bytes of a file that have not left yet, by blocks: plain memory that knows no stream and makes no system
   call. Above: coalesce.c, which lets them go. */

#ifndef BUF_DIRTY_H
#define BUF_DIRTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The bytes [from, to) of a file; never empty. */
struct range {
    off64_t from, to;
};

struct dirty_block;

struct dirty {
    size_t block;                /* bytes of a block; block k begins at offset k * block */
    size_t most;                 /* blocks at most */
    size_t used;                 /* blocks that hold something */
    size_t made;                 /* blocks in memory: the used ones and then spare ones */
    struct dirty_block **blocks; /* `most` places */
    struct dirty_block **table;  /* used blocks by their number */
    size_t slots;                /* of the table: a power of two, at least twice as many as blocks */
    off64_t end;                 /* behind the last byte held; 0: nothing is held */
};

/* An empty one for `most` blocks of `block` bytes. False: no memory. */
bool buf__dirty_make(struct dirty *, size_t most, size_t block);
void buf__dirty_free(struct dirty *);

/* Takes `n` bytes for offset `at`. Returns how many: less than `n` when all blocks are in use, or no memory is left. */
size_t buf__dirty_put(struct dirty *, off64_t at, const char *, size_t n);

/* Lays the held bytes of [at, at + n) over those in memory. */
void buf__dirty_overlay(const struct dirty *, off64_t at, char *, size_t n);

/* Puts the blocks in the file's order, for what follows; a put ends that. */
void buf__dirty_sort(struct dirty *);

/* The held bytes from offset `from` on, in order, as ranges that do not touch each other. Returns how many there are,
   at most `room`. */
size_t buf__dirty_ranges(const struct dirty *, off64_t from, struct range *, size_t room);

/* What lies in [from, to) has left. */
void buf__dirty_forget(struct dirty *, off64_t from, off64_t to);

/* After some have left: blocks that hold nothing any more are free for other bytes. */
void buf__dirty_sweep(struct dirty *);

#endif
