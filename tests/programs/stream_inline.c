/* What programs do to a FILE without a call: the inlined putc_unlocked and getc_unlocked of the system's
   header (taken as macros, so that any optimisation level inlines them), __uflow and __overflow behind them,
   and gnulib's looks into the struct. */
#include "windows.h"

#define PUT(byte, f) __putc_unlocked_body(byte, f)
#define GET(f) __getc_unlocked_body(f)

static char *text;
enum { SIZE = 70000 };

static void put_inline(const struct window *window) {
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < SIZE; i++) {
        EXPECT_INT(PUT(text[i], f), (unsigned char)text[i]);
        if (i % 10007 == 5000)
            EXPECT_INT(fflush(f), 0);
        if (i % 9001 == 7000) { /* calls between the inlined puts see and move the same cursor */
            EXPECT_INT(ftell(f), i + 1);
            EXPECT_INT(fwrite(text + i + 1, 1, 33, f), 33);
            i += 33;
        }
    }
    EXPECT(!__ferror_unlocked_body(f) && !__feof_unlocked_body(f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", text, SIZE);
}

static void get_inline(const struct window *window) {
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < SIZE; i++) {
        EXPECT_INT(GET(f), (unsigned char)text[i]);
        if (i % 9001 == 7000) {
            char block[33];
            EXPECT_INT(ftell(f), i + 1);
            EXPECT_INT(fread(block, 1, 33, f), 33);
            EXPECT_BYTES(block, 33, text + i + 1, 33);
            i += 33;
        }
    }
    EXPECT(!__feof_unlocked_body(f));
    EXPECT_INT(GET(f), EOF);
    EXPECT(__feof_unlocked_body(f) && !__ferror_unlocked_body(f));
    EXPECT_INT(fclose(f), 0);
}

/* Every inlined put on a line-buffered or unbuffered stream comes to the library. */
static void lines_inline(const struct window *window) {
    struct stat status;
    if (window->kind != _IOLBF && window->kind != _IONBF)
        return;
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    for (off_t line = 1; line <= 50; line++) {
        PUT('a', f);
        PUT('\n', f);
        EXPECT(stat("data", &status) == 0 && status.st_size == 2 * line);
    }
    EXPECT_INT(fclose(f), 0);
}

/* Update streams: inlined gets and puts in turns with a seek between. */
static void turns_inline(const struct window *window) {
    write_file("data", text, SIZE);
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    use_window(f, window);
    char *want = malloc(SIZE);
    memcpy(want, text, SIZE);
    for (size_t i = 0; i + 2 < 3000; i += 2) {
        EXPECT_INT(GET(f), (unsigned char)want[i]);
        EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
        EXPECT_INT(PUT('#', f), '#');
        want[i + 1] = '#';
        EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    }
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, SIZE);
    free(want);
}

/* gnulib: freadahead, freadptr + freadseek, freading by the struct, fseterr. */
static void as_gnulib(const struct window *window) {
    write_file("data", text, SIZE);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    size_t place = 0;
    EXPECT_INT(f->_IO_read_end - f->_IO_read_ptr, 0);
    while (place < 20000) {
        int byte = getc(f);
        EXPECT_INT(byte, (unsigned char)text[place++]);
        size_t ahead = (size_t)(f->_IO_read_end - f->_IO_read_ptr);
        EXPECT(f->_IO_write_ptr <= f->_IO_write_base && !f->_IO_save_base);
        if (ahead) {
            EXPECT(memcmp(f->_IO_read_ptr, text + place, ahead) == 0);
            size_t skipped = ahead - ahead / 3;
            f->_IO_read_ptr += skipped;
            place += skipped;
        }
        EXPECT_INT(ftell(f), place);
    }
    f->_flags |= 0x20;
    EXPECT(ferror(f) && ferror_unlocked(f));
    clearerr(f);
    EXPECT(!(f->_flags & 0x30));
    EXPECT_INT(fclose(f), 0);
    f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    for (int i = 0; i < 3; i++)
        putc('a' + i, f);
    if (window->kind != _IONBF && window->size > 3)
        EXPECT_INT(f->_IO_write_ptr - f->_IO_write_base, 3);
    EXPECT_INT(fclose(f), 0);
}

/* The functions behind the macros, as programs without optimisation call them. */
static int (*volatile put_function)(int, FILE *) = putc_unlocked,
                                              (*volatile put_stdout)(int) = putchar_unlocked,
                                              (*volatile get_function)(FILE *) = getc_unlocked,
                                              (*volatile get_stdin)(void) = getchar_unlocked,
                                              (*volatile at_end)(FILE *) = feof_unlocked,
                                              (*volatile in_error)(FILE *) = ferror_unlocked;

static void out_of_line(const struct window *window) {
    FILE *f = fopen("data", "w+");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < SIZE; i++)
        EXPECT_INT(put_function(text[i], f), (unsigned char)text[i]);
    EXPECT(!in_error(f));
    rewind(f);
    for (size_t i = 0; i < SIZE; i++)
        EXPECT_INT(get_function(f), (unsigned char)text[i]);
    EXPECT(!at_end(f));
    EXPECT_INT(get_function(f), EOF);
    EXPECT(at_end(f) && !in_error(f));
    EXPECT_INT(fclose(f), 0);
}

static void out_of_line_standard(void) {
    REQUIRE(freopen("data", "r", stdin));
    for (size_t i = 0; i < SIZE; i++)
        EXPECT_INT(get_stdin(), (unsigned char)text[i]);
    EXPECT_INT(get_stdin(), EOF);
    for (const char *p = "out of line\n"; *p; p++)
        EXPECT_INT(put_stdout(*p), *p);
}

int main(void) {
    text = pattern(SIZE);
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        put_inline(&windows[kind]);
        get_inline(&windows[kind]);
        lines_inline(&windows[kind]);
        turns_inline(&windows[kind]);
        as_gnulib(&windows[kind]);
        out_of_line(&windows[kind]);
    }
    out_of_line_standard();
    puts("inlined");
    return finish();
}
