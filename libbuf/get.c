/* Getting bytes: fgetc, fread and kin (C17 7.21.7, 7.21.8.1). */

#include "copy.h"
#include "entry.h"
#include "report.h"

static __attribute__((noinline)) int get_slow(struct stream *s) {
    if (!orient(s, -1) || (unread(s) == 0 && !fill_window(s)))
        return EOF;
    return (unsigned char)*s->file._IO_read_ptr++;
}

static inline bool more(FILE *f) {
    return __builtin_expect(f->_IO_read_ptr < f->_IO_read_end, 1);
}

static __attribute__((noinline)) int get_locked(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fgetc)(f);
    LOCKED(s);
    return more(f) ? (unsigned char)*f->_IO_read_ptr++ : get_slow(s);
}

int fgetc(FILE *f) {
    if (more(f) && __builtin_expect(__libc_single_threaded, 1))
        return (unsigned char)*f->_IO_read_ptr++;
    return get_locked(f);
}
ALIAS(fgetc, getc);
ALIAS(fgetc, _IO_getc);

int fgetc_unlocked(FILE *f) {
    if (more(f))
        return (unsigned char)*f->_IO_read_ptr++;
    struct stream *s = ours(f);
    return s ? get_slow(s) : LIBC(fgetc_unlocked)(f);
}
ALIAS(fgetc_unlocked, getc_unlocked);

int getchar(void) {
    return fgetc(stdin);
}

int getchar_unlocked(void) {
    return fgetc_unlocked(stdin);
}

/* Inlined getc_unlocked found the window empty. */
int __uflow(FILE *f) {
    struct stream *s = ours(f);
    return s ? get_slow(s) : LIBC_AS(int (*)(FILE *), "__uflow")(f);
}

/* The same without taking the byte. */
int __underflow(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC_AS(int (*)(FILE *), "__underflow")(f);
    int c = get_slow(s);
    if (c != EOF)
        f->_IO_read_ptr--;
    return c;
}

static size_t get_many_unwatched(struct stream *s, char *p, size_t size, size_t n) {
    size_t total;
    if (size == 0 || n == 0)
        return 0;
    orient(s, -1);
    if (__builtin_mul_overflow(size, n, &total))
        total = SIZE_MAX - SIZE_MAX % size; /* no such object exists: libc would run off its end as well */
    if (total <= unread(s)) {
        memcpy(p, s->file._IO_read_ptr, total);
        s->file._IO_read_ptr += total;
        return n;
    }
    int error;
    size_t done = buf__get(s, p, total, &error);
    if (error != 0)
        note_input(s, error);
    return done == total ? n : done / size;
}

static __attribute__((noinline)) size_t get_many(struct stream *s, char *p, size_t size, size_t n) {
    if (__builtin_expect(!s->watched, 1))
        return get_many_unwatched(s, p, size, n);
    buf__report_get(s);
    size_t done = get_many_unwatched(s, p, size, n);
    buf__report_got(s, done * size);
    return done;
}

static inline size_t get_items(struct stream *s, void *p, size_t size, size_t n) {
    size_t total;
    if (__builtin_expect(__builtin_mul_overflow(size, n, &total) || total - 1 >= SMALL || total > unread(s) ||
                             s->wide != -1,
                         0))
        return get_many(s, p, size, n);
    copy_small(p, s->file._IO_read_ptr, total);
    s->file._IO_read_ptr += total;
    return n;
}
ENTRY_PAIR(size_t, fread, (void *restrict p, size_t size, size_t n, FILE *restrict f), (p, size, n, f), f,
           get_items(s, p, size, n))
ALIAS(fread, _IO_fread);

static inline void check_room(size_t room, size_t size, size_t n) {
    size_t total;
    if (__builtin_mul_overflow(size, n, &total) || total > room)
        __chk_fail();
}

size_t __fread_chk(void *restrict p, size_t room, size_t size, size_t n, FILE *restrict f) {
    check_room(room, size, n);
    return fread(p, size, n, f);
}

size_t __fread_unlocked_chk(void *restrict p, size_t room, size_t size, size_t n, FILE *restrict f) {
    check_room(room, size, n);
    return fread_unlocked(p, size, n, f);
}

int getw(FILE *f) {
    int word;
    return fread(&word, sizeof word, 1, f) == 1 ? word : EOF;
}
