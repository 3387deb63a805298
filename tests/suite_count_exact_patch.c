/* bufcount's patched calls: they unwind at every instruction, count in every thread and survive every end; where code
   cannot be written the figures are the same. */
#include "driver.h"
#include "strace_figures.h"

#include <criterion/criterion.h>
#include <gnu/libc-version.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct result run(const char *program, const char *const *arguments) {
    struct run run = {.program = program, .arguments = arguments, .seconds = 100};
    return run_program(&run, WAY_LIBC);
}

static char *path_below(const char *name) {
    char *path;
    cr_assert(asprintf(&path, "%s/%s", build_directory(), name) > 0);
    return path;
}

/* The program under bufcount with an option; its status and output must be the expected ones. */
static void expect_same(const char *option, const char *program, const struct result *expected) {
    const char *const arguments[] = {"-o", "table", option, program, NULL};
    struct result result = run(path_below("bufcount"), arguments);
    cr_expect_eq(result.status, expected->status, "%s %s: status %x, %s", option, program, result.status,
                 result.err);
    cr_expect_str_eq(result.out, expected->out);
    cr_expect_str_eq(result.err, expected->err);
    release(&result);
}

static void expect_unnoticed(const char *program) {
    static const char *const options[] = {"--", "--no-patch", "--time", "--no-stdio"};
    struct result plain = run(program, (const char *const[]){NULL});
    cr_assert_eq(plain.status, 0, "%s: %x: %s%s", program, plain.status, plain.out, plain.err);
    cr_assert_null(strstr(plain.out, "lost 1"));
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        expect_same(options[i], program, &plain);
    release(&plain);
}

Test(count_exact, a_patched_call_unwinds_at_every_instruction) {
    expect_unnoticed(path_below("tests/libc/count_step"));
}

Test(count_exact, cancelled_threads_run_destructors) {
    const char *program = path_below("tests/cancel_destructors");
    const char *const arguments[] = {"-O1", "-g", "-pthread", "-o", program, NULL, NULL};
    char *source = realpath("tests/cpp/cancel.cc", NULL);
    const char *words[7];
    memcpy(words, arguments, sizeof words);
    words[5] = source;
    struct result built = run("$g++", words);
    if (!WIFEXITED(built.status) || WEXITSTATUS(built.status) == 127)
        cr_skip_test("no g++");
    cr_assert_eq(built.status, 0, "%s", built.err);
    release(&built);
    expect_unnoticed(program);
    free(source);
}

/* What the JSON of a run says of a call. */
static struct call_figures counted(const struct result *result, const char *call) {
    static struct figures_table table;
    size_t size;
    char *json = result_file(result, "json", &size);
    cr_assert(json, "%s", result->err);
    table.count = 0;
    read_bufcount(json, &table);
    free(json);
    return *figures_of(&table, call);
}

Test(count_exact, figures_of_threads_survive_every_end) {
    static const char *const ends[] = {"return", "_exit", "kill"};
    static const char *const options[] = {"--", "--no-patch", "--time"};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            const char *const arguments[] = {
                "-o", "table", "--json", "json", options[j], path_below("tests/libc/count_threads"),
                "40", "500",   ends[i],  NULL};
            struct result result = run(path_below("bufcount"), arguments);
            cr_expect_eq(result.status, i == 2 ? SIGKILL : 0, "%s: %x: %s", ends[i], result.status,
                         result.err);
            struct call_figures calls = counted(&result, "getppid"), failed = counted(&result, "lseek");
            cr_expect_eq(calls.counted_calls, 2 * 40 * 500, "%s %s: %" PRIu64, ends[i], options[j],
                         calls.counted_calls);
            cr_expect_eq(failed.counted_calls, 2 * 40 * 50);
            cr_expect_eq(failed.counted_errors, 2 * 40 * 50);
            cr_expect_eq(counted(&result, "pause").counted_calls, 0, "no thread came back from it");
            release(&result);
        }
}

/* As many at a time as there are accounts for, and more images than one. */
Test(count_exact, a_thousand_threads_at_a_time) {
    const char *const arguments[] = {
        "-o",   "table", "--json", "json", path_below("tests/libc/count_threads"),
        "1000", "20",    "return", NULL};
    struct result result = run(path_below("bufcount"), arguments);
    cr_assert_eq(result.status, 0, "%x: %s", result.status, result.err);
    cr_expect_eq(counted(&result, "getppid").counted_calls, 2 * 1000 * 20);
    release(&result);
}

Test(count_exact, counts_where_code_cannot_be_written) {
    const char *program = path_below("tests/libc/count_unwritable");
    struct result plain = run(program, (const char *const[]){NULL});
    if (WIFEXITED(plain.status) && WEXITSTATUS(plain.status) == 77)
        cr_skip_test("%s", plain.out);
    cr_assert_eq(plain.status, 0);
    release(&plain);
    const char *const arguments[] = {"-o", "table", "--json", "json", program, NULL};
    struct result result = run(path_below("bufcount"), arguments);
    cr_expect_eq(result.status, 0, "%x: %s", result.status, result.err);
    cr_expect_eq(counted(&result, "write").counted_calls, 500);
    cr_expect_eq(counted(&result, "getppid").counted_calls, 500);
    release(&result);
}

/* Programs with threads, signals and generated code of their own, where they are installed. */
Test(count_exact, programs_that_generate_code_run_as_ever) {
    static const char *const scripts[] = {
        "command -v node >/dev/null || exit 77; node -e 'const {Worker} = require(\"worker_threads\"); let "
        "ended = 0; "
        "for (let i = 0; i < 3; i++) new Worker(\"for (let j = 0; j < 500; j++) "
        "require(\\\"fs\\\").writeFileSync(\\\"f"
        "\\\" + j % 3, \\\"x\\\")\", {eval: true}).on(\"exit\", code => { if (++ended == 3) "
        "console.log(code, "
        "String(require(\"child_process\").execSync(\"echo child\"))) })'",
        "command -v java >/dev/null && command -v javac >/dev/null || exit 77; printf 'public class A { "
        "public static void "
        "main(String[] a) throws Exception { Thread t = new Thread(() -> { for (int i = 0; i < 99; i++) "
        "System.gc(); }); "
        "t.start(); t.join(); try { Object o = null; o.toString(); } catch (NullPointerException e) { "
        "System.out.println(\"caught\"); } } }' > A.java; java A.java",
    };
    int ran = 0;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct result plain = run("$sh", (const char *const[]){"-c", scripts[i], NULL});
        bool missing = WIFEXITED(plain.status) && WEXITSTATUS(plain.status) == 77;
        struct result result =
            run(path_below("bufcount"),
                (const char *const[]){"-o", "table", "--json", "json", "sh", "-c", scripts[i], NULL});
        cr_expect_eq(result.status, plain.status, "%x: %s", result.status, result.err);
        cr_expect_str_eq(result.out, plain.out);
        size_t size;
        char *json = result_file(&result, "json", &size);
        cr_expect(json && strstr(json, "\"agrees\":true"), "%s",
                  json ? strstr(json, "\"unseen\"") : result.err);
        free(json);
        ran += !missing;
        release(&plain);
        release(&result);
    }
    if (!ran)
        cr_skip_test("neither node nor java is installed");
}

static void expect_patched(const char *first, const char *const *arguments, const char *expected) {
    struct result result = run(first, arguments);
    if (WIFEXITED(result.status) && WEXITSTATUS(result.status) == 77)
        cr_skip_test("no seccomp filters here");
    cr_expect_eq(result.status, 0, "%x: %s", result.status, result.err);
    cr_expect_str_eq(result.out, expected);
    release(&result);
}

/* bufcount's own filters, a container's for instance, have been tried; a filter of the program's own might kill. */
Test(count_exact, patches_unless_forbidden_or_filtered) {
    const char *bufcount = path_below("bufcount"), *filter = path_below("tests/libc/count_filter");
    expect_patched(filter, (const char *const[]){"look", NULL}, "not patched\n");
    expect_patched(bufcount, (const char *const[]){"-o", "t", filter, "look", NULL}, "patched\n");
    expect_patched(bufcount, (const char *const[]){"-o", "t", "--no-patch", filter, "look", NULL},
                   "not patched\n");
    expect_patched(bufcount, (const char *const[]){"-o", "t", filter, "filter", filter, "look", NULL},
                   "not patched\n");
    expect_patched(filter, (const char *const[]){"filter", bufcount, "-o", "t", filter, "look", NULL},
                   "patched\n");
    expect_patched(
        filter, (const char *const[]){"filter", bufcount, "-o", "t", filter, "filter", filter, "look", NULL},
        "not patched\n");
}

/* What patch.c takes for proved of this version. */
Test(count_exact, the_sites_of_libc_are_as_proved) {
    if (strcmp(gnu_get_libc_version(), "2.36") != 0)
        cr_skip_test("another libc: only what has trapped is patched");
    char *script = realpath("tests/libc_sites.awk", NULL), command[512];
    snprintf(command, sizeof command,
             "objdump -d --no-show-raw-insn $(ldd /bin/true | sed -n 's/.*=> \\(.*libc.so.6\\) .*/\\1/p') "
             "| awk -f %s",
             script);
    struct result result = run("$sh", (const char *const[]){"-c", command, NULL});
    cr_assert_eq(result.status, 0, "%s", result.err);
    int sites = 0, tails = 0;
    cr_expect(sscanf(result.out, "%d sites, %d with any number\n", &sites, &tails) == 2, "%s", result.out);
    cr_expect(tails > 50 && tails <= 128, "%d, and gates for 128", tails);
    cr_expect(sites > 400 && sites <= 512, "%d sites, and gates for 512", sites);
    release(&result);
    free(script);
}
