/* async=: transfers on their way while the program goes on. Arguments: what to try, the file, and options of the
   stream. Exit 77: there is no io_uring, or no direct transfers, on that file. */
#include "expect.h"
#include "extended.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

enum { MANY = 24 << 20 };

static const char *options;
static char *want;

static FILE *open_async(const char *path, const char *mode) {
    char all[160];
    snprintf(all, sizeof all, "%s,report=none", options);
    FILE *f = buf_fopen(path, mode, all);
    if (!f && errno == EINVAL) {
        printf("no direct transfers on %s\n", path);
        exit(77);
    }
    REQUIRE(f);
    return f;
}

static uint64_t fallbacks(FILE *f) {
    struct buf_stats stats;
    REQUIRE(buf_stats(f, &stats) == 0);
    return stats.fallbacks;
}

/* Where nothing was flying there is nothing to try. */
static void require_ring(const char *path) {
    FILE *f = open_async(path, "w");
    EXPECT_INT(fwrite(want, 1, MANY, f), MANY);
    bool none = fallbacks(f) > 0;
    EXPECT_INT(fclose(f), 0);
    if (!none)
        return;
    puts("io_uring is refused here");
    exit(77);
}

static void put(FILE *f, size_t from, size_t to) {
    for (size_t at = from; at < to; at += 100000) {
        size_t n = to - at < 100000 ? to - at : 100000;
        EXPECT_INT(fwrite(want + at, 1, n, f), n);
    }
}

/* An error comes up at a later call, or at the end, and nothing that was taken is lost. */
static void try_error(const char *path) {
    struct rlimit limit = {MANY / 2, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    for (int way = 0; way < 3; way++) {
        FILE *f = open_async(path, "w+");
        situation("an error, way %d", way);
        REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
        errno = 0;
        size_t done = 0;
        while (done < MANY) {
            size_t n = fwrite(want + done, 1, 4096, f);
            done += n;
            if (n < 4096)
                break;
        }
        EXPECT(done >= MANY / 2 && done < MANY);
        EXPECT_INT(errno, EFBIG);
        EXPECT(ferror(f));
        EXPECT_ERROR(fflush(f) == EOF, EFBIG);
        if (way == 0)
            EXPECT_ERROR(fclose(f) == EOF, EFBIG);
        REQUIRE(setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}) == 0);
        if (way == 0) {
            EXPECT_FILE(path, want, MANY / 2);
            continue;
        }
        clearerr(f);
        if (way == 1)
            put(f, done, MANY);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE(path, want, way == 1 ? MANY : done);
    }
}

/* With a ring of its own, which is not the stream's. */
static void *put_rest(void *f) {
    FILE *own = open_async("own", "w");
    put(own, 0, MANY / 4);
    EXPECT_INT(fflush(own), 0);
    put(f, MANY / 2, MANY);
    EXPECT_INT(fclose(own), 0);
    EXPECT_FILE("own", want, MANY / 4);
    return NULL;
}

static void *open_and_put(void *path) {
    FILE *f = open_async(path, "w+");
    put(f, 0, MANY / 2);
    return f;
}

/* The ring is one thread's: another one takes the stream over, also when the first has ended. */
static void try_threads(const char *path) {
    pthread_t other;
    void *f;
    situation("another thread");
    f = open_async(path, "w+");
    put(f, 0, MANY / 2);
    REQUIRE(pthread_create(&other, NULL, put_rest, f) == 0);
    pthread_join(other, NULL);
    EXPECT_INT(fallbacks(f), 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, MANY);
    situation("a thread that has ended");
    REQUIRE(pthread_create(&other, NULL, open_and_put, (void *)(uintptr_t)path) == 0);
    pthread_join(other, &f);
    put(f, MANY / 2, MANY);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, MANY);
}

/* A descriptor of the ring would be the program's to close by mistake. */
static void expect_no_descriptor(void) {
    char name[40], target[100];
    for (int fd = 0; fd < 100; fd++) {
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        EXPECT(strstr(target, "io_uring") == NULL);
    }
}

/* Every descriptor but the stream's goes, and their numbers come back as a file's. */
static void try_closed(const char *path) {
    situation("descriptors closed");
    int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(lowest);
    FILE *f = open_async(path, "w+");
    put(f, 0, MANY / 2);
    expect_no_descriptor();
    syscall(SYS_close_range, lowest + 1, ~0u, 0);
    int taken = open("other", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    EXPECT_INT(taken, lowest + 1);
    put(f, MANY / 2, MANY);
    EXPECT_INT(fallbacks(f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, MANY);
    EXPECT_FILE("other", "", 0);
    close(taken);
}

static void refuse_call(int number) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

/* io_uring is refused from the beginning, or from one moment on. */
static void try_refused(const char *path) {
    for (int way = 0; way < 3; way++) {
        situation("refused, way %d", way);
        pid_t child = fork_child();
        if (child == 0) {
            if (way == 0)
                refuse_call(SYS_io_uring_setup);
            if (way == 1)
                refuse_call(SYS_io_uring_register);
            FILE *f = open_async(path, "w+");
            put(f, 0, MANY / 2);
            if (way == 2)
                refuse_call(SYS_io_uring_enter);
            put(f, MANY / 2, MANY);
            EXPECT_INT(fallbacks(f), 1);
            rewind(f);
            static char got[65536];
            for (size_t at = 0, n; (n = fread(got, 1, sizeof got, f)) > 0; at += n)
                EXPECT_BYTES(got, n, want + at, n);
            EXPECT_INT(fclose(f), 0);
            EXPECT_FILE(path, want, MANY);
            _exit(finish());
        }
        EXPECT(child_passed(child));
    }
}

/* What was taken arrives, however the process or its program ends; the rest of the buffer goes with it, as libc's. */
static void try_leaving(const char *path) {
    static const char *const names[] = {"_exit",  "_Exit", "quick_exit", "abort",
                                        "execve", "execl", "execvp",     "exit"};
    static char *const words[] = {"true", NULL};
    for (int way = 0; way < 8; way++) {
        situation("leaving by %s", names[way]);
        pid_t child = fork_child();
        if (child == 0) {
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            FILE *f = open_async(path, "w");
            if (fwrite(want, 1, MANY - 4096, f) != MANY - 4096)
                _exit(1);
            switch (way) {
            case 0:
                _exit(0);
            case 1:
                _Exit(0);
            case 2:
                quick_exit(0);
            case 3:
                abort();
            case 4:
                execve("/bin/true", words, environ);
                break;
            case 5:
                execl("/bin/true", "true", (char *)NULL);
                break;
            case 6:
                execvp("true", words);
                break;
            default:
                exit(0);
            }
            _exit(1);
        }
        int status;
        REQUIRE(waitpid(child, &status, 0) == child);
        EXPECT(way == 3 ? WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT
                        : WIFEXITED(status) && !WEXITSTATUS(status));
        struct stat st;
        REQUIRE(stat(path, &st) == 0);
        EXPECT(st.st_size <= MANY - 4096 && st.st_size >= MANY - 4096 - (1 << 20)); /* a window */
        EXPECT_FILE(path, want, (size_t)st.st_size);
    }
}

static void try_fork(const char *path) {
    situation("fork");
    FILE *f = open_async(path, "w+");
    put(f, 0, MANY / 2);
    pid_t child = fork_child();
    if (child == 0) {
        EXPECT_INT(fflush(f), 0);
        _exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_INT(fseek(f, MANY / 2, SEEK_SET), 0);
    put(f, MANY / 2, MANY);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, want, MANY);
    situation("vfork and fork while it reads ahead");
    f = open_async(path, "r");
    static char got[1 << 20];
    for (size_t at = 0, n; (n = fread(got, 1, 65536, f)) > 0; at += n) {
        EXPECT_BYTES(got, n, want + at, n);
        pid_t other = at % (10 * 65536) ? 0 : at % (20 * 65536) ? vfork() : fork();
        if (other == 0 && at % (10 * 65536) == 0)
            _exit(0);
        if (other > 0)
            waitpid(other, NULL, 0);
    }
    EXPECT_INT(ftell(f), MANY);
    EXPECT_INT(fclose(f), 0);
}

/* Forks that no handler of pthread_atfork(3) hears of, and exit in the child, which is not to touch what flies. */
static void try_raw_fork(const char *path) {
    for (int round = 0; round < 6; round++) {
        situation("a fork by itself, round %d", round);
        FILE *f = open_async(path, "w");
        put(f, 0, MANY / 2);
        pid_t child = round % 2 ? _Fork() : (pid_t)syscall(SYS_fork);
        REQUIRE(child >= 0);
        if (child == 0)
            exit(0);
        put(f, MANY / 2, MANY);
        int status;
        REQUIRE(waitpid(child, &status, 0) == child);
        EXPECT_INT(status, 0);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE(path, want, MANY);
    }
}

static void *close_it(void *f) {
    EXPECT_INT(fclose(f), 0);
    return NULL;
}

/* A thread may have 16 rings; those of streams that others closed are not among them. */
static void try_many(const char *path) {
    pthread_t other;
    for (int i = 0; i < 40; i++) {
        situation("stream %d, closed by another thread", i);
        FILE *f = open_async(path, "w");
        put(f, 0, 4 << 20);
        EXPECT_INT(fallbacks(f), 0);
        REQUIRE(pthread_create(&other, NULL, close_it, f) == 0);
        pthread_join(other, NULL);
    }
    EXPECT_FILE(path, want, 4 << 20);
    situation("20 streams");
    FILE *all[20];
    char name[20];
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "many%d", i);
        all[i] = open_async(name, "w");
        put(all[i], 0, 4 << 20);
        EXPECT(i >= 16 || fallbacks(all[i]) == 0);
    }
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "many%d", i);
        EXPECT_INT(fclose(all[i]), 0);
        EXPECT_FILE(name, want, 4 << 20);
    }
}

static _Atomic size_t accepted;

static void *put_for_ever(void *f) {
    for (size_t at = 0;; at = accepted)
        accepted = at + fwrite(want + at % (MANY - 100000), 1, 100000, f);
    return NULL;
}

/* A writer is cancelled, and the stream goes on. */
static void try_cancel(const char *path) {
    for (int round = 0; round < 8; round++) {
        pthread_t writer;
        struct stat st;
        situation("cancelled, round %d", round);
        FILE *f = open_async(path, "w");
        accepted = 0;
        REQUIRE(pthread_create(&writer, NULL, put_for_ever, f) == 0);
        usleep(5000 + (unsigned)round * 7000);
        pthread_cancel(writer);
        pthread_join(writer, NULL);
        size_t taken = accepted;
        EXPECT_INT(fclose(f), 0);
        REQUIRE(stat(path, &st) == 0);
        EXPECT((size_t)st.st_size >= taken && (size_t)st.st_size <= taken + 100000);
    }
}

static void fork_in_handler(int number) {
    int saved = errno;
    pid_t child = fork();
    (void)number;
    if (child == 0)
        _exit(0);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    errno = saved;
}

/* A handler of signals that forks in the middle of a call. */
static void try_handler(const char *path) {
    struct sigaction action = {.sa_handler = fork_in_handler, .sa_flags = SA_RESTART}, before;
    sigaction(SIGALRM, &action, &before);
    for (int round = 0; round < 40; round++) {
        situation("fork in a handler, round %d", round);
        struct itimerval soon = {{0, 0}, {0, 200 + round * 211}}, never = {{0, 0}, {0, 0}};
        FILE *f = open_async(path, "w");
        setitimer(ITIMER_REAL, &soon, NULL);
        put(f, 0, MANY);
        EXPECT_INT(fclose(f), 0);
        setitimer(ITIMER_REAL, &never, NULL);
        EXPECT_FILE(path, want, MANY);
    }
    sigaction(SIGALRM, &before, NULL);
}

/* What libc's own functions put and could not write, behind what failed, on a descriptor that is told in between. */
static void try_held(const char *path) {
    enum { PUT = (5 << 20) - 4 };
    struct rlimit limit = {2 << 20, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
    struct passwd entry = {"NAME", "x", 1, 2, "G", "/", "/s"};
    static const char line[] = "NAME:x:1:2:G:/:/s\n";
    signal(SIGXFSZ, SIG_IGN);
    for (int told = 0; told < 2; told++) {
        situation("held, %s", told ? "and told" : "not told");
        FILE *f = open_async(path, "w");
        REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
        size_t done = fwrite(want, 1, PUT, f);
        clearerr(f);
        bool put_line = done == PUT && putpwent(&entry, f) == 0;
        EXPECT_ERROR(fflush(f) == EOF, EFBIG);
        if (told)
            EXPECT(fileno(f) > 2);
        REQUIRE(setrlimit(RLIMIT_FSIZE, &none) == 0);
        clearerr(f);
        EXPECT_INT(fflush(f), 0);
        EXPECT_INT(fclose(f), 0);
        struct stat st;
        REQUIRE(stat(path, &st) == 0);
        EXPECT_INT(st.st_size, done + (put_line ? sizeof line - 1 : 0));
        static char got[PUT + sizeof line];
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        EXPECT_INT(pread(fd, got, sizeof got, 0), st.st_size);
        close(fd);
        EXPECT_BYTES(got, done, want, done);
        if (put_line)
            EXPECT_BYTES(got + done, sizeof line - 1, line, sizeof line - 1);
    }
}

static FILE *last;

static void put_at_the_end(void) {
    put(last, 0, MANY / 2);
}

/* What a handler of quick_exit puts leaves as by any stream: all but the last window. */
static void try_quick_exit(const char *path) {
    situation("quick_exit");
    pid_t child = fork_child();
    if (child == 0) {
        last = open_async(path, "w");
        at_quick_exit(put_at_the_end);
        quick_exit(0);
    }
    int status;
    struct stat st;
    REQUIRE(waitpid(child, &status, 0) == child && status == 0 && stat(path, &st) == 0);
    EXPECT(st.st_size >= MANY / 2 - (1 << 20));
    EXPECT_FILE(path, want, (size_t)st.st_size);
}

static volatile sig_atomic_t rings;

static void ring_bell(int number) {
    (void)number;
    rings++;
}

static void try_signals(const char *path) {
    struct sigaction action = {.sa_handler = ring_bell};
    struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
    situation("signals");
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    FILE *f = open_async(path, "w+");
    put(f, 0, MANY);
    EXPECT_INT(fflush(f), 0);
    rewind(f);
    static char got[100000];
    size_t at = 0;
    for (size_t n; (n = fread(got, 1, sizeof got, f)) > 0; at += n)
        EXPECT_BYTES(got, n, want + at, n);
    setitimer(ITIMER_REAL, &never, NULL);
    EXPECT_INT(at, MANY);
    EXPECT_INT(fclose(f), 0);
    EXPECT(rings > 10);
}

/* What is read ahead is forgotten at a flush and a seek; the end of the file is where it is then. */
static void try_reading(const char *path) {
    static char got[1 << 20];
    situation("reading");
    FILE *f = open_async(path, "w");
    put(f, 0, MANY);
    EXPECT_INT(fclose(f), 0);
    f = open_async(path, "r+");
    for (size_t at = 0; at < MANY / 2; at += 65536) {
        EXPECT_INT(fread(got, 1, 65536, f), 65536);
        EXPECT_BYTES(got, 65536, want + at, 65536);
    }
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    EXPECT_INT(pwrite(fd, "CHANGED", 7, MANY / 2 + (3 << 20)), 7);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(fseek(f, MANY / 2 + (3 << 20), SEEK_SET), 0);
    EXPECT_INT(fread(got, 1, 7, f), 7);
    EXPECT_BYTES(got, 7, "CHANGED", 7);
    rewind(f);
    for (size_t at = 0; at < MANY / 2; at += 65536)
        EXPECT_INT(fread(got, 1, 65536, f), 65536);
    for (size_t at = MANY / 2; at < MANY / 2 + (4 << 20); at += 500000) /* what comes next is there already */
        EXPECT_INT(pwrite(fd, "NEW", 3, (off_t)at), 3);
    EXPECT_INT(fflush(f), 0);
    for (size_t at = MANY / 2; at < MANY / 2 + (4 << 20); at += 500000) {
        EXPECT_INT(fread(got, 1, 500000, f), 500000);
        EXPECT_BYTES(got, 3, "NEW", 3);
    }
    EXPECT_INT(fseek(f, -1000003, SEEK_END), 0);
    EXPECT_INT(fread(got, 1, sizeof got, f), 1000003);
    EXPECT_BYTES(got, 1000003, want + MANY - 1000003, 1000003);
    EXPECT(feof(f));
    EXPECT_INT(pwrite(fd, "more", 4, MANY), 4);
    clearerr(f);
    EXPECT_INT(fread(got, 1, 10, f), 4);
    EXPECT_BYTES(got, 4, "more", 4);
    rewind(f);
    for (size_t at = 0; at < MANY / 2; at += 4096)
        EXPECT_INT(fread(got, 1, 4096, f), 4096);
    EXPECT_INT(ftruncate(fd, MANY / 2 + 100),
               0); /* what was read ahead may still be seen, but no zeros, and an end */
    size_t n = 0, more;
    while ((more = fread(got + n, 1, 4096, f)) > 0 && n + more < sizeof got)
        n += more;
    EXPECT(n >= 100);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(ftell(f), MANY / 2 + 100);
    EXPECT_INT(fclose(f), 0);
    close(fd);
}

/* Blocks over blocks that are still on their way: the last word is the last one's. */
static void try_over(const char *path) {
    enum { SIZE = 1 << 20 };
    static char image[SIZE], piece[65536];
    situation("over and over");
    FILE *f = open_async(path, "w+");
    uint32_t state = 7;
    memset(image, 0, sizeof image);
    EXPECT_INT(fwrite(image, 1, SIZE, f), SIZE);
    for (int i = 0; i < 3000; i++) {
        state = state * 1664525 + 1013904223;
        size_t at = (state >> 16) % (SIZE / 4096 - 16) * 4096, n = 4096 * (1 + (state >> 8) % 16);
        memset(piece, i, n);
        memcpy(image + at, piece, n);
        REQUIRE(fseek(f, (long)at, SEEK_SET) == 0);
        EXPECT_INT(fwrite(piece, 1, n, f), n);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(path, image, SIZE);
}

/* Requests so long that a short one which does not wait for them arrives before their end. */
static void try_behind(const char *path) {
    enum { SIZE = 8 << 20 };
    const char *given = options;
    char longer[100];
    static char got[SIZE], all[SIZE], piece[4096];
    snprintf(longer, sizeof longer, "%s,size=8M", given);
    options = longer;
    FILE *f = open_async(path, "w+");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < 60 && failures == 0; i++) {
        situation("much, and its end again, round %d", i);
        memset(all, i, SIZE);
        memset(piece, ~i, sizeof piece);
        rewind(f);
        EXPECT_INT(fwrite(all, 1, SIZE, f), SIZE);
        EXPECT_INT(fseek(f, SIZE - (long)sizeof piece, SEEK_SET), 0);
        EXPECT_INT(fwrite(piece, 1, sizeof piece, f), sizeof piece);
        EXPECT_INT(fflush(f), 0);
        EXPECT_INT(pread(fd, got, SIZE, 0), SIZE);
        EXPECT_BYTES(got, SIZE - sizeof piece, all, SIZE - sizeof piece);
        EXPECT_BYTES(got + SIZE - sizeof piece, sizeof piece, piece, sizeof piece);
    }
    close(fd);
    EXPECT_INT(fclose(f), 0);
    options = given;
}

static _Atomic bool over;

/* No byte below the end of the file is another than the program's. */
static void *poll_growth(void *path) {
    static char got[MANY];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t seen = 0;
    REQUIRE(fd >= 0);
    while (!over && failures == 0) {
        size_t from = seen > 5000000 ? seen - 5000000 : 0;
        ssize_t n = pread(fd, got, MANY, (off_t)from);
        EXPECT_BYTES(got, (size_t)n, want + from, (size_t)n);
        seen = from + (size_t)n;
    }
    close(fd);
    return NULL;
}

static void try_growth(const char *path) {
    pthread_t reader;
    if (strstr(options, "ahead"))
        return; /* which lets others see zeros */
    for (int round = 0; round < 6; round++) {
        situation("growth, round %d", round);
        FILE *f = open_async(path, "w");
        over = false;
        REQUIRE(pthread_create(&reader, NULL, poll_growth, (void *)(uintptr_t)path) == 0);
        put(f, 0, MANY);
        EXPECT_INT(fclose(f), 0);
        over = true;
        pthread_join(reader, NULL);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("is told what to do by the suite policies_async\n", stderr);
        return 77;
    }
    REQUIRE(buf_fopen && buf_stats_sized);
    static const struct {
        const char *name;
        void (*run)(const char *path);
    } all[] = {{"error", try_error},     {"threads", try_threads},      {"closed", try_closed},
               {"refused", try_refused}, {"leaving", try_leaving},      {"fork", try_fork},
               {"signals", try_signals}, {"reading", try_reading},      {"over", try_over},
               {"behind", try_behind},   {"growth", try_growth},        {"raw-fork", try_raw_fork},
               {"many", try_many},       {"cancel", try_cancel},        {"handler", try_handler},
               {"held", try_held},       {"quick-exit", try_quick_exit}};
    options = argv[3];
    want = pattern(MANY);
    require_ring(argv[2]);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(argv[1], "all") == 0 || strcmp(argv[1], all[i].name) == 0)
            all[i].run(argv[2]);
    free(want);
    return finish();
}
