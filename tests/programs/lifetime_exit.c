/* Ends in the way its argument says: return, exit, pthread_exit, _exit, quick_exit, abort, signal. Prints
   from main, atexit handlers and a destructor, on stdout, on an open file, and on streams opened late; the
   caller knows what must be there. */
#include "expect.h"
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

static FILE *left_open, *lines;

__attribute__((destructor)) static void last(void) {
    printf("destructor\n");
    fputs("destructor\n", left_open);
    FILE *late = fopen("late", "w");
    if (late)
        fputs("opened in the destructor\n", late);
}

static void first_handler(void) {
    printf("first handler\n");
    fputs("first handler\n", left_open);
}

static void second_handler(void) {
    printf("second handler\n");
    fflush(stdout);
    fputs("second handler\n", left_open);
}

static void quick_handler(void) {
    printf("quick handler\n");
}

int main(int count, char **words) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    REQUIRE(count == 2);
    left_open = fopen("left", "w");
    lines = fopen("lines", "w");
    REQUIRE(left_open && lines);
    setvbuf(lines, NULL, _IOLBF, 0);
    atexit(first_handler);
    atexit(second_handler);
    at_quick_exit(quick_handler);
    printf("main\n");
    fputs("main\n", left_open);
    fputs("whole line\npart", lines);
    fputs("stderr\n", stderr);
    FILE *flushed = fopen("flushed", "w");
    fputs("flushed\n", flushed);
    fflush(flushed);
    fputs("not flushed\n", flushed);
    if (strcmp(words[1], "exit") == 0)
        exit(0);
    if (strcmp(words[1], "pthread_exit") == 0)
        pthread_exit(NULL);
    if (strcmp(words[1], "_exit") == 0)
        _exit(0);
    if (strcmp(words[1], "quick_exit") == 0)
        quick_exit(0);
    if (strcmp(words[1], "abort") == 0)
        abort();
    if (strcmp(words[1], "signal") == 0)
        raise(SIGTERM);
    return 0;
}
