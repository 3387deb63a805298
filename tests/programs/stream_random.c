/* Random legal calls on several files, modes and windows: prints every result and position and at last the
   files' contents. The driver compares the text with libc's. Usage: stream_random SEED OPERATIONS. Between
   reading and writing stands a seek or a flush, as the standard asks. */
#include "expect.h"
#include <stdio_ext.h>

enum { FILES = 3, SIZE = 30000, MEMORY = 70000 };
static uint64_t seed;
static char memory[FILES][MEMORY];
static struct {
    FILE *f;
    char name[8];
    const char *mode;
    char last; /* 'r' read last, 'w' wrote last, 0 neither */
    bool appends;
    bool pushed; /* a pushed-back byte may be there: no position is asked */
} files[FILES];

static uint64_t draw(uint64_t limit) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) % limit;
}

static size_t length(void) {
    switch (draw(6)) {
    case 0:
        return draw(3);
    case 1:
        return draw(5000);
    case 2:
        return draw(20) ? draw(300) : 4096 * draw(4);
    default:
        return draw(40);
    }
}

static uint64_t digest(const char *bytes, size_t size) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return hash;
}

static void open_file(int i) {
    static const char *const modes[] = {"r", "r+", "w", "w+", "a", "a+"};
    static const int kinds[] = {_IOFBF, _IOFBF, _IOLBF, _IONBF};
    size_t mode = draw(6);
    files[i].mode = modes[mode];
    files[i].appends = files[i].mode[0] == 'a';
    files[i].last = 0;
    files[i].pushed = false;
    files[i].f = fopen(files[i].name, files[i].mode);
    REQUIRE(files[i].f);
    int kind = kinds[draw(4)];
    size_t size = draw(3) ? draw(200) + 128 : draw(MEMORY - 1) + 1;
    if (draw(3))
        setvbuf(files[i].f, memory[i], kind, size);
    printf("%d: open %s kind %d size %zu\n", i, files[i].mode, kind, size);
}

static bool can_read(int i) {
    return files[i].mode[0] == 'r' || files[i].mode[1] == '+';
}

static bool can_write(int i) {
    return files[i].mode[0] != 'r' || files[i].mode[1] == '+';
}

/* A seek when the direction changes. */
static void turn(int i, char to) {
    if (files[i].last && files[i].last != to) {
        int r = draw(2) && files[i].last == 'w' ? fflush(files[i].f) : fseek(files[i].f, 0, SEEK_CUR);
        printf("%d: turn %d\n", i, r);
        files[i].pushed = false;
    }
    files[i].last = to;
}

static void read_some(int i) {
    static char block[20000];
    static char *line;
    static size_t room;
    FILE *f = files[i].f;
    size_t n = length();
    turn(i, 'r');
    switch (draw(7)) {
    case 0: {
        int byte = getc(f);
        printf("%d: getc %d\n", i, byte);
        break;
    }
    case 1: {
        size_t got = fread(block, 1, n, f);
        printf("%d: fread %zu %zu %lx\n", i, n, got, (long)digest(block, got));
        break;
    }
    case 2: {
        char *got = fgets(block, (int)n + 2, f);
        printf("%d: fgets %zu %s %lx\n", i, n + 2, got ? "line" : "null",
               got ? (long)digest(block, strlen(block)) : 0);
        break;
    }
    case 3: {
        ssize_t got = getline(&line, &room, f);
        printf("%d: getline %zd %lx\n", i, got, got > 0 ? (long)digest(line, (size_t)got) : 0);
        break;
    }
    case 4: {
        ssize_t got = getdelim(&line, &room, 'e', f);
        printf("%d: getdelim %zd %lx\n", i, got, got > 0 ? (long)digest(line, (size_t)got) : 0);
        break;
    }
    case 5: {
        int byte = getc_unlocked(f);
        printf("%d: getc_unlocked %d", i, byte);
        if (byte != EOF && draw(2)) {
            int pushed = ungetc(draw(2) ? byte : 'p', f);
            printf(" ungetc %d", pushed);
            files[i].pushed = true;
        }
        printf("\n");
        break;
    }
    default: {
        long number = -1;
        int scanned = fscanf(f, "%ld", &number);
        printf("%d: fscanf %d %ld\n", i, scanned, number);
        files[i].pushed = true;
    }
    }
    printf("   eof %d error %d\n", !!feof(f), !!ferror(f));
}

static void write_some(int i) {
    static char block[20000];
    FILE *f = files[i].f;
    size_t n = length();
    turn(i, 'w');
    for (size_t b = 0; b < n; b++)
        block[b] = "abcde fghi 0123456789\n"[(b + n) % 22];
    block[n] = 0;
    switch (draw(5)) {
    case 0: {
        int byte = putc((int)draw(256), f);
        printf("%d: putc %d\n", i, byte);
        break;
    }
    case 1: {
        size_t put = fwrite(block, 1, n, f);
        printf("%d: fwrite %zu %zu\n", i, n, put);
        break;
    }
    case 2:
        printf("%d: fputs %d\n", i, fputs(block, f) >= 0);
        break;
    case 3: {
        int put = fprintf(f, "%zu:%.100s\n", n, block);
        printf("%d: fprintf %d\n", i, put);
        break;
    }
    default: {
        int byte = putc_unlocked(draw(4) ? 'u' : '\n', f);
        printf("%d: putc_unlocked %d\n", i, byte);
    }
    }
    printf("   error %d\n", !!ferror(f));
}

static void seek_somewhere(int i) {
    FILE *f = files[i].f;
    int r = 0;
    switch (draw(6)) {
    case 0:
        r = fseek(f, (long)draw(SIZE), SEEK_SET);
        break;
    case 1:
        r = files[i].pushed ? fseek(f, 0, SEEK_END) : fseek(f, (long)draw(200) - 100, SEEK_CUR);
        break;
    case 2:
        r = fseek(f, -(long)draw(1000), SEEK_END);
        break;
    case 3:
        rewind(f);
        break;
    case 4: {
        fpos_t place;
        if (!files[i].pushed) {
            r = fgetpos(f, &place);
            r |= fsetpos(f, &place) << 1;
        } else {
            r = fseek(f, 0, SEEK_END);
        }
        break;
    }
    default:
        r = fseeko(f, (off_t)draw(100), SEEK_SET);
    }
    if (r != 0 &&
        files[i].pushed) /* a seek that fails forgets pushed-back bytes on libc, against C17 7.21.9.2 */
        r = fseek(f, 0, SEEK_SET) - 10;
    if (r == 0 || r == -10) {
        files[i].last = 0;
        files[i].pushed = false;
    }
    printf("%d: seek %d\n", i, r);
}

static void position(int i, bool always) {
    if (!files[i].pushed && (always || draw(3) == 0))
        printf("   at %ld\n", ftell(files[i].f));
}

static void show(const char *name) {
    size_t size;
    char *bytes = read_file(name, &size);
    REQUIRE(bytes);
    printf("%s: %zu bytes %lx\n", name, size, (long)digest(bytes, size));
    free(bytes);
}

static void close_file(int i) {
    printf("%d: close %d\n", i, fclose(files[i].f));
    show(files[i].name);
}

int main(int count, char **words) {
    REQUIRE(count == 3);
    seed = strtoul(words[1], NULL, 0) * 2654435761u + 88172645463325252u;
    long operations = strtol(words[2], NULL, 0);
    char *text = malloc(SIZE);
    for (int i = 0; i < FILES; i++) {
        for (size_t b = 0; b < SIZE; b++)
            text[b] = draw(30) ? (char)("12345 abcde\0x"[draw(13)]) : '\n';
        snprintf(files[i].name, sizeof files[i].name, "file%d", i);
        write_file(files[i].name, text, SIZE);
        open_file(i);
    }
    free(text);
    for (long n = 0; n < operations; n++) {
        int i = (int)draw(FILES);
        uint64_t what = draw(20);
        if (what < 8) {
            if (can_read(i) && !(files[i].appends && files[i].last == 'w'))
                read_some(i);
        } else if (what < 14) {
            if (can_write(i))
                write_some(i);
        } else if (what < 17) {
            seek_somewhere(i);
        } else if (what < 18) {
            printf("%d: fflush %d\n", i, files[i].pushed ? 0 : fflush(files[i].f));
        } else if (what < 19) {
            clearerr(files[i].f);
        } else if (draw(4) == 0) {
            close_file(i);
            open_file(i);
        }
        position(i, false);
    }
    for (int i = 0; i < FILES; i++) {
        position(i, true);
        close_file(i);
    }
    return finish();
}
