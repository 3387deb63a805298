/* SIGSYS kept out of every signal mask the program hands to the kernel, for a system call with SIGSYS blocked
   would kill the process. What the program asked for is remembered, and shown back when it asks. A mask is
   only copied where it names SIGSYS; a bad address is left for the kernel to refuse. */
#include "shim.h"

#include <sys/syscall.h>

enum { MASK_SIZE = 8, PROBE = 99, FAULT = -14, WITH_ARGUMENT = 8 /* IORING_ENTER_EXT_ARG */ };

struct sigsys_view view;

struct sigsys_view view_save(void) {
    struct sigsys_view now = view;
    now.blocked = thread_now()->blocked;
    return now;
}

void view_restore(const struct sigsys_view *saved) {
    view = *saved;
    thread_now()->blocked = saved->blocked;
}

/* rt_sigprocmask reads its set before it looks at what to do with it: a probe without a side effect, and
   allowed wherever the program may call it. */
static bool readable_word(uint64_t address) {
    address &= ~UINT64_C(7);
    return address && RAW(SYS_rt_sigprocmask, PROBE, address, 0, MASK_SIZE) != FAULT;
}

bool readable(uint64_t address, size_t size) {
    uint64_t last = address + size - 1;
    if (last < address || !readable_word(address))
        return false;
    return address >> 12 == last >> 12 || readable_word(last);
}

/* Whether a mask of SIZE bytes at ADDRESS names SIGSYS; *STRIPPED is it without. */
static bool names_sigsys(uint64_t address, uint64_t size, uint64_t *stripped) {
    if (!address || size != MASK_SIZE || !readable(address, MASK_SIZE))
        return false;
    uint64_t mask = *(const uint64_t *)address;
    *stripped = mask & ~SIGSYS_BIT;
    return mask & SIGSYS_BIT;
}

void strip_mask(struct call *call, greg_t *argument, uint64_t size) {
    if (names_sigsys((uint64_t)*argument, size, &call->room[0]))
        *argument = (greg_t)&call->room[0];
}

/* pselect6 and io_pgetevents: the argument is a pair of mask and size. */
void strip_mask_pair(struct call *call, greg_t *argument) {
    if (!*argument || !readable((uint64_t)*argument, 16))
        return;
    const uint64_t *pair = (const uint64_t *)*argument;
    if (!names_sigsys(pair[0], pair[1], &call->room[0]))
        return;
    call->room[1] = (uint64_t)&call->room[0];
    call->room[2] = pair[1];
    *argument = (greg_t)&call->room[1];
}

/* io_uring_enter: the argument is a mask, or with a flag a struct that begins with its address and size. */
void strip_uring_mask(struct call *call, greg_t *argument) {
    if (!(call->arguments[3] & WITH_ARGUMENT)) {
        strip_mask(call, argument, call->arguments[5]);
        return;
    }
    if (call->arguments[5] != 24 || !*argument || !readable((uint64_t)*argument, 24))
        return;
    const uint64_t *given = (const uint64_t *)*argument;
    if (!names_sigsys(given[0], (uint32_t)given[1], &call->room[0]))
        return;
    call->room[1] = (uint64_t)&call->room[0];
    call->room[2] = given[1];
    call->room[3] = given[2];
    *argument = (greg_t)&call->room[1];
}

/* room[0] is the mask for the kernel, room[1] what is to be shown as blocked before, room[2] what is blocked
 * after. */
void before_sigprocmask(struct call *call, greg_t *registers) {
    bool before = thread_now()->blocked, after = before;
    uint64_t how = call->arguments[0], set = call->arguments[1];
    if (set && call->arguments[3] == MASK_SIZE && readable(set, MASK_SIZE)) {
        bool named = names_sigsys(set, MASK_SIZE, &call->room[0]);
        if (how == SIG_SETMASK)
            after = named;
        else if (named)
            after = how == SIG_BLOCK;
        if (named && how != SIG_UNBLOCK)
            registers[REG_RSI] = (greg_t)&call->room[0];
    }
    call->room[1] = before;
    call->room[2] = after;
}

void after_sigprocmask(struct call *call) {
    if (call->result != 0)
        return;
    thread_now()->blocked = call->room[2];
    if (call->arguments[2] && call->room[1])
        *(uint64_t *)call->arguments[2] |= SIGSYS_BIT;
    raise_pending_sigsys();
}

/* The program's own action for SIGSYS is kept here, and the kernel is never told. Returns what the kernel
 * would. */
static int64_t own_action(const struct call *call) {
    struct kernel_action *old = (struct kernel_action *)call->arguments[2], new;
    if (call->arguments[3] != MASK_SIZE)
        return -22;
    if (call->arguments[1]) {
        if (!readable(call->arguments[1], sizeof new))
            return FAULT;
        new = *(struct kernel_action *)call->arguments[1];
    }
    if (old) {
        int64_t writable = RAW(SYS_rt_sigaction, SIGSYS, 0, old, MASK_SIZE);
        if (writable < 0)
            return writable;
        *old = view.action;
    }
    if (call->arguments[1])
        view.action = new;
    return 0;
}

/* The handlers of signals whose mask names SIGSYS: the kernel calls run_blocking instead, which makes SIGSYS
   look blocked inside. An entry is only ever replaced by another handler, since the signal may be on its
   way. */
static uintptr_t blocking_handlers[65];

static void run_blocking(int number, siginfo_t *info, void *context) {
    struct thread *thread = thread_now();
    bool before = thread->blocked;
    if (before) /* before_sigreturn takes it out again */
        *(uint64_t *)&((ucontext_t *)context)->uc_sigmask |= SIGSYS_BIT;
    thread->blocked = true;
    uintptr_t handler = __atomic_load_n(&blocking_handlers[number], __ATOMIC_RELAXED);
    ((void (*)(int, siginfo_t *, void *))handler)(number, info, context);
    thread_now()->blocked = before;
    raise_pending_sigsys();
}

/* room holds the action for the kernel where it must differ, note the handler that an old action means. */
bool before_sigaction(struct call *call, greg_t *registers) {
    uint64_t number = call->arguments[0], new = call->arguments[1];
    if (number == SIGSYS) {
        call->result = own_action(call);
        return true;
    }
    if (number < 1 || number > 64)
        return false;
    call->note = __atomic_load_n(&blocking_handlers[number], __ATOMIC_RELAXED);
    if (!new || call->arguments[3] != MASK_SIZE || !readable(new, sizeof(struct kernel_action)))
        return false;
    struct kernel_action *copy = (struct kernel_action *)call->room;
    *copy = *(const struct kernel_action *)new;
    if (number == SIGCHLD && (copy->handler == (uintptr_t)SIG_IGN || copy->flags & SA_NOCLDWAIT))
        shared_flag(SHARED_AUTOREAP);
    if (copy->mask & SIGSYS_BIT) {
        copy->mask &= ~SIGSYS_BIT;
        registers[REG_RSI] = (greg_t)copy;
        if (copy->handler > (uintptr_t)SIG_IGN) {
            __atomic_store_n(&blocking_handlers[number], copy->handler, __ATOMIC_RELAXED);
            copy->handler = (uintptr_t)run_blocking;
        }
    }
    return false;
}

void after_sigaction(struct call *call) {
    struct kernel_action *old = (struct kernel_action *)call->arguments[2];
    if (call->result != 0 || !old || old->handler != (uintptr_t)run_blocking)
        return;
    old->handler = call->note;
    old->mask |= SIGSYS_BIT;
}

void after_sigpending(struct call *call) {
    if (call->result == 0 && thread_now()->pending && readable(call->arguments[0], MASK_SIZE))
        *(uint64_t *)call->arguments[0] |= SIGSYS_BIT;
}
