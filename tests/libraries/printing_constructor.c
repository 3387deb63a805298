/* A library for preloading whose constructor and destructor use stdio, and libc's own functions that do: it
 * may run before libbuf's own start and after main. */
#include <errno.h>
#include <stdio.h>

static FILE *log_file;

__attribute__((constructor)) static void start(void) {
    errno = ENOENT;
    perror("perror"); /* first: nothing of libbuf has been called yet */
    printf("constructor\n");
    fprintf(stderr, "constructor on stderr\n");
    log_file = fopen("constructor.log", "w");
    if (log_file)
        fputs("opened by the constructor\n", log_file);
}

__attribute__((destructor)) static void end(void) {
    printf("destructor\n");
    if (log_file)
        fputs("written by the destructor\n", log_file);
    FILE *late = fopen("late.log", "w");
    if (late)
        fputs("opened by the destructor\n", late);
}
