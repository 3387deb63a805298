/* What follows a system call, run by the gates before they return to the program: errors and bytes, and what
   trap left to be done once the result is known. */
#include "shim.h"

#include <sys/syscall.h>

enum { LARGEST_ERROR = 4095, KIND_PLAIN = 0, KIND_BYTES = 1 };

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

void count_result(struct image *of, uint64_t row, int64_t result) {
    struct call_count *entry = &of->counts[row];
    if (result < 0 && result >= -LARGEST_ERROR)
        atomic_fetch_add_explicit(&entry->errors, 1, memory_order_relaxed);
    else if (result > 0 && kinds[row] == KIND_BYTES)
        atomic_fetch_add_explicit(&entry->bytes, (uint64_t)result, memory_order_relaxed);
}

/* Without what the clock itself took. */
static void count_time(const struct call *call) {
    uint64_t taken = ticks() - call->started, clock = shared->clock_ticks;
    taken -= clock < taken ? clock : taken;
    uint32_t bucket = taken ? 64 - (uint32_t)__builtin_clzll(taken) : 0;
    bucket = bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
    atomic_fetch_add_explicit(&image->counts[call->row].ticks, taken, memory_order_relaxed);
    atomic_fetch_add_explicit(&shared->latency[call->row][bucket], 1, memory_order_relaxed);
}

/* A child killed by SIGKILL may have been taken out of a call that never returned: bufcount must know. */
static void after_wait(const struct call *call) {
    uint64_t status = call->arguments[1] ? call->arguments[1] : (uint64_t)&call->room[0];
    if (call->result > 0 && (*(const uint32_t *)status & 0x7f) == SIGKILL)
        image_killed((uint32_t)call->result);
}

void after_call(struct call *call) {
    if (shared_has(SHARED_TIMED) && call->row != I386_CALLS)
        count_time(call);
    count_result(image, call->row, call->result);
    atomic_store_explicit(&image->present_call[thread_now()->cell], 0, memory_order_relaxed);
    if (call->row == I386_CALLS)
        return;
    if (!shared_has(SHARED_NO_STDIO)) {
        file_called(call);
        stdio_called(call);
    }
    switch (call->number) {
    case SYS_read:
        patch_repair_return(call);
        break;
    case SYS_rt_sigprocmask:
        after_sigprocmask(call);
        break;
    case SYS_rt_sigaction:
        after_sigaction(call);
        break;
    case SYS_rt_sigpending:
        after_sigpending(call);
        break;
    case SYS_wait4:
        after_wait(call);
        break;
    case SYS_execve:
    case SYS_execveat:
        after_exec(call);
        break;
    }
}
