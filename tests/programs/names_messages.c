/* libc's functions that print messages by their second names, each in a child whose stderr is a file, on
   every window, empty, full and partly used; getpass without a terminal; and printf handlers of the program:
   what they print with __printf_fp and printf_size, and new types and modifiers. */
#include "windows.h"
#include <argp.h>
#include <err.h>
#include <getopt.h>
#include <printf.h>
#include <signal.h>
#include <sys/resource.h>
#include <wchar.h>

extern void __assert(const char *, const char *, int) __attribute__((noreturn));
extern void __assert_fail(const char *, const char *, unsigned, const char *) __attribute__((noreturn));
extern void __assert_perror_fail(int, const char *, unsigned, const char *) __attribute__((noreturn));
extern int __posix_getopt(int, char *const *, const char *);
extern int __printf_fp(FILE *, const struct printf_info *, const void *const *);

enum message { VERR, VERRX, VWARN, VWARNX, ASSERT_FAIL, ASSERT_PERROR_FAIL, ASSERT, LONG_ONLY, POSIX, USAGE };

struct expected {
    enum message message;
    const char *text;
    int code;   /* of exit */
    int killer; /* signal */
};

static const struct expected expected[] = {
    {VERR, "names_messages: verr 1: No such file or directory\n", 3, 0},
    {VERRX, "names_messages: verrx 2\n", 4, 0},
    {VWARN, "names_messages: vwarn 3: Permission denied\n", 0, 0},
    {VWARNX, "names_messages: vwarnx 4\n", 0, 0},
    {ASSERT_FAIL, "names_messages: file.c:7: where: Assertion `1 == 2' failed.\n", 0, SIGABRT},
    {ASSERT_PERROR_FAIL, "names_messages: file.c:8: where: Unexpected error: No such file or directory.\n", 0,
     SIGABRT},
    {ASSERT, "names_messages: file.c:9: Assertion `3 == 4' failed.\n", 0, SIGABRT},
    {LONG_ONLY, "prog: unrecognized option '-bad'\nprog: option '-need' requires an argument\n", 0, 0},
    {POSIX, "prog: invalid option -- 'x'\n", 0, 0},
    {USAGE,
     "Usage: names_messages [OPTION...] FILE\nTry `names_messages --help' or `names_messages --usage' for "
     "more "
     "information.\n",
     64, 0},
};
enum { MESSAGES = sizeof expected / sizeof *expected };

static void va_message(enum message message, int error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    errno = error;
    if (message == VERR)
        verr(3, format, arguments);
    else if (message == VERRX)
        verrx(4, format, arguments);
    else if (message == VWARN)
        vwarn(format, arguments);
    else
        vwarnx(format, arguments);
    va_end(arguments);
}

static void use_long_only(void) {
    static const struct option options[] = {
        {"good", no_argument, NULL, 'g'}, {"need", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
    char *words[] = {"prog", "-good", "-bad", "-need", NULL};
    optind = 0;
    EXPECT_INT(getopt_long_only(4, words, "q", options, NULL), 'g');
    EXPECT_INT(getopt_long_only(4, words, "q", options, NULL), '?');
    EXPECT_INT(getopt_long_only(4, words, "q", options, NULL), '?');
    EXPECT_INT(getopt_long_only(4, words, "q", options, NULL), -1);
}

static void use_posix(void) {
    char *words[] = {"prog", "-a", "-x", "file", "-a", NULL};
    optind = 0;
    EXPECT_INT(__posix_getopt(5, words, "a"), 'a');
    EXPECT_INT(__posix_getopt(5, words, "a"), '?');
    EXPECT_INT(__posix_getopt(5, words, "a"), -1);
    EXPECT_INT(optind, 3); /* it stops at the first word that is no option */
}

static void (*volatile usage)(const struct argp_state *) = argp_usage; /* not the header's inline one */

static error_t parse(int key, char *word, struct argp_state *state) {
    (void)word;
    if (key == ARGP_KEY_END)
        usage(state);
    return 0;
}

static void use_usage(void) {
    static const struct argp argp = {.parser = parse, .args_doc = "FILE"};
    char *words[] = {"names_messages", NULL};
    argp_parse(&argp, 1, words, 0, NULL, NULL);
}

static void call(enum message message) {
    if (message == VERR)
        va_message(message, ENOENT, "verr %d", 1);
    else if (message == VERRX)
        va_message(message, ENOENT, "verrx %d", 2);
    else if (message == VWARN)
        va_message(message, EACCES, "vwarn %d", 3);
    else if (message == VWARNX)
        va_message(message, EACCES, "vwarnx %d", 4);
    else if (message == ASSERT_FAIL)
        __assert_fail("1 == 2", "file.c", 7, "where");
    else if (message == ASSERT_PERROR_FAIL)
        __assert_perror_fail(ENOENT, "file.c", 8, "where");
    else if (message == ASSERT)
        __assert("3 == 4", "file.c", 9);
    else if (message == LONG_ONLY)
        use_long_only();
    else if (message == POSIX)
        use_posix();
    else
        use_usage();
}

/* A child whose standard error is the file "err". */
static pid_t fork_with_file(void) {
    pid_t child = fork_child();
    if (child == 0 && dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666), 2) != 2)
        _exit(98);
    return child;
}

static void print_messages(const struct window *window, size_t before) {
    for (size_t i = 0; i < MESSAGES; i++)
        for (int wide = 0; wide < (expected[i].message < LONG_ONLY ? 2 : 1); wide++) {
            const struct expected *this = &expected[i];
            size_t length = strlen(this->text);
            int status;
            situation("%s, %zu bytes before, message %zu, wide %d", window->name, before, i, wide);
            pid_t child = fork_with_file();
            if (child == 0) {
                use_window(stderr, window);
                fwide(stderr, wide ? 1 : -1);
                for (size_t n = 0; n < before; n++)
                    if (wide)
                        fputwc(L'b', stderr);
                    else
                        putc('b', stderr);
                call(this->message);
                exit(ferror(stderr) ? 99 : failures);
            }
            REQUIRE(waitpid(child, &status, 0) == child);
            if (this->killer)
                EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == this->killer);
            else
                EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == this->code);
            char *want = malloc(before + length);
            memset(want, 'b', before);
            memcpy(want + before, this->text, length);
            EXPECT_FILE("err", want, before + length);
            free(want);
        }
}

/* Without a terminal the word comes from stdin, the question goes to stderr, and stdin goes on behind it. */
static void ask(const struct window *window) {
    situation("%s, getpass", window->name);
    write_file("in", "first\nsecret\nnext\n", 18);
    pid_t child = fork_with_file();
    if (child == 0) {
        char line[20];
        setsid();
        REQUIRE(freopen("in", "r", stdin) == stdin);
        use_window(stdin, window);
        EXPECT(fgets(line, sizeof line, stdin) == line);
        EXPECT_TEXT(line, "first\n");
        const char *word = getpass("Password: ");
        REQUIRE(word);
        EXPECT_TEXT(word, "secret");
        EXPECT(fgets(line, sizeof line, stdin) == line);
        EXPECT_TEXT(line, "next\n");
        exit(failures != 0);
    }
    EXPECT(child_passed(child));
    EXPECT_FILE("err", "Password: ", 10);
}

/* libc's own printers of one number, put on a stream of the program. */
static void print_numbers(const struct window *window, size_t before) {
    static const char put[] = "|    1.500k|1.54K|  -2.50|end";
    double number = 1536, negative = -2.5;
    const void *const first[] = {&number}, *const second[] = {&negative};
    struct printf_info binary = {.spec = 'b', .prec = 3, .width = 10, .pad = L' '};
    struct printf_info decimal = {.spec = 'B', .prec = 2, .pad = L' '};
    struct printf_info fixed = {.spec = 'f', .prec = 2, .width = 7, .pad = L' '};
    situation("%s, %zu bytes before, numbers", window->name, before);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(putc('b', f), 'b');
    EXPECT_INT(putc('|', f), '|');
    EXPECT_INT(printf_size(f, &binary, first), 10);
    EXPECT_INT(putc('|', f), '|');
    EXPECT_INT(printf_size(f, &decimal, first), 5);
    EXPECT_INT(putc('|', f), '|');
    EXPECT_INT(__printf_fp(f, &fixed, second), 7);
    EXPECT(fputs("|end", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    char *want = malloc(before + sizeof put);
    memset(want, 'b', before);
    memcpy(want + before, put, sizeof put);
    EXPECT_FILE("data", want, before + sizeof put - 1);
    free(want);
}

struct pair {
    int first, second;
};
static int pair_type, modifier;

static void take_pair(void *memory, va_list *arguments) {
    *(struct pair *)memory = va_arg(*arguments, struct pair);
}

static int pair_arguments(const struct printf_info *info, size_t count, int *types, int *sizes) {
    (void)info;
    if (count > 0) {
        types[0] = pair_type;
        sizes[0] = sizeof(struct pair);
    }
    return 1;
}

static int print_pair(FILE *f, const struct printf_info *info, const void *const *arguments) {
    const struct pair *pair = *(const struct pair *const *)arguments[0];
    return fprintf(f, info->user & modifier ? "<%d;%d>" : "(%d,%d)", pair->first, pair->second);
}

static int double_arguments(const struct printf_info *info, size_t count, int *types, int *sizes) {
    (void)info;
    if (count > 0) {
        types[0] = PA_DOUBLE;
        sizes[0] = sizeof(double);
    }
    return 1;
}

/* %Y: as %f, by libc's own printer. */
static int print_fixed(FILE *f, const struct printf_info *info, const void *const *arguments) {
    struct printf_info fixed = *info;
    fixed.spec = 'f';
    return __printf_fp(f, &fixed, arguments);
}

static int print_old(FILE *f, const struct printf_info *info, const void *const *arguments) {
    int number = *(const int *)arguments[0], printed = 0;
    for (int i = 0; i < number; i++)
        printed += putc(info->left ? '<' : '*', f) != EOF;
    return printed;
}

static int old_arguments(const struct printf_info *info, size_t count, int *types) {
    (void)info;
    if (count > 0)
        types[0] = PA_INT;
    return 1;
}

static int (*register_old)(int, printf_function *,
                           printf_arginfo_function *); /* register_printf_function, without its warning */

static void register_all(void) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    register_old = register_printf_function;
#pragma GCC diagnostic pop
    EXPECT_INT(register_old('W', print_old, old_arguments), 0);
    EXPECT_INT(register_old('B', printf_size, printf_size_info), 0);
    EXPECT_INT(register_printf_specifier('Y', print_fixed, double_arguments), 0);
    pair_type = register_printf_type(take_pair);
    EXPECT(pair_type >= PA_LAST);
    modifier = register_printf_modifier(L"Qx");
    EXPECT(modifier > 0);
    EXPECT_INT(register_printf_specifier('P', print_pair, pair_arguments), 0);
    EXPECT_ERROR(register_printf_specifier(-1, print_pair, pair_arguments) < 0, EINVAL);
}

static void use_handlers(const struct window *window, size_t before) {
    static const char put[] = "1 ***|<<|2.000M|  3.25|(1,2)|<3;4>|end 5";
    const char *volatile format = "%d %W|%-W|%B|%6.2Y|%P|%QxP|%s %d"; /* the compiler knows none of them */
    const struct pair one = {1, 2}, two = {3, 4};
    char memory[100], *grown = NULL;
    situation("%s, %zu bytes before, handlers", window->name, before);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(putc('b', f), 'b');
    EXPECT_INT(fprintf(f, format, 1, 3, 2, 2e6, 3.25, one, two, "end", 5), sizeof put - 1);
    EXPECT_INT(fclose(f), 0);
    char *want = malloc(before + sizeof put);
    memset(want, 'b', before);
    memcpy(want + before, put, sizeof put);
    EXPECT_FILE("data", want, before + sizeof put - 1);
    free(want);
    EXPECT_INT(snprintf(memory, 9, format, 1, 3, 2, 2e6, 3.25, one, two, "end", 5), sizeof put - 1);
    EXPECT_TEXT(memory, "1 ***|<<");
    EXPECT_INT(sprintf(memory, format, 1, 3, 2, 2e6, 3.25, one, two, "end", 5), sizeof put - 1);
    EXPECT_TEXT(memory, put);
    EXPECT_INT(asprintf(&grown, format, 1, 3, 2, 2e6, 3.25, one, two, "end", 5), sizeof put - 1);
    EXPECT_TEXT(grown, put);
    free(grown);
}

int main(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    program_invocation_name = program_invocation_short_name = (char *)(uintptr_t) "names_messages";
    for (int kind = 0; kind < WINDOWS; kind++) {
        ask(&windows[kind]);
        for (int fill = 0; fill < FILLS; fill++) {
            size_t before = fill_of(&windows[kind], fill);
            print_messages(&windows[kind], before);
            print_numbers(&windows[kind], before);
        }
    }
    register_all();
    for (int kind = 0; kind < WINDOWS; kind++)
        for (int fill = 0; fill < FILLS; fill++)
            use_handlers(&windows[kind], fill_of(&windows[kind], fill));
    return finish();
}
