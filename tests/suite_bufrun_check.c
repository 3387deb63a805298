/* bufrun --check and the table of names behind it. */
#include "bufrun.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(bufrun_check, .fini = remove_workplace, .timeout = 300);

static const struct {
    const char *name, *how;
} table[] = {
#define STDIO_NAME(name, how) {#name, #how},
#include "names.h"
};
enum { NAMES = sizeof table / sizeof *table };

static const char *how(const char *name) {
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(table[i].name, name) == 0)
            return table[i].how;
    return NULL;
}

static bool defined_by_libbuf(const char *name) {
    return strcmp(how(name), "ours") == 0 || strcmp(how(name), "alias") == 0 ||
           strcmp(how(name), "valid") == 0;
}

/* The words that a shell command prints, one a line; calls visit for each and returns how many there were. */
static int each_word(const char *command, void (*visit)(const char *word)) {
    char word[256];
    int count = 0;
    FILE *pipe = popen(command, "r");
    cr_assert(pipe);
    while (fscanf(pipe, "%255s", word) == 1) {
        visit(word);
        count++;
    }
    cr_expect(pclose(pipe) == 0, "%s", command);
    return count;
}

static bool met[NAMES];

static void note_definition(const char *name) {
    for (size_t i = 0; i < NAMES; i++)
        if (strcmp(table[i].name, name) == 0) {
            met[i] = true;
            cr_expect(defined_by_libbuf(name), "libbuf.so defines %s, which the table calls \"%s\"", name,
                      table[i].how);
        }
}

Test(bufrun_check, the_table_says_what_libbuf_defines) {
    char command[PATH_MAX + 64];
    snprintf(command, sizeof command, "nm -D --defined-only %s/libbuf.so | awk '{ print $3 }'",
             build_directory());
    cr_expect(each_word(command, note_definition) > 150);
    for (size_t i = 0; i < NAMES; i++)
        cr_expect(met[i] || !defined_by_libbuf(table[i].name),
                  "the table calls %s \"%s\", and libbuf.so does not define it", table[i].name, table[i].how);
}

Test(bufrun_check, no_name_is_in_the_table_twice) {
    for (size_t i = 0; i < NAMES; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect(strcmp(table[i].name, table[j].name) != 0, "%s", table[i].name);
}

static void expect_known(const char *name) {
    cr_expect(how(name), "%s is not in the table", name);
}

/* Each function of the C library's headers with a FILE * in its parameters or as its result. */
Test(bufrun_check, the_table_has_every_function_of_the_headers_that_takes_a_stream) {
    static const char *const headers[] = {"stdio",  "stdio_ext", "wchar",   "mntent", "pwd",
                                          "grp",    "shadow",    "gshadow", "malloc", "argp",
                                          "printf", "obstack",   "resolv"};
    FILE *file = fopen(at("all.c"), "w");
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        fprintf(file, "#include <%s.h>\n", headers[i]);
    fclose(file);
    write_file(at("names.sh"),
               "gcc -E -P -D_GNU_SOURCE all.c | tr '\\n' ' ' | tr ';{}' '\\n\\n\\n' |\n"
               "grep -vE '^ *(typedef|extern [a-z]+ \\(\\*)' | grep -wE 'FILE|__FILE' |\n"
               "sed -E 's/__attribute__.*//; s/__asm__.*//' |\n"
               "grep -oE '[A-Za-z_0-9]+ ?\\(.*(FILE \\*|__FILE \\*)|FILE \\*[a-z0-9_]+ ?\\(' |\n"
               "sed -E 's/^_*FILE \\*//; s/ ?\\(.*//' | grep -vE '^__argp_' | sort -u\n",
               0755);
    char command[PATH_MAX];
    snprintf(command, sizeof command, "cd %s && sh names.sh", workplace());
    int count = each_word(command, expect_known);
    cr_expect(count > 120, "only %d functions were found", count);
}

Test(bufrun_check, the_table_has_every_name_of_libios_that_libc_exports) {
    int count = each_word("nm -D --defined-only /lib/x86_64-linux-gnu/libc.so.6 | sed -n 's/.* "
                          "\\(_IO_[A-Za-z_0-9]*\\).*/\\1/p'",
                          expect_known);
    cr_expect(count > 100, "only %d names were found", count);
}

/* ---- the report ---- */

static struct result check(const char *name) {
    return BUFRUN("--check", name);
}

/* The line of the name has the words behind it. */
static void expect_line(const struct result *result, const char *name, const char *covered, const char *by) {
    size_t length = strlen(name);
    for (const char *line = result->out; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, name, length) == 0 && line[length] == ' ') {
            const char *words = line + length + strspn(line + length, " "), *end = strchr(words, '\n');
            const char *user = memmem(words, (size_t)(end - words), by, strlen(by));
            cr_expect(strncmp(words, covered, strlen(covered)) == 0 && user &&
                          (!*by || user > words + strlen(covered)),
                      "%s: \"%.*s\", expected \"%s\" by %s", name, (int)(end - words), words, covered, by);
            return;
        }
    cr_expect_fail("no line for %s in:\n%s%s", name, result->out, result->err);
}

Test(bufrun_check, each_name_is_listed_with_how_it_is_covered) {
    build("libinner.so", "-shared -fPIC", "#include <stdio.h>\nint inner(void) { return fileno(stdin); }");
    build("libouter.so", "-shared -fPIC -L. -linner '-Wl,-rpath,$ORIGIN'",
          "int inner(void); int outer(void) { return inner(); }");
    build("user", "-fno-builtin -L. -louter '-Wl,-rpath,$ORIGIN' -Wl,-rpath-link,.",
          "#include <stdio.h>\n#include <stdlib.h>\n#include <err.h>\nint outer(void);\n"
          "int fputs(const char *s, FILE *f) { return 0; }\n"
          "int main(void) { char b[9]; printf(\"a\"); putc('a', stdout); warnx(\"x\"); snprintf(b, 9, "
          "\"%d\", 1);\n"
          "fputs(b, stderr); free(0); return fclose(fmemopen(b, 9, \"r\")) + outer(); }");
    struct result result = check(at("user"));
    cr_expect(WEXITSTATUS(result.status) == 0, "%s", result.err);
    expect_line(&result, "printf", "ours", "user");
    expect_line(&result, "putc", "alias", "user");
    expect_line(&result, "stdout", "ours", "user");
    expect_line(&result, "warnx", "libc on our valid stream", "user");
    expect_line(&result, "fmemopen", "ours", "user");
    expect_line(&result, "snprintf", "ours", "user");
    expect_line(&result, "fileno", "ours", "libinner.so");
    expect_line(&result, "stdin", "ours", "libinner.so");
    cr_expect(!strstr(result.out, "\nfree "), "free is not stdio's");
    cr_expect(!strstr(result.out, "\nfputs "), "the program defines fputs and does not import it");
    cr_expect(!strstr(result.out, "NOT COVERED"));
    release(&result);
}

Test(bufrun_check, a_name_that_goes_past_libbuf_is_not_covered) {
    build("inside", "",
          "#include <stdio.h>\nextern FILE _IO_2_1_stdout_;\nint main(void) { return fputs(\"x\", "
          "&_IO_2_1_stdout_); }");
    struct result result = check(at("inside"));
    cr_expect(WEXITSTATUS(result.status) == 1, "ended with %d: %s", WEXITSTATUS(result.status), result.err);
    expect_line(&result, "_IO_2_1_stdout_", "NOT COVERED", "inside");
    expect_line(&result, "fputs", "ours", "inside");
    cr_expect(strstr(result.out, " 1 NOT COVERED\n"), "%s", result.out);
    release(&result);
    /* A libbuf.so without the name: the table alone must not vouch for it. */
    build("libbuf.so", "-shared -fPIC", "int fputs(const char *s, void *f) { return 0; }");
    build("plain", "-fno-builtin",
          "#include <stdio.h>\nint main(void) { return fputs(\"x\", stdout) + puts(\"x\"); }");
    result = check(at("plain"));
    cr_expect(WEXITSTATUS(result.status) == 1, "ended with %d: %s", WEXITSTATUS(result.status), result.err);
    expect_line(&result, "puts", "NOT COVERED", "plain");
    expect_line(&result, "fputs", "ours", "plain");
    release(&result);
}

Test(bufrun_check, a_name_that_the_program_defines_itself_is_its_own) {
    build("libuser.so", "-shared -fPIC -fno-builtin",
          "#include <stdio.h>\nint use(void) { return puts(\"x\"); }");
    build("definer", "-fno-builtin -rdynamic -L. -luser '-Wl,-rpath,$ORIGIN'",
          "#include <stdio.h>\nint use(void); int puts(const char *s) { return 0; }\nint main(void) { return "
          "use(); }");
    struct result result = check(at("definer"));
    cr_expect(WEXITSTATUS(result.status) == 0);
    expect_line(&result, "puts", "a name of its own", "libuser.so");
    release(&result);
}

Test(bufrun_check, programs_libraries_and_scripts_can_be_checked) {
    static const char *const names[] = {"awk", "sort", "bash", "/bin/sed", NULL};
    for (int i = 0; names[i]; i++) {
        struct result result = check(names[i]);
        cr_expect(WEXITSTATUS(result.status) == 0, "%s: %d: %s%s", names[i], result.status, result.out,
                  result.err);
        expect_line(&result, "stdout", "ours", names[i][0] == '/' ? "sed" : "");
        release(&result);
    }
    build("libone.so", "-shared -fPIC -fno-builtin",
          "#include <stdio.h>\nint one(void) { return puts(\"x\"); }");
    cr_assert(chmod(at("libone.so"), 0644) == 0);
    struct result result = check(at("libone.so"));
    cr_expect(WEXITSTATUS(result.status) == 0, "%s", result.err);
    expect_line(&result, "puts", "ours", "libone.so");
    release(&result);
    write_file(at("script"), "#!/bin/sh\necho x\n", 0755);
    result = check(at("script"));
    cr_expect(WEXITSTATUS(result.status) == 0 && strstr(result.out, "script is a script for /bin/sh\n"), "%s",
              result.out);
    release(&result);
}

Test(bufrun_check, a_link_to_a_program_finds_the_libraries_beside_the_program) {
    build("libone.so", "-shared -fPIC -fno-builtin",
          "#include <stdio.h>\nint one(void) { return puts(\"x\"); }");
    build("caller", "-L. -lone '-Wl,-rpath,$ORIGIN'", "int one(void); int main(void) { return one(); }");
    cr_assert(mkdir(at("links"), 0755) == 0 && symlink("../caller", at("links/-caller")) == 0);
    struct result result = check(at("links/-caller"));
    cr_expect(WEXITSTATUS(result.status) == 0, "%s", result.err);
    expect_line(&result, "puts", "ours", "libone.so");
    release(&result);
}

Test(bufrun_check, what_cannot_be_checked_gives_one_line) {
    expect_refusal(check("/no/such"), 127, "No such file");
    expect_refusal(check("no-such-program"), 127, "No such file");
    expect_refusal(check("/etc/passwd"), 125, "not an ELF file");
    expect_refusal(check("/"), 125, "not an ELF file");
    expect_refusal(check("/dev/null"), 125, "not an ELF file");
    cr_assert(mkfifo(at("fifo"), 0666) == 0);
    expect_refusal(check(at("fifo")), 125, "not an ELF file");
    build("static", "-static", "int main(void) { return 0; }");
    expect_refusal(check(at("static")), 125, "statically linked");
    build("libgone.so", "-shared -fPIC", "int gone(void) { return 0; }");
    build("lacking", "-L. -lgone", "int gone(void); int main(void) { return gone(); }");
    expect_refusal(check(at("lacking")), 125, "libgone.so: cannot open shared object file");
}

Test(bufrun_check, nothing_of_the_binary_is_run) {
    static const char marks[] =
        "#include <fcntl.h>\n__attribute__((constructor)) void mark(void) { creat(MARK, 0666); }\n"
        "unsigned la_version(unsigned v) { creat(MARK, 0666); return v; }\nint one(void) { return 1; }";
    char flags[PATH_MAX], text[sizeof marks + PATH_MAX];
    snprintf(text, sizeof text, "#define MARK \"%s\"\n%s", at("mark"), marks);
    build("libaudit.so", "-shared -fPIC", text);
    build("caller", "-L. -laudit '-Wl,-rpath,$ORIGIN'", "int one(void); int main(void) { return one(); }");
    struct result result = check(at("caller"));
    cr_expect(WEXITSTATUS(result.status) == 0, "%s", result.err);
    release(&result);
    snprintf(flags, sizeof flags, "-Wl,--audit,%s", at("libaudit.so"));
    build("audited", flags, "int main(void) { return 0; }");
    expect_refusal(check(at("audited")), 125, "audit modules");
    cr_expect(access(at("mark"), F_OK) != 0, "a constructor or an audit module ran");
    build("interpreted", "-Wl,--dynamic-linker,/bin/true", "int main(void) { return 0; }");
    expect_refusal(check(at("interpreted")), 125, "its dynamic linker is /bin/true");
}

/* ---- damaged files ---- */

static void expect_calm(const char *name, const char *what, unsigned number) {
    struct result result = check(name);
    int code = WIFEXITED(result.status) ? WEXITSTATUS(result.status) : -1;
    const char *end = strchr(result.err, '\n');
    bool right = code == 0 || code == 1 || (code >= 125 && code <= 127 && end && !end[1]);
    cr_expect(right, "%s %u: status %x, said \"%s\"", what, number, result.status, result.err);
    release(&result);
}

static void write_bytes(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "w");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0 && chmod(path, 0755) == 0);
}

Test(bufrun_check, a_damaged_file_gives_one_line_and_never_a_crash) {
    static char bytes[1 << 16], changed[1 << 16];
    build("victim", "", "#include <stdio.h>\nint main(void) { return puts(\"x\") + fclose(stdout); }");
    FILE *file = fopen(at("victim"), "r");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    cr_assert(fclose(file) == 0 && size > 4096 && size < sizeof bytes);
    for (size_t length = 0; length < size; length += length < 1024 ? 37 : 499) {
        write_bytes(at("damaged"), bytes, length);
        expect_calm(at("damaged"), "cut off at", (unsigned)length);
    }
    for (unsigned seed = 1; seed <= 150; seed++) {
        memcpy(changed, bytes, size);
        srand(seed);
        /* Most of what matters lies in the headers, the dynamic section and the tables in front of the
           code. */
        for (int i = 0; i < 3; i++)
            changed[(size_t)rand() % (seed % 2 ? 0x700 : size)] = (char)(rand() % 3 ? rand() : 0xff);
        write_bytes(at("damaged"), changed, size);
        expect_calm(at("damaged"), "changed with seed", seed);
    }
}
