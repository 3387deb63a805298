/* Opening, closing, flushing and positioning. */
#include "stdio_wrap.h"

#define OPENED                                                                                               \
    do {                                                                                                     \
        (void)before;                                                                                        \
        stdio_leave(thread, ROW, 0, !result);                                                                \
        files_opened(thread, result);                                                                        \
    } while (0)
WRAP(FILE *, fopen, (const char *restrict path, const char *restrict mode), (path, mode), NULL, OPENED)
ALIAS(fopen, fopen64);
ALIAS(fopen, _IO_fopen);
WRAP(FILE *, fdopen, (int descriptor, const char *mode), (descriptor, mode), NULL, DONE(!result))
ALIAS(fdopen, _IO_fdopen);
WRAP(FILE *, popen, (const char *command, const char *mode), (command, mode), NULL, DONE(!result))
ALIAS(popen, _IO_popen);
WRAP(FILE *, tmpfile, (void), (), NULL, OPENED)
ALIAS(tmpfile, tmpfile64);
WRAP(FILE *, fopencookie, (void *restrict cookie, const char *restrict mode, cookie_io_functions_t functions),
     (cookie, mode, functions), NULL, DONE(!result))
WRAP(FILE *, setmntent, (const char *path, const char *mode), (path, mode), NULL, DONE(!result))
ALIAS(setmntent, __setmntent);

/* The stream may be gone afterwards. */
#define WRAP_CLOSE(type, name, parameters, arguments, f, after)                                              \
    EXPORT type name parameters {                                                                            \
        __typeof__(&name) next = NEXT(name);                                                                 \
        struct stdio_thread *thread = ENTER(name);                                                           \
        if (!thread)                                                                                         \
            return next arguments;                                                                           \
        const struct before before = before_of(f);                                                           \
        files_closing(thread, &before);                                                                      \
        type result = next arguments;                                                                        \
        after;                                                                                               \
        return result;                                                                                       \
    }
WRAP_CLOSE(int, fclose, (FILE * f), (f), f, stdio_leave(thread, ROW_fclose, 0, result == EOF))
ALIAS(fclose, _IO_fclose);
WRAP_CLOSE(int, pclose, (FILE * f), (f), f, stdio_leave(thread, ROW_pclose, 0, result == -1))
WRAP_CLOSE(int, endmntent, (FILE * f), (f), f, stdio_leave(thread, ROW_endmntent, 0, false))
ALIAS(endmntent, __endmntent);
WRAP_CLOSE(FILE *, freopen, (const char *restrict path, const char *restrict mode, FILE *restrict f),
           (path, mode, f), f, {
               stdio_leave(thread, ROW_freopen, 0, !result);
               files_opened(thread, result);
           })
ALIAS(freopen, freopen64);
WRAP(int, fcloseall, (void), (), NULL, DONE(result == EOF))

/* Whether a flush has something to write. */
static bool pending(FILE *f) {
    return f && f->_IO_write_ptr > f->_IO_write_base;
}
#define WRAP_FLUSH(name)                                                                                     \
    EXPORT int name(FILE *f) {                                                                               \
        __typeof__(&name) next = NEXT(name);                                                                 \
        struct stdio_thread *thread = ENTER(name);                                                           \
        if (!thread)                                                                                         \
            return next(f);                                                                                  \
        const struct before before = before_of(f);                                                           \
        bool something = pending(f);                                                                         \
        int result = next(f);                                                                                \
        stdio_leave(thread, ROW_##name, 0, result == EOF);                                                   \
        if (f)                                                                                               \
            files_flushed(thread, &before, something);                                                       \
        else                                                                                                 \
            files_flushed_all(thread);                                                                       \
        return result;                                                                                       \
    }
WRAP_FLUSH(fflush)
ALIAS(fflush, _IO_fflush);
WRAP_FLUSH(fflush_unlocked)

/* Functions that return nothing. */
#define WRAP_VOID(name, parameters, arguments, f, after)                                                     \
    EXPORT void name parameters {                                                                            \
        __typeof__(&name) next = NEXT(name);                                                                 \
        struct stdio_thread *thread = ENTER(name);                                                           \
        if (!thread) {                                                                                       \
            next arguments;                                                                                  \
            return;                                                                                          \
        }                                                                                                    \
        const struct before before = before_of(f);                                                           \
        next arguments;                                                                                      \
        stdio_leave(thread, ROW_##name, 0, false);                                                           \
        after;                                                                                               \
    }
WRAP_VOID(_flushlbf, (void), (), NULL, (void)before)
WRAP_VOID(setbuffer, (FILE * f, char *buffer, size_t size), (f, buffer, size), f,
          files_cursor(thread, &before))
WRAP_VOID(setbuf, (FILE *restrict f, char *restrict buffer), (f, buffer), f, files_cursor(thread, &before))
WRAP_VOID(setlinebuf, (FILE * f), (f), f, files_cursor(thread, &before))
WRAP_VOID(__fpurge, (FILE * f), (f), f, files_cursor(thread, &before))
WRAP_VOID(rewind, (FILE * f), (f), f, files_moved(thread, &before, 0, SEEK_SET))
WRAP(int, setvbuf, (FILE *restrict f, char *restrict buffer, int mode, size_t size), (f, buffer, mode, size),
     f, {
         stdio_leave(thread, ROW, 0, result != 0);
         files_cursor(thread, &before);
     })
ALIAS(setvbuf, _IO_setvbuf);
ALIAS(setbuffer, _IO_setbuffer);

#define MOVED(offset, whence)                                                                                \
    do {                                                                                                     \
        stdio_leave(thread, ROW, 0, result != 0);                                                            \
        if (result == 0)                                                                                     \
            files_moved(thread, &before, offset, whence);                                                    \
    } while (0)
WRAP(int, fseek, (FILE * f, long offset, int whence), (f, offset, whence), f, MOVED(offset, whence))
WRAP(int, fseeko, (FILE * f, off_t offset, int whence), (f, offset, whence), f, MOVED(offset, whence))
ALIAS(fseeko, fseeko64);
WRAP(int, fsetpos, (FILE * f, const fpos_t *position), (f, position), f, MOVED(position->__pos, SEEK_SET))
ALIAS(fsetpos, fsetpos64);
ALIAS(fsetpos, _IO_fsetpos);
ALIAS(fsetpos, _IO_fsetpos64);
#define TOLD(failed)                                                                                         \
    do {                                                                                                     \
        stdio_leave(thread, ROW, 0, failed);                                                                 \
        files_cursor(thread, &before);                                                                       \
    } while (0)
WRAP(long, ftell, (FILE * f), (f), f, TOLD(result < 0))
ALIAS(ftell, _IO_ftell);
WRAP(off_t, ftello, (FILE * f), (f), f, TOLD(result < 0))
ALIAS(ftello, ftello64);
WRAP(int, fgetpos, (FILE *restrict f, fpos_t *restrict position), (f, position), f, TOLD(result != 0))
ALIAS(fgetpos, fgetpos64);
ALIAS(fgetpos, _IO_fgetpos);
ALIAS(fgetpos, _IO_fgetpos64);
WRAP(int, fileno, (FILE * f), (f), f, {
    stdio_leave(thread, ROW, 0, result < 0);
    files_told(thread, &before);
})
ALIAS(fileno, fileno_unlocked);
