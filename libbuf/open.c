/* Opening and closing: fopen, fdopen, freopen, fclose (C17 7.21.5, POSIX fdopen, glibc's mode letters). */

#include "open.h"
#include "async.h"
#include "direct.h"
#include "entry.h"
#include "policy.h"
#include "report.h"
#include "rules.h"
#include "sync.h"
#include "sys.h"

int buf__parse_mode(const char *mode, struct opening *how) {
    switch (*mode) {
    case 'r':
        *how = (struct opening){O_RDONLY, FLAG_NO_WRITES, 0, NULL};
        break;
    case 'w':
        *how = (struct opening){O_WRONLY | O_CREAT | O_TRUNC, FLAG_NO_READS, 0, NULL};
        break;
    case 'a':
        *how = (struct opening){O_WRONLY | O_CREAT | O_APPEND, FLAG_NO_READS | FLAG_APPEND, 0, NULL};
        break;
    default:
        return -EINVAL;
    }
    /* glibc looks at six letters more and lets unknown ones pass (b and m ask for nothing here). */
    for (int i = 1; i < 7 && mode[i] && mode[i] != ','; i++) {
        if (mode[i] == '+') {
            how->access = (how->access & ~O_ACCMODE) | O_RDWR;
            how->flags &= FLAG_APPEND;
        } else if (mode[i] == 'x') {
            how->access |= O_EXCL;
        } else if (mode[i] == 'e') {
            how->access |= O_CLOEXEC;
        } else if (mode[i] == 'c') {
            how->flags2 = FLAGS2_NOT_CANCELLABLE;
        }
    }
    const char *set = strstr(mode, ",ccs=");
    how->character_set = set ? set + 5 : NULL;
    return 0;
}

/* A stream opened with a character set is wide from the start. 0 or -errno. */
static int bind_character_set(struct stream *s, const struct opening *how) {
    if (!how->character_set)
        return 0;
    s->wide = 1;
    return buf__encoding_bind_named(s, how->character_set, strcspn(how->character_set, ","));
}

static FILE *fail(int error) {
    errno = -error;
    return NULL;
}

/* Only an appending stream that cannot read starts at the end of the file, as in libc. */
static bool starts_at_end(const struct opening *how) {
    return (how->flags & (FLAG_APPEND | FLAG_NO_READS)) == (FLAG_APPEND | FLAG_NO_READS);
}

/* The stream is on a file that was opened for it. */
static void own_file(struct stream *s, const struct opening *how) {
    s->own = true;
    s->told = s->file._fileno <= 2; /* everybody knows these */
    if (starts_at_end(how))
        s->offset = buf__sys_seek(s->file._fileno, 0, SEEK_END);
    else
        s->fresh = true;
}

/* The everyday open: no options. */
static FILE *open_plain(const char *path, const struct opening *how) {
    int fd = buf__sys_open(path, how->access, 0666, !__libc_single_threaded);
    if (fd < 0)
        return fail(fd);
    struct stream *s = buf__new(fd, how);
    int error = s ? bind_character_set(s, how) : -ENOMEM;
    if (error < 0) {
        buf__sys_close(fd);
        if (s)
            buf__free(s);
        return fail(error);
    }
    own_file(s, how);
    return &s->file;
}

/* A stream comes first and its file second, since its options have a say in how that is opened. */
FILE *buf__open_file(const char *path, const char *mode, const char *options) {
    struct opening how;
    int error = buf__parse_mode(mode, &how);
    if (error < 0)
        return fail(error);
    if (buf__rules_none && !options)
        return open_plain(path, &how);
    struct stream *s = buf__new(-1, &how);
    if (!s)
        return fail(-ENOMEM);
    error = buf__policy_choose(s, NULL, path, options);
    if (error == 0)
        error = buf__direct_admit(s);
    if (error == 0)
        error = buf__policy_open(s, path, how.access);
    if (error < 0) {
        buf__free(s);
        return fail(error);
    }
    s->file._fileno = error;
    s->file._flags |= FLAG_FILE;
    own_file(s, &how);
    buf__policy_opened(s);
    error = buf__direct_begin(s, path);
    buf__async_begin(s);
    buf__policy_begin(s);
    if (error == 0)
        error = bind_character_set(s, &how);
    if (error == 0)
        return &s->file;
    s->file._flags |= FLAG_ERROR; /* a file that was to be replaced stays */
    s->backend->close(s);
    buf__free(s);
    return fail(error);
}

FILE *fopen(const char *restrict path, const char *restrict mode) {
    return buf__active() ? buf__open_file(path, mode, NULL) : LIBC(fopen)(path, mode);
}
ALIAS(fopen, fopen64);
ALIAS(fopen, _IO_fopen);

/* Whether a descriptor can serve a stream of that mode; makes it append where the mode asks. 0 or -errno. */
static int admit_descriptor(int fd, const struct opening *how) {
    int have = buf__sys_get_flags(fd);
    if (have < 0)
        return have;
    int access = have & O_ACCMODE, wanted = how->access & O_ACCMODE;
    if ((access == O_RDONLY && wanted != O_RDONLY) || (access == O_WRONLY && wanted != O_WRONLY))
        return -EINVAL;
    if (!(how->access & O_APPEND) || (have & O_APPEND))
        return 0;
    int error = buf__sys_set_flags(fd, have | O_APPEND);
    if (error == 0 && starts_at_end(how))
        buf__sys_seek(fd, 0, SEEK_END);
    return error;
}

FILE *fdopen(int fd, const char *mode) {
    struct opening how;
    int error = buf__parse_mode(mode, &how);
    if (!buf__active())
        return LIBC(fdopen)(fd, mode);
    if (error == 0)
        error = admit_descriptor(fd, &how);
    if (error < 0)
        return fail(error);
    struct stream *s = buf__new(fd, &how);
    if (!s)
        return fail(-ENOMEM);
    buf__policy_choose_by_descriptor(s, NULL);
    return &s->file;
}
ALIAS(fdopen, _IO_fdopen);

int buf__finish(struct stream *s) {
    int r = 0;
    if (putting(s) || s->held_size || !s->inherited)
        do
            r = buf__settle(s);
        while (r == -EINTR); /* the last chance of these bytes */
    int synced = s->policy && s->file._fileno >= 0 ? buf__sync_at_close(s) : 0;
    if (r == 0)
        r = synced < 0 ? synced : s->sync_error;
    bool ended = s->file._fileno < 0 && !s->source; /* by a freopen that failed */
    bool in_memory = s->backend != &buf__plain && s->backend != &buf__process;
    free(s->held); /* what of this could not leave is lost, and the caller is told */
    s->held = NULL;
    s->held_size = 0;
    int closed = !ended ? s->backend->close(s) : in_memory ? 0 : -EBADF;
    buf__report_end(s);
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
    struct opening how;
    int fd = s->file._fileno, error = buf__parse_mode(mode, &how);
    char by_number[32];
    buf__settle(s); /* as libc, what fails to leave here is not this call's to report */
    if (s->policy && fd >= 0)
        buf__sync_at_close(s);
    buf__policy_finish(s);
    buf__report_end(s);
    if (error == 0 && !path) {
        if (fd < 0 || buf__sys_get_flags(fd) < 0)
            return -EBADF;
        char *p = by_number + sizeof by_number - 1;
        *p = '\0';
        for (int n = fd; p == by_number + sizeof by_number - 1 || n; n /= 10)
            *--p = (char)('0' + n % 10);
        path = memcpy(p - 14, "/proc/self/fd/", 14);
    }
    int opened = error < 0 ? error : buf__sys_open(path, how.access, 0666, false);
    if (opened >= 0 && !s->pid)
        opened = take_number(opened, fd, how.access);
    if (opened < 0 || s->pid || s->source)
        if (fd >= 0 || s->source)
            s->backend->close(s); /* as for fclose: memory is delivered, a command waited for */
    if (opened < 0)
        return opened;
    s->backend = &buf__plain;
    s->pid = 0;
    s->mode = MODE_AUTO; /* opened anew, the stream is buffered as it is by default (C17 7.21.3) */
    s->wanted = 0;
    buf__window_drop(s);
    free(s->held);
    s->held = NULL;
    s->held_size = 0;
    buf__reset(s, opened, &how);
    buf__policy_choose(s, NULL, path, NULL);
    if (is_given(s, OPTION_replace) && (how.access & O_ACCMODE))
        buf__policy_fell_back(s, OPTION_replace, path, "the stream is opened again, in place");
    own_file(s, &how);
    error = buf__direct_begin(s, path);
    buf__async_begin(s);
    buf__policy_begin(s);
    if (error < 0)
        s->backend->close(s);
    return error < 0 ? error : bind_character_set(s, &how);
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
