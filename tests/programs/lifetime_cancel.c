/* pthread_cancel of a thread that waits in a read or a write of a stream: it ends, its cleanup handlers run,
 * the stream's lock is free and the stream goes on. */
#include "expect.h"
#include <pthread.h>

static FILE *f;
static _Atomic int waiting, cleaned;

static void clean(void *nothing) {
    (void)nothing;
    cleaned++;
}

static void *get_byte(void *nothing) {
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    getc(f);
    pthread_cleanup_pop(0);
    return nothing;
}

static void *get_line(void *nothing) {
    char line[100];
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    fgets(line, sizeof line, f);
    pthread_cleanup_pop(0);
    return nothing;
}

static void *get_block(void *nothing) {
    static char block[100000];
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    fread(block, 1, sizeof block, f);
    pthread_cleanup_pop(0);
    return nothing;
}

static void *get_number(void *nothing) {
    int number;
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    (void)!fscanf(f, "%d", &number);
    pthread_cleanup_pop(0);
    return nothing;
}

static void *put_lines(void *nothing) {
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    for (;;)
        fputs("a line for the pipe\n", f);
    pthread_cleanup_pop(0);
    return nothing;
}

static void *put_block(void *nothing) {
    static char block[300000];
    memset(block, 'b', sizeof block);
    pthread_cleanup_push(clean, NULL);
    waiting = 1;
    fwrite(block, 1, sizeof block, f);
    fflush(f);
    pthread_cleanup_pop(0);
    return nothing;
}

static void cancel_in(void *(*call)(void *)) {
    pthread_t thread;
    void *result = NULL;
    waiting = cleaned = 0;
    alarm(10); /* a cancel that does not reach the waiting call would hang in the join */
    REQUIRE(pthread_create(&thread, NULL, call, NULL) == 0);
    while (!waiting)
        usleep(100);
    usleep(5000);
    EXPECT_INT(pthread_cancel(thread), 0);
    EXPECT_INT(pthread_join(thread, &result), 0);
    EXPECT(result == PTHREAD_CANCELED);
    EXPECT_INT(cleaned, 1);
    EXPECT_INT(ftrylockfile(f), 0);
    funlockfile(f);
    alarm(0);
}

static void reading(const char *name, void *(*call)(void *), int kind) {
    int ends[2];
    char line[50];
    situation("%s, kind %d", name, kind);
    REQUIRE(pipe(ends) == 0);
    f = fdopen(ends[0], "r");
    REQUIRE(f);
    setvbuf(f, NULL, kind, 4096);
    cancel_in(call);
    EXPECT_INT(write(ends[1], "after the cancel\n", 17), 17);
    EXPECT(fgets(line, sizeof line, f));
    EXPECT_TEXT(line, "after the cancel\n");
    EXPECT_INT(fclose(f), 0);
    close(ends[1]);
}

static void writing(const char *name, void *(*call)(void *), int kind) {
    int ends[2];
    static char piece[10000];
    char last[6] = "";
    situation("%s, kind %d", name, kind);
    REQUIRE(pipe(ends) == 0);
    f = fdopen(ends[1], "w");
    REQUIRE(f);
    setvbuf(f, NULL, kind, 4096);
    cancel_in(call);
    pid_t child = fork_child();
    if (child == 0) { /* drains the pipe: what was written after the cancel comes last */
        close(ends[1]);
        for (ssize_t n; (n = read(ends[0], piece, sizeof piece)) > 0;)
            for (ssize_t i = n > 5 ? n - 5 : 0; i < n; i++) {
                memmove(last, last + 1, 4);
                last[4] = piece[i];
            }
        EXPECT_TEXT(last, "tail\n");
        _exit(finish());
    }
    close(ends[0]);
    clearerr(f);
    EXPECT(fputs("\ntail\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT(child_passed(child));
}

int main(void) {
    for (int kind = _IOFBF; kind <= _IONBF; kind++) {
        reading("getc", get_byte, kind);
        reading("fgets", get_line, kind);
        reading("fread", get_block, kind);
        reading("fscanf", get_number, kind);
        writing("fputs", put_lines, kind);
        writing("fwrite", put_block, kind);
    }
    puts("cancel");
    return finish();
}
