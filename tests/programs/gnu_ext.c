/* glibc's <stdio_ext.h> (stdio_ext(3), the manual's "Controlling Which Kind of Buffering" and "Streams and
   Threads"). */
#include "clauses.h"
#include <locale.h>
#include <stdio_ext.h>

static void permissions(void) {
    static const struct {
        const char *mode;
        bool reads, writes;
    } rows[] = {{"r", true, false}, {"w", false, true}, {"a", false, true},
                {"r+", true, true}, {"w+", true, true}, {"a+", true, true}};
    write_file("data", "text", 4);
    for (int i = 0; i < 6; i++) {
        situation("mode %s", rows[i].mode);
        FILE *f = opened("data", rows[i].mode);
        CHECK_INT("GNU __freadable", __freadable(f) != 0, rows[i].reads);
        CHECK_INT("GNU __fwritable", __fwritable(f) != 0, rows[i].writes);
        if (!rows[i].writes)
            CHECK("GNU __freading of a read-only stream", __freading(f));
        if (!rows[i].reads)
            CHECK("GNU __fwriting of a write-only stream", __fwriting(f));
        fclose(f);
    }
}

/* Which was the last operation. */
static void directions(const struct window *window) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", "r+", window);
    CHECK("GNU __freading, __fwriting before anything", !__freading(f) && !__fwriting(f));
    fgetc(f);
    CHECK("GNU __freading after a read", __freading(f) && !__fwriting(f));
    fseek(f, 0, SEEK_SET);
    fputc('x', f);
    CHECK("GNU __fwriting after a write", __fwriting(f) && !__freading(f));
    fseek(f, 0, SEEK_SET);
    fgetc(f);
    CHECK("GNU __freading after a read", __freading(f) && !__fwriting(f));
    fclose(f);
}

/* The size of the buffer, line buffering, bytes pending. */
static void buffers(void) {
    static char memory[500];
    FILE *f = opened("out", "w");
    setvbuf(f, memory, _IOFBF, 500);
    CHECK_INT("GNU __fbufsize", __fbufsize(f), 500);
    CHECK("GNU __flbf", !__flbf(f));
    CHECK_INT("GNU __fpending", __fpending(f), 0);
    fputs("twelve bytes", f);
    CHECK_INT("GNU __fpending", __fpending(f), 12);
    fflush(f);
    CHECK_INT("GNU __fpending", __fpending(f), 0);
    fclose(f);
    f = opened("out", "w");
    setvbuf(f, NULL, _IOLBF, 0);
    CHECK("GNU __flbf", __flbf(f));
    fputs("no line", f);
    fclose(f);
    f = opened("out", "w");
    setlinebuf(f);
    CHECK("GNU setlinebuf", __flbf(f));
    fputs("line\n", f);
    CHECK_FILE("GNU setlinebuf", "out", "line\n");
    fclose(f);
    f = opened("out", "w");
    setbuffer(f, memory, 300);
    CHECK_INT("GNU setbuffer", __fbufsize(f), 300);
    fputs("line\n", f);
    CHECK_FILE("GNU setbuffer", "out", "");
    fclose(f);
    f = opened("out", "w");
    setbuffer(f, NULL, 300);
    fputs("x", f);
    CHECK_FILE("GNU setbuffer NULL is unbuffered", "out", "x");
    fclose(f);
}

/* For a wide stream the unit of __fpending is the wide character. */
static void wide_pending(void) {
    FILE *f = opened("out", "w");
    fputws(L"\u20ac\u20ac\u00e9", f);
    CHECK_INT("GNU __fpending of a wide stream", __fpending(f), 3);
    fclose(f);
}

/* __fpurge forgets what is pending and what was read ahead. */
static void purging(const struct window *window) {
    FILE *f = opened_with("out", "w", window);
    fputs("gone", f);
    size_t pending = __fpending(f);
    __fpurge(f);
    CHECK_INT("GNU __fpurge of output", __fpending(f), 0);
    fputs("kept", f);
    fclose(f);
    size_t size = 0;
    char *bytes = read_file("out", &size);
    CHECK_INT("GNU __fpurge of output", size, 8 - pending);
    CHECK("GNU __fpurge of output", size >= 4 && memcmp(bytes + size - 4, "kept", 4) == 0);
    free(bytes);
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3);
    f = fdopen(ends[0], "r");
    REQUIRE(f);
    setvbuf(f, NULL, _IOFBF, 100);
    fgetc(f);
    ungetc('u', f);
    __fpurge(f);
    CHECK_INT("GNU __fpurge of input", write(ends[1], "xyz", 3), 3);
    CHECK_INT("GNU __fpurge of input", fgetc(f), 'x');
    close(ends[1]);
    fclose(f);
}

/* _flushlbf flushes what is line buffered and nothing else. */
static void flush_lines(void) {
    FILE *a = opened("line", "w"), *b = opened("full", "w");
    setvbuf(a, NULL, _IOLBF, 200);
    setvbuf(b, NULL, _IOFBF, 200);
    fputs("part", a);
    fputs("part", b);
    _flushlbf();
    CHECK_FILE("GNU _flushlbf", "line", "part");
    CHECK_FILE("GNU _flushlbf", "full", "");
    fclose(a);
    fclose(b);
}

static void locking(void) {
    FILE *f = opened("out", "w");
    CHECK_INT("GNU __fsetlocking", __fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    CHECK_INT("GNU __fsetlocking", __fsetlocking(f, FSETLOCKING_BYCALLER), FSETLOCKING_INTERNAL);
    CHECK_INT("GNU __fsetlocking", __fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_BYCALLER);
    fputs("still works", f);
    flockfile(f);
    fputs("!", f);
    funlockfile(f);
    CHECK_INT("GNU __fsetlocking", __fsetlocking(f, FSETLOCKING_INTERNAL), FSETLOCKING_BYCALLER);
    CHECK_INT("GNU __fsetlocking", __fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    fclose(f);
    CHECK_FILE("GNU __fsetlocking", "out", "still works!");
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    permissions();
    situation("buffers");
    buffers();
    wide_pending();
    flush_lines();
    locking();
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        directions(&windows[i]);
        purging(&windows[i]);
    }
    return clauses_done();
}
