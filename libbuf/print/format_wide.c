/* The wide twin of format.c: the walk over wide formats. */
#include "format_out.h"

#include <wchar.h>

#define LETTER wchar_t
#define LETTER_CODE(c) ((unsigned)(c))
#define FIND_PERCENT(at) find_percent(at)
#define PUT_LITERAL(out, from, n) buf__out_letters(out, from, n)
#define CHECK_FORTIFY(format, args) buf__libc_fortify_wide(format, args)

static const wchar_t *find_percent(const wchar_t *at) {
    while (*at && *at != '%')
        at++;
    return at;
}

#include "format_run.h"

static int run(struct out *out, unsigned flags, const wchar_t *format, va_list given) {
    struct arguments args = arguments_of(given);
    const wchar_t *at = format;
    int failed = 0;
    for (;;) {
        const wchar_t *stop = find_percent(at);
        if (stop != at)
            failed = buf__out_letters(out, at, (size_t)(stop - at));
        at = stop;
        if (failed || !*at)
            break;
        failed = run_one(out, flags, format, &at, &args, given);
        if (failed)
            break;
    }
    return failed > 0 ? run_by_position(out, flags, format, at, given) : failed;
}

int buf__format_wide(struct wide_sink *sink, unsigned flags, const wchar_t *format, va_list given) {
    struct out out = {.wide = sink};
    int failed;
    if (!format)
        failed = -EINVAL;
    else if (__builtin_expect(__atomic_load_n(&buf__print_handlers, __ATOMIC_RELAXED), 0))
        failed = buf__libc_format_wide(&out, flags, format, given);
    else
        failed = run(&out, flags, format, given);
    if (failed) {
        errno = -failed;
        return -1;
    }
    if (out.total > INT_MAX) {
        errno = EOVERFLOW;
        return -1;
    }
    return (int)out.total;
}
