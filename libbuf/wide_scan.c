/* wscanf from streams and wide strings (C17 7.29.2): the engine of scan/ over characters decoded one at a
   time; one that it looked at and did not take goes back. The families of names are those of scan.c. */

#include "entry.h"
#include "scan/scan.h"

struct wide_stream_source {
    struct wide_source source;
    struct stream *s;
    wchar_t next; /* the one character that was decoded */
};

static int decode_next(struct wide_source *source) {
    struct wide_stream_source *from = (struct wide_stream_source *)source;
    int saved = errno;
    wint_t c = buf__get_wide(from->s);
    int error = errno;
    errno = saved;
    if (c == WEOF)
        return from->s->file._flags & FLAG_ERROR ? -error : 0;
    from->next = (wchar_t)c;
    source->at = &from->next;
    source->end = source->at + 1;
    return 1;
}

static int scan(unsigned mode, FILE *f, const wchar_t *format, va_list arguments, const char *libc_name) {
    typedef int scanner(FILE *, const wchar_t *, va_list);
    struct stream *s = ours(f);
    if (!s)
        return ((scanner *)buf__libc_symbol(libc_name))(f, format, arguments);
    LOCKED(s);
    if (!orient(s, 1))
        return EOF;
    struct wide_stream_source from = {.source = {NULL, NULL, decode_next}, .s = s};
    int failed = s->file._flags & FLAG_ERROR;
    s->file._flags &= ~FLAG_ERROR;
    int n = buf__scan_wide(&from.source, mode, format, arguments);
    s->file._flags |= failed;
    if (from.source.at < from.source.end)
        buf__unget_wide(s, from.next);
    return n;
}

#define WITH_ARGUMENTS(call)                                                                                 \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = call;                                                                                       \
        va_end(arguments);                                                                                   \
        n_;                                                                                                  \
    })

#define FAMILY(mode, libc_name, vf, v, fname, name, vs, sname)                                               \
    int vf(FILE *restrict f, const wchar_t *restrict format, va_list arguments) {                            \
        return scan(mode, f, format, arguments, libc_name);                                                  \
    }                                                                                                        \
    int v(const wchar_t *restrict format, va_list arguments) {                                               \
        return scan(mode, stdin, format, arguments, libc_name);                                              \
    }                                                                                                        \
    int fname(FILE *restrict f, const wchar_t *restrict format, ...) {                                       \
        return WITH_ARGUMENTS(scan(mode, f, format, arguments, libc_name));                                  \
    }                                                                                                        \
    int name(const wchar_t *restrict format, ...) {                                                          \
        return WITH_ARGUMENTS(scan(mode, stdin, format, arguments, libc_name));                              \
    }                                                                                                        \
    int vs(const wchar_t *restrict text, const wchar_t *restrict format, va_list arguments) {                \
        return buf__scan_wide_string(text, mode, format, arguments);                                         \
    }                                                                                                        \
    int sname(const wchar_t *restrict text, const wchar_t *restrict format, ...) {                           \
        return WITH_ARGUMENTS(buf__scan_wide_string(text, mode, format, arguments));                         \
    }

FAMILY(SCAN_GNU_A, "vfwscanf", buf__old_vfwscanf, buf__old_vwscanf, buf__old_fwscanf, buf__old_wscanf,
       buf__old_vswscanf, buf__old_swscanf)
FAMILY(0, "__isoc99_vfwscanf", __isoc99_vfwscanf, __isoc99_vwscanf, __isoc99_fwscanf, __isoc99_wscanf,
       __isoc99_vswscanf, __isoc99_swscanf)
FAMILY(SCAN_C23, "__isoc99_vfwscanf", __isoc23_vfwscanf, __isoc23_vwscanf, __isoc23_fwscanf, __isoc23_wscanf,
       __isoc23_vswscanf, __isoc23_swscanf)

ALIAS(buf__old_vfwscanf, vfwscanf);
ALIAS(buf__old_vwscanf, vwscanf);
ALIAS(buf__old_fwscanf, fwscanf);
ALIAS(buf__old_wscanf, wscanf);
ALIAS(buf__old_vswscanf, vswscanf);
ALIAS(buf__old_swscanf, swscanf);
