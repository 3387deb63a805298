/* libc's functions that print messages, and those that read and write tables. How many bytes they move is not
   known. */
#include "stdio_wrap.h"

#include <err.h>
#include <errno.h>
#include <error.h>
#include <grp.h>
#include <mntent.h>
#include <pwd.h>
#include <shadow.h>
#include <signal.h>
#include <stdlib.h>

/* Nothing comes behind these but the program's next call. */
#define WRAP_MESSAGE(name, parameters, arguments)                                                            \
    EXPORT void name parameters {                                                                            \
        __typeof__(&name) next = NEXT(name);                                                                 \
        struct stdio_thread *thread = ENTER(name);                                                           \
        next arguments;                                                                                      \
        if (thread)                                                                                          \
            stdio_leave(thread, ROW_##name, 0, false);                                                       \
    }
WRAP_MESSAGE(perror, (const char *text), (text))
WRAP_MESSAGE(psignal, (int number, const char *text), (number, text))
WRAP_MESSAGE(psiginfo, (const siginfo_t *info, const char *text), (info, text))
WRAP_MESSAGE(vwarn, (const char *format, va_list list), (format, list))
WRAP_MESSAGE(vwarnx, (const char *format, va_list list), (format, list))

#define WRAP_WARN(name, form)                                                                                \
    EXPORT void name(const char *format, ...) {                                                              \
        __typeof__(&form) next = NEXT(form);                                                                 \
        struct stdio_thread *thread = ENTER(name);                                                           \
        va_list list;                                                                                        \
        va_start(list, format);                                                                              \
        next(format, list);                                                                                  \
        va_end(list);                                                                                        \
        if (thread)                                                                                          \
            stdio_leave(thread, ROW_##name, 0, false);                                                       \
    }
WRAP_WARN(warn, vwarn)
WRAP_WARN(warnx, vwarnx)

/* These end the program: the flush at its end is in them. */
#define WRAP_LAST(name)                                                                                      \
    EXPORT void name(int status, const char *format, va_list list) {                                         \
        __typeof__(&name) next = NEXT(name);                                                                 \
        ENTER(name);                                                                                         \
        next(status, format, list);                                                                          \
        __builtin_unreachable();                                                                             \
    }
WRAP_LAST(verr)
WRAP_LAST(verrx)
#define WRAP_LAST_FORM(name, form)                                                                           \
    EXPORT void name(int status, const char *format, ...) {                                                  \
        __typeof__(&form) next = NEXT(form);                                                                 \
        ENTER(name);                                                                                         \
        va_list list;                                                                                        \
        va_start(list, format);                                                                              \
        next(status, format, list);                                                                          \
        __builtin_unreachable();                                                                             \
    }
WRAP_LAST_FORM(err, verr)
WRAP_LAST_FORM(errx, verrx)

/* error and error_at_line have no form with a va_list: their text is made first. */
enum { TEXT_ROOM = 512 };
static WRAPPER_CODE const char *text_of(char *room, char **allocated, const char *format, va_list list) {
    int saved = errno;
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(room, TEXT_ROOM, format, list);
    const char *text = room;
    errno = saved;
    if (length < 0 || (length >= TEXT_ROOM && vasprintf(allocated, format, again) < 0))
        *allocated = NULL;
    else if (length >= TEXT_ROOM)
        text = *allocated;
    va_end(again);
    errno = saved;
    return text;
}

EXPORT void error(int status, int number, const char *format, ...) {
    __typeof__(&error) next = NEXT(error);
    struct stdio_thread *thread = ENTER(error);
    char room[TEXT_ROOM], *allocated = NULL;
    va_list list;
    va_start(list, format);
    next(status, number, "%s", text_of(room, &allocated, format, list));
    va_end(list);
    if (thread)
        stdio_leave(thread, ROW_error, 0, false);
    free(allocated);
}

EXPORT void error_at_line(int status, int number, const char *file, unsigned line, const char *format, ...) {
    __typeof__(&error_at_line) next = NEXT(error_at_line);
    struct stdio_thread *thread = ENTER(error_at_line);
    char room[TEXT_ROOM], *allocated = NULL;
    va_list list;
    va_start(list, format);
    next(status, number, file, line, "%s", text_of(room, &allocated, format, list));
    va_end(list);
    if (thread)
        stdio_leave(thread, ROW_error_at_line, 0, false);
    free(allocated);
}

WRAP(struct mntent *, getmntent, (FILE * f), (f), f, DONE(false))
WRAP(struct mntent *, getmntent_r, (FILE *restrict f, struct mntent *restrict entry, char *restrict p, int n),
     (f, entry, p, n), f, DONE(false))
WRAP(int, addmntent, (FILE *restrict f, const struct mntent *restrict entry), (f, entry), f,
     DONE(result != 0))
WRAP(struct passwd *, fgetpwent, (FILE * f), (f), f, DONE(false))
WRAP(int, fgetpwent_r,
     (FILE *restrict f, struct passwd *restrict entry, char *restrict p, size_t n,
      struct passwd **restrict found),
     (f, entry, p, n, found), f, DONE(false))
WRAP(int, putpwent, (const struct passwd *restrict entry, FILE *restrict f), (entry, f), f, DONE(result != 0))
WRAP(struct group *, fgetgrent, (FILE * f), (f), f, DONE(false))
WRAP(int, fgetgrent_r,
     (FILE *restrict f, struct group *restrict entry, char *restrict p, size_t n,
      struct group **restrict found),
     (f, entry, p, n, found), f, DONE(false))
WRAP(int, putgrent, (const struct group *restrict entry, FILE *restrict f), (entry, f), f, DONE(result != 0))
WRAP(struct spwd *, fgetspent, (FILE * f), (f), f, DONE(false))
WRAP(int, fgetspent_r, (FILE * f, struct spwd *entry, char *p, size_t n, struct spwd **found),
     (f, entry, p, n, found), f, DONE(false))
WRAP(int, putspent, (const struct spwd *entry, FILE *f), (entry, f), f, DONE(result != 0))
