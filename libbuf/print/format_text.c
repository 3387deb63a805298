/* Characters, strings, error texts, and what is printed for a conversion that does not exist. */
#include "format_out.h"

#include "format_digits.h"

#include <string.h>
#include <wchar.h>

/* Converted at a time; glibc's own sizes, which show in what is put before an invalid character. */
enum { CHUNK_BYTES = 256, CHUNK_LETTERS = 64 };

static int out_padded_bytes(struct out *out, const struct spec *spec, const char *bytes, size_t n) {
    return buf__out_piece(out, spec, &(struct piece){.text = bytes, .length = (int64_t)n});
}

static int out_padded_letters(struct out *out, const struct spec *spec, const wchar_t *letters, size_t n) {
    int failed = buf__out_open(out, spec, false, NULL, 0, (int64_t)n);
    if (!failed)
        failed = buf__out_letters(out, letters, n);
    return failed ? failed : buf__out_close(out, spec, (int64_t)n);
}

/* Walks a wide string as bytes of the locale, at most `limit` of them and no part of a character; puts them
   when `out` is given. Returns their number or -EILSEQ or what the sink says. */
static int64_t letters_as_bytes(struct out *out, const void *text, size_t limit) {
    const wchar_t *from = text;
    char bytes[CHUNK_BYTES];
    mbstate_t state = {0};
    int64_t total = 0;
    while (from && limit) {
        size_t n = wcsrtombs(bytes, &from, limit < sizeof bytes ? limit : sizeof bytes, &state);
        if (n == (size_t)-1)
            return -EILSEQ;
        if (n == 0)
            break;
        int failed = out ? buf__out_bytes(out, bytes, n) : 0;
        if (failed)
            return failed;
        total += (int64_t)n;
        limit -= n;
    }
    return total;
}

/* The same for a multibyte string as wide characters. */
static int64_t bytes_as_letters(struct out *out, const void *text, size_t limit) {
    const char *from = text;
    wchar_t letters[CHUNK_LETTERS];
    mbstate_t state = {0};
    int64_t total = 0;
    while (from && limit) {
        size_t n = mbsrtowcs(letters, &from, limit < CHUNK_LETTERS ? limit : CHUNK_LETTERS, &state);
        if (n == (size_t)-1)
            return -EILSEQ;
        if (n == 0)
            break;
        int failed = out ? buf__out_letters(out, letters, n) : 0;
        if (failed)
            return failed;
        total += (int64_t)n;
        limit -= n;
    }
    return total;
}

/* A string of the other kind than the destination: counted first only where blanks come before it. As in
   glibc, a character that cannot be converted then ends the call before the text if a precision is given,
   else within it. */
static int out_converted(struct out *out, const struct spec *spec, const void *text) {
    int64_t (*walk)(struct out *, const void *, size_t) = out->narrow ? letters_as_bytes : bytes_as_letters;
    size_t limit = spec->precision < 0 ? SIZE_MAX : (size_t)spec->precision;
    if (spec->width > 0 && !(spec->flags & FLAG_LEFT)) {
        int64_t length = walk(NULL, text, limit);
        if (length < 0 && spec->precision >= 0)
            return (int)length;
        int failed = length < 0 ? 0 : buf__out_open(out, spec, false, NULL, 0, length);
        if (failed)
            return failed;
    }
    int64_t put = walk(out, text, limit);
    return put < 0 ? (int)put : buf__out_close(out, spec, put);
}

int buf__convert_narrow_string(struct out *out, const struct spec *spec, const char *text) {
    if (!out->narrow)
        return out_converted(out, spec, text);
    size_t n = spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision);
    return out_padded_bytes(out, spec, text, n);
}

int buf__convert_string(struct out *out, const struct spec *spec, const void *text) {
    if (!text) {
        size_t n = spec->precision < 0 || spec->precision >= 6 ? 6 : 0;
        return out_padded_bytes(out, spec, "(null)", n);
    }
    if (!(spec->size & SIZE_LONG) && spec->conversion != 'S')
        return buf__convert_narrow_string(out, spec, text);
    if (out->narrow)
        return out_converted(out, spec, text);
    const wchar_t *letters = text;
    return out_padded_letters(out, spec, letters,
                              spec->precision < 0 ? wcslen(letters)
                                                  : wcsnlen(letters, (size_t)spec->precision));
}

int buf__convert_character(struct out *out, const struct spec *spec, int value) {
    bool wide = spec->size & SIZE_LONG || spec->conversion == 'C';
    if (!out->narrow) {
        wchar_t letter = wide ? (wchar_t)value : (wchar_t)btowc((unsigned char)value);
        int failed = buf__out_open(out, spec, false, NULL, 0, 1);
        if (!failed)
            failed = buf__out_letters(out, &letter, 1);
        if (!failed && letter == (wchar_t)WEOF) /* no character: glibc puts it all the same, and fails */
            failed = -EILSEQ;
        return failed ? failed : buf__out_close(out, spec, 1);
    }
    char bytes[MB_LEN_MAX] = {(char)value};
    size_t n = 1;
    if (wide) {
        mbstate_t state = {0};
        n = wcrtomb(bytes, (wchar_t)value, &state);
        if (n == (size_t)-1)
            return -EILSEQ;
    }
    return out_padded_bytes(out, spec, bytes, n);
}

int buf__convert_error(struct out *out, const struct spec *spec) {
    char room[256];
    int number = errno;
    if (spec->flags & FLAG_ALT) {
        const char *name = strerrorname_np(number);
        return name ? buf__convert_narrow_string(out, spec, name)
                    : buf__convert_integer(out, spec, (uint64_t)(int64_t)number);
    }
    return buf__convert_narrow_string(out, spec, strerror_r(number, room, sizeof room));
}

/* As glibc shows it: the flags in its order, width, precision, the letter; no length modifier. */
int buf__convert_unknown(struct out *out, const struct spec *spec) {
    char text[40], *at = text;
    *at++ = '%';
    if (spec->flags & FLAG_ALT)
        *at++ = '#';
    if (spec->flags & FLAG_GROUP)
        *at++ = '\'';
    if (spec->flags & FLAG_PLUS)
        *at++ = '+';
    else if (spec->flags & FLAG_SPACE)
        *at++ = ' ';
    if (spec->flags & FLAG_LEFT)
        *at++ = '-';
    if (spec->flags & FLAG_ZERO)
        *at++ = '0';
    if (spec->flags & FLAG_LOCAL)
        *at++ = 'I';
    if (spec->width)
        at = buf__put_decimal(at, (uint64_t)spec->width);
    if (spec->precision >= 0) {
        *at++ = '.';
        at = buf__put_decimal(at, (uint64_t)spec->precision);
    }
    int failed = buf__out_ascii(out, text, (size_t)(at - text));
    if (failed || !spec->conversion)
        return failed;
    if (!out->narrow)
        return buf__out_letters(out, &(wchar_t){(wchar_t)spec->conversion}, 1);
    return buf__out_bytes(out, &(char){(char)spec->conversion}, 1);
}
