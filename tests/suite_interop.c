/* libc's own functions on our streams, libc's own streams in our calls, streams that the program assigns,
   other libraries' constructors, and two copies of libbuf in one process. */
#include "driver.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PROGRAM_TEST(interop, getopt_and_argp_print_on_our_streams, "interop_getopt", .writes = 1000)
PROGRAM_TEST(interop, getopt_and_argp_print_in_order, "interop_getopt",
             (const char *const[]){"in order", NULL}, .writes = 500, .merged = true)
PROGRAM_TEST(interop, perror_err_error_assert_on_every_window, "interop_messages", .writes = 10000)
PROGRAM_TEST(interop, perror_err_error_assert_print_in_order, "interop_messages",
             (const char *const[]){"in order", NULL}, .writes = 500, .merged = true)
PROGRAM_TEST(interop, records_of_libc_on_every_window, "interop_files", .reads = 100000, .writes = 100000)
PROGRAM_TEST(interop, libcs_own_streams_in_every_call, "interop_foreign", .writes = 1000)
PROGRAM_TEST(interop, assigned_standard_streams_are_followed, "interop_assigned", .reads = 10, .writes = 100)
PROGRAM_TEST(interop, nothing_is_lost_when_libcs_writes_fail, "interop_fail", .writes = 100000)

PROGRAM_TEST(interop, memory_streams_between_libc_and_program, "interop_memory", .writes = 10)
PROGRAM_TEST(interop, resolver_prints_on_our_streams, "interop_resolver", .reads = 1000, .writes = 1000)

PROGRAM_TEST(interop, names_that_the_program_takes_stay_its_own, "interop_taken", .reads = 10, .writes = 300)
PROGRAM_TEST(interop, libc_and_the_program_take_one_lock, "interop_locks", .writes = 100)
PROGRAM_TEST(interop, calls_of_libc_and_ours_in_turns, "interop_mixed", .reads = 1000, .writes = 50000)

/* libc asks for the place before each record that it reads; that is answered from memory. */
Test(interop, records_cost_no_seeks) {
    struct run run = {.program = "interop_place", .trace = "lseek"};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 5000, 0);
        size_t calls = count_calls(&result, "lseek", "/records");
        cr_expect(calls <= 2, "[%s] 500 records of libc's made %zu lseeks, expected 2 at most", way_name(way),
                  calls);
        release(&result);
    }
}

static void expect_text(enum way way, const char *what, const char *got, const char *want) {
    cr_expect_str_eq(got, want, "[%s] %s:\n got \"%s\"\n expected \"%s\"", way_name(way), what, got, want);
}

static const char constructor_out[] =
    "constructor\nprogram's constructor\nmain\natexit\nprogram's destructor\ndestructor\n";

static void run_with_constructor(enum way way, bool library_first) {
    const char *library = shared_library("printing_constructor");
    struct run run = {.program = "interop_constructor",
                      .preload_before = library_first ? library : NULL,
                      .preload_after = library_first ? NULL : library};
    struct result result = run_program(&run, way);
    size_t size = 0;
    expect_exit(&run, way, &result, 0);
    expect_proof(&run, way, &result, 0, sizeof constructor_out - 1);
    expect_text(way, library_first ? "library before libbuf, stdout" : "library after libbuf, stdout",
                result.out, constructor_out);
    expect_text(way, "stderr", result.err,
                "perror: No such file or directory\nconstructor on stderr\nmain on stderr\n");
    char *log_file = result_file(&result, "constructor.log", &size);
    expect_text(way, "the constructor's file", log_file ? log_file : "(none)",
                "opened by the constructor\nwritten by the destructor\n");
    free(log_file);
    char *late = result_file(&result, "late.log", &size);
    expect_text(way, "the destructor's file", late ? late : "(none)", "opened by the destructor\n");
    free(late);
    release(&result);
}

Test(interop, constructors_of_other_libraries_may_print) {
    for (enum way way = WAY_LIBC; way < WAYS; way++)
        if (way_wanted(way)) {
            run_with_constructor(way, true);
            run_with_constructor(way, false);
        }
}

/* What libbuf takes from libc's streams is proved first: where it does not lie where it should, every call is
 * libc's. */
Test(interop, a_libc_of_another_layout_is_left_alone) {
    struct run run = {.program = "interop_constructor", .preload_before = shared_library("other_layout")};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        cr_expect_eq(result.processes, 0, "[%s] libbuf was in force", way_name(way));
        expect_text(way, "stdout", result.out, "program's constructor\nmain\natexit\nprogram's destructor\n");
        expect_text(way, "stderr", result.err,
                    "libbuf: this C library's streams are not known: staying passive\nmain on stderr\n");
        release(&result);
    }
}

/* A wrapper before libbuf stands between the program and libbuf; behind libbuf its names are never asked for,
   except by a linked program, where it is always before. */
Test(interop, wrappers_of_other_libraries_may_stand_before_and_behind) {
    const char *library = shared_library("wrapping_fopen");
    for (enum way way = WAY_LIBC; way < WAYS; way++)
        for (int first = 0; way_wanted(way) && first < 2; first++) {
            bool wraps = way == WAY_LIBC || way == WAY_SO || first;
            struct run run = {.program = "interop_wrapped",
                              .preload_before = first ? library : NULL,
                              .preload_after = first ? NULL : library};
            if (way == WAY_A)
                wraps = false; /* the program's own names come before every library's */
            struct result result = run_program(&run, way);
            expect_exit(&run, way, &result, 0);
            expect_proof(&run, way, &result, 8, 8);
            expect_text(way, first ? "wrapper first, stdout" : "wrapper last, stdout", result.out,
                        wraps ? "wrapped\n2 lines\n" : "2 lines\n");
            expect_text(way, first ? "wrapper first, stderr" : "wrapper last, stderr", result.err,
                        wraps ? "wrapped fclose\nwrapped fclose\nwrapped fclose\n" : "");
            release(&result);
        }
}

/* The start needs memory: it waits for a malloc that does not work before its own library's constructor. */
Test(interop, a_wrapped_malloc_may_need_its_constructor) {
    const char *library = shared_library("naive_malloc");
    for (enum way way = WAY_LIBC; way < WAYS; way++)
        for (int first = 0; way_wanted(way) && first < 2; first++) {
            struct run run = {.program = "interop_wrapped",
                              .preload_before = first ? library : NULL,
                              .preload_after = first ? NULL : library};
            struct result result = run_program(&run, way);
            expect_exit(&run, way, &result, 0);
            expect_proof(&run, way, &result, 8, 8);
            expect_text(way, "stdout", result.out, "2 lines\n");
            expect_text(way, "stderr", result.err,
                        "interop_wrapped: before malloc\nand after it\nmalloc was called\n");
            release(&result);
        }
}

/* libbuf stands before these names of libc's, which a library may have as well. */
Test(interop, functions_of_other_libraries_keep_their_names) {
    const char *library = shared_library("own_error");
    for (enum way way = WAY_LIBC; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct run run = {.program = "interop_own", .preload_after = library};
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 0, 20);
        expect_text(way, "stdout", result.out, "own 1 2.5\n3 4.5 own\n6\n");
        expect_text(way, "stderr", result.err, "");
        release(&result);
    }
}

/* The linked programs with libbuf preloaded as well: whichever copy is in force, the bytes are right and pass
 * through libbuf. */
Test(interop, two_copies_live_together) {
    static const struct {
        const char *name;
        uint64_t reads, writes;
    } programs[] = {
        {"stream_put", 0, 1000000},     {"stream_get", 1000000, 0},        {"stream_names", 5000, 100000},
        {"stream_popen", 20, 120000},   {"stream_memory", 0, 20},          {"stream_put_stdout", 0, 100000},
        {"interop_messages", 0, 10000}, {"interop_files", 100000, 100000}, {"interop_foreign", 0, 1000},
        {"interop_assigned", 10, 100},  {"lifetime_fcloseall", 0, 100},
    };
    static const enum way linked[] = {WAY_SO, WAY_A};
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        struct run run = {.program = programs[i].name, .also_preload = true};
        struct result libc = run_program(&run, WAY_LIBC);
        for (size_t w = 0; w < 2; w++) {
            if (!way_wanted(linked[w]))
                continue;
            struct result result = run_program(&run, linked[w]);
            expect_exit(&run, linked[w], &result, 0);
            cr_expect(i > 0 || result.processes == 1, "[%s, preloaded too] %s: both copies are in force",
                      way_name(linked[w]), programs[i].name); /* the first starts no other process */
            expect_proof(&run, linked[w], &result, programs[i].reads, programs[i].writes);
            cr_expect(result.out_size == libc.out_size && memcmp(result.out, libc.out, libc.out_size) == 0,
                      "[%s, preloaded too] %s: stdout differs from libc's", way_name(linked[w]),
                      programs[i].name);
            release(&result);
        }
        release(&libc);
    }
}
