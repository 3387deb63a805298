/* One conversion specification and its argument, sent to the code that knows it. */
#include "format_out.h"

/* L and q alone say nothing about integers: that is what glibc makes of %1$qd, unlike %qd. */
static uint64_t sized_unsigned(const struct spec *spec, intmax_t value) {
    if (spec->size & SIZE_LONG)
        return (uint64_t)value;
    if (spec->size & SIZE_CHAR)
        return (unsigned char)value;
    return spec->size & SIZE_SHORT ? (unsigned short)value : (unsigned)value;
}

static int64_t sized_signed(const struct spec *spec, intmax_t value) {
    if (spec->size & SIZE_LONG)
        return value;
    if (spec->size & SIZE_CHAR)
        return (signed char)value;
    return spec->size & SIZE_SHORT ? (short)value : (int)value;
}

static void store_count(const struct spec *spec, void *to, int64_t total) {
    if (spec->size & SIZE_LONG)
        *(long *)to = total;
    else if (spec->size & SIZE_CHAR)
        *(signed char *)to = (signed char)total;
    else if (spec->size & SIZE_SHORT)
        *(short *)to = (short)total;
    else
        *(int *)to = (int)total;
}

static int convert_pointer(struct out *out, const struct spec *spec, void *pointer) {
    if (pointer)
        return buf__convert_integer(out, spec, (uintptr_t)pointer);
    struct spec whole = *spec;
    whole.precision = -1;
    return buf__convert_narrow_string(out, &whole, "(nil)");
}

int buf__convert(struct out *out, const struct spec *spec, const union value *value) {
    switch (spec->conversion) {
    case 'd':
    case 'i':
        if (spec->flags & FLAG_LOCAL)
            return buf__libc_conversion(out, spec,
                                        &(union value){.integer = sized_signed(spec, value->integer)});
        return buf__convert_integer(out, spec, (uint64_t)sized_signed(spec, value->integer));
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'b':
    case 'B':
        if (spec->flags & FLAG_LOCAL) {
            intmax_t integer = (intmax_t)sized_unsigned(spec, value->integer);
            return buf__libc_conversion(out, spec, &(union value){.integer = integer});
        }
        return buf__convert_integer(out, spec, sized_unsigned(spec, value->integer));
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
        return buf__convert_real(out, spec, value);
    case 'a':
    case 'A':
        return buf__convert_hex_real(out, spec, value);
    case 'c':
    case 'C':
        return buf__convert_character(out, spec, (int)value->integer);
    case 's':
    case 'S':
        return buf__convert_string(out, spec, value->pointer);
    case 'p':
        return convert_pointer(out, spec, value->pointer);
    case 'n':
        store_count(spec, value->pointer, out->total);
        return 0;
    case 'm':
        return buf__convert_error(out, spec);
    case '%':
        return buf__out_ascii(out, "%", 1);
    default:
        return buf__convert_unknown(out, spec);
    }
}
