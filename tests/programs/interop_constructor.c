/* Prints from a constructor, main, an atexit handler and a destructor; run with a preloaded library that
 * prints from its own. */
#include "expect.h"

__attribute__((constructor)) static void start(void) {
    printf("program's constructor\n");
}

__attribute__((destructor)) static void end(void) {
    printf("program's destructor\n");
}

static void handler(void) {
    printf("atexit\n");
}

int main(void) {
    atexit(handler);
    printf("main\n");
    fprintf(stderr, "main on stderr\n");
    return finish();
}
