/* What a thread knows of its stdio calls and files, for the wrappers (stdio_wrap.h), for the system calls made
   inside them (stdio.c) and for the file records (files.c). */
#ifndef BUFCOUNT_STDIO_THREAD_H
#define BUFCOUNT_STDIO_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared.h"

/* clang-format off */
#define FUNCTION(row, name) ROW_##name = row,
enum stdio_row {
#include "stdio_names.h"
};
/* clang-format on */

enum { CACHED_FILES = 32 /* a power of two */ };

/* Adds to a counter that only this thread adds to (ALONE), handlers of signals included; else to a shared
   one. */
static inline void add(_Atomic uint64_t *to, uint64_t n, bool alone) {
    if (__builtin_expect(alone, 1))
        asm("addq %1, %0" : "+m"(*to) : "er"(n) : "cc");
    else
        atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

struct stdio_thread {
    /* The stdio call that the thread is in: where the return address of its wrapper lies, and that address. A
       longjmp, an exception or a cancellation may have left it by another way: then the stack pointer is above
       the place, or something else lies there. 0: in none. */
    uintptr_t place, back;
    uint32_t row;                  /* of that call */
    bool alone;                    /* rows are this thread's own */
    bool taking;                   /* an account is being taken */
    uint64_t inside_read;          /* bytes that system calls inside that call have read */
    struct image *of;              /* whose account it is: a forked child takes one of its own */
    struct stdio_count *rows;      /* where it counts */
    struct stdio_account *account; /* the same; NULL where none was free */
    struct {
        void *stream;                  /* the thread's own record is known for it; NULL: none */
        struct descriptor *descriptor; /* of the stream */
        struct file_record *record;    /* of both */
        int32_t number;                /* of the descriptor */
        uint32_t generation;           /* of the descriptor */
    } latest;                          /* stream used */
    uint32_t caller;                   /* the stdio row that made the present system call; STDIO_ROWS: none */
    uint64_t now;                      /* with --time, the end of the present system call; else 0 */
    struct {
        uint32_t generation;        /* of the descriptor */
        int32_t descriptor;         /* whose record it is */
        struct file_record *record; /* NULL: none */
    } files[CACHED_FILES];
};

extern __thread struct stdio_thread stdio_own
    __attribute__((tls_model("initial-exec"), visibility("hidden")));
extern bool stdio_on __attribute__((visibility("hidden"))); /* there is memory, and stdio is looked at */
extern bool stdio_program_is_over __attribute__((visibility("hidden"))); /* its code has run */
extern struct shared *shared __attribute__((visibility("hidden")));
extern struct image *image __attribute__((visibility("hidden")));

/* A thread that the program made without libc may have no storage of its own: its calls inside stdio and on
   files are not looked at. */
static inline __attribute__((always_inline)) bool stdio_has_storage(void) {
    uintptr_t first, self; /* libc's thread block holds its own address at 0 and at 16 */
    asm volatile("mov %%fs:0, %0\n\tmov %%fs:16, %1" : "=r"(first), "=r"(self));
    return first == self && first;
}

/* stdio.c: the process has its memory; the calling thread ends; the calling thread's account is taken up, or found to be another image's. */
void stdio_start(void) __attribute__((visibility("hidden")));
void stdio_thread_ends(void) __attribute__((visibility("hidden")));
void stdio_take_account(struct stdio_thread *) __attribute__((visibility("hidden")));
/* The row of the stdio call that a thread with its stack pointer at POINTER is in; STDIO_ROWS: none. */
uint32_t stdio_row_at(const struct stdio_thread *, uintptr_t pointer) __attribute__((visibility("hidden")));
/* Whether a thread whose stack pointer is at POINTER is still in the call. */
bool stdio_inside(const struct stdio_thread *, uintptr_t pointer) __attribute__((visibility("hidden")));

/* Makes sure that it counts where its image does. */
static inline __attribute__((always_inline)) void stdio_settle(struct stdio_thread *thread) {
    if (__builtin_expect(thread->of != image, 0))
        stdio_take_account(thread);
}

#endif
