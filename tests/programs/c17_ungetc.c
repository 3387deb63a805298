/* C17 7.21.7.10: ungetc, on every window, empty, partly read and read to its end. */
#include "clauses.h"

static const struct window *used;
static size_t skipped; /* bytes read from the stream before */
static char *bytes;
static size_t size;

static FILE *input(void) {
    FILE *f = opened_with("data", "rb", used);
    for (size_t i = 0; i < skipped; i++)
        fgetc(f);
    return f;
}

static int byte_at(size_t place) {
    return place < size ? (unsigned char)bytes[place] : EOF;
}

static void order(void) {
    FILE *f = input();
    CHECK_INT("7.21.7.10p6", ungetc(0x1e9, f), 0xe9);
    CHECK_INT("7.21.7.10p2", fgetc(f), 0xe9);
    CHECK_INT("7.21.7.10p3", ungetc('1', f), '1');
    CHECK_INT("7.21.7.10p2", fgetc(f), '1');
    CHECK_INT("7.21.7.10p2", fgetc(f), byte_at(skipped));
    fclose(f);
    /* Several, where the implementation takes them: in reverse order. */
    f = input();
    ungetc('1', f);
    if (ungetc('2', f) == '2' && ungetc('3', f) == '3') {
        CHECK_INT("7.21.7.10p2 reverse", fgetc(f), '3');
        CHECK_INT("7.21.7.10p2 reverse", fgetc(f), '2');
    }
    CHECK_INT("7.21.7.10p2 reverse", getc(f), '1');
    CHECK_INT("7.21.7.10p2 reverse", getc(f), byte_at(skipped));
    fclose(f);
    size_t kept = 0;
    char *now = read_file("data", &kept);
    CHECK_BYTES("7.21.7.10p2 external", now, kept, bytes, size);
    free(now);
}

/* Every way of reading meets the pushed back byte first. */
static void readers(void) {
    char text[8] = "";
    char *line = NULL;
    size_t room = 0;
    FILE *f = input();
    ungetc('\n', f);
    CHECK("7.21.7.10p2", fgets(text, 8, f) == text && text[0] == '\n' && text[1] == 0);
    ungetc('U', f);
    CHECK_INT("7.21.7.10p2", fread(text, 1, 1, f), 1);
    CHECK_INT("7.21.7.10p2", text[0], 'U');
    ungetc('V', f);
    CHECK_INT("7.21.7.10p2", fscanf(f, "%c", text), 1);
    CHECK_INT("7.21.7.10p2", text[0], 'V');
    ungetc('\n', f);
    CHECK_INT("7.21.7.10p2", getline(&line, &room, f), 1);
    ungetc('W', f);
    size_t n = size - skipped < 3 ? size - skipped : 3;
    CHECK_INT("7.21.7.10p2", fread(text, 1, 1 + n, f), 1 + n);
    CHECK("7.21.7.10p2", text[0] == 'W' && memcmp(text + 1, bytes + skipped, n) == 0);
    free(line);
    fclose(f);
}

/* A positioning call throws it away. */
static void discarded(void) {
    fpos_t place;
    FILE *f = input();
    CHECK_INT("7.21.9.1p3", fgetpos(f, &place), 0);
    ungetc('x', f);
    CHECK_INT("7.21.9.3p3", fsetpos(f, &place), 0);
    CHECK_INT("7.21.7.10p2 fsetpos", fgetc(f), byte_at(skipped));
    fseek(f, (long)skipped, SEEK_SET);
    ungetc('x', f);
    CHECK_INT("7.21.9.2p6", fseek(f, (long)skipped, SEEK_SET), 0);
    CHECK_INT("7.21.7.10p2 fseek", fgetc(f), byte_at(skipped));
    fseek(f, (long)skipped, SEEK_SET);
    ungetc('x', f);
    CHECK_INT("7.21.9.2p6", fseek(f, 0, SEEK_END), 0);
    CHECK_INT("7.21.7.10p2 fseek", fgetc(f), EOF);
    fseek(f, (long)skipped, SEEK_SET);
    ungetc('x', f);
    rewind(f);
    CHECK_INT("7.21.7.10p2 rewind", fgetc(f), byte_at(0));
    fclose(f);
}

static void nothing_to_push(void) {
    FILE *f = input();
    CHECK_INT("7.21.7.10p4", ungetc(EOF, f), EOF);
    CHECK("7.21.7.10p4", !feof(f) && !ferror(f));
    CHECK_INT("7.21.7.10p4", fgetc(f), byte_at(skipped));
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("7.21.7.10p4", ungetc(EOF, f), EOF);
    CHECK("7.21.7.10p4", feof(f));
    fclose(f);
}

/* At the end of the file a pushed back byte clears the indicator, and the end comes again behind it. */
static void at_the_end(void) {
    FILE *f = input();
    while (fgetc(f) != EOF)
        continue;
    CHECK("7.21.7.10p5 end", feof(f));
    CHECK_INT("7.21.7.10p5 end", ungetc('e', f), 'e');
    CHECK("7.21.7.10p5 end", !feof(f));
    CHECK_INT("7.21.7.10p2", fgetc(f), 'e');
    CHECK("7.21.7.10p5 end", !feof(f));
    CHECK_INT("7.21.7.10p5 position", ftell(f), size);
    CHECK_INT("7.21.7.10p5 end", fgetc(f), EOF);
    CHECK("7.21.7.10p5 end", feof(f));
    fclose(f);
}

/* Binary: each success takes one from the position; when all is read again it is what it was. */
static void position(void) {
    FILE *f = input();
    CHECK_INT("7.21.7.10p5 position", ftell(f), skipped);
    ungetc('p', f);
    if (skipped > 0)
        CHECK_INT("7.21.7.10p5 binary", ftell(f), skipped - 1);
    fgetc(f);
    CHECK_INT("7.21.7.10p5 position", ftell(f), skipped);
    ungetc('p', f);
    if (skipped > 1 && ungetc('q', f) == 'q') {
        CHECK_INT("7.21.7.10p5 binary", ftell(f), skipped - 2);
        fgetc(f);
        CHECK_INT("7.21.7.10p5 binary", ftell(f), skipped - 1);
    }
    if (skipped > 0) {
        CHECK_INT("7.21.7.10p5 binary", fseek(f, 0, SEEK_CUR), 0);
        CHECK_INT("7.21.7.10p5 binary", fgetc(f), byte_at(skipped - 1));
    }
    fclose(f);
}

/* On an update stream: reading, pushing back, and then output at a place that a seek names. */
static void update(void) {
    FILE *f = opened_with("data", "r+b", used);
    for (size_t i = 0; i < skipped; i++)
        fgetc(f);
    ungetc('u', f);
    CHECK_INT("7.21.5.3p7", fseek(f, 0, SEEK_SET), 0);
    CHECK_INT("7.21.5.3p7", fputc(bytes[0], f), (unsigned char)bytes[0]);
    CHECK_INT("7.21.5.2p4", fflush(f), 0);
    CHECK_INT("7.21.7.10p2", fgetc(f), byte_at(1));
    CHECK_INT("7.21.7.10p2", ungetc('v', f), 'v');
    CHECK_INT("7.21.7.10p2", fgetc(f), 'v');
    fclose(f);
    order(); /* the file is unchanged */
    /* Read to the end, push back, read again, then output goes to the end. */
    write_file("grows", "ab", 2);
    f = opened_with("grows", "r+b", used);
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("7.21.7.10p5 end", ungetc('w', f), 'w');
    CHECK_INT("7.21.7.10p2", fgetc(f), 'w');
    CHECK_INT("7.21.5.3p7", fgetc(f), EOF);
    CHECK_INT("7.21.5.3p7", fputc('c', f), 'c');
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    CHECK_FILE("7.21.5.3p7", "grows", "abc");
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        size = used->size + 5;
        bytes = pattern(size);
        write_file("data", bytes, size);
        for (int fill = 0; fill < FILLS; fill++) {
            skipped = fill_of(used, fill);
            situation("%s, %zu read", used->name, skipped);
            order();
            readers();
            discarded();
            nothing_to_push();
            at_the_end();
            position();
            update();
        }
        free(bytes);
    }
    return clauses_done();
}
