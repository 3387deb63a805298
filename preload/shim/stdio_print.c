/* The printf family, on streams and descriptors. Functions of any number of arguments call the next
   definition of their form with a va_list, which does the same. */
#include "stdio_wrap.h"

#define PRINTED PUT(result > 0 ? result : 0, result > 0 ? result : 0, result < 0)

WRAP(int, vfprintf, (FILE *restrict f, const char *restrict format, va_list list), (f, format, list), f,
     PRINTED)
ALIAS(vfprintf, _IO_vfprintf);
WRAP_IN(vfprintf, int, __vfprintf_chk,
        (FILE *restrict f, int flag, const char *restrict format, va_list list), (f, flag, format, list), f,
        PRINTED)
WRAP(int, vprintf, (const char *restrict format, va_list list), (format, list), stdout, PRINTED)
WRAP_IN(vprintf, int, __vprintf_chk, (int flag, const char *restrict format, va_list list),
        (flag, format, list), stdout, PRINTED)

/* NAME, of any number of arguments behind LAST, by the next FORM. */
#define WRAP_PRINT(row, name, form, parameters, last, arguments, stream, after)                              \
    EXPORT int name parameters {                                                                             \
        __typeof__(&form) next = NEXT(form);                                                                 \
        struct stdio_thread *thread = ENTER(row);                                                            \
        enum { ROW = ROW_##row };                                                                            \
        va_list list;                                                                                        \
        va_start(list, last);                                                                                \
        const struct before before = before_of(thread ? stream : NULL);                                      \
        int result = next arguments;                                                                         \
        va_end(list);                                                                                        \
        if (thread)                                                                                          \
            after;                                                                                           \
        return result;                                                                                       \
    }
WRAP_PRINT(fprintf, fprintf, vfprintf, (FILE *restrict f, const char *restrict format, ...), format,
           (f, format, list), f, PRINTED)
ALIAS(fprintf, _IO_fprintf);
WRAP_PRINT(fprintf, __fprintf_chk, __vfprintf_chk,
           (FILE *restrict f, int flag, const char *restrict format, ...), format, (f, flag, format, list), f,
           PRINTED)
WRAP_PRINT(printf, printf, vprintf, (const char *restrict format, ...), format, (format, list), stdout,
           PRINTED)
ALIAS(printf, _IO_printf);
WRAP_PRINT(printf, __printf_chk, __vprintf_chk, (int flag, const char *restrict format, ...), format,
           (flag, format, list), stdout, PRINTED)

#define PRINTED_AWAY                                                                                         \
    do {                                                                                                     \
        (void)before;                                                                                        \
        stdio_leave(thread, ROW, result > 0 ? (uint64_t)result : 0, result < 0);                             \
    } while (0)
WRAP(int, vdprintf, (int descriptor, const char *restrict format, va_list list), (descriptor, format, list),
     NULL, PRINTED_AWAY)
WRAP_IN(vdprintf, int, __vdprintf_chk, (int descriptor, int flag, const char *restrict format, va_list list),
        (descriptor, flag, format, list), NULL, PRINTED_AWAY)
WRAP_PRINT(dprintf, dprintf, vdprintf, (int descriptor, const char *restrict format, ...), format,
           (descriptor, format, list), NULL, PRINTED_AWAY)
WRAP_PRINT(dprintf, __dprintf_chk, __vdprintf_chk,
           (int descriptor, int flag, const char *restrict format, ...), format,
           (descriptor, flag, format, list), NULL, PRINTED_AWAY)
