/* Reads the log and the table of strace -f -C. Of an executed program the loader makes the first calls: it maps the
   libraries, sets up the thread (the last call of that is rseq), relocates one object after the other and protects each
   one's tables with an mprotect. A preloaded library starts when it is relocated, as the last one before the program
   and the loader itself, whose mprotects are counted. */
#include "strace_figures.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TASKS = 8192, COUNTED_PROTECTIONS = 2 };

/* One process or thread of the log. */
struct task {
    int id;
    enum { RUNNING, LOADING, PROTECTING } phase;
    unsigned protections; /* mprotects since rseq */
    char begun[32];       /* the call that is unfinished, or "" */
};
static struct task *tasks;
static size_t task_count;

static struct task *task_of(int id) {
    for (size_t i = task_count; i > 0; i--)
        if (tasks[i - 1].id == id)
            return &tasks[i - 1];
    cr_assert(task_count < MOST_TASKS);
    tasks[task_count] = (struct task){.id = id};
    return &tasks[task_count++];
}

struct call_figures *figures_of(struct figures_table *table, const char *name) {
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].name, name) == 0)
            return &table->rows[i];
    cr_assert(table->count < MOST_CALL_NAMES);
    struct call_figures *row = &table->rows[table->count++];
    *row = (struct call_figures){0};
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static void early(struct figures_table *table, const char *name, uint64_t calls, bool failed) {
    struct call_figures *row = figures_of(table, name);
    row->early_calls += calls;
    row->early_errors += failed;
}

static void take_call(struct figures_table *table, struct task *task, const char *name, const char *line) {
    const char *result = NULL;
    for (const char *at = line; (at = strstr(at, " = ")); at++)
        result = at + 3;
    bool failed = result && result[0] == '-';
    if (strcmp(name, "execve") == 0 || strcmp(name, "execveat") == 0) {
        if (result && result[0] == '0') {
            if (!table->programs++)
                early(table, name, 1, false);
            task->phase = LOADING;
            task->protections = 0;
        }
        return;
    }
    if (task->phase == PROTECTING) {
        if (strcmp(name, "mprotect") == 0) {
            task->protections++;
            return;
        }
        if (strcmp(name, "mmap") == 0) /* the loader's own memory */
            return;
        if (task->protections > COUNTED_PROTECTIONS)
            early(table, "mprotect", task->protections - COUNTED_PROTECTIONS, false);
        task->phase = RUNNING;
    }
    if (task->phase == LOADING) {
        early(table, name, 1, failed);
        if (strcmp(name, "rseq") == 0)
            task->phase = PROTECTING;
    }
}

/* A line of the log: "ID name(...) = result", "ID name(... <unfinished ...>", "ID <... name resumed>...) = result". */
static void take_line(struct figures_table *table, const char *line) {
    char *end, name[32];
    int id = (int)strtol(line, &end, 10);
    if (end == line)
        return;
    while (*end == ' ')
        end++;
    struct task *task = task_of(id);
    if (sscanf(end, "<... %31[a-z0-9_] resumed>", name) == 1) {
        task = task_of(id);
    } else if (sscanf(end, "%31[a-z0-9_](", name) == 1 && end[strlen(name)] == '(') {
        if (strstr(end, "<unfinished ...>"))
            return;
    } else {
        if (strncmp(end, "+++ exited", 10) == 0 || strncmp(end, "+++ killed", 10) == 0)
            task->phase = RUNNING;
        return;
    }
    take_call(table, task, name, end);
}

static void take_row(struct figures_table *table, const char *line) {
    char fields[6][40];
    int count = sscanf(line, "%39s %39s %39s %39s %39s %39s", fields[0], fields[1], fields[2], fields[3],
                       fields[4], fields[5]);
    if (count < 5 || fields[0][0] == '-' || strcmp(fields[count - 1], "total") == 0)
        return;
    struct call_figures *row = figures_of(table, fields[count - 1]);
    row->calls = strtoull(fields[3], NULL, 10);
    row->errors = count == 6 ? strtoull(fields[4], NULL, 10) : 0;
}

void read_strace(const char *text, struct figures_table *table) {
    tasks = calloc(MOST_TASKS, sizeof *tasks);
    task_count = 0;
    bool in_table = false;
    for (const char *next, *at = text; *at; at = next) {
        const char *end = strchr(at, '\n');
        size_t length = end ? (size_t)(end - at) : strlen(at);
        next = at + length + (end != NULL);
        char *line = strndup(at, length);
        if (strncmp(line, "% time", 6) == 0)
            in_table = true;
        else if (in_table)
            take_row(table, line);
        else
            take_line(table, line);
        free(line);
    }
    free(tasks);
    cr_assert(in_table, "strace wrote no table");
}

void read_bufcount(const char *json, struct figures_table *table) {
    const char *at = strstr(json, "\"syscalls\":{");
    cr_assert(at, "no calls in %s", json);
    at += strlen("\"syscalls\":{");
    char name[32];
    uint64_t calls, errors;
    while (sscanf(at, "\"%31[^\"]\":{\"calls\":%" SCNu64 ",\"errors\":%" SCNu64, name, &calls, &errors) ==
           3) {
        struct call_figures *row = figures_of(table, name);
        row->counted_calls = calls;
        row->counted_errors = errors;
        at = strchr(at, '}') + 1;
        at += strspn(at, "}"); /* with --time, of the latency */
        at += *at == ',';
    }
}
