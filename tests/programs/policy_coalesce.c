/* Option coalesce: what a stream holds is seen by its own reads, leaves whole and in order, and is never lost. Usage:
   policy_coalesce random SEED SEEDS | scattered OPTIONS | fork | fork-limit | fork-held | exit | space | again; without: the rest */
#include "expect.h"
#include "extended.h"
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

enum { IMAGE = 400000, SLOT = 16, SLOTS = 20000, LARGE = 4 << 20 };

static uint64_t state;

static size_t draw(size_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state >> 11) % limit;
}

static char image[IMAGE + 1]; /* what the file must hold */
static size_t size;           /* how much of it */
static _Alignas(16) char bytes[IMAGE];

static void put(FILE *f, size_t at, size_t n) {
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)draw(256);
    EXPECT_INT(fwrite(bytes, 1, n, f), n);
    memcpy(image + at, bytes, n);
    if (size < at + n && n > 0)
        size = at + n;
}

static void get(FILE *f, size_t at, size_t n) {
    size_t there = at < size ? size - at : 0;
    memset(bytes, 1, n);
    size_t have = fread(bytes, 1, n, f);
    EXPECT_BYTES(bytes, have, image + at, n < there ? n : there);
    EXPECT_INT(feof(f) != 0, n > there);
}

static size_t some(void) {
    return draw(3) ? draw(60) : draw(4) ? draw(5000) : draw(50000);
}

static FILE *open_randomly(char *text, size_t room, bool *readable) {
    static const char *const modes[] = {"r+", "r+", "w+", "w"}, *const blocks[] = {"", ",align=512",
                                                                                   ",align=700",
                                                                                   ",align=off"};
    const char *mode = modes[draw(4)];
    snprintf(text, room, "%s coalesce=%zu%s%s", mode, 1 + draw(draw(2) ? 3 : 300), blocks[draw(4)],
             draw(3) ? "" : ",fill=off");
    if (draw(2))
        snprintf(text + strlen(text), room - strlen(text), ",size=%zu", 1 + draw(draw(2) ? 100 : 70000));
    size = draw(5) ? draw(IMAGE / 2) : draw(3);
    for (size_t i = 0; i < IMAGE; i++)
        image[i] = i < size ? (char)(i * 7 + i / 999) : 0;
    write_file("data", image, size);
    if (*mode == 'w')
        memset(image, 0, sizeof image), size = 0;
    *readable = mode[1] == '+';
    return buf_fopen("data", mode, strchr(text, ' ') + 1);
}

/* One stream with random calls, compared with the image at each read and flush. */
static void random_calls(void) {
    char text[100];
    bool readable;
    FILE *f = open_randomly(text, sizeof text, &readable);
    REQUIRE(f);
    size_t at = 0, reach = draw(2) ? IMAGE - 60000 : 20000;
    for (int calls = (int)draw(400); calls > 0; calls--) {
        situation("seed ..%llu, %s, call -%d, at %zu of %zu", (unsigned long long)(state & 0xffff), text,
                  calls, at, size);
        size_t n;
        switch (draw(14)) {
        case 0:
            EXPECT_INT(fseek(f, 0, SEEK_END), 0);
            EXPECT_INT(ftell(f), size);
            at = size;
            break;
        case 1:
            n = draw(at + 1);
            EXPECT_INT(fseek(f, -(long)n, SEEK_CUR), 0);
            at -= n;
            break;
        case 2:
            EXPECT_INT(fflush(f), 0);
            EXPECT_FILE("data", image, size);
            break;
        case 3:
        case 4:
            if (!readable)
                break;
            EXPECT_INT(fseek(f, (long)(at = draw(reach)), SEEK_SET), 0);
            n = some();
            get(f, at, n);
            if (at < size)
                at += at + n < size ? n : size - at;
            EXPECT_INT(ftell(f), at);
            EXPECT_INT(fseek(f, (long)at, SEEK_SET), 0);
            break;
        case 5:
            EXPECT_INT(ftell(f), at);
            break;
        default:
            if (draw(6))
                EXPECT_INT(fseek(f, (long)(at = draw(reach)), SEEK_SET), 0);
            n = at + 50000 < IMAGE ? some() : 0;
            put(f, at, n);
            at += n;
        }
    }
    if (draw(4) == 0) {
        int descriptor = fileno(f);
        EXPECT_INT(fflush(f), 0);
        EXPECT_INT(lseek(descriptor, 0, SEEK_END), size);
        EXPECT_FILE("data", image, size);
        EXPECT_INT(fseek(f, (long)(at = draw(reach)), SEEK_SET), 0);
        put(f, at, 100);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
}

/* 20,000 scattered slots over 4 MiB; the suite counts the system calls. */
static void scattered(const char *options) {
    char *want = pattern(LARGE), slot[SLOT];
    write_file("data", want, LARGE);
    FILE *f = *options ? buf_fopen("data", "r+", options) : fopen("data", "r+");
    REQUIRE(f);
    state = 42;
    for (int i = 0; i < SLOTS; i++) {
        size_t at = draw(LARGE - SLOT);
        memset(slot, i, SLOT);
        memcpy(want + at, slot, SLOT);
        EXPECT_INT(fseek(f, (long)at, SEEK_SET), 0);
        EXPECT_INT(fwrite(slot, 1, SLOT, f), SLOT);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, LARGE);
    free(want);
}

static FILE *fresh(const char *mode, const char *options, size_t bytes_before) {
    size = bytes_before;
    memset(image, 0, sizeof image);
    memset(image, '.', size);
    write_file("data", image, size);
    FILE *f = buf_fopen("data", mode, options);
    REQUIRE(f);
    return f;
}

static void put_at(FILE *f, size_t at, const char *text) {
    EXPECT_INT(fseek(f, (long)at, SEEK_SET), 0);
    EXPECT_INT(fwrite(text, 1, strlen(text), f), strlen(text));
    memcpy(image + at, text, strlen(text));
    if (size < at + strlen(text))
        size = at + strlen(text);
}

/* The file as it was, though the stream has written to it. */
static void expect_held(FILE *f) {
    char *before = calloc(1, IMAGE);
    memset(before, '.', 9000);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_FILE("data", before, 9000);
    free(before);
}

static void leaves_when_asked(void) {
    situation("fflush");
    FILE *f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 8000, "eight");
    put_at(f, 10, "ten");
    put_at(f, 12000, "behind the end");
    expect_held(f);
    EXPECT_INT(fflush(NULL), 0);
    EXPECT_FILE("data", image, size);
    situation("fclose");
    put_at(f, 30, "thirty");
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);

    situation("freopen");
    f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 10, "ten");
    expect_held(f);
    REQUIRE(freopen("other", "w", f));
    EXPECT_FILE("data", image, size);
    EXPECT_INT(fputs("other", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("other", "other", 5);

    situation("fileno");
    f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 10, "ten");
    put_at(f, 8000, "eight");
    expect_held(f);
    EXPECT(fileno(f) > 2);
    EXPECT_FILE("data", image, size);
    put_at(f, 100, "at once");
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_FILE("data", image, size);
    EXPECT_INT(fclose(f), 0);
}

static void unbuffered_holds_nothing(void) {
    for (int kind = 0; kind < 2; kind++) {
        situation("%s", kind ? "line" : "unbuffered");
        FILE *f = fresh("r+", "coalesce=8", 9000);
        put_at(f, 10, "held");
        EXPECT_INT(setvbuf(f, NULL, kind ? _IOLBF : _IONBF, 0), 0);
        put_at(f, 8000, "at once\n");
        EXPECT_FILE("data", image, size);
        put_at(f, 20, "twenty\n");
        EXPECT_FILE("data", image, size);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", image, size);
    }
}

/* What another wrote into the gaps before the flush is not undone, filled or not. */
static void gaps_are_read_late(void) {
    for (int fill = 0; fill < 2; fill++) {
        situation("gaps, fill=%s", fill ? "on" : "off");
        FILE *f = fresh("r+", fill ? "coalesce=64" : "coalesce=64,fill=off", 9000);
        EXPECT_INT(fgetc(f), '.');
        for (size_t at = 0; at < 9000; at += 40)
            put_at(f, at, "ours");
        expect_held(f);
        int descriptor = open("data", O_WRONLY);
        for (size_t at = 20; at < 9000; at += 40) {
            EXPECT_INT(pwrite(descriptor, "theirs", 6, (off_t)at), 6);
            memcpy(image + at, "theirs", 6);
        }
        EXPECT_INT(fflush(f), 0);
        if (size < 8986)
            size = 8986;
        EXPECT_FILE("data", image, size);
        EXPECT_INT(ftruncate(descriptor, 100), 0); /* nothing of what others cut off comes back by filling */
        put_at(f, 50, "A");
        put_at(f, 300, "B");
        EXPECT_INT(fclose(f), 0);
        size = 301;
        memset(image + 100, 0, 200);
        EXPECT_FILE("data", image, size);
        close(descriptor);
    }
}

static void limit(rlim_t at) {
    struct rlimit now;
    getrlimit(RLIMIT_FSIZE, &now);
    now.rlim_cur = at;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

static void nothing_is_lost_at_a_limit(void) {
    signal(SIGXFSZ, SIG_IGN);
    situation("limit, flush");
    FILE *f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 20000, "far behind the limit");
    put_at(f, 9995, "across the limit");
    put_at(f, 10, "ten");
    limit(10000);
    EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    EXPECT(ferror(f));
    EXPECT_FILE("data", image, 10000);
    EXPECT_ERROR(fflush(f) == EOF, EFBIG);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(ftell(f), size);
    EXPECT_INT(fseek(f, 9990, SEEK_SET), 0);
    get(f, 9990, 100);
    put_at(f, 30, "thirty");
    limit(RLIM_INFINITY);
    clearerr(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_FILE("data", image, size);
    EXPECT_INT(fclose(f), 0);

    situation("limit, all blocks in use");
    f = fresh("r+", "coalesce=2,align=512", 9000);
    put_at(f, 20000, "one");
    put_at(f, 30000, "two");
    limit(10000);
    EXPECT_INT(fseek(f, 40000, SEEK_SET), 0); /* the window is empty: two blocks are held */
    EXPECT_INT(fwrite("three", 1, 5, f), 5);
    EXPECT_ERROR(fseek(f, 0, SEEK_SET) == -1, EFBIG);
    limit(RLIM_INFINITY);
    clearerr(f);
    memcpy(image + 40000, "three", 5);
    size = 40005;
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);

    situation("limit, fclose");
    f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 20000, "lost");
    limit(10000);
    EXPECT_ERROR(fclose(f) == EOF, EFBIG);
    limit(RLIM_INFINITY);
    signal(SIGXFSZ, SIG_DFL);
}

/* libc's own functions put on the stream. */
static void libc_puts(void) {
    struct passwd entry = {"name", "x", 1000, 1000, "gecos", "/home", "/bin/sh"};
    char line[] = "name:x:1000:1000:gecos:/home:/bin/sh\n";
    situation("putpwent");
    FILE *f = fresh("r+", "coalesce=8", 9000);
    for (size_t at = 8000; at > 700; at -= 700) {
        EXPECT_INT(fseek(f, (long)at, SEEK_SET), 0);
        EXPECT_INT(putpwent(&entry, f), 0);
        memcpy(image + at, line, strlen(line));
    }
    EXPECT_INT(fflush(f), 0);
    EXPECT_FILE("data", image, size);
    EXPECT_INT(fclose(f), 0);
}

/* Where positional transfers cannot be, the option does nothing, and all bytes arrive. */
static void ignored_elsewhere(void) {
    situation("ignored");
    FILE *f = fresh("a+", "coalesce=8", 9000);
    EXPECT_INT(fputs("more", f) >= 0, 1);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    memcpy(image + 9000, "more", 4);
    EXPECT_FILE("data", image, size += 4);
    EXPECT_INT(fclose(f), 0);
    f = buf_fopen("/dev/null", "r+", "coalesce=8");
    REQUIRE(f);
    EXPECT_INT(fputs("gone", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_ERROR(buf_fopen("data", "r+", "coalesce=0") == NULL, EINVAL);
    EXPECT_ERROR(buf_fopen("data", "r+", "coalesce") == NULL, EINVAL);
    EXPECT_ERROR(buf_fopen("data", "r+", "coalesce=8,fill=maybe") == NULL, EINVAL);
    f = fopen("data", "r+");
    REQUIRE(f);
    EXPECT_ERROR(buf_configure(f, "coalesce=8") == -1, EINVAL);
    EXPECT_INT(fclose(f), 0);
}

/* A process that forked shares its descriptors, and holds nothing from there on. */
static void fork_shares(void) {
    situation("fork");
    FILE *f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 8000, "before");
    put_at(f, 10, "ten");
    expect_held(f);
    pid_t child = fork_child();
    if (child == 0) {
        EXPECT_FILE("data", image, size);
        put_at(f, 3000, "by the child");
        exit(finish());
    }
    EXPECT(child_passed(child));
    memcpy(image + 3000, "by the child", 12);
    EXPECT_FILE("data", image, size);
    put_at(f, 4000, "by the parent");
    EXPECT_INT(fflush(f), 0);
    EXPECT_FILE("data", image, size);
    EXPECT_INT(fclose(f), 0);

    situation("after a fork");
    f = buf_fopen("data", "r+", "coalesce=8"); /* nobody shares what is opened now */
    REQUIRE(f);
    put_at(f, 10, "its own");
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
}

/* What could not leave before a fork is the parent's, and leaves once. */
static void fork_at_a_limit(void) {
    situation("fork at a limit");
    signal(SIGXFSZ, SIG_IGN);
    FILE *f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 20000, "the parent's");
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    limit(10000);
    pid_t child = fork_child();
    if (child == 0) {
        limit(RLIM_INFINITY);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", image, 9000);
        exit(finish());
    }
    EXPECT(child_passed(child));
    limit(RLIM_INFINITY);
    EXPECT(ferror(f));
    EXPECT_FILE("data", image, 9000);
    EXPECT_INT(fseek(f, 19990, SEEK_SET), 0);
    get(f, 19990, 100);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
}

static _Atomic int turn; /* 1: the thread holds the stream, 2: it may let go */

static void *hold_stream(void *f) {
    flockfile(f);
    put_at(f, 8000, "by the thread");
    put_at(f, 10, "by the thread");
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    turn = 1;
    while (turn < 2)
        sleep_ms(1);
    funlockfile(f);
    return NULL;
}

/* The stream is another thread's in the moment of the fork: what it holds stays with the parent, and goes with its next
   call. */
static void fork_beside_a_holder(void) {
    pthread_t thread;
    situation("fork beside a holder");
    FILE *f = fresh("r+", "coalesce=8", 9000);
    REQUIRE(pthread_create(&thread, NULL, hold_stream, f) == 0);
    while (turn < 1)
        sleep_ms(1);
    pid_t child = fork_child();
    if (child == 0)
        exit(finish());
    EXPECT(child_passed(child));
    char *before = malloc(9000);
    memset(before, '.', 9000);
    EXPECT_FILE("data", before, 9000);
    free(before);
    turn = 2;
    REQUIRE(pthread_join(thread, NULL) == 0);
    get(f, 0, 100);
    EXPECT_FILE("data", image, size);
    put_at(f, 4000, "after");
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
}

/* Threads put slots of their own on one stream. */
static void *put_slots(void *argument) {
    FILE *f = *(FILE **)argument;
    int which = (int)((FILE **)argument - (FILE **)bytes);
    char text[8];
    for (int i = 0; i < 500; i++) {
        size_t at = (size_t)(i * 7919 % 500 * 4 + which) * 16;
        snprintf(text, sizeof text, "%d/%d", which, i);
        flockfile(f);
        put_at(f, at, text);
        if (i % 50 == 0)
            EXPECT_INT(fflush(f), 0);
        funlockfile(f);
    }
    return NULL;
}

static void threads_share_a_stream(void) {
    pthread_t threads[4];
    situation("threads");
    FILE *f = fresh("r+", "coalesce=4,align=512", 40000);
    for (int i = 0; i < 4; i++) {
        ((FILE **)bytes)[i] = f;
        REQUIRE(pthread_create(&threads[i], NULL, put_slots, (FILE **)bytes + i) == 0);
    }
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
}

/* Held at the end of main: the suite looks for it. */
static int leave_to_exit(void) {
    FILE *f = fresh("r+", "coalesce=8", 9000);
    put_at(f, 5000, "by exit");
    put_at(f, 100, "by exit");
    expect_held(f);
    return finish();
}

/* A file system without space: what was accepted goes when there is some again. */
static int space(void) {
    if (mkdir("small", 0777) < 0 || mount("none", "small", "tmpfs", 0, "size=256k") < 0) {
        printf("no tmpfs may be mounted: %s\n", strerror(errno));
        return 77;
    }
    FILE *f = buf_fopen("small/data", "w+", "coalesce=64");
    REQUIRE(f);
    char *ballast = calloc(1, 200 << 10);
    write_file("small/ballast", ballast, 200 << 10);
    size = 0;
    for (size_t at = 190000; at > 5000; at -= 5000)
        put_at(f, at, "scattered");
    EXPECT_ERROR(fflush(f) == EOF, ENOSPC);
    EXPECT_ERROR(fflush(f) == EOF, ENOSPC);
    EXPECT_INT(fseek(f, 100000, SEEK_SET), 0);
    get(f, 100000, 1000);
    EXPECT_INT(unlink("small/ballast"), 0);
    clearerr(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_FILE("small/data", image, size);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(umount("small"), 0);
    free(ballast);
    return finish();
}

/* Writes are interrupted, or gaps cannot be read: the suite has strace see to that. */
static int again(void) {
    FILE *f = fresh("r+", "coalesce=64", 9000);
    int failed = 0;
    for (size_t at = 0; at < 60000; at += at % 7000 ? 30 : 3010)
        put_at(f, at, "0123456789");
    while (fflush(f) == EOF && failed < 100) {
        EXPECT_INT(errno, EINTR);
        clearerr(f);
        failed++;
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", image, size);
    printf("%d\n", failed);
    return finish();
}

int main(int argc, char **argv) {
    REQUIRE(buf_fopen);
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "random") == 0) {
        for (uint64_t seed = strtoull(argv[2], NULL, 10), end = seed + strtoull(argv[3], NULL, 10);
             seed < end; seed++) {
            state = seed * 0x9e3779b97f4a7c15u + 1;
            random_calls();
        }
    } else if (strcmp(what, "scattered") == 0) {
        scattered(argv[2]);
    } else if (strcmp(what, "space") == 0) {
        return space();
    } else if (strcmp(what, "again") == 0) {
        return again();
    } else if (strcmp(what, "exit") == 0) {
        return leave_to_exit();
    } else if (strcmp(what, "fork") == 0) {
        fork_shares();
    } else if (strcmp(what, "fork-held") == 0) {
        fork_beside_a_holder();
    } else if (strcmp(what, "fork-limit") == 0) {
        fork_at_a_limit();
    } else {
        leaves_when_asked();
        unbuffered_holds_nothing();
        gaps_are_read_late();
        nothing_is_lost_at_a_limit();
        libc_puts();
        threads_share_a_stream();
        ignored_elsewhere();
    }
    return finish();
}
