/* Prints the reports of a made-up tally: every part, with numbers up to the largest and names of any bytes.
   report table|json|files|latency|nothing; colour as bufcount decides it. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MADE = 30, PROGRAM_CALLS = 3 };

static struct tally tally;
static struct options options;

static void fill_flow(struct flow *flow, uint64_t calls, uint64_t size) {
    int bucket = size ? 64 - __builtin_clzll(size) : 0;
    flow->calls += calls;
    flow->bytes += calls * size;
    flow->sizes[bucket] += calls;
    flow->frequent[0].size = size;
    flow->frequent[0].calls = calls;
}

static struct file_record *add_file(const char *path, int32_t descriptor, uint64_t opens) {
    tally.files = reallocarray(tally.files, tally.file_count + 1, sizeof *tally.files);
    struct file *file = &tally.files[tally.file_count++];
    memset(file, 0, sizeof *file);
    file->order = 1;
    snprintf(file->record.path, FILE_PATH, "%s", path);
    file->record.descriptor = descriptor;
    file->record.kind = FILE_REGULAR;
    file->record.block = 4096;
    file->record.opens = opens;
    return &file->record;
}

/* A million records of 16 bytes through libc's buffer of 4 KiB. */
static void add_written(const char *path) {
    struct file_record *record = add_file(path, 3, 1);
    fill_flow(&record->put, 1000000, 16);
    fill_flow(&record->written, 3907, 4096);
    record->sequential_writes = 3906;
    record->aligned_writes = 3900;
    for (int i = 0; i < WHAT_IFS; i++)
        record->what_if[i] = 16000000 / (4096u << i) + 1;
    record->inside = 3907;
    record->ticks = 40000000;
    record->latency[14] = 3907;
}

static void add_hostile(void) {
    char path[FILE_PATH];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    static const char odd[] = "/a \"quoted\\ path\"\n\033[31m\t\xff\xfe\xc3\xa9\xe6\xbc\xa2\xed\xa0\x80/";
    memcpy(path, odd, sizeof odd - 1);
    struct file_record *record = add_file(path, 2147483647, UINT64_MAX / 3);
    record->seeks = UINT64_MAX / 3;
    record->syncs = 99999999;
    record->seeks_before_reads = 1000000;
    fill_flow(&record->read, 1000000000000, 3);
    record->got = record->read;
}

static void fill(bool nothing) {
    static struct figure_row rows[PROGRAM_CALLS];
    static struct process process = {.order = 1, .pid = 4711, .ran = true, .flags = IMAGE_EXECUTED};
    process.exe = "/usr/bin/made\tup\xff";
    process.table = rows;
    process.rows = PROGRAM_CALLS;
    process.began = 1000, process.ended = 3000000;
    tally.processes = &process;
    tally.process_count = 1;
    tally.nanoseconds_of_tick = 0.5;
    tally.library = "libc";
    tally.total[0] = (struct figures){UINT64_MAX / 2, 7, UINT64_MAX / 2, 1000000};
    tally.total[1] = (struct figures){3907, 0, 16000000, 40000000};
    tally.total[74] = (struct figures){99999999, 99999999, 0, 5};
    for (uint32_t i = 0; i < PROGRAM_CALLS; i++)
        rows[i] = (struct figure_row){(uint32_t[]){0, 1, 74}[i], tally.total[(uint32_t[]){0, 1, 74}[i]]};
    for (int i = 0; i < LATENCY_BUCKETS; i++)
        tally.latency[0][i] = (uint64_t)(i * i);
    tally.latency[1][14] = 3907;
    if (nothing)
        return;
    tally.flags = SHARED_INLINED | SHARED_FILES_FULL | SHARED_NOT_WRITABLE | SHARED_NESTED_DISPATCH;
    uint32_t used = 0;
    for (uint32_t row = 0; row < STDIO_ROWS && used < 3; row++)
        if (stdio_names[row] || row > STDIO_ROWS - 4)
            tally.stdio[row] =
                used++ == 0 ? (struct stdio_figures){1000000, 0, 16000000, {0, 3906, 0, 0, 0}, 15998976, 9}
                            : (struct stdio_figures){UINT64_MAX, 99999999,
                                                     UINT64_MAX, {UINT64_MAX, 3, UINT64_MAX, 1, 99999999},
                                                     5,          9};
    add_written("/data/out.dat");
    add_hostile();
    for (int i = 0; i < FILES_MADE; i++) {
        char path[32];
        snprintf(path, sizeof path, "/data/small.%d", i);
        fill_flow(&add_file(path, 4 + i % 5, 1)->read, 2, 1000);
    }
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "table";
    char *command[] = {"made\"up", "\xff\n", NULL};
    tool_name = "report";
    options.command = command;
    fill(strcmp(what, "nothing") == 0);
    options.timed = strcmp(what, "latency") == 0 || strcmp(what, "json") == 0;
    options.files = strcmp(what, "files") == 0 ? -1 : 0;
    if (count > 2)
        options.colour = COLOUR_ALWAYS;
    struct advices advices = advise(&tally);
    struct findings findings = find_habits(&tally);
    if (strcmp(what, "json") == 0) {
        write_json(
            stdout, &options,
            &(struct results){.tallies = &tally, .count = 1, .advices = &advices, .findings = &findings});
        return 0;
    }
    struct sheet sheet = sheet_of(stdout, options.colour);
    report_table(stdout, &options, &tally);
    report_advice(&sheet, &tally, &advices, &findings);
    advices_free(&advices);
    findings_free(&findings);
    return 0;
}
