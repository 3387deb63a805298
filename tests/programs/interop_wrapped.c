/* Opens, writes, reads and closes, a stream of libc's own too; run with a preloaded library that wraps fopen
 * and fclose, before or after libbuf. */
#include "expect.h"
#include <mntent.h>

int main(void) {
    char line[50];
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(fprintf(f, "%d lines\n", 2), 8);
    EXPECT_INT(fclose(f), 0);
    f = fopen("data", "r");
    REQUIRE(f);
    while (fgets(line, sizeof line, f))
        fputs(line, stdout);
    EXPECT_INT(fclose(f), 0);
    f = setmntent("data", "r");
    REQUIRE(f);
    EXPECT_INT(fclose(f), 0);
    return finish();
}
