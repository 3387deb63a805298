/* A file that may not grow past 1,000 bytes (RLIMIT_FSIZE): the call that meets the limit says EFBIG, once
   the limit is lifted everything that was accepted is written, in order, for every way of putting. libc drops
   what a failed flush held: there only the errors are checked. */
#include "expect.h"
#include <signal.h>
#include <sys/resource.h>

static void limit(rlim_t bytes) {
    struct rlimit now;
    getrlimit(RLIMIT_FSIZE, &now);
    now.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

/* 3,000 bytes buffered: fflush fails and keeps them; with the limit lifted the next fflush, or fclose, leaves
 * all. */
static void three_thousand(bool by_close) {
    char *bytes = pattern(3000);
    situation("3,000 bytes, %s", by_close ? "fclose" : "fflush");
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(fwrite(bytes, 1, 3000, f), 3000);
    limit(1000);
    EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    EXPECT(ferror(f));
    if (on_libbuf()) {
        EXPECT_ERROR(fflush(f) == EOF, EFBIG); /* and again */
        limit(RLIM_INFINITY);
        clearerr(f);
        if (!by_close)
            EXPECT_INT(fflush(f), 0);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", bytes, 3000);
    } else {
        limit(RLIM_INFINITY);
        fclose(f);
        EXPECT_FILE("data", bytes, 1000);
    }
    free(bytes);
}

/* Writes `total` bytes by one kind of call, lifting the limit when it fails, going on behind what was
 * accepted. */
static void goes_on(size_t size, int kind, size_t piece) {
    enum { TOTAL = 20000 };
    static char window[8192];
    char *bytes = pattern(TOTAL);
    situation("window %zu, kind %d, pieces of %zu", size, kind, piece);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    if (size)
        setvbuf(f, window, kind, size);
    limit(5000);
    bool failed = false;
    for (size_t at = 0; at < TOTAL;) {
        size_t wanted = piece < TOTAL - at ? piece : TOTAL - at, put;
        errno = 0;
        if (piece == 1)
            put = putc((unsigned char)bytes[at], f) != EOF;
        else
            put = fwrite(bytes + at, 1, wanted, f);
        at += put;
        if (put < wanted || ferror(f)) {
            EXPECT_INT(errno, EFBIG);
            EXPECT(ferror(f));
            EXPECT(!failed);
            failed = true;
            limit(RLIM_INFINITY);
            clearerr(f);
            if (!on_libbuf())
                break;
        }
    }
    if (!failed)
        EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    limit(RLIM_INFINITY);
    clearerr(f);
    if (on_libbuf()) {
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", bytes, TOTAL);
    } else {
        fclose(f);
    }
    free(bytes);
}

/* fseek and ftell with bytes that cannot leave: the seek fails, nothing is lost, the place is still told. */
static void seeks(void) {
    char *bytes = pattern(3000);
    situation("seek");
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(fwrite(bytes, 1, 3000, f), 3000);
    limit(1000);
    EXPECT_INT(ftell(f), 3000);
    EXPECT_ERROR(fseek(f, 0, SEEK_SET) == -1, EFBIG);
    limit(RLIM_INFINITY);
    clearerr(f);
    if (on_libbuf()) {
        EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
        EXPECT_INT(putc('!', f), '!');
        EXPECT_INT(fclose(f), 0);
        bytes[0] = '!';
        EXPECT_FILE("data", bytes, 3000);
    } else {
        fclose(f);
    }
    free(bytes);
}

/* fflush(NULL) and exit meet the limit too. */
static void all_streams(void) {
    situation("fflush(NULL)");
    FILE *f = fopen("data", "w"), *other = fopen("other", "w");
    REQUIRE(f && other);
    for (int i = 0; i < 150; i++)
        fputs("0123456789", f);
    fputs("small", other);
    limit(1000);
    EXPECT_ERROR(fflush(NULL) == EOF, EFBIG);
    EXPECT_FILE("other", "small", 5);
    limit(RLIM_INFINITY);
    clearerr(f);
    fclose(f);
    fclose(other);
    struct stat status;
    EXPECT(stat("data", &status) == 0 && status.st_size == (on_libbuf() ? 1500 : 1000));
}

int main(void) {
    static const size_t sizes[] = {0, 1, 2, 100, 1024, 4096, 8192},
                        pieces[] = {1, 3, 100, 1000, 4096, 7000, 20000};
    signal(SIGXFSZ, SIG_IGN);
    three_thousand(false);
    three_thousand(true);
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++)
            goes_on(sizes[i], _IOFBF, pieces[j]);
    for (size_t j = 0; j < 7; j++) {
        goes_on(100, _IOLBF, pieces[j]);
        goes_on(1, _IONBF, pieces[j]);
    }
    seeks();
    all_streams();
    puts("limits");
    return finish();
}
