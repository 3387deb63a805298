/* A wide string as a sink: vswprintf. What does not fit is dropped, and the call fails. */
#include "format.h"

#include <limits.h>
#include <stdint.h>

enum { DROP_ROOM = 64 };

struct bounded {
    struct wide_sink sink;
    int full;                /* the string is full: what comes is dropped */
    wchar_t drop[DROP_ROOM]; /* the window of a full string */
};

static int drop_more(struct wide_sink *sink, size_t want) {
    struct bounded *string = (struct bounded *)sink;
    (void)want;
    string->full = 1;
    sink->at = string->drop;
    sink->end = string->drop + DROP_ROOM;
    return 0;
}

static int drop_rest(struct wide_sink *sink, const wchar_t *letters, size_t n) {
    struct bounded *string = (struct bounded *)sink;
    (void)n;
    if (!string->full)
        wmemcpy(sink->at, letters, (size_t)(sink->end - sink->at));
    return drop_more(sink, 0);
}

int buf__vswprintf(wchar_t *to, size_t size, unsigned flags, const wchar_t *format, va_list args) {
    struct bounded string;
    if (size == 0)
        return -1;
    if (size > (size_t)INT_MAX + 1)
        size = (size_t)INT_MAX + 1;
    string.sink = (struct wide_sink){to, to + size - 1, drop_more, drop_rest};
    string.full = 0;
    *to = 0; /* as glibc does, which shows where `to` is an argument, too */
    int n = buf__format_wide(&string.sink, flags, format, args);
    *(string.full ? to + size - 1 : string.sink.at) = 0;
    return string.full ? -1 : n;
}
