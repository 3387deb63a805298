/* Makes write, writev, pwrite64, fsync and read calls in every way a program can: stdio, libc's wrappers,
   syscall(2), inline assembly, from threads, forked, vforked, cloned and spawned children and signal
   handlers. The numbers are fixed, except where a call waits. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static int out;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "count_ways: %s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static long assembly(long number, long a, long b, long c) {
    long result;
    asm volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void four_calls(void) {
    struct iovec pieces[2] = {{"ab", 2}, {"cde", 3}};
    check(writev(out, pieces, 2) == 5, "writev");
    check(pwrite(out, "xyz", 3, 1) == 3, "pwrite");
    check(fsync(out) == 0, "fsync");
    check(write(out, "0123456789", 10) == 10, "write");
}

static void *in_thread(void *argument) {
    for (int i = 0; i < 10; i++)
        four_calls();
    return argument;
}

static volatile sig_atomic_t handled;

static void on_signal(int number) {
    (void)number;
    four_calls();
    handled = 1;
}

static int in_clone(void *argument) {
    (void)argument;
    four_calls();
    return 0;
}

static void wait_for(pid_t child) {
    int status;
    check(child > 0 && waitpid(child, &status, 0) == child && status == 0, "child");
}

static void by_threads(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        check(pthread_create(&threads[i], NULL, in_thread, NULL) == 0, "pthread_create");
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void by_clone(void) {
    char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(stack != MAP_FAILED, "mmap");
    wait_for(clone(in_clone, stack + 65536, SIGCHLD, NULL));
    wait_for(clone(in_clone, stack + 65536, CLONE_VM | SIGCHLD, NULL));
    wait_for(clone(in_clone, stack + 65536, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL));
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) {
        four_calls();
        _exit(0);
    }
    wait_for((pid_t)child);
}

static void by_vfork(const char *self) {
    pid_t child = vfork();
    if (child == 0) {
        write(out, "vforked", 7);
        execl(self, self, "child", NULL);
        _exit(1);
    }
    wait_for(child);
}

static void by_spawn(const char *self) {
    char *const arguments[] = {(char *)self, "child", NULL};
    pid_t child;
    check(posix_spawn(&child, self, NULL, NULL, arguments, environ) == 0, "posix_spawn");
    wait_for(child);
    char command[4096];
    snprintf(command, sizeof command, "%s child", self);
    check(system(command) == 0, "system");
    FILE *pipe = popen(command, "r");
    char line[64];
    check(pipe && !fgets(line, sizeof line, pipe) && pclose(pipe) == 0, "popen");
}

int main(int count, char **arguments) {
    out = open("count_ways.out", O_CREAT | O_RDWR | O_APPEND, 0600);
    check(out >= 0, "open");
    if (count > 1) {
        four_calls();
        return 0;
    }
    FILE *file = fopen("count_ways.stdio", "w");
    check(file != NULL, "fopen");
    setvbuf(file, NULL, _IOFBF, 4096);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "line %d of some length\n", i);
    fclose(file);
    four_calls();
    for (int i = 0; i < 7; i++) {
        check(syscall(SYS_write, out, "syscall", 7) == 7, "syscall");
        check(assembly(SYS_write, out, (long)"assembly", 8) == 8, "assembly");
    }
    check(assembly(SYS_write, -1, 0, 1) == -EBADF, "a bad descriptor");
    check(write(-1, "x", 1) == -1 && errno == EBADF, "a bad descriptor");
    by_threads();
    pid_t child = fork();
    if (child == 0) {
        by_threads();
        _exit(0);
    }
    wait_for(child);
    signal(SIGUSR1, on_signal);
    for (int i = 0; i < 5; i++)
        raise(SIGUSR1);
    handled = 0;
    child = fork(); /* the signal is there before the child runs */
    if (child == 0) {
        while (!handled)
            sched_yield();
        _exit(0);
    }
    kill(child, SIGUSR1);
    wait_for(child);
    by_clone();
    by_vfork(arguments[0]);
    by_spawn(arguments[0]);
    char block[100];
    lseek(out, 0, SEEK_SET);
    while (read(out, block, sizeof block) > 0)
        ;
    puts("done");
    return 0;
}
