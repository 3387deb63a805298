/* C17 7.21.6.3 to 7.21.6.14: the calls around the printf and scanf formats: standard streams, strings,
   va_list, what snprintf counts and cuts. */
#include "clauses.h"

static char memory[100];

/* The v calls leave the list where va_arg can go on only after va_end, and take it as it is. */
__attribute__((format(printf, 2, 3))) static int through_list(int which, const char *format, ...) {
    va_list arguments;
    int count = -99;
    va_start(arguments, format);
    if (which == 0)
        count = vfprintf(stdout, format, arguments);
    else if (which == 1)
        count = vprintf(format, arguments);
    else if (which == 2)
        count = vsprintf(memory, format, arguments);
    else
        count = vsnprintf(memory, 6, format, arguments);
    va_end(arguments);
    return count;
}

__attribute__((format(scanf, 3, 4))) static int scan_through_list(int which, const char *text,
                                                                  const char *format, ...) {
    va_list arguments;
    int count = -99;
    va_start(arguments, format);
    if (which == 0)
        count = vfscanf(stdin, format, arguments);
    else if (which == 1)
        count = vscanf(format, arguments);
    else
        count = vsscanf(text, format, arguments);
    va_end(arguments);
    return count;
}

static void strings(void) {
    volatile int number = 123456, two_digits = 77; /* out of the compiler's sight */
    volatile size_t one = 1;
    static const char *volatile string = "654321";
    memset(memory, '#', sizeof memory);
    CHECK_INT("7.21.6.6p3", sprintf(memory, "%d-%s", 12, "ab"), 5);
    CHECK_BYTES("7.21.6.6p2", memory, 7, "12-ab\0#", 7);
    memset(memory, '#', sizeof memory);
    CHECK_INT("7.21.6.5p3", snprintf(memory, 4, "%d", number), 6);
    CHECK_BYTES("7.21.6.5p2", memory, 5, "123\0#", 5);
    memset(memory, '#', sizeof memory);
    CHECK_INT("7.21.6.5p3", snprintf(memory, 7, "%d", number), 6);
    CHECK_BYTES("7.21.6.5p2", memory, 8, "123456\0#", 8);
    CHECK_INT("7.21.6.5p3", snprintf(memory, 6, "%s", string), 6);
    CHECK_TEXT("7.21.6.5p2", memory, "65432");
    memset(memory, '#', sizeof memory);
    CHECK_INT("7.21.6.5p3", snprintf(memory, one, "%d", two_digits), 2);
    CHECK_BYTES("7.21.6.5p2", memory, 2, "\0#", 2);
    memset(memory, '#', sizeof memory);
    CHECK_INT("7.21.6.5p3", snprintf(memory, 0, "%d", 77), 2);
    CHECK_INT("7.21.6.5p2", memory[0], '#');
    CHECK_INT("7.21.6.5p3", snprintf(NULL, 0, "%s %5.2f", "abc", 3.14159), 9);
    for (size_t room = 1; room <= 12; room++) {
        memset(memory, '#', sizeof memory);
        CHECK_INT("7.21.6.5p3", snprintf(memory, room, "%c%3d%s%x", 'a', 7, "xyz", 0xbeef), 11);
        char whole[] = "a  7xyzbeef";
        CHECK_BYTES("7.21.6.5p2", memory, room - 1, whole, room - 1);
        CHECK_BYTES("7.21.6.5p2", memory + room - 1, 2, "\0#", 2);
    }
    CHECK_INT("7.21.6.13p3", through_list(2, "%d,%s", 5, "v"), 3);
    CHECK_TEXT("7.21.6.13p2", memory, "5,v");
    CHECK_INT("7.21.6.12p3", through_list(3, "%d,%s", 12345, "v"), 7);
    CHECK_TEXT("7.21.6.12p2", memory, "12345");
}

/* Reaching the end of a string is as reaching the end of a file. */
static void scanned_strings(void) {
    int a = 0, b = 0, n = 0;
    char word[20];
    CHECK_INT("7.21.6.7p3", sscanf("12 ab", "%d%s", &a, word), 2);
    CHECK("7.21.6.7p2", a == 12 && strcmp(word, "ab") == 0);
    CHECK_INT("7.21.6.7p3", sscanf("", "%d", &a), EOF);
    CHECK_INT("7.21.6.7p3", sscanf("   ", "%d", &a), EOF);
    CHECK_INT("7.21.6.7p3", sscanf("x", "%d", &a), 0);
    CHECK_INT("7.21.6.7p3", sscanf("1", "%d%d", &a, &b), 1);
    CHECK_INT("7.21.6.7p3", sscanf("1 x", "%d%d", &a, &b), 1);
    CHECK_INT("7.21.6.7p3", sscanf("abc", "abc%n", &n), 0);
    CHECK_INT("7.21.6.7p2", n, 3);
    CHECK_INT("7.21.6.14p3", scan_through_list(2, "8 9", "%d %d", &a, &b), 2);
    CHECK("7.21.6.14p2", a == 8 && b == 9);
}

static void to_stdout(void) {
    int out = open("out", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0666);
    if (dup2(out, 1) < 0)
        _exit(9);
    int count = printf("%d %s\n", 1, "printf");
    count += through_list(0, "%d %s\n", 2, "vfprintf");
    count += through_list(1, "%d %s\n", 3, "vprintf");
    exit(count == 9 + 11 + 10 ? 0 : 1);
}

static void from_stdin(void) {
    int a = 0, b = 0, c = 0;
    write_file("in", "1 2 3", 5);
    if (dup2(open("in", O_RDONLY), 0) < 0)
        _exit(9);
    bool right = scanf("%d", &a) == 1 && scan_through_list(0, NULL, "%d", &b) == 1 &&
                 scan_through_list(1, NULL, "%d", &c) == 1 && a == 1 && b == 2 && c == 3;
    exit(right && scanf("%d", &a) == EOF && scan_through_list(1, NULL, "%d", &c) == EOF ? 0 : 1);
}

static void on_standard_streams(void) {
    pid_t child = fork_child();
    if (child == 0)
        to_stdout();
    CHECK("7.21.6.3p3, .8p3, .10p3", child_passed(child));
    CHECK_FILE("7.21.6.3p2, .8p2, .10p2", "out", "1 printf\n2 vfprintf\n3 vprintf\n");
    child = fork_child();
    if (child == 0)
        from_stdin();
    CHECK("7.21.6.4p3, .9p3, .11p3", child_passed(child));
}

/* A result that int cannot hold is an error (POSIX: EOVERFLOW). */
static void too_long(void) {
    CHECK_INT("7.21.6.5p3", snprintf(NULL, 0, "%*d", 1000000, 1), 1000000);
    static const char *volatile format = "%2147483648d"; /* out of the compiler's sight */
    CHECK_ERROR("POSIX fprintf EOVERFLOW", snprintf(memory, sizeof memory, format, 1) < 0, EOVERFLOW);
}

int main(void) {
    strings();
    scanned_strings();
    on_standard_streams();
    too_long();
    return clauses_done();
}
