/* Hands bad addresses, sizes and numbers to the calls that a counter looks into; prints what the kernel says
   of them. Ends by executing env with an environment that lies at the very end of a page. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void try(const char *what, long number, long a, long b, long c, long d, long e, long f) {
    errno = 0;
    long result = syscall(number, a, b, c, d, e, f);
    printf("%s: %ld %s\n", what, result, errno ? strerror(errno) : "");
}

int main(void) {
    long bad = 16, arguments = (long)(char *[]){"true", NULL}, environment = (long)environ;
    long true_path = (long)"/bin/true", bad_environment = (long)(long[]){16, 0};
    try("exec all bad", SYS_execve, bad, bad, bad, 0, 0, 0);
    try("exec NULL", SYS_execve, 0, arguments, environment, 0, 0, 0);
    try("exec bad environment", SYS_execve, true_path, arguments, bad, 0, 0, 0);
    try("exec bad entry", SYS_execve, true_path, arguments, bad_environment, 0, 0, 0);
    try("exec bad arguments", SYS_execve, true_path, bad, environment, 0, 0, 0);
    try("exec no program", SYS_execve, (long)"/etc/passwd", arguments, environment, 0, 0, 0);
    try("exec nothing", SYS_execve, (long)"/nonexistent", arguments, environment, 0, 0, 0);
    try("exec directory", SYS_execve, (long)"/", arguments, environment, 0, 0, 0);
    try("exec not in directory", SYS_execve, (long)"/etc/passwd/x", arguments, environment, 0, 0, 0);
    try("execveat bad", SYS_execveat, -1, (long)"x", arguments, environment, 0, 0);
    try("execveat bad flags", SYS_execveat, -100, true_path, arguments, environment, 77, 0);
    try("clone3 bad", SYS_clone3, bad, 64, 0, 0, 0, 0);
    try("clone3 small", SYS_clone3, bad, 8, 0, 0, 0, 0);
    try("clone3 big", SYS_clone3, bad, 100000, 0, 0, 0, 0);
    try("clone bad flags", SYS_clone, 0x10000, 0, 0, 0, 0, 0);
    try("sigprocmask bad", SYS_rt_sigprocmask, 0, bad, 0, 8, 0, 0);
    try("sigprocmask bad old", SYS_rt_sigprocmask, 0, 0, bad, 8, 0, 0);
    try("sigprocmask size", SYS_rt_sigprocmask, 0, 0, 0, 16, 0, 0);
    try("sigaction bad", SYS_rt_sigaction, 10, bad, 0, 8, 0, 0);
    try("sigaction bad old", SYS_rt_sigaction, 10, 0, bad, 8, 0, 0);
    try("sigaction number", SYS_rt_sigaction, 99, 0, 0, 8, 0, 0);
    try("sigaction of SIGSYS bad", SYS_rt_sigaction, 31, bad, 0, 8, 0, 0);
    try("sigaction of SIGSYS bad old", SYS_rt_sigaction, 31, 0, bad, 8, 0, 0);
    try("sigaction of SIGSYS size", SYS_rt_sigaction, 31, 0, 0, 4, 0, 0);
    try("sigsuspend bad", SYS_rt_sigsuspend, bad, 8, 0, 0, 0, 0);
    try("sigtimedwait bad", SYS_rt_sigtimedwait, bad, 0, 0, 8, 0, 0);
    try("sigpending bad", SYS_rt_sigpending, bad, 8, 0, 0, 0, 0);
    try("signalfd bad", SYS_signalfd4, -1, bad, 8, 0, 0, 0);
    try("ppoll bad", SYS_ppoll, 0, 0, 0, bad, 8, 0);
    try("pselect bad", SYS_pselect6, 0, 0, 0, 0, bad, bad);
    try("epoll_pwait bad", SYS_epoll_pwait, -1, bad, 1, 0, bad, 8);
    try("io_uring_enter bad", 426, -1, 0, 0, 8, bad, 24);
    try("wait4 bad", SYS_wait4, -1, bad, 0, 0, 0, 0);
    try("read bad", SYS_read, 0, bad, -1, 0, 0, 0);
    try("no call", 999, 0, 0, 0, 0, 0, 0);
    try("negative call", -1, 0, 0, 0, 0, 0, 0);
    try("dispatch off", SYS_prctl, 59, 0, 0, 0, 0, 0);
    fflush(stdout);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || munmap(memory + 4096, 4096))
        return 1;
    char **list = (char **)(memory + 4096 - 24);
    list[0] = strcpy(memory + 4096 - 8 + 4, "A=b");
    list[1] = NULL;
    execve("/usr/bin/env", (char *[]){"env", NULL}, list);
    return 1;
}
