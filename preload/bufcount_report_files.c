/* The table of files: who they are, what went to and from them, and how well it lay. */
#include "bufcount.h"

#include <stdlib.h>
#include <string.h>

static struct label descriptors_of(const struct file_sum *file) {
    struct label label;
    if (file->descriptor_count <= 1)
        snprintf(label.text, sizeof label.text, "%d", (int)file->descriptors[0]);
    else
        snprintf(label.text, sizeof label.text, "%d+", (int)file->descriptors[0]);
    return label;
}

/* The calls whose place in the file is known: those of pipes and terminals have none. */
static bool placed(const struct file_record *record) {
    return record->kind == FILE_REGULAR || record->kind == FILE_BLOCK;
}

static void put_line(const struct sheet *sheet, const char *descriptors, const struct file_record *record,
                     const char *path, bool shares) {
    uint64_t moved = record->read.calls + record->written.calls;
    uint64_t in = record->got.calls + record->put.calls;
    struct label sequential = {"-"}, aligned = {"-"};
    if (shares) {
        sequential = label_share(record->sequential_reads + record->sequential_writes, moved);
        aligned = label_share(record->aligned_reads + record->aligned_writes, moved);
    }
    char line[COLUMNS * 2];
    int length = snprintf(line, sizeof line, "%4s %5s %8s %8s %8s %8s %6s %6s %4s %5s  ", descriptors,
                          label_count(record->opens, 5).text, label_size(file_bytes(record)).text,
                          label_count(in, 8).text, label_count(record->read.calls, 8).text,
                          label_count(record->written.calls, 8).text, label_count(record->seeks, 6).text,
                          label_count(record->syncs, 6).text, sequential.text, aligned.text);
    fprintf(sheet->out, "%s%s\n", line, clip(path, COLUMNS - length).text);
}

void report_files(const struct sheet *sheet, const struct options *options, const struct tally *tally) {
    if (options->no_stdio || !tally->file_count)
        return;
    size_t count, most = options->files < 0 ? SIZE_MAX
                         : options->files   ? (size_t)options->files
                                            : DEFAULT_FILES;
    struct file_sum *files = files_by_path(tally, &count);
    sheet_head(sheet, "%4s %5s %8s %8s %8s %8s %6s %6s %4s %5s  %s", "desc", "opens", "bytes", "stdio in",
               "reads", "writes", "seeks", "fsyncs", "seq.", "algn.", "file");
    struct file_sum *rest = calloc(1, sizeof *rest);
    for (size_t i = 0; i < count; i++) {
        if (i < most)
            put_line(sheet, descriptors_of(&files[i]).text, &files[i].sum, files[i].sum.path,
                     placed(&files[i].sum));
        else if (rest)
            file_add(&rest->sum, &files[i].sum);
    }
    if (rest && count > most) {
        char name[64];
        snprintf(name, sizeof name, "%zu more files", count - most);
        put_line(sheet, "", &rest->sum, name, true);
    }
    free(rest);
    free(files);
}
