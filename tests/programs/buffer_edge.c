/* Writes 704 bytes to "data", fflushes, and writes on: by fwrite in pieces, by putc, by lines, by one big
   fwrite. Usage: buffer_edge HOW. The caller looks where each write(2) started. */
#include "expect.h"

enum { FIRST = 704, SIZE = 60000 };

int main(int count, char **words) {
    REQUIRE(count == 2);
    char *bytes = pattern(SIZE);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    if (strcmp(words[1], "sized") == 0)
        setvbuf(f, NULL, _IOFBF, 16384);
    EXPECT_INT(fwrite(bytes, 1, FIRST, f), FIRST);
    EXPECT_INT(fflush(f), 0);
    size_t at = FIRST;
    if (strcmp(words[1], "putc") == 0)
        for (; at < SIZE; at++)
            putc_unlocked(bytes[at], f);
    else if (strcmp(words[1], "big") == 0)
        at += fwrite(bytes + at, 1, SIZE - at, f);
    else
        for (; at < SIZE; at += 100)
            fwrite(bytes + at, 1, at + 100 < SIZE ? 100 : SIZE - at, f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", bytes, SIZE);
    free(bytes);
    return finish();
}
