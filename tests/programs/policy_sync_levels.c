/* buf_sync and buf_position: what they return, and count, on every kind of stream. */
#include "expect.h"
#include "extended.h"
#include <mntent.h>
#include <pwd.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/resource.h>

static void expect_position(FILE *f, uint64_t accepted, uint64_t kernel, uint64_t durable) {
    struct buf_position p;
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT_INT(p.accepted, accepted);
    EXPECT_INT(p.kernel, kernel);
    EXPECT_INT(p.durable, durable);
}

static void files(void) {
    situation("a file");
    FILE *f = fopen("file", "w+");
    REQUIRE(f);
    expect_position(f, 0, 0, 0);
    EXPECT_INT(fputs("hello", f) >= 0, 1);
    expect_position(f, 5, 0, 0);
    EXPECT_INT(buf_sync(f, BUF_KERNEL), 0);
    EXPECT_FILE("file", "hello", 5);
    expect_position(f, 5, 5, 0);
    EXPECT_INT(fputc('!', f), '!');
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    expect_position(f, 6, 6, 6);
    EXPECT_INT(fputc('?', f), '?');
    expect_position(f, 7, 6, 6);
    EXPECT_INT(buf_sync(f, BUF_FILE), 0);
    expect_position(f, 7, 7, 7);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(fgetc(f), 'h');
    expect_position(f, 7, 7, 7); /* what is read does not count */
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(fputs("HE", f) >= 0, 1); /* what is written over counts again */
    expect_position(f, 9, 7, 7);
    EXPECT_INT(fflush(f), 0);
    expect_position(f, 9, 9, 7);
    char *big = pattern(300000);
    EXPECT_INT(fwrite(big, 1, 300000, f), 300000);
    struct buf_position p;
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT_INT(p.accepted, 300009);
    EXPECT(p.kernel > 9 && p.kernel <= p.accepted);
    EXPECT_INT(p.durable, 7);
    free(big);
    REQUIRE(f = freopen("file2", "w", f));
    expect_position(f, 0, 0, 0);
    EXPECT_INT(fclose(f), 0);
    REQUIRE(f = fopen("file", "r"));
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_INT(fclose(f), 0);
    REQUIRE(f = fopen("file3", "a"));
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(fputs("abc", f) >= 0, 1);
    expect_position(f, 3, 3, 0);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    expect_position(f, 3, 3, 3);
    EXPECT_INT(fclose(f), 0);
}

/* BUF_NAME where the name is not what it was. */
static void names(void) {
    situation("renamed");
    mkdir("sub", 0777);
    FILE *f = fopen("old", "w");
    REQUIRE(f);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_INT(rename("old", "sub/new"), 0);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    expect_position(f, 1, 1, 1);
    situation("one of two links gone"); /* the other one cannot be found: the whole file system */
    EXPECT_INT(link("sub/new", "second"), 0);
    EXPECT_INT(unlink("sub/new"), 0);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    situation("another file by its name");
    write_file("sub/new (deleted)", "z", 1);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    situation("no link left");
    EXPECT_INT(unlink("second"), 0);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_INT(fclose(f), 0);
    REQUIRE(f = tmpfile());
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    expect_position(f, 1, 1, 1);
    EXPECT_INT(fclose(f), 0);
}

/* The directory of a file that replaces another is the one that it was opened in, whatever its path is now. */
static void replaced(void) {
    situation("replaced");
    mkdir("held", 0777);
    write_file("held/file", "old", 3);
    FILE *f = buf_fopen("held/file", "w", "replace");
    REQUIRE(f);
    EXPECT_INT(fputs("new", f) >= 0, 1);
    EXPECT_INT(rename("held", "moved"), 0);
    mkdir("held", 0777);
    write_file("held/file", "another", 7);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    expect_position(f, 3, 3, 3);
    EXPECT_FILE("moved/file", "old", 3);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("moved/file", "new", 3);
    EXPECT_FILE("held/file", "another", 7);
}

static uint64_t size_of(const char *path) {
    struct stat status = {0};
    stat(path, &status);
    return (uint64_t)status.st_size;
}

/* What libc put and the kernel refused at first counts once, and not at all when it is purged. */
static void put_by_libc(void) {
    struct passwd entry = {"name", "x", 1000, 1000, "gecos", "/home", "/bin/sh"};
    struct rlimit limit = {10, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    struct buf_position p;
    signal(SIGXFSZ, SIG_IGN);
    for (int purged = 0; purged < 2; purged++) {
        situation("put by libc%s", purged ? ", purged" : "");
        FILE *f = fopen("table", "w");
        REQUIRE(f && setvbuf(f, NULL, _IOFBF, 32) == 0);
        REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
        EXPECT_INT(fputc('#', f), '#'); /* from here on libc sees a window */
        EXPECT_INT(putpwent(&entry, f), -1);
        REQUIRE(setrlimit(RLIMIT_FSIZE, &none) == 0);
        EXPECT_INT(buf_position(f, &p), 0);
        EXPECT(p.accepted > 10);
        EXPECT_INT(p.kernel, 10);
        EXPECT_INT(size_of("table"), 10);
        uint64_t accepted = purged ? 10 : p.accepted;
        if (purged)
            __fpurge(f);
        clearerr(f);
        EXPECT_INT(fflush(f), 0);
        EXPECT_INT(size_of("table"), accepted);
        expect_position(f, accepted, accepted, 0);
        EXPECT_INT(fclose(f), 0);
    }
}

/* Nothing to sync is no error, and nothing on a device. */
static void others(void) {
    int ends[2];
    situation("a pipe");
    REQUIRE(pipe(ends) == 0);
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    EXPECT_INT(fputs("pipe", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    expect_position(f, 4, 4, 0);
    EXPECT_INT(fclose(f), 0);
    close(ends[0]);
    situation("/dev/null");
    REQUIRE(f = fopen("/dev/null", "w"));
    EXPECT_INT(fputs("null", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    expect_position(f, 4, 4, 0);
    EXPECT_INT(fclose(f), 0);
    situation("/proc");
    REQUIRE(f = fopen("/proc/self/stat", "r"));
    EXPECT(fgetc(f) != EOF);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_INT(fclose(f), 0);
    situation("memory");
    char *text = NULL, room[10];
    size_t size = 0;
    REQUIRE(f = open_memstream(&text, &size));
    EXPECT_INT(fputs("memory", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_TEXT(text, "memory");
    expect_position(f, 6, 6, 0);
    EXPECT_INT(fclose(f), 0);
    free(text);
    REQUIRE(f = fmemopen(room, sizeof room, "w"));
    EXPECT_INT(fputs("mem", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    EXPECT_TEXT(room, "mem");
    EXPECT_INT(fclose(f), 0);
}

static void errors(void) {
    struct buf_position p = {1, 2, 3};
    situation("a stream of libc's own");
    FILE *f = setmntent("/proc/self/mounts", "r");
    REQUIRE(f);
    EXPECT_ERROR(buf_sync(f, BUF_DATA) == -1, EBADF);
    EXPECT_ERROR(buf_sync(f, (enum buf_level)9) == -1, EBADF);
    EXPECT_ERROR(buf_position(f, &p) == -1, EBADF);
    EXPECT_ERROR(buf_sync(NULL, BUF_DATA) == -1, EBADF);
    endmntent(f);
    situation("levels that are none");
    REQUIRE(f = fopen("file", "w"));
    EXPECT_ERROR(buf_sync(f, (enum buf_level)4) == -1, EINVAL);
    EXPECT_ERROR(buf_sync(f, (enum buf_level) - 1) == -1, EINVAL);
    EXPECT_INT(ferror(f), 0);
    situation("programs built with another size of the struct");
    struct {
        struct buf_position known;
        uint64_t later;
    } larger = {{7, 7, 7}, 7};
    EXPECT_INT(fputs("ab", f) >= 0, 1);
    EXPECT_INT(buf_position_sized(f, &larger.known, sizeof larger), 0);
    EXPECT_INT(larger.known.accepted, 2);
    EXPECT_INT(larger.later, 0);
    EXPECT_INT(buf_position_sized(f, &p, 2 * sizeof(uint64_t)), 0);
    EXPECT_INT(p.accepted, 2);
    EXPECT_INT(p.durable, 3);
    situation("a flush that fails");
    FILE *full = fopen("/dev/full", "w");
    REQUIRE(full);
    EXPECT_INT(fputs("ab", full) >= 0, 1);
    EXPECT_ERROR(buf_sync(full, BUF_DATA) == -1, ENOSPC);
    EXPECT(ferror(full));
    expect_position(full, 2, 0, 0);
    EXPECT_ERROR(fclose(full) == EOF, ENOSPC);
    situation("its descriptor closed behind it");
    close(fileno(f));
    EXPECT_ERROR(buf_sync(f, BUF_DATA) == -1, EBADF);
    EXPECT_ERROR(fclose(f) == EOF, EBADF);
    situation("options at the wrong time");
    REQUIRE(f = fopen("file", "w"));
    EXPECT_ERROR(buf_configure(f, "cache=writethrough") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, "sync=every") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, "sync=every:0") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, "sync=flush:1") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, "pace=no") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, "advise=well") == -1, EINVAL);
    EXPECT_INT(fclose(f), 0);
}

/* What is known to be on the device when each write is synchronous. */
static void always(void) {
    situation("sync=always");
    FILE *f = buf_fopen("file", "w", "sync=always");
    REQUIRE(f);
    EXPECT_INT(fputs("abc", f) >= 0, 1);
    expect_position(f, 3, 0, 0);
    EXPECT_INT(fflush(f), 0);
    expect_position(f, 3, 3, 3);
    EXPECT_INT(fclose(f), 0);
    situation("sync=always from now on");
    REQUIRE(f = fopen("file", "w"));
    EXPECT_INT(fputs("abc", f) >= 0, 1);
    EXPECT_INT(buf_configure(f, "sync=always"), 0);
    expect_position(f, 3, 3, 3);
    EXPECT_INT(fputs("def", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    expect_position(f, 6, 6, 6);
    EXPECT_INT(buf_configure(f, "sync=none"), 0);
    EXPECT_INT(fputs("ghi", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    expect_position(f, 9, 9, 6);
    EXPECT_INT(buf_configure(f, "sync=every:4"), 0);
    EXPECT_INT(fputs("j", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(fputs("klmn", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    expect_position(f, 14, 14, 14);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("file", "abcdefghijklmn", 14);
}

int main(void) {
    REQUIRE(buf_sync && buf_position_sized);
    files();
    names();
    put_by_libc();
    replaced();
    others();
    errors();
    always();
    puts("levels");
    return finish();
}
