/* Stdio's side and the files, in JSON. */
#include "bufcount.h"

#include <inttypes.h>
#include <stdlib.h>

void json_stdio(FILE *out, const struct tally *tally, double nanoseconds_of_tick) {
    bool first = true;
    fprintf(out, "\"stdio\":{");
    for (uint32_t row = 0; row < STDIO_ROWS; row++) {
        const struct stdio_figures *figures = &tally->stdio[row];
        if (!figures->calls)
            continue;
        fputs(first ? "" : ",", out);
        first = false;
        json_text(out, stdio_names[row] ? stdio_names[row] : "(unknown)");
        fprintf(out,
                ":{\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"bytes\":%" PRIu64
                ",\"inside\":{\"reads\":%" PRIu64 ",\"writes\":%" PRIu64 ",\"seeks\":%" PRIu64
                ",\"syncs\":%" PRIu64 ",\"others\":%" PRIu64 ",\"bytes\":%" PRIu64,
                figures->calls, figures->errors, figures->bytes, figures->inside[INSIDE_READ],
                figures->inside[INSIDE_WRITE], figures->inside[INSIDE_SEEK], figures->inside[INSIDE_SYNC],
                figures->inside[INSIDE_OTHER], figures->inside_bytes);
        if (nanoseconds_of_tick > 0)
            fprintf(out, ",\"nanoseconds\":%.0f", (double)figures->inside_ticks * nanoseconds_of_tick);
        fputs("}}", out);
    }
    fputc('}', out);
}

/* By the least size of each power of two. */
static void put_sizes(FILE *out, const struct flow *flow) {
    bool first = true;
    fprintf(out, ",\"sizes\":{");
    for (int i = 0; i < SIZE_BUCKETS; i++)
        if (flow->sizes[i]) {
            fprintf(out, "%s\"%" PRIu64 "\":%" PRIu64, first ? "" : ",", i ? UINT64_C(1) << (i - 1) : 0,
                    flow->sizes[i]);
            first = false;
        }
    fprintf(out, "},\"frequent\":[");
    for (int i = 0; i < FREQUENT_SIZES && flow->frequent[i].calls; i++)
        fprintf(out, "%s{\"size\":%" PRIu64 ",\"calls\":%" PRIu64 "}", i ? "," : "", flow->frequent[i].size,
                flow->frequent[i].calls);
    fputc(']', out);
}

static void put_flow(FILE *out, const char *name, const struct flow *flow) {
    fprintf(out, ",\"%s\":{\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"bytes\":%" PRIu64, name,
            flow->calls, flow->errors, flow->bytes);
    put_sizes(out, flow);
}

void json_latency(FILE *out, const uint64_t buckets[LATENCY_BUCKETS], double nanoseconds_of_tick) {
    bool first = true;
    fputc('{', out);
    for (int i = 0; i < LATENCY_BUCKETS; i++)
        if (buckets[i]) {
            fprintf(out, "%s\"%.0f\":%" PRIu64, first ? "" : ",",
                    i ? (double)(UINT64_C(1) << (i - 1)) * nanoseconds_of_tick : 0, buckets[i]);
            first = false;
        }
    fputc('}', out);
}

static void put_file(FILE *out, const struct file_sum *file, double nanoseconds_of_tick) {
    static const char *const kinds[] = {"unknown", "file",     "block device", "pipe",
                                        "socket",  "terminal", "other"};
    const struct file_record *sum = &file->sum;
    fprintf(out, "{\"path\":");
    json_text(out, sum->path);
    fprintf(out, ",\"kind\":\"%s\",\"block\":%" PRIu32 ",\"descriptors\":[",
            sum->kind < sizeof kinds / sizeof *kinds ? kinds[sum->kind] : "unknown", sum->block);
    for (int i = 0; i < file->descriptor_count && i < 4; i++)
        fprintf(out, "%s%d", i ? "," : "", (int)file->descriptors[i]);
    fprintf(out,
            "],\"more_descriptors\":%d,\"images\":%zu,\"opens\":%" PRIu64 ",\"seeks\":%" PRIu64
            ",\"syncs\":%" PRIu64 ",\"seeks_before_reads\":%" PRIu64 ",\"flushes\":%" PRIu64
            ",\"unbuffered\":%" PRIu64 ",\"stdio_seeks\":%" PRIu64,
            file->descriptor_count > 4 ? file->descriptor_count - 4 : 0, file->processes, sum->opens,
            sum->seeks, sum->syncs, sum->seeks_before_reads, sum->flushes, sum->unbuffered, sum->stdio_seeks);
    put_flow(out, "read", &sum->read);
    fprintf(out, ",\"sequential\":%" PRIu64 ",\"aligned\":%" PRIu64 "}", sum->sequential_reads,
            sum->aligned_reads);
    put_flow(out, "written", &sum->written);
    fprintf(out, ",\"sequential\":%" PRIu64 ",\"aligned\":%" PRIu64 "}", sum->sequential_writes,
            sum->aligned_writes);
    put_flow(out, "got", &sum->got);
    fputc('}', out);
    put_flow(out, "put", &sum->put);
    fputs("},\"what_if\":{", out);
    for (int i = 0; i < WHAT_IFS; i++)
        fprintf(out, "%s\"%d\":%" PRIu64, i ? "," : "", 4096 << i, sum->what_if[i]);
    fputc('}', out);
    if (nanoseconds_of_tick > 0) {
        fprintf(out, ",\"nanoseconds\":%.0f,\"latency\":", (double)sum->ticks * nanoseconds_of_tick);
        json_latency(out, (const uint64_t *)sum->latency, nanoseconds_of_tick);
    }
    fputc('}', out);
}

void json_files(FILE *out, const struct tally *tally, double nanoseconds_of_tick) {
    size_t count;
    struct file_sum *files = files_by_path(tally, &count);
    fprintf(out, "\"files\":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            fputc(',', out);
        put_file(out, &files[i], nanoseconds_of_tick);
    }
    fputc(']', out);
    free(files);
}
