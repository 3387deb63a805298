/* map: a read-only stream on a regular file of its own reads what mmap(2) shows. The whole file is one window, and its
   bytes are copied by nobody; at its end the size is asked again, and what was added is read on. The kernel's offset
   stays where it is: the stream is adrift. Nothing is ever written into the mapping: pushback goes into a private
   window. A file that another process shortens ends the program by SIGBUS, as with any mapping. Where the file cannot be
   mapped, or others may move its descriptor, it is read, and LIBBUF_VERBOSE says so. */

#include "policy.h"
#include "sys_names.h"

struct map {
    char *base;  /* the file from its beginning; NULL: not mapped */
    size_t size; /* bytes mapped */
    bool off;    /* the stream reads, and it was said why */
};

enum { PRIVATE_UNREAD = 64, PAGE = 4096 };

static bool is_window(const struct stream *s) {
    struct map *m = s->policy ? s->policy->map : NULL;
    return m && m->base && s->file._IO_buf_base == m->base;
}

/* The window was the mapping, and becomes what the stream's mode and size ask for. */
static void leave(struct stream *s) {
    buf__window_drop(s);
    s->prepared = false;
    s->file._flags |= FLAG_UNBUFFERED;
    buf__prepare(s);
}

static void unmap(struct map *m) {
    if (m->base)
        buf__sys_unmap(m->base, m->size);
    m->base = NULL;
}

static ssize_t read_instead(struct stream *s, const char *why) {
    if (is_window(s))
        leave(s);
    unmap(s->policy->map);
    s->policy->map->off = true;
    buf__policy_fell_back(s, OPTION_map, NULL, why);
    return -ENOTSUP;
}

/* Why the stream cannot be mapped; NULL: it can. */
static const char *refusal(const struct stream *s) {
    if (!(s->file._flags & FLAG_NO_WRITES))
        return "not opened to read only";
    if (!private(s))
        return "others have its descriptor";
    return s->kind != KIND_FILE || s->offset < 0 ? "not a regular file" : NULL;
}

/* The mapping reaches to the file's end, which may have moved. */
static bool remap(struct stream *s, size_t size) {
    struct map *m = s->policy->map;
    size_t whole = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    if (m->base && m->size >= size)
        return true;
    if (is_window(s))
        leave(s);
    unmap(m);
    m->base = buf__sys_map_to_read(s->file._fileno, whole);
    m->size = whole;
    return m->base != NULL;
}

ssize_t buf__map_fill(struct stream *s) {
    struct stat st;
    buf__learn(s);
    if (!s->policy->map && !(s->policy->map = calloc(1, sizeof *s->policy->map)))
        return -ENOTSUP;
    const char *why = refusal(s);
    if (why)
        return read_instead(s, why);
    int error = buf__sys_stat(s->file._fileno, &st);
    if (error < 0 || st.st_size == 0 ||
        (uint64_t)st.st_size > SIZE_MAX / 2) /* what is made as it is read has no size */
        return read_instead(s, "no size to map");
    if (st.st_size <= s->offset) {
        buf__window_idle(s);
        return 0;
    }
    if (!remap(s, (size_t)st.st_size))
        return read_instead(s, "mmap fails");
    struct map *m = s->policy->map;
    if (!is_window(s))
        buf__window_lend(s, m->base, m->size);
    ssize_t n = st.st_size - s->offset;
    buf__window_idle(s);
    s->file._IO_read_base = m->base;
    s->file._IO_read_ptr = m->base + s->offset;
    s->file._IO_read_end = m->base + st.st_size;
    s->file._IO_write_base = s->file._IO_write_ptr = s->file._IO_write_end = m->base;
    s->offset = st.st_size;
    s->adrift = s->got = true;
    s->fresh = s->full = s->inherited = false;
    if (__builtin_expect(buf__totals != NULL, 0))
        __atomic_fetch_add(&buf__totals->bytes_read, (uint64_t)n, __ATOMIC_RELAXED);
    return n;
}

bool buf__map_wanted(const struct stream *s) {
    return is_given(s, OPTION_map) && !(s->policy->map && s->policy->map->off);
}

int buf__map_leave(struct stream *s) {
    if (!is_window(s))
        return 0;
    if (unread(s) > PRIVATE_UNREAD) { /* the rest is seen again */
        s->offset -= (off64_t)(unread(s) - PRIVATE_UNREAD);
        s->file._IO_read_end = s->file._IO_read_ptr + PRIVATE_UNREAD;
    }
    return buf__window_replace(s, s->wanted > PRIVATE_UNREAD ? s->wanted : WINDOW_FIRST, HEADROOM);
}

void buf__map_end(struct stream *s) {
    if (!s->policy || !s->policy->map)
        return;
    if (is_window(s))
        buf__window_drop(s);
    unmap(s->policy->map);
    free(s->policy->map);
    s->policy->map = NULL;
}
