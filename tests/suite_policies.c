/* Options of streams: LIBBUF's rules, buf_fopen, buf_configure, and the tools of old. */
#include "driver.h"
#include <criterion/criterion.h>
#include <string.h>

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

Test(policies, rules_choose_the_buffer) {
    passes_on_libbuf((struct run){.program = "policy_rules",
                                  .settings = (const char *const[]){
                                      "LIBBUF=a*:size=32K; *.b:size=1K,buffer=line;sub/c:size=2K;a1:size=7", NULL}},
                     2, 3000);
}

Test(policies, what_falls_back_is_counted_and_said) {
    passes_on_libbuf((struct run){.program = "policy_fallbacks",
                                  .settings = (const char *const[]){"LIBBUF=rule*:replace,report=none",
                                                                    "LIBBUF_VERBOSE=1", NULL}},
                     1, 500);
}

/* What a shell printf prints on stderr about a rule, and what it does without it. */
static void expect_complaint(const char *setting, const char *complaint) {
    struct run run = {.program = "buffer_pieces",
                      .arguments = (const char *const[]){"5000", "100", "default", NULL},
                      .settings = (const char *const[]){setting, NULL}};
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, 0, 5000);
        cr_expect_str_eq(result.err, complaint, "[%s] %s: said \"%s\", expected \"%s\"", way_name(way), setting,
                         result.err, complaint);
        release(&result);
    }
}

Test(policies, a_bad_rule_is_one_line_and_skipped) {
    expect_complaint("LIBBUF=  ;; ", "");
    expect_complaint("LIBBUF=*", "libbuf: LIBBUF: no ':' in the rule '*', which is skipped\n");
    expect_complaint("LIBBUF=:size=1K", "libbuf: LIBBUF: no pattern in the rule ':size=1K', which is skipped\n");
    expect_complaint("LIBBUF=*:sise=1K;*:size=2K",
                     "libbuf: LIBBUF: unknown option 'sise' in the rule '*:sise=1K', which is skipped\n");
    expect_complaint("LIBBUF=*:size=much",
                     "libbuf: LIBBUF: bad value in option 'size=much' in the rule '*:size=much', which is skipped\n");
    expect_complaint("LIBBUF=%stdoot:size=1K",
                     "libbuf: LIBBUF: unknown stream in the rule '%stdoot:size=1K', which is skipped\n");
    expect_complaint("LIBBUF=[:]x:size=1K;a\\:b:size=1K", "");
}

Test(policies, verbose_tells_version_and_rules) {
    struct run run = {.program = "buffer_pieces",
                      .arguments = (const char *const[]){"5000", "100", "default", NULL},
                      .settings = (const char *const[]){"LIBBUF_VERBOSE=1", "LIBBUF=dat*:size=1M", NULL}};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    cr_expect_str_eq(result.err, "libbuf: version: 0.1.0\nlibbuf: data: rule dat*: size=1048576\n");
    release(&result);
}

/* What stdbuf(1) of the coreutils leaves in the environment; its own library need not be there. */
Test(policies, stdbuf_is_understood) {
    static const struct {
        const char *setting;
        size_t writes;
    } cases[] = {{"_STDBUF_O=L", 3}, {"_STDBUF_O=0", 300}, {"_STDBUF_O=1024", 5}, {"_STDBUF_I=L", 1}};
    static char input[5000];
    memset(input, 'x', sizeof input - 1);
    input[1000] = input[2500] = input[4998] = '\n';
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = {.program = "$cat", .input = input, .settings = (const char *const[]){cases[i].setting, NULL}};
        run.program = "$sed";
        run.arguments = (const char *const[]){"s/q/r/", NULL};
        run.trace = "write";
        struct result result = run_program(&run, WAY_PRELOAD);
        size_t writes = count_calls(&result, "write", NULL);
        cr_expect(cases[i].writes == 300 ? writes >= 3 : writes <= cases[i].writes + 1, "%s: %zu writes",
                  cases[i].setting, writes);
        cr_expect(result.out_size == sizeof input - 1);
        release(&result);
    }
}
