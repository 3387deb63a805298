/* Every call that gets bytes, on empty, full and partly read windows of every kind: against the file's known
   bytes, at its end and on streams that cannot be read. */
#include "windows.h"

enum { SIZE = 150000 };
static char *text;   /* the file: lines of many lengths, NUL bytes among them */
static size_t place; /* the offset at which the stream is expected to be */

static int next_byte(void) {
    return place < SIZE ? (unsigned char)text[place++] : EOF;
}

static void call_fgetc(FILE *f) {
    EXPECT_INT(fgetc(f), next_byte());
    EXPECT_INT((fgetc)(f), next_byte());
}

static void call_getc(FILE *f) {
    EXPECT_INT(getc(f), next_byte());
    EXPECT_INT((getc)(f), next_byte());
}

static void call_getc_unlocked(FILE *f) {
    EXPECT_INT(getc_unlocked(f), next_byte());
    EXPECT_INT((getc_unlocked)(f), next_byte());
}

static void call_fgetc_unlocked(FILE *f) {
    EXPECT_INT(fgetc_unlocked(f), next_byte());
    EXPECT_INT((fgetc_unlocked)(f), next_byte());
}

static void call_uflow(FILE *f) {
    EXPECT_INT(__uflow(f), next_byte());
    EXPECT_INT(__uflow(f), next_byte());
}

extern int __underflow(FILE *);

static void call_underflow(FILE *f) {
    int byte = next_byte();
    EXPECT_INT(__underflow(f), byte);
    EXPECT_INT(__underflow(f), byte);
    EXPECT_INT(getc(f), byte);
}

static void call_getw(FILE *f) {
    int word, got = getw(f);
    if (place + sizeof word > SIZE) {
        EXPECT_INT(got, EOF);
        place = SIZE;
        return;
    }
    memcpy(&word, text + place, sizeof word);
    place += sizeof word;
    EXPECT_INT(got, word);
}

/* What fgets with that room would take from here. */
static size_t line_length(size_t room) {
    size_t length = 0;
    while (length < room && place + length < SIZE)
        if (text[place + length++] == '\n')
            break;
    return length;
}

static void check_fgets(FILE *f, int size, char *(*get)(char *, int, FILE *)) {
    static char line[70000];
    memset(line, 'X', (size_t)size + 1);
    size_t length = line_length((size_t)size - 1);
    char *got = get(line, size, f);
    if (length == 0 && size > 1) {
        EXPECT(got == NULL);
        return;
    }
    EXPECT(got == line);
    EXPECT_BYTES(line, length, text + place, length);
    EXPECT_INT(line[length], 0);
    if (length + 1 < (size_t)size)
        EXPECT_INT(line[length + 1], 'X');
    place += length;
}

static void call_fgets(FILE *f) {
    static const int sizes[] = {2, 3, 20, 100, 5000, 66000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        check_fgets(f, sizes[i], fgets);
}

static void call_fgets_unlocked(FILE *f) {
    check_fgets(f, 9, fgets_unlocked);
    check_fgets(f, 300, fgets_unlocked);
}

static void check_line(FILE *f, char **line, size_t *room, int delimiter, ssize_t got) {
    size_t length = 0;
    while (place + length < SIZE)
        if (text[place + length++] == delimiter)
            break;
    if (length == 0) {
        EXPECT_INT(got, -1);
        EXPECT(feof(f));
        return;
    }
    EXPECT_INT(got, length);
    EXPECT(*room > length);
    EXPECT_BYTES(*line, (size_t)got, text + place, length);
    EXPECT_INT((*line)[length], 0);
    place += length;
}

static void call_getline(FILE *f) {
    char *line = NULL;
    size_t room = 0;
    for (int i = 0; i < 3; i++)
        check_line(f, &line, &room, '\n', getline(&line, &room, f));
    free(line);
}

static void call_getdelim(FILE *f) {
    char *line = NULL;
    size_t room = 77; /* without memory the room is not believed */
    check_line(f, &line, &room, 0, getdelim(&line, &room, 0, f));
    check_line(f, &line, &room, 'e', getdelim(&line, &room, 'e', f));
    check_line(f, &line, &room, '\n', __getdelim(&line, &room, '\n', f));
    free(line);
}

static void check_block(size_t size, size_t got, const char *block) {
    size_t left = SIZE - place, want = size < left ? size : left;
    EXPECT_BYTES(block, got, text + place, want);
    place += want;
}

static void call_fread(FILE *f) {
    static const size_t sizes[] = {1, 2, 15, 16, 17, 100, 4095, 4096, 4097, 9000};
    static char block[9001];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        block[sizes[i]] = 'X';
        size_t got = fread(block, 1, sizes[i], f);
        EXPECT_INT(block[sizes[i]], 'X');
        check_block(sizes[i], got, block);
    }
    size_t left = SIZE - place, items = left / 7 < 11 ? left / 7 : 11;
    EXPECT_INT(fread(block, 7, 11, f), items);
    place += left < 77 ? left : 77;
    EXPECT_INT(fread(block, 0, 5, f), 0);
    EXPECT_INT(fread(block, 5, 0, f), 0);
}

static void call_fread_unlocked(FILE *f) {
    static char block[300];
    size_t got = fread_unlocked(block, 1, sizeof block, f);
    check_block(sizeof block, got, block);
    EXPECT_INT(fread_unlocked(block, 1, 0, f), 0);
}

static const struct {
    const char *name;
    void (*get)(FILE *);
} calls[] = {
    {"fgetc", call_fgetc},
    {"getc", call_getc},
    {"getc_unlocked", call_getc_unlocked},
    {"fgetc_unlocked", call_fgetc_unlocked},
    {"__uflow", call_uflow},
    {"__underflow", call_underflow},
    {"getw", call_getw},
    {"fgets", call_fgets},
    {"fgets_unlocked", call_fgets_unlocked},
    {"getline", call_getline},
    {"getdelim", call_getdelim},
    {"fread", call_fread},
    {"fread_unlocked", call_fread_unlocked},
};

static void try_call(size_t call, const struct window *window, int fill, size_t start) {
    size_t before = fill_of(window, fill);
    situation("%s, %s, %zu bytes before, from %zu", calls[call].name, window->name, before, start);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    place = start;
    if (start)
        EXPECT_INT(fseek(f, (long)start, SEEK_SET), 0);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(getc(f), next_byte());
    for (int twice = 0; twice < 2; twice++) {
        calls[call].get(f);
        EXPECT_INT(ftell(f), place);
        EXPECT_INT(getc(f), next_byte());
    }
    EXPECT_INT(ferror(f), 0);
    EXPECT_INT(fclose(f), 0);
}

/* A get on a stream that cannot be read: EOF, EBADF and the error indicator. */
static void try_refused(void) {
    char block[10], *line = NULL;
    size_t room = 0;
    situation("on a write-only stream");
    FILE *f = fopen("other", "w");
    REQUIRE(f);
    EXPECT_ERROR(fgetc(f) == EOF, EBADF);
    EXPECT(ferror(f) && !feof(f));
    clearerr(f);
    EXPECT_ERROR(getc(f) == EOF, EBADF);
    EXPECT_ERROR(getc_unlocked(f) == EOF, EBADF);
    EXPECT_ERROR(__uflow(f) == EOF, EBADF);
    EXPECT_ERROR(__underflow(f) == EOF, EBADF);
    clearerr(f);
    EXPECT_ERROR(fread(block, 1, 1, f) == 0, EBADF);
    EXPECT(ferror(f));
    clearerr(f);
    EXPECT_ERROR(fgets(block, 10, f) == NULL, EBADF);
    clearerr(f);
    EXPECT_ERROR(getline(&line, &room, f) == -1, EBADF);
    EXPECT(ferror(f));
    free(line);
    clearerr(f);
    EXPECT_INT(putc('x', f), 'x');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("other", "x", 1);
}

int main(void) {
    text = pattern(SIZE);
    for (size_t i = 0; i < SIZE; i++) {
        if (i % 97 == 90 || i % 1013 < 4)
            text[i] = '\n';
        if (i > 20000 && i < 90000 && text[i] == '\n' && i % 5) /* some lines are longer than small windows */
            text[i] = 'n';
    }
    memset(text + 30000, 'l', 8000);
    memset(text + 100000, 'l', 20000);
    memset(text + 140000, 0, 50);
    write_file("data", text, SIZE);
    static const size_t starts[] = {0, 29990, 139000, SIZE - 5, SIZE};
    for (size_t call = 0; call < sizeof calls / sizeof *calls; call++)
        for (int window = 0; window < WINDOWS; window++)
            for (int fill = 0; fill < FILLS; fill++)
                for (size_t start = 0; start < sizeof starts / sizeof *starts; start++)
                    if (windows[window].size > 7 || start % 2 == 0)
                        try_call(call, &windows[window], fill, starts[start]);
    try_refused();
    puts("every get call on every window");
    return finish();
}
