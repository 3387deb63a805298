/* POSIX.1-2017 XSH: the pages of fopen, fdopen, freopen and tmpfile: permissions, errors, descriptors,
   positions, times. */
#include "clauses.h"
#include <limits.h>
#include <sys/resource.h>

static void fopen_errors(void) {
    char name[NAME_MAX + 3];
    memset(name, 'n', sizeof name);
    name[NAME_MAX + 2] = 0;
    unlink("absent");
    write_file("file", "x", 1);
    CHECK_ERROR("POSIX fopen ENOENT", !fopen("absent", "r"), ENOENT);
    CHECK_ERROR("POSIX fopen ENOENT", !fopen("absent", "r+"), ENOENT);
    CHECK_ERROR("POSIX fopen ENOENT", !fopen("", "w"), ENOENT);
    CHECK_ERROR("POSIX fopen ENOENT", !fopen("absent/file", "w"), ENOENT);
    CHECK_ERROR("POSIX fopen ENOTDIR", !fopen("file/file", "r"), ENOTDIR);
    CHECK_ERROR("POSIX fopen ENAMETOOLONG", !fopen(name, "w"), ENAMETOOLONG);
    CHECK_ERROR("POSIX fopen EISDIR", !fopen(".", "w"), EISDIR);
    CHECK_ERROR("POSIX fopen EISDIR", !fopen(".", "r+"), EISDIR);
    CHECK_ERROR("POSIX fopen EISDIR", !fopen("/", "a"), EISDIR);
    CHECK_ERROR("POSIX fopen EINVAL", !fopen("file", ""), EINVAL);
    CHECK_ERROR("POSIX fopen EINVAL", !fopen("file", "z"), EINVAL);
    CHECK_ERROR("POSIX fopen EINVAL", !fopen("file", "+r"), EINVAL);
    CHECK_ERROR("POSIX fopen EEXIST", !fopen("file", "wx"), EEXIST);
    CHECK_ERROR("POSIX fopen ETXTBSY", !fopen("/proc/self/exe", "r+"), ETXTBSY);
    CHECK_INT("POSIX fopen ELOOP", symlink("loop", "loop"), 0);
    CHECK_ERROR("POSIX fopen ELOOP", !fopen("loop", "r"), ELOOP);
    CHECK_FILE("POSIX fopen EINVAL", "file", "x");
    FILE *f = fopen(".", "r"); /* a directory can be opened for reading; reading fails */
    CHECK("POSIX fopen directory", f != NULL);
    CHECK_ERROR("POSIX fgetc EISDIR", fgetc(f) == EOF, EISDIR);
    CHECK("POSIX fgetc EISDIR", ferror(f) && !feof(f));
    fclose(f);
}

static void no_descriptors(void) {
    pid_t child = fork_child();
    if (child == 0) {
        struct rlimit limit = {8, 8};
        setrlimit(RLIMIT_NOFILE, &limit);
        FILE *f[10];
        int opened_ones = 0;
        while (opened_ones < 10 && (f[opened_ones] = fopen("file", "r")))
            opened_ones++;
        CHECK("POSIX fopen EMFILE", opened_ones < 10 && errno == EMFILE);
        CHECK_ERROR("POSIX tmpfile EMFILE", !tmpfile(), EMFILE);
        CHECK_ERROR("POSIX popen EMFILE", !popen("true", "r"), EMFILE);
        fclose(f[0]);
        f[0] = fopen("file", "r");
        CHECK("POSIX fopen", f[0] != NULL);
        exit(0);
    }
    CHECK("POSIX fopen EMFILE", child_passed(child));
}

/* The descriptor is open()'s: the lowest free number, 0666 less the umask, the flags of the mode. */
static void descriptors(void) {
    static const struct {
        const char *mode;
        int flags;
    } rows[] = {{"r", O_RDONLY}, {"w", O_WRONLY}, {"a", O_WRONLY | O_APPEND},
                {"r+", O_RDWR},  {"w+", O_RDWR},  {"a+", O_RDWR | O_APPEND}};
    mode_t mask = umask(026);
    unlink("made");
    FILE *f = opened("made", "w");
    struct stat status;
    CHECK("POSIX fopen creates 0666", fstat(fileno(f), &status) == 0 && (status.st_mode & 0777) == 0640);
    fclose(f);
    umask(mask);
    for (int i = 0; i < 6; i++) {
        int lowest = dup(0);
        close(lowest);
        f = opened("made", rows[i].mode);
        CHECK_INT("POSIX fopen lowest descriptor", fileno(f), lowest);
        CHECK_INT("POSIX fopen flags", fcntl(fileno(f), F_GETFL) & (O_ACCMODE | O_APPEND), rows[i].flags);
        CHECK_INT("POSIX fopen FD_CLOEXEC clear", fcntl(fileno(f), F_GETFD) & FD_CLOEXEC, 0);
        fclose(f);
    }
}

static bool is_now(struct timespec time) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return time.tv_sec > now.tv_sec - 100;
}

static void times(void) {
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    struct stat status;
    write_file("file", "text", 4);
    utimensat(AT_FDCWD, "file", old, 0);
    fclose(opened("file", "w"));
    CHECK("POSIX fopen marks times", stat("file", &status) == 0 && is_now(status.st_mtim));
    utimensat(AT_FDCWD, "file", old, 0);
    fclose(opened("file", "r+"));
    CHECK("POSIX fopen marks times", stat("file", &status) == 0 && status.st_mtim.tv_sec == 1000);
    FILE *f = opened("file", "r+");
    fputc('x', f);
    fflush(f);
    CHECK("POSIX fflush marks times", stat("file", &status) == 0 && is_now(status.st_mtim));
    fclose(f);
}

/* fdopen: the place is the descriptor's, nothing is truncated, the descriptor's own flags stay. */
static void fdopen_page(const struct window *window) {
    write_file("file", "0123456789", 10);
    int d = open("file", O_RDWR | O_CLOEXEC);
    lseek(d, 4, SEEK_SET);
    FILE *f = fdopen(d, "r+");
    REQUIRE(f);
    use_window(f, window);
    CHECK_INT("POSIX fdopen descriptor", fileno(f), d);
    CHECK_INT("POSIX fdopen position", ftell(f), 4);
    CHECK("POSIX fdopen indicators", !feof(f) && !ferror(f));
    CHECK_INT("POSIX fdopen position", fgetc(f), '4');
    CHECK_INT("POSIX fdopen FD_CLOEXEC", fcntl(d, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    CHECK_INT("POSIX fclose", fclose(f), 0);
    CHECK("POSIX fdopen descriptor", fcntl(d, F_GETFD) < 0);
    for (int i = 0; i < 2; i++) {
        d = open("file", O_RDWR);
        f = fdopen(d, i ? "w+" : "w");
        REQUIRE(f);
        use_window(f, window);
        fputs("AB", f);
        fclose(f);
        CHECK_FILE("POSIX fdopen does not truncate", "file", "AB23456789");
    }
    d = open("file", O_RDWR);
    f = fdopen(d, "a");
    REQUIRE(f);
    use_window(f, window);
    fputs("end", f);
    fclose(f);
    CHECK_FILE("POSIX fdopen append", "file", "AB23456789end");
    d = open("file", O_RDONLY);
    CHECK_ERROR("POSIX fdopen EINVAL", !fdopen(d, "w"), EINVAL);
    CHECK_ERROR("POSIX fdopen EINVAL", !fdopen(d, "r+"), EINVAL);
    CHECK_ERROR("POSIX fdopen EINVAL", !fdopen(d, "q"), EINVAL);
    CHECK("POSIX fdopen EINVAL", fcntl(d, F_GETFD) >= 0);
    close(d);
    CHECK_ERROR("POSIX fdopen EBADF", !fdopen(d, "r"), EBADF);
    CHECK_ERROR("POSIX fdopen EBADF", !fdopen(-1, "r"), EBADF);
}

/* freopen: the stream keeps its descriptor's number where that is a standard one, is cleared, has no
   orientation and the new file's place. */
static void freopen_page(const struct window *window) {
    write_file("file", "0123456789", 10);
    FILE *f = opened_with("file", "r", window);
    while (fgetc(f) != EOF)
        continue;
    CHECK("POSIX freopen", freopen("file", "r+", f) == f);
    CHECK("POSIX freopen clears", !feof(f) && !ferror(f) && fwide(f, 0) == 0);
    CHECK_INT("POSIX freopen position", ftell(f), 0);
    CHECK_INT("POSIX freopen", fgetc(f), '0');
    int descriptor = fileno(f);
    CHECK_ERROR("POSIX freopen ENOENT", !freopen("absent", "r", f), ENOENT);
    CHECK("POSIX freopen closes", fcntl(descriptor, F_GETFD) < 0);
    f = opened_with("file", "r", window);
    CHECK_ERROR("POSIX freopen EINVAL", !freopen("file", "k", f), EINVAL);
    f = opened_with("out", "w", window);
    fputs("unwritten", f);
    CHECK("POSIX freopen flushes", freopen("other", "w", f) == f);
    CHECK_FILE("POSIX freopen flushes", "out", "unwritten");
    fclose(f);
    CHECK_FILE("POSIX freopen flushes", "other", "");
    int d = open("file", O_RDWR);
    f = fdopen(d, "r");
    REQUIRE(f);
    fgetc(f);
    CHECK("POSIX freopen null name", freopen(NULL, "r+", f) == f);
    CHECK_INT("POSIX freopen null name", fputc('X', f), 'X');
    fclose(f);
    CHECK_FILE("POSIX freopen null name", "file", "X123456789");
    f = opened("file", "r");
    close(fileno(f));
    CHECK_ERROR("POSIX freopen null name, EBADF", !freopen(NULL, "r", f), EBADF);
}

static void freopen_standard(void) {
    pid_t child = fork_child();
    if (child == 0) {
        write_file("file", "abc", 3);
        CHECK("POSIX freopen standard", freopen("file", "r", stdin) == stdin && fileno(stdin) == 0);
        CHECK("POSIX freopen standard", freopen("out", "w", stdout) == stdout && fileno(stdout) == 1);
        CHECK("POSIX freopen standard", freopen("err", "a", stderr) == stderr && fileno(stderr) == 2);
        CHECK_INT("POSIX freopen standard", getchar(), 'a');
        printf("out");
        fprintf(stderr, "err");
        exit(0);
    }
    CHECK("POSIX freopen standard", child_passed(child));
    CHECK_FILE("POSIX freopen standard", "out", "out");
    CHECK_FILE("POSIX freopen standard", "err", "err");
}

int main(void) {
    fopen_errors();
    no_descriptors();
    descriptors();
    times();
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        fdopen_page(&windows[i]);
        freopen_page(&windows[i]);
    }
    freopen_standard();
    return clauses_done();
}
