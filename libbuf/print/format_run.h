/* The walk over a format string, written once for both kinds: format.c includes it with LETTER char,
   format_wide.c with LETTER wchar_t. Like glibc it reads conversions in order, strictly, until one names its
   argument by position (n$) or is none that it knows; then it begins again from the first conversion,
   tolerantly, with all arguments in a table.

   The includer defines LETTER, LETTER_CODE(c) (its value as unsigned), FIND_PERCENT(at) (the next '%' or the
   end), PUT_LITERAL(out, from, n) and CHECK_FORTIFY(format, args). */

#include <stdlib.h>

#include "format_arguments.h"
#include "format_spec.h"

/* Width and precision given by arguments: a negative width means left, a negative precision none. */
static int take_width(struct spec *spec, int width) {
    if (width == INT_MIN)
        return -EOVERFLOW;
    if (width < 0)
        spec->flags |= FLAG_LEFT;
    spec->width = width < 0 ? -width : width;
    return 0;
}

static void take_precision(struct spec *spec, int precision) {
    spec->precision = precision < 0 ? -1 : precision;
}

/* The arguments of a format that is walked by position. */
struct table {
    union value *values;
    unsigned char *kinds; /* enum kind of each; KIND_GAP where no conversion names it */
    size_t count;
    bool stores; /* there is a %n */
};

enum { KIND_GAP = 255, TABLE_SHORT = 32 };

static void note(struct table *table, size_t at, enum kind kind) {
    if (at < table->count)
        table->kinds[at] = (unsigned char)kind;
}

/* One walk by position: what each conversion takes is noted in the table as far as it has room, or (with
   `from` set) each is printed, beginning at the place `from`. Returns 0 or -errno; *count becomes the number
   of arguments. */
static int walk(struct out *out, const LETTER *format, const LETTER *from, struct table *table,
                size_t *count) {
    size_t next = 0, needed = 0;
    for (const LETTER *f = FIND_PERCENT(format); *f;) {
        const LETTER *start = f++;
        struct spec spec;
        read_spec(&f, &spec, true);
        enum kind kind = kind_of(&spec);
        size_t width_at = spec.width_from == ARGUMENT_NEXT ? next++ : (size_t)spec.width_from;
        size_t precision_at = spec.precision_from == ARGUMENT_NEXT ? next++ : (size_t)spec.precision_from;
        size_t value_at = (size_t)spec.value_from;
        if (spec.value_from == ARGUMENT_NEXT)
            value_at = kind == KIND_NONE ? next : next++;
        if (spec.width_from != ARGUMENT_NONE && needed <= width_at)
            needed = width_at + 1;
        if (spec.precision_from != ARGUMENT_NONE && needed <= precision_at)
            needed = precision_at + 1;
        if ((spec.value_from != ARGUMENT_NEXT || kind != KIND_NONE) && needed <= value_at)
            needed = value_at + 1;
        if (!from) {
            if (spec.width_from != ARGUMENT_NONE)
                note(table, width_at, KIND_INT);
            if (spec.precision_from != ARGUMENT_NONE)
                note(table, precision_at, KIND_INT);
            if (kind != KIND_NONE)
                note(table, value_at, kind);
            table->stores |= spec.conversion == 'n';
        }
        const LETTER *stop = FIND_PERCENT(f);
        if (from && start >= from) {
            int failed = 0;
            if (spec.width_from != ARGUMENT_NONE)
                failed = take_width(&spec, (int)table->values[width_at].integer);
            if (spec.precision_from != ARGUMENT_NONE)
                take_precision(&spec, (int)table->values[precision_at].integer);
            union value none = {0};
            if (!failed)
                failed = buf__convert(out, &spec, kind == KIND_NONE ? &none : &table->values[value_at]);
            if (!failed)
                failed = PUT_LITERAL(out, f, (size_t)(stop - f));
            if (failed)
                return failed;
        }
        f = stop;
    }
    *count = needed > next ? needed : next;
    return 0;
}

static void release(void *place) {
    free(*(void **)place);
}

/* Prints what begins at `from` with arguments in a table; `given` stands before the first. */
static __attribute__((noinline)) int run_by_position(struct out *out, unsigned flags, const LETTER *format,
                                                     const LETTER *from, va_list given) {
    union value values[TABLE_SHORT];
    unsigned char kinds[TABLE_SHORT];
    __attribute__((cleanup(release))) void *heap = NULL;
    struct table table = {values, kinds, TABLE_SHORT, false};
    size_t count;
    __builtin_memset(kinds, KIND_GAP, TABLE_SHORT);
    walk(out, format, NULL, &table, &count);
    if (count > TABLE_SHORT) {
        heap = reallocarray(NULL, count, sizeof *values + 1);
        if (!heap)
            return -ENOMEM;
        table.values = heap;
        table.kinds = (unsigned char *)(table.values + count);
        table.count = count;
        __builtin_memset(table.kinds, KIND_GAP, count);
        walk(out, format, NULL, &table, &count);
    }
    if (table.stores && flags & BUF__FORTIFY)
        CHECK_FORTIFY(format, given);
    struct arguments args = arguments_of(given);
    for (size_t i = 0; i < count; i++) {
        if (table.kinds[i] == KIND_GAP) {
            if (flags & BUF__FORTIFY)
                CHECK_FORTIFY(format, given);
            table.kinds[i] = KIND_INT;
        }
        take_value(&table.values[i], table.kinds[i], &args);
    }
    return walk(out, format, from, &table, &count);
}

/* Prints the conversion at *at, in order, and moves behind it. Returns 0, -errno, or 1 when it needs
   positions: then nothing was printed and *at is its '%'. */
static inline __attribute__((always_inline)) int run_one(struct out *out, unsigned flags,
                                                         const LETTER *format, const LETTER **at,
                                                         struct arguments *args, va_list given) {
    struct spec spec;
    union value value = {0};
    const LETTER *f = *at + 1;
    enum reading reading = read_spec(&f, &spec, false);
    if (__builtin_expect(reading != READ_DONE, 0))
        return reading == READ_OVERFLOW ? -EOVERFLOW : reading == READ_INVALID ? -EINVAL : 1;
    if (spec.conversion == 'n' && flags & BUF__FORTIFY)
        CHECK_FORTIFY(format, given);
    if (spec.width_from != ARGUMENT_NONE) {
        int failed = take_width(&spec, next_int(args));
        if (failed)
            return failed;
    }
    if (spec.precision_from != ARGUMENT_NONE)
        take_precision(&spec, next_int(args));
    take_value(&value, kind_of(&spec), args);
    *at = f;
    return buf__convert(out, &spec, &value);
}
