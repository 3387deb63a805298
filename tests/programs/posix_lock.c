/* POSIX.1-2017 XSH flockfile, ftrylockfile, funlockfile and the unlocked calls: the lock counts, excludes
   other threads, and every other call takes it. */
#include "clauses.h"
#include <pthread.h>
#include <sys/mman.h>

static FILE *stream;
static _Atomic int answer, step;

static void *try_lock(void *unused) {
    answer = ftrylockfile(stream);
    if (answer == 0)
        funlockfile(stream);
    return unused;
}

/* What ftrylockfile says in another thread: 0, or not. */
static bool free_for_others(void) {
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, try_lock, NULL) == 0);
    pthread_join(thread, NULL);
    return answer == 0;
}

static void counting(void) {
    CHECK("POSIX flockfile free at first", free_for_others());
    flockfile(stream);
    CHECK("POSIX flockfile excludes others", !free_for_others());
    CHECK_INT("POSIX ftrylockfile by the owner", ftrylockfile(stream), 0);
    flockfile(stream);
    funlockfile(stream);
    CHECK("POSIX flockfile counts", !free_for_others());
    funlockfile(stream);
    CHECK("POSIX flockfile counts", !free_for_others());
    funlockfile(stream);
    CHECK("POSIX flockfile counts", free_for_others());
    CHECK_INT("POSIX ftrylockfile", ftrylockfile(stream), 0);
    CHECK("POSIX ftrylockfile", !free_for_others());
    funlockfile(stream);
    CHECK("POSIX ftrylockfile", free_for_others());
}

/* The owner calls everything while it holds the lock, and holds it afterwards. */
static void inside(void) {
    char line[20];
    flockfile(stream);
    putc_unlocked('a', stream);
    fputc('b', stream);
    fputs("cd\n", stream);
    fprintf(stream, "%d\n", 5);
    fflush(stream);
    rewind(stream);
    CHECK_INT("POSIX getc_unlocked", getc_unlocked(stream), 'a');
    CHECK_INT("POSIX getc_unlocked", fgetc(stream), 'b');
    CHECK("POSIX flockfile inside", fgets(line, 20, stream) == line && strcmp(line, "cd\n") == 0);
    CHECK_INT("POSIX flockfile inside", ftell(stream), 5);
    CHECK("POSIX flockfile inside", !free_for_others());
    funlockfile(stream);
    CHECK("POSIX flockfile inside", free_for_others());
}

static void *put_one(void *unused) {
    step = 1;
    fputs("second\n", stream);
    step = 2;
    return unused;
}

/* Every other call waits for the lock: nothing comes between what the holder writes. */
static void waiting(void) {
    pthread_t thread;
    flockfile(stream);
    fseek(stream, 0, SEEK_SET);
    fputs("first ", stream);
    REQUIRE(pthread_create(&thread, NULL, put_one, NULL) == 0);
    while (step != 1)
        sleep_ms(1);
    sleep_ms(30);
    CHECK_INT("POSIX flockfile holds calls of others", step, 1);
    fputs("first\n", stream);
    funlockfile(stream);
    pthread_join(thread, NULL);
    CHECK_INT("POSIX flockfile holds calls of others", step, 2);
    fflush(stream);
    CHECK_FILE("POSIX flockfile holds calls of others", "data", "first first\nsecond\n");
}

enum { THREADS = 3, RECORDS = 1000 };

static void *put_records(void *name) {
    for (int i = 0; i < RECORDS; i++) {
        flockfile(stream);
        for (int k = 0; k < 10; k++)
            putc_unlocked(*(char *)name, stream);
        putc_unlocked('\n', stream);
        funlockfile(stream);
    }
    return NULL;
}

static void records(const struct window *window) {
    pthread_t threads[THREADS];
    stream = opened_with("records", "w", window);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, put_records, (void *)&"abc"[i]) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    fclose(stream);
    size_t size = 0, whole = 0;
    char *bytes = read_file("records", &size);
    for (size_t i = 0; i + 11 <= size; i += 11)
        whole += bytes[i + 10] == '\n' && strspn(bytes + i, (char[]){bytes[i], 0}) == 10;
    CHECK_INT("POSIX flockfile keeps records whole", size, 11 * THREADS * RECORDS);
    CHECK_INT("POSIX flockfile keeps records whole", whole, THREADS * RECORDS);
    free(bytes);
}

int main(void) {
    static const int kinds[] = {1, 4, 5, 9};
    for (int i = 0; i < 4; i++) {
        situation("%s", windows[kinds[i]].name);
        stream = opened_with("data", "w+", &windows[kinds[i]]);
        step = 0;
        counting();
        inside();
        waiting();
        fclose(stream);
        records(&windows[kinds[i]]);
    }
    return clauses_done();
}
