/* The fortified calls end the program exactly where libc's do, with its message, by SIGABRT, and leave what
 * is buffered unwritten. */
#include "expect.h"
#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>

extern char *__fgets_chk(char *, size_t, int, FILE *), *__fgets_unlocked_chk(char *, size_t, int, FILE *);
extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *),
    __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
extern int __fprintf_chk(FILE *, int, const char *, ...), __printf_chk(int, const char *, ...);
extern int __vfprintf_chk(FILE *, int, const char *, va_list);

static const char overflow[] = "*** buffer overflow detected ***: terminated\n";
static const char writable[] = "*** %n in writable segment detected ***\n";
static char line[100];
static FILE *in, *out;
static char *(*gets_checked)(char *, size_t); /* by dlsym: the linker would warn of the name */

static void call_vfprintf_chk(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    __vfprintf_chk(out, 1, format, arguments);
    va_end(arguments);
}

static void fgets_short_line(void) {
    EXPECT(__fgets_chk(line, 8, 100, in) == line); /* the room is short, the line fits all the same */
    EXPECT_TEXT(line, "short\n");
}
static void fgets_long_line(void) {
    __fgets_chk(line, 8, 100, in);
    __fgets_chk(line, 8, 100, in);
}
static void fgets_unlocked_long_line(void) {
    __fgets_unlocked_chk(line, 8, 100, in);
    __fgets_unlocked_chk(line, 8, 100, in);
}
static void gets_long_line(void) {
    gets_checked(line, 8);
    gets_checked(line, 8);
}
static void gets_short_line(void) {
    EXPECT(gets_checked(line, 8) == line);
    EXPECT_TEXT(line, "short");
}
static void fread_fits(void) {
    EXPECT_INT(__fread_chk(line, 6, 2, 3, in), 3);
}
static void fread_too_big(void) {
    __fread_chk(line, 6, 7, 1, in);
}
static void fread_product_overflows(void) {
    __fread_chk(line, 6, (size_t)1 << 33, (size_t)1 << 33, in);
}
static void fread_unlocked_too_big(void) {
    __fread_unlocked_chk(line, 6, 7, 1, in);
}
static void n_in_writable_format(void) {
    char format[] = "abc%n\n";
    int count = 0;
    __fprintf_chk(out, 1, format, &count);
}
static void n_in_constant_format(void) {
    int count = 0;
    EXPECT_INT(__fprintf_chk(out, 1, "abc%n\n", &count), 4);
    EXPECT_INT(count, 3);
}
static void n_without_the_flag(void) {
    char format[] = "abc%n\n";
    int count = 0;
    EXPECT_INT(__fprintf_chk(out, 0, format, &count), 4);
    EXPECT_INT(count, 3);
}
static void n_through_vfprintf(void) {
    char format[] = "abc%n\n";
    int count = 0;
    call_vfprintf_chk(format, &count);
}
static void n_through_printf(void) {
    char format[] = "abc%n\n";
    int count = 0;
    __printf_chk(1, format, &count);
}

static const struct {
    const char *name;
    void (*call)(void);
    const char *message; /* NULL: it must not abort */
} cases[] = {
    {"__fgets_chk, short line", fgets_short_line, NULL},
    {"__fgets_chk, long line", fgets_long_line, overflow},
    {"__fgets_unlocked_chk, long line", fgets_unlocked_long_line, overflow},
    {"__gets_chk, short line", gets_short_line, NULL},
    {"__gets_chk, long line", gets_long_line, overflow},
    {"__fread_chk that fits", fread_fits, NULL},
    {"__fread_chk too big", fread_too_big, overflow},
    {"__fread_chk of more than there is", fread_product_overflows, overflow},
    {"__fread_unlocked_chk too big", fread_unlocked_too_big, overflow},
    {"__fprintf_chk %n in a writable format", n_in_writable_format, writable},
    {"__fprintf_chk %n in a constant format", n_in_constant_format, NULL},
    {"__fprintf_chk %n with flag 0", n_without_the_flag, NULL},
    {"__vfprintf_chk %n in a writable format", n_through_vfprintf, writable},
    {"__printf_chk %n in a writable format", n_through_printf, writable},
};

int main(void) {
    struct rlimit none = {0, 0};
    gets_checked = (char *(*)(char *, size_t))dlsym(RTLD_DEFAULT, "__gets_chk");
    REQUIRE(gets_checked);
    setrlimit(RLIMIT_CORE, &none);
    write_file("in", "short\nthis line is long\n", 24);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status, stdin_file, messages;
        situation("%s", cases[i].name);
        pid_t child = fork_child();
        if (child == 0) {
            stdin_file = open("in", O_RDONLY);
            messages = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666);
            REQUIRE(dup2(stdin_file, 0) == 0);
            in = fopen("in", "r");
            out = fopen("out", "w");
            REQUIRE(in && out);
            fputs("kept in the buffer", out);
            if (cases[i].message)
                REQUIRE(dup2(messages, 2) == 2);
            cases[i].call();
            if (!cases[i].message)
                fclose(out);
            _exit(failures ? 1 : 0);
        }
        REQUIRE(waitpid(child, &status, 0) == child);
        if (cases[i].message) {
            EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
            EXPECT_FILE("err", cases[i].message, strlen(cases[i].message));
            EXPECT_FILE("out", "", 0);
        } else {
            EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
    }
    puts("fortified calls");
    return finish();
}
