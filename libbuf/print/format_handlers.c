/* libc's register_printf_ functions, seen on their way: once one was called, whole calls go to libc's engine,
   which knows the handlers. */
#include "format.h"

#include <printf.h>

#define EXPORT __attribute__((visibility("default")))

int buf__print_handlers;

static void *forward(const char *name) {
    __atomic_store_n(&buf__print_handlers, 1, __ATOMIC_RELEASE);
    return buf__libc_symbol(name);
}

EXPORT int register_printf_specifier(int letter, printf_function *print,
                                     printf_arginfo_size_function *arguments) {
    typedef int function(int, printf_function *, printf_arginfo_size_function *);
    return ((function *)forward("register_printf_specifier"))(letter, print, arguments);
}

EXPORT int register_printf_function(int letter, printf_function *print, printf_arginfo_function *arguments) {
    typedef int function(int, printf_function *, printf_arginfo_function *);
    return ((function *)forward("register_printf_function"))(letter, print, arguments);
}

EXPORT int register_printf_modifier(const wchar_t *modifier) {
    typedef int function(const wchar_t *);
    return ((function *)forward("register_printf_modifier"))(modifier);
}

EXPORT int register_printf_type(printf_va_arg_function *take) {
    typedef int function(printf_va_arg_function *);
    return ((function *)forward("register_printf_type"))(take);
}
