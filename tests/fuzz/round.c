/* Running a round on both sides (round.h). */

#include "round.h"
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what, const char *detail) {
    fprintf(stderr, "rounds: %s: %s\n", what, detail);
    exit(125);
}

static void clean_directory(const char *path) {
    mkdir(path, 0777);
    DIR *directory = opendir(path);
    if (!directory)
        fail("cannot open directory", path);
    for (struct dirent *entry; (entry = readdir(directory));)
        if (entry->d_name[0] != '.' && unlinkat(dirfd(directory), entry->d_name, 0) < 0)
            unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR);
    closedir(directory);
}

static int open_in(const char *directory, const char *name, int flags) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int descriptor = open(path, flags | O_CLOEXEC, 0666);
    if (descriptor < 0)
        fail("cannot open", path);
    return descriptor;
}

/* Lines of numbers and words for stdin; the descriptor stands at the beginning, or at times not. */
static int open_input(const char *directory, uint64_t seed) {
    int descriptor = open_in(directory, "input", O_RDWR | O_CREAT);
    for (unsigned i = 0; i < 300 + seed % 1000; i++)
        dprintf(descriptor, i % 7 ? "%u " : "word%u\n", i * 37 % 1001);
    lseek(descriptor, seed % 3 ? 0 : (off_t)(seed % 777), SEEK_SET);
    return descriptor;
}

struct side {
    char directory[200];
    const char *program;
    bool on_libbuf;
};

static pid_t start(const struct setup *setup, const struct side *side, const struct round *round,
                   const int descriptors[3]) {
    char seed[24], preload[300], totals[300];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)round->seed);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", setup->library);
    snprintf(totals, sizeof totals, "LIBBUF_TOTALS=%s/totals", setup->directory);
    const char *arguments[20] = {side->program, "--seed", seed, "--log", "../log", "--skip", round->skip};
    int n = 7;
    if (setup->lifted)
        arguments[n++] = "--lift", arguments[n++] = setup->lifted;
    if (setup->without)
        arguments[n++] = "--without", arguments[n++] = setup->without;
    if (side->on_libbuf && !round->trial)
        arguments[n++] = "--coverage", arguments[n++] = "../coverage";
    char path[] = "PATH=/usr/bin:/bin";
    char *plain[] = {path, NULL}, *ours[5] = {path, totals};
    int variables = 2;
    if (!setup->linked)
        ours[variables++] = preload;
    if (setup->settings)
        ours[variables++] = (char *)setup->settings;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, side->directory);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, descriptors[i], i);
    pid_t pid;
    int error = posix_spawn(&pid, side->program, &actions, NULL, (char *const *)arguments,
                            side->on_libbuf ? ours : plain);
    posix_spawn_file_actions_destroy(&actions);
    if (error)
        fail("cannot run", side->program);
    return pid;
}

static uint32_t digest_of(int descriptor, size_t *size) {
    unsigned char block[65536];
    uint32_t hash = 2166136261u;
    *size = 0;
    for (ssize_t n; (n = read(descriptor, block, sizeof block)) > 0; *size += (size_t)n)
        for (ssize_t i = 0; i < n; i++)
            hash = (hash ^ block[i]) * 16777619u;
    return hash;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Size and digest of every file left behind. */
static void add_files(FILE *log, const char *path) {
    char *names[50];
    size_t n = 0;
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory)) && n < 50;)
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "directory") != 0)
            names[n++] = strdup(entry->d_name);
    closedir(directory);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        int descriptor = open_in(path, names[i], O_RDONLY);
        size_t size;
        uint32_t digest = digest_of(descriptor, &size);
        fprintf(log, "file %s: %zu bytes, %08x\n", names[i], size, digest);
        close(descriptor);
        free(names[i]);
    }
}

#define ENDED "ended with "

/* The log that the program left, how it ended, where stdin stands, and the files. */
static char *run_side(const struct setup *setup, const struct side *side, const struct round *round) {
    char path[300], *text = NULL;
    size_t length;
    clean_directory(side->directory);
    snprintf(path, sizeof path, "%s/log", setup->directory);
    unlink(path);
    int append = round->seed % 5 == 0 ? O_APPEND : 0;
    int descriptors[3] = {open_input(side->directory, round->seed),
                          open_in(side->directory, "output", O_WRONLY | O_CREAT | append),
                          open_in(side->directory, "errors", O_WRONLY | O_CREAT)};
    pid_t pid = start(setup, side, round, descriptors);
    int status;
    while (waitpid(pid, &status, 0) < 0)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 125)
        fail("the program under test could not set itself up", side->program);
    struct log *log = map_file(path, sizeof *log);
    FILE *out = open_memstream(&text, &length);
    fwrite(log->text, 1, log->length, out);
    fprintf(out, ENDED "%x\n", (unsigned)status);
    if (!memmem(log->text, log->length, "ending 3", 8)) /* _exit leaves the offset where it is */
        fprintf(out, "stdin at %ld\n", (long)lseek(descriptors[0], 0, SEEK_CUR));
    add_files(out, side->directory);
    fclose(out);
    munmap(log, sizeof *log);
    for (int i = 0; i < 3; i++)
        close(descriptors[i]);
    return text;
}

bool run_round(const struct setup *setup, struct round *round) {
    struct side sides[2] = {{.program = setup->calls},
                            {.program = setup->linked ? setup->linked : setup->calls}};
    sides[1].on_libbuf = true;
    if (round->seed % 4 == 3 && !setup->linked)
        sides[0].program = sides[1].program = setup->fortified;
    char path[300];
    snprintf(path, sizeof path, "%s/totals", setup->directory);
    unlink(path);
    for (int i = 0; i < 2; i++) {
        snprintf(sides[i].directory, sizeof sides[i].directory, "%s/%s", setup->directory,
                 i ? "libbuf" : "libc");
        round->text[i] = run_side(setup, &sides[i], round);
    }
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || read(descriptor, round->totals, sizeof round->totals) != sizeof round->totals ||
        round->totals[0] == 0)
        fail("libbuf was not in force", sides[1].program);
    close(descriptor);
    return strcmp(round->text[0], round->text[1]) == 0;
}

bool libc_crashed(const struct round *round) {
    char *end[2];
    unsigned status[2];
    for (int i = 0; i < 2; i++) {
        end[i] = strstr(round->text[i], "\n" ENDED); /* a child's end is told within a line */
        status[i] = end[i] ? (unsigned)strtoul(end[i] + 1 + strlen(ENDED), NULL, 16) : 0;
    }
    int killer = WTERMSIG((int)status[0]);
    size_t same = (size_t)(end[0] - round->text[0]);
    return (killer == SIGABRT || killer == SIGSEGV || killer == SIGBUS) && end[1] && status[1] != status[0] &&
           (size_t)(end[1] - round->text[1]) >= same && memcmp(round->text[0], round->text[1], same) == 0;
}

void free_round(struct round *round) {
    free(round->text[0]);
    free(round->text[1]);
    round->text[0] = round->text[1] = NULL;
}
