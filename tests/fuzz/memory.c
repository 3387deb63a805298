/* Streams on memory: fmemopen's of a fixed size, open_memstream's and open_wmemstream's that grow, and a file
   in memory behind fopencookie's functions. */

#include "open.h"

struct memory {
    char *bytes;         /* of fmemopen and open_memstream */
    wchar_t *characters; /* of open_wmemstream */
    size_t size;         /* of either */
};

/* Nothing is ever put near the end of the memory: when that is reported is not fixed. */
static bool open_fixed(struct slot *s) {
    static const char *const modes[] = {"r",  "rb",  "r+", "rb+", "r+b", "w",   "wb",
                                        "w+", "w+b", "a",  "ab",  "a+",  "a+b", "ab+"};
    const char *mode = chance(25) ? "r" : PICK(modes);
    struct memory *m = s->behind = calloc(1, sizeof *m);
    bool reads_only = mode[0] == 'r' && !strchr(mode, '+');
    m->size = reads_only ? 1 + random_size(s) : 65536;
    m->bytes = malloc(m->size);
    memset(m->bytes, 'm', m->size);
    size_t text = reads_only ? m->size : below(3000);
    memcpy(m->bytes, payload(LINES, text), text);
    if (!reads_only)
        m->bytes[text] = '\0';
    if (mode[0] == 'w' && strchr(mode, '+') && chance(50)) { /* memory of its own, seen through it only */
        free(m->bytes);
        m->bytes = NULL;
    }
    called(s, CALL_fmemopen);
    FILE *f = fmemopen(m->bytes, m->size, mode);
    say(s, "fmemopen(%s%zu, text of %zu, %s)%s", m->bytes ? "" : "NULL, ", m->size, text, mode, why(!f));
    set_mode(s, mode);
    fresh_slot(s, f, KIND_memory);
    s->extent = mode[0] == 'w' ? 0 : text;
    s->limit = reads_only ? 0 : m->size;
    return true;
}

static bool open_growing(struct slot *s) {
    struct memory *m = s->behind = calloc(1, sizeof *m);
    s->wide = chance(30);
    called(s, s->wide ? CALL_open_wmemstream : CALL_open_memstream);
    FILE *f = s->wide ? open_wmemstream(&m->characters, &m->size) : open_memstream(&m->bytes, &m->size);
    say(s, "open_%smemstream%s", s->wide ? "w" : "", why(!f));
    set_mode(s, "w");
    fresh_slot(s, f, KIND_memory);
    s->growing = s->at_end = true;
    s->extent = 0;
    return true;
}

bool open_memory(struct slot *s) {
    return chance(50) ? open_fixed(s) : open_growing(s);
}

void show_memory(struct slot *s) {
    struct memory *m = s->behind;
    if (!m->characters && !m->bytes)
        return;
    if (m->characters)
        say(s, "memory holds %s", show_wide(m->characters, m->size));
    else
        say(s, "memory holds %s", show(m->bytes, m->size));
    free(m->bytes);
    free(m->characters);
}

/* A file in memory behind a cookie. */
struct cookie {
    char bytes[65536];
    size_t size, at;
};

static ssize_t cookie_read(void *cookie, char *p, size_t n) {
    struct cookie *c = cookie;
    size_t left = c->at < c->size ? c->size - c->at : 0, take = n < left ? n : left;
    memcpy(p, c->bytes + c->at, take);
    c->at += take;
    return (ssize_t)take;
}

static ssize_t cookie_write(void *cookie, const char *p, size_t n) {
    struct cookie *c = cookie;
    if (c->at + n > sizeof c->bytes) {
        errno = ENOSPC;
        return 0;
    }
    memcpy(c->bytes + c->at, p, n);
    c->at += n;
    if (c->size < c->at)
        c->size = c->at;
    return (ssize_t)n;
}

static int cookie_seek(void *cookie, off64_t *offset, int whence) {
    struct cookie *c = cookie;
    off64_t at = *offset + (whence == SEEK_CUR ? (off64_t)c->at : whence == SEEK_END ? (off64_t)c->size : 0);
    if (at < 0) {
        errno = EINVAL;
        return -1;
    }
    c->at = (size_t)at;
    *offset = at;
    return 0;
}

static int cookie_close(void *cookie) {
    struct cookie *c = cookie;
    record("cookie holds %s", show(c->bytes, c->size));
    return 0;
}

bool open_cookie(struct slot *s) {
    static const cookie_io_functions_t functions = {cookie_read, cookie_write, cookie_seek, cookie_close};
    static const char *const modes[] = {"r", "w", "r+", "w+"};
    const char *mode = PICK(modes);
    struct cookie *c = s->behind = calloc(1, sizeof *c);
    c->size = below(8000);
    memcpy(c->bytes, payload(LINES, c->size), c->size);
    called(s, CALL_fopencookie);
    FILE *f = fopencookie(c, mode, functions);
    say(s, "fopencookie(%zu, %s)%s", c->size, mode, why(!f));
    set_mode(s, mode);
    fresh_slot(s, f, KIND_cookie);
    s->extent = c->size;
    s->limit = sizeof c->bytes;
    return true;
}
