/* The option report and buf_stats: what is counted, and what is left of it when a program ends, however it does. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

Test(report, every_call_is_counted) {
    struct run run = {.program = "policy_report"};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 4096, 20000);
        release(&result);
    }
}

static size_t count_text(const char *text, const char *part) {
    size_t n = 0;
    while ((text = strstr(text, part))) {
        n++;
        text++;
    }
    return n;
}

/* The program ends in that way; its report has each of the texts once, ended by NULL. */
static void leaves(const char *end, const char *rule, const char *file, const char *const *texts) {
    struct run run = {.program = "policy_report",
                      .arguments = (const char *const[]){end, NULL},
                      .settings = (const char *const[]){rule, NULL}};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        bool killed = strcmp(end, "kill") == 0;
        cr_expect(killed ? WIFSIGNALED(result.status) : WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0);
        size_t size;
        char *report = file ? result_file(&result, file, &size) : strdup(result.err);
        cr_assert(report, "[%s] %s: no report", way_name(way), end);
        for (; *texts; texts++)
            cr_expect(count_text(report, *texts) == 1, "[%s] %s: '%s' is %zu times in: %s", way_name(way), end, *texts,
                      count_text(report, *texts), report);
        free(report);
        release(&result);
    }
}

#define OUT_TEXT                                                                                                       \
    "  put    calls 2048, bytes 32768, bytes a call 16.0\n", "put by size:  16-31: 2048\n",                            \
        "  write  calls 4, bytes 32768, bytes a call 8192.0, in whole blocks 100.0 %\n"

Test(report, is_there_however_the_program_ends) {
    static const char *const finished[] = {OUT_TEXT, ", policy_report, process ", NULL};
    static const char *const unfinished[] = {OUT_TEXT, ", not finished\n", NULL};
    leaves("return", "LIBBUF=written:report=r,size=8K", "r", finished);
    leaves("close", "LIBBUF=written:report=r,size=8K", "r", finished);
    leaves("close", "LIBBUF=written:report=stderr,size=8K", NULL, finished);
    leaves("return", "LIBBUF=written:report=stderr,size=8K", NULL, finished);
    leaves("kill", "LIBBUF=written:report=r,size=8K", "r", unfinished);
    leaves("_exit", "LIBBUF=written:report=r,size=8K", "r", unfinished);
    leaves("exec", "LIBBUF=written:report=r,size=8K", "r", unfinished);
}

Test(report, json_has_a_line_for_each_stream) {
    static const char *const texts[] = {
        "{\"stream\":\"written\",\"program\":\"policy_report\",\"process\":",
        "\"put\":{\"calls\":2048,\"bytes\":32768,\"sizes\":{\"16\":2048}}",
        "\"write\":{\"calls\":4,\"bytes\":32768,\"aligned\":32768,\"coalescing\":0.001953,\"sizes\":{\"8192\":4}}",
        "{\"stream\":\"in\"", NULL};
    struct run run = {.program = "policy_report",
                      .arguments = (const char *const[]){"kill", NULL},
                      .settings = (const char *const[]){"LIBBUF=written:report=r.json,size=8K;in:report=r.json", NULL}};
    run.program = "$sh";
    char command[600];
    snprintf(command, sizeof command,
             "echo a line >in; for end in kill return close _exit fork; do "
             "(%s/tests/libc/policy_report $end); "
             "python3 -c 'import json,sys; [json.loads(l) for l in open(\"r.json\")]' || exit 1; "
             "cp r.json r.$end; rm r.json; done; exit 0",
             build_directory());
    run.arguments = (const char *const[]){"-c", command, NULL};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    static const char *const ends[] = {"kill", "return", "close", "_exit", "fork"};
    for (size_t i = 0; i < 5; i++) {
        char name[20];
        size_t size;
        snprintf(name, sizeof name, "r.%s", ends[i]);
        char *report = result_file(&result, name, &size);
        cr_assert(report);
        for (const char *const *text = texts; *text; text++)
            cr_expect(count_text(report, *text) == (i == 4 && text == texts ? 2u : 1u), "%s: '%s' in: %s", name, *text,
                      report);
        bool finished = i == 1 || i == 2 || i == 4;
        cr_expect(count_text(report, "\"finished\":true") == (finished ? 2u + (i == 4) : 0u), "%s: %s", name, report);
        free(report);
    }
    release(&result);
}

/* Without %p each process appends; with it each has a file of its own. */
Test(report, processes_share_a_file_or_have_their_own) {
    struct run run = {.program = "$sh", .settings = (const char *const[]){"LIBBUF=written:report=r;in:report=p%p", NULL}};
    char command[600];
    snprintf(command, sizeof command,
             "echo a line >in; for i in 1 2 3 4; do for j in 1 2 3 4 5; do %s/tests/libc/policy_report close & done; "
             "wait; done; grep -c '^libbuf report: ' r; ls | grep -c '^p[0-9]*$'; grep -h -c '^libbuf' p* | uniq -c",
             build_directory());
    run.arguments = (const char *const[]){"-c", command, NULL};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    cr_expect_str_eq(result.out, "20\n20\n     20 1\n");
    release(&result);
}

/* What cannot be written is one line, and the program runs on. */
Test(report, that_cannot_be_written_is_said) {
    struct run run = {.program = "buffer_pieces",
                      .arguments = (const char *const[]){"5000", "100", "default", NULL},
                      .settings = (const char *const[]){"LIBBUF=data:report=/absent/r", NULL}};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    expect_proof(&run, WAY_PRELOAD, &result, 0, 5000);
    cr_expect_str_eq(result.err, "libbuf: report: cannot be written: /absent/r\n");
    release(&result);
}

/* Cray's IOBUF_PARAMS: a rule for each part, what has no counterpart in one line. */
static void iobuf_says(const char *setting, const char *said) {
    struct run run = {.program = "buffer_pieces",
                      .arguments = (const char *const[]){"5000", "100", "default", NULL},
                      .settings = (const char *const[]){setting, NULL}};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    expect_proof(&run, WAY_PRELOAD, &result, 0, 5000);
    cr_expect_str_eq(result.err, said, "%s: said \"%s\", expected \"%s\"", setting, result.err, said);
    release(&result);
}

Test(policies, iobuf_params_are_understood) {
    iobuf_says("IOBUF_PARAMS=", "");
    iobuf_says("IOBUF_PARAMS=data:verbose:size=2M, %pipe:line_buffer", "libbuf: data: rule data: size=2097152\n");
    iobuf_says("IOBUF_PARAMS=x*:size=1K,d?ta:size=8k:verbose,da*:size=4K", "libbuf: data: rule d?ta: size=8192\n");
    iobuf_says("IOBUF_PARAMS=d*:lazyclose:size=64K:count=4:vbuffer_count=9:verbose",
               "libbuf: IOBUF_PARAMS: ignored in 'd*:lazyclose:size=64K:count=4:vbuffer_count=9:verbose': lazyclose, "
               "vbuffer_count, count\nlibbuf: data: rule d*: size=65536\n");
    iobuf_says("IOBUF_PARAMS=*:size=much", "libbuf: IOBUF_PARAMS: ignored in '*:size=much': size\n");
    iobuf_says("IOBUF_PARAMS=*", "");
}

/* LIBBUF is stronger, and the writes show what was understood. */
Test(policies, iobuf_params_set_the_buffer) {
    static const struct {
        const char *iobuf, *libbuf;
        size_t writes;
    } cases[] = {{"IOBUF_PARAMS=data:size=1K", "LIBBUF=", 8},
                 {"IOBUF_PARAMS=data:size=1K", "LIBBUF=data:size=8K", 1},
                 {"IOBUF_PARAMS=data:size=8K", "LIBBUF=data:size=1K", 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = {.program = "buffer_pieces",
                          .arguments = (const char *const[]){"8192", "64", "default", NULL},
                          .settings = (const char *const[]){cases[i].iobuf, cases[i].libbuf, NULL},
                          .trace = "write"};
        struct result result = run_program(&run, WAY_PRELOAD);
        expect_exit(&run, WAY_PRELOAD, &result, 0);
        size_t writes = count_calls(&result, "write", "data");
        cr_expect(writes == cases[i].writes, "%s %s: %zu writes", cases[i].iobuf, cases[i].libbuf, writes);
        release(&result);
    }
}
