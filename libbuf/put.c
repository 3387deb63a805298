/* Putting bytes: fputc, fputs, puts, fwrite and kin (C17 7.21.7, 7.21.8.2). */

#include "copy.h"
#include "entry.h"
#include "report.h"

/* What a line-buffered window takes without a flush as long as there is no newline in it. Such a window looks full
   (write_end), so that every put comes here. */
static size_t room_in_line(const struct stream *s) {
    int flags = s->file._flags & (FLAG_PUTTING | FLAG_LINE | FLAG_UNBUFFERED);
    bool whole = s->held_size == 0 && s->file._IO_read_end == s->file._IO_write_base;
    if (flags != (FLAG_PUTTING | FLAG_LINE) || s->wide != -1 || !whole)
        return 0;
    size_t held = (size_t)(s->file._IO_write_ptr - s->file._IO_write_base);
    size_t room = (size_t)(s->file._IO_buf_end - s->file._IO_write_base);
    room = room < s->size ? room : s->size;
    return held < room ? room - held : 0;
}

/* Puts one byte where the window has no room for it. Returns it, or EOF. */
static __attribute__((noinline)) int put_slow(struct stream *s, int c) {
    if ((char)c != '\n' && room_in_line(s) > 1)
        return (unsigned char)(*s->file._IO_write_ptr++ = (char)c);
    if (!orient(s, -1)) {
        wchar_t wide = (unsigned char)c; /* as libc, which refuses strings and blocks only */
        return buf__put_wide(s, &wide, 1) ? (int)wide : EOF;
    }
    char byte = (char)c;
    int error;
    size_t done = buf__put(s, &byte, 1, &error);
    if (error < 0) {
        s->file._IO_write_ptr -= done; /* a byte that the program is told was refused is not kept */
        if (done && s->watched)
            buf__report_refused(s);
        note_error(s, error);
        return EOF;
    }
    return (unsigned char)c;
}

static inline int put_one(struct stream *s, int c) {
    if (__builtin_expect(s->file._IO_write_ptr < s->file._IO_write_end, 1))
        return (unsigned char)(*s->file._IO_write_ptr++ = (char)c);
    return put_slow(s, c);
}

static __attribute__((noinline)) int put_locked(int c, FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fputc)(c, f);
    LOCKED(s);
    return put_one(s, c);
}

/* Room in the window is all that matters, whoever made the stream. */
static inline bool roomy(FILE *f) {
    return __builtin_expect(f->_IO_write_ptr < f->_IO_write_end, 1);
}

int fputc(int c, FILE *f) {
    if (roomy(f) && __builtin_expect(__libc_single_threaded, 1))
        return (unsigned char)(*f->_IO_write_ptr++ = (char)c);
    return put_locked(c, f);
}
ALIAS(fputc, putc);
ALIAS(fputc, _IO_putc);

int fputc_unlocked(int c, FILE *f) {
    if (roomy(f))
        return (unsigned char)(*f->_IO_write_ptr++ = (char)c);
    struct stream *s = ours(f);
    return s ? put_slow(s, c) : LIBC(fputc_unlocked)(c, f);
}
ALIAS(fputc_unlocked, putc_unlocked);

int putchar(int c) {
    return fputc(c, stdout);
}

int putchar_unlocked(int c) {
    return fputc_unlocked(c, stdout);
}

/* Inlined putc_unlocked found the window full. With EOF libc's own __overflow flushes. */
int __overflow(FILE *f, int c) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC_AS(int (*)(FILE *, int), "__overflow")(f, c);
    if (c != EOF)
        return put_one(s, c);
    int r = buf__flush(s);
    if (r < 0)
        note_error(s, r);
    return r < 0 ? EOF : 0;
}

/* Whether n bytes, few and more than none, fit into the open window of a byte stream. */
static inline bool few_fit(const struct stream *s, size_t n) {
    return n - 1 < SMALL && (ptrdiff_t)n <= s->file._IO_write_end - s->file._IO_write_ptr && s->wide == -1;
}

static inline void put_few(struct stream *s, const char *p, size_t n) {
    copy_small(s->file._IO_write_ptr, p, n);
    s->file._IO_write_ptr += n;
}

/* Part of a line, which stays; false when it may be more than that. */
static bool put_in_line(struct stream *s, const char *p, size_t n) {
    if (n >= room_in_line(s) || memchr(p, '\n', n))
        return false;
    memcpy(s->file._IO_write_ptr, p, n);
    s->file._IO_write_ptr += n;
    return true;
}

static __attribute__((noinline)) size_t put_many(struct stream *s, const char *p, size_t size, size_t n) {
    size_t total, done;
    if (size == 0 || n == 0 || !orient(s, -1))
        return 0;
    if (__builtin_mul_overflow(size, n, &total))
        total = SIZE_MAX - SIZE_MAX % size; /* no such object exists: libc would run off its end as well */
    if (!putting(s) && buf__begin_put(s) == 0 && few_fit(s, total)) {
        put_few(s, p, total); /* the first after a seek */
        return n;
    }
    if (put_in_line(s, p, total))
        return n;
    if ((ptrdiff_t)total < s->file._IO_write_end - s->file._IO_write_ptr && (ptrdiff_t)total > 0 &&
        !s->watched) {
        memcpy(s->file._IO_write_ptr, p, total);
        s->file._IO_write_ptr += total;
        return n;
    }
    done = put_bytes(s, p, total);
    return done == total ? n : done / size;
}

static inline size_t put_items(struct stream *s, const void *p, size_t size, size_t n) {
    size_t total;
    if (__builtin_expect(__builtin_mul_overflow(size, n, &total) || !few_fit(s, total), 0))
        return put_many(s, p, size, n);
    put_few(s, p, total);
    return n;
}
ENTRY_PAIR(size_t, fwrite, (const void *restrict p, size_t size, size_t n, FILE *restrict f), (p, size, n, f),
           f, put_items(s, p, size, n))
ALIAS(fwrite, _IO_fwrite);

/* 1, or EOF when not everything was accepted or a line could not be flushed. */
static __attribute__((noinline)) int put_long_string(struct stream *s, const char *string, size_t n) {
    if (put_in_line(s, string, n))
        return 1;
    return orient(s, -1) && put_all(s, string, n) ? 1 : EOF;
}

static inline int put_string(struct stream *s, const char *string) {
    size_t n = strlen(string);
    if (__builtin_expect(!few_fit(s, n), 0))
        return put_long_string(s, string, n);
    put_few(s, string, n);
    return 1;
}
ENTRY_PAIR(int, fputs, (const char *restrict string, FILE *restrict f), (string, f), f, put_string(s, string))
ALIAS(fputs, _IO_fputs);

/* A string and a newline where a report is on: one call. */
static __attribute__((noinline)) bool put_line_watched(struct stream *s, const char *string) {
    buf__report_join(s);
    bool all = put_string(s, string) != EOF && put_slow(s, '\n') != EOF;
    buf__report_joined(s);
    return all;
}

static int put_line(struct stream *s, const char *string) {
    size_t n = strlen(string) + 1;
    if (__builtin_expect(s->watched, 0) ? !put_line_watched(s, string)
                                        : put_string(s, string) == EOF || put_one(s, '\n') == EOF)
        return EOF;
    return n < INT32_MAX ? (int)n : INT32_MAX;
}

static __attribute__((noinline)) int puts_locked(const char *string) {
    struct stream *s = ours(stdout);
    if (!s)
        return LIBC(fputs)(string, stdout) == EOF ? EOF : LIBC(fputc)('\n', stdout);
    LOCKED(s);
    return put_line(s, string);
}

int puts(const char *string) {
    struct stream *s = ours(stdout);
    return ALONE(s) ? put_line(s, string) : puts_locked(string);
}
ALIAS(puts, _IO_puts);

int putw(int word, FILE *f) {
    return fwrite(&word, sizeof word, 1, f) == 1 ? 0 : EOF;
}
