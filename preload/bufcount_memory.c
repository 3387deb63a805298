/* The memory that bufcount shares with the tree: a file in /dev/shm, whose path travels in the environment,
   so that a process that closed every descriptor still leads the next one to it. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

static char path[64];

static void remove_file(void) {
    if (path[0])
        unlink(path);
    path[0] = 0;
}

static int make_file(void) {
    static const char *const directories[] = {"/dev/shm", "/tmp"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        snprintf(path, sizeof path, "%s/bufcount-XXXXXX", directories[i]);
        int descriptor = mkostemp(path, O_CLOEXEC);
        if (descriptor >= 0) {
            atexit(remove_file);
            return descriptor;
        }
    }
    die(EXIT_OWN_FAILURE, "shared memory: %s: %s", path, strerror(errno));
}

/* The limit on the size of files is meant for the program. */
static int set_size(int descriptor, size_t size) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    struct rlimit raised = {limit.rlim_max, limit.rlim_max};
    setrlimit(RLIMIT_FSIZE, &raised);
    void (*action)(int) = signal(SIGXFSZ, SIG_IGN);
    int result = ftruncate(descriptor, (off_t)size), error = errno;
    signal(SIGXFSZ, action);
    setrlimit(RLIMIT_FSIZE, &limit);
    errno = error;
    return result;
}

/* The least number of ticks between two readings of the clock. */
static uint64_t clock_cost(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 1000; i++) {
        uint64_t from = __rdtsc(), taken = __rdtsc() - from;
        least = taken < least ? taken : least;
    }
    return least;
}

struct shared *memory_make(const struct options *options) {
    int descriptor = make_file();
    /* Only root's tree can come to run as somebody else, who must then open the file at exec. */
    if (geteuid() == 0)
        fchmod(descriptor, 0666);
    struct shared *shared = MAP_FAILED;
    if (set_size(descriptor, sizeof *shared) == 0)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared == MAP_FAILED)
        die(EXIT_OWN_FAILURE, "shared memory: %s: %s", path, strerror(errno));
    close(descriptor);
    shared->version = SHARED_VERSION;
    atomic_store(&shared->pids[0], REST_PID);
    atomic_store(&shared->images[0].phase, IMAGE_RUNNING);
    strcpy(shared->images[0].exe, "(others)");
    shared->images[0].order = UINT64_MAX;
    shared->patching = !options->no_patch;
    if (shared->patching)
        memory_list_sites(shared);
    shared->clock_cost = clock_cost();
    shared->began = __rdtsc();
    if (options->timed)
        atomic_store(&shared->flags, SHARED_TIMED);
    if (options->no_stdio)
        atomic_fetch_or(&shared->flags, SHARED_NO_STDIO);
    return shared;
}

const char *memory_path(void) {
    return path;
}

void memory_done(struct shared *shared) {
    remove_file();
    munmap(shared, sizeof *shared);
}

static bool listed(unsigned row, const char *const names[]) {
    for (; *names; names++)
        if (call_names[row] && strcmp(call_names[row], *names) == 0)
            return true;
    return false;
}

/* Calls that are counted as they begin, because their end is not seen, or that cannot fail by a signal. Who kills
   itself by SIGKILL does not come back from it. */
static bool never_settled(unsigned row, bool killed) {
    static const char *const ends[] = {"exit", "exit_group", "rt_sigreturn", "execve", "execveat", NULL};
    static const char *const signals[] = {"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
                                          NULL};
    return listed(row, ends) || (!killed && listed(row, signals));
}

/* Adds what a thread counted to SUM. The call in which it was when the image ended: exit_group and SIGKILL take a
   thread out of a call that never returns, and an exec the other threads: it is not counted, as strace does not. Any other signal first ends the
   call of the thread it hits, with an error; that is the first thread, where it does not block the signal. */
static void take_counts(const struct call_count *counts, struct figures *sum) {
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        sum[row].calls += counts[row].calls;
        sum[row].errors += counts[row].errors;
        sum[row].bytes += counts[row].bytes;
        sum[row].ticks += counts[row].ticks;
    }
}

static void take_account(const struct account *account, uint32_t flags, bool unfinished, bool running,
                         struct tally *tally, struct figures *sum) {
    take_counts(account->counts, sum);
    uint64_t present = account->present;
    if (!present || running)
        return;
    uint64_t row = (present - offsetof(struct account, counts)) / sizeof account->counts[0];
    if (row >= CALL_ROWS || never_settled((unsigned)row, flags & IMAGE_KILLED))
        return;
    tally->unfinished[row]++;
    if (unfinished)
        sum[row].calls--;
    else
        sum[row].errors++;
}

static void take_accounts(struct shared *shared, size_t number, bool executed, bool running,
                          struct tally *tally, struct figures *sum) {
    struct image *image = &shared->images[number];
    uint32_t flags = atomic_load(&image->flags);
    bool unfinished = executed || flags & (IMAGE_EXITING | IMAGE_KILLED);
    take_counts(image->rest, sum);
    take_account(&image->first, flags, unfinished, running, tally, sum);
    for (uint32_t i = 0; number && i < atomic_load(&shared->accounts_used); i++) {
        if (atomic_load(&shared->account_owners[i]) / 2 != number)
            continue;
        take_account(&shared->accounts[i], flags, true, running, tally, sum);
        memset(&shared->accounts[i], 0, sizeof shared->accounts[i]);
        atomic_store(&shared->account_owners[i], 0);
    }
}

static void add_io(struct proc_io *to, const struct proc_io *more) {
    to->rchar += more->rchar;
    to->wchar += more->wchar;
    to->syscr += more->syscr;
    to->syscw += more->syscw;
}

static void take_figures(const struct figures *sum, struct tally *tally, struct process *process) {
    struct figure_row rows[CALL_ROWS];
    size_t count = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        if (sum[row].calls == 0 && sum[row].errors == 0)
            continue;
        rows[count++] = (struct figure_row){row, sum[row]};
        tally->total[row].calls += sum[row].calls;
        tally->total[row].errors += sum[row].errors;
        tally->total[row].bytes += sum[row].bytes;
        tally->total[row].ticks += sum[row].ticks;
    }
    process->rows = count;
    process->table = malloc(count * sizeof rows[0] + 1);
    if (!process->table)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    memcpy(process->table, rows, count * sizeof rows[0]);
}

/* The stdio functions that the image called are what folding it adds to the tally's. */
static void take_stdio(struct shared *shared, struct tally *tally, size_t number, struct process *process) {
    static struct stdio_figures before[STDIO_ROWS];
    memcpy(before, tally->stdio, sizeof before);
    fold_stdio(shared, tally, number);
    process->stdio = malloc(STDIO_ROWS * sizeof process->stdio[0]);
    if (!process->stdio)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (uint32_t row = 0; row < STDIO_ROWS; row++) {
        const struct stdio_figures *now = &tally->stdio[row], *then = &before[row];
        if (memcmp(now, then, sizeof *now) == 0)
            continue;
        struct stdio_row *taken = &process->stdio[process->stdio_rows++];
        *taken = (struct stdio_row){row,
                                    {.calls = now->calls - then->calls,
                                     .errors = now->errors - then->errors,
                                     .bytes = now->bytes - then->bytes,
                                     .inside_bytes = now->inside_bytes - then->inside_bytes,
                                     .inside_ticks = now->inside_ticks - then->inside_ticks}};
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            taken->figures.inside[kind] = now->inside[kind] - then->inside[kind];
    }
    struct stdio_row *fitted = realloc(process->stdio, process->stdio_rows * sizeof *fitted + 1);
    process->stdio = fitted ? fitted : process->stdio;
}

/* Whether a process goes on; one that has ended and that nobody has waited for yet does not. */
static bool still_runs(const struct shared *shared, uint32_t pid) {
    char name[40], text[256];
    if (atomic_load(&shared->flags) & SHARED_PID_NAMESPACE || pid == REST_PID)
        return false;
    snprintf(name, sizeof name, "/proc/%u/stat", pid);
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor < 0 ? 0 : read(descriptor, text, sizeof text - 1);
    if (descriptor >= 0)
        close(descriptor);
    text[length > 0 ? length : 0] = 0;
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] && !strchr("ZX", name_end[2]);
}

/* ENDED is when, where nobody has seen its end but we, or 0; EXECUTED whether that was by an exec. RUNNING: it has not
   ended at all. */
static void fold(struct shared *shared, struct tally *tally, size_t number, uint64_t ended, bool executed,
                 bool running) {
    struct image *image = &shared->images[number];
    tally->processes = reallocarray(tally->processes, tally->process_count + 1, sizeof tally->processes[0]);
    if (!tally->processes)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    struct process *process = &tally->processes[tally->process_count++];
    uint32_t flags = atomic_load(&image->flags);
    *process = (struct process){
        .order = image->order,
        .parent = image->parent,
        .began = image->began ? image->began - shared->began : 0,
        .ended = running        ? 0
                 : image->ended ? image->ended - shared->began
                 : ended        ? ended - shared->began
                                : 0,
        .pid = (pid_t)atomic_load(&shared->pids[number]),
        .flags = flags,
        .ran = atomic_load(&image->phase) == IMAGE_RUNNING,
        .running = running,
        .exe = strndup(image->exe, EXE_SIZE - 1),
    };
    struct figures sum[CALL_ROWS] = {0};
    take_accounts(shared, number, executed, running, tally, sum);
    take_figures(sum, tally, process);
    take_stdio(shared, tally, number, process);
    add_io(&tally->loading, &image->own);
    if (process->ran && flags & IMAGE_IO_KNOWN) {
        tally->loading.rchar += image->at_start.rchar - image->before_exec.rchar;
        tally->loading.wchar += image->at_start.wchar - image->before_exec.wchar;
        tally->loading.syscr += image->at_start.syscr - image->before_exec.syscr;
        tally->loading.syscw += image->at_start.syscw - image->before_exec.syscw;
    }
    memset(image, 0, sizeof *image);
    atomic_store(&shared->pids[number], 0);
}

/* When a later image began in the same process: then this one has ended by exec. 0 when there is none. */
static uint64_t replaced(struct shared *shared, size_t number, uint32_t pid) {
    for (size_t i = 1; i < IMAGES; i++)
        if (i != number && atomic_load(&shared->pids[i]) == pid &&
            atomic_load(&shared->images[i].phase) == IMAGE_RUNNING &&
            shared->images[i].order > shared->images[number].order)
            return shared->images[i].began;
    return 0;
}

void memory_killed(struct shared *shared, pid_t pid) {
    for (size_t i = 1; i < IMAGES; i++)
        if (atomic_load(&shared->pids[i]) == (uint32_t)pid) {
            atomic_fetch_or(&shared->images[i].flags, IMAGE_KILLED);
            shared->images[i].ended = __rdtsc();
        }
}

/* Whether the image's process has ended some time ago: its parent has just waited for it when it is first
   found dead, and may be about to note how it ended. NOW: whether it has ended at all. */
static bool dead(size_t number, uint32_t pid, bool now) {
    static uint32_t found_dead[IMAGES];
    bool before = found_dead[number] == pid;
    found_dead[number] = kill((pid_t)pid, 0) < 0 && errno == ESRCH ? pid : 0;
    return (before || now) && found_dead[number];
}

void memory_fold(struct shared *shared, struct tally *tally, bool all) {
    if (!all && atomic_load(&shared->flags) & (SHARED_PID_NAMESPACE | SHARED_NO_DISPATCH))
        return; /* children may count into the image of a parent that is gone */
    for (size_t i = 1; i < IMAGES; i++) {
        uint32_t pid = atomic_load(&shared->pids[i]);
        if (pid == 0 || atomic_load(&shared->images[i].phase) == 0) /* free, or being made */
            continue;
        uint64_t executed = replaced(shared, i, pid), ended = executed;
        bool may_be_dead = all || !(atomic_load(&shared->images[i].flags) & IMAGE_MEMORY_SHARED);
        if (!executed && may_be_dead && dead(i, pid, all))
            ended = __rdtsc();
        if (all || ended)
            fold(shared, tally, i, ended, executed,
                 all && !ended && tally->left_running && still_runs(shared, pid));
    }
    if (all) {
        fold_other_files(shared, tally);
        bool used = false;
        for (size_t row = 0; row < CALL_ROWS; row++)
            used |= shared->images[0].rest[row].calls != 0;
        if (used)
            fold(shared, tally, 0, 0, false, false);
    }
}
