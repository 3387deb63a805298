/*
 * The scanf engine: formatted input from any source of bytes or wide characters.
 * It knows no stream: fscanf, sscanf, fwscanf and their kin each wrap what they read in a source and call it.
 * It behaves as glibc 2.36's vfscanf in what is assigned, returned, consumed and left in errno, but for what
 * docs/differences.md names.
 */
#ifndef BUF_SCAN_H
#define BUF_SCAN_H

#include <stdarg.h>
#include <stddef.h>
#include <wchar.h>

/* Bytes to scan. The engine looks at a byte before it takes it: what lies at `at` is never a byte that was
 * taken. */
struct source {
    const unsigned char *at;  /* next unread byte */
    const unsigned char *end; /* first byte that is not there */

    /* Called when at == end: makes at < end and returns 1, or returns 0 at the end of the input, or -errno.
       It is not called again in the same scan after 0 or -errno. It keeps errno as it was. NULL: nothing
       comes after `end`. */
    int (*more)(struct source *);

    /* Puts `count` bytes (at most MB_LEN_MAX) that were taken in front of `at` again, and takes back a 0 that
       more() said. Needed only when a multibyte digit or separator (flags I and ') turns out to be something
       else, and a more() was called since its first byte was taken. NULL: the bytes are lost. */
    void (*back)(struct source *, const unsigned char *bytes, size_t count);
};

/* The same for wide characters; nothing is ever put back. */
struct wide_source {
    const wchar_t *at;                 /* next unread character */
    const wchar_t *end;                /* first character that is not there */
    int (*more)(struct wide_source *); /* as above; -EILSEQ for bytes that are no character */
};

enum scan_mode {
    SCAN_GNU_A = 1, /* `a` before s, S, [ allocates (scanf as it was before C99); without: `a` is always the
                       conversion */
    SCAN_C23 = 2,   /* %b, %i with 0b, %wN and %wfN (the __isoc23_ names) */
};

/* Scan by `format` into the pointers of `arguments`. Return the number of items assigned, or EOF when the
   input ended or failed before the first one, or no memory was left for an `m` conversion (then all that this
   call allocated is freed again). */
int buf__scan(struct source *source, unsigned mode, const char *format, va_list arguments);
/* The same where `done` items were assigned already and `source` has moved on from `start`. */
int buf__scan_rest(struct source *source, unsigned mode, const char *format, va_list arguments,
                   const unsigned char *start, int done);
int buf__scan_wide(struct wide_source *source, unsigned mode, const wchar_t *format, va_list arguments);

/* The same over a string, looking no further ahead than a few kilobytes past what is consumed. */
int buf__scan_string(const char *string, unsigned mode, const char *format, va_list arguments);
int buf__scan_wide_string(const wchar_t *string, unsigned mode, const wchar_t *format, va_list arguments);

#endif
