/* bufcount: its figures are strace's, and a program that it counts notices nothing. */
#include "driver.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 64 };

struct figures {
    uint64_t calls, errors, bytes;
};

/* A command: words, the last one followed by NULL. */
struct command {
    const char *words[WORDS];
    size_t count;
};

static void add_word(struct command *command, const char *word) {
    cr_assert(command->count < WORDS - 1);
    command->words[command->count++] = word;
}

static void add_words(struct command *command, const struct command *more) {
    for (size_t i = 0; i < more->count; i++)
        add_word(command, more->words[i]);
}

static struct command words(const char *first, ...) {
    struct command command = {0};
    va_list list;
    va_start(list, first);
    for (const char *word = first; word; word = va_arg(list, const char *))
        add_word(&command, word);
    va_end(list);
    return command;
}

static const char *path_of(const char *below_build) {
    char *path;
    cr_assert(asprintf(&path, "%s/%s", build_directory(), below_build) > 0);
    return path;
}

static struct result run_with_input(const struct command *command, const char *input) {
    struct run run = {
        .program = command->words[0], .arguments = command->words + 1, .input = input, .seconds = 100};
    return run_program(&run, WAY_LIBC);
}

static struct result run(const struct command *command) {
    return run_with_input(command, NULL);
}

/* bufcount with its report in "table" and "json" of the run's directory. */
static struct result run_counted(const struct command *command) {
    struct command all = words(path_of("bufcount"), "-o", "table", "--json", "json", "--", NULL);
    add_words(&all, command);
    return run(&all);
}

static char *file_of(const struct result *result, const char *name) {
    size_t size;
    char *text = result_file(result, name, &size);
    cr_assert(text, "no file %s; stderr: %s", name, result->err);
    return text;
}

/* What the JSON says of a call: of the whole tree, which comes first. */
static struct figures counted(const char *json, const char *call) {
    struct figures figures = {0};
    char key[64];
    snprintf(key, sizeof key, "\"%s\":{\"calls\":", call);
    const char *at = strstr(json, key), *end = strstr(json, "\"processes\":");
    cr_assert(end, "no processes in %s", json);
    if (at && at < end)
        cr_assert_eq(sscanf(at + strlen(key), "%" SCNu64 ",\"errors\":%" SCNu64 ",\"bytes\":%" SCNu64,
                            &figures.calls, &figures.errors, &figures.bytes),
                     3);
    return figures;
}

/* The same from strace -c; it knows no bytes. */
static struct figures traced(const char *table, const char *call) {
    struct figures figures = {0};
    const char *next = table;
    for (const char *line = table; line && *line; line = next) {
        char fields[6][40];
        next = strchr(line, '\n');
        next = next ? next + 1 : NULL;
        char *copy = strndup(line, next ? (size_t)(next - line) : strlen(line));
        int count = sscanf(copy, "%39s %39s %39s %39s %39s %39s", fields[0], fields[1], fields[2], fields[3],
                           fields[4], fields[5]);
        free(copy);
        if (count < 5 || strcmp(fields[count - 1], call) != 0)
            continue;
        figures.calls = strtoull(fields[3], NULL, 10);
        figures.errors = count == 6 ? strtoull(fields[4], NULL, 10) : 0;
    }
    return figures;
}

static size_t occurrences(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static void skip_without_strace(void) {
    struct command command = words("$strace", "-c", "-o", "/dev/null", "true", NULL);
    struct result result = run(&command);
    bool works = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0;
    release(&result);
    if (!works)
        cr_skip_test("strace cannot trace here");
}

static void expect_same_output(const struct command *command, const struct result *plain,
                               const struct result *other) {
    cr_expect_eq(plain->status, other->status, "%s: status %x, counted %x", command->words[0], plain->status,
                 other->status);
    cr_expect(plain->out_size == other->out_size && memcmp(plain->out, other->out, plain->out_size) == 0,
              "%s: prints\n%s\ncounted\n%s", command->words[0], plain->out, other->out);
    cr_expect_str_eq(plain->err, other->err);
}

/* Calls that no loader makes, so that all of them must be equal. */
static const char *const compared[] = {"write", "writev", "pwrite64", "fsync",  "lseek",    "unlink",
                                       "dup2",  "pipe2",  "chdir",    "rename", "ftruncate"};
enum { REQUIRED = 4 };

/* Runs the command plain, under strace and under bufcount; CALLS of the table above must be equal. What a
   program does may depend on the moment, so there are three attempts. */
static void expect_figures_of_strace(const struct command *command, size_t calls) {
    skip_without_strace();
    struct command with_strace = words("$strace", "-f", "-c", "-o", "strace", NULL);
    add_words(&with_strace, command);
    if (with_strace.words[5][0] == '$')
        with_strace.words[5]++;
    struct command bare = *command;
    if (bare.words[0][0] == '$')
        bare.words[0]++;
    char differences[1024] = "";
    for (int attempt = 0; attempt < 3; attempt++) {
        struct result plain = run(command), strace = run(&with_strace), count = run_counted(&bare);
        expect_same_output(command, &plain, &count);
        char *table = file_of(&strace, "strace"), *json = file_of(&count, "json");
        cr_expect(strstr(json, "\"agrees\":true"), "/proc/PID/io disagrees: %s", strstr(json, "\"unseen\""));
        differences[0] = 0;
        for (size_t i = 0; i < calls; i++) {
            struct figures expected = traced(table, compared[i]), got = counted(json, compared[i]);
            if (expected.calls != got.calls || expected.errors != got.errors)
                snprintf(differences + strlen(differences), sizeof differences - strlen(differences),
                         "%s: strace %" PRIu64 " (%" PRIu64 " errors), bufcount %" PRIu64 " (%" PRIu64 ")\n",
                         compared[i], expected.calls, expected.errors, got.calls, got.errors);
        }
        free(table);
        free(json);
        release(&plain);
        release(&strace);
        release(&count);
        if (!differences[0])
            return;
    }
    cr_assert_fail("%s:\n%s", command->words[0], differences);
}

static void expect_unnoticed(const char *program) {
    struct command command = words(path_of(program), NULL);
    struct result plain = run(&command), count = run_counted(&command);
    expect_same_output(&command, &plain, &count);
    cr_expect(WIFEXITED(plain.status) && WEXITSTATUS(plain.status) == 0, "%s", plain.out);
    release(&plain);
    release(&count);
}

Test(count, equals_strace_for_every_way_to_make_a_call) {
    struct command command = words(path_of("tests/libc/count_ways"), NULL);
    expect_figures_of_strace(&command, sizeof compared / sizeof compared[0]);
    struct result count = run_counted(&command);
    char *json = file_of(&count, "json");
    struct figures write = counted(json, "write"), written = counted(json, "pwrite64");
    cr_expect_eq(write.errors, 2);
    cr_expect_eq(written.calls * 3, written.bytes);
    /* "line N of some length": 1,000 lines; 98 times four_calls; "vforked"; syscall and assembly; "done" */
    cr_expect_eq(write.bytes, 23890 + 10 * written.calls + 7 + 7 * 15 + 5);
    release(&count);
    free(json);
}

Test(count, equals_strace_for_bash) {
    struct command command = words(
        "$bash", "-c",
        "for i in 1 2 3 4 5; do echo $i; /bin/echo x; done; (echo sub; exit 3); echo $?; a=$(ls / | wc -l); "
        "echo \"$a\" | sort > out; cat out out | tr 0-9 a-j; printf '%s\\n' a b c | while read x; do echo "
        "$x; "
        "done; trap 'echo trapped' USR1; kill -USR1 $$; echo end",
        NULL);
    expect_figures_of_strace(&command, REQUIRED);
}

Test(count, equals_strace_for_gcc) {
    struct command command = words("$sh", "-c",
                                   "printf '#include <stdio.h>\\nint main(void){puts(\"hi\");return 0;}\\n' "
                                   "> a.c && gcc -pipe -O1 -o a a.c && "
                                   "gcc -c -o b.o a.c && ./a",
                                   NULL);
    expect_figures_of_strace(&command, REQUIRED);
}

Test(count, equals_strace_for_make) {
    struct command command = words("$sh", "-c",
                                   "printf 'all: a b c d\\n%%: %%.in\\n\\tsort $< > $@; echo made $@\\n' > "
                                   "Makefile; for i in a b c d; do seq 9 > "
                                   "$i.in; done; make -s > log; make -s -B > /dev/null; sort log",
                                   NULL);
    expect_figures_of_strace(&command, REQUIRED);
}

/* How often a parallel make passes its tokens depends on the moment; the kernel's own account is of the same
 * run. */
Test(count, agrees_with_the_kernel_for_a_parallel_make) {
    struct command command = words("sh", "-c",
                                   "printf 'all: a b c d e f g h\\n%%: %%.in\\n\\tsort $< > $@; cat $@ $@ | "
                                   "wc -l\\n' > Makefile; for i in a b c d e "
                                   "f g h; do seq 99 > $i.in; done; make -s -j4",
                                   NULL);
    struct result result = run_counted(&command);
    char *json = file_of(&result, "json");
    cr_expect_str_eq(result.out, "198\n198\n198\n198\n198\n198\n198\n198\n", "%s", result.err);
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    release(&result);
    free(json);
}

Test(count, equals_strace_for_python) {
    struct command command =
        words("$/usr/bin/python3", "-c",
              "import os, subprocess, threading\n"
              "def work():\n"
              "    for i in range(20): os.write(1, b'')\n"
              "threads = [threading.Thread(target=work) for i in range(4)]\n"
              "[t.start() for t in threads]; [t.join() for t in threads]\n"
              "print(subprocess.run(['echo', 'hi'], capture_output=True, env={}).stdout)\n"
              "print(subprocess.check_output('echo a; echo b', shell=True))\n"
              "pid = os.fork()\n"
              "if pid == 0: os.write(1, b'child\\n'); os._exit(0)\n"
              "os.waitpid(pid, 0); f = open('f', 'w'); f.write('x' * 100000); os.fsync(f.fileno())\n",
              NULL);
    if (access("/usr/bin/python3", X_OK))
        cr_skip_test("no /usr/bin/python3");
    expect_figures_of_strace(&command, REQUIRED);
}

Test(count, equals_strace_for_perl) {
    struct command command =
        words("$perl", "-e",
              "$| = 1; for (1..5) { my $p = fork; if (!$p) { print \"child\\n\"; exit 0 } waitpid($p, 0) } "
              "print `echo hi; echo there`; system('echo', 'system'); open(my $f, '|-', 'cat'); print $f "
              "\"piped\\n\"; "
              "close $f; $SIG{USR1} = sub { print \"signal\\n\" }; kill 'USR1', $$; exec 'echo', 'last'",
              NULL);
    expect_figures_of_strace(&command, REQUIRED);
}

Test(count, reads_equal_strace_but_for_the_loaders) {
    skip_without_strace();
    /* For every program it loads, the loader reads libc's header before the shim starts. */
    struct command command = words(path_of("tests/libc/count_ways"), NULL);
    struct command with_strace = words("$strace", "-f", "-c", "-o", "strace", command.words[0], NULL);
    struct result strace = run(&with_strace), count = run_counted(&command);
    char *table = file_of(&strace, "strace"), *json = file_of(&count, "json");
    uint64_t programs = traced(table, "execve").calls;
    cr_expect_eq(traced(table, "read").calls, counted(json, "read").calls + programs);
    cr_expect_eq(counted(json, "execve").calls + 1, programs);
    release(&strace);
    release(&count);
    free(table);
    free(json);
}

Test(count, interrupted_calls_count_as_with_strace) {
    skip_without_strace();
    struct command command = words(path_of("tests/libc/count_restart"), NULL);
    struct command with_strace = words("$strace", "-f", "-c", "-o", "strace", command.words[0], NULL);
    struct result strace = run(&with_strace), count = run_counted(&command);
    char *table = file_of(&strace, "strace"), *json = file_of(&count, "json");
    struct figures expected = traced(table, "read"), got = counted(json, "read");
    cr_expect_eq(got.calls, 6);
    cr_expect_eq(got.errors, 5);
    cr_expect_eq(expected.calls, got.calls + 1, "one more for the loader");
    cr_expect_eq(expected.errors, got.errors);
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    release(&strace);
    release(&count);
    free(table);
    free(json);
}

Test(count, masks_and_sigsys_look_as_ever) {
    expect_unnoticed("tests/libc/count_masks");
}

Test(count, cancellation_runs_the_cleanup_handlers) {
    expect_unnoticed("tests/libc/count_cancel");
}

Test(count, every_kind_of_stack_works) {
    expect_unnoticed("tests/libc/count_stacks");
}

Test(count, bad_arguments_fail_as_ever) {
    expect_unnoticed("tests/libc/count_bad");
}

Test(count, calls_that_are_made_often_work_and_are_counted) {
    skip_without_strace();
    expect_unnoticed("tests/libc/count_patch");
    struct command command = words(path_of("tests/libc/count_patch"), NULL);
    struct result count = run_counted(&command);
    char *json = file_of(&count, "json");
    /* four rounds of 200 of each call, two of them before, and the six calls of failing() */
    cr_expect_eq(counted(json, "readv").calls, 5 * 200);
    cr_expect_eq(counted(json, "readv").bytes, 5 * 200 * 64);
    cr_expect_eq(counted(json, "pwrite64").calls, 5 * 200);
    cr_expect_eq(counted(json, "poll").calls, 5 * 200);
    cr_expect_eq(counted(json, "lseek").errors, 5 * 200);
    cr_expect_eq(counted(json, "write").errors, 5 * 200);
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    release(&count);
    free(json);
}

Test(count, not_patching_changes_nothing) {
    static const char *const programs[] = {"count_patch", "count_cancel", "count_masks", "count_stacks"};
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        char below[64];
        snprintf(below, sizeof below, "tests/libc/%s", programs[i]);
        struct command plain_command = words(path_of(below), NULL);
        struct command command =
            words(path_of("bufcount"), "--no-patch", "-o", "table", path_of(below), NULL);
        struct result plain = run(&plain_command), count = run(&command);
        expect_same_output(&plain_command, &plain, &count);
        release(&count);
        release(&plain);
    }
}

Test(count, the_shim_uses_no_vector_register) {
    struct command command =
        words("$objdump", "-d", "-j", ".text", "--no-show-raw-insn", path_of("libbufcount.so"), NULL);
    struct result result = run(&command); /* the wrappers of stdio, the program's code, are not in .text */
    cr_assert(strstr(result.out, "<file_called>:") && strstr(result.out, "<after_call>:") &&
                  strstr(result.out, "<trap>:"),
              "%s", result.err);
    cr_expect_null(strstr(result.out, "mm0"), "the gates save none");
    release(&result);
}

Test(count, follows_an_exec_that_drops_the_environment) {
    struct command command = words(path_of("tests/libc/count_exec"), NULL);
    struct result count = run_counted(&command);
    char *executed = file_of(&count, "executed"), *json = file_of(&count, "json");
    cr_expect_eq(strlen(executed), 10);
    cr_expect_eq(counted(json, "write").calls, 10);
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    release(&count);
    free(executed);
    free(json);
}

Test(count, follows_a_deep_tree) {
    struct command command = words(path_of("tests/libc/count_exec"), "300", NULL);
    struct result count = run_counted(&command);
    char *json = file_of(&count, "json");
    cr_expect_eq(counted(json, "write").calls, 301);
    cr_expect_eq(occurrences(json, "\"pid\":"), 301);
    release(&count);
    free(json);
    command = words("sh", "-c", "sh -c 'sh -c \"sh -c \\\"(sleep 0.2; echo late) & echo soon\\\"\"'", NULL);
    count = run_counted(&command);
    json = file_of(&count, "json");
    cr_expect_str_eq(count.out, "soon\nlate\n", "the whole tree is waited for");
    cr_expect_eq(counted(json, "write").calls, 2);
    release(&count);
    free(json);
}

Test(count, thousands_of_processes_leave_room) {
    struct command command =
        words("sh", "-c", "i=0; while [ $i -lt 2000 ]; do (:); i=$((i+1)); done; /bin/echo done", NULL);
    struct result count = run_counted(&command);
    char *json = file_of(&count, "json");
    cr_expect_eq(counted(json, "clone").calls + counted(json, "fork").calls + counted(json, "vfork").calls,
                 2001);
    cr_expect_eq(counted(json, "exit_group").calls, 2002);
    cr_expect_eq(occurrences(strstr(json, "\"processes\""), "\"pid\":"), 2002, "each image has its entry");
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    release(&count);
    free(json);
}

Test(count, the_environment_shows_no_trace) {
    struct command command = words("env", NULL);
    struct command plain_command = words("$env", NULL);
    struct result plain = run(&plain_command), count = run_counted(&command);
    cr_expect_null(strstr(count.out, "LIBBUFCOUNT"));
    cr_expect_null(strstr(count.out, "LD_PRELOAD"));
    release(&plain);
    release(&count);
    command = words("sh", "-c", "LD_PRELOAD= env; LD_PRELOAD=$1 env; LD_PRELOAD=\"$1 $1\" env", "sh",
                    path_of("libbuf.so"), NULL);
    count = run_counted(&command);
    cr_expect(strstr(count.out, "LD_PRELOAD=\n"));
    char *line;
    cr_assert(asprintf(&line, "LD_PRELOAD=%s\n", path_of("libbuf.so")) > 0);
    cr_expect(strstr(count.out, line), "%s", count.out);
    cr_expect_eq(counted(file_of(&count, "json"), "execve").calls, 3);
    release(&count);
    free(line);
}

Test(count, ldd_lists_no_library_of_ours) {
    struct command command = words("ldd", "/bin/sh", NULL);
    struct result result = run_counted(&command);
    cr_expect(strstr(result.out, "libc.so.6") && !strstr(result.out, "libbufcount"), "%s", result.out);
    release(&result);
}

Test(count, ends_as_the_program_ended) {
    const struct {
        const char *script;
        int status; /* as wait says it, without the core flag */
    } ends[] = {{"exit 3", 3 << 8},         {"kill -TERM $$", SIGTERM}, {"kill -KILL $$", SIGKILL},
                {"kill -SEGV $$", SIGSEGV}, {"kill -SYS $$", SIGSYS},   {"kill -PIPE $$", SIGPIPE},
                {"kill -ABRT $$", SIGABRT}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct command command = words("sh", "-c", ends[i].script, NULL);
        struct result result = run_counted(&command);
        cr_expect_eq(result.status & ~0x80, ends[i].status, "%s: %x", ends[i].script, result.status);
        cr_expect_eq(result.status & 0x80, 0, "%s: bufcount leaves no core", ends[i].script);
        char *json = file_of(&result, "json"), code[32];
        int exit_code = ends[i].status > 255 ? ends[i].status >> 8 : 128 + ends[i].status;
        snprintf(code, sizeof code, "\"exit\":%d,", exit_code);
        cr_expect(strstr(json, code), "%s", json);
        release(&result);
        free(json);
    }
}

Test(count, passes_on_signals_sent_to_it) {
    struct command command = words(
        "sh", "-c", "trap 'echo got it; exit 5' TERM; kill -TERM $PPID; while :; do sleep 0.05; done", NULL);
    struct result result = run_counted(&command);
    cr_expect_str_eq(result.out, "got it\n");
    cr_expect_eq(result.status, 5 << 8);
    release(&result);
}

Test(count, own_failures_have_their_exit_codes) {
    const struct {
        struct command command;
        int code;
        const char *message;
    } cases[] = {
        {words("/nonexistent/program", NULL), 127,
         "bufcount: /nonexistent/program: No such file or directory\n"},
        {words("nonexistent-program", NULL), 127,
         "bufcount: nonexistent-program: No such file or directory\n"},
        {words("/etc/passwd", NULL), 126, "bufcount: /etc/passwd: Permission denied\n"},
        {words("/", NULL), 126, "bufcount: /: Permission denied\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = run_counted(&cases[i].command);
        cr_expect_eq(result.status, cases[i].code << 8, "%s: %x", cases[i].command.words[0], result.status);
        cr_expect_str_eq(result.err, cases[i].message);
        release(&result);
    }
    const struct {
        struct command command;
        const char *message;
    } bad[] = {
        {words(path_of("bufcount"), NULL), "bufcount: no program given; try 'bufcount --help'\n"},
        {words(path_of("bufcount"), "-n", "0", "true", NULL),
         "bufcount: 0: not a number of runs from 1 to 10000\n"},
        {words(path_of("bufcount"), "-o", "/nonexistent/f", "true", NULL),
         "bufcount: /nonexistent/f: No such file or directory\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct result result = run(&bad[i].command);
        cr_expect_eq(result.status, 125 << 8);
        cr_expect_str_eq(result.err, bad[i].message);
        release(&result);
    }
    struct command unknown = words(path_of("bufcount"), "--nonsense", "true", NULL);
    struct result result = run(&unknown);
    cr_expect_eq(result.status, 125 << 8);
    release(&result);
}

Test(count, writes_its_table_to_standard_error) {
    struct command command =
        words(path_of("bufcount"), "sh", "-c", "echo out; echo err >&2; echo err >&2", NULL);
    struct result result = run(&command);
    cr_expect_str_eq(result.out, "out\n");
    cr_expect(strncmp(result.err, "err\nerr\n", 8) == 0, "%s", result.err);
    cr_expect(strstr(result.err, "             3          0                   12      4 B  write\n"), "%s", result.err);
    cr_expect(strstr(result.err, "  total\n1 process, 1 program; "), "%s", result.err);
    cr_expect(strstr(result.err, "/proc/PID/io agrees"), "%s", result.err);
    release(&result);
}

Test(count, json_has_every_image_with_its_program) {
    struct command command = words("sh", "-c", "echo '\"\\'; /bin/echo a; (echo b)", NULL);
    struct result result = run_counted(&command);
    char *json = file_of(&result, "json");
    cr_expect(strncmp(json,
                      "{\"version\":1,\"program\":[\"sh\",\"-c\",\"echo '\\\"\\\\'; /bin/echo a; (echo "
                      "b)\"],\"exit\":0,",
                      70) == 0,
              "%s", json);
    cr_expect(strstr(json, "\"exe\":\"/usr/bin/echo\",\"syscalls\":{"), "%s", json);
    cr_expect(json[strlen(json) - 1] == '\n' && json[strlen(json) - 2] == '}');
    release(&result);
    free(json);
}

Test(count, names_what_it_cannot_count) {
    struct command command = words(
        "sh", "-c",
        "printf 'int main(void){return 0;}' > a.c && gcc -static -o still a.c && gcc -o owned a.c && "
        "chown 65534 owned && chmod u+s owned && gcc -static-pie -o pie a.c && ./still && ./owned && ./pie",
        NULL);
    struct result result = run_counted(&command);
    cr_assert_eq(result.status, 0, "%s", result.err);
    char *table = file_of(&result, "table"), *json = file_of(&result, "json");
    cr_expect(strstr(table, "not counted: ./still (process"), "%s", table);
    cr_expect(strstr(table, "): static\n"));
    cr_expect(strstr(json, "\"exe\":\"./pie\",\"why\":\"static\""), "%s", strstr(json, "\"unseen\""));
    if (geteuid() == 0)
        cr_expect(strstr(json, "\"exe\":\"./owned\",\"why\":\"set-user-ID\""), "%s",
                  strstr(json, "\"unseen\""));
    release(&result);
    free(table);
    free(json);
}

Test(count, says_when_only_symbols_can_be_counted) {
    const char *const ways[] = {"error", "trap"};
    for (size_t i = 0; i < 2; i++) {
        struct command command = words(path_of("bufcount"), "-o", "table", path_of("tests/libc/count_refuse"),
                                       ways[i], "cat", "/proc/self/status", NULL);
        struct result result = run(&command);
        cr_assert_eq(result.status, 0, "%s", result.err);
        cr_expect(strstr(result.out, "Name:\tcat"));
        char *table = file_of(&result, "table");
        cr_expect(
            strncmp(table, "syscall user dispatch is not available here (Operation not permitted)", 69) == 0,
            "%s", table);
        cr_expect(strstr(table, "  write\n"), "the wrappers of libc's symbols count: %s", table);
        release(&result);
        free(table);
    }
}

Test(count, a_program_for_the_address_sanitizer_runs) {
    struct command command =
        words("sh", "-c",
              "printf '#include <stdio.h>\\nint main(void){puts(\"ran\");return 0;}' > a.c && gcc "
              "-fsanitize=address -o a a.c && ./a && env -i ./a",
              NULL);
    struct result result = run_counted(&command);
    cr_expect_eq(result.status, 0);
    cr_expect_str_eq(result.out, "ran\nran\n", "%s", result.err);
    release(&result);
}

Test(count, compares_libc_and_libbuf) {
    struct command command =
        words(path_of("bufcount"), "--compare", "-n", "2", "-o", "table", "--json", "json", "--", "sh", "-c",
              "tr a b; seq 100000 > numbers; cat < numbers > copy; wc -l copy", NULL);
    struct result result = run_with_input(&command, "banana\n");
    cr_assert_eq(result.status, 0, "%s", result.err);
    cr_expect_str_eq(result.out, "bbnbnb\n100000 copy\n");
    cr_expect_str_eq(
        result.err,
        "bufcount: the output of the first run is the program's; that of the other 6 is dropped\n");
    char *table = file_of(&result, "table"), *json = file_of(&result, "json");
    cr_expect(strstr(table, "seconds, median (least) of 2 runs without any observer\n"), "%s", table);
    char *libbuf = strstr(json, "\"libbuf\":{");
    cr_assert(libbuf && strstr(json, "\"seconds\":{\"runs\":2,") < libbuf, "%s", json);
    cr_assert(strstr(libbuf, "\"seconds\":{\"runs\":2,"), "%s", json);
    struct figures on_libc = counted(json, "write"), on_libbuf = counted(libbuf, "write");
    cr_expect_eq(on_libc.bytes, on_libbuf.bytes, "standard input is there for every run");
    cr_expect_lt(on_libbuf.calls, on_libc.calls);
    release(&result);
    free(table);
    free(json);
}

Test(count, constructors_of_other_libraries_are_counted) {
    struct command command =
        words("sh", "-c",
              "printf '#include <unistd.h>\\n__attribute__((constructor)) static void "
              "say(void){write(1,\"early\\\\n\",6);}' > "
              "l.c && gcc -shared -fPIC -o l.so l.c && LD_PRELOAD=$PWD/l.so /bin/echo late",
              NULL);
    struct result result = run_counted(&command);
    cr_assert_str_eq(result.out, "early\nlate\n", "%s", result.err);
    char *json = file_of(&result, "json");
    cr_expect(strstr(json, "\"agrees\":true"), "%s", strstr(json, "\"unseen\""));
    const char *last = NULL;
    for (const char *at = json; (at = strstr(at, "\"exe\":\"/usr/bin/echo\"")); at++)
        last = at;
    cr_assert(last && strstr(last, "\"write\":{\"calls\":2,\"errors\":0,\"bytes\":11}"), "%s", last);
    release(&result);
    free(json);
}

Test(count, works_under_small_limits) {
    struct command command = words(
        "$sh", "-c",
        "ulimit -S -f 0; ulimit -n 8; exec \"$1\" --json /dev/stdout -o /dev/null sh -c '(exit 3); exit $?'",
        "sh", path_of("bufcount"), NULL);
    struct run run = {.program = command.words[0], .arguments = command.words + 1, .piped = true};
    struct result result = run_program(&run, WAY_LIBC);
    cr_expect_eq(result.status, 3 << 8, "%x %s", result.status, result.err);
    cr_expect(strstr(result.out, "\"exit_group\":{\"calls\":2,"), "%s", result.out);
    release(&result);
}

Test(count, takes_the_time_of_calls_when_asked) {
    struct command command = words(path_of("bufcount"), "--time", "--json", "json", "sleep", "0.2", NULL);
    struct result result = run(&command);
    char *json = file_of(&result, "json");
    const char *at =
        strstr(json, "\"clock_nanosleep\":{\"calls\":1,\"errors\":0,\"bytes\":0,\"nanoseconds\":");
    cr_assert(at, "%s", json);
    double nanoseconds = strtod(strstr(at, "nanoseconds\":") + 13, NULL);
    cr_expect(nanoseconds > 0.19e9 && nanoseconds < 5e9, "%f", nanoseconds);
    release(&result);
    free(json);
}

Test(count, leaves_nothing_behind) {
    struct command command =
        words("sed", "-n", "s:.* \\(/dev/shm/bufcount-.*\\):\\1:p", "/proc/self/maps", NULL);
    struct result result = run_counted(&command);
    char *end = strchr(result.out, '\n');
    cr_assert(end, "the file is there while the program runs: %s", result.out);
    *end = 0;
    cr_expect(access(result.out, F_OK) < 0, "%s is left", result.out);
    release(&result);
}
