/* Bytes on their way in: from the backend into the window or straight into the program's memory. */

#include "direct.h"
#include "lock.h"
#include "policy.h"
#include <pthread.h>

static void flush_prompt(struct stream *out) {
    LOCKED(out);
    if (buf__flush(out) < 0)
        out->file._flags |= FLAG_ERROR;
}

void buf__show_prompt(struct stream *s) {
    FILE *f = stdout;
    if (!(s->file._flags & (FLAG_LINE | FLAG_UNBUFFERED)) || !f)
        return;
    struct stream *out = ours(f);
    if (!out || out == s || !(out->file._flags & FLAG_LINE) || !putting(out) || !pending(out))
        return;
    pthread_cleanup_push(buf__lock_abandon, s);
    flush_prompt(out);
    pthread_cleanup_pop(0);
}

/* Makes the stream ready to read. 0 or -errno. */
static int begin_get(struct stream *s) {
    if (s->file._flags & FLAG_NO_READS)
        return -EBADF;
    buf__prepare(s);
    if (!putting(s) && !s->held_size)
        return 0;
    int r = buf__flush(s);
    if (r == 0)
        buf__window_idle(s);
    return r;
}

static ssize_t read_some(struct stream *s, void *p, size_t n) {
    ssize_t r = s->backend->read(s, p, n);
    s->got = true;
    s->fresh = false;
    if (r == 0)
        s->doubtful |= !private(s);
    if (r > 0 && s->offset >= 0)
        s->offset += r;
    return r;
}

/* Bytes read after a seek: the next one may come soon. */
enum { AHEAD_LEAST = 512, AHEAD_FIRST = 4096 };

/* Bytes that a fill at `at` asks for: up to a block edge, within what is read ahead. */
static size_t fill_size(struct stream *s, const char *at) {
    size_t room = (size_t)(buf__window_edge(s) - at), tail;
    if (s->ahead >= room)
        return room;
    tail = s->offset >= 0 && s->ahead >= s->block ? behind_edge(s, (size_t)s->offset + s->ahead) : 0;
    size_t size = tail < s->ahead ? s->ahead - tail : s->ahead;
    size_t over = direct_of(s) ? behind_edge(s, (size_t)s->offset + size) : 0;
    if (over > 0)
        size += s->block - over; /* whole blocks */
    return size < room ? size : room;
}

size_t buf__visited(const struct stream *s) {
    off64_t here = s->offset - (off64_t)unread(s);
    return putting(s) || s->offset < 0 || s->landed < 0 || here < s->landed ? 0 : (size_t)(here - s->landed);
}

void buf__read_less(struct stream *s, size_t visited) {
    if (visited > 0 && s->landed >= 0)
        for (s->ahead = AHEAD_LEAST; s->ahead < 2 * visited && s->ahead < AHEAD_FIRST;)
            s->ahead *= 2;
    else if (s->ahead > AHEAD_FIRST)
        s->ahead = AHEAD_FIRST;
    s->landed = s->offset;
    s->full = false;
}

/* From here on a read goes to the program's memory without a detour, however large the window has grown. */
enum { LARGE_READ = 16 << 10 };

static void adapt(struct stream *s) {
    buf__window_adapt(s);
    s->full = false;
}

ssize_t buf__fill(struct stream *s) {
    int r = begin_get(s);
    if (r < 0)
        return r;
    if (s->file._flags & FLAG_EOF)
        return 0;
    buf__show_prompt(s);
    ssize_t mapped = buf__map_wanted(s) ? buf__map_fill(s) : -ENOTSUP;
    if (mapped != -ENOTSUP)
        return mapped;
    if ((s->file._flags & FLAG_UNBUFFERED) && s->size > 1)
        buf__window_drop(s); /* unbuffered since the window was made */
    if (s->full)
        adapt(s);
    buf__window_idle(s);
    char *at = s->file._IO_read_ptr;
    size_t room = (size_t)(buf__window_edge(s) - at), size = fill_size(s, at);
    ssize_t n = read_some(s, at, size);
    s->full = n == (ssize_t)room;
    if (n == (ssize_t)size && size < room)
        s->ahead *= 2;
    s->inherited = false;
    if (n > 0)
        s->file._IO_read_end = at + n;
    return n;
}

size_t buf__get(struct stream *s, char *p, size_t n, int *error) {
    size_t done = 0;
    *error = 0;
    while (true) {
        size_t there = unread(s), take = n - done < there ? n - done : there;
        memcpy(p + done, s->file._IO_read_ptr, take);
        s->file._IO_read_ptr += take;
        done += take;
        if (done == n)
            return done;
        ssize_t r = begin_get(s);
        size_t left = n - done;
        if (r == 0 && s->full && left < LARGE_READ)
            adapt(s);
        if (r == 0 && left >= s->size && !buf__map_wanted(s) && !(s->file._flags & FLAG_EOF)) {
            size_t tail = s->offset >= 0 ? behind_edge(s, (size_t)s->offset + left) : 0;
            buf__show_prompt(s);
            r = read_some(s, p + done, tail < left ? left - tail : left);
            buf__window_idle(s);
            s->full = r == (ssize_t)(tail < left ? left - tail : left);
            if (r > 0) {
                done += (size_t)r;
                continue;
            }
        } else if (r == 0) {
            r = buf__fill(s);
        }
        if (r <= 0) {
            *error = r < 0 ? (int)r : 1;
            return done;
        }
    }
}

int buf__give_back(struct stream *s) {
    size_t n = unread(s);
    if (n == 0 || putting(s))
        return 0;
    if (s->offset >= (off64_t)n && buf__drift(s, s->offset - (off64_t)n)) {
        s->full = false;
        buf__window_idle(s);
        return 0;
    }
    off64_t r = s->backend->seek(s, -(off64_t)n, SEEK_CUR);
    if (r == -EINVAL)
        r = s->backend->seek(s, 0, SEEK_SET); /* bytes were pushed back before the beginning */
    if (r == -ESPIPE)
        return 0; /* what cannot be given back stays */
    if (r < 0)
        return (int)r;
    if (s->offset >= 0)
        s->offset = r;
    s->full = false;
    buf__window_idle(s);
    return 0;
}
