/* printf to strings and descriptors (C17 7.21.6.5 and on, POSIX dprintf, glibc's asprintf), by the engine of
   print/, and the fortified names: those know how large the destination is. */

#include "entry.h"
#include "print/format.h"

static unsigned fortified(int flag) {
    return flag > 0 ? BUF__FORTIFY : 0;
}

/* A call of the engine with the variable arguments behind `format`. */
#define WITH_ARGUMENTS(call)                                                                                 \
    ({                                                                                                       \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        int n_ = call;                                                                                       \
        va_end(arguments);                                                                                   \
        n_;                                                                                                  \
    })

int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list arguments) {
    return buf__vsnprintf(to, size, 0, format, arguments);
}
ALIAS(vsnprintf, __vsnprintf);

int snprintf(char *restrict to, size_t size, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vsnprintf(to, size, 0, format, arguments));
}

int __vsnprintf_chk(char *restrict to, size_t size, int flag, size_t room, const char *restrict format,
                    va_list arguments) {
    if (room < size)
        __chk_fail();
    return buf__vsnprintf(to, size, fortified(flag), format, arguments);
}

int __snprintf_chk(char *restrict to, size_t size, int flag, size_t room, const char *restrict format, ...) {
    return WITH_ARGUMENTS(__vsnprintf_chk(to, size, flag, room, format, arguments));
}

int vsprintf(char *restrict to, const char *restrict format, va_list arguments) {
    return buf__vsprintf(to, SIZE_MAX, 0, format, arguments);
}
ALIAS(vsprintf, _IO_vsprintf);

int sprintf(char *restrict to, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vsprintf(to, SIZE_MAX, 0, format, arguments));
}
ALIAS(sprintf, _IO_sprintf);

int __vsprintf_chk(char *restrict to, int flag, size_t room, const char *restrict format, va_list arguments) {
    return buf__vsprintf(to, room, fortified(flag) | BUF__ERASE, format, arguments);
}

int __sprintf_chk(char *restrict to, int flag, size_t room, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vsprintf(to, room, fortified(flag) | BUF__ERASE, format, arguments));
}

int vasprintf(char **restrict to, const char *restrict format, va_list arguments) {
    return buf__vasprintf(to, 0, format, arguments);
}

int asprintf(char **restrict to, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vasprintf(to, 0, format, arguments));
}
ALIAS(asprintf, __asprintf);

int __vasprintf_chk(char **restrict to, int flag, const char *restrict format, va_list arguments) {
    return buf__vasprintf(to, fortified(flag), format, arguments);
}

int __asprintf_chk(char **restrict to, int flag, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vasprintf(to, fortified(flag), format, arguments));
}

int vdprintf(int fd, const char *restrict format, va_list arguments) {
    return buf__vdprintf(fd, 0, format, arguments);
}

int dprintf(int fd, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vdprintf(fd, 0, format, arguments));
}

int __vdprintf_chk(int fd, int flag, const char *restrict format, va_list arguments) {
    return buf__vdprintf(fd, fortified(flag), format, arguments);
}

int __dprintf_chk(int fd, int flag, const char *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vdprintf(fd, fortified(flag), format, arguments));
}

int vswprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict format, va_list arguments) {
    return buf__vswprintf(to, size, 0, format, arguments);
}

int swprintf(wchar_t *restrict to, size_t size, const wchar_t *restrict format, ...) {
    return WITH_ARGUMENTS(buf__vswprintf(to, size, 0, format, arguments));
}

int __vswprintf_chk(wchar_t *restrict to, size_t size, int flag, size_t room, const wchar_t *restrict format,
                    va_list arguments) {
    if (room < size)
        __chk_fail();
    return buf__vswprintf(to, size, fortified(flag), format, arguments);
}

int __swprintf_chk(wchar_t *restrict to, size_t size, int flag, size_t room, const wchar_t *restrict format,
                   ...) {
    return WITH_ARGUMENTS(__vswprintf_chk(to, size, flag, room, format, arguments));
}
