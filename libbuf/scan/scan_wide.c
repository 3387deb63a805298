/*
 * Text from wide characters: c s and sets. They are stored as they are (l), or as multibyte characters by
 * wcrtomb. Each is looked at and taken by itself.
 */
#include "scan_state.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* What stores the taken characters of one directive. */
struct store {
    struct output out;
    mbstate_t state; /* of the multibyte text */
    bool wide;       /* store wide characters */
};

static enum outcome open_store(struct scan *scan, struct store *store, size_t wide_size) {
    store->wide = (scan->flags & IS_LONG) != 0;
    store->state = (mbstate_t){0};
    return buf__output_open(scan, &store->out, store->wide ? sizeof(wchar_t) : 1,
                            store->wide ? wide_size : 100);
}

/* Room for one more character, as glibc reserves it: more than a multibyte character can need, or if there is
 * no memory just that. */
static enum outcome make_room(struct scan *scan, struct store *store) {
    struct output *out = &store->out;
    size_t left = out->size - out->used;
    if (store->wide)
        return left > 0 ? MATCHED : buf__output_grow(scan, out, out->size, 1);
    return left > MB_LEN_MAX ? MATCHED : buf__output_grow(scan, out, out->size, MB_LEN_MAX - left);
}

static enum outcome put(struct scan *scan, struct store *store, wchar_t c) {
    struct output *out = &store->out;
    if (out->base == NULL && store->wide)
        return MATCHED;
    enum outcome outcome = make_room(scan, store);
    if (outcome != MATCHED)
        return outcome;
    if (store->wide) {
        ((wchar_t *)(void *)out->base)[out->used++] = c;
        return MATCHED;
    }
    size_t length = wcrtomb(out->base ? out->base + out->used : NULL, c, &store->state);
    if (length == (size_t)-1) {
        errno = EILSEQ;
        return MISMATCHED;
    }
    out->used += length;
    return MATCHED;
}

/* Ends a string. glibc ends multibyte text with two null bytes, one of them beyond what the caller must
 * provide; this does not. */
static enum outcome end_word(struct scan *scan, struct store *store) {
    struct output *out = &store->out;
    if (out->base != NULL) {
        enum outcome outcome = make_room(scan, store);
        if (outcome != MATCHED)
            return outcome;
        if (store->wide)
            ((wchar_t *)(void *)out->base)[out->used++] = L'\0';
        else
            out->used += wcrtomb(out->base + out->used, L'\0', &store->state);
    }
    buf__output_close(scan, out);
    return MATCHED;
}

enum outcome buf__scan_wide_characters(struct scan *scan) {
    struct store store;
    if (scan->width == NO_LIMIT)
        scan->width = 1;
    enum outcome outcome = open_store(scan, &store, scan->width > 1024 ? 1024 : (size_t)scan->width);
    if (outcome != MATCHED)
        return outcome;
    int c = peek_wide(scan);
    if (c == END)
        return EXHAUSTED;
    do {
        take(scan);
        outcome = put(scan, &store, (wchar_t)c);
        if (outcome !=
            MATCHED) /* a character with no multibyte form is the end of the input for glibc, here only */
            return outcome == MISMATCHED ? EXHAUSTED : outcome;
    } while (scan->width > 0 && (c = peek_wide(scan)) != END);
    buf__output_close(scan, &store.out);
    return MATCHED;
}

enum outcome buf__scan_wide_word(struct scan *scan) {
    struct store store;
    enum outcome outcome = open_store(scan, &store, 100);
    if (outcome != MATCHED)
        return outcome;
    int c = peek_wide(scan);
    if (c == END)
        return EXHAUSTED;
    while (c != END && !iswspace((wint_t)c)) {
        take(scan);
        outcome = put(scan, &store, (wchar_t)c);
        if (outcome != MATCHED)
            return outcome;
        if (scan->width == 0)
            break;
        c = peek_wide(scan);
    }
    return end_word(scan, &store);
}

/* The members of a set as they stand in the format. */
struct wide_set {
    const wchar_t *first; /* behind [ or [^ */
    const wchar_t *end;   /* the closing bracket */
    bool inverted;
};

static bool read_set(struct scan *scan, struct wide_set *set) {
    const wchar_t *at = scan->format;
    set->inverted = *at == L'^';
    at += set->inverted;
    set->first = at;
    at += *at == L']';
    while (*at != L'\0' && *at != L']')
        at++;
    set->end = at;
    scan->format = at + 1;
    return *at != L'\0';
}

static bool set_has(const struct wide_set *set, wchar_t c) {
    for (const wchar_t *at = set->first; at < set->end; at++) {
        bool range =
            *at == L'-' && at != set->first && at + 1 < set->end && (unsigned)at[-1] <= (unsigned)at[1];
        if (range ? at[-1] < c && c <= at[1] : *at == c)
            return !set->inverted;
        at += range;
    }
    return set->inverted;
}

enum outcome buf__scan_wide_set(struct scan *scan) {
    struct store store;
    struct wide_set set;
    bool any = false;
    enum outcome outcome = open_store(scan, &store, 100);
    if (outcome != MATCHED)
        return outcome;
    if (!read_set(scan, &set))
        return MISMATCHED;
    if (scan->width == NO_LIMIT)
        scan->width = INT_MAX;
    int c = peek_wide(scan);
    if (c == END)
        return EXHAUSTED;
    while (c != END && set_has(&set, (wchar_t)c)) {
        any = true;
        take(scan);
        outcome = put(scan, &store, (wchar_t)c);
        if (outcome != MATCHED)
            return outcome;
        if (scan->width == 0)
            break;
        c = peek_wide(scan);
    }
    return any ? end_word(scan, &store) : MISMATCHED;
}
