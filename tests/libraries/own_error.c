/* A library with functions of its own by names that libc has too. */
#include <stdarg.h>
#include <stdio.h>

int error(const char *, ...);
int warnx(int, double, const char *);
int own_error_is_here(void);

int own_error_is_here(void) {
    return 1;
}

int error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vprintf(format, arguments);
    va_end(arguments);
    return n;
}

int warnx(int a, double b, const char *c) {
    return printf("%d %g %s\n", a, b, c);
}
