/* A file descriptor as a sink: vdprintf. The text leaves in windows of 4 KiB, a large piece with what waits
 * before it. */
#include "format.h"

#include "../sys.h"

enum { WINDOW = 4096 };

struct descriptor {
    struct sink sink;
    int number;          /* the file descriptor */
    char window[WINDOW]; /* what is not yet written */
};

/* Writes all of both parts, or returns -errno. */
static int write_all(int number, struct iovec *parts, int count) {
    while (count) {
        ssize_t n = buf__sys_write(number, parts, count, -1, !__libc_single_threaded);
        if (n < 0)
            return (int)n;
        for (; count && (size_t)n >= parts->iov_len; parts++, count--)
            n -= (ssize_t)parts->iov_len;
        if (count) {
            parts->iov_base = (char *)parts->iov_base + n;
            parts->iov_len -= (size_t)n;
        }
    }
    return 0;
}

static int flush(struct sink *sink, size_t want) {
    struct descriptor *to = (struct descriptor *)sink;
    struct iovec waiting = {to->window, (size_t)(sink->at - to->window)};
    (void)want;
    sink->at = to->window;
    return waiting.iov_len ? write_all(to->number, &waiting, 1) : 0;
}

static int flush_and_put(struct sink *sink, const char *bytes, size_t n) {
    struct descriptor *to = (struct descriptor *)sink;
    struct iovec parts[] = {{to->window, (size_t)(sink->at - to->window)}, {(char *)bytes, n}};
    int first = parts[0].iov_len == 0;
    sink->at = to->window;
    return write_all(to->number, parts + first, 2 - first);
}

int buf__vdprintf(int number, unsigned flags, const char *format, va_list args) {
    struct descriptor to;
    to.sink = (struct sink){to.window, to.window + WINDOW, flush, flush_and_put};
    to.number = number;
    if (buf__sys_seek(number, 0, SEEK_CUR) == -EBADF) {
        errno = EBADF;
        return -1;
    }
    int n = buf__format(&to.sink, flags, format, args);
    int kept = errno;
    int failed = flush(&to.sink, 0);
    errno = failed ? -failed : kept;
    return failed ? -1 : n;
}
