/* stdio_ext.h, whole: __fbufsize __freading __fwriting __freadable __fwritable __flbf __fpurge __fpending
   _flushlbf __fsetlocking, in each state of reading and writing streams of every window. */
#include "windows.h"
#include <stdio_ext.h>

static void writing(const struct window *window) {
    write_file("data", "", 0);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    EXPECT(!__freadable(f) && __fwritable(f));
    EXPECT_INT(__fpending(f), 0);
    EXPECT(!__freading(f));
    putc('a', f);
    EXPECT(__fwriting(f));
    EXPECT_INT(__fpending(f), window->kind == _IONBF ? 0 : 1);
    EXPECT_INT(__flbf(f) != 0, window->kind == _IOLBF);
    if (window->kind >= 0)
        EXPECT_INT(__fbufsize(f), window->size);
    else
        EXPECT(__fbufsize(f) >= 512);
    if (window->size > 10) {
        fputs("bcdef", f);
        EXPECT_INT(__fpending(f), 6);
        __fpurge(f);
        EXPECT_INT(__fpending(f), 0);
        EXPECT_INT(fflush(f), 0);
        EXPECT_FILE("data", "", 0);
        fputs("kept", f);
        EXPECT_INT(__fpending(f), 4);
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", "kept", 4);
    } else {
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", "a", 1);
    }
}

static void reading(const struct window *window) {
    char *text = pattern(6000);
    write_file("data", text, 6000);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT(__freadable(f) && !__fwritable(f));
    EXPECT(__freading(f) && !__fwriting(f));
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    EXPECT(__freading(f) && !__fwriting(f));
    EXPECT_INT(__fpending(f), 0);
    if (window->kind == _IOFBF && window->size == 1024) { /* purging drops what was read ahead */
        __fpurge(f);
        EXPECT_INT(getc(f), (unsigned char)text[1024]);
    }
    EXPECT_INT(fclose(f), 0);
    free(text);
}

static void updating(const struct window *window) {
    write_file("data", "0123456789", 10);
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    use_window(f, window);
    EXPECT(__freadable(f) && __fwritable(f));
    EXPECT(!__fwriting(f));
    EXPECT_INT(getc(f), '0');
    EXPECT(__freading(f) && !__fwriting(f));
    EXPECT_INT(fseek(f, 5, SEEK_SET), 0);
    EXPECT_INT(putc('X', f), 'X');
    EXPECT(__fwriting(f) && !__freading(f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "01234X6789", 10);
    f = fopen("data", "a");
    REQUIRE(f);
    EXPECT(__fwriting(f) && !__freading(f) && !__freadable(f));
    EXPECT_INT(fclose(f), 0);
}

/* _flushlbf flushes line-buffered streams and no others. */
static void flushes_line_buffered(void) {
    struct stat status;
    situation("_flushlbf");
    FILE *lines = fopen("lines", "w"), *full = fopen("full", "w");
    REQUIRE(lines && full);
    setvbuf(lines, NULL, _IOLBF, 1000);
    setvbuf(full, NULL, _IOFBF, 1000);
    fputs("partial", lines);
    fputs("partial", full);
    _flushlbf();
    EXPECT(stat("lines", &status) == 0 && status.st_size == 7);
    EXPECT(stat("full", &status) == 0 && status.st_size == 0);
    EXPECT_INT(fflush(NULL), 0);
    EXPECT(stat("full", &status) == 0 && status.st_size == 7);
    fclose(lines);
    fclose(full);
}

static void locking(void) {
    situation("__fsetlocking");
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_BYCALLER), FSETLOCKING_INTERNAL);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_BYCALLER);
    fputs("text\n", f);
    fprintf(f, "%d", 5);
    putc('\n', f);
    flockfile(f);
    fputs("locked\n", f);
    funlockfile(f);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_INTERNAL), FSETLOCKING_BYCALLER);
    fputs("more\n", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "text\n5\nlocked\nmore\n", 19);
}

int main(void) {
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        writing(&windows[kind]);
        reading(&windows[kind]);
        updating(&windows[kind]);
    }
    flushes_line_buffered();
    locking();
    puts("stdio_ext");
    return finish();
}
