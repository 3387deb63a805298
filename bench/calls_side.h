/* One side of the comparison: a process on libc or on libbuf, with one thread or with one more alive, that
   runs a cell of the table whenever the driver says so. It speaks with the driver through two pipes, never
   through stdio. */

#ifndef CALLS_SIDE_H
#define CALLS_SIDE_H

#include "calls_input.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

enum {
    COMMANDS = 3, /* descriptor on which a side reads orders */
    RESULTS = 4,  /* and writes results */
    SAMPLES = 2,  /* timed in one visit */
    WINDOW = 64 << 10,
    PIPE_SIZE = 1 << 20,
    PIPE_LOAD = 512 << 10,  /* bytes through a pipe in one sample at most: never so many that it fills */
    PIPE_AHEAD = 64 << 10,  /* bytes that wait in a pipe beyond what a sample reads: it never runs empty */
    WARM_BYTES = 512 << 10, /* through a new stream before the clock starts */
    INPUT_BYTES = 6 << 20,  /* of an input file */
};

/* What a side is told to do. */
struct order {
    int row;    /* in rows[] */
    bool pipe;  /* through a pipe, else a file */
    bool large; /* with a buffer of 64 KiB given by setvbuf, else the default */
};

/* What it answers. */
struct result {
    double ns[SAMPLES]; /* a call */
    double least;       /* bytes that the visit must have moved through the stream */
    int error;          /* errno of what failed, -1 when an operation gave back something wrong; 0: fine */
};

static struct material material;
static char large_window[WINDOW] __attribute__((aligned(4096)));

/* The second thread of a process that has one: it sleeps, or takes part in a pair. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool wanted; /* it shall take part */
    operation *run;
    FILE *f;
    long calls;
    atomic_int ready; /* how many stand at the start */
    double start, end;
    bool right;
    struct material material;
} partner = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void use_processor(int number) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(number, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* Both threads leave this at once. */
static void meet(void) {
    atomic_fetch_add(&partner.ready, 1);
    while (atomic_load(&partner.ready) < 2)
        sched_yield();
}

static void *partner_waits(void *unused) {
    (void)unused;
    pthread_mutex_lock(&partner.mutex);
    while (true) {
        while (!partner.wanted)
            pthread_cond_wait(&partner.changed, &partner.mutex);
        pthread_mutex_unlock(&partner.mutex);
        use_processor(1);
        meet();
        partner.start = now();
        partner.right = partner.run(partner.f, &partner.material, partner.calls);
        partner.end = now();
        pthread_mutex_lock(&partner.mutex);
        partner.wanted = false;
        pthread_cond_broadcast(&partner.changed);
    }
    return NULL;
}

/* Both threads on one stream: ns a call over all calls of both. Runs that did not overlap are tried again,
 * twice. */
static bool time_pair(const struct row *row, FILE *f, long calls, double *ns) {
    cpu_set_t before;
    bool right = true;
    sched_getaffinity(0, sizeof before, &before);
    for (int tries = 0; tries < 3; tries++) {
        pthread_mutex_lock(&partner.mutex);
        partner.run = row->run;
        partner.f = f;
        partner.calls = calls;
        atomic_store(&partner.ready, 0);
        partner.wanted = true;
        pthread_cond_broadcast(&partner.changed);
        pthread_mutex_unlock(&partner.mutex);
        use_processor(0);
        meet();
        double start = now();
        right &= row->run(f, &material, calls);
        double end = now();
        pthread_mutex_lock(&partner.mutex);
        while (partner.wanted)
            pthread_cond_wait(&partner.changed, &partner.mutex);
        pthread_mutex_unlock(&partner.mutex);
        right &= partner.right;
        double first = start < partner.start ? start : partner.start;
        double last = end > partner.end ? end : partner.end;
        double both =
            (end < partner.end ? end : partner.end) - (start > partner.start ? start : partner.start);
        *ns = (last - first) / (2 * (double)calls);
        if (both > 0.7 * (last - first))
            break;
    }
    sched_setaffinity(0, sizeof before, &before);
    return right;
}

/* The visit of one cell. */
struct visit {
    const struct row *row;
    FILE *f;
    int ends[2]; /* of the pipe; -1 */
    char *block; /* one period of the input, for a pipe */
    size_t block_size;
    long calls;  /* in one sample */
    double done; /* calls made so far */
};

/* All of it, or -1. */
static int write_whole(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t r = write(fd, p, n);
        if (r < 0 && errno != EINTR)
            return -1;
        p += r > 0 ? r : 0;
        n -= r > 0 ? (size_t)r : 0;
    }
    return 0;
}

/* Puts whole periods of input into the pipe, at least n bytes, as few as that needs. Returns the bytes, or
 * -1. */
static ssize_t feed(struct visit *v, size_t n) {
    size_t fed = 0;
    for (; fed < n; fed += v->block_size)
        if (write_whole(v->ends[1], v->block, v->block_size) < 0)
            return -1;
    return (ssize_t)fed;
}

/* Empties a pipe that was written to. */
static void drain(struct visit *v) {
    static char sink[1 << 16];
    while (read(v->ends[0], sink, sizeof sink) > 0)
        ;
}

/* Bytes that a sample reads. */
static size_t appetite(const struct visit *v) {
    bool even = v->row->way == IN_BYTES || v->row->way == IN_LINES;
    return even ? (size_t)v->calls * v->row->bytes : (size_t)(v->calls / PERIOD) * v->block_size;
}

/* One sample; ns NULL: not timed. 0, errno, or -1. */
static int sample(struct visit *v, double *ns) {
    double whole = 0;
    bool right;
    if (v->block && feed(v, appetite(v)) < 0)
        return errno;
    errno = 0;
    if (v->row->pair) {
        right = time_pair(v->row, v->f, v->calls, &whole);
        v->done += 2 * (double)v->calls;
    } else {
        double start = now();
        right = v->row->run(v->f, &material, v->calls);
        whole = (now() - start) / (double)v->calls;
        v->done += (double)v->calls;
    }
    int error = errno;
    if (v->ends[0] >= 0 && !v->block)
        drain(v);
    if (ns)
        *ns = whole;
    return right ? 0 : error ? error : -1;
}

/* Opens the stream of a visit. 0 or errno. */
static int open_visit(struct visit *v, struct order order, const char *directory) {
    enum way way = v->row->way;
    bool in = way >= IN_BYTES && way <= IN_WORDS, standard = v->row->run == do_puts;
    char path[PATH_MAX];
    if (way == OUT)
        snprintf(path, sizeof path, "/dev/null");
    else if (way != MEMORY)
        snprintf(path, sizeof path, "%s/%s", directory, input_names[way]);
    if (way == MEMORY || way == OPENING)
        return 0;
    if (order.pipe) {
        if (pipe2(v->ends, O_CLOEXEC) < 0)
            return errno;
        fcntl(v->ends[0], F_SETPIPE_SZ, PIPE_SIZE);
        if (fcntl(v->ends[0], F_GETPIPE_SZ) < PIPE_SIZE)
            return ENOBUFS;
        if (in) {
            v->block = make_block(way, &material, &v->block_size);
            if (!v->block || feed(v, PIPE_AHEAD) < 0)
                return errno;
        } else {
            fcntl(v->ends[0], F_SETFL, O_NONBLOCK);
        }
        snprintf(path, sizeof path, "/proc/self/fd/%d", v->ends[1]);
    }
    if (standard)
        v->f = freopen(path, "w", stdout);
    else if (order.pipe)
        v->f = fdopen(v->ends[!in], in ? "r" : "w");
    else
        v->f = fopen(path, way == RANDOM_OUT ? "r+" : in || way == RANDOM_IN ? "r" : "w");
    if (!v->f || (order.large && setvbuf(v->f, large_window, _IOFBF, WINDOW) != 0))
        return errno ? errno : EINVAL;
    return 0;
}

/* The other way round. 0 or errno. */
static int close_visit(struct visit *v) {
    bool standard = v->row->run == do_puts;
    int r = 0, stream_has = v->block ? 0 : 1;
    if (standard)
        r = freopen("/dev/null", "w", stdout) ? 0 : errno;
    else if (v->f)
        r = fclose(v->f) == 0 ? 0 : errno;
    for (int i = 0; i < 2; i++)
        if (v->ends[i] >= 0 && (standard || !v->f || i != stream_has))
            close(v->ends[i]);
    free(v->block);
    return r;
}

static struct result visit_cell(struct order order, const char *directory) {
    struct visit v = {.row = &rows[order.row], .ends = {-1, -1}};
    struct result result = {.error = 0};
    v.calls = v.row->calls;
    while (order.pipe && v.row->bytes * (size_t)v.calls * (v.row->pair ? 2 : 1) > PIPE_LOAD)
        v.calls = v.calls > 2 * PERIOD ? v.calls / 2 / PERIOD * PERIOD : v.calls / 2;
    result.error = open_visit(&v, order, directory);
    double warm = v.row->way == OUT || (v.row->way >= IN_BYTES && v.row->way <= IN_WORDS) ? WARM_BYTES : 0;
    if (!result.error)
        do
            result.error = sample(&v, NULL);
        while (!result.error && v.done * (double)v.row->bytes < warm && v.row->bytes);
    for (int i = 0; i < SAMPLES && !result.error; i++)
        result.error = sample(&v, &result.ns[i]);
    int closed = close_visit(&v);
    if (!result.error)
        result.error = closed;
    result.least = v.row->way == MEMORY ? 0 : v.row->least > 0 ? v.row->least * v.done : 1;
    return result;
}

/* Whether `name` comes from libbuf in this process: from the file that holds buf_version. */
static bool from_libbuf(const char *name) {
    Dl_info function, library;
    void *mark = dlsym(RTLD_DEFAULT, "buf_version"), *place = dlsym(RTLD_DEFAULT, name);
    return mark && place && dladdr(mark, &library) && dladdr(place, &function) &&
           library.dli_fbase == function.dli_fbase;
}

/* Serves until the driver closes its end. The first answer says which of the proofs hold, one byte a row. */
static int serve(bool more, const char *directory) {
    static char opening[PATH_MAX];
    char proved[ROWS];
    pthread_t thread;
    struct order order;
    snprintf(opening, sizeof opening, "%s/%s%d", directory, input_names[OPENING], (int)getpid());
    if (!setlocale(LC_CTYPE, "C.UTF-8") || !make_material(&material) || !make_material(&partner.material))
        return 125;
    material.path = opening;
    for (int i = 0; i < ROWS; i++)
        proved[i] = from_libbuf(rows[i].proof ? rows[i].proof : "fopen");
    if (more && pthread_create(&thread, NULL, partner_waits, NULL) != 0)
        return 125;
    if (write_whole(RESULTS, proved, sizeof proved) < 0)
        return 125;
    while (read(COMMANDS, &order, sizeof order) == (ssize_t)sizeof order) {
        struct result result = visit_cell(order, directory);
        if (write_whole(RESULTS, (const char *)&result, sizeof result) < 0)
            break;
    }
    unlink(opening);
    return 0;
}

#endif
