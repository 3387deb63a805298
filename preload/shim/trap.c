/* The SIGSYS handler: one run of it for each system call of the program. It counts, rewrites the arguments
   that speak of SIGSYS or of the environment, and sends the thread through a gate. All signals but the
   synchronous ones are blocked while it runs, so nothing of the program comes between. */
#include "shim.h"
#include "stdio_thread.h"

#include <linux/audit.h>
#include <linux/sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* From the kernel's asm-generic/siginfo.h and linux/prctl.h, newer than libc's headers. */
enum { CODE_USER_DISPATCH = 2, PRCTL_USER_DISPATCH = 59, DISPATCH_ON = 1 };
enum { INVALID = -22, CALL_EPOLL_PWAIT2 = 441, CALL_IO_PGETEVENTS = 333, CALL_IO_URING_ENTER = 426 };

int64_t arm(void) {
    return RAW(SYS_prctl, PRCTL_USER_DISPATCH, DISPATCH_ON, range_start, range_end - range_start, 0);
}

/* Whether the kernel put the signal's frame on the alternate stack while the program runs on another. */
static bool frame_is_apart(const ucontext_t *program) {
    uintptr_t low = (uintptr_t)program->uc_stack.ss_sp, size = program->uc_stack.ss_size;
    uintptr_t stack_pointer = (uintptr_t)program->uc_mcontext.gregs[REG_RSP];
    return size && (uintptr_t)program - low < size && stack_pointer - low > size;
}

/* Ends the call here: RESULT is what the program gets, and the registers are as after a system call. */
static void finish(greg_t *registers, int64_t result) {
    registers[REG_RAX] = result;
    registers[REG_RCX] = registers[REG_RIP];
    registers[REG_R11] = registers[REG_EFL];
}

static void leave_through(greg_t *registers, const char *gate, const void *record) {
    registers[REG_RIP] = (greg_t)gate;
    registers[REG_RSP] = (greg_t)record;
}

static void fill(struct call *call, const greg_t *registers, int64_t number) {
    call->number = number;
    call->arguments[0] = (uint64_t)registers[REG_RDI];
    call->arguments[1] = (uint64_t)registers[REG_RSI];
    call->arguments[2] = (uint64_t)registers[REG_RDX];
    call->arguments[3] = (uint64_t)registers[REG_R10];
    call->arguments[4] = (uint64_t)registers[REG_R8];
    call->arguments[5] = (uint64_t)registers[REG_R9];
    call->stack_pointer = (uintptr_t)registers[REG_RSP];
    call->site = (uintptr_t)registers[REG_RIP];
}

/* A signal's frame that takes the thread back into a gate, at or before the instruction that makes the call: the
   handler has made other calls, so it is told again which call the thread is in. Where the kernel restarts the call
   it goes on at the instruction, which has left its own end in rcx: that is one more call, the first one having
   failed. */
static void back_into_call(const greg_t *registers) {
    const char *next = (const char *)registers[REG_RIP];
    bool again = registers[REG_RCX] == registers[REG_RIP] + 2;
    uintptr_t offset;
    const struct patch *patch = patch_of_gate((uintptr_t)next, &offset);
    uint64_t row;
    if (patch) {
        if (offset < (uintptr_t)(patch_gate_counted - patch_gates) ||
            offset > (uintptr_t)(patch_gate_syscall - patch_gates))
            return;
        again = again && offset == (uintptr_t)(patch_gate_syscall - patch_gates);
        row = row_of(patch->number);
    } else if (next == gate_call_syscall || next == gate_timed_syscall || next == gate_patched_syscall ||
               next == gate_tail_syscall) {
        row = ((const struct call *)registers[REG_RSP])->row;
    } else {
        return;
    }
    if (again)
        count_restart(row);
    else
        count_present(row);
}

/* What it puts back into rax looks like its result, to strace too. */
void count_sigreturn(const ucontext_t *frame) {
    count_begin(SYS_rt_sigreturn);
    count_result(SYS_rt_sigreturn, frame->uc_mcontext.gregs[REG_RAX]);
    count_end();
}

/* rt_sigreturn: the frame that it takes the program back to lies at the stack pointer. */
static void before_sigreturn(uintptr_t stack_pointer) {
    ucontext_t *frame = (ucontext_t *)stack_pointer;
    greg_t *registers = frame->uc_mcontext.gregs;
    uint64_t *mask = (uint64_t *)&frame->uc_sigmask;
    if (*mask & SIGSYS_BIT) {
        *mask &= ~SIGSYS_BIT;
        thread_now()->blocked = true;
    }
    patch_repair_frame(registers);
    back_into_call(registers);
}

/* What some calls need before they are made. Returns false when the call must not be made: call->result is
 * set. */
static bool prepare(struct call *call, greg_t *registers) {
    switch (call->number) {
    case SYS_rt_sigprocmask:
        before_sigprocmask(call, registers);
        return true;
    case SYS_rt_sigaction:
        return !before_sigaction(call, registers);
    case SYS_rt_sigsuspend:
        strip_mask(call, &registers[REG_RDI], call->arguments[1]);
        return true;
    case SYS_rt_sigtimedwait:
        strip_mask(call, &registers[REG_RDI], call->arguments[3]);
        return true;
    case SYS_signalfd:
    case SYS_signalfd4:
        strip_mask(call, &registers[REG_RSI], call->arguments[2]);
        return true;
    case SYS_ppoll:
        strip_mask(call, &registers[REG_R10], call->arguments[4]);
        return true;
    case SYS_epoll_pwait:
    case CALL_EPOLL_PWAIT2:
        strip_mask(call, &registers[REG_R8], call->arguments[5]);
        return true;
    case SYS_pselect6:
    case CALL_IO_PGETEVENTS:
        strip_mask_pair(call, &registers[REG_R9]);
        return true;
    case CALL_IO_URING_ENTER:
        strip_uring_mask(call, &registers[REG_R8]);
        return true;
    case SYS_wait4:
        if (!call->arguments[1]) /* after_wait wants to know the status */
            registers[REG_RSI] = (greg_t)&call->room[0];
        return true;
    case SYS_execve:
    case SYS_execveat:
        before_exec(call, registers);
        return true;
    case SYS_exit_group:
        image_ends(image, IMAGE_EXITING);
        return true;
    case SYS_exit:
        stdio_thread_ends();
        thread_scratch_free();
        thread_account_drop();
        return true;
    case SYS_unshare:
        if (call->arguments[0] & CLONE_NEWPID)
            shared_flag(SHARED_PID_NAMESPACE);
        return true;
    case SYS_setns:
        shared_flag(SHARED_PID_NAMESPACE);
        return true;
    case SYS_seccomp:
        patch_stop_for_filter();
        return true;
    case SYS_prctl:
        if (call->arguments[0] == PR_SET_SECCOMP)
            patch_stop_for_filter();
        if (call->arguments[0] != PRCTL_USER_DISPATCH)
            return true;
        call->result = 0;         /* of switching off what is not on */
        if (call->arguments[1]) { /* there is one dispatch a thread, and it is ours */
            shared_flag(SHARED_NESTED_DISPATCH);
            call->result = INVALID;
        }
        return false;
    default:
        return true;
    }
}

static bool creates(int64_t number) {
    return number == SYS_clone || number == SYS_clone3 || number == SYS_fork || number == SYS_vfork;
}

/* Everything that prepare, after_call and trap treat in a way of its own. */
bool needs_trap(int64_t number) {
    static const uint16_t special[] = {
        SYS_rt_sigprocmask, SYS_rt_sigaction,  SYS_rt_sigsuspend,  SYS_rt_sigtimedwait, SYS_rt_sigpending,
        SYS_rt_sigreturn,   SYS_signalfd,      SYS_signalfd4,      SYS_ppoll,           SYS_pselect6,
        SYS_epoll_pwait,    CALL_EPOLL_PWAIT2, CALL_IO_PGETEVENTS, CALL_IO_URING_ENTER, SYS_execve,
        SYS_execveat,       SYS_exit,          SYS_exit_group,     SYS_unshare,         SYS_setns,
        SYS_prctl,          SYS_seccomp,       SYS_wait4,
    };
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++)
        if (number == special[i])
            return true;
    return creates(number) || row_of(number) == OTHER_CALLS;
}

void trap(int number, siginfo_t *info, ucontext_t *program, void *record) {
    greg_t *registers = program->uc_mcontext.gregs;
    if (info->si_code != CODE_USER_DISPATCH) {
        own_sigsys(number, info, program);
        return;
    }
    if (info->si_arch == AUDIT_ARCH_X86_64 && info->si_syscall == SYS_rt_sigreturn) {
        count_sigreturn((const ucontext_t *)registers[REG_RSP]);
        before_sigreturn((uintptr_t)registers[REG_RSP]);
        registers[REG_RIP] = (greg_t)gate_sigreturn;
        return;
    }
    if (frame_is_apart(program))
        record = (void *)(registers[REG_RSP] - RED_ZONE - RECORD_SIZE);
    struct creation *creation = record;
    bool makes_child = info->si_arch == AUDIT_ARCH_X86_64 && creates(info->si_syscall);
    struct call *call = makes_child ? &creation->call : record;
    fill(call, registers, info->si_syscall);
    if (info->si_arch != AUDIT_ARCH_X86_64) {
        call->row = I386_CALLS;
        count_begin(I386_CALLS);
        leave_through(registers, gate_i386, call);
        return;
    }
    call->row = row_of(call->number);
    count_begin(call->row);
    if (makes_child) {
        const char *gate = before_creation(creation, program);
        if (!gate)
            finish(registers, call->result);
        else if (gate == gate_create)
            leave_through(registers, gate, creation);
        else
            registers[REG_RIP] = (greg_t)gate;
        return;
    }
    if (!needs_trap(call->number))
        patch_consider(call);
    if (prepare(call, registers)) {
        leave_through(registers, shared_has(SHARED_TIMED) ? gate_timed : gate_call, call);
    } else {
        count_result(call->row, call->result);
        count_end();
        finish(registers, call->result);
    }
}
