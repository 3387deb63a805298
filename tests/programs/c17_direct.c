/* C17 7.21.8: fread and fwrite. */
#include "clauses.h"

static const struct window *used;
static size_t skipped;

static void reading(void) {
    size_t size = skipped + 25;
    char *bytes = pattern(size), *got = malloc(3 * size + 40);
    fpos_t place;
    write_file("data", bytes, size);
    FILE *f = opened_with("data", "rb", used);
    memset(got, '#', size + 10);
    CHECK_INT("7.21.8.1p3", fread(got, 1, skipped, f), skipped);
    CHECK_BYTES("7.21.8.1p2", got, skipped, bytes, skipped);
    CHECK_INT("7.21.8.1p2", ftell(f), skipped);
    CHECK_INT("7.21.8.1p3 zero", fread(got, 0, 7, f), 0);
    CHECK_INT("7.21.8.1p3 zero", fread(got, 7, 0, f), 0);
    CHECK_INT("7.21.8.1p3 zero", fread(got, 0, 0, f), 0);
    CHECK("7.21.8.1p3 zero", !feof(f) && !ferror(f) && ftell(f) == (long)skipped);
    memset(got, '#', size + 10);
    CHECK_INT("7.21.8.1p3", fread(got, 4, 2, f), 2);
    CHECK_BYTES("7.21.8.1p2", got, 8, bytes + skipped, 8);
    CHECK_INT("7.21.8.1p2", got[8], '#');
    fgetpos(f, &place);
    CHECK("7.21.8.1p3", !feof(f));
    /* Seventeen left: four whole elements of four, and a part of a fifth. */
    CHECK_INT("7.21.8.1p3", fread(got, 4, 10, f), 4);
    CHECK_BYTES("7.21.8.1p2", got, 16, bytes + skipped + 8, 16);
    CHECK("7.21.8.1p3", feof(f) && !ferror(f));
    CHECK_INT("7.21.8.1p2", ftell(f), size);
    fsetpos(f, &place);
    CHECK_INT("7.21.8.1p3", fread(got, 17, 1, f), 1);
    CHECK("7.21.8.1p3", !feof(f));
    CHECK_INT("7.21.8.1p3", fread(got, 1, 1, f), 0);
    CHECK("7.21.8.1p3", feof(f));
    CHECK_INT("7.21.8.1p3 zero", fread(got, 0, 1, f), 0);
    CHECK("7.21.8.1p3 zero", feof(f));
    rewind(f);
    CHECK_INT("7.21.8.1p3", fread(got, size, 3, f), 1);
    CHECK_BYTES("7.21.8.1p2", got, size, bytes, size);
    rewind(f);
    CHECK_INT("7.21.8.1p2", fgetc(f), (unsigned char)bytes[0]);
    CHECK_INT("7.21.8.1p3", fread(got, 3, (size - 1) / 3, f), (size - 1) / 3);
    CHECK_BYTES("7.21.8.1p2", got, (size - 1) / 3 * 3, bytes + 1, (size - 1) / 3 * 3);
    fclose(f);
    f = opened("data", "a");
    CHECK_INT("7.21.8.1p3 error", fread(got, 1, 5, f), 0);
    CHECK("7.21.8.1p3 error", ferror(f) && !feof(f));
    fclose(f);
    free(bytes);
    free(got);
}

static void writing(void) {
    size_t size = skipped + 25, have;
    char *bytes = pattern(size), *kept;
    FILE *f = opened_with("data", "wb", used);
    CHECK_INT("7.21.8.2p3", fwrite(bytes, 1, skipped, f), skipped);
    CHECK_INT("7.21.8.2p3 zero", fwrite(bytes, 0, 9, f), 0);
    CHECK_INT("7.21.8.2p3 zero", fwrite(bytes, 9, 0, f), 0);
    CHECK("7.21.8.2p3 zero", !ferror(f) && ftell(f) == (long)skipped);
    CHECK_INT("7.21.8.2p3", fwrite(bytes + skipped, 5, 5, f), 5);
    CHECK_INT("7.21.8.2p2", ftell(f), size);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    kept = read_file("data", &have);
    CHECK_BYTES("7.21.8.2p2", kept, have, bytes, size);
    free(kept);
    /* In pieces of every size, which cross all edges of the window. */
    f = opened_with("data", "wb", used);
    for (size_t done = 0, piece = 1; done < size; done += piece, piece = piece % 13 + 1) {
        if (piece > size - done)
            piece = size - done;
        CHECK_INT("7.21.8.2p3", fwrite(bytes + done, 1, piece, f), piece);
    }
    fclose(f);
    kept = read_file("data", &have);
    CHECK_BYTES("7.21.8.2p2", kept, have, bytes, size);
    free(kept);
    f = opened("data", "r");
    CHECK_INT("7.21.8.2p3 error", fwrite(bytes, 1, 5, f), 0);
    CHECK("7.21.8.2p3 error", ferror(f));
    fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    CHECK("7.21.8.2p3 error", fwrite(bytes, 5, 5, f) < 5);
    CHECK("7.21.8.2p3 error", ferror(f));
    fclose(f);
    free(bytes);
}

/* Elements are what they are in memory. */
static void objects(void) {
    struct object {
        int number;
        double value;
        char name[5];
    } put[3], got[3];
    memset(put, 0, sizeof put);
    for (int i = 0; i < 3; i++) {
        put[i].number = i - 1;
        put[i].value = 1.0 / (i + 3);
        snprintf(put[i].name, 5, "n%d", i);
    }
    FILE *f = opened_with("data", "w+b", used);
    CHECK_INT("7.21.8.2p2", fwrite(put, sizeof *put, 3, f), 3);
    fseek(f, sizeof *put, SEEK_SET);
    CHECK_INT("7.21.8.1p2", fread(got, sizeof *got, 3, f), 2);
    CHECK_BYTES("7.21.8.1p2", got, 2 * sizeof *got, put + 1, 2 * sizeof *put);
    fclose(f);
}

/* What a pipe delivers late or in pieces is waited for: a short count means end or error only. */
static void in_pieces(void) {
    int ends[2];
    char got[20];
    REQUIRE(pipe(ends) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        for (int i = 0; i < 5; i++) {
            if (write(ends[1], "abc", 3) != 3)
                _exit(1);
            sleep_ms(2);
        }
        _exit(0);
    }
    close(ends[1]);
    FILE *f = fdopen(ends[0], "r");
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("7.21.8.1p3", fread(got, 1, 7, f), 7);
    CHECK_BYTES("7.21.8.1p2", got, 7, "abcabca", 7);
    CHECK_INT("7.21.8.1p3", fread(got, 4, 3, f), 2);
    CHECK("7.21.8.1p3", feof(f));
    fclose(f);
    CHECK("7.21.8.1p3", child_passed(child));
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        for (int fill = 0; fill < FILLS; fill++) {
            skipped = fill_of(used, fill);
            situation("%s, %zu before", used->name, skipped);
            reading();
            writing();
        }
        objects();
        in_pieces();
    }
    return clauses_done();
}
