/* What is left to libc's engine: single conversions with the locale's own digits (flag I) or numbers that no
   processor makes, whole calls once a program registered printf handlers, and the end of fortified calls with
   a bad format. */
#include "format_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int asprintf_function(char **, int flag, const char *, va_list);
typedef FILE *open_wmemstream_function(wchar_t **, size_t *);
typedef int fwprintf_function(FILE *, int flag, const wchar_t *, va_list);
typedef int fclose_function(FILE *);
typedef int snprintf_function(char *, size_t, int flag, size_t, const char *, va_list);
typedef int swprintf_function(wchar_t *, size_t, int flag, size_t, const wchar_t *, va_list);

static void release(void *place) {
    free(*(void **)place);
}

int buf__libc_format(struct out *out, unsigned flags, const char *format, va_list args) {
    __attribute__((cleanup(release))) char *text = NULL;
    asprintf_function *libc = (asprintf_function *)buf__libc_symbol("__vasprintf_chk");
    int n = libc(&text, flags & BUF__FORTIFY, format, args);
    if (n < 0) {
        text = NULL; /* not set */
        return -errno;
    }
    return buf__out_bytes(out, text, (size_t)n);
}

int buf__libc_format_wide(struct out *out, unsigned flags, const wchar_t *format, va_list args) {
    __attribute__((cleanup(release))) wchar_t *text = NULL;
    size_t size = 0;
    FILE *memory = ((open_wmemstream_function *)buf__libc_symbol("open_wmemstream"))(&text, &size);
    if (!memory)
        return -errno;
    int n = ((fwprintf_function *)buf__libc_symbol("__vfwprintf_chk"))(memory, flags & BUF__FORTIFY, format,
                                                                       args);
    int failed = n < 0 ? -errno : 0;
    if (((fclose_function *)buf__libc_symbol("fclose"))(memory) != 0 && !failed)
        failed = -errno;
    return failed ? failed : buf__out_letters(out, text, size);
}

static int format_by_libc(struct out *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int failed;
    if (out->narrow) {
        failed = buf__libc_format(out, 0, format, args);
    } else {
        wchar_t wide[24];
        size_t i = 0;
        do
            wide[i] = format[i];
        while (format[i++]);
        failed = buf__libc_format_wide(out, 0, wide, args);
    }
    va_end(args);
    return failed;
}

int buf__libc_conversion(struct out *out, const struct spec *spec, const union value *value) {
    static const char letters[] = "-+ #0'I";
    char format[24], *at = format;
    *at++ = '%';
    for (unsigned i = 0; letters[i]; i++)
        if (spec->flags & 1u << i)
            *at++ = letters[i];
    __builtin_memcpy(at, "*.*", 3);
    at += 3;
    bool integer = strchr("diouxXbB", (int)spec->conversion) != NULL;
    if (integer)
        *at++ = 'j';
    else if (spec->size & SIZE_LONG_DOUBLE)
        *at++ = 'L';
    *at++ = (char)spec->conversion;
    *at = 0;
    if (integer)
        return format_by_libc(out, format, spec->width, spec->precision, value->integer);
    if (spec->size & SIZE_LONG_DOUBLE)
        return format_by_libc(out, format, spec->width, spec->precision, value->long_real);
    return format_by_libc(out, format, spec->width, spec->precision, value->real);
}

/* The same format and arguments into nowhere: libc ends the process, with its own message, where it always
   would. A %n in it stores what this call stores. */
void buf__libc_fortify(const char *format, va_list args) {
    va_list copy;
    char nowhere[1];
    va_copy(copy, args);
    ((snprintf_function *)buf__libc_symbol("__vsnprintf_chk"))(nowhere, 1, BUF__FORTIFY, 1, format, copy);
    va_end(copy);
}

void buf__libc_fortify_wide(const wchar_t *format, va_list args) {
    va_list copy;
    wchar_t nowhere[1];
    va_copy(copy, args);
    ((swprintf_function *)buf__libc_symbol("__vswprintf_chk"))(nowhere, 1, BUF__FORTIFY, 1, format, copy);
    va_end(copy);
}
