/* See encoding.h. UTF-8, the everyday case, is coded here, as glibc codes it: up to six bytes, no surrogates,
   nothing longer than it need be. Other encodings of locales go through mbrtowc and wcrtomb, named ones
   through iconv. */

#include "encoding.h"
#include "libc.h"
#include <iconv.h>
#include <langinfo.h>
#include <stdio.h>

enum { NAME_MAX_LENGTH = 48 };

struct encoding {
    enum { RAW, UTF8, LOCALE, NAMED } kind;
    bool ascii;         /* see buf__encoding_is_ascii */
    size_t eaten;       /* NAMED: bytes at the front of the present character that `in` already has */
    iconv_t in, out;    /* NAMED: to and from wchar_t */
    iconv_t substitute; /* what the encoding lacks, transliterated; NO_CONVERTER until needed */
    char name[NAME_MAX_LENGTH + 12]; /* for iconv, with "//TRANSLIT" behind it */
};
#define NO_CONVERTER ((iconv_t)-1)

static struct encoding *new_encoding(struct stream *s, const char *name, size_t length) {
    if (s->encoding)
        buf__encoding_free(s);
    struct encoding *e = malloc(sizeof *e);
    if (!e)
        return NULL;
    if (length > NAME_MAX_LENGTH)
        length = NAME_MAX_LENGTH;
    *e = (struct encoding){
        .kind = LOCALE, .in = NO_CONVERTER, .out = NO_CONVERTER, .substitute = NO_CONVERTER};
    memcpy(e->name, name, length);
    memcpy(e->name + length, "//TRANSLIT", sizeof "//TRANSLIT");
    s->encoding = e;
    return e;
}

void buf__encoding_bind(struct stream *s) {
    if (s->encoding)
        return;
    const char *name = LIBC(nl_langinfo)(CODESET);
    struct encoding *e = new_encoding(s, name, strlen(name));
    if (!e)
        return;
    bool utf8 = strcmp(name, "UTF-8") == 0;
    e->kind = s->raw ? RAW : utf8 ? UTF8 : LOCALE;
    e->ascii = !s->raw && (utf8 || strcmp(name, "ANSI_X3.4-1968") == 0 || strncmp(name, "ISO-8859-", 9) == 0);
}

/* One character through iconv: the bytes it makes, or -EILSEQ. */
static ssize_t convert_out(iconv_t converter, wchar_t c, char *bytes) {
    char *from = (char *)&c, *to = bytes;
    size_t have = sizeof c, room = CHARACTER_MAX;
    if (converter == NO_CONVERTER || LIBC(iconv)(converter, &from, &have, &to, &room) == (size_t)-1)
        return -EILSEQ;
    return to - bytes;
}

int buf__encoding_bind_named(struct stream *s, const char *name, size_t length) {
    char plain[NAME_MAX_LENGTH + 1];
    if (length == 0 || length > NAME_MAX_LENGTH)
        return -EINVAL;
    memcpy(plain, name, length);
    plain[length] = '\0';
    struct encoding *e = new_encoding(s, name, length);
    if (!e)
        return -ENOMEM;
    e->kind = NAMED;
    e->in = LIBC(iconv_open)("WCHAR_T", plain);
    e->out = LIBC(iconv_open)(e->name, "WCHAR_T");
    if (e->in == NO_CONVERTER || e->out == NO_CONVERTER) {
        buf__encoding_free(s);
        return -EINVAL;
    }
    char mark[CHARACTER_MAX];
    convert_out(e->out, L' ',
                mark); /* as libc, no byte order mark: it would come before the first character */
    return 0;
}

void buf__encoding_free(struct stream *s) {
    struct encoding *e = s->encoding;
    if (!e)
        return;
    iconv_t converters[] = {e->in, e->out, e->substitute};
    for (int i = 0; i < 3; i++)
        if (converters[i] != NO_CONVERTER)
            LIBC(iconv_close)(converters[i]);
    free(e);
    s->encoding = NULL;
}

bool buf__encoding_is_ascii(const struct stream *s) {
    return s->encoding && s->encoding->ascii;
}

static ssize_t substitute(struct encoding *e, wchar_t c, char *bytes) {
    if (e->substitute == NO_CONVERTER)
        e->substitute = LIBC(iconv_open)(e->name, "WCHAR_T");
    return convert_out(e->substitute, c, bytes);
}

/* The bytes of UTF-8, or 0 for a surrogate or a negative value. */
static ssize_t encode_utf8(uint32_t c, char *bytes) {
    if (c < 0x80) {
        *bytes = (char)c;
        return 1;
    }
    if ((c & 0xfffff800) == 0xd800 || c > 0x7fffffff)
        return 0;
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : c < 0x200000 ? 4 : c < 0x4000000 ? 5 : 6;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        bytes[i] = (char)(0x80 | (c & 0x3f));
    bytes[0] = (char)(0xff00 >> n | c);
    return (ssize_t)n;
}

static ssize_t decode_utf8(const unsigned char *p, size_t have, wchar_t *c) {
    if (*p < 0x80) {
        *c = *p;
        return 1;
    }
    if (*p < 0xc2 || *p > 0xfd)
        return -EILSEQ;
    size_t n = (size_t)__builtin_clz(~((unsigned)*p << 24));
    uint32_t value = *p & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (i == have)
            return 0;
        if ((p[i] & 0xc0) != 0x80)
            return -EILSEQ;
        value = value << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {[2] = 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
    if (value < least[n] || (value & 0xfffff800) == 0xd800)
        return -EILSEQ;
    *c = (wchar_t)value;
    return (ssize_t)n;
}

static ssize_t encode_locale(struct stream *s, wchar_t c, char *bytes) {
    size_t n = wcrtomb(bytes, c, &s->wide_out);
    return n == (size_t)-1 ? 0 : (ssize_t)n;
}

ssize_t buf__encode(struct stream *s, wchar_t c, char bytes[CHARACTER_MAX]) {
    struct encoding *e = s->encoding;
    if (!e)
        return -ENOMEM;
    if (e->kind == RAW) {
        memcpy(bytes, &c, sizeof c);
        return sizeof c;
    }
    int saved = errno; /* what is transliterated in the end is no error */
    ssize_t n = e->kind == UTF8     ? encode_utf8((uint32_t)c, bytes)
                : e->kind == LOCALE ? encode_locale(s, c, bytes)
                                    : 0;
    if (e->kind == NAMED)
        n = convert_out(e->out, c, bytes);
    else if (n == 0)
        n = substitute(e, c, bytes);
    errno = saved;
    return n;
}

static ssize_t decode_locale(struct stream *s, const char *bytes, size_t n, wchar_t *c) {
    mbstate_t state = s->wide_in;
    size_t r = mbrtowc(c, bytes, n, &state);
    if (r == (size_t)-1)
        return -EILSEQ;
    if (r == (size_t)-2)
        return 0;
    s->wide_in = state;
    return r > 0 ? (ssize_t)r : 1; /* a NUL says 0 */
}

/* A byte order mark or shift sequence makes no character: the converter has it, and is not given it again. */
static ssize_t decode_named(struct encoding *e, const char *bytes, size_t n, wchar_t *c) {
    char *from = (char *)bytes + e->eaten, *to = (char *)c;
    size_t have = n - e->eaten, room = sizeof *c;
    int saved = errno;
    bool wrong = LIBC(iconv)(e->in, &from, &have, &to, &room) == (size_t)-1 && errno == EILSEQ;
    errno = saved;
    e->eaten = wrong || room == 0 ? 0 : (size_t)(from - bytes);
    if (room == 0)
        return from - bytes;
    return wrong ? -EILSEQ : 0;
}

ssize_t buf__decode(struct stream *s, const char *bytes, size_t n, wchar_t *c) {
    struct encoding *e = s->encoding;
    if (!e)
        return -ENOMEM;
    switch (e->kind) {
    case RAW:
        if (n < sizeof *c)
            return 0;
        memcpy(c, bytes, sizeof *c);
        return sizeof *c;
    case UTF8:
        return decode_utf8((const unsigned char *)bytes, n, c);
    case LOCALE:
        return decode_locale(s, bytes, n, c);
    default:
        return decode_named(e, bytes, n, c);
    }
}
