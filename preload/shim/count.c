/* The tables of what the threads counted. Each thread adds to an account of its own, without atomic additions and
   without a cache line that another one writes; one that has none adds atomically to what its image keeps for
   the rest. What gate.c does for patched sites in assembly is the same. */
#include "shim.h"

#include <sys/syscall.h>

enum { LARGEST_ERROR = 4095, KIND_PLAIN = 0, KIND_BYTES = 1 };
enum { CALL_CLOSE_RANGE = 436, CALL_OPENAT2 = 437 };

#define PLAIN KIND_PLAIN
#define READS KIND_BYTES
#define WRITES KIND_BYTES
#define COPIES KIND_BYTES
#define MOVES KIND_BYTES
static const uint8_t kinds[CALL_ROWS] = {
#define CALL(number, name, kind) [number] = kind,
#include "names.h"
#undef CALL
};

static const bool descriptors[CALL_ROWS] = {
    [SYS_read] = true,       [SYS_write] = true,        [SYS_open] = true,
    [SYS_openat] = true,     [SYS_creat] = true,        [CALL_OPENAT2] = true,
    [SYS_close] = true,      [CALL_CLOSE_RANGE] = true, [SYS_lseek] = true,
    [SYS_pread64] = true,    [SYS_pwrite64] = true,     [SYS_readv] = true,
    [SYS_writev] = true,     [SYS_preadv] = true,       [SYS_pwritev] = true,
    [SYS_preadv2] = true,    [SYS_pwritev2] = true,     [SYS_dup] = true,
    [SYS_dup2] = true,       [SYS_dup3] = true,         [SYS_fcntl] = true,
    [SYS_pipe] = true,       [SYS_pipe2] = true,        [SYS_socket] = true,
    [SYS_socketpair] = true, [SYS_accept] = true,       [SYS_accept4] = true,
    [SYS_sendto] = true,     [SYS_recvfrom] = true,     [SYS_sendmsg] = true,
    [SYS_recvmsg] = true,    [SYS_sendfile] = true,     [SYS_splice] = true,
    [SYS_tee] = true,        [SYS_vmsplice] = true,     [SYS_copy_file_range] = true,
    [SYS_fsync] = true,      [SYS_fdatasync] = true,    [SYS_sync_file_range] = true,
    [SYS_ftruncate] = true,  [SYS_fallocate] = true,    [SYS_memfd_create] = true,
};

bool row_has_descriptor(uint64_t row) {
    return descriptors[row];
}

uint32_t row_of(int64_t number) {
    return number >= 0 && number < NAMED_CALLS ? (uint32_t)number : OTHER_CALLS;
}

bool row_has_bytes(uint64_t row) {
    return kinds[row] == KIND_BYTES;
}

/* One instruction, so that a handler of the same thread that counts as well tears nothing. */
static void add_alone(_Atomic uint64_t *to, uint64_t more) {
    asm volatile("addq %1, %0" : "+m"(*to) : "er"(more) : "cc");
}

static void add(struct account *account, _Atomic uint64_t *to, uint64_t more) {
    if (account)
        add_alone(to, more);
    else
        atomic_fetch_add_explicit(to, more, memory_order_relaxed);
}

static struct call_count *entry_of(struct account *account, uint64_t row) {
    return account ? &account->counts[row] : &image->rest[row];
}

void count_begin(uint64_t row) {
    struct account *account = thread_now()->account;
    add(account, &entry_of(account, row)->calls, 1);
    count_present(row);
}

void count_present(uint64_t row) {
    struct account *account = thread_now()->account;
    if (account)
        atomic_store_explicit(&account->present, offsetof(struct account, counts[row]), memory_order_relaxed);
}

void count_end(void) {
    struct account *account = thread_now()->account;
    if (account)
        atomic_store_explicit(&account->present, 0, memory_order_relaxed);
}

void count_result(uint64_t row, int64_t result) {
    struct account *account = thread_now()->account;
    struct call_count *entry = entry_of(account, row);
    if (result < 0 && result >= -LARGEST_ERROR)
        add(account, &entry->errors, 1);
    else if (result > 0 && kinds[row] == KIND_BYTES)
        add(account, &entry->bytes, (uint64_t)result);
}

/* The first attempt has failed. */
void count_restart(uint64_t row) {
    struct account *account = thread_now()->account;
    add(account, &entry_of(account, row)->errors, 1);
    count_begin(row);
}

void count_ticks(const struct call *call) {
    struct account *account = thread_now()->account;
    uint64_t taken = ticks() - call->started, cost = shared->clock_cost;
    taken = taken > cost ? taken - cost : 0;
    add(account, &entry_of(account, call->row)->ticks, taken);
    unsigned bucket = taken ? 64 - (unsigned)__builtin_clzll(taken) : 0;
    if (bucket >= LATENCY_BUCKETS)
        bucket = LATENCY_BUCKETS - 1;
    atomic_fetch_add_explicit(&shared->latency[call->row][bucket], 1, memory_order_relaxed);
}
