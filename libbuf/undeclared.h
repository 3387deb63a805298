/* Names that libc exports and no header declares: the fortified calls, libio's own, the C99 scanners.
   Programs reach them through macros and renaming; ours must be visible like the declared ones. */

#ifndef BUF_NAMES_UNDECLARED_H
#define BUF_NAMES_UNDECLARED_H

#pragma GCC visibility push(default)
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <wchar.h>

int _IO_flush_all(void);
void _IO_flush_all_linebuffered(void);
int _IO_fprintf(FILE *restrict, const char *restrict, ...);
size_t _IO_getline(FILE *, char *, size_t, int, int);
ssize_t _IO_padn(FILE *, int, ssize_t);
int _IO_peekc_locked(FILE *);
int _IO_printf(const char *restrict, ...);
int _IO_putc(int, FILE *);
size_t _IO_sgetn(FILE *, void *, size_t);
int _IO_vfprintf(FILE *restrict, const char *restrict, va_list);
int _IO_vfscanf(FILE *restrict, const char *restrict, va_list, int *);
void __chk_fail(void) __attribute__((noreturn));
int __endmntent(FILE *);
char *__fgets_chk(char *restrict, size_t, int, FILE *restrict);
char *__fgets_unlocked_chk(char *restrict, size_t, int, FILE *restrict);
wchar_t *__fgetws_chk(wchar_t *restrict, size_t, int, FILE *restrict);
wchar_t *__fgetws_unlocked_chk(wchar_t *restrict, size_t, int, FILE *restrict);
int __fprintf_chk(FILE *restrict, int, const char *restrict, ...);
size_t __fread_chk(void *restrict, size_t, size_t, size_t, FILE *restrict);
size_t __fread_unlocked_chk(void *restrict, size_t, size_t, size_t, FILE *restrict);
int __fwprintf_chk(FILE *restrict, int, const wchar_t *restrict, ...);
ssize_t __getdelim(char **restrict, size_t *restrict, int, FILE *restrict);
char *__gets_chk(char *, size_t);
int __overflow(FILE *, int);
int __printf_chk(int, const char *restrict, ...);
int __uflow(FILE *);
int __underflow(FILE *);
int __vasprintf_chk(char **restrict, int, const char *restrict, va_list);
int __vfprintf_chk(FILE *restrict, int, const char *restrict, va_list);
int __vfwprintf_chk(FILE *restrict, int, const wchar_t *restrict, va_list);
int __vprintf_chk(int, const char *restrict, va_list);
int __vwprintf_chk(int, const wchar_t *restrict, va_list);
wint_t __woverflow(FILE *, wint_t);
int __wprintf_chk(int, const wchar_t *restrict, ...);
wint_t __wuflow(FILE *);
wint_t __wunderflow(FILE *);
char *gets(char *);

int __asprintf(char **restrict, const char *restrict, ...);
int __asprintf_chk(char **restrict, int, const char *restrict, ...);
int __dprintf_chk(int, int, const char *restrict, ...);
int __snprintf_chk(char *restrict, size_t, int, size_t, const char *restrict, ...);
int __sprintf_chk(char *restrict, int, size_t, const char *restrict, ...);
int __swprintf_chk(wchar_t *restrict, size_t, int, size_t, const wchar_t *restrict, ...);
int __vdprintf_chk(int, int, const char *restrict, va_list);
int __vsnprintf_chk(char *restrict, size_t, int, size_t, const char *restrict, va_list);
int __vsprintf_chk(char *restrict, int, size_t, const char *restrict, va_list);
int __vswprintf_chk(wchar_t *restrict, size_t, int, size_t, const wchar_t *restrict, va_list);
int __isoc99_vfscanf(FILE *restrict, const char *restrict, va_list);
int __isoc99_vscanf(const char *restrict, va_list);
int __isoc99_fscanf(FILE *restrict, const char *restrict, ...);
int __isoc99_scanf(const char *restrict, ...);
int __isoc99_vsscanf(const char *restrict, const char *restrict, va_list);
int __isoc99_sscanf(const char *restrict, const char *restrict, ...);
int __isoc99_vfwscanf(FILE *restrict, const wchar_t *restrict, va_list);
int __isoc99_vwscanf(const wchar_t *restrict, va_list);
int __isoc99_fwscanf(FILE *restrict, const wchar_t *restrict, ...);
int __isoc99_wscanf(const wchar_t *restrict, ...);
int __isoc99_vswscanf(const wchar_t *restrict, const wchar_t *restrict, va_list);
int __isoc99_swscanf(const wchar_t *restrict, const wchar_t *restrict, ...);
int __isoc23_vfscanf(FILE *restrict, const char *restrict, va_list);
int __isoc23_vscanf(const char *restrict, va_list);
int __isoc23_fscanf(FILE *restrict, const char *restrict, ...);
int __isoc23_scanf(const char *restrict, ...);
int __isoc23_vsscanf(const char *restrict, const char *restrict, va_list);
int __isoc23_sscanf(const char *restrict, const char *restrict, ...);
int __isoc23_vfwscanf(FILE *restrict, const wchar_t *restrict, va_list);
int __isoc23_vwscanf(const wchar_t *restrict, va_list);
int __isoc23_fwscanf(FILE *restrict, const wchar_t *restrict, ...);
int __isoc23_wscanf(const wchar_t *restrict, ...);
int __isoc23_vswscanf(const wchar_t *restrict, const wchar_t *restrict, va_list);
int __isoc23_swscanf(const wchar_t *restrict, const wchar_t *restrict, ...);

#pragma GCC visibility pop

/* The oldest scanners, whose names the headers rename to the C99 ones. */
int buf__old_vfscanf(FILE *restrict, const char *restrict, va_list);
int buf__old_vscanf(const char *restrict, va_list);
int buf__old_fscanf(FILE *restrict, const char *restrict, ...);
int buf__old_scanf(const char *restrict, ...);
int buf__old_vsscanf(const char *restrict, const char *restrict, va_list);
int buf__old_sscanf(const char *restrict, const char *restrict, ...);
int buf__old_vfwscanf(FILE *restrict, const wchar_t *restrict, va_list);
int buf__old_vwscanf(const wchar_t *restrict, va_list);
int buf__old_fwscanf(FILE *restrict, const wchar_t *restrict, ...);
int buf__old_wscanf(const wchar_t *restrict, ...);
int buf__old_vswscanf(const wchar_t *restrict, const wchar_t *restrict, va_list);
int buf__old_swscanf(const wchar_t *restrict, const wchar_t *restrict, ...);

#endif
