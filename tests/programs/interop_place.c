/* libc reads 500 records from a stream of ours; the caller counts the seeks. */
#include "expect.h"
#include <pwd.h>

int main(void) {
    enum { RECORDS = 500, LENGTH = 24 };
    char *text = malloc(RECORDS * LENGTH + 1);
    for (int i = 0; i < RECORDS; i++)
        sprintf(text + i * LENGTH, "u%03d:x:%03d:1::/:/bin/sh\n", i, i);
    write_file("records", text, strlen(text));
    FILE *f = fopen("records", "r");
    REQUIRE(f);
    for (int i = 0; i < RECORDS; i++) {
        struct passwd *user = fgetpwent(f);
        REQUIRE(user);
        EXPECT_INT(user->pw_uid, i);
    }
    EXPECT(fgetpwent(f) == NULL);
    EXPECT_INT(fclose(f), 0);
    free(text);
    return finish();
}
