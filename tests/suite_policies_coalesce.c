/* Option coalesce: what is held, when it leaves, in how many system calls, and that none of it is lost. */
#include "driver.h"
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Programs that call what libc has not: linked and preloaded only. */
static void passes_on_libbuf(struct run run) {
    run.program = "policy_coalesce";
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        bool skipped = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77;
        if (skipped)
            cr_skip("%s", result.out);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 0, 10);
        if (run.settings) /* LIBBUF_VERBOSE: what fell back has shown nothing */
            cr_expect(strstr(result.err, "coalesce=") && !strstr(result.err, "not in force: no "), "[%s] %s",
                      way_name(way), result.err);
        release(&result);
    }
}

Test(coalesce, leaves_when_it_must_and_not_before) {
    passes_on_libbuf((struct run){0});
}

Test(coalesce, random_calls_keep_the_file_right) {
    passes_on_libbuf((struct run){
        .arguments = WORDS("random", "1", "300"), .settings = WORDS("LIBBUF_VERBOSE=1"), .seconds = 120});
}

Test(coalesce, a_fork_finds_all_in_the_file) {
    passes_on_libbuf((struct run){.arguments = WORDS("fork")});
}

Test(coalesce, what_cannot_leave_before_a_fork_is_the_parents) {
    passes_on_libbuf((struct run){.arguments = WORDS("fork-limit")});
}

Test(coalesce, a_fork_beside_a_thread_that_holds_the_stream_loses_nothing) {
    passes_on_libbuf((struct run){.arguments = WORDS("fork-held")});
}

Test(coalesce, a_full_file_system_loses_nothing) {
    passes_on_libbuf((struct run){.arguments = WORDS("space")});
}

Test(coalesce, leaves_at_exit) {
    struct run run = {.program = "policy_coalesce", .arguments = WORDS("exit")};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        size_t size = 0;
        char *data = result_file(&result, "data", &size);
        cr_assert(data && size == 9000);
        for (size_t i = 0; i < size; i++) {
            char want = i >= 100 && i < 107     ? "by exit"[i - 100]
                        : i >= 5000 && i < 5007 ? "by exit"[i - 5000]
                                                : '.';
            cr_assert(data[i] == want, "[%s] byte %zu is %c, not %c", way_name(way), i, data[i], want);
        }
        free(data);
        release(&result);
    }
}

/* System calls on the file that bear the name or one of its kin; the writing of the file at first is one. */
static size_t transfers(const struct result *result, const char *const *names) {
    size_t n = 0;
    for (; *names; names++)
        n += count_calls(result, *names, "/data");
    return n;
}

/* 20,000 scattered writes of 16 bytes, with the options from the program or from a rule. */
static void scattered(const char *options, const char *rule, size_t least, size_t most, size_t reads) {
    char setting[100];
    snprintf(setting, sizeof setting, "LIBBUF=%s", rule);
    struct run run = {.program = "policy_coalesce",
                      .arguments = WORDS("scattered", options),
                      .settings = WORDS(setting),
                      .trace =
                          "write,writev,pwrite64,pwritev,pwritev2,read,readv,pread64,preadv,preadv2,lseek",
                      .seconds = 120};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (way == WAY_A || !way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        size_t written = transfers(&result, WORDS("write", "writev", "pwrite64", "pwritev", "pwritev2")) - 1;
        size_t read = transfers(&result, WORDS("readv", "pread64", "preadv", "preadv2"));
        size_t sought = count_calls(&result, "lseek", "/data");
        cr_expect(written >= least && written <= most, "[%s] %s%s: %zu writes, expected %zu to %zu",
                  way_name(way), options, rule, written, least, most);
        cr_expect(read <= reads, "[%s] %s%s: %zu reads, expected at most %zu", way_name(way), options, rule,
                  read, reads);
        cr_expect(sought <= 2, "[%s] %s%s: %zu lseeks", way_name(way), options, rule, sought);
        release(&result);
    }
}

Test(coalesce, scattered_writes_leave_in_few_calls, .timeout = 300) {
    scattered("coalesce=2048", "", 1, 1200, 1200);
    scattered("", "data:coalesce=2048", 1, 1200, 1200);
    scattered("coalesce=900", "", 900, 1400, 1400);
}

Test(coalesce, exact_ranges_read_nothing, .timeout = 300) {
    scattered("coalesce=2048,fill=off", "", 18000, 19000, 0);
    scattered("coalesce=2048", "data:coalesce=2048,fill=off", 18000, 19000, 0);
}

Test(coalesce, without_it_each_write_is_a_call, .timeout = 300) {
    scattered("size=4096", "", 20000, 20200, 0);
}

Test(coalesce, nothing_is_read_behind_the_end_of_the_file) {
    struct run run = {.program = "policy_coalesce", .arguments = WORDS("again"), .trace = "pread64,pwrite64"};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    size_t reads = 0;
    for (size_t i = 0; i < result.call_count; i++) {
        const struct call *call = &result.calls[i];
        if (strcmp(call->name, "pread64") != 0 || !strstr(call->target, "/data"))
            continue;
        cr_expect(call->result > 0, "%s", call->text);
        reads++;
    }
    cr_expect(reads > 0);
    release(&result);
}

/* Under strace that makes system calls on the file fail. */
static void again_under(const char *injection, const char *said) {
    char command[PATH_MAX + 200];
    snprintf(command, sizeof command,
             ": >data; exec strace -f -o trace -P data -e trace=pread64,pwrite64 -e %s "
             "%s/tests/so/policy_coalesce again",
             injection, build_directory());
    struct run run = {.program = "$sh", .arguments = WORDS("-c", command)};
    struct result result = run_program(&run, WAY_LIBC);
    size_t size = 0;
    char *trace = result_file(&result, "trace", &size);
    if (!trace || !strstr(trace, "pwrite64"))
        cr_skip("strace cannot trace here: %s", result.err);
    cr_expect(strstr(trace, "INJECTED"), "nothing failed");
    expect_exit(&run, WAY_LIBC, &result, 0);
    cr_expect_str_eq(result.out, said, "%s: said %s", injection, result.out);
    free(trace);
    release(&result);
}

Test(coalesce, interrupted_writes_go_on) {
    again_under("inject=pwrite64:error=EINTR:when=2+2", "100\n");
}

Test(coalesce, gaps_that_cannot_be_read_are_not_written) {
    again_under("inject=pread64:error=EIO:when=1+2", "0\n");
}

static int lines_with(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

/* Streams that were given the option and did not fall back, as LIBBUF_VERBOSE tells it. */
static int streams_in_force(const struct result *result) {
    return lines_with(result->err, ": rule *: ") - lines_with(result->err, ": coalesce is not in force: ");
}

/* Programs that know nothing of it, with very few blocks: as on libc. */
Test(coalesce, other_programs_do_the_same, .timeout = 300) {
    static const char *const names[] = {"stream_seek",   "stream_update", "stream_ungetc", "stream_freopen",
                                        "stream_huge",   "interop_fail",  "interop_files", "interop_place",
                                        "interop_mixed", "posix_handles", "lifetime_fork"};
    int in_force = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct run run = {.program = names[i], .settings = WORDS("LIBBUF=*:coalesce=2")};
        struct result plain = run_program(&(struct run){.program = names[i]}, WAY_PRELOAD);
        struct result result = run_program(&run, WAY_PRELOAD);
        cr_expect_eq(result.status, plain.status, "%s: status %x, not %x: %s", names[i],
                     (unsigned)result.status, (unsigned)plain.status, result.err);
        cr_expect_str_eq(result.out, plain.out, "%s: other output", names[i]);
        release(&plain);
        release(&result);
        run.settings =
            WORDS("LIBBUF=*:coalesce=2", "LIBBUF_VERBOSE=1"); /* which may disturb what it prints itself */
        result = run_program(&run, WAY_PRELOAD);
        in_force += streams_in_force(&result);
        release(&result);
    }
    cr_expect(in_force > 100, "%d streams held what they wrote", in_force);
}

Test(coalesce, random_streams_are_as_on_libc, .timeout = 300) {
    int in_force = 0;
    for (int seed = 1; seed <= 30; seed++) {
        char number[16];
        snprintf(number, sizeof number, "%d", seed);
        struct run run = {.program = "stream_random", .arguments = WORDS(number, "1000")};
        struct result libc = run_program(&run, WAY_LIBC);
        run.settings = WORDS(seed % 2 ? "LIBBUF=*:coalesce=2,align=512" : "LIBBUF=*:coalesce=64,fill=off",
                             "LIBBUF_VERBOSE=1");
        struct result result = run_program(&run, WAY_PRELOAD);
        expect_exit(&run, WAY_PRELOAD, &result, 0);
        in_force += streams_in_force(&result);
        cr_expect_str_eq(result.out, libc.out, "seed %d: other output", seed);
        release(&libc);
        release(&result);
    }
    cr_expect(in_force > 60, "%d streams held what they wrote", in_force);
}

Test(coalesce, verbose_says_where_it_falls_back) {
    struct run run = {.program = "$sh",
                      .arguments = WORDS("-c", "exec sed p"),
                      .input = "line\n",
                      .settings = WORDS("LIBBUF_VERBOSE=1", "LIBBUF=%stdout:coalesce=8")};
    struct result result = run_program(&run, WAY_PRELOAD);
    cr_expect(strstr(result.err, ": coalesce is not in force: others may use its descriptor\n"), "said %s",
              result.err);
    cr_expect_str_eq(result.out, "line\nline\n");
    release(&result);
}
