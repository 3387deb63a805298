/* buf_fopen, buf_configure and buf_stats: what the program says and asks of a stream besides stdio (libbuf.h). */

#pragma GCC visibility push(default)
#include "libbuf.h"
#pragma GCC visibility pop

#include "entry.h"
#include "open.h"
#include "policy.h"
#include "report.h"

FILE *buf_fopen(const char *path, const char *mode, const char *options) {
    if (buf__active())
        return buf__open_file(path, mode, options ? options : "");
    errno = ENOTSUP;
    return NULL;
}

int buf_configure(FILE *f, const char *options) {
    struct stream *s = ours(f);
    if (!s) {
        errno = EBADF;
        return -1;
    }
    LOCKED(s);
    int r = options ? buf__policy_configure(s, options) : -EINVAL;
    if (r < 0) {
        errno = -r;
        return -1;
    }
    return 0;
}

int buf_stats_sized(FILE *f, struct buf_stats *to, size_t size) {
    struct stream *s = ours(f);
    if (!s) {
        errno = EBADF;
        return -1;
    }
    LOCKED(s);
    const struct buf_stats *stats = buf__report_stats(s);
    if (!stats) {
        errno = ENODATA;
        return -1;
    }
    buf__report_taken(s);
    buf__report_uncounted(s);
    size_t known = size < sizeof *stats ? size : sizeof *stats;
    memset(to, 0, size);
    memcpy(to, stats, known);
    return 0;
}
