/* printf to streams (C17 7.21.6.1): the engine of print/ formats straight into the window. On a stream that
   is not fully buffered the text is made aside first, so that one call is one write. */

#include "entry.h"
#include "print/format.h"

enum { ASIDE = 1024 }; /* bytes of text made on the stack; more goes to the heap */

struct stream_sink {
    struct sink sink;
    struct stream *s;
};

/* The engine moved the sink's cursor: the stream follows, and the other way round. */
static void to_stream(struct stream_sink *to) {
    to->s->file._IO_write_ptr = to->sink.at;
}

static void from_stream(struct stream_sink *to) {
    to->sink.at = to->s->file._IO_write_ptr;
    to->sink.end = to->s->file._IO_write_end;
}

static int window_full(struct sink *sink, size_t want) {
    struct stream_sink *to = (struct stream_sink *)sink;
    (void)want;
    to_stream(to);
    int r = buf__next_window(to->s);
    from_stream(to);
    return r;
}

static int window_put(struct sink *sink, const char *bytes, size_t n) {
    struct stream_sink *to = (struct stream_sink *)sink;
    int error;
    to_stream(to);
    buf__put(to->s, bytes, n, &error);
    from_stream(to);
    return error;
}

static inline int print_in_window(struct stream *s, unsigned flags, const char *format, va_list arguments) {
    struct stream_sink to = {{NULL, NULL, window_full, window_put}, s};
    from_stream(&to);
    int n = buf__format(&to.sink, flags, format, arguments);
    to_stream(&to);
    return n;
}

struct aside {
    struct sink sink;
    char *text; /* where it begins */
    bool heap;  /* it no longer lies in `first` */
    char first[ASIDE];
};

static int aside_grow(struct sink *sink, size_t want) {
    struct aside *to = (struct aside *)sink;
    size_t used = (size_t)(sink->at - to->text), room = (size_t)(sink->end - to->text);
    room += room > want ? room : want;
    char *grown = realloc(to->heap ? to->text : NULL, room);
    if (!grown)
        return -ENOMEM;
    if (!to->heap)
        memcpy(grown, to->text, used);
    to->heap = true;
    to->text = grown;
    sink->at = grown + used;
    sink->end = grown + room;
    return 0;
}

static int aside_put(struct sink *sink, const char *bytes, size_t n) {
    int r = aside_grow(sink, n);
    if (r < 0)
        return r;
    memcpy(sink->at, bytes, n);
    sink->at += n;
    return 0;
}

static int print_aside(struct stream *s, unsigned flags, const char *format, va_list arguments) {
    struct aside to = {.sink = {to.first, to.first + ASIDE, aside_grow, aside_put}, .text = to.first};
    int n = buf__format(&to.sink, flags, format, arguments);
    int error = errno;
    bool all = put_all(s, to.text, (size_t)(to.sink.at - to.text));
    if (n < 0)
        errno = error;
    if (to.heap)
        free(to.text);
    return all ? n : -1;
}

static __attribute__((noinline)) int print_locked(FILE *f, int fortify, const char *format,
                                                   va_list arguments) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(__vfprintf_chk)(f, fortify, format, arguments);
    LOCKED(s);
    if (!orient(s, -1))
        return -1;
    unsigned flags = fortify > 0 ? BUF__FORTIFY : 0;
    if (__builtin_expect(s->file._IO_write_ptr >= s->file._IO_write_end || s->watched, 0)) {
        int r = buf__begin_put(s);
        if (r < 0) {
            note_error(s, r);
            return -1;
        }
        if (s->watched || (s->file._flags & (FLAG_UNBUFFERED | FLAG_LINE)))
            return print_aside(s, flags, format, arguments);
    }
    return print_in_window(s, flags, format, arguments);
}

static inline int print(FILE *f, int fortify, const char *format, va_list arguments) {
    struct stream *s = ours(f);
    if (ALONE(s) && s->file._IO_write_ptr < s->file._IO_write_end && s->wide == -1)
        return print_in_window(s, fortify > 0 ? BUF__FORTIFY : 0, format, arguments);
    return print_locked(f, fortify, format, arguments);
}

#define PRINT(f, fortify)                                                                                    \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = print(f, fortify, format, arguments);                                                       \
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

int __vfprintf_chk(FILE *restrict f, int fortify, const char *restrict format, va_list arguments) {
    return print(f, fortify, format, arguments);
}

int __vprintf_chk(int fortify, const char *restrict format, va_list arguments) {
    return print(stdout, fortify, format, arguments);
}

int __fprintf_chk(FILE *restrict f, int fortify, const char *restrict format, ...) {
    return PRINT(f, fortify);
}

int __printf_chk(int fortify, const char *restrict format, ...) {
    return PRINT(stdout, fortify);
}
