/* Streams that libc made itself, by functions found with dlsym on libc's handle, through every entry point of
   stdio; and our streams handed to libc's own copies of the calls. */
#include "expect.h"
#include <dlfcn.h>
#include <stdio_ext.h>
#include <wchar.h>

static void *libc;

static void *of_libc(const char *name) {
    void *function = dlsym(libc, name);
    REQUIRE(function);
    return function;
}

static int through_vfprintf(FILE *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = vfprintf(f, format, arguments);
    va_end(arguments);
    return printed;
}

static void every_call(FILE *f) {
    static char window[512];
    char line[100], *lines = NULL;
    size_t room = 0;
    int number = 0;
    fpos_t place;
    EXPECT_INT(setvbuf(f, window, _IOFBF, sizeof window), 0);
    EXPECT_INT(putc('a', f), 'a');
    EXPECT_INT(fputc('b', f), 'b');
    EXPECT_INT(putc_unlocked('c', f), 'c');
    EXPECT_INT((putc_unlocked)('d', f), 'd');
    EXPECT(fputs("ef\n", f) >= 0);
    EXPECT(fputs_unlocked("gh\n", f) >= 0);
    EXPECT_INT(fwrite("ijk", 1, 3, f), 3);
    EXPECT_INT(fwrite_unlocked("lmn", 1, 3, f), 3);
    EXPECT_INT(fprintf(f, " %d", 42), 3);
    EXPECT_INT(through_vfprintf(f, " %d\n", 43), 4);
    EXPECT_INT(putw(5, f), 0);
    EXPECT(__fwriting(f) && !__freading(f) && __freadable(f) && __fwritable(f) && !__flbf(f));
    EXPECT_INT(__fbufsize(f), 512);
    EXPECT(__fpending(f) > 0);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(fflush_unlocked(f), 0);
    EXPECT_INT(ftell(f), 27);
    EXPECT_INT(fgetpos(f, &place), 0);
    rewind(f);
    EXPECT_INT(getc(f), 'a');
    EXPECT_INT(fgetc(f), 'b');
    EXPECT_INT(getc_unlocked(f), 'c');
    EXPECT_INT(ungetc('C', f), 'C');
    EXPECT(fgets(line, 100, f) == line);
    EXPECT_TEXT(line, "Cdef\n");
    EXPECT_INT(getline(&lines, &room, f), 3);
    EXPECT_TEXT(lines, "gh\n");
    EXPECT_INT(fread(line, 1, 3, f), 3);
    EXPECT_INT(fread_unlocked(line, 1, 3, f), 3);
    EXPECT_BYTES(line, 3, "lmn", 3);
    EXPECT_INT(fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 42);
    EXPECT_INT(getdelim(&lines, &room, '\n', f), 4);
    EXPECT_INT(getw(f), 5);
    EXPECT_INT(__uflow(f), EOF);
    EXPECT(feof(f) && feof_unlocked(f) && !ferror(f) && !ferror_unlocked(f));
    clearerr(f);
    EXPECT(!feof(f));
    EXPECT_INT(fsetpos(f, &place), 0);
    EXPECT_INT(fseeko(f, -4, SEEK_CUR), 0);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(ftello(f), 27);
    EXPECT_INT(__overflow(f, 'z'), 'z');
    flockfile(f);
    EXPECT_INT(ftrylockfile(f), 0);
    funlockfile(f);
    funlockfile(f);
    EXPECT_INT(__fsetlocking(f, FSETLOCKING_QUERY), FSETLOCKING_INTERNAL);
    EXPECT(fileno(f) >= 0 && fileno_unlocked(f) == fileno(f));
    __fpurge(f);
    setlinebuf(f);
    EXPECT(__flbf(f));
    setbuf(f, NULL);
    EXPECT_INT(putc('!', f), '!');
    EXPECT(fwide(f, 0) < 0);
    EXPECT_INT(fflush(NULL), 0);
    _flushlbf();
    free(lines);
}

static void of_libcs_making(void) {
    FILE *(*libc_fopen)(const char *, const char *) = of_libc("fopen");
    FILE *(*libc_fdopen)(int, const char *) = of_libc("fdopen");
    FILE *(*libc_popen)(const char *, const char *) = of_libc("popen");
    FILE *(*libc_tmpfile)(void) = of_libc("tmpfile");
    char line[50];
    situation("libc's fopen");
    FILE *f = libc_fopen("data", "w+");
    REQUIRE(f);
    every_call(f);
    REQUIRE(freopen("other", "w+", f) == f);
    every_call(f);
    EXPECT_INT(fclose(f), 0);
    situation("libc's tmpfile");
    f = libc_tmpfile();
    REQUIRE(f);
    every_call(f);
    EXPECT_INT(fclose(f), 0);
    situation("libc's fdopen");
    f = libc_fdopen(open("data", O_RDWR | O_TRUNC), "r+");
    REQUIRE(f);
    every_call(f);
    EXPECT_INT(fclose(f), 0);
    situation("libc's popen");
    f = libc_popen("echo from a child; exit 3", "r");
    REQUIRE(f);
    EXPECT(fgets(line, 50, f));
    EXPECT_TEXT(line, "from a child\n");
    int status = pclose(f);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    situation("a wide one of libc's");
    f = libc_fopen("wide", "w+");
    REQUIRE(f);
    EXPECT_INT(fputwc(L'w', f), L'w');
    EXPECT(fputws(L"ide\n", f) >= 0);
    EXPECT_INT(fwprintf(f, L"%d\n", 5), 2);
    rewind(f);
    wchar_t wide[20];
    EXPECT(fgetws(wide, 20, f) == wide && wcscmp(wide, L"wide\n") == 0);
    EXPECT_INT(fgetwc(f), L'5');
    EXPECT_INT(ungetwc(L'6', f), L'6');
    int number;
    EXPECT_INT(fwscanf(f, L"%d", &number), 1);
    EXPECT_INT(number, 6);
    EXPECT_INT(fclose(f), 0);
}

/* libc's own byte calls on a stream of the program's: what plugins bound to libc by version do. */
static void handed_to_libc(void) {
    int (*libc_fputs)(const char *, FILE *) = of_libc("fputs");
    int (*libc_fprintf)(FILE *, const char *, ...) = of_libc("fprintf");
    int (*libc_fputc)(int, FILE *) = of_libc("fputc");
    size_t (*libc_fwrite)(const void *, size_t, size_t, FILE *) = of_libc("fwrite");
    int (*libc_fflush)(FILE *) = of_libc("fflush");
    char *(*libc_fgets)(char *, int, FILE *) = of_libc("fgets");
    int (*libc_getc)(FILE *) = of_libc("getc");
    size_t (*libc_fread)(void *, size_t, size_t, FILE *) = of_libc("fread");
    static char window[4096];
    static const size_t sizes[] = {1, 2, 5, 64, 1000, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char line[50];
        situation("libc's calls on ours, window %zu", sizes[i]);
        FILE *f = fopen("data", "w+");
        REQUIRE(f);
        setvbuf(f, window, _IOFBF, sizes[i]);
        for (int round = 0; round < 30; round++) {
            EXPECT(libc_fputs("one\n", f) >= 0);
            EXPECT(fputs("two\n", f) >= 0);
            EXPECT_INT(libc_fprintf(f, "%d\n", 3), 2);
            EXPECT_INT(libc_fputc('4', f), '4');
            EXPECT_INT(putc_unlocked('\n', f), '\n');
            EXPECT_INT(libc_fwrite("five\n", 1, 5, f), 5);
            if (round % 4 == 0)
                EXPECT_INT(libc_fflush(f), 0);
        }
        EXPECT_INT(fseek(f, 0, SEEK_SET), 0);
        for (int round = 0; round < 30; round++) {
            EXPECT(libc_fgets(line, 50, f) && strcmp(line, "one\n") == 0);
            EXPECT(fgets(line, 50, f) && strcmp(line, "two\n") == 0);
            EXPECT_INT(libc_getc(f), '3');
            EXPECT_INT(getc_unlocked(f), '\n');
            EXPECT_INT(libc_fread(line, 1, 2, f), 2);
            EXPECT_INT(fread(line, 1, 5, f), 5);
            EXPECT_BYTES(line, 5, "five\n", 5);
        }
        EXPECT_INT(libc_getc(f), EOF);
        EXPECT(feof(f));
        EXPECT_INT(fclose(f), 0);
    }
}

int main(void) {
    libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    REQUIRE(libc);
    of_libcs_making();
    handed_to_libc();
    puts("foreign streams");
    return finish();
}
