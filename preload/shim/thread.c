/* What belongs to the calling thread, in thread-local storage of the static kind. A thread that the program
   made without libc may have no such storage behind its %fs: then all such threads share one spare, and only
   SIGSYS's place in their masks may be shown wrongly. */
#include "shim.h"

#include <sys/mman.h>
#include <sys/syscall.h>

/* The gates of patched sites know its name. */
__thread struct thread thread_own __attribute__((tls_model("initial-exec"), visibility("hidden")));
static struct thread spare;

/* Where nobody counts stdio calls the thread is inside none: stdio.c's own takes the place of this one. */
__thread uintptr_t stdio_own __attribute__((weak, tls_model("initial-exec"), visibility("hidden")));

struct thread *thread_now(void) {
    uintptr_t first, self; /* libc's thread block holds its own address at 0 and at 16 */
    asm volatile("mov %%fs:0, %0\n\tmov %%fs:16, %1" : "=r"(first), "=r"(self));
    return first == self && first ? &thread_own : &spare;
}

static void set_account(struct thread *thread, struct account *account) {
    thread->account = account;
    thread->fast = shared_has(SHARED_TIMED) ? NULL : account;
}

void thread_account_first(void) {
    struct thread *thread = thread_now();
    if (thread != &spare)
        set_account(thread, image == &shared->images[0] ? NULL : &image->first);
}

/* An account that an earlier thread of the image left, or else a free one. */
void thread_account_take(void) {
    struct thread *thread = thread_now();
    if (thread == &spare || thread->shared || thread->account)
        return;
    uint32_t left = (uint32_t)(image - shared->images) * 2, unused = 0;
    if (!left) /* the image is shared as well */
        return;
    uint32_t used = atomic_load_explicit(&shared->accounts_used, memory_order_relaxed), candidate = ACCOUNTS;
    for (uint32_t i = 0; i < used; i++) {
        uint32_t owner = atomic_load_explicit(&shared->account_owners[i], memory_order_relaxed);
        if (owner == left && atomic_compare_exchange_strong(&shared->account_owners[i], &owner, left + 1)) {
            set_account(thread, &shared->accounts[i]);
            return;
        }
        if (!owner && candidate == ACCOUNTS)
            candidate = i;
    }
    for (uint32_t i = candidate < used ? candidate : used; i < ACCOUNTS; i++, unused = 0) {
        if (!atomic_compare_exchange_strong(&shared->account_owners[i], &unused, left + 1))
            continue;
        while (used < i + 1 && !atomic_compare_exchange_weak(&shared->accounts_used, &used, i + 1))
            ;
        set_account(thread, &shared->accounts[i]);
        return;
    }
}

void thread_account_drop(void) {
    struct thread *thread = thread_now();
    struct account *account = thread->account;
    if (!account)
        return;
    atomic_store_explicit(&account->present, 0, memory_order_relaxed);
    set_account(thread, NULL);
    if (account != &image->first)
        atomic_fetch_and(&shared->account_owners[account - shared->accounts], ~UINT32_C(1));
}

void thread_account_share(void) {
    struct thread *thread = thread_now();
    count_end();
    set_account(thread, NULL);
    thread->shared = true;
}

char *thread_scratch(size_t size) {
    struct thread *thread = thread_now();
    if (thread->scratch && thread->scratch_size >= size)
        return thread->scratch;
    thread_scratch_free();
    size = (size + 0x7fff) & ~(size_t)0x7fff;
    int64_t address = RAW(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address < 0 && address > -4096)
        return NULL;
    thread->scratch = (char *)address;
    thread->scratch_size = size;
    return thread->scratch;
}

void thread_scratch_free(void) {
    struct thread *thread = thread_now();
    if (thread->scratch)
        RAW(SYS_munmap, thread->scratch, thread->scratch_size);
    thread->scratch = NULL;
    thread->scratch_size = 0;
}
