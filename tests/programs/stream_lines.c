/* getline, getdelim, fgets at their edges: lineptr NULL, room kept, embedded NULs, no newline at the end,
 * sizes 1 and 2, bad arguments, long lines. */
#include "windows.h"

static FILE *reading(const char *bytes, size_t size, const struct window *window) {
    write_file("data", bytes, size);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    return f;
}

static void getline_edges(const struct window *window) {
    char *line = NULL, *kept;
    size_t room = 1000000;
    FILE *f = reading("first\nse\0cond\n\nlast", 19, window);
    EXPECT_INT(getline(&line, &room, f), 6);
    EXPECT_TEXT(line, "first\n");
    EXPECT(room >= 7 && room < 1000000);
    kept = line;
    EXPECT_INT(getline(&line, &room, f), 8);
    EXPECT(line == kept);
    EXPECT_BYTES(line, 9, "se\0cond\n", 9);
    EXPECT_INT(getline(&line, &room, f), 1);
    EXPECT_TEXT(line, "\n");
    EXPECT_INT(getline(&line, &room, f), 4);
    EXPECT_TEXT(line, "last");
    EXPECT(feof(f));
    EXPECT_INT(getline(&line, &room, f), -1);
    EXPECT(!ferror(f));
    EXPECT_ERROR(getline(NULL, &room, f) == -1, EINVAL);
    EXPECT_ERROR(getline(&line, NULL, f) == -1, EINVAL);
    EXPECT_ERROR(getdelim(NULL, NULL, 'x', f) == -1, EINVAL);
    fclose(f);
    free(line);

    /* own memory that is too small grows; at the end of an empty file memory may be given all the same */
    line = malloc(3);
    room = 3;
    f = reading("0123456789\n", 11, window);
    EXPECT_INT(getline(&line, &room, f), 11);
    EXPECT_TEXT(line, "0123456789\n");
    EXPECT(room >= 12);
    fclose(f);
    free(line);
    line = NULL;
    room = 0;
    f = reading("", 0, window);
    EXPECT_INT(getline(&line, &room, f), -1);
    EXPECT(feof(f));
    fclose(f);
    free(line);
}

static void getdelim_edges(const struct window *window) {
    char *line = NULL;
    size_t room = 0;
    FILE *f = reading("a:b\0c:\xff:tail", 12, window);
    EXPECT_INT(getdelim(&line, &room, ':', f), 2);
    EXPECT_TEXT(line, "a:");
    EXPECT_INT(getdelim(&line, &room, 0, f), 2);
    EXPECT_BYTES(line, 3, "b\0", 3);
    EXPECT_INT(getdelim(&line, &room, 0xff, f), 3);
    EXPECT_TEXT(line, "c:\xff");
    EXPECT_INT(getdelim(&line, &room, EOF, f), 5);
    EXPECT_TEXT(line, ":tail");
    fclose(f);
    free(line);
}

static void long_lines(const struct window *window) {
    static const size_t lengths[] = {118, 119, 120, 121, 239, 240, 4095, 4096, 4097, 65536, 300000};
    char *line = NULL;
    size_t room = 0;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char *bytes = malloc(lengths[i] + 3);
        memset(bytes, 'q', lengths[i]);
        memcpy(bytes + lengths[i], "\nz", 3);
        FILE *f = reading(bytes, lengths[i] + 2, window);
        EXPECT_INT(getline(&line, &room, f), lengths[i] + 1);
        EXPECT_BYTES(line, lengths[i] + 1, bytes, lengths[i] + 1);
        EXPECT_INT(getline(&line, &room, f), 1);
        fclose(f);
        free(bytes);
    }
    free(line);
}

static void fgets_edges(const struct window *window) {
    char line[20] = "XXXXXXXXX";
    volatile int none = 0, negative = -1;
    FILE *f = reading("ab\ncdef\n\0gh\ni", 13, window);
    EXPECT(fgets(line, 1, f) == line);
    EXPECT_INT(line[0], 0);
    EXPECT_INT(ftell(f), 0);
    line[0] = 'X';
    EXPECT(fgets(line, none, f) == NULL);
    EXPECT(fgets(line, negative, f) == NULL);
    EXPECT_INT(line[0], 'X');
    EXPECT(fgets(line, 2, f) == line);
    EXPECT_BYTES(line, 3, "a\0X", 3);
    EXPECT(fgets(line, 3, f) == line);
    EXPECT_TEXT(line, "b\n");
    EXPECT(fgets(line, 5, f) == line);
    EXPECT_TEXT(line, "cdef");
    EXPECT(fgets(line, 5, f) == line);
    EXPECT_TEXT(line, "\n");
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_BYTES(line, 5, "\0gh\n", 5);
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_TEXT(line, "i");
    EXPECT(feof(f));
    memset(line, 'Y', 5);
    EXPECT(fgets(line, 20, f) == NULL);
    EXPECT_INT(line[0], 'Y');
    fclose(f);
}

/* Lines through a pipe whose writer pauses in the middle of each: getline waits for the rest, and not for
 * more. */
static void paused_writer(void) {
    int ends[2], turns[2];
    char *line = NULL, turn;
    size_t room = 0;
    REQUIRE(pipe(ends) == 0 && pipe(turns) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        close(ends[0]);
        for (int i = 0; i < 3; i++) {
            if (write(ends[1], "half ", 5) != 5)
                _exit(1);
            sleep_ms(5);
            if (write(ends[1], "whole\n", 6) != 6)
                _exit(1);
            if (read(turns[0], &turn, 1) != 1) /* the next line comes only when this one was returned */
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(getline(&line, &room, f), 11);
        EXPECT_TEXT(line, "half whole\n");
        EXPECT_INT(write(turns[1], "t", 1), 1);
    }
    EXPECT_INT(getline(&line, &room, f), -1);
    EXPECT(child_passed(child));
    fclose(f);
    free(line);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        getline_edges(&windows[i]);
        getdelim_edges(&windows[i]);
        fgets_edges(&windows[i]);
        long_lines(&windows[i]);
    }
    situation("a pipe");
    paused_writer();
    puts("lines");
    return finish();
}
