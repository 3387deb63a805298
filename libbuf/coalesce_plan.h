/* Which bytes leave together: a pure function. Above: coalesce.c. */

#ifndef BUF_COALESCE_PLAN_H
#define BUF_COALESCE_PLAN_H

#include "dirty.h"

/* What the plan depends on beside the ranges. */
struct plan_terms {
    size_t block; /* bytes; block k begins at offset k * block */
    size_t most;  /* bytes of one write at most; more than a block */
    off64_t end;  /* where the file ends now */
    bool fill;    /* gaps may be read and written with what lies around them */
};

/* The bytes that the first write takes of `n` ranges (n > 0) that are in order and do not touch each other. It begins
   with the first range and ends with a held byte. A gap lies in it only with `fill`, where the file has all of its
   bytes, and where no whole block lies in the gap. What is too long for one write is cut on the last block edge
   that is near enough. */
struct range buf__plan_write(const struct range *, size_t n, const struct plan_terms *);

#endif
