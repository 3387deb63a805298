/* Habits of the program that cost system calls, or make them worse than they need be, each in a sentence. */
#include "bufcount.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    MANY = 100,      /* calls from which a habit is worth a word */
    MANY_SYNCS = 10, /* each may be milliseconds */
    MANY_BLOCKS = 16,
    MOST = 12 /* sentences */
};

static void note(struct findings *findings, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct findings *findings, const char *format, ...) {
    if (findings->count == MOST)
        return;
    va_list list;
    va_start(list, format);
    findings->items = reallocarray(findings->items, MOST, sizeof *findings->items);
    if (!findings->items || vasprintf(&findings->items[findings->count++], format, list) < 0)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    va_end(list);
}

#define COUNT(value) label_count(value, 14).text
#define SIZE(value) label_size(value).text

static uint64_t mean(const struct flow *flow) {
    return flow->calls ? flow->bytes / flow->calls : 0;
}

/* Streams without a buffer: stderr, and what setvbuf made so. */
static void find_unbuffered(struct findings *findings, const struct tally *tally,
                            const struct file_sum *files, size_t count) {
    uint64_t calls = 0, writes = 0, bytes = 0;
    for (size_t i = 0; i < tally->file_count; i++) {
        const struct file_record *record = &tally->files[i].record;
        if (record->descriptor != 2 || !record->unbuffered)
            continue;
        calls += record->unbuffered;
        writes += record->written.calls;
        bytes += record->written.bytes;
    }
    if (calls >= MANY && writes)
        note(findings,
             "stderr is unbuffered: %s stdio calls made %s writes of %s on average; "
             "LIBBUF='%%stderr:buffer=line' makes one of each line",
             COUNT(calls), COUNT(writes), SIZE(bytes / writes));
    for (size_t i = 0; i < count; i++) {
        const struct file_record *sum = &files[i].sum;
        char pattern[FILE_PATH + 8];
        if (sum->unbuffered < MANY || files[i].first->descriptor == 2 ||
            !pattern_of(files[i].first, pattern, sizeof pattern))
            continue;
        note(findings,
             "%s: its stream has no buffer (setvbuf): %s stdio calls made %s reads and writes; "
             "LIBBUF='%s:buffer=full' gives it one",
             sum->path, COUNT(sum->unbuffered), COUNT(sum->read.calls + sum->written.calls), pattern);
    }
}

static void find_flushes(struct findings *findings, const struct file_record *sum) {
    if (sum->flushes >= MANY && sum->flushes * 4 >= sum->put.calls)
        note(findings, "%s: fflush after every %s: %s flushes, %s a write", sum->path,
             sum->flushes * 4 >= sum->put.calls * 3 ? "record" : "few records", COUNT(sum->flushes),
             SIZE(mean(&sum->written)));
    if (sum->syncs >= MANY_SYNCS && sum->syncs * 4 >= sum->written.calls)
        note(findings, "%s: fsync after every %s: %s syncs for %s; each waits for the device", sum->path,
             sum->syncs * 4 >= sum->written.calls * 3 ? "write" : "few writes", COUNT(sum->syncs),
             SIZE(sum->written.bytes));
}

static void find_seeks(struct findings *findings, const struct file_record *sum) {
    if (sum->seeks_before_reads >= MANY && sum->seeks_before_reads * 2 >= sum->read.calls)
        note(findings,
             "%s: lseek before %s read: %s of %s reads; pread needs none, and a seek inside the buffer "
             "neither",
             sum->path, sum->seeks_before_reads * 10 >= sum->read.calls * 9 ? "every" : "every other",
             COUNT(sum->seeks_before_reads), COUNT(sum->read.calls));
}

/* More than one system call for one stdio call, each with a part of it. */
static void find_small_buffers(struct findings *findings, const struct file_record *sum,
                               const struct flow *asked, const struct flow *moved, const char *verb) {
    if (moved->calls >= MANY && asked->calls && moved->calls > asked->calls + asked->calls / 2 &&
        mean(asked) > mean(moved) + mean(moved) / 2)
        note(findings, "%s: the buffer is smaller than the requests: %s a stdio call, %s a %s", sum->path,
             SIZE(mean(asked)), SIZE(mean(moved)), verb);
}

/* Large writes that lie across block edges: because something smaller came first, or because they are no whole
   blocks. */
static void find_misaligned(struct findings *findings, const struct file_record *sum) {
    if (sum->kind != FILE_REGULAR && sum->kind != FILE_BLOCK)
        return;
    if (sum->written.calls < MANY_BLOCKS || !sum->block || mean(&sum->written) * 2 < sum->block ||
        sum->aligned_writes * 10 >= sum->written.calls || sum->sequential_writes * 2 <= sum->written.calls)
        return;
    bool whole = sum->written.frequent[0].size % sum->block == 0;
    note(findings, "%s: %s of %s writes are off the edges of its %s blocks, %s each: %s%s", sum->path,
         COUNT(sum->written.calls - sum->aligned_writes), COUNT(sum->written.calls), SIZE(sum->block),
         SIZE(sum->written.frequent[0].size),
         whole ? "something small at the beginning, a header perhaps, shifts all that follows"
               : "that is no number of whole blocks",
         sum->put.calls ? "; libbuf ends its writes on edges (align=auto)" : "");
}

/* Small system calls of the program's own, which no stdio can join. */
static void find_direct(struct findings *findings, const struct file_record *sum) {
    if (sum->got.calls + sum->put.calls)
        return;
    if (sum->written.calls >= MANY && mean(&sum->written) < 512)
        note(findings, "%s: %s writes of %s on average, made by the program itself: no stdio can join them",
             sum->path, COUNT(sum->written.calls), SIZE(mean(&sum->written)));
    if (sum->read.calls >= MANY && mean(&sum->read) < 512)
        note(findings, "%s: %s reads of %s on average, made by the program itself: no stdio can join them",
             sum->path, COUNT(sum->read.calls), SIZE(mean(&sum->read)));
}

struct findings find_habits(const struct tally *tally) {
    struct findings findings = {0};
    size_t count;
    struct file_sum *files = files_by_path(tally, &count);
    find_unbuffered(&findings, tally, files, count);
    for (size_t i = 0; i < count; i++) {
        const struct file_record *sum = &files[i].sum;
        find_flushes(&findings, sum);
        find_seeks(&findings, sum);
        find_small_buffers(&findings, sum, &sum->put, &sum->written, "write");
        find_small_buffers(&findings, sum, &sum->got, &sum->read, "read");
        find_misaligned(&findings, sum);
        find_direct(&findings, sum);
    }
    free(files);
    return findings;
}

void findings_free(struct findings *findings) {
    for (size_t i = 0; i < findings->count; i++)
        free(findings->items[i]);
    free(findings->items);
    *findings = (struct findings){0};
}
