/* The records of files, one for each thread, image and descriptor, added up by path for the reports. */
#include "bufcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_DESCRIPTORS = 4, MERGED = 2 * FREQUENT_SIZES };

struct frequency {
    uint64_t size, calls;
};

static int most_first(const void *left, const void *right) {
    const struct frequency *a = left, *b = right;
    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return a->size < b->size ? -1 : a->size > b->size;
}

/* The most frequent sizes of both, as far as each knows them. */
static void add_frequent(struct flow *to, const struct flow *more) {
    struct frequency merged[MERGED];
    size_t count = 0;
    for (int i = 0; i < FREQUENT_SIZES; i++)
        if (to->frequent[i].calls)
            merged[count++] = (struct frequency){to->frequent[i].size, to->frequent[i].calls};
    for (int i = 0; i < FREQUENT_SIZES; i++) {
        if (!more->frequent[i].calls)
            continue;
        size_t at = 0;
        while (at < count && merged[at].size != more->frequent[i].size)
            at++;
        if (at == count)
            merged[count++] = (struct frequency){more->frequent[i].size, 0};
        merged[at].calls += more->frequent[i].calls;
    }
    qsort(merged, count, sizeof merged[0], most_first);
    for (size_t i = 0; i < FREQUENT_SIZES; i++) {
        to->frequent[i].size = i < count ? merged[i].size : 0;
        to->frequent[i].calls = i < count ? merged[i].calls : 0;
    }
}

void flow_add(struct flow *to, const struct flow *more) {
    to->calls += more->calls;
    to->errors += more->errors;
    to->bytes += more->bytes;
    for (int i = 0; i < SIZE_BUCKETS; i++)
        to->sizes[i] += more->sizes[i];
    add_frequent(to, more);
}

void file_add(struct file_record *to, const struct file_record *more) {
    to->opens += more->opens;
    to->seeks += more->seeks;
    to->syncs += more->syncs;
    to->sequential_reads += more->sequential_reads;
    to->sequential_writes += more->sequential_writes;
    to->aligned_reads += more->aligned_reads;
    to->aligned_writes += more->aligned_writes;
    to->seeks_before_reads += more->seeks_before_reads;
    to->ticks += more->ticks;
    for (int i = 0; i < LATENCY_BUCKETS; i++)
        to->latency[i] += more->latency[i];
    flow_add(&to->read, &more->read);
    flow_add(&to->written, &more->written);
    flow_add(&to->got, &more->got);
    flow_add(&to->put, &more->put);
    to->flushes += more->flushes;
    to->unbuffered += more->unbuffered;
    to->stdio_seeks += more->stdio_seeks;
    to->inside += more->inside;
    for (int i = 0; i < WHAT_IFS; i++)
        to->what_if[i] += more->what_if[i];
}

uint64_t file_bytes(const struct file_record *record) {
    return record->read.bytes + record->written.bytes;
}

uint64_t file_calls(const struct file_record *record) {
    return record->read.calls + record->written.calls + record->seeks;
}

static int by_path(const void *left, const void *right) {
    const struct file *a = *(const struct file *const *)left, *b = *(const struct file *const *)right;
    int order = strncmp(a->record.path, b->record.path, FILE_PATH);
    if (order)
        return order;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a < b ? -1 : a > b;
}

static int most_bytes_first(const void *left, const void *right) {
    const struct file_sum *a = left, *b = right;
    uint64_t one = file_bytes(&a->sum), other = file_bytes(&b->sum);
    if (one == other) {
        one = file_calls(&a->sum);
        other = file_calls(&b->sum);
    }
    if (one != other)
        return one > other ? -1 : 1;
    return strncmp(a->sum.path, b->sum.path, FILE_PATH);
}

static void note_descriptor(struct file_sum *sum, int32_t descriptor) {
    for (int i = 0; i < sum->descriptor_count && i < KEPT_DESCRIPTORS; i++)
        if (sum->descriptors[i] == descriptor)
            return;
    if (sum->descriptor_count < KEPT_DESCRIPTORS)
        sum->descriptors[sum->descriptor_count] = descriptor;
    sum->descriptor_count++;
}

/* Whether a stream used the descriptor. */
static bool has_stdio(const struct file_record *record) {
    return record->got.calls || record->put.calls;
}

struct file_sum *files_by_path(const struct tally *tally, size_t *count) {
    const struct file **sorted = malloc(tally->file_count * sizeof *sorted + 1);
    struct file_sum *sums = calloc(tally->file_count + 1, sizeof *sums);
    if (!sorted || !sums)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->file_count; i++)
        sorted[i] = &tally->files[i];
    qsort(sorted, tally->file_count, sizeof *sorted, by_path);
    *count = 0;
    for (size_t i = 0; i < tally->file_count; i++) {
        const struct file_record *record = &sorted[i]->record;
        bool same = i > 0 && strncmp(record->path, sorted[i - 1]->record.path, FILE_PATH) == 0;
        if (!same) {
            struct file_sum *fresh = &sums[(*count)++];
            fresh->first = record;
            fresh->sum.kind = record->kind;
            fresh->sum.block = record->block;
            memcpy(fresh->sum.path, record->path, FILE_PATH - 1);
        }
        struct file_sum *sum = &sums[*count - 1];
        note_descriptor(sum, record->descriptor);
        sum->processes += !same || sorted[i]->order != sorted[i - 1]->order;
        file_add(&sum->sum, record);
        if (has_stdio(record))
            file_add(&sum->stdio, record);
    }
    free(sorted);
    qsort(sums, *count, sizeof *sums, most_bytes_first);
    return sums;
}
