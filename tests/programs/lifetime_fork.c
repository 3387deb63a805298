/* fork: while a thread waits in fgets(stdin), while threads hold and use streams; the child may use every
 * stream at once, and both sides' bytes are right. */
#include "expect.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>

static FILE *busy;
static _Atomic bool stop;
static _Atomic long put_lines;

static void *wait_for_input(void *line) {
    return fgets(line, 100, stdin);
}

static void *hold_busy(void *nothing) {
    flockfile(busy);
    while (!stop)
        usleep(500);
    funlockfile(busy);
    return nothing;
}

static void *use_file(void *nothing) {
    FILE *f = fopen("noise", "w");
    while (!stop) {
        fputs("noise noise noise\n", f);
        put_lines++;
        if (put_lines % 64 == 0)
            fflush(f);
        FILE *brief = fopen("brief", "w"); /* the list of streams changes all the time */
        fputs("x", brief);
        fclose(brief);
    }
    fclose(f);
    return nothing;
}

/* Everything a child may want to do, none of it waiting for a lock that nobody here can release. */
static void use_all_streams(int number) {
    char name[20], line[50];
    alarm(10);
    snprintf(name, sizeof name, "child%d", number);
    FILE *f = fopen(name, "w+");
    REQUIRE(f);
    fprintf(f, "child %d\n", number);
    rewind(f);
    EXPECT(fgets(line, sizeof line, f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(fputs("from the child\n", busy) >= 0, 1);
    EXPECT_INT(fflush(busy), 0);
    EXPECT_INT(putc('c', stdout), 'c');
    EXPECT_INT(fflush(stdout), 0);
    EXPECT_INT(ftrylockfile(stdin), 0);
    funlockfile(stdin);
    EXPECT_INT(fflush(NULL), 0);
    EXPECT_INT(ungetc('u', stdin), 'u');
    EXPECT_INT(getc(stdin), 'u');
    _exit(finish());
}

int main(void) {
    pthread_t threads[3];
    int input[2];
    char line[100] = "";
    long children = scaled(60, 5);
    REQUIRE(pipe(input) == 0 && dup2(input[0], 0) == 0);
    busy = fopen("busy", "w");
    REQUIRE(busy);
    REQUIRE(pthread_create(&threads[0], NULL, wait_for_input, line) == 0);
    REQUIRE(pthread_create(&threads[1], NULL, hold_busy, NULL) == 0);
    REQUIRE(pthread_create(&threads[2], NULL, use_file, NULL) == 0);
    usleep(5000);
    for (int i = 0; i < children; i++) {
        situation("child %d", i);
        pid_t child = fork_child();
        if (child == 0)
            use_all_streams(i);
        EXPECT(child_passed(child));
    }
    situation("parent");
    EXPECT_INT(write(input[1], "the line\n", 9), 9);
    void *got;
    stop = true;
    EXPECT_INT(pthread_join(threads[0], &got), 0);
    EXPECT_TEXT(line, "the line\n");
    EXPECT_INT(pthread_join(threads[1], NULL), 0);
    EXPECT_INT(pthread_join(threads[2], NULL), 0);
    EXPECT_INT(fclose(busy), 0);
    struct stat status;
    EXPECT(stat("busy", &status) == 0 && status.st_size == 15 * children);
    EXPECT(stat("noise", &status) == 0 &&
           status.st_size >= 18 * put_lines); /* children flush their copies too */
    printf("\nfork\n");
    return finish();
}
