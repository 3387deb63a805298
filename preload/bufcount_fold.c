/* Takes the stdio rows and the file records of an image that has ended into the tally: what its threads counted
   each in an account of its own is added up, records by path and descriptor. Then they are free again. */
#include "bufcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void add_row(struct stdio_figures *to, const struct stdio_count *more) {
    to->calls += more->calls;
    to->errors += more->errors;
    to->bytes += more->bytes;
    for (unsigned kind = 0; kind < INSIDE_KINDS; kind++)
        to->inside[kind] += more->inside[kind];
    to->inside_bytes += more->inside_bytes;
    to->inside_ticks += more->inside_ticks;
}

/* The sum that the shim leaves to be made. */
static void count_calls(struct flow *flow) {
    flow->calls = 0;
    for (unsigned i = 0; i < SIZE_BUCKETS; i++)
        flow->calls += flow->sizes[i];
}

/* Most frequent first. */
static void sort_sizes(struct flow *flow) {
    for (unsigned i = 1; i < FREQUENT_SIZES; i++)
        for (unsigned k = i; k > 0 && flow->frequent[k].calls > flow->frequent[k - 1].calls; k--) {
            uint64_t size = flow->frequent[k].size, calls = flow->frequent[k].calls;
            flow->frequent[k].size = flow->frequent[k - 1].size;
            flow->frequent[k].calls = flow->frequent[k - 1].calls;
            flow->frequent[k - 1].size = size;
            flow->frequent[k - 1].calls = calls;
        }
}

/* What still lay in the windows when the image ended leaves with its end. */
static void end_windows(struct file_record *record) {
    const struct windows *windows = &record->windows;
    uint64_t at = windows->at + windows->granted - windows->left;
    for (unsigned i = 0; i < WHAT_IFS && windows->state == WINDOWS_PUT; i++)
        if (at > windows->of[i].start)
            record->what_if[i]++;
    record->windows.state = WINDOWS_NONE;
}

/* Pipes, sockets and their like, "pipe:[12345]", are one file for each descriptor. */
static size_t name_length(const char *path) {
    const char *bracket = path[0] == '/' ? NULL : strchr(path, '[');
    return bracket ? (size_t)(bracket - path) + 1 : strlen(path);
}

/* Kept in the member that leads to the next record, which has no use any more. */
static uint32_t hash_of(const char *path) {
    uint32_t hash = 0;
    for (size_t i = 0, length = name_length(path); i < length; i++)
        hash = hash * 31 + (uint8_t)path[i];
    return hash;
}

static bool same_file(const struct file_record *left, const struct file_record *right) {
    return left->next == right->next && left->descriptor == right->descriptor &&
           name_length(left->path) == name_length(right->path) &&
           memcmp(left->path, right->path, name_length(left->path)) == 0;
}

static void take_record(struct shared *shared, struct tally *tally, uint64_t order, size_t first,
                        struct file_record *record) {
    count_calls(&record->read);
    count_calls(&record->written);
    count_calls(&record->got);
    count_calls(&record->put);
    if (record == &shared->files[0] && !record->opens && !record->read.calls && !record->written.calls &&
        !record->got.calls && !record->put.calls)
        return;
    record->next = hash_of(record->path);
    for (size_t i = first; i < tally->file_count; i++)
        if (same_file(&tally->files[i].record, record)) {
            file_add(&tally->files[i].record, record);
            return;
        }
    tally->files = reallocarray(tally->files, tally->file_count + 1, sizeof tally->files[0]);
    if (!tally->files)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    struct file *file = &tally->files[tally->file_count++];
    file->order = order;
    memcpy(&file->record, record, sizeof *record);
}

static void fold_rows(struct tally *tally, const struct stdio_count *rows) {
    for (unsigned row = 0; row < STDIO_ROWS; row++)
        add_row(&tally->stdio[row], &rows[row]);
}

void fold_stdio(struct shared *shared, struct tally *tally, size_t image_number) {
    const struct image *image = &shared->images[image_number];
    uint32_t owner = (uint32_t)image_number + 1;
    size_t first = tally->file_count;
    fold_rows(tally, image->stdio);
    for (size_t i = 1; i < FILES; i++) {
        if (atomic_load_explicit(&shared->file_images[i], memory_order_relaxed) != owner)
            continue;
        struct file_record *record = &shared->files[i];
        end_windows(record);
        if (atomic_load(&record->image)) /* else its maker was killed before it was named */
            take_record(shared, tally, image->order, first, record);
        memset(record, 0, sizeof *record);
        atomic_store(&shared->file_images[i], 0);
    }
    for (size_t i = first; i < tally->file_count; i++) {
        struct file_record *record = &tally->files[i].record;
        sort_sizes(&record->read);
        sort_sizes(&record->written);
        sort_sizes(&record->got);
        sort_sizes(&record->put);
    }
    for (size_t i = 0; i < STDIO_ACCOUNTS; i++) {
        if (atomic_load_explicit(&shared->account_images[i], memory_order_relaxed) != owner)
            continue;
        fold_rows(tally, shared->stdio_accounts[i].rows);
        memset(&shared->stdio_accounts[i], 0, sizeof shared->stdio_accounts[i]);
        atomic_store(&shared->account_busy[i], 0);
        atomic_store(&shared->account_images[i], 0);
    }
}

void fold_other_files(struct shared *shared, struct tally *tally) {
    struct file_record *record = &shared->files[0];
    strcpy(record->path, "(others)");
    record->descriptor = -1;
    take_record(shared, tally, UINT64_MAX, tally->file_count, record);
}
