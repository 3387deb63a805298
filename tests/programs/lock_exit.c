/* exit while another thread holds a stream, inside flockfile or waiting inside a call, after it used the
   stream often: the process ends at once, and what the streams held is written. */
#include "threads.h"

static FILE *held, *reading;
static _Atomic int ready;

static void *hold_it(void *unused) {
    use_often(held);
    flockfile(held);
    fputs("held\n", held);
    ready++;
    return sleep_for_ever(unused);
}

static void *read_it(void *unused) {
    use_often(reading);
    ready++;
    getc(reading);
    return unused;
}

static void in_child(void) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    held = fopen("held", "w");
    reading = fdopen(ends[0], "r");
    FILE *used = fopen("used", "w");
    REQUIRE(held && reading && used);
    start_thread(hold_it, NULL);
    start_thread(read_it, NULL);
    wait_for(&ready, 2);
    sleep_ms(10);
    use_often(used);
    fputs("used\n", used);
    alarm(10);
    exit(finish());
}

int main(void) {
    for (int i = 0; i < 5; i++) {
        unlink("held");
        unlink("used");
        pid_t child = fork_child();
        if (child == 0)
            in_child();
        EXPECT(child_passed(child));
        EXPECT_FILE("held", "held\n", 5);
        EXPECT_FILE("used", "used\n", 5);
    }
    return finish();
}
