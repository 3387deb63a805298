/* Opening and closing: fopen, fdopen, freopen, fclose (C17 7.21.5, POSIX fdopen, glibc's mode letters). */

#include "entry.h"
#include "sys.h"

int buf__parse_mode(const char *mode, int *open_flags, int *stream_flags) {
    int access, rest = 0;
    switch (*mode) {
    case 'r':
        access = O_RDONLY;
        *stream_flags = FLAG_NO_WRITES;
        break;
    case 'w':
        access = O_WRONLY;
        rest = O_CREAT | O_TRUNC;
        *stream_flags = FLAG_NO_READS;
        break;
    case 'a':
        access = O_WRONLY;
        rest = O_CREAT | O_APPEND;
        *stream_flags = FLAG_NO_READS | FLAG_APPEND;
        break;
    default:
        return -EINVAL;
    }
    /* glibc looks at six letters more and lets unknown ones pass (b, m, c ask for nothing here). */
    for (int i = 1; i < 7 && mode[i] && mode[i] != ','; i++) {
        if (mode[i] == '+') {
            access = O_RDWR;
            *stream_flags &= FLAG_APPEND;
        } else if (mode[i] == 'x') {
            rest |= O_EXCL;
        } else if (mode[i] == 'e') {
            rest |= O_CLOEXEC;
        }
    }
    *open_flags = access | rest;
    return 0;
}

static FILE *fail(int error) {
    errno = -error;
    return NULL;
}

/* Only an appending stream that cannot read starts at the end, as in libc. */
static void start_position(struct stream *s, bool fresh) {
    if ((s->file._flags & (FLAG_APPEND | FLAG_NO_READS)) == (FLAG_APPEND | FLAG_NO_READS))
        s->offset = buf__sys_seek(s->file._fileno, 0, SEEK_END);
    else
        s->fresh = fresh;
    s->own = fresh;
}

FILE *fopen(const char *restrict path, const char *restrict mode) {
    int open_flags, flags, error = buf__parse_mode(mode, &open_flags, &flags);
    if (!buf__active() || (error == 0 && strstr(mode, ",ccs=")))
        return LIBC(fopen)(path, mode);
    if (error < 0)
        return fail(error);
    int fd = buf__sys_open(path, open_flags, 0666);
    if (fd < 0)
        return fail(fd);
    struct stream *s = buf__new(fd, flags);
    if (!s) {
        buf__sys_close(fd);
        return fail(-ENOMEM);
    }
    start_position(s, true);
    return &s->file;
}
ALIAS(fopen, fopen64);
ALIAS(fopen, _IO_fopen);

/* Whether a descriptor opened so can serve a stream of that mode; sets O_APPEND where the mode asks. 0 or
 * -errno. */
static int admit_descriptor(int fd, int open_flags) {
    int have = buf__sys_get_flags(fd);
    if (have < 0)
        return have;
    int access = have & O_ACCMODE, wanted = open_flags & O_ACCMODE;
    if ((access == O_RDONLY && wanted != O_RDONLY) || (access == O_WRONLY && wanted != O_WRONLY))
        return -EINVAL;
    if ((open_flags & O_APPEND) && !(have & O_APPEND))
        return buf__sys_set_flags(fd, have | O_APPEND);
    return 0;
}

FILE *fdopen(int fd, const char *mode) {
    int open_flags, flags, error = buf__parse_mode(mode, &open_flags, &flags);
    if (!buf__active())
        return LIBC(fdopen)(fd, mode);
    if (error == 0)
        error = admit_descriptor(fd, open_flags);
    if (error < 0)
        return fail(error);
    struct stream *s = buf__new(fd, flags);
    if (!s)
        return fail(-ENOMEM);
    start_position(s, false);
    return &s->file;
}
ALIAS(fdopen, _IO_fdopen);

int buf__finish(struct stream *s) {
    int r = 0;
    if (putting(s) || s->held_size || !s->inherited)
        do
            r = buf__settle(s);
        while (r == -EINTR); /* the last chance of these bytes */
    int closed = s->file._fileno < 0 ? -EBADF : s->backend->close(s);
    return closed ? closed : r; /* as libc: a child's status or the failed close goes before */
}

int fclose(FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(fclose)(f);
    struct stream *locked = enter(s);
    int r = buf__finish(s);
    s->file._fileno = -1;
    leave(&locked);
    buf__free(s);
    if (r < 0)
        errno = -r;
    return r < 0 ? EOF : r;
}
ALIAS(fclose, _IO_fclose);

/* Gives an open descriptor the number that the stream had. Returns the descriptor to use or -errno. */
static int take_number(int fd, int number, int open_flags) {
    if (number < 0 || number == fd)
        return fd;
    int r = buf__sys_dup_to(fd, number, open_flags & O_CLOEXEC);
    buf__sys_close(fd);
    return r < 0 ? r : number;
}

static int reopen(struct stream *s, const char *path, const char *mode) {
    int open_flags, flags, fd = s->file._fileno, error = buf__parse_mode(mode, &open_flags, &flags);
    char by_number[32];
    buf__settle(s); /* as libc, what fails to leave here is not this call's to report */
    if (error == 0 && !path) {
        if (fd < 0)
            return -EBADF;
        char *p = by_number + sizeof by_number - 1;
        *p = '\0';
        for (int n = fd; p == by_number + sizeof by_number - 1 || n; n /= 10)
            *--p = (char)('0' + n % 10);
        path = memcpy(p - 14, "/proc/self/fd/", 14);
    }
    int opened = error < 0 ? error : buf__sys_open(path, open_flags, 0666);
    if (opened >= 0 && !s->pid)
        opened = take_number(opened, fd, open_flags);
    if (opened < 0 || s->pid) {
        if (fd >= 0)
            s->backend->close(s);
    }
    if (opened < 0)
        return opened;
    s->backend = &buf__plain;
    s->pid = 0;
    int kept = s->file._flags & FLAG_USER_LOCK;
    if (!unread(s) && s->memory)
        buf__window_drop(s);
    free(s->held);
    s->held = NULL;
    s->held_size = 0;
    buf__reset(s, opened, flags | kept);
    start_position(s, true);
    return 0;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(freopen)(path, mode, f);
    struct stream *locked = enter(s);
    int r = reopen(s, path, mode);
    leave(&locked);
    if (r == 0)
        return f;
    s->file._fileno =
        -1; /* closed; the FILE stays until fclose, which programs call after a failed freopen too */
    s->file._flags |= FLAG_CLOSED;
    return fail(r);
}
ALIAS(freopen, freopen64);
