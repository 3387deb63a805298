/* bufcount report: adds up the records of many runs into one tally. Every run's images keep their order among
   themselves, every moment is moved to a clock that all runs share. */
#include "bufcount_record.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One record that was read, and the run it is of. */
struct piece {
    struct record record;
    size_t run; /* in the tally's runs */
};

struct pieces {
    struct piece *items;
    size_t count;
    uint64_t highest; /* order of the images merged so far */
};

static void *grown(void *items, size_t count, size_t size) {
    void *new = reallocarray(items, count, size);
    if (!new)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return new;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), part = strlen(end);
    return length >= part && strcmp(text + length - part, end) == 0;
}

static int is_record(const struct dirent *entry) {
    return entry->d_name[0] != '.' && ends_with(entry->d_name, RECORD_SUFFIX);
}

static int is_foreign(const struct dirent *entry) {
    return entry->d_name[0] != '.' && !ends_with(entry->d_name, RECORD_SUFFIX);
}

static void read_directory(const char *directory, struct pieces *pieces) {
    struct dirent **names;
    int count = scandir(directory, &names, is_foreign, alphasort);
    if (count < 0) {
        warning("%s: %s", directory, strerror(errno));
        return;
    }
    for (int i = 0; i < count; i++) {
        warning("%s/%s: not a record of bufcount", directory, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    count = scandir(directory, &names, is_record, alphasort);
    for (int i = 0; i < count; i++) {
        char *path;
        if (asprintf(&path, "%s/%s", directory, names[i]->d_name) < 0)
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
        pieces->items = grown(pieces->items, pieces->count + 1, sizeof pieces->items[0]);
        if (record_read(path, &pieces->items[pieces->count].record))
            pieces->count++;
        free(path);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

/* By rank, then by the moment the run began, then by run, then by order. */
static int by_run(const void *left, const void *right) {
    const struct record *a = &((const struct piece *)left)->record,
                        *b = &((const struct piece *)right)->record;
    if (a->run.rank != b->run.rank)
        return (unsigned)a->run.rank < (unsigned)b->run.rank ? -1 : 1;
    if (a->run.began != b->run.began)
        return a->run.began < b->run.began ? -1 : 1;
    int order = strcmp(a->run.id, b->run.id);
    return order ? order : a->first < b->first ? -1 : a->first > b->first;
}

/* The same directory may have been named twice. */
static void drop_doubles(struct pieces *pieces) {
    size_t kept = 0, said = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        struct piece *before = kept ? &pieces->items[kept - 1] : NULL;
        if (before && by_run(before, &pieces->items[i]) == 0) {
            if (!said++)
                warning("run %s: a record is there twice and counts once; so may be others",
                        before->record.run.id);
            record_free(&pieces->items[i].record);
        } else {
            pieces->items[kept++] = pieces->items[i];
        }
    }
    pieces->count = kept;
}

/* How the ticks of one run become those of the tally. */
struct clock {
    double factor;  /* of ticks */
    uint64_t ahead; /* ticks of the tally from its beginning to that of the run */
};

static uint64_t scaled(uint64_t ticks, const struct clock *clock) {
    return clock->factor == 1 ? ticks : (uint64_t)llround((double)ticks * clock->factor);
}

/* A bucket of a histogram of ticks moves by whole powers of two. */
static size_t bucket_of(size_t bucket, const struct clock *clock) {
    if (bucket == 0)
        return 0;
    long moved = (long)bucket + lround(log2(clock->factor));
    return moved < 1 ? 1 : moved >= LATENCY_BUCKETS ? LATENCY_BUCKETS - 1 : (size_t)moved;
}

static void add_stdio(struct stdio_figures *to, const struct stdio_figures *more) {
    to->calls += more->calls;
    to->errors += more->errors;
    to->bytes += more->bytes;
    for (int kind = 0; kind < INSIDE_KINDS; kind++)
        to->inside[kind] += more->inside[kind];
    to->inside_bytes += more->inside_bytes;
    to->inside_ticks += more->inside_ticks;
}

static void add_image(struct tally *tally, struct process *image, struct run *run,
                      const struct clock *clock) {
    for (size_t i = 0; i < image->rows; i++) {
        struct figures *figures = &image->table[i].figures, *total = &tally->total[image->table[i].row];
        figures->ticks = scaled(figures->ticks, clock);
        total->calls += figures->calls;
        total->errors += figures->errors;
        total->bytes += figures->bytes;
        total->ticks += figures->ticks;
        run->calls += figures->calls;
        run->bytes += figures->bytes;
    }
    for (size_t i = 0; i < image->stdio_rows; i++) {
        struct stdio_figures *figures = &image->stdio[i].figures;
        figures->inside_ticks = scaled(figures->inside_ticks, clock);
        add_stdio(&tally->stdio[image->stdio[i].row], figures);
        run->stdio_calls += figures->calls;
        run->given += figures->bytes;
    }
    image->began = image->began ? scaled(image->began, clock) + clock->ahead : 0;
    image->ended = image->ended ? scaled(image->ended, clock) + clock->ahead : 0;
}

static void add_file(struct file *file, const struct clock *clock) {
    file->record.ticks = scaled(file->record.ticks, clock);
    _Atomic uint64_t moved[LATENCY_BUCKETS] = {0};
    for (size_t i = 0; i < LATENCY_BUCKETS; i++)
        moved[bucket_of(i, clock)] += file->record.latency[i];
    memcpy(file->record.latency, moved, sizeof moved);
}

static void add_io(struct proc_io *to, const struct proc_io *more) {
    to->rchar += more->rchar;
    to->wchar += more->wchar;
    to->syscr += more->syscr;
    to->syscw += more->syscw;
}

static void add_whole(struct tally *tally, struct whole *whole, const struct clock *clock) {
    if (whole->refused_errno)
        tally->refused_errno = whole->refused_errno;
    add_io(&tally->kernel, &whole->kernel);
    add_io(&tally->loading, &whole->loading);
    tally->left_running |= whole->left_running;
    for (size_t row = 0; row < CALL_ROWS; row++) {
        tally->unfinished[row] += whole->unfinished[row];
        for (size_t i = 0; i < LATENCY_BUCKETS; i++)
            tally->latency[row][bucket_of(i, clock)] += whole->latency[row][i];
    }
    for (size_t i = 0; i < whole->moment_count; i++)
        whole->moments[i].at = scaled(whole->moments[i].at, clock) + clock->ahead;
}

/* Adds one record and takes its processes and files over. ABOVE: what is added to the orders of its run. */
static void add_record(struct tally *tally, struct piece *piece, uint64_t above, const struct clock *clock) {
    struct record *more = &piece->record;
    size_t processes = tally->process_count, files = tally->file_count;
    tally->processes =
        grown(tally->processes, processes + more->process_count + 1, sizeof tally->processes[0]);
    tally->files = grown(tally->files, files + more->file_count + 1, sizeof tally->files[0]);
    for (size_t i = 0; i < more->process_count; i++) {
        struct process *image = &tally->processes[processes + i];
        *image = more->processes[i];
        image->run = piece->run;
        if (image->order != UINT64_MAX)
            image->order += above;
        if (image->parent)
            image->parent += above;
        add_image(tally, image, &tally->runs[piece->run], clock);
    }
    for (size_t i = 0; i < more->file_count; i++) {
        struct file *file = &tally->files[files + i];
        *file = more->files[i];
        if (file->order != UINT64_MAX)
            file->order += above;
        add_file(file, clock);
    }
    tally->process_count += more->process_count;
    tally->file_count += more->file_count;
    more->process_count = more->file_count = 0; /* taken over */
    tally->flags |= more->flags;
    if (more->whole)
        add_whole(tally, more->whole, clock);
}

static bool same_program(char **left, char **right) {
    for (; *left && *right; left++, right++)
        if (strcmp(*left, *right) != 0)
            return false;
    return !*left && !*right;
}

static char **copy_of(char **words) {
    size_t count = 0;
    while (words[count])
        count++;
    char **copy = grown(NULL, count + 1, sizeof *copy);
    for (size_t i = 0; i <= count; i++)
        if (!(copy[i] = words[i] ? strdup(words[i]) : NULL) && words[i])
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return copy;
}

/* The program that all runs ran; where they differ, each program's name once. */
static char **programs_of(const struct pieces *pieces) {
    char **first = pieces->items[0].record.program;
    bool same = true;
    for (size_t i = 1; i < pieces->count; i++)
        same = same && same_program(first, pieces->items[i].record.program);
    if (same)
        return copy_of(first);
    char **names = grown(NULL, pieces->count + 1, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        char *name = pieces->items[i].record.program[0];
        bool known = !name;
        for (size_t j = 0; j < count && !known; j++)
            known = strcmp(names[j], name) == 0;
        if (!known && !(names[count++] = strdup(name)))
            die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    }
    names[count] = NULL;
    return names;
}

static double earliest(const struct pieces *pieces) {
    double began = pieces->items[0].record.run.began;
    for (size_t i = 1; i < pieces->count; i++)
        began = fmin(began, pieces->items[i].record.run.began);
    return began;
}

/* The records of one run, from FIRST on; returns the index behind them. */
static size_t merge_run(struct tally *tally, struct pieces *pieces, size_t first) {
    const uint64_t above = pieces->highest;
    struct record *head = &pieces->items[first].record;
    double factor = head->nanoseconds_of_tick / tally->nanoseconds_of_tick;
    struct clock clock = {.factor = fabs(factor - 1) < 1e-3 ? 1 : factor};
    clock.ahead = (uint64_t)llround((head->run.began - tally->began) * 1e9 / tally->nanoseconds_of_tick);
    tally->runs = grown(tally->runs, tally->run_count + 1, sizeof tally->runs[0]);
    struct run *run = &tally->runs[tally->run_count++];
    *run = head->run;
    head->run.id = head->run.host = NULL; /* taken over */
    run->ticks = scaled(run->ticks, &clock);
    if (run->ticks + clock.ahead > tally->ticks)
        tally->ticks = run->ticks + clock.ahead;
    uint64_t expected = head->whole ? head->whole->records : 0;
    bool io_known = head->whole && head->whole->io_known;
    if (!tally->status && head->whole)
        tally->status = run->status;
    const char *id = run->id;
    size_t next = first;
    for (; next < pieces->count; next++) {
        struct piece *piece = &pieces->items[next];
        if (next > first && strcmp(piece->record.run.id, id) != 0)
            break;
        piece->run = tally->run_count - 1;
        size_t added = tally->process_count;
        add_record(tally, piece, above, &clock);
        for (; added < tally->process_count; added++)
            if (tally->processes[added].order != UINT64_MAX &&
                tally->processes[added].order > pieces->highest)
                pieces->highest = tally->processes[added].order;
    }
    if (!expected) {
        warning("run %s: the record of its first process is missing", id);
        io_known = false;
    } else if (next - first != expected) {
        warning("run %s: %zu of %llu records are there", id, next - first, (unsigned long long)expected);
        io_known = false;
    }
    tally->io_known = tally->io_known && io_known;
    return next;
}

static int by_order(const void *left, const void *right) {
    const struct process *a = left, *b = right;
    return a->order < b->order ? -1 : a->order > b->order;
}

void records_merge(struct options *options, struct tally *tally) {
    struct pieces pieces = {0};
    for (char **directory = options->command; *directory; directory++)
        read_directory(*directory, &pieces);
    if (pieces.count == 0)
        die(EXIT_OWN_FAILURE, "no record of bufcount in %s%s", options->command[0],
            options->command[1] ? " and the others" : "");
    qsort(pieces.items, pieces.count, sizeof pieces.items[0], by_run);
    drop_doubles(&pieces);
    *tally = (struct tally){.io_known = true, .began = earliest(&pieces)};
    tally->nanoseconds_of_tick = pieces.items[0].record.nanoseconds_of_tick;
    tally->library = pieces.items[0].record.libbuf ? "libbuf" : "libc";
    options->command = programs_of(&pieces);
    for (size_t next = 0; next < pieces.count;)
        next = merge_run(tally, &pieces, next);
    qsort(tally->processes, tally->process_count, sizeof tally->processes[0], by_order);
    struct timeline *runs = grown(NULL, pieces.count + 1, sizeof *runs);
    size_t timed = 0;
    for (size_t i = 0; i < pieces.count; i++) {
        const struct whole *whole = pieces.items[i].record.whole;
        if (whole && whole->moment_count)
            runs[timed++] = (struct timeline){whole->moments, whole->moment_count};
    }
    timeline_merge(tally, runs, timed);
    free(runs);
    options->timed = tally->flags & SHARED_TIMED;
    for (size_t i = 0; i < pieces.count; i++)
        record_free(&pieces.items[i].record);
    free(pieces.items);
}
