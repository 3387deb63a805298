/* Writes 16 bytes to each of 300 places of "data" on "r+", and reads some back; the caller counts the system
   calls. */
#include "expect.h"

enum { SIZE = 1 << 20, PLACES = 300 };

int main(void) {
    char *bytes = pattern(SIZE);
    write_file("data", bytes, SIZE);
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    for (long i = 0; i < PLACES; i++) {
        long place = i * 1000003 % (SIZE - 16);
        memset(bytes + place, 'a' + (int)(i % 26), 16);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
        EXPECT_INT(fwrite(bytes + place, 1, 16, f), 16);
        EXPECT_INT(ftell(f), place + 16);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", bytes, SIZE);
    free(bytes);
    return finish();
}
