/* bufcount's other side: stdio calls by name and the system calls inside them, files, and what libbuf would
   need. The figures are those of programs whose calls are known, of strace, and of real runs on libbuf; each on
   libc and on libbuf, which the same wrappers measure. */
#include "driver.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 32, LINE = 4096 };

static const char *const sides[] = {"libc", "libbuf"};

static const char *below_build(const char *path) {
    char *whole;
    cr_assert(asprintf(&whole, "%s/%s", build_directory(), path) > 0);
    return whole;
}

/* The command, words ended by NULL, counted on SIDE; the tally is "tally" in the run's directory. SETTING is
   one of the environment, or NULL. */
static struct result counted_with(const char *setting, const char *side, const char *input,
                                  const char *const *command) {
    const char *arguments[WORDS] = {"tally", side}, *settings[] = {setting, NULL};
    size_t count = 2;
    for (; *command; command++) {
        cr_assert(count < WORDS - 1);
        arguments[count++] = *command;
    }
    struct run run = {.program = below_build("tests/count/tally"),
                      .arguments = arguments,
                      .settings = settings,
                      .input = input,
                      .seconds = 100};
    return run_program(&run, WAY_LIBC);
}
#define COUNTED(side, ...) counted_with(NULL, side, NULL, (const char *const[]){__VA_ARGS__, NULL})

/* The program of these tests in one of its modes; it must find everything as it should be. */
static struct result mode_counted(const char *side, const char *mode) {
    struct result result = COUNTED(side, below_build("tests/libc/count_stdio"), mode);
    cr_assert(WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0, "%s on %s: %x: %s", mode, side,
              result.status, result.err);
    return result;
}

/* The number behind WORD in the tally's line that begins with BEGIN, or that names a file ending in BEGIN with
   a '/' before; -1 where there is none. Sums up several lines. */
static int64_t figure(const struct result *result, const char *begin, const char *word) {
    size_t size;
    char *text = result_file(result, "tally", &size), key[64];
    int64_t sum = -1;
    cr_assert(text, "no tally: %s", result->err);
    snprintf(key, sizeof key, " %s ", word);
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = 0;
        bool file = strncmp(line, "file ", 5) == 0, here = strncmp(line, begin, strlen(begin)) == 0;
        if (file && *begin == '/') {
            char *end = strstr(line, " descriptor ");
            here = end && (size_t)(end - line) > strlen(begin) &&
                   strncmp(end - strlen(begin), begin, strlen(begin)) == 0;
        }
        char *at = here ? strstr(line, key) : NULL;
        if (at)
            sum = (sum < 0 ? 0 : sum) + strtoll(at + strlen(key), NULL, 10);
    }
    free(text);
    return sum;
}

static void expect_figure(const struct result *result, const char *side, const char *begin, const char *word,
                          int64_t expected) {
    int64_t found = figure(result, begin, word);
    cr_expect(found == expected, "on %s: %s: %s is %" PRId64 ", not %" PRId64, side, begin, word, found,
              expected);
}

/* A stdio function's calls and bytes. */
static void expect_calls(const struct result *result, const char *side, const char *name, int64_t calls,
                         int64_t bytes) {
    char begin[64];
    snprintf(begin, sizeof begin, "stdio %s ", name);
    expect_figure(result, side, begin, "calls", calls);
    expect_figure(result, side, begin, "bytes", bytes);
    expect_figure(result, side, begin, "errors", 0);
}

/* The program as strace sees it, on the same side without any observer of ours. */
static struct result traced(const char *side, const char *mode, const char *calls) {
    const char *arguments[] = {mode, NULL};
    struct run run = {.program = "count_stdio", .arguments = arguments, .trace = calls};
    return run_program(&run, strcmp(side, "libc") == 0 ? WAY_LIBC : WAY_PRELOAD);
}

static void skip_without(const char *program) {
    const char *const arguments[] = {"-c", program, NULL};
    struct run run = {.program = "$sh", .arguments = arguments};
    struct result result = run_program(&run, WAY_LIBC);
    bool there = result.status == 0;
    release(&result);
    if (!there)
        cr_skip_test("not here: %s", program);
}

Test(count_stdio, counts_small_writes_and_the_calls_they_become) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "pieces"), trace = traced(sides[i], "pieces", "write");
        expect_calls(&result, sides[i], "fwrite", 100000, 1600000);
        expect_calls(&result, sides[i], "fopen", 1, 0);
        expect_calls(&result, sides[i], "fclose", 1, 0);
        int64_t inside =
            figure(&result, "stdio fwrite ", "writes") + figure(&result, "stdio fclose ", "writes");
        cr_expect_eq(inside, (int64_t)count_calls(&trace, "write", "/data"), "%s: %" PRId64, sides[i],
                     inside);
        cr_expect_eq(figure(&result, "stdio fwrite ", "moved") + figure(&result, "stdio fclose ", "moved"),
                     1600000);
        expect_figure(&result, sides[i], "/data", "put", 100000);
        expect_figure(&result, sides[i], "/data", "put-bytes", 1600000);
        expect_figure(&result, sides[i], "/data", "put-of-size", 100000);
        expect_figure(&result, sides[i], "/data", "put-sizes", 100000);
        expect_figure(&result, sides[i], "/data", "written-bytes", 1600000);
        expect_figure(&result, sides[i], "/data", "inside", inside);
        expect_figure(&result, sides[i], "/data", "sequential-writes", inside);
        release(&trace);
        release(&result);
    }
}

Test(count_stdio, counts_formatted_calls_with_their_bytes) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "formatted");
        expect_calls(&result, sides[i], "fprintf", 1001, 18004);
        expect_calls(&result, sides[i], "vfprintf", 1, 28);
        expect_calls(&result, sides[i], "printf", 1, 10);
        expect_calls(&result, sides[i], "dprintf", 1, 6);
        expect_calls(&result, sides[i], "fscanf", 1000, 17999); /* the last newline stays */
        expect_figure(&result, sides[i], "stdio dprintf ", "writes", 1);
        expect_figure(&result, sides[i], "stdio exit ", "writes", 1); /* stdout's */
        cr_expect_str_eq(result.out, "12345\nprinted 7\n");
        release(&result);
    }
}

Test(count_stdio, counts_lines_and_single_characters) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "lines");
        expect_calls(&result, sides[i], "fputs", 20001, 300010);
        expect_calls(&result, sides[i], "fgets", 1, 7);
        expect_calls(&result, sides[i], "fgetc", 1, 1);
        expect_calls(&result, sides[i], "ungetc", 1, 0);
        expect_calls(&result, sides[i], "fseek", 2, 0);
        expect_calls(&result, sides[i], "ftell", 1, 0);
        int64_t line_calls = figure(&result, "stdio getline ", "calls");
        int64_t inlined = figure(&result, "stdio getdelim ", "calls"); /* by the headers */
        cr_expect_eq((line_calls < 0 ? 0 : line_calls) + (inlined < 0 ? 0 : inlined), 20002);
        expect_figure(&result, sides[i], "/data", "got-bytes", 300010 + 7 + 1);
        expect_figure(&result, sides[i], "/data", "stdio-seeks", 2);
        release(&result);
    }
}

Test(count_stdio, counts_wide_calls) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "wide");
        expect_calls(&result, sides[i], "fputws", 500, 2500);
        expect_calls(&result, sides[i], "fgetws", 500, 2500);
        expect_calls(&result, sides[i], "fwprintf", 1, 4);
        expect_calls(&result, sides[i], "fputwc", 1, 1);
        expect_calls(&result, sides[i], "fgetwc", 1, 1);
        release(&result);
    }
}

Test(count_stdio, finds_the_bytes_of_inlined_code) {
    enum { INLINED = 128 };
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "inlined");
        expect_figure(&result, sides[i], "stdio __overflow ", "bytes", 100000);
        expect_figure(&result, sides[i], "stdio __uflow ", "bytes", 100000);
        expect_figure(&result, sides[i], "/data", "put-bytes", 100000);
        expect_figure(&result, sides[i], "/data", "got-bytes", 100000);
        size_t size;
        char *tally = result_file(&result, "tally", &size);
        cr_expect(strtoul(tally + strlen("flags "), NULL, 10) & INLINED);
        free(tally);
        release(&result);
    }
}

Test(count_stdio, loses_no_call_of_any_thread) {
    enum { THREADS = 4, ROUNDS = 3, LINES = 20000 };
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "threads");
        expect_calls(&result, sides[i], "fputs", 2 * ROUNDS * THREADS * LINES,
                     (int64_t)ROUNDS * THREADS * LINES * (14 + 7));
        expect_calls(&result, sides[i], "fopen", 1 + ROUNDS * THREADS, 0);
        expect_figure(&result, sides[i], "/data", "put", ROUNDS * THREADS * LINES);
        expect_figure(&result, sides[i], "/data", "written-bytes", ROUNDS * THREADS * LINES * 7);
        int64_t own = 0;
        for (int k = 0; k < THREADS; k++)
            own += figure(&result, ((const char *[]){"/data0", "/data1", "/data2", "/data3"})[k],
                          "written-bytes");
        cr_expect_eq(own, ROUNDS * THREADS * LINES * 14, "on %s: %" PRId64, sides[i], own);
        release(&result);
    }
}

Test(count_stdio, counts_children_each_for_itself_and_together) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "forked");
        expect_calls(&result, sides[i], "fputs", 24, 7 + 20 * 11 + 7 + 11 + 13);
        expect_calls(&result, sides[i], "fflush", 1 + 20 + 1, 0);
        expect_calls(&result, sides[i], "popen", 1, 0);
        expect_calls(&result, sides[i], "pclose", 1, 0);
        expect_figure(&result, sides[i], "/data", "put", 23);
        expect_figure(&result, sides[i], "/data", "flushes", 22);
        expect_figure(&result, sides[i], "/data", "written-bytes", 7 + 20 * 11 + 7 + 11);
        expect_figure(&result, sides[i], "/data", "opens", 2);
        release(&result);
    }
}

Test(count_stdio, knows_a_call_that_longjmp_left) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "jumped");
        expect_figure(&result, sides[i], "stdio fwrite ", "calls", 10);
        expect_figure(&result, sides[i], "stdio fwrite ", "writes", 0);
        expect_calls(&result, sides[i], "puts", 1, 14);
        expect_figure(&result, sides[i], "/side", "written", 20);
        expect_figure(&result, sides[i], "/side", "inside", 0);
        release(&result);
    }
}

Test(count_stdio, counts_a_cookies_calls_inside_those_that_called_it) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "cookie");
        expect_calls(&result, sides[i], "fputs", 5, 85);
        expect_figure(&result, sides[i], "stdio fflush ", "writes", 5);
        expect_figure(&result, sides[i], "stdio fflush ", "moved", 85);
        expect_figure(&result, sides[i], "/side", "written", 6);
        expect_figure(&result, sides[i], "/side", "inside", 5);
        release(&result);
    }
}

Test(count_stdio, lets_threads_be_cancelled_inside_calls) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "cancelled");
        expect_figure(&result, sides[i], "stdio fread ", "calls", 5);
        expect_calls(&result, sides[i], "puts", 5, 55);
        cr_expect_str_eq(result.out, "cleaned up\ncleaned up\ncleaned up\ncleaned up\ncleaned up\n");
        release(&result);
    }
}

Test(count_stdio, is_not_disturbed_by_handlers_that_write) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "handled");
        expect_calls(&result, sides[i], "fputs", 1000000, 27000000);
        expect_figure(&result, sides[i], "/data", "put-bytes", 27000000);
        expect_figure(&result, sides[i], "/data", "written-bytes", 27000000);
        cr_expect(figure(&result, "/side", "written") > 0, "signals came");
        release(&result);
    }
}

Test(count_stdio, counts_for_libraries_loaded_late) {
    const char *library = shared_library("counted_stdio");
    for (size_t i = 0; i < 2; i++) {
        struct result result = COUNTED(sides[i], below_build("tests/libc/count_stdio"), "loaded", library);
        cr_assert(WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0, "%s", result.err);
        expect_calls(&result, sides[i], "fputs", 10, 150); /* what it found as the next is libc's own */
        expect_figure(&result, sides[i], "/data", "written-bytes", 173);
        release(&result);
    }
}

Test(count_stdio, follows_a_file_as_strace_does) {
    for (size_t i = 0; i < 2; i++) {
        struct result result = mode_counted(sides[i], "seeks");
        struct result trace = traced(sides[i], "seeks",
                                     "read,write,pread64,pwrite64,readv,writev,lseek,openat,fsync,fdatasync");
        static const char *const reads[] = {"read", "pread64", "readv"}, *const writes[] = {
                                                                             "write", "pwrite64", "writev"};
        size_t all_reads = 0, all_writes = 0;
        for (size_t k = 0; k < 3; k++) {
            all_reads += count_calls(&trace, reads[k], "/data");
            all_writes += count_calls(&trace, writes[k], "/data");
        }
        expect_figure(&result, sides[i], "/data", "opens", 2);
        expect_figure(&result, sides[i], "/data", "read", (int64_t)all_reads);
        expect_figure(&result, sides[i], "/data", "written", (int64_t)all_writes);
        expect_figure(&result, sides[i], "/data", "seeks", (int64_t)count_calls(&trace, "lseek", "/data"));
        expect_figure(&result, sides[i], "/data", "syncs", 2);
        expect_figure(&result, sides[i], "/data", "got", 100);
        expect_figure(&result, sides[i], "/data", "put", 4096);
        expect_figure(&result, sides[i], "/data", "stdio-seeks", 100);
        /* Of the program's own: ten preads, one read behind an lseek, two writes; not one inside stdio. */
        int64_t inside = figure(&result, "/data", "inside"), own = 10 + 1 + 1 + 1 + 1;
        cr_expect_eq(inside, (int64_t)(all_reads + all_writes + count_calls(&trace, "lseek", "/data")) - own,
                     "on %s: %" PRId64, sides[i], inside);
        release(&trace);
        release(&result);
    }
}

Test(count_stdio, times_the_calls_inside_and_on_each_file) {
    struct result result = COUNTED("timed", below_build("tests/libc/count_stdio"), "pieces");
    cr_expect(figure(&result, "stdio fwrite ", "ticks") > 1000);
    cr_expect(figure(&result, "/data", "ticks") > figure(&result, "stdio fwrite ", "ticks"));
    release(&result);
}

/* PROMISED of a run on libc against MADE of a run on libbuf with that size. */
static void expect_kept(const char *command, const char *file, int window, int64_t promised, int64_t made) {
    int64_t apart = promised > made ? promised - made : made - promised;
    cr_expect(made > 0 && apart <= (made > 100 ? made / 50 : 2),
              "%s, %s with size=%dK: %" PRId64 " promised, %" PRId64 " made", command, file, window, promised,
              made);
}

Test(count_stdio, promises_the_calls_that_libbuf_makes) {
    static const struct {
        const char *command; /* of the shell's */
        const char *file;    /* whose calls are promised */
    } cases[] = {
        {"exec \"$0\" pieces", "/data"},
        {"exec \"$0\" lines", "/data"},
        {"exec \"$0\" formatted", "/data"},
        {"exec \"$0\" inlined", "/data"},
        {"exec \"$0\" seeks", "/data"},
        {"seq 200000 >data; sort -R --random-source=/bin/sh data >sorted", "/sorted"},
        {"seq 300000 | gawk '{print $1 * 3, \"and more\"}' >data", "/data"},
        {"seq 100000 >data; nl data >numbered", "/data"},
        {"seq 100000 >data; nl data >numbered", "/numbered"},
        {"seq 20000 >data; od -c data >dumped", "/dumped"},
    };
    skip_without("command -v gawk sort nl od");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const command[] = {"/bin/sh", "-c", cases[i].command,
                                       below_build("tests/libc/count_stdio"), NULL};
        struct result plain = counted_with(NULL, "libc", NULL, command);
        static const int windows[] = {4, 64, 256};
        for (size_t k = 0; k < sizeof windows / sizeof windows[0]; k++) {
            char setting[128], word[32];
            snprintf(setting, sizeof setting, "LIBBUF=*:size=%dK;%%stdin:size=%dK;%%stdout:size=%dK",
                     windows[k], windows[k], windows[k]);
            snprintf(word, sizeof word, "window-%dK", windows[k]);
            struct result real = counted_with(setting, "libbuf", NULL, command);
            expect_kept(cases[i].command, cases[i].file, windows[k], figure(&plain, cases[i].file, word),
                        figure(&real, cases[i].file, "inside"));
            release(&real);
        }
        release(&plain);
    }
}

/* Programs of many kinds print the same on both sides, counted or not, and have stdio calls to show. */
Test(count_stdio, programs_notice_nothing, .timeout = 300) {
    static const struct {
        const char *command, *needs;
        const char *row; /* that has calls */
    } cases[] = {
        {"sort -R --random-source=/bin/sh /etc/services; echo $?", "sort", "stdio fwrite_unlocked "},
        {"gawk -F/ '{n[$2]++} END {for (i in n) print i, n[i] | \"sort\"}' /etc/services", "gawk",
         "stdio fwrite_unlocked "},
        {"perl -e 'print STDERR \"e\\n\"; printf \"%5.2f %s\\n\", $_/3, \"x\"x$_ for 1..50; warn \"w\"'",
         "perl", NULL},
        {"python3 -c 'import sys,ctypes; print(1); sys.stdout.flush(); ctypes.CDLL(None).puts(b\"two\")'",
         "python3", "stdio puts "},
        {"bash -c 'for i in 1 2 3; do printf \"%d\\n\" $i; done; read -r a </etc/services; echo \"$a\"; ls / "
         "| wc -l'",
         "bash", "stdio putc "},
        {"printf 'a b\\nc d\\n' | sed 's/ /-/' | tr a-z A-Z", "sed", "stdio fwrite_unlocked "},
        {"ls /nonexistent; true", "ls", "stdio error "},
        {"grep -n tcp /etc/services | head -3", "grep", "stdio fwrite_unlocked "},
        {"tar cf - -C /etc services | tar tvf - | wc -l", "tar", NULL},
        {"diff /etc/services /etc/protocols | md5sum", "diff", NULL},
        {"id; date -d @0 -u; basename /a/b", "id", NULL},
        {"od -c /etc/services | tail -2; nl /etc/services | tail -2; cut -c1-5 /etc/services | uniq -c | "
         "tail -3",
         "od", NULL},
    };
    int ran = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char test[128];
        snprintf(test, sizeof test, "command -v %s", cases[i].needs);
        const char *const asked[] = {"-c", test, NULL}, *const arguments[] = {"-c", cases[i].command, NULL};
        struct run there = {.program = "$sh", .arguments = asked},
                   plain = {.program = "$sh", .arguments = arguments, .seconds = 100};
        struct result found = run_program(&there, WAY_LIBC);
        bool is_there = found.status == 0;
        release(&found);
        ran += is_there;
        if (!is_there)
            continue;
        for (size_t k = 0; k < 2; k++) {
            struct result without = run_program(&plain, k ? WAY_PRELOAD : WAY_LIBC);
            struct result with = COUNTED(sides[k], "/bin/sh", "-c", cases[i].command);
            cr_expect_eq(with.status, without.status, "%s: %x", cases[i].command, with.status);
            cr_expect_str_eq(with.out, without.out, "%s on %s", cases[i].command, sides[k]);
            cr_expect_str_eq(with.err, without.err, "%s on %s", cases[i].command, sides[k]);
            if (cases[i].row)
                cr_expect(figure(&with, cases[i].row, "calls") > 0, "%s: no %s", cases[i].command,
                          cases[i].row);
            release(&with);
            release(&without);
        }
    }
    cr_expect(ran >= 10, "only %d of the programs are installed", ran);
}

/* The programs that try every corner of stdio see the same with the wrappers before them. */
static void run_corners(size_t side) {
    static const char *const families[] = {"c17_", "gnu_", "names_", "stream_", "interop_"};
    glob_t found;
    int programs = 0;
    cr_assert_eq(glob("tests/programs/*.c", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char below[128];
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        bool wanted = false;
        for (size_t k = 0; k < sizeof families / sizeof families[0]; k++)
            wanted |= strncmp(name, families[k], strlen(families[k])) == 0;
        if (!wanted)
            continue;
        snprintf(below, sizeof below, "tests/libc/%.*s", (int)strcspn(name, "."), name);
        struct run plain = {.program = below_build(below), .seconds = 100};
        struct result without = run_program(&plain, side ? WAY_PRELOAD : WAY_LIBC);
        struct result with = COUNTED(sides[side], below_build(below));
        cr_expect_eq(with.status, without.status, "%s on %s: %x, not %x: %s", below, sides[side], with.status,
                     without.status, with.err);
        cr_expect_str_eq(with.out, without.out, "%s on %s", below, sides[side]);
        cr_expect_str_eq(with.err, without.err, "%s on %s", below, sides[side]);
        release(&with);
        release(&without);
        programs++;
    }
    globfree(&found);
    cr_expect(programs > 50, "%d", programs);
}

Test(count_stdio, corners_of_stdio_are_the_same_on_libc, .timeout = 300) {
    run_corners(0);
}

Test(count_stdio, corners_of_stdio_are_the_same_on_libbuf, .timeout = 300) {
    run_corners(1);
}

Test(count_stdio, cplusplus_streams_throw_through_counted_calls) {
    skip_without("command -v g++");
    static const char source[] =
        "#include <cstdio>\n#include <fstream>\n#include <iostream>\n"
        "static ssize_t thrower(void *, const char *, size_t) { throw 7; }\n"
        "int main() {\n"
        "    for (int i = 0; i < 100; i++) std::cout << \"line \" << i << '\\n';\n"
        "    std::ofstream(\"data\") << \"to a file\" << std::endl;\n"
        "    std::string word; std::ifstream(\"data\") >> word;\n"
        "    FILE *f = fopencookie(nullptr, \"w\", cookie_io_functions_t{nullptr, thrower, nullptr, "
        "nullptr});\n"
        "    setvbuf(f, nullptr, _IONBF, 0); int caught = 0;\n"
        "    for (int i = 0; i < 3; i++) try { fputs(\"x\", f); } catch (int n) { caught += n; "
        "funlockfile(f); }\n"
        "    std::cout << word << caught << std::endl; return std::cin.get() != 'i'; }\n";
    char *directory, *path, *command;
    cr_assert(asprintf(&directory, "%s/tests/count", build_directory()) > 0);
    cr_assert(asprintf(&path, "%s/streams.cc", directory) > 0);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(source, f) >= 0 && fclose(f) == 0);
    cr_assert(asprintf(&command, "g++ -O1 -fno-builtin -o '%s/streams' '%s'", directory, path) > 0);
    cr_assert_eq(system(command), 0);
    const char *program[] = {below_build("tests/count/streams"), NULL};
    struct result result = counted_with(NULL, "libc", "input", program);
    cr_expect_eq(result.status, 0, "%s", result.err);
    cr_expect(strstr(result.out, "line 99\n") && strstr(result.out, "to21\n"), "%s", result.out);
    cr_expect(figure(&result, "stdio fwrite ", "calls") > 0, "cout is stdio's stdout");
    expect_figure(&result, "libc", "stdio fputs ", "calls", 3);
    expect_figure(&result, "libc", "/data", "written-bytes", 10);
    release(&result);
    free(command);
    free(path);
    free(directory);
}

/* A program may define names of stdio and malloc itself; they are its own then. */
Test(count_stdio, a_programs_own_definitions_win) {
    struct result result = COUNTED("libc", below_build("tests/libc/interop_own"));
    struct run plain = {.program = "interop_own"};
    struct result without = run_program(&plain, WAY_LIBC);
    cr_expect_eq(result.status, without.status);
    cr_expect_str_eq(result.out, without.out);
    release(&without);
    release(&result);
}

/* Where the variable that leads to the memory is gone. */
Test(count_stdio, the_wrappers_work_without_memory) {
    char *preload;
    cr_assert(asprintf(&preload, "LD_PRELOAD=%s", below_build("libbufcount.so")) > 0);
    const char *const with[] = {preload, NULL}, *const arguments[] = {"formatted", NULL};
    struct run run = {.program = "count_stdio", .arguments = arguments, .settings = with};
    struct result result = run_program(&run, WAY_LIBC);
    cr_expect_eq(result.status, 0, "%s", result.err);
    cr_expect_str_eq(result.out, "12345\nprinted 7\n");
    release(&result);
    free(preload);
}
