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

enum { PATCH_AFTER = 16 /* about where a patch has paid for itself */ };

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
    const char *patch_after = getenv("BUFCOUNT_PATCH_AFTER");
    shared->patch_after = options->no_patch ? 0
                          : patch_after     ? (uint32_t)strtoul(patch_after, NULL, 10)
                                            : PATCH_AFTER;
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

/* Calls that are counted as they begin, because their end is not seen, or that cannot fail by a signal. */
static bool never_settled(unsigned row) {
    static const char *const names[] = {
        "exit", "exit_group", "rt_sigreturn", "execve",          "execveat",
        "kill", "tkill",      "tgkill",       "rt_sigqueueinfo", "rt_tgsigqueueinfo"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (call_names[row] && strcmp(call_names[row], names[i]) == 0)
            return true;
    return false;
}

/* The calls in which the image's threads were when it ended. exit_group and SIGKILL take a thread out of a
   call that never returns: it is not counted, as strace does not. Any other signal first ends the call of the
   thread it hits, with an error; that is the first thread, where it does not block the signal. */
static void settle_present_calls(struct image *image, struct tally *tally) {
    bool unfinished = atomic_load(&image->flags) & (IMAGE_EXITING | IMAGE_KILLED);
    for (size_t i = 0; i < TRACKED_THREADS; i++) {
        unsigned present = atomic_exchange(&image->present_call[i], 0);
        if (present == 0 || present > CALL_ROWS || never_settled(present - 1))
            continue;
        tally->unfinished[present - 1]++;
        if (unfinished || i > 0)
            atomic_fetch_sub(&image->counts[present - 1].calls, 1);
        else
            atomic_fetch_add(&image->counts[present - 1].errors, 1);
    }
}

static void add_io(struct proc_io *to, const struct proc_io *more) {
    to->rchar += more->rchar;
    to->wchar += more->wchar;
    to->syscr += more->syscr;
    to->syscw += more->syscw;
}

static void take_figures(struct image *image, struct tally *tally, struct process *process) {
    struct figure_row rows[CALL_ROWS];
    size_t count = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        struct call_count *entry = &image->counts[row];
        struct figures now = {entry->calls, entry->errors, entry->bytes, entry->ticks};
        if (now.calls == 0 && now.errors == 0)
            continue;
        rows[count++] = (struct figure_row){row, now};
        tally->total[row].calls += now.calls;
        tally->total[row].errors += now.errors;
        tally->total[row].bytes += now.bytes;
        tally->total[row].ticks += now.ticks;
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

static void fold(struct shared *shared, struct tally *tally, size_t number, bool running) {
    struct image *image = &shared->images[number];
    tally->processes = reallocarray(tally->processes, tally->process_count + 1, sizeof tally->processes[0]);
    if (!tally->processes)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    struct process *process = &tally->processes[tally->process_count++];
    uint32_t flags = atomic_load(&image->flags);
    *process = (struct process){
        .order = image->order,
        .pid = (pid_t)atomic_load(&shared->pids[number]),
        .flags = flags,
        .ran = atomic_load(&image->phase) == IMAGE_RUNNING,
        .running = running,
        .parent = image->parent,
        .began = image->began,
        .ended = running ? 0 : image->ended,
        .exe = strndup(image->exe, EXE_SIZE - 1),
    };
    if (!running)
        settle_present_calls(image, tally);
    take_figures(image, tally, process);
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

/* Whether a later image runs in the same process: then this one has ended by exec. */
static bool replaced(struct shared *shared, size_t number, uint32_t pid) {
    for (size_t i = 1; i < IMAGES; i++)
        if (i != number && atomic_load(&shared->pids[i]) == pid &&
            atomic_load(&shared->images[i].phase) == IMAGE_RUNNING &&
            shared->images[i].order > shared->images[number].order)
            return true;
    return false;
}

void memory_killed(struct shared *shared, pid_t pid) {
    for (size_t i = 1; i < IMAGES; i++)
        if (atomic_load(&shared->pids[i]) == (uint32_t)pid)
            atomic_fetch_or(&shared->images[i].flags, IMAGE_KILLED);
}

/* Whether the image's process has ended some time ago: its parent has just waited for it when it is first
   found dead, and may be about to note how it ended. */
static bool dead(size_t number, uint32_t pid) {
    static uint32_t found_dead[IMAGES];
    bool before = found_dead[number] == pid;
    found_dead[number] = kill((pid_t)pid, 0) < 0 && errno == ESRCH ? pid : 0;
    return before && found_dead[number];
}

void memory_fold(struct shared *shared, struct tally *tally, bool all) {
    if (!all && atomic_load(&shared->flags) & (SHARED_PID_NAMESPACE | SHARED_NO_DISPATCH))
        return; /* children may count into the image of a parent that is gone */
    for (size_t i = 1; i < IMAGES; i++) {
        uint32_t pid = atomic_load(&shared->pids[i]);
        if (pid == 0)
            continue;
        bool ended = replaced(shared, i, pid) ||
                     (all ? !tally->left_running || !still_runs(shared, pid) : dead(i, pid));
        if (all || ended)
            fold(shared, tally, i, !ended);
    }
    if (all) {
        fold_other_files(shared, tally);
        bool used = false;
        for (size_t row = 0; row < CALL_ROWS; row++)
            used |= shared->images[0].counts[row].calls != 0;
        if (used)
            fold(shared, tally, 0, false);
    }
}
