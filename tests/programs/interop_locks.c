/* One lock for both: libc's own calls wait while the program holds stdout, however often it held it before, the
   program's while libc's flockfile holds it, and none of them does when the caller locks (__fsetlocking). The
   same for a stream that is assigned to stdout. */
#include "expect.h"
#include <dlfcn.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio_ext.h>

static int (*libc_putc)(int, FILE *), (*libc_fputs)(const char *, FILE *);
static void (*libc_flockfile)(FILE *), (*libc_funlockfile)(FILE *);
static _Atomic int done;

static void *of_libc(const char *name) {
    static void *libc;
    if (!libc)
        libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *function = libc ? dlsym(libc, name) : NULL;
    REQUIRE(function);
    return function;
}

static void *put_by_libc(void *nothing) {
    libc_putc('\n', stdout);
    done = 1;
    return nothing;
}

static void *print_by_libc(void *nothing) {
    libc_fputs("printed by libc\n", stdout);
    done = 1;
    return nothing;
}

static void *entry_by_libc(void *nothing) {
    putpwent(&(struct passwd){"user", "x", 1, 1, "", "/", "/bin/sh"}, stdout);
    done = 1;
    return nothing;
}

static void *print(void *nothing) {
    fputs("printed\n", stdout);
    done = 1;
    return nothing;
}

/* The call in another thread, while this one holds stdout; whether it waits. */
static bool waits(void *(*call)(void *), void (*lock)(FILE *), void (*unlock)(FILE *)) {
    pthread_t thread;
    done = 0;
    for (int i = 0; i < 10; i++) {
        lock(stdout);
        unlock(stdout);
    }
    lock(stdout);
    REQUIRE(pthread_create(&thread, NULL, call, NULL) == 0);
    for (int i = 0; i < 40 && !done; i++)
        usleep(1000);
    bool waited = !done;
    unlock(stdout);
    pthread_join(thread, NULL);
    EXPECT_INT(done, 1);
    return waited;
}

static void everybody_waits(const char *stream) {
    for (int by_caller = 0; by_caller < 2; by_caller++) {
        situation("%s, locked by %s", stream, by_caller ? "the caller" : "itself");
        __fsetlocking(stdout, by_caller ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL);
        EXPECT_INT(waits(put_by_libc, flockfile, funlockfile), !by_caller);
        EXPECT_INT(waits(print_by_libc, flockfile, funlockfile), !by_caller);
        EXPECT_INT(waits(entry_by_libc, flockfile, funlockfile), !by_caller);
        EXPECT_INT(waits(print, flockfile, funlockfile), !by_caller);
        EXPECT_INT(waits(print, libc_flockfile, libc_funlockfile), !by_caller);
    }
}

int main(void) {
    libc_putc = of_libc("putc");
    libc_fputs = of_libc("fputs");
    libc_flockfile = of_libc("flockfile");
    libc_funlockfile = of_libc("funlockfile");
    puts("locks");
    everybody_waits("the usual stdout");
    FILE *usual = stdout;
    stdout = fopen("assigned", "w");
    REQUIRE(stdout);
    everybody_waits("what is assigned to stdout");
    EXPECT_INT(fclose(stdout), 0);
    stdout = usual;
    return finish();
}
