/* See ring.h. */

#include "ring.h"
#include "sys_ring.h"
#include <linux/io_uring.h>

enum { LOOK_NS = 50000, ORPHANS = 64 };

/* A thread of one process. Thread identifiers are used again, and so are those of processes; a fork's child has its
   parent's numbers, but finds the page of `generation` wiped. */
struct maker {
    uint64_t thread, generation;
};

struct ring {
    struct maker maker;        /* whose it is */
    int number;                /* of the ring among that thread's registered ones */
    unsigned *sent, sent_mask; /* the queue of requests: its end, which we move */
    unsigned *order;           /* and its content: places among the entries */
    struct io_uring_sqe *entries;
    unsigned *taken, *ended, ended_mask; /* the queue of completions: its start, which we move, and its end */
    struct io_uring_cqe *completions;
    char *queues; /* what is mapped */
    size_t queues_size, entries_size;
};

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static bool map_queues(struct ring *r, int fd, const struct io_uring_params *p) {
    r->queues_size = larger(p->sq_off.array + p->sq_entries * sizeof *r->order,
                            p->cq_off.cqes + p->cq_entries * sizeof *r->completions);
    r->entries_size = p->sq_entries * sizeof *r->entries;
    if (!(p->features & IORING_FEAT_SINGLE_MMAP))
        return false;
    r->queues = buf__sys_map(fd, IORING_OFF_SQ_RING, r->queues_size);
    r->entries = r->queues ? buf__sys_map(fd, IORING_OFF_SQES, r->entries_size) : NULL;
    if (!r->entries)
        return false;
    r->sent = (unsigned *)(r->queues + p->sq_off.tail);
    r->sent_mask = p->sq_entries - 1;
    r->order = (unsigned *)(r->queues + p->sq_off.array);
    r->taken = (unsigned *)(r->queues + p->cq_off.head);
    r->ended = (unsigned *)(r->queues + p->cq_off.tail);
    r->ended_mask = p->cq_entries - 1;
    r->completions = (struct io_uring_cqe *)(r->queues + p->cq_off.cqes);
    return true;
}

static void unmap(struct ring *r) {
    if (r->entries)
        buf__sys_unmap(r->entries, r->entries_size);
    if (r->queues)
        buf__sys_unmap(r->queues, r->queues_size);
}

static uint64_t *generation; /* NULL before the first ring */

/* The calling thread. The first ring has been asked for. */
static struct maker present(void) {
    static __thread uint64_t own __attribute__((tls_model("initial-exec")));
    static uint64_t threads, generations = 1;
    if (!own)
        own = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
    if (*generation == 0) /* seen by the only thread that a fork leaves */
        *generation = ++generations;
    return (struct maker){own, *generation};
}

static bool have_generation(void) {
    uint64_t *page = __atomic_load_n(&generation, __ATOMIC_ACQUIRE), *none = NULL;
    if (page)
        return true;
    page = buf__sys_wiped_page();
    if (!page)
        return false;
    *page = 1;
    if (!__atomic_compare_exchange_n(&generation, &none, page, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        buf__sys_unmap(page, sizeof *page);
    return true;
}

static bool is_present(struct maker m) {
    struct maker now = present();
    return m.thread == now.thread && m.generation == now.generation;
}

/* Rings whose streams another thread closed: the kernel lets a thread have a few only, and only itself drops them. */
static struct {
    struct maker maker;
    int number;
} orphans[ORPHANS];
static unsigned orphaned; /* ever; a later one takes the place of the oldest */
static int orphans_word;  /* 1: somebody is at them */

static void enter_orphans(void) {
    while (__atomic_exchange_n(&orphans_word, 1, __ATOMIC_ACQUIRE))
        buf__sys_yield();
}

static void leave_orphans(void) {
    __atomic_store_n(&orphans_word, 0, __ATOMIC_RELEASE);
}

static void leave_orphan(const struct ring *r) {
    enter_orphans();
    orphans[orphaned % ORPHANS].maker = r->maker;
    orphans[orphaned++ % ORPHANS].number = r->number;
    leave_orphans();
}

static void drop_orphans(void) {
    enter_orphans();
    for (unsigned i = 0; i < ORPHANS; i++)
        if (orphans[i].maker.thread && is_present(orphans[i].maker)) {
            buf__sys_ring_drop(orphans[i].number);
            orphans[i].maker.thread = 0;
        }
    leave_orphans();
}

struct ring *buf__ring_make(unsigned requests) {
    struct io_uring_params p = {0};
    if (!have_generation())
        return NULL;
    drop_orphans();
    struct ring *r = calloc(1, sizeof *r);
    int fd = r ? buf__sys_ring_setup(requests, &p) : -ENOMEM;
    if (fd < 0) {
        free(r);
        return NULL;
    }
    r->maker = present();
    r->number = buf__sys_ring_keep(fd);
    bool made = r->number >= 0 && map_queues(r, fd, &p);
    if (!made && r->number >= 0)
        buf__sys_ring_drop(r->number);
    buf__sys_close(fd);
    if (made)
        return r;
    unmap(r);
    free(r);
    return NULL;
}

bool buf__ring_mine(const struct ring *r) {
    return is_present(r->maker);
}

bool buf__ring_inherited(const struct ring *r) {
    return r->maker.generation != present().generation;
}

int buf__ring_send(struct ring *r, const struct request *request) {
    unsigned at = *r->sent, place = at & r->sent_mask;
    r->entries[place] = (struct io_uring_sqe){
        .opcode = request->writes ? IORING_OP_WRITEV : IORING_OP_READV,
        .fd = request->fd,
        .off = (uint64_t)request->at,
        .addr = (uintptr_t)request->pieces,
        .len = request->count,
        .rw_flags = request->flags,
        .user_data = request->number,
    };
    r->order[place] = place;
    __atomic_store_n(r->sent, at + 1, __ATOMIC_RELEASE);
    int sent;
    do
        sent = buf__sys_ring_enter(r->number, 1, 0);
    while (sent == -EINTR);
    if (sent == 1)
        return 0;
    __atomic_store_n(r->sent, at, __ATOMIC_RELEASE);
    return sent < 0 ? sent : -EAGAIN;
}

bool buf__ring_next(struct ring *r, uint32_t *number, ssize_t *result) {
    unsigned at = *r->taken;
    if (at == __atomic_load_n(r->ended, __ATOMIC_ACQUIRE))
        return false;
    const struct io_uring_cqe *completion = &r->completions[at & r->ended_mask];
    *number = (uint32_t)completion->user_data;
    *result = completion->res;
    __atomic_store_n(r->taken, at + 1, __ATOMIC_RELEASE);
    return true;
}

void buf__ring_wait(struct ring *r) {
    bool mine = buf__ring_mine(r);
    while (*r->taken == __atomic_load_n(r->ended, __ATOMIC_ACQUIRE)) {
        int error = mine ? buf__sys_ring_enter(r->number, 0, 1) : -EBADF;
        if (error < 0 && error != -EINTR) {
            mine = false; /* but what is on its way ends all the same */
            buf__sys_sleep(LOOK_NS);
        }
    }
}

void buf__ring_free(struct ring *r) {
    if (buf__ring_mine(r))
        buf__sys_ring_drop(r->number);
    else if (!buf__ring_inherited(r))
        leave_orphan(r);
    unmap(r);
    free(r);
}
