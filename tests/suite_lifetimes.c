/* How long streams live: what is written at each kind of end, streams and threads, who holds them when, forks
 * and cancellation, thousands of streams. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

PROGRAM_TEST(lifetimes, exit_while_others_fork_hold_and_wait, "lifetime_exit_busy", .writes = 1000,
             .seconds = 100)
PROGRAM_TEST(lifetimes, exit_while_another_forks_behind_libcs_list, "lifetime_exit_fork", .writes = 24)
PROGRAM_TEST(lifetimes, fork_while_a_thread_waits_for_input, "lifetime_fork", .reads = 9, .writes = 1000)
PROGRAM_TEST(lifetimes, a_child_leaves_what_its_parent_has, "lifetime_inherit", .reads = 60000, .writes = 26)
PROGRAM_TEST(lifetimes, thousands_of_streams, "lifetime_many", .writes = 40000)
PROGRAM_TEST(lifetimes, many_threads_on_one_stream, "lifetime_threads", .reads = 1000000, .writes = 1000000)
PROGRAM_TEST(lifetimes, locks_of_streams_recurse_and_exclude, "lifetime_flockfile", .writes = 54)
PROGRAM_TEST(lifetimes, cancelled_reads_and_writes_free_the_stream, "lifetime_cancel", .reads = 100,
             .writes = 100000)
PROGRAM_TEST(lifetimes, closed_standard_streams_crash_nothing, "lifetime_closed", .writes = 30)
PROGRAM_TEST(lifetimes, fcloseall_writes_everything_out, "lifetime_fcloseall", .writes = 100)

PROGRAM_TEST(locks, a_second_thread_comes_at_any_moment, "lock_race", .writes = 5000, .seconds = 150)
PROGRAM_TEST(locks, streams_go_from_thread_to_thread, "lock_turns", .reads = 100000, .writes = 100000)
PROGRAM_TEST(locks, what_is_held_stays_held, "lock_nested", .writes = 250)
PROGRAM_TEST(locks, libc_shares_streams_with_other_threads, "lock_libc", .writes = 100000)
PROGRAM_TEST(locks, fork_while_threads_use_streams, "lock_fork", .writes = 10000, .seconds = 100)
PROGRAM_TEST(locks, cancelled_users_free_the_stream, "lock_cancel", .reads = 100)
PROGRAM_TEST(locks, exit_while_others_hold_streams, "lock_exit", .writes = 50)
PROGRAM_TEST(locks, shared_without_membarrier, "lock_refused", .reads = 100000, .writes = 100000)

static const char out_at_exit[] = "main\nsecond handler\nfirst handler\ndestructor\n";

static const struct ending {
    const char *how;
    bool handlers;     /* atexit handlers and destructors run, and everything is flushed after them */
    int signal_number; /* 0: it exits with 0 */
} endings[] = {
    {"return", true, 0},      {"exit", true, 0},         {"pthread_exit", true, 0},  {"_exit", false, 0},
    {"quick_exit", false, 0}, {"abort", false, SIGABRT}, {"signal", false, SIGTERM},
};

static void expect_in_file(enum way way, const struct result *result, const char *how, const char *name,
                           const char *want) {
    size_t size = 0;
    char *got = result_file(result, name, &size);
    cr_expect_str_eq(got ? got : "(no such file)", want,
                     "[%s] ends by %s: file %s:\n got \"%s\"\n expected \"%s\"", way_name(way), how, name,
                     got ? got : "(no such file)", want);
    free(got);
}

static void try_ending(enum way way, const struct ending *ending, bool piped) {
    struct run run = {
        .program = "lifetime_exit", .arguments = (const char *const[]){ending->how, NULL}, .piped = piped};
    struct result result = run_program(&run, way);
    if (!ending->signal_number)
        expect_exit(&run, way, &result, 0);
    else
        cr_expect(WIFSIGNALED(result.status) && WTERMSIG(result.status) == ending->signal_number,
                  "[%s] ends by %s: status %#x", way_name(way), ending->how, (unsigned)result.status);
    expect_proof(&run, way, &result, 0, ending->handlers ? 150 : 20);
    cr_expect_str_eq(result.out, ending->handlers ? out_at_exit : "", "[%s] ends by %s: stdout \"%s\"",
                     way_name(way), ending->how, result.out);
    cr_expect_str_eq(result.err, "stderr\n", "[%s] ends by %s: stderr \"%s\"", way_name(way), ending->how,
                     result.err);
    expect_in_file(way, &result, ending->how, "left",
                   ending->handlers ? "main\nsecond handler\nfirst handler\ndestructor\n" : "");
    expect_in_file(way, &result, ending->how, "lines",
                   ending->handlers ? "whole line\npart" : "whole line\n");
    expect_in_file(way, &result, ending->how, "flushed",
                   ending->handlers ? "flushed\nnot flushed\n" : "flushed\n");
    if (ending->handlers)
        expect_in_file(way, &result, ending->how, "late", "opened in the destructor\n");
    release(&result);
}

Test(lifetimes, exit_flushes_after_handlers_and_destructors_and_nothing_else_does) {
    for (enum way way = WAY_LIBC; way < WAYS; way++)
        for (size_t i = 0; way_wanted(way) && i < sizeof endings / sizeof *endings; i++) {
            try_ending(way, &endings[i], false);
            try_ending(way, &endings[i], true);
        }
}

Test(lifetimes, ending_and_executing_wait_for_no_library) {
    static const char *const hows[] = {"_exit", "fork", "vfork"};
    const char *library = shared_library("endless_constructor");
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++)
        for (enum way way = WAY_LIBC; way < WAYS; way++) {
            struct run run = {.program = "lifetime_loading",
                              .arguments = (const char *const[]){hows[i], library, NULL}};
            if (!way_wanted(way))
                continue;
            struct result result = run_program(&run, way);
            expect_exit(&run, way, &result, 0);
            release(&result);
        }
}
