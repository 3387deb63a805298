/*
 * Where the text conversions store: the caller's array, or with the flag m (and the older a) a block that
 * grows as it fills. A block is remembered until the call ends, so that a failure frees it: the present one
 * always, the earlier ones for EOF.
 */
#include "scan_state.h"

#include <errno.h>
#include <stdlib.h>

static bool remember(struct scan *scan, char **slot) {
    struct allocations *list = scan->allocations;
    if (list->count == sizeof list->slots / sizeof list->slots[0]) {
        list = malloc(sizeof *list);
        if (list == NULL)
            return false;
        list->earlier = scan->allocations;
        list->count = 0;
        scan->allocations = list;
    }
    list->slots[list->count++] = slot;
    return true;
}

enum outcome buf__output_open(struct scan *scan, struct output *out, size_t unit, size_t size) {
    out->base = NULL;
    out->used = 0;
    out->size = SIZE_MAX;
    out->unit = unit;
    out->slot = NULL;
    if (scan->flags & SUPPRESS)
        return MATCHED;
    void *to = va_arg(scan->arguments, void *);
    if (to == NULL)
        return MISMATCHED;
    if (LIKELY(!(scan->flags & (ALLOCATE | ALLOCATE_GNU)))) {
        out->base = to;
        return MATCHED;
    }
    out->slot = to;
    out->size = size;
    out->base = *out->slot = malloc(size * unit);
    scan->pending = out->slot;
    if (out->base == NULL || !remember(scan, out->slot))
        return scan->flags & ALLOCATE ? FAILED : MISMATCHED;
    return MATCHED;
}

enum outcome buf__output_grow(struct scan *scan, struct output *out, size_t more, size_t least) {
    char *base = realloc(out->base, (out->size + more) * out->unit);
    if (base == NULL)
        base = realloc(out->base, (out->size + (more = least)) * out->unit);
    if (base != NULL) {
        out->base = *out->slot = base;
        out->size += more;
        return MATCHED;
    }
    if (scan->flags & ALLOCATE)
        return FAILED;
    /* The old `a` flag: what is there is delivered, the last unit given up for the terminator, and nothing
     * more is read. */
    out->used = out->used < out->size ? out->used : out->size - 1;
    if (out->unit == 1)
        out->base[out->used] = '\0';
    else
        ((wchar_t *)(void *)out->base)[out->used] = L'\0';
    scan->pending = NULL;
    scan->done++;
    return MISMATCHED;
}

void buf__output_close(struct scan *scan, struct output *out) {
    if (out->base == NULL)
        return;
    if (UNLIKELY(out->slot != NULL)) {
        if (out->used != out->size) {
            char *base = realloc(out->base, out->used * out->unit);
            if (base != NULL)
                *out->slot = base;
        }
        scan->pending = NULL;
    }
    scan->done++;
}
