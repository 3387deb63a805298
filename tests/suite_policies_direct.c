/* direct= and async=: what goes round the page cache, on the file systems and devices that can be had here. */
#include "driver.h"
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct trial {
    const char *program, *options; /* the program's third argument */
};
static const struct trial on_direct = {"policy_direct", NULL}, on_async = {"policy_direct", "async=4"};

/* Runs the program linked and preloaded. False: no such transfers on that file, or none that are proved; `why` then has
   its word for that. */
static bool passes_on(const struct trial *trial, const char *what, const char *path, char why[200]) {
    struct run run = {
        .program = trial->program,
        .arguments = (const char *const[]){what, path, trial->options, NULL},
        .settings = (const char *const[]){"LIBBUF=direct-*:direct=require;try-*:direct=try",
                                          "LIBBUF_VERBOSE=1", NULL},
        .seconds = 120,
    };
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        bool none = !result.timed_out && WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77;
        if (none)
            snprintf(why, 200, "%.*s", (int)strcspn(result.out, "\n"), result.out);
        bool unproven = strstr(result.err, ": direct is unproven: ") != NULL;
        if (strcmp(what, "proof") == 0)
            cr_expect(unproven == none, "[%s] said %s%s", way_name(way), result.err, result.out);
        if (!none) {
            expect_exit(&run, way, &result, 0);
            expect_proof(&run, way, &result,
                         strcmp(what, "polled") && strcmp(trial->program, "policy_async") ? 1000000 : 0,
                         1000000);
        }
        release(&result);
        if (none)
            return false;
    }
    return true;
}

/* What is right on a file system that may go through the page cache is no pass for direct transfers. */
static void passes(const struct trial *trial, const char *what) {
    char why[200];
    if (!passes_on(trial, what, "data", why) || !passes_on(&on_direct, "proof", "data", why))
        cr_skip_test("%s: %s", what, why);
}

Test(policies_direct, the_page_cache_stays_empty) {
    passes(&on_direct, "proof");
}

Test(policies_direct, any_sizes_and_seeks_are_the_image) {
    passes(&on_direct, "image");
}

Test(policies_direct, ten_megabytes_in_pieces_are_the_image) {
    passes(&on_direct, "large");
}

Test(policies_direct, a_polling_reader_sees_nothing_but_what_was_accepted) {
    passes(&on_direct, "polled");
}

Test(policies_direct, errors_descriptors_buffers_and_refusals) {
    passes(&on_direct, "edges");
}

/* How many of the bytes that were written went direct, as strace tells it. */
static void add_traced(const struct result *result, double *direct, double *all) {
    bool on = false;
    for (size_t i = 0; i < result->call_count; i++) {
        const struct call *call = &result->calls[i];
        if (strcmp(call->name, "openat") == 0 && strstr(call->text, "\"data\"") &&
            strstr(call->text, "O_CREAT"))
            on = strstr(call->text, "O_DIRECT") != NULL;
        if (!strstr(call->target, "/data"))
            continue;
        if (strcmp(call->name, "fcntl") == 0 && strstr(call->text, "F_SETFL"))
            on = strstr(call->text, "O_DIRECT") != NULL;
        if (!strstr(call->name, "write") || call->result <= 0)
            continue;
        *all += (double)call->result;
        long length, offset;
        const char *place = strrchr(call->text, '"');
        place = place ? strchr(place, ',') : NULL;
        cr_assert(place && sscanf(place, ", %ld, %ld)", &length, &offset) == 2, "not understood: %s",
                  call->text);
        if (!on)
            continue;
        cr_expect(length % 512 == 0 && offset % 512 == 0, "not aligned: %s", call->text);
        *direct += (double)call->result;
    }
}

Test(policies_direct, most_bytes_leave_in_aligned_direct_transfers) {
    struct run run = {.program = "policy_direct",
                      .arguments = (const char *const[]){"large", "data", NULL},
                      .trace = "openat,fcntl,write,writev,pwrite64,pwritev,pwritev2",
                      .seconds = 120};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        double direct = 0, all = 0;
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        bool none = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77;
        if (!none) {
            expect_exit(&run, way, &result, 0);
            add_traced(&result, &direct, &all);
            cr_expect(all >= 1e7 && direct >= 0.9 * all, "[%s] %.0f of %.0f bytes direct", way_name(way),
                      direct, all);
        }
        release(&result);
        if (none)
            cr_skip_test("no direct transfers in the tests' directory");
    }
}

/* A program that knows nothing of it, by bufrun: direct as strace sees it, and the file as without. */
Test(policies_direct, bufrun_makes_a_program_direct) {
    char bufrun[PATH_MAX + 10], program[PATH_MAX + 40], why[200];
    snprintf(bufrun, sizeof bufrun, "%s/bufrun", build_directory());
    snprintf(program, sizeof program, "%s/tests/libc/buffer_pieces", build_directory());
    struct run run = {.program = bufrun,
                      .arguments = (const char *const[]){"-o", "data:direct=require", "--", program,
                                                         "1000003", "777", "default", NULL},
                      .trace = "openat,fcntl,write,writev,pwrite64,pwritev,pwritev2"};
    if (!passes_on(&on_direct, "proof", "data", why))
        cr_skip_test("%s", why);
    struct result result = run_program(&run, WAY_LIBC);
    expect_exit(&run, WAY_LIBC, &result, 0);
    double direct = 0, all = 0;
    add_traced(&result, &direct, &all);
    cr_expect(all == 1000003 && direct == 1000003 / 4096 * 4096, "%.0f of %.0f bytes direct", direct, all);
    size_t size = 0;
    char *data = result_file(&result, "data", &size);
    cr_assert(data && size == 1000003);
    for (size_t i = 0; i < size; i++) /* pattern_byte of tests/programs/expect.h */
        cr_assert((unsigned char)data[i] == (unsigned char)(i * 31 + i / 251 * 7 + i / 65521), "byte %zu", i);
    free(data);
    release(&result);
}

/* strace makes the kernel refuse the first write and the first read. */
static void refused(const char *what, const char *complaint) {
    static const char script[] =
        ": >data; exec strace -f -o strace.out -P data -E LD_PRELOAD=$1/libbuf.so -E LIBBUF_VERBOSE=1 "
        "-e inject=pwrite64:error=EINVAL:when=1 -e inject=pread64:error=EINVAL:when=1 "
        "$1/tests/libc/policy_direct $2 data";
    struct run run = {.program = "$sh",
                      .arguments = (const char *const[]){"-c", script, "sh", build_directory(), what, NULL}};
    struct result result = run_program(&run, WAY_LIBC);
    bool none = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77;
    if (!none) {
        expect_exit(&run, WAY_LIBC, &result, 0);
        cr_expect((strstr(result.err, complaint) != NULL), "said %s", result.err);
    }
    release(&result);
    if (none)
        cr_skip_test("no direct transfers in the tests' directory");
}

Test(policies_direct, try_goes_on_buffered_where_the_kernel_refuses) {
    refused("fallback", "direct is not in force: the kernel refused a transfer");
}

Test(policies_direct, require_reports_what_the_kernel_refuses_and_loses_nothing) {
    refused("required", "version");
}

/* One file system or device: made, tried, taken away. */
static void passes_mounted(const struct trial *trial, const char *kind, const char *const *what) {
    char command[200], line[300] = "", directory[150] = "", path[150] = "";
    snprintf(command, sizeof command, "tests/mounts.sh up %s", kind);
    FILE *mounts = popen(command, "r");
    cr_assert(mounts);
    bool said = fgets(line, sizeof line, mounts) != NULL;
    int status = pclose(mounts);
    line[strcspn(line, "\n")] = '\0';
    if (status != 0)
        cr_skip_test("%s: %s", kind, line);
    cr_assert(said && sscanf(line, "%149s %149s", directory, path) == 2, "%s: mounts.sh said '%s'", kind,
              line);
    bool there = true;
    char why[200];
    for (; there && *what; what++)
        there = passes_on(trial, *what, path, why);
    snprintf(command, sizeof command, "tests/mounts.sh down %s", directory);
    cr_expect(system(command) == 0, "%s", command);
    if (!there)
        cr_skip_test("%s: %s", kind, why);
}

static const char *const on_files[] = {"image", "large", "polled", "proof", NULL}, *const on_devices[] = {
                                                                                       "device", "proof",
                                                                                       NULL};

Test(policies_direct, on_ext4) {
    passes_mounted(&on_direct, "ext4", on_files);
}

Test(policies_direct, on_blocks_smaller_than_a_page) {
    passes_mounted(&on_direct, "ext4-1024", on_files);
}

Test(policies_direct, on_sectors_of_4096_bytes) {
    passes_mounted(&on_direct, "ext4-4096", on_files);
}

Test(policies_direct, on_xfs) {
    passes_mounted(&on_direct, "xfs", on_files);
}

Test(policies_direct, on_btrfs) {
    passes_mounted(&on_direct, "btrfs", on_files);
}

Test(policies_direct, on_tmpfs) {
    passes_mounted(&on_direct, "tmpfs", on_files);
}

Test(policies_direct, on_a_block_device) {
    passes_mounted(&on_direct, "block", on_devices);
}

Test(policies_direct, on_a_block_device_of_4096_bytes_a_sector) {
    passes_mounted(&on_direct, "block-4096", on_devices);
}

Test(policies_async, any_sizes_and_seeks_are_the_image) {
    passes(&on_async, "image");
    passes(&(struct trial){"policy_direct", "async=64,ahead"}, "image");
    passes(&(struct trial){"policy_direct", "async=1"}, "image");
}

Test(policies_async, ten_megabytes_in_pieces_are_the_image) {
    passes(&on_async, "large");
}

Test(policies_async, a_polling_reader_sees_nothing_but_what_was_accepted) {
    passes(&on_async, "polled");
}

Test(policies_async, descriptors_buffers_and_refusals) {
    passes(&on_async, "edges");
}

Test(policies_async, on_ext4) {
    passes_mounted(&on_async, "ext4", on_files);
}

Test(policies_async, on_sectors_of_4096_bytes) {
    passes_mounted(&on_async, "ext4-4096", on_files);
}

Test(policies_async, on_xfs) {
    passes_mounted(&on_async, "xfs", on_files);
}

Test(policies_async, on_btrfs) {
    passes_mounted(&on_async, "btrfs", on_files);
}

Test(policies_async, on_a_block_device) {
    passes_mounted(&on_async, "block", on_devices);
}

static void each_passes(const char *what) {
    passes(&(struct trial){"policy_async", "direct=require,async=4"}, what);
    passes(&(struct trial){"policy_async", "direct=require,async=4,ahead"}, what);
}

Test(policies_async, errors_come_up_and_nothing_is_lost) {
    each_passes("error");
}

Test(policies_async, another_thread_takes_over) {
    each_passes("threads");
}

Test(policies_async, descriptors_that_are_closed_do_no_harm) {
    each_passes("closed");
}

Test(policies_async, without_io_uring_it_is_synchronous) {
    each_passes("refused");
}

Test(policies_async, what_was_taken_arrives_when_the_program_leaves) {
    each_passes("leaving");
}

Test(policies_async, forks_do_no_harm) {
    each_passes("fork");
}

Test(policies_async, forks_that_nobody_is_told_of_do_no_harm) {
    each_passes("raw-fork");
}

Test(policies_async, forks_in_handlers_do_no_harm) {
    each_passes("handler");
}

Test(policies_async, many_streams_and_other_threads_that_close_them) {
    each_passes("many");
}

Test(policies_async, a_writer_can_be_cancelled) {
    each_passes("cancel");
}

Test(policies_async, what_libc_put_stays_in_its_place) {
    each_passes("held");
}

Test(policies_async, quick_exit_lets_its_handlers_put) {
    each_passes("quick-exit");
}

Test(policies_async, signals_do_no_harm) {
    each_passes("signals");
}

Test(policies_async, what_is_read_ahead_is_the_file) {
    each_passes("reading");
}

Test(policies_async, a_growing_file_shows_no_zeros) {
    each_passes("growth");
}

Test(policies_async, the_last_word_is_the_last_ones) {
    each_passes("over");
    each_passes("behind");
}

/* From the operator's places, under a program that knows nothing of it; strace shows how many requests flew. */
static void flies(const char *launch) {
    char script[600];
    snprintf(script, sizeof script,
             "strace -f -o strace.out -e trace=io_uring_setup,io_uring_enter,pwrite64 %s "
             "$1/tests/libc/buffer_pieces 8000000 3000 default || exit 1;"
             "grep -q 'io_uring_setup.*= [0-9]' strace.out || exit 77;"
             "[ $(grep -c io_uring_enter strace.out) -ge 7 ] && [ $(grep -c pwrite64 strace.out) -le 2 ]",
             launch);
    struct run run = {.program = "$sh",
                      .arguments = (const char *const[]){"-c", script, "sh", build_directory(), NULL}};
    struct result result = run_program(&run, WAY_LIBC);
    bool none = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77;
    if (!none)
        expect_exit(&run, WAY_LIBC, &result, 0);
    release(&result);
    if (none)
        cr_skip_test("io_uring is refused here");
}

Test(policies_async, by_the_environment) {
    flies("-E LD_PRELOAD=$1/libbuf.so -E 'LIBBUF=data:direct=require,async=4,size=1M'");
}

Test(policies_async, by_bufrun) {
    flies("$1/bufrun -o 'data:direct=require,async=4,size=1M'");
}
