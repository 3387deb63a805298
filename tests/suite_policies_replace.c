/* The options that say what of a file others see: record=line, replace, map. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETTINGS(...)                                                                                        \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__, NULL                                                                                    \
    }
#define ARGUMENTS(...)                                                                                       \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__, NULL                                                                                    \
    }

/* Programs that call what libc has not: linked and preloaded only. */
static void passes_on_libbuf(struct run run, uint64_t reads, uint64_t writes) {
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, reads, writes);
        release(&result);
    }
}

/* Runs a shell command; whether it succeeded. */
static bool shell(const char *format, const char *argument) {
    char command[1000];
    snprintf(command, sizeof command, format, argument);
    return system(command) == 0;
}

Test(policies_record, only_whole_lines_leave) {
    passes_on_libbuf((struct run){.program = "policy_record", .arguments = ARGUMENTS("rules")}, 4, 100000);
}

Test(policies_record, a_short_write_keeps_the_rest_and_tells) {
    passes_on_libbuf((struct run){.program = "policy_record", .arguments = ARGUMENTS("limit")}, 0, 25);
}

Test(policies_record, four_writers_cut_no_line_where_libc_cuts_some) {
    for (enum way way = WAY_LIBC; way < WAYS; way++) {
        struct run run = {.program = "policy_record", .arguments = ARGUMENTS("crowd"), .seconds = 120};
        struct run small = run;
        if (!way_wanted(way))
            continue;
        run.settings = way == WAY_LIBC ? NULL : SETTINGS("LIBBUF=crowd:record=line");
        small.settings = way == WAY_LIBC ? NULL : SETTINGS("LIBBUF=crowd:record=line,size=300");
        for (int i = 0; i < 2; i++) {
            struct result result = run_program(i ? &small : &run, way);
            expect_exit(&run, way, &result, 0);
            expect_proof(&run, way, &result, 0, 4000000);
            cr_expect_str_eq(result.out, way == WAY_LIBC ? "cut some\n" : "cut none\n", "[%s] %s",
                             way_name(way), result.out);
            release(&result);
        }
    }
}

/* An ext4 image of 4 MiB, mounted, with a ballast that leaves little room. False: it cannot be here. */
static bool mount_small(char *directory) {
    strcpy(directory, "/tmp/libbuf-small-XXXXXX");
    return geteuid() == 0 && mkdtemp(directory) && shell("truncate -s 4M %s.img", directory) &&
           shell("mkfs.ext4 -q -m 0 -F %1$s.img >/dev/null 2>&1 && mount -o loop %1$s.img %1$s 2>/dev/null",
                 directory) &&
           shell("dd if=/dev/zero of=%1$s/ballast bs=4096 count=500 2>/dev/null", directory);
}

static void unmount_small(const char *directory) {
    shell("umount %1$s 2>/dev/null; rm -f %1$s.img; rmdir %1$s 2>/dev/null", directory);
}

Test(policies_record, a_full_disk_loses_no_line) {
    char directory[64];
    if (!mount_small(directory)) {
        unmount_small(directory);
        cr_skip_test("no loop mount of an ext4 image here");
    }
    for (enum way way = WAY_SO; way < WAYS; way++) {
        struct run run = {.program = "policy_record", .arguments = ARGUMENTS("full", directory)};
        if (!way_wanted(way))
            continue;
        shell("rm -f %1$s/log; dd if=/dev/zero of=%1$s/ballast bs=4096 count=500 2>/dev/null", directory);
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        release(&result);
    }
    unmount_small(directory);
}

/* stdout and stderr of a shell's commands, which it opened to append; one that was not is said to be ignored. */
Test(policies_record, standard_streams_that_append) {
    struct run run = {
        .program = "$sh",
        .arguments = ARGUMENTS(
            "-c", "for i in 1 2 3; do (printf '%s' a; sleep 0; /bin/printf 'b%04999d\\nc' 7) >>o; done; "
                  "/usr/bin/printf x >p"),
        .settings = SETTINGS("LIBBUF=%stdout:record=line", "LIBBUF_VERBOSE=1")};
    struct result result = run_program(&run, WAY_PRELOAD);
    size_t size = 0;
    char *o = result_file(&result, "o", &size);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    cr_expect(size == 3 * 5003, "%zu bytes", size);
    cr_expect(strstr(result.err, "p: record=line: not a descriptor that appends: without effect\n"), "%s",
              result.err);
    free(o);
    release(&result);
}
