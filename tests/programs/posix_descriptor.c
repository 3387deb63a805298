/* POSIX.1-2017 XSH: the pages of dprintf and vdprintf, fileno, tmpfile, and stdin, stdout, stderr. */
#include "clauses.h"
#include <limits.h>

__attribute__((format(printf, 2, 3))) static int through_list(int descriptor, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vdprintf(descriptor, format, arguments);
    va_end(arguments);
    return count;
}

/* dprintf writes at the descriptor's place, at once, past every stream's buffer. */
static void to_descriptor(void) {
    int d = open("out", O_RDWR | O_CREAT | O_TRUNC, 0666);
    CHECK_INT("POSIX dprintf count", dprintf(d, "%d %s\n", 42, "text"), 8);
    CHECK_FILE("POSIX dprintf writes", "out", "42 text\n");
    CHECK_INT("POSIX vdprintf count", through_list(d, "%5.1f|%-4d|", 1.25, 7), 11);
    CHECK_FILE("POSIX vdprintf writes", "out", "42 text\n  1.2|7   |");
    lseek(d, 3, SEEK_SET);
    CHECK_INT("POSIX dprintf count", dprintf(d, "%s", "TEXT"), 4);
    CHECK_FILE("POSIX dprintf at the offset", "out", "42 TEXT\n  1.2|7   |");
    CHECK_INT("POSIX dprintf at the offset", lseek(d, 0, SEEK_CUR), 7);
    CHECK_INT("POSIX dprintf count", dprintf(d, "%s", ""), 0);
    CHECK_INT("POSIX dprintf long", ftruncate(d, 0), 0);
    lseek(d, 0, SEEK_SET);
    CHECK_INT("POSIX dprintf long", dprintf(d, "%0100000d", 5), 100000);
    struct stat status;
    CHECK("POSIX dprintf long", fstat(d, &status) == 0 && status.st_size == 100000);
    close(d);
    CHECK_ERROR("POSIX dprintf EBADF", dprintf(d, "%d", 5) < 0, EBADF);
    CHECK_ERROR("POSIX dprintf EBADF", dprintf(-1, "%d", 5) < 0, EBADF);
    d = open("out", O_RDONLY);
    CHECK_ERROR("POSIX dprintf EBADF", dprintf(d, "%d", 5) < 0, EBADF);
    close(d);
    d = open("/dev/full", O_WRONLY);
    CHECK_ERROR("POSIX dprintf ENOSPC", dprintf(d, "%d", 5) < 0, ENOSPC);
    close(d);
    FILE *f = opened("out", "w");
    fputs("stream", f);
    dprintf(fileno(f), "%s", "first ");
    fclose(f);
    CHECK_FILE("POSIX dprintf past the stream's buffer", "out", "first stream");
}

static void numbers(void) {
    FILE *f = opened("out", "w");
    int d = fileno(f);
    struct stat a, b;
    CHECK("POSIX fileno", d >= 0 && fstat(d, &a) == 0 && stat("out", &b) == 0 && a.st_ino == b.st_ino);
    CHECK_INT("POSIX fileno", fileno(f), d);
    fclose(f);
    char memory[10];
    f = fmemopen(memory, 10, "w");
    CHECK_ERROR("POSIX fileno EBADF", fileno(f) == -1, EBADF);
    fclose(f);
    CHECK_INT("POSIX stdin", fileno(stdin), STDIN_FILENO);
    CHECK_INT("POSIX stdin", fileno(stdout), STDOUT_FILENO);
    CHECK_INT("POSIX stdin", fileno(stderr), STDERR_FILENO);
}

/* tmpfile: for update, empty, private, no name; gone also when the program ends without closing it. */
static void temporary(void) {
    FILE *f = tmpfile();
    REQUIRE(f);
    struct stat status;
    CHECK("POSIX tmpfile", fstat(fileno(f), &status) == 0 && status.st_size == 0 && status.st_nlink == 0);
    CHECK_INT("POSIX tmpfile mode", status.st_mode & 0077, 0);
    CHECK_INT("POSIX tmpfile", fcntl(fileno(f), F_GETFL) & O_ACCMODE, O_RDWR);
    CHECK("POSIX tmpfile", fputs("abc", f) >= 0);
    rewind(f);
    CHECK_INT("POSIX tmpfile", fgetc(f), 'a');
    pid_t child = fork_child();
    if (child == 0) {
        FILE *g = tmpfile();
        _exit(g && fputs("x", g) >= 0 ? 0 : 1);
    }
    CHECK("POSIX tmpfile", child_passed(child));
    fclose(f);
}

/* What was printed stays in the buffer where the file is not a terminal, comes at exit, and stderr at
   once. */
static void standard(void) {
    pid_t child = fork_child();
    if (child == 0) {
        int d = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
        if (dup2(d, 1) < 0 || dup2(d, 2) < 0)
            _exit(9);
        fputs("out ", stdout);
        fputs("err ", stderr);
        fprintf(stderr, "%s ", "err");
        puts("out");
        exit(0);
    }
    CHECK("POSIX stdout, stderr", child_passed(child));
    CHECK_FILE("POSIX stdout, stderr", "out", "err err out out\n");
    /* Other threads and functions see what is assigned: the names are lvalues here (glibc). */
    FILE *kept = stdout, *f = opened("out", "w");
    stdout = f;
    printf("assigned");
    putchar('!');
    stdout = kept;
    fclose(f);
    CHECK_FILE("GNU stdout assignable", "out", "assigned!");
}

/* Closing a standard stream, and printing on it after that descriptor was reused, does not reach the file. */
static void closed_standard(void) {
    pid_t child = fork_child();
    if (child == 0) {
        if (dup2(open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) < 0)
            _exit(9);
        printf("text");
        CHECK_INT("POSIX fclose of stdout", fclose(stdout), 0);
        CHECK("POSIX fclose of stdout", fcntl(1, F_GETFD) < 0);
        _exit(0);
    }
    CHECK("POSIX fclose of stdout", child_passed(child));
    CHECK_FILE("POSIX fclose of stdout", "out", "text");
}

int main(void) {
    to_descriptor();
    numbers();
    temporary();
    standard();
    closed_standard();
    return clauses_done();
}
