/* pthread_cancel of the thread that uses a stream most, while it waits in a call on it: inside flockfile and
   not, while another thread waits for the stream and not. What the calls held is free, what flockfile holds
   is its cleanup handler's to give back, and the stream goes on. */
#include "threads.h"

static FILE *f;
static _Atomic int inside, other_done;

static void unlock(void *stream) {
    funlockfile(stream);
}

static void *read_line(void *line) {
    inside = 1;
    EXPECT(!fgets(line, 50, f));
    return NULL;
}

static void *read_often(void *line) {
    for (int i = 0; i < 20; i++)
        EXPECT(getc(f) == 'x');
    return read_line(line);
}

static void *read_locked(void *line) {
    for (int i = 0; i < 20; i++)
        EXPECT(getc(f) == 'x');
    pthread_cleanup_push(unlock, f);
    flockfile(f);
    flockfile(f);
    funlockfile(f);
    read_line(line);
    pthread_cleanup_pop(1);
    return NULL;
}

static void *wait_for_stream(void *unused) {
    flockfile(f);
    other_done = 1;
    funlockfile(f);
    return unused;
}

static void cancelled(void *(*way)(void *), bool warm, bool contended) {
    int ends[2];
    char line[50];
    void *result;
    pthread_t waiting = 0;
    REQUIRE(pipe(ends) == 0);
    f = fdopen(ends[0], "r");
    REQUIRE(f);
    if (warm)
        EXPECT_INT(write(ends[1], "xxxxxxxxxxxxxxxxxxxx", 20), 20);
    inside = other_done = 0;
    pthread_t thread = start_thread(way, line);
    wait_for(&inside, 1);
    sleep_ms(10);
    EXPECT(ftrylockfile(f) != 0);
    if (contended) {
        waiting = start_thread(wait_for_stream, NULL);
        sleep_ms(10);
        EXPECT_INT(other_done, 0);
    }
    EXPECT_INT(pthread_cancel(thread), 0);
    pthread_join(thread, &result);
    EXPECT(result == PTHREAD_CANCELED);
    if (contended) {
        pthread_join(waiting, NULL);
        EXPECT_INT(other_done, 1);
    }
    EXPECT(free_for_others(f));
    EXPECT_INT(ftrylockfile(f), 0);
    funlockfile(f);
    EXPECT_INT(write(ends[1], "after\n", 6), 6);
    EXPECT(fgets(line, sizeof line, f));
    EXPECT_TEXT(line, "after\n");
    EXPECT_INT(fclose(f), 0);
    close(ends[1]);
}

int main(void) {
    be_threaded();
    alarm(60);
    for (int contended = 0; contended < 2; contended++)
        for (int round = 0; round < 5; round++) {
            situation("read at once, %d", contended);
            cancelled(read_line, false, contended);
            situation("after many calls, %d", contended);
            cancelled(read_often, true, contended);
            situation("inside flockfile, %d", contended);
            cancelled(read_locked, true, contended);
        }
    return finish();
}
