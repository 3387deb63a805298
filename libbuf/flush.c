/* Bytes on their way out: from the program into the window, from the window to the backend. A byte that was
   accepted is never dropped: what the backend did not take stays, in order, and the call reports the
   error. */

#include "policy.h"
#include "report.h"

void buf__adopt_put(struct stream *s) {
    off64_t delta = s->file._IO_write_base - s->file._IO_read_end;
    if (!putting(s) || delta == 0)
        return;
    off64_t r = s->backend->seek(s, delta, SEEK_CUR);
    if (r >= 0 && s->offset >= 0)
        s->offset = r;
    s->file._IO_read_base = s->file._IO_read_ptr = s->file._IO_read_end = s->file._IO_write_base;
}

int buf__begin_put(struct stream *s) {
    buf__adopt_put(s);
    if (s->file._flags & FLAG_NO_WRITES)
        return -EBADF;
    buf__prepare(s);
    if (putting(s))
        return 0;
    int r = buf__give_back(s);
    if (r < 0)
        return r;
    if (unread(s))
        return -ESPIPE; /* input that cannot be given back is not thrown away */
    s->got = false;
    buf__window_open(s);
    return 0;
}

/* What follows a transfer of `n` bytes of the window's pending ones. */
static void window_advance(struct stream *s, size_t n) {
    s->file._IO_write_base += n;
    s->file._IO_read_base = s->file._IO_read_ptr = s->file._IO_read_end = s->file._IO_write_base;
    wrote(s, n);
}

/* Writes what is pending and then `n` bytes of the caller's, in one call where the backend takes it. Returns
   how many of the caller's went, in *error 0 or -errno. The window is to be opened again. */
static size_t write_out(struct stream *s, const char *p, size_t n, int *error) {
    size_t done = 0;
    *error = 0;
    while (pending(s) || done < n) {
        struct iovec v[2] = {{s->file._IO_write_base, pending(s)}, {(char *)p + done, n - done}};
        int skip = v[0].iov_len == 0;
        ssize_t r = s->backend->write(s, v + skip, 2 - skip - (done == n));
        if (r < 0) {
            *error = (int)r;
            break;
        }
        size_t from_window = (size_t)r < v[0].iov_len ? (size_t)r : v[0].iov_len;
        window_advance(s, from_window);
        done += (size_t)r - from_window;
        wrote(s, (size_t)r - from_window);
    }
    return done;
}

static size_t write_through(struct stream *s, const char *p, size_t n, int *error) {
    size_t done = write_out(s, p, n, error);
    if (pending(s))
        buf__window_close_or_open(s);
    else if (!(s->file._flags & FLAG_UNBUFFERED)) /* whose cursors have not moved */
        buf__window_open(s);
    return done;
}

int buf__flush(struct stream *s) {
    buf__adopt_put(s);
    int r = buf__drain_held(s);
    if (r < 0 || !putting(s))
        return r;
    if (s->mode == MODE_FULL)
        buf__learn(s); /* more will follow */
    write_through(s, NULL, 0, &r);
    return r;
}

int buf__flush_through(struct stream *s) {
    int r = buf__flush(s);
    return r < 0 ? r : buf__drain(s);
}

static void copy_in(struct stream *s, const char *p, size_t n) {
    memcpy(s->file._IO_write_ptr, p, n);
    s->file._IO_write_ptr += n;
}

/* After a window was filled and has left. */
static void next_window(struct stream *s) {
    buf__window_adapt(s);
    buf__window_open(s);
}

int buf__next_window(struct stream *s) {
    int r = buf__flush(s);
    if (r == 0)
        next_window(s);
    return r;
}

/* Fully buffered: fill the window to its edge, flush, go on; what is larger than a window leaves from the
   caller's memory, together with what is pending, up to a block edge. */
static size_t put_full(struct stream *s, const char *p, size_t n, int *error) {
    size_t done = 0;
    while (true) {
        size_t left = n - done, room = (size_t)(buf__window_edge(s) - s->file._IO_write_ptr);
        if (left <= room) {
            copy_in(s, p + done, left);
            return n;
        }
        if (!s->known) {
            buf__learn(s);
            continue;
        }
        if ((*error = buf__drain_held(s)) < 0) {
            copy_in(s, p + done, room);
            return done + room;
        }
        if (left >= s->size) {
            size_t tail = s->offset >= 0 ? behind_edge(s, (size_t)s->offset + pending(s) + left) : 0;
            size_t body = tail < left ? left - tail : left;
            size_t went = write_through(s, p + done, body, error);
            done += went;
        } else {
            copy_in(s, p + done, room);
            done += room;
            *error = buf__flush(s);
        }
        if (*error < 0)
            return done;
        next_window(s);
    }
}

/* Line buffered: everything up to the last newline leaves. */
static size_t put_lines(struct stream *s, const char *p, size_t n, int *error) {
    const char *newline = memrchr(p, '\n', n);
    size_t lines = newline ? (size_t)(newline + 1 - p) : 0;
    size_t done = 0;
    if (lines > (size_t)(s->file._IO_buf_end - s->file._IO_write_ptr)) {
        if ((*error = buf__drain_held(s)) < 0)
            return 0;
        done = write_through(s, p, lines, error);
    } else if (lines) {
        copy_in(s, p, lines);
        done = lines;
        *error = buf__flush(s);
    }
    if (*error < 0 || done == n)
        return done;
    return done + put_full(s, p + done, n - done, error);
}

size_t buf__put(struct stream *s, const char *p, size_t n, int *error) {
    if ((*error = buf__begin_put(s)) < 0)
        return 0;
    size_t done;
    if (s->file._flags & FLAG_UNBUFFERED)
        done = (*error = buf__drain_held(s)) < 0 ? 0 : write_through(s, p, n, error);
    else if (s->file._flags & FLAG_LINE)
        done = put_lines(s, p, n, error);
    else
        done = put_full(s, p, n, error);
    buf__window_close_or_open(s);
    if (__builtin_expect(s->watched, 0))
        buf__report_put(s, done);
    return done;
}

int buf__settle(struct stream *s) {
    int error;
    if (!putting(s) && !s->held_size)
        return buf__give_back(s);
    buf__adopt_put(s);
    error = buf__drain_held(s);
    if (error < 0 || !putting(s))
        return error;
    write_out(s, NULL, 0, &error);
    if (error < 0)
        buf__window_close_or_open(s);
    else
        buf__window_idle(s);
    return error;
}
