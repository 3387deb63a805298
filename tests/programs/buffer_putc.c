/* Prints the processor time, in nanoseconds, that COUNT calls of putc to /dev/null take. Usage: buffer_putc
 * COUNT. */
#include "expect.h"

int main(int count, char **words) {
    struct timespec before, after;
    REQUIRE(count == 2);
    long calls = strtol(words[1], NULL, 0);
    FILE *f = fopen("/dev/null", "w");
    REQUIRE(f);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    for (long i = 0; i < calls; i++)
        putc((int)i & 0x7f, f);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    EXPECT_INT(fclose(f), 0);
    printf("%lld\n", (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec);
    return finish();
}
