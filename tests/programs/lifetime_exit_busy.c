/* exit while others are at work: a thread forks in a loop, a thread holds flockfile(stdout) or a file's lock,
   a thread waits in fgets(stdin), threads print. Each ends in time, and what was printed before is there. */
#include "expect.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>

static FILE *file;

static _Atomic int started;

static void *fork_in_a_loop(void *nothing) {
    (void)nothing;
    for (;;) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        waitpid(child, NULL, 0);
        started++;
    }
}

static void *hold_stdout(void *nothing) {
    flockfile(stdout);
    started++;
    while (pause())
        continue;
    return nothing;
}

static void *hold_file(void *nothing) {
    flockfile(file);
    started++;
    while (pause())
        continue;
    return nothing;
}

static void *wait_for_input(void *nothing) {
    char line[100];
    started++;
    return fgets(line, sizeof line, stdin) ? nothing : NULL;
}

static void *print_for_ever(void *nothing) {
    FILE *own = fopen("noise", "w");
    for (; fprintf(own, "noise\n") > 0; started++)
        fflush(own);
    return nothing;
}

static const struct {
    const char *name;
    void *(*thread)(void *);
    bool all_written; /* the held file's bytes too: libc writes them without its lock, so may we */
} cases[] = {
    {"a thread forks", fork_in_a_loop, true},   {"a thread holds stdout", hold_stdout, true},
    {"a thread holds a file", hold_file, true}, {"a thread waits for input", wait_for_input, true},
    {"a thread prints", print_for_ever, true},
};

static void the_program(size_t i, int input) {
    pthread_t thread;
    REQUIRE(dup2(input, 0) == 0);
    int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    REQUIRE(dup2(out, 1) == 1);
    file = fopen("file", "w");
    REQUIRE(file);
    printf("printed before\n");
    fprintf(file, "in the file\n");
    REQUIRE(pthread_create(&thread, NULL, cases[i].thread, NULL) == 0);
    while (started < 1)
        usleep(100);
    usleep(2000);
    exit(0);
}

int main(void) {
    int input[2];
    REQUIRE(pipe(input) == 0); /* never written: who reads from it waits */
    long rounds = scaled(25, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (long round = 0; round < rounds; round++) {
            situation("%s, round %ld", cases[i].name, round);
            unlink("out");
            unlink("file");
            pid_t child = fork_child();
            if (child == 0)
                the_program(i, input[0]);
            int status = -1, waited = 0;
            while (waitpid(child, &status, WNOHANG) == 0 && ++waited < 10000)
                usleep(1000);
            if (waited >= 10000) {
                kill(child, SIGKILL);
                waitpid(child, &status, 0);
                fail(__FILE__, __LINE__, "exit hangs");
                break;
            }
            EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            EXPECT_FILE("out", "printed before\n", 15);
            EXPECT_FILE("file", "in the file\n", 12);
        }
    puts("exit while others work");
    return finish();
}
