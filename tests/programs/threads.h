/* Helpers for programs whose threads share streams. */
#ifndef THREADS_H
#define THREADS_H

#include "expect.h"
#include <pthread.h>
#include <sched.h>

static inline pthread_t start_thread(void *(*run)(void *), void *argument) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, run, argument) == 0);
    return thread;
}

static inline void run_thread(void *(*run)(void *), void *argument) {
    pthread_join(start_thread(run, argument), NULL);
}

__attribute__((unused)) static void *sleep_for_ever(void *unused) {
    while (true)
        pause();
    return unused;
}

/* From here on the process has threads, whatever else ends. */
static inline void be_threaded(void) {
    pthread_detach(start_thread(sleep_for_ever, NULL));
}

/* Threads that meet should run at once; where there is one processor they take turns. */
static inline void use_processor(int number) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(number, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* Waits until another thread has set it. */
static inline void wait_for(_Atomic int *value, int least) {
    while (*value < least)
        sched_yield();
}

/* Calls enough that a library which gives a stream to the thread that uses it has given it to this one. */
static inline void use_often(FILE *f) {
    for (int i = 0; i < 10; i++)
        ferror(f), clearerr(f);
}

static inline void *try_lock(void *f) {
    if (ftrylockfile(f) != 0)
        return (void *)1;
    funlockfile(f);
    return NULL;
}

/* Whether another thread could have the stream's lock. */
static inline bool free_for_others(FILE *f) {
    void *refused;
    pthread_join(start_thread(try_lock, f), &refused);
    return !refused;
}

#endif
