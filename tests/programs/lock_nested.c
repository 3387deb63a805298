/* What a thread holds while another one wants it: flockfile around calls, around itself and around calls of
   libc's own on the stream; the lock switched off and on by __fsetlocking. Whoever waits sleeps, and gets it
   at the last release. */
#include "threads.h"
#include <pwd.h>
#include <stdio_ext.h>

static FILE *f;
static _Atomic int waiting, done;
static struct passwd user = {"user", "x", 1, 2, "", "/", "/bin/sh"};

static void *put_other(void *unused) {
    waiting++;
    fputs("other\n", f);
    done++;
    return unused;
}

static double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* libc: libc's own functions work on the stream meanwhile. */
static void hold(int threads, bool libc, const char *expected) {
    pthread_t others[8];
    situation("%d threads wait, %s", threads, libc ? "with calls of libc's own" : "our calls");
    f = fopen("held", "w");
    REQUIRE(f);
    use_often(f);
    waiting = done = 0;
    flockfile(f);
    flockfile(f);
    for (int i = 0; i < threads; i++)
        others[i] = start_thread(put_other, NULL);
    wait_for(&waiting, threads);
    sleep_ms(10);
    double before = processor_seconds();
    sleep_ms(100);
    EXPECT(processor_seconds() - before < 0.05);
    fputs("mine 1\n", f);
    if (libc)
        EXPECT_INT(putpwent(&user, f), 0);
    funlockfile(f);
    EXPECT_INT(ftrylockfile(f), 0);
    funlockfile(f);
    EXPECT(!free_for_others(f));
    fputs_unlocked("mine 2\n", f);
    EXPECT(fprintf(f, "mine %d\n", 3) == 7);
    sleep_ms(10);
    EXPECT_INT(done, 0);
    funlockfile(f);
    for (int i = 0; i < threads; i++)
        pthread_join(others[i], NULL);
    EXPECT_INT(done, threads);
    EXPECT(free_for_others(f));
    use_often(f);
    flockfile(f);
    EXPECT(!free_for_others(f));
    funlockfile(f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("held", expected, strlen(expected));
}

static void *switch_off(void *unused) {
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_BYCALLER), FSETLOCKING_INTERNAL);
    fputs("by the caller\n", f); /* does not wait */
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_BYCALLER);
    EXPECT(ftrylockfile(f) != 0); /* flockfile and kin lock as ever */
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_INTERNAL), FSETLOCKING_BYCALLER);
    return unused;
}

static void switched(void) {
    situation("__fsetlocking");
    f = fopen("held", "w");
    REQUIRE(f);
    use_often(f);
    flockfile(f);
    fputs("mine\n", f);
    run_thread(switch_off, NULL);
    fputs("mine\n", f);
    EXPECT(!free_for_others(f));
    funlockfile(f);
    EXPECT(free_for_others(f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("held", "mine\nby the caller\nmine\n", 24);
}

int main(void) {
    be_threaded();
    hold(0, false, "mine 1\nmine 2\nmine 3\n");
    hold(1, false, "mine 1\nmine 2\nmine 3\nother\n");
    hold(6, false, "mine 1\nmine 2\nmine 3\nother\nother\nother\nother\nother\nother\n");
    hold(0, true, "mine 1\nuser:x:1:2::/:/bin/sh\nmine 2\nmine 3\n");
    hold(1, true, "mine 1\nuser:x:1:2::/:/bin/sh\nmine 2\nmine 3\nother\n");
    hold(3, true, "mine 1\nuser:x:1:2::/:/bin/sh\nmine 2\nmine 3\nother\nother\nother\n");
    switched();
    return finish();
}
