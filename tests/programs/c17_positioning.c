/* C17 7.21.9: fgetpos, fseek, fsetpos, ftell, rewind. */
#include "clauses.h"

static const struct window *used;
static size_t size, skipped;
static char *bytes;

static FILE *input(const char *mode) {
    FILE *f = opened_with("data", mode, used);
    for (size_t i = 0; i < skipped; i++)
        fgetc(f);
    return f;
}

/* From the beginning, from here and from the end, into the window and out of it. */
static void seeking(void) {
    FILE *f = input("rb");
    const long places[] = {0, 1, (long)size - 1, (long)size / 2, (long)skipped, (long)size};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        long place = places[i];
        int want = place < (long)size ? (unsigned char)bytes[place] : EOF;
        CHECK_INT("7.21.9.2p6", fseek(f, place, SEEK_SET), 0);
        CHECK_INT("7.21.9.4p2", ftell(f), place);
        CHECK_INT("7.21.9.2p3 SEEK_SET", fgetc(f), want);
        CHECK_INT("7.21.9.2p6", fseek(f, place - (long)size, SEEK_END), 0);
        CHECK_INT("7.21.9.4p2", ftell(f), place);
        CHECK_INT("7.21.9.2p3 SEEK_END", fgetc(f), want);
        long here = ftell(f);
        CHECK_INT("7.21.9.2p6", fseek(f, place - here, SEEK_CUR), 0);
        CHECK_INT("7.21.9.2p3 SEEK_CUR", fgetc(f), want);
    }
    CHECK("7.21.9.2p6", fseek(f, 0, SEEK_SET) == 0 && fseek(f, -1, SEEK_CUR) != 0);
    CHECK("7.21.9.2p6", fseek(f, -1, SEEK_SET) != 0);
    CHECK("7.21.9.2p6", fseek(f, -(long)size - 1, SEEK_END) != 0);
    CHECK("7.21.9.2p6", fseek(f, 0, 99) != 0);
    CHECK_INT("7.21.9.2p6", fgetc(f), (unsigned char)bytes[0]);
    fclose(f);
}

/* The end-of-file indicator goes, also by a seek to the end itself. */
static void end_indicator(void) {
    FILE *f = input("rb");
    fpos_t place;
    fgetpos(f, &place);
    while (fgetc(f) != EOF)
        continue;
    CHECK("7.21.9.2p5", feof(f) && fseek(f, 0, SEEK_END) == 0 && !feof(f));
    CHECK_INT("7.21.9.2p5", fgetc(f), EOF);
    CHECK("7.21.9.3p3", feof(f) && fsetpos(f, &place) == 0 && !feof(f));
    CHECK_INT("7.21.9.3p2", fgetc(f), skipped < size ? (unsigned char)bytes[skipped] : EOF);
    fseek(f, 0, SEEK_END);
    fgetc(f);
    rewind(f);
    CHECK("7.21.9.5p2", !feof(f) && ftell(f) == 0);
    fputc('x', f);
    CHECK("7.21.9.5p2", ferror(f));
    CHECK_INT("7.21.9.2p6", fseek(f, 0, SEEK_SET), 0);
    CHECK("7.21.9.5p2 fseek keeps the error", ferror(f));
    rewind(f);
    CHECK("7.21.9.5p2", !ferror(f));
    fclose(f);
}

/* What is written counts at once, and every positioning call lets the direction change. */
static void updating(void) {
    FILE *f = input("r+b");
    long here = ftell(f);
    CHECK_INT("7.21.9.4p2", here, skipped);
    fseek(f, 0, SEEK_CUR);
    fputs("AB", f);
    CHECK_INT("7.21.9.4p2", ftell(f), here + 2);
    CHECK_INT("7.21.9.2p6", fseek(f, here, SEEK_SET), 0);
    CHECK_INT("7.21.9.2p5", fgetc(f), 'A');
    CHECK_INT("7.21.9.2p6", fseek(f, -1, SEEK_CUR), 0);
    CHECK_INT("7.21.9.2p5", fputc('C', f), 'C');
    fpos_t place;
    CHECK_INT("7.21.9.1p3", fgetpos(f, &place), 0);
    rewind(f);
    CHECK_INT("7.21.9.5p2", fgetc(f), skipped ? (unsigned char)bytes[0] : 'C');
    CHECK_INT("7.21.9.3p4", fsetpos(f, &place), 0);
    CHECK_INT("7.21.9.3p3", fgetc(f), 'B');
    CHECK_INT("7.21.9.3p4", fsetpos(f, &place), 0);
    CHECK_INT("7.21.9.3p3", fputc('D', f), 'D');
    rewind(f);
    CHECK_INT("7.21.9.5p2", fputc('E', f), 'E');
    fclose(f);
    char *want = malloc(size + 8);
    memcpy(want, bytes, size);
    memcpy(want + skipped, "CD", 2);
    want[0] = 'E';
    size_t have = 0, total = skipped + 2 > size ? skipped + 2 : size;
    char *kept = read_file("data", &have);
    CHECK_BYTES("7.21.9.2p5", kept, have, want, total);
    free(kept);
    free(want);
    write_file("data", bytes, size);
}

/* Output that a seek must deliver first and cannot: the seek fails and the error indicator is set. */
static void seek_fails(void) {
    FILE *f = fopen("/dev/full", "w");
    REQUIRE(f);
    fputs("lost", f);
    CHECK("7.21.9.2p2", fseek(f, 0, SEEK_SET) != 0);
    CHECK("7.21.9.2p2", ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    fpos_t place;
    fgetpos(f, &place);
    fputs("lost", f);
    CHECK("7.21.9.3p2", fsetpos(f, &place) != 0);
    CHECK("7.21.9.3p2", ferror(f));
    fclose(f);
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    f = fdopen(ends[0], "r");
    CHECK_ERROR("7.21.9.4p3", ftell(f) == -1L, ESPIPE);
    CHECK("7.21.9.4p3", (errno = 0, fgetpos(f, &place) != 0 && errno > 0));
    CHECK("7.21.9.3p4", (memset(&place, 0, sizeof place), errno = 0, fsetpos(f, &place) != 0 && errno > 0));
    CHECK("7.21.9.2p6", fseek(f, 0, SEEK_SET) != 0);
    fclose(f);
    close(ends[1]);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        size = used->size + used->size / 2 + 9;
        bytes = pattern(size);
        write_file("data", bytes, size);
        for (int fill = 0; fill < FILLS; fill++) {
            skipped = fill_of(used, fill);
            situation("%s, %zu read", used->name, skipped);
            seeking();
            end_indicator();
            updating();
        }
        free(bytes);
    }
    situation("failures");
    seek_fails();
    return clauses_done();
}
