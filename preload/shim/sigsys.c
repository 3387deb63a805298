/* A SIGSYS that dispatch did not raise: sent by someone, or by a seccomp filter. It does what the program
   asked for with sigaction, as the kernel would. */
#include "shim.h"

#include <sys/syscall.h>

enum { CODE_SECCOMP = 1, PERMISSION = -1, MASK_SIZE = 8, RAW_CALL_SIZE = 32 };

static void send_to_self(void) {
    RAW(SYS_tgkill, RAW(SYS_getpid), RAW(SYS_gettid), SIGSYS);
}

void raise_pending_sigsys(void) {
    struct thread *thread = thread_now();
    if (!thread->pending || thread->blocked)
        return;
    thread->pending = false;
    send_to_self();
}

/* Gives the signal back to the kernel, which ends the process by it as soon as we return. */
static void end_by_sigsys(ucontext_t *program) {
    struct kernel_action none = {.handler = (uintptr_t)SIG_DFL};
    RAW(SYS_rt_sigaction, SIGSYS, &none, 0, MASK_SIZE);
    *(uint64_t *)&program->uc_sigmask &= ~SIGSYS_BIT;
    send_to_self();
}

static void run_handler(int number, siginfo_t *info, ucontext_t *program) {
    struct kernel_action action = view.action;
    struct thread *thread = thread_now();
    uint64_t *mask = (uint64_t *)&program->uc_sigmask;
    uint64_t inside = (*mask | action.mask) & ~SIGSYS_BIT;
    if (action.flags & SA_RESETHAND)
        view.action.handler = (uintptr_t)SIG_DFL;
    thread->blocked = !(action.flags & SA_NODEFER) || action.mask & SIGSYS_BIT;
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &inside, 0, MASK_SIZE);
    ((void (*)(int, siginfo_t *, void *))action.handler)(number, info, program);
    count_sigreturn(program);
    thread = thread_now();
    thread->blocked = *mask & SIGSYS_BIT;
    *mask &= ~SIGSYS_BIT;
    raise_pending_sigsys();
}

void own_sigsys(int number, siginfo_t *info, ucontext_t *program) {
    bool by_filter = info->si_code == CODE_SECCOMP;
    uintptr_t distance = (uintptr_t)info->si_call_addr - (uintptr_t)raw_call;
    if (by_filter && distance < RAW_CALL_SIZE) { /* a call of the shim's own is refused */
        program->uc_mcontext.gregs[REG_RAX] = PERMISSION;
        return;
    }
    struct thread *thread = thread_now();
    if (thread->blocked && !by_filter) {
        thread->pending = true;
    } else if (view.action.handler == (uintptr_t)SIG_IGN && !by_filter) {
        return;
    } else if (thread->blocked || view.action.handler <= (uintptr_t)SIG_IGN) {
        end_by_sigsys(program);
    } else {
        run_handler(number, info, program);
    }
}
