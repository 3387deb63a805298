/* fork while threads keep using streams: what the forking thread holds stays held in the child (libc frees
   it), what others hold is free there, and the child's own threads share the streams as the parent's do. */
#include "threads.h"

enum { USED = 2, HELD = 2, ALL = 5 };
/* 0 and 1 are used all the time, 2 and 3 held by the forking thread, 4 by another for ever. */
static FILE *streams[ALL];
static _Atomic bool stop;
static _Atomic int held_for_ever;

static void *keep_using(void *f) {
    for (long i = 0; !stop; i++) {
        EXPECT(fwrite("12345678", 8, 1, f) == 1);
        if (i % 1024 == 0)
            rewind(f);
    }
    return NULL;
}

static void *hold_for_ever(void *f) {
    use_often(f);
    flockfile(f);
    held_for_ever = 1;
    return sleep_for_ever(f);
}

static _Atomic int waited;

static void *flock_it(void *f) {
    flockfile(f);
    waited++;
    funlockfile(f);
    return NULL;
}

static void expect_still_held(void) {
    pthread_t waiting[HELD];
    for (int i = 0; i < HELD; i++) {
        EXPECT(!free_for_others(streams[2 + i]));
        waiting[i] = start_thread(flock_it, streams[2 + i]);
    }
    sleep_ms(2);
    EXPECT_INT(waited, 0);
    for (int i = 0; i < HELD; i++) {
        fputs("child\n", streams[2 + i]);
        funlockfile(streams[2 + i]);
        pthread_join(waiting[i], NULL);
    }
    EXPECT_INT(waited, HELD);
}

static void in_child(void) {
    pthread_t users[USED];
    be_threaded();
    if (on_libbuf())
        expect_still_held();
    EXPECT_INT(ftrylockfile(streams[4]), 0);
    funlockfile(streams[4]);
    stop = false;
    for (int i = 0; i < USED; i++)
        users[i] = start_thread(keep_using, streams[i]);
    for (int i = 0; i < 500; i++) {
        EXPECT(fputs("both\n", streams[i & 1]) >= 0);
        EXPECT(fputs("mine\n", streams[4]) >= 0);
    }
    stop = true;
    for (int i = 0; i < USED; i++)
        pthread_join(users[i], NULL);
    for (int i = 0; i < ALL; i++)
        EXPECT(free_for_others(streams[i]));
}

int main(void) {
    pthread_t users[USED];
    long forks = scaled(60, 3);
    for (int i = 0; i < ALL; i++) {
        char name[20];
        snprintf(name, sizeof name, "stream%d", i);
        streams[i] = fopen(name, "w");
        REQUIRE(streams[i]);
        setvbuf(streams[i], NULL, _IOFBF, 1024);
    }
    for (int i = 0; i < USED; i++)
        users[i] = start_thread(keep_using, streams[i]);
    pthread_detach(start_thread(hold_for_ever, streams[4]));
    wait_for(&held_for_ever, 1);
    use_often(streams[2]);
    flockfile(streams[2]);
    flockfile(streams[3]);
    for (long i = 0; i < forks; i++) {
        situation("fork %ld", i);
        pid_t child = fork_child();
        REQUIRE(child >= 0);
        if (child == 0) {
            alarm(20);
            in_child();
            _exit(finish());
        }
        for (int k = 0; k < 50; k++)
            fputs("parent\n", streams[k & 1]);
        EXPECT(child_passed(child));
        EXPECT(ftrylockfile(streams[4]) != 0);
    }
    funlockfile(streams[2]);
    funlockfile(streams[3]);
    stop = true;
    for (int i = 0; i < USED; i++)
        pthread_join(users[i], NULL);
    for (int i = 0; i < 4; i++)
        EXPECT(free_for_others(streams[i]));
    funlockfile(streams[4]); /* so that nothing waits for it at exit */
    return finish();
}
