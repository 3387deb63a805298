/* direct=try|require: transfers round the page cache (O_DIRECT) under a stream's window, whatever the sizes and
   offsets above it. Below: plain.c; above: the window, which lies as these transfers need it. */

#ifndef BUF_DIRECT_H
#define BUF_DIRECT_H

#include "policy.h"

struct direct {
    size_t block;        /* transfers are whole blocks of so many bytes, at multiples of it in the file */
    size_t memory;       /* and lie at addresses that are multiples of this */
    int flags;           /* the descriptor's, without O_DIRECT */
    bool on;             /* the descriptor has O_DIRECT now */
    bool left;           /* everything is buffered from here on: refused, or others may see the descriptor */
    bool required;       /* an error where `try` goes on buffered */
    bool unproven;       /* the file system does not tell how its direct transfers are made */
    off64_t warm;        /* the block that the last buffered write left in the page cache; -1: none */
    void *bounce_memory; /* what bounce was allocated as */
    char *bounce;        /* for bytes whose own memory does not lie as it must; NULL: not needed yet */
    size_t bounce_size;  /* bytes there: whole blocks */
};

enum {
    DIRECT_FIRST = 64 << 10, /* bytes of an automatic window at first */
    DIRECT_MOST = 1 << 20,   /* and at most */
};

/* Before the file is opened: 0, or -EINVAL where direct transfers are required and cannot be. */
int buf__direct_admit(const struct stream *);

/* A stream that was just opened by path begins direct transfers if its options ask for them. 0, or where they are
   required and cannot be -EINVAL, or -ENOMEM. */
int buf__direct_begin(struct stream *, const char *path);

/* The descriptor has O_DIRECT from here on, or has not. 0 or -errno. */
int buf__direct_switch(struct stream *, bool on);

/* Copies up to `room` bytes of the pieces together. How many. */
size_t buf__direct_gather(char *to, size_t room, const struct iovec *, int n);

void buf__direct_free(struct direct *);

/* NULL: the stream's transfers are buffered. */
static inline struct direct *direct_of(const struct stream *s) {
    return s->policy ? s->policy->direct : NULL;
}

#endif
