/*
 * Text from bytes: c and s (sets are in scan_set.c). Bytes are found and copied in whole pieces of the
 * window; what is to become wide characters goes byte by byte through mbrtowc, as in glibc, whose quirks with
 * bytes that are no character show in the results.
 */
#include "scan_quick.h"

#include <errno.h>
#include <string.h>

/* Short pieces without a call: two overlapping words. */
static inline void copy(char *to, const unsigned char *from, size_t count) {
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

enum outcome buf__take_bytes(struct scan *scan, struct output *out, size_t count) {
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

enum outcome buf__make_room(struct scan *scan, struct output *out) {
    return LIKELY(out->used < out->size) ? MATCHED : buf__output_grow(scan, out, out->size, 1);
}

enum outcome buf__end_word(struct scan *scan, struct output *out) {
    if (out->base != NULL) {
        enum outcome outcome = buf__make_room(scan, out);
        if (outcome != MATCHED)
            return outcome;
        out->base[out->used++] = '\0';
    }
    buf__output_close(scan, out);
    return MATCHED;
}

enum outcome buf__end_wide_word(struct scan *scan, struct output *out) {
    if (out->base != NULL) {
        enum outcome outcome = buf__make_room(scan, out);
        if (outcome != MATCHED)
            return outcome;
        ((wchar_t *)(void *)out->base)[out->used++] = L'\0';
    }
    buf__output_close(scan, out);
    return MATCHED;
}

/* Takes one multibyte character and stores it. */
static enum outcome take_wide(struct scan *scan, struct output *out, mbstate_t *state) {
    enum outcome outcome = buf__make_room(scan, out);
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
static size_t first_size(const struct scan *scan) {
    return scan->width > 1024 ? 1024 : (size_t)scan->width;
}

enum outcome buf__scan_characters(struct scan *scan) {
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
        outcome = wide ? take_wide(scan, &out, &state) : buf__take_bytes(scan, &out, buf__room(scan));
        if (outcome != MATCHED)
            return outcome;
    } while (scan->width > 0 && peek_byte(scan) != END);
    buf__output_close(scan, &out);
    return MATCHED;
}

/* How many bytes there are before the first white space, at most `limit`. */
static size_t word_length(const unsigned char *at, size_t limit) {
    size_t length = 0;
    while (limit - length >= 16) {
        struct stops stops = buf__find_stops(at + length);
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
static enum outcome wide_word(struct scan *scan, struct output *out) {
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
    return buf__end_wide_word(scan, out);
}

static __attribute__((noinline)) enum outcome any_word(struct scan *scan) {
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
        size_t length = word_length(source->at, buf__room(scan));
        outcome = buf__take_bytes(scan, &out, length);
        if (UNLIKELY(outcome != MATCHED))
            return outcome;
    } while (UNLIKELY(source->at == source->end) && scan->width > 0 && peek_byte(scan) != END);
    return buf__end_word(scan, &out);
}

static inline enum outcome store_few(struct scan *scan, const unsigned char *from, size_t count) {
    char *to = va_arg(scan->arguments, char *);
    if (UNLIKELY(to == NULL))
        return MISMATCHED;
    buf__copy_few(to, from, count);
    to[count] = '\0';
    scan->bytes->at += count;
    scan->done++;
    return MATCHED;
}

/* A word for an array near the end of the window, where 16 bytes cannot be read at once. */
static __attribute__((noinline)) enum outcome word_near_end(struct scan *scan) {
    const unsigned char *at = scan->bytes->at;
    size_t there = (size_t)(scan->bytes->end - at);
    uint64_t few[2] = {buf__eight_bytes(at, there), there > 8 ? buf__eight_bytes(at + 8, there - 8) : 0};
    const unsigned char *from = (const unsigned char *)few;
    struct stops stops = buf__find_stops(from);
    unsigned length = (unsigned)__builtin_ctz(stops.any | 1U << there);
    bool ends =
        length < scan->width && (length == there ? at_last_end(scan) : (stops.spaces >> length & 1) != 0);
    return ends && length > 0 ? store_few(scan, from, length) : any_word(scan);
}

/* A word of 1 to 15 ASCII characters that ends in the window is found and copied here; there are no calls but
   at the ends, so that no registers need be saved. */
enum outcome buf__scan_word(struct scan *scan) {
    const unsigned char *at = scan->bytes->at;
    if (UNLIKELY(scan->flags & (SUPPRESS | ALLOCATE | ALLOCATE_GNU | IS_LONG)))
        return any_word(scan);
    if (UNLIKELY(scan->bytes->end - at < 16))
        return word_near_end(scan);
    struct stops stops = buf__find_stops(at);
    unsigned length = (unsigned)__builtin_ctz(stops.any | 1U << 16);
    if (UNLIKELY(!(stops.spaces >> length & 1)) || UNLIKELY(length >= scan->width) || UNLIKELY(length == 0))
        return any_word(scan);
    return store_few(scan, at, length);
}
