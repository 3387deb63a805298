/* See writeback.h. sync_file_range(2) is never asked to wait: a wait takes the error of a failed writeback, and the
   next fdatasync(2) says that all is well. */

#include "writeback.h"
#include "sync.h"
#include "sys.h"

#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80 /* Linux 6.14 */
#endif

enum { SPAN_BEHIND = 8 << 20 }; /* bytes */

static unsigned word(const struct stream *s, enum option option) {
    return is_given(s, option) ? s->policy->settings.word[option] : 0;
}

/* What asks something of a device, where there is none. */
static void without_device(struct stream *s) {
    static const char why[] = "no file and no block device";
    bool writes = !(s->file._flags & FLAG_NO_WRITES);
    if (writes && word(s, OPTION_sync) != SYNC_NONE && word(s, OPTION_cache) != CACHE_UNSAFE)
        buf__policy_fell_back(s, OPTION_sync, NULL, why);
    if (writes && is_given(s, OPTION_pace))
        buf__policy_fell_back(s, OPTION_pace, NULL, why);
    if (word(s, OPTION_cache) == CACHE_DONTCACHE)
        buf__policy_fell_back(s, OPTION_cache, NULL, why);
}

void buf__writeback_start(struct stream *s) {
    struct writeback *w = &s->policy->writeback;
    struct stat st;
    int fd = s->file._fileno;
    bool sync = is_given(s, OPTION_sync), cache = is_given(s, OPTION_cache), pace = is_given(s, OPTION_pace);
    if (!sync && !cache && !pace)
        return;
    bool always = word(s, OPTION_sync) == SYNC_ALWAYS && word(s, OPTION_cache) != CACHE_UNSAFE;
    bool dontcache = word(s, OPTION_cache) == CACHE_DONTCACHE;
    w->device = fd >= 0 && buf__sys_stat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
    w->flags = 0;
    w->synchronous = w->each = false;
    if (!w->device) {
        without_device(s);
        return;
    }
    if (always) {
        w->synchronous = true;
        w->flags = buf__sys_get_flags(fd) & O_DSYNC ? 0 : RWF_DSYNC;
    }
    if (dontcache && !w->behind)
        w->flags |= RWF_DONTCACHE;
}

void buf__writeback_advise(struct stream *s) {
    static const int advice[] = {[ADVISE_NORMAL] = POSIX_FADV_NORMAL,
                                 [ADVISE_SEQUENTIAL] = POSIX_FADV_SEQUENTIAL,
                                 [ADVISE_RANDOM] = POSIX_FADV_RANDOM,
                                 [ADVISE_WILLNEED] = POSIX_FADV_WILLNEED,
                                 [ADVISE_NOREUSE] = POSIX_FADV_NOREUSE};
    if (is_given(s, OPTION_advise) &&
        buf__sys_advise(s->file._fileno, 0, 0, advice[word(s, OPTION_advise)]) < 0)
        buf__policy_fell_back(s, OPTION_advise, NULL, "the kernel takes none for it");
}

void buf__writeback_refused(struct stream *s) {
    struct writeback *w = &s->policy->writeback;
    if (w->flags & RWF_DONTCACHE) {
        buf__policy_fell_back(s, OPTION_cache, NULL,
                              "the file system has no dontcache: pages are dropped behind the transfers");
        w->behind = true;
        w->flags &= ~RWF_DONTCACHE;
    } else {
        buf__policy_say(s, NULL, "sync: no RWF_DSYNC here: fdatasync follows each write");
        w->synchronous = false;
        w->each = true;
        w->flags = 0;
    }
}

static void add(struct span *span, off64_t at, size_t n) {
    off64_t end = at + (off64_t)n;
    if (span->bytes == 0)
        *span = (struct span){at, end, n};
    else if (at < 0 || span->low < 0)
        *span = (struct span){-1, 0, span->bytes + n};
    else
        *span = (struct span){at < span->low ? at : span->low, end > span->high ? end : span->high,
                              span->bytes + n};
}

static int start_writing(const struct stream *s, const struct span *span) {
    off64_t size = span->low < 0 ? 0 : span->high - span->low;
    return buf__sys_start_writing(s->file._fileno, span->low < 0 ? 0 : span->low, size);
}

static void keep_pace(struct stream *s) {
    int error = start_writing(s, &s->policy->writeback.paced);
    s->policy->writeback.paced.bytes = 0;
    if (error < 0 && error != -EIO && error != -ENOSPC) /* these the next sync reports */
        buf__policy_fell_back(s, OPTION_pace, NULL, "the kernel does not start writing when it is asked");
}

static void drop(const struct stream *s, const struct span *span) {
    if (span->low < 0)
        buf__sys_advise(s->file._fileno, 0, 0, POSIX_FADV_DONTNEED);
    else
        buf__sys_advise(s->file._fileno, span->low, span->high - span->low, POSIX_FADV_DONTNEED);
}

/* The device has had time for the oldest span while the next ones were filled. */
static void drop_behind(struct stream *s, off64_t at, size_t n, bool written) {
    struct writeback *w = &s->policy->writeback;
    add(&w->moved, at, n);
    if (w->moved.bytes < SPAN_BEHIND)
        return;
    if (written)
        start_writing(s, &w->moved);
    if (w->older[0].bytes > 0)
        drop(s, &w->older[0]);
    memmove(w->older, w->older + 1, sizeof w->older - sizeof *w->older);
    w->older[SPANS_BEHIND - 1] = w->moved;
    w->moved.bytes = 0;
}

/* Bytes that may be written until the next automatic sync; 0: any number. */
static size_t sync_distance(const struct stream *s) {
    if (s->policy->writeback.each)
        return 1;
    return word(s, OPTION_sync) == SYNC_EVERY && word(s, OPTION_cache) != CACHE_UNSAFE
               ? s->policy->settings.number[OPTION_sync]
               : 0;
}

void buf__writeback_wrote(struct stream *s, off64_t at, size_t n) {
    struct writeback *w = &s->policy->writeback;
    size_t distance = sync_distance(s), pace = s->policy->settings.number[OPTION_pace];
    if (!w->device)
        return;
    if (at < 0 && s->offset >= 0 && !(s->file._flags & FLAG_APPEND))
        at = s->offset - (off64_t)s->held_size;
    if (is_given(s, OPTION_pace)) {
        add(&w->paced, at, n);
        if (w->paced.bytes >= pace)
            keep_pace(s);
    }
    if (w->behind)
        drop_behind(s, at, n, true);
    w->unsynced += n;
    if (distance == 0 || w->unsynced < distance)
        return;
    int r = buf__writeback_sync(s);
    if (r == 0 && s->sync_error == 0 && !s->backend->drain)
        s->durable += n;
    if (r < 0 && r != -EINTR)
        s->file._flags |= FLAG_ERROR; /* the write itself was good: fflush and fclose tell of it */
}

void buf__writeback_read(struct stream *s, off64_t at, size_t n) {
    if (s->policy->writeback.behind)
        drop_behind(s, at < 0 && s->offset >= 0 ? s->offset : at, n, false);
}

int buf__writeback_sync(struct stream *s) {
    if (!s->policy->writeback.device)
        return 0;
    int r = buf__sync_below(s, false);
    if (r == 0)
        buf__writeback_synced(s);
    return r;
}

void buf__writeback_synced(struct stream *s) {
    if (!s->policy)
        return;
    struct writeback *w = &s->policy->writeback;
    w->unsynced = 0;
    w->paced.bytes = 0;
    if (w->behind) {
        drop(s, &(struct span){.low = -1});
        memset(w->older, 0, sizeof w->older);
        w->moved.bytes = 0;
    }
}

void buf__writeback_close(struct stream *s) {
    struct writeback *w = &s->policy->writeback;
    if (!w->behind)
        return;
    if (w->moved.bytes > 0 && !(s->file._flags & FLAG_NO_WRITES))
        start_writing(s, &w->moved);
    drop(s, &(struct span){.low = -1});
}

bool buf__writeback_synchronous(const struct stream *s) {
    return s->policy && s->policy->writeback.device && s->policy->writeback.synchronous;
}
