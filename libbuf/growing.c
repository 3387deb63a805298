/* open_memstream and open_wmemstream (POSIX): a stream into memory that grows. The program's pointer and
   length are set by fflush and fclose alone: until then they may be in use for something else. */

#include "entry.h"

enum { WINDOW = 960 };

struct growing {
    char *bytes;    /* the memory, always with room for a final NUL */
    size_t room;    /* bytes allocated */
    size_t used;    /* bytes written, or skipped by a seek and then written behind */
    size_t at;      /* where the next write goes; may lie behind `used` */
    char **text;    /* the program's pointer */
    size_t *length; /* the program's length, in units */
    size_t unit;    /* bytes of a character: 1, or sizeof(wchar_t) */
};

static int publish(struct stream *s) {
    struct growing *g = s->source;
    *g->text = g->bytes;
    *g->length = (g->at < g->used ? g->at : g->used) / g->unit;
    return 0;
}

/* Makes room for `need` bytes and the final NUL behind them. */
static bool make_room(struct growing *g, size_t need) {
    size_t larger = 2 * g->room;
    if (need > SIZE_MAX / 2)
        return false;
    need += g->unit;
    if (need <= g->room)
        return true;
    if (larger < need)
        larger = need;
    char *grown = realloc(g->bytes, larger);
    if (!grown)
        return false;
    memset(grown + g->room, 0, larger - g->room);
    g->bytes = grown;
    g->room = larger;
    return true;
}

static ssize_t growing_write(struct stream *s, const struct iovec *v, int n) {
    struct growing *g = s->source;
    ssize_t done = 0;
    for (int i = 0; i < n; i++) {
        if (!make_room(g, g->at + v[i].iov_len))
            return done > 0 ? done : -ENOMEM;
        memcpy(g->bytes + g->at, v[i].iov_base, v[i].iov_len);
        g->at += v[i].iov_len;
        if (g->at > g->used)
            g->used = g->at;
        done += (ssize_t)v[i].iov_len;
    }
    return done;
}

static ssize_t growing_read(struct stream *s, void *p, size_t n) {
    (void)s, (void)p, (void)n;
    return -EBADF;
}

static off64_t growing_seek(struct stream *s, off64_t offset, int whence) {
    struct growing *g = s->source;
    off64_t base = whence == SEEK_SET ? 0 : (off64_t)((whence == SEEK_CUR ? g->at : g->used) / g->unit);
    if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
        return -EINVAL;
    g->at = (size_t)offset * g->unit;
    return offset;
}

static int growing_close(struct stream *s) {
    publish(s);
    free(s->source);
    s->source = NULL;
    return 0;
}

static const struct backend growing_backend = {
    .read = growing_read, .write = growing_write, .seek = growing_seek, .close = growing_close, .drain = publish};

static struct stream *open_growing(char **text, size_t *length, size_t unit) {
    if (!text || !length) {
        errno = EINVAL;
        return NULL;
    }
    struct growing *g = calloc(1, sizeof *g);
    if (g)
        *g = (struct growing){.text = text, .length = length, .unit = unit};
    struct stream *s =
        g && make_room(g, 128)
            ? buf__new_without_descriptor(&(struct opening){.flags = FLAG_NO_READS}, &growing_backend, g)
            : NULL;
    if (s)
        s->wanted = WINDOW; /* small: what leaves it is copied, not written */
    if (!s) {
        if (g)
            free(g->bytes);
        free(g);
        errno = ENOMEM;
        return NULL;
    }
    return s;
}

FILE *open_memstream(char **text, size_t *length) {
    if (!buf__active())
        return LIBC(open_memstream)(text, length);
    struct stream *s = open_growing(text, length, 1);
    if (!s)
        return NULL;
    s->wide = -1; /* POSIX: such a stream is byte-oriented */
    return &s->file;
}

FILE *open_wmemstream(wchar_t **text, size_t *length) {
    if (!buf__active())
        return LIBC(open_wmemstream)(text, length);
    struct stream *s = open_growing((char **)text, length, sizeof(wchar_t));
    if (!s)
        return NULL;
    s->wide = 1;
    s->raw = true;
    s->mode = MODE_NONE; /* a window would mix with the bytes that libc writes (interop.c) */
    buf__encoding_bind(s);
    return &s->file;
}
