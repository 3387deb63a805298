/* Durability: the levels of buf_sync, and the system calls that sync, cache, pace and advise add, counted from every
   place where options are given. What needs a failing device makes one of a loop device without room behind it. */
#include "driver.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRACE "openat,write,writev,pwrite64,pwritev2,preadv2,fdatasync,fsync,syncfs,sync_file_range,fadvise64"
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Calls that policy_sync makes on "data" with an option: how many, and what strace says of each. */
struct effect {
    const char *options;
    int opened;         /* openat with O_DSYNC */
    int dsync;          /* writes with RWF_DSYNC where the file is opened without O_DSYNC */
    int syncs;          /* fdatasync */
    int paced;          /* sync_file_range */
    int writes;         /* all writes; 0: not asked */
    const char *advice; /* of the one fadvise64 */
};

static const struct effect effects[] = {
    {.options = "sync=none", .writes = 11},
    {.options = "sync=flush", .writes = 11, .syncs = 2},
    {.options = "sync=close", .writes = 11, .syncs = 1},
    {.options = "sync=always", .writes = 11, .opened = 1, .dsync = 11},
    {.options = "sync=every:16K", .writes = 11, .syncs = 5},
    {.options = "sync=every:80K", .writes = 11, .syncs = 1},
    {.options = "pace=16K", .writes = 11, .paced = 5},
    {.options = "pace=32K,sync=close", .writes = 11, .paced = 2, .syncs = 1},
    {.options = "advise=sequential", .writes = 11, .advice = "POSIX_FADV_SEQUENTIAL"},
    {.options = "advise=random", .writes = 11, .advice = "POSIX_FADV_RANDOM"},
    {.options = "advise=willneed", .writes = 11, .advice = "POSIX_FADV_WILLNEED"},
    {.options = "advise=noreuse", .writes = 11, .advice = "POSIX_FADV_NOREUSE"},
    {.options = "advise=normal", .writes = 11, .advice = "POSIX_FADV_NORMAL"},
    {.options = "cache=writeback", .writes = 11},
    {.options = "cache=writethrough", .writes = 11, .opened = 1, .dsync = 11},
    {.options = "cache=unsafe,sync=always", .writes = 11},
    {.options = "cache=unsafe,sync=flush", .writes = 11},
    {.options = "cache=unsafe,sync=close", .writes = 11},
    {.options = "cache=unsafe,sync=every:16K", .writes = 11},
};
enum { EFFECTS = sizeof effects / sizeof *effects };

static int with(const struct result *result, const char *name, const char *what) {
    int count = 0;
    for (size_t i = 0; i < result->call_count; i++)
        count += strcmp(result->calls[i].name, name) == 0 && strstr(result->calls[i].text, what);
    return count;
}

static int on_file(const struct result *result, const char *name, const char *file) {
    return (int)count_calls(result, name, file);
}

/* `by_write`: the descriptor was not opened by libbuf, so that each write says it. */
static void expect_effect(const struct result *result, const struct effect *e, const char *place,
                          const char *file, bool by_write) {
    int flagged = on_file(result, "pwritev2", file);
    int writes =
        on_file(result, "write", file) + on_file(result, "writev", file) + on_file(result, "pwrite64", file);
    int opened = with(result, "openat", "O_DSYNC");
    cr_expect(flagged == (by_write ? e->dsync : 0) && with(result, "pwritev2", ", -1, RWF_DSYNC)") == flagged,
              "%s %s: %d writes with flags, %d of them RWF_DSYNC at -1", place, e->options, flagged,
              with(result, "pwritev2", ", -1, RWF_DSYNC)"));
    cr_expect(opened == (by_write ? 0 : e->opened), "%s %s: O_DSYNC %d times", place, e->options, opened);
    cr_expect(writes + flagged == e->writes, "%s %s: %d writes", place, e->options, writes + flagged);
    int syncs = on_file(result, "fdatasync", file), paced = on_file(result, "sync_file_range", file);
    cr_expect(syncs == e->syncs, "%s %s: %d times fdatasync", place, e->options, syncs);
    cr_expect(paced == e->paced && with(result, "sync_file_range", "SYNC_FILE_RANGE_WRITE)") == paced,
              "%s %s: %d times sync_file_range, each with SYNC_FILE_RANGE_WRITE alone", place, e->options,
              paced);
    int advised = on_file(result, "fadvise64", file);
    cr_expect(advised == (e->advice ? 1 : 0) && (!e->advice || with(result, "fadvise64", e->advice) == 1),
              "%s %s: %d times fadvise64", place, e->options, advised);
    cr_expect(with(result, "fsync", "(") + with(result, "syncfs", "(") == 0);
}

static char *joined(const char *before, const char *text) {
    char *all = NULL;
    cr_assert(asprintf(&all, "%s%s", before, text) > 0);
    return all;
}

static void try_effect(struct run run, enum way way, const struct effect *e, const char *place,
                       const char *file, bool by_write) {
    run.trace = TRACE;
    struct result result = run_program(&run, way);
    expect_exit(&run, way, &result, 0);
    expect_effect(&result, e, place, file, by_write);
    if (way != WAY_LIBC)
        expect_proof(&run, way, &result, 0, 81923);
    release(&result);
}

static enum way first_way(void) {
    return way_wanted(WAY_PRELOAD) ? WAY_PRELOAD : way_wanted(WAY_SO) ? WAY_SO : WAY_A;
}

Test(policies_sync, effects_by_LIBBUF) {
    for (int i = 0; i < EFFECTS; i++) {
        char *rule = joined("LIBBUF=data:", effects[i].options);
        try_effect((struct run){.program = "policy_sync", .arguments = LIST("fopen"), .settings = LIST(rule)},
                   i % 2 ? WAY_PRELOAD : WAY_SO, &effects[i], "LIBBUF", "cwd/data", false);
        free(rule);
    }
}

/* Descriptors that others opened: the rule finds them by /proc/self/fd, or by %stdout. */
Test(policies_sync, effects_on_foreign_descriptors) {
    for (int i = 0; i < EFFECTS; i++) {
        char *rule = joined("LIBBUF=data:", effects[i].options);
        try_effect(
            (struct run){.program = "policy_sync", .arguments = LIST("fdopen"), .settings = LIST(rule)},
            first_way(), &effects[i], "fdopen", "cwd/data", true);
        free(rule);
        rule = joined("LIBBUF=%stdout:", effects[i].options);
        try_effect(
            (struct run){.program = "policy_sync", .arguments = LIST("stdout"), .settings = LIST(rule)},
            first_way(), &effects[i], "%stdout, never closed", "/out", true);
        free(rule);
    }
}

Test(policies_sync, effects_by_bufrun) {
    char bufrun[PATH_MAX + 10], program[PATH_MAX + 40];
    snprintf(bufrun, sizeof bufrun, "%s/bufrun", build_directory());
    snprintf(program, sizeof program, "%s/tests/libc/policy_sync", build_directory());
    for (int i = 0; i < EFFECTS; i++) {
        char *rule = joined("da?a:", effects[i].options);
        try_effect((struct run){.program = bufrun, .arguments = LIST("-o", rule, program, "fopen")}, WAY_LIBC,
                   &effects[i], "bufrun -o", "cwd/data", false);
        free(rule);
    }
}

Test(policies_sync, effects_by_the_program) {
    for (int i = 0; i < EFFECTS; i++) {
        const char *options = effects[i].options;
        try_effect((struct run){.program = "policy_sync", .arguments = LIST("buf_fopen", options)}, WAY_A,
                   &effects[i], "buf_fopen", "cwd/data", false);
        if (!strstr(options, "cache")) /* an option of the open alone */
            try_effect((struct run){.program = "policy_sync", .arguments = LIST("configure", options)},
                       first_way(), &effects[i], "buf_configure", "cwd/data", true);
    }
}

/* What the operator says stands, with what the names of cache stand for. */
Test(policies_sync, the_operator_wins) {
    static const struct {
        const char *rule, *options;
        int dsync, syncs;
    } cases[] = {{"LIBBUF=data:sync=none", "sync=always", 0, 0},
                 {"LIBBUF=data:cache=writethrough", "sync=close", 1, 0},
                 {"LIBBUF=data:cache=writeback", "cache=writethrough", 0, 0},
                 {"LIBBUF=data:cache=unsafe", "sync=flush", 0, 0},
                 {"LIBBUF=data:sync=flush", "cache=writethrough", 0, 2},
                 {"LIBBUF=data:size=4K", "sync=flush", 0, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = {.program = "policy_sync",
                          .arguments = LIST("buf_fopen", cases[i].options),
                          .settings = LIST(cases[i].rule),
                          .trace = TRACE};
        struct result result = run_program(&run, first_way());
        expect_exit(&run, first_way(), &result, 0);
        cr_expect(with(&result, "openat", "O_DSYNC") == cases[i].dsync &&
                      on_file(&result, "fdatasync", "cwd/data") == cases[i].syncs,
                  "%s against %s: O_DSYNC %d times, fdatasync %d times", cases[i].rule, cases[i].options,
                  with(&result, "openat", "O_DSYNC"), on_file(&result, "fdatasync", "cwd/data"));
        release(&result);
    }
}

/* none and directsync are direct, and directsync syncs besides. */
Test(policies_sync, direct_names_of_cache) {
    for (int synced = 0; synced < 2; synced++) {
        struct run run = {.program = "policy_sync",
                          .arguments = LIST("buf_fopen", synced ? "cache=directsync" : "cache=none"),
                          .settings = LIST("LIBBUF_VERBOSE=1"),
                          .trace = TRACE ",fcntl"};
        struct result result = run_program(&run, first_way());
        expect_exit(&run, first_way(), &result, 0);
        expect_proof(&run, first_way(), &result, 0, 81923);
        cr_expect(with(&result, "openat", "O_DSYNC") == synced);
        cr_expect(on_file(&result, "fdatasync", "cwd/data") == 0);
        bool fell_back = strstr(result.err, ": direct is not in force: ");
        if (!fell_back)
            cr_expect(with(&result, "fcntl", "O_DIRECT") > 0 && on_file(&result, "pwrite64", "cwd/data") > 0);
        release(&result);
        if (fell_back)
            cr_skip_test("no direct transfers in the tests' directory");
    }
}

/* The buffer is 1 MiB, whatever the program says, and each transfer asks that nothing stay. */
Test(policies_sync, dontcache_asks_with_each_transfer) {
    const char *places[] = {"LIBBUF=data:cache=dontcache", "LIBBUF=x:cache=dontcache"};
    for (int i = 0; i < 2; i++) {
        struct run run = {.program = "policy_sync",
                          .arguments = i ? LIST("buf_fopen", "cache=dontcache,size=64K") : LIST("fopen"),
                          .settings = LIST(places[i]),
                          .trace = TRACE};
        struct result result = run_program(&run, first_way());
        expect_exit(&run, first_way(), &result, 0);
        int asked = on_file(&result, "pwritev2", "cwd/data"),
            refused = with(&result, "pwritev2", "EOPNOTSUPP");
        if (refused) {
            release(&result);
            cr_skip_test("RWF_DONTCACHE is not to be had on the file system of the tests");
        }
        cr_expect(asked == 3 &&
                      with(&result, "pwritev2", ", -1, 0x80") + with(&result, "pwritev2", "RWF_DONTCACHE") ==
                          3,
                  "%d writes with flags", asked);
        cr_expect(on_file(&result, "write", "cwd/data") == 0 && on_file(&result, "writev", "cwd/data") == 0);
        cr_expect(on_file(&result, "fadvise64", "cwd/data") == 0);
        release(&result);
    }
}

/* With more than one thread the same by libc's functions, which can be cancelled. */
Test(policies_sync, effects_with_threads) {
    for (enum way way = WAY_SO; way < WAYS; way++)
        for (int i = 0; i < EFFECTS && way_wanted(way); i += 3) {
            char *rule = joined("LIBBUF=data:", effects[i].options);
            try_effect(
                (struct run){.program = "policy_sync", .arguments = LIST("threaded"), .settings = LIST(rule)},
                way, &effects[i], "two threads", "cwd/data", true);
            free(rule);
        }
}

/* Whether a run of policy_sync_faults was refused RWF_DONTCACHE: then it shows something else. */
static void leaves_nothing(bool refused_here) {
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct run run = {.program = "policy_sync_faults",
                          .arguments = LIST("left_behind", "data"),
                          .settings = LIST("LIBBUF_VERBOSE=1")};
        struct result result = run_program(&run, way);
        bool refused = strstr(result.err, "the file system has no dontcache");
        if (refused != refused_here) {
            release(&result);
            cr_skip_test("RWF_DONTCACHE is %sto be had on this file system", refused ? "not " : "");
        }
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 48 << 20, 96 << 20);
        release(&result);
    }
}

Test(policies_sync, dontcache_leaves_nothing) {
    leaves_nothing(false);
}

/* Where there is no device the options do nothing, and cost nothing. */
Test(policies_sync, pipes_are_left_alone) {
    static const char *const rules[] = {"LIBBUF=%stdout:sync=flush",      "LIBBUF=%stdout:sync=always",
                                        "LIBBUF=%stdout:sync=every:1",    "LIBBUF=%stdout:pace=1",
                                        "LIBBUF=%stdout:cache=dontcache", "LIBBUF=%stdout:sync=close"};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct run run = {.program = "policy_sync",
                          .arguments = LIST("stdout"),
                          .settings = LIST(rules[i], "LIBBUF_VERBOSE=1"),
                          .piped = true,
                          .trace = TRACE};
        struct result result = run_program(&run, first_way());
        expect_exit(&run, first_way(), &result, 0);
        cr_expect_eq(result.out_size, 81923);
        cr_expect(with(&result, "pwritev2", "(") + with(&result, "fdatasync", "(") +
                          with(&result, "sync_file_range", "(") ==
                      0,
                  "%s", rules[i]);
        cr_expect(strstr(result.err,
                         " is not in force: no file and no block device\n"),
                  "%s: %s", rules[i], result.err);
        release(&result);
    }
}

Test(policies_sync, levels) {
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct run run = {.program = "policy_sync_levels", .trace = TRACE};
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 1, 300000);
        cr_expect(on_file(&result, "fsync", "/cwd") >= 1, "the directory is synced");
        cr_expect(on_file(&result, "fsync", "/cwd/sub") >= 1, "the directory of the new name is");
        cr_expect(with(&result, "syncfs", "(") >= 2, "and the file system where no directory is found");
        cr_expect(on_file(&result, "fsync", "/cwd/moved") == 2, "that of a replaced file, by buf_sync and by fclose");
        cr_expect(on_file(&result, "fsync", "/cwd/held") == 0, "and not what has its path now");
        release(&result);
    }
}

/* policy_sync_faults under strace, which gives a call an error. */
static struct result inject(enum way way, const char *what, const char *which, const char *trace) {
    char program[PATH_MAX + 60], log[] = "strace.out", *fault = joined("inject=", what),
                                 *seen = joined("trace=", trace);
    snprintf(program, sizeof program, "%s/tests/%s/policy_sync_faults", build_directory(), way_name(way));
    struct run run = {
        .program = "$strace",
        .arguments = LIST("-f", "-qq", "-y", "-o", log, "-e", seen, "-e", fault, program, which, "data")};
    struct result result = run_program(&run, way);
    free(fault);
    free(seen);
    expect_exit(&run, way, &result, 0);
    expect_proof(&run, way, &result, 0, 1);
    return result;
}

static int lines_with(const struct result *result, const char *what) {
    size_t size;
    int count = 0;
    char *text = result_file(result, "strace.out", &size);
    cr_assert(text);
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        count++;
    free(text);
    return count;
}

Test(policies_sync, injected_faults) {
    for (enum way way = WAY_SO; way <= WAY_A; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = inject(way, "fdatasync:error=EINTR:when=1", "interrupted", "fdatasync");
        cr_expect_eq(lines_with(&result, "fdatasync("), 2);
        release(&result);
        static const char *const none[] = {"fdatasync:error=EINVAL", "fdatasync:error=EROFS"};
        for (int i = 0; i < 2; i++) {
            result = inject(way, none[i], "nothing", "fdatasync");
            cr_expect_eq(lines_with(&result, "fdatasync("), 2);
            release(&result);
        }
        result = inject(way, "pwritev2:error=EOPNOTSUPP", "refused", "pwritev2,fdatasync,write");
        cr_expect_eq(lines_with(&result, "pwritev2("), 1);
        cr_expect_eq(lines_with(&result, "fdatasync("), 2);
        release(&result);
        result = inject(way, "fsync:error=EINVAL:when=2", "name", "fsync,syncfs");
        cr_expect(lines_with(&result, "fsync(") == 2 && lines_with(&result, "syncfs(") == 1);
        release(&result);
        result = inject(way, "fsync:error=EIO:when=2", "name_lost", "fsync,syncfs");
        cr_expect_eq(lines_with(&result, "syncfs("), 0);
        release(&result);
        result = inject(way, "pwritev2,preadv2:error=EOPNOTSUPP", "dropped",
                        "pwritev2,preadv2,sync_file_range,fadvise64");
        cr_expect_eq(lines_with(&result, "pwritev2("), 1);
        cr_expect_eq(lines_with(&result, "preadv2("), 0);
        cr_expect_eq(lines_with(&result, "sync_file_range("), 6);
        cr_expect_eq(lines_with(&result, "SYNC_FILE_RANGE_WRITE)"), 6);
        cr_expect_eq(lines_with(&result, "8388608, POSIX_FADV_DONTNEED)"),
                     4);                                                    /* 6 written and 1 read, 3 kept */
        cr_expect_eq(lines_with(&result, "0, 0, POSIX_FADV_DONTNEED)"), 2); /* at the sync and at the end */
        release(&result);
    }
}

/* A loop device of 64 MiB on a tmpfs of 1: what lies beyond fails with EIO when it is written back. */
static char mount_point[] = "/tmp/libbuf-fault-XXXXXX", device[64];

static bool command(const char *text, char *answer, size_t room) {
    FILE *p = popen(text, "r");
    bool there = p && (!answer || fgets(answer, (int)room, p));
    if (answer && there)
        answer[strcspn(answer, "\n")] = '\0';
    return p && pclose(p) == 0 && there;
}

static void make_device(void) {
    char line[300];
    if (geteuid() != 0 || !mkdtemp(mount_point))
        cr_skip_test("a failing device needs root");
    snprintf(line, sizeof line, "mount -t tmpfs -o size=1M tmpfs %s 2>/dev/null && truncate -s 64M %s/disk",
             mount_point, mount_point);
    if (!command(line, NULL, 0)) {
        rmdir(mount_point);
        cr_skip_test("a failing device needs a mount of tmpfs");
    }
    snprintf(line, sizeof line, "losetup -f --show %s/disk 2>/dev/null", mount_point);
    command(line, device, sizeof device);
}

static void remove_device(void) {
    char line[300];
    if (device[0]) {
        snprintf(line, sizeof line, "losetup -d %s", device);
        command(line, NULL, 0);
    }
    if (strstr(mount_point, "XXXXXX"))
        return;
    snprintf(line, sizeof line,
             "for try in 1 2 3 4 5 6 7 8 9; do umount %s 2>/dev/null && exit; sleep 0.2; done", mount_point);
    command(line, NULL, 0);
    rmdir(mount_point);
}

/* A file system of that type, below which the runs get their directories; `make` says how mkfs is called, NULL: not. */
static void on_file_system(const char *type, const char *make, void (*test)(void)) {
    char line[600], disk[] = "/tmp/libbuf-disk-XXXXXX";
    if (geteuid() != 0)
        cr_skip_test("a mount needs root");
    int backing = mkstemp(disk);
    cr_assert(backing >= 0 && ftruncate(backing, 400 << 20) == 0 && mkdtemp(mount_point));
    if (make)
        snprintf(line, sizeof line, "%s %s >/dev/null 2>&1 && mount -o loop %s %s 2>/dev/null", make, disk,
                 disk, mount_point);
    else
        snprintf(line, sizeof line, "mount -t %s none %s 2>/dev/null", type, mount_point);
    bool mounted = command(line, NULL, 0);
    unlink(disk); /* the loop device holds it */
    close(backing);
    if (!mounted) {
        rmdir(mount_point);
        cr_skip_test("%s cannot be made and mounted", type);
    }
    setenv("TMPDIR", mount_point, 1);
    test();
}

static void levels_here(void) {
    struct run run = {.program = "policy_sync_levels"};
    struct result result = run_program(&run, first_way());
    expect_exit(&run, first_way(), &result, 0);
    release(&result);
    for (int i = 0; i < EFFECTS; i += 3) {
        char *rule = joined("LIBBUF=data:", effects[i].options);
        try_effect(
            (struct run){.program = "policy_sync", .arguments = LIST("fdopen"), .settings = LIST(rule)},
            first_way(), &effects[i], "on that file system", "cwd/data", true);
        free(rule);
    }
}

static void nothing_left_here(void) {
    leaves_nothing(false);
}

static void nothing_left_without_flag(void) {
    leaves_nothing(true);
}

#define ON(name, type, make, test)                                                                           \
    Test(policies_sync, name, .fini = remove_device) {                                                       \
        on_file_system(type, make, test);                                                                    \
    }
ON(on_ext4, "ext4", "mkfs.ext4 -q", levels_here)
ON(on_xfs, "xfs", "mkfs.xfs -q", levels_here)
ON(on_btrfs, "btrfs", "mkfs.btrfs -q", levels_here)
ON(on_tmpfs, "tmpfs", NULL, levels_here)
ON(dontcache_leaves_nothing_on_ext4, "ext4", "mkfs.ext4 -q", nothing_left_here)
ON(dontcache_leaves_nothing_on_xfs, "xfs", "mkfs.xfs -q", nothing_left_here)
ON(dontcache_without_the_flag_on_btrfs, "btrfs", "mkfs.btrfs -q", nothing_left_without_flag)

static void on_failing_device(const char *which) {
    if (!device[0])
        cr_skip_test("a failing device needs a loop device");
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct run run = {.program = "policy_sync_faults", .arguments = LIST(which, device)};
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 0, 4 << 20);
        release(&result);
    }
}

Test(policies_sync, a_failed_sync_is_remembered, .init = make_device, .fini = remove_device) {
    on_failing_device("sticky");
}

Test(policies_sync, failed_automatic_syncs_are_told, .init = make_device, .fini = remove_device) {
    on_failing_device("automatic");
}
