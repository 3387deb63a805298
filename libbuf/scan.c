/* scanf from streams and strings (C17 7.21.6.2), by the engine of scan/ over the stream's window. Three
   families of names: the oldest takes `a` before s, S and [ as the allocating modifier, the C99 one as a
   conversion, and C23's knows binary numbers as well. */

#include "entry.h"
#include "report.h"
#include "scan/scan_usual.h"

struct stream_source {
    struct source source;
    struct stream *s;
};

static void from_stream(struct stream_source *from) {
    from->source.at = (unsigned char *)from->s->file._IO_read_ptr;
    from->source.end = (unsigned char *)from->s->file._IO_read_end;
}

static void to_stream(struct stream_source *from) {
    from->s->file._IO_read_ptr = (char *)from->source.at;
}

static int window_empty(struct source *source) {
    struct stream_source *from = (struct stream_source *)source;
    to_stream(from);
    ssize_t r = buf__fill(from->s);
    if (r <= 0)
        from->s->file._flags |= r < 0 ? FLAG_ERROR : FLAG_EOF;
    from_stream(from);
    return r > 0 ? 1 : (int)r;
}

static void push_back(struct source *source, const unsigned char *bytes, size_t count) {
    struct stream_source *from = (struct stream_source *)source;
    to_stream(from);
    while (count > 0)
        buf__unget(from->s, bytes[--count]);
    from_stream(from);
}

static __attribute__((noinline)) int scan_rest(struct stream *s, unsigned mode, const char *format,
                                               va_list arguments, const unsigned char *start, int done) {
    struct stream_source from = {{NULL, NULL, window_empty, push_back}, s};
    from_stream(&from);
    int n = buf__scan_rest(&from.source, mode, format, arguments, start, done);
    to_stream(&from);
    return n;
}

static int scan_watched(struct stream *s, unsigned mode, const char *format, va_list arguments) {
    buf__report_get(s);
    int n = scan_rest(s, mode, format, arguments, (unsigned char *)s->file._IO_read_ptr, 0);
    buf__report_scanned(s);
    return n;
}

static int scan(unsigned mode, FILE *f, const char *format, va_list arguments, const char *libc_name) {
    typedef int scanner(FILE *, const char *, va_list);
    struct stream *s = ours(f);
    if (!s)
        return ((scanner *)buf__libc_symbol(libc_name))(f, format, arguments);
    LOCKED(s);
    if (__builtin_expect(s->wide != -1, 0)) {
        if (!orient(s, -1))
            return EOF;
        if (s->watched)
            return scan_watched(s, mode, format, arguments);
    }
    const unsigned char *start = (unsigned char *)s->file._IO_read_ptr, *at = start;
    int done;
    bool complete = buf__scan_usual(&at, (unsigned char *)s->file._IO_read_end, &format, arguments, &done);
    s->file._IO_read_ptr = (char *)at;
    return LIKELY(complete) ? done : scan_rest(s, mode, format, arguments, start, done);
}

#define WITH_ARGUMENTS(call)                                                                                 \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = call;                                                                                       \
        va_end(arguments);                                                                                   \
        n_;                                                                                                  \
    })

/* The six names of a family, in the engine's mode and with libc's name for foreign streams. */
#define FAMILY(mode, libc_name, vf, v, fname, name, vs, sname)                                               \
    int vf(FILE *restrict f, const char *restrict format, va_list arguments) {                               \
        return scan(mode, f, format, arguments, libc_name);                                                  \
    }                                                                                                        \
    int v(const char *restrict format, va_list arguments) {                                                  \
        return scan(mode, stdin, format, arguments, libc_name);                                              \
    }                                                                                                        \
    int fname(FILE *restrict f, const char *restrict format, ...) {                                          \
        return WITH_ARGUMENTS(scan(mode, f, format, arguments, libc_name));                                  \
    }                                                                                                        \
    int name(const char *restrict format, ...) {                                                             \
        return WITH_ARGUMENTS(scan(mode, stdin, format, arguments, libc_name));                              \
    }                                                                                                        \
    int vs(const char *restrict text, const char *restrict format, va_list arguments) {                      \
        return buf__scan_string(text, mode, format, arguments);                                              \
    }                                                                                                        \
    int sname(const char *restrict text, const char *restrict format, ...) {                                 \
        return WITH_ARGUMENTS(buf__scan_string(text, mode, format, arguments));                              \
    }

FAMILY(SCAN_GNU_A, "vfscanf", buf__old_vfscanf, buf__old_vscanf, buf__old_fscanf, buf__old_scanf,
       buf__old_vsscanf, buf__old_sscanf)
FAMILY(0, "__isoc99_vfscanf", __isoc99_vfscanf, __isoc99_vscanf, __isoc99_fscanf, __isoc99_scanf,
       __isoc99_vsscanf, __isoc99_sscanf)
FAMILY(SCAN_C23, "__isoc99_vfscanf", __isoc23_vfscanf, __isoc23_vscanf, __isoc23_fscanf, __isoc23_scanf,
       __isoc23_vsscanf, __isoc23_sscanf)

/* The headers rename the plain names to the C99 ones in this file. */
ALIAS(buf__old_vfscanf, vfscanf);
ALIAS(buf__old_vfscanf, __vfscanf);
ALIAS(buf__old_vscanf, vscanf);
ALIAS(buf__old_fscanf, fscanf);
ALIAS(buf__old_scanf, scanf);
ALIAS(buf__old_vsscanf, vsscanf);
ALIAS(buf__old_vsscanf, __vsscanf);
ALIAS(buf__old_sscanf, sscanf);
ALIAS(buf__old_sscanf, _IO_sscanf);

int _IO_vfscanf(FILE *restrict f, const char *restrict format, va_list arguments, int *failed) {
    int n = buf__old_vfscanf(f, format, arguments);
    if (failed)
        *failed = n == EOF;
    return n;
}
