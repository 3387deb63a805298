/* Advice, what came of it, and libbuf's own account, in JSON. */
#include "bufcount.h"

#include <inttypes.h>

static void put_seconds(FILE *out, const char *name, const struct timing *timing) {
    fprintf(out,
            "\"%s\":{\"user\":%.6f,\"system\":%.6f,\"wall\":%.6f,\"least_user\":%.6f,\"least_system\":%.6f,"
            "\"least_wall\":%.6f}",
            name, timing->user, timing->system, timing->wall, timing->least_user, timing->least_system,
            timing->least_wall);
}

static void put_rules(FILE *out, const struct advices *advices, const struct applied *applied) {
    fprintf(out, "\"rules\":[");
    for (size_t i = 0; i < advices->count; i++) {
        const struct advice *advice = &advices->items[i];
        fprintf(out, "%s{\"pattern\":", i ? "," : "");
        json_text(out, advice->pattern);
        fprintf(out,
                ",\"size\":%" PRIu64 ",\"calls\":%" PRIu64 ",\"promised\":%" PRIu64
                ",\"seconds\":%.6f,\"cost_nanoseconds\":%.1f",
                advice->size, advice->calls, advice->promised, advice->seconds, advice->cost * 1e9);
        if (applied && applied->done)
            fprintf(out, ",\"real\":%" PRIu64, applied->calls[i]);
        fputc('}', out);
    }
    fputc(']', out);
}

void json_advice(FILE *out, const struct results *results) {
    const struct advices *advices = results->advices;
    if (!advices)
        return;
    fprintf(out, ",\"advice\":{\"findings\":[");
    for (size_t i = 0; results->findings && i < results->findings->count; i++) {
        fputs(i ? "," : "", out);
        json_text(out, results->findings->items[i]);
    }
    fprintf(out, "],");
    put_rules(out, advices, results->applied);
    fprintf(out, ",\"LIBBUF\":");
    json_text(out, advices->rules);
    if (results->applied && results->applied->done) {
        struct system_time time = applied_time(advices, results->applied);
        fprintf(out,
                ",\"applied\":{\"runs\":%d,\"system\":{\"without\":%.6f,\"promised\":%.6f,\"real\":%.6f},",
                results->applied->runs, time.without, time.promised, time.real);
        put_seconds(out, "without", &results->applied->timings[0]);
        fputc(',', out);
        put_seconds(out, "with", &results->applied->timings[1]);
        fputc('}', out);
    }
    fputc('}', out);
}

void json_own(FILE *out, const struct own_report *own) {
    if (!own || !own->known)
        return;
    fprintf(out,
            ",\"streams\":{\"count\":%" PRIu64 ",\"put\":{\"calls\":%" PRIu64 ",\"bytes\":%" PRIu64
            ",\"syscalls\":%" PRIu64 ",\"syscall_bytes\":%" PRIu64 "},\"got\":{\"calls\":%" PRIu64
            ",\"bytes\":%" PRIu64 ",\"single_bytes\":%" PRIu64 ",\"syscalls\":%" PRIu64
            ",\"syscall_bytes\":%" PRIu64 "},\"seeks\":{\"calls\":%" PRIu64 ",\"syscalls\":%" PRIu64 "}}",
            own->streams, own->put.calls, own->put.bytes, own->put.system_calls, own->put.system_bytes,
            own->got.calls, own->got.bytes, own->single_bytes, own->got.system_calls, own->got.system_bytes,
            own->seeks, own->seek_calls);
}
