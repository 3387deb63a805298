/* bufcount's page is well formed, holds what the JSON holds, and is fit to be looked at; records of processes add
   up to the report of the run that left them. */
#include "driver.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 64, DEEPEST = 64 };

/* Runs a line of shell in a fresh directory; $B is bufcount, $S the tests' directory. */
static struct result shell(const char *format, ...) {
    char *line, *bufcount, *sources, here[4096];
    va_list list;
    va_start(list, format);
    cr_assert(vasprintf(&line, format, list) > 0);
    va_end(list);
    cr_assert(asprintf(&bufcount, "B=%s/bufcount", build_directory()) > 0);
    cr_assert(getcwd(here, sizeof here) && asprintf(&sources, "S=%s/tests", here) > 0);
    const char *arguments[] = {"-c", line, NULL}, *settings[] = {bufcount, sources, NULL};
    struct run run = {.program = "$sh", .arguments = arguments, .settings = settings, .seconds = 170};
    struct result result = run_program(&run, WAY_LIBC);
    free(line);
    free(bufcount);
    free(sources);
    return result;
}

static void expect_exit_code(const struct result *result, int code) {
    cr_expect(WIFEXITED(result->status) && WEXITSTATUS(result->status) == code, "status %x: %s%s",
              result->status, result->out, result->err);
}

static char *file_of(const struct result *result, const char *name) {
    size_t size;
    char *text = result_file(result, name, &size);
    cr_assert(text, "no file %s: %s%s", name, result->out, result->err);
    return text;
}

static bool works(const char *command) {
    struct result result = shell("%s >/dev/null 2>&1", command);
    bool yes = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0;
    release(&result);
    return yes;
}

/* The number behind KEY in TEXT, which must be there. */
static uint64_t number_behind(const char *text, const char *key) {
    const char *at = strstr(text, key);
    cr_assert(at, "no %s in %.2000s", key, text);
    return strtoull(at + strlen(key), NULL, 10);
}

/* The same of a call's figure "calls", "errors" or "bytes" in the table of the whole tree, which comes first. */
static uint64_t figure(const char *json, const char *call, const char *name) {
    char key[80];
    snprintf(key, sizeof key, "\"%s\":{\"calls\":", call);
    const char *at = strstr(json, key), *end = strstr(json, "\"processes\":");
    cr_assert(end, "%s", json);
    if (!at || at > end)
        return 0;
    snprintf(key, sizeof key, "\"%s\":", name);
    return number_behind(at, key);
}

static size_t occurrences(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* Whether TEXT at an ampersand is one of the references that the page uses. */
static bool is_reference(const char *text) {
    static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        if (strncmp(text, references[i], strlen(references[i])) == 0)
            return true;
    return false;
}

/* Reads a tag at TEXT, which begins with '<'; returns what is behind it, NULL where it is none. Attributes must
   have a quoted value. */
static const char *read_tag(const char *text, char name[32], bool *closes, bool *alone) {
    const char *at = text + 1;
    *closes = *at == '/';
    at += *closes;
    size_t length = 0;
    while (isalnum((unsigned char)*at) && length < 31)
        name[length++] = *at++;
    name[length] = 0;
    if (!length)
        return NULL;
    for (;;) {
        at += strspn(at, " \n");
        *alone = *at == '/';
        at += *alone;
        if (*at == '>')
            return at + 1;
        size_t attribute = strcspn(at, "=<>\" \n");
        if (!attribute || at[attribute] != '=' || at[attribute + 1] != '"')
            return NULL;
        at += attribute + 2;
        at += strcspn(at, "\"<");
        if (*at++ != '"')
            return NULL;
    }
}

/* Every tag closed by its own kind, nothing of HTML's left in texts. */
static void expect_well_formed(const char *page) {
    static const char doctype[] = "<!DOCTYPE html>\n";
    char open[DEEPEST][32];
    size_t depth = 0, elements = 0;
    cr_assert_eq(strncmp(page, doctype, strlen(doctype)), 0);
    for (const char *at = page + strlen(doctype); *at;) {
        if (*at != '<') {
            cr_assert(*at != '&' || is_reference(at), "%.80s", at);
            cr_assert((unsigned char)*at >= ' ' || *at == '\n', "a control character: %.80s", at);
            at++;
            continue;
        }
        char name[32];
        bool closes, alone = false;
        const char *behind = read_tag(at, name, &closes, &alone);
        cr_assert(behind, "no tag: %.80s", at);
        elements++;
        if (closes) {
            cr_assert(depth && strcmp(open[depth - 1], name) == 0, "%s closes %s: %.80s", name,
                      depth ? open[depth - 1] : "nothing", at);
            depth--;
        } else if (!alone && strcmp(name, "meta") != 0) {
            cr_assert(depth < DEEPEST, "%.80s", at);
            strcpy(open[depth++], name);
        }
        at = behind;
        if (!closes && strcmp(name, "style") == 0)
            at = strstr(at, "</style>");
    }
    cr_expect_eq(depth, 0, "%s is not closed", depth ? open[depth - 1] : "");
    cr_expect_gt(elements, 100);
    cr_expect_null(strstr(page, "<script"));
    cr_expect_null(strstr(page, "http"), "the page needs no network");
}

static const char *grouped(uint64_t number) {
    static char texts[4][40];
    static int next;
    char digits[32], *text = texts[next++ % 4];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number), to = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[i];
    }
    text[to] = 0;
    return text;
}

/* Something of everything: children, files, reads and writes of some sizes. */
#define WORK                                                                                                 \
    "sh -c 'seq 20000 > numbers; sort -r numbers > back; head -c 1000 back | tr 0-9 a-j; for i in 1 2 3; "   \
    "do "                                                                                                    \
    "(echo $i; cat numbers > /dev/null); done'"

Test(count_pages, is_well_formed_and_has_every_number_of_the_json) {
    struct result result = shell("$B -o table --time --html page --json json " WORK);
    expect_exit_code(&result, 0);
    char *page = file_of(&result, "page"), *json = file_of(&result, "json");
    expect_well_formed(page);
    size_t rows = 0;
    const char *end = strstr(json, "\"processes\":"), *at = strstr(json, "\"syscalls\":{");
    cr_assert(at && end);
    for (at += strlen("\"syscalls\":{"); (at = strstr(at, ":{\"calls\":")) && at < end; at++, rows++) {
        char row[400], head[80];
        const char *name = at - 1;
        while (name[-1] != '"')
            name--;
        snprintf(head, sizeof head, "<tr><td><code>%.*s</code></td>", (int)(at - 1 - name), name);
        const char *found = strstr(strstr(page, "id=\"calls\""), head);
        cr_assert(found, "no row %s", head);
        uint64_t calls = number_behind(at, "\"calls\":"), errors = number_behind(at, "\"errors\":"),
                 bytes = number_behind(at, "\"bytes\":");
        snprintf(row, sizeof row, "<td>%s</td><td>%s</td><td>%s</td>", grouped(calls),
                 errors ? grouped(errors) : "\xc2\xb7", bytes ? grouped(bytes) : "\xc2\xb7");
        const char *figures = strstr(found, row);
        cr_expect(figures && figures < strstr(found, "</tr>"), "no %s in %.400s", row, found);
    }
    cr_expect_gt(rows, 15);
    static const char *const parts[] = {"sides",     "timeline", "sizes", "files",
                                        "functions", "calls",    "tree",  "notes"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char id[40];
        snprintf(id, sizeof id, "<section id=\"%s\">", parts[i]);
        cr_expect_eq(occurrences(page, id), 1, "%s", id);
    }
    release(&result);
    free(page);
    free(json);
}

Test(count_pages, what_programs_and_files_are_called_stays_text) {
    struct result result =
        shell("mkdir d; cp /bin/cp 'd/<b>&\"'; printf x > \"$(printf '</td>\\001\\377\\342\\200\\256')\"; "
              "$B -o table --html page --json json --dir D \"d/<b>&\\\"\" ./*td* "
              "'</title><script>alert(1)</script>' "
              "2>err; $B report D --html again > /dev/null");
    char *page = file_of(&result, "page"), *again = file_of(&result, "again");
    expect_well_formed(page);
    expect_well_formed(again);
    cr_expect(strstr(page, "<h1>&lt;b&gt;&amp;&quot;</h1>"), "%.3000s", page);
    cr_expect(strstr(page, "&lt;/title&gt;&lt;script&gt;alert(1)"));
    cr_expect(strstr(again, "<h1>&lt;b&gt;&amp;&quot;</h1>"));
    release(&result);
    free(page);
    free(again);
}

/* Looks at every picture of the page: texts that lie over one another, or outside; cells that are cut. */
static const char looker[] =
    "<script>\n"
    "const bad = [];\n"
    "for (const svg of document.querySelectorAll('svg')) {\n"
    "  const frame = svg.getBoundingClientRect();\n"
    "  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, "
    "t.getBoundingClientRect()]);\n"
    "  for (const [a, r] of texts) if (r.left < frame.left - 2 || r.right > frame.right + 2 || r.top < "
    "frame.top - 3\n"
    "      || r.bottom > frame.bottom + 3) bad.push('outside: ' + a);\n"
    "  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {\n"
    "    const a = texts[i][1], b = texts[j][1];\n"
    "    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&\n"
    "        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4)\n"
    "      bad.push('over one another: ' + texts[i][0] + ' and ' + texts[j][0]);\n"
    "  }\n"
    "}\n"
    "for (const box of document.querySelectorAll('.wide'))\n"
    "  if (box.scrollWidth > box.clientWidth + 1) bad.push('wider than the page: ' + "
    "box.textContent.slice(0, 40));\n"
    "const found = document.createElement('pre');\n"
    "found.textContent = 'looked at ' + document.querySelectorAll('svg').length + ' pictures; bad ' + "
    "bad.length +\n"
    "    '; ' + bad.slice(0, 20).join('; ');\n"
    "document.body.append(found);\n"
    "</script>\n";

/* Decodes a PNG of 8-bit RGB or RGBA and prints how many colours it has and the share of the most frequent one. */
static const char colours[] =
    "import struct, sys, zlib\n"
    "data = open(sys.argv[1], 'rb').read()\n"
    "at, body = 8, b''\n"
    "while at < len(data):\n"
    "    size, kind = struct.unpack('>I4s', data[at:at + 8])\n"
    "    part = data[at + 8:at + 8 + size]\n"
    "    if kind == b'IHDR': width, height, depth, colour = struct.unpack('>IIBB', part[:10])\n"
    "    if kind == b'IDAT': body += part\n"
    "    at += size + 12\n"
    "n = {2: 3, 6: 4}[colour]\n"
    "raw, line, counts = zlib.decompress(body), bytearray(width * n), {}\n"
    "for y in range(height):\n"
    "    kind, now = raw[y * (width * n + 1)], bytearray(raw[y * (width * n + 1) + 1:(y + 1) * (width * n + "
    "1)])\n"
    "    for x in range(len(now)):\n"
    "        a, b, c = now[x - n] if x >= n else 0, line[x], line[x - n] if x >= n else 0\n"
    "        p = a + b - c\n"
    "        nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]\n"
    "        now[x] = now[x] + (0, a, b, (a + b) // 2, nearest)[kind] & 255\n"
    "    line = now\n"
    "    for x in range(0, len(now), n):\n"
    "        key = bytes(now[x:x + 3])\n"
    "        counts[key] = counts.get(key, 0) + 1\n"
    "print(len(counts), max(counts.values()) * 100 // (width * height))\n";

#define CHROMIUM                                                                                             \
    "timeout 100 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "                          \
    "--user-data-dir=$PWD/profile "

static void write_file(const struct result *result, const char *name, const char *text) {
    char path[300];
    snprintf(path, sizeof path, "%s/cwd/%s", result->directory, name);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* RUN leaves "page.html" in its directory; the page must be fit to be looked at, and no empty picture. */
static void look_at(const char *run, const char *size) {
    if (!works("chromium --version"))
        cr_skip_test("no chromium here to look at the page (Debian's package chromium)");
    if (access("/usr/bin/python3", X_OK) != 0)
        cr_skip_test("no /usr/bin/python3 to look at the picture");
    struct result result = shell("%s", run);
    expect_exit_code(&result, 0);
    char *page = file_of(&result, "page.html"), *looked;
    expect_well_formed(page);
    cr_assert(asprintf(&looked, "%.*s%s</body>\n</html>\n", (int)(strstr(page, "</body>") - page), page,
                       looker) > 0);
    write_file(&result, "looked.html", looked);
    write_file(&result, "colours.py", colours);
    struct result seen = shell("cd %s/cwd && " CHROMIUM
                               "--window-size=1200,900 --dump-dom file://$PWD/looked.html 2>log | grep "
                               "'<pre>looked at' || tail -3 log",
                               result.directory);
    const char *verdict = strstr(seen.out, "looked at ");
    cr_assert(verdict, "chromium says: %s%s", seen.out, seen.err);
    cr_expect_geq(number_behind(verdict, "looked at "), 3);
    cr_expect_eq(number_behind(verdict, "; bad "), 0, "%s", verdict);
    release(&seen);
    struct result picture = shell("cd %s/cwd && " CHROMIUM "--window-size=%s --screenshot=$PWD/page.png "
                                  "file://$PWD/page.html >log 2>&1; /usr/bin/python3 colours.py page.png",
                                  result.directory, size);
    unsigned colour_count = 0, share = 100;
    cr_assert_eq(sscanf(picture.out, "%u %u", &colour_count, &share), 2, "%s%s", picture.out, picture.err);
    cr_expect_gt(colour_count, 50);
    cr_expect_lt(share, 97, "%u %% of the picture are one colour", share);
    release(&picture);
    release(&result);
    free(page);
    free(looked);
}

Test(count_pages, is_fit_to_be_looked_at, .timeout = 300) {
    look_at("d=$(printf '%0150d' 0); mkdir $d; seq 5000 > $d/input; cd $d; " WORK
            " > output; cd ..; $B -o table --time "
            "--html page.html sh -c \"seq 20000 > $d/numbers; sort -r $d/numbers > $d/back; head -c 1000 "
            "$d/back | "
            "tr 0-9 a-j; (echo sub; sleep 0.1; cat $d/input)\" > /dev/null",
            "600,700");
}

Test(count_pages, is_fit_to_be_looked_at_with_a_thousand_processes, .timeout = 300) {
    look_at("$B -o table --time --html page.html sh -c 'i=0; while [ $i -lt 500 ]; do (/bin/true; :); "
            "i=$((i+1)); "
            "done; true' && test $(grep -o '× [0-9]*' page.html | sort -u | wc -l) -ge 1",
            "600,700");
}

Test(count_pages, a_page_of_ranks_is_fit_to_be_looked_at, .timeout = 300) {
    look_at("for r in 0 1 2 3 4 5 6 7 8 9 10 11; do PMI_RANK=$r $B --time --dir D sh -c \"seq $((r * r * "
            "300)) | sort "
            ">sorted\"; done; $B report --html page.html D > text",
            "600,700");
}

Test(count_pages, a_comparison_shows_both_libraries) {
    struct result result = shell("seq 20000 > in; $B --compare -n 1 -o table --html page --json json sort -r "
                                 "in >out 2>err || cat err");
    char *page = file_of(&result, "page"), *json = file_of(&result, "json");
    expect_well_formed(page);
    const char *other = strstr(page, "<section id=\"libbuf-sides\">"),
               *details = strstr(page, "<section id=\"calls\">");
    cr_expect(strstr(page, "<section id=\"sides\">") && other && details && other < details, "%.500s", page);
    cr_expect(strstr(page, "<section id=\"libbuf-calls\">"));
    cr_expect(strstr(page, "<section id=\"times\">"));
    /* The numbers of the second side too. */
    uint64_t calls = number_behind(strstr(json, "\"libbuf\":{"), "\"read\":{\"calls\":");
    char cell[60];
    snprintf(cell, sizeof cell, "</td><td>%s</td>", grouped(calls));
    const char *row = strstr(strstr(page, "<section id=\"libbuf-calls\">"), "<code>read</code>");
    cr_expect(row && strstr(row, cell) < strstr(row, "</tr>"), "%.300s", row);
    release(&result);
    free(page);
    free(json);
}

Test(count_pages, one_process_takes_one_row_and_long_paths_are_cut_in_the_middle) {
    char directory[161];
    memset(directory, 'd', 160);
    directory[160] = 0;
    struct result result = shell(
        "mkdir -p a/%s/b && cp /bin/cat a/%s/b/end-of-it && seq 1000 > a/%s/b/input-file && $B -o table "
        "--html page a/%s/b/end-of-it a/%s/b/input-file",
        directory, directory, directory, directory, directory);
    expect_exit_code(&result, 0);
    char *page = file_of(&result, "page");
    expect_well_formed(page);
    cr_expect(strstr(page, "ddd/b/input-file</span>"), "the end of the path is there");
    cr_expect(strstr(page, "\xe2\x80\xa6"
                           "ddd"),
              "and its middle is not");
    cr_expect(strstr(page, ">end-of-it</tspan>"));
    release(&result);
    free(page);
}

/* The sums over the lines of all records in D. */
static uint64_t recorded(const struct result *result, const char *directory, const char *fact,
                         const char *name, int field) {
    struct result sum =
        shell("cat %s/cwd/%s/*.record | awk -F '\\t' '$1 == \"%s\" && $2 == \"%s\" { sum += $%d } END { "
              "print sum + 0 }'",
              result->directory, directory, fact, name, field);
    uint64_t value = strtoull(sum.out, NULL, 10);
    release(&sum);
    return value;
}

/* Up to the advice, which measures the machine, the JSON of the records must be that of the run. */
static void expect_same_report(const struct result *result, const char *json, const char *merged) {
    const char *end = strstr(json, ",\"advice\":"), *merged_end = strstr(merged, ",\"advice\":");
    cr_assert(end && merged_end, "%s", merged);
    size_t same = 0;
    while (json + same < end && json[same] == merged[same])
        same++;
    cr_expect(json + same == end && merged + same == merged_end, "differ at %.200s\nand %.200s",
              json + (same > 60 ? same - 60 : 0), merged + (same > 60 ? same - 60 : 0));
    static const char *const calls[] = {"read", "write", "openat", "close", "execve", "wait4", "exit_group"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        cr_expect_eq(recorded(result, "D", "call", calls[i], 3), figure(json, calls[i], "calls"), "%s",
                     calls[i]);
        cr_expect_eq(recorded(result, "D", "call", calls[i], 5), figure(json, calls[i], "bytes"), "%s",
                     calls[i]);
    }
    cr_expect(strstr(merged, "\"agrees\":true"), "%s", strstr(merged, "\"unseen\""));
}

Test(count_pages, records_of_make_add_up) {
    struct result result = shell("printf 'all: a b c d e f g h\\n%%%%: %%%%.in\\n\\tsort $< > $@; cat $@ $@ "
                                 "| wc -l\\n' > Makefile; for i in a b "
                                 "c d e f g h; do seq 99 > $i.in; done; $B -o table --dir D --json json make "
                                 "-s -j2 && $B report D --json "
                                 "merged > text");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json"), *merged = file_of(&result, "merged");
    expect_same_report(&result, json, merged);
    cr_expect_gt(figure(json, "execve", "calls"), 20);
    release(&result);
    free(json);
    free(merged);
}

Test(count_pages, records_of_a_shell_with_fifty_children_add_up) {
    struct result result =
        shell("$B -o table --time --dir deep/er/D --json json sh -c 'i=0; while [ $i -lt 50 ]; do "
              "/bin/echo $i; i=$((i+1)); done' > out && mv deep/er/D D && ls D | wc -l && $B report "
              "--json merged D > text && $B report D -o text2 && diff text text2 | head -20");
    expect_exit_code(&result, 0);
    cr_expect_eq(strtol(result.out, NULL, 10), 51, "one record a process: %s", result.out);
    char *json = file_of(&result, "json"), *merged = file_of(&result, "merged"),
         *out = file_of(&result, "out");
    expect_same_report(&result, json, merged);
    cr_expect_eq(figure(merged, "write", "calls"), 50);
    cr_expect_eq(figure(merged, "write", "bytes"), strlen(out));
    release(&result);
    free(json);
    free(merged);
    free(out);
}

Test(count_pages, several_runs_leave_their_records_in_one_directory) {
    struct result result =
        shell("for i in 1 2 3 4 5 6; do $B -o table$i --dir D sh -c 'for j in 1 2 3; do /bin/echo xy; "
              "done; echo z' > /dev/null & done; wait; ls D | wc -l; $B report D --json json > text");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json");
    cr_expect_eq(strtol(result.out, NULL, 10), 6 * 4);
    cr_expect_eq(figure(json, "write", "calls"), 6 * 4);
    cr_expect_eq(figure(json, "write", "bytes"), 6 * 11);
    cr_expect_eq(occurrences(strstr(json, "\"processes\""), "\"pid\":"), 6 * 4);
    release(&result);
    /* Given twice, a record counts once. */
    result = shell("for i in 1 2; do $B -o table --dir D$i /bin/echo xy; done >out; cp D1/* D2; $B report D1 "
                   "D2 --json json > "
                   "text");
    json = file_of(&result, "json");
    cr_expect_eq(figure(json, "write", "calls"), 2);
    cr_expect(strstr(result.err, "twice"), "%s", result.err);
    release(&result);
    free(json);
}

Test(count_pages, damaged_and_foreign_files_cost_a_line_each) {
    struct result result = shell(
        "$B -o table --dir D sh -c '/bin/echo one; /bin/echo two' && rm -f table; first=$(ls D/* | head -1); "
        "head -c 700 "
        "$first > D/cut.record; echo hello > D/foreign.record; echo hello > D/foreign; : > D/empty.record; "
        "sed 1s/1/99/ "
        "$first > D/later.record; head -c 5000 /dev/urandom > D/noise.record; mkdir D/directory.record; sed "
        "'/^call/s/[0-9]/x/' $first > D/letters.record; sed 's/^run.*/run\\\\t/' $first > D/norun.record; "
        "touch D/.half; $B "
        "report D --json json > text");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json");
    cr_expect_eq(figure(json, "write", "calls"), 2);
    static const char *const names[] = {
        "cut.record",   "foreign.record", "foreign:",         "empty.record",
        "later.record", "noise.record",   "directory.record", "letters.record"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_eq(occurrences(result.err, names[i]), 1, "%s: %s", names[i], result.err);
    cr_expect_null(strstr(result.err, ".half"));
    release(&result);
    free(json);
    result = shell("$B --dir /proc/nowhere touch ran; echo $?; ls ran; touch file; $B --dir file/D touch "
                   "ran; echo $?; ls ran");
    cr_expect_str_eq(result.out, "125\n125\n", "nothing runs that would leave no record");
    release(&result);
    result = shell("mkdir D; $B report D; echo $?; $B report nowhere; echo $?; $B report; echo $?; $B report "
                   "--compare D; "
                   "echo $?");
    cr_expect_str_eq(result.out, "125\n125\n125\n125\n");
    release(&result);
}

/* Whatever part of a record is missing: it is refused, or read, but never half. */
Test(count_pages, a_record_cut_anywhere_is_refused, .timeout = 200) {
    struct result result =
        shell("$B -o table --time --dir D sh -c 'seq 100 > f; cat f > g' && cp -r D E && for file in D/*; do "
              "name=${file#D/}; "
              "size=$(stat -c %%s $file); at=0; while [ $at -lt $size ]; do head -c $at $file > E/$name; $B "
              "report E -o text 2>err "
              "|| { echo \"$at of $size: $?\"; cat err; }; grep -q \"$name: damaged\\|$name: empty\\|$name: "
              "not a record\" err || "
              "echo \"$at of $size: taken\"; at=$((at + size / 13 + 1)); done; cp $file E; done");
    expect_exit_code(&result, 0);
    cr_expect_str_eq(result.out, "");
    release(&result);
}

Test(count_pages, bufcount_killed_leaves_whole_records_or_none, .timeout = 200) {
    struct result result = shell(
        "for delay in 00 02 04 06 08 10 12 14 16 18 20 22 25 28 32 36 40; do\n"
        "    $B -o table --dir D sh -c 'i=0; while [ $i -lt 60 ]; do (:); i=$((i+1)); done' & sleep "
        "0.$delay\n"
        "    memory=$(grep -o '/[^ ]*/bufcount-......$' /proc/$!/maps | head -n 1); kill -9 $!; wait $!\n"
        "    rm -f $memory\n"
        "done 2>/dev/null\n"
        "$B -o table --dir D true; $B report D > text 2>err; echo $?; grep -c damaged err; ls D | grep -vc "
        "'record$'");
    cr_expect_str_eq(result.out, "0\n0\n0\n", "%s", result.out);
    release(&result);
}

Test(count_pages, commands_of_any_length_and_bytes_come_back) {
    struct result result = shell(
        "$B -o table --json json --dir D /bin/echo $(seq 3000) \"$(printf 'a\\tb\\nc\\\\x41\\033\\377')\" '' "
        ">out; $B report --json merged D >text; grep -c '^program.*3000.a.x09b.x0ac.x5cx41.x1b' D/*");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json"), *merged = file_of(&result, "merged");
    cr_expect_str_eq(result.out, "1\n");
    cr_expect_eq(strncmp(json, merged, (size_t)(strstr(json, ",\"advice\":") - json)), 0, "%s\n%s", json,
                 merged);
    release(&result);
    free(json);
    free(merged);
}

Test(count_pages, a_program_named_report_is_run) {
    struct result result = shell("cp /bin/echo report; PATH=$PWD:$PATH $B -o table -- report hello");
    expect_exit_code(&result, 0);
    cr_expect_str_eq(result.out, "hello\n");
    release(&result);
}

Test(count_pages, no_wait_reports_when_the_program_ends) {
    struct result result = shell(
        "start=$(date +%%s); $B --no-wait -o table --json json --html page --dir D sh -c 'sleep 5 & sleep "
        "0.3; echo done'; end=$(date +%%s); echo $((end - start < 4)); $B report D > text; grep -c "
        "'still running: .*sleep' text table; true");
    cr_expect(strncmp(result.out, "done\n1\n", 7) == 0, "%s", result.out);
    cr_expect(strstr(result.out, "text:1\ntable:1\n"), "%s", result.out);
    char *json = file_of(&result, "json"), *page = file_of(&result, "page");
    cr_expect_eq(occurrences(json, "\"running\":true"), 1, "%s", json);
    cr_expect(strstr(json, "\"left_running\":true"));
    cr_expect(strstr(page, "still running</tspan>"));
    /* The call in which the other process is has begun; nobody saw it fail. */
    cr_expect_eq(figure(json, "clock_nanosleep", "errors"), 0);
    release(&result);
    free(json);
    free(page);
    result = shell("$B --no-wait -o table --json json sh -c 'sleep 0.1; echo done'; cat json");
    cr_expect_null(strstr(result.out, "\"running\""));
    cr_expect(strstr(result.out, "\"agrees\":true"), "%s", result.out);
    release(&result);
    /* What is left goes on, and so does what it executes then. */
    result = shell("$B --no-wait -o table sh -c '(sleep 0.3; /bin/echo late; seq 3 | tail -n 1) & echo "
                   "soon'; sleep 1.5");
    cr_expect_str_eq(result.out, "soon\nlate\n3\n");
    cr_expect_str_eq(result.err, "");
    release(&result);
}

Test(count_pages, the_timeline_ends_with_the_totals) {
    struct result result = shell(
        "$B -o table --time --json json --dir D sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 0.02; seq 20000 | "
        "sort > "
        "/dev/null; "
        "done'; awk -F '\\t' '$1 == \"moment\" { if ($2 < at || $3 < calls) print \"back\"; at = $2; calls = "
        "$3; bytes = $4; count++ } END { print count, calls, bytes }' D/*");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json");
    uint64_t count, calls, bytes, all_calls = 0, all_bytes = 0;
    cr_assert_eq(sscanf(result.out, "%" SCNu64 "%" SCNu64 "%" SCNu64, &count, &calls, &bytes), 3, "%s",
                 result.out);
    const char *end = strstr(json, "\"processes\":");
    for (const char *at = json; (at = strstr(at, "\"calls\":")) && at < end; at++) {
        all_calls += number_behind(at, "\"calls\":");
        all_bytes += number_behind(at, "\"bytes\":");
    }
    cr_expect_geq(count, 4);
    cr_expect_eq(occurrences(strstr(json, "\"timeline\":["), "{\"at\":"), count);
    cr_expect_eq(calls, all_calls);
    cr_expect_eq(bytes, all_bytes);
    release(&result);
    free(json);
}

Test(count_pages, mpi_ranks_make_one_report, .timeout = 200) {
    if (!works("command -v mpicc && command -v mpirun"))
        cr_skip_test("no MPI here (Debian's packages openmpi-bin and libopenmpi-dev)");
    struct result result = shell("mpicc -O1 -o prog $S/mpi/ranks.c && OMPI_ALLOW_RUN_AS_ROOT=1 "
                                 "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun "
                                 "--allow-run-as-root -n 4 --oversubscribe $B --dir D ./prog 2>err; cat err; "
                                 "$B report D --json json --html "
                                 "page > text");
    expect_exit_code(&result, 0);
    cr_expect_str_eq(result.out, "", "ranks print no tables: %s", result.out);
    char *json = file_of(&result, "json"), *text = file_of(&result, "text"), *page = file_of(&result, "page");
    const char *ranks = strstr(json, "\"ranks\":{\"count\":4");
    cr_assert(ranks, "%s", json);
    for (int rank = 0; rank < 4; rank++) {
        char key[40];
        snprintf(key, sizeof key, "{\"rank\":%d,", rank);
        cr_expect_eq(occurrences(ranks, key), 1);
    }
    uint64_t written = number_behind(strstr(json, "\"fwrite\":{"), "\"calls\":");
    cr_expect_geq(written, 10000);
    cr_expect_lt(written, 11000, "the library's own calls are few");
    const char *spread = strstr(ranks, "\"stdio_bytes\":{");
    cr_expect_eq(number_behind(spread, "\"least_rank\":"), 0);
    cr_expect_eq(number_behind(spread, "\"most_rank\":"), 3);
    uint64_t least = number_behind(spread, "\"least\":"), median = number_behind(spread, "\"median\":"),
             most = number_behind(spread, "\"most\":");
    cr_expect(least >= 16000 && most - least >= 47000 && most - least <= 49000 && median > least &&
                  median < most,
              "%" PRIu64 " %" PRIu64 " %" PRIu64, least, median, most);
    cr_expect(strstr(text, "by rank") && strstr(text, grouped(least)) && strstr(text, grouped(most)), "%s",
              text);
    cr_expect(strstr(page, "<section id=\"ranks\">"));
    expect_well_formed(page);
    release(&result);
    free(json);
    free(text);
    free(page);
}

/* The other launchers say the rank in a variable of theirs. */
Test(count_pages, ranks_of_other_launchers) {
    struct result result =
        shell("PMI_RANK=0 PMI_SIZE=3 $B --dir D /bin/echo a; PMIX_RANK=1 $B --dir D /bin/echo bb; "
              "SLURM_PROCID=2 SLURM_NTASKS=3 $B --dir D /bin/echo ccc; $B report D --json json >text");
    expect_exit_code(&result, 0);
    char *json = file_of(&result, "json");
    const char *ranks = strstr(json, "\"ranks\":{\"count\":3");
    cr_assert(ranks, "%s", json);
    cr_expect_eq(number_behind(ranks, "\"bytes\":{\"least\":"), 2);
    cr_expect(strstr(ranks, "\"median\":3,\"most\":4,\"most_rank\":2}"), "%s", ranks);
    release(&result);
    free(json);
}
