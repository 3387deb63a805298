/* The open streams, and the three standard ones. A walk holds the list's lock only between two streams, never
   over a visit, so that a visit may wait for a stream's lock while its holder opens or closes others. */

#include "async.h"
#include "coalesce.h"
#include "encoding.h"
#include "lock.h"
#include "policy.h"
#include "report.h"
#include "sys.h"

#define STANDARD(n, fd, flags, after, before)                                                                \
    {                                                                                                        \
        .file = {._flags = (int)(STREAM_MAGIC | FLAG_USER_BUFFER | FLAG_UNBUFFERED | FLAG_FILE | (flags)),   \
                 ._fileno = fd,                                                                              \
                 ._flags2 = FLAGS2_NEED_LOCK,                                                                \
                 ._offset = -1,                                                                              \
                 ._mode = -1,                                                                                \
                 ._lock = &buf__standard[n].lock,                                                            \
                 ._IO_buf_base = buf__standard[n].tiny + TINY - 1,                                           \
                 ._IO_buf_end = buf__standard[n].tiny + TINY,                                                \
                 ._IO_read_base = buf__standard[n].tiny + TINY - 1,                                          \
                 ._IO_read_ptr = buf__standard[n].tiny + TINY - 1,                                           \
                 ._IO_read_end = buf__standard[n].tiny + TINY - 1,                                           \
                 ._IO_write_base = buf__standard[n].tiny + TINY - 1,                                         \
                 ._IO_write_ptr = buf__standard[n].tiny + TINY - 1,                                          \
                 ._IO_write_end = buf__standard[n].tiny + TINY - 1},                                         \
        .cookie = &buf__standard[n], .next = after, .prev = before, .listed = true, .backend = &buf__plain,  \
        .offset = -1, .landed = -1, .size = 1, .ahead = SIZE_MAX, .grain = 1, .block = 1,                    \
        .mode = (fd) == 2 ? MODE_NONE : MODE_AUTO, .lock = {                                                 \
            .plain = true                                                                                    \
        }                                                                                                    \
    }

/* Statically ready: another library's constructor may print before anything of ours has run. */
struct stream buf__standard[3] = {
    STANDARD(0, 0, FLAG_NO_WRITES, &buf__standard[1], NULL),
    STANDARD(1, 1, FLAG_NO_READS, &buf__standard[2], &buf__standard[0]),
    STANDARD(2, 2, FLAG_NO_READS, NULL, &buf__standard[1]),
};

struct stream buf__blank; /* what a new stream starts as: start.c adds what libc's streams have behind the
                             public part */

static struct stream *list = &buf__standard[0];
static int list_word;

void buf__list_lock(void) {
    word_lock(&list_word);
}

void buf__list_unlock(void) {
    word_unlock(&list_word);
}

static void link_stream(struct stream *s) {
    buf__list_lock();
    s->listed = true;
    s->prev = NULL;
    s->next = list;
    if (list)
        list->prev = s;
    list = s;
    buf__list_unlock();
}

/* Under the list's lock. */
static void unlink_stream(struct stream *s) {
    if (s->prev)
        s->prev->next = s->next;
    else
        list = s->next;
    if (s->next)
        s->next->prev = s->prev;
    s->listed = false;
}

void buf__reset(struct stream *s, int fd, const struct opening *how) {
    buf__policy_free(s); /* which still looks at what follows */
    s->file._flags =
        (int)(STREAM_MAGIC | FLAG_USER_BUFFER | FLAG_UNBUFFERED) | how->flags | (fd >= 0 ? FLAG_FILE : 0);
    s->file._flags2 = FLAGS2_NEED_LOCK | how->flags2;
    s->file._fileno = fd;
    s->offset = -1;
    s->sought = INT32_MAX; /* every file system takes these */
    s->prepared = s->known = s->own = s->told = s->copied = s->adrift = s->doubtful = s->fresh = s->got =
        s->full = false;
    s->filled = 0;
    s->ahead = SIZE_MAX;
    s->landed = -1;
    s->kind = KIND_UNKNOWN;
    s->taken = s->durable = 0;
    s->sync_error = 0;
    s->wide = 0;
    buf__encoding_free(s);
    memset(&s->wide_in, 0, sizeof s->wide_in);
    memset(&s->wide_out, 0, sizeof s->wide_out);
    buf__window_idle(s);
}

struct stream *buf__new(int fd, const struct opening *how) {
    struct stream *s = malloc(sizeof *s);
    if (!s)
        return NULL;
    *s = buf__blank;
    s->heap = true;
    s->cookie = s;
    s->file._lock = &s->lock;
    s->backend = &buf__plain;
    buf__window_drop(s);
    buf__reset(s, fd, how);
    link_stream(s);
    return s;
}

struct stream *buf__new_without_descriptor(const struct opening *how, const struct backend *backend,
                                           void *source) {
    struct stream *s = buf__new(-1, how);
    if (!s)
        return NULL;
    s->backend = backend;
    s->source = source;
    s->wanted = BUFSIZ; /* as libc's: a program's functions are asked for that much at once */
    return s;
}

static void release(struct stream *s) {
    free(s->held);
    buf__encoding_free(s);
    buf__policy_free(s);
    free(s);
}

void buf__free(struct stream *s) {
    buf__window_drop(s);
    if (!s->heap) {
        buf__reset(s, -1, &(struct opening){.flags = FLAG_CLOSED});
        free(s->held);
        s->held = NULL;
        s->held_size = 0;
        s->mode = MODE_AUTO;
        s->wanted = 0;
        return;
    }
    s->file._flags |= FLAG_CLOSED;
    s->file._fileno = -1;
    buf__list_lock();
    bool walked = s->walkers > 0;
    s->dead = walked;
    if (!walked)
        unlink_stream(s);
    buf__list_unlock();
    if (!walked)
        release(s);
}

void buf__walk(void (*visit)(struct stream *, void *), void *context) {
    buf__list_lock();
    struct stream *s = list;
    while (s) {
        s->walkers++;
        bool dead = s->dead;
        buf__list_unlock();
        if (!dead)
            visit(s, context);
        buf__list_lock();
        struct stream *next = s->next;
        if (--s->walkers == 0 && s->dead) {
            unlink_stream(s);
            release(s);
        }
        s = next;
    }
    buf__list_unlock();
}

void buf__walk_held(void (*visit)(struct stream *)) {
    for (struct stream *s = list; s; s = s->next)
        if (!s->dead)
            visit(s);
}

/* Whether the list is ours now; nobody is waited for long. */
static bool try_list(void) {
    bool locked = false;
    for (int tries = 0; tries < 100 && !(locked = word_trylock(&list_word)); tries++)
        buf__sys_yield();
    return locked;
}

void buf__walk_trying(void (*visit)(struct stream *)) {
    if (!try_list())
        return;
    buf__walk_held(visit);
    buf__list_unlock();
}

void buf__walk_underneath(void (*visit)(struct stream *)) {
    /* Whoever holds the list waits for libc's list, which our caller holds: a fork. It does not change the
     * list meanwhile. */
    bool locked = try_list();
    buf__walk_held(visit);
    if (locked)
        buf__list_unlock();
}

void buf__list_shared(void) {
    for (struct stream *s = list; s; s = s->next) {
        s->doubtful |= !s->copied && unread(s) == 0 && pending(s) == 0;
        s->copied = true;
    }
}

void buf__list_after_fork(void) {
#ifdef BUF_CHECK
    buf__check_fork(list_word != 0);
#endif
    list_word = 0;
    buf__list_shared();
    for (struct stream *s = list; s; s = s->next) {
        buf__lock_after_fork(s);
        buf__policy_after_fork(s);
        s->walkers = 0;
        buf__report_after_fork(s);
        s->inherited = unread(s) > 0;
        buf__coalesce_inherited(s);
        buf__async_inherited(s);
    }
}
