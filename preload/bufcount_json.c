/* The report for programs: one JSON object on one line. */
#include "bufcount.h"

#include <inttypes.h>
#include <stdlib.h>

static void put_call(FILE *out, uint32_t row, const struct figures *figures, double nanoseconds_of_tick,
                     bool *first) {
    if (!*first)
        fputc(',', out);
    *first = false;
    json_text(out, call_names[row] ? call_names[row] : "(other)");
    fprintf(out, ":{\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"bytes\":%" PRIu64, figures->calls,
            figures->errors, figures->bytes);
    if (nanoseconds_of_tick > 0)
        fprintf(out, ",\"nanoseconds\":%.0f", (double)figures->ticks * nanoseconds_of_tick);
    fputc('}', out);
}

static void put_process(FILE *out, const struct options *options, const struct tally *tally,
                        const struct process *process, double nanoseconds_of_tick) {
    fprintf(out, "{\"pid\":%d,\"exe\":", (int)process->pid);
    json_text(out, process->exe);
    fprintf(out, ",\"syscalls\":{");
    bool first = true;
    for (size_t i = 0; i < process->rows; i++)
        if (process->table[i].figures.calls && row_shown(options, process->table[i].row))
            put_call(out, process->table[i].row, &process->table[i].figures, nanoseconds_of_tick, &first);
    fprintf(out, "},\"order\":%" PRIu64 ",\"parent\":%" PRIu64, process->order, process->parent);
    if (process->began)
        fprintf(out, ",\"began\":%.9f", (double)process->began * tally->nanoseconds_of_tick * 1e-9);
    if (process->ended)
        fprintf(out, ",\"ended\":%.9f", (double)process->ended * tally->nanoseconds_of_tick * 1e-9);
    if (process->running)
        fprintf(out, ",\"running\":true");
    fputc('}', out);
}

static void put_unseen(FILE *out, const struct tally *tally) {
    fprintf(out, "\"unseen\":{\"compared\":%s", tally->io_known ? "true" : "false");
    if (tally->io_known) {
        struct unseen unseen = unseen_of(tally);
        fprintf(out,
                ",\"agrees\":%s,\"syscr\":%" PRId64 ",\"syscw\":%" PRId64 ",\"rchar\":%" PRId64
                ",\"wchar\":%" PRId64,
                unseen.agrees ? "true" : "false", unseen.syscr, unseen.syscw, unseen.rchar, unseen.wchar);
    }
    fprintf(
        out,
        ",\"mechanism\":\"%s\",\"nothing_patched\":%s,\"files_full\":%s,\"inlined\":%s,\"left_running\":%s,"
        "\"programs\":[",
        tally->flags & SHARED_NO_DISPATCH ? "symbols" : "dispatch",
        tally->flags & SHARED_NOT_WRITABLE ? "true" : "false",
        tally->flags & SHARED_FILES_FULL ? "true" : "false", tally->flags & SHARED_INLINED ? "true" : "false",
        tally->left_running ? "true" : "false");
    bool first = true;
    for (size_t i = 0; i < tally->process_count; i++) {
        const struct process *process = &tally->processes[i];
        if (process->ran)
            continue;
        fprintf(out, "%s{\"pid\":%d,\"exe\":", first ? "" : ",", (int)process->pid);
        json_text(out, process->exe);
        fprintf(out, ",\"why\":");
        json_text(out, unseen_reason(process));
        fputc('}', out);
        first = false;
    }
    fprintf(out, "]}");
}

/* By name of the call, behind the calls: so that each of those is a flat object. */
static void put_latencies(FILE *out, const struct options *options, const struct tally *tally) {
    bool first = true;
    fprintf(out, "\"latency\":{");
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        if (!tally->total[row].calls || !row_shown(options, row))
            continue;
        fputs(first ? "" : ",", out);
        first = false;
        json_text(out, call_names[row] ? call_names[row] : "(other)");
        fputc(':', out);
        json_latency(out, tally->latency[row], tally->nanoseconds_of_tick);
    }
    fputs("},", out);
}

static void put_run(FILE *out, const struct options *options, const struct tally *tally,
                    const struct timing *timing) {
    double nanoseconds_of_tick = options->timed ? tally->nanoseconds_of_tick : 0;
    fprintf(out, "\"exit\":%d,\"syscalls\":{", exit_code_of(tally->status));
    bool first = true;
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        if (tally->total[row].calls && row_shown(options, row))
            put_call(out, row, &tally->total[row], nanoseconds_of_tick, &first);
    fprintf(out, "},\"processes\":[");
    first = true;
    for (size_t i = 0; i < tally->process_count; i++) {
        if (!tally->processes[i].ran)
            continue;
        if (!first)
            fputc(',', out);
        first = false;
        put_process(out, options, tally, &tally->processes[i], nanoseconds_of_tick);
    }
    fprintf(out, "],");
    if (options->timed)
        put_latencies(out, options, tally);
    if (!options->no_stdio) {
        json_stdio(out, tally, nanoseconds_of_tick);
        fputc(',', out);
        json_files(out, tally, nanoseconds_of_tick);
        fputc(',', out);
    }
    put_unseen(out, tally);
    ranks_json(out, tally);
    timeline_json(out, tally);
    if (timing)
        fprintf(out,
                ",\"seconds\":{\"runs\":%d,\"user\":%.6f,\"system\":%.6f,\"wall\":%.6f,\"least_user\":%.6f,"
                "\"least_system\":%.6f,\"least_wall\":%.6f}",
                options->runs, timing->user, timing->system, timing->wall, timing->least_user,
                timing->least_system, timing->least_wall);
}

void write_json(FILE *out, const struct options *options, const struct results *results) {
    fprintf(out, "{\"version\":1,\"program\":[");
    for (char **word = options->command; *word; word++) {
        if (word != options->command)
            fputc(',', out);
        json_text(out, *word);
    }
    fprintf(out, "],");
    put_run(out, options, &results->tallies[0], results->timings);
    json_advice(out, results);
    const struct tally *other = results->count == 2                          ? &results->tallies[1]
                                : results->applied && results->applied->done ? &results->applied->tally
                                                                             : NULL;
    if (other) {
        fprintf(out, ",\"libbuf\":{");
        put_run(out, options, other, results->count == 2 && results->timings ? &results->timings[1] : NULL);
        json_own(out, results->own);
        fputc('}', out);
    }
    fprintf(out, "}\n");
}
