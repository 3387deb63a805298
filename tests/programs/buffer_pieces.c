/* Writes TOTAL bytes in pieces of PIECE bytes to "data" after setvbuf of SIZE ("default": none; "own SIZE":
   with memory of its own), and checks the file. Usage: buffer_pieces TOTAL PIECE SIZE [own]. The caller
   counts the system calls. */
#include "expect.h"

int main(int count, char **words) {
    REQUIRE(count >= 4);
    size_t total = strtoul(words[1], NULL, 0), piece = strtoul(words[2], NULL, 0),
           size = strtoul(words[3], NULL, 0);
    char *bytes = pattern(total), *memory = count > 4 ? malloc(size) : NULL;
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    if (strcmp(words[3], "default") != 0)
        EXPECT_INT(setvbuf(f, memory, _IOFBF, size), 0);
    for (size_t at = 0; at < total; at += piece) {
        size_t wanted = piece < total - at ? piece : total - at;
        if (wanted == 1)
            putc(bytes[at], f);
        else
            EXPECT_INT(fwrite(bytes + at, 1, wanted, f), wanted);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", bytes, total);
    free(memory);
    free(bytes);
    return finish();
}
