/* In thought: the system calls that libbuf's stream would make with size=4K, 8K, ... for the stdio calls that
   come. The rules are those of libbuf: window.c (where a window ends), flush.c (what leaves with what), fill.c
   (what is read), seek.c. Most calls fit into all the windows; they only lower "left". */
#include "files.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LEAST = 4096, SMALLEST_BLOCK = 512, AHEAD_LEAST = 512, AHEAD_FIRST = 4096 };

static uint64_t size_of(unsigned k) {
    return (uint64_t)LEAST << k;
}

static uint64_t block_of(const struct windows_file *file, uint64_t size) {
    uint64_t block = file->block > SMALLEST_BLOCK ? file->block : SMALLEST_BLOCK;
    return block < size ? block : size;
}

/* Bytes from AT to the edge where a window of SIZE ends. */
static uint64_t reach(const struct windows_file *file, uint64_t at, uint64_t size) {
    if (!file->seekable)
        return size;
    uint64_t block = block_of(file, size), over = (at + size) % block;
    if (!file->own || file->appending)
        return size + (over ? block - over : 0);
    return size > over ? size - over : size;
}

static void count(struct file_record *record, unsigned k) {
    record->what_if[k]++;
}

/* The bytes that passed since the last look. */
static void settle(struct windows *windows) {
    windows->at += windows->granted - windows->left;
    windows->granted = windows->left;
}

/* What every window has room for, or has there. */
static void grant(struct windows *windows) {
    uint64_t least = UINT64_MAX;
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        uint64_t left = windows->of[k].end - windows->at;
        if (left < least)
            least = left;
    }
    windows->left = windows->granted = least;
}

static void no_grant(struct windows *windows) {
    windows->left = windows->granted = 0;
}

static void empty(struct windows *windows, unsigned k) {
    windows->of[k].start = windows->of[k].end = windows->at;
}

int64_t windows_at(const struct file_record *record) {
    const struct windows *windows = &record->windows;
    return (int64_t)(windows->at + (windows->granted - windows->left));
}

static void measure(struct windows *windows, const struct windows_file *file) {
    struct stat status;
    windows->length = UINT64_MAX;
    if (file->seekable && RAW(SYS_fstat, file->descriptor, &status) == 0 && S_ISREG(status.st_mode))
        windows->length = (uint64_t)status.st_size;
}

void windows_begin(struct file_record *record, const struct windows_file *file, int64_t at) {
    struct windows *windows = &record->windows;
    windows->state = WINDOWS_IDLE;
    windows->ended = 0;
    windows->at = at > 0 ? (uint64_t)at : 0;
    windows->length = 0;
    no_grant(windows);
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        empty(windows, k);
        windows->of[k].ahead = UINT64_MAX;
        windows->of[k].landed = -1;
        if (file->seekable && !file->learned && (!file->own || file->appending))
            count(record, k); /* the lseek that tells where it stands */
    }
}

/* Read-ahead is given back by an lseek, unless the stream may use pread from then on. */
static void give_back(struct file_record *record, const struct windows_file *file, unsigned k) {
    struct windows *windows = &record->windows;
    if (windows->state == WINDOWS_GET && windows->of[k].end > windows->at && file->seekable &&
        !(file->own && !file->appending))
        count(record, k);
}

static void write_pending(struct file_record *record, unsigned k) {
    struct windows *windows = &record->windows;
    if (windows->state == WINDOWS_PUT && windows->at > windows->of[k].start)
        count(record, k);
}

static void begin_put(struct file_record *record, const struct windows_file *file) {
    struct windows *windows = &record->windows;
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        give_back(record, file, k);
        windows->of[k].start = windows->at;
        windows->of[k].end = windows->at + reach(file, windows->at, size_of(k));
    }
    windows->state = WINDOWS_PUT;
}

void windows_put_slow(struct file_record *record, const struct windows_file *file, uint64_t size) {
    struct windows *windows = &record->windows;
    settle(windows);
    if (windows->state != WINDOWS_PUT)
        begin_put(record, file);
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        uint64_t at = windows->at, left = size, window = size_of(k), room;
        while (left > (room = windows->of[k].end - at)) {
            uint64_t gone = room;
            if (left >= window) {
                uint64_t tail = file->seekable ? (at + left) % block_of(file, window) : 0;
                gone = tail < left ? left - tail : left;
            }
            at += gone;
            left -= gone;
            count(record, k);
            windows->of[k].start = at;
            windows->of[k].end = at + reach(file, at, window);
        }
    }
    windows->at += size;
    grant(windows);
}

/* Line buffered or unbuffered: all but PENDING bytes left with this call. */
void windows_put_at_once(struct file_record *record, const struct windows_file *file, uint64_t size,
                         uint64_t pending) {
    struct windows *windows = &record->windows;
    settle(windows);
    if (windows->state != WINDOWS_PUT)
        begin_put(record, file);
    windows->at += size;
    for (unsigned k = 0; k < WHAT_IFS && pending < size; k++) {
        count(record, k);
        windows->of[k].start = windows->at - pending;
        windows->of[k].end = windows->of[k].start + reach(file, windows->of[k].start, size_of(k));
    }
    no_grant(windows);
}

void windows_flush(struct file_record *record, const struct windows_file *file) {
    struct windows *windows = &record->windows;
    settle(windows);
    if (windows->state == WINDOWS_GET) {
        for (unsigned k = 0; k < WHAT_IFS; k++) {
            give_back(record, file, k);
            empty(windows, k);
        }
        windows->state = WINDOWS_IDLE;
        no_grant(windows);
    }
    if (windows->state != WINDOWS_PUT)
        return;
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        write_pending(record, k);
        windows->of[k].start = windows->at;
        windows->of[k].end = windows->at + reach(file, windows->at, size_of(k));
    }
    grant(windows);
}

/* Fills window K at AT, or reads WANTED bytes past it straight to the program (0: a fill). Returns the bytes
   that came. */
static uint64_t read_some(struct file_record *record, const struct windows_file *file, unsigned k,
                          uint64_t at, uint64_t wanted) {
    struct windows *windows = &record->windows;
    uint64_t window = size_of(k), block = block_of(file, window), ask = wanted;
    uint64_t there = windows->length > at ? windows->length - at : 0, room = reach(file, at, window);
    if (!wanted) {
        uint64_t ahead = windows->of[k].ahead;
        uint64_t tail = file->seekable && ahead >= block ? (at + ahead) % block : 0;
        ask = ahead >= room ? room : tail < ahead ? ahead - tail : ahead;
        if (ask > room)
            ask = room;
    }
    uint64_t came = ask < there ? ask : there;
    count(record, k);
    if (!wanted && came == ask && ask < room)
        windows->of[k].ahead *= 2;
    windows->of[k].start = wanted ? at + came : at;
    windows->of[k].end = at + came;
    return came;
}

/* STRAIGHT: what is asked for may go to the program's memory without a detour. ENDED: the call met the end of
   the file. */
void windows_get_slow(struct file_record *record, const struct windows_file *file, uint64_t asked,
                      uint64_t done, bool straight, bool ended) {
    struct windows *windows = &record->windows;
    settle(windows);
    if (windows->state != WINDOWS_GET) {
        for (unsigned k = 0; k < WHAT_IFS; k++) {
            write_pending(record, k);
            empty(windows, k);
        }
        windows->state = WINDOWS_GET;
    }
    if (windows->at + done >= windows->length || windows->length == 0)
        measure(windows, file);
    uint64_t target = windows->at + done;
    if (target > windows->length)
        windows->length = target;
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        uint64_t at = windows->at;
        while (target > windows->of[k].end) {
            at = windows->of[k].end > at ? windows->of[k].end : at;
            uint64_t left = windows->at + asked - at, block = block_of(file, size_of(k));
            uint64_t tail = file->seekable ? (at + left) % block : 0;
            bool past = straight && left >= size_of(k);
            uint64_t came = read_some(record, file, k, at, past ? tail < left ? left - tail : left : 0);
            if (came == 0)
                break;
            if (past)
                at += came;
        }
        if (windows->of[k].end < target)
            windows->of[k].end = target;
        if (ended && !windows->ended && done < asked)
            count(record, k); /* the read that brought nothing */
    }
    windows->at = target;
    windows->ended = ended;
    grant(windows);
}

/* Unbuffered: CALLS bring the bytes. */
void windows_get_at_once(struct file_record *record, uint64_t done, uint64_t calls) {
    struct windows *windows = &record->windows;
    settle(windows);
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        write_pending(record, k);
        record->what_if[k] += calls;
        windows->of[k].start = windows->of[k].end = windows->at + done;
    }
    windows->state = WINDOWS_GET;
    windows->at += done;
    no_grant(windows);
}

/* After a seek little is read, and more while reading goes on. */
static void read_less(struct windows *windows, unsigned k, uint64_t target) {
    uint64_t visited = 0, *ahead = &windows->of[k].ahead;
    int64_t landed = windows->of[k].landed;
    if (windows->state != WINDOWS_PUT && landed >= 0 && (int64_t)windows->at > landed)
        visited = windows->at - (uint64_t)landed;
    if (visited > 0)
        for (*ahead = AHEAD_LEAST; *ahead < 2 * visited && *ahead < AHEAD_FIRST;)
            *ahead *= 2;
    else if (*ahead > AHEAD_FIRST)
        *ahead = AHEAD_FIRST;
    windows->of[k].landed = (int64_t)target;
}

void windows_seek(struct file_record *record, const struct windows_file *file, int64_t offset, int whence) {
    struct windows *windows = &record->windows;
    bool from_end = whence == SEEK_END;
    settle(windows);
    if (from_end)
        measure(windows, file);
    if (from_end && windows->length == UINT64_MAX)
        return;
    if (whence != SEEK_SET)
        offset += (int64_t)(from_end ? windows->length : windows->at);
    uint64_t target = offset > 0 ? (uint64_t)offset : 0;
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        bool within = windows->state == WINDOWS_GET && windows->of[k].end > windows->of[k].start &&
                      target >= windows->of[k].start && target <= windows->of[k].end && !from_end;
        if (within)
            continue;
        write_pending(record, k);
        if (from_end || !file->seekable || !file->own || file->appending || target > INT32_MAX)
            count(record, k);
        read_less(windows, k, target);
        windows->of[k].start = windows->of[k].end = target;
    }
    if (windows->state == WINDOWS_PUT)
        windows->state = WINDOWS_IDLE;
    windows->at = target;
    windows->ended = 0;
    if (windows->state == WINDOWS_GET)
        grant(windows);
    else
        no_grant(windows);
}

void windows_close(struct file_record *record, const struct windows_file *file) {
    struct windows *windows = &record->windows;
    if (windows->state == WINDOWS_NONE)
        return;
    settle(windows);
    for (unsigned k = 0; k < WHAT_IFS; k++) {
        write_pending(record, k);
        if (!file->own)
            give_back(record, file, k);
    }
    windows->state = WINDOWS_NONE;
    no_grant(windows);
}
