/* POSIX.1-2017 XSH getdelim and getline, on every window with the line across its end. */
#include "clauses.h"
#include <limits.h>

static const struct window *used;
static char *line;
static size_t room;

/* Skipped bytes bring the first line to every place in the window. */
static FILE *input(size_t skipped, const char *text, size_t size) {
    char *bytes = malloc(skipped + size);
    memset(bytes, 's', skipped);
    memcpy(bytes + skipped, text, size);
    unlink("data");
    write_file("data", bytes, skipped + size);
    free(bytes);
    FILE *f = opened_with("data", "r", used);
    for (size_t i = 0; i < skipped; i++)
        fgetc(f);
    free(line);
    line = NULL;
    room = 0;
    return f;
}

static void lines(size_t skipped) {
    static const char text[] = "first\n\nwith\0null\nlast";
    FILE *f = input(skipped, text, sizeof text - 1);
    CHECK_INT("POSIX getline count with the newline", getline(&line, &room, f), 6);
    CHECK_BYTES("POSIX getline text and null", line, 7, "first\n\0", 7);
    CHECK("POSIX getline makes the object", room >= 7);
    CHECK_INT("POSIX getline count with the newline", getline(&line, &room, f), 1);
    CHECK_TEXT("POSIX getline text and null", line, "\n");
    CHECK_INT("POSIX getline null bytes", getline(&line, &room, f), 10);
    CHECK_BYTES("POSIX getline null bytes", line, 11, "with\0null\n\0", 11);
    CHECK("POSIX getline end", !feof(f));
    CHECK_INT("POSIX getline last line", getline(&line, &room, f), 4);
    CHECK_TEXT("POSIX getline last line", line, "last");
    CHECK("POSIX getline end", feof(f) && !ferror(f));
    CHECK_INT("POSIX getline end", getline(&line, &room, f), -1);
    CHECK_INT("POSIX getline end", getline(&line, &room, f), -1);
    fclose(f);
    f = input(skipped, text, sizeof text - 1);
    CHECK_INT("POSIX getdelim", getdelim(&line, &room, 't', f), 5);
    CHECK_TEXT("POSIX getdelim", line, "first");
    CHECK_INT("POSIX getdelim null byte", getdelim(&line, &room, 0, f), 7);
    CHECK_BYTES("POSIX getdelim null byte", line, 8, "\n\nwith\0\0", 8);
    CHECK_INT("POSIX getdelim absent", getdelim(&line, &room, 'Z', f), 9);
    CHECK_TEXT("POSIX getdelim absent", line, "null\nlast");
    CHECK_INT("POSIX getdelim end", getdelim(&line, &room, 'Z', f), -1);
    fclose(f);
    f = input(skipped,
              "a\xff"
              "b",
              3);
    CHECK_INT("POSIX getdelim byte above 127", getdelim(&line, &room, 0xff, f), 2);
    CHECK_TEXT("POSIX getdelim byte above 127", line, "a\xff");
    fclose(f);
}

/* The object grows as realloc does and is kept where it is large enough. */
static void object(void) {
    FILE *f = input(0, "short\nmuch longer than ten bytes\nx\n", 35);
    line = malloc(10);
    room = 10;
    char *before = line;
    CHECK_INT("POSIX getline large enough", getline(&line, &room, f), 6);
    CHECK("POSIX getline large enough", line == before && room == 10);
    CHECK_INT("POSIX getline grows", getline(&line, &room, f), 27);
    CHECK("POSIX getline grows", room >= 28);
    CHECK_TEXT("POSIX getline grows", line, "much longer than ten bytes\n");
    size_t large = room;
    CHECK_INT("POSIX getline large enough", getline(&line, &room, f), 2);
    CHECK_INT("POSIX getline large enough", room, large);
    fclose(f);
    f = input(0, "text\n", 5);
    room = 77; /* of no meaning where the pointer is null */
    CHECK_INT("POSIX getline null object", getline(&line, &room, f), 5);
    CHECK_TEXT("POSIX getline null object", line, "text\n");
    fclose(f);
    f = input(0, "text\n", 5);
    line = malloc(1);
    room = 0;
    CHECK_INT("POSIX getline empty object", getline(&line, &room, f), 5);
    CHECK_TEXT("POSIX getline empty object", line, "text\n");
    fclose(f);
    size_t size = 3 * used->size + 1000;
    char *bytes = malloc(size + 1);
    memset(bytes, 'L', size);
    bytes[size] = '\n';
    f = input(0, bytes, size + 1);
    CHECK_INT("POSIX getline long line", getline(&line, &room, f), size + 1);
    CHECK_BYTES("POSIX getline long line", line, size + 1, bytes, size + 1);
    CHECK("POSIX getline long line", room > size + 1 && line[size + 1] == 0);
    CHECK_INT("POSIX getline end", getline(&line, &room, f), -1);
    fclose(f);
    free(bytes);
}

static void errors(void) {
    FILE *f = input(0, "a\nb\n", 4);
    CHECK_ERROR("POSIX getline EINVAL", getline(NULL, &room, f) == -1, EINVAL);
    CHECK_ERROR("POSIX getline EINVAL", getline(&line, NULL, f) == -1, EINVAL);
    CHECK_INT("POSIX getline EINVAL takes nothing", getline(&line, &room, f), 2);
    CHECK_TEXT("POSIX getline EINVAL takes nothing", line, "a\n");
    close(fileno(f));
    while (getline(&line, &room, f) == 2)
        continue;
    CHECK("POSIX getline read error", ferror(f) || used->size > 3);
    fclose(f);
    f = opened("data", "a");
    CHECK_ERROR("POSIX getline EBADF", getline(&line, &room, f) == -1, EBADF);
    CHECK("POSIX getline error indicator", ferror(f) && !feof(f));
    fclose(f);
    f = opened("data", "r");
    while (fgetc(f) != EOF)
        continue;
    CHECK_INT("POSIX getline end is sticky", getline(&line, &room, f), -1);
    CHECK("POSIX getline end is sticky", feof(f));
    fclose(f);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        for (int fill = 0; fill < FILLS; fill++)
            for (int less = 0; less < 8; less += 3) {
                size_t skipped = fill_of(used, fill) < (size_t)less ? 0 : fill_of(used, fill) - (size_t)less;
                situation("%s, %zu before", used->name, skipped);
                lines(skipped);
            }
        situation("%s", used->name);
        object();
        errors();
    }
    free(line);
    return clauses_done();
}
