/* Update streams, r+ w+ a a+: reading and writing in turns, with a seek or flush between as the standard
   asks, and without one as libc allows; every kind of window; the file and the stream's offset after each
   turn. */
#include "windows.h"

enum { SIZE = 10000 };
static char *text;

static FILE *update(const char *mode, const struct window *window) {
    write_file("data", text, SIZE);
    FILE *f = fopen("data", mode);
    REQUIRE(f);
    use_window(f, window);
    return f;
}

enum between { SEEK_HERE, FLUSH, REWIND_AND_BACK, NOTHING };

static void part(FILE *f, enum between between) {
    long place = ftell(f);
    if (between == SEEK_HERE)
        EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    else if (between == FLUSH)
        EXPECT_INT(fflush(f), 0);
    else if (between == REWIND_AND_BACK) {
        rewind(f);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
    }
    EXPECT_INT(ftell(f), place);
}

/* Reads some, writes some, through the whole file. */
static void in_turns(const char *mode, const struct window *window, enum between between) {
    FILE *f = update(mode, window);
    char *want = malloc(SIZE + 4000), block[700];
    memcpy(want, text, SIZE);
    size_t size = mode[0] == 'w' ? 0 : SIZE, place = 0;
    if (mode[0] == 'w') {
        EXPECT_INT(fwrite(text, 1, SIZE, f), SIZE);
        rewind(f);
        size = SIZE;
    }
    for (size_t round = 0; round < 60 && place < SIZE; round++) {
        size_t reads = round * 13 % 300, writes = round * 7 % 150;
        size_t left = size - place, expected = reads < left ? reads : left;
        EXPECT_INT(fread(block, 1, reads, f), expected);
        EXPECT_BYTES(block, expected, want + place, expected);
        place += expected;
        part(f, between);
        memset(block, 'A' + (int)(round % 26), writes);
        EXPECT_INT(fwrite(block, 1, writes, f), writes);
        memcpy(want + place, block, writes);
        place += writes;
        if (place > size)
            size = place;
        if (writes || between != NOTHING)
            part(f, between);
        EXPECT_INT(ftell(f), place);
    }
    EXPECT_INT(ferror(f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, size);
    free(want);
}

/* One byte read, one written, by the character calls and the inlined ones, without anything between. */
static void byte_by_byte(const struct window *window) {
    FILE *f = update("r+", window);
    char *want = malloc(SIZE);
    memcpy(want, text, SIZE);
    for (size_t i = 0; i + 1 < 600; i += 2) {
        EXPECT_INT(i % 4 ? getc(f) : getc_unlocked(f), (unsigned char)text[i]);
        int byte = i % 10 ? '*' : '\n';
        EXPECT_INT(i % 3 ? putc(byte, f) : putc_unlocked(byte, f), byte);
        want[i + 1] = (char)byte;
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, SIZE);
    free(want);
}

static void appending(const struct window *window) {
    FILE *f = update("a", window);
    EXPECT_INT(ftell(f), SIZE);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    fputs("end1", f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(ftell(f), SIZE + 4);
    FILE *other = fopen("data", "a"); /* someone else appends meanwhile */
    REQUIRE(other && fputs("other", other) >= 0 && fclose(other) == 0);
    fputs("end2", f);
    EXPECT_INT(fclose(f), 0);
    char *want = malloc(SIZE + 100);
    memcpy(want, text, SIZE);
    memcpy(want + SIZE, "end1otherend2", 13);
    EXPECT_FILE("data", want, SIZE + 13);

    f = update("a+", window);
    EXPECT_INT(ftell(f), 0);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT_INT(fseek(f, 100, SEEK_SET), 0);
    EXPECT_INT(getc(f), (unsigned char)text[100]);
    EXPECT_INT(fseek(f, 5, SEEK_SET), 0);
    fputs("tail", f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(ftell(f), SIZE + 4);
    EXPECT_INT(fseek(f, -2, SEEK_CUR), 0);
    EXPECT_INT(getc(f), 'i');
    EXPECT_INT(getc(f), 'l');
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT_INT(fclose(f), 0);
    memcpy(want + SIZE, "tail", 4);
    EXPECT_FILE("data", want, SIZE + 4);
    free(want);
}

/* Written bytes are seen by reads of the same stream at once, wherever they still are. */
static void reads_what_it_wrote(const struct window *window) {
    FILE *f = fopen("data", "w+");
    REQUIRE(f);
    use_window(f, window);
    for (int round = 0; round < 200; round++) {
        char line[40], want[40];
        long place = round * 37 % 2000;
        int length = snprintf(want, sizeof want, "<%d>", round);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
        EXPECT_INT(fputs(want, f) >= 0, 1);
        EXPECT_INT(fseek(f, place, SEEK_SET), 0);
        EXPECT_INT(fread(line, 1, (size_t)length, f), length);
        EXPECT(memcmp(line, want, (size_t)length) == 0);
    }
    EXPECT_INT(fclose(f), 0);
}

/* The end of file met while reading, then writing on: the usual way to extend a file. */
static void extends(const struct window *window) {
    FILE *f = update("r+", window);
    while (getc(f) != EOF)
        continue;
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    fputs("more", f);
    rewind(f);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT_INT(fclose(f), 0);
    char *want = malloc(SIZE + 4);
    memcpy(want, text, SIZE);
    memcpy(want + SIZE, "more", 4);
    EXPECT_FILE("data", want, SIZE + 4);
    free(want);
}

int main(void) {
    text = pattern(SIZE);
    for (int kind = 0; kind < WINDOWS; kind++) {
        const struct window *window = &windows[kind];
        for (enum between between = SEEK_HERE; between <= NOTHING; between++) {
            if (between == NOTHING && window->kind == _IOLBF && !on_libbuf())
                continue; /* libc loses its place there */
            situation("r+, %s, between %d", window->name, between);
            in_turns("r+", window, between);
            situation("w+, %s, between %d", window->name, between);
            in_turns("w+", window, between);
        }
        situation("%s", window->name);
        byte_by_byte(window);
        appending(window);
        reads_what_it_wrote(window);
        extends(window);
    }
    puts("update streams");
    return finish();
}
