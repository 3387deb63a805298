/* The driver: runs rounds on libc and libbuf for a time or a number of seeds, several at once; prints each
   difference shrunk to the operations it needs, and a table of what was reached. Exit status 1 on a
   difference. */

#include "round.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the workers share. */
struct progress {
    uint64_t next_seed; /* to be taken by the next free worker */
    uint64_t last_seed;
    uint64_t rounds, differences;
    uint64_t crashes; /* of libc */
    uint64_t bytes;   /* through libbuf's streams */
};

static struct options {
    double seconds;
    uint64_t seed, rounds;
    int jobs;
    unsigned most; /* differences to show before giving up */
    bool shrink, once, table;
    const char *skip;
    const char *directory;
} options = {.jobs = 2, .most = 5, .shrink = true, .table = true, .directory = "/tmp", .skip = ""};

static struct setup setup;
static struct progress *progress;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(struct round *round) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length), *real = stdout;
    if (options.shrink)
        shrink_round(&setup, round);
    stdout = out;
    printf("seed %llu differs (- libc, + libbuf); again: run.sh --once --seed %llu --skip %s\n",
           (unsigned long long)round->seed, (unsigned long long)round->seed, round->skip);
    print_round(round, options.shrink ? 40 : 15);
    stdout = real;
    fclose(out);
    if (write(1, text, length) < 0)
        exit(125);
    free(text);
}

static void work(int number, double end) {
    static struct round round;
    char directory[200];
    snprintf(directory, sizeof directory, "%s/%d", options.directory, number);
    mkdir(directory, 0777);
    setup.directory = directory;
    while (now() < end && progress->differences < options.most) {
        round.seed = __atomic_fetch_add(&progress->next_seed, 1, __ATOMIC_RELAXED);
        if (round.seed > progress->last_seed)
            break;
        strcpy(round.skip, options.skip);
        bool same = run_round(&setup, &round);
        if (!same && !setup.lifted && libc_crashed(&round)) {
            printf("seed %llu: libc crashed\n", (unsigned long long)round.seed);
            fflush(stdout);
            __atomic_fetch_add(&progress->crashes, 1, __ATOMIC_RELAXED);
        } else if (!same) {
            __atomic_fetch_add(&progress->differences, 1, __ATOMIC_RELAXED);
            report(&round);
        }
        __atomic_fetch_add(&progress->rounds, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&progress->bytes, round.totals[1] + round.totals[2], __ATOMIC_RELAXED);
        free_round(&round);
    }
}

static void add_coverage(struct coverage *sum, int number) {
    char path[300];
    snprintf(path, sizeof path, "%s/%d/coverage", options.directory, number);
    struct coverage *one = map_file(path, sizeof *one);
    for (size_t i = 0; i < sizeof *sum / sizeof(uint32_t); i++)
        ((uint32_t *)sum)[i] += ((uint32_t *)one)[i];
    munmap(one, sizeof *one);
}

static void parse(int argc, char **argv) {
    static const struct option names[] = {{"seconds", required_argument, NULL, 't'},
                                          {"rounds", required_argument, NULL, 'n'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"jobs", required_argument, NULL, 'j'},
                                          {"most", required_argument, NULL, 'm'},
                                          {"skip", required_argument, NULL, 'k'},
                                          {"lift", required_argument, NULL, 'u'},
                                          {"without", required_argument, NULL, 'w'},
                                          {"no-shrink", no_argument, NULL, 'S'},
                                          {"no-table", no_argument, NULL, 'T'},
                                          {"once", no_argument, NULL, 'o'},
                                          {"calls", required_argument, NULL, 'c'},
                                          {"fortified", required_argument, NULL, 'f'},
                                          {"linked", required_argument, NULL, 'l'},
                                          {"settings", required_argument, NULL, 'e'},
                                          {"library", required_argument, NULL, 'b'},
                                          {"directory", required_argument, NULL, 'd'},
                                          {0}};
    options.seed = (uint64_t)time(NULL) * 1000000;
    for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (option) {
        case 't':
            options.seconds = strtod(optarg, NULL);
            break;
        case 'n':
            options.rounds = strtoull(optarg, NULL, 10);
            break;
        case 's':
            options.seed = strtoull(optarg, NULL, 10);
            break;
        case 'j':
            options.jobs = atoi(optarg);
            break;
        case 'm':
            options.most = (unsigned)atoi(optarg);
            break;
        case 'k':
            options.skip = optarg;
            options.shrink = false;
            break;
        case 'u':
            setup.lifted = optarg;
            break;
        case 'w':
            setup.without = optarg;
            break;
        case 'S':
            options.shrink = false;
            break;
        case 'T':
            options.table = false;
            break;
        case 'o':
            options.once = true;
            break;
        case 'c':
            setup.calls = optarg;
            break;
        case 'f':
            setup.fortified = optarg;
            break;
        case 'l':
            setup.linked = optarg;
            break;
        case 'e':
            setup.settings = optarg;
            break;
        case 'b':
            setup.library = optarg;
            break;
        case 'd':
            options.directory = optarg;
            break;
        default:
            exit(125);
        }
    }
}

int main(int argc, char **argv) {
    parse(argc, argv);
    progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    uint64_t rounds = options.once ? 1 : options.rounds ? options.rounds : UINT32_MAX;
    *progress = (struct progress){.next_seed = options.seed, .last_seed = options.seed + rounds - 1};
    double start = now(), end = options.seconds > 0 ? start + options.seconds : start + 1e9;
    int jobs = options.once ? 1 : options.jobs;
    fflush(stdout);
    for (int i = 0; i < jobs; i++)
        if (fork() == 0) {
            work(i, end);
            _exit(0);
        }
    bool broken = false;
    for (int status; wait(&status) > 0;)
        broken |= status != 0;
    struct coverage sum = {0};
    for (int i = 0; i < jobs; i++)
        add_coverage(&sum, i);
    if (options.table && !options.once)
        print_coverage(&sum);
    printf("rounds: %llu from seed %llu, %.1f a second, %llu bytes through libbuf, libc crashed in %llu, "
           "%llu differences\n",
           (unsigned long long)progress->rounds, (unsigned long long)options.seed,
           (double)progress->rounds / (now() - start), (unsigned long long)progress->bytes,
           (unsigned long long)progress->crashes, (unsigned long long)progress->differences);
    if (broken || progress->rounds == 0 || (progress->bytes == 0 && !options.once))
        return 125;
    return progress->differences ? 1 : 0;
}
