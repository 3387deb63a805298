/* Wide characters (C17 7.29.3), in the stream's encoding. libc's own wide functions cannot be handed our
   streams. */

#include "entry.h"
#include <emmintrin.h>

int fwide(FILE *f, int mode) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fwide)(f, mode);
    LOCKED(s);
    if (mode != 0)
        orient(s, mode > 0 ? 1 : -1);
    return s->wide < 0 ? -1 : s->wide;
}

static wint_t put_wide(struct stream *s, wchar_t c) {
    return buf__put_wide(s, &c, 1) ? (wint_t)c : WEOF;
}

bool buf__put_wide(struct stream *s, const wchar_t *string, size_t n) {
    char bytes[256];
    size_t filled = 0;
    if (!orient(s, 1))
        return false;
    bool ascii = buf__encoding_is_ascii(s);
    for (size_t i = 0; i < n; i++) {
        if (ascii && (uint32_t)string[i] < 0x80) {
            bytes[filled++] = (char)string[i];
        } else {
            ssize_t length = buf__encode(s, string[i], bytes + filled);
            if (length < 0) {
                put_all(s, bytes, filled);
                note_error(s, length);
                return false;
            }
            filled += (size_t)length;
        }
        if (filled > sizeof bytes - CHARACTER_MAX) {
            if (!put_all(s, bytes, filled))
                return false;
            filled = 0;
        }
    }
    return put_all(s, bytes, filled);
}

/* Puts back what was taken of a character that could not be finished. */
static void give_back(struct stream *s, const char *bytes, size_t n) {
    while (n > 0)
        buf__unget(s, (unsigned char)bytes[--n]);
}

/* A character that is not plain ASCII in the window. One that the encoding does not know stays unread, as
   with libc. */
static wint_t decode_next(struct stream *s) {
    char bytes[CHARACTER_MAX];
    size_t n = 0;
    ssize_t length = 0, r = 1;
    wchar_t c;
    while (length == 0 && n < sizeof bytes && (unread(s) || (r = buf__fill(s)) > 0)) {
        bytes[n++] = *s->file._IO_read_ptr++;
        length = buf__decode(s, bytes, n, &c);
    }
    if (length > 0)
        return (wint_t)c;
    give_back(s, bytes, n);
    note_input(s, length < 0 ? length
                  : r < 0    ? r
                  : n > 0    ? -EILSEQ
                             : 0); /* a file may end inside a character */
    return WEOF;
}

wint_t buf__get_wide(struct stream *s) {
    if (!orient(s, 1))
        return WEOF;
    if (unread(s) && (unsigned char)*s->file._IO_read_ptr < 0x80 && buf__encoding_is_ascii(s))
        return (unsigned char)*s->file._IO_read_ptr++;
    return decode_next(s);
}

ENTRY_PAIR(wint_t, fgetwc, (FILE * f), (f), f, buf__get_wide(s))
ALIAS(fgetwc, getwc);
ALIAS(fgetwc_unlocked, getwc_unlocked);
ENTRY_PAIR(wint_t, fputwc, (wchar_t c, FILE *f), (c, f), f, put_wide(s, c))
ALIAS(fputwc, putwc);
ALIAS(fputwc_unlocked, putwc_unlocked);

wint_t getwchar(void) {
    return fgetwc(stdin);
}

wint_t getwchar_unlocked(void) {
    return fgetwc_unlocked(stdin);
}

wint_t putwchar(wchar_t c) {
    return fputwc(c, stdout);
}

wint_t putwchar_unlocked(wchar_t c) {
    return fputwc_unlocked(c, stdout);
}

/* The inlined wide macros of old programs; only libc's streams ever have wide windows. */
wint_t __wuflow(FILE *f) {
    return ours(f) ? fgetwc_unlocked(f) : LIBC(__wuflow)(f);
}

wint_t __wunderflow(FILE *f) {
    if (!ours(f))
        return LIBC(__wunderflow)(f);
    wint_t c = fgetwc_unlocked(f);
    return c == WEOF ? c : ungetwc(c, f);
}

wint_t __woverflow(FILE *f, wint_t c) {
    return ours(f) ? fputwc_unlocked((wchar_t)c, f) : LIBC(__woverflow)(f, c);
}

/* Widens sixteen bytes that are plain ASCII and no newline; false when one is. */
static inline bool widen_sixteen(const unsigned char *from, wchar_t *to) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from), zero = _mm_setzero_si128();
    if (_mm_movemask_epi8(_mm_or_si128(bytes, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')))))
        return false;
    __m128i low = _mm_unpacklo_epi8(bytes, zero), high = _mm_unpackhi_epi8(bytes, zero);
    __m128i wide[4] = {_mm_unpacklo_epi16(low, zero), _mm_unpackhi_epi16(low, zero),
                       _mm_unpacklo_epi16(high, zero), _mm_unpackhi_epi16(high, zero)};
    memcpy(to, wide, sizeof wide);
    return true;
}

/* Moves plain ASCII from the window, at most `n` characters, up to and including a newline (*ended). How
   many. */
static size_t ascii_run(struct stream *s, wchar_t *to, size_t n, bool *ended) {
    const unsigned char *at = (unsigned char *)s->file._IO_read_ptr;
    size_t there = unread(s), done = 0;
    if (!buf__encoding_is_ascii(s))
        return 0;
    if (n > there)
        n = there;
    while (n - done >= 16 && widen_sixteen(at + done, to + done))
        done += 16;
    while (done < n && at[done] < 0x80 && !*ended) {
        to[done] = at[done];
        *ended = at[done++] == '\n';
    }
    s->file._IO_read_ptr += done;
    return done;
}

static wchar_t *get_wide_string(struct stream *s, wchar_t *p, int n) {
    int done = 0;
    if (n <= 0)
        return NULL;
    if (n == 1) {
        *p = L'\0';
        return p;
    }
    bool failed_before = s->file._flags & FLAG_ERROR;
    s->file._flags &= ~FLAG_ERROR;
    bool ended = false;
    while (done < n - 1 && !ended) {
        size_t run = orient(s, 1) ? ascii_run(s, p + done, (size_t)(n - 1 - done), &ended) : 0;
        done += (int)run;
        if (ended || done == n - 1)
            break;
        wint_t c = buf__get_wide(s);
        if (c == WEOF)
            break;
        p[done++] = (wchar_t)c;
        ended = c == L'\n';
    }
    bool lost = done == 0 || ((s->file._flags & FLAG_ERROR) && errno != EAGAIN);
    if (failed_before)
        s->file._flags |= FLAG_ERROR;
    if (lost)
        return NULL;
    p[done] = L'\0';
    return p;
}
ENTRY_PAIR(wchar_t *, fgetws, (wchar_t *restrict p, int n, FILE *restrict f), (p, n, f), f,
           get_wide_string(s, p, n))

wchar_t *__fgetws_chk(wchar_t *restrict p, size_t room, int n, FILE *restrict f) {
    if (n > 0 && (size_t)n > room)
        __chk_fail();
    return fgetws(p, n, f);
}

wchar_t *__fgetws_unlocked_chk(wchar_t *restrict p, size_t room, int n, FILE *restrict f) {
    if (n > 0 && (size_t)n > room)
        __chk_fail();
    return fgetws_unlocked(p, n, f);
}

ENTRY_PAIR(int, fputws, (const wchar_t *restrict string, FILE *restrict f), (string, f), f,
           buf__put_wide(s, string, wcslen(string)) ? 1 : -1)

wint_t buf__unget_wide(struct stream *s, wint_t c) {
    char bytes[CHARACTER_MAX];
    ssize_t n = buf__encode(s, (wchar_t)c, bytes);
    if (n < 0)
        errno = (int)-n;
    while (n > 0) {
        int r = buf__unget(s, (unsigned char)bytes[--n]);
        if (r < 0) {
            errno = -r;
            n = -1;
        }
    }
    return n < 0 ? WEOF : c;
}

wint_t ungetwc(wint_t c, FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(ungetwc)(c, f);
    if (c == WEOF)
        return WEOF;
    LOCKED(s);
    return orient(s, 1) ? buf__unget_wide(s, c) : WEOF;
}
