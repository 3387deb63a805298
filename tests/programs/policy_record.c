/* record=line. "crowd": four processes append lines to one file, and it prints how many came out cut. "rules": what
   leaves when, on streams whose option the program gives. "limit": a write that comes out short. "full DIRECTORY": a
   disk that is full, there, until the file `ballast` goes. */
#include "expect.h"
#include "extended.h"
#include <sched.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/resource.h>

enum { WRITERS = 4, LINES = 6000, LONGEST = 20000 };

/* Line `i` of a writer: its letter, its length, and the letter as often. */
static size_t make_line(char *to, int writer, unsigned i) {
    unsigned mix = (i * 2654435761u + (unsigned)writer * 40503u) >> 7;
    size_t length = i % 100 == 7 ? 5000 + mix % (LONGEST - 6000) : mix % 300;
    int n = sprintf(to, "%c %u %zu ", 'a' + writer, i, length);
    memset(to + n, 'a' + writer, length);
    to[n + (int)length] = '\n';
    return (size_t)n + length + 1;
}

static void append_lines(int writer) {
    static char line[LONGEST];
    FILE *f = fopen("crowd", "a");
    REQUIRE(f);
    for (unsigned i = 0; i < LINES; i++) {
        size_t n = make_line(line, writer, i), half = n / 2;
        if (i % 16 == 0)
            sched_yield(); /* or each has written all before the next begins */
        if (i % 3 == 0) {
            line[n - 1] = '\0';
            EXPECT(fprintf(f, "%s\n", line) == (int)n);
        } else { /* in pieces, flushed in the middle */
            EXPECT_INT(fwrite(line, 1, half, f), half);
            if (i % 3 == 1)
                EXPECT_INT(fflush(f), 0);
            EXPECT_INT(fwrite(line + half, 1, n - half, f), n - half);
        }
    }
    EXPECT_INT(fclose(f), 0);
}

/* Lines that are not as they were made, or not there. */
static unsigned count_cut(void) {
    static char want[LONGEST];
    size_t size, next = 0;
    unsigned seen[WRITERS] = {0}, cut = 0;
    char *all = read_file("crowd", &size);
    REQUIRE(all);
    while (next < size) {
        char *end = memchr(all + next, '\n', size - next);
        size_t length = end ? (size_t)(end + 1 - all) - next : size - next;
        int writer = all[next] - 'a';
        bool known = writer >= 0 && writer < WRITERS;
        bool whole =
            known && make_line(want, writer, seen[writer]) == length && memcmp(all + next, want, length) == 0;
        if (whole)
            seen[writer]++;
        else
            cut++;
        next += length;
    }
    for (int i = 0; i < WRITERS; i++)
        cut += LINES - seen[i];
    free(all);
    return cut;
}

static void crowd(void) {
    pid_t children[WRITERS];
    int gate[2];
    char byte;
    REQUIRE(pipe(gate) == 0);
    for (int i = 0; i < WRITERS; i++)
        if ((children[i] = fork()) == 0) {
            close(gate[1]);
            REQUIRE(read(gate[0], &byte, 1) == 0);
            append_lines(i);
            exit(finish());
        }
    close(gate[1]);
    close(gate[0]);
    for (int i = 0; i < WRITERS; i++)
        EXPECT(child_passed(children[i]));
    unsigned cut = count_cut();
    printf("cut %s\n", cut ? "some" : "none");
}

static void expect_now(const char *path, const char *want) {
    expect_file(__FILE__, __LINE__, path, want, strlen(want));
}

/* The beginning of a line is accepted, and with nobody else. */
static void positions(void) {
    struct buf_position p;
    situation("positions");
    FILE *f = buf_fopen("log", "a", "record=line");
    REQUIRE(f);
    EXPECT(fputs("one\ntwo\nthr", f) >= 0);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT(p.accepted == 11 && p.kernel == 8 && p.durable == 8);
    __fpurge(f);
    EXPECT(fputs("four\n", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT(p.accepted == 13 && p.kernel == 13 && p.durable == 8);
    EXPECT_INT(fclose(f), 0);
    situation("positions, opened again behind a line that cannot leave");
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(f = buf_fopen("log", "a", "record=line"));
    EXPECT(fputs("never seen", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    struct rlimit limit = {1, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    REQUIRE(freopen("/dev/null", "w", f) == f && setrlimit(RLIMIT_FSIZE, &none) == 0);
    EXPECT(fputs("new", f) >= 0);
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT(p.accepted == 3 && p.kernel == 0);
    EXPECT_INT(fclose(f), 0);
    REQUIRE(unlink("log") == 0);
}

static void rules(void) {
    positions();
    situation("only whole lines leave");
    FILE *f = buf_fopen("log", "a", "record=line");
    REQUIRE(f);
    EXPECT(fputs("one\ntwo\nthr", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "one\ntwo\n");
    EXPECT_INT(__fpending(f), 3);
    EXPECT_INT(ftell(f), 11);
    EXPECT(fputs("ee", f) >= 0);
    EXPECT_INT(ftell(f), 13);
    EXPECT_INT(fflush(NULL), 0);
    expect_now("log", "one\ntwo\n");
    EXPECT(fputs("\nfo", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "one\ntwo\nthree\n");

    situation("a child does not repeat what its parent holds");
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork();
    if (child == 0) {
        EXPECT(fputs("child\n", f) >= 0);
        exit(finish());
    }
    EXPECT(child_passed(child));
    expect_now("log", "one\ntwo\nthree\nchild\n");

    situation("fclose sends the rest");
    EXPECT(fputs("ur", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    expect_now("log", "one\ntwo\nthree\nchild\nfour");

    situation("a line longer than the window");
    static char line[100001];
    memset(line, 'x', sizeof line - 1);
    REQUIRE(unlink("log") == 0);
    f = buf_fopen("log", "a", "record=line,size=512");
    REQUIRE(f);
    for (int i = 0; i < 50000; i++)
        EXPECT_INT(fputc('x', f), 'x');
    EXPECT_INT(fwrite(line, 1, 50000, f), 50000);
    expect_now("log", "");
    EXPECT_INT(__fpending(f), 100000);
    EXPECT_INT(fputc('\n', f), '\n');
    EXPECT_INT(fflush(f), 0);
    line[100000] = '\n';
    EXPECT_FILE("log", line, 100001);

    situation("purged");
    EXPECT(fputs("never seen", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    __fpurge(f);
    EXPECT_INT(__fpending(f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("log", line, 100001);

    situation("unbuffered, line-buffered");
    REQUIRE(unlink("log") == 0);
    f = buf_fopen("log", "a", "record=line,buffer=none");
    REQUIRE(f);
    EXPECT(fputs("on", f) >= 0);
    expect_now("log", "");
    EXPECT(fputs("e\n", f) >= 0);
    expect_now("log", "one\n");
    EXPECT_INT(buf_configure(f, "buffer=line"), 0);
    EXPECT(fprintf(f, "%s\n%s", "two", "thr") == 7);
    expect_now("log", "one\ntwo\n");
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    expect_now("log", "one\ntwo\n");
    EXPECT_INT(fputc('e', f), 'e');

    situation("freopen sends the rest");
    REQUIRE(freopen("other", "w", f) == f);
    expect_now("log", "one\ntwo\nthre");
    EXPECT_INT(fclose(f), 0);

    situation("off and on again");
    f = buf_fopen("log", "a+", "");
    REQUIRE(f);
    EXPECT(fputs("e\nfo", f) >= 0);
    EXPECT_INT(buf_configure(f, "record=line"), 0);
    EXPECT(fputs("ur\nfi", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "one\ntwo\nthree\nfour\n");
    EXPECT_INT(buf_configure(f, "record=bytes"), 0);
    expect_now("log", "one\ntwo\nthree\nfour\nfi");
    EXPECT(fputs("ve", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "one\ntwo\nthree\nfour\nfive");
    EXPECT_INT(buf_configure(f, "record=line"), 0);
    EXPECT(fputs("\nsix\nse", f) >= 0);
    rewind(f);
    char text[10];
    expect_now("log", "one\ntwo\nthree\nfour\nfive\nsix\nse");
    EXPECT(fgets(text, sizeof text, f) == text);
    EXPECT_TEXT(text, "one\n");
    EXPECT_INT(ftell(f), 4);
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT(fputs("ven\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    expect_now("log", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n");

    situation("a descriptor that appends");
    int descriptor = open("log", O_WRONLY | O_APPEND | O_TRUNC);
    f = fdopen(descriptor, "w");
    REQUIRE(f);
    EXPECT_INT(buf_configure(f, "record=line"), 0);
    EXPECT(fputs("a\nb", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "a\n");
    EXPECT_INT(fclose(f), 0);
    expect_now("log", "a\nb");

    situation("without effect elsewhere");
    f = buf_fopen("log", "w", "record=line");
    REQUIRE(f);
    EXPECT(fputs("a\nb", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "a\nb");
    EXPECT_INT(fclose(f), 0);

    situation("exit sends the rest");
    if ((child = fork()) == 0) {
        f = buf_fopen("log", "a", "record=line");
        EXPECT(f && fputs("\nc\nd", f) >= 0);
        EXPECT_INT(fflush(f), 0);
        expect_now("log", "a\nb\nc\n");
        exit(finish());
    }
    EXPECT(child_passed(child));
    expect_now("log", "a\nb\nc\nd");
}

/* A limit of the file's size stands for the disk: a short write, then the error. */
static void limit_size(void) {
    struct rlimit limit = {10, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    FILE *f = buf_fopen("log", "a", "record=line");
    REQUIRE(f);
    EXPECT(fputs("begun", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    EXPECT(fputs(", ended\nnext\nlast", f) >= 0);
    EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    EXPECT(ferror(f));
    expect_now("log", "begun, end");
    limit.rlim_cur = RLIM_INFINITY;
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    clearerr(f);
    EXPECT_INT(fflush(f), 0);
    expect_now("log", "begun, ended\nnext\n");
    EXPECT_INT(fclose(f), 0);
    expect_now("log", "begun, ended\nnext\nlast");

    situation("the beginning of a line alone is cut");
    limit.rlim_cur = 3;
    REQUIRE(unlink("log") == 0);
    f = buf_fopen("log", "a", "record=line");
    REQUIRE(f);
    EXPECT(fputs("begun", f) >= 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    EXPECT_INT(fputc('\n', f), '\n');
    EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    EXPECT_ERROR(fclose(f) == EOF, EFBIG);
    limit.rlim_cur = RLIM_INFINITY;
    EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    expect_now("log", "beg");
}

/* The disk itself: a small file system with nothing left but a few blocks. */
static void full_disk(const char *directory) {
    static char line[1000];
    char path[200];
    size_t lines = 0, size;
    memset(line, 'y', sizeof line);
    line[sizeof line - 1] = '\n';
    snprintf(path, sizeof path, "%s/log", directory);
    FILE *f = buf_fopen(path, "a", "record=line,size=10000");
    REQUIRE(f);
    while (!ferror(f) && lines < 1000000) {
        errno = 0;
        lines += fwrite(line, 1, sizeof line, f) == sizeof line;
    }
    EXPECT_INT(errno, ENOSPC);
    EXPECT(lines < 1000000);
    snprintf(path, sizeof path, "%s/ballast", directory);
    EXPECT_INT(unlink(path), 0);
    clearerr(f);
    EXPECT_INT(fclose(f), 0);
    snprintf(path, sizeof path, "%s/log", directory);
    char *all = read_file(path, &size);
    EXPECT_INT(size / sizeof line, lines);
    for (size_t i = 0; all && i + sizeof line <= size; i += sizeof line)
        EXPECT(memcmp(all + i, line, sizeof line) == 0);
    free(all);
}

int main(int argc, char **argv) {
    REQUIRE(argc > 1);
    if (strcmp(argv[1], "crowd") == 0)
        crowd();
    else if (strcmp(argv[1], "rules") == 0)
        rules();
    else if (strcmp(argv[1], "limit") == 0)
        limit_size();
    else if (strcmp(argv[1], "full") == 0)
        full_disk(argv[2]);
    return finish();
}
