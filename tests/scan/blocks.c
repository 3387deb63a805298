/*
 * malloc for the fuzzer: remembers what was asked for, fails from a given size on, fills fresh memory with a
 * pattern, counts blocks and sees writes just beyond them. Left out under a sanitizer, which has its own.
 */
#include "fuzz.h"

#include <errno.h>
#include <string.h>

size_t fail_from;
long live_blocks;
unsigned long overruns;

#ifdef __SANITIZE_ADDRESS__
#include <malloc.h>
const bool blocks_are_ours = false;

size_t requested_size(const void *block) {
    return malloc_usable_size((void *)block);
}
#else

const bool blocks_are_ours = true;

void *__libc_malloc(size_t size);
void __libc_free(void *block);
void *malloc(size_t size);
void free(void *block);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);

enum { HEAD = 16, TAIL = 16, FRESH = 0xa5, GUARD = 0x5a };

size_t requested_size(const void *block) {
    return *(const size_t *)(const void *)((const char *)block - HEAD);
}

void *malloc(size_t size) {
    if ((fail_from && size >= fail_from) || size > (size_t)1 << 40) {
        errno = ENOMEM;
        return NULL;
    }
    char *block = __libc_malloc(HEAD + size + TAIL);
    if (block == NULL)
        return NULL;
    *(size_t *)(void *)block = size;
    memset(block + HEAD, FRESH, size);
    memset(block + HEAD + size, GUARD, TAIL);
    live_blocks++;
    return block + HEAD;
}

void free(void *block) {
    if (block == NULL)
        return;
    const unsigned char *tail = (const unsigned char *)block + requested_size(block);
    for (int i = 0; i < TAIL; i++)
        if (tail[i] != GUARD) {
            overruns++;
            break;
        }
    live_blocks--;
    __libc_free((char *)block - HEAD);
}

void *calloc(size_t count, size_t size) {
    void *block = malloc(count * size);
    return block ? memset(block, 0, count * size) : NULL;
}

void *realloc(void *block, size_t size) {
    void *fresh = malloc(size);
    if (fresh == NULL || block == NULL)
        return fresh;
    size_t old = requested_size(block);
    memcpy(fresh, block, old < size ? old : size);
    free(block);
    return fresh;
}
#endif
