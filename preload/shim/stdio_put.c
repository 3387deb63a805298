/* Putting bytes. */
#include "stdio_wrap.h"

#include <string.h>

WRAP(int, fputc, (int c, FILE *f), (c, f), f, PUT(1, result != EOF, result == EOF))
WRAP(int, putc, (int c, FILE *f), (c, f), f, PUT(1, result != EOF, result == EOF))
ALIAS(putc, _IO_putc);
WRAP(int, putchar, (int c), (c), stdout, PUT(1, result != EOF, result == EOF))
WRAP(int, fputc_unlocked, (int c, FILE *f), (c, f), f, PUT(1, result != EOF, result == EOF))
WRAP(int, putc_unlocked, (int c, FILE *f), (c, f), f, PUT(1, result != EOF, result == EOF))
WRAP(int, putchar_unlocked, (int c), (c), stdout, PUT(1, result != EOF, result == EOF))

static uint64_t put_string(const char *string, int result) {
    return result == EOF ? 0 : strlen(string);
}
WRAP(int, fputs, (const char *restrict s, FILE *restrict f), (s, f), f,
     PUT(strlen(s), put_string(s, result), result == EOF))
ALIAS(fputs, _IO_fputs);
WRAP(int, fputs_unlocked, (const char *restrict s, FILE *restrict f), (s, f), f,
     PUT(strlen(s), put_string(s, result), result == EOF))
WRAP(int, puts, (const char *s), (s), stdout,
     PUT(strlen(s) + 1, result == EOF ? 0 : strlen(s) + 1, result == EOF))
ALIAS(puts, _IO_puts);

WRAP(size_t, fwrite, (const void *restrict p, size_t size, size_t n, FILE *restrict f), (p, size, n, f), f,
     PUT(size *n, result *size, result < n && size))
ALIAS(fwrite, _IO_fwrite);
WRAP(size_t, fwrite_unlocked, (const void *restrict p, size_t size, size_t n, FILE *restrict f),
     (p, size, n, f), f, PUT(size *n, result *size, result < n && size))
WRAP(int, putw, (int word, FILE *f), (word, f), f,
     PUT(sizeof word, result == EOF ? 0 : sizeof word, result == EOF))

/* Inlined putc_unlocked found no room. With EOF it is a flush. */
WRAP(int, __overflow, (FILE * f, int c), (f, c), f, {
    stdio_inlined();
    PUT(c != EOF, c != EOF && result != EOF, result == EOF);
})
