/* What a report counts, asked by buf_stats; and with an argument, a program that ends in that way for the suite to read
   its reports. */
#include "expect.h"
#include "extended.h"
#include <pwd.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <wchar.h>

static struct buf_stats stats_of(FILE *f) {
    struct buf_stats stats;
    memset(&stats, 0xff, sizeof stats);
    EXPECT_INT(buf_stats(f, &stats), 0);
    return stats;
}

static void puts_are_counted(void) {
    situation("puts");
    FILE *f = buf_fopen("puts", "w", "report=none,size=4096");
    REQUIRE(f);
    char block[5000] = "";
    for (int i = 0; i < 1000; i++)
        EXPECT_INT(fwrite("0123456789abcdef", 16, 1, f), 1);
    EXPECT_INT(fputc('a', f), 'a');
    EXPECT_INT(putc_unlocked('b', f), 'b');
    EXPECT_INT(fputs("string", f) >= 0, 1);
    EXPECT_INT(fprintf(f, "%d %s %5000s", 1, "two", "three"), 5006);
    EXPECT_INT(fwrite(block, 1, sizeof block, f), sizeof block);
    struct buf_stats s = stats_of(f);
    EXPECT_INT(s.put_calls, 1005);
    EXPECT_INT(s.put_bytes, 16000 + 2 + 6 + 5006 + 5000);
    EXPECT_INT(s.put_sizes[4], 1000);
    EXPECT_INT(s.put_sizes[0], 2);
    EXPECT_INT(s.put_sizes[2], 1);
    EXPECT_INT(s.put_sizes[12], 2);
    EXPECT_INT(s.write_bytes, s.put_bytes / 4096 * 4096);
    EXPECT_INT(s.write_aligned, s.write_bytes);
    EXPECT(s.write_calls > 0 && s.write_calls <= s.write_bytes / 4096);
    EXPECT_INT(fflush(f), 0);
    struct buf_stats after = stats_of(f);
    EXPECT_INT(after.write_calls, s.write_calls + 1);
    EXPECT_INT(after.write_bytes, s.put_bytes);
    EXPECT_INT(after.write_aligned, s.write_aligned);
    EXPECT_INT(after.put_calls, s.put_calls);
    EXPECT_INT(after.read_calls + after.get_calls + after.seeks + after.syncs + after.fallbacks, 0);
    EXPECT_INT(fclose(f), 0);
}

/* libc's own functions move the cursors themselves. */
static void puts_of_libc_are_told_apart(void) {
    struct passwd entry = {"name", "x", 1000, 1000, "gecos", "/home", "/bin/sh"}; /* a line of 37 bytes */
    struct rlimit limit = {1000, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    static const char *const sizes[] = {"size=4096", "size=16", "buffer=line", "buffer=none", "buffer=full"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char options[50];
        snprintf(options, sizeof options, "report=none,%s", sizes[i]);
        situation("puts of libc, %s", sizes[i]);
        FILE *f = buf_fopen("others", "w", options);
        REQUIRE(f);
        for (int n = 0; n < 10; n++) {
            EXPECT_INT(fputs("abc", f) >= 0, 1);
            EXPECT_INT(putpwent(&entry, f), 0);
            EXPECT_INT(stats_of(f).uncounted_bytes, 37 * (n + 1));
        }
        EXPECT_INT(fflush(f), 0);
        struct buf_stats s = stats_of(f);
        EXPECT_INT(s.uncounted_bytes, 370);
        EXPECT_INT(s.put_calls, 10);
        EXPECT_INT(s.put_bytes, 30);
        EXPECT_INT(s.write_bytes, 400);

        EXPECT_INT(putpwent(&entry, f), 0);
        EXPECT_INT(fputs("purged", f) >= 0, 1);
        __fpurge(f);
        s = stats_of(f);
        EXPECT_INT(s.uncounted_bytes, 407);
        EXPECT_INT(s.put_bytes, 36);
        FILE *assigned = stderr;
        stderr = f;
        errno = ENOENT;
        perror("why");
        stderr = assigned;
        EXPECT_INT(stats_of(f).uncounted_bytes, 407 + strlen("why: No such file or directory\n"));
        EXPECT_INT(fclose(f), 0);
    }
    situation("opened again");
    FILE *again = buf_fopen("others", "w", "report=again");
    REQUIRE(again);
    EXPECT_INT(fputs("abc", again) >= 0, 1);
    EXPECT_INT(putpwent(&entry, again), 0);
    REQUIRE(freopen("others", "r", again) == again);
    EXPECT_INT(fclose(again), 0);
    size_t size;
    char *text = read_file("again", &size);
    REQUIRE(text);
    EXPECT(strstr(text, "  put    calls 1, bytes 3, "));
    EXPECT(strstr(text, "  bytes put by calls that are not counted (perror): 37\n"));
    free(text);

    situation("refused bytes");
    signal(SIGXFSZ, SIG_IGN);
    FILE *f = buf_fopen("others", "w", "report=none,size=100");
    REQUIRE(f && setrlimit(RLIMIT_FSIZE, &limit) == 0);
    unsigned long kept = 0;
    for (int i = 0; i < 1200; i++)
        kept += putc('x', f) == 'x';
    EXPECT_INT(stats_of(f).put_bytes, kept);
    EXPECT_INT(stats_of(f).uncounted_bytes, 0);
    EXPECT_INT(putpwent(&entry, f), -1);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &none) == 0);
    clearerr(f);
    EXPECT_INT(fflush(f), 0);
    struct buf_stats s = stats_of(f);
    EXPECT_INT(s.write_bytes, s.put_bytes + s.uncounted_bytes);
    EXPECT_INT(s.put_bytes, kept);
    EXPECT_INT(fclose(f), 0);
}

static void gets_are_counted(void) {
    situation("gets");
    char text[3000], line[100];
    FILE *f = fopen("gets", "w");
    REQUIRE(f);
    for (int i = 0; i < 1000; i++)
        fprintf(f, "%07d\n", i);
    EXPECT_INT(fclose(f), 0);
    f = buf_fopen("gets", "r", "report=none");
    REQUIRE(f);
    EXPECT(fgets(line, sizeof line, f) == line);
    EXPECT_INT(fread(text, 8, 2, f), 2);
    for (int i = 0; i < 6; i++)
        EXPECT(fgetc(f) != EOF);
    EXPECT(getc_unlocked(f) != EOF);
    EXPECT_INT(getc(f), '\n');
    EXPECT_INT(ungetc('\n', f), '\n');
    EXPECT_INT(fgetc(f), '\n');
    struct buf_stats s = stats_of(f);
    EXPECT_INT(s.get_calls, 2);
    EXPECT_INT(s.get_bytes, 24);
    EXPECT_INT(s.single_bytes, 8);
    EXPECT_INT(s.get_sizes[3], 1);
    EXPECT_INT(s.get_sizes[4], 1);
    EXPECT_INT(s.read_calls, 1);
    EXPECT_INT(s.read_bytes, 4096);
    EXPECT_INT(s.read_aligned, 4096);
    int number;
    EXPECT_INT(fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 4);
    char *whole = NULL;
    size_t room = 0;
    EXPECT_INT(getline(&whole, &room, f), 1);
    EXPECT_INT(getline(&whole, &room, f), 8);
    free(whole);
    s = stats_of(f);
    EXPECT_INT(s.get_calls, 5);
    EXPECT_INT(s.get_bytes, 24 + 7 + 1 + 8);
    EXPECT_INT(s.single_bytes, 8);
    EXPECT_INT(fread(text, 1, sizeof text, f), sizeof text);
    EXPECT_INT(fread(text, 1, sizeof text, f), sizeof text);
    s = stats_of(f);
    EXPECT_INT(s.get_calls, 7);
    EXPECT_INT(s.get_bytes, 40 + 6000);
    EXPECT_INT(s.single_bytes, 8);
    EXPECT_INT(fclose(f), 0);
}

static void seeks_are_counted(void) {
    situation("seeks");
    FILE *f = buf_fopen("gets", "r+", "report=none");
    REQUIRE(f);
    char byte[2];
    for (int i = 0; i < 100; i++) {
        EXPECT_INT(fseek(f, i * 79, SEEK_SET), 0);
        EXPECT_INT(fread(byte, 1, 2, f), 2);
    }
    struct buf_stats s = stats_of(f);
    EXPECT_INT(s.seeks, 100);
    EXPECT_INT(s.seeks_saved, 100 - s.seek_calls);
    EXPECT_INT(s.get_calls, 100);
    EXPECT_INT(s.get_bytes, 200);
    EXPECT_INT(s.single_bytes, 0);
    rewind(f);
    EXPECT_INT(fputs("put", f) >= 0, 1);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(stats_of(f).seeks, 102);
    EXPECT_INT(stats_of(f).seek_calls, s.seek_calls + 1);
    EXPECT_INT(stats_of(f).put_calls, 1);
    EXPECT_INT(fclose(f), 0);
}

static void it_may_begin_late(void) {
    situation("begun late");
    struct buf_stats stats;
    FILE *f = fopen("late", "w+");
    REQUIRE(f);
    EXPECT_INT(fputs("before", f) >= 0, 1);
    EXPECT_ERROR(buf_stats(f, &stats) == -1, ENODATA);
    EXPECT_INT(buf_configure(f, "report=none"), 0);
    EXPECT_INT(fwide(f, 0) < 0, 1);
    EXPECT_INT(fputs("after", f) >= 0, 1);
    EXPECT_INT(stats_of(f).put_calls, 1);
    EXPECT_INT(stats_of(f).write_calls, 0);
    EXPECT_INT(stats_of(f).uncounted_bytes, 0);
    struct buf_stats part;
    memset(&part, 0xff, sizeof part);
    EXPECT_INT(buf_stats_sized(f, &part, 16), 0);
    EXPECT_INT(part.put_bytes, 5);
    EXPECT(part.write_calls == ~0ul);
    struct {
        struct buf_stats known;
        long more;
    } larger = {.more = 1};
    EXPECT_INT(buf_stats_sized(f, &larger.known, sizeof larger), 0);
    EXPECT_INT(larger.more, 0);
    rewind(f);
    char text[20];
    EXPECT(fgets(text, sizeof text, f) == text);
    EXPECT(strcmp(text, "beforeafter") == 0);
    EXPECT_INT(fclose(f), 0);

    f = buf_fopen("wide", "w+", "report=none");
    REQUIRE(f);
    EXPECT(fputws(L"wide text", f) >= 0);
    EXPECT_INT(fwide(f, 0) > 0, 1);
    EXPECT_INT(stats_of(f).put_bytes, 9);
    EXPECT_INT(fclose(f), 0);
}

/* What the suite reads the reports of: two streams, one that reads. */
static int end_by(const char *end) {
    FILE *f = fopen("written", "w"), *in = fopen("in", "r");
    char line[100];
    REQUIRE(f);
    for (int i = 0; i < 2048; i++)
        fwrite("0123456789abcdef", 16, 1, f);
    while (in && fgets(line, sizeof line, in))
        ;
    fflush(f);
    if (strcmp(end, "fork") == 0 && fork() == 0) {
        fputs("child", f);
        exit(0);
    }
    wait(NULL);
    if (strcmp(end, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(end, "_exit") == 0)
        _exit(0);
    if (strcmp(end, "exec") == 0)
        execl("/bin/true", "true", NULL);
    if (strcmp(end, "close") == 0) {
        if (in)
            fclose(in);
        fclose(f);
    }
    return 0;
}

static void syncs_and_fallbacks_are_counted(void) {
    situation("syncs and fallbacks");
    FILE *f = buf_fopen("synced", "w", "report=none,sync=flush");
    struct buf_stats stats;
    REQUIRE(f);
    EXPECT(fputs("text", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(buf_stats(f, &stats), 0);
    EXPECT_INT(stats.syncs, 1);
    EXPECT(stats.sync_ns > 0);
    EXPECT_INT(stats.fallbacks, 0);
    EXPECT_INT(fclose(f), 0);
    f = buf_fopen("appended", "a", "report=none,direct=try"); /* which an appending stream cannot be */
    REQUIRE(f);
    EXPECT_INT(buf_stats(f, &stats), 0);
    EXPECT_INT(stats.fallbacks, 1);
    EXPECT_INT(fclose(f), 0);
}

int main(int argc, char **argv) {
    if (argc > 1)
        return end_by(argv[1]);
    REQUIRE(buf_fopen && buf_configure && buf_stats_sized);
    puts_are_counted();
    puts_of_libc_are_told_apart();
    gets_are_counted();
    seeks_are_counted();
    it_may_begin_late();
    syncs_and_fallbacks_are_counted();
    puts("report");
    return finish();
}
