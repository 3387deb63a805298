/* Reads the 4 MiB of "data" (made first) in the way of its argument; the caller counts the system calls.
   Usage: buffer_reads HOW. pieces: fread of 100 bytes; sized: the same after setvbuf of 1 MiB; big: fread of
   1 MiB; bytes: getc_unlocked; stdin: getc of what stands on standard input; tells: ftell and short seeks
   inside the window; random: all of it, then 300 fseek + fread of 16 bytes far apart, on "r+"; turns: fseek,
   read a line, fseek to the end, append a line, as editors do with their scratch files. */
#include "expect.h"

enum { SIZE = 4 << 20 };
static char *bytes;

static void read_through(FILE *f, size_t piece) {
    char *block = malloc(piece);
    size_t place = 0;
    for (size_t n; (n = fread(block, 1, piece, f)) > 0; place += n)
        if (memcmp(block, bytes + place, n) != 0)
            fail(__FILE__, __LINE__, "wrong bytes at %zu", place);
    EXPECT_INT(place, SIZE);
    EXPECT(feof(f) && !ferror(f));
    free(block);
}

static void tells(FILE *f) {
    char block[50];
    EXPECT_INT(fread(block, 1, 50, f), 50);
    for (long i = 0; i < 1000; i++) {
        long place = i * 7 % 3000;
        EXPECT_INT(ftell(f), i ? (i - 1) * 7 % 3000 + 1 : 50);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
        EXPECT_INT(getc(f), (unsigned char)bytes[place]);
    }
}

static void random_reads(FILE *f) {
    char block[16];
    read_through(f, 100);
    for (long i = 0; i < 300; i++) {
        long place = i * 1000003 % (SIZE - 16);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
        EXPECT_INT(fread(block, 1, 16, f), 16);
        EXPECT(memcmp(block, bytes + place, 16) == 0);
    }
}

static void turns(FILE *f) {
    char block[60];
    read_through(f, 100);
    for (long i = 0; i < 300; i++) {
        EXPECT_INT(fseek(f, i * 60, SEEK_SET), 0);
        EXPECT_INT(fread(block, 1, 60, f), 60);
        EXPECT(memcmp(block, bytes + i * 60, 60) == 0);
        EXPECT_INT(fseek(f, 0, SEEK_END), 0);
        EXPECT_INT(fwrite(block, 1, 60, f), 60);
    }
}

int main(int count, char **words) {
    REQUIRE(count == 2);
    const char *how = words[1];
    bytes = pattern(SIZE);
    write_file("data", bytes, SIZE);
    FILE *f = stdin;
    if (strcmp(how, "stdin") == 0) {
        int descriptor = open("data", O_RDONLY);
        REQUIRE(dup2(descriptor, 0) == 0 && close(descriptor) == 0);
    } else {
        f = fopen("data", strcmp(how, "random") == 0 || strcmp(how, "turns") == 0 ? "r+" : "r");
        REQUIRE(f);
    }
    if (strcmp(how, "sized") == 0)
        EXPECT_INT(setvbuf(f, NULL, _IOFBF, 1 << 20), 0);
    if (strcmp(how, "big") == 0)
        read_through(f, 1 << 20);
    else if (strcmp(how, "tells") == 0)
        tells(f);
    else if (strcmp(how, "random") == 0)
        random_reads(f);
    else if (strcmp(how, "turns") == 0)
        turns(f);
    else if (strcmp(how, "bytes") == 0 || strcmp(how, "stdin") == 0)
        for (size_t i = 0; i < SIZE; i++)
            EXPECT_INT(getc_unlocked(f), (unsigned char)bytes[i]);
    else
        read_through(f, 100);
    EXPECT_INT(fclose(f), 0);
    free(bytes);
    return finish();
}
