/* POSIX.1-2017 XSH fmemopen: positions, sizes, the null byte behind what was written, and the memory's limit,
   in every mode, with windows of several sizes. */
#include "clauses.h"

static const struct window *used;
static char memory[40];

static FILE *on_memory(const char *contents, size_t size, const char *mode) {
    memset(memory, '#', sizeof memory);
    memcpy(memory, contents, strlen(contents) + 1);
    FILE *f = fmemopen(memory, size, mode);
    REQUIRE(f);
    use_window(f, used);
    return f;
}

/* Where a stream begins, and what SEEK_END counts from. */
static void start(void) {
    static const struct {
        const char *mode;
        long begin, end;
        const char *clause;
    } rows[] = {{"r", 0, 10, "POSIX fmemopen size of r"}, {"r+", 0, 10, "POSIX fmemopen size of r"},
                {"w", 0, 0, "POSIX fmemopen size of w"},  {"w+", 0, 0, "POSIX fmemopen size of w"},
                {"a", 4, 4, "POSIX fmemopen size of a"},  {"a+", 4, 4, "POSIX fmemopen size of a"}};
    for (int i = 0; i < 6; i++) {
        situation("%s, mode %s", used->name, rows[i].mode);
        FILE *f = on_memory("text", 10, rows[i].mode);
        CHECK_INT("POSIX fmemopen position at first", ftell(f), rows[i].begin);
        CHECK_INT(rows[i].clause, fseek(f, 0, SEEK_END), 0);
        CHECK_INT(rows[i].clause, ftell(f), rows[i].end);
        CHECK_INT("POSIX fmemopen seek", fseek(f, 10, SEEK_SET), 0);
        CHECK("POSIX fmemopen seek behind the size", fseek(f, 11, SEEK_SET) != 0);
        CHECK("POSIX fmemopen seek below zero", fseek(f, -1, SEEK_SET) != 0);
        CHECK_INT("POSIX fmemopen seek", ftell(f), 10);
        fclose(f);
        situation("%s, mode %s, no null byte", used->name, rows[i].mode);
        f = on_memory("0123456789", 5, rows[i].mode);
        CHECK_INT("POSIX fmemopen position at first", ftell(f), rows[i].begin ? 5 : 0);
        fclose(f);
        situation("%s, mode %s, no memory", used->name, rows[i].mode);
        f = fmemopen(NULL, 10, rows[i].mode);
        CHECK("POSIX fmemopen null buffer", f || !strchr(rows[i].mode, '+'));
        if (f) {
            CHECK_INT("POSIX fmemopen null buffer begins at 0", ftell(f), 0);
            fclose(f);
        }
    }
    situation("%s", used->name);
}

/* Reading ends at the size; null bytes in the memory mean nothing to it. */
static void reading(void) {
    char got[20] = "";
    FILE *f = on_memory("abcd", 4, "r");
    CHECK_INT("POSIX fmemopen reading", fgetc(f), 'a');
    CHECK_INT("POSIX fmemopen reading", fread(got, 1, 10, f), 3);
    CHECK_BYTES("POSIX fmemopen reading", got, 3, "bcd", 3);
    CHECK("POSIX fmemopen end of file", feof(f) && !ferror(f));
    CHECK_INT("POSIX fmemopen reading", fseek(f, 1, SEEK_SET), 0);
    CHECK("POSIX fmemopen reading", !feof(f) && fgets(got, 20, f) == got);
    CHECK_TEXT("POSIX fmemopen reading", got, "bcd");
    CHECK("POSIX fmemopen writing on r", fputc('x', f) == EOF || fflush(f) == EOF);
    CHECK_BYTES("POSIX fmemopen writing on r", memory, 4, "abcd", 4);
    fclose(f);
    memset(memory, '#', sizeof memory);
    memcpy(memory, "ab\0cd\n\0e", 8);
    f = fmemopen(memory, 8, "r");
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("POSIX fmemopen null bytes when reading", fread(got, 1, 20, f), 8);
    CHECK_BYTES("POSIX fmemopen null bytes when reading", got, 8, "ab\0cd\n\0e", 8);
    fclose(f);
    f = on_memory("abc", 10, "a");
    CHECK_INT("POSIX fmemopen reading on a", fgetc(f), EOF);
    CHECK("POSIX fmemopen reading on a", ferror(f));
    fclose(f);
}

/* A write moves the position and the size; flushing puts a null byte where the mode says. */
static void writing(void) {
    FILE *f = on_memory("old contents", 20, "w");
    CHECK("POSIX fmemopen writing", fputs("new", f) >= 0);
    CHECK_INT("POSIX fmemopen writing", fflush(f), 0);
    CHECK_BYTES("POSIX fmemopen null byte", memory, 5, "new\0c", 5);
    CHECK_INT("POSIX fmemopen size grows", fseek(f, 0, SEEK_END), 0);
    CHECK_INT("POSIX fmemopen size grows", ftell(f), 3);
    CHECK_INT("POSIX fmemopen writing", fseek(f, 1, SEEK_SET), 0);
    CHECK_INT("POSIX fmemopen writing", fputc('E', f), 'E');
    CHECK_INT("POSIX fmemopen writing", fflush(f), 0);
    /* The size was not advanced: no null byte. */
    CHECK_BYTES("POSIX fmemopen null byte only when the size grew", memory, 5, "nEw\0c", 5);
    CHECK_INT("POSIX fmemopen size stays", fseek(f, 0, SEEK_END), 0);
    CHECK_INT("POSIX fmemopen size stays", ftell(f), 3);
    fputs("er", f);
    CHECK_INT("POSIX fmemopen writing", fclose(f), 0);
    CHECK_BYTES("POSIX fmemopen null byte", memory, 7, "nEwer\0n", 7);
    f = on_memory("text", 10, "r+");
    fputs("TE", f);
    fclose(f);
    CHECK_BYTES("POSIX fmemopen null byte only when the size grew", memory, 5, "TExt\0", 5);
    f = on_memory("0123456789", 10, "r+");
    fputs("AB", f);
    rewind(f);
    char got[12] = "";
    CHECK_INT("POSIX fmemopen update", fread(got, 1, 12, f), 10);
    CHECK_BYTES("POSIX fmemopen update", got, 10, "AB23456789", 10);
    fclose(f);
    f = on_memory("gone", 10, "w+");
    CHECK_INT("POSIX fmemopen w+ truncates", fgetc(f), EOF);
    rewind(f);
    fputs("xyz", f);
    rewind(f);
    CHECK_INT("POSIX fmemopen update", fread(got, 1, 12, f), 3);
    CHECK_INT("POSIX fmemopen writing", fclose(f), 0);
    CHECK_BYTES("POSIX fmemopen null byte", memory, 4, "xyz\0", 4);
}

/* Append: writes go to the size, wherever the position is. */
static void appending(void) {
    FILE *f = on_memory("base", 20, "a+");
    rewind(f);
    CHECK_INT("POSIX fmemopen append reads", fgetc(f), 'b');
    CHECK_INT("POSIX fmemopen append", fseek(f, 1, SEEK_SET), 0);
    fputs("-1", f);
    CHECK_INT("POSIX fmemopen append", fflush(f), 0);
    CHECK_BYTES("POSIX fmemopen append", memory, 7, "base-1\0", 7);
    rewind(f);
    fputs("-2", f);
    CHECK_INT("POSIX fmemopen append", fclose(f), 0);
    CHECK_BYTES("POSIX fmemopen append", memory, 9, "base-1-2\0", 9);
}

/* Nothing is ever written behind the size; what does not fit is an error. */
static void limits(void) {
    for (size_t size = 1; size <= 12; size++) {
        situation("%s, size %zu", used->name, size);
        FILE *f = on_memory("", size, "w");
        errno = 0;
        bool accepted = fputs("0123456789", f) >= 0;
        int flushed = fflush(f);
        CHECK("POSIX fmemopen full memory", (accepted && flushed == 0) == (size >= 10));
        if (size < 10) {
            CHECK("POSIX fmemopen full memory", ferror(f));
            CHECK_INT("POSIX fmemopen full memory, ENOSPC", errno, ENOSPC);
        }
        fclose(f);
        CHECK_INT("POSIX fmemopen never behind the size", memory[size], '#');
        if (size > 10)
            CHECK_BYTES("POSIX fmemopen null byte", memory, 11, "0123456789\0", 11);
        if (size == 10)
            CHECK_BYTES("POSIX fmemopen null byte if it fits", memory, 10, "0123456789", 10);
    }
    situation("%s", used->name);
}

static void errors(void) {
    CHECK_ERROR("POSIX fmemopen EINVAL", !fmemopen(memory, 10, "x"), EINVAL);
    CHECK_ERROR("POSIX fmemopen EINVAL", !fmemopen(memory, 10, ""), EINVAL);
    FILE *f = on_memory("", 10, "w+");
    CHECK_ERROR("POSIX fileno EBADF", fileno(f) == -1, EBADF);
    CHECK_INT("POSIX fmemopen", fclose(f), 0);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        start();
        reading();
        writing();
        appending();
        limits();
        errors();
    }
    return clauses_done();
}
