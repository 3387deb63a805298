/* setvbuf, setbuf, setbuffer, setlinebuf: every kind and size, with memory of the program's and without,
   before the first byte and between later ones; what leaves when, and that no byte is lost or doubled. */
#include "expect.h"
#include <stdio_ext.h>

static const size_t sizes[] = {1, 2, 100, 1000, 4096, 1 << 20};
enum { SIZES = sizeof sizes / sizeof *sizes };
static char memory[1 << 20];

static off_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : -1;
}

/* A fully buffered stream of that size holds size - 1 bytes, and never much more than the size. */
static void full(size_t size, bool own_memory) {
    bool obeyed = own_memory || on_libbuf(); /* libc ignores a size without memory */
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, own_memory ? memory : NULL, _IOFBF, size), 0);
    if (obeyed) {
        EXPECT_INT(putc(pattern_byte(0), f), pattern_byte(0));
        EXPECT_INT(__fbufsize(f), size);
    } else {
        putc(pattern_byte(0), f);
    }
    size_t total = 3 * size + 50;
    for (size_t i = 1; i < total; i++) {
        if (obeyed && i < size && (i < 200 || i % 1000 == 0))
            EXPECT_INT(size_of("data"), 0);
        putc(pattern_byte(i), f);
    }
    if (obeyed)
        EXPECT(size_of("data") >= (off_t)(2 * size));
    EXPECT(!__flbf(f));
    EXPECT_INT(fclose(f), 0);
    char *want = pattern(total);
    EXPECT_FILE("data", want, total);
    f = fopen("data", "r");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, own_memory ? memory : NULL, _IOFBF, size), 0);
    char *got = malloc(total + 1);
    EXPECT_INT(getc(f), pattern_byte(0));
    if (obeyed)
        EXPECT_INT(__fbufsize(f), size);
    EXPECT_INT(fread(got + 1, 1, total, f), total - 1);
    EXPECT_BYTES(got + 1, total - 1, want + 1, total - 1);
    EXPECT_INT(fclose(f), 0);
    free(got);
    free(want);
}

static void line(size_t size, bool own_memory) {
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, own_memory ? memory : NULL, _IOLBF, size), 0);
    EXPECT(__flbf(f));
    putc('a', f);
    if (size > 1)
        EXPECT_INT(size_of("data"), 0);
    putc('\n', f);
    EXPECT_INT(size_of("data"), 2);
    putc_unlocked('b', f);
    putc_unlocked('\n', f);
    EXPECT_INT(size_of("data"), 4);
    fputs("c\nd", f);
    EXPECT(size_of("data") >= 6);
    fputs("\n", f);
    EXPECT_INT(size_of("data"), 8);
    fwrite("e\nf\ng", 1, 5, f);
    EXPECT(size_of("data") >= 12);
    fprintf(f, "%c", '\n');
    EXPECT_INT(size_of("data"), 14);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "a\nb\nc\nd\ne\nf\ng\n", 14);
}

static void none(void) {
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(putc('a', f), 'a');
    EXPECT_INT(size_of("data"), 1);
    EXPECT_INT(putc_unlocked('b', f), 'b');
    EXPECT_INT(size_of("data"), 2);
    fputs("cd", f);
    EXPECT_INT(size_of("data"), 4);
    fwrite("ef", 1, 2, f);
    EXPECT_INT(size_of("data"), 6);
    fprintf(f, "%s%d", "gh", 12);
    EXPECT_INT(size_of("data"), 10);
    EXPECT_INT(__fpending(f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "abcdefgh12", 10);
    f = fopen("data", "r");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(getc(f), 'a');
    EXPECT_INT(lseek(fileno(f), 0, SEEK_CUR), 1); /* nothing is read ahead */
    char block[3];
    EXPECT_INT(fread(block, 1, 3, f), 3);
    EXPECT_INT(lseek(fileno(f), 0, SEEK_CUR), 4);
    EXPECT_INT(getc_unlocked(f), 'e');
    EXPECT_INT(fclose(f), 0);
}

static void kin(void) {
    static char small[BUFSIZ];
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    setbuf(f, small);
    putc('a', f);
    EXPECT_INT(size_of("data"), 0);
    EXPECT_INT(__fbufsize(f), BUFSIZ);
    EXPECT_INT(fclose(f), 0);
    f = fopen("data", "w");
    REQUIRE(f);
    setbuf(f, NULL);
    putc('a', f);
    EXPECT_INT(size_of("data"), 1);
    EXPECT_INT(fclose(f), 0);
    f = fopen("data", "w");
    REQUIRE(f);
    setbuffer(f, small, 200);
    for (int i = 0; i < 19; i++)
        fputs("0123456789", f);
    EXPECT_INT(size_of("data"), 0);
    EXPECT_INT(__fbufsize(f), 200);
    for (int i = 0; i < 19; i++)
        fputs("0123456789", f);
    EXPECT_INT(size_of("data"), 200);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(size_of("data"), 380);
    f = fopen("data", "w");
    REQUIRE(f);
    setlinebuf(f);
    fputs("abc", f);
    EXPECT_INT(size_of("data"), 0);
    putc('\n', f);
    EXPECT_INT(size_of("data"), 4);
    EXPECT_INT(fclose(f), 0);
    EXPECT(setvbuf(f = fopen("data", "w"), NULL, 3, 100) != 0);
    EXPECT(setvbuf(f, NULL, -1, 100) != 0);
    fputs("still works", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "still works", 11);
}

/* Kinds and sizes changed every few bytes while writing, then while reading: all bytes, in order. */
static void changing(void) {
    static char buffers[4][300];
    static const int kinds[] = {_IOFBF, _IOLBF, _IONBF, _IOFBF, _IOLBF};
    char *want = pattern(30000);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    size_t at = 0;
    for (size_t round = 0; at + 200 < 30000; round++) {
        bool own = round % 3 == 0;
        EXPECT_INT(setvbuf(f, own ? buffers[round % 4] : NULL, kinds[round % 5],
                           own ? round % 300 + 1 : round % 700),
                   0);
        size_t piece = round * 11 % 200;
        EXPECT_INT(fwrite(want + at, 1, piece, f), piece);
        at += piece;
        EXPECT_INT(ftell(f), at);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, at);
    f = fopen("data", "r");
    REQUIRE(f);
    size_t place = 0;
    for (size_t round = 0; place < at; round++) {
        bool own = round % 3 == 0;
        EXPECT_INT(setvbuf(f, own ? buffers[round % 4] : NULL, kinds[round % 5],
                           own ? round % 300 + 1 : round % 700),
                   0);
        for (size_t i = 0; i < round * 11 % 200 && place < at; i++, place++)
            EXPECT_INT(getc(f), (unsigned char)want[place]);
        EXPECT_INT(ftell(f), place);
    }
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
    free(want);
}

/* Read-ahead of a pipe stays when the buffer changes (libc drops it). */
static void changing_on_a_pipe(void) {
    int ends[2];
    static char own[64];
    REQUIRE(pipe(ends) == 0);
    EXPECT_INT(write(ends[1], "0123456789", 10), 10);
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    EXPECT_INT(getc(f), '0');
    EXPECT_INT(setvbuf(f, own, _IOFBF, sizeof own), 0);
    EXPECT_INT(getc(f), '1');
    EXPECT_INT(setvbuf(f, own, _IOFBF, 2), 0);
    EXPECT_INT(getc(f), '2');
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    for (int i = 3; i < 10; i++)
        EXPECT_INT(getc(f), '0' + i);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    for (int own = 0; own < 2; own++)
        for (size_t i = 0; i < SIZES; i++) {
            situation("size %zu, %s memory", sizes[i], own ? "own" : "no");
            full(sizes[i], own);
            line(sizes[i], own);
        }
    situation("unbuffered");
    none();
    situation("setbuf and kin");
    kin();
    situation("changing");
    changing();
    situation("changing on a pipe");
    if (on_libbuf())
        changing_on_a_pipe();
    puts("setvbuf");
    return finish();
}
