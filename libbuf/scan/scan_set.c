/*
 * Sets of bytes: %[ from bytes, in whole pieces of the window; %l[ byte by byte through mbrtowc.
 */
#include "scan_state.h"

#include <errno.h>
#include <string.h>

/* A set of bytes; one that is not in it ends the field. */
struct byte_set {
    uint64_t bits[4]; /* one for each byte */
    int stop;         /* the only byte that is not in it, as in [^\n]; -1: see the bits */
};

static inline void set_add(struct byte_set *set, unsigned first, unsigned last) {
    for (unsigned c = first; c <= last; c++)
        set->bits[c / 64] |= (uint64_t)1 << c % 64;
}

static inline bool set_has(const struct byte_set *set, unsigned c) {
    return set->bits[c / 64] >> c % 64 & 1;
}

/* Reads ^, members and ranges up to the closing bracket. A range that runs backwards is three characters.
 * False: no bracket. */
static bool read_set(struct scan *scan, struct byte_set *set) {
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
static size_t set_length(const struct byte_set *set, const unsigned char *at, size_t limit) {
    if (set->stop >= 0) {
        const unsigned char *stop = memchr(at, set->stop, limit);
        return stop ? (size_t)(stop - at) : limit;
    }
    size_t length = 0;
    while (length < limit && set_has(set, at[length]))
        length++;
    return length;
}

/* %l[: the set is asked about each byte, not each character; as in glibc a width counts bytes when nothing is
   stored, and bytes that are no character are passed over, their place in the array left as it was. */
static enum outcome wide_set(struct scan *scan, struct output *out, const struct byte_set *set) {
    mbstate_t state = {0};
    bool inside = false, any = false;
    int c;
    while ((c = peek_byte(scan)) != END && set_has(set, (unsigned)c)) {
        long width = scan->width;
        any = true;
        if (out->base != NULL) {
            enum outcome outcome = buf__make_room(scan, out);
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
    return any ? buf__end_wide_word(scan, out) : MISMATCHED;
}

enum outcome buf__scan_set(struct scan *scan) {
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
        size_t length = set_length(&set, source->at, buf__room(scan));
        any |= length > 0;
        outcome = buf__take_bytes(scan, &out, length);
        if (UNLIKELY(outcome != MATCHED))
            return outcome;
    } while (UNLIKELY(source->at == source->end) && scan->width > 0 && peek_byte(scan) != END);
    return any ? buf__end_word(scan, &out) : MISMATCHED;
}
