/* C17 7.21.10: clearerr, feof, ferror, perror. */
#include "clauses.h"

static void indicators(const struct window *window) {
    write_file("data", "ab", 2);
    FILE *f = opened_with("data", "r", window);
    CHECK("7.21.5.3p8", feof(f) == 0 && ferror(f) == 0);
    fgetc(f);
    fgetc(f);
    CHECK("7.21.10.2p3", feof(f) == 0);
    fgetc(f);
    CHECK("7.21.10.2p3", feof(f) != 0);
    CHECK("7.21.10.3p3", ferror(f) == 0);
    fputc('x', f);
    CHECK("7.21.10.3p3", ferror(f) != 0);
    CHECK("7.21.10.2p2", feof(f) != 0);
    clearerr(f);
    CHECK("7.21.10.1p2", feof(f) == 0 && ferror(f) == 0);
    CHECK_INT("7.21.10.1p2", fgetc(f), EOF);
    CHECK("7.21.10.2p2", feof(f) != 0);
    fclose(f);
    /* The error indicator stays through successful operations. */
    f = opened_with("data", "r", window);
    fputc('x', f);
    CHECK_INT("7.21.10.3p2", fgetc(f), 'a');
    CHECK("7.21.10.3p2", ferror(f) != 0);
    rewind(f);
    CHECK("7.21.9.5p2", ferror(f) == 0);
    fclose(f);
}

static void complain(int error, const char *prefix) {
    errno = error;
    perror(prefix);
    errno = error;
}

/* perror writes "s: message\n", the message that strerror has for errno. */
static void messages(void) {
    static const int errors[] = {0, ENOENT, EACCES, EILSEQ, EDOM, ERANGE, 9999, -1};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        char want[300], message[100];
        situation("errno %d", errors[i]);
        snprintf(message, sizeof message, "%s", strerror(errors[i]));
        pid_t child = fork_child();
        if (child == 0) {
            if (dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2) < 0)
                _exit(9);
            complain(errors[i], "prefix");
            complain(errors[i], "");
            complain(errors[i], NULL);
            complain(errors[i], "50%d");
            exit(0);
        }
        CHECK("7.21.10.4p2", child_passed(child));
        int length = snprintf(want, sizeof want, "prefix: %s\n%s\n%s\n50%%d: %s\n", message, message, message,
                              message);
        check_file("7.21.10.4p2", __FILE__, __LINE__, "err", want, (size_t)length);
    }
}

/* It appears among what the program itself prints on stderr, in order, buffered or not. */
static void in_order(int kind, size_t room) {
    pid_t child = fork_child();
    if (child == 0) {
        if (dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2) < 0)
            _exit(9);
        if (kind >= 0)
            setvbuf(stderr, NULL, kind, room);
        fputs("1 ", stderr);
        complain(ENOENT, "2");
        fputs("3 ", stderr);
        complain(EACCES, NULL);
        exit(0);
    }
    CHECK("7.21.10.4p2 order", child_passed(child));
    CHECK_FILE("7.21.10.4p2 order", "err", "1 2: No such file or directory\n3 Permission denied\n");
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        indicators(&windows[i]);
    }
    messages();
    situation("order");
    in_order(-1, 0);
    in_order(_IOFBF, 200);
    in_order(_IOLBF, 200);
    in_order(_IOFBF, 3);
    return clauses_done();
}
