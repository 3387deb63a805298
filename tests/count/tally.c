/* Runs a program counted and writes what of stdio and files the tally has to a file, in lines of words.
   tally FILE libc|libbuf|timed PROGRAM ARGS; the program's exit status is its own. */
#include "bufcount.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
static const char *const names[STDIO_ROWS] = {
#define FUNCTION(row, name) [row] = #name,
#include "shim/stdio_names.h"
};
/* clang-format on */

static void write_row(FILE *out, unsigned row, const struct stdio_figures *figures) {
    fprintf(out, "stdio %s calls %" PRIu64 " errors %" PRIu64 " bytes %" PRIu64,
            names[row] ? names[row] : "?", figures->calls, figures->errors, figures->bytes);
    static const char *const kinds[INSIDE_KINDS] = {"reads", "writes", "seeks", "syncs", "others"};
    for (unsigned kind = 0; kind < INSIDE_KINDS; kind++)
        fprintf(out, " %s %" PRIu64, kinds[kind], figures->inside[kind]);
    fprintf(out, " moved %" PRIu64 " ticks %" PRIu64 "\n", figures->inside_bytes, figures->inside_ticks);
}

static void write_flow(FILE *out, const char *name, const struct flow *flow) {
    uint64_t most = flow->frequent[0].calls ? flow->frequent[0].size : 0, sum = 0;
    for (unsigned i = 0; i < SIZE_BUCKETS; i++)
        sum += flow->sizes[i];
    fprintf(out, " %s %" PRIu64 " %s-errors %" PRIu64 " %s-bytes %" PRIu64, name, flow->calls, name,
            flow->errors, name, flow->bytes);
    fprintf(out, " %s-size %" PRIu64 " %s-of-size %" PRIu64 " %s-sizes %" PRIu64, name, most, name,
            flow->frequent[0].calls, name, sum);
}

static void write_file(FILE *out, const struct file_record *file) {
    fprintf(out, "file %s descriptor %d kind %u opens %" PRIu64 " seeks %" PRIu64 " syncs %" PRIu64,
            file->path, file->descriptor, file->kind, file->opens, file->seeks, file->syncs);
    fprintf(out, " sequential-reads %" PRIu64 " sequential-writes %" PRIu64, file->sequential_reads,
            file->sequential_writes);
    fprintf(out, " aligned-reads %" PRIu64 " aligned-writes %" PRIu64, file->aligned_reads,
            file->aligned_writes);
    fprintf(out, " sought-reads %" PRIu64 " flushes %" PRIu64 " unbuffered %" PRIu64 " stdio-seeks %" PRIu64,
            file->seeks_before_reads, file->flushes, file->unbuffered, file->stdio_seeks);
    fprintf(out, " inside %" PRIu64 " ticks %" PRIu64, file->inside, file->ticks);
    write_flow(out, "read", &file->read);
    write_flow(out, "written", &file->written);
    write_flow(out, "got", &file->got);
    write_flow(out, "put", &file->put);
    for (unsigned i = 0; i < WHAT_IFS; i++)
        fprintf(out, " window-%uK %" PRIu64, 4u << i, file->what_if[i]);
    fputc('\n', out);
}

int main(int count, char **arguments) {
    static struct options options;
    static struct tally tally;
    char here[PATH_MAX], libbuf[PATH_MAX + 32];
    if (count < 4 || !realpath("/proc/self/exe", here))
        return 2;
    const char *build = dirname(dirname(dirname(here)));
    options.command = arguments + 3;
    options.timed = strcmp(arguments[2], "timed") == 0;
    snprintf(options.shim, sizeof options.shim, "%s/libbufcount.so", build);
    snprintf(libbuf, sizeof libbuf, "%s/libbuf.so", build);
    const struct redirection as_it_is = {-1, -1, -1};
    run_counted(&options, strcmp(arguments[2], "libbuf") == 0 ? libbuf : NULL, &as_it_is, &tally);
    FILE *out = fopen(arguments[1], "w");
    if (!out)
        return 2;
    fprintf(out, "flags %u\n", tally.flags);
    for (unsigned row = 0; row < STDIO_ROWS; row++)
        if (tally.stdio[row].calls || tally.stdio[row].bytes)
            write_row(out, row, &tally.stdio[row]);
    for (size_t i = 0; i < tally.file_count; i++)
        write_file(out, &tally.files[i].record);
    if (fclose(out) != 0)
        return 2;
    end_as(tally.status);
}
