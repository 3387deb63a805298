/* Options that cannot be, or are given up: each is counted once in the stream's report and said once. Wants
   LIBBUF_VERBOSE=1 and the rule LIBBUF='rule*:replace,report=none'. */
#include "expect.h"
#include "extended.h"
#include <sys/resource.h>

enum { SIZE = 10000 };

static int said = -1; /* standard error's file, while a case is on */

static void expect_fallbacks(int line, FILE *f, unsigned long count) {
    struct buf_stats stats = {0};
    if (buf_stats(f, &stats) != 0 || stats.fallbacks != count)
        fail(__FILE__, line, "%lu fallbacks, expected %lu", stats.fallbacks, count);
}
#define EXPECT_FALLBACKS(f, count) expect_fallbacks(__LINE__, f, count)

/* Standard error goes into a file from here on; the failures of expectations, too. */
static void listen(void) {
    int real = dup(2);
    REQUIRE(real >= 0);
    said = open("said", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    REQUIRE(said >= 0 && dup2(said, 2) == 2);
    close(said);
    said = real;
}

static unsigned times(const char *text, const char *part) {
    unsigned n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

/* What was said since: the sentence once (NULL: none), and no other of its kind but `more`. */
static void expect_said(const char *sentence, unsigned more) {
    size_t size;
    REQUIRE(dup2(said, 2) == 2);
    close(said);
    char *text = read_file("said", &size);
    REQUIRE(text);
    if (failures) {
        const char *failed = strstr(text, "FAILED");
        REQUIRE(write(2, failed ? failed : text, strlen(failed ? failed : text)) >= 0);
    }
    if (sentence && times(text, sentence) != 1)
        fail(__FILE__, __LINE__, "\"%s\" is said %u times in: %s", sentence, times(text, sentence), text);
    if (times(text, " is not in force: ") != (sentence ? 1 : 0) + more)
        fail(__FILE__, __LINE__, "said: %s", text);
    free(text);
}

static void put(FILE *f) {
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(fputs("some text\n", f) >= 0, 1);
        EXPECT_INT(fflush(f), 0);
    }
}

static void get(FILE *f) {
    EXPECT(fgetc(f) != EOF);
}

static void told_put(FILE *f) {
    EXPECT(fileno(f) >= 0);
    put(f);
}

static void told_get(FILE *f) {
    get(f);
    EXPECT(fileno(f) >= 0);
    EXPECT_INT(fseek(f, 5000, SEEK_SET), 0);
    get(f);
}

/* The child has the descriptor as well, and counts for itself. */
static void forked(FILE *f) {
    EXPECT_INT(fputs("before", f) >= 0, 1);
    EXPECT_FALLBACKS(f, 0);
    pid_t child = fork_child();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        REQUIRE(dup2(null, 2) == 2); /* it says the same as its parent */
        put(f);
        EXPECT_FALLBACKS(f, 1);
        _exit(finish());
    }
    EXPECT(child_passed(child));
    put(f);
}

static const struct {
    const char *path, *mode, *options;
    void (*work)(FILE *);
    unsigned fallbacks;
    const char *sentence; /* said of the one that fell back; of several, of one */
    bool direct;          /* only where the file can have direct transfers */
} cases[] = {
    {"data", "r+", "coalesce=8", put, 0, NULL, false},
    {"data", "a", "coalesce=8", put, 1, "data: coalesce is not in force: it appends\n", false},
    {"/dev/null", "w", "coalesce=8", put, 1, "coalesce is not in force: not a regular file\n", false},
    {"data", "r", "coalesce=8", get, 0, NULL, false},
    {"data", "r+", "coalesce=8", told_put, 1, "coalesce is not in force: others may use its descriptor\n",
     false},
    {"data", "r+", "coalesce=8", forked, 1, "coalesce is not in force: others may use its descriptor\n",
     false},
    {"data", "r+", "coalesce=8,buffer=none", put, 1,
     "coalesce is not in force: the stream is not fully buffered\n", false},
    {"data", "w", "coalesce=8", put, 0, NULL, false},
    {"data", "w", "coalesce=8,fill=on", put, 1, "fill is not in force: the file is not open to be read\n",
     false},
    {"data", "a", "direct=try", put, 1, "data: direct is not in force: the file is appended to\n", false},
    {"data", "r+", "direct=off", put, 0, NULL, false},
    {"data", "r+", "direct=require", put, 0, NULL, true},
    {"data", "r+", "direct=require", told_put, 1, "direct is not in force: others may use the descriptor\n",
     true},
    {"data", "r+", "direct=require", forked, 1, "direct is not in force: others may use the descriptor\n",
     true},
    {"data", "r+", "direct=require,coalesce=8", put, 1,
     "coalesce is not in force: its transfers are direct\n", true},
    {"data", "r+", "direct=require,align=100", put, 1,
     "align is not in force: direct transfers are whole blocks\n", true},
    {"data", "w", "direct=try,replace", put, 1,
     "direct is not in force: another option stands below the buffer\n", false},
    {"data", "r", "map", get, 0, NULL, false},
    {"data", "r", "map", told_get, 1, "map is not in force: others have its descriptor\n", false},
    {"data", "r+", "map", get, 1, "map is not in force: not opened to read only\n", false},
    {"/proc/self/stat", "r", "map", get, 1, "map is not in force: no size to map\n", false},
    {"data", "a", "record=line", put, 0, NULL, false},
    {"data", "w", "record=line", put, 1, "record is not in force: not a descriptor that appends\n", false},
    {"data", "w", "replace", put, 0, NULL, false},
    {"data", "r", "replace", get, 0, NULL, false},
    {"data", "a", "replace", put, 1, "data: replace is not in force: not opened to be written anew\n", false},
    {"linked", "w", "replace", put, 1, "linked: replace is not in force: the file has other links\n", false},
    {"data", "w", "sync=flush,pace=1K,advise=random,size=64K,buffer=full,align=512", put, 0, NULL, false},
    {"/dev/null", "w", "sync=flush", put, 1, "sync is not in force: no file and no block device\n", false},
    {"/dev/null", "w", "pace=1K", put, 1, "pace is not in force: no file and no block device\n", false},
    {"/dev/null", "w", "cache=dontcache", put, 1, "cache is not in force: no file and no block device\n",
     false},
    {"/dev/null", "w", "cache=writethrough,pace=1", put, 2, "sync is not in force: ", false},
    {"/dev/null", "w", "cache=unsafe,sync=flush", put, 0, NULL, false},
    {"/dev/null", "w", "sync=none", put, 0, NULL, false},
    {"/dev/zero", "r", "sync=flush,pace=1", get, 0, NULL, false},
};

static bool direct_is_there(void) {
    FILE *f = buf_fopen("data", "r", "direct=require");
    if (f)
        fclose(f);
    return f != NULL;
}

static void opened_with_options(void) {
    char options[100], *bytes = pattern(SIZE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        situation("%s of %s with %s", cases[i].mode, cases[i].path, cases[i].options);
        write_file("data", bytes, SIZE);
        if (cases[i].direct && !direct_is_there())
            continue;
        snprintf(options, sizeof options, "%s,report=none", cases[i].options);
        listen();
        FILE *f = buf_fopen(cases[i].path, cases[i].mode, options);
        REQUIRE(f);
        cases[i].work(f);
        EXPECT_FALLBACKS(f, cases[i].fallbacks);
        EXPECT_INT(fclose(f), 0);
        expect_said(cases[i].sentence, cases[i].fallbacks > 1 ? cases[i].fallbacks - 1 : 0);
    }
    free(bytes);
}

static void given_later(void) {
    int ends[2];
    situation("an option that comes before its report");
    REQUIRE(pipe(ends) == 0);
    listen();
    FILE *f = fdopen(ends[1], "w");
    REQUIRE(f);
    EXPECT_INT(buf_configure(f, "advise=random,record=line"), 0);
    EXPECT_INT(buf_configure(f, "sync=flush,report=none"), 0);
    EXPECT_FALLBACKS(f, 3);
    EXPECT_INT(buf_configure(f, "sync=always"), 0);
    EXPECT_FALLBACKS(f, 3);
    EXPECT_INT(fclose(f), 0);
    close(ends[0]);
    expect_said("advise is not in force: the kernel takes none for it\n", 2);
}

static void by_rule(void) {
    situation("replace on a stream that is opened again");
    listen();
    FILE *f = fopen("rule1", "w");
    REQUIRE(f);
    put(f);
    EXPECT_FALLBACKS(f, 0);
    REQUIRE(freopen("rule2", "w", f) == f);
    put(f);
    EXPECT_FALLBACKS(f, 1);
    EXPECT_INT(fclose(f), 0);
    expect_said("rule2: replace is not in force: the stream is opened again, in place\n", 0);
    situation("replace on a stream that was opened by others");
    int descriptor = open("rule1", O_WRONLY);
    listen();
    REQUIRE(f = fdopen(descriptor, "w"));
    EXPECT_FALLBACKS(f, 1);
    EXPECT_INT(fclose(f), 0);
    expect_said("replace is not in force: it was not opened by its name\n", 0);
}

static void without_memory(void) {
    struct rlimit limit;
    situation("a buffer that is too large");
    REQUIRE(getrlimit(RLIMIT_AS, &limit) == 0);
    limit.rlim_cur = 512 << 20;
    listen();
    FILE *f = buf_fopen("data", "w", "size=1G,report=none");
    REQUIRE(f && setrlimit(RLIMIT_AS, &limit) == 0);
    put(f);
    EXPECT_FALLBACKS(f, 1);
    limit.rlim_cur = limit.rlim_max;
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0);
    EXPECT_INT(fclose(f), 0);
    expect_said("size is not in force: no memory\n", 0);
    EXPECT_FILE("data", "some text\nsome text\nsome text\n", 30);
}

int main(void) {
    if (!getenv("LIBBUF_VERBOSE")) {
        fprintf(
            stderr,
            "wants LIBBUF_VERBOSE and a rule, which policies/what_falls_back_is_counted_and_said gives\n");
        return 77;
    }
    REQUIRE(buf_fopen && buf_configure && buf_stats_sized);
    write_file("linked", "text\n", 5);
    REQUIRE(link("linked", "second") == 0);
    given_later();
    by_rule();
    without_memory();
    opened_with_options(); /* last: it forks */
    puts("fallbacks");
    return finish();
}
