/* bufrun: its options, what it puts into the environment, and that the program runs on libbuf. Also what the
   other suites about bufrun share. */
#include "bufrun.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(bufrun, .fini = remove_workplace, .timeout = 120);

/* ---- shared ---- */

static char directory[64];

const char *workplace(void) {
    if (!directory[0]) {
        strcpy(directory, "/tmp/libbuf-bufrun-XXXXXX");
        cr_assert(mkdtemp(directory) && chmod(directory, 0755) == 0);
        char from[PATH_MAX];
        snprintf(from, sizeof from, "%s/bufrun", build_directory());
        copy_file(from, at("bufrun"), 0755);
        snprintf(from, sizeof from, "%s/libbuf.so", build_directory());
        copy_file(from, at("libbuf.so"), 0755);
    }
    return directory;
}

static int command(const char *text) {
    int status = system(text);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void remove_workplace(void) {
    char text[128];
    snprintf(text, sizeof text, "rm -rf '%s'", directory);
    if (directory[0])
        cr_expect(command(text) == 0);
    directory[0] = 0;
}

const char *at(const char *name) {
    static char paths[8][PATH_MAX];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, PATH_MAX, "%s/%s", workplace(), name);
    return path;
}

void write_file(const char *path, const char *text, unsigned mode) {
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0, "%s", path);
}

void copy_file(const char *from, const char *to, unsigned mode) {
    static char bytes[1 << 16];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    cr_assert(in, "%s is not there", from);
    cr_assert(out, "%s cannot be made", to);
    for (size_t count; (count = fread(bytes, 1, sizeof bytes, in)) > 0;)
        cr_assert(fwrite(bytes, 1, count, out) == count);
    cr_assert(!ferror(in) && fclose(in) == 0 && fclose(out) == 0 && chmod(to, mode) == 0);
}

void build(const char *name, const char *flags, const char *text) {
    char line[2 * PATH_MAX];
    write_file(at("source.c"), text, 0644);
    snprintf(line, sizeof line, "cd %s && gcc -O1 -w source.c -o %s %s 2>&1", workplace(), name, flags);
    cr_assert(command(line) == 0, "cannot build %s: %s", name, line);
}

struct result bufrun(const char *const *arguments, const char *const *settings) {
    char program[PATH_MAX];
    snprintf(program, sizeof program, "%s", at("bufrun"));
    struct run run = {.program = program, .arguments = arguments, .settings = settings};
    return run_program(&run, WAY_LIBC);
}

void expect_refusal(struct result result, int code, const char *text) {
    int got = WIFEXITED(result.status) ? WEXITSTATUS(result.status) : -1;
    const char *end = result.err ? strchr(result.err, '\n') : NULL;
    cr_expect(got == code, "ended with %d, expected %d: %s", got, code, result.err);
    cr_expect(result.out_size == 0, "printed \"%s\"", result.out);
    cr_expect(end && !end[1] && strncmp(result.err, "bufrun: ", 8) == 0 && strstr(result.err, text),
              "said \"%s\", expected one line with \"%s\"", result.err, text);
    release(&result);
}

void expect_output(struct result result, int code, const char *text) {
    int got = WIFEXITED(result.status) ? WEXITSTATUS(result.status) : -1;
    cr_expect(got == code, "ended with %d, expected %d: %s", got, code, result.err);
    cr_expect(result.out && strcmp(result.out, text) == 0, "printed \"%s\", expected \"%s\"; said \"%s\"",
              result.out, text, result.err);
    release(&result);
}

/* ---- options ---- */

Test(bufrun, help_and_version_go_to_stdout) {
    struct result result = BUFRUN("--help");
    cr_expect(result.status == 0 && result.out && strncmp(result.out, "usage: bufrun", 13) == 0 &&
              result.err_size == 0);
    release(&result);
    expect_output(BUFRUN("--version"), 0, "bufrun (libbuf) 0.1.0\n");
}

Test(bufrun, a_wrong_argument_gives_one_line_and_125) {
    expect_refusal(bufrun(NULL, NULL), 125, "no program");
    expect_refusal(BUFRUN("--"), 125, "no program");
    expect_refusal(BUFRUN("-x", "true"), 125, "-x: no such option");
    expect_refusal(BUFRUN("--frob", "true"), 125, "--frob: no such option");
    expect_refusal(BUFRUN("-o"), 125, "-o: the option wants a value");
    expect_refusal(BUFRUN("--options"), 125, "--options: the option wants a value");
    expect_refusal(BUFRUN("--check"), 125, "no program");
    expect_refusal(BUFRUN("--check", "true", "false"), 125, "false: --check takes one binary");
}

Test(bufrun, help_on_a_full_device_is_an_error) {
    char line[PATH_MAX + 64];
    snprintf(line, sizeof line, "%s --help >/dev/full", at("bufrun"));
    struct run run = {.program = "/bin/sh", .arguments = (const char *const[]){"-c", line, NULL}};
    expect_refusal(run_program(&run, WAY_LIBC), 125, "No space left on device");
}

/* ---- the environment ---- */

static void expect_setting(struct result result, const char *name, const char *value) {
    char wanted[2 * PATH_MAX];
    snprintf(wanted, sizeof wanted, "\n%s=%s\n", name, value);
    char *all = NULL;
    cr_assert(asprintf(&all, "\n%s", result.out) > 0);
    cr_expect(strstr(all, wanted), "no%sin the environment:%s%s", wanted, all, result.err);
    free(all);
    release(&result);
}

Test(bufrun, libbuf_comes_first_in_ld_preload_and_the_rest_stays) {
    char joined[3 * PATH_MAX], old[2 * PATH_MAX];
    const char *libbuf = at("libbuf.so"), *libm = "libm.so.6";
    expect_setting(BUFRUN("env"), "LD_PRELOAD", libbuf);
    snprintf(joined, sizeof joined, "%s:%s", libbuf, libm);
    expect_setting(bufrun(LIST("env"), LIST("LD_PRELOAD=libm.so.6")), "LD_PRELOAD", joined);
    expect_setting(bufrun(LIST("env"), LIST("LD_PRELOAD=")), "LD_PRELOAD", libbuf);
    /* Behind another library it would lose its names to it. */
    snprintf(old, sizeof old, "LD_PRELOAD=libm.so.6:%s", libbuf);
    snprintf(joined, sizeof joined, "%s:libm.so.6:%s", libbuf, libbuf);
    expect_setting(bufrun(LIST("env"), LIST(old)), "LD_PRELOAD", joined);
    snprintf(old, sizeof old, "LD_PRELOAD=%s", libbuf);
    expect_setting(bufrun(LIST("env"), LIST(old)), "LD_PRELOAD", libbuf);
}

Test(bufrun, rules_go_before_those_of_the_environment) {
    const char *one[] = {"-o", "a:size=1", "env", NULL},
               *two[] = {"-oa:size=1", "--options=b:size=2", "--", "env", NULL};
    const char *none[] = {"-o", "", "env", NULL}, *old[] = {"LIBBUF=c:size=3", NULL};
    expect_setting(bufrun(one, NULL), "LIBBUF", "a:size=1");
    expect_setting(bufrun(one, old), "LIBBUF", "a:size=1;c:size=3");
    expect_setting(bufrun(two, old), "LIBBUF", "a:size=1;b:size=2;c:size=3");
    expect_setting(bufrun(none, old), "LIBBUF", "c:size=3");
    struct result result = BUFRUN("-o", "", "env");
    cr_expect(result.status == 0 && !strstr(result.out, "\nLIBBUF="), "%s", result.out);
    release(&result);
}

/* ---- it becomes the program ---- */

Test(bufrun, the_program_runs_on_libbuf_and_its_exit_is_its_own) {
    char totals[PATH_MAX + 16];
    uint64_t proof[3] = {0};
    snprintf(totals, sizeof totals, "LIBBUF_TOTALS=%s", at("totals"));
    expect_output(bufrun(LIST("seq", "3"), LIST(totals)), 0, "1\n2\n3\n");
    FILE *file = fopen(at("totals"), "r");
    cr_assert(file && fread(proof, sizeof *proof, 3, file) == 3 && fclose(file) == 0, "no totals were left");
    cr_expect(proof[0] == 1 && proof[2] == 6, "%lu processes, %lu bytes", proof[0], proof[2]);
    expect_output(BUFRUN("sh", "-c", "exit 7"), 7, "");
    struct result killed = BUFRUN("sh", "-c", "kill -TERM $$");
    cr_expect(WIFSIGNALED(killed.status) && WTERMSIG(killed.status) == SIGTERM);
    release(&killed);
    expect_output(BUFRUN("sh", "-c", "echo \"$0\" \"$@\"", "-o", "--", "--check"), 0, "-o -- --check\n");
}

/* ---- AddressSanitizer ---- */

Test(bufrun, the_address_sanitizer_comes_first) {
    static const char prints[] = "#include <stdio.h>\n#include <stdlib.h>\nint one(void);\n"
                                 "int main(void) { return puts(getenv(\"LD_PRELOAD\")) < 0; }";
    build("libone.so", "-shared -fPIC -fsanitize=address", "int one(void) { return 1; }");
    build("direct", "-fsanitize=address", prints);
    build("through", "-Wl,--no-as-needed -L. -lone '-Wl,-rpath,$ORIGIN'", prints);
    build("without", "", prints);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"direct", "through", "without"};
        const char *settings[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
        struct result result = bufrun(LIST(at(names[i])), settings);
        const char *first = strstr(result.out, "/libasan.so"), *second = strstr(result.out, at("libbuf.so"));
        cr_expect(result.status == 0, "%s: %s", names[i], result.err);
        cr_expect(second && (i < 2 ? first && first < second : !first), "%s: LD_PRELOAD is %s", names[i],
                  result.out);
        release(&result);
    }
}
