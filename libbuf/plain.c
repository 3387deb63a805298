/* The plain backend: read, write and lseek on the stream's descriptor; pread and pwrite after a seek that only
   the stream knows of (adrift), which a regular file of our own allows while nobody else can see it. With more than one thread the
   transfers are cancellation points; a thread cancelled there gives the stream's lock back. */

#include "lock.h"
#include "policy.h"
#include "report.h"
#include "sys.h"
#include <pthread.h>

static bool cancellable(const struct stream *s) {
    return !__libc_single_threaded && !(s->file._flags2 & FLAGS2_NOT_CANCELLABLE);
}

bool buf__drift(struct stream *s, off64_t offset) {
    if (!private(s) || (s->file._flags & FLAG_APPEND) || s->held_size)
        return false;
    buf__learn(s);
    if (s->kind != KIND_FILE || s->offset < 0 || offset > s->sought)
        return false;
    s->offset = offset;
    s->fresh = false;
    s->adrift = true;
    return true;
}

void buf__anchor(struct stream *s) {
    if (s->adrift)
        buf__plain_seek(s, -(off64_t)s->held_size, SEEK_CUR); /* these leave first, and count as written */
}

/* What libc gave us and the kernel did not take stands behind what the backend holds, and is not the backend's affair. */
int buf__drain(struct stream *s) {
    if (!s->backend->drain)
        return 0;
    size_t held = s->held_size;
    s->held_size = 0;
    s->offset -= s->offset >= 0 ? (off64_t)held : 0;
    int r = s->backend->drain(s);
    s->offset += s->offset >= 0 ? (off64_t)held : 0;
    s->held_size = held;
    if (held)
        buf__anchor(s);
    if (r == 0 && s->policy)
        s->policy->drained = s->taken - held;
    return r;
}

void buf__settle_below(struct stream *s) {
    if (buf__drain(s) < 0)
        s->file._flags |= FLAG_ERROR;
    buf__anchor(s);
}

/* Where a transfer must name its place: there; else -1. */
static off64_t place(struct stream *s) {
    if (__builtin_expect(!s->adrift, 1))
        return -1;
    if (!private(s))
        buf__anchor(s);
    return s->adrift ? s->offset : -1;
}

static inline void count_read(struct stream *s, ssize_t result, off64_t at) {
    if (__builtin_expect(buf__totals != NULL, 0) && result > 0)
        __atomic_fetch_add(&buf__totals->bytes_read, (uint64_t)result, __ATOMIC_RELAXED);
    if (__builtin_expect(s->watched, 0))
        buf__report_read(s, result, at);
}

static inline void count_written(struct stream *s, ssize_t result, off64_t at) {
    if (__builtin_expect(buf__totals != NULL, 0) && result > 0)
        __atomic_fetch_add(&buf__totals->bytes_written, (uint64_t)result, __ATOMIC_RELAXED);
    if (__builtin_expect(s->watched, 0))
        buf__report_written(s, result, at);
}

void buf__plain_has_read(struct stream *s, ssize_t result, off64_t at) {
    if (result > 0)
        buf__writeback_read(s, at, (size_t)result);
    count_read(s, result, at);
}

void buf__plain_has_written(struct stream *s, ssize_t result, off64_t at) {
    if (result > 0)
        buf__writeback_wrote(s, at, (size_t)result);
    count_written(s, result, at);
}

void buf__plain_cancel_point(struct stream *s) {
    if (!cancellable(s))
        return;
    pthread_cleanup_push(buf__lock_abandon, s);
    pthread_testcancel();
    pthread_cleanup_pop(0);
}

static ssize_t read_cancellable(struct stream *s, void *p, size_t n, off64_t at, int flags) {
    ssize_t r;
    pthread_cleanup_push(buf__lock_abandon, s);
    r = flags ? buf__sys_read_flags(s->file._fileno, p, n, at, flags, true)
              : buf__sys_read(s->file._fileno, p, n, at, true);
    pthread_cleanup_pop(0);
    return r;
}

static bool refused(ssize_t result, int flags) {
    return flags && (result == -EOPNOTSUPP || result == -ENOSYS);
}

/* As the options ask. */
static __attribute__((noinline)) ssize_t read_asked(struct stream *s, void *p, size_t n, off64_t at) {
    int flags = s->policy->writeback.flags & ~RWF_DSYNC;
    ssize_t r;
    if (cancellable(s))
        r = read_cancellable(s, p, n, at, flags);
    else
        r = flags ? buf__sys_read_flags(s->file._fileno, p, n, at, flags, false)
                  : buf__sys_read(s->file._fileno, p, n, at, false);
    if (refused(r, flags)) {
        buf__writeback_refused(s);
        return read_asked(s, p, n, at);
    }
    if (r > 0)
        buf__writeback_read(s, at, (size_t)r);
    return r;
}

ssize_t buf__plain_read_at(struct stream *s, void *p, size_t n, off64_t at) {
    ssize_t r = __builtin_expect(s->policy != NULL, 0) ? read_asked(s, p, n, at)
                : cancellable(s)                       ? read_cancellable(s, p, n, at, 0)
                                                       : buf__sys_read(s->file._fileno, p, n, at, false);
    count_read(s, r, at < 0 ? s->offset : at);
    return r;
}

ssize_t buf__plain_arrive(struct stream *s, off64_t at, ssize_t moved_by) {
    if (__builtin_expect(at >= 0 && !s->adrift && moved_by > 0, 0))
        buf__sys_seek(s->file._fileno, at + moved_by, SEEK_SET);
    return moved_by;
}

ssize_t buf__plain_read(struct stream *s, void *p, size_t n) {
    off64_t at = place(s);
    return buf__plain_arrive(s, at, buf__plain_read_at(s, p, n, at));
}

static ssize_t write_cancellable(struct stream *s, const struct iovec *v, int n, off64_t at, int flags) {
    ssize_t r;
    pthread_cleanup_push(buf__lock_abandon, s);
    r = flags ? buf__sys_write_flags(s->file._fileno, v, n, at, flags, true)
              : buf__sys_write(s->file._fileno, v, n, at, true);
    pthread_cleanup_pop(0);
    return r;
}

static __attribute__((noinline)) ssize_t write_asked(struct stream *s, const struct iovec *v, int n,
                                                     off64_t at) {
    int flags = s->policy->writeback.flags;
    ssize_t r;
    if (cancellable(s))
        r = write_cancellable(s, v, n, at, flags);
    else
        r = flags ? buf__sys_write_flags(s->file._fileno, v, n, at, flags, false)
                  : buf__sys_write(s->file._fileno, v, n, at, false);
    if (refused(r, flags)) {
        buf__writeback_refused(s);
        return write_asked(s, v, n, at);
    }
    if (r > 0)
        buf__writeback_wrote(s, at, (size_t)r);
    return r;
}

ssize_t buf__plain_write_at(struct stream *s, const struct iovec *v, int n, off64_t at) {
    ssize_t r = __builtin_expect(s->policy != NULL, 0) ? write_asked(s, v, n, at)
                : cancellable(s)                       ? write_cancellable(s, v, n, at, 0)
                                                       : buf__sys_write(s->file._fileno, v, n, at, false);
    count_written(s, r, at < 0 ? s->offset : at);
    return r ? r : -EIO; /* a device that takes nothing and says nothing would be asked for ever */
}

ssize_t buf__plain_write(struct stream *s, const struct iovec *v, int n) {
    off64_t at = place(s);
    return buf__plain_arrive(s, at, buf__plain_write_at(s, v, n, at));
}

off64_t buf__plain_seek(struct stream *s, off64_t offset, int whence) {
    if (s->adrift && whence == SEEK_CUR) {
        offset += s->offset;
        whence = SEEK_SET;
    }
    off64_t r = buf__sys_seek(s->file._fileno, offset, whence);
    if (r >= 0)
        s->adrift = false;
    if (__builtin_expect(s->watched, 0))
        buf__report_seek_call(s);
    return r;
}

static int plain_close(struct stream *s) {
    return buf__sys_close(s->file._fileno);
}

const struct backend buf__plain = {
    .read = buf__plain_read, .write = buf__plain_write, .seek = buf__plain_seek, .close = plain_close};
