/* glibc's fmemopen since 2.22 (fmemopen(3)): every mode with every size from 0 up, with the caller's memory
   and with its own; b without meaning; unbuffered streams that report a full memory at once. */
#include "clauses.h"

static const char *const modes[] = {"r",  "w",  "a",   "r+",  "w+",  "a+",  "rb",
                                    "wb", "ab", "r+b", "w+b", "a+b", "rb+", "wb+"};
enum { MODES = sizeof modes / sizeof *modes, ROOM = 24 };

static bool reads(const char *mode) {
    return mode[0] == 'r' || strchr(mode, '+');
}

static bool writes(const char *mode) {
    return mode[0] != 'r' || strchr(mode, '+');
}

/* What the memory holds after "text" was in it, a stream was opened, `put` was written and closed. */
static void with_memory(const char *mode, size_t size, const char *put, bool buffered) {
    char memory[ROOM], want[ROOM];
    memset(memory, '#', ROOM);
    memcpy(memory, "text", 5);
    memcpy(want, memory, ROOM);
    FILE *f = fmemopen(memory, size, mode);
    CHECK("GNU fmemopen every mode and size", f != NULL);
    if (!f)
        return;
    if (!buffered)
        setbuf(f, NULL);
    /* The place of the first write, and how much of it fits. */
    size_t used = mode[0] == 'a' ? strnlen(want, size) : 0;
    size_t length = strlen(put), fits = size - used < length ? size - used : length;
    bool accepted = fputs(put, f) >= 0;
    accepted = fclose(f) == 0 && accepted;
    if (!writes(mode)) {
        CHECK("GNU fmemopen r takes nothing", !accepted || length == 0);
        CHECK_BYTES("GNU fmemopen r takes nothing", memory, ROOM, want, ROOM);
        return;
    }
    if (size > 0 && mode[0] == 'w' && strchr(mode, '+'))
        want[0] = 0;
    CHECK_BYTES("GNU fmemopen nothing behind size", memory + size, ROOM - size, want + size, ROOM - size);
    CHECK_INT("GNU fmemopen more than size is an error", accepted, fits == length);
    if (fits < length)
        return;
    memcpy(want + used, put, length);
    size_t end = mode[0] == 'w' ? 0 : mode[0] == 'r' ? size : used;
    if (used + length > end && used + length < size)
        want[used + length] = 0;
    /* Whether a full one ends with a null byte: posix_fmemopen. */
    size_t compared = length > 0 && used + length == size ? size - 1 : size;
    CHECK_BYTES(strcmp(mode, "wb+") == 0 ? "GNU fmemopen writing, wb+" : "GNU fmemopen writing", memory,
                compared, want, compared);
}

/* Reading: what is there, up to the size. */
static void reading(const char *mode, size_t size) {
    char memory[ROOM], got[ROOM];
    memset(memory, '#', ROOM);
    memcpy(memory, "te\0t", 5);
    FILE *f = fmemopen(memory, size, mode);
    if (!f || !reads(mode))
        return;
    rewind(f);
    size_t there = mode[0] == 'r'   ? size
                   : mode[0] == 'w' ? 0
                                    : strnlen("te", size),
           read = fread(got, 1, ROOM, f);
    CHECK_INT("GNU fmemopen reading", read, there);
    CHECK_BYTES("GNU fmemopen reading", got, there < read ? there : read, memory,
                there < read ? there : read);
    CHECK("GNU fmemopen reading", feof(f) && !ferror(f));
    fclose(f);
}

/* Memory of its own: zeros at first, read back what was written. */
static void own_memory(const char *mode, size_t size) {
    FILE *f = fmemopen(NULL, size, mode);
    CHECK("GNU fmemopen of its own memory", f != NULL);
    if (!f)
        return;
    CHECK_INT("GNU fmemopen of its own memory", ftell(f), 0);
    if (writes(mode)) {
        size_t length = size < 6 ? size : 6;
        for (size_t i = 0; i < length; i++)
            fputc((int)('a' + i), f);
        CHECK_INT("GNU fmemopen of its own memory", fflush(f), 0);
        if (reads(mode)) {
            rewind(f);
            for (size_t i = 0; i + 1 < length; i++)
                CHECK_INT("GNU fmemopen of its own memory", fgetc(f), 'a' + (int)i);
        }
    } else if (size > 0) {
        fgetc(f);
        CHECK("GNU fmemopen of its own memory", !ferror(f));
    }
    CHECK_INT("GNU fmemopen of its own memory", fclose(f), 0);
}

/* SEEK_END counts from the text's length, b or not (the mode of old glibc is gone). */
static void binary_letter(void) {
    char memory[20] = "text";
    FILE *f = fmemopen(memory, 20, "ab");
    REQUIRE(f);
    fseek(f, 0, SEEK_END);
    CHECK_INT("GNU fmemopen b without meaning", ftell(f), 4);
    fputs("!", f);
    fclose(f);
    CHECK_BYTES("GNU fmemopen b without meaning", memory, 6, "text!\0", 6);
}

int main(void) {
    for (int i = 0; i < MODES; i++) {
        for (size_t size = 0; size <= 12; size++) {
            for (int buffered = 0; buffered < 2; buffered++) {
                situation("mode %s, size %zu, %s", modes[i], size, buffered ? "buffered" : "unbuffered");
                with_memory(modes[i], size, "", buffered);
                with_memory(modes[i], size, "a", buffered);
                with_memory(modes[i], size, "new", buffered);
                with_memory(modes[i], size, "rather longer", buffered);
            }
            reading(modes[i], size);
            own_memory(modes[i], size);
        }
    }
    situation("b");
    binary_letter();
    return clauses_done();
}
