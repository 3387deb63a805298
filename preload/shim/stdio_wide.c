/* Wide characters. Bytes are those of UTF-8, or one a character where the locale knows one byte only. */
#include "stdio_wrap.h"

#include <stdlib.h>
#include <wchar.h>

static uint64_t size_of(wint_t c) {
    if (c == WEOF)
        return 0;
    return c < 0x80 || MB_CUR_MAX == 1 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static uint64_t length_of(const wchar_t *s) {
    uint64_t length = 0;
    while (s && *s)
        length += size_of((wint_t)*s++);
    return length;
}

#define PUT_WIDE PUT(size_of((wint_t)c), size_of(result), result == WEOF)
WRAP(wint_t, fputwc, (wchar_t c, FILE *f), (c, f), f, PUT_WIDE)
WRAP(wint_t, putwc, (wchar_t c, FILE *f), (c, f), f, PUT_WIDE)
WRAP(wint_t, putwchar, (wchar_t c), (c), stdout, PUT_WIDE)
WRAP(wint_t, fputwc_unlocked, (wchar_t c, FILE *f), (c, f), f, PUT_WIDE)
WRAP(wint_t, putwc_unlocked, (wchar_t c, FILE *f), (c, f), f, PUT_WIDE)
WRAP(wint_t, putwchar_unlocked, (wchar_t c), (c), stdout, PUT_WIDE)
WRAP(wint_t, __woverflow, (FILE * f, wint_t c), (f, c), f, PUT_WIDE)
#define PUT_WIDE_STRING PUT(length_of(s), result == -1 ? 0 : length_of(s), result == -1)
WRAP(int, fputws, (const wchar_t *restrict s, FILE *restrict f), (s, f), f, PUT_WIDE_STRING)
WRAP(int, fputws_unlocked, (const wchar_t *restrict s, FILE *restrict f), (s, f), f, PUT_WIDE_STRING)

#define GOT_WIDE GOT(1, size_of(result), result == WEOF && broken(before.stream))
WRAP(wint_t, fgetwc, (FILE * f), (f), f, GOT_WIDE)
WRAP(wint_t, getwc, (FILE * f), (f), f, GOT_WIDE)
WRAP(wint_t, getwchar, (void), (), stdin, GOT_WIDE)
WRAP(wint_t, fgetwc_unlocked, (FILE * f), (f), f, GOT_WIDE)
WRAP(wint_t, getwc_unlocked, (FILE * f), (f), f, GOT_WIDE)
WRAP(wint_t, getwchar_unlocked, (void), (), stdin, GOT_WIDE)
WRAP(wint_t, __wuflow, (FILE * f), (f), f, GOT_WIDE)
WRAP(wint_t, __wunderflow, (FILE * f), (f), f, DONE(result == WEOF && broken(f)))
WRAP(wint_t, ungetwc, (wint_t c, FILE *f), (c, f), f, DONE(result == WEOF && c != WEOF))
#define GOT_WIDE_LINE GOT(result ? length_of(result) : 1, length_of(result), !result && broken(f))
WRAP(wchar_t *, fgetws, (wchar_t *restrict p, int n, FILE *restrict f), (p, n, f), f, GOT_WIDE_LINE)
WRAP_IN(fgetws, wchar_t *, __fgetws_chk, (wchar_t *restrict p, size_t size, int n, FILE *restrict f),
        (p, size, n, f), f, GOT_WIDE_LINE)
WRAP(wchar_t *, fgetws_unlocked, (wchar_t *restrict p, int n, FILE *restrict f), (p, n, f), f, GOT_WIDE_LINE)
WRAP_IN(fgetws_unlocked, wchar_t *, __fgetws_unlocked_chk,
        (wchar_t *restrict p, size_t size, int n, FILE *restrict f), (p, size, n, f), f, GOT_WIDE_LINE)

#define PRINTED PUT(result > 0 ? result : 0, result > 0 ? result : 0, result < 0)
WRAP(int, vfwprintf, (FILE *restrict f, const wchar_t *restrict format, va_list list), (f, format, list), f,
     PRINTED)
WRAP_IN(vfwprintf, int, __vfwprintf_chk,
        (FILE *restrict f, int flag, const wchar_t *restrict format, va_list list), (f, flag, format, list),
        f, PRINTED)
WRAP(int, vwprintf, (const wchar_t *restrict format, va_list list), (format, list), stdout, PRINTED)
WRAP_IN(vwprintf, int, __vwprintf_chk, (int flag, const wchar_t *restrict format, va_list list),
        (flag, format, list), stdout, PRINTED)

#define SCANNED DONE(result == EOF && broken(before.stream))
int stdio__old_fwscanf(FILE *restrict, const wchar_t *restrict, ...) __asm__("fwscanf") EXPORT;
int stdio__old_wscanf(const wchar_t *restrict, ...) __asm__("wscanf") EXPORT;
int stdio__old_vfwscanf(FILE *restrict, const wchar_t *restrict, va_list) __asm__("vfwscanf") EXPORT;
int stdio__old_vwscanf(const wchar_t *restrict, va_list) __asm__("vwscanf") EXPORT;

/* FUNCTION, of the arguments that the macros below name, by the next FORM; AFTER as in WRAP. */
#define WRAP_LIST(row, function, form, form_name, parameters, arguments, stream, after)                      \
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
            after;                                                                                           \
        return result;                                                                                       \
    }
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

WRAP_LIST(fwprintf, fwprintf, vfwprintf, "vfwprintf", (FILE *restrict f, const wchar_t *restrict format, ...),
          (f, format, list), f, PRINTED)
WRAP_LIST(fwprintf, __fwprintf_chk, __vfwprintf_chk, "__vfwprintf_chk",
          (FILE *restrict f, int flag, const wchar_t *restrict format, ...), (f, flag, format, list), f,
          PRINTED)
WRAP_LIST(wprintf, wprintf, vwprintf, "vwprintf", (const wchar_t *restrict format, ...), (format, list),
          stdout, PRINTED)
WRAP_LIST(wprintf, __wprintf_chk, __vwprintf_chk, "__vwprintf_chk",
          (int flag, const wchar_t *restrict format, ...), (flag, format, list), stdout, PRINTED)

#define FAMILY(prefix, suffix)                                                                               \
    WRAP_FORM(vfwscanf, prefix##vfwscanf, suffix "vfwscanf",                                                 \
              (FILE *restrict f, const wchar_t *restrict format, va_list list), (f, format, list), f)        \
    WRAP_FORM(vwscanf, prefix##vwscanf, suffix "vwscanf", (const wchar_t *restrict format, va_list list),    \
              (format, list), stdin)                                                                         \
    WRAP_LIST(fwscanf, prefix##fwscanf, prefix##vfwscanf, suffix "vfwscanf",                                 \
              (FILE *restrict f, const wchar_t *restrict format, ...), (f, format, list), f, SCANNED)        \
    WRAP_LIST(wscanf, prefix##wscanf, prefix##vwscanf, suffix "vwscanf",                                     \
              (const wchar_t *restrict format, ...), (format, list), stdin, SCANNED)
FAMILY(stdio__old_, "")
FAMILY(__isoc99_, "__isoc99_")
#if __GLIBC_PREREQ(2, 38) /* a libc without these must seem to have none */
FAMILY(__isoc23_, "__isoc23_")
#endif
