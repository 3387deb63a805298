/* Tasks that libc does not make and ends that libc does not see: clone with a stack of its own, with and without this
   memory and this thread-local storage, vfork, _exit, SIGKILL out of a loop and out of a waiting call. Prints what
   became of them. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 65536, TIMES = 50 };

static char stack[STACK] __attribute__((aligned(16)));
static volatile int shared_number;

static void calls(void) {
    for (int i = 0; i < TIMES; i++) {
        getppid();
        lseek(-1, 0, SEEK_CUR);
    }
}

static int in_clone(void *argument) {
    calls();
    shared_number++;
    return (int)(long)argument;
}

static void report(const char *what, pid_t child) {
    int status = -1;
    if (waitpid(child, &status, __WALL) != child)
        printf("%s: not waited for\n", what);
    printf("%s: %x, shared %d\n", what, (unsigned)status, shared_number);
    fflush(stdout);
}

static pid_t by_fork(void (*work)(void)) {
    pid_t child = fork();
    if (child == 0) {
        calls();
        work();
    }
    return child;
}

static void leave(void) {
    _exit(7);
}

static void kill_self(void) {
    kill(getpid(), SIGKILL);
}

static void wait_for_ever(void) {
    for (;;)
        pause();
}

static void kill_while_waiting(void) {
    pid_t child = by_fork(wait_for_ever);
    usleep(300000);
    kill(child, SIGKILL);
    report("killed waiting", child);
}

int main(void) {
    calls();
    report("clone with memory", clone(in_clone, stack + STACK, CLONE_VM | SIGCHLD, (void *)3));
    report("clone with files", clone(in_clone, stack + STACK, CLONE_FILES | CLONE_FS | SIGCHLD, (void *)4));
    report("clone as vfork", clone(in_clone, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)5));
    report("clone without a signal", clone(in_clone, stack + STACK, CLONE_VM, (void *)6));
    calls();
    pid_t child = vfork();
    if (child == 0) {
        getppid();
        _exit(8);
    }
    report("vfork", child);
    report("_exit", by_fork(leave));
    report("killed", by_fork(kill_self));
    kill_while_waiting();
    calls();
    return 0;
}
