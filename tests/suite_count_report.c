/* bufcount's reports: what a reader sees fits the terminal, says the same as JSON, and keeps what it promises. */
#include "driver.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLUMNS = 100, WORDS = 32 };

/* Runs a shell command in a fresh directory; $B is the build directory, $P that of the plain test programs. */
static struct result shell(const char *format, ...) {
    char *command, *build, *programs;
    va_list list;
    va_start(list, format);
    cr_assert(vasprintf(&command, format, list) > 0);
    va_end(list);
    cr_assert(asprintf(&build, "B=%s", build_directory()) > 0);
    cr_assert(asprintf(&programs, "P=%s/tests/libc", build_directory()) > 0);
    struct run run = {.program = "$sh",
                      .arguments = (const char *const[]){"-c", command, NULL},
                      .settings = (const char *const[]){build, programs, "LC_ALL=C.UTF-8", NULL},
                      .seconds = 120};
    struct result result = run_program(&run, WAY_LIBC);
    free(command);
    free(build);
    free(programs);
    return result;
}

static int code_of(const struct result *result) {
    return WIFEXITED(result->status) ? WEXITSTATUS(result->status) : -1;
}

static void expect_success(const struct result *result) {
    cr_assert_eq(code_of(result), 0, "ended with %x:\n%s\n%s", result->status, result->out, result->err);
}

/* Runs the command, which leaves JSON in "json", and holds a Python expression over it (as j; t is the text of "table")
   against it. */
static void expect_json(const char *command, const char *expression) {
    struct result result = shell(
        "%s; python3 -c '\nimport json, os, re\nj = json.load(open(\"json\"))\n"
        "t = open(\"table\").read() if os.path.exists(\"table\") else \"\"\n"
        "n = lambda text: int(text.replace(\",\", \"\"))\n"
        "ok = %s\nif not ok: print(json.dumps(j, indent=1)[:6000], t)\nraise SystemExit(0 if ok else 1)'",
        command, expression);
    cr_expect_eq(code_of(&result), 0, "%s\ndoes not hold after %s:\n%s\n%s", expression, command, result.out,
                 result.err);
    release(&result);
}

/* No line is wider than the terminal, and no byte of TEXT would command it. */
static void expect_harmless(const char *text) {
    int columns = 0;
    const char *line = text;
    for (const char *at = text; *at; at++) {
        if (*at == '\n') {
            cr_expect_leq(columns, COLUMNS, "%d columns: %.*s", columns, (int)(at - line), line);
            columns = 0;
            line = at + 1;
            continue;
        }
        cr_expect((unsigned char)*at >= ' ' && *at != 0x7f, "a control character: %.60s", at);
        columns += (*at & 0xc0) != 0x80;
        if ((unsigned char)*at >= 0xe3 && (unsigned char)*at < 0xf0) /* one of East Asia, two columns */
            columns++;
    }
}

Test(count_report, made_up_tables_fit_the_terminal) {
    static const char *const parts[] = {"table", "files", "latency", "nothing"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct result result = shell("$B/tests/count/report %s", parts[i]);
        expect_success(&result);
        expect_harmless(result.out);
        cr_expect(strstr(result.out, "total\n"), "%s", result.out);
        release(&result);
    }
}

Test(count_report, made_up_json_is_json) {
    expect_json(
        "$B/tests/count/report json > json",
        "j[\"files\"][1][\"path\"] == \"/data/out.dat\" and j[\"files\"][0][\"path\"].startswith(\"/a "
        "\\\"\") and "
        "j[\"program\"][1] == \"\\xff\\n\" and j[\"latency\"][\"write\"][\"4096\"] == 3907 and "
        "j[\"advice\"][\"LIBBUF\"].startswith(\"out.dat:size=\") and len(j[\"files\"]) == 32");
}

Test(count_report, the_files_beyond_the_wanted_are_added_up) {
    struct result twenty = shell("$B/tests/count/report table"), all = shell("$B/tests/count/report files");
    cr_expect(strstr(twenty.out, "  12 more files\n"), "%s", twenty.out);
    cr_expect(!strstr(all.out, "more files\n"));
    cr_expect(strstr(all.out, "/data/small.29\n"));
    release(&twenty);
    release(&all);
    expect_json(
        "$B/bufcount --files=1 -o table --json json sh -c \"echo a > a; echo bb > bb; cat a bb > c\"",
        "len([l for l in t.split(\"\\n\") if l.endswith(\" more files\")]) == 1 and len(j[\"files\"]) > 3");
}

/* A path with a name of 255 bytes in a deep directory, one with every byte that a name can have, a wide one. */
#define ODD_NAMES                                                                                            \
    "d=$(printf %%0200d 7); mkdir -p $d/$d && cd $d/$d && "                                                  \
    "odd=$(printf 'a\\033[31m\\n\\\\\"\\377\\t\\306\\274b') && wide=$(printf '\\346\\274\\242%%.0s' $(seq "  \
    "80)) && "

Test(count_report, tables_fit_whatever_the_names) {
    struct result result = shell(
        ODD_NAMES "for f in \"$odd\" \"$wide\" $(printf %%0255d 3); do $B/bufcount --time $P/count_habits "
                  "small_buffer \"$f\" 2>&1 | sed 's/\\t/TAB/'; done");
    expect_success(&result);
    expect_harmless(result.out);
    cr_expect(strstr(result.out, "fprintf"), "%s", result.out);
    release(&result);
}

Test(count_report, json_holds_names_of_any_bytes) {
    expect_json(
        ODD_NAMES "$B/bufcount -o table --json $OLDPWD/json $P/count_habits plain \"$odd\"; cd $OLDPWD",
        "any(f[\"path\"].endswith(\"a\\x1b[31m\\n\\\\\\\"\\xff\\t\\u01bcb\") for f in j[\"files\"]) and "
        "j[\"program\"][2].endswith(\"\\xff\\t\\u01bcb\")");
}

Test(count_report, table_and_json_say_the_same) {
    static const char command[] = "seq 100000 > in; $B/bufcount -o table --json json sort in -o out";
    expect_json(command,
                "(r := {l.split()[-1]: l.split() for l in "
                "t.split(\"system call\\n\")[1].split(\"  total\\n\")[0].split(\"\\n\")[:-1]}) and "
                "set(r) == set(j[\"syscalls\"]) and all(n(r[k][0]) == v[\"calls\"] and n(r[k][1]) == "
                "v[\"errors\"] and "
                "n(r[k][2]) == v[\"bytes\"] for k, v in j[\"syscalls\"].items())");
    expect_json(command,
                "all(any(re.match(re.escape(k) + r\" .* +\" + format(v[\"calls\"], \",\") + r\" +[0-9.]+ "
                "[KMG]?i?B +\", l) "
                "for l in t.split(\"\\n\")) for k, v in j[\"stdio\"].items()) and len(j[\"stdio\"]) > 0");
}

Test(count_report, both_sides_belong_together) {
    expect_json("$B/bufcount -o table --json json $P/count_habits lines out",
                "(w := j[\"stdio\"][\"fprintf\"]) and w[\"calls\"] == 1000000 and "
                "sum(s[\"inside\"][\"writes\"] for s in j[\"stdio\"].values()) == "
                "j[\"syscalls\"][\"write\"][\"calls\"] and "
                "w[\"bytes\"] == j[\"syscalls\"][\"write\"][\"bytes\"] == w[\"inside\"][\"bytes\"] + "
                "j[\"stdio\"][\"fclose\"][\"inside\"][\"bytes\"] and "
                "(f := [f for f in j[\"files\"] if f[\"path\"].endswith(\"/out\")][0]) and "
                "f[\"put\"][\"calls\"] == 1000000 and "
                "f[\"written\"][\"calls\"] == j[\"syscalls\"][\"write\"][\"calls\"] and "
                "f[\"put\"][\"sizes\"][\"16\"] > 900000 and f[\"opens\"] == 1");
}

Test(count_report, no_escape_codes_but_on_a_terminal) {
    static const struct {
        const char *command;
        bool coloured;
    } cases[] = {
        {"$B/bufcount $P/count_habits plain out 2>&1", false},
        {"$B/bufcount --color=always $P/count_habits plain out 2>&1", true},
        {"script -qec \"$B/bufcount $P/count_habits plain out\" /dev/null", true},
        {"script -qec \"$B/bufcount --color=never $P/count_habits plain out\" /dev/null", false},
        {"NO_COLOR=1 script -qec \"$B/bufcount $P/count_habits plain out\" /dev/null", false},
        {"NO_COLOR= script -qec \"$B/bufcount $P/count_habits plain out\" /dev/null", true},
        {"NO_COLOR=1 $B/bufcount --color=always $P/count_habits plain out 2>&1", true},
        {"script -qec \"$B/bufcount -o table $P/count_habits plain out\" /dev/null; cat table", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result result = shell("export TERM=xterm; %s", cases[i].command);
        expect_success(&result);
        cr_expect_eq(strchr(result.out, '\033') != NULL, cases[i].coloured, "%s:\n%s", cases[i].command,
                     result.out);
        cr_expect(strstr(result.out, "system call"), "%s", result.out);
        release(&result);
    }
}

Test(count_report, habits_are_named) {
    static const struct {
        const char *habit, *finding;
    } cases[] = {
        {"complain", "stderr is unbuffered: 1,000 stdio calls made 1,000 writes"},
        {"no_buffer", "its stream has no buffer (setvbuf): 1,000 stdio calls made 1,000 reads and writes"},
        {"flush_each", "fflush after every record: 1,000 flushes"},
        {"sync_each", "fsync after every write: 20 syncs"},
        {"seek_each", "lseek before every read: 1,000 of 1,000 reads"},
        {"small_buffer", "the buffer is smaller than the requests: 1000 B a stdio call"},
        {"header", "1,001 of 1,001 writes are off the edges of its 4 KiB blocks"},
        {"own_writes", "1,000 writes of 10 B on average, made by the program itself"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expression[300];
        snprintf(expression, sizeof expression, "any(\"%s\" in f for f in j[\"advice\"][\"findings\"])",
                 cases[i].finding);
        char command[300];
        snprintf(command, sizeof command,
                 "$B/bufcount -o table --json json $P/count_habits %s out 2>/dev/null", cases[i].habit);
        expect_json(command, expression);
        /* Nobody else has that habit. */
        for (size_t other = 0; other < sizeof cases / sizeof *cases; other++)
            if (other != i) {
                snprintf(command, sizeof command,
                         "$B/bufcount -o table --json json $P/count_habits %s out 2>/dev/null",
                         cases[other].habit);
                if (other == (i + 1) % (sizeof cases / sizeof *cases)) {
                    char denied[320];
                    snprintf(denied, sizeof denied, "not %s", expression);
                    expect_json(command, denied);
                }
            }
    }
}

Test(count_report, says_when_there_is_nothing_to_advise) {
    struct result result = shell("$B/bufcount $P/count_habits plain out 2>&1");
    cr_expect(strstr(result.out, "\nnothing to advise: "), "%s", result.out);
    release(&result);
    expect_json(
        "$B/bufcount --apply -o table --json json $P/count_habits plain out",
        "j[\"advice\"][\"rules\"] == [] and \"applied\" not in j[\"advice\"] and \"libbuf\" not in j");
}

/* Calls as promised within 2 % (or one call, where they are few), for programs of each kind. */
#define KEEPS_PROMISE                                                                                        \
    "len(j[\"advice\"][\"rules\"]) == WANTED and all(abs(r[\"real\"] - r[\"promised\"]) <= max(1, 0.02 * "   \
    "r[\"promised\"]) "                                                                                      \
    "and r[\"promised\"] < r[\"calls\"] / 5 for r in j[\"advice\"][\"rules\"])"

static void expect_promise_kept(const char *command, int rules) {
    char expression[1000];
    const char *wanted = strstr(KEEPS_PROMISE, "WANTED");
    snprintf(expression, sizeof expression, "%.*s%d%s", (int)(wanted - KEEPS_PROMISE), KEEPS_PROMISE, rules,
             wanted + 6);
    expect_json(command, expression);
}

Test(count_report, applied_advice_makes_the_promised_calls, .timeout = 300) {
    expect_promise_kept("$B/bufcount --apply -n 1 -o table --json json $P/count_habits lines out", 1);
    expect_promise_kept("$P/count_habits lines in; $B/bufcount --apply -n 1 -o table --json json "
                        "$P/count_habits copy_bytes in",
                        2);
    expect_promise_kept("$P/count_habits lines in; cat in in in in > in4; $B/bufcount --apply -n 1 -o table "
                        "--json json sort in4 -o out",
                        1);
    expect_promise_kept("$P/count_habits lines in; cat in in in in > in4; $B/bufcount --apply -n 1 -o table "
                        "--json json sort in4 | cat > out",
                        1);
    expect_promise_kept("$B/bufcount --apply -n 1 -o table --json json $P/count_habits small_buffer out", 1);
    expect_promise_kept(
        "$P/count_habits lines in; $B/bufcount --apply -n 1 -o table --json json awk \"{ print \\$2 > "
        "\\\"out\\\" }\" in",
        1);
    expect_promise_kept("$P/count_habits lines in; cat in in in in > in4; mkdir a b; $B/bufcount --apply -n "
                        "1 -o table --json json sh -c \"for f "
                        "in a/x b/x; do sort in4 -o \\$f; done\"",
                        1);
}

Test(count_report, many_files_get_one_rule, .timeout = 300) {
    expect_promise_kept("$B/bufcount --apply -n 1 -o table --json json $P/count_habits many_files out", 1);
    expect_json("$B/bufcount -o table --json json $P/count_habits many_files out",
                "j[\"advice\"][\"LIBBUF\"] == \"*:size=256K\" and t.count(\"/out.\") == 20 and "
                "re.search(r\" all files: with size=256K: [0-9,]+ writes instead\", t)");
}

Test(count_report, says_what_inlined_code_hides) {
    expect_json(
        "printf '#include <stdio.h>\\nint main(void){int "
        "c;while((c=getc_unlocked(stdin))!=EOF)putc_unlocked(c,stdout);}' "
        "> i.c && gcc -O2 -o i i.c && seq 10000 > in && $B/bufcount -o table --json json ./i < in > out && "
        "cmp in out",
        "j[\"unseen\"][\"inlined\"] and \"getc and putc that the compiler put into the program\" in t and "
        "j[\"stdio\"][\"__uflow\"][\"inside\"][\"reads\"] == j[\"syscalls\"][\"read\"][\"calls\"]");
    expect_json("$B/bufcount -o table --json json $P/count_habits plain out",
                "not j[\"unseen\"][\"inlined\"] and \"getc and putc that\" not in t");
}

Test(count_report, the_advised_rules_are_a_shell_line_that_works) {
    struct result result =
        shell("$P/count_habits lines in; $B/bufcount -o table $P/count_habits copy_bytes in; "
              "sed -n '/^  LIBBUF=/,$s/PROGRAM/$P\\/count_habits copy_bytes in/p; /^  LIBBUF=.*[^M]$/p' "
              "table > line; "
              "grep -q \"^'in:size=\\|;'\" line; sed 's|bufrun|$B/bufrun|' line > run; "
              "LIBBUF_VERBOSE=1 sh -e run 2>&1");
    expect_success(&result);
    cr_expect(strstr(result.out, "size=256K") || strstr(result.out, "size=262144"), "%s", result.out);
    release(&result);
}

/* Within 25 %; the kernel samples system time, so that a moment of the machine may hide it: three attempts. */
Test(count_report, applied_advice_saves_the_promised_time, .timeout = 400) {
    bool kept = false;
    char said[4000] = "";
    for (int attempt = 0; attempt < 3 && !kept; attempt++) {
        struct result result =
            shell("$B/bufcount --apply -o table --json json $P/count_habits small_writes out && cat table && "
                  "python3 -c '\n"
                  "import json\ns = json.load(open(\"json\"))[\"advice\"][\"applied\"][\"system\"]\n"
                  "less, promised = s[\"without\"] - s[\"real\"], s[\"without\"] - s[\"promised\"]\n"
                  "raise SystemExit(0 if abs(less - promised) <= 0.25 * promised and "
                  "abs(s[\"real\"] - s[\"promised\"]) <= 0.25 * s[\"promised\"] else 1)'");
        kept = code_of(&result) == 0;
        snprintf(said, sizeof said, "%s%s", result.out, result.err);
        release(&result);
    }
    cr_expect(kept, "%s", said);
}

Test(count_report, apply_shows_promised_beside_real) {
    struct result result = shell("$B/bufcount --apply -n 1 -o table $P/count_habits lines out; cat table");
    cr_expect(strstr(result.out, "       without       promised           real    off by  with the advice\n"),
              "%s", result.out);
    cr_expect(strstr(result.out, "system time\n"), "%s", result.out);
    cr_expect(strstr(result.err, "the output of the first run is the program's"), "%s", result.err);
    release(&result);
}

Test(count_report, only_the_wanted_system_calls_are_shown) {
    expect_json("$B/bufcount --syscalls read,write -o table --json json sh -c \"echo a > a; cat a\"",
                "set(j[\"syscalls\"]) == {\"read\", \"write\"} and "
                "all(set(p[\"syscalls\"]) <= {\"read\", \"write\"} for p in j[\"processes\"]) and \"total of "
                "these\" in t and "
                "\"  openat\\n\" not in t and \"  read\\n\" in t");
    expect_json(
        "$B/bufcount --compare -n 1 --syscalls=write -o table --json json sh -c \"echo a > a; cat a\"",
        "set(j[\"syscalls\"]) == {\"write\"} == set(j[\"libbuf\"][\"syscalls\"]) and \"  read\\n\" not in t");
}

Test(count_report, wrong_options_end_with_125) {
    static const struct {
        const char *words, *message;
    } cases[] = {
        {"--syscalls read,wirte true", "bufcount: --syscalls: wirte: no system call of that name\n"},
        {"--syscalls '' true", "bufcount: --syscalls: : no system call of that name\n"},
        {"--syscalls read, true", "bufcount: --syscalls: : no system call of that name\n"},
        {"--color=purple true", "bufcount: --color: purple: neither always, never nor auto\n"},
        {"--files=0 true", "bufcount: --files: 0: neither a number from 1 nor \"all\"\n"},
        {"--files=many true", "bufcount: --files: many: neither a number from 1 nor \"all\"\n"},
        {"--apply --compare true", "bufcount: --apply cannot be had with --compare\n"},
        {"--apply --no-stdio true", "bufcount: --apply cannot be had with --no-stdio\n"},
        {"--json /nonexistent/x true", "bufcount: /nonexistent/x: No such file or directory\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct result result = shell("$B/bufcount %s", cases[i].words);
        cr_expect_eq(code_of(&result), 125, "%s: %d", cases[i].words, code_of(&result));
        cr_expect_str_eq(result.err, cases[i].message);
        release(&result);
    }
}

Test(count_report, the_programs_end_is_kept) {
    static const char *const ways[] = {"",       "--compare -n 1",  "--apply -n 1",
                                       "--time", "--syscalls read", "--no-stdio"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct result result =
            shell("$B/bufcount %s -o table sh -c \"$P/count_habits lines out; exit 42\"", ways[i]);
        cr_expect_eq(code_of(&result), 42, "%s: %x: %s", ways[i], result.status, result.err);
        release(&result);
        result = shell("exec $B/bufcount %s -o table sh -c 'kill -TERM $$'", ways[i]);
        cr_expect(WIFSIGNALED(result.status) && WTERMSIG(result.status) == 15, "%s: %x", ways[i],
                  result.status);
        release(&result);
    }
}

Test(count_report, compare_shows_both_sides_of_both) {
    expect_json(
        "LIBBUF='*:size=64K' $B/bufcount --compare -n 1 -o table --json json $P/count_habits lines out",
        "(s := j[\"libbuf\"][\"streams\"]) and s[\"put\"][\"calls\"] == "
        "j[\"stdio\"][\"fprintf\"][\"calls\"] == 1000000 and "
        "s[\"put\"][\"bytes\"] == j[\"stdio\"][\"fprintf\"][\"bytes\"] and "
        "s[\"put\"][\"syscalls\"] == j[\"libbuf\"][\"syscalls\"][\"write\"][\"calls\"] < "
        "j[\"syscalls\"][\"write\"][\"calls\"] and j[\"libbuf\"][\"stdio\"][\"fprintf\"][\"calls\"] == "
        "1000000 and "
        "re.search(r\"^puts +.*1,000,000 .*1,000,000 .*$\", t, re.M) and "
        "re.search(r\"^fprintf +20 B x +1,000,000 .* [|] +1,000,000 \", t, re.M)");
    struct result result =
        shell("export LIBBUF='*.x:buffer=line;o?t:size=8K'; $B/bufcount --compare -n 1 --json json -o table "
              "$P/count_habits lines out && python3 -c '\nimport json\nj = json.load(open(\"json\"))\n"
              "raise SystemExit(j[\"libbuf\"][\"streams\"][\"put\"][\"syscalls\"] != "
              "j[\"libbuf\"][\"syscalls\"][\"write\"][\"calls\"])'");
    expect_success(&result);
    release(&result);
    expect_json(
        "$P/count_habits lines in; $B/bufcount --compare -n 1 -o table --json json $P/count_habits "
        "copy_bytes in",
        "(s := j[\"libbuf\"][\"streams\"]) and s[\"got\"][\"single_bytes\"] == s[\"put\"][\"calls\"] == "
        "j[\"stdio\"][\"getc\"][\"bytes\"] == 19888890");
    struct result table =
        shell("$P/count_habits lines in; $B/bufcount --compare -n 1 -o table $P/count_habits copy_bytes in; "
              "cat table");
    expect_success(&table);
    expect_harmless(table.out);
    release(&table);
}

Test(count_report, times_are_taken_only_when_asked_for) {
    expect_json(
        "$B/bufcount -o table --json json $P/count_habits lines out",
        "\"\\\"nanoseconds\" not in open(\"json\").read() and \"latency\" not in open(\"json\").read()");
    expect_json(
        "$B/bufcount --time -o table --json json $P/count_habits lines out",
        "all(sum(j[\"latency\"][k].values()) <= v[\"calls\"] for k, v in j[\"syscalls\"].items()) and "
        "sum(j[\"latency\"][\"write\"].values()) == j[\"syscalls\"][\"write\"][\"calls\"] and "
        "(w := j[\"syscalls\"][\"write\"]) and w[\"nanoseconds\"] > w[\"calls\"] * 50 and "
        "(f := [f for f in j[\"files\"] if f[\"path\"].endswith(\"/out\")][0]) and "
        "sum(f[\"latency\"].values()) >= w[\"calls\"] and f[\"nanoseconds\"] >= 0.8 * w[\"nanoseconds\"] and "
        "\"without any observer\" in t.replace(\"\\n \", \"\") and \"median\" in t");
}

Test(count_report, without_stdio_there_are_system_calls_alone) {
    expect_json(
        "$B/bufcount --no-stdio -o table --json json $P/count_habits lines out",
        "\"stdio\" not in j and \"files\" not in j and \"advice\" not in j and \"advice\" not in t and "
        "j[\"syscalls\"][\"write\"][\"calls\"] > 4000");
}

Test(count_report, every_option_is_in_the_manual) {
    struct result result = shell("$B/bufcount --help | grep -o -e '--[a-z-]*' | sort -u");
    char *page = NULL;
    size_t size = 0;
    FILE *file = fopen("docs/man/bufcount.1", "r");
    cr_assert(file && getdelim(&page, &size, 0, file) > 0);
    fclose(file);
    size_t options = 0;
    for (char *option = strtok(result.out, "\n"); option; option = strtok(NULL, "\n"), options++) {
        char escaped[80];
        size_t at = 0;
        for (const char *c = option; *c; c++) {
            if (*c == '-')
                escaped[at++] = '\\';
            escaped[at++] = *c;
        }
        escaped[at] = 0;
        cr_expect(strstr(page, escaped), "%s is not in the manual", option);
    }
    cr_expect_gt(options, 15);
    release(&result);
    free(page);
}
