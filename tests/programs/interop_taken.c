/* A program with functions of its own under names that libc has too (getline of K&R, write, read, close, putw
   ...): they are the program's, and stdio never calls them. Defined by assembler names, since their types are
   others. */
#include "expect.h"
#include <pthread.h>

static long calls;
static const char *called = "none"; /* the last of them that was called */

#define TAKEN(name)                                                                                          \
    long taken_##name(void) __asm__(#name);                                                                  \
    long taken_##name(void) {                                                                                \
        calls++;                                                                                             \
        called = #name;                                                                                      \
        errno = ENOSYS;                                                                                      \
        return -1;                                                                                           \
    }

TAKEN(getline)
TAKEN(getdelim)
TAKEN(putw)
TAKEN(getw)
TAKEN(dprintf)
TAKEN(setlinebuf)
TAKEN(fputs_unlocked)
TAKEN(fwrite_unlocked)
TAKEN(fread_unlocked)
TAKEN(fgetc_unlocked)
TAKEN(fputc_unlocked)
TAKEN(fflush_unlocked)
TAKEN(fileno_unlocked)
TAKEN(vdprintf)
TAKEN(ftello)
TAKEN(fseeko)
TAKEN(warn)
TAKEN(err)
TAKEN(lseek)
TAKEN(isatty)
TAKEN(creat)
TAKEN(readv)
TAKEN(writev)
TAKEN(pread)
TAKEN(pwrite)
TAKEN(fcntl)
TAKEN(dup2)
TAKEN(kill)
TAKEN(pipe)
TAKEN(index)
TAKEN(unlink)

static void *print_in_thread(void *stream) {
    static char block[100000];
    for (int i = 0; i < 100; i++)
        fprintf(stream, "%d\n", i);
    EXPECT_INT(fwrite(block, 1, sizeof block, stream), sizeof block); /* two pieces in one call */
    fflush(stream);
    return stream;
}

static void use_stdio(void) {
    char line[100];
    int number = 0;
    pthread_t thread;
    FILE *f = fopen("data", "w+");
    REQUIRE(f);
    EXPECT_INT(fputc('a', f), 'a');
    EXPECT(fputs("bc\n", f) >= 0);
    EXPECT_INT(fwrite("def\n", 1, 4, f), 4);
    EXPECT_INT(fprintf(f, "%d %s\n", 42, "text"), 8);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
    EXPECT_INT(ftell(f), 0);
    EXPECT_INT(fgetc(f), 'a');
    EXPECT(fgets(line, 100, f) && strcmp(line, "bc\n") == 0);
    EXPECT_INT(fread(line, 1, 4, f), 4);
    EXPECT_INT(fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 42);
    EXPECT_INT(ungetc('x', f), 'x');
    rewind(f);
    EXPECT_INT(getc_unlocked(f), 'a');
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(pthread_create(&thread, NULL, print_in_thread, f), 0);
    EXPECT_INT(pthread_join(thread, NULL), 0);
    EXPECT(freopen("other", "w", f) == f);
    EXPECT_INT(setvbuf(f, NULL, _IOLBF, 100), 0);
    EXPECT(fputs("line\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("other", "line\n", 5);
    f = popen("echo popen", "r");
    REQUIRE(f);
    EXPECT(fgets(line, 100, f) && strcmp(line, "popen\n") == 0);
    EXPECT_INT(pclose(f), 0);
    f = tmpfile();
    REQUIRE(f);
    EXPECT_INT(fclose(f), 0);
    errno = ENOENT;
    perror("perror");
    EXPECT(puts("puts") >= 0);
    EXPECT_INT(putchar('c'), 'c');
    EXPECT_INT(putchar('\n'), '\n');
    EXPECT_INT(fflush(NULL), 0);
}

int main(void) {
    use_stdio();
    situation("stdio called the program's %s", called);
    EXPECT_INT(calls, 0);
    return finish();
}
