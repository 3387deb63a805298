/* A thread keeps using a stream and another one comes: at every moment of the first one's calls, over and
   over, on new streams. What flockfile guards is never changed by two at once, and every record arrives
   whole. An argument says how many rounds. */
#include "threads.h"

struct shared {
    FILE *f;
    unsigned long guarded; /* changed under flockfile only, not atomic */
    unsigned long cells[4];
    unsigned long changes[2]; /* by each thread */
    unsigned long records[2];
};

static struct shared *shared;
static _Atomic unsigned begun, ended, left;
static _Atomic bool stop;

static void change(struct shared *s, int who) {
    flockfile(s->f);
    unsigned long seen = *(volatile unsigned long *)&s->guarded;
    for (int i = 0; i < 4; i++) {
        EXPECT_INT(((volatile unsigned long *)s->cells)[i], seen);
        ((volatile unsigned long *)s->cells)[i] = seen + 1;
    }
    *(volatile unsigned long *)&s->guarded = seen + 1;
    funlockfile(s->f);
    s->changes[who]++;
}

static void put(struct shared *s, int who) {
    static const char records[2][8] = {"<owner>\n", "<other>\n"};
    EXPECT(fwrite(records[who], 8, 1, s->f) == 1);
    s->records[who]++;
}

static void *own(void *unused) {
    use_processor(1);
    for (unsigned round = 1;; round++) {
        while (begun < round)
            if (stop)
                return unused;
        struct shared *s = shared;
        while (ended < round)
            for (int i = 0; i < 8 && s->records[0] < 2000; i++) {
                change(s, 0);
                put(s, 0);
            }
        left = round;
    }
}

static void check_records(const struct shared *s) {
    unsigned long found[2] = {0};
    size_t size = 0;
    char *bytes = read_file("records", &size);
    REQUIRE(bytes);
    EXPECT_INT(size, 8 * (s->records[0] + s->records[1]));
    for (size_t i = 0; i + 8 <= size; i += 8)
        if (memcmp(bytes + i, "<owner>\n", 8) == 0)
            found[0]++;
        else if (memcmp(bytes + i, "<other>\n", 8) == 0)
            found[1]++;
    EXPECT_INT(found[0], s->records[0]);
    EXPECT_INT(found[1], s->records[1]);
    free(bytes);
}

int main(int count, char **arguments) {
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : scaled(200, 20);
    pthread_t owner = start_thread(own, NULL);
    use_processor(0);
    for (long round = 1; round <= rounds; round++) {
        struct shared s = {.f = fopen("records", "w")};
        situation("round %ld", round);
        REQUIRE(s.f);
        shared = &s;
        begun = (unsigned)round;
        for (volatile long delay = round * 37 % 5000; delay; delay--)
            ;
        for (int i = 0; i < 5; i++) {
            change(&s, 1);
            put(&s, 1);
        }
        ended = (unsigned)round;
        while (left < (unsigned)round)
            sched_yield();
        EXPECT_INT(s.guarded, s.changes[0] + s.changes[1]);
        EXPECT_INT(fclose(s.f), 0);
        check_records(&s);
    }
    stop = true;
    pthread_join(owner, NULL);
    return finish();
}
