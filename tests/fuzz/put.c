/* Putting bytes: every call, with payloads from nothing to several windows. */

#include "slot.h"
#include <stdarg.h>

int _IO_putc(int, FILE *); /* old programs' name, in no header any more */

static bool op_put_byte(struct slot *s) {
    static const enum call calls[] = {CALL_fputc, CALL_putc, CALL_fputc_unlocked, CALL_putc_unlocked,
                                      CALL__IO_putc};
    if (!may_put(s))
        return false;
    before_put(s, 1);
    enum call call = PICK(calls);
    int c = chance(80) ? 'a' + (int)below(26) : chance(50) ? '\n' : (int)below(700) - 200, r;
    called(s, call);
    switch (call) {
    case CALL_fputc:
        r = REAL(fputc)(c, s->f);
        break;
    case CALL_putc:
        r = REAL(putc)(c, s->f);
        break;
    case CALL_fputc_unlocked:
        r = REAL(fputc_unlocked)(c, s->f);
        break;
    case CALL_putc_unlocked:
        r = REAL(putc_unlocked)(c, s->f);
        break;
    default:
        r = REAL(_IO_putc)(c, s->f);
    }
    say(s, "put byte (%d, way %d) = %d%s", c, (int)(call - CALL_fputc), r, why(r == EOF));
    after_put(s, 1);
    s->whole_lines = (char)c == '\n';
    return true;
}

/* A run of bytes by the header's own inlined body. */
static bool op_put_inlined(struct slot *s) {
    if (!may_put(s))
        return false;
    size_t n = random_size(s), bad = 0;
    const char *bytes = payload(LINES, n);
    before_put(s, n);
    called(s, CALL_putc_unlocked_inlined);
    for (size_t i = 0; i < n; i++)
        bad += putc_unlocked(bytes[i], s->f) != (unsigned char)bytes[i];
    say(s, "inlined putc_unlocked of %zu, %zu bad%s", n, bad, why(bad));
    after_put(s, n);
    s->whole_lines = n && bytes[n - 1] == '\n';
    return true;
}

static bool op_putw(struct slot *s) {
    if (!may_put(s))
        return false;
    before_put(s, sizeof(int));
    int word = (int)random_next();
    called(s, CALL_putw);
    int r = putw(word, s->f);
    say(s, "putw(%d) = %d%s", word, r, why(r != 0));
    after_put(s, sizeof word);
    return true;
}

static bool op_fputs(struct slot *s) {
    if (!may_put(s))
        return false;
    size_t n = random_size(s);
    const char *text = payload(chance(50) ? TEXT : LINES, n);
    before_put(s, n);
    bool unlocked = chance(30);
    called(s, unlocked ? CALL_fputs_unlocked : CALL_fputs);
    int r = unlocked ? REAL(fputs_unlocked)(text, s->f) : REAL(fputs)(text, s->f);
    say(s, "fputs(%s) = %s%s", show(text, n), r >= 0 ? "done" : "EOF", why(r < 0));
    after_put(s, n);
    s->whole_lines = n && text[n - 1] == '\n';
    return true;
}

static bool op_fwrite(struct slot *s) {
    static const size_t sizes[] = {1, 1, 1, 2, 3, 7, 8, 100, 0};
    if (!may_put(s))
        return false;
    size_t n = random_size(s), size = PICK(sizes), items = size ? n / size : below(3);
    const char *bytes = payload(chance(50) ? BYTES : LINES, n);
    if (chance(10) && n) { /* one item of all */
        size = n;
        items = 1;
    }
    n = size * items;
    before_put(s, n);
    bool unlocked = chance(30);
    called(s, unlocked ? CALL_fwrite_unlocked : CALL_fwrite);
    size_t r =
        unlocked ? REAL(fwrite_unlocked)(bytes, size, items, s->f) : REAL(fwrite)(bytes, size, items, s->f);
    say(s, "fwrite(%zu, %zu, %s) = %zu%s", size, items, show(bytes, n), r, why(r < items && size));
    if (n) {
        after_put(s, n);
        s->whole_lines = bytes[n - 1] == '\n';
    }
    return true;
}

__attribute__((format(printf, 2, 3))) static int print(struct slot *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int r = vfprintf(s->f, format, arguments);
    va_end(arguments);
    return r;
}

/* Formats of every family; the text's length is what the call returns. */
static int print_one(struct slot *s, unsigned choice, size_t n) {
    long number = (long)random_next() >> below(64);
    double real = (double)number / (double)(1 + below(1000));
    int width = (int)below(60), precision = (int)below(30), count = 0, r;
    switch (choice) {
    case 0:
        return fprintf(s->f, "%d|%5u|%-8x|%lo\n", (int)number, (unsigned)number, (unsigned)number, number);
    case 1:
        return fprintf(s->f, "%s", payload(LINES, n));
    case 2:
        return fprintf(s->f, "<%*s>%.*s%%%c", width, "right", precision, payload(TEXT, 40),
                       (int)('a' + number % 26));
    case 3:
        return fprintf(s->f, "%f %.3e %g %a %.*f\n", real, real, real, real, precision, real);
    case 4:
        return fprintf(s->f, "%2$s %1$ld %2$.3s\n", number, "text");
    case 5:
        r = fprintf(s->f, "%hhd %hd %lld %zd %jd%n %+d % d %#x\n", (signed char)number, (short)number,
                    (long long)number, (ssize_t)number, (intmax_t)number, &count, 7, 8, 9);
        say(s, "%%n = %d", count);
        return r;
    case 6:
        errno = ENOENT;
        return fprintf(s->f, "%m %p %ls\n", (void *)0x1234, L"wide \u00e4\u20ac");
    case 7:
        return print(s, "%08ld:%-*s:%s\n", number, width, "left", payload(TEXT, n));
    case 8:
        return print(s, "%*d|%-+*d", 5000, (int)number, width, (int)number);
    default:
        return print(s, "plain text without conversions\n");
    }
}

static bool op_fprintf(struct slot *s) {
    if (!may_put(s))
        return false;
    size_t n = random_size(s);
    unsigned choice = below(11);
    before_put(s, n + 6000);
    called(s, choice < 7 ? CALL_fprintf : CALL_vfprintf);
    int r = print_one(s, choice, n);
    say(s, "fprintf(format %u, %zu) = %d%s", choice, n, r, why(r < 0));
    after_put(s, r > 0 ? (size_t)r : 0);
    if (r <= 0)
        s->taken = 0;
    return true;
}

const struct operation put_operations[] = {
    {"put byte", op_put_byte, 60, NARROW},
    {"inlined putc_unlocked", op_put_inlined, 30, NARROW},
    {"putw", op_putw, 5, NARROW},
    {"fputs", op_fputs, 40, NARROW},
    {"fwrite", op_fwrite, 60, NARROW},
    {"fprintf", op_fprintf, 40, NARROW},
    {0},
};
