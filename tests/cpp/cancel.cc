// Cancels threads at any instruction of patched system calls: destructors and cleanup handlers must run each time.
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static int zero, null, idle[2], way;
static sem_t started;
static volatile int destroyed, cleaned;

struct Witness {
    ~Witness() { destroyed = destroyed + 1; }
};

static void clean(void *) {
    cleaned = cleaned + 1;
}

// Nothing here has a destructor: the cancellation may come between any two instructions of it.
static __attribute__((noinline)) void make_calls() {
    char bytes[16] = {0};
    sem_post(&started);
    if (way < 3)
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, nullptr);
    for (;;) {
        switch (way) {
        case 0:
            getppid();
            break;
        case 1:
            if (read(zero, bytes, sizeof bytes) < 0)
                abort();
            break;
        case 2:
        case 3:
            if (write(null, bytes, 1) != 1)
                abort();
            break;
        default:
            if (read(idle[0], bytes, 1) < 0)
                abort();
        }
    }
}

static __attribute__((noinline)) void inner() {
    Witness witness;
    make_calls();
}

static void *thread(void *argument) {
    Witness witness;
    pthread_cleanup_push(clean, nullptr);
    inner();
    pthread_cleanup_pop(0);
    return argument;
}

int main(int count, char **arguments) {
    int rounds = count > 1 ? atoi(arguments[1]) : 300;
    unsigned seed = 1;
    char byte = 0;
    zero = open("/dev/zero", O_RDONLY);
    null = open("/dev/null", O_WRONLY);
    if (zero < 0 || null < 0 || pipe(idle) || sem_init(&started, 0, 0))
        return 1;
    getppid();
    if (read(zero, &byte, 1) != 1 || write(null, &byte, 1) != 1)
        return 1;
    for (way = 0; way < 5; way++) {
        for (int round = 0; round < rounds; round++) {
            pthread_t id;
            void *result;
            destroyed = cleaned = 0;
            if (pthread_create(&id, nullptr, thread, nullptr))
                return 1;
            sem_wait(&started);
            for (volatile int i = rand_r(&seed) % 20000; i > 0; i = i - 1)
                ;
            pthread_cancel(id);
            pthread_join(id, &result);
            if (result != PTHREAD_CANCELED || destroyed != 2 || cleaned != 1) {
                printf("way %d, round %d: cancelled %d, destroyed %d, cleaned %d\n", way, round,
                       result == PTHREAD_CANCELED, destroyed, cleaned);
                return 1;
            }
        }
        printf("way %d: every destructor ran\n", way);
    }
    return 0;
}
