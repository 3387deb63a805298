/* Reads a record, by one table of facts. What another version added is passed over; a record that is cut off or
   says what cannot be is refused as a whole, so that no half of one reaches the sums. */
#include "bufcount_record_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text) {
    char *new = strdup(text);
    if (!new)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return new;
}

/* One more of ITEMS of SIZE bytes, zeroed. */
static void *one_more(void **items, size_t *count, size_t size) {
    *items = reallocarray(*items, *count + 1, size);
    if (!*items)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return memset((char *)*items + (*count)++ * size, 0, size);
}

static bool take_run(struct line *line) {
    if (line->count < 2 || line->record->run.id)
        return false;
    line->record->run.id = copy(line->fields[1]);
    return true;
}

static bool take_host(struct line *line) {
    if (line->count < 2 || line->record->run.host)
        return false;
    line->record->run.host = copy(line->fields[1]);
    return true;
}

static bool take_rank(struct line *line) {
    return line_whole_number(line, 1, &line->record->run.rank) &&
           line_whole_number(line, 2, &line->record->run.ranks);
}

static bool take_program(struct line *line) {
    if (line->record->program || line->count < 2)
        return false;
    char **words = line->record->program = calloc((size_t)line->count, sizeof *words);
    if (!words)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (int i = 1; i < line->count; i++)
        words[i - 1] = copy(line->fields[i]);
    return true;
}

static bool take_library(struct line *line) {
    line->record->libbuf = line_has(line, "libbuf");
    return true;
}

static bool take_began(struct line *line) {
    return line_decimal(line, &line->record->run.began);
}

static bool take_tick(struct line *line) {
    return line_decimal(line, &line->record->nanoseconds_of_tick);
}

static bool take_length(struct line *line) {
    return line_numbers(line, 1, 1, &line->record->run.ticks);
}

static bool take_flags(struct line *line) {
    line->record->flags = line_flags(line, shared_flag_names);
    return true;
}

static bool take_records(struct line *line) {
    if (line->record->whole)
        return false;
    line->record->whole = calloc(1, sizeof *line->record->whole);
    if (!line->record->whole)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return line_numbers(line, 1, 1, &line->record->whole->records);
}

static bool take_status(struct line *line) {
    return line_whole_number(line, 1, &line->record->run.status);
}

static bool take_refused(struct line *line) {
    return line->record->whole && line_whole_number(line, 1, &line->record->whole->refused_errno);
}

static bool take_io(const struct line *line, struct proc_io *io) {
    uint64_t values[4];
    if (!line_numbers(line, 1, 4, values))
        return false;
    *io = (struct proc_io){values[0], values[1], values[2], values[3]};
    return true;
}

static bool take_kernel(struct line *line) {
    struct whole *whole = line->record->whole;
    return whole && (whole->io_known = take_io(line, &whole->kernel));
}

static bool take_loading(struct line *line) {
    return line->record->whole && take_io(line, &line->record->whole->loading);
}

static bool take_left_running(struct line *line) {
    return line->record->whole && (line->record->whole->left_running = true);
}

static int row_of(const struct line *line) {
    int row = line->count < 2 ? -1 : call_row_of(line->fields[1]);
    return row < 0 ? OTHER_CALLS : row;
}

static bool take_unfinished(struct line *line) {
    return line->record->whole && line_numbers(line, 2, 1, &line->record->whole->unfinished[row_of(line)]);
}

static bool take_latency(struct line *line) {
    _Atomic uint64_t counts[LATENCY_BUCKETS] = {0};
    if (!line->record->whole || line->count < 2 || !line_histogram(line, 2, counts, LATENCY_BUCKETS))
        return false;
    for (size_t i = 0; i < LATENCY_BUCKETS; i++)
        line->record->whole->latency[row_of(line)][i] += counts[i];
    return true;
}

static bool take_moment(struct line *line) {
    struct whole *whole = line->record->whole;
    uint64_t values[5];
    if (!whole || !line_numbers(line, 1, 5, values) ||
        (whole->moment_count && whole->moments[whole->moment_count - 1].at > values[0]))
        return false;
    struct moment *moment = one_more((void **)&whole->moments, &whole->moment_count, sizeof *moment);
    *moment = (struct moment){values[0], values[1], values[2], values[3], values[4]};
    return true;
}

static bool take_process(struct line *line) {
    return line_whole_number(line, 1, &line->pid);
}

static bool take_image(struct line *line) {
    struct record *record = line->record;
    uint64_t values[4];
    if (!line_numbers(line, 1, 4, values) || line->count < 6)
        return false;
    if (record->process_count == 0)
        record->first = values[0];
    struct process *image = one_more((void **)&record->processes, &record->process_count, sizeof *image);
    *image = (struct process){.order = values[0],
                              .parent = values[1],
                              .began = values[2],
                              .ended = values[3],
                              .pid = line->pid,
                              .ran = true,
                              .exe = copy(line->fields[5])};
    line->image = image;
    line->file = NULL;
    return true;
}

static bool take_image_flags(struct line *line) {
    if (!line->image)
        return false;
    line->image->flags = line_flags(line, image_flag_names);
    line->image->ran = !line_has(line, "not-counted");
    line->image->running = line_has(line, "still-running");
    return true;
}

static bool take_call(struct line *line) {
    uint64_t values[4];
    if (!line->image || !line_numbers(line, 2, 4, values))
        return false;
    struct figure_row *row = one_more((void **)&line->image->table, &line->image->rows, sizeof *row);
    *row = (struct figure_row){(uint32_t)row_of(line), {values[0], values[1], values[2], values[3]}};
    return true;
}

static bool take_stdio(struct line *line) {
    uint64_t values[3 + INSIDE_KINDS + 2];
    if (!line->image || !line_numbers(line, 2, 3 + INSIDE_KINDS + 2, values))
        return false;
    int number = stdio_row_of(line->fields[1]);
    if (number < 0)
        return true; /* of a version that knows more functions */
    struct stdio_row *row = one_more((void **)&line->image->stdio, &line->image->stdio_rows, sizeof *row);
    row->row = (uint32_t)number;
    row->figures.calls = values[0];
    row->figures.errors = values[1];
    row->figures.bytes = values[2];
    memcpy(row->figures.inside, values + 3, sizeof row->figures.inside);
    row->figures.inside_bytes = values[3 + INSIDE_KINDS];
    row->figures.inside_ticks = values[3 + INSIDE_KINDS + 1];
    return true;
}

static bool take_file(struct line *line) {
    struct record *record = line->record;
    uint64_t block;
    int descriptor;
    if (!line->image || line->count < 5 || !line_whole_number(line, 3, &descriptor) ||
        !line_numbers(line, 4, 1, &block))
        return false;
    struct file *file = one_more((void **)&record->files, &record->file_count, sizeof *file);
    file->order = line->image->order;
    file->record.descriptor = descriptor;
    file->record.block = (uint32_t)block;
    strncpy(file->record.path, line->fields[1], FILE_PATH - 1);
    for (uint32_t kind = 0; file_kind_names[kind]; kind++)
        if (strcmp(line->fields[2], file_kind_names[kind]) == 0)
            file->record.kind = kind;
    line->file = file;
    return true;
}

static bool take_file_latency(struct line *line) {
    return line->file && line_histogram(line, 1, line->file->record.latency, LATENCY_BUCKETS);
}

static bool take_what_if(struct line *line) {
    return line->file && line_histogram(line, 1, line->file->record.what_if, WHAT_IFS);
}

static bool take_end(struct line *line) {
    (void)line;
    return true;
}

static const struct {
    const char *name;
    bool (*take)(struct line *);
} facts[] = {
    {"call", take_call},
    {"stdio", take_stdio},
    {"file", take_file},
    {"file-latency", take_file_latency},
    {"what-if", take_what_if},
    {"image", take_image},
    {"image-flags", take_image_flags},
    {"moment", take_moment},
    {"latency", take_latency},
    {"unfinished", take_unfinished},
    {"process", take_process},
    {"run", take_run},
    {"host", take_host},
    {"rank", take_rank},
    {"program", take_program},
    {"library", take_library},
    {"began", take_began},
    {"tick", take_tick},
    {"length", take_length},
    {"flags", take_flags},
    {"records", take_records},
    {"status", take_status},
    {"refused", take_refused},
    {"kernel", take_kernel},
    {"loading", take_loading},
    {"left-running", take_left_running},
    {"end", take_end},
};

static bool take_frequent(const struct line *line, struct flow *flow) {
    for (int i = 1; i < line->count && i <= FREQUENT_SIZES; i++) {
        uint64_t size, calls;
        if (!line_pair(line->fields[i], &size, &calls))
            return false;
        flow->frequent[i - 1].size = size;
        flow->frequent[i - 1].calls = calls;
    }
    return true;
}

/* A counter or a flow of the last file, by its member's name; a fact that nobody here knows is passed over. */
static bool take_member(struct line *line) {
    const char *name = line->fields[0];
    for (const struct member_name *member = file_counter_names; member->name; member++) {
        if (strcmp(name, member->name) != 0)
            continue;
        uint64_t value;
        if (!line->file || !line_numbers(line, 1, 1, &value))
            return false;
        atomic_store((_Atomic uint64_t *)((char *)&line->file->record + member->offset), value);
        return true;
    }
    for (const struct member_name *member = file_flow_names; member->name; member++) {
        size_t length = strlen(member->name);
        if (strncmp(name, member->name, length) != 0)
            continue;
        if (!line->file)
            return false;
        struct flow *flow = file_flow(&line->file->record, member);
        uint64_t values[3];
        if (strcmp(name + length, "-sizes") == 0)
            return line_histogram(line, 1, flow->sizes, SIZE_BUCKETS);
        if (strcmp(name + length, "-frequent") == 0)
            return take_frequent(line, flow);
        if (name[length])
            continue;
        if (!line_numbers(line, 1, 3, values))
            return false;
        flow->calls = values[0];
        flow->errors = values[1];
        flow->bytes = values[2];
    }
    return true;
}

static bool take_line(struct line *line, char *text) {
    if (!line_cut(line, text))
        return false;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (strcmp(line->fields[0], facts[i].name) == 0)
            return facts[i].take(line);
    return take_member(line);
}

/* The lines behind the first; returns the number of the line that is wrong, or 0. */
static size_t take_lines(FILE *in, struct record *record) {
    struct line line = {.record = record};
    char *text = NULL;
    size_t size = 0, number = 1;
    ssize_t length;
    bool ended = false, right = true;
    while (right && !ended && (length = getline(&text, &size, in)) > 0) {
        number++;
        right = text[length - 1] == '\n' && strlen(text) == (size_t)length;
        text[length - 1] = 0;
        ended = strcmp(text, "end") == 0;
        right = right && take_line(&line, text);
    }
    free(text);
    free(line.fields);
    bool whole = right && ended && record->run.id && record->run.host && record->program &&
                 record->process_count && record->nanoseconds_of_tick > 0;
    return whole ? 0 : right && !ended ? number + 1 : number;
}

bool record_read(const char *path, struct record *record) {
    memset(record, 0, sizeof *record);
    record->run.rank = -1;
    FILE *in = fopen(path, "re");
    char magic[64] = "";
    if (!in || !fgets(magic, sizeof magic, in)) {
        if (!in || ferror(in))
            warning("%s: %s", path, strerror(errno));
        else
            warning("%s: empty, not a record of bufcount", path);
        if (in)
            fclose(in);
        return false;
    }
    int version = 0;
    size_t wrong = 0;
    bool ours = sscanf(magic, RECORD_MAGIC "\t%d\n", &version) == 1;
    if (!ours)
        warning("%s: not a record of bufcount", path);
    else if (version != RECORD_VERSION)
        warning("%s: a record of version %d, this is %d", path, version, RECORD_VERSION);
    else if ((wrong = take_lines(in, record)))
        warning("%s: damaged at line %zu: left out", path, wrong);
    fclose(in);
    if (ours && version == RECORD_VERSION && !wrong)
        return true;
    record_free(record);
    return false;
}

void record_free(struct record *record) {
    for (char **word = record->program; word && *word; word++)
        free(*word);
    free(record->program);
    free(record->run.id);
    free(record->run.host);
    for (size_t i = 0; i < record->process_count; i++)
        process_free(&record->processes[i]);
    free(record->processes);
    free(record->files);
    if (record->whole)
        free(record->whole->moments);
    free(record->whole);
    memset(record, 0, sizeof *record);
}
