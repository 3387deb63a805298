/* bufrun: runs a program on libbuf. Finds out first whether libbuf can take effect in it and says so if not,
   composes LD_PRELOAD and LIBBUF, and becomes the program. docs/man/bufrun.1 is its page. */
#include "bufrun_check.h"
#include "bufrun_effect.h"
#include "bufrun_libraries.h"
#include "common.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: bufrun [-o RULES] [--] PROGRAM [ARGUMENT...]\n"
    "       bufrun --check BINARY\n"
    "Runs PROGRAM with libbuf in the place of libc's stdio.\n\n"
    "  -o, --options=RULES  rules for the streams, tried before those in LIBBUF\n"
    "      --check          list the stdio names that BINARY and its libraries import and\n"
    "                       how libbuf covers each; exit 1 if one is not covered\n"
    "      --help           print this and exit\n"
    "      --version        print the version and exit\n\n"
    "Exit status: PROGRAM's; 125 if libbuf cannot take effect in it or bufrun itself fails,\n"
    "126 if PROGRAM cannot be executed, 127 if it is not found.\n";

/* Joins TEXT and the environment's NAME by BETWEEN, TEXT first. */
static void put_before(const char *name, const char *text, const char *between) {
    const char *old = getenv(name);
    char *joined;
    if (asprintf(&joined, "%s%s%s", text, old && *old ? between : "", old ? old : "") < 0 ||
        setenv(name, joined, 1) < 0)
        die(EXIT_OWN_FAILURE, "out of memory");
    free(joined);
}

static void find_or_die(const char *name, struct program *program) {
    int error = find_program(name, program);
    bool script = strchr(name, '/') && strcmp(program->path, program->image) != 0;
    if (error && script)
        die(exec_exit_code(error), "%s: its interpreter %s: %s", name, program->image, strerror(error));
    if (error)
        die(exec_exit_code(error), "%s: %s", name, strerror(error));
    if (program->result == ELF_BROKEN)
        die(EXIT_CANNOT_EXECUTE, "%s: %s", program->image, elf_problem(ELF_BROKEN));
}

static void refuse_without_effect(const char *name, const struct program *program) {
    const char *why = why_no_effect(program);
    if (why && strcmp(program->path, program->image) == 0)
        die(EXIT_OWN_FAILURE, "%s: libbuf cannot take effect: it is %s", name, why);
    if (why)
        die(EXIT_OWN_FAILURE, "%s: libbuf cannot take effect: its interpreter %s is %s", name, program->image,
            why);
    if (program->result == ELF_NO_ACCESS)
        warning("%s: cannot be read (%s), so it is not known whether libbuf takes effect", program->image,
                strerror(program->error));
}

static void library_or_die(char *path, size_t size) {
    if (buf_find_library("libbuf.so", path, size) < 0)
        die(EXIT_OWN_FAILURE, "libbuf.so: not found beside bufrun, in ../lib, or in " BUF_LIBDIR);
}

static void preload_or_die(const char *path) {
    if (buf_preload_prepend(path) == 0)
        return;
    if (errno == EINVAL)
        die(EXIT_OWN_FAILURE, "%s: cannot be preloaded: its path contains a blank or a colon", path);
    die(EXIT_OWN_FAILURE, "%s: %s", path, strerror(errno));
}

static bool address_sanitizer(const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    return strncmp(base, "libasan.so", 10) == 0 || strncmp(base, "libclang_rt.asan", 16) == 0;
}

/* A program built with AddressSanitizer ends at once unless its runtime is the first library of all. */
static void preload_sanitizer(const struct program *program) {
    struct libraries libraries;
    if (program->result != ELF_READ || !program->elf.interpreter)
        return;
    if (!list_libraries(&libraries, program->elf.interpreter, program->image, 1))
        for (size_t i = 0; i < libraries.count; i++)
            if (address_sanitizer(libraries.paths[i])) {
                preload_or_die(libraries.paths[i]);
                break;
            }
    free_libraries(&libraries);
}

/* A library is checked as well: it need not be executable. */
static void find_to_check(const char *name, struct program *program) {
    int error = find_program(name, program);
    if (error) {
        snprintf(program->path, sizeof program->path, "%s", name);
        snprintf(program->image, sizeof program->image, "%s", name);
        program->result = stat(name, &program->status) < 0 ? ELF_NO_ACCESS : elf_open(&program->elf, name);
        program->error = errno;
    }
    if (program->result == ELF_NO_ACCESS)
        die(exec_exit_code(program->error), "%s: %s", name, strerror(program->error));
    if (program->result == ELF_NOT_ELF || program->result == ELF_BROKEN)
        die(EXIT_OWN_FAILURE, "%s: %s", program->image, elf_problem(program->result));
}

/* bufrun's own dynamic linker reads the binary: the one that the binary names may be anything. */
static int check(const char *name) {
    char library[PATH_MAX];
    struct program program;
    struct elf self;
    find_to_check(name, &program);
    if (!is_library(&program.elf))
        refuse_without_effect(name, &program);
    if (elf_dynamic(&program.elf, DT_AUDIT, 0) || elf_dynamic(&program.elf, DT_DEPAUDIT, 0))
        die(EXIT_OWN_FAILURE, "%s: names audit modules, which the dynamic linker would run", program.image);
    library_or_die(library, sizeof library);
    if (elf_open(&self, "/proc/self/exe") != ELF_READ || !self.interpreter)
        die(EXIT_OWN_FAILURE, "bufrun's own file cannot be read");
    if (strcmp(program.path, program.image) != 0)
        printf("%s is a script for %s\n", program.path, program.image);
    bool covered = check_names(program.image, self.interpreter, library);
    elf_close(&self);
    elf_close(&program.elf);
    return covered ? 0 : 1;
}

static _Noreturn void run(char **command, const char *rules) {
    char library[PATH_MAX];
    struct program program;
    find_or_die(command[0], &program);
    refuse_without_effect(command[0], &program);
    library_or_die(library, sizeof library);
    preload_or_die(library);
    preload_sanitizer(&program);
    if (*rules)
        put_before("LIBBUF", rules, ";");
    execvp(program.path, command);
    int error = errno;
    if (error == ENOENT && program.elf.interpreter && access(program.elf.interpreter, F_OK) < 0)
        die(EXIT_NOT_FOUND, "%s: its dynamic linker %s: %s", command[0], program.elf.interpreter,
            strerror(error));
    die(exec_exit_code(error), "%s: %s", command[0], strerror(error));
}

static void finish_output(void) {
    if (fflush(stdout) != 0 || ferror(stdout))
        die(EXIT_OWN_FAILURE, "standard output: %s", strerror(errno));
}

/* Behind the RULES of an earlier -o. */
static char *add_rules(char *rules, const char *more) {
    char *joined;
    if (asprintf(&joined, "%s%s%s", rules, *rules && *more ? ";" : "", more) < 0)
        die(EXIT_OWN_FAILURE, "out of memory");
    free(rules);
    return joined;
}

/* What getopt_long refused: a letter it left in optopt, a long option stands in the argument before. */
static _Noreturn void bad_option(int kind, const char *argument) {
    char letter[3] = {'-', (char)optopt, 0};
    die(EXIT_OWN_FAILURE, "%s: %s; see bufrun --help",
        optopt > 0 && optopt < 256 && argument[1] != '-' ? letter : argument,
        kind == ':' ? "the option wants a value" : "no such option, or not in this form");
}

int main(int count, char **arguments) {
    enum { CHECK = 256, HELP, SHOW_VERSION };
    static const struct option options[] = {{"options", required_argument, NULL, 'o'},
                                            {"check", no_argument, NULL, CHECK},
                                            {"help", no_argument, NULL, HELP},
                                            {"version", no_argument, NULL, SHOW_VERSION},
                                            {0}};
    tool_name = "bufrun";
    char *rules = strdup("");
    bool checks = false;
    opterr = 0;
    for (int option; (option = getopt_long(count, arguments, "+:o:", options, NULL)) != -1;)
        switch (option) {
        case 'o':
            rules = add_rules(rules, optarg);
            break;
        case CHECK:
            checks = true;
            break;
        case HELP:
            fputs(usage, stdout);
            finish_output();
            return 0;
        case SHOW_VERSION:
            puts("bufrun (libbuf) " BUF_VERSION);
            finish_output();
            return 0;
        default:
            bad_option(option, arguments[optind - 1]);
        }
    if (optind == count)
        die(EXIT_OWN_FAILURE, "no program is given; see bufrun --help");
    if (!checks)
        run(arguments + optind, rules);
    if (count - optind > 1)
        die(EXIT_OWN_FAILURE, "%s: --check takes one binary", arguments[optind + 1]);
    int status = check(arguments[optind]);
    finish_output();
    free(rules);
    return status;
}
