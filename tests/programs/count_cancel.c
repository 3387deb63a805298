/* Cancels threads that wait in system calls; each must run its cleanup handlers, innermost first, and end as
 * cancelled. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int idle[2], full[2], sockets[2];
static sem_t semaphore, started;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static volatile int way, cleaned;

static void clean(void *digit) {
    cleaned = cleaned * 10 + (int)(long)digit;
}

static void kill_child(void *child) {
    kill((pid_t)(long)child, SIGKILL);
    waitpid((pid_t)(long)child, NULL, 0);
}

static void unlock(void *locked) {
    pthread_mutex_unlock(locked);
}

static void block(void) {
    char byte;
    struct iovec piece = {&byte, 1};
    struct timespec long_time = {1000, 0};
    struct pollfd entry = {idle[0], POLLIN, 0};
    struct epoll_event event;
    fd_set set;
    sigset_t none;
    sigemptyset(&none);
    sem_post(&started);
    switch (way) {
    case 0:
        read(idle[0], &byte, 1);
        break;
    case 1:
        for (;;)
            write(full[1], &byte, 1);
    case 2:
        nanosleep(&long_time, NULL);
        break;
    case 3:
        pause();
        break;
    case 4:
        sem_wait(&semaphore);
        break;
    case 5:
        poll(&entry, 1, -1);
        break;
    case 6:
        readv(idle[0], &piece, 1);
        break;
    case 7:
        FD_ZERO(&set);
        FD_SET(idle[0], &set);
        select(idle[0] + 1, &set, NULL, NULL, NULL);
        break;
    case 8:
        epoll_wait(epoll_create1(0), &event, 1, -1);
        break;
    case 9:
        recv(sockets[0], &byte, 1, 0);
        break;
    case 10:
        sigsuspend(&none);
        break;
    case 11:
        pthread_mutex_lock(&mutex);
        pthread_cleanup_push(unlock, &mutex);
        pthread_cond_wait(&condition, &mutex);
        pthread_cleanup_pop(1);
        break;
    case 12: /* no cancellation point at all */
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
        for (;;)
            getppid();
    case 13: {
        int state;
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
        pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        pthread_cleanup_push(kill_child, (void *)(long)child);
        pthread_setcancelstate(state, NULL);
        waitpid(child, NULL, 0);
        pthread_cleanup_pop(0);
        break;
    }
    case 14: {
        FILE *file = fdopen(dup(idle[0]), "r");
        getc(file);
        break;
    }
    }
}

static __attribute__((noinline)) void inner(void) {
    pthread_cleanup_push(clean, (void *)1);
    block();
    pthread_cleanup_pop(0);
}

static void *thread(void *argument) {
    pthread_cleanup_push(clean, (void *)2);
    inner();
    pthread_cleanup_pop(0);
    return argument;
}

/* Calls each of them often while there is one thread: a counter may then treat them in another way. */
static void warm_up(void) {
    char byte;
    struct iovec piece = {&byte, 1};
    struct pollfd entry = {idle[0], POLLIN, 0};
    struct timespec no_time = {0, 0};
    struct epoll_event event;
    int epoll = epoll_create1(0), zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
    for (int i = 0; i < 100; i++) {
        struct timeval now = {0, 0};
        read(zero, &byte, 1);
        write(null, &byte, 1);
        readv(zero, &piece, 1);
        nanosleep(&no_time, NULL);
        poll(&entry, 1, 0);
        select(0, NULL, NULL, NULL, &now);
        epoll_wait(epoll, &event, 1, 0);
        recv(sockets[0], &byte, 1, MSG_DONTWAIT);
        getppid();
    }
    close(epoll);
    close(zero);
    close(null);
}

int main(void) {
    char bytes[4096] = {0};
    setvbuf(stdout, NULL, _IONBF, 0);
    if (pipe(idle) || pipe(full) || socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) ||
        sem_init(&semaphore, 0, 0) || sem_init(&started, 0, 0))
        return 1;
    warm_up();
    fcntl(full[1], F_SETFL, O_NONBLOCK);
    while (write(full[1], bytes, sizeof bytes) > 0)
        ;
    fcntl(full[1], F_SETFL, 0);
    for (way = 0; way < 15; way++) {
        for (int round = 0; round < 4; round++) {
            pthread_t id;
            void *result;
            struct timespec moment = {0, round * 3000000};
            cleaned = 0;
            if (pthread_create(&id, NULL, thread, NULL))
                return 1;
            sem_wait(&started);
            nanosleep(&moment, NULL); /* the thread may be before or in the call */
            pthread_cancel(id);
            pthread_join(id, &result);
            if (result != PTHREAD_CANCELED || cleaned != 12) {
                printf("way %d round %d: cancelled %d, cleaned %d\n", way, round, result == PTHREAD_CANCELED,
                       cleaned);
                return 1;
            }
        }
        printf("way %d cancelled\n", way);
    }
    return 0;
}
