/* What follows a system call, run by the gates before they return to the program: errors and bytes, and what
   trap left to be done once the result is known. */
#include "shim.h"

#include <sys/syscall.h>

/* A child killed by SIGKILL may have been taken out of a call that never returned: bufcount must know. */
static void after_wait(const struct call *call) {
    uint64_t status = call->arguments[1] ? call->arguments[1] : (uint64_t)&call->room[0];
    if (call->result > 0 && (*(const uint32_t *)status & 0x7f) == SIGKILL)
        image_killed((uint32_t)call->result);
}

void after_hooks(struct call *call) {
    if (shared_has(SHARED_NO_STDIO))
        return;
    file_called(call);
    stdio_called(call);
}

/* A patched call is told of: the gate has counted it already. */
void told_patched(struct call *call) {
    const struct patch *patch = (const struct patch *)call->rcx;
    call->number = patch->number;
    call->row = row_of(call->number);
    after_hooks(call);
}

/* The same, but the account has gone since the gate counted it: a handler let another task into this thread's
   storage. */
void settle_patched(struct call *call) {
    const struct patch *patch = (const struct patch *)call->rcx;
    call->number = patch->number;
    call->row = row_of(call->number);
    count_result(call->row, call->result);
    after_hooks(call);
}

void after_patched(struct call *call) {
    if (shared_has(SHARED_TIMED))
        count_ticks(call);
    count_result(call->row, call->result);
    count_end();
    after_hooks(call);
}

void after_call(struct call *call) {
    if (shared_has(SHARED_TIMED) && call->row != I386_CALLS)
        count_ticks(call);
    count_result(call->row, call->result);
    count_end();
    if (call->row == I386_CALLS)
        return;
    after_hooks(call);
    patch_repair_return(call);
    switch (call->number) {
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
