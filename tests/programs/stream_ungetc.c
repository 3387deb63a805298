/* ungetc: eight bytes deep at any place of any window, at the start of a file, after its end (clearing the
   indicator), different bytes than were read, and what seeks, ftell and fflush make of it. */
#include "windows.h"

enum { SIZE = 9000 };
static char *text;

static FILE *at(const struct window *window, size_t place) {
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < place; i++)
        EXPECT_INT(getc(f), (unsigned char)text[i]);
    return f;
}

static void deep(const struct window *window, size_t place, const char *bytes) {
    FILE *f = at(window, place);
    for (int i = 0; i < 8; i++)
        EXPECT_INT(ungetc((unsigned char)bytes[i], f), (unsigned char)bytes[i]);
    if (place >= 8)
        EXPECT_INT(ftell(f), place - 8);
    char back[9] = "";
    EXPECT_INT(getc(f), (unsigned char)bytes[7]);
    EXPECT_INT(fread(back, 1, 3, f), 3);
    EXPECT_INT(fgetc(f), (unsigned char)bytes[3]);
    EXPECT_INT(getc_unlocked(f), (unsigned char)bytes[2]);
    EXPECT_INT(ungetc('Q', f), 'Q');
    EXPECT_INT(getc(f), 'Q');
    EXPECT_INT(fread(back + 3, 1, 5, f), 5); /* two pushed back, three of the file */
    EXPECT_INT((unsigned char)back[0], (unsigned char)bytes[6]);
    EXPECT_INT((unsigned char)back[4], (unsigned char)bytes[0]);
    EXPECT_BYTES(back + 5, 3, text + place, 3);
    EXPECT_INT(ftell(f), place + 3);
    EXPECT_INT(getc(f), (unsigned char)text[place + 3]);
    EXPECT_INT(fclose(f), 0);
}

static void with_lines(const struct window *window) {
    char line[40], *lines = NULL;
    size_t room = 0;
    FILE *f = at(window, 10);
    for (int i = 5; i >= 0; i--)
        EXPECT_INT(ungetc("ab\ncd\n"[i], f), "ab\ncd\n"[i]);
    EXPECT(fgets(line, 40, f) == line);
    EXPECT_TEXT(line, "ab\n");
    EXPECT_INT(getline(&lines, &room, f), 3);
    EXPECT_TEXT(lines, "cd\n");
    EXPECT_INT(getc(f), (unsigned char)text[10]);
    for (int i = 2; i >= 0; i--)
        EXPECT_INT(ungetc(" 42"[i], f), " 42"[i]);
    int number = 0;
    EXPECT_INT(fscanf(f, "%2d", &number), 1);
    EXPECT_INT(number, 42);
    free(lines);
    fclose(f);
}

static void with_seeks(const struct window *window) {
    FILE *f = at(window, 100);
    EXPECT_INT(ungetc('X', f), 'X');
    EXPECT_INT(ungetc('Y', f), 'Y');
    EXPECT_INT(ftell(f), 98);
    EXPECT_INT(fseek(f, 100, SEEK_SET), 0);
    EXPECT_INT(getc(f), (unsigned char)text[100]);
    EXPECT_INT(ungetc('Z', f), 'Z');
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0); /* from the pushed-back place, and the byte is forgotten */
    EXPECT_INT(ftell(f), 100);
    EXPECT_INT(getc(f), (unsigned char)text[100]);
    EXPECT_INT(ungetc('Z', f), 'Z');
    EXPECT_INT(fseek(f, 5, SEEK_CUR), 0);
    EXPECT_INT(getc(f), (unsigned char)text[105]);
    fpos_t place;
    EXPECT_INT(fgetpos(f, &place), 0);
    EXPECT_INT(ungetc('Z', f), 'Z');
    EXPECT_INT(fsetpos(f, &place), 0);
    EXPECT_INT(getc(f), (unsigned char)text[106]);
    EXPECT_INT(ungetc('Z', f), 'Z');
    rewind(f);
    EXPECT_INT(getc(f), (unsigned char)text[0]);
    fclose(f);
}

static void at_the_end(const struct window *window) {
    FILE *f = at(window, SIZE);
    EXPECT_INT(getc(f), EOF);
    EXPECT(feof(f));
    EXPECT_INT(ungetc(EOF, f), EOF);
    EXPECT(feof(f));
    EXPECT_INT(ungetc('e', f), 'e');
    EXPECT(!feof(f));
    EXPECT_INT(ftell(f), SIZE - 1);
    EXPECT_INT(getc(f), 'e');
    EXPECT_INT(getc(f), EOF);
    EXPECT(feof(f));
    fclose(f);
}

/* An update stream: pushed-back bytes, then a write after a seek; the file itself is never changed by
   ungetc. */
static void in_update_mode(const struct window *window) {
    write_file("update", "0123456789", 10);
    FILE *f = fopen("update", "r+");
    REQUIRE(f);
    use_window(f, window);
    EXPECT_INT(getc(f), '0');
    EXPECT_INT(getc(f), '1');
    EXPECT_INT(ungetc('X', f), 'X');
    EXPECT_INT(getc(f), 'X');
    EXPECT_INT(ungetc('Y', f), 'Y');
    EXPECT_INT(fseek(f, 3, SEEK_SET), 0);
    EXPECT_INT(putc('W', f), 'W');
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT_INT(ungetc('V', f), 'V');
    EXPECT_INT(getc(f), 'V');
    EXPECT_INT(getc(f), '4');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("update", "012W456789", 10);
}

/* fflush on an input stream with a pushed-back byte: the byte is dropped and the descriptor stands where the
 * program read to. */
static void with_fflush(const struct window *window) {
    FILE *f = at(window, 50);
    EXPECT_INT(ungetc((unsigned char)text[49], f), (unsigned char)text[49]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(fileno(f), 0, SEEK_CUR), 49);
    EXPECT_INT(getc(f), (unsigned char)text[49]);
    fclose(f);
}

int main(void) {
    text = pattern(SIZE);
    write_file("data", text, SIZE);
    for (int kind = 0; kind < WINDOWS; kind++) {
        const struct window *window = &windows[kind];
        static const size_t places[] = {0, 1, 5, 8, 63, 64, 100, 101, 1024, 4095, 4096, 4097, 8192};
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            char same[8];
            for (size_t n = 0; n < 8;
                 n++) /* what stands before the place, as a parser puts back what it read */
                same[n] = places[i] >= 8 ? text[places[i] - 1 - n] : "\0\xff\nabcde"[n];
            situation("the bytes read, %s, at %zu", window->name, places[i]);
            deep(window, places[i], same);
            situation("other bytes, %s, at %zu", window->name, places[i]);
            deep(window, places[i], "\0\xff\nstuvw");
        }
        situation("%s", window->name);
        with_lines(window);
        with_seeks(window);
        at_the_end(window);
        in_update_mode(window);
        with_fflush(window);
    }
    puts("ungetc");
    return finish();
}
