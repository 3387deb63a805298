/* THREADS threads make CALLS system calls each, and as many after a first lot has ended; then the process ends as END
   says: "return", "_exit" or "kill", with the threads still waiting in a call. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_THREADS = 1000 };

static int calls, stay;
static pthread_barrier_t barrier;

static void *work(void *argument) {
    for (int i = 0; i < calls; i++) {
        getppid();
        if (i % 10 == 0)
            lseek(-1, 0, SEEK_CUR);
    }
    if (stay) {
        pthread_barrier_wait(&barrier);
        for (;;)
            pause();
    }
    return argument;
}

int main(int count, char **arguments) {
    static pthread_t threads[MOST_THREADS];
    pthread_attr_t attributes;
    int number = count == 4 ? atoi(arguments[1]) : 0;
    if (number < 1 || number > MOST_THREADS)
        return 2;
    calls = atoi(arguments[2]);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    pthread_barrier_init(&barrier, NULL, (unsigned)number + 1);
    for (stay = 0; stay < 2; stay++) {
        for (int i = 0; i < number; i++)
            if (pthread_create(&threads[i], &attributes, work, NULL))
                return 2;
        for (int i = 0; i < number && !stay; i++)
            pthread_join(threads[i], NULL);
    }
    pthread_barrier_wait(&barrier);
    usleep(50000);
    if (strcmp(arguments[3], "kill") == 0)
        raise(SIGKILL);
    if (strcmp(arguments[3], "_exit") == 0)
        _exit(0);
    return 0;
}
