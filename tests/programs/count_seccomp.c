/* Installs seccomp filters: one that refuses a call with an error, one that sends SIGSYS, which a handler of the
   program's own answers. What they do holds for a child and for the program that it executes. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void answer(int number, siginfo_t *info, void *context) {
    (void)number;
    caught += info->si_syscall == SYS_getsid;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 4711;
}

static int install(unsigned number, unsigned verdict) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, verdict),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void use(const char *who) {
    int refused = 0, answered = 0;
    for (int i = 0; i < 20; i++) {
        errno = 0;
        refused += getpgid(0) == -1 && errno == EDOM;
        answered += getsid(0) == 4711;
    }
    printf("%s: refused %d, answered %d, caught %d\n", who, refused, answered, (int)caught);
    fflush(stdout);
}

int main(int count, char **arguments) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    if (count > 1) {
        use("executed");
        return 0;
    }
    use("before");
    if (install(SYS_getpgid, SECCOMP_RET_ERRNO | EDOM) || install(SYS_getsid, SECCOMP_RET_TRAP))
        return 1;
    use("filtered");
    if (fork() == 0) {
        use("child");
        execl("/proc/self/exe", arguments[0], "executed", NULL);
        _exit(1);
    }
    int status = 1;
    wait(&status);
    return status != 0;
}
