/* The plain backend: read, write and lseek on the stream's descriptor. With more than one thread the
   transfers are cancellation points; a thread cancelled there gives the stream's lock back. */

#include "lock.h"
#include "sys.h"
#include <pthread.h>

static bool cancellable(const struct stream *s) {
    return !__libc_single_threaded && !(s->file._flags2 & FLAGS2_NOT_CANCELLABLE);
}

static ssize_t read_cancellable(struct stream *s, void *p, size_t n) {
    ssize_t r;
    pthread_cleanup_push(buf__lock_abandon, s);
    r = buf__sys_read(s->file._fileno, p, n, true);
    pthread_cleanup_pop(0);
    return r;
}

ssize_t buf__plain_read(struct stream *s, void *p, size_t n) {
    ssize_t r = cancellable(s) ? read_cancellable(s, p, n) : buf__sys_read(s->file._fileno, p, n, false);
    if (r > 0)
        __atomic_fetch_add(&buf__totals->bytes_read, (uint64_t)r, __ATOMIC_RELAXED);
    return r;
}

static ssize_t write_cancellable(struct stream *s, const struct iovec *v, int n) {
    ssize_t r;
    pthread_cleanup_push(buf__lock_abandon, s);
    r = buf__sys_write(s->file._fileno, v, n, true);
    pthread_cleanup_pop(0);
    return r;
}

ssize_t buf__plain_write(struct stream *s, const struct iovec *v, int n) {
    ssize_t r = cancellable(s) ? write_cancellable(s, v, n) : buf__sys_write(s->file._fileno, v, n, false);
    if (r > 0)
        __atomic_fetch_add(&buf__totals->bytes_written, (uint64_t)r, __ATOMIC_RELAXED);
    return r ? r : -EIO; /* a device that takes nothing and says nothing would be asked for ever */
}

off64_t buf__plain_seek(struct stream *s, off64_t offset, int whence) {
    return buf__sys_seek(s->file._fileno, offset, whence);
}

static int plain_close(struct stream *s) {
    return buf__sys_close(s->file._fileno);
}

const struct backend buf__plain = {
    .read = buf__plain_read, .write = buf__plain_write, .seek = buf__plain_seek, .close = plain_close};
