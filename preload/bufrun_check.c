/* The --check report; see bufrun_check.h. Names are bound here as the dynamic linker would bind them with
   libbuf preloaded: the program first, then libbuf, then the other libraries. What the table of names.h
   promises is held against what the libraries really define. */
#include "bufrun_check.h"
#include "bufrun_elf.h"
#include "bufrun_libraries.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum how { HOW_ours, HOW_alias, HOW_valid, HOW_forwarded, HOW_libc, HOW_none, HOW_own, HOW_nowhere, HOWS };

static const char *const words[HOWS] = {"ours",
                                        "alias",
                                        "libc on our valid stream",
                                        "forwarded",
                                        "libc, no stream",
                                        "NOT COVERED",
                                        "a name of its own",
                                        "defined nowhere"};

static const struct {
    const char *name;
    enum how how;
} table[] = {
#define STDIO_NAME(name, how) {#name, HOW_##how},
#include "names.h"
};

struct object {
    const char *path; /* the file */
    struct elf elf;   /* read */
};

struct import {
    char *name;                  /* the stdio name */
    enum how promised;           /* by the table */
    const struct object *owner;  /* the file that defines it; NULL: none yet */
    const struct object **users; /* the files that import it */
    size_t user_count;           /* how many */
};

/* The whole question: the files in the order in which names are searched, and the names found so far. */
struct question {
    struct object *objects; /* [0] the program, [1] libbuf, then the libraries */
    size_t object_count;    /* how many */
    struct import *imports; /* in the order in which they were met */
    size_t import_count;    /* how many */
    struct object *present; /* the file that is being visited */
};

static void *need(void *memory) {
    if (!memory)
        die(EXIT_OWN_FAILURE, "out of memory");
    return memory;
}

/* Whether the name is stdio's, and what the table promises. Names that the table does not know, though by
   their form they belong to stdio, are not covered. */
static bool stdio_name(const char *name, enum how *how) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(table[i].name, name) == 0) {
            *how = table[i].how;
            return true;
        }
    *how = HOW_none;
    return strncmp(name, "_IO_", 4) == 0 || (strncmp(name, "__isoc", 6) == 0 && strstr(name, "scanf"));
}

static struct import *find_import(const struct question *question, const char *name) {
    for (size_t i = 0; i < question->import_count; i++)
        if (strcmp(question->imports[i].name, name) == 0)
            return &question->imports[i];
    return NULL;
}

static void add_import(const char *name, void *context) {
    struct question *question = context;
    struct import *import = find_import(question, name);
    enum how how;
    if (!import) {
        if (!stdio_name(name, &how))
            return;
        question->imports =
            need(realloc(question->imports, (question->import_count + 1) * sizeof *question->imports));
        import = &question->imports[question->import_count++];
        *import = (struct import){.name = need(strdup(name)), .promised = how};
    }
    for (size_t i = 0; i < import->user_count; i++)
        if (import->users[i] == question->present)
            return;
    import->users = need(realloc(import->users, (import->user_count + 1) * sizeof *import->users));
    import->users[import->user_count++] = question->present;
}

/* The first definition wins. A file that imports a name and defines it holds a copy of a variable: the
   variable is the next file's. */
static void add_definition(const char *name, void *context) {
    struct question *question = context;
    struct import *import = find_import(question, name);
    if (!import || import->owner)
        return;
    for (size_t i = 0; i < import->user_count; i++)
        if (import->users[i] == question->present)
            return;
    import->owner = question->present;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool has_soname(const struct object *object, const char *name) {
    const char *soname = elf_soname(&object->elf);
    return soname && strcmp(soname, name) == 0;
}

static enum how how_covered(const struct question *question, const struct import *import) {
    const char *libbuf = elf_soname(&question->objects[1].elf);
    if (!import->owner)
        return HOW_nowhere;
    if (import->owner == &question->objects[1] || (libbuf && has_soname(import->owner, libbuf)))
        return import->promised == HOW_alias || import->promised == HOW_valid ? import->promised : HOW_ours;
    if (!has_soname(import->owner, "libc.so.6") && !has_soname(import->owner, "libresolv.so.2"))
        return HOW_own;
    return import->promised == HOW_ours || import->promised == HOW_alias ? HOW_none : import->promised;
}

static void add_object(struct question *question, const char *path) {
    struct object *object = &question->objects[question->object_count];
    enum elf_result result = elf_open(&object->elf, path);
    if (result != ELF_READ)
        die(EXIT_OWN_FAILURE, "%s: %s", path, elf_problem(result));
    object->path = path;
    question->object_count++;
}

static void collect(struct question *question) {
    for (size_t i = 0; i < question->object_count; i++) {
        question->present = &question->objects[i];
        if (i != 1 && elf_each_import(&question->present->elf, add_import, question) < 0)
            die(EXIT_OWN_FAILURE, "%s: %s", question->present->path, elf_problem(ELF_BROKEN));
    }
    for (size_t i = 0; i < question->object_count; i++) {
        question->present = &question->objects[i];
        if (elf_each_definition(&question->present->elf, add_definition, question) < 0)
            die(EXIT_OWN_FAILURE, "%s: %s", question->present->path, elf_problem(ELF_BROKEN));
    }
}

static int by_name(const void *left, const void *right) {
    return strcmp(((const struct import *)left)->name, ((const struct import *)right)->name);
}

/* Prints the table and its sum; returns how many names are not covered. */
static size_t report(const struct question *question) {
    size_t sums[HOWS] = {0}, shown = 0;
    int width = 4;
    for (size_t i = 0; i < question->import_count; i++)
        if ((int)strlen(question->imports[i].name) > width)
            width = (int)strlen(question->imports[i].name);
    printf("%-*s  %-24s  %s\n", width, "NAME", "COVERED", "IMPORTED BY");
    for (size_t i = 0; i < question->import_count; i++) {
        const struct import *import = &question->imports[i];
        enum how how = how_covered(question, import);
        sums[how]++;
        printf("%-*s  %-24s ", width, import->name, words[how]);
        for (size_t j = 0; j < import->user_count; j++)
            printf(" %s", base_name(import->users[j]->path));
        putchar('\n');
    }
    printf("%zu names:", question->import_count);
    for (size_t how = 0; how < HOWS; how++)
        if (sums[how])
            printf("%s %zu %s", shown++ ? "," : "", sums[how], words[how]);
    putchar('\n');
    return sums[HOW_none];
}

bool check_names(const char *path, const char *linker, const char *libbuf) {
    struct libraries libraries;
    const char *why = list_libraries(&libraries, linker, path, 0);
    if (why)
        die(EXIT_OWN_FAILURE, "%s: %s", path, why);
    struct question question = {.objects = need(calloc(libraries.count + 2, sizeof *question.objects))};
    add_object(&question, path);
    add_object(&question, libbuf);
    for (size_t i = 0; i < libraries.count; i++)
        add_object(&question, libraries.paths[i]);
    collect(&question);
    if (question.imports)
        qsort(question.imports, question.import_count, sizeof *question.imports, by_name);
    bool covered = report(&question) == 0;
    for (size_t i = 0; i < question.import_count; i++) {
        free(question.imports[i].name);
        free(question.imports[i].users);
    }
    for (size_t i = 0; i < question.object_count; i++)
        elf_close(&question.objects[i].elf);
    free(question.imports);
    free(question.objects);
    free_libraries(&libraries);
    return covered;
}
