/* The printf engine: formats into a sink, narrow or wide, with the text and the return values of glibc 2.36.
   It knows no streams: print_string.c and print_descriptor.c show how a destination becomes a sink. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#include <wchar.h>

#pragma GCC visibility push(hidden)

/* Where the bytes of a narrow format go: a window, and what to do when it is full. */
struct sink {
    char *at;                                /* where the next byte goes */
    char *end;                               /* first byte that may not be written */
    int (*more)(struct sink *, size_t want); /* called when full: makes room (at < end afterwards; may
                                                move both) and returns 0, or -errno */
    int (*put)(struct sink *, const char *bytes, size_t n); /* a large piece that does not fit: takes all n
                                                               bytes and returns 0, or -errno */
};

/* The same for wide characters. */
struct wide_sink {
    wchar_t *at;                                                      /* where the next character goes */
    wchar_t *end;                                                     /* first that may not be written */
    int (*more)(struct wide_sink *, size_t want);                     /* makes room, or -errno */
    int (*put)(struct wide_sink *, const wchar_t *letters, size_t n); /* takes all n, or -errno */
};

enum {
    /* A fortified call (__printf_chk and kin with a flag above 0): %n in a writable format and gaps between
       numbered arguments end the process with libc's own message. */
    BUF__FORTIFY = 1,
    /* A __vsprintf_chk, whatever its flag: the destination is emptied first, which shows where it is an
       argument, too. */
    BUF__ERASE = 2
};

/* Formats into the sink. Returns the characters put, or -1 with errno set: EOVERFLOW when that count, a width
   or a precision passes INT_MAX, EINVAL for a format that is NULL or ends within a conversion, EILSEQ for a
   character that the locale cannot express, or what the sink failed with. What was put before an error stays
   put. Bytes at and above sink->at are touched only where output goes. errno is untouched on success as long
   as the sink leaves it so. */
int buf__format(struct sink *, unsigned flags, const char *format, va_list);
int buf__format_wide(struct wide_sink *, unsigned flags, const wchar_t *format, va_list);

/* vsnprintf: at most size bytes with the final NUL; returns what the whole text counts. */
int buf__vsnprintf(char *to, size_t size, unsigned flags, const char *format, va_list);

/* vsprintf; `size` is what a fortified call knows of the destination, or SIZE_MAX: beyond it libc's
 * __chk_fail. */
int buf__vsprintf(char *to, size_t size, unsigned flags, const char *format, va_list);

/* vasprintf: *to is set on success alone, as in glibc 2.36. */
int buf__vasprintf(char **to, unsigned flags, const char *format, va_list);

/* vdprintf: the whole text in as few write(2) calls as its length allows. */
int buf__vdprintf(int descriptor, unsigned flags, const char *format, va_list);

/* vswprintf: -1 when the text and its final L'\0' need more than size characters (errno then untouched). */
int buf__vswprintf(wchar_t *to, size_t size, unsigned flags, const wchar_t *format, va_list);

/* Set once a program registered a printf handler, modifier or type (format_handlers.c): from then on whole
   calls are formatted by libc's engine, and its text goes to the sink. */
extern int buf__print_handlers;

/* Supplied by the library: the address of libc's own function of that name, never an interposed one. */
void *buf__libc_symbol(const char *name);

#pragma GCC visibility pop

#endif
