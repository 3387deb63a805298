/* Strings as sinks: vsnprintf, vsprintf, vasprintf. Beyond the end of a bounded string everything is counted
 * and dropped. */
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DROP_ROOM = 160, FIRST_ROOM = 256 };

/* A large string is the sink's window itself; a small one gets its bytes from `drop`, where short conversions
   have the room that they are quick with. */
struct bounded {
    struct sink sink;
    char *to;             /* where the next byte from `drop` goes; NULL while the string is the window */
    char *last;           /* where the final NUL of a full string goes */
    char drop[DROP_ROOM]; /* the window of a small or a full string */
};

/* Takes what fits; the rest is dropped. */
static void deliver(struct bounded *string, const char *bytes, size_t n) {
    size_t room = (size_t)(string->last - string->to), part = n < room ? n : room;
    memcpy(string->to, bytes, part);
    string->to += part;
}

static int deliver_more(struct sink *sink, size_t want) {
    struct bounded *string = (struct bounded *)sink;
    (void)want;
    if (string->to)
        deliver(string, string->drop, (size_t)(sink->at - string->drop));
    else
        string->to = sink->at;
    sink->at = string->drop;
    sink->end = string->drop + DROP_ROOM;
    return 0;
}

static int deliver_put(struct sink *sink, const char *bytes, size_t n) {
    deliver_more(sink, 0);
    deliver((struct bounded *)sink, bytes, n);
    return 0;
}

int buf__vsnprintf(char *to, size_t size, unsigned flags, const char *format, va_list args) {
    struct bounded string;
    string.sink.more = deliver_more;
    string.sink.put = deliver_put;
    if (size > (size_t)INT_MAX + 1)
        size = (size_t)INT_MAX + 1;
    if (size)
        *to = 0; /* as glibc does: snprintf(s, n, "%s!", s) prints "!" */
    else
        to = string.drop; /* of which nothing is used */
    string.last = to + size - (size != 0);
    if (size > DROP_ROOM) {
        string.to = NULL;
        string.sink.at = to;
        string.sink.end = string.last;
    } else {
        string.to = to;
        string.sink.at = string.drop;
        string.sink.end = string.drop + DROP_ROOM;
    }
    int n = buf__format(&string.sink, flags, format, args);
    if (string.to)
        deliver_more(&string.sink, 0);
    else
        string.to = string.sink.at;
    if (size)
        *string.to = 0;
    return n;
}

static int overflow_more(struct sink *sink, size_t want) {
    (void)sink;
    (void)want;
    return -EOVERFLOW;
}

static int overflow_put(struct sink *sink, const char *bytes, size_t n) {
    (void)bytes;
    return overflow_more(sink, n);
}

static int fortify_more(struct sink *sink, size_t want) {
    (void)sink;
    (void)want;
    ((void (*)(void))buf__libc_symbol("__chk_fail"))();
    return -EOVERFLOW;
}

static int fortify_put(struct sink *sink, const char *bytes, size_t n) {
    (void)bytes;
    return fortify_more(sink, n);
}

int buf__vsprintf(char *to, size_t size, unsigned flags, const char *format, va_list args) {
    struct sink string = {to, to, overflow_more, overflow_put};
    if (size <= INT_MAX) {
        string.more = fortify_more;
        string.put = fortify_put;
        if (size == 0)
            fortify_more(&string, 0);
    } else {
        size = (size_t)INT_MAX + 1;
    }
    string.end = to + size - 1;
    if (flags & BUF__ERASE)
        *to = 0;
    int n = buf__format(&string, flags, format, args);
    *string.at = 0;
    return n;
}

struct growing {
    struct sink sink;
    char *start; /* of the text */
    int heap;    /* it lies on the heap */
};

static int grow(struct sink *sink, size_t want) {
    struct growing *string = (struct growing *)sink;
    size_t used = (size_t)(sink->at - string->start), room = (size_t)(sink->end - string->start);
    room += room > want ? room : want;
    char *start = realloc(string->heap ? string->start : NULL, room);
    if (!start)
        return -ENOMEM;
    if (!string->heap)
        memcpy(start, string->start, used);
    string->heap = 1;
    string->start = start;
    sink->at = start + used;
    sink->end = start + room;
    return 0;
}

static int grow_put(struct sink *sink, const char *bytes, size_t n) {
    int failed = grow(sink, n);
    if (!failed) {
        memcpy(sink->at, bytes, n);
        sink->at += n;
    }
    return failed;
}

static void release(struct growing *string) {
    if (string->heap)
        free(string->start);
}

int buf__vasprintf(char **to, unsigned flags, const char *format, va_list args) {
    char first[FIRST_ROOM];
    __attribute__((cleanup(release))) struct growing string = {
        {first, first + FIRST_ROOM, grow, grow_put}, first, 0};
    int n = buf__format(&string.sink, flags, format, args);
    if (n < 0)
        return -1;
    char *text = realloc(string.heap ? string.start : NULL, (size_t)n + 1);
    if (!text)
        return -1;
    if (!string.heap)
        memcpy(text, first, (size_t)n);
    string.heap = 0;
    text[n] = 0;
    *to = text;
    return n;
}
