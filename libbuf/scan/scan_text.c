/*
 * Text from bytes: c s and sets. Bytes are found and copied in whole pieces of the window; what is to become wide characters goes
 * byte by byte through mbrtowc, as in glibc, whose quirks with bytes that are no character show in the results.
 */
#include "scan_state.h"

#include <emmintrin.h>
#include <errno.h>
#include <string.h>

/* Short pieces without a call: two overlapping words. */
static inline void copy(char *to, const unsigned char *from, size_t count)
{
    if (LIKELY(count <= 16)) {
        if (count >= 8) {
            uint64_t first, last;
            __builtin_memcpy(&first, from, 8);
            __builtin_memcpy(&last, from + count - 8, 8);
            __builtin_memcpy(to, &first, 8);
            __builtin_memcpy(to + count - 8, &last, 8);
        } else if (count >= 4) {
            uint32_t first, last;
            __builtin_memcpy(&first, from, 4);
            __builtin_memcpy(&last, from + count - 4, 4);
            __builtin_memcpy(to, &first, 4);
            __builtin_memcpy(to + count - 4, &last, 4);
        } else if (count > 0) {
            char first = (char)from[0], middle = (char)from[count / 2], last = (char)from[count - 1];
            to[0] = first;
            to[count / 2] = middle;
            to[count - 1] = last;
        }
    } else {
        __builtin_memcpy(to, from, count);
    }
}

/* Stores and takes the next `count` bytes of the window. */
static enum outcome take_bytes(struct scan *scan, struct output *out, size_t count)
{
    const unsigned char *from = scan->bytes->at;
    size_t left = count;
    if (out->base != NULL) {
        while (UNLIKELY(left > out->size - out->used)) {
            size_t fits = out->size - out->used;
            __builtin_memcpy(out->base + out->used, from, fits);
            out->used += fits;
            from += fits;
            left -= fits;
            scan->bytes->at += fits;
            enum outcome outcome = buf__output_grow(scan, out, out->size, 1);
            if (outcome != MATCHED)
                return outcome;
        }
        copy(out->base + out->used, from, left);
        out->used += left;
    }
    scan->bytes->at += left;
    scan->width -= (long)count;
    return MATCHED;
}

/* The bytes of the window that the width allows. */
static inline size_t room(const struct scan *scan)
{
    size_t there = (size_t)(scan->bytes->end - scan->bytes->at), width = (size_t)scan->width;
    return there < width ? there : width;
}

static enum outcome make_room(struct scan *scan, struct output *out)
{
    return LIKELY(out->used < out->size) ? MATCHED : buf__output_grow(scan, out, out->size, 1);
}

static enum outcome end_word(struct scan *scan, struct output *out)
{
    if (out->base != NULL) {
        enum outcome outcome = make_room(scan, out);
        if (outcome != MATCHED)
            return outcome;
        out->base[out->used++] = '\0';
    }
    buf__output_close(scan, out);
    return MATCHED;
}

static enum outcome end_wide_word(struct scan *scan, struct output *out)
{
    if (out->base != NULL) {
        enum outcome outcome = make_room(scan, out);
        if (outcome != MATCHED)
            return outcome;
        ((wchar_t *)(void *)out->base)[out->used++] = L'\0';
    }
    buf__output_close(scan, out);
    return MATCHED;
}

/* Takes one multibyte character and stores it. */
static enum outcome take_wide(struct scan *scan, struct output *out, mbstate_t *state)
{
    enum outcome outcome = make_room(scan, out);
    if (outcome != MATCHED)
        return outcome;
    wchar_t *to = out->base == NULL ? NULL : (wchar_t *)(void *)out->base + out->used;
    long width = scan->width;
    for (;;) {
        int c = peek_byte(scan);
        if (c == END)
            break;
        char byte = (char)c;
        take(scan);
        size_t length = mbrtowc(to, &byte, 1, state);
        if (length == (size_t)-2)
            continue;
        if (length != 1) /* the null character is refused too */
            break;
        scan->width = width - 1;
        out->used++;
        return MATCHED;
    }
    errno = EILSEQ;
    return MISMATCHED;
}

/* How a block of `width` units begins; glibc asks for no more than this at first. */
static size_t first_size(const struct scan *scan)
{
    return scan->width > 1024 ? 1024 : (size_t)scan->width;
}

enum outcome buf__scan_characters(struct scan *scan)
{
    struct output out;
    bool wide = (scan->flags & IS_LONG) != 0;
    if (scan->width == NO_LIMIT)
        scan->width = 1;
    enum outcome outcome = buf__output_open(scan, &out, wide ? sizeof(wchar_t) : 1, first_size(scan));
    if (outcome != MATCHED)
        return outcome;
    if (peek_byte(scan) == END)
        return EXHAUSTED;
    mbstate_t state = {0};
    do {
        outcome = wide ? take_wide(scan, &out, &state) : take_bytes(scan, &out, room(scan));
        if (outcome != MATCHED)
            return outcome;
    } while (scan->width > 0 && peek_byte(scan) != END);
    buf__output_close(scan, &out);
    return MATCHED;
}

/* Which of 16 bytes are white space, and which, from 0x80 on, only the locale can tell of. */
struct stops {
    unsigned spaces; /* a bit for each */
    unsigned any;
};

static inline struct stops find_stops(const unsigned char *at)
{
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i from_tab = _mm_sub_epi8(block, _mm_set1_epi8('\t'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8('\r' - '\t')), from_tab);
    __m128i space = _mm_or_si128(control, _mm_cmpeq_epi8(block, _mm_set1_epi8(' ')));
    struct stops stops = {(unsigned)_mm_movemask_epi8(space), (unsigned)_mm_movemask_epi8(_mm_or_si128(space, block))};
    return stops;
}

/* How many bytes there are before the first white space, at most `limit`. */
static size_t word_length(const unsigned char *at, size_t limit)
{
    size_t length = 0;
    while (limit - length >= 16) {
        struct stops stops = find_stops(at + length);
        if (stops.any == 0) {
            length += 16;
            continue;
        }
        length += (unsigned)__builtin_ctz(stops.any);
        while (length < limit && at[length] >= 0x80 && !is_space_byte(at[length]))
            length++;
        if (length < limit && is_space_byte(at[length]))
            return length;
    }
    while (length < limit && !is_space_byte(at[length]))
        length++;
    return length;
}

/* %ls: every character is looked at before it is taken, its later bytes are not. */
static enum outcome wide_word(struct scan *scan, struct output *out)
{
    mbstate_t state = {0};
    int c = peek_byte(scan);
    if (c == END)
        return EXHAUSTED;
    while (c != END && !is_space_byte((unsigned)c)) {
        enum outcome outcome = take_wide(scan, out, &state);
        if (outcome != MATCHED)
            return outcome;
        if (scan->width == 0)
            break;
        c = peek_byte(scan);
    }
    return end_wide_word(scan, out);
}

/* Copies 1 to 15 bytes without a branch on their number: pieces that do not apply go aside. 16 bytes can be read. */
static inline void copy_few(char *to, const unsigned char *from, size_t count)
{
    char aside[8];
    uint64_t first_eight, last_eight;
    uint32_t first_four, last_four;
    bool eight = count >= 8, four = count >= 4;
    __builtin_memcpy(&first_eight, from, 8);
    __builtin_memcpy(&last_eight, from + (eight ? count - 8 : 0), 8);
    __builtin_memcpy(&first_four, from, 4);
    __builtin_memcpy(&last_four, from + (four ? count - 4 : 0), 4);
    char first = (char)from[0], middle = (char)from[count / 2], last = (char)from[count - 1];
    __builtin_memcpy(eight ? to : aside, &first_eight, 8);
    __builtin_memcpy(eight ? to + count - 8 : aside, &last_eight, 8);
    __builtin_memcpy(four ? to : aside, &first_four, 4);
    __builtin_memcpy(four ? to + count - 4 : aside, &last_four, 4);
    to[0] = first;
    to[count / 2] = middle;
    to[count - 1] = last;
}

/* A word of 1 to 15 ASCII characters that ends in the window, into an array. False: nothing was done. */
static inline bool short_word(struct scan *scan)
{
    struct source *source = scan->bytes;
    const unsigned char *at = source->at;
    if (UNLIKELY(scan->flags & (SUPPRESS | ALLOCATE | ALLOCATE_GNU | IS_LONG)) || UNLIKELY(source->end - at < 16))
        return false;
    struct stops stops = find_stops(at);
    unsigned length = (unsigned)__builtin_ctz(stops.any | 1 << 16);
    if (UNLIKELY(!(stops.spaces >> length & 1)) || UNLIKELY(length >= scan->width) || UNLIKELY(length == 0))
        return false;
    char *to = va_arg(scan->arguments, char *);
    if (UNLIKELY(to == NULL))
        return false;
    copy_few(to, at, length);
    to[length] = '\0';
    source->at = at + length;
    scan->done++;
    return true;
}

static __attribute__((noinline)) enum outcome any_word(struct scan *scan)
{
    struct output out;
    struct source *source = scan->bytes;
    bool wide = (scan->flags & IS_LONG) != 0;
    enum outcome outcome = buf__output_open(scan, &out, wide ? sizeof(wchar_t) : 1, 100);
    if (UNLIKELY(outcome != MATCHED))
        return outcome;
    if (UNLIKELY(wide))
        return wide_word(scan, &out);
    if (peek_byte(scan) == END)
        return EXHAUSTED;
    do {
        size_t length = word_length(source->at, room(scan));
        outcome = take_bytes(scan, &out, length);
        if (UNLIKELY(outcome != MATCHED))
            return outcome;
    } while (UNLIKELY(source->at == source->end) && scan->width > 0 && peek_byte(scan) != END);
    return end_word(scan, &out);
}

enum outcome buf__scan_word(struct scan *scan)
{
    return LIKELY(short_word(scan)) ? MATCHED : any_word(scan);
}

/* A set of bytes; one that is not in it ends the field. */
struct byte_set {
    uint64_t bits[4]; /* one for each byte */
    int stop;         /* the only byte that is not in it, as in [^\n]; -1: see the bits */
};

static inline void set_add(struct byte_set *set, unsigned first, unsigned last)
{
    for (unsigned c = first; c <= last; c++)
        set->bits[c / 64] |= (uint64_t)1 << c % 64;
}

static inline bool set_has(const struct byte_set *set, unsigned c)
{
    return set->bits[c / 64] >> c % 64 & 1;
}

/* Reads ^, members and ranges up to the closing bracket. A range that runs backwards is three characters. False: no bracket. */
static bool read_set(struct scan *scan, struct byte_set *set)
{
    const unsigned char *at = scan->format;
    bool inverted = *at == '^';
    *set = (struct byte_set){0};
    at += inverted;
    set->stop = inverted && *at != '\0' && at[1] == ']' ? *at : -1;
    if (*at == ']' || *at == '-')
        set_add(set, at[0], at[0]), at++;
    for (; *at != ']'; at++) {
        if (*at == '\0')
            return false;
        if (*at == '-' && at[1] != '\0' && at[1] != ']' && at[-1] <= at[1])
            set_add(set, at[-1], at[1] - 1U); /* the last one is added as a member of its own */
        else
            set_add(set, *at, *at);
    }
    for (size_t i = 0; inverted && i < sizeof set->bits / sizeof set->bits[0]; i++)
        set->bits[i] = ~set->bits[i];
    scan->format = at + 1;
    return true;
}

/* How many bytes from `at` on are in the set, at most `limit`. */
static size_t set_length(const struct byte_set *set, const unsigned char *at, size_t limit)
{
    if (set->stop >= 0) {
        const unsigned char *stop = memchr(at, set->stop, limit);
        return stop ? (size_t)(stop - at) : limit;
    }
    size_t length = 0;
    while (length < limit && set_has(set, at[length]))
        length++;
    return length;
}

/* %l[: the set is asked about each byte, not each character; as in glibc a width counts bytes when nothing is stored, and bytes
   that are no character are passed over, their place in the array left as it was. */
static enum outcome wide_set(struct scan *scan, struct output *out, const struct byte_set *set)
{
    mbstate_t state = {0};
    bool inside = false, any = false;
    int c;
    while ((c = peek_byte(scan)) != END && set_has(set, (unsigned)c)) {
        long width = scan->width;
        any = true;
        if (out->base != NULL) {
            enum outcome outcome = make_room(scan, out);
            if (outcome != MATCHED)
                return outcome;
            char byte = (char)c;
            inside = mbrtowc((wchar_t *)(void *)out->base + out->used, &byte, 1, &state) == (size_t)-2;
            out->used += !inside;
        }
        take(scan);
        scan->width = width - !inside;
        if (scan->width == 0)
            break;
    }
    if (inside) {
        errno = EILSEQ;
        return MISMATCHED;
    }
    return any ? end_wide_word(scan, out) : MISMATCHED;
}

enum outcome buf__scan_set(struct scan *scan)
{
    struct output out;
    struct source *source = scan->bytes;
    bool wide = (scan->flags & IS_LONG) != 0, any = false;
    enum outcome outcome = buf__output_open(scan, &out, wide ? sizeof(wchar_t) : 1, 100);
    if (UNLIKELY(outcome != MATCHED))
        return outcome;
    struct byte_set set;
    if (!read_set(scan, &set))
        return MISMATCHED;
    if (scan->width == NO_LIMIT)
        scan->width = INT_MAX;
    if (peek_byte(scan) == END)
        return EXHAUSTED;
    if (UNLIKELY(wide))
        return wide_set(scan, &out, &set);
    do {
        size_t length = set_length(&set, source->at, room(scan));
        any |= length > 0;
        outcome = take_bytes(scan, &out, length);
        if (UNLIKELY(outcome != MATCHED))
            return outcome;
    } while (UNLIKELY(source->at == source->end) && scan->width > 0 && peek_byte(scan) != END);
    return any ? end_word(scan, &out) : MISMATCHED;
}
