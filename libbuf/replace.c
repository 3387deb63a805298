/* replace: what is opened to be written anew is written to a file without a name in the same directory, and takes
   the old one's name at fclose, freopen or exit. There is the old file or the new, never half, whatever ends the
   program; after an error the old one stays. The new file has the old one's owner, group, mode and attributes, proved
   before anything is touched: where that cannot be, and where a name is more than a name (other links, mount points),
   the file is opened as without the option. Below: replace_carry.c for owner, mode and attributes. */

#include "replace.h"
#include "policy.h"
#include <limits.h>

enum { LINKS_MOST = 40, NAMES_TRIED = 100, SHORT = 24, DIRECTORY_LEAST = 100 };

struct replace {
    const struct backend *below; /* the stream's own */
    pid_t owner;                 /* the process that opened: it alone commits */
    int directory;               /* open, out of the way of low numbers */
    struct stat there;           /* what it is: a program may close what it does not know */
    struct stat old;             /* the old file, st_nlink 0 when there is none */
    bool done;                   /* committed or discarded: the stream goes on without the option */
    bool named;                  /* no O_TMPFILE here: the new file has the name `beside` */
    int error;                   /* the first that a transfer met, -errno */
    char beside[SHORT];          /* the new file's name until it has the old one's */
    char name[NAME_MAX + 1];     /* the name to take */
};

/* Splits a path: opens its directory, seen from `from`, and copies its last part. The descriptor, or -errno. */
static int open_directory(int from, const char *path, char *name) {
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    size_t length = (size_t)(last - path), n = strlen(last);
    if (n == 0 || n > NAME_MAX || length + 2 > sizeof directory)
        return -EINVAL;
    memcpy(name, last, n + 1);
    memcpy(directory, length ? path : ".", length ? length : 1);
    directory[length ? length : 1] = '\0';
    return buf__sys_open_at(from, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
}

/* The directory that the path's file is in once symbolic links are followed, opened, and the file's name there. The
   kernel's own rules on links are not ours to judge: in a sticky directory and in /proc the way ends. NULL, or why. */
static const char *resolve(struct replace *r, const char *path) {
    char target[PATH_MAX];
    r->directory = open_directory(AT_FDCWD, path, r->name);
    for (int links = 0; r->directory >= 0 && links < LINKS_MOST; links++) {
        if (buf__sys_stat(r->directory, &r->there) < 0 || buf__sys_on_proc(r->directory))
            return "its directory is not one of files";
        ssize_t n = buf__sys_read_link_at(r->directory, r->name, target, sizeof target - 1);
        if (n < 0)
            return NULL;
        if (r->there.st_mode & S_ISVTX)
            return "a symbolic link in a sticky directory";
        target[n] = '\0';
        int from = r->directory;
        r->directory = open_directory(from, target, r->name);
        buf__sys_close(from);
    }
    return "its directory cannot be opened";
}

/* Whether the old file and its directory allow it: NULL, or why not. */
static const char *judge(struct replace *r) {
    struct statx file, directory;
    if (strcmp(r->name, ".") == 0 || strcmp(r->name, "..") == 0)
        return "not a regular file";
    if (buf__sys_statx(r->directory, "", STATX_TYPE, &directory) == 0 &&
        (directory.stx_attributes & STATX_ATTR_APPEND))
        return "the directory only grows";
    int error = buf__sys_stat_at(r->directory, r->name, &r->old);
    if (error == -ENOENT) {
        r->old.st_nlink = 0;
        return NULL;
    }
    if (error < 0 || !S_ISREG(r->old.st_mode))
        return "not a regular file";
    if (r->old.st_nlink > 1)
        return "the file has other links";
    uid_t user = buf__sys_user();
    if ((r->there.st_mode & S_ISVTX) && r->old.st_uid != user && r->there.st_uid != user)
        return "another's file in a sticky directory";
    bool told = buf__sys_statx(r->directory, r->name, STATX_TYPE, &file) == 0 &&
                (file.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT); /* Linux 5.8 */
    bool mount = told ? (file.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 : r->old.st_dev != r->there.st_dev;
    return mount ? "the file is a mount point" : NULL;
}

/* A name that nobody has, short, so that it fits wherever the old one does. */
static void make_name(const struct replace *r, char *name, unsigned try) {
    uint64_t mix = buf__now() ^ (uintptr_t)r ^ (uint64_t)r->owner << 40;
    mix = (mix + try) * 0x9e3779b97f4a7c15u;
    snprintf(name, SHORT, ".buf%012llx", (unsigned long long)(mix >> 16));
}

/* The new file: without a name, or with one of its own. The descriptor, or -errno. */
static int create(struct replace *r, int flags) {
    char by_number[40];
    struct stat st;
    int fd = buf__sys_open_at(r->directory, ".", O_TMPFILE | flags, 0666);
    if (fd >= 0) {
        snprintf(by_number, sizeof by_number, "/proc/self/fd/%d", fd);
        if (buf__sys_stat_at(AT_FDCWD, by_number, &st) == 0)
            return fd;
        buf__sys_close(fd); /* no /proc to give it a name by */
    } else if (fd != -EOPNOTSUPP && fd != -EISDIR && fd != -ENOENT && fd != -EINVAL) {
        return fd;
    }
    r->named = true;
    fd = -EEXIST;
    for (unsigned try = 0; try < NAMES_TRIED && fd == -EEXIST; try++) {
        make_name(r, r->beside, try);
        fd = buf__sys_open_at(r->directory, r->beside, O_CREAT | O_EXCL | O_NOFOLLOW | flags,
                              r->old.st_nlink ? 0600 : 0666);
    }
    return fd;
}

/* Opening the old file for writing asks the kernel all that fopen would have: the error is then the plain open's. */
static const char *prove(struct replace *r, int fd) {
    if (!r->old.st_nlink)
        return NULL;
    int old = buf__sys_open_at(r->directory, r->name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
    if (old < 0)
        return "the old file cannot be written";
    struct stat st;
    bool same = buf__sys_stat(old, &st) == 0 && st.st_ino == r->old.st_ino && st.st_dev == r->old.st_dev;
    const char *why = same ? buf__replace_carry(old, fd, &r->old) : "the old file is another meanwhile";
    buf__sys_close(old);
    return why;
}

static void discard(struct replace *r) {
    if (r->named)
        buf__sys_unlink_at(r->directory, r->beside);
    buf__sys_close(r->directory);
}

/* The program's descriptors stay low: the directory's goes out of their way. */
static void move_up(struct replace *r) {
    int up = buf__sys_dup_above(r->directory, DIRECTORY_LEAST);
    if (up < 0)
        return;
    buf__sys_close(r->directory);
    r->directory = up;
}

static ssize_t noted(struct stream *s, ssize_t result) {
    struct replace *r = s->policy->replace;
    if (result < 0 && result != -EINTR && r->error == 0)
        r->error = (int)result;
    return result;
}

static ssize_t replace_read(struct stream *s, void *p, size_t n) {
    return noted(s, s->policy->replace->below->read(s, p, n));
}

static ssize_t replace_write(struct stream *s, const struct iovec *v, int n) {
    return noted(s, s->policy->replace->below->write(s, v, n));
}

static off64_t replace_seek(struct stream *s, off64_t offset, int whence) {
    return s->policy->replace->below->seek(s, offset, whence);
}

/* Gives the new file a name beside the old one, or, where there was none, its own at once: *taken. 0 or -errno. */
static int give_name(struct replace *r, int fd, bool *taken) {
    int error = r->old.st_nlink || r->named ? -EEXIST : buf__sys_link_open(fd, r->directory, r->name);
    *taken = error == 0;
    if (r->named)
        return 0;
    for (unsigned try = 0; try < NAMES_TRIED && error == -EEXIST; try++) {
        make_name(r, r->beside, try);
        error = buf__sys_link_open(fd, r->directory, r->beside);
    }
    r->named = error == 0 && !*taken;
    return error;
}

/* The descriptor is still the directory's: else the program closed it, and the number may be another's. */
static bool is_held(const struct replace *r) {
    struct stat st;
    return buf__sys_stat(r->directory, &st) == 0 && st.st_ino == r->there.st_ino &&
           st.st_dev == r->there.st_dev;
}

int buf__replace_directory(const struct stream *s) {
    const struct replace *r = s->policy ? s->policy->replace : NULL;
    return r && !r->done && is_held(r) ? r->directory : -1;
}

static int take_name(struct replace *r, int fd) {
    bool taken = false;
    if (!is_held(r))
        return -EBADF;
    int error = r->old.st_nlink ? buf__replace_restore(fd, &r->old) : 0;
    if (error == 0)
        error = buf__sys_sync(fd);
    if (error == -EINVAL || error == -EROFS)
        error = 0; /* nothing to sync */
    if (error == 0)
        error = give_name(r, fd, &taken);
    if (error == 0 && !taken)
        error = buf__sys_rename_at(r->directory, r->beside, r->name);
    if (error < 0)
        return error;
    r->named = false;
    error = buf__sys_sync(r->directory);
    return error == -EINVAL || error == -EROFS ? 0 : error;
}

/* What an error left is removed; in another process than the one that opened nothing of the file's is touched. */
static int end(struct stream *s, struct replace *r) {
    if (r->owner != buf__sys_process()) {
        buf__sys_close(r->directory);
        return 0;
    }
    int error = r->error;
    if (error == 0 && ((s->file._flags & FLAG_ERROR) || pending(s) || s->held_size))
        error = -EIO;
    bool met = error < 0;
    if (!met)
        error = take_name(r, s->file._fileno);
    if (error < 0)
        buf__policy_say(s, r->name,
                        met ? "replace: an error was met before: the old file stays" : "replace: failed");
    discard(r);
    return error;
}

int buf__replace_commit(struct stream *s) {
    struct replace *r = s->policy->replace;
    if (r->done)
        return 0;
    r->done = true;
    return end(s, r);
}

static int replace_close(struct stream *s) {
    const struct backend *below = s->policy->replace->below;
    int error = buf__replace_commit(s);
    s->backend = below;
    int closed = below->close(s);
    return closed ? closed : error;
}

static const struct backend replace_backend = {
    .read = replace_read, .write = replace_write, .seek = replace_seek, .close = replace_close};

static int open_beside(struct stream *s, struct replace *r, const char *path, int access, const char **why) {
    r->directory = -1;
    *why = resolve(r, path);
    if (!*why)
        *why = judge(r);
    if (r->directory < 0 || *why)
        return -1;
    move_up(r);
    int fd = create(r, access & (O_ACCMODE | O_CLOEXEC | O_DSYNC));
    if (fd < 0) {
        r->named = false;
        *why = "no file can be made in the directory";
        return -1;
    }
    *why = prove(r, fd);
    if (*why) {
        buf__sys_close(fd);
        return -1;
    }
    r->below = s->backend;
    s->backend = &replace_backend;
    s->policy->replace = r;
    return fd;
}

int buf__replace_open(struct stream *s, const char *path, int access) {
    bool anew = (access & (O_CREAT | O_TRUNC | O_EXCL | O_APPEND)) == (O_CREAT | O_TRUNC);
    const char *why = anew ? "no memory" : "not opened to be written anew";
    struct replace *r = anew ? calloc(1, sizeof *r) : NULL;
    if (r) {
        r->owner = buf__sys_process();
        int fd = open_beside(s, r, path, access, &why);
        if (fd >= 0)
            return fd;
        if (r->directory >= 0)
            discard(r);
        free(r);
    }
    if (access & O_ACCMODE)
        buf__policy_fell_back(s, OPTION_replace, path, why);
    return -ENOTSUP;
}
