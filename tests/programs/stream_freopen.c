/* freopen: to another path, to another mode of the same file (NULL), of stdout on descriptor 1, when it
   fails, after errors and orientation; what was buffered reaches the old file. */
#include "expect.h"
#include <wchar.h>

static void to_another_path(void) {
    char line[20];
    situation("another path");
    FILE *f = fopen("first", "w");
    REQUIRE(f);
    fputs("kept", f);
    int descriptor = fileno(f);
    REQUIRE(freopen("second", "w+", f) == f);
    EXPECT_FILE("first", "kept", 4);
    EXPECT_INT(fileno(f), descriptor);
    EXPECT_INT(ftell(f), 0);
    fputs("new", f);
    rewind(f);
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_TEXT(line, "new");
    EXPECT(getc(f) == EOF && feof(f));
    REQUIRE(freopen("first", "r", f) == f);
    EXPECT(!feof(f) && !ferror(f));
    EXPECT_INT(getc(f), 'k');
    EXPECT_INT(ungetc('X', f), 'X');
    REQUIRE(freopen("second", "r", f) == f); /* the pushed-back byte is gone */
    EXPECT_INT(getc(f), 'n');
    EXPECT_INT(fclose(f), 0);
}

static void to_another_mode(void) {
    situation("NULL path");
    write_file("data", "12345", 5);
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    EXPECT_INT(getc(f), '1');
    REQUIRE(freopen(NULL, "r", f) == f);
    EXPECT_INT(getc(f), '1');
    EXPECT_ERROR(putc('x', f) == EOF, EBADF);
    REQUIRE(freopen(NULL, "a", f) == f);
    EXPECT(!ferror(f));
    EXPECT(fcntl(fileno(f), F_GETFL) & O_APPEND);
    fputs("67", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "1234567", 7);
    f = fopen("data", "r+");
    REQUIRE(f);
    REQUIRE(freopen(NULL, "w", f) == f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "", 0);
}

/* freopen of the standard streams keeps their descriptors, so that children inherit them. */
static void of_stdout(void) {
    situation("stdout");
    fflush(stdout);
    int saved = dup(1);
    printf("before\n");
    REQUIRE(freopen("log", "w", stdout) == stdout);
    EXPECT_INT(fileno(stdout), 1);
    printf("to the log\n");
    fflush(stdout);
    EXPECT_INT(system("echo from a child"), 0);
    REQUIRE(freopen("log", "a", stdout) == stdout);
    EXPECT_INT(fileno(stdout), 1);
    printf("more\n");
    fflush(stdout);
    EXPECT_FILE("log", "to the log\nfrom a child\nmore\n", 29);
    REQUIRE(dup2(saved, 1) == 1);
    REQUIRE(freopen("log", "r", stdin) == stdin);
    EXPECT_INT(fileno(stdin), 0);
    EXPECT_INT(getchar(), 't');
    int error_saved = dup(2);
    REQUIRE(freopen("errors", "w", stderr) == stderr);
    EXPECT_INT(fileno(stderr), 2);
    fputs("error text\n", stderr);
    errno = 0;
    perror("perror");
    fflush(stderr);
    REQUIRE(dup2(error_saved, 2) == 2);
    EXPECT_FILE("errors", "error text\nperror: Success\n", 27);
}

static void that_fails(void) {
    situation("failures");
    FILE *f = fopen("first", "w");
    REQUIRE(f);
    fputs("late", f);
    int descriptor = fileno(f);
    EXPECT_ERROR(!freopen("missing/x", "r", f), ENOENT);
    EXPECT_FILE("first", "late", 4); /* flushed, then closed */
    EXPECT_ERROR(fcntl(descriptor, F_GETFD) < 0, EBADF);
    f = fopen("first", "w");
    REQUIRE(f);
    EXPECT_ERROR(!freopen("second", "zz", f), EINVAL);
}

/* An error or end of file seen before is forgotten, the orientation too; a stream that was closed underneath
 * opens all the same. */
static void forgets(void) {
    situation("state");
    write_file("data", "ab", 2);
    FILE *f = fopen("data", "r");
    REQUIRE(f);
    putc('x', f);
    EXPECT(ferror(f));
    REQUIRE(freopen("data", "r", f) == f);
    EXPECT(!ferror(f));
    EXPECT_INT(fwide(f, 1), 1);
    EXPECT_INT(fgetwc(f), 'a');
    REQUIRE(freopen("data", "r", f) == f);
    EXPECT_INT(fwide(f, 0), 0);
    EXPECT_INT(getc(f), 'a');
    EXPECT(fwide(f, 0) < 0);
    close(fileno(f));
    REQUIRE(freopen("data", "r", f) == f);
    EXPECT_INT(getc(f), 'a');
    EXPECT_INT(fclose(f), 0);
}

/* A buffer given by setvbuf: libc keeps it or makes its own; either way the bytes are right. */
static void with_a_buffer(void) {
    char buffer[16];
    situation("own buffer");
    FILE *f = fopen("first", "w");
    REQUIRE(f && setvbuf(f, buffer, _IOFBF, 16) == 0);
    fputs("0123456789abcdefghij", f);
    REQUIRE(freopen("second", "w", f) == f);
    fputs("0123456789abcdefghijklmnop", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("first", "0123456789abcdefghij", 20);
    EXPECT_FILE("second", "0123456789abcdefghijklmnop", 26);
}

int main(void) {
    to_another_path();
    to_another_mode();
    that_fails();
    forgets();
    with_a_buffer();
    of_stdout();
    printf("freopen\n");
    return finish();
}
