/* fmemopen (glibc 2.22 and later, POSIX): a stream on the caller's memory, or on memory of its own that
   fclose frees. */

#include "entry.h"

struct memory {
    char *bytes; /* the memory */
    size_t size; /* how much there is */
    size_t used; /* where the text ends: reads stop and SEEK_END counts from here */
    size_t at;   /* the next transfer's place */
    bool append; /* every write goes to the end */
    bool mine;   /* malloc'ed here */
};

static ssize_t memory_read(struct stream *s, void *p, size_t n) {
    struct memory *m = s->source;
    size_t there = m->at < m->used ? m->used - m->at : 0;
    if (n > there)
        n = there;
    memcpy(p, m->bytes + m->at, n);
    m->at += n;
    return (ssize_t)n;
}

/* Takes one piece. A NUL follows what was written at the end, where it fits; a stream that is full ends with
   one. */
static ssize_t write_piece(struct memory *m, const char *p, size_t n) {
    size_t at = m->append ? m->used : m->at;
    bool needs_nul = n == 0 || p[n - 1] != '\0';
    if (at + n > m->size) {
        if (m->at + needs_nul >= m->size)
            return -ENOSPC;
        n = m->size - at;
    }
    memcpy(m->bytes + at, p, n);
    m->at = at + n;
    if (m->at > m->used) {
        m->used = m->at;
        if (m->used < m->size && needs_nul)
            m->bytes[m->used] = '\0';
        else if (!m->append && needs_nul)
            m->bytes[m->size - 1] = '\0';
    }
    return (ssize_t)n;
}

static ssize_t memory_write(struct stream *s, const struct iovec *v, int n) {
    ssize_t done = 0, r = 0;
    for (int i = 0; i < n; i++) {
        r = write_piece(s->source, v[i].iov_base, v[i].iov_len);
        if (r < 0)
            break;
        done += r;
        if (r < (ssize_t)v[i].iov_len)
            break;
    }
    return done > 0 ? done : r < 0 ? r : -ENOSPC;
}

static off64_t memory_seek(struct stream *s, off64_t offset, int whence) {
    struct memory *m = s->source;
    off64_t base = whence == SEEK_SET ? 0 : (off64_t)(whence == SEEK_CUR ? m->at : m->used);
    if (__builtin_add_overflow(base, offset, &offset) || offset < 0 || (size_t)offset > m->size)
        return -EINVAL;
    m->at = (size_t)offset;
    return offset;
}

static int memory_close(struct stream *s) {
    struct memory *m = s->source;
    if (m->mine)
        free(m->bytes);
    free(m);
    s->source = NULL;
    return 0;
}

static const struct backend memory_backend = {
    .read = memory_read, .write = memory_write, .seek = memory_seek, .close = memory_close};

FILE *fmemopen(void *bytes, size_t size, const char *mode) {
    struct opening how;
    int error = buf__parse_mode(mode, &how);
    if (!buf__active())
        return LIBC(fmemopen)(bytes, size, mode);
    struct memory *m = error < 0 ? NULL : calloc(1, sizeof *m);
    if (m) {
        m->mine = !bytes;
        m->bytes = bytes ? bytes : malloc(size ? size : 1);
        m->size = size;
        m->append = *mode == 'a';
    }
    struct stream *s = m && m->bytes ? buf__new_without_descriptor(&how, &memory_backend, m) : NULL;
    if (!s) {
        if (m && m->mine)
            free(m->bytes);
        free(m);
        errno = error < 0 ? -error : ENOMEM;
        return NULL;
    }
    if ((how.flags & FLAG_NO_WRITES) && size < BUFSIZ)
        s->wanted = size < 64 ? 64 : size; /* there is no more to read */
    if (m->mine || (*mode == 'w' && strchr(mode, '+')))
        m->bytes[0] = '\0'; /* with size 0, too: as in libc, whose tests demand it */
    m->used = *mode == 'w' ? 0 : *mode == 'a' ? strnlen(m->bytes, size) : size;
    m->at = m->append ? m->used : 0;
    return &s->file;
}
