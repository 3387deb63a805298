/* scanf from streams (C17 7.21.6.2): libc's scanner reads straight from the window of our stream, which is a
   valid stream of its own. Two scanners: in the older one %a is an allocating modifier. */

#include "entry.h"
#include <stdarg.h>

/* The plain names, which the headers rename to the C99 ones in this file. */
int buf__old_vfscanf(FILE *restrict, const char *restrict, va_list);
int buf__old_vscanf(const char *restrict, va_list);
int buf__old_fscanf(FILE *restrict, const char *restrict, ...);
int buf__old_scanf(const char *restrict, ...);

typedef int scanner(FILE *restrict, const char *restrict, va_list);

static int scan(scanner *libc_scan, FILE *f, const char *format, va_list arguments) {
    struct stream *s = ours(f);
    if (!s)
        return libc_scan(f, format, arguments);
    LOCKED(s);
    if (!orient(s, -1))
        return EOF;
    if (putting(s) || s->held_size) {
        int r = buf__settle(s);
        if (r < 0) {
            note_error(s, r);
            return EOF;
        }
    }
    buf__prepare(s);
    return libc_scan(f, format, arguments);
}

#define SCAN_FAMILY(vf, v, fname, name, libc_name)                                                           \
    int vf(FILE *restrict f, const char *restrict format, va_list arguments) {                               \
        return scan(LIBC_AS(scanner *, libc_name), f, format, arguments);                                    \
    }                                                                                                        \
    int v(const char *restrict format, va_list arguments) {                                                  \
        return vf(stdin, format, arguments);                                                                 \
    }                                                                                                        \
    int fname(FILE *restrict f, const char *restrict format, ...) {                                          \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n = vf(f, format, arguments);                                                                    \
        va_end(arguments);                                                                                   \
        return n;                                                                                            \
    }                                                                                                        \
    int name(const char *restrict format, ...) {                                                             \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n = vf(stdin, format, arguments);                                                                \
        va_end(arguments);                                                                                   \
        return n;                                                                                            \
    }

SCAN_FAMILY(__isoc99_vfscanf, __isoc99_vscanf, __isoc99_fscanf, __isoc99_scanf, "__isoc99_vfscanf")
SCAN_FAMILY(buf__old_vfscanf, buf__old_vscanf, buf__old_fscanf, buf__old_scanf, "vfscanf")

/* The headers rename the plain names to the C99 ones in this file; here are the plain names of old programs.
 */
ALIAS(buf__old_vfscanf, vfscanf);
ALIAS(buf__old_vfscanf, __vfscanf);
ALIAS(buf__old_vscanf, vscanf);
ALIAS(buf__old_fscanf, fscanf);
ALIAS(buf__old_scanf, scanf);
/* C23's names differ in 0b prefixes alone, which libc 2.36 does not know. */
ALIAS(__isoc99_vfscanf, __isoc23_vfscanf);
ALIAS(__isoc99_vscanf, __isoc23_vscanf);
ALIAS(__isoc99_fscanf, __isoc23_fscanf);
ALIAS(__isoc99_scanf, __isoc23_scanf);

int _IO_vfscanf(FILE *restrict f, const char *restrict format, va_list arguments, int *failed) {
    int n = buf__old_vfscanf(f, format, arguments);
    if (failed)
        *failed = n == EOF;
    return n;
}
