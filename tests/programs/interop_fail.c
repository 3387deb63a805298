/* libc's own functions write to our streams while writing fails: a limited file, a full disk, a full pipe.
   They report it as on libc; and on libbuf nothing that was accepted is lost: with the obstacle gone, the
   records that succeeded are there, whole and in order. */
#include "expect.h"
#include <err.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>

static char window[4096];
static const size_t sizes[] = {1, 2, 7, 64, 100, 1000, 4096};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void limit(rlim_t bytes) {
    struct rlimit now;
    getrlimit(RLIMIT_FSIZE, &now);
    now.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

/* Puts the record by libc; its text is added to `want` when it was taken. */
static bool put_record(FILE *f, int number, char *want, size_t *wanted) {
    char name[20], text[100];
    snprintf(name, sizeof name, "user%d", number);
    struct passwd user = {name, "x", (uid_t)number, 7, "Real Name", "/home", "/bin/sh"};
    int length = snprintf(text, sizeof text, "%s:x:%d:7:Real Name:/home:/bin/sh\n", name, number);
    errno = 0;
    if (putpwent(&user, f) != 0 || ferror(f))
        return false;
    memcpy(want + *wanted, text, (size_t)length);
    *wanted += (size_t)length;
    return true;
}

static void limited_file(size_t size, int kind) {
    char want[20000];
    size_t wanted = 0, got_size = 0;
    situation("limited file, window %zu, kind %d", size, kind);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    setvbuf(f, window, kind, size);
    limit(1000);
    int number = 0;
    while (number < 200 && put_record(f, number, want, &wanted))
        number++;
    int error = errno;
    bool flushed = fflush(f) == 0;
    EXPECT(number < 200 || !flushed); /* the failure showed */
    if (number < 200)
        EXPECT_INT(error, EFBIG);
    EXPECT(ferror(f));
    limit(RLIM_INFINITY);
    clearerr(f);
    if (on_libbuf()) {
        EXPECT(fputs("end\n", f) >= 0);
        EXPECT_INT(fflush(f), 0);
        EXPECT_INT(fclose(f), 0);
        char *got = read_file("data", &got_size);
        REQUIRE(got && got_size >= wanted + 4);
        EXPECT_BYTES(got, wanted, want, wanted);
        EXPECT_BYTES(got + got_size - 4, 4, "end\n", 4);
        free(got);
    } else {
        fclose(f);
    }
}

static void full_disk(size_t size) {
    situation("full disk, window %zu", size);
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, window, _IOFBF, size);
    char want[20000];
    size_t wanted = 0;
    int number = 0;
    while (number < 300 && put_record(f, number, want, &wanted))
        number++;
    EXPECT(number < 300);
    EXPECT_INT(errno, ENOSPC);
    EXPECT(ferror(f));
    fclose(f);
}

static void full_pipe(size_t size) {
    static char want[400000], got[400000];
    size_t wanted = 0, have = 0;
    int ends[2];
    situation("full pipe, window %zu", size);
    REQUIRE(pipe(ends) == 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    setvbuf(f, window, _IOFBF, size);
    int number = 0;
    while (number < 5000 && put_record(f, number, want, &wanted))
        number++;
    EXPECT(number < 5000);
    EXPECT_INT(errno, EAGAIN);
    EXPECT(ferror(f));
    for (int tries = 0; tries < 100; tries++) { /* the reader makes room, the writer flushes again */
        ssize_t n;
        while ((n = read(ends[0], got + have, sizeof got - have)) > 0)
            have += (size_t)n;
        clearerr(f);
        if (fflush(f) == 0)
            break;
        EXPECT_INT(errno, EAGAIN);
    }
    fclose(f);
    ssize_t n;
    while ((n = read(ends[0], got + have, sizeof got - have)) > 0)
        have += (size_t)n;
    if (on_libbuf()) {
        EXPECT(have >= wanted);
        EXPECT_BYTES(got, wanted < have ? wanted : have, want, wanted);
    }
    close(ends[0]);
}

/* perror and warnx on a stderr whose file is full. */
static void messages(size_t size, int kind) {
    char want[20000], *got;
    size_t wanted = 0, got_size = 0;
    FILE *usual = stderr, *f = fopen("data", "w");
    situation("messages, window %zu, kind %d", size, kind);
    REQUIRE(f);
    setvbuf(f, window, kind, size);
    limit(500);
    stderr = f;
    for (int i = 0; i < 400 && !ferror(f); i++) {
        size_t length = (size_t)snprintf(
            want + wanted, 100, i % 2 ? "interop_fail: warnx %d\n" : "perror: Input/output error\n", i);
        errno = EIO;
        if (i % 2)
            warnx("warnx %d", i);
        else
            perror("perror");
        if (!ferror(f))
            wanted += length;
    }
    EXPECT(ferror(f));
    stderr = usual;
    limit(RLIM_INFINITY);
    clearerr(f);
    if (on_libbuf())
        EXPECT_INT(fflush(f), 0);
    fclose(f);
    if (on_libbuf()) {
        got = read_file("data", &got_size);
        EXPECT(got_size >= wanted);
        EXPECT_BYTES(got, wanted < got_size ? wanted : got_size, want, wanted);
        free(got);
    }
}

int main(void) {
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < SIZES; i++) {
        limited_file(sizes[i], _IOFBF);
        limited_file(sizes[i], _IOLBF);
        full_disk(sizes[i]);
        full_pipe(sizes[i]);
        messages(sizes[i], _IOFBF);
        messages(sizes[i], _IOLBF);
    }
    limited_file(1, _IONBF);
    messages(1, _IONBF);
    puts("failing writes");
    return finish();
}
