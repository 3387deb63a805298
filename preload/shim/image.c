/* Finding and giving back this process's place in the shared memory, without locks: a process may be killed
   at any instruction. */
#include "shim.h"

#include <sys/syscall.h>

struct shared *shared;
struct image *image;

struct image *image_new(uint32_t pid, enum image_phase phase) {
    for (unsigned i = 1; i < IMAGES; i++) {
        uint32_t free_pid = 0;
        if (atomic_load_explicit(&shared->pids[i], memory_order_relaxed) != 0 ||
            !atomic_compare_exchange_strong(&shared->pids[i], &free_pid, pid))
            continue;
        struct image *new = &shared->images[i];
        new->order = atomic_fetch_add(&shared->order, 1) + 1;
        new->exe[0] = 0;
        new->before_exec = new->at_start = new->own = (struct proc_io){0};
        atomic_store(&new->flags, 0);
        new->parent = image ? image->order : 0;
        new->began = ticks();
        new->ended = 0;
        atomic_store(&new->phase, phase);
        return new;
    }
    return &shared->images[0];
}

void image_free(struct image *old) {
    if (old == &shared->images[0])
        return;
    atomic_store(&old->phase, 0);
    atomic_store(&shared->pids[old - shared->images], 0);
}

void image_ends(struct image *ending, uint32_t how) {
    ending->ended = ticks();
    atomic_fetch_or(&ending->flags, how);
}

void image_killed(uint32_t pid) {
    for (unsigned i = 1; i < IMAGES; i++)
        if (atomic_load_explicit(&shared->pids[i], memory_order_relaxed) == pid)
            image_ends(&shared->images[i], IMAGE_KILLED);
}

void image_hint(uint32_t pid, struct image *prepared) {
    atomic_store(&shared->hints[pid % HINTS], (uint32_t)(prepared - shared->images));
}

struct image *image_prepared(uint32_t pid) {
    uint32_t i = atomic_load(&shared->hints[pid % HINTS]);
    if (i == 0 || i >= IMAGES || atomic_load(&shared->pids[i]) != pid)
        return NULL;
    uint32_t phase = IMAGE_EXECUTING;
    if (!atomic_compare_exchange_strong(&shared->images[i].phase, &phase, IMAGE_RUNNING))
        return NULL;
    return &shared->images[i];
}

void image_own_read(int64_t result) {
    __atomic_add_fetch(&image->own.syscr, 1, __ATOMIC_RELAXED);
    if (result > 0)
        __atomic_add_fetch(&image->own.rchar, (uint64_t)result, __ATOMIC_RELAXED);
}

void shared_flag(uint32_t flag) {
    if (!shared_has(flag))
        atomic_fetch_or(&shared->flags, flag);
}

bool shared_has(uint32_t flag) {
    return atomic_load_explicit(&shared->flags, memory_order_relaxed) & flag;
}
