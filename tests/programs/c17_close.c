/* C17 7.21.5.1 and 7.21.5.2: fclose and fflush. */
#include "clauses.h"

/* Unwritten data is delivered, unread data discarded, and the program's buffer is free again. */
static void closing(const struct window *window, int fill) {
    size_t size = fill_of(window, fill) + 3;
    char *bytes = pattern(size);
    FILE *f = opened_with("data", "wb", window);
    CHECK_INT("7.21.5.1p2 written", fwrite(bytes, 1, size, f), size);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    memset(window_memory, 'z', sizeof window_memory);
    size_t have = 0;
    char *kept = read_file("data", &have);
    CHECK_BYTES("7.21.5.1p2 written", kept, have, bytes, size);
    free(kept);
    f = opened_with("data", "rb", window);
    CHECK_INT("7.21.5.1p2 unread", fgetc(f), (unsigned char)bytes[0]);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    size_t touched = 0;
    memset(window_memory, 'q', sizeof window_memory);
    f = opened("data", "r+b");
    for (int i = 0; i < 3; i++)
        fputc('x', f);
    fclose(f);
    for (size_t i = 0; i < sizeof window_memory; i++)
        touched += window_memory[i] != 'q';
    CHECK_INT("7.21.5.1p2 buffer", touched, 0);
    free(bytes);
}

/* When what is written cannot be delivered, fclose says so and closes all the same. */
static void closing_fails(void) {
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    int descriptor = fileno(f);
    fputs("lost", f);
    CHECK_INT("7.21.5.1p3", fclose(f), EOF);
    CHECK("7.21.5.1p2 whether or not", fcntl(descriptor, F_GETFD) < 0);
    f = opened("data", "w");
    fputs("text", f);
    close(fileno(f));
    CHECK_INT("7.21.5.1p3", fclose(f), EOF);
}

static void flushing(const struct window *window, int fill) {
    size_t size = fill_of(window, fill) + 1, have = 0;
    char *bytes = pattern(size), *kept;
    FILE *f = opened_with("data", "wb", window);
    fwrite(bytes, 1, size, f);
    CHECK_INT("7.21.5.2p4", fflush(f), 0);
    kept = read_file("data", &have);
    CHECK_BYTES("7.21.5.2p2", kept, have, bytes, size);
    free(kept);
    CHECK_INT("7.21.5.2p2", fputc('+', f), '+');
    fclose(f);
    /* An update stream whose last operation was output. */
    f = opened_with("data", "r+b", window);
    fgetc(f);
    fseek(f, 0, SEEK_SET);
    fputc('@', f);
    CHECK_INT("7.21.5.2p4", fflush(f), 0);
    kept = read_file("data", &have);
    CHECK_INT("7.21.5.2p2", have, size + 1);
    CHECK_INT("7.21.5.2p2", kept[0], '@');
    free(kept);
    CHECK_INT("7.21.5.3p7", fgetc(f), size > 1 ? (unsigned char)bytes[1] : '+');
    fclose(f);
    free(bytes);
}

/* fflush(NULL) does it for all of them at once. */
static void flush_all(void) {
    FILE *a = opened("a", "w"), *b = opened("b", "w+"), *c = opened("c", "w");
    setvbuf(c, NULL, _IOFBF, 100);
    fputs("to a", a);
    fputs("to b", b);
    fputs("to c", c);
    CHECK_INT("7.21.5.2p3", fflush(NULL), 0);
    CHECK_FILE("7.21.5.2p3", "a", "to a");
    CHECK_FILE("7.21.5.2p3", "b", "to b");
    CHECK_FILE("7.21.5.2p3", "c", "to c");
    fclose(a);
    fclose(b);
    fclose(c);
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    fputs("lost", f);
    CHECK_INT("7.21.5.2p4", fflush(f), EOF);
    CHECK("7.21.5.2p4", ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    fputs("lost", f);
    CHECK_INT("7.21.5.2p4", fflush(NULL), EOF);
    CHECK("7.21.5.2p4", ferror(f));
    fclose(f);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++)
        for (int fill = 0; fill < FILLS; fill++) {
            situation("%s, fill %d", windows[i].name, fill);
            closing(&windows[i], fill);
            flushing(&windows[i], fill);
        }
    situation("plain");
    closing_fails();
    flush_all();
    return clauses_done();
}
