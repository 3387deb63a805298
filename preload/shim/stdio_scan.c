/* The scanf family, on streams: C99's, C23's and, with GNU's %a, the oldest, which headers rename. */
#include "stdio_wrap.h"

int stdio__old_fscanf(FILE *restrict, const char *restrict, ...) __asm__("fscanf") EXPORT;
int stdio__old_scanf(const char *restrict, ...) __asm__("scanf") EXPORT;
int stdio__old_vfscanf(FILE *restrict, const char *restrict, va_list) __asm__("vfscanf") EXPORT;
int stdio__old_vscanf(const char *restrict, va_list) __asm__("vscanf") EXPORT;

#define SCANNED GOT(taken(thread, &before), taken(thread, &before), result == EOF && broken(before.stream))

#define WRAP_FORM(row, function, name, parameters, arguments, stream)                                        \
    EXPORT int function parameters {                                                                         \
        __typeof__(&function) next = NEXT_NAMED(function, name);                                             \
        struct stdio_thread *thread = ENTER(row);                                                            \
        if (!thread)                                                                                         \
            return next arguments;                                                                           \
        enum { ROW = ROW_##row };                                                                            \
        const struct before before = before_of(stream);                                                      \
        int result = next arguments;                                                                         \
        SCANNED;                                                                                             \
        return result;                                                                                       \
    }
#define WRAP_SCAN(row, function, form, form_name, parameters, arguments, stream)                             \
    EXPORT int function parameters {                                                                         \
        __typeof__(&form) next = NEXT_NAMED(form, form_name);                                                \
        struct stdio_thread *thread = ENTER(row);                                                            \
        enum { ROW = ROW_##row };                                                                            \
        va_list list;                                                                                        \
        va_start(list, format);                                                                              \
        const struct before before = before_of(thread ? stream : NULL);                                      \
        int result = next arguments;                                                                         \
        va_end(list);                                                                                        \
        if (thread)                                                                                          \
            SCANNED;                                                                                         \
        return result;                                                                                       \
    }
#define FAMILY(prefix, suffix)                                                                               \
    WRAP_FORM(vfscanf, prefix##vfscanf, suffix "vfscanf",                                                    \
              (FILE *restrict f, const char *restrict format, va_list list), (f, format, list), f)           \
    WRAP_FORM(vscanf, prefix##vscanf, suffix "vscanf", (const char *restrict format, va_list list),          \
              (format, list), stdin)                                                                         \
    WRAP_SCAN(fscanf, prefix##fscanf, prefix##vfscanf, suffix "vfscanf",                                     \
              (FILE *restrict f, const char *restrict format, ...), (f, format, list), f)                    \
    WRAP_SCAN(scanf, prefix##scanf, prefix##vscanf, suffix "vscanf", (const char *restrict format, ...),     \
              (format, list), stdin)
FAMILY(stdio__old_, "")
FAMILY(__isoc99_, "__isoc99_")
#if __GLIBC_PREREQ(2, 38) /* a libc without these must seem to have none */
FAMILY(__isoc23_, "__isoc23_")
#endif
extern __typeof__(stdio__old_vfscanf) stdio__vfscanf __asm__("__vfscanf") EXPORT
    __attribute__((alias("vfscanf"), copy(stdio__old_vfscanf)));
