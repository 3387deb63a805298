/* Makes system calls instruction by instruction, by the processor's trap flag, and unwinds the stack at each: it must
   lead to the caller, or cancellation and exceptions would not. The flags that the calls leave must be the program's.
   Prints the number of instructions at which it did not. */
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { DEEPEST = 64 };

static int zero, null;
static char byte[16];
static sigset_t pending;
static volatile int steps, lost, way;
static void *volatile lost_at;
static void *expected; /* where step returns to */

static void on_step(int number, siginfo_t *info, void *context) {
    void *frames[DEEPEST];
    (void)number;
    (void)info;
    int count = backtrace(frames, DEEPEST), found = 0;
    for (int i = 0; i < count; i++)
        found |= frames[i] == expected;
    steps++;
    if (!found) {
        lost++;
        lost_at = (void *)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    }
}

void trap_flag_on(void);
void trap_flag_off(void);
asm(".macro with_flags name, change\n"
    "\\name:\n"
    "    .cfi_startproc\n"
    "    pushf\n"
    "    .cfi_adjust_cfa_offset 8\n"
    "    \\change, (%rsp)\n"
    "    popf\n"
    "    .cfi_adjust_cfa_offset -8\n"
    "    ret\n"
    "    .cfi_endproc\n"
    ".endm\n"
    ".pushsection .text\n"
    "with_flags trap_flag_on, \"orl $256\"\n"
    "with_flags trap_flag_off, \"andl $~256\"\n"
    ".popsection\n");

__attribute__((noinline)) static int one_call(void) {
    switch (way) {
    case 0:
        return getppid() > 0;
    case 1:
        return read(zero, byte, sizeof byte) == sizeof byte;
    case 2:
        return read(-1, byte, 1) == -1;
    case 3:
        return write(null, byte, 3) == 3;
    case 4:
        return write(-1, byte, 3) == -1;
    case 5:
        return lseek(zero, 0, SEEK_CUR) == 0;
    case 6:
        return close(-1) == -1;
    case 7:
        return send(-1, byte, 1, 0) == -1;
    case 8:
        return syscall(SYS_gettid) > 0;
    case 9:
        return syscall(SYS_read, zero, byte, 5) == 5;
    case 10: /* one that a counter must do more about */
        return syscall(SYS_rt_sigpending, &pending, 8) == 0;
    default:
        return syscall(-1) == -1;
    }
}
__attribute__((noinline)) static void step(const char *where) {
    expected = __builtin_return_address(0);
    for (way = 0; way < 12; way++) {
        int right = one_call() && one_call();
        steps = lost = 0;
        trap_flag_on();
        right += one_call();
        trap_flag_off();
        printf("%s, way %d: right %d, stepped %d, lost %d", where, way, right, steps > 5, lost);
        if (lost)
            printf(" at %p", lost_at);
        printf("\n");
    }
}

static void *in_thread(void *argument) {
    step("thread");
    return argument;
}

int main(void) {
    void *frames[DEEPEST];
    pthread_t thread;
    struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
    zero = open("/dev/zero", O_RDONLY);
    null = open("/dev/null", O_WRONLY);
    backtrace(frames, DEEPEST); /* loads what it needs */
    sigaction(SIGTRAP, &action, NULL);
    step("first");
    return pthread_create(&thread, NULL, in_thread, NULL) || pthread_join(thread, NULL);
}
