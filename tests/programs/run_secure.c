/* Prints whether the kernel started it in secure mode, and what is preloaded into it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

int main(void) {
    const char *preload = getenv("LD_PRELOAD");
    printf("%lu %s\n", getauxval(AT_SECURE), preload ? preload : "-");
    return 0;
}
