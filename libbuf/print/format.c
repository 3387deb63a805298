/* The narrow printf engine: walks the format and writes what is plain (text, %d %u %x %ld %s %c %f %g and the
   like without flags or width) straight into the sink's window; everything else goes through format_run.h. */
#include "../copy.h"
#include "format_out.h"

#include "format_padded.h"
#include "format_plain.h"

#include <string.h>

#define LETTER char
#define LETTER_CODE(c) ((unsigned)(unsigned char)(c))
#define FIND_PERCENT(at) find_percent(at)
#define PUT_LITERAL(out, from, n) buf__out_bytes(out, from, n)
#define CHECK_FORTIFY(format, args) buf__libc_fortify(format, args)

/* Text between conversions is mostly short: no call for it. */
static inline const char *find_percent(const char *at) {
    for (int i = 0; i < 16; i++, at++)
        if (!*at || *at == '%')
            return at;
    return strchrnul(at, '%');
}

#include "format_run.h"

enum {
    QUICK_ROOM = 72, /* room in the window that every quick conversion is content with */
    QUICK_TEXT = 12  /* bytes of text that are copied one by one before the long way is taken */
};

/* The long way for a conversion whose value is already taken. */
static int convert_padded(struct out *out, const struct padded *padded, const union value *value) {
    struct spec spec = spec_of(padded);
    return buf__convert(out, &spec, value);
}

static int run(struct out *out, unsigned flags, const char *format, va_list given) {
    struct sink *sink = out->narrow;
    struct arguments args = arguments_of(given);
    const char *f = format;
    char *at = sink->at, *start = at, *end = sink->end;
    int failed = 0;

    /* Between these two everything may move; total counts what was put up to `start`. */
#define LEAVE() (out->total += at - start, sink->at = at)
#define ENTER() (at = start = sink->at, end = sink->end)
    for (;;) {
        if (__builtin_expect(end - at < QUICK_ROOM, 0))
            goto slowly;
        char letter = *f;
        for (const char *stop = f + QUICK_TEXT; letter != '%'; letter = *++f) {
            if (!letter)
                goto done;
            if (__builtin_expect(f == stop, 0))
                goto slowly;
            *at++ = letter;
        }
        letter = f[1];
        int precision = 6;
        switch (letter) {
        case 'd':
        case 'i':
            at = put_int(at, next_int(&args));
            f += 2;
            continue;
        case 'u':
            at = buf__put_decimal32(at, (unsigned)next_int(&args));
            f += 2;
            continue;
        case 'x':
            at = buf__put_hex32(at, (unsigned)next_int(&args), 'a' - '9' - 1);
            f += 2;
            continue;
        case 'c':
            *at++ = (char)next_int(&args);
            f += 2;
            continue;
        case 'l':
        case 'z': {
            const char *last = f + (letter == 'l' && f[2] == 'l' ? 3 : 2);
            if (*last == 'd')
                at = put_long(at, next_long(&args));
            else if (*last == 'u')
                at = buf__put_decimal(at, (uint64_t)next_long(&args));
            else if (*last == 'x')
                at = buf__put_hex(at, (uint64_t)next_long(&args), 'a' - '9' - 1);
            else
                break;
            f = last + 1;
            continue;
        }
        case 's': {
            const char *text = next_pointer(&args);
            f += 2;
            if (!text)
                text = "(null)";
            size_t length = strlen(text); /* first: the text may lie in what this call puts */
            if (__builtin_expect(length - 1 < SMALL && length <= (size_t)(end - at), 1)) {
                copy_small(at, text, length);
                at += length;
                continue;
            }
            LEAVE();
            failed = buf__out_bytes_slow(out, text, length);
            ENTER();
            if (failed)
                goto done;
            continue;
        }
        case '.':
            if (f[2] < '0' || f[2] > '9' || (f[3] != 'f' && f[3] != 'g'))
                break;
            precision = f[2] - '0';
            letter = f[3];
            f += 2;
            /* fall through */
        case 'f':
        case 'g': {
            union value value = {.real = next_double(&args)};
            f += 2;
            char *after = put_real(at, value.real, precision, letter);
            if (__builtin_expect(after != NULL, 1)) {
                at = after;
                continue;
            }
            LEAVE();
            failed = convert_padded(out, &(struct padded){f, 0, (unsigned char)precision, 0, letter}, &value);
            ENTER();
            if (failed)
                goto done;
            continue;
        }
        default:
            break;
        }
        if ((letter >= '-' && letter <= '9') || letter == 'e') {
            struct padded padded = read_padded(f + 1);
            union value value;
            if (!padded.behind)
                goto slowly;
            f = padded.behind;
            char *after = put_padded(at, &padded, &args, &value);
            if (after) {
                at = after;
                continue;
            }
            LEAVE();
            failed = convert_padded(out, &padded, &value);
            ENTER();
            if (failed)
                goto done;
            continue;
        }
    slowly:
        LEAVE();
        if (*f == '%') {
            failed = run_one(out, flags, format, &f, &args, given);
        } else {
            const char *stop = strchrnul(f, '%');
            failed = buf__out_bytes_slow(out, f, (size_t)(stop - f));
            f = stop;
        }
        ENTER();
        if (failed || !*f)
            break;
    }
done:
    LEAVE();
#undef LEAVE
#undef ENTER
    if (failed > 0)
        failed = run_by_position(out, flags, format, f, given);
    return failed ? failed : out->total > INT_MAX ? -EOVERFLOW : 0;
}

int buf__format(struct sink *sink, unsigned flags, const char *format, va_list given) {
    struct out out = {.narrow = sink};
    int failed;
    if (!format)
        failed = -EINVAL;
    else if (__builtin_expect(__atomic_load_n(&buf__print_handlers, __ATOMIC_RELAXED), 0))
        failed = buf__libc_format(&out, flags, format, given);
    else
        failed = run(&out, flags, format, given);
    if (__builtin_expect(failed, 0)) {
        errno = -failed;
        return -1;
    }
    return (int)out.total;
}
