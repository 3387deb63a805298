/* flockfile, ftrylockfile, funlockfile: recursion, refusal to others, release at the last unlock, waiting
 * calls go on then; on a process's only thread too. */
#include "expect.h"
#include <pthread.h>

static FILE *f;
static _Atomic int tried = -1, put;

static void *try_it(void *nothing) {
    tried = ftrylockfile(f);
    if (tried == 0)
        funlockfile(f);
    return nothing;
}

static int try_from_another_thread(void) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, try_it, NULL) == 0);
    pthread_join(thread, NULL);
    return tried;
}

static void *put_waiting(void *nothing) {
    fputs("other\n", f);
    put = 1;
    return nothing;
}

static void recursion(void) {
    for (int i = 0; i < 5; i++)
        flockfile(f);
    EXPECT_INT(ftrylockfile(f), 0);
    for (int i = 0; i < 6; i++) {
        EXPECT(try_from_another_thread() != 0);
        fputs("mine\n", f);
        funlockfile(f);
    }
    EXPECT_INT(try_from_another_thread(), 0);
}

static void waiting(void) {
    pthread_t thread;
    put = 0;
    flockfile(f);
    REQUIRE(pthread_create(&thread, NULL, put_waiting, NULL) == 0);
    usleep(20000);
    EXPECT_INT(put, 0);
    fputs_unlocked("first\n", f);
    fputs("second\n", f);
    funlockfile(f);
    pthread_join(thread, NULL);
    EXPECT_INT(put, 1);
}

int main(void) {
    f = fopen("data", "w");
    REQUIRE(f);
    /* the only thread: locked before a second one is there, released after it came */
    flockfile(f);
    EXPECT(try_from_another_thread() != 0);
    fputs("zero\n", f);
    funlockfile(f);
    EXPECT_INT(try_from_another_thread(), 0);
    recursion();
    waiting();
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "zero\nmine\nmine\nmine\nmine\nmine\nmine\nfirst\nsecond\nother\n", 54);
    FILE *standard[] = {stdin, stdout, stderr};
    for (int i = 0; i < 3; i++) {
        f = standard[i];
        flockfile(f);
        EXPECT(try_from_another_thread() != 0);
        funlockfile(f);
        EXPECT_INT(try_from_another_thread(), 0);
    }
    puts("flockfile");
    return finish();
}
