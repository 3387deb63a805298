/* Leaves one record a process in a directory, which several runs on several machines may do at the same
   time. A record gets its name when it is whole. */
#include "bufcount_record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HOST_SIZE = 65 };

static void put_text(FILE *out, const char *text) {
    fputc('\t', out);
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        if (*at == '\\' || *at < 0x20 || *at == 0x7f)
            fprintf(out, "\\x%02x", *at);
        else
            fputc(*at, out);
}

static void put_number(FILE *out, uint64_t number) {
    fprintf(out, "\t%" PRIu64, number);
}

static void put_flags(FILE *out, const struct flag_name *names, uint32_t flags) {
    for (; names->name; names++)
        if (flags & names->bit)
            fprintf(out, "\t%s", names->name);
}

static void put_io(FILE *out, const char *fact, const struct proc_io *io) {
    fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", fact, io->rchar, io->wchar,
            io->syscr, io->syscw);
}

/* INDEX:COUNT for every count that is not 0. */
static void put_histogram(FILE *out, const _Atomic uint64_t counts[], size_t count) {
    for (size_t i = 0; i < count; i++)
        if (counts[i])
            fprintf(out, "\t%zu:%" PRIu64, i, counts[i]);
}

static bool any(const _Atomic uint64_t counts[], size_t count) {
    for (size_t i = 0; i < count; i++)
        if (counts[i])
            return true;
    return false;
}

static void put_flow(FILE *out, const char *name, const struct flow *flow) {
    if (!flow->calls && !flow->errors && !flow->bytes && !any(flow->sizes, SIZE_BUCKETS))
        return;
    fprintf(out, "%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", name, flow->calls, flow->errors, flow->bytes);
    if (any(flow->sizes, SIZE_BUCKETS)) {
        fprintf(out, "%s-sizes", name);
        put_histogram(out, flow->sizes, SIZE_BUCKETS);
        fputc('\n', out);
    }
    if (!flow->frequent[0].calls)
        return;
    fprintf(out, "%s-frequent", name);
    for (size_t i = 0; i < FREQUENT_SIZES; i++)
        if (flow->frequent[i].calls)
            fprintf(out, "\t%" PRIu64 ":%" PRIu64, flow->frequent[i].size, flow->frequent[i].calls);
    fputc('\n', out);
}

static void put_file(FILE *out, const struct file *file) {
    const struct file_record *record = &file->record;
    fputs("file", out);
    put_text(out, record->path);
    fprintf(out, "\t%s\t%d\t%" PRIu32 "\n",
            file_kind_names[record->kind <= FILE_OTHER ? record->kind : FILE_UNKNOWN], record->descriptor,
            record->block);
    for (const struct member_name *member = file_counter_names; member->name; member++)
        if (file_counter(record, member))
            fprintf(out, "%s\t%" PRIu64 "\n", member->name, file_counter(record, member));
    for (const struct member_name *member = file_flow_names; member->name; member++)
        put_flow(out, member->name, file_flow(record, member));
    if (any(record->latency, LATENCY_BUCKETS)) {
        fputs("file-latency", out);
        put_histogram(out, record->latency, LATENCY_BUCKETS);
        fputc('\n', out);
    }
    if (any(record->what_if, WHAT_IFS)) {
        fputs("what-if", out);
        put_histogram(out, record->what_if, WHAT_IFS);
        fputc('\n', out);
    }
}

static void put_image(FILE *out, const struct process *process) {
    fprintf(out, "image\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, process->order, process->parent,
            process->began, process->ended);
    put_text(out, process->exe ? process->exe : "");
    fputs("\nimage-flags", out);
    put_flags(out, image_flag_names, process->flags);
    fprintf(out, "%s%s\n", process->ran ? "" : "\tnot-counted", process->running ? "\tstill-running" : "");
    for (size_t i = 0; i < process->rows; i++) {
        const struct figure_row *row = &process->table[i];
        fputs("call", out);
        put_text(out, call_names[row->row] ? call_names[row->row] : call_names[OTHER_CALLS]);
        put_number(out, row->figures.calls);
        put_number(out, row->figures.errors);
        put_number(out, row->figures.bytes);
        put_number(out, row->figures.ticks);
        fputc('\n', out);
    }
    for (size_t i = 0; i < process->stdio_rows; i++) {
        const struct stdio_row *row = &process->stdio[i];
        if (!stdio_names[row->row])
            continue;
        fputs("stdio", out);
        put_text(out, stdio_names[row->row]);
        put_number(out, row->figures.calls);
        put_number(out, row->figures.errors);
        put_number(out, row->figures.bytes);
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            put_number(out, row->figures.inside[kind]);
        put_number(out, row->figures.inside_bytes);
        put_number(out, row->figures.inside_ticks);
        fputc('\n', out);
    }
}

/* What is of the whole run stands in its first record. */
static void put_run(FILE *out, const struct tally *tally, size_t records) {
    fprintf(out, "records\t%zu\nstatus\t%d\nrefused\t%d\n", records, tally->status, tally->refused_errno);
    if (tally->io_known) {
        put_io(out, "kernel", &tally->kernel);
        put_io(out, "loading", &tally->loading);
    }
    if (tally->left_running)
        fputs("left-running\n", out);
    for (size_t row = 0; row < CALL_ROWS; row++) {
        if (!call_names[row])
            continue;
        if (tally->unfinished[row])
            fprintf(out, "unfinished\t%s\t%" PRIu64 "\n", call_names[row], tally->unfinished[row]);
        uint64_t calls = 0;
        for (size_t i = 0; i < LATENCY_BUCKETS; i++)
            calls += tally->latency[row][i];
        if (!calls)
            continue;
        fprintf(out, "latency\t%s", call_names[row]);
        for (size_t i = 0; i < LATENCY_BUCKETS; i++)
            if (tally->latency[row][i])
                fprintf(out, "\t%zu:%" PRIu64, i, tally->latency[row][i]);
        fputc('\n', out);
    }
    for (size_t i = 0; i < tally->moment_count; i++) {
        const struct moment *moment = &tally->moments[i];
        fprintf(out, "moment\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n", moment->at,
                moment->calls, moment->bytes, moment->stdio_calls, moment->given);
    }
}

/* For each image the index of the first one of its process, and of the next one or NO_IMAGE. */
struct chains {
    size_t *first, *next;
};

static struct chains find_chains(const struct tally *tally) {
    size_t size = tally->process_count * sizeof(size_t) + 1;
    struct chains chains = {malloc(size), malloc(size)};
    if (!chains.first || !chains.next)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->process_count; i++) {
        size_t before = image_before(tally, i);
        chains.first[i] = before == NO_IMAGE ? i : chains.first[before];
        chains.next[i] = NO_IMAGE;
        if (before != NO_IMAGE)
            chains.next[before] = i;
    }
    return chains;
}

static int by_image(const void *left, const void *right) {
    uint64_t a = (*(const struct file *const *)left)->order, b = (*(const struct file *const *)right)->order;
    return a < b ? -1 : a > b;
}

/* The files by the order of their image. */
static const struct file **sort_files(const struct tally *tally) {
    const struct file **files = malloc(tally->file_count * sizeof *files + 1);
    if (!files)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->file_count; i++)
        files[i] = &tally->files[i];
    qsort(files, tally->file_count, sizeof *files, by_image);
    return files;
}

/* The first of FILES that is not of an image before. */
static size_t first_file(const struct file **files, size_t count, uint64_t order) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (files[middle]->order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What all records of this run share. */
struct leaving {
    const struct options *options;
    const struct tally *tally;
    struct chains chains;
    const struct file **files;
    size_t records;
    char host[HOST_SIZE];
    char id[HOST_SIZE + 64]; /* of the run */
    int rank, ranks;
};

static void put_record(FILE *out, const struct leaving *leaving, size_t first) {
    const struct tally *tally = leaving->tally;
    fprintf(out, RECORD_MAGIC "\t%d\nrun", RECORD_VERSION);
    put_text(out, leaving->id);
    fputs("\nhost", out);
    put_text(out, leaving->host);
    if (leaving->rank >= 0)
        fprintf(out, "\nrank\t%d\t%d", leaving->rank, leaving->ranks);
    fputs("\nprogram", out);
    for (char **word = leaving->options->command; *word; word++)
        put_text(out, *word);
    fprintf(out, "\nlibrary\t%s\nbegan\t%.9f\ntick\t%.17g\nlength\t%" PRIu64 "\nflags",
            tally->library ? tally->library : "libc", tally->began, tally->nanoseconds_of_tick, tally->ticks);
    put_flags(out, shared_flag_names, tally->flags);
    fputc('\n', out);
    if (first == 0)
        put_run(out, tally, leaving->records);
    fprintf(out, "process\t%d\n", (int)tally->processes[first].pid);
    for (size_t i = first; i != NO_IMAGE; i = leaving->chains.next[i]) {
        const struct process *image = &tally->processes[i];
        put_image(out, image);
        for (size_t file = first_file(leaving->files, tally->file_count, image->order);
             file < tally->file_count && leaving->files[file]->order == image->order; file++)
            put_file(out, leaving->files[file]);
    }
    fputs("end\n", out);
}

/* Writes the record to DESCRIPTOR, which it closes or, kept open for a link to be made, returns through OUT. */
static bool fill(const struct leaving *leaving, int descriptor, size_t first, FILE **out) {
    *out = fdopen(descriptor, "w");
    if (!*out) {
        close(descriptor);
        return false;
    }
    put_record(*out, leaving, first);
    return fflush(*out) == 0 && !ferror(*out);
}

/* Without a name until it is whole: whoever is killed meanwhile leaves nothing. Not every file system has this. */
static bool leave_unnamed(const struct leaving *leaving, int directory, size_t first, const char *name) {
    char own[40];
    FILE *out;
    int descriptor = openat(directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return false;
    snprintf(own, sizeof own, "/proc/self/fd/%d", descriptor);
    bool left = fill(leaving, descriptor, first, &out) &&
                linkat(AT_FDCWD, own, directory, name, AT_SYMLINK_FOLLOW) == 0;
    if (out)
        fclose(out);
    return left;
}

/* Under a name that begins with a dot, then renamed. */
static bool leave_renamed(const struct leaving *leaving, int directory, size_t first, const char *name) {
    char hidden[NAME_MAX + 2];
    FILE *out;
    snprintf(hidden, sizeof hidden, ".%s", name);
    int descriptor = openat(directory, hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return false;
    bool left = fill(leaving, descriptor, first, &out);
    left = out && fclose(out) == 0 && left && renameat(directory, hidden, directory, name) == 0;
    if (!left)
        unlinkat(directory, hidden, 0);
    return left;
}

static bool leave(const struct leaving *leaving, int directory, size_t first) {
    const struct process *process = &leaving->tally->processes[first];
    char name[NAME_MAX];
    uint64_t order = process->order == UINT64_MAX ? 0 : process->order;
    snprintf(name, sizeof name, "%s.%d.%" PRIu64 RECORD_SUFFIX, leaving->id, (int)process->pid, order);
    if (leave_unnamed(leaving, directory, first, name) || leave_renamed(leaving, directory, first, name))
        return true;
    warning("%s/%s: %s", leaving->options->directory, name, strerror(errno));
    return false;
}

static void make_directory(const char *path) {
    char *copy = strdup(path);
    if (!copy)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (char *at = copy + 1; (at = strchr(at, '/')); *at++ = '/') {
        *at = 0;
        mkdir(copy, 0777);
    }
    mkdir(copy, 0777);
    free(copy);
}

int record_directory(const char *path) {
    make_directory(path);
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || faccessat(directory, ".", W_OK | X_OK, 0) < 0)
        die(EXIT_OWN_FAILURE, "%s: %s", path, strerror(errno));
    return directory;
}

/* A host's process ids come again, and two containers may have the same host name: the moment tells them
   apart. */
static void name_run(struct leaving *leaving) {
    if (gethostname(leaving->host, sizeof leaving->host) < 0)
        strcpy(leaving->host, "host");
    leaving->host[sizeof leaving->host - 1] = 0;
    char *id = leaving->id;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(id, sizeof leaving->id, "%s.%d.%llx%08lx", leaving->host, (int)getpid(), (long long)now.tv_sec,
             now.tv_nsec);
    for (; *id; id++)
        if (*id == '/' || (unsigned char)*id <= ' ')
            *id = '_';
}

void records_write(const struct options *options, const struct tally *tally) {
    struct leaving leaving = {
        .options = options, .tally = tally, .chains = find_chains(tally), .files = sort_files(tally)};
    leaving.rank = rank_of_environment(&leaving.ranks);
    name_run(&leaving);
    for (size_t i = 0; i < tally->process_count; i++)
        leaving.records += leaving.chains.first[i] == i;
    int directory = record_directory(options->directory);
    for (size_t i = 0; i < tally->process_count; i++)
        if (leaving.chains.first[i] == i && !leave(&leaving, directory, i))
            break;
    close(directory);
    free(leaving.chains.first);
    free(leaving.chains.next);
    free(leaving.files);
}
