/* fopencookie: a stream whose bytes move through the program's own functions (glibc's manual, Custom
   Streams). */

#include "entry.h"

struct cookie {
    void *program;              /* what the program passed */
    cookie_io_functions_t call; /* its functions, each may be NULL */
};

/* -errno of a callback that failed, which may have set none. */
static int callback_error(void) {
    return errno > 0 ? -errno : -EIO;
}

static ssize_t cookie_read(struct stream *s, void *p, size_t n) {
    struct cookie *c = s->source;
    int saved = errno;
    errno = 0;
    ssize_t r = c->call.read ? c->call.read(c->program, p, n) : 0;
    if (r < 0)
        r = callback_error();
    errno = saved;
    return r;
}

/* As the manual says: without a read function the stream is at its end, without a write function output is
   discarded. A write function returns what it took, 0 for an error. */
static ssize_t cookie_write(struct stream *s, const struct iovec *v, int n) {
    struct cookie *c = s->source;
    ssize_t done = 0;
    int saved = errno, error = 0;
    errno = 0;
    for (int i = 0; i < n && error == 0; i++) {
        ssize_t r =
            c->call.write ? c->call.write(c->program, v[i].iov_base, v[i].iov_len) : (ssize_t)v[i].iov_len;
        if (r > 0)
            done += r;
        if (r < (ssize_t)v[i].iov_len)
            error = callback_error();
    }
    errno = saved;
    return done > 0 ? done : error;
}

static off64_t cookie_seek(struct stream *s, off64_t offset, int whence) {
    struct cookie *c = s->source;
    if (!c->call.seek)
        return -ESPIPE;
    int saved = errno;
    errno = 0;
    int error = c->call.seek(c->program, &offset, whence) == -1 || offset == -1 ? callback_error() : 0;
    errno = saved;
    return error < 0 ? error : offset < 0 ? 0 : offset; /* libc takes a place before the beginning, too */
}

static int cookie_close(struct stream *s) {
    struct cookie *c = s->source;
    int saved = errno;
    errno = 0;
    int error = c->call.close && c->call.close(c->program) < 0 ? callback_error() : 0;
    errno = saved;
    free(c);
    s->source = NULL;
    return error;
}

static const struct backend cookie_backend = {
    .read = cookie_read, .write = cookie_write, .seek = cookie_seek, .close = cookie_close};

FILE *fopencookie(void *restrict program, const char *restrict mode, cookie_io_functions_t call) {
    struct opening how;
    int error = buf__parse_mode(mode, &how);
    if (!buf__active())
        return LIBC(fopencookie)(program, mode, call);
    struct cookie *c = error < 0 ? NULL : malloc(sizeof *c);
    struct stream *s = c ? buf__new_without_descriptor(&how, &cookie_backend, c) : NULL;
    if (!s) {
        free(c);
        errno = error < 0 ? -error : ENOMEM;
        return NULL;
    }
    *c = (struct cookie){program, call};
    return &s->file;
}
