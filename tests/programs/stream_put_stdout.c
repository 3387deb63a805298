/* The calls that put to stdout without naming it, on every window; descriptor 1 is led to a file by dup2
 * between the rounds, as a shell does. */
#include "windows.h"

static int print_through(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = vprintf(format, arguments);
    va_end(arguments);
    return printed;
}

static const char round_text[] = "a\nb\xff\nline\nprinted 5\nunlocked\n<3>\n\n";

static void one_round(void) {
    EXPECT_INT(putchar('a'), 'a');
    EXPECT_INT((putchar)('\n'), '\n');
    EXPECT_INT(putchar_unlocked('b'), 'b');
    EXPECT_INT((putchar_unlocked)(-1), 0xff);
    EXPECT_INT(putchar_unlocked('\n'), '\n');
    EXPECT(puts("line") >= 0);
    EXPECT_INT(printf("printed %d\n", 5), 10);
    EXPECT(fputs_unlocked("unlocked\n", stdout) >= 0);
    EXPECT_INT(print_through("<%d>\n", 3), 4);
    EXPECT(puts("") >= 0);
}

int main(void) {
    printf("before\n");
    fflush(stdout);
    int saved = dup(1);
    for (int kind = 0; kind < WINDOWS; kind++)
        for (int fill = 0; fill < FILLS; fill++) {
            if (windows[kind].kind < 0)
                continue;
            size_t before = fill_of(&windows[kind], fill), size = 0;
            situation("%s, %zu bytes before", windows[kind].name, before);
            int file = open("data", O_CREAT | O_TRUNC | O_WRONLY, 0666);
            REQUIRE(file >= 0 && dup2(file, 1) == 1 && close(file) == 0);
            use_window(stdout, &windows[kind]);
            char *want = malloc(before + 2 * sizeof round_text);
            for (; size < before; size++)
                putchar(want[size] = "stuvwxyz"[size % 8]);
            one_round();
            one_round();
            for (int i = 0; i < 2; i++, size += sizeof round_text - 1)
                memcpy(want + size, round_text, sizeof round_text - 1);
            EXPECT_INT(fflush(stdout), 0);
            EXPECT_FILE("data", want, size);
            free(want);
        }
    REQUIRE(dup2(saved, 1) == 1);
    printf("after\n");
    return finish();
}
