/* What the files of the counting shim share. The way of a system call of the program:

       syscall instruction of the program
         |  the kernel raises SIGSYS instead of making the call
       trap        counts, rewrites arguments where it must, fills a record of the call on the stack
         |  returns from the signal into the gate, the stack pointer at the record
       gate        makes the call, inside the range that dispatch lets through
         |
       after       adds errors and bytes, arms new threads and children
         |
       back behind the program's syscall instruction, all registers as the kernel left them

   and of one whose site in libc has been patched (patch.c):

       jump in the place of "mov $number, %eax"
         |
       patch gate  one a site: counts in the thread's account, makes the call, counts the result
         |         (after_hooks where files.c or stdio.c want to know)
       back behind the program's syscall instruction

   Nothing here calls libc once dispatch is on, and nothing uses vector registers: the gate saves none. */
#ifndef BUFCOUNT_SHIM_H
#define BUFCOUNT_SHIM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "shared.h"

#pragma GCC target("general-regs-only")
#pragma GCC optimize("no-stack-protector", "no-tree-loop-distribute-patterns")

/* The kernel's struct sigaction: libc's has another layout. */
struct kernel_action {
    uintptr_t handler;  /* SIG_DFL, SIG_IGN or a function */
    uint64_t flags;     /* SA_... */
    uintptr_t restorer; /* what a handler returns to */
    uint64_t mask;      /* signals blocked in the handler */
};

/* What the program believes of SIGSYS, which really is ours: always caught, never blocked. */
struct sigsys_view {
    struct kernel_action action; /* the program's disposition of SIGSYS */
    bool blocked;                /* SIGSYS is in the thread's mask */
};

/* The record of a call under way: the stack pointer is at it while the gate makes the call. The gate knows
   these offsets (asserted in gate.c). */
struct call {
    int64_t result;          /* 0: as the kernel returned it */
    uint64_t flags;          /* 8: the program's flags register */
    int64_t number;          /* 16: of the system call */
    uint64_t arguments[6];   /* 24: as the program gave them: rdi, rsi, rdx, r10, r8, r9 */
    uint64_t rcx, r11;       /* 72, 80: kept over int $0x80; scratch of the timed gate */
    uint64_t started;        /* 88: time stamp counter, with --time */
    uintptr_t stack_pointer; /* 96: the program's */
    uintptr_t site;          /* 104: address behind the program's syscall instruction */
    uint64_t row;            /* its row in the table */
    uint64_t room[4];        /* rewritten arguments, or what trap tells after */
    uint64_t note;           /* the same */
};

/* The record of a call that makes a thread or a child; a copy lies on the child's stack where that is
 * another. */
struct creation {
    uint64_t clone_args[24];   /* 0: rewritten argument of clone3 */
    struct sigsys_view before; /* put back when a child that shared the memory has let the parent run again */
    uint64_t kind;             /* CLONE_... flags */
    uint64_t mask;             /* the program's signal mask: all signals are blocked during the call */
    struct call call;          /* CREATION_CALL */
};

enum {
    CALL_SIZE = 160,
    CREATION_CALL = 248,                     /* offset of call in struct creation */
    RECORD_SIZE = CREATION_CALL + CALL_SIZE, /* room for either record */
    RED_ZONE = 128,                          /* bytes below the stack pointer that belong to the program */
    VFORK_GATES = 64,
    VFORK_GATE_SIZE = 16,
    PATCHES = 512,
    PATCH_GATE_SIZE = 128,
    PATCH_SIZE = 32,
    TAILS = 128,
    TAIL_SIZE = 64,
};

/* gate.c. Between start and end of the range, dispatch lets system calls through. The gates are entered by a
   return from the signal: with the stack pointer at a struct call (gate_call, gate_timed, gate_i386), at a
   struct creation (gate_create), or as the program left it (gate_sigreturn, the vfork gates). The patch gates are
   entered by a jump from the program's own code. Behind a label that ends in _syscall is the instruction that
   makes the call: there the kernel goes on when a signal made it restart. */
extern const char range_start[], range_end[];
extern const char gate_call[], gate_call_syscall[];
extern const char gate_timed[], gate_timed_syscall[];
extern const char gate_create[];
extern const char gate_i386[];
extern const char gate_sigreturn[];
extern const char vfork_gates[]; /* VFORK_GATES of them, one a site */
extern const char gate_patched_syscall[];
extern const char gate_tail_syscall[];
extern const char tail_gates[];  /* TAILS of them, one a patched site with any number; outside of the range */
extern const char patch_gates[]; /* PATCHES of them, one a patched site */
extern const char patch_gate_counted[]; /* in the first of them: the call has been counted */
extern const char patch_gate_syscall[]; /* the same: the instruction that makes it */
extern const char trap_entry[];         /* our SIGSYS handler: makes room for a record and calls trap */
extern const char trap_return[];        /* its restorer */
extern uintptr_t vfork_sites[VFORK_GATES];

/* A system call that is not counted: returns what the kernel does, -errno on failure. */
int64_t raw_call(long number, long a, long b, long c, long d, long e, long f);
#define RAW(...) RAW_OF(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define RAW_OF(number, a, b, c, d, e, f, ...)                                                                \
    raw_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* image.c: the shared memory and this process's place in it. */
extern struct shared *shared;
extern struct image *image;    /* of this process; shared with children that share the memory */
extern char shared_variable[]; /* the environment's entry that leads to the memory */
extern const char *shim_path;  /* of this library, the end of it */
struct image *image_new(uint32_t pid, enum image_phase phase);
void image_free(struct image *);
struct image *image_prepared(uint32_t pid); /* by the exec that started us, or NULL */
void image_hint(uint32_t pid, struct image *);
void image_killed(uint32_t pid);                /* by SIGKILL, says a wait */
void image_ends(struct image *, uint32_t flag); /* IMAGE_EXITING or IMAGE_KILLED */
void image_own_read(int64_t result);            /* a read of our own that /proc/PID/io shows */
void shared_flag(uint32_t flag);
bool shared_has(uint32_t flag);

/* The time stamp counter. */
static inline uint64_t ticks(void) {
    uint32_t low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* count.c: the tables. */
void count_begin(uint64_t row);
void count_result(uint64_t row, int64_t result);
void count_restart(uint64_t row);      /* the kernel begins an interrupted call again */
void count_present(uint64_t row);      /* the thread is in that call again */
void count_end(void);                  /* the thread is outside calls */
void count_ticks(const struct call *); /* with --time */
uint32_t row_of(int64_t number);
bool row_has_bytes(uint64_t row);
bool row_has_descriptor(uint64_t row); /* file_called wants to know of it */

/* trap.c */
void trap(int, siginfo_t *, ucontext_t *, void *record);
void count_sigreturn(const ucontext_t *frame); /* a handler of the program's returns */
int64_t arm(void);                             /* dispatch for the calling thread; 0 or -errno */
bool needs_trap(int64_t number);               /* whether a call is more than counted */

/* patch.c: sites that trap often jump to a gate instead. */
struct patch {
    uintptr_t next;  /* 0: address behind the site, where the gate goes back to */
    uint64_t offset; /* 8: of the call's struct call_count in an account */
    uint32_t number; /* 16: of the call */
    uint32_t flags;  /* 20: enum patch_flags */
    uintptr_t begin; /* 24: of the jump */
};
struct tail {
    uintptr_t next;       /* 0: address behind the comparison */
    int64_t limit;        /* 8: what is compared with the result */
    const char *trapping; /* 16: a syscall instruction outside of the range, and what follows at the site */
    uintptr_t begin;      /* 24: of the jump */
    uint64_t unused[4];   /* entries are as far apart as the gates */
};
extern struct tail tail_table[TAILS] __attribute__((visibility("hidden"))); /* as patch_table */
enum patch_flags {
    PATCH_BYTES = 1 /* the result is a number of bytes */,
    PATCH_HOOKS = 2 /* tell after_hooks */
};
extern struct patch patch_table[PATCHES]
    __attribute__((visibility("hidden")));   /* in pages of its own, next to the gates */
void patch_ready(void);                      /* libc is loaded and laid out */
void patch_before_threads(uintptr_t except); /* soon another thread might run what is being patched */
void patch_go_on_in_child(void);             /* a new process has one thread */
void patch_stop_for_filter(void);            /* a seccomp filter might kill for patching */
void patch_consider(const struct call *);    /* this site has trapped */
const struct patch *patch_of_gate(uintptr_t address,
                                  uintptr_t *offset); /* NULL: no address in a gate in use */
bool before_tail(struct call *);                      /* false: the call must trap */
uint64_t before_patched(struct call *);               /* returns the number of the call */
void patch_repair_return(struct call *);              /* a call that returns to a site patched meanwhile */
void patch_repair_frame(greg_t *registers);           /* so does a handler */

/* after.c */
void after_call(struct call *);
void after_patched(struct call *); /* the same for a call that is only counted */
void told_patched(struct call *);
void settle_patched(struct call *);
void after_hooks(struct call *); /* the call has been counted: what files.c and stdio.c want to know */
void after_creation(struct creation *);
void after_vfork(int64_t result);

/* files.c: what the calls did to files. After each call that is counted, by its thread. */
void file_called(const struct call *);

/* stdio.c: the system call just made belongs to the stdio call that the thread is in. */
void stdio_called(const struct call *);

/* thread.c: what belongs to the calling thread. */
struct vfork_note {
    struct sigsys_view before; /* as in struct creation */
    uint64_t mask;             /* the same */
    uint64_t row;              /* of the call in the table */
};
struct thread {
    struct account *fast;       /* 0: what the patch gates add to; NULL sends them the long way */
    bool blocked;               /* the program blocks SIGSYS */
    bool pending;               /* a SIGSYS came meanwhile */
    bool shared;                /* two tasks may be here at the same time: there is no account */
    struct account *account;    /* the thread's own; NULL: it adds to image->rest */
    uint32_t vforks;            /* notes in use */
    struct vfork_note notes[4]; /* of vforks under way: the child shares this memory, and may vfork in turn */
    char *scratch;              /* a block for exec's new environment, or NULL */
    size_t scratch_size;        /* bytes in it */
};
struct thread *thread_now(void);
void thread_account_first(void);   /* the thread is the first one of its image */
void thread_account_take(void);    /* it is another */
void thread_account_drop(void);    /* it ends */
void thread_account_share(void);   /* another task will use its thread-local storage at the same time */
char *thread_scratch(size_t size); /* NULL when there is no memory */
void thread_scratch_free(void);

/* masks.c: SIGSYS kept out of every mask, and shown back. */
#define SIGSYS_BIT (UINT64_C(1) << (SIGSYS - 1))
extern struct sigsys_view view; /* of the process; blocked is per thread, in struct thread */
struct sigsys_view view_save(void);
void view_restore(const struct sigsys_view *);
bool readable(uint64_t address, size_t size);
void strip_mask(struct call *, greg_t *argument, uint64_t size);
void strip_mask_pair(struct call *, greg_t *argument);
void strip_uring_mask(struct call *, greg_t *argument);
void before_sigprocmask(struct call *, greg_t *registers);
void after_sigprocmask(struct call *);
bool before_sigaction(struct call *, greg_t *registers); /* true: done, call->result is what it returns */
void after_sigaction(struct call *);
void after_sigpending(struct call *);

/* sigsys.c: a SIGSYS that is the program's. */
void own_sigsys(int, siginfo_t *, ucontext_t *);
void raise_pending_sigsys(void);

/* children.c: returns the gate for a call that makes a thread or child; NULL where the call cannot be made,
   and creation->call.result is what it returns. */
const char *before_creation(struct creation *, ucontext_t *);

/* exec.c */
void before_exec(struct call *, greg_t *registers);
void after_exec(struct call *);

/* proc_io.c: /proc/self/io. Returns the bytes it read for it, 0 where that is not to be had. */
size_t proc_io_now(struct proc_io *);

uint64_t proc_filters(void);

/* text.c: what is needed of string.h. */
size_t text_length(const char *);
const char *text_after(const char *text, const char *prefix); /* NULL when TEXT does not begin with PREFIX */
char *text_copy(char *to, const char *from);                  /* returns the end, where the 0 is */
bool item_listed(const char *list, const char *item, size_t *at); /* in LD_PRELOAD's list */

/* symbols.c: counting where dispatch is refused. */
void count_by_symbols(void);

#endif
