/* fseek, fseeko, ftell, ftello, fgetpos, fsetpos, rewind on reading and writing streams of every window:
   inside the window, outside, from all three origins, bad arguments, beyond the end, on what cannot seek. */
#include "windows.h"
#include <limits.h>

enum { SIZE = 20000 };
static char *text;

static void expect_at(FILE *f, long place) {
    EXPECT_INT(ftell(f), place);
    EXPECT_INT(ftello(f), place);
    EXPECT_INT(getc(f), place < SIZE ? (unsigned char)text[place] : EOF);
    EXPECT_INT(ftell(f), place < SIZE ? place + 1 : place);
}

static void reading(const struct window *window) {
    static const long places[] = {0,     1, 4095, 4096, 4097,  63,    64,  65,  12288, 12289,
                                  19999, 5, 6,    7,    19999, 20000, 100, 100, 30};
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        long here = ftell(f), want = places[i];
        switch (i % 4) {
        case 0:
            EXPECT_INT(fseek(f, want, SEEK_SET), 0);
            break;
        case 1:
            EXPECT_INT(fseek(f, want - here, SEEK_CUR), 0);
            break;
        case 2:
            EXPECT_INT(fseeko(f, want - SIZE, SEEK_END), 0);
            break;
        default:
            EXPECT_INT(fseeko(f, want, SEEK_SET), 0);
        }
        expect_at(f, want);
    }
    rewind(f);
    expect_at(f, 0);
    for (long step = 0; step < 300; step++) { /* back and forth inside and across windows */
        long want = (step * 7919) % SIZE;
        EXPECT_INT(fseek(f, want, SEEK_SET), 0);
        char block[9];
        EXPECT_INT(fread(block, 1, 9, f), want + 9 <= SIZE ? 9 : SIZE - want);
        EXPECT(memcmp(block, text + want, want + 9 <= SIZE ? 9 : (size_t)(SIZE - want)) == 0);
        long back = want % 9;
        EXPECT_INT(fseek(f, -back, SEEK_CUR), 0);
        expect_at(f, (want + 9 <= SIZE ? want + 9 : SIZE) - back);
    }
    EXPECT_INT(fclose(f), 0);
}

static void positions(const struct window *window) {
    fpos_t early, late;
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fgetpos(f, &early), 0);
    EXPECT_INT(fseek(f, 15000, SEEK_SET), 0);
    EXPECT_INT(getc(f), (unsigned char)text[15000]);
    EXPECT_INT(fgetpos(f, &late), 0);
    EXPECT_INT(fsetpos(f, &early), 0);
    expect_at(f, 0);
    EXPECT_INT(fsetpos(f, &late), 0);
    expect_at(f, 15001);
    EXPECT_INT(fclose(f), 0);
}

static void refusals(const struct window *window) {
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT_ERROR(fseek(f, -1, SEEK_SET) == -1, EINVAL);
    EXPECT_ERROR(fseek(f, -2, SEEK_CUR) == -1, EINVAL);
    EXPECT_ERROR(fseek(f, -SIZE - 1, SEEK_END) == -1, EINVAL);
    EXPECT_ERROR(fseek(f, 0, 3) == -1, EINVAL);
    EXPECT_ERROR(fseek(f, 0, -1) == -1, EINVAL);
    EXPECT_ERROR(fseeko(f, LONG_MIN, SEEK_SET) == -1, EINVAL);
    EXPECT(!ferror(f));
    EXPECT_INT(ftell(f), 1);
    EXPECT_INT(getc(f), (unsigned char)text[1]);
    EXPECT_INT(fclose(f), 0);
}

static void clears_the_end(const struct window *window) {
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT(!feof(f));
    EXPECT_INT(getc(f), EOF);
    EXPECT(feof(f));
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT(!feof(f));
    EXPECT_INT(getc(f), EOF);
    rewind(f);
    EXPECT(!feof(f) && getc(f) == (unsigned char)text[0]);
    EXPECT_ERROR(putc('x', f) == EOF, EBADF);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT(ferror(f)); /* only rewind and clearerr clear it */
    rewind(f);
    EXPECT(!ferror(f));
    EXPECT_INT(fseek(f, SIZE + 500, SEEK_SET), 0); /* beyond the end there is nothing */
    EXPECT_INT(ftell(f), SIZE + 500);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
}

static void writing(const struct window *window) {
    FILE *f = fopen("out", "w");
    REQUIRE(f);
    use_window(f, window);
    char *want = calloc(1, SIZE);
    size_t size = 0;
    for (long step = 0; step < 200; step++) {
        size_t place = (size_t)(step * 4801) % (SIZE - 20), length = (size_t)step % 17;
        EXPECT_INT(fseek(f, (long)place, SEEK_SET), 0);
        EXPECT_INT(ftell(f), place);
        EXPECT_INT(fwrite(text + step, 1, length, f), length);
        memcpy(want + place, text + step, length);
        EXPECT_INT(ftell(f), place + length);
        if (length && place + length > size)
            size = place + length;
        if (step % 10 == 3) {
            EXPECT_INT(fseek(f, -1, SEEK_END), 0);
            EXPECT_INT(ftell(f), size - 1);
            EXPECT_INT(putc('!', f), '!');
            want[size - 1] = '!';
        }
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("out", want, size);
    free(want);
}

static void what_cannot_seek(const struct window *window) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    EXPECT_INT(write(ends[1], "abc", 3), 3);
    FILE *in = fdopen(ends[0], "r"), *out = fdopen(ends[1], "w");
    REQUIRE(in && out);
    use_window(in, window);
    EXPECT_INT(getc(in), 'a');
    EXPECT_ERROR(fseek(in, 0, SEEK_SET) == -1, ESPIPE);
    EXPECT_ERROR(ftell(in) == -1, ESPIPE);
    fpos_t place;
    EXPECT_ERROR(fgetpos(in, &place) != 0, ESPIPE);
    EXPECT_ERROR(fseek(in, 0, SEEK_END) == -1, ESPIPE);
    EXPECT_INT(getc(in), 'b');
    EXPECT_INT(fputs("d", out) >= 0, 1);
    EXPECT_ERROR(ftell(out) == -1, ESPIPE);
    EXPECT_ERROR(fseek(out, 0, SEEK_SET) == -1, ESPIPE);
    EXPECT_INT(fclose(out), 0);
    EXPECT_INT(getc(in), 'c');
    EXPECT_INT(getc(in), 'd');
    EXPECT_INT(getc(in), EOF);
    EXPECT_INT(fclose(in), 0);
}

int main(void) {
    text = pattern(SIZE);
    write_file("data", text, SIZE);
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        reading(&windows[kind]);
        positions(&windows[kind]);
        refusals(&windows[kind]);
        clears_the_end(&windows[kind]);
        writing(&windows[kind]);
        what_cannot_seek(&windows[kind]);
    }
    puts("seek");
    return finish();
}
