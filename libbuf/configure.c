/* buf_fopen and buf_configure: options from the program (libbuf.h). */

#pragma GCC visibility push(default)
#include "libbuf.h"
#pragma GCC visibility pop

#include "entry.h"
#include "open.h"
#include "policy.h"

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
