/* System calls on all sorts of stacks: alternate signal stacks of every kind, coroutines, the smallest
   threads, an overflown stack; and under a storm of signals. Prints what it finds, the same whether it is
   counted or not. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { ALTERNATE = 65536, AUTODISARM = (int)(1U << 31) };

static char *alternate;
static int null_pipe[2];
static sigjmp_buf back;
static ucontext_t main_context, coroutine;
static volatile sig_atomic_t ticks;

static void print_stack(const char *what) {
    stack_t now;
    sigaltstack(NULL, &now);
    char here;
    printf("%s: flags %x size %zu on it %d\n", what, (unsigned)now.ss_flags, now.ss_size,
           &here >= alternate && &here < alternate + ALTERNATE);
}

static void on_alternate(int number) {
    (void)number;
    write(null_pipe[1], "x", 1);
    print_stack("handler");
    stack_t none = {.ss_flags = SS_DISABLE};
    errno = 0;
    printf("disable inside: %d", sigaltstack(&none, NULL));
    printf(" %s\n", errno ? strerror(errno) : "");
}

static void nested(int number) {
    print_stack(number == SIGUSR1 ? "outer" : "inner");
    if (number == SIGUSR1)
        raise(SIGUSR2);
}

static void on_overflow(int number) {
    (void)number;
    write(null_pipe[1], "x", 1);
    siglongjmp(back, 1);
}

static volatile int deepest = 1 << 30;

static __attribute__((noinline)) int dig(int depth) {
    volatile char block[2048];
    block[0] = (char)depth;
    write(null_pipe[1], "", 0);
    return depth == deepest ? 0 : dig(depth + 1) + block[0];
}

static void in_coroutine(void) {
    for (int i = 0; i < 3; i++) {
        write(null_pipe[1], "x", 1);
        printf("coroutine step %d\n", i);
        swapcontext(&coroutine, &main_context);
    }
}

static void coroutines(void) {
    static char stack[32768];
    getcontext(&coroutine);
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = sizeof stack;
    makecontext(&coroutine, in_coroutine, 0);
    for (int i = 0; i < 3; i++) {
        swapcontext(&main_context, &coroutine);
        printf("main step %d\n", i);
    }
}

static void *small(void *argument) {
    for (int i = 0; i < 10; i++)
        write(null_pipe[1], "x", 1);
    return argument;
}

static void small_threads(void) {
    pthread_attr_t attributes;
    pthread_t thread;
    void *result = NULL;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    for (long i = 0; i < 20; i++) {
        if (pthread_create(&thread, &attributes, small, (void *)i) || pthread_join(thread, &result))
            exit(1);
    }
    printf("small threads: %ld\n", (long)result);
}

static void tick(int number) {
    (void)number;
    ticks++;
    int saved = errno;
    write(null_pipe[1], "", 0);
    errno = saved;
}

/* A child made by fork or vfork writes and exits with the code; returns what it got wrong. */
static int one_child(int with_fork, int code) {
    int ends[2], status = 0, wrong = 0;
    char text[16] = "";
    if (pipe(ends))
        return 1;
    pid_t child = with_fork ? fork() : vfork();
    if (child == 0) {
        write(ends[1], "from child", 10);
        _exit(code);
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    wrong += !WIFEXITED(status) || WEXITSTATUS(status) != code;
    wrong += read(ends[0], text, sizeof text) != 10 || strcmp(text, "from child") != 0;
    close(ends[0]);
    close(ends[1]);
    return wrong;
}

/* Every call must give what it gives without the storm, whatever it interrupts. */
static void storm(void) {
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    struct itimerval timer = {{0, 200}, {0, 200}}, off = {0};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    int wrong = 0;
    for (int i = 0; i < 300; i++)
        wrong += one_child(i % 2, i % 7);
    setitimer(ITIMER_REAL, &off, NULL);
    printf("storm: %d wrong, ticks %s\n", wrong, ticks ? "seen" : "none");
}

int main(void) {
    alternate = malloc(ALTERNATE);
    if (!alternate || pipe(null_pipe))
        return 1;
    stack_t stack = {.ss_sp = alternate, .ss_size = ALTERNATE};
    print_stack("at first");
    sigaltstack(&stack, NULL);
    print_stack("set");
    struct sigaction action = {.sa_handler = on_alternate, .sa_flags = SA_ONSTACK};
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    action.sa_handler = nested;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR1);
    stack.ss_flags = AUTODISARM;
    sigaltstack(&stack, NULL);
    print_stack("self-disarming");
    raise(SIGUSR1);
    print_stack("after");
    stack.ss_flags = 0;
    sigaltstack(&stack, NULL);
    action.sa_handler = on_overflow;
    sigaction(SIGSEGV, &action, NULL);
    for (int i = 0; i < 2; i++) {
        if (sigsetjmp(back, 1) == 0)
            dig(0);
        printf("overflow caught\n");
    }
    coroutines();
    small_threads();
    fflush(stdout);
    storm();
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, NULL);
    coroutines();
    small_threads();
    fflush(stdout);
    storm();
    return 0;
}
