/* glibc's fopencookie(3) and the manual's "Custom Streams": what each callback is asked and what its answers
   mean, missing callbacks, errors, short counts, positions, every mode. */
#include "clauses.h"

struct store {
    char bytes[400];
    size_t size, place;
    size_t most; /* bytes a callback moves at most in one call; 0: all */
    int reads, writes, seeks, closes;
    int fail;     /* errno of every callback, 0 none */
    int failed;   /* what a failing write returns: 0 */
    int whence;   /* of the last seek */
    off64_t back; /* what the last seek was asked */
};

static ssize_t store_read(void *cookie, char *bytes, size_t size) {
    struct store *store = cookie;
    store->reads++;
    if (store->fail) {
        errno = store->fail;
        return -1;
    }
    size_t left = store->place < store->size ? store->size - store->place : 0;
    size = size < left ? size : left;
    if (store->most && size > store->most)
        size = store->most;
    memcpy(bytes, store->bytes + store->place, size);
    store->place += size;
    return (ssize_t)size;
}

static ssize_t store_write(void *cookie, const char *bytes, size_t size) {
    struct store *store = cookie;
    store->writes++;
    if (store->fail) {
        errno = store->fail;
        return store->failed;
    }
    if (store->most && size > store->most)
        size = store->most;
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
    store->seeks++;
    store->whence = whence;
    store->back = *offset;
    off64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (off64_t)store->place : (off64_t)store->size;
    if (store->fail || base + *offset < 0) {
        errno = store->fail ? store->fail : EINVAL;
        return -1;
    }
    store->place = (size_t)(*offset = base + *offset);
    return 0;
}

static int store_close(void *cookie) {
    struct store *store = cookie;
    store->closes++;
    if (store->fail) {
        errno = store->fail;
        return EOF;
    }
    return 0;
}

static const cookie_io_functions_t calls = {store_read, store_write, store_seek, store_close};
static const struct window *used;

static FILE *stream(struct store *store, const char *mode) {
    FILE *f = fopencookie(store, mode, calls);
    REQUIRE(f);
    use_window(f, used);
    return f;
}

static void reading(void) {
    struct store store = {.bytes = "one\ntwo\n12 34", .size = 13};
    char line[20] = "";
    int a = 0, b = 0;
    FILE *f = stream(&store, "r");
    CHECK("GNU fopencookie read", fgets(line, 20, f) == line && strcmp(line, "one\n") == 0);
    CHECK_INT("GNU fopencookie read", fgetc(f), 't');
    CHECK_INT("GNU fopencookie read", ungetc('T', f), 'T');
    CHECK_INT("GNU fopencookie read", fread(line, 1, 4, f), 4);
    CHECK_BYTES("GNU fopencookie read", line, 4, "Two\n", 4);
    CHECK_INT("GNU fopencookie read", fscanf(f, "%d%d", &a, &b), 2);
    CHECK("GNU fopencookie read", a == 12 && b == 34);
    CHECK("GNU fopencookie 0 is the end", fgetc(f) == EOF && feof(f) && !ferror(f));
    CHECK_INT("GNU fopencookie r does not write", store.writes, 0);
    CHECK_ERROR("GNU fopencookie r does not write", fputc('x', f) == EOF, EBADF);
    CHECK_INT("GNU fopencookie close", fclose(f), 0);
    CHECK_INT("GNU fopencookie close", store.closes, 1);
    /* Short counts are no end. */
    struct store slow = {.bytes = "0123456789", .size = 10, .most = 3};
    f = stream(&slow, "r");
    CHECK_INT("GNU fopencookie short reads", fread(line, 1, 20, f), 10);
    CHECK_BYTES("GNU fopencookie short reads", line, 10, "0123456789", 10);
    CHECK("GNU fopencookie short reads", feof(f) && slow.reads >= 4);
    fclose(f);
    struct store broken = {.fail = ENODEV};
    f = stream(&broken, "r");
    CHECK_ERROR("GNU fopencookie read error", fgetc(f) == EOF, ENODEV);
    CHECK("GNU fopencookie read error", ferror(f) && !feof(f));
    CHECK_ERROR("GNU fopencookie close error", fclose(f) == EOF, ENODEV);
}

static void writing(void) {
    struct store store = {.size = 0};
    FILE *f = stream(&store, "w");
    CHECK("GNU fopencookie write", fputs("abc", f) >= 0);
    CHECK_INT("GNU fopencookie write", fprintf(f, "%d\n", 42), 3);
    CHECK_INT("GNU fopencookie write", fflush(f), 0);
    CHECK_BYTES("GNU fopencookie write", store.bytes, store.size, "abc42\n", 6);
    CHECK_ERROR("GNU fopencookie w does not read", fgetc(f) == EOF, EBADF);
    CHECK_INT("GNU fopencookie w does not read", store.reads, 0);
    fputs("last", f);
    CHECK_INT("GNU fopencookie close", fclose(f), 0);
    CHECK_BYTES("GNU fopencookie close writes what is pending", store.bytes, store.size, "abc42\nlast", 10);
    CHECK_INT("GNU fopencookie close", store.closes, 1);
    struct store broken = {.fail = ENODEV};
    f = stream(&broken, "w");
    setvbuf(f, NULL, _IONBF, 0);
    CHECK_ERROR("GNU fopencookie write error", fputs("x", f) == EOF, ENODEV);
    CHECK("GNU fopencookie write error", ferror(f));
    broken.fail = 0;
    fclose(f);
    f = stream(&broken, "w");
    fputs("xyz", f);
    broken.fail = ENODEV;
    CHECK("GNU fopencookie write error", fclose(f) == EOF);
    /* A full store: what fits is there, the rest is an error. */
    struct store full = {.place = 395, .size = 395};
    f = stream(&full, "w");
    setvbuf(f, NULL, _IONBF, 0);
    CHECK_INT("GNU fopencookie write error", fwrite("12345", 1, 5, f), 5);
    CHECK_ERROR("GNU fopencookie write error", fwrite("6", 1, 1, f) == 0, ENOSPC);
    fclose(f);
}

/* A write that takes less than it was given (fopencookie(3): "the number of bytes copied"): the rest
   follows. */
static void short_writes(void) {
    struct store slow = {.most = 3};
    FILE *f = stream(&slow, "w");
    fputs("0123456789", f);
    int flushed = fflush(f);
    CHECK_INT("GNU fopencookie short writes", flushed == 0 && slow.size == 10, 1);
    fclose(f);
}

static void positions(void) {
    struct store store = {.bytes = "0123456789", .size = 10};
    FILE *f = stream(&store, "r+");
    CHECK_INT("GNU fopencookie seek", ftell(f), 0);
    CHECK_INT("GNU fopencookie seek", fseek(f, 4, SEEK_SET), 0);
    CHECK_INT("GNU fopencookie seek", fgetc(f), '4');
    CHECK_INT("GNU fopencookie seek", ftell(f), 5);
    CHECK_INT("GNU fopencookie seek", fseek(f, -2, SEEK_END), 0);
    CHECK_INT("GNU fopencookie seek", fgetc(f), '8');
    CHECK_INT("GNU fopencookie seek", fseek(f, -4, SEEK_CUR), 0);
    CHECK_INT("GNU fopencookie seek", fgetc(f), '5');
    CHECK_INT("GNU fopencookie update", fseek(f, 2, SEEK_SET), 0);
    fputs("AB", f);
    CHECK_INT("GNU fopencookie update", ftell(f), 4);
    CHECK_INT("GNU fopencookie update", fflush(f), 0);
    CHECK_INT("GNU fopencookie update", fgetc(f), '4');
    fpos_t place;
    CHECK_INT("GNU fopencookie seek", fgetpos(f, &place), 0);
    rewind(f);
    CHECK_INT("GNU fopencookie seek", fgetc(f), '0');
    CHECK_INT("GNU fopencookie seek", fsetpos(f, &place), 0);
    CHECK_INT("GNU fopencookie seek", fgetc(f), '5');
    CHECK_INT("GNU fopencookie seek beyond the end", fseek(f, 15, SEEK_SET), 0);
    CHECK_INT("GNU fopencookie seek beyond the end", fgetc(f), EOF);
    CHECK_INT("GNU fopencookie seek beyond the end", fseek(f, 15, SEEK_SET), 0);
    CHECK_INT("GNU fopencookie seek beyond the end", fputc('x', f), 'x');
    CHECK("GNU fopencookie seek error", fseek(f, -1, SEEK_SET) == -1 && errno == EINVAL);
    CHECK_INT("GNU fopencookie close", fclose(f), 0);
    CHECK_BYTES("GNU fopencookie update", store.bytes, store.size, "01AB456789\0\0\0\0\0x", 16);
    f = stream(&store, "r");
    fgetc(f);
    store.fail = ENODEV;
    CHECK_ERROR("GNU fopencookie seek error", fseek(f, 0, SEEK_END) == -1, ENODEV);
    store.fail = 0;
    fclose(f);
}

static void modes(void) {
    static const char *const names[] = {"r", "w", "a", "r+", "w+", "a+"};
    for (int i = 0; i < 6; i++) {
        situation("%s, mode %s", used->name, names[i]);
        struct store store = {.bytes = "text", .size = 4};
        FILE *f = stream(&store, names[i]);
        bool plus = names[i][1] == '+';
        if (names[i][0] == 'r' || plus)
            CHECK_INT("GNU fopencookie modes", fgetc(f), 't');
        else
            CHECK_ERROR("GNU fopencookie modes", fgetc(f) == EOF, EBADF);
        if (plus)
            fseek(f, 0, SEEK_SET);
        clearerr(f);
        if (names[i][0] != 'r' || plus)
            CHECK_INT("GNU fopencookie modes", fputc('T', f), 'T');
        else
            CHECK_ERROR("GNU fopencookie modes", fputc('T', f) == EOF, EBADF);
        CHECK_INT("GNU fopencookie modes", fclose(f), 0);
    }
    situation("%s", used->name);
    CHECK_ERROR("GNU fopencookie EINVAL", !fopencookie(NULL, "q", calls), EINVAL);
}

/* Missing callbacks: reads are at the end, writes vanish, seeks fail, closing does nothing. */
static void missing(void) {
    struct store store = {.bytes = "0123456789", .size = 10};
    FILE *f = fopencookie(&store, "r+", (cookie_io_functions_t){NULL, store_write, store_seek, store_close});
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("GNU fopencookie without read", fgetc(f), EOF);
    CHECK("GNU fopencookie without read is the end", feof(f) && !ferror(f));
    fclose(f);
    f = fopencookie(&store, "w", (cookie_io_functions_t){store_read, NULL, store_seek, store_close});
    REQUIRE(f);
    use_window(f, used);
    CHECK("GNU fopencookie without write discards", fputs("text", f) >= 0);
    CHECK_INT("GNU fopencookie without write discards", fflush(f), 0);
    CHECK("GNU fopencookie without write discards", !ferror(f));
    CHECK_INT("GNU fopencookie without write discards", fclose(f), 0);
    store.place = 0;
    f = fopencookie(&store, "r", (cookie_io_functions_t){store_read, store_write, NULL, store_close});
    REQUIRE(f);
    use_window(f, used);
    CHECK_INT("GNU fopencookie without seek", fgetc(f), '0');
    CHECK_ERROR("GNU fopencookie without seek", fseek(f, 100, SEEK_SET) == -1, ESPIPE);
    CHECK_INT("GNU fopencookie without seek", fgetc(f), '1');
    CHECK_INT("GNU fopencookie without seek", fclose(f), 0);
    f = fopencookie(&store, "r", (cookie_io_functions_t){store_read, store_write, store_seek, NULL});
    REQUIRE(f);
    CHECK_INT("GNU fopencookie without close", fclose(f), 0);
    f = fopencookie(NULL, "r+", (cookie_io_functions_t){NULL, NULL, NULL, NULL});
    REQUIRE(f);
    CHECK_INT("GNU fopencookie without any", fgetc(f), EOF);
    CHECK_ERROR("GNU fopencookie fileno", fileno(f) == -1, EBADF);
    fclose(f);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        reading();
        writing();
        short_writes();
        positions();
        modes();
        missing();
    }
    return clauses_done();
}
