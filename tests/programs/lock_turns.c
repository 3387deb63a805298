/* Streams that go from thread to thread: handed on many times, to threads that live and to new ones that may
   have a dead one's name, with flockfile held and not, a lock given back by another thread than took it,
   streams that a second thread only looks at now and then. Nothing is lost, nobody waits for ever. */
#include "threads.h"

enum { THREADS = 4 };
static FILE *f;
static _Atomic long turn;
static long turns;

static void put_turn(long number, int records) {
    for (int i = 0; i < records; i++)
        EXPECT(fprintf(f, "%ld.%d\n", number, i) > 0);
}

static int records_of(long number) {
    return number % 50 == 7 ? 700 : 1 + (int)(number % 9);
}

static void expect_turns(void) {
    char line[50], want[50];
    rewind(f);
    for (long i = 0; i < turns; i++)
        for (int k = 0; k < records_of(i); k++) {
            snprintf(want, sizeof want, "%ld.%d\n", i, k);
            REQUIRE(fgets(line, sizeof line, f));
            EXPECT_TEXT(line, want);
        }
    EXPECT(getc(f) == EOF);
}

static void *take_turns(void *number) {
    long me = (long)(intptr_t)number;
    for (long i = me; i < turns; i += THREADS) {
        while (turn != i)
            sched_yield();
        if (i % 3 == 0)
            flockfile(f);
        put_turn(i, records_of(i));
        if (i % 3 == 0)
            funlockfile(f);
        turn = i + 1;
    }
    return NULL;
}

static void living_threads(void) {
    pthread_t threads[THREADS];
    situation("threads that live");
    for (intptr_t i = 0; i < THREADS; i++)
        threads[i] = start_thread(take_turns, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    expect_turns();
}

static void *one_turn(void *number) {
    put_turn((long)(intptr_t)number, records_of((long)(intptr_t)number));
    return NULL;
}

static void new_threads(void) {
    situation("new threads");
    for (intptr_t i = 0; i < turns; i++)
        if (i % 5 == 4)
            one_turn((void *)i);
        else
            run_thread(one_turn, (void *)i);
    expect_turns();
}

static void *lock_it(void *times) {
    use_often(f);
    for (intptr_t i = 0; i < (intptr_t)times; i++)
        flockfile(f);
    return NULL;
}

static void *unlock_it(void *unused) {
    funlockfile(f);
    return unused;
}

static _Atomic int put_after, begin;

static void *put_waiting(void *unused) {
    wait_for(&begin, 1);
    fputs("after\n", f);
    put_after = 1;
    return unused;
}

/* What a thread that ended holds stays held; a call for one of its levels gives that back, whoever makes it.
 */
static void unlocked_by_another(void) {
    situation("unlocked by another");
    pthread_t waiting = start_thread(put_waiting, NULL); /* before: it shall not have the dead one's name */
    run_thread(lock_it, (void *)2);
    EXPECT(ftrylockfile(f) != 0);
    begin = 1;
    sleep_ms(20);
    EXPECT_INT(put_after, 0);
    funlockfile(f);
    sleep_ms(20);
    EXPECT_INT(put_after, 0);
    EXPECT(ftrylockfile(f) != 0);
    funlockfile(f);
    pthread_join(waiting, NULL);
    EXPECT_INT(put_after, 1);
    EXPECT_INT(ftrylockfile(f), 0);
    EXPECT(!free_for_others(f));
    funlockfile(f);
    EXPECT(free_for_others(f));
    use_often(f);
    flockfile(f);
    run_thread(unlock_it, NULL);
    EXPECT(free_for_others(f));
    EXPECT(fputs("again\n", f) >= 0);
}

static _Atomic bool stop;
static _Atomic long looks;

static void *look_now_and_then(void *unused) {
    while (!stop) {
        EXPECT(ftell(f) >= 0);
        looks++;
        sleep_ms(1);
    }
    return unused;
}

static void looked_at(void) {
    situation("looked at");
    stop = false;
    pthread_t looking = start_thread(look_now_and_then, NULL);
    long put = 0;
    for (; looks < 30; put++)
        EXPECT(fputs("0123456789abcde\n", f) >= 0);
    stop = true;
    pthread_join(looking, NULL);
    EXPECT_INT(ftell(f), 16 * put);
}

int main(void) {
    static void (*const parts[])(void) = {living_threads, new_threads, unlocked_by_another, looked_at};
    turns = scaled(3000, 100);
    be_threaded();
    for (int i = 0; i < 4; i++) {
        f = fopen("turns", "w+");
        REQUIRE(f);
        parts[i]();
        EXPECT_INT(fclose(f), 0);
    }
    return finish();
}
