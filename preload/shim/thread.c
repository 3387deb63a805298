/* What belongs to the calling thread, in thread-local storage of the static kind. A thread that the program
   made without libc may have no such storage behind its %fs: then all such threads share one spare, and only
   SIGSYS's place in their masks may be shown wrongly. */
#include "shim.h"

#include <sys/mman.h>
#include <sys/syscall.h>

static __thread struct thread own __attribute__((tls_model("initial-exec")));
static struct thread spare = {.cell = UNTRACKED};

struct thread *thread_now(void) {
    uintptr_t first, self; /* libc's thread block holds its own address at 0 and at 16 */
    asm volatile("mov %%fs:0, %0\n\tmov %%fs:16, %1" : "=r"(first), "=r"(self));
    return first == self && first ? &own : &spare;
}

void thread_cell_take(void) {
    struct thread *thread = thread_now();
    if (thread == &spare)
        return;
    thread->cell = UNTRACKED;
    for (unsigned word = 0; word < 2; word++) {
        uint64_t used = atomic_load(&image->cells_used[word]);
        while (~used) {
            unsigned bit = (unsigned)__builtin_ctzll(~used);
            if (atomic_compare_exchange_weak(&image->cells_used[word], &used, used | UINT64_C(1) << bit)) {
                thread->cell = (uint16_t)(word * 64 + bit);
                return;
            }
        }
    }
}

void thread_cell_drop(void) {
    struct thread *thread = thread_now();
    if (thread->cell >= UNTRACKED)
        return;
    atomic_store(&image->present_call[thread->cell], 0);
    atomic_fetch_and(&image->cells_used[thread->cell / 64], ~(UINT64_C(1) << thread->cell % 64));
    thread->cell = UNTRACKED;
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
