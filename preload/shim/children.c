/* The calls that make threads and children. Dispatch is off in a new task: what follows the call arms it
   again there. Three cases: a child with a copy of our memory (fork) goes on from a copy of the record; a
   thread or child on a stack of its own (clone) finds a copy of the record there; a child on our very stack
   (vfork) would overwrite any record, so the gate itself, one for each site, knows the way back. No signal
   arrives before the child is armed. */
#include "shim.h"

#include <linux/sched.h>
#include <sys/syscall.h>

enum { TOO_BIG = -7, INVALID = -22, FAULT = -14, NO_MEMORY = -12, MASK_SIZE = 8 };

/* Signals that tell of the program's own fault at an instruction are never blocked: the kernel would kill
   it. */
#define SYNCHRONOUS                                                                                          \
    (UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1) | UINT64_C(1) << (SIGFPE - 1) |              \
     UINT64_C(1) << (SIGILL - 1) | UINT64_C(1) << (SIGTRAP - 1) | SIGSYS_BIT)

static void set_mask(uint64_t mask) {
    RAW(SYS_rt_sigprocmask, SIG_SETMASK, &mask, 0, MASK_SIZE);
}

/* The gate of a vfork from the site, or NULL when there are more sites than gates. */
static const char *vfork_gate(uintptr_t site) {
    for (unsigned i = 0; i < VFORK_GATES; i++) {
        uintptr_t free_site = 0;
        if (__atomic_load_n(&vfork_sites[i], __ATOMIC_RELAXED) == site ||
            __atomic_compare_exchange_n(&vfork_sites[i], &free_site, site, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED) ||
            free_site == site)
            return vfork_gates + i * VFORK_GATE_SIZE;
    }
    return NULL;
}

/* A record on the new stack, which ends at TOP, or NULL where there is no memory. */
static struct creation *copy_below(const struct creation *creation, uint64_t top) {
    struct creation *copy = (struct creation *)(top - RED_ZONE - RECORD_SIZE);
    if (!readable((uint64_t)copy, sizeof *copy))
        return NULL;
    *copy = *creation;
    copy->call.stack_pointer = top;
    return copy;
}

/* Reads the kind and the end of the new stack (0: none) from the arguments. Returns 0 or an error. */
static int64_t read_arguments(struct creation *creation, uint64_t *top) {
    struct call *call = &creation->call;
    *top = 0;
    if (call->number == SYS_fork) {
        creation->kind = 0;
    } else if (call->number == SYS_vfork) {
        creation->kind = CLONE_VM | CLONE_VFORK;
    } else if (call->number == SYS_clone) {
        creation->kind = call->arguments[0];
        *top = call->arguments[1];
    } else {
        const char *given = (const char *)call->arguments[0];
        uint64_t size = call->arguments[1];
        if (size > sizeof creation->clone_args)
            return TOO_BIG;
        if (size < CLONE_ARGS_SIZE_VER0)
            return INVALID;
        if (!readable((uint64_t)given, size))
            return FAULT;
        for (unsigned i = 0; i < sizeof creation->clone_args; i++)
            ((char *)creation->clone_args)[i] = i < size ? given[i] : 0;
        const struct clone_args *read = (const struct clone_args *)creation->clone_args;
        creation->kind = read->flags;
        if (read->stack)
            *top = read->stack + read->stack_size;
    }
    return 0;
}

/* Another task is about to run in this memory. */
static void before_sharing(const struct creation *creation) {
    patch_before_threads(creation->call.site); /* it is on its way back there */
    if (!(creation->kind & CLONE_SETTLS))
        thread_account_share();
    if (!(creation->kind & CLONE_THREAD))
        atomic_fetch_or(&image->flags, IMAGE_MEMORY_SHARED);
}

const char *before_creation(struct creation *creation, ucontext_t *program) {
    greg_t *registers = program->uc_mcontext.gregs;
    struct call *call = &creation->call;
    uint64_t top, *mask = (uint64_t *)&program->uc_sigmask;
    call->result = read_arguments(creation, &top);
    if (call->result)
        return NULL;
    if (creation->kind & CLONE_NEWPID)
        shared_flag(SHARED_PID_NAMESPACE);
    if (creation->kind & CLONE_VM && !(creation->kind & CLONE_VFORK))
        before_sharing(creation);
    creation->mask = *mask;
    creation->before = view_save();
    const char *gate = gate_create;
    struct thread *thread = thread_now();
    if (creation->kind & CLONE_VM && !top) {
        gate = vfork_gate(call->site);
        if (!gate || thread->vforks == sizeof thread->notes / sizeof thread->notes[0]) {
            call->result = NO_MEMORY;
            return NULL;
        }
        thread->notes[thread->vforks++] = (struct vfork_note){creation->before, *mask, call->row};
    } else if (top) {
        struct creation *copy = copy_below(creation, top);
        if (!copy) {
            call->result = FAULT;
            return NULL;
        }
        if (call->number == SYS_clone) {
            registers[REG_RSI] = (greg_t)copy;
        } else {
            struct clone_args *rewritten = (struct clone_args *)creation->clone_args;
            rewritten->stack_size = (uint64_t)copy - rewritten->stack;
            registers[REG_RDI] = (greg_t)rewritten;
        }
    }
    *mask |= ~SYNCHRONOUS;
    return gate;
}

/* In a child or thread, before it runs any of the program's instructions. */
static void started(uint64_t kind) {
    if (!(kind & CLONE_VM)) {
        patch_go_on_in_child();
        struct image *parent = image;
        image = image_new((uint32_t)RAW(SYS_getpid), IMAGE_RUNNING);
        if (image != &shared->images[0])
            for (unsigned i = 0; i < EXE_SIZE && (image->exe[i] = parent->exe[i]); i++)
                ;
        thread_account_first();
        thread_now()->pending = false;
    } else if (kind & CLONE_SETTLS) {
        thread_account_take();
    }
    if (arm() < 0)
        atomic_fetch_or(&image->flags, IMAGE_DEAF_THREADS);
}

/* In the parent, when a child that shared its memory has gone: what the child did there is undone. */
static void alone_again(const struct sigsys_view *before) {
    view_restore(before);
    atomic_fetch_and(&image->flags, ~(uint32_t)IMAGE_EXITING);
    image->ended = 0;
    thread_account_take(); /* where it ended as a thread does */
}

void after_creation(struct creation *creation) {
    struct call *call = &creation->call;
    if (call->result == 0) {
        started(creation->kind);
    } else {
        count_result(call->row, call->result);
        count_end();
        if (creation->kind & CLONE_VM && creation->kind & CLONE_VFORK)
            alone_again(&creation->before);
    }
    set_mask(creation->mask);
}

/* The child of a vfork, then the parent. */
void after_vfork(int64_t result) {
    struct thread *thread = thread_now();
    struct vfork_note *note = &thread->notes[thread->vforks - 1];
    uint64_t mask = note->mask;
    if (result == 0) {
        started(CLONE_VM);
    } else {
        alone_again(&note->before);
        thread->vforks--;
        count_result(note->row, result);
        count_end();
    }
    set_mask(mask);
}
