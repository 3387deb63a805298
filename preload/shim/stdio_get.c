/* Getting bytes. The end of the file is no error. */
#include "stdio_wrap.h"

#include <string.h>

#define GOT_CHARACTER(f) GOT(1, result != EOF, result == EOF && broken(f))
WRAP(int, fgetc, (FILE * f), (f), f, GOT_CHARACTER(f))
WRAP(int, getc, (FILE * f), (f), f, GOT_CHARACTER(f))
ALIAS(getc, _IO_getc);
WRAP(int, getchar, (void), (), stdin, GOT_CHARACTER(before.stream))
WRAP(int, fgetc_unlocked, (FILE * f), (f), f, GOT_CHARACTER(f))
WRAP(int, getc_unlocked, (FILE * f), (f), f, GOT_CHARACTER(f))
WRAP(int, getchar_unlocked, (void), (), stdin, GOT_CHARACTER(before.stream))

/* Inlined getc_unlocked found nothing there. */
WRAP(int, __uflow, (FILE * f), (f), f, {
    stdio_inlined();
    GOT_CHARACTER(f);
})
WRAP(int, __underflow, (FILE * f), (f), f, {
    stdio_inlined();
    GOT(result != EOF, 0, result == EOF && broken(f));
})

WRAP(int, ungetc, (int c, FILE *f), (c, f), f, {
    stdio_leave(thread, ROW, 0, result == EOF && c != EOF);
    files_cursor(thread, &before);
})
ALIAS(ungetc, _IO_ungetc);

#define GOT_LINE(f) GOT(result ? strlen(result) : 1, result ? strlen(result) : 0, !result && broken(f))
WRAP(char *, fgets, (char *restrict p, int n, FILE *restrict f), (p, n, f), f, GOT_LINE(f))
ALIAS(fgets, _IO_fgets);
WRAP_IN(fgets, char *, __fgets_chk, (char *restrict p, size_t size, int n, FILE *restrict f), (p, size, n, f),
        f, GOT_LINE(f))
WRAP(char *, fgets_unlocked, (char *restrict p, int n, FILE *restrict f), (p, n, f), f, GOT_LINE(f))
WRAP_IN(fgets_unlocked, char *, __fgets_unlocked_chk,
        (char *restrict p, size_t size, int n, FILE *restrict f), (p, size, n, f), f, GOT_LINE(f))
WRAP(char *, gets, (char *p), (p), stdin,
     GOT(result ? strlen(result) + 1 : 1, result ? strlen(result) + 1 : 0, !result && broken(before.stream)))
ALIAS(gets, _IO_gets);
WRAP_IN(gets, char *, __gets_chk, (char *p, size_t size), (p, size), stdin,
        GOT(result ? strlen(result) + 1 : 1, result ? strlen(result) + 1 : 0,
            !result && broken(before.stream)))

#define GOT_ITEMS(f) GOT_AS(GET_STRAIGHT, size *n, result *size, result < n && size && broken(f))
WRAP(size_t, fread, (void *restrict p, size_t size, size_t n, FILE *restrict f), (p, size, n, f), f,
     GOT_ITEMS(f))
ALIAS(fread, _IO_fread);
WRAP(size_t, fread_unlocked, (void *restrict p, size_t size, size_t n, FILE *restrict f), (p, size, n, f), f,
     GOT_ITEMS(f))
WRAP_IN(fread, size_t, __fread_chk, (void *restrict p, size_t room, size_t size, size_t n, FILE *restrict f),
        (p, room, size, n, f), f, GOT_ITEMS(f))
WRAP_IN(fread_unlocked, size_t, __fread_unlocked_chk,
        (void *restrict p, size_t room, size_t size, size_t n, FILE *restrict f), (p, room, size, n, f), f,
        GOT_ITEMS(f))

#define GOT_COUNT(f) GOT(result > 0 ? result : 1, result > 0 ? result : 0, result < 0 && broken(f))
WRAP(ssize_t, getline, (char **restrict p, size_t *restrict n, FILE *restrict f), (p, n, f), f, GOT_COUNT(f))
WRAP(ssize_t, getdelim, (char **restrict p, size_t *restrict n, int delimiter, FILE *restrict f),
     (p, n, delimiter, f), f, GOT_COUNT(f))
/* What getline is when the headers inline it. */
WRAP_IN(getdelim, ssize_t, __getdelim,
        (char **restrict p, size_t *restrict n, int delimiter, FILE *restrict f), (p, n, delimiter, f), f,
        GOT_COUNT(f))
WRAP(int, getw, (FILE * f), (f), f, GOT(sizeof result, feof(f) || broken(f) ? 0 : sizeof result, broken(f)))
