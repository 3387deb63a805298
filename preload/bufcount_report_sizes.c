/* How large the pieces were: histograms by powers of two of what stdio was asked for and of what it, and the program,
   asked the kernel for; and the sizes that came most often. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

enum { FLOWS = 4, BAR = 9 };

static const char *const titles[FLOWS] = {"stdio put", "writes", "stdio got", "reads"};

static void add_all(const struct tally *tally, struct flow flows[FLOWS]) {
    for (size_t i = 0; i < tally->file_count; i++) {
        const struct file_record *record = &tally->files[i].record;
        flow_add(&flows[0], &record->put);
        flow_add(&flows[1], &record->written);
        flow_add(&flows[2], &record->got);
        flow_add(&flows[3], &record->read);
    }
}

static uint64_t most_of(const struct flow *flow) {
    uint64_t most = 1;
    for (int i = 0; i < SIZE_BUCKETS; i++)
        if (flow->sizes[i] > most)
            most = flow->sizes[i];
    return most;
}

/* One cell: the calls and a bar, longest where there are most; a blank cell for none. */
static void put_cell(const struct sheet *sheet, uint64_t calls, uint64_t most, bool last) {
    static const char full[] = "#########";
    int length = calls ? 1 + (int)((double)calls / (double)most * (BAR - 1)) : 0;
    fprintf(sheet->out, " %10s ", calls ? label_count(calls, 10).text : "");
    sheet_ink(sheet, INK_BAR);
    fprintf(sheet->out, "%.*s", length, full);
    sheet_ink(sheet, INK_PLAIN);
    if (!last)
        fprintf(sheet->out, "%*s", BAR - length, "");
}

static void put_histogram(const struct sheet *sheet, const struct flow flows[FLOWS]) {
    uint64_t most[FLOWS];
    for (int f = 0; f < FLOWS; f++)
        most[f] = most_of(&flows[f]);
    sheet_head(sheet, "%-11s %10s %-9s %10s %-9s %10s %-9s %10s", "size from", titles[0], "", titles[1], "",
               titles[2], "", titles[3]);
    for (int bucket = 0; bucket < SIZE_BUCKETS; bucket++) {
        int last = -1;
        for (int f = 0; f < FLOWS; f++)
            if (flows[f].sizes[bucket])
                last = f;
        if (last < 0)
            continue;
        fprintf(sheet->out, "%-11s", label_size(bucket ? UINT64_C(1) << (bucket - 1) : 0).text);
        for (int f = 0; f <= last; f++)
            put_cell(sheet, flows[f].sizes[bucket], most[f], f == last);
        fputc('\n', sheet->out);
    }
}

static void put_frequent(const struct sheet *sheet, const char *title, const struct flow *flow) {
    char text[FREQUENT_SIZES * 48] = "";
    for (int i = 0; i < FREQUENT_SIZES && flow->frequent[i].calls; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s x %s", i ? ", " : "",
                 label_size(flow->frequent[i].size).text, label_count(flow->frequent[i].calls, 14).text);
    }
    if (*text)
        sheet_say(sheet, INK_PLAIN, "most frequent, %s: %s", title, text);
}

void report_sizes(const struct sheet *sheet, const struct tally *tally) {
    struct flow *flows = calloc(FLOWS, sizeof *flows);
    if (!flows || !tally->file_count) {
        free(flows);
        return;
    }
    add_all(tally, flows);
    bool any = false;
    for (int f = 0; f < FLOWS; f++)
        any |= flows[f].calls > 0;
    if (any) {
        put_histogram(sheet, flows);
        for (int f = 0; f < FLOWS; f++)
            put_frequent(sheet, titles[f], &flows[f]);
    }
    free(flows);
}
