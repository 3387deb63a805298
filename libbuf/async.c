/* See async.h. */

#include "async.h"
#include "direct.h"
#include "libc.h"
#include "lock.h"
#include "ring.h"
#include "sys.h"
#include "sys_names.h"
#include <pthread.h>

enum { SLOTS_MOST = 65, LONGEST = 1 << 30, LAND_TRIES = 1000, LAND_NS = 100000 };

/* A slot holds bytes of the file: READY ones wait to be written, FLYING ones are on their way, FAILED ones were, and
   must be written by ourselves; of THERE ones nothing more is to be done, or they were read. */
enum slot_state { READY, FLYING, FAILED, THERE };

struct slot {
    char *bytes;     /* where a transfer's memory must lie */
    void *memory;    /* what it was allocated as; NULL: not yet */
    off64_t at;      /* offset in the file */
    size_t size;     /* bytes */
    unsigned flight; /* slots that are on their way in one request, in the first of them */
    uint8_t state;   /* enum slot_state */
};

struct async {
    const struct backend *below;
    struct ring *ring;           /* NULL: not yet, or no more */
    bool refused;                /* and none will be */
    bool ahead;                  /* several requests behind the end of the file at a time */
    bool reading;                /* the slots hold what is read ahead, not what is written */
    bool busy;                   /* in the middle of a change: a handler of signals keeps off */
    unsigned depth;              /* requests at a time */
    unsigned flights;            /* on their way */
    size_t block;                /* the direct transfers' */
    size_t room;                 /* bytes of a slot */
    off64_t size;                /* of the file, as far as it is known; -1: not */
    off64_t next;                /* where the program will go on to read if it reads on, and */
    unsigned row;                /* how many reads went on like that */
    unsigned first, used, slots; /* slot[first] is the oldest of those in use; slots: how many there are */
    struct slot slot[SLOTS_MOST];
    struct iovec
        piece[SLOTS_MOST * 2]; /* of the request that begins with the slot of the same number, and goes on */
};

static unsigned live; /* streams that have the option: buf__async_land looks for no others */
static pid_t home;    /* the process that opened the last of them */

static struct async *of(const struct stream *s) {
    return s->policy->async;
}

static struct slot *slot(struct async *a, unsigned i) {
    return &a->slot[(a->first + i) % a->slots];
}

static off64_t end_of(const struct slot *e) {
    return e->at + (off64_t)e->size;
}

/* No more requests from here on. */
static void refuse(struct stream *s, const char *why) {
    buf__policy_fell_back(s, OPTION_async, NULL, why);
    of(s)->refused = true;
}

/* Whether requests may be sent, by this thread, for a descriptor that nobody else uses. */
static bool can_send(struct stream *s) {
    struct async *a = of(s);
    if (a->refused)
        return false;
    if (!private(s) || s->policy->direct->left)
        refuse(s, "its transfers are not direct any more");
    else if (!a->ring && !(a->ring = buf__ring_make(a->depth)))
        refuse(s, "io_uring is refused");
    else if (!buf__ring_mine(a->ring))
        refuse(s, "another thread took the stream over");
    return !a->refused;
}

static bool give_memory(struct async *a, struct slot *e) {
    if (!e->memory)
        e->memory = malloc(a->room + a->block - 1);
    e->bytes = (char *)(((uintptr_t)e->memory + a->block - 1) & ~(uintptr_t)(a->block - 1));
    return e->memory != NULL;
}

/* Sends `count` slots from the i-th on as one request. False: nothing can be sent any more. */
static bool send(struct stream *s, unsigned i, unsigned count) {
    struct async *a = of(s);
    struct slot *e = slot(a, i);
    int flags = s->policy->writeback.flags;
    unsigned place = (a->first + i) % a->slots;
    for (unsigned k = 0; k < count; k++)
        a->piece[place + k] = (struct iovec){slot(a, i + k)->bytes, slot(a, i + k)->size};
    struct request request = {.pieces = &a->piece[place],
                              .count = count,
                              .fd = s->file._fileno,
                              .at = e->at,
                              .flags = a->reading ? flags & ~RWF_DSYNC : flags,
                              .writes = !a->reading,
                              .number = place};
    int error = buf__direct_switch(s, true);
    if (error == 0)
        error = buf__ring_send(a->ring, &request);
    if (error < 0) {
        refuse(s, "a request could not be sent");
        return false;
    }
    for (unsigned k = 0; k < count; k++)
        slot(a, i + k)->state = FLYING;
    e->flight = count;
    a->flights++;
    return true;
}

/* Of a request: the bytes that arrived are there, the others are to be written again. */
static void landed(struct stream *s, unsigned place, ssize_t result) {
    struct async *a = of(s);
    struct slot *e = &a->slot[place];
    size_t moved = result > 0 ? (size_t)result : 0;
    off64_t at = e->at;
    a->flights--;
    if (a->reading) {
        e->state = result < 0 ? FAILED : THERE;
        e->size = moved;
    }
    for (unsigned k = 0; k < e->flight && !a->reading; k++) {
        struct slot *part = &a->slot[(place + k) % a->slots];
        size_t there = part->size < moved ? part->size : moved;
        moved -= there;
        part->state = there == part->size ? THERE : FAILED;
        part->bytes += part->state == FAILED ? there : 0;
        part->at += part->state == FAILED ? (off64_t)there : 0;
        part->size -= part->state == FAILED ? there : 0;
    }
    if (result > 0) {
        s->policy->direct_count.transfers++;
        s->policy->direct_count.bytes += (uint64_t)result;
    }
    if (a->reading) {
        buf__plain_has_read(s, result, at);
        return;
    }
    if (result > 0 && a->size >= 0 && at + result > a->size)
        a->size = at + result;
    buf__plain_has_written(s, result, at);
}

/* Takes note of the requests that have ended. */
static void collect(struct stream *s, bool wait) {
    struct async *a = of(s);
    uint32_t place;
    ssize_t result;
    if (!a->ring || a->flights == 0)
        return;
    if (wait)
        buf__ring_wait(a->ring);
    while (buf__ring_next(a->ring, &place, &result))
        landed(s, place, result);
    while (!a->reading && a->used > 0 && slot(a, 0)->state == THERE) {
        a->first = (a->first + 1) % a->slots;
        a->used--;
    }
}

static bool any(struct async *a, enum slot_state state) {
    for (unsigned i = 0; i < a->used; i++)
        if (slot(a, i)->state == state)
            return true;
    return false;
}

/* Whether the i-th slot's bytes are also in one before it, on its way or waiting. */
static bool overlaps(struct async *a, unsigned i) {
    const struct slot *e = slot(a, i);
    for (unsigned k = 0; k < i; k++) {
        const struct slot *before = slot(a, k);
        if (before->state != THERE && before->at < end_of(e) && e->at < end_of(before))
            return true;
    }
    return false;
}

static bool grows(const struct async *a, const struct slot *e) {
    return a->size < 0 || end_of(e) > a->size;
}

/* Slots from the i-th on that lie one behind the other, at most half of all. */
static unsigned in_a_row(struct async *a, unsigned i) {
    unsigned n = 1, most = a->depth > 1 ? a->depth / 2 : 1;
    while (n < most && i + n < a->used && slot(a, i + n)->state == READY &&
           slot(a, i + n)->at == end_of(slot(a, i + n - 1)))
        n++;
    return n;
}

/* Sends what may be on its way now, in order. */
static void send_ready(struct stream *s) {
    struct async *a = of(s);
    bool growing = false;
    for (unsigned i = 0; i < a->used;) {
        struct slot *e = slot(a, i);
        unsigned count = 1;
        if (e->state == FLYING)
            growing |= grows(a, e);
        if (e->state == READY) {
            bool behind = grows(a, e);
            if (a->flights >= a->depth || (behind && growing && !a->ahead) || overlaps(a, i))
                return;
            count = behind && !a->ahead ? in_a_row(a, i) : 1;
            if (!can_send(s) || !send(s, i, count))
                return;
            growing |= behind;
        }
        i += count;
    }
}

/* The slot of all that are not there yet with the lowest offset, before which no older one lies; NULL: none. */
static struct slot *lowest(struct async *a) {
    struct slot *found = NULL;
    for (unsigned i = 0; i < a->used; i++) {
        struct slot *e = slot(a, i);
        if (e->state != THERE && (!found || e->at < found->at) && !overlaps(a, i))
            found = e;
    }
    return found;
}

/* What failed, and with it all that is newer, goes by the backend below, which acts at the stream's offset. 0, or
   -errno: it stays. A thread is not cancelled meanwhile. */
static int write_again(struct stream *s) {
    struct async *a = of(s);
    off64_t offset = s->offset;
    struct slot *e;
    ssize_t r = 0;
    int state;
    bool threads = !__libc_single_threaded;
    if (threads)
        LIBC(pthread_setcancelstate)(PTHREAD_CANCEL_DISABLE, &state);
    while (a->flights > 0)
        collect(s, true);
    while (r >= 0 && (e = lowest(a))) {
        struct iovec v = {e->bytes, e->size};
        e->state = FAILED;
        s->offset = e->at;
        s->adrift = true;
        r = a->below->write(s, &v, 1);
        if (r <= 0)
            continue;
        e->bytes += r;
        e->at += r;
        e->size -= (size_t)r;
        if (e->size == 0)
            e->state = THERE;
    }
    s->offset = offset;
    s->adrift = true;
    a->size = -1;
    if (!private(s))
        buf__anchor(s);
    if (r >= 0)
        a->used = a->first = 0;
    if (threads)
        LIBC(pthread_setcancelstate)(state, NULL);
    return r < 0 ? (int)r : 0;
}

/* Everything that was taken arrives. 0, or -errno: what did not is kept. */
static int arrive(struct stream *s) {
    struct async *a = of(s);
    while (!a->reading && a->used > 0) {
        if (any(a, FAILED) || !can_send(s))
            return write_again(s);
        send_ready(s);
        collect(s, a->flights > 0);
    }
    return 0;
}

/* What was read ahead is forgotten. */
static void forget_reads(struct stream *s) {
    struct async *a = of(s);
    if (!a->reading)
        return;
    while (a->flights > 0)
        collect(s, true);
    a->reading = false;
    a->used = a->first = 0;
}

/* A child of a fork that nobody was told of (fork(2) itself, _Fork) finds out here. */
static void meet_fork(struct stream *s) {
    struct async *a = of(s);
    if (a->ring && buf__ring_inherited(a->ring))
        buf__async_inherited(s);
}

/* Nothing is held and nothing on its way. 0 or -errno. In a handler of signals that met the stream in the middle of a
   change nothing is done. */
static int settle(struct stream *s) {
    struct async *a = of(s);
    meet_fork(s);
    if (a->used == 0 || a->busy)
        return 0;
    a->busy = true;
    forget_reads(s);
    int r = arrive(s);
    a->busy = false;
    return r;
}

/* What the kernel says of the file's size; a device has one that writes never change. */
static void learn_size(struct stream *s) {
    struct async *a = of(s);
    struct stat st;
    if (a->size < 0 && buf__sys_stat(s->file._fileno, &st) == 0)
        a->size = S_ISBLK(st.st_mode) ? INT64_MAX : st.st_size;
}

/* Room for bytes at `at`: behind what waits in the last slot, or a slot of their own. NULL without memory, or with an
   error in *error. */
static struct slot *room_at(struct stream *s, off64_t at, int *error) {
    struct async *a = of(s);
    struct slot *last = a->used > 0 ? slot(a, a->used - 1) : NULL;
    *error = 0;
    if (last && last->state == READY && end_of(last) == at && last->size < a->room)
        return last;
    while (a->used == a->slots) {
        send_ready(s);
        collect(s, a->flights > 0);
        if (any(a, FAILED) || a->refused)
            if ((*error = write_again(s)) < 0)
                return NULL;
    }
    struct slot *e = slot(a, a->used);
    if (!give_memory(a, e))
        return NULL;
    a->used++;
    e->at = at;
    e->size = 0;
    e->state = READY;
    return e;
}

/* Takes whole blocks of the pieces; how many bytes, or -errno. 0: without memory. */
static ssize_t take(struct stream *s, const struct iovec *v, int n, off64_t at, size_t total) {
    struct async *a = of(s);
    int error;
    learn_size(s);
    struct slot *e = room_at(s, at, &error);
    if (!e)
        return error;
    size_t wanted = (total < LONGEST ? total : LONGEST) & ~(a->block - 1);
    size_t room = a->room - e->size;
    size_t done = buf__direct_gather(e->bytes + e->size, wanted < room ? wanted : room, v, n);
    e->size += done;
    send_ready(s);
    return (ssize_t)done;
}

/* Whether transfers at the stream's offset may be requests. */
static bool usable(struct stream *s) {
    if (!s->adrift && s->offset >= 0) /* since libc's own functions moved the descriptor */
        buf__drift(s, s->offset);
    return s->adrift && !of(s)->refused && can_send(s);
}

static ssize_t write_whole(struct stream *s, const struct iovec *v, int n, size_t total) {
    struct async *a = of(s);
    a->busy = true;
    collect(s, false);
    ssize_t r = any(a, FAILED) ? write_again(s) : 0;
    if (r == 0)
        r = take(s, v, n, s->offset, total);
    a->busy = false;
    return buf__plain_arrive(s, s->offset, r);
}

static ssize_t async_write(struct stream *s, const struct iovec *v, int n) {
    struct async *a = of(s);
    size_t total = v[0].iov_len + (n > 1 ? v[1].iov_len : 0);
    buf__plain_cancel_point(s);
    meet_fork(s);
    a->row = 0;
    if (a->reading)
        settle(s);
    if (total >= a->block && !((size_t)s->offset & (a->block - 1)) && usable(s)) {
        ssize_t r = write_whole(s, v, n, total);
        if (r != 0)
            return r;
    }
    int r = settle(s);
    a->size = -1;
    return r < 0 ? r : a->below->write(s, v, n);
}

/* One more slot behind what is read ahead, within the file as it was. */
static bool read_on(struct stream *s) {
    struct async *a = of(s);
    struct slot *e = slot(a, a->used);
    off64_t at = a->used > 0 ? slot(a, a->used - 1)->at + (off64_t)a->room : a->next & -(off64_t)a->block;
    if (a->used == a->depth || at + (off64_t)a->block > a->size || !give_memory(a, e))
        return false;
    e->at = at;
    e->size = a->room;
    a->used++;
    if (can_send(s) && send(s, a->used - 1, 1))
        return true;
    a->used--;
    return false;
}

/* The program reads on where it was: what comes next is on its way before it asks. */
static void begin_reads(struct stream *s) {
    struct async *a = of(s);
    a->size = -1;
    learn_size(s);
    if (a->next + (off64_t)a->room > a->size)
        return;
    a->reading = true;
    while (read_on(s))
        ;
    a->reading = a->used > 0;
}

/* From what was read ahead; 0: the byte is not there. */
static ssize_t read_ready(struct stream *s, void *p, size_t n) {
    struct async *a = of(s);
    struct slot *e = slot(a, 0);
    if (s->offset < e->at || s->offset >= e->at + (off64_t)a->room)
        return 0;
    while (e->state == FLYING)
        collect(s, true);
    size_t behind = (size_t)(s->offset - e->at);
    if (e->state == FAILED || e->size <= behind)
        return 0;
    size_t there = e->size - behind, take = n < there ? n : there;
    memcpy(p, e->bytes + behind, take);
    if (behind + take == a->room) {
        a->first = (a->first + 1) % a->slots;
        a->used--;
        if (a->used > 0)
            read_on(s);
        a->reading = a->used > 0;
    }
    return (ssize_t)take;
}

static ssize_t async_read(struct stream *s, void *p, size_t n) {
    struct async *a = of(s);
    buf__plain_cancel_point(s);
    meet_fork(s);
    off64_t at = s->offset;
    bool reads_on = at == a->next && a->row > 0;
    ssize_t r = a->reading ? 0 : settle(s);
    if (r < 0)
        return r;
    if ((a->reading || reads_on) && usable(s)) {
        a->busy = true;
        if (!a->reading)
            begin_reads(s);
        if (a->reading)
            r = buf__plain_arrive(s, at, read_ready(s, p, n));
        a->busy = false;
    }
    if (r == 0) {
        settle(s); /* forgets, and so cannot fail */
        r = a->below->read(s, p, n);
        a->row = at == a->next ? a->row + 1 : 0;
    }
    a->next = at + (r > 0 ? r : 0);
    return r;
}

static off64_t async_seek(struct stream *s, off64_t offset, int whence) {
    int r = whence == SEEK_END ? settle(s) : 0; /* the end is where the last byte arrives */
    return r < 0 ? r : of(s)->below->seek(s, offset, whence);
}

static int async_drain(struct stream *s) {
    if (of(s)->busy)
        return 0;
    int r = settle(s), below = of(s)->below->drain(s);
    of(s)->size = -1; /* who waited for this may change the file */
    return r < 0 ? r : below;
}

static int async_close(struct stream *s) {
    struct async *a = of(s);
    int r;
    do
        r = settle(s);
    while (r == -EINTR); /* the last chance of these bytes */
    s->backend = a->below;
    s->policy->async = NULL;
    buf__async_free(a);
    int closed = s->backend->close(s);
    return closed < 0 ? closed : r;
}

static const struct backend async_backend = {
    .read = async_read, .write = async_write, .seek = async_seek, .close = async_close, .drain = async_drain};

/* Handlers run in the order opposite to that of their registration: the program's later ones may still put. */
static void register_quick_exit(void) {
    static bool done;
    int (*at_quick_exit)(void (*)(void), void *) =
        buf__libc_symbol("__cxa_at_quick_exit"); /* what the header's calls */
    if (!done && at_quick_exit)
        at_quick_exit(buf__async_land, NULL);
    done = true;
}

void buf__async_begin(struct stream *s) {
    if (!is_given(s, OPTION_async))
        return;
    if (!s->policy->direct) {
        buf__policy_fell_back(s, OPTION_async, NULL, "its transfers are not direct");
        return;
    }
    struct async *a = calloc(1, sizeof *a);
    if (!a) {
        buf__policy_fell_back(s, OPTION_async, NULL, "there is no memory for it");
        return;
    }
    a->below = s->backend;
    a->depth = (unsigned)s->policy->settings.number[OPTION_async];
    a->slots = a->depth + 1;
    a->ahead = is_given(s, OPTION_ahead);
    a->block = s->policy->direct->block;
    a->room = s->wanted > a->block ? (s->wanted + a->block - 1) & ~(a->block - 1) : DIRECT_MOST;
    a->size = -1;
    s->policy->async = a;
    s->backend = &async_backend;
    home = buf__sys_process();
    if (__atomic_fetch_add(&live, 1, __ATOMIC_RELAXED) == 0)
        register_quick_exit();
}

void buf__async_inherited(struct stream *s) {
    struct async *a = s->policy ? s->policy->async : NULL;
    if (!a)
        return;
    if (a->ring)
        buf__ring_free(a->ring);
    a->ring = NULL;
    a->refused = true;
    a->reading = a->busy = false;
    a->used = a->first = a->flights = 0;
}

void buf__async_free(struct async *a) {
    if (!a)
        return;
    for (uint32_t place; a->flights > 0; a->flights--) {
        ssize_t result;
        buf__ring_wait(a->ring);
        buf__ring_next(a->ring, &place, &result);
    }
    if (a->ring)
        buf__ring_free(a->ring);
    for (unsigned i = 0; i < a->slots; i++)
        free(a->slot[i].memory);
    free(a);
    __atomic_fetch_sub(&live, 1, __ATOMIC_RELAXED);
}

/* Whoever has the stream may be putting into it at this moment, and is not waited for long. */
static void land(struct stream *s) {
    bool locked = false;
    for (int tries = 0; s->backend == &async_backend && !locked && tries < LAND_TRIES; tries++)
        if (!(locked = trylock_stream(s)))
            buf__sys_sleep(LAND_NS);
    if (!locked)
        return;
    if (s->backend == &async_backend)
        settle(s);
    unlock_stream(s);
}

/* Not in a child of vfork, whose memory is its parent's. */
void buf__async_land(void) {
    if (__atomic_load_n(&live, __ATOMIC_RELAXED) > 0 && home == buf__sys_process())
        buf__walk_trying(land);
}
