/* wprintf to streams (C17 7.29.2): the engine of print/ makes wide text, which leaves through the stream's
   encoding. */

#include "entry.h"
#include "print/format.h"

enum {
    ASIDE = 256
}; /* characters made before they are encoded; on an unbuffered stream this is also what one write takes */

struct wide_stream_sink {
    struct wide_sink sink;
    struct stream *s;
    wchar_t text[ASIDE]; /* not yet encoded */
};

/* The stream has noted its error already, and errno says it. */
static int encode_text(struct wide_stream_sink *to) {
    size_t n = (size_t)(to->sink.at - to->text);
    to->sink.at = to->text;
    return buf__put_wide(to->s, to->text, n) ? 0 : -errno;
}

static int text_full(struct wide_sink *sink, size_t want) {
    (void)want;
    return encode_text((struct wide_stream_sink *)sink);
}

static int text_put(struct wide_sink *sink, const wchar_t *letters, size_t n) {
    struct wide_stream_sink *to = (struct wide_stream_sink *)sink;
    int r = encode_text(to);
    if (r < 0)
        return r;
    return buf__put_wide(to->s, letters, n) ? 0 : -errno;
}

static int print_wide(FILE *f, int fortify, const wchar_t *format, va_list arguments) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(__vfwprintf_chk)(f, fortify, format, arguments);
    LOCKED(s);
    if (!orient(s, 1))
        return -1;
    struct wide_stream_sink to = {.sink = {to.text, to.text + ASIDE, text_full, text_put}, .s = s};
    int n = buf__format_wide(&to.sink, fortify > 0 ? BUF__FORTIFY : 0, format, arguments);
    int error = errno;
    bool all = encode_text(&to) == 0;
    if (n < 0)
        errno = error;
    return all ? n : -1;
}

#define PRINT_WIDE(f, fortify)                                                                               \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = print_wide(f, fortify, format, arguments);                                                  \
        va_end(arguments);                                                                                   \
        n_;                                                                                                  \
    })

int vfwprintf(FILE *restrict f, const wchar_t *restrict format, va_list arguments) {
    return print_wide(f, 0, format, arguments);
}

int vwprintf(const wchar_t *restrict format, va_list arguments) {
    return print_wide(stdout, 0, format, arguments);
}

int fwprintf(FILE *restrict f, const wchar_t *restrict format, ...) {
    return PRINT_WIDE(f, 0);
}

int wprintf(const wchar_t *restrict format, ...) {
    return PRINT_WIDE(stdout, 0);
}

int __vfwprintf_chk(FILE *restrict f, int fortify, const wchar_t *restrict format, va_list arguments) {
    return print_wide(f, fortify, format, arguments);
}

int __vwprintf_chk(int fortify, const wchar_t *restrict format, va_list arguments) {
    return print_wide(stdout, fortify, format, arguments);
}

int __fwprintf_chk(FILE *restrict f, int fortify, const wchar_t *restrict format, ...) {
    return PRINT_WIDE(f, fortify);
}

int __wprintf_chk(int fortify, const wchar_t *restrict format, ...) {
    return PRINT_WIDE(stdout, fortify);
}
