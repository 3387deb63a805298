/* libc's own functions on streams that another thread keeps using: records through putpwent and kin, messages
   through a stream that becomes stderr meanwhile. libc writes some of them piece by piece; between the pieces
   stand whole lines of the other thread's, and nothing is lost. While a thread holds the stream, they wait. */
#include "threads.h"
#include <err.h>
#include <error.h>
#include <grp.h>
#include <pwd.h>

static FILE *f;
static _Atomic bool stop;
static _Atomic int mine;
static struct passwd user = {"user", "x", 1, 2, "", "/", "/bin/sh"};
static struct group group = {"group", "x", 1, (char *[]){"a", "b", NULL}};

static void *keep_putting(void *unused) {
    use_processor(1);
    while (!stop && mine < 20000) {
        EXPECT(fputs("mine\n", f) >= 0);
        mine++;
        if (mine % 1024 == 0)
            usleep(10);
    }
    return unused;
}

static const struct call {
    const char *line;
    void (*make)(void);
    bool message; /* to what stderr is; else to the stream it is given */
} * present;

static void make_putpwent(void) {
    EXPECT_INT(putpwent(&user, f), 0);
}
static void make_putgrent(void) {
    EXPECT_INT(putgrent(&group, f), 0);
}
static void make_perror(void) {
    errno = EPERM;
    perror("perror");
}
static void make_warnx(void) {
    warnx("%d %s %g %ld %c %x %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f", 1, "two", 3.5, 4L, '5', 6, .1,
          .2, .3, .4, .5, .6, .7, .8, .9);
}
static void make_error(void) {
    error(0, ENOENT, "%d %s %g %ld %c %x %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f %.1f", 1, "two", 3.5, 4L,
          '5', 6, .1, .2, .3, .4, .5, .6, .7, .8, .9);
}

static const struct call calls[] = {
    {"user:x:1:2::/:/bin/sh", make_putpwent, false},
    {"group:x:1:a,b", make_putgrent, false},
    {"perror: Operation not permitted", make_perror, true},
    {"lock_libc: 1 two 3.5 4 5 6 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9", make_warnx, true},
    {"name: 1 two 3.5 4 5 6 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9: No such file or directory", make_error,
     true},
};
enum { CALLS = sizeof calls / sizeof *calls };

/* Without the lines of the other thread the file is their line, so many times. */
static void expect_lines(int theirs) {
    size_t size = 0, length = strlen(present->line), rest = 0;
    char *bytes = read_file("lines", &size);
    long found = 0;
    REQUIRE(bytes);
    for (size_t i = 0; i < size;)
        if (size - i >= 5 && memcmp(bytes + i, "mine\n", 5) == 0) {
            found++;
            i += 5;
        } else {
            bytes[rest++] = bytes[i++];
        }
    EXPECT_INT(found, mine);
    EXPECT_INT(rest, (size_t)theirs * (length + 1));
    for (size_t at = 0; at + length < rest; at += length + 1)
        EXPECT(memcmp(bytes + at, present->line, length) == 0 && bytes[at + length] == '\n');
    free(bytes);
}

static void beside(const struct call *call, long round) {
    FILE *usual = stderr;
    situation("%s, round %ld", call->line, round);
    present = call;
    f = fopen("lines", "w");
    REQUIRE(f);
    stop = false;
    mine = 0;
    pthread_t thread = start_thread(keep_putting, NULL);
    wait_for(&mine, 100);
    for (volatile long delay = round * 37 % 3000; delay; delay--)
        ;
    if (call->message)
        stderr = f;
    for (int i = 0; i < 20; i++)
        call->make();
    stop = true;
    pthread_join(thread, NULL);
    stderr = usual;
    EXPECT_INT(fclose(f), 0);
    expect_lines(20);
}

static _Atomic int begun, done;

static void *make_present(void *unused) {
    begun = 1;
    present->make();
    done = 1;
    return unused;
}

static void while_held(const struct call *call) {
    FILE *usual = stderr;
    situation("%s, held", call->line);
    present = call;
    f = fopen("lines", "w");
    REQUIRE(f);
    begun = done = mine = 0;
    use_often(f);
    if (call->message)
        stderr = f;
    flockfile(f);
    pthread_t thread = start_thread(make_present, NULL);
    wait_for(&begun, 1);
    sleep_ms(20);
    EXPECT_INT(done, 0);
    funlockfile(f);
    pthread_join(thread, NULL);
    stderr = usual;
    EXPECT_INT(fclose(f), 0);
    expect_lines(1);
}

int main(void) {
    long rounds = scaled(150, 2);
    program_invocation_name = (char *)(uintptr_t) "name";
    program_invocation_short_name = (char *)(uintptr_t) "lock_libc";
    use_processor(0);
    for (int i = 0; i < CALLS; i++)
        for (long round = 0; round < rounds; round++)
            beside(&calls[i], round);
    be_threaded();
    for (int i = 0; i < CALLS; i++)
        while_held(&calls[i]);
    return finish();
}
