/* A variable argument list as a plain struct, which the compiler keeps in registers; va_arg's own state it
   keeps in memory and copies in pieces that the processor cannot forward. The layout is the x86-64 ABI's
   (3.5.7); the one place where it is known. */
#ifndef FORMAT_ARGUMENTS_H
#define FORMAT_ARGUMENTS_H

#include <stdarg.h>
#include <stdint.h>

#ifndef __x86_64__
#error "the argument list is known for x86-64 alone"
#endif

struct arguments {
    const char *registers; /* where the caller saved six integer and eight vector registers */
    const char *stack;     /* the next argument that came in memory */
    unsigned integer_at;   /* offset of the next integer register, 48 when there is none */
    unsigned real_at;      /* offset of the next vector register, 176 when there is none */
};

enum { INTEGER_END = 48, REAL_END = 176 };

static inline __attribute__((always_inline)) struct arguments arguments_of(va_list list) {
    return (struct arguments){list->reg_save_area, list->overflow_arg_area, list->gp_offset, list->fp_offset};
}

static inline __attribute__((always_inline)) const char *next_integer(struct arguments *list) {
    const char *place;
    if (__builtin_expect(list->integer_at < INTEGER_END, 1)) {
        place = list->registers + list->integer_at;
        list->integer_at += 8;
    } else {
        place = list->stack;
        list->stack += 8;
    }
    return place;
}

static inline __attribute__((always_inline)) int next_int(struct arguments *list) {
    return *(const int *)next_integer(list);
}

static inline __attribute__((always_inline)) long next_long(struct arguments *list) {
    return *(const long *)next_integer(list);
}

static inline __attribute__((always_inline)) void *next_pointer(struct arguments *list) {
    return *(void *const *)next_integer(list);
}

static inline __attribute__((always_inline)) double next_double(struct arguments *list) {
    const char *place;
    if (__builtin_expect(list->real_at < REAL_END, 1)) {
        place = list->registers + list->real_at;
        list->real_at += 16;
    } else {
        place = list->stack;
        list->stack += 8;
    }
    return *(const double *)place;
}

/* Its place: a copy in a floating point register would lose what valgrind does not compute. */
static inline __attribute__((always_inline)) const void *next_long_double(struct arguments *list) {
    const char *place = (const char *)(((uintptr_t)list->stack + 15) & ~(uintptr_t)15);
    list->stack = place + 16;
    return place;
}

#endif
