/* See sync.h, and docs/durability.md for what each level promises. */

#pragma GCC visibility push(default)
#include "libbuf.h"
#pragma GCC visibility pop

#include "entry.h"
#include "report.h"
#include "sync.h"
#include "sys.h"
#include <limits.h>
#include <time.h>

uint64_t buf__in_kernel(const struct stream *s) {
    bool holds = s->backend->drain && s->policy && s->file._fileno >= 0;
    return holds ? s->policy->drained : s->taken - s->held_size - buf__record_held(s);
}

/* What the kernel answers where nothing lies between it and a device. */
static bool is_nothing(int error) {
    return error == -EINVAL || error == -EROFS;
}

static int remember(struct stream *s, int error) {
    if (error < 0 && error != -EINTR && error != -EBADF && s->sync_error == 0)
        s->sync_error = error;
    return error;
}

/* The kernel's sync, counted where a report is on. */
static int sync_descriptor(struct stream *s, bool whole) {
    struct buf_stats *stats = buf__report_stats(s);
    struct timespec begun, ended;
    if (!stats)
        return whole ? buf__sys_sync(s->file._fileno) : buf__sys_sync_data(s->file._fileno);
    LIBC(clock_gettime)(CLOCK_MONOTONIC, &begun);
    int r = whole ? buf__sys_sync(s->file._fileno) : buf__sys_sync_data(s->file._fileno);
    LIBC(clock_gettime)(CLOCK_MONOTONIC, &ended);
    stats->syncs++;
    stats->sync_ns += (uint64_t)((ended.tv_sec - begun.tv_sec) * 1000000000 + ended.tv_nsec - begun.tv_nsec);
    return r;
}

int buf__sync_below(struct stream *s, bool whole) {
    int fd = s->file._fileno;
    if (fd < 0)
        return s->source ? 0 : -EBADF;
    uint64_t there = buf__in_kernel(s);
    int r = sync_descriptor(s, whole);
    if (is_nothing(r))
        return 0;
    if (r == 0 && s->sync_error == 0)
        s->durable = there;
    return remember(s, r);
}

/* The directory that holds the file, when `path` still names it there: a descriptor, or -errno. */
static int open_directory(char *path, const struct stat *file) {
    char *slash = strrchr(path, '/');
    struct stat named;
    if (*path != '/' || !slash)
        return -ENOENT;
    const char *name = slash + 1;
    *slash = '\0';
    int fd = buf__sys_open(slash == path ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, false);
    if (fd < 0)
        return fd;
    int r = buf__sys_stat_at(fd, name, &named);
    if (r == 0 && named.st_dev == file->st_dev && named.st_ino == file->st_ino)
        return fd;
    buf__sys_close(fd);
    return r < 0 ? r : -ENOENT;
}

/* Whether an answer to fsync says that bytes were lost, and not merely that it cannot be done so. */
static bool is_failure(int error) {
    return error == -EIO || error == -ENOSPC || error == -EDQUOT;
}

static int sync_directory(int fd, const struct stat *file) {
    char path[PATH_MAX];
    buf__descriptor_name(fd, path, sizeof path);
    int directory = open_directory(path, file);
    if (directory < 0)
        return directory;
    int r = buf__sys_sync(directory);
    buf__sys_close(directory);
    return r;
}

/* The file's entry in its directory goes to the device; that of a file that replaces another, in the directory that is
   held for it. Where the directory cannot be found or synced, the whole file system does. */
static int sync_name(struct stream *s) {
    struct stat file;
    int fd = s->file._fileno, held = buf__replace_directory(s);
    if (fd < 0 || buf__sys_stat(fd, &file) < 0 || !S_ISREG(file.st_mode) || (file.st_nlink == 0 && held < 0))
        return 0;
    int r = held >= 0 ? buf__sys_sync(held) : sync_directory(fd, &file);
    return remember(s, r == 0 || r == -EINTR || is_failure(r) ? r : buf__sys_sync_system(fd));
}

static int sync_to(struct stream *s, enum buf_level level) {
    int r = buf__flush_kernel(s);
    if (r == 0 && level >= BUF_DATA)
        r = buf__sync_below(s, level >= BUF_FILE);
    if (r == 0 && level >= BUF_NAME && s->sync_error == 0)
        r = sync_name(s);
    if (r == 0 && level >= BUF_DATA)
        buf__writeback_synced(s);
    return r < 0 ? r : s->sync_error;
}

int buf_sync(FILE *f, enum buf_level level) {
    struct stream *s = f ? ours(f) : NULL;
    if (!s || (int)level < BUF_KERNEL || level > BUF_NAME) {
        errno = s ? EINVAL : EBADF;
        return -1;
    }
    LOCKED(s);
    int r = sync_to(s, level);
    if (r < 0)
        note_error(s, r);
    return r < 0 ? -1 : 0;
}

int buf_position_sized(FILE *f, struct buf_position *position, size_t size) {
    struct stream *s = f ? ours(f) : NULL;
    if (!s) {
        errno = EBADF;
        return -1;
    }
    LOCKED(s);
    uint64_t kernel = buf__in_kernel(s);
    struct buf_position known = {.accepted = accepted(s),
                                 .kernel = kernel,
                                 .durable = buf__writeback_synchronous(s) ? kernel : s->durable};
    memset(position, 0, size);
    memcpy(position, &known, size < sizeof known ? size : sizeof known);
    return 0;
}

/* What the option sync says, SYNC_NONE where automatic syncs are suppressed. */
static int asked(const struct stream *s) {
    bool unsafe = is_given(s, OPTION_cache) && s->policy->settings.word[OPTION_cache] == CACHE_UNSAFE;
    return is_given(s, OPTION_sync) && !unsafe ? s->policy->settings.word[OPTION_sync] : SYNC_NONE;
}

bool buf__sync_due(const struct stream *s) {
    return s->policy && asked(s) == SYNC_FLUSH && s->taken != s->durable && s->policy->writeback.device;
}

int buf__sync_at_flush(struct stream *s) {
    if (asked(s) == SYNC_NONE)
        return 0;
    int r = buf__sync_due(s) ? buf__writeback_sync(s) : 0;
    return r < 0 ? r : s->sync_error;
}

int buf__sync_at_close(struct stream *s) {
    int r;
    do
        r = buf__drain(s);
    while (r == -EINTR); /* the last chance of these bytes */
    if (r < 0)
        return r;
    if (asked(s) == SYNC_CLOSE && s->taken != s->durable)
        do
            r = buf__writeback_sync(s);
        while (r == -EINTR);
    buf__writeback_close(s);
    return r;
}
