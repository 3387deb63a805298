/* A library for preloading that wraps malloc as many do: it looks libc's up in its constructor, and cannot work
   before. */
#include <dlfcn.h>
#include <err.h>
#include <stddef.h>
#include <stdio.h>

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static size_t calls;

__attribute__((constructor)) static void look_up(void) {
    warnx("before malloc");
    fprintf(stderr, "and %s\n", "after it");
    next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
    next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
}

__attribute__((destructor)) static void tell(void) {
    fprintf(stderr, "malloc was %s\n", calls ? "called" : "not called");
}

void *malloc(size_t size) {
    calls++;
    return next_malloc(size);
}

void *calloc(size_t n, size_t size) {
    return next_calloc(n, size);
}

void *realloc(void *p, size_t size) {
    return next_realloc(p, size);
}

void free(void *p) {
    next_free(p);
}
