/* Every call that puts bytes, on full, empty and partly filled windows of every kind: its return value, and
 * the file afterwards. */
#include "windows.h"

static char want[200000];
static size_t wanted;

static void model(const void *bytes, size_t size) {
    memcpy(want + wanted, bytes, size);
    wanted += size;
}

static void call_fputc(FILE *f) {
    EXPECT_INT(fputc('a', f), 'a');
    EXPECT_INT((fputc)(0x1ff, f), 0xff);
    model("a\xff", 2);
}

static void call_putc(FILE *f) {
    EXPECT_INT(putc('\n', f), '\n');
    EXPECT_INT((putc)('b', f), 'b');
    model("\nb", 2);
}

static void call_putc_unlocked(FILE *f) {
    EXPECT_INT(putc_unlocked(0, f), 0);
    EXPECT_INT((putc_unlocked)(-1, f), 0xff);
    EXPECT_INT(putc_unlocked('\n', f), '\n');
    model("\0\xff\n", 3);
}

static void call_fputc_unlocked(FILE *f) {
    EXPECT_INT(fputc_unlocked('u', f), 'u');
    EXPECT_INT((fputc_unlocked)('\n', f), '\n');
    model("u\n", 2);
}

static void call_overflow(FILE *f) {
    EXPECT_INT(__overflow(f, 'o'), 'o');
    EXPECT_INT(__overflow(f, '\n'), '\n');
    EXPECT_INT(__overflow(f, 0xee), 0xee);
    model("o\n\xee", 3);
}

static void call_fputs(FILE *f) {
    EXPECT(fputs("one\ntwo", f) >= 0);
    EXPECT(fputs("", f) >= 0);
    EXPECT(fputs("\n", f) >= 0);
    model("one\ntwo\n", 8);
}

static void call_fputs_unlocked(FILE *f) {
    EXPECT(fputs_unlocked("unlocked line\nrest", f) >= 0);
    EXPECT(fputs_unlocked("", f) >= 0);
    model("unlocked line\nrest", 18);
}

static void call_fwrite(FILE *f) {
    static const size_t sizes[] = {1, 2, 3, 15, 16, 17, 64, 99, 100, 101, 4095, 4096, 4097, 20000};
    static char *bytes;
    if (!bytes)
        bytes = pattern(20000);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        EXPECT_INT(fwrite(bytes, 1, sizes[i], f), sizes[i]);
        model(bytes, sizes[i]);
    }
    EXPECT_INT(fwrite(bytes, 7, 13, f), 13);
    model(bytes, 91);
    EXPECT_INT(fwrite(bytes, 0, 5, f), 0);
    EXPECT_INT(fwrite(bytes, 5, 0, f), 0);
}

static void call_fwrite_unlocked(FILE *f) {
    EXPECT_INT(fwrite_unlocked("some\nitems of three", 3, 5, f), 5);
    EXPECT_INT(fwrite_unlocked("x", 0, 1, f), 0);
    EXPECT_INT(fwrite_unlocked("x", 1, 0, f), 0);
    model("some\nitems of three", 15);
}

static void call_putw(FILE *f) {
    int word = 0x0a0b0c0d;
    EXPECT_INT(putw(word, f), 0);
    model(&word, sizeof word);
}

static int print_through(FILE *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = vfprintf(f, format, arguments);
    va_end(arguments);
    return printed;
}

static void call_printf(FILE *f) {
    EXPECT_INT(fprintf(f, "%d\n%s", 42, "text"), 7);
    EXPECT_INT(print_through(f, "%5s|%c", "ab", 0), 7);
    EXPECT_INT(fprintf(f, "%s", ""), 0);
    model("42\ntext   ab|\0", 14);
}

static const struct {
    const char *name;
    void (*put)(FILE *);
} calls[] = {
    {"fputc", call_fputc},
    {"putc", call_putc},
    {"putc_unlocked", call_putc_unlocked},
    {"fputc_unlocked", call_fputc_unlocked},
    {"__overflow", call_overflow},
    {"fputs", call_fputs},
    {"fputs_unlocked", call_fputs_unlocked},
    {"fwrite", call_fwrite},
    {"fwrite_unlocked", call_fwrite_unlocked},
    {"putw", call_putw},
    {"fprintf", call_printf},
};

static void try_call(size_t call, const struct window *window, int fill) {
    size_t before = fill_of(window, fill);
    situation("%s, %s, %zu bytes before", calls[call].name, window->name, before);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    use_window(f, window);
    wanted = 0;
    for (size_t i = 0; i < before; i++) {
        int byte = "abcdefg"[i % 7];
        EXPECT_INT(putc(byte, f), byte);
        want[wanted++] = (char)byte;
    }
    for (int twice = 0; twice < 2; twice++) {
        calls[call].put(f);
        EXPECT_INT(ftell(f), wanted);
        EXPECT_INT(putc('.', f), '.');
        model(".", 1);
    }
    EXPECT_INT(ferror(f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", want, wanted);
}

/* A put on a stream that cannot be written: EOF, EBADF and the indicator; nothing in the file. */
static void try_refused(size_t call) {
    situation("%s on a read-only stream", calls[call].name);
    write_file("data", "12345", 5);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    switch (call) {
    case 0:
        EXPECT_ERROR(fputc('x', f) == EOF, EBADF);
        break;
    case 1:
        EXPECT_ERROR(putc('x', f) == EOF, EBADF);
        break;
    case 2:
        EXPECT_ERROR(putc_unlocked('x', f) == EOF, EBADF);
        break;
    case 3:
        EXPECT_ERROR(fputc_unlocked('x', f) == EOF, EBADF);
        break;
    case 4:
        EXPECT_ERROR(__overflow(f, 'x') == EOF, EBADF);
        break;
    case 5:
        EXPECT_ERROR(fputs("x", f) == EOF, EBADF);
        break;
    case 6:
        EXPECT_ERROR(fputs_unlocked("x", f) == EOF, EBADF);
        break;
    case 7:
        EXPECT_ERROR(fwrite("x", 1, 1, f) == 0, EBADF);
        break;
    case 8:
        EXPECT_ERROR(fwrite_unlocked("x", 1, 1, f) == 0, EBADF);
        break;
    case 9:
        EXPECT_ERROR(putw(1, f) == EOF, EBADF);
        break;
    default:
        EXPECT_ERROR(fprintf(f, "x%d", 1) < 0, EBADF);
    }
    EXPECT(ferror(f));
    clearerr(f);
    EXPECT(!ferror(f));
    EXPECT_INT(getc(f), '1');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "12345", 5);
}

int main(void) {
    for (size_t call = 0; call < sizeof calls / sizeof *calls; call++) {
        for (int window = 0; window < WINDOWS; window++)
            for (int fill = 0; fill < FILLS; fill++)
                try_call(call, &windows[window], fill);
        try_refused(call);
    }
    puts("every put call on every window");
    return finish();
}
