/* The wide calls that no program of the system makes: its input's words and lines in the locale's own
 * encoding, by scanf, in memory and back. */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

static void words(FILE *in) {
    wchar_t word[200], rest[200], made[500];
    double real;
    int n, count = 0;
    while (fwscanf(in, L"%199ls", word) == 1) {
        wint_t c = fgetwc(in);
        if (c != WEOF && ungetwc(c, in) != c)
            break;
        if (count++ % 3 == 0 && fwscanf(in, L"%*[ ]%199l[^\n]", rest) == 1)
            wprintf(L"{%20.5ls}", rest);
        if (swscanf(word, L"%d", &n) == 1)
            wprintf(L"%d,%lc", n, (wint_t)(0x3b1 + n % 20));
        if (swscanf(word, L"%lf", &real) == 1)
            wprintf(L"<%.3f>", real);
        swprintf(made, 500, L"%-12ls|%5.2ls|%lc", word, word, (wint_t)towupper((wint_t)word[0]));
        fputws(made, stdout);
        fputwc(L'\n', stdout);
    }
    wprintf(L"%d words, %d %d\n", count, feof(in) != 0, ferror(in) != 0);
}

/* The same text to the stream and into memory. */
static void twice(FILE *out, const wchar_t *format, ...) {
    wchar_t made[100];
    va_list arguments;
    va_start(arguments, format);
    vfwprintf(out, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    vswprintf(made, 100, format, arguments);
    va_end(arguments);
    fputws(made, out);
}

static void memory(FILE *in) {
    wchar_t *text = NULL, line[300], first[20] = L"";
    size_t length = 0;
    FILE *out = open_wmemstream(&text, &length);
    rewind(in);
    int had = wscanf(L"%19l[^ ]%ls", first, line);
    twice(stdout, L"%d [%10ls] %.3f\n", had, first, 1.5);
    for (int n = 1; fgetws(line, 300, in); n++)
        fwprintf(out, L"%4d %ls", n, line);
    fclose(out);
    wprintf(L"%ls%zu\n", text, length);
    free(text);
}

int main(int count, char **arguments) {
    setlocale(LC_ALL, "");
    FILE *in = freopen(count > 1 ? arguments[1] : "/dev/stdin", "r", stdin);
    if (!in)
        return 2;
    words(in);
    memory(in);
    fwprintf(stderr, L"%ls\n", L"the end");
    return 0;
}
