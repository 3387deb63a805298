/* The narrow printf engine: walks the format and writes what is plain (text, %d %u %x %ld %s %c %f %g and the like without
   flags or width) straight into the sink's window; everything else goes through format_run.h. */
#include "format_out.h"

#include "format_digits.h"
#include "format_float.h"

#include <langinfo.h>
#include <string.h>

#define LETTER char
#define LETTER_CODE(c) ((unsigned)(unsigned char)(c))
#define FIND_PERCENT(at) strchrnul(at, '%')
#define PUT_LITERAL(out, from, n) buf__out_bytes(out, from, n)
#define CHECK_FORTIFY(format, args) buf__libc_fortify(format, args)

#include "format_run.h"

enum {
    QUICK_ROOM = 64, /* room in the window that every quick conversion is content with */
    QUICK_TEXT = 16  /* bytes of text that are copied one by one before the long way is taken */
};

static inline char *put_int(char *at, int value) {
    uint32_t magnitude = (uint32_t)value;
    if (value < 0) {
        *at++ = '-';
        magnitude = -magnitude;
    }
    return buf__put_decimal32(at, magnitude);
}

static inline char *put_long(char *at, long value) {
    uint64_t magnitude = (uint64_t)value;
    if (value < 0) {
        *at++ = '-';
        magnitude = -magnitude;
    }
    return buf__put_decimal(at, magnitude);
}

/* %.<precision>f or g; NULL when the long way must be taken. */
static __attribute__((noinline)) char *put_real(char *at, double value, int precision, char conversion) {
    uint64_t bits = buf__double_bits(value);
    const char *point = nl_langinfo(RADIXCHAR);
    if (point[0] != '.' || point[1] != 0)
        return NULL;
    *at = '-';
    at += bits >> 63;
    if (conversion == 'f')
        return buf__quick_fixed(at, bits, precision);
    if (precision - 1u < SHORT_DIGITS)
        return buf__quick_short(at, bits, precision);
    return buf__quick_general(at, bits, precision, 'g');
}

static int put_real_slowly(struct out *out, double value, int precision, char conversion) {
    struct spec spec = {.precision = precision, .conversion = (unsigned char)conversion};
    return buf__convert_real(out, &spec, &(union value){.real = value});
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
        char c = *f;
        if (__builtin_expect(end - at < QUICK_ROOM, 0))
            goto slowly;
        for (int i = 0; c != '%'; i++) {
            if (!c)
                goto done;
            if (__builtin_expect(i == QUICK_TEXT, 0))
                goto slowly;
            *at++ = c;
            c = *++f;
        }
        c = f[1];
        switch (c) {
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
        case 'z':
            if (f[2] == 'd')
                at = put_long(at, next_long(&args));
            else if (f[2] == 'u')
                at = buf__put_decimal(at, (uint64_t)next_long(&args));
            else
                break;
            f += 3;
            continue;
        case 's': {
            const char *text = next_pointer(&args);
            f += 2;
            if (!text)
                text = "(null)";
            for (int i = 0; i < QUICK_TEXT && *text; i++)
                *at++ = *text++;
            if (__builtin_expect(*text != 0, 0)) {
                LEAVE();
                failed = buf__out_bytes_slow(out, text, strlen(text));
                ENTER();
                if (failed)
                    goto done;
            }
            continue;
        }
        case 'f':
        case 'g':
        case '.': {
            int precision = 6;
            if (c == '.') {
                precision = f[2] - '0';
                c = precision >= 0 && precision <= 9 ? f[3] : 0;
                if (c != 'f' && c != 'g')
                    break;
                f += 2;
            }
            f += 2;
            double value = next_double(&args);
            char *behind = put_real(at, value, precision, c);
            if (__builtin_expect(behind != NULL, 1)) {
                at = behind;
                continue;
            }
            LEAVE();
            failed = put_real_slowly(out, value, precision, c);
            ENTER();
            if (failed)
                goto done;
            continue;
        }
        default:
            break;
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
    else if (__builtin_expect(buf__print_handlers, 0))
        failed = buf__libc_format(&out, flags, format, given);
    else
        failed = run(&out, flags, format, given);
    if (__builtin_expect(failed, 0)) {
        errno = -failed;
        return -1;
    }
    return (int)out.total;
}
