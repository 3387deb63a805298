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

static void put_files(FILE *out, const struct leaving *leaving, uint64_t order) {
    size_t count = leaving->tally->file_count;
    for (size_t i = first_file(leaving->files, count, order); i < count && leaving->files[i]->order == order;
         i++)
        record_put_file(out, leaving->files[i]);
}

static void put_record(FILE *out, const struct leaving *leaving, size_t first) {
    const struct tally *tally = leaving->tally;
    fprintf(out, RECORD_MAGIC "\t%d\nrun", RECORD_VERSION);
    record_put_text(out, leaving->id);
    fputs("\nhost", out);
    record_put_text(out, leaving->host);
    if (leaving->rank >= 0)
        fprintf(out, "\nrank\t%d\t%d", leaving->rank, leaving->ranks);
    fputs("\nprogram", out);
    for (char **word = leaving->options->command; *word; word++)
        record_put_text(out, *word);
    fprintf(out, "\nlibrary\t%s\nbegan\t%.9f\ntick\t%.17g\nlength\t%" PRIu64 "\nflags",
            tally->library ? tally->library : "libc", tally->began, tally->nanoseconds_of_tick, tally->ticks);
    record_put_flags(out, shared_flag_names, tally->flags);
    fputc('\n', out);
    if (first == 0)
        record_put_run(out, tally, leaving->records);
    fprintf(out, "process\t%d\n", (int)tally->processes[first].pid);
    for (size_t i = first; i != NO_IMAGE; i = leaving->chains.next[i]) {
        record_put_image(out, &tally->processes[i]);
        put_files(out, leaving, tally->processes[i].order);
    }
    /* Files that found no record of their own are nobody's. */
    if (first == 0 && image_of_order(tally, UINT64_MAX) == NO_IMAGE)
        put_files(out, leaving, UINT64_MAX);
    fputs("end\n", out);
}

/* Writes the record to DESCRIPTOR. OUT is for the caller to close, or NULL, and then it is closed. */
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
