/* The other names of the calls: the _IO_ ones, the 64 ones, the fortified __*_chk ones, __getdelim, the C99
   and C23 scanf names. Each is called by that name on every window, writing one file and reading it back. */
#include "windows.h"
#include <dlfcn.h>
#include <stdio_ext.h>

extern int _IO_putc(int, FILE *), _IO_getc(FILE *), _IO_ungetc(int, FILE *), _IO_peekc_locked(FILE *);
extern int _IO_fputs(const char *, FILE *), _IO_puts(const char *), _IO_feof(FILE *), _IO_ferror(FILE *);
extern int _IO_fprintf(FILE *, const char *, ...), _IO_printf(const char *, ...), _IO_fflush(FILE *),
    _IO_fclose(FILE *);
extern int _IO_vfprintf(FILE *, const char *, va_list), _IO_setvbuf(FILE *, char *, int, size_t);
extern int _IO_fgetpos(FILE *, fpos_t *), _IO_fsetpos(FILE *, const fpos_t *);
extern int _IO_fgetpos64(FILE *, fpos64_t *), _IO_fsetpos64(FILE *, const fpos64_t *);
extern int _IO_flush_all(void);
extern void _IO_flush_all_linebuffered(void), _IO_setbuffer(FILE *, char *, size_t);
extern FILE *_IO_fopen(const char *, const char *), *_IO_fdopen(int, const char *),
    *_IO_popen(const char *, const char *);
extern size_t _IO_fwrite(const void *, size_t, size_t, FILE *), _IO_fread(void *, size_t, size_t, FILE *);
extern size_t _IO_sgetn(FILE *, void *, size_t), _IO_getline(FILE *, char *, size_t, int, int);
extern ssize_t _IO_padn(FILE *, int, ssize_t);
extern char *_IO_fgets(char *, int, FILE *);
extern long _IO_ftell(FILE *);
extern void _IO_flockfile(FILE *), _IO_funlockfile(FILE *);
extern int _IO_ftrylockfile(FILE *);
extern int __fprintf_chk(FILE *, int, const char *, ...), __printf_chk(int, const char *, ...);
extern int __vfprintf_chk(FILE *, int, const char *, va_list), __vprintf_chk(int, const char *, va_list);
extern char *__fgets_chk(char *, size_t, int, FILE *), *__fgets_unlocked_chk(char *, size_t, int, FILE *);
extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *),
    __fread_unlocked_chk(void *, size_t, size_t, size_t, FILE *);
extern int __isoc99_fscanf(FILE *, const char *, ...), __isoc99_vfscanf(FILE *, const char *, va_list);
extern int __vfscanf(FILE *, const char *, va_list);
extern int __isoc23_fscanf(FILE *, const char *, ...) __attribute__((weak));
extern int __isoc23_vfscanf(FILE *, const char *, va_list) __attribute__((weak));
extern int _IO_vfscanf(FILE *, const char *, va_list, int *) __attribute__((weak));

static int va_vfprintf(FILE *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = _IO_vfprintf(f, format, arguments);
    va_end(arguments);
    return printed;
}

static int va_vfprintf_chk(FILE *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = __vfprintf_chk(f, 1, format, arguments);
    va_end(arguments);
    return printed;
}

/* A function that only libbuf, or libc for old programs alone, may have: the linked one, else the one of the
 * process. */
static void *named(void *linked, const char *name) {
    return linked ? linked : dlsym(RTLD_DEFAULT, name);
}

/* The scanf names that take a va_list, by number. */
static int va_scan(int which, FILE *f, const char *format, ...) {
    int scanned = -2, errors = 0;
    int (*old)(FILE *, const char *, va_list, int *) = named(_IO_vfscanf, "_IO_vfscanf");
    int (*c23)(FILE *, const char *, va_list) = named(__isoc23_vfscanf, "__isoc23_vfscanf");
    va_list arguments;
    va_start(arguments, format);
    if (which == 0)
        scanned = __isoc99_vfscanf(f, format, arguments);
    else if (which == 1)
        scanned = __vfscanf(f, format, arguments);
    else if (which == 2)
        scanned = old(f, format, arguments, &errors);
    else
        scanned = c23 ? c23(f, format, arguments) : vfscanf(f, format, arguments);
    va_end(arguments);
    return scanned;
}

static const char written[] =
    "c0_IO_fputs\n_IO_fwrite|_IO_fprintf 7|-----|chk 8|v 9|vchk 10\nz 64\n11 12 13 14 15 end\n";

static void put_all(const struct window *window, size_t before) {
    FILE *f = _IO_fopen("data", "w");
    REQUIRE(f);
    if (window->kind >= 0)
        EXPECT_INT(_IO_setvbuf(f, window_memory, window->kind, window->size), 0);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(_IO_putc('b', f), 'b');
    EXPECT_INT(_IO_putc('c', f), 'c');
    EXPECT_INT(_IO_putc(0x130, f), '0');
    EXPECT(_IO_fputs("_IO_fputs\n", f) >= 0);
    EXPECT_INT(_IO_fwrite("_IO_fwrite|", 1, 11, f), 11);
    EXPECT_INT(_IO_fprintf(f, "_IO_fprintf %d|", 7), 14);
    EXPECT_INT(_IO_padn(f, '-', 5), 5);
    EXPECT_INT(__fprintf_chk(f, 1, "|chk %d", 8), 6);
    EXPECT_INT(va_vfprintf(f, "|v %d", 9), 4);
    EXPECT_INT(va_vfprintf_chk(f, "|vchk %d\n", 10), 9);
    EXPECT_INT(_IO_ftell(f), before + 61);
    EXPECT_INT(_IO_fflush(f), 0);
    EXPECT_INT(_IO_ferror(f), 0);
    _IO_flockfile(f);
    EXPECT_INT(_IO_ftrylockfile(f), 0);
    EXPECT_INT(fputs_unlocked("z", f) >= 0, 1);
    EXPECT_INT(fflush_unlocked(f), 0);
    EXPECT_INT(fileno_unlocked(f), fileno(f));
    EXPECT_INT(ferror_unlocked(f), 0);
    EXPECT_INT(feof_unlocked(f), 0);
    _IO_funlockfile(f);
    _IO_funlockfile(f);
    EXPECT_INT(fprintf(f, " %d\n11 12 13 14 15 end\n", 64), 23);
    EXPECT_INT(_IO_flush_all(), 0);
    _IO_flush_all_linebuffered();
    struct stat status;
    EXPECT(stat("data", &status) == 0 && status.st_size == (off_t)(before + sizeof written - 1));
    EXPECT_INT(_IO_fclose(f), 0);
}

static void get_all(const struct window *window, size_t before) {
    char line[100];
    fpos_t place;
    fpos64_t place64;
    int number = 0;
    int descriptor = open("data", O_RDONLY);
    FILE *f = _IO_fdopen(descriptor, "r");
    REQUIRE(f);
    if (window->kind >= 0)
        _IO_setbuffer(f, window->kind == _IONBF ? NULL : window_memory, window->size);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(_IO_getc(f), 'b');
    EXPECT_INT(_IO_peekc_locked(f), 'c');
    EXPECT_INT(_IO_getc(f), 'c');
    EXPECT_INT(_IO_ungetc('C', f), 'C');
    EXPECT_INT(_IO_fgetpos(f, &place), 0);
    EXPECT(_IO_fgets(line, 100, f) == line);
    EXPECT_TEXT(line, "C0_IO_fputs\n");
    EXPECT_INT(_IO_fsetpos(f, &place), 0);
    EXPECT_INT(_IO_getc(f), 'c');
    EXPECT_INT(_IO_getline(f, line, 100, '\n', 0), 10);
    EXPECT_BYTES(line, 10, "0_IO_fputs", 10);
    EXPECT_INT(_IO_fread(line, 1, 4, f), 4);
    EXPECT_BYTES(line, 4, "_IO_", 4);
    EXPECT_INT(_IO_fgetpos64(f, &place64), 0);
    EXPECT_INT(_IO_sgetn(f, line, 7), 7);
    EXPECT_BYTES(line, 7, "fwrite|", 7);
    EXPECT_INT(_IO_fsetpos64(f, &place64), 0);
    EXPECT_INT(__fread_chk(line, 100, 1, 7, f), 7);
    EXPECT_BYTES(line, 7, "fwrite|", 7);
    EXPECT_INT(__fread_unlocked_chk(line, 100, 1, 14, f), 14);
    EXPECT_BYTES(line, 14, "_IO_fprintf 7|", 14);
    EXPECT(__fgets_chk(line, 100, 6, f) == line);
    EXPECT_TEXT(line, "-----");
    EXPECT(__fgets_unlocked_chk(line, 100, 100, f) == line);
    EXPECT_TEXT(line, "|chk 8|v 9|vchk 10\n");
    EXPECT_INT(fgetpos64(f, &place64), 0);
    EXPECT_INT(fseeko64(f, 1, SEEK_CUR), 0);
    EXPECT_INT(ftello64(f), before + 62);
    EXPECT_INT(fsetpos64(f, &place64), 0);
    EXPECT_INT(_IO_getc(f), 'z');
    EXPECT_INT(__isoc99_fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 64);
    for (int which = 0; which < 4; which++) {
        EXPECT_INT(va_scan(which, f, "%d", &number), 1);
        EXPECT_INT(number, 11 + which);
    }
    int (*c23)(FILE *, const char *, ...) = named(__isoc23_fscanf, "__isoc23_fscanf");
    EXPECT(c23 || !on_libbuf());
    EXPECT_INT(c23 ? c23(f, "%d", &number) : fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, 15);
    EXPECT_INT(_IO_feof(f), 0);
    EXPECT_INT(_IO_fclose(f), 0);
}

static int va_vprintf_chk(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = __vprintf_chk(1, format, arguments);
    va_end(arguments);
    return printed;
}

static void put_stdout(void) {
    EXPECT(_IO_puts("_IO_puts") >= 0);
    EXPECT_INT(_IO_printf("_IO_printf %d\n", 1), 13);
    EXPECT_INT(__printf_chk(1, "__printf_chk %d\n", 2), 15);
    EXPECT_INT(va_vprintf_chk("__vprintf_chk %d\n", 3), 16);
}

/* fopen64, freopen64, tmpfile64, _IO_popen: the streams they make work. */
static void open_all(void) {
    char line[20];
    FILE *f = fopen64("other", "w+");
    REQUIRE(f);
    EXPECT(fputs("64", f) >= 0);
    REQUIRE(freopen64("data", "w+", f) == f);
    EXPECT(fputs("data64", f) >= 0);
    rewind(f);
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_TEXT(line, "data64");
    fclose(f);
    EXPECT_FILE("other", "64", 2);
    EXPECT_FILE("data", "data64", 6);
    f = tmpfile64();
    REQUIRE(f);
    EXPECT_INT(fputs("tmp", f) >= 0, 1);
    rewind(f);
    EXPECT_INT(getc(f), 't');
    fclose(f);
    f = _IO_popen("echo popen", "r");
    REQUIRE(f);
    EXPECT(fgets(line, 20, f) == line);
    EXPECT_TEXT(line, "popen\n");
    EXPECT_INT(pclose(f), 0);
}

int main(void) {
    for (int kind = 0; kind < WINDOWS; kind++)
        for (int fill = 0; fill < FILLS; fill++) {
            size_t before = fill_of(&windows[kind], fill);
            situation("%s, %zu bytes before", windows[kind].name, before);
            put_all(&windows[kind], before);
            char *want = malloc(before + sizeof written);
            memset(want, 'b', before);
            memcpy(want + before, written, sizeof written - 1);
            EXPECT_FILE("data", want, before + sizeof written - 1);
            free(want);
            get_all(&windows[kind], before);
        }
    situation("streams by other names");
    open_all();
    put_stdout();
    return finish();
}
