/* A library whose constructor does not end: the thread that loads it holds the loader's lock for ever. */
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
    while (1)
        pause();
}
