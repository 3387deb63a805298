/* The report for programs: one JSON object on one line. */
#include "bufcount.h"

#include <inttypes.h>

/* JSON knows only Unicode: a byte that is not ASCII stands as the code point of the same number, unless it is
   part of valid UTF-8. */
static size_t utf8_length(const unsigned char *text) {
    size_t length = text[0] < 0x80                      ? 1
                    : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                    : (text[0] & 0xf0) == 0xe0          ? 3
                    : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                        : 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static void put_text(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = utf8_length(at);
        if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f || length == 0)
            fprintf(out, "\\u%04x", *at);
        else
            fwrite(at, 1, length, out);
        at += length ? length : 1;
    }
    fputc('"', out);
}

static void put_call(FILE *out, uint32_t row, const struct figures *figures, double nanoseconds_of_tick,
                     bool *first) {
    if (!*first)
        fputc(',', out);
    *first = false;
    put_text(out, call_names[row] ? call_names[row] : "(other)");
    fprintf(out, ":{\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"bytes\":%" PRIu64, figures->calls,
            figures->errors, figures->bytes);
    if (nanoseconds_of_tick > 0)
        fprintf(out, ",\"nanoseconds\":%.0f", (double)figures->ticks * nanoseconds_of_tick);
    fputc('}', out);
}

static void put_process(FILE *out, const struct process *process, double nanoseconds_of_tick) {
    fprintf(out, "{\"pid\":%d,\"exe\":", (int)process->pid);
    put_text(out, process->exe);
    fprintf(out, ",\"syscalls\":{");
    bool first = true;
    for (size_t i = 0; i < process->rows; i++)
        if (process->table[i].figures.calls)
            put_call(out, process->table[i].row, &process->table[i].figures, nanoseconds_of_tick, &first);
    fprintf(out, "}}");
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
    fprintf(out, ",\"mechanism\":\"%s\",\"programs\":[",
            tally->flags & SHARED_NO_DISPATCH ? "symbols" : "dispatch");
    bool first = true;
    for (size_t i = 0; i < tally->process_count; i++) {
        const struct process *process = &tally->processes[i];
        if (process->ran)
            continue;
        fprintf(out, "%s{\"pid\":%d,\"exe\":", first ? "" : ",", (int)process->pid);
        put_text(out, process->exe);
        fprintf(out, ",\"why\":");
        put_text(out, unseen_reason(process));
        fputc('}', out);
        first = false;
    }
    fprintf(out, "]}");
}

static void put_run(FILE *out, const struct options *options, const struct tally *tally,
                    const struct timing *timing) {
    double nanoseconds_of_tick = options->timed ? tally->nanoseconds_of_tick : 0;
    fprintf(out, "\"exit\":%d,\"syscalls\":{", exit_code_of(tally->status));
    bool first = true;
    for (uint32_t row = 0; row < CALL_ROWS; row++)
        if (tally->total[row].calls)
            put_call(out, row, &tally->total[row], nanoseconds_of_tick, &first);
    fprintf(out, "},\"processes\":[");
    first = true;
    for (size_t i = 0; i < tally->process_count; i++) {
        if (!tally->processes[i].ran)
            continue;
        if (!first)
            fputc(',', out);
        first = false;
        put_process(out, &tally->processes[i], nanoseconds_of_tick);
    }
    fprintf(out, "],");
    put_unseen(out, tally);
    if (timing)
        fprintf(out,
                ",\"seconds\":{\"runs\":%d,\"user\":%.6f,\"system\":%.6f,\"wall\":%.6f,\"least_user\":%.6f,"
                "\"least_system\":%.6f,\"least_wall\":%.6f}",
                options->runs, timing->user, timing->system, timing->wall, timing->least_user,
                timing->least_system, timing->least_wall);
}

void write_json(FILE *out, const struct options *options, const struct tally tallies[],
                const struct timing timings[], int count) {
    fprintf(out, "{\"version\":1,\"program\":[");
    for (char **word = options->command; *word; word++) {
        if (word != options->command)
            fputc(',', out);
        put_text(out, *word);
    }
    fprintf(out, "],");
    put_run(out, options, &tallies[0], timings);
    if (count == 2) {
        fprintf(out, ",\"libbuf\":{");
        put_run(out, options, &tallies[1], timings ? &timings[1] : NULL);
        fputc('}', out);
    }
    fprintf(out, "}\n");
}
