/* What libc calls on our streams, when one of its own functions (perror, getopt, putpwent, scanf ...) finds
   the window full or empty. libc moves the cursors itself and resets them after each call, whatever we
   return. So bytes of the window that the kernel does not take are set aside here (held), and leave before
   anything else. */

#include "policy.h"

static ssize_t fail(struct stream *s, ssize_t error, ssize_t result) {
    s->file._flags |= FLAG_ERROR;
    errno = (int)-error;
    return result;
}

/* Writes all of it at the stream's offset, which moves on. Returns how many bytes went, in *error 0 or -errno. */
static size_t write_all(struct stream *s, const char *p, size_t n, int *error) {
    size_t done = 0;
    *error = 0;
    while (done < n) {
        struct iovec v = {(char *)p + done, n - done};
        ssize_t r = s->backend->write(s, &v, 1);
        if (r < 0) {
            *error = (int)r;
            break;
        }
        done += (size_t)r;
        wrote(s, (size_t)r);
    }
    return done;
}

/* The same for a stream whose characters are kept as they are: libc's text is in the locale's encoding. */
static size_t write_characters(struct stream *s, const char *p, size_t n, int *error) {
    size_t done = 0;
    *error = 0;
    while (done < n) {
        mbstate_t state = {0};
        wchar_t c;
        size_t length = mbrtowc(&c, p + done, n - done, &state);
        if (length == 0 || length > n - done) {
            c = (unsigned char)p[done];
            length = 1;
        }
        write_all(s, (char *)&c, sizeof c, error);
        if (*error < 0)
            break;
        done += length;
    }
    return done;
}

int buf__drain_held(struct stream *s) {
    if (__builtin_expect(s->held_size == 0, 1))
        return 0;
    int error;
    off64_t offset = s->offset;
    uint64_t taken = s->taken;
    size_t size = s->held_size;
    s->held_size = 0; /* for the backend they are bytes like all others */
    if (offset >= 0)
        s->offset -= (off64_t)size;
    size_t went = write_all(s, s->held, size, &error);
    s->offset = offset;
    s->taken = taken; /* they are counted already */
    s->held_size = size - went;
    if (s->held_size) {
        memmove(s->held, s->held + went, s->held_size);
        buf__anchor(s);
    } else {
        free(s->held);
        s->held = NULL;
    }
    return error;
}

static bool hold(struct stream *s, const char *p, size_t n) {
    char *grown = realloc(s->held, s->held_size + n);
    if (!grown)
        return false;
    memcpy(grown + s->held_size, p, n);
    s->held = grown;
    s->held_size += n;
    return true;
}

static ssize_t libc_writes(void *cookie, const char *p, size_t n) {
    struct stream *s = cookie;
    bool in_window = p >= s->file._IO_buf_base && p < s->file._IO_buf_end;
    buf__prepare(s);
    buf__anchor(s); /* what cannot be written is held apart from the offset */
    int error = buf__drain_held(s);
    size_t went = error < 0 ? 0 : s->raw ? write_characters(s, p, n, &error) : write_all(s, p, n, &error);
    s->doubtful |= !private(s); /* it may be libc's fflush, as in error(3): see fflush */
    if (error == 0)
        return (ssize_t)went;
    if (in_window && hold(s, p + went, n - went)) {
        s->taken += n - went;
        if (s->offset >= 0)
            s->offset += (off64_t)(n - went);
    }
    return fail(s, error, (ssize_t)went);
}

/* libc has set every cursor to p, the base of the window it knows, and will count what we read from there. */
static ssize_t libc_reads(void *cookie, char *p, size_t n) {
    struct stream *s = cookie;
    bool window = p == s->file._IO_buf_base;
    buf__prepare(s);
    if (window) {
        p = s->file._IO_buf_base;
        n = (size_t)(s->file._IO_buf_end - p);
    }
    s->file._IO_read_base = s->file._IO_read_ptr = s->file._IO_read_end = p;
    s->file._IO_write_base = s->file._IO_write_ptr = s->file._IO_write_end = p;
    if (window && buf__map_wanted(s)) {
        ssize_t mapped = buf__map_fill(s);
        s->file._IO_read_end = s->file._IO_read_ptr;
        if (mapped != -ENOTSUP)
            return mapped;
        p = s->file._IO_read_ptr;
        n = (size_t)(s->file._IO_buf_end - p);
    }
    int error = buf__drain_held(s);
    if (error < 0)
        return fail(s, error, -1);
    buf__show_prompt(s);
    s->got = true;
    s->first = NULL;
    size_t tail = s->offset >= 0 ? behind_edge(s, (size_t)s->offset + n) : 0;
    ssize_t r = s->backend->read(s, p, tail < n ? n - tail : n);
    if (r < 0)
        return fail(s, r, -1);
    if (s->offset >= 0)
        s->offset += r;
    return r;
}

static int libc_seeks(void *cookie, off64_t *offset, int whence) {
    struct stream *s = cookie;
    int error = buf__drain_held(s);
    if (error < 0)
        return (int)fail(s, error, -1);
    bool from_memory = whence == SEEK_CUR && *offset == 0 && s->offset >= 0 && !s->doubtful;
    off64_t r = from_memory ? s->offset : s->backend->seek(s, *offset, whence);
    if (r < 0) {
        errno = (int)-r;
        return -1;
    }
    if (!from_memory) {
        s->first = NULL;
        moved(s, r);
    }
    *offset = r;
    return 0;
}

const cookie_io_functions_t buf__callbacks = {libc_reads, libc_writes, libc_seeks, NULL};
