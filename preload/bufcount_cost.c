/* What a system call costs here: the same bytes moved in small and in large pieces, on a file of the same kind; the
   difference is that of the calls alone. And what the clock costs that --time reads twice a call. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum {
    LARGEST = 1 << 18,    /* bytes of a large piece */
    DRAINED = 65536,      /* bytes that a pipe holds */
    MOST_BYTES = 1 << 20, /* moved in a round, */
    MOST_CALLS = 2000,    /* in so many calls, */
    LEAST_CALLS = 16,     /* but not fewer than so many */
    ROUNDS = 15           /* of which the median counts */
};

/* Where the pieces go or come from. */
struct place {
    int descriptor;
    bool rewinds; /* each round starts at the beginning of a file */
    bool drains;  /* a thread reads what is written */
    pthread_t drainer;
    int other; /* the other end, or -1 */
};

static void *drain(void *argument) {
    char block[DRAINED];
    int descriptor = *(int *)argument;
    ssize_t length;
    do
        length = read(descriptor, block, sizeof block);
    while (length > 0 || (length < 0 && errno == EINTR));
    return NULL;
}

static int open_file(const char *directory) {
    int descriptor = directory && *directory ? open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
    return descriptor >= 0 ? descriptor : open(P_tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static bool open_terminal(int ends[2]) {
    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[0] < 0 || grantpt(ends[0]) < 0 || unlockpt(ends[0]) < 0)
        return false;
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
    return ends[1] >= 0;
}

/* Reading from a pipe is measured on a file: how the bytes came to be there is not the reader's cost. */
static bool place_open(struct place *place, enum file_kind kind, const char *directory, bool writing) {
    int ends[2] = {-1, -1};
    *place = (struct place){.descriptor = -1, .other = -1};
    bool pair =
        writing && ((kind == FILE_PIPE && pipe2(ends, O_CLOEXEC) == 0) ||
                    (kind == FILE_SOCKET && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) ||
                    (kind == FILE_TERMINAL && open_terminal(ends)));
    if (pair) {
        place->descriptor = ends[1];
        place->other = ends[0];
        place->drains = pthread_create(&place->drainer, NULL, drain, &place->other) == 0;
        return place->drains;
    }
    place->descriptor = kind == FILE_OTHER ? open(writing ? "/dev/null" : "/dev/zero", O_RDWR | O_CLOEXEC)
                                           : open_file(directory);
    place->rewinds = kind != FILE_OTHER;
    return place->descriptor >= 0;
}

static void place_close(struct place *place) {
    close(place->descriptor);
    if (place->drains)
        pthread_join(place->drainer, NULL);
    if (place->other >= 0)
        close(place->other);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Seconds of this thread for moving CALLS pieces of SIZE bytes; negative where it cannot. */
static double move(const struct place *place, bool writing, char *block, uint64_t size, uint64_t calls) {
    if (place->rewinds &&
        (lseek(place->descriptor, 0, SEEK_SET) < 0 || (writing && ftruncate(place->descriptor, 0) < 0)))
        return -1;
    double from = now();
    for (uint64_t i = 0; i < calls; i++) {
        ssize_t moved =
            writing ? write(place->descriptor, block, size) : read(place->descriptor, block, size);
        if (moved <= 0)
            return -1;
    }
    return now() - from;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double measure(enum file_kind kind, const char *directory, bool writing, uint64_t size,
                      uint64_t window) {
    struct place place;
    double costs[ROUNDS];
    int rounds = 0;
    window = window > LARGEST ? LARGEST : window;
    size = size < 1 ? 1 : size > window / 2 ? window / 2 : size;
    uint64_t calls = MOST_BYTES / size;
    calls = calls > MOST_CALLS ? MOST_CALLS : calls < LEAST_CALLS ? LEAST_CALLS : calls;
    uint64_t bytes = calls * size, large_calls = (bytes + window - 1) / window, large = bytes / large_calls;
    char *block = calloc(1, LARGEST);
    if (!block || !place_open(&place, kind, directory, writing)) {
        free(block);
        return 0;
    }
    /* The first round brings the place into the state that the others meet. */
    bool works = (writing || !place.rewinds || move(&place, true, block, large, large_calls) >= 0) &&
                 move(&place, writing, block, size, calls) >= 0;
    for (; works && rounds < ROUNDS; rounds++) {
        double few = move(&place, writing, block, large, large_calls);
        double many = move(&place, writing, block, size, calls);
        works = few >= 0 && many >= 0;
        costs[rounds] = (many - few) / (double)(calls - large_calls);
    }
    place_close(&place);
    free(block);
    if (!works)
        return 0;
    qsort(costs, ROUNDS, sizeof costs[0], ascending);
    return costs[ROUNDS / 2] > 0 ? costs[ROUNDS / 2] : 0;
}

/* The file system that holds the directory. */
static dev_t device_of(const char *directory) {
    struct stat status;
    return stat(*directory ? directory : P_tmpdir, &status) == 0 ? status.st_dev : 0;
}

double cost_of_call(enum file_kind kind, const char *directory, bool writing, uint64_t size,
                    uint64_t window) {
    enum { MEASURED = 24 /* kinds of places; thousands of files are of few kinds */ };
    static struct {
        enum file_kind kind;
        dev_t device;
        bool writing;
        int size; /* by powers of two */
        double cost;
    } measured[MEASURED];
    static size_t count;
    dev_t device = device_of(directory);
    int power = size ? 64 - __builtin_clzll(size) : 0;
    for (size_t i = 0; i < count; i++)
        if (measured[i].kind == kind && measured[i].device == device && measured[i].writing == writing &&
            (measured[i].size == power || count == MEASURED))
            return measured[i].cost;
    double cost = measure(kind, directory, writing, size, window);
    if (count < MEASURED) {
        measured[count].kind = kind;
        measured[count].device = device;
        measured[count].writing = writing;
        measured[count].size = power;
        measured[count++].cost = cost;
    }
    return cost;
}

uint64_t cost_of_clock(void) {
    enum { READINGS = 1000 };
    static uint64_t least;
    if (least)
        return least;
    least = UINT64_MAX;
    for (int i = 0; i < READINGS; i++) {
        uint64_t from = __rdtsc(), ticks = __rdtsc() - from;
        least = ticks < least ? ticks : least;
    }
    return least;
}
