/* fmemopen, open_memstream, open_wmemstream, fopencookie: made by the library or by libc behind it, they work
 * with every call of stdio. */
#include "expect.h"
#include <stdio_ext.h>
#include <wchar.h>

static void every_put(FILE *f) {
    flockfile(f);
    EXPECT_INT(putc('a', f), 'a');
    EXPECT_INT(fputc('b', f), 'b');
    EXPECT_INT(putc_unlocked('c', f), 'c');
    EXPECT(fputs("def", f) >= 0);
    EXPECT_INT(fwrite("ghi", 1, 3, f), 3);
    EXPECT_INT(fwrite_unlocked("jkl", 1, 3, f), 3);
    EXPECT_INT(fprintf(f, "%d%s", 12, "m"), 3);
    EXPECT_INT(ftrylockfile(f), 0);
    funlockfile(f);
    funlockfile(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT(!ferror(f) && !feof(f));
}

static const char put_text[] = "abcdefghijkl12m";

static void every_get(FILE *f) {
    char line[30], *lines = NULL;
    size_t room = 0;
    int number = 0;
    EXPECT_INT(getc(f), 'a');
    EXPECT_INT(fgetc(f), 'b');
    EXPECT_INT(getc_unlocked(f), 'c');
    EXPECT_INT(ungetc('c', f), 'c');
    EXPECT_INT(fread(line, 1, 4, f), 4);
    EXPECT_BYTES(line, 4, "cdef", 4);
    EXPECT(fgets(line, 4, f) == line);
    EXPECT_TEXT(line, "ghi");
    EXPECT_INT(getdelim(&lines, &room, 'l', f), 3);
    EXPECT_TEXT(lines, "jkl");
    EXPECT_INT(fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 12);
    EXPECT_INT(getline(&lines, &room, f), 1);
    EXPECT_INT(getc(f), EOF);
    EXPECT(feof(f));
    clearerr(f);
    EXPECT(!feof(f));
    free(lines);
}

static void fixed_memory(void) {
    static char memory[100];
    situation("fmemopen");
    FILE *f = fmemopen(memory, sizeof memory, "w+");
    REQUIRE(f);
    every_put(f);
    EXPECT_BYTES(memory, 15, put_text, 15);
    EXPECT_INT(ftell(f), 15);
    rewind(f);
    every_get(f);
    EXPECT_INT(fseek(f, 3, SEEK_SET), 0);
    EXPECT_INT(getc(f), 'd');
    EXPECT_INT(fclose(f), 0);
    f = fmemopen((void *)(uintptr_t) "read only", 9, "r");
    REQUIRE(f);
    char line[20];
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_TEXT(line, "read only");
    EXPECT_ERROR(putc('x', f) == EOF, EBADF);
    EXPECT_INT(fclose(f), 0);
    f = fmemopen(memory, 4, "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(fwrite("123456", 1, 6, f) < 6, 1);
    fclose(f);
    EXPECT_ERROR(!fmemopen(memory, 4, "q"), EINVAL);
    f = fmemopen(NULL, 30, "w+");
    REQUIRE(f);
    fputs("own", f);
    rewind(f);
    EXPECT_INT(getc(f), 'o');
    EXPECT_INT(fclose(f), 0);
}

static void growing_memory(void) {
    char *memory = NULL;
    size_t size = 0;
    situation("open_memstream");
    FILE *f = open_memstream(&memory, &size);
    REQUIRE(f);
    every_put(f);
    EXPECT_BYTES(memory, size, put_text, 15);
    for (int i = 0; i < 20000; i++)
        EXPECT_INT(fputs("0123456789", f) >= 0, 1);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(size, 200015);
    EXPECT_INT(fseek(f, 2, SEEK_SET), 0);
    fputs("XY", f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(size, 4); /* POSIX: the position, where that is smaller */
    EXPECT_INT(fclose(f), 0);
    EXPECT_BYTES(memory, 4, "abXY", 4);
    free(memory);
    situation("open_wmemstream");
    wchar_t *wide = NULL;
    f = open_wmemstream(&wide, &size);
    REQUIRE(f);
    EXPECT(fwide(f, 0) > 0);
    EXPECT_INT(fwprintf(f, L"%d %ls", 5, L"\u20ac"), 3);
    EXPECT(fputws(L" text", f) >= 0);
    EXPECT_INT(fputwc(L'!', f), L'!');
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(size, 9);
    EXPECT(wcscmp(wide, L"5 \u20ac text!") == 0);
    free(wide);
}

struct store {
    char bytes[300];
    size_t size, place;
    int closed;
};

static ssize_t store_read(void *cookie, char *bytes, size_t size) {
    struct store *store = cookie;
    size_t left = store->size - store->place, n = size < left ? size : left;
    memcpy(bytes, store->bytes + store->place, n);
    store->place += n;
    return (ssize_t)n;
}

static ssize_t store_write(void *cookie, const char *bytes, size_t size) {
    struct store *store = cookie;
    if (store->place + size > sizeof store->bytes) {
        errno = ENOSPC;
        return 0;
    }
    memcpy(store->bytes + store->place, bytes, size);
    store->place += size;
    if (store->place > store->size)
        store->size = store->place;
    return (ssize_t)size;
}

static int store_seek(void *cookie, off64_t *offset, int whence) {
    struct store *store = cookie;
    off64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off64_t)store->place : (off64_t)store->size;
    if (base + *offset < 0)
        return -1;
    store->place = (size_t)(*offset = base + *offset);
    return 0;
}

static int store_close(void *cookie) {
    ((struct store *)cookie)->closed++;
    return 0;
}

static void cookies(void) {
    struct store store = {.size = 0};
    cookie_io_functions_t calls = {store_read, store_write, store_seek, store_close};
    situation("fopencookie");
    FILE *f = fopencookie(&store, "w+", calls);
    REQUIRE(f);
    every_put(f);
    EXPECT_BYTES(store.bytes, store.size, put_text, 15);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    every_get(f);
    EXPECT_INT(fseek(f, 1, SEEK_SET), 0);
    EXPECT_INT(ftell(f), 1);
    EXPECT_INT(putc('Q', f), 'Q');
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(store.closed, 1);
    EXPECT_BYTES(store.bytes, 3, "aQc", 3);
    cookie_io_functions_t silent = {0};
    f = fopencookie(NULL, "r+", silent);
    REQUIRE(f);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(putc('x', f), 'x');
    fclose(f);
    memset(&store, 0, sizeof store);
    f = fopencookie(&store, "w", calls);
    REQUIRE(f);
    setvbuf(f, NULL, _IONBF, 0);
    EXPECT_INT(fwrite(put_text, 1, 15, f), 15);
    store.place = 295;
    EXPECT_ERROR(fwrite(put_text, 1, 15, f) == 0, ENOSPC);
    EXPECT(ferror(f));
    fclose(f);
}

/* The rest of the calls on such a stream: nothing crashes, and what libc answers is answered. */
static void other_calls(void) {
    static char memory[200], buffer[64];
    situation("other calls");
    FILE *f = fmemopen(memory, sizeof memory, "w+");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, buffer, _IOFBF, sizeof buffer), 0);
    EXPECT_ERROR(fileno(f) == -1, EBADF);
    EXPECT(__freadable(f) && __fwritable(f));
    EXPECT_INT(__fbufsize(f), 64);
    for (int i = 0; i < 5; i++)
        putc('1' + i, f);
    EXPECT_INT(__fpending(f), 5);
    EXPECT(__fwriting(f));
    __fpurge(f);
    EXPECT_INT(__fpending(f), 0);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    fpos_t place;
    EXPECT_INT(fgetpos(f, &place), 0);
    putc('6', f);
    putc('7', f);
    EXPECT_INT(fsetpos(f, &place), 0);
    EXPECT_INT(getc(f), '6');
    EXPECT_INT(fseeko(f, 0, SEEK_END), 0);
    EXPECT_INT(ftello(f), 2);
    EXPECT_INT(fwide(f, 0), -1);
    EXPECT_INT(fflush(NULL), 0);
    setlinebuf(f);
    EXPECT(__flbf(f));
    setbuf(f, NULL);
    EXPECT_INT(putw(7, f), 0);
    EXPECT_INT(fseek(f, -(long)sizeof(int), SEEK_CUR), 0);
    EXPECT_INT(getw(f), 7);
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    fixed_memory();
    growing_memory();
    cookies();
    other_calls();
    puts("memory and cookie streams");
    return finish();
}
