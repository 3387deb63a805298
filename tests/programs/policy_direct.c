/* direct=require: any sizes, offsets, seeks and flushes against an image in memory; a reader that polls; a block
   device; and where direct transfers cannot be. Arguments: what to try, the file, and options besides. Exit 77: no
   direct transfers on that file. */
#include "expect.h"
#include "extended.h"
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static size_t below(size_t n) {
    return n ? (size_t)(next() % n) : 0;
}

/* Mostly small, sometimes near blocks, seldom large. */
static size_t some_size(size_t longest) {
    size_t kind = below(8);
    size_t n = kind < 3 ? below(200) : kind < 5 ? below(9000) : kind < 6 ? 4096 * below(9) : below(longest);
    return n < longest ? n : longest;
}

static void fill_random(char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        p[i] = (char)('!' + next() % 90);
}

static char *image, *piece;
static size_t present, most; /* bytes in the file by the image, and at most */

static const char *besides = "";

static FILE *open_direct(const char *path, const char *mode, const char *options) {
    char all[100];
    snprintf(all, sizeof all, "direct=require%s%s%s%s", *options ? "," : "", options, *besides ? "," : "",
             besides);
    FILE *f = buf_fopen(path, mode, all);
    if (!f && errno == EINVAL) {
        printf("no direct transfers on %s\n", path);
        exit(77);
    }
    REQUIRE(f);
    return f;
}

/* The file by another descriptor, buffered, is the image at [from, from + n). */
static void compare(const char *path, size_t from, size_t n) {
    static char got[1 << 20];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0);
    while (n > 0) {
        ssize_t r = pread(fd, got, n < sizeof got ? n : sizeof got, (off_t)from);
        REQUIRE(r > 0);
        EXPECT_BYTES(got, (size_t)r, image + from, (size_t)r);
        from += (size_t)r;
        n -= (size_t)r;
    }
    close(fd);
}

static void compare_size(const char *path) {
    struct stat st;
    REQUIRE(stat(path, &st) == 0);
    if (S_ISREG(st.st_mode))
        EXPECT_INT(st.st_size, present);
}

static void put_some(FILE *f, size_t longest) {
    size_t at = (size_t)ftell(f), n = some_size(longest);
    n = n < most - at ? n : most - at;
    char *from = piece + below(3) * 16; /* memory that lies well, and not */
    fill_random(from, n);
    EXPECT_INT(fwrite(from, 1, n, f), n);
    memcpy(image + at, from, n);
    if (n && at + n > present)
        present = at + n;
}

static void get_some(FILE *f, size_t longest) {
    size_t at = (size_t)ftell(f), n = some_size(longest), there = at < present ? present - at : 0;
    char *to = piece + below(3) * 16;
    size_t got = fread(to, 1, n, f);
    EXPECT_INT(got, n < there ? n : there);
    EXPECT_BYTES(to, got, image + at, got);
    if (n > there)
        EXPECT(feof(f));
    EXPECT_INT(ftell(f), at + got);
}

static void seek_somewhere(FILE *f, bool holes) {
    size_t at = (size_t)ftell(f), target = below(3) ? below(present + 1) : below(present / 4096 + 1) * 4096;
    if (holes && below(40) == 0 && present + 20000 < most)
        target = present + below(20000);
    switch (below(3)) {
    case 0:
        EXPECT_INT(fseek(f, (long)target, SEEK_SET), 0);
        break;
    case 1:
        EXPECT_INT(fseek(f, (long)target - (long)at, SEEK_CUR), 0);
        break;
    default:
        EXPECT_INT(fseek(f, (long)target - (long)present, SEEK_END), 0);
    }
    EXPECT_INT(ftell(f), target);
}

/* Another stream, buffered, reads what was flushed, and writes what this one then reads. */
static void meet_another(FILE *f, const char *path) {
    size_t n = some_size(5000), at = below(present);
    n = n < present - at ? n : present - at;
    EXPECT_INT(fflush(f), 0);
    long here = ftell(f);
    FILE *other = fopen(path, "r+");
    REQUIRE(other);
    EXPECT_INT(fseek(other, (long)at, SEEK_SET), 0);
    EXPECT_INT(fread(piece, 1, n, other), n);
    EXPECT_BYTES(piece, n, image + at, n);
    fill_random(image + at, n);
    EXPECT_INT(fseek(other, (long)at, SEEK_SET), 0);
    EXPECT_INT(fwrite(image + at, 1, n, other), n);
    EXPECT_INT(fclose(other), 0);
    EXPECT_INT(fseek(f, (long)at, SEEK_SET), 0);
    EXPECT_INT(fread(piece, 1, n, f), n);
    EXPECT_BYTES(piece, n, image + at, n);
    EXPECT_INT(fseek(f, here, SEEK_SET), 0);
}

/* Pages of the file in the page cache. */
static size_t resident(const char *path, size_t size) {
    unsigned char pages[1024];
    size_t count = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(size <= sizeof pages * 4096 && map != MAP_FAILED && mincore(map, size, pages) == 0);
    for (size_t i = 0; i < size / 4096; i++)
        count += pages[i] & 1;
    munmap(map, size);
    close(fd);
    return count;
}

/* Whether what direct=require lets through is direct: nothing fell back, and the page cache stays empty. Exit 77: the
   file system does not promise it, and the library says so. */
static int try_proof(const char *path) {
    enum { PROVED = 1 << 20 };
    struct buf_stats stats = {0};
    struct stat st;
    bool regular = stat(path, &st) != 0 || S_ISREG(st.st_mode);
    for (int turn = 0; turn < 2; turn++) {
        situation("%s", turn ? "read" : "written");
        FILE *f = open_direct(path, turn ? "r" : regular ? "w" : "r+", "report=none");
        for (size_t at = 0; at < PROVED; at += 1000)
            EXPECT(turn ? fread(piece, 1, 1000, f) > 0 : fwrite(image, 1, 1000, f) == 1000);
        EXPECT_INT(buf_stats(f, &stats), 0);
        EXPECT_INT(stats.fallbacks, 0);
        if (regular && !stats.unproven)
            EXPECT_INT(resident(path, PROVED / 4096 * 4096), 0);
        EXPECT_INT(fclose(f), 0);
    }
    if (stats.unproven && failures == 0)
        printf("direct transfers are unproven on %s\n", path);
    return finish() ? 1 : stats.unproven ? 77 : 0;
}

static void try_anything(const char *path, const char *mode, const char *options, long rounds, size_t longest,
                         bool reads, bool grows) {
    situation("%s with %s", mode, options);
    FILE *f = open_direct(path, mode, options);
    bool reading = false;
    if (*mode == 'w' && grows)
        present = 0;
    memset(image + present, 0, most - present);
    for (long i = 0; i < rounds; i++) {
        situation("%s with %s, round %ld", mode, options, i);
        size_t what = below(16);
        bool read = reads && what >= 8 && what < 12;
        if (read != reading || what < 3)
            what < 3 ? seek_somewhere(f, grows) : (void)fseek(f, 0, SEEK_CUR);
        reading = read;
        if (read)
            get_some(f, longest);
        else if (what < 13)
            put_some(f, longest);
        else if (what == 13 && reads && present)
            meet_another(f, path);
        else if (what == 14) {
            EXPECT_INT(fflush(f), 0);
            compare_size(path);
            size_t from = below(present), n = below(100000);
            compare(path, from, n < present - from ? n : present - from);
        } else if ((size_t)ftell(f) < most) {
            image[ftell(f)] = 'c';
            if ((size_t)ftell(f) >= present)
                present = (size_t)ftell(f) + 1;
            EXPECT_INT(fputc('c', f), 'c');
        }
    }
    EXPECT_INT(fclose(f), 0);
    compare_size(path);
    compare(path, 0, present);
}

static void try_image(const char *path) {
    char options[40];
    try_anything(path, "w+", "", scaled(600, 60), 300000, true, true);
    try_anything(path, "r+", "size=1M", scaled(200, 20), 3000000, true, true);
    try_anything(path, "w", "", scaled(300, 60), 100000, false, true);
    for (size_t size = 1; size < 70000; size = size * 5 + 3) {
        snprintf(options, sizeof options, "size=%zu", size);
        try_anything(path, "r+", options, scaled(200, 40), 20000, true, true);
    }
    try_anything(path, "r+", "buffer=none", scaled(100, 20), 20000, true, true);
    try_anything(path, "w+", "align=100", scaled(100, 20), 20000, true, true);
}

/* 10 MB in random pieces, with patches and flushes. */
static void try_large(const char *path) {
    FILE *f = open_direct(path, "w+", "");
    for (size_t i = 0; present < 10000000; i++) {
        situation("piece %zu", i);
        put_some(f, 400000);
        if (i % 10 == 3)
            EXPECT_INT(fflush(f), 0);
        if (i % 20 == 7) {
            EXPECT_INT(fseek(f, (long)below(present), SEEK_SET), 0);
            put_some(f, 3000);
            EXPECT_INT(fseek(f, 0, SEEK_END), 0);
        }
    }
    rewind(f);
    for (size_t at = 0, n; (n = fread(piece, 1, 1 + below(300000), f)) > 0; at += n)
        EXPECT_BYTES(piece, n, image + at, n);
    EXPECT_INT(fclose(f), 0);
    compare_size(path);
    compare(path, 0, present);
}

static char byte_at(size_t offset) {
    return (char)('!' + offset * 31 % 89);
}

static _Atomic size_t accepted;
static _Atomic bool over;
static _Atomic long looks; /* of poll_file */

/* Every byte below the end is right, and the end is nowhere but where bytes were accepted. */
static void *poll_file(void *path) {
    static char got[1 << 16];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0);
    for (struct stat st; !over && failures == 0; looks++) {
        REQUIRE(fstat(fd, &st) == 0);
        size_t end = (size_t)st.st_size, from = end > 5000 ? end - 5000 : 0;
        EXPECT(end <= accepted);
        ssize_t n = pread(fd, got, sizeof got, (off_t)from);
        for (ssize_t i = 0; i < n; i++)
            if (got[i] != byte_at(from + (size_t)i)) {
                fail(__FILE__, __LINE__, "offset %zu: %d, with an end of %zu", from + (size_t)i, got[i], end);
                break;
            }
        EXPECT((size_t)n + from <= accepted);
    }
    close(fd);
    return NULL;
}

static void try_polled(const char *path, const char *mode) {
    pthread_t reader;
    FILE *f = open_direct(path, mode, "");
    accepted = 0;
    over = false;
    looks = 0;
    situation("polled, %s", mode);
    REQUIRE(pthread_create(&reader, NULL, poll_file, (void *)(uintptr_t)path) == 0);
    for (long i = 0; i < scaled(600, 50); i++) {
        for (long before = looks; i % 10 == 0 && looks == before && failures == 0;)
            sched_yield(); /* it may be slow */
        size_t at = accepted, n = some_size(60000);
        for (size_t k = 0; k < n; k++)
            piece[k] = byte_at(at + k);
        accepted = at + n;
        EXPECT_INT(fwrite(piece, 1, n, f), n);
        if (below(3))
            EXPECT_INT(fflush(f), 0);
    }
    EXPECT_INT(fclose(f), 0);
    over = true;
    pthread_join(reader, NULL);
    EXPECT(looks > 10);
}

/* The raw device: its size is where it ends, and there is no room behind. */
static void try_device(const char *path) {
    FILE *f = open_direct(path, "r+", "");
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(f);
    REQUIRE(size > 100000 && size < 40u << 20);
    EXPECT_INT(fgetc(f), EOF);
    rewind(f);
    most = present = size;
    EXPECT_INT(fread(image, 1, size, f), size);
    EXPECT_INT(fgetc(f), EOF);
    EXPECT_INT(fclose(f), 0);
    try_anything(path, "r+", "", scaled(500, 50), 300000, true, false);
    try_anything(path, "w", "", scaled(200, 50), 300000, false, false);
    try_anything(path, "r+", "size=5000", scaled(200, 50), 30000, true, false);

    situation("the end");
    for (size_t i = 0, before = 100; before < 200000; before = before * 4 + 61, i++) {
        size_t n = before + (i % 2 ? 70000 : 100);
        f = open_direct(path, "r+", "size=8K");
        EXPECT_INT(fseek(f, -(long)before, SEEK_END), 0);
        fill_random(piece, n);
        errno = 0;
        size_t done = fwrite(piece, 1, n, f);
        bool failed = done < n || fflush(f) == EOF;
        EXPECT(failed && errno == ENOSPC);
        EXPECT(done >= before);
        if (done > before) /* what was accepted and found no room is not lost in silence */
            EXPECT_ERROR(fclose(f) == EOF, ENOSPC);
        else
            EXPECT_INT(fclose(f), 0);
        memcpy(image + size - before, piece, before);
        compare(path, size - before, before);
    }
}

static void try_limit(const char *path) {
    struct rlimit limit = {1 << 20, RLIM_INFINITY};
    char *want = pattern(1500000);
    FILE *f = open_direct(path, "w+", "size=64K");
    situation("a file that must not grow");
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    errno = 0;
    size_t done = fwrite(want, 1, 1500000, f);
    EXPECT(done >= 1 << 20 && done < 1500000);
    EXPECT_INT(errno, EFBIG);
    EXPECT(ferror(f));
    limit.rlim_cur = RLIM_INFINITY;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    clearerr(f);
    EXPECT_INT(fwrite(want + done, 1, 1500000 - done, f), 1500000 - done);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, 1500000);
    free(want);
}

static void try_told(const char *path) {
    char *want = pattern(400000);
    FILE *f = open_direct(path, "w+", "");
    situation("a descriptor that was told");
    EXPECT_INT(fwrite(want, 1, 196608, f), 196608);
    EXPECT_INT(fflush(f), 0);
    int fd = fileno(f);
    EXPECT(!(fcntl(fd, F_GETFL) & O_DIRECT));
    EXPECT_INT(lseek(fd, 0, SEEK_CUR), 196608);
    EXPECT_INT(write(fd, want + 196608, 3), 3);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(fwrite(want + 196611, 1, 400000 - 196611, f), 400000 - 196611);
    EXPECT_INT(fflush(f), 0);
    EXPECT(!(fcntl(fd, F_GETFL) & O_DIRECT));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, 400000);
    free(want);
}

static void try_buffers(const char *path) {
    static char odd[30001];
    char *want = pattern(200000);
    static const int modes[] = {_IOFBF, _IOLBF, _IONBF};
    for (int i = 0; i < 3; i++) {
        FILE *f = open_direct(path, "w+", "");
        situation("setvbuf, mode %d", modes[i]);
        EXPECT_INT(setvbuf(f, modes[i] == _IONBF ? NULL : odd + 1, modes[i], 30000), 0);
        for (size_t at = 0; at < 200000; at += 1000)
            EXPECT_INT(fwrite(want + at, 1, 1000, f), 1000);
        rewind(f);
        for (size_t at = 0; at < (i < 2 ? 200000u : 3000u); at++)
            EXPECT_INT(fgetc(f), (unsigned char)want[at]);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE(path, want, 200000);
    }
    free(want);
}

/* Offsets that take more than 32 bits, which the kernel is asked about. */
static void try_far(const char *path) {
    const off_t far = 5000000123;
    char *want = pattern(200000);
    FILE *f = open_direct(path, "w+", "");
    situation("far behind the beginning");
    EXPECT_INT(fseeko(f, far, SEEK_SET), 0);
    EXPECT_INT(fwrite(want, 1, 200000, f), 200000);
    EXPECT_INT(fseeko(f, far + 5000, SEEK_SET), 0);
    EXPECT_INT(fread(piece, 1, 50000, f), 50000);
    EXPECT_BYTES(piece, 50000, want + 5000, 50000);
    EXPECT_INT(fseeko(f, -10, SEEK_CUR), 0);
    EXPECT_INT(fputs("changed", f) >= 0, 1);
    memcpy(want + 54990, "changed", 7);
    EXPECT_INT(fseeko(f, far - 3, SEEK_SET), 0);
    EXPECT_INT(fread(piece, 1, 3, f), 3);
    EXPECT_BYTES(piece, 3, "\0\0\0", 3);
    EXPECT_INT(fread(piece, 1, 200001, f), 200000);
    EXPECT_BYTES(piece, 200000, want, 200000);
    EXPECT_INT(fseeko(f, 0, SEEK_END), 0);
    EXPECT_INT(ftello(f), far + 200000);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(unlink(path), 0);
    free(want);
}

/* libc's own functions, which move the cursors themselves and call back for the transfers. */
static void try_libcs_own(const char *path) {
    char name[40], line[100];
    struct passwd entry = {name, "x", 7, 8, "somebody", "/home", "/bin/sh"};
    FILE *f = open_direct(path, "w+", "");
    situation("putpwent and fgetpwent");
    size_t n = 0;
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "name%d", i);
        int length = snprintf(line, sizeof line, "%s:x:7:8:somebody:/home:/bin/sh\n", name);
        memcpy(image + n, line, (size_t)length);
        n += (size_t)length;
        if (i % 1000 < 900)
            EXPECT_INT(putpwent(&entry, f), 0);
        else
            EXPECT_INT(fwrite(line, 1, (size_t)length, f), length);
        if (i % 3000 == 17)
            EXPECT_INT(fflush(f), 0);
    }
    EXPECT_INT(ftell(f), n);
    rewind(f);
    for (int i = 0; i < 20000; i++) {
        struct passwd *got = fgetpwent(f);
        REQUIRE(got);
        snprintf(name, sizeof name, "name%d", i);
        EXPECT_TEXT(got->pw_name, name);
    }
    EXPECT(fgetpwent(f) == NULL);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, image, n);
}

static void try_refused(const char *path) {
    situation("where it cannot be");
    EXPECT_ERROR(buf_fopen("absent", "a", "direct=require") == NULL, EINVAL);
    EXPECT_ERROR(open("absent", O_RDONLY) < 0, ENOENT);
    EXPECT_ERROR(buf_fopen("/dev/null", "w", "direct=require") == NULL, EINVAL);
    REQUIRE(mkfifo("pipe", 0666) == 0);
    EXPECT_ERROR(buf_fopen("pipe", "r+", "direct=require") == NULL, EINVAL);
    FILE *f = buf_fopen("pipe", "r+", "direct=try");
    REQUIRE(f);
    EXPECT_INT(fputs("through\n", f) >= 0 && fflush(f) == 0 && fgetc(f) == 't', 1);
    EXPECT_INT(fclose(f), 0);
    f = buf_fopen("added", "a", "direct=try");
    REQUIRE(f);
    EXPECT_INT(fputs("to the end", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("added", "to the end", 10);
    EXPECT_ERROR(buf_fopen(path, "w", "direct=maybe") == NULL, EINVAL);
    f = fopen("added", "r");
    REQUIRE(f);
    EXPECT_ERROR(buf_configure(f, "direct=try") == -1, EINVAL);
    EXPECT_INT(fclose(f), 0);
}

/* LIBBUF="direct-*:direct=require;try-*:direct=try" */
static void try_rules(void) {
    char *want = pattern(300000);
    situation("by rules");
    EXPECT_ERROR(fopen("direct-a", "a") == NULL, EINVAL);
    static const char *const names[] = {"direct-w", "try-w"};
    for (int i = 0; i < 2; i++) {
        FILE *f = fopen(names[i], "w");
        REQUIRE(f);
        EXPECT_INT(fwrite(want, 1, 300000, f), 300000);
        f = freopen(names[i], "r", f);
        REQUIRE(f);
        EXPECT_INT(fread(piece, 1, 300001, f), 300000);
        EXPECT_BYTES(piece, 300000, want, 300000);
        EXPECT_INT(fclose(f), 0);
    }
    free(want);
}

static void try_fork(const char *path) {
    char *want = pattern(300000);
    FILE *f = open_direct(path, "w+", "");
    situation("fork");
    EXPECT_INT(fwrite(want, 1, 131072, f), 131072);
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork_child();
    if (child == 0) {
        EXPECT_INT(fwrite(want + 131072, 1, 10001, f), 10001);
        EXPECT_INT(fclose(f), 0);
        f = open_direct("childs", "w", ""); /* a descriptor of its own */
        EXPECT_INT(fwrite(want, 1, 100000, f), 100000);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("childs", want, 100000);
        _exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(ftell(f), 141073);
    EXPECT_INT(fwrite(want + 141073, 1, 300000 - 141073, f), 300000 - 141073);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, 300000);
    free(want);
}

/* Run where the first write and the first read of some kind are refused with EINVAL. */
static void try_fallback(const char *path) {
    char *want = pattern(300000);
    situation("a refused transfer");
    FILE *f = buf_fopen(path, "w", "direct=try");
    REQUIRE(f);
    EXPECT_INT(fwrite(want, 1, 300000, f), 300000);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, 300000);
    f = buf_fopen(path, "r", "direct=try");
    REQUIRE(f);
    EXPECT_INT(fread(piece, 1, 300001, f), 300000);
    EXPECT_BYTES(piece, 300000, want, 300000);
    EXPECT_INT(fclose(f), 0);
    free(want);
}

/* The same where it is an error; nothing that was accepted is lost. */
static void try_required(const char *path) {
    char *want = pattern(300000);
    situation("a refused transfer, required");
    FILE *f = open_direct(path, "w", "size=512K");
    EXPECT_INT(fwrite(want, 1, 300000, f), 300000);
    EXPECT_ERROR(fflush(f) == EOF, EINVAL);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, 300000);
    f = open_direct(path, "r", "");
    EXPECT_ERROR(fgetc(f) == EOF, EINVAL);
    EXPECT(ferror(f));
    clearerr(f);
    EXPECT_INT(fread(piece, 1, 300001, f), 300000);
    EXPECT_BYTES(piece, 300000, want, 300000);
    EXPECT_INT(fclose(f), 0);
    free(want);
}

/* Where the kernel refuses io_uring, or direct transfers in it, there is nothing to try with async. */
static void require_async(const char *path) {
    struct buf_stats stats;
    FILE *f = open_direct(path, "r+", "report=none,size=64K");
    if (fread(piece, 1, 2 << 20, f) < 2 << 20)
        EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(fwrite(piece, 1, 2 << 20, f), 2 << 20);
    REQUIRE(buf_stats(f, &stats) == 0);
    EXPECT_INT(fclose(f), 0);
    if (stats.fallbacks == 0)
        return;
    puts("no asynchronous transfers");
    exit(77);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("is told what to do by the suite policies_direct\n", stderr);
        return 77;
    }
    REQUIRE(buf_fopen && buf_configure);
    const char *what = argv[1], *path = argv[2];
    besides = argc > 3 ? argv[3] : "";
    most = 40u << 20;
    image = calloc(1, most);
    char *memory = malloc((4u << 20) + 4096);
    REQUIRE(image && memory);
    piece = (char *)(((uintptr_t)memory + 4095) & ~(uintptr_t)4095);
    if (getenv("TEST_SEED"))
        state += (uint64_t)atol(getenv("TEST_SEED"));
    if (*besides && strcmp(what, "edges") != 0) {
        close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
        require_async(path);
    }
    if (strcmp(what, "image") == 0) {
        most = 12u << 20;
        try_image(path);
    } else if (strcmp(what, "large") == 0) {
        try_large(path);
    } else if (strcmp(what, "polled") == 0) {
        try_polled(path, "w");
        unlink(path);
        try_polled(path, "w+");
    } else if (strcmp(what, "device") == 0) {
        try_device(path);
    } else if (strcmp(what, "proof") == 0) {
        return try_proof(path);
    } else if (strcmp(what, "fallback") == 0) {
        try_fallback(path);
    } else if (strcmp(what, "required") == 0) {
        try_required(path);
    } else {
        REQUIRE(strcmp(what, "edges") == 0);
        try_limit(path);
        try_told(path);
        try_buffers(path);
        try_far(path);
        try_libcs_own(path);
        try_refused(path);
        try_rules();
        try_fork(path);
    }
    free(memory);
    free(image);
    return finish();
}
