/* See ring.h. */

#include "ring.h"
#include "sys_ring.h"
#include <linux/io_uring.h>

enum { LOOK_NS = 50000 };

struct ring {
    int thread;                /* who made it */
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

struct ring *buf__ring_make(unsigned requests) {
    struct io_uring_params p = {0};
    struct ring *r = calloc(1, sizeof *r);
    int fd = r ? buf__sys_ring_setup(requests, &p) : -ENOMEM;
    if (fd < 0) {
        free(r);
        return NULL;
    }
    r->thread = buf__sys_thread();
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
    return buf__sys_thread() == r->thread;
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
    unmap(r);
    free(r);
}
