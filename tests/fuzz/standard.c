/* The calls that name no stream: those of stdin and stdout. */

#include "scan.h"
#include "slot.h"
#include <stdarg.h>

static int print_indirect(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int r = vprintf(format, arguments);
    va_end(arguments);
    return r;
}

static bool op_stdout(struct slot *s) {
    if (s->number != SLOT_STDOUT || !may_put(s))
        return false;
    size_t n = random_size(s);
    int c = 'a' + (int)below(26), r;
    const char *text = payload(TEXT, n);
    bool line = false;
    switch (below(6)) {
    case 0:
        called(s, CALL_putchar);
        r = REAL(putchar)(c);
        n = 1;
        break;
    case 1:
        called(s, CALL_putchar_unlocked);
        r = putchar_unlocked(c);
        n = 1;
        break;
    case 2:
    case 3:
        called(s, CALL_puts);
        r = REAL(puts)(text) >= 0 ? 0 : -1;
        line = true;
        break;
    case 4:
        called(s, CALL_printf);
        r = printf("%d %s\n", c, text);
        line = true;
        break;
    default:
        called(s, CALL_vprintf);
        r = print_indirect("%5d|%s\n", c, text);
        line = true;
    }
    say(s, "to stdout (%zu) = %d%s", n, r, why(r < 0));
    after_put(s, n);
    s->whole_lines = line;
    return true;
}

static int scan_indirect(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vscanf(format, arguments);
    va_end(arguments);
    return n;
}

static bool op_stdin(struct slot *s) {
    static struct scanned got;
    if (s->number != SLOT_STDIN || !may_get(s))
        return false;
    unsigned choice = below(4);
    if (choice < 2) {
        called(s, choice ? CALL_getchar : CALL_getchar_unlocked);
        int c = choice ? REAL(getchar)() : getchar_unlocked();
        say(s, "from stdin = %d%s", c, why(c == EOF && ferror(s->f)));
        after_get(s, c != EOF, c == EOF);
        s->recent = c;
        return true;
    }
    scan_begin(&got);
    called(s, choice == 2 ? CALL_scanf : CALL_vscanf);
    int n = choice == 2 ? scanf("%d%n", &got.number, &got.count)
                        : scan_indirect("%31s %d%n", got.text, &got.number, &got.count);
    scan_end(s, &got, choice, n);
    return true;
}

static bool op_wide_standard(struct slot *s) {
    if (s->number == SLOT_STDOUT && may_put(s)) {
        called(s, CALL_putwchar);
        wint_t r = putwchar(0xe4);
        called(s, CALL_wprintf);
        int n = wprintf(L"%ls\n", L"\u20ac");
        say(s, "putwchar = %x, wprintf = %d", (unsigned)r, n);
        after_put(s, 3);
        return true;
    }
    if (s->number == SLOT_STDIN && may_get(s)) {
        int number = 0;
        called(s, CALL_getwchar);
        wint_t c = getwchar();
        called(s, CALL_wscanf);
        int n = wscanf(L"%d", &number);
        say(s, "getwchar = %x, wscanf = %d, %d%s%s", (unsigned)c, n, number, feof(s->f) ? " end" : "",
            why(ferror(s->f)));
        after_get(s, c != WEOF, feof(s->f));
        return true;
    }
    return false;
}

const struct operation standard_operations[] = {
    {"to stdout", op_stdout, 80, NARROW},
    {"from stdin", op_stdin, 80, NARROW},
    {"wide standard streams", op_wide_standard, 60, WIDE},
    {0},
};
