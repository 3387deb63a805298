/* The end of file: sticky until cleared for every get call, forgotten by clearerr, by seeks and by ungetc;
 * files and pipes that grow. */
#include "windows.h"

static void sticky(const struct window *window) {
    char block[10], *line = NULL;
    size_t room = 0;
    write_file("data", "ab", 2);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(fread(block, 1, 10, f), 2);
    EXPECT(feof(f) && !ferror(f) && feof_unlocked(f));
    FILE *more = fopen("data", "a");
    REQUIRE(more && fputs("cd\n", more) >= 0 && fclose(more) == 0);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fgetc(f), EOF);
    EXPECT_INT(getc_unlocked(f), EOF);
    EXPECT(fgets(block, 10, f) == NULL);
    EXPECT_INT(getline(&line, &room, f), -1);
    if (on_libbuf() ||
        window->size > 1) /* libc reads past the indicator when fread asks for a whole buffer or more */
        EXPECT_INT(fread(block, 1, 1, f), 0);
    if (on_libbuf())
        EXPECT_INT(fread(block, 1, 10, f), 0);
    EXPECT(feof(f));
    clearerr(f);
    EXPECT(!feof(f));
    EXPECT_INT(getc(f), 'c');
    EXPECT(fgets(block, 10, f) == block);
    EXPECT_TEXT(block, "d\n");
    EXPECT(!feof(f)); /* the line ended before the file did */
    EXPECT_INT(getline(&line, &room, f), -1);
    EXPECT(feof(f));
    clearerr_unlocked(f);
    EXPECT(!feof(f));
    EXPECT_INT(fclose(f), 0);
    free(line);
}

/* A log that grows: read to the end, clear, read the rest, as tail -f does; in pieces of all sizes. */
static void growing(const struct window *window) {
    char *bytes = pattern(20000), *got = malloc(20001);
    size_t have = 0, there = 0;
    write_file("data", "", 0);
    int descriptor = open("data", O_WRONLY | O_APPEND);
    FILE *f = fopen("data", "r");
    REQUIRE(f && descriptor >= 0);
    use_window(f, window);
    for (int round = 0; there < 20000; round++) {
        size_t piece = (size_t)(round * 37 % 2000 + 1);
        if (piece > 20000 - there)
            piece = 20000 - there;
        EXPECT_INT(write(descriptor, bytes + there, piece), piece);
        there += piece;
        if (round % 2) {
            for (int byte; (byte = getc(f)) != EOF;)
                got[have++] = (char)byte;
        } else {
            have += fread(got + have, 1, 20001 - have, f);
        }
        EXPECT(feof(f));
        EXPECT_INT(have, there);
        EXPECT_INT(ftell(f), there);
        clearerr(f);
    }
    EXPECT_BYTES(got, have, bytes, 20000);
    EXPECT_INT(fclose(f), 0);
    close(descriptor);
    free(bytes);
    free(got);
}

/* The file shrinks below the stream: an end of file, no invention. */
static void shrinking(const struct window *window) {
    char *bytes = pattern(100000);
    write_file("data", bytes, 100000);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(getc(f), (unsigned char)bytes[0]);
    REQUIRE(truncate("data", 10) == 0);
    EXPECT_INT(fseek(f, 80000, SEEK_SET), 0);
    EXPECT_INT(getc(f), EOF);
    EXPECT(feof(f) && !ferror(f));
    EXPECT_INT(fclose(f), 0);
    free(bytes);
}

int main(void) {
    for (int kind = 0; kind < WINDOWS; kind++) {
        situation("%s", windows[kind].name);
        sticky(&windows[kind]);
        growing(&windows[kind]);
        shrinking(&windows[kind]);
    }
    puts("end of file");
    return finish();
}
