/* Prints what a program can see of signals, masks and SIGSYS; the same must be printed whether its calls are
 * counted or not. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t sigsys_count, usr1_count, alarms;
static sigjmp_buf back;

static void print_mask(const char *what) {
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("%s:", what);
    for (int i = 1; i < 65; i++)
        if (sigismember(&mask, i) == 1)
            printf(" %d", i);
    putchar('\n');
}

static void on_sigsys(int number) {
    (void)number;
    sigsys_count++;
}

static void on_sigsys_info(int number, siginfo_t *info, void *context) {
    (void)context;
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    printf("sigsys handler: signal %d code %d value %d, SIGSYS %s, SIGUSR2 %s\n", number, info->si_code,
           info->si_value.sival_int, sigismember(&mask, SIGSYS) ? "blocked" : "open",
           sigismember(&mask, SIGUSR2) ? "blocked" : "open");
}

static void on_usr1(int number) {
    (void)number;
    usr1_count++;
    print_mask("in the handler");
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL); /* until the handler returns */
}

static void on_alarm(int number) {
    (void)number;
    alarms++;
    write(-1, "", 0);
}

static void jump_back(int number) {
    siglongjmp(back, number);
}

static void block_in_context(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)info;
    ucontext_t *frame = context;
    sigaddset(&frame->uc_sigmask, SIGSYS);
    sigaddset(&frame->uc_sigmask, SIGUSR2);
}

static void masks(void) {
    sigset_t all, none, old;
    sigfillset(&all);
    sigemptyset(&none);
    print_mask("at first");
    sigprocmask(SIG_SETMASK, &all, &old);
    print_mask("all blocked");
    printf("SIGSYS was %d\n", sigismember(&old, SIGSYS));
    sigprocmask(SIG_UNBLOCK, &all, &old);
    printf("SIGSYS was %d\n", sigismember(&old, SIGSYS));
    sigemptyset(&all);
    sigaddset(&all, SIGSYS);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &all, 8L); /* one set for both */
    printf("SIGSYS was %d\n", sigismember(&all, SIGSYS));
    print_mask("SIGSYS blocked");
    errno = 0;
    printf("bad how: %d", sigprocmask(77, &none, &old));
    printf(" %s\n", strerror(errno));
    printf("bad address: %ld", syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8L, NULL, 8L));
    printf(" %s\n", strerror(errno));
    print_mask("still SIGSYS");
    sigprocmask(SIG_SETMASK, &none, NULL);
    print_mask("none");
}

static void actions(void) {
    struct sigaction action = {.sa_handler = on_usr1}, old;
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &old);
    printf("handler kept: %d, SIGSYS in its mask: %d\n", old.sa_handler == on_usr1,
           sigismember(&old.sa_mask, SIGSYS));
    print_mask("after the handler");
    sigaction(SIGSYS, NULL, &old);
    printf("SIGSYS is %s\n", old.sa_handler == SIG_DFL ? "default" : "other");
    signal(SIGSYS, SIG_IGN);
    raise(SIGSYS);
    sigaction(SIGSYS, NULL, &old);
    printf("SIGSYS is %s\n", old.sa_handler == SIG_IGN ? "ignored" : "other");
    signal(SIGSYS, on_sigsys);
    raise(SIGSYS);
    sigaction(SIGSYS, NULL, &old);
    printf("SIGSYS is caught: %d, count %d\n", old.sa_handler == on_sigsys, (int)sigsys_count);
    action = (struct sigaction){.sa_sigaction = on_sigsys_info, .sa_flags = SA_SIGINFO};
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGSYS, &action, NULL);
    sigqueue(getpid(), SIGSYS, (union sigval){42});
    action.sa_flags |= SA_NODEFER | SA_RESETHAND;
    sigaction(SIGSYS, &action, NULL);
    sigqueue(getpid(), SIGSYS, (union sigval){43});
    sigaction(SIGSYS, NULL, &old);
    printf("reset: %d\n", old.sa_handler == SIG_DFL);
    errno = 0;
    printf("sigaction of SIGKILL: %d", sigaction(SIGKILL, &action, NULL));
    printf(" %s\n", strerror(errno));
    printf("bad address: %ld", syscall(SYS_rt_sigaction, SIGSYS, 16L, NULL, 8L));
    printf(" %s\n", strerror(errno));
}

static void pending(void) {
    sigset_t set, waiting;
    signal(SIGSYS, on_sigsys);
    sigsys_count = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGSYS);
    sigpending(&waiting);
    printf("pending: %d, count %d\n", sigismember(&waiting, SIGSYS), (int)sigsys_count);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    sigpending(&waiting);
    printf("pending: %d, count %d\n", sigismember(&waiting, SIGSYS), (int)sigsys_count);
    signal(SIGSYS, SIG_DFL);
}

static void jumps(void) {
    struct sigaction action = {.sa_handler = jump_back};
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR2, &action, NULL);
    if (sigsetjmp(back, 1) == 0)
        raise(SIGUSR2);
    print_mask("after a jump");
    action = (struct sigaction){.sa_sigaction = block_in_context, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR2, &action, NULL);
    raise(SIGUSR2);
    print_mask("blocked by the context");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Calls that take a mask for as long as they wait; a timer ends them. */
static void waits(void) {
    sigset_t all_but_alarm, set;
    sigfillset(&all_but_alarm);
    sigdelset(&all_but_alarm, SIGALRM);
    struct sigaction action = {.sa_handler = on_alarm};
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{0, 20000}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
    printf("sigsuspend %d %s\n", sigsuspend(&all_but_alarm), strerror(errno));
    printf("ppoll %d %s\n", ppoll(NULL, 0, NULL, &all_but_alarm), strerror(errno));
    printf("pselect %d %s\n", pselect(0, NULL, NULL, NULL, NULL, &all_but_alarm), strerror(errno));
    int epoll = epoll_create1(0);
    struct epoll_event event;
    printf("epoll_pwait %d %s\n", epoll_pwait(epoll, &event, 1, -1, &all_but_alarm), strerror(errno));
    timer = (struct itimerval){0};
    setitimer(ITIMER_REAL, &timer, NULL);
    printf("alarms: %s\n", alarms >= 4 ? "at least 4" : "too few");
    print_mask("after waiting");
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGALRM);
    siginfo_t info;
    printf("sigwaitinfo %d\n", sigwaitinfo(&set, &info));
    raise(SIGALRM);
    int descriptor = signalfd(-1, &set, 0);
    struct signalfd_siginfo record;
    printf("signalfd %zd", read(descriptor, &record, sizeof record));
    printf(" %u\n", record.ssi_signo);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    close(descriptor);
    close(epoll);
}

static void *thread_mask(void *argument) {
    print_mask("in a thread");
    raise(SIGUSR1);
    return argument;
}

static void inherited(void) {
    sigset_t set;
    pthread_t thread;
    sigemptyset(&set);
    sigaddset(&set, SIGSYS);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&thread, NULL, thread_mask, NULL);
    pthread_join(thread, NULL);
    fflush(stdout);
    if (fork() == 0) {
        print_mask("in a child");
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    if (vfork() == 0) {
        sigset_t all;
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        signal(SIGSYS, SIG_IGN);
        execl("/proc/self/exe", "count_masks", "executed", NULL);
        _exit(1);
    }
    wait(NULL);
    print_mask("after vfork");
    struct sigaction old;
    sigaction(SIGSYS, NULL, &old);
    printf("SIGSYS is %s\n", old.sa_handler == SIG_DFL ? "default" : "other");
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    fflush(stdout);
    int status;
    if (fork() == 0) {
        raise(SIGSYS);
        _exit(0);
    }
    wait(&status);
    printf("killed by %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

int main(int count, char **arguments) {
    (void)arguments;
    if (count > 1) {
        struct sigaction old;
        print_mask("executed");
        sigaction(SIGSYS, NULL, &old);
        printf("executed: SIGSYS is %s\n", old.sa_handler == SIG_IGN ? "ignored" : "other");
        return 0;
    }
    masks();
    actions();
    pending();
    jumps();
    waits();
    inherited();
    return 0;
}
