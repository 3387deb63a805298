/* Copying what is small without a call: by size class, with pieces that overlap. */

#ifndef BUF_COPY_H
#define BUF_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SMALL = 64 }; /* bytes that copy_small takes at most */

/* Two pieces of a size, the first and the last of n bytes. Both are read before either is written. */
#define COPY_ENDS(type)                                                                                      \
    do {                                                                                                     \
        type first_, last_;                                                                                  \
        __builtin_memcpy(&first_, from, sizeof first_);                                                      \
        __builtin_memcpy(&last_, from + n - sizeof last_, sizeof last_);                                     \
        __builtin_memcpy(to, &first_, sizeof first_);                                                        \
        __builtin_memcpy(to + n - sizeof last_, &last_, sizeof last_);                                       \
    } while (0)

/* Copies n bytes, 1 to SMALL. */
static inline __attribute__((always_inline)) void copy_small(char *to, const char *from, size_t n) {
    typedef char sixteen __attribute__((vector_size(16)));
    struct thirty_two {
        sixteen half[2];
    };
    if (n > 32)
        COPY_ENDS(struct thirty_two);
    else if (n >= 16)
        COPY_ENDS(sixteen);
    else if (n >= 8)
        COPY_ENDS(uint64_t);
    else if (n >= 4)
        COPY_ENDS(uint32_t);
    else if (n >= 2)
        COPY_ENDS(uint16_t);
    else
        *to = *from;
}

#endif
