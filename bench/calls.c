/* The per-call table: what every operation of limits.md costs on libc and on libbuf, measured in turns. This
   process drives; four more, one for each side, sleep until it is their turn for a few milliseconds, so that
   a noisy neighbour hits all alike. calls.sh runs it. The totals that libbuf keeps prove that what was timed
   went through it. */

#include "calls_report.h"
#include <fnmatch.h>
#include <getopt.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { FAILED = 125, UNPROVED = 1 };

static struct {
    const char *library;   /* libbuf.so */
    const char *directory; /* for the files, in memory */
    const char *pattern;   /* of rows' names */
    const char *tsv;
    long passes;
    long seconds; /* no pass is begun that would end after that many */
} options = {.pattern = "*", .passes = 40, .seconds = 140};

/* The other end of a side. */
struct side {
    pid_t pid;
    int orders, results;
};

static struct side sides[SIDES];
static volatile uint64_t *totals; /* of libbuf: processes, bytes read, bytes written */

static void give_up(const char *what, int error) {
    fprintf(stderr, "calls: %s: %s\n", what,
            error == -1 ? "an operation gave back something wrong" : strerror(error));
    exit(FAILED);
}

/* Files that are read have a fixed content, in whole periods. */
static void make_input(enum way way, const struct material *m) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", options.directory, input_names[way]);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    size_t size = (size_t)PERIOD * 16, wanted = way == RANDOM_OUT ? (size_t)RECORDS * 16 : INPUT_BYTES;
    char *block = way == RANDOM_OUT ? calloc(1, size) : make_block(way, m, &size);
    if (fd < 0 || !block)
        give_up(path, errno);
    for (size_t done = 0; done < wanted; done += size)
        if (write_whole(fd, block, size) < 0)
            give_up(path, errno);
    free(block);
    close(fd);
}

static void map_totals(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, 4096) != 0)
        give_up(path, errno);
    totals = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (totals == MAP_FAILED)
        give_up(path, errno);
    close(fd);
}

/* Starts one side: this program again, on libbuf or not. */
static void start_side(int number, const char *totals_path) {
    struct side *side = &sides[number];
    int orders[2], results[2];
    bool libbuf = number & 1;
    if (pipe2(orders, O_CLOEXEC) < 0 || pipe2(results, O_CLOEXEC) < 0)
        give_up("pipe", errno);
    side->pid = fork();
    if (side->pid < 0)
        give_up("fork", errno);
    if (side->pid == 0) {
        int from = fcntl(orders[0], F_DUPFD, 10), to = fcntl(results[1], F_DUPFD, 10);
        dup2(from, COMMANDS);
        dup2(to, RESULTS);
        close(from);
        close(to);
        unsetenv("LIBBUF");
        if (libbuf) {
            setenv("LD_PRELOAD", options.library, 1);
            setenv("LIBBUF_TOTALS", totals_path, 1);
        } else {
            unsetenv("LD_PRELOAD");
        }
        execl("/proc/self/exe", "calls", number & 2 ? "--side=2" : "--side=1", "--directory",
              options.directory, (char *)NULL);
        _exit(127);
    }
    close(orders[0]);
    close(results[1]);
    side->orders = orders[1];
    side->results = results[0];
}

static bool read_whole(int fd, void *p, size_t n) {
    for (size_t done = 0; done < n;) {
        ssize_t r = read(fd, (char *)p + done, n - done);
        if (r == 0 || (r < 0 && errno != EINTR))
            return false;
        done += r > 0 ? (size_t)r : 0;
    }
    return true;
}

/* The side's functions are libbuf's, or are not, for every row. */
static void check_side(int number) {
    char proved[ROWS];
    if (!read_whole(sides[number].results, proved, sizeof proved))
        give_up(side_names[number], ECHILD);
    for (int i = 0; i < ROWS; i++)
        if (proved[i] != (number & 1)) {
            fprintf(stderr, "calls: %s: %s is %s libbuf's\n", side_names[number],
                    rows[i].proof ? rows[i].proof : "fopen", proved[i] ? "already" : "not");
            exit(UNPROVED);
        }
}

/* Has a side run a cell once and keeps its samples. Exits when it fails or nothing proves that libbuf did
   it. */
static void visit(struct cell *c, int number) {
    struct result result;
    uint64_t before = totals[1] + totals[2];
    if (write_whole(sides[number].orders, (const char *)&c->order, sizeof c->order) < 0 ||
        !read_whole(sides[number].results, &result, sizeof result))
        give_up(rows[c->order.row].name, ECHILD);
    if (result.error)
        give_up(rows[c->order.row].name, result.error);
    double moved = (double)(totals[1] + totals[2] - before);
    if ((number & 1) ? moved < result.least : moved > 0) {
        fprintf(stderr, "calls: %s, %s %s: %s: %.0f bytes passed through libbuf, %s %.0f\n",
                rows[c->order.row].name, place_name(c), window_name(c), side_names[number], moved,
                number & 1 ? "not the" : "not", number & 1 ? result.least : 0.0);
        exit(UNPROVED);
    }
    for (int i = 0; i < SAMPLES; i++)
        c->ns[number][c->count[number]++] = result.ns[i];
}

static bool wanted(const char *name) {
    return fnmatch(options.pattern, name, 0) == 0 || strstr(name, options.pattern);
}

/* The cells of the chosen rows; their number in *count. */
static struct cell *choose_cells(int *count) {
    struct cell *cells = calloc(ROWS * 4, sizeof *cells);
    int n = 0;
    for (int row = 0; cells && row < ROWS; row++) {
        enum way way = rows[row].way;
        bool pipes = way <= IN_WORDS && !rows[row].pair, windows = way != MEMORY && way != OPENING;
        for (int kind = 0; kind < 4 && wanted(rows[row].name); kind++) {
            struct order order = {row, kind & 2, kind & 1};
            if ((order.pipe && !pipes) || (order.large && !windows) || (!order.pipe && rows[row].pipe_only))
                continue;
            cells[n++].order = order;
        }
    }
    for (int i = 0; i < n; i++)
        for (int side = 0; side < SIDES; side++)
            if (!(cells[i].ns[side] = calloc((size_t)options.passes * SAMPLES, sizeof(double))))
                give_up("samples", ENOMEM);
    *count = n;
    return cells;
}

/* Every cell on every side once; the order of the sides turns round from pass to pass. */
static void run_pass(struct cell *cells, int n, long pass) {
    for (int i = 0; i < n; i++)
        for (int k = 0; k < SIDES; k++) {
            int number = pass % 2 ? SIDES - 1 - k : k;
            if (rows[cells[i].order.row].pair && number < 2)
                continue;
            visit(&cells[i], number);
        }
}

static void end_sides(void) {
    for (int i = 0; i < SIDES; i++) {
        close(sides[i].orders);
        waitpid(sides[i].pid, NULL, 0);
    }
}

static void print_help(void) {
    printf("usage: calls.sh [OPTION]...\n"
           "Measures what a call of stdio costs on libc and on libbuf, in turns, and prints both.\n\n"
           "  --rows=PATTERN    only operations whose name matches (a shell pattern) or has it in it\n"
           "  --passes=N        visits of every cell on every side, %d samples each (40)\n"
           "  --seconds=N       begin no pass that would end after that many seconds (140)\n"
           "  --quick           6 passes\n"
           "  --tsv=FILE        write the table as tab-separated values too\n"
           "  --library=FILE    the library to measure (build/libbuf.so)\n"
           "  --directory=DIR   where the files go (a new directory in /dev/shm)\n"
           "  --help, --version\n\n"
           "Exit status: 0; 1 when a row's data did not pass through libbuf; 125 when something failed.\n",
           SAMPLES);
}

static long read_number(const char *text, const char *what) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (*end || end == text || errno || value < 1 || value > 100000) {
        fprintf(stderr, "calls: %s: %s: not a whole number from 1 to 100000\n", what, text);
        exit(FAILED);
    }
    return value;
}

/* Returns which side this process is: 0 the driver, 1 one thread, 2 one more. */
static int read_options(int count, char **arguments) {
    static const struct option known[] = {{"rows", required_argument, NULL, 'r'},
                                          {"passes", required_argument, NULL, 'p'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {"quick", no_argument, NULL, 'q'},
                                          {"tsv", required_argument, NULL, 't'},
                                          {"library", required_argument, NULL, 'l'},
                                          {"directory", required_argument, NULL, 'd'},
                                          {"side", required_argument, NULL, 'S'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'v'},
                                          {NULL, 0, NULL, 0}};
    int option, side = 0;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        if (option == 'r')
            options.pattern = optarg;
        else if (option == 'p')
            options.passes = read_number(optarg, "--passes");
        else if (option == 's')
            options.seconds = read_number(optarg, "--seconds");
        else if (option == 'q')
            options.passes = 6;
        else if (option == 't')
            options.tsv = optarg;
        else if (option == 'l')
            options.library = optarg;
        else if (option == 'd')
            options.directory = optarg;
        else if (option == 'S')
            side = (int)read_number(optarg, "--side");
        else if (option == 'h' || option == 'v') {
            if (option == 'h')
                print_help();
            else
                printf("calls " BUF_VERSION "\n");
            exit(0);
        } else {
            exit(FAILED);
        }
    }
    if (optind < count) {
        fprintf(stderr, "calls: %s: no such argument\n", arguments[optind]);
        exit(FAILED);
    }
    return side;
}

int main(int count, char **arguments) {
    static const enum way inputs[] = {IN_BYTES, IN_LINES, IN_NUMBERS, IN_REALS, IN_WORDS, RANDOM_OUT};
    char totals_path[PATH_MAX];
    int side = read_options(count, arguments), n;
    if (!options.directory || (!side && !options.library)) {
        fprintf(stderr, "calls: needs --library and --directory; bench/calls.sh gives them\n");
        return FAILED;
    }
    if (side)
        return serve(side == 2, options.directory);

    signal(SIGPIPE, SIG_IGN);
    struct cell *cells = choose_cells(&n);
    if (!cells || !n) {
        fprintf(stderr, "calls: --rows: %s: no such operation\n", options.pattern);
        return FAILED;
    }
    if (!make_material(&material))
        give_up("material", ENOMEM);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        make_input(inputs[i], &material);
    snprintf(totals_path, sizeof totals_path, "%s/totals", options.directory);
    map_totals(totals_path);
    for (int i = 0; i < SIDES; i++)
        start_side(i, totals_path);
    for (int i = 0; i < SIDES; i++)
        check_side(i);

    double start = now(), took = 0;
    long passes = 0;
    /* No pass is begun that would end too late, if it takes as long as the others did. */
    while (passes < options.passes &&
           (passes < 2 || took / (double)passes * (double)(passes + 1) < options.seconds)) {
        run_pass(cells, n, passes++);
        took = (now() - start) / 1e9;
    }
    end_sides();
    sort_samples(cells, n);
    print_cells(cells, n);
    print_means(cells, n);
    printf("%ld passes of %d cells in %.0f s, %d samples a pass\n", passes, n, took, SAMPLES);
    int error = options.tsv ? write_tsv(options.tsv, cells, n) : 0;
    if (error)
        give_up(options.tsv, error);
    return 0;
}
