/* The calls that get from stdin without naming it, from a file, and from a pipe whose writer is slow. */
#include "expect.h"
#include <dlfcn.h>

static char *(*gets_of_stdin)(char *); /* by dlsym: the linker would warn of the name */

static void feed(const char *bytes, size_t size, bool through_pipe) {
    int ends[2];
    if (through_pipe) {
        REQUIRE(pipe(ends) == 0);
        if (fork_child() == 0) {
            for (size_t i = 0; i < size; i += 10, sleep_ms(1))
                if (write(ends[1], bytes + i, size - i < 10 ? size - i : 10) < 0)
                    _exit(1);
            _exit(0);
        }
        close(ends[1]);
    } else {
        write_file("data", bytes, size);
        ends[0] = open("data", O_RDONLY);
    }
    REQUIRE(dup2(ends[0], 0) == 0 && close(ends[0]) == 0);
    clearerr(stdin);
}

static void take(void) {
    char line[100], *lines = NULL;
    size_t room = 0;
    int number = 0;
    EXPECT_INT(getchar(), 'a');
    EXPECT_INT((getchar)(), 'b');
    EXPECT_INT(getchar_unlocked(), 0xff);
    EXPECT_INT((getchar_unlocked)(), '\n');
    memset(line, 'X', sizeof line);
    EXPECT(gets_of_stdin(line) == line);
    EXPECT_BYTES(line, 14, "the\0 gets line", 14);
    EXPECT_INT(line[14], 0);
    EXPECT_INT(line[15], 'X');
    EXPECT(gets_of_stdin(line) == line && line[0] == 0);
    EXPECT_INT(ungetc('4', stdin), '4');
    EXPECT_INT(scanf("%d", &number), 1);
    EXPECT_INT(number, 4123);
    EXPECT_INT(getchar(), '\n');
    EXPECT(fgets(line, 100, stdin) == line);
    EXPECT_TEXT(line, "fgets line\n");
    EXPECT_INT(getline(&lines, &room, stdin), 13);
    EXPECT_TEXT(lines, "getline line\n");
    EXPECT(gets_of_stdin(line) == line);
    EXPECT_TEXT(line, "last");
    memset(line, 'X', sizeof line);
    EXPECT(gets_of_stdin(line) == NULL);
    EXPECT_INT(line[0], 'X');
    EXPECT(feof(stdin) && !ferror(stdin));
    EXPECT_INT(getchar(), EOF);
    free(lines);
}

int main(void) {
    static const char bytes[] = "ab\xff\nthe\0 gets line\n\n123\nfgets line\ngetline line\nlast";
    gets_of_stdin = (char *(*)(char *))dlsym(RTLD_DEFAULT, "gets");
    REQUIRE(gets_of_stdin);
    situation("from a file");
    feed(bytes, sizeof bytes - 1, false);
    take();
    situation("from a slow pipe");
    feed(bytes, sizeof bytes - 1, true);
    take();
    situation("from an unbuffered slow pipe");
    EXPECT_INT(setvbuf(stdin, NULL, _IONBF, 0), 0);
    feed(bytes, sizeof bytes - 1, true);
    take();
    puts("every get call of stdin");
    return finish();
}
