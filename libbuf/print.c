/* printf to streams (C17 7.21.6.1). libc's formatter writes straight into the window of our stream, which is
   a valid stream of its own, so that everything is evaluated once. On a stream that is not fully buffered the
   text is made first, so that one call is one write. */

#include "entry.h"
#include <stdarg.h>

static int print_at_once(struct stream *s, int flag, const char *format, va_list arguments) {
    char *text;
    int n = LIBC(__vasprintf_chk)(&text, flag, format, arguments);
    if (n < 0)
        return -1;
    bool all = put_all(s, text, (size_t)n);
    free(text);
    return all ? n : -1;
}

/* `flag` as __vfprintf_chk's: above 0, %n is allowed in read-only formats alone. */
static int print(FILE *f, int flag, const char *format, va_list arguments) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(__vfprintf_chk)(f, flag, format, arguments);
    LOCKED(s);
    if (!orient(s, -1))
        return -1;
    int r = buf__begin_put(s);
    if (r < 0) {
        note_error(s, r);
        return -1;
    }
    if (s->file._flags & (FLAG_UNBUFFERED | FLAG_LINE))
        return print_at_once(s, flag, format, arguments);
    int n = LIBC(__vfprintf_chk)(f, flag, format, arguments);
    if (putting(s))
        buf__window_close_or_open(s);
    return n;
}

#define PRINT(f, flag)                                                                                       \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = print(f, flag, format, arguments);                                                          \
        va_end(arguments);                                                                                   \
        n_;                                                                                                  \
    })

int vfprintf(FILE *restrict f, const char *restrict format, va_list arguments) {
    return print(f, 0, format, arguments);
}
ALIAS(vfprintf, _IO_vfprintf);

int vprintf(const char *restrict format, va_list arguments) {
    return print(stdout, 0, format, arguments);
}

int fprintf(FILE *restrict f, const char *restrict format, ...) {
    return PRINT(f, 0);
}
ALIAS(fprintf, _IO_fprintf);

int printf(const char *restrict format, ...) {
    return PRINT(stdout, 0);
}
ALIAS(printf, _IO_printf);

int __vfprintf_chk(FILE *restrict f, int flag, const char *restrict format, va_list arguments) {
    return print(f, flag, format, arguments);
}

int __vprintf_chk(int flag, const char *restrict format, va_list arguments) {
    return print(stdout, flag, format, arguments);
}

int __fprintf_chk(FILE *restrict f, int flag, const char *restrict format, ...) {
    return PRINT(f, flag);
}

int __printf_chk(int flag, const char *restrict format, ...) {
    return PRINT(stdout, flag);
}
