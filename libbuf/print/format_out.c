/* The way out of the printf engine: pieces to a narrow or a wide sink, padding, and the locale's punctuation.
   Every piece is counted; a count beyond INT_MAX is EOVERFLOW. */
#include "format_out.h"

#include "format_digits.h"

#include <langinfo.h>
#include <string.h>

enum { SMALL_PIECE = 256, WIDENED = 64 };

static int count(struct out *out, uint64_t n) {
    if (n > INT_MAX || out->total + (int64_t)n > INT_MAX)
        return -EOVERFLOW;
    out->total += (int64_t)n;
    return 0;
}

/* A sink's work, with errno as it was unless it fails: %m prints what stood in errno before the call. */
static int more(struct sink *sink, size_t want) {
    int kept = errno, failed = sink->more(sink, want);
    if (!failed)
        errno = kept;
    return failed;
}

static int more_wide(struct wide_sink *sink, size_t want) {
    int kept = errno, failed = sink->more(sink, want);
    if (!failed)
        errno = kept;
    return failed;
}

int buf__out_bytes_slow(struct out *out, const char *bytes, size_t n) {
    struct sink *sink = out->narrow;
    int failed = count(out, n);
    while (!failed && n) {
        size_t room = (size_t)(sink->end - sink->at);
        if (n > room && n > SMALL_PIECE) {
            int kept = errno;
            failed = sink->put(sink, bytes, n);
            if (!failed)
                errno = kept;
            return failed;
        }
        size_t part = n < room ? n : room;
        memmove(sink->at, bytes, part);
        sink->at += part;
        bytes += part;
        n -= part;
        if (n)
            failed = more(sink, n);
    }
    return failed;
}

int buf__out_letters(struct out *out, const wchar_t *letters, size_t n) {
    struct wide_sink *sink = out->wide;
    int failed = count(out, n);
    while (!failed && n) {
        size_t room = (size_t)(sink->end - sink->at);
        if (n > room && n > SMALL_PIECE) {
            int kept = errno;
            failed = sink->put(sink, letters, n);
            if (!failed)
                errno = kept;
            return failed;
        }
        size_t part = n < room ? n : room;
        wmemmove(sink->at, letters, part);
        sink->at += part;
        letters += part;
        n -= part;
        if (n)
            failed = more_wide(sink, n);
    }
    return failed;
}

int buf__out_ascii(struct out *out, const char *text, size_t n) {
    if (out->narrow)
        return buf__out_bytes(out, text, n);
    int failed = 0;
    while (!failed && n) {
        wchar_t letters[WIDENED];
        size_t part = n < WIDENED ? n : WIDENED;
        for (size_t i = 0; i < part; i++)
            letters[i] = text[i];
        failed = buf__out_letters(out, letters, part);
        text += part;
        n -= part;
    }
    return failed;
}

static int fill_wide(struct wide_sink *sink, wchar_t c, size_t n) {
    int failed = 0;
    while (!failed && n) {
        size_t room = (size_t)(sink->end - sink->at), part = n < room ? n : room;
        wmemset(sink->at, c, part);
        sink->at += part;
        n -= part;
        if (n)
            failed = more_wide(sink, n);
    }
    return failed;
}

int buf__out_fill(struct out *out, char c, int64_t wanted) {
    if (wanted <= 0)
        return 0;
    size_t n = (size_t)wanted;
    int failed = count(out, n);
    if (!out->narrow)
        return failed ? failed : fill_wide(out->wide, c, n);
    struct sink *sink = out->narrow;
    while (!failed && n) {
        size_t room = (size_t)(sink->end - sink->at), part = n < room ? n : room;
        if (part <= 16)
            for (size_t i = 0; i < part; i++)
                sink->at[i] = c;
        else
            memset(sink->at, c, part);
        sink->at += part;
        n -= part;
        if (n)
            failed = more(sink, n);
    }
    return failed;
}

int buf__out_open(struct out *out, const struct spec *spec, bool zeros, const char *prefix, int prefix_length,
                  int64_t length) {
    int64_t pad = spec->flags & FLAG_LEFT ? 0 : spec->width - length;
    int failed = zeros ? 0 : buf__out_fill(out, ' ', pad);
    if (!failed && prefix_length)
        failed = buf__out_ascii(out, prefix, (size_t)prefix_length);
    if (!failed && zeros)
        failed = buf__out_fill(out, '0', pad);
    return failed;
}

int buf__out_close(struct out *out, const struct spec *spec, int64_t length) {
    return spec->flags & FLAG_LEFT ? buf__out_fill(out, ' ', spec->width - length) : 0;
}

static inline char *fill(char *at, char c, int64_t n) {
    uint64_t eight = (unsigned char)c * UINT64_C(0x0101010101010101);
    if (n > 16) {
        memset(at, c, (size_t)n);
    } else if (n > 8) {
        __builtin_memcpy(at, &eight, 8);
        __builtin_memcpy(at + n - 8, &eight, 8);
    } else if (n > 0) {
        buf__store(at, eight, (int)n);
    } else {
        return at;
    }
    return at + n;
}

static inline wchar_t *fill_letters(wchar_t *at, wchar_t c, int64_t n) {
    for (; n > 0; n--)
        *at++ = c;
    return at;
}

static inline wchar_t *widen(wchar_t *at, const char *text, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        *at++ = text[i];
    return at;
}

/* A piece that fits, with `pad` characters around it: in a narrow window. */
static char *put_piece(char *at, const struct spec *spec, const struct piece *piece, int64_t pad) {
    bool left = spec->flags & FLAG_LEFT;
    if (!piece->pad_zeros && !left)
        at = fill(at, ' ', pad);
    for (int i = 0; i < piece->prefix_length; i++)
        *at++ = piece->prefix[i];
    at = fill(at, '0', piece->zeros + (piece->pad_zeros ? pad : 0));
    if (piece->length <= 32)
        buf__copy_short(at, piece->text, (size_t)piece->length);
    else
        memcpy(at, piece->text, (size_t)piece->length);
    return fill(at + piece->length, ' ', left ? pad : 0);
}

/* The same in a wide window. */
static wchar_t *put_wide_piece(wchar_t *at, const struct spec *spec, const struct piece *piece, int64_t pad) {
    bool left = spec->flags & FLAG_LEFT;
    if (!piece->pad_zeros && !left)
        at = fill_letters(at, L' ', pad);
    at = widen(at, piece->prefix, piece->prefix_length);
    at = fill_letters(at, L'0', piece->zeros + (piece->pad_zeros ? pad : 0));
    return fill_letters(widen(at, piece->text, piece->length), L' ', left ? pad : 0);
}

int buf__out_piece(struct out *out, const struct spec *spec, const struct piece *piece) {
    int64_t length = piece->prefix_length + piece->zeros + piece->length;
    int64_t pad = spec->width > length ? spec->width - length : 0;
    int64_t room = out->narrow ? out->narrow->end - out->narrow->at : out->wide->end - out->wide->at;
    if (length + pad <= room) {
        if (out->narrow)
            out->narrow->at = put_piece(out->narrow->at, spec, piece, pad);
        else
            out->wide->at = put_wide_piece(out->wide->at, spec, piece, pad);
        out->total += length + pad;
        return 0;
    }
    int failed = buf__out_open(out, spec, piece->pad_zeros, piece->prefix, piece->prefix_length, length);
    if (!failed)
        failed = buf__out_fill(out, '0', piece->zeros);
    if (!failed)
        failed = buf__out_ascii(out, piece->text, (size_t)piece->length);
    return failed ? failed : buf__out_close(out, spec, length);
}

void buf__punctuation(struct punctuation *with) {
    with->point = nl_langinfo(RADIXCHAR);
    with->separator = nl_langinfo(THOUSEP);
    with->grouping = *with->separator ? nl_langinfo(GROUPING) : "";
    with->wide_point = (wchar_t)(intptr_t)nl_langinfo(_NL_NUMERIC_DECIMAL_POINT_WC);
    with->wide_separator = (wchar_t)(intptr_t)nl_langinfo(_NL_NUMERIC_THOUSANDS_SEP_WC);
}

int buf__out_point(struct out *out, const struct punctuation *with) {
    return out->narrow ? buf__out_bytes(out, with->point, strlen(with->point))
                       : buf__out_letters(out, &with->wide_point, 1);
}

/* The size of the next group from the right, 0 for no more groups; the last size given holds for all
   others. */
static int64_t group_size(const char **grouping) {
    int size = **grouping;
    if (size > 0 && size != CHAR_MAX && (*grouping)[1] != 0)
        ++*grouping;
    return size > 0 && size != CHAR_MAX ? size : 0;
}

int buf__group_count(const struct punctuation *with, int64_t digits) {
    const char *grouping = with->grouping;
    int separators = 0;
    for (int64_t size; (size = group_size(&grouping)) && digits > size; digits -= size)
        separators++;
    return separators;
}

int buf__out_grouped(struct out *out, const struct punctuation *with, const char *digits, int64_t n) {
    int64_t left = n, first = n;
    int separators = buf__group_count(with, n), failed = 0;
    for (int put = 0; !failed && left; put++) {
        /* The group that comes next from the left has `separators - put` groups on its right. */
        const char *grouping = with->grouping;
        int64_t right = 0;
        for (int i = 0; i < separators - put; i++)
            right += group_size(&grouping);
        first = left - right;
        failed = buf__out_ascii(out, digits, (size_t)first);
        digits += first;
        left -= first;
        if (!failed && left)
            failed = out->narrow ? buf__out_bytes(out, with->separator, strlen(with->separator))
                                 : buf__out_letters(out, &with->wide_separator, 1);
    }
    return failed;
}

int buf__out_layout(struct out *out, const struct spec *spec, const struct layout *layout, bool zeros) {
    struct punctuation with;
    int separators = 0;
    if (layout->group || layout->point)
        buf__punctuation(&with);
    if (layout->group)
        separators = buf__group_count(&with, layout->whole_length);
    /* In characters, a separator or point being one whatever its bytes, as glibc counts; but not for %a. */
    int64_t length = layout->prefix_length + layout->whole_length + separators + layout->point +
                     layout->head_zeros + layout->part_length + layout->tail_zeros + layout->suffix_length;
    if (layout->point && layout->point_in_bytes && out->narrow)
        length += (int64_t)strlen(with.point) - 1;
    int failed = buf__out_open(out, spec, zeros, layout->prefix, layout->prefix_length, length);
    if (!failed)
        failed = separators ? buf__out_grouped(out, &with, layout->whole, layout->whole_length)
                            : buf__out_ascii(out, layout->whole, (size_t)layout->whole_length);
    if (!failed && layout->point)
        failed = buf__out_point(out, &with);
    if (!failed)
        failed = buf__out_fill(out, '0', layout->head_zeros);
    if (!failed)
        failed = buf__out_ascii(out, layout->part, (size_t)layout->part_length);
    if (!failed)
        failed = buf__out_fill(out, '0', layout->tail_zeros);
    if (!failed)
        failed = buf__out_ascii(out, layout->suffix, (size_t)layout->suffix_length);
    return failed ? failed : buf__out_close(out, spec, length);
}
