/* The system calls that the program's stdio calls become, and the accounts in which a thread counts both. */
#include "shim.h"
#include "stdio_thread.h"

#include <sys/syscall.h>

enum { NEAR = 1 << 18 /* bytes of a stack that surely are there */ };

__thread struct stdio_thread stdio_own __attribute__((tls_model("initial-exec")));
bool stdio_on;
bool stdio_program_is_over;

void stdio_start(void) {
    stdio_on = shared && !shared_has(SHARED_NO_STDIO);
}

/* An account of the image that an ended thread has left, or a new one. */
static struct stdio_account *account_for(uint32_t number) {
    for (unsigned i = 0; i < STDIO_ACCOUNTS; i++) {
        uint32_t idle = 0;
        if (atomic_load_explicit(&shared->account_images[i], memory_order_relaxed) == number &&
            atomic_compare_exchange_strong(&shared->account_busy[i], &idle, 1))
            return &shared->stdio_accounts[i];
    }
    for (unsigned i = 0; i < STDIO_ACCOUNTS; i++) {
        uint32_t nobody = 0;
        if (atomic_load_explicit(&shared->account_images[i], memory_order_relaxed) != 0 ||
            !atomic_compare_exchange_strong(&shared->account_images[i], &nobody, number))
            continue;
        uint32_t idle = 0;
        if (atomic_compare_exchange_strong(&shared->account_busy[i], &idle,
                                           1)) /* else another thread saw it */
            return &shared->stdio_accounts[i];
    }
    return NULL;
}

void stdio_take_account(struct stdio_thread *thread) {
    if (thread->taking) /* a signal handler came between: it counts where others do */
        return;
    thread->taking = true;
    thread->latest.stream = NULL;
    for (unsigned i = 0; i < CACHED_FILES; i++)
        thread->files[i].record = NULL;
    /* Without dispatch nobody sees a fork. */
    bool rest = image == &shared->images[0] || atomic_load(&image->flags) & IMAGE_SYMBOLS;
    thread->alone = false;
    thread->rows = image->stdio;
    thread->account = rest ? NULL : account_for((uint32_t)(image - shared->images) + 1);
    if (thread->account)
        thread->rows = thread->account->rows;
    thread->alone = thread->account;
    thread->of = image;
    thread->taking = false;
}

void stdio_thread_ends(void) {
    struct stdio_thread *thread = &stdio_own;
    if (!stdio_on || !stdio_has_storage() || thread->of != image || !thread->account)
        return;
    unsigned number = (unsigned)(thread->account - shared->stdio_accounts);
    thread->of = NULL;
    thread->account = NULL;
    atomic_store(&shared->account_busy[number], 0);
}

bool stdio_inside(const struct stdio_thread *thread, uintptr_t pointer) {
    uintptr_t place = thread->place;
    if (!place || pointer >= place)
        return false;
    if (place - pointer > NEAR && !readable(place, sizeof place))
        return false;
    return *(const uintptr_t *)place == thread->back;
}

static enum inside kind_of(int64_t number) {
    switch (number) {
    case SYS_read:
    case SYS_pread64:
    case SYS_readv:
    case SYS_preadv:
    case SYS_preadv2:
        return INSIDE_READ;
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2:
        return INSIDE_WRITE;
    case SYS_lseek:
        return INSIDE_SEEK;
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_sync_file_range:
    case SYS_sync:
    case SYS_syncfs:
        return INSIDE_SYNC;
    default:
        return INSIDE_OTHER;
    }
}

uint32_t stdio_row_at(const struct stdio_thread *thread, uintptr_t pointer) {
    if (stdio_inside(thread, pointer))
        return thread->row;
    return stdio_program_is_over ? ROW_exit : STDIO_ROWS;
}

void stdio_called(const struct call *call) {
    struct stdio_thread *thread = &stdio_own;
    if (!stdio_on || !stdio_has_storage())
        return;
    uint32_t row = thread->caller;
    if (row == STDIO_ROWS || !thread->rows)
        return;
    enum inside kind = kind_of(call->number);
    struct stdio_count *count = &thread->rows[row];
    if (row == ROW_exit) {
        if (kind == INSIDE_OTHER)
            return; /* not of a flush */
        if (!atomic_load_explicit(&count->calls, memory_order_relaxed))
            add(&count->calls, 1, thread->alone);
    }
    add(&count->inside[kind], 1, thread->alone);
    if (kind <= INSIDE_WRITE && call->result > 0) {
        add(&count->inside_bytes, (uint64_t)call->result, thread->alone);
        if (kind == INSIDE_READ)
            thread->inside_read += (uint64_t)call->result;
    }
    if (shared_has(SHARED_TIMED)) {
        uint64_t now = row_has_descriptor(call->row) ? thread->now : ticks(); /* file_called was not asked */
        uint64_t took = now - call->started, clock = shared->clock_cost;
        add(&count->inside_ticks, took > clock ? took - clock : 0, thread->alone);
    }
}

/* What is called from here on is libc's flush at the end, and destructors of libraries behind us. */
__attribute__((destructor)) static void program_ends(void) {
    stdio_program_is_over = true;
}
