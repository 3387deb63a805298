/* The lines of a record; docs/man/bufcount.1 describes each. */
#include "bufcount_record.h"

#include <inttypes.h>

void record_put_text(FILE *out, const char *text) {
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

void record_put_flags(FILE *out, const struct flag_name *names, uint32_t flags) {
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

void record_put_file(FILE *out, const struct file *file) {
    const struct file_record *record = &file->record;
    fputs("file", out);
    record_put_text(out, record->path);
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

void record_put_image(FILE *out, const struct process *process) {
    fprintf(out, "image\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64, process->order, process->parent,
            process->began, process->ended);
    record_put_text(out, process->exe ? process->exe : "");
    fputs("\nimage-flags", out);
    record_put_flags(out, image_flag_names, process->flags);
    fprintf(out, "%s%s\n", process->ran ? "" : "\tnot-counted", process->running ? "\tstill-running" : "");
    for (size_t i = 0; i < process->rows; i++) {
        const struct figure_row *row = &process->table[i];
        fputs("call", out);
        record_put_text(out, call_names[row->row] ? call_names[row->row] : call_names[OTHER_CALLS]);
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
        record_put_text(out, stdio_names[row->row]);
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
void record_put_run(FILE *out, const struct tally *tally, size_t records) {
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
