/* POSIX.1-2017 XSH: the pages of fflush and fclose (and exit, which closes): what happens to the file offset
   of input, to pushed back bytes, and which errors are reported. */
#include "clauses.h"
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

static const struct window *used;

static off_t place_of(int descriptor) {
    return lseek(descriptor, 0, SEEK_CUR);
}

/* Input that is not at its end: the descriptor's offset becomes the stream's position. */
static void input_offset(size_t count, bool pushes) {
    char *bytes = pattern(3 * used->size + 20);
    unlink("data");
    write_file("data", bytes, 3 * used->size + 20);
    free(bytes);
    for (int what = 0; what < 3; what++) {
        static const char *const clauses[] = {"POSIX fflush input", "POSIX fclose input",
                                              "POSIX fflush(NULL) input"};
        static const char *const pushed[] = {"POSIX fflush input, after ungetc",
                                             "POSIX fclose input, after ungetc",
                                             "POSIX fflush(NULL) input, after ungetc"};
        const char *clause = pushes ? pushed[what] : clauses[what];
        int d = open("data", O_RDONLY);
        FILE *f = fdopen(dup(d), "r");
        REQUIRE(f);
        use_window(f, used);
        for (size_t i = 0; i < count; i++)
            fgetc(f);
        if (pushes)
            ungetc('u', f);
        /* Pushing back moved the position by one, so that is where the offset goes (ungetc's page). */
        size_t place = pushes ? count - 1 : count;
        CHECK_INT(clause, what == 0 ? fflush(f) : what == 1 ? fclose(f) : fflush(NULL), 0);
        CHECK_INT(clause, place_of(d), place);
        if (what != 1) {
            CHECK_INT(clause, ftell(f), place);
            CHECK_INT(clause, fgetc(f), pattern_byte(place)); /* what was pushed back is gone */
            fclose(f);
        }
        close(d);
    }
}

/* At the end of the file the offset is there already and stays. */
static void input_at_end(void) {
    write_file("data", "abc", 3);
    int d = open("data", O_RDONLY);
    FILE *f = fdopen(dup(d), "r");
    REQUIRE(f);
    use_window(f, used);
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("POSIX fflush input at its end", fflush(f), 0);
    CHECK_INT("POSIX fflush input at its end", place_of(d), 3);
    CHECK_INT("POSIX fclose input at its end", fclose(f), 0);
    CHECK_INT("POSIX fclose input at its end", place_of(d), 3);
    close(d);
    /* A pipe cannot seek: nothing is lost and nothing fails. */
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "abcd", 4) == 4);
    f = fdopen(ends[0], "r");
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("POSIX fflush of a pipe", fgetc(f), 'a');
    CHECK_INT("POSIX fflush of a pipe", fflush(f), 0);
    CHECK_INT("POSIX fflush of a pipe", fgetc(f), 'b');
    CHECK_INT("POSIX fclose of a pipe", fclose(f), 0);
    close(ends[1]);
}

/* exit closes as fclose does: standard input and any other stream that a parent shares. */
static void at_exit(void) {
    write_file("data", "0123456789", 10);
    int d = open("data", O_RDONLY);
    pid_t child = fork_child();
    if (child == 0) {
        if (dup2(d, 0) < 0)
            _exit(9);
        getchar();
        getchar();
        exit(0);
    }
    CHECK("POSIX exit, standard input", child_passed(child));
    CHECK_INT("POSIX exit, standard input", place_of(d), 2);
    lseek(d, 0, SEEK_SET);
    child = fork_child();
    if (child == 0) {
        FILE *f = fdopen(d, "r");
        fgetc(f);
        exit(0);
    }
    CHECK("POSIX exit, other input", child_passed(child));
    CHECK_INT("POSIX exit, other input", place_of(d), 1);
    close(d);
}

/* A wide stream's pushed back character is discarded too. */
static void wide_input(void) {
    write_file("data", "\xc3\xa9\xe2\x82\xaczz", 7);
    FILE *f = opened_with("data", "r", used);
    CHECK_INT("POSIX fflush wide input", fgetwc(f), 0xe9);
    CHECK_INT("POSIX fflush wide input", fflush(f), 0);
    CHECK_INT("POSIX fflush wide input", place_of(fileno(f)), 2);
    CHECK_INT("POSIX fflush wide input", fgetwc(f), 0x20ac);
    fclose(f);
}

/* EBADF, EFBIG, EPIPE, ENOSPC, EAGAIN: EOF, errno, and with fflush the error indicator. */
static void errors(void) {
    for (int closes = 0; closes < 2; closes++) {
        const char *clause = closes ? "POSIX fclose errors" : "POSIX fflush errors";
        FILE *f = opened("out", "w");
        fputs("text", f);
        close(fileno(f));
        CHECK_ERROR(clause, (closes ? fclose(f) : fflush(f)) == EOF, EBADF);
        if (!closes)
            CHECK("POSIX fflush error indicator", ferror(f));
        f = fopen("/dev/full", "w");
        REQUIRE(f);
        fputs("text", f);
        CHECK_ERROR(clause, (closes ? fclose(f) : fflush(f)) == EOF, ENOSPC);
        if (!closes) {
            CHECK("POSIX fflush error indicator", ferror(f));
            fclose(f);
        }
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        close(ends[0]);
        f = fdopen(ends[1], "w");
        REQUIRE(f);
        fputs("text", f);
        CHECK_ERROR(clause, (closes ? fclose(f) : fflush(f)) == EOF, EPIPE);
        if (!closes)
            fclose(f);
        REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
        char filler[4096] = "";
        while (write(ends[1], filler, sizeof filler) > 0)
            continue;
        f = fdopen(ends[1], "w");
        REQUIRE(f);
        fputs("text", f);
        CHECK_ERROR(clause, (closes ? fclose(f) : fflush(f)) == EOF, EAGAIN);
        close(ends[0]);
        if (!closes)
            fclose(f);
    }
    pid_t child = fork_child();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = {10, 10};
        FILE *f = opened("out", "w");
        setrlimit(RLIMIT_FSIZE, &limit);
        fputs("more than ten bytes", f);
        CHECK_ERROR("POSIX fflush EFBIG", fflush(f) == EOF, EFBIG);
        CHECK("POSIX fflush error indicator", ferror(f));
        _exit(0);
    }
    CHECK("POSIX fflush EFBIG", child_passed(child));
    CHECK_FILE("POSIX fflush EFBIG", "out", "more than ");
}

/* EINTR: without SA_RESTART the interrupted flush says so. */
static void on_signal(int number) {
    (void)number;
}

static void interrupted(void) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGALRM, &action, NULL);
    char filler[4096] = "";
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    while (write(ends[1], filler, sizeof filler) > 0)
        continue;
    fcntl(ends[1], F_SETFL, 0);
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    fputs("text", f);
    struct itimerval soon = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK_ERROR("POSIX fflush EINTR", fflush(f) == EOF, EINTR);
    CHECK("POSIX fflush EINTR", ferror(f));
    setitimer(ITIMER_REAL, &never, NULL);
    close(ends[0]);
    fclose(f);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        for (int fill = 1; fill < FILLS; fill++) {
            size_t count = fill_of(used, fill);
            situation("%s, %zu read", used->name, count);
            input_offset(count, false);
            if (count)
                input_offset(count, true);
        }
        situation("%s", used->name);
        input_at_end();
        wide_input();
    }
    at_exit();
    errors();
    interrupted();
    return clauses_done();
}
