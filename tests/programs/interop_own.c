/* Calls functions of a library that has its own by names of libc's; run with that library preloaded. */
#include "expect.h"

int error(const char *, ...);
int warnx(int, double, const char *);
__attribute__((weak)) int own_error_is_here(void);

int main(void) {
    if (!own_error_is_here) {
        fputs("nothing tried: the library own_error is not preloaded\n", stderr);
        return 77;
    }
    EXPECT_INT(error("%s %d %g\n", "own", 1, 2.5), 10);
    EXPECT_INT(warnx(3, 4.5, "own"), 10);
    EXPECT_INT(error("%d\n", 6), 2);
    return finish();
}
