/* What libbuf would save: the system calls that the recorded sizes and offsets would make through larger windows, the
   rule that gives them, and the time that they cost on this machine. */
#include "bufcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    LARGEST_WINDOW = 6, /* 256 KiB: larger ones leave the cache */
    LEAST_SAVED = 100,  /* calls; fewer are not worth a rule */
    MOST_RULES = 8,     /* more become one for all files */
    LONGEST_NAME = 60,  /* bytes of a file's name in a pattern; of a longer one, its end */
    WORTH = 5,          /* at least one call in so many must go */
};

bool pattern_of(const struct file_record *record, char *pattern, size_t size) {
    static const char *const standard[] = {"%stdin", "%stdout", "%stderr"};
    if (record->opens == 0 && record->descriptor >= 0 && record->descriptor < 3) {
        snprintf(pattern, size, "%s", standard[record->descriptor]);
        return true;
    }
    if (record->kind == FILE_PIPE && record->path[0] != '/') {
        snprintf(pattern, size, "%%pipe");
        return record->opens > 0;
    }
    char path[FILE_PATH + 1] = "";
    memcpy(path, record->path, FILE_PATH);
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (!*name || strstr(name, " (deleted)") || (record->kind != FILE_REGULAR && !slash))
        return false;
    size_t at = 0, length = strlen(name);
    if (length > LONGEST_NAME) {
        name += length - LONGEST_NAME;
        while (((unsigned char)*name & 0xc0) == 0x80) /* inside a character */
            name++;
        pattern[at++] = '*';
    }
    for (; *name && at + 1 < size; name++)
        pattern[at++] = strchr("*?[]\\:;,'\"%", *name) || (unsigned char)*name <= ' ' ? '?' : *name;
    pattern[at] = 0;
    return true;
}

bool pattern_matches(const struct advice *advice, const struct file_record *record) {
    char pattern[sizeof advice->pattern];
    if (strcmp(advice->pattern, "*") == 0)
        return true;
    return pattern_of(record, pattern, sizeof pattern) && strcmp(pattern, advice->pattern) == 0;
}

/* The files that one pattern means. */
struct group {
    char pattern[sizeof((struct advice *)0)->pattern];
    const struct file_record *first;
    size_t records;
    uint64_t beside; /* calls that no stdio made */
    struct file_record stdio;
};

static bool used_by_stdio(const struct file_record *record) {
    return record->got.calls || record->put.calls;
}

static void add(struct group *group, const struct file_record *record) {
    if (!group->first || (used_by_stdio(record) && !used_by_stdio(group->first)))
        group->first = record;
    group->records++;
    uint64_t calls = file_calls(record);
    group->beside += calls > record->inside ? calls - record->inside : 0;
    if (used_by_stdio(record))
        file_add(&group->stdio, record);
}

struct keyed {
    char pattern[sizeof((struct advice *)0)->pattern];
    const struct file_record *record;
};

static int by_pattern(const void *left, const void *right) {
    return strcmp(((const struct keyed *)left)->pattern, ((const struct keyed *)right)->pattern);
}

static void *must(void *memory) {
    if (!memory)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    return memory;
}

static struct group *group_records(const struct tally *tally, size_t *count) {
    struct keyed *keyed = must(calloc(tally->file_count + 1, sizeof *keyed));
    size_t keys = 0;
    for (size_t i = 0; i < tally->file_count; i++) {
        keyed[keys].record = &tally->files[i].record;
        keys += pattern_of(keyed[keys].record, keyed[keys].pattern, sizeof keyed[keys].pattern);
    }
    qsort(keyed, keys, sizeof *keyed, by_pattern);
    struct group *groups = must(calloc(keys + 1, sizeof *groups));
    *count = 0;
    for (size_t i = 0; i < keys; i++) {
        if (i == 0 || strcmp(keyed[i].pattern, keyed[i - 1].pattern) != 0)
            strcpy(groups[(*count)++].pattern, keyed[i].pattern);
        add(&groups[*count - 1], keyed[i].record);
    }
    free(keyed);
    return groups;
}

/* The smallest window beyond which hardly a call is saved. */
static int choose_window(const struct file_record *record) {
    uint64_t now = record->inside, least = now;
    for (int n = 0; n <= LARGEST_WINDOW; n++)
        least = record->what_if[n] < least ? record->what_if[n] : least;
    for (int n = 0; n < LARGEST_WINDOW; n++)
        if ((record->what_if[n] - least) * 100 <= now - least && record->what_if[n] <= now)
            return n;
    return LARGEST_WINDOW;
}

static void directory_of(const struct file_record *record, char *directory) {
    snprintf(directory, FILE_PATH, "%.*s", FILE_PATH - 1, record->path);
    char *slash = directory[0] == '/' ? strrchr(directory, '/') : NULL;
    if (slash)
        slash[slash == directory] = 0;
    else
        directory[0] = 0;
}

/* Whether the group is worth a rule; then fills in ADVICE. */
static bool advise_group(const struct group *group, struct advice *advice) {
    const struct file_record *stdio = &group->stdio;
    uint64_t now = stdio->inside, moved = stdio->read.calls + stdio->written.calls;
    if (strcmp(group->pattern, "%stderr") == 0 || !moved || now < LEAST_SAVED)
        return false;
    int window = choose_window(stdio);
    uint64_t then = stdio->what_if[window];
    if (!then || then >= now || now - then < LEAST_SAVED || (now - then) * WORTH < now)
        return false;
    *advice = (struct advice){.path = group->first->path,
                              .files = group->records,
                              .window = window,
                              .size = UINT64_C(4096) << window,
                              .reads = stdio->read.calls > 0,
                              .writes = stdio->written.calls > 0,
                              .calls = now + group->beside,
                              .promised = then + group->beside};
    strcpy(advice->pattern, group->pattern);
    char directory[FILE_PATH];
    directory_of(group->first, directory);
    bool writing = stdio->written.calls >= stdio->read.calls;
    const struct flow *flow = writing ? &stdio->written : &stdio->read;
    advice->cost = cost_of_call((enum file_kind)group->first->kind, directory, writing,
                                flow->bytes / flow->calls, advice->size);
    advice->seconds = advice->cost * (double)(now - then);
    return true;
}

static int most_saved_first(const void *left, const void *right) {
    const struct advice *a = left, *b = right;
    if (a->seconds != b->seconds)
        return a->seconds > b->seconds ? -1 : 1;
    return strcmp(a->pattern, b->pattern);
}

/* One rule for everything, where many files want one. */
static void merge(const struct tally *tally, struct advices *advices) {
    struct group *all = must(calloc(1, sizeof *all));
    strcpy(all->pattern, "*");
    for (size_t i = 0; i < tally->file_count; i++)
        add(all, &tally->files[i].record);
    struct advice advice;
    if (advise_group(all, &advice)) {
        advices->items[0] = advice;
        advices->count = 1;
    } else {
        advices->count = MOST_RULES;
    }
    free(all);
}

static char *rules_of(const struct advices *advices) {
    char *text = NULL;
    size_t size;
    FILE *out = must(open_memstream(&text, &size));
    for (size_t i = 0; i < advices->count; i++) {
        const struct advice *advice = &advices->items[i];
        fprintf(out, "%s%s:size=%d%s", i ? ";" : "", advice->pattern,
                (int)(advice->size >> (advice->size < 1 << 20 ? 10 : 20)),
                advice->size < 1 << 20 ? "K" : "M");
    }
    fclose(out);
    return must(text);
}

struct advices advise(const struct tally *tally) {
    size_t count;
    struct group *groups = group_records(tally, &count);
    struct advices advices = {.items = must(calloc(count + 1, sizeof *advices.items))};
    for (size_t i = 0; i < count; i++)
        advices.count += advise_group(&groups[i], &advices.items[advices.count]);
    qsort(advices.items, advices.count, sizeof advices.items[0], most_saved_first);
    if (advices.count > MOST_RULES)
        merge(tally, &advices);
    free(groups);
    advices.rules = rules_of(&advices);
    return advices;
}

void advices_free(struct advices *advices) {
    free(advices->items);
    free(advices->rules);
    *advices = (struct advices){0};
}
