/* A device that fails: policy_sync_faults CASE FILE. The suite makes the faults, by a loop device without room
   behind it, or by strace, which gives a system call an error of its own. */
#include "expect.h"
#include "extended.h"
#include <sys/mman.h>

enum { SIZE = 4 << 20 };

static void put_all(FILE *f) {
    char *bytes = pattern(SIZE);
    for (size_t done = 0; done < SIZE; done += 4096)
        EXPECT_INT(fwrite(bytes + done, 1, 4096, f), 4096);
    free(bytes);
}

static void expect_durable(FILE *f, uint64_t durable) {
    struct buf_position p;
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT_INT(p.durable, durable);
}

/* The kernel says it once; the stream from then on. */
static void sticky(const char *path) {
    FILE *f = fopen(path, "r+");
    REQUIRE(f);
    put_all(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_ERROR(buf_sync(f, BUF_DATA) == -1, EIO);
    EXPECT(ferror(f));
    EXPECT_INT(fdatasync(fileno(f)), 0);
    clearerr(f);
    for (int level = BUF_KERNEL; level <= BUF_NAME; level++)
        EXPECT_ERROR(buf_sync(f, (enum buf_level)level) == -1, EIO);
    expect_durable(f, 0);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    REQUIRE(f = fopen(path, "r+")); /* another stream's is not */
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    EXPECT_INT(fclose(f), 0);
}

static void automatic(const char *path) {
    situation("sync=flush");
    FILE *f = buf_fopen(path, "r+", "sync=flush");
    REQUIRE(f);
    put_all(f);
    EXPECT_ERROR(fflush(f) == EOF, EIO);
    EXPECT(ferror(f));
    EXPECT_ERROR(fflush(f) == EOF, EIO);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    situation("sync=close");
    REQUIRE(f = buf_fopen(path, "r+", "sync=close"));
    put_all(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    situation("sync=every");
    REQUIRE(f = buf_fopen(path, "r+", "sync=every:1M"));
    put_all(f);
    EXPECT(ferror(f));
    EXPECT_ERROR(fflush(f) == EOF, EIO);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    situation("pace does not take the error");
    REQUIRE(f = buf_fopen(path, "r+", "pace=256K"));
    put_all(f);
    EXPECT_INT(fflush(f), 0);
    sleep_ms(200);
    EXPECT_ERROR(buf_sync(f, BUF_DATA) == -1, EIO);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    situation("sync=always"); /* the write itself fails, and the bytes stay in the buffer */
    REQUIRE(f = buf_fopen(path, "r+", "sync=always"));
    EXPECT_INT(fseek(f, 2 * SIZE, SEEK_SET), 0);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_ERROR(fflush(f) == EOF, EIO);
    EXPECT_ERROR(fflush(f) == EOF, EIO);
    struct buf_position p;
    EXPECT_INT(buf_position(f, &p), 0);
    EXPECT_INT(p.accepted, 1);
    EXPECT_INT(p.kernel, 0);
    EXPECT_INT(p.durable, 0);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
}

/* strace fails the first fdatasync with an error that says nothing of the data. */
static void interrupted(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_ERROR(buf_sync(f, BUF_DATA) == -1, EINTR);
    expect_durable(f, 0);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    expect_durable(f, 1);
    EXPECT_INT(fclose(f), 0);
}

/* strace says of each fdatasync that there is nothing to sync. */
static void nothing(const char *path) {
    FILE *f = buf_fopen(path, "w", "sync=flush");
    REQUIRE(f);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    expect_durable(f, 0);
    EXPECT_INT(fclose(f), 0);
}

/* strace refuses the flags of pwritev2 and preadv2. */
static void refused(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    EXPECT_INT(buf_configure(f, "sync=always"), 0);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    expect_durable(f, 1);
    EXPECT_INT(fputs("y", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, "xy", 2);
}

/* The same for cache=dontcache, over more than its windows. */
static void dropped(const char *path) {
    FILE *f = buf_fopen(path, "w+", "cache=dontcache");
    REQUIRE(f);
    for (int i = 0; i < 12; i++)
        put_all(f);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    for (size_t i = 0; i < 3 * SIZE; i++)
        if (fgetc(f) != pattern_byte(i % SIZE)) {
            EXPECT(!"the bytes are the same");
            break;
        }
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    EXPECT_INT(fclose(f), 0);
}

/* Pages of the file in the page cache. */
static size_t resident(const char *path) {
    int descriptor = open(path, O_RDONLY);
    size_t pages = 12 * SIZE / 4096, count = 0;
    unsigned char *there = calloc(1, pages);
    void *map = mmap(NULL, 12 * SIZE, PROT_READ, MAP_SHARED, descriptor, 0);
    REQUIRE(map != MAP_FAILED && mincore(map, 12 * SIZE, there) == 0);
    for (size_t i = 0; i < pages; i++)
        count += there[i] & 1;
    munmap(map, 12 * SIZE);
    free(there);
    close(descriptor);
    return count;
}

/* cache=dontcache leaves nothing behind, of what is written and of what is read. */
static void left_behind(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    for (int i = 0; i < 12; i++)
        put_all(f);
    EXPECT_INT(fclose(f), 0);
    EXPECT(resident(path) > 12 * SIZE / 4096 / 2); /* it can be seen */
    REQUIRE(f = buf_fopen(path, "w", "cache=dontcache"));
    for (int i = 0; i < 12; i++)
        put_all(f);
    EXPECT_INT(buf_sync(f, BUF_DATA), 0);
    for (int i = 0; i < 50 && resident(path) > 0; i++)
        sleep_ms(20); /* each page goes when its write has ended */
    EXPECT_INT(resident(path), 0);
    EXPECT_INT(fclose(f), 0);
    REQUIRE(f = buf_fopen(path, "r", "cache=dontcache"));
    while (fgetc(f) != EOF)
        continue;
    EXPECT(resident(path) <= 40 << 8); /* where pages are dropped behind the reads: 32 MiB, and what is read ahead */
    EXPECT_INT(fclose(f), 0);
    EXPECT(resident(path) < 4 << 8);
}

/* BUF_NAME where the directory cannot be synced. */
static void name(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_INT(buf_sync(f, BUF_NAME), 0);
    EXPECT_INT(fclose(f), 0);
}

/* And where that fails: as sticky as the file's own. */
static void name_lost(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    EXPECT_INT(fputs("x", f) >= 0, 1);
    EXPECT_ERROR(buf_sync(f, BUF_NAME) == -1, EIO);
    EXPECT_ERROR(buf_sync(f, BUF_KERNEL) == -1, EIO);
    EXPECT_ERROR(fclose(f) == EOF, EIO);
}

int main(int argc, char **argv) {
    static const struct {
        const char *word;
        void (*run)(const char *);
    } cases[] = {{"sticky", sticky},           {"automatic", automatic}, {"interrupted", interrupted},
                 {"nothing", nothing},         {"refused", refused},     {"dropped", dropped},
                 {"left_behind", left_behind}, {"name", name},           {"name_lost", name_lost}};
    REQUIRE(argc == 3 && buf_sync);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (strcmp(argv[1], cases[i].word) == 0)
            cases[i].run(argv[2]);
    return finish();
}
