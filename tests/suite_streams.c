/* The byte stream calls, formatted, wide and memory streams: each program runs on libc, linked with either
   library and preloaded; its own expectations decide, what it prints must be libc's, and its bytes must have
   passed through libbuf. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

PROGRAM_TEST(streams, every_put_call_on_every_window, "stream_put", .writes = 1000000)
PROGRAM_TEST(streams, seeks_without_the_kernel_are_seen_by_nobody, "stream_drift", .reads = 3000,
             .writes = 1000)
PROGRAM_TEST(streams, puts_to_stdout_follow_its_descriptor, "stream_put_stdout", .writes = 100000)
PROGRAM_TEST(streams, every_get_call_on_every_window, "stream_get", .reads = 1000000)
PROGRAM_TEST(streams, every_get_call_of_stdin, "stream_get_stdin", .reads = 150)
PROGRAM_TEST(streams, lines_of_any_length_and_content, "stream_lines", .reads = 1000000)
PROGRAM_TEST(streams, every_other_name_of_the_calls, "stream_names", .reads = 5000, .writes = 100000)
PROGRAM_TEST(streams, fortified_calls_end_as_libcs, "stream_fortify", .reads = 50)
PROGRAM_TEST(streams, modes_of_fopen, "stream_modes", .reads = 5, .writes = 20)
PROGRAM_TEST(streams, fdopen_of_every_descriptor, "stream_fdopen", .reads = 100, .writes = 50)
PROGRAM_TEST(streams, freopen_keeps_descriptors, "stream_freopen", .reads = 10, .writes = 100)
PROGRAM_TEST(streams, close_reports_what_failed, "stream_close", .writes = 20)
PROGRAM_TEST(streams, ungetc_is_eight_deep_everywhere, "stream_ungetc", .reads = 100000)
PROGRAM_TEST(streams, seeks_inside_and_outside_of_the_window, "stream_seek", .reads = 100000, .writes = 10000)
PROGRAM_TEST(streams, offsets_beyond_four_gigabytes, "stream_large", .writes = 10)
PROGRAM_TEST(streams, reading_and_writing_in_turns, "stream_update", .reads = 100000, .writes = 100000)
PROGRAM_TEST(streams, end_of_file_is_sticky_and_files_grow, "stream_eof", .reads = 200000)
PROGRAM_TEST(streams, input_leaves_the_descriptor_where_the_program_is, "stream_offset", .reads = 100000)
PROGRAM_TEST(streams, one_descriptor_in_many_hands, "stream_shared", .writes = 200000)
PROGRAM_TEST(streams, setvbuf_of_every_kind_and_size, "stream_setvbuf", .reads = 1000000, .writes = 1000000)
PROGRAM_TEST(streams, a_prompt_appears_before_the_read_waits, "stream_prompt", .reads = 40, .writes = 100)
PROGRAM_TEST(streams, the_whole_of_stdio_ext, "stream_ext", .reads = 5000, .writes = 80)
PROGRAM_TEST(streams, inlined_macros_and_looks_into_the_struct, "stream_inline", .reads = 700000,
             .writes = 700000)
PROGRAM_TEST(streams, huge_transfers_and_parts_of_items, "stream_huge", .reads = 30, .writes = 3)
PROGRAM_TEST(streams, popen_both_ways_and_several, "stream_popen", .reads = 20, .writes = 120000)
PROGRAM_TEST(streams, temporary_files, "stream_tmpfile", .reads = 200, .writes = 200)
PROGRAM_TEST(streams, printf_of_everything, "stream_print", .writes = 5000000)
PROGRAM_TEST(streams, scanf_of_everything, "stream_scan", .reads = 1000000)
PROGRAM_TEST(streams, wide_streams_write_libcs_bytes, "stream_wide", .reads = 10000, .writes = 10000)
PROGRAM_TEST(streams, memory_and_cookie_streams_take_every_call, "stream_memory", .writes = 20)

/* Random legal calls: 24 seeds, each compared with libc's log of results, positions and contents. */
Test(streams, random_calls_give_libcs_log) {
    char seed[20];
    for (int n = 1; n <= 24; n++) {
        snprintf(seed, sizeof seed, "%d", n);
        passes_everywhere(
            &(struct program){"stream_random", (const char *const[]){seed, "400", NULL}, .writes = 100});
    }
}

/* A file for LIBBUF_TOTALS that cannot be made: one line on stderr, and the program runs on. */
Test(streams, unusable_totals_are_one_clear_line) {
    struct run run = {.program = "stream_tmpfile",
                      .settings = (const char *const[]){"LIBBUF_TOTALS=/missing/file", NULL}};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        cr_expect(strstr(result.err, "LIBBUF_TOTALS") && strstr(result.err, "/missing/file") &&
                      strchr(result.err, '\n') == result.err + result.err_size - 1,
                  "[%s] LIBBUF_TOTALS=/missing/file: expected one line naming both, got \"%s\"",
                  way_name(way), result.err);
        cr_expect_str_eq(result.out, "tmpfile\n", "[%s] stdout \"%s\"", way_name(way), result.out);
        release(&result);
    }
}

/* One print is one write on the unbuffered stderr. */
Test(streams, one_print_on_an_unbuffered_stream_is_one_write) {
    struct run run = {.program = "stream_print_once", .trace = "write,writev"};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 0, 40000);
        int wanted = 0;
        cr_expect(sscanf(result.out, "calls %d", &wanted) == 1, "[%s] no \"calls N\" on stdout",
                  way_name(way));
        size_t calls = count_calls(&result, "write", "/err") + count_calls(&result, "writev", "/err");
        cr_expect(calls == (size_t)wanted, "[%s] %d prints on stderr made %zu writes", way_name(way), wanted,
                  calls);
        release(&result);
    }
}

/* A command line of the shell with a file on standard input, the programs in it on libc or on libbuf: the
   same output. `reads` and `writes`: what passes through streams at least (some of the programs read or write
   by system calls alone). */
static void same_in_shell(const char *command, const char *input, uint64_t reads, uint64_t writes) {
    struct run run = {
        .program = "$sh", .arguments = (const char *const[]){"-c", command, NULL}, .input = input};
    struct result libc = run_program(&run, WAY_LIBC), ours = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_LIBC, &libc, 0);
    expect_exit(&run, WAY_PRELOAD, &ours, 0);
    expect_proof(&run, WAY_PRELOAD, &ours, reads, writes);
    cr_expect(libc.out_size == ours.out_size && memcmp(libc.out, ours.out, libc.out_size) == 0,
              "[preload] %s: %zu bytes:\n%.200s\nlibc: %zu bytes:\n%.200s", command, ours.out_size, ours.out,
              libc.out_size, libc.out);
    release(&libc);
    release(&ours);
}

Test(streams, commands_share_one_input) {
    static char numbers[60000];
    size_t length = 0;
    if (!way_wanted(WAY_PRELOAD))
        return;
    for (int i = 1; i <= 8000; i++)
        length += (size_t)sprintf(numbers + length, "%d\n", i);
    same_in_shell("sed -n 1q; cat", numbers, 2, 0);
    same_in_shell("sed 3q; cat", numbers, 6, 6);
    same_in_shell("sed -n 2000q; sed -n 1p; cat", numbers, 8000, 5);
    same_in_shell("awk 'NR==2{exit}'; cat", numbers, 0, 0);
    same_in_shell("gawk 'NR==2{exit}'; cat", numbers, 0, 0);
    same_in_shell("mawk 'NR==2{exit}'; cat", numbers, 0, 0);
    same_in_shell("head -n 3; sed -n 1p", numbers, 2, 2);
    same_in_shell("grep -m 2 7; cat", numbers, 0, 4);
    same_in_shell("read line; echo \"$line\"; sed 1q; cat | tail -n 2", numbers, 2, 2);
    same_in_shell("uniq | tail -n 1; cat", numbers, 8000, 4);
    same_in_shell("bash -c 'read line; echo $line; sed -n 1p; exec cat' | cksum", numbers, 2, 2);
}
