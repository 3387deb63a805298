/* What stdio calls ask of the files behind their streams. Bytes that inlined putc_unlocked and getc_unlocked
   put and got between two wrapped calls show in the stream's cursors, as long as the process has one thread:
   they are counted under __overflow and __uflow, byte by byte. */
#include "files.h"
#include "stdio_wrap.h"

#include <sys/single_threaded.h>

enum { UNBUFFERED = 0x2, END_SEEN = 0x10, LINE_BUFFERED = 0x200, PUTTING = 0x800 }; /* of a stream's flags */

/* A stream's file, as a call finds it. */
struct place {
    struct stdio_thread *thread;
    struct descriptor *descriptor;
    struct file_record *record;
    FILE *stream;
    bool alone;  /* the record is the thread's own */
    bool thinks; /* it has windows */
};

static bool place_of(struct place *place, struct stdio_thread *thread, const struct before *before) {
    struct descriptor *descriptor = files_descriptor(before->descriptor);
    if (!descriptor)
        return false; /* in memory, or a cookie's */
    place->thread = thread;
    place->descriptor = descriptor;
    place->stream = before->stream;
    place->record = files_record(thread, descriptor, 0);
    place->alone = files_alone(thread, place->record);
    place->thinks = place->record != &shared->files[0];
    thread->latest.stream = place->alone ? before->stream : NULL;
    thread->latest.number = before->descriptor;
    thread->latest.generation = descriptor->generation;
    thread->latest.descriptor = descriptor;
    thread->latest.record = place->record;
    return true;
}

static struct windows_file file_of(const struct place *place) {
    const struct descriptor *descriptor = place->descriptor;
    return (struct windows_file){.block = descriptor->block,
                                 .seekable = descriptor->seekable,
                                 .own = descriptor->own,
                                 .appending = descriptor->appending,
                                 .learned = descriptor->learned,
                                 .descriptor = descriptor->number};
}

static uint64_t pending(FILE *stream) {
    return stream->_flags & PUTTING ? (uint64_t)(stream->_IO_write_ptr - stream->_IO_write_base) : 0;
}

/* Windows for a stream seen for the first time: DONE bytes went through it just now. */
static void begin(const struct place *place, uint64_t done) {
    FILE *stream = place->stream;
    struct windows_file file = file_of(place);
    int64_t at = place->descriptor->position + (int64_t)pending(stream) - (int64_t)done;
    if (!(stream->_flags & PUTTING))
        at -= stream->_IO_read_end - stream->_IO_read_ptr;
    place->record->generation = place->descriptor->generation;
    windows_begin(place->record, &file, at);
    place->descriptor->learned = true;
}

static inline void begin_if_new(const struct place *place, uint64_t done) {
    if (__builtin_expect(place->record->windows.state == WINDOWS_NONE ||
                             place->record->generation != place->descriptor->generation,
                         0))
        begin(place, done);
}

static inline void think_put(const struct place *place, uint64_t size) {
    struct windows *windows = &place->record->windows;
    int flags = place->stream->_flags;
    if (__builtin_expect(windows->state == WINDOWS_PUT && size <= windows->left &&
                             !(flags & (UNBUFFERED | LINE_BUFFERED)),
                         1)) {
        windows->left -= size;
        return;
    }
    struct windows_file file = file_of(place);
    if (flags & (UNBUFFERED | LINE_BUFFERED))
        windows_put_at_once(place->record, &file, size, pending(place->stream));
    else
        windows_put_slow(place->record, &file, size);
}

static inline void think_got(const struct place *place, uint64_t asked, uint64_t done, enum get_how how,
                             bool ended) {
    struct windows *windows = &place->record->windows;
    if (__builtin_expect(windows->state == WINDOWS_GET && done <= windows->left && ended == windows->ended,
                         1)) {
        windows->left -= done;
        return;
    }
    if (place->stream->_flags & UNBUFFERED) { /* byte by byte, and once more at the end */
        uint64_t calls = how == GET_STRAIGHT && done ? 1 : done;
        windows_get_at_once(place->record, done, calls + (ended && !windows->ended));
        windows->ended = ended;
        return;
    }
    struct windows_file file = file_of(place);
    windows_get_slow(place->record, &file, asked, done, how == GET_STRAIGHT, ended);
}

/* Bytes from LAST to NOW, both in the buffer that the stream had; 0 where they are not, or another thread may
   move them. */
static inline uint64_t moved(const struct before *before, const char *last, const char *now) {
    if (__builtin_expect(now == last || !last, 1))
        return 0;
    if (now < last || last < before->buffer || now > before->end || !__libc_single_threaded)
        return 0;
    return (uint64_t)(now - last);
}

static void count_inlined(const struct place *place, unsigned row, struct flow *flow, uint64_t bytes) {
    add(&place->thread->rows[row].bytes, bytes, place->thread->alone);
    add(&flow->bytes, bytes, place->alone);
    add(&flow->sizes[1], bytes, place->alone);
    files_frequent(flow, 1, bytes, place->alone);
    shared_flag(SHARED_INLINED);
}

/* What inlined code did between the last wrapped call and this one, DONE bytes of which are already in the
   cursors. */
static inline void look_for_inlined(const struct place *place, const struct before *before, uint64_t done) {
    uint64_t put = moved(before, place->descriptor->written, before->written);
    uint64_t got = moved(before, place->descriptor->got, before->got);
    if (__builtin_expect(!put && !got, 1))
        return;
    if (put)
        count_inlined(place, ROW___overflow, &place->record->put, put);
    if (got)
        count_inlined(place, ROW___uflow, &place->record->got, got);
    if (!place->thinks)
        return;
    begin_if_new(place, put + got + done);
    if (put)
        think_put(place, put);
    if (got)
        think_got(place, got, got, GET_BYTES, false);
}

static inline void keep_cursors(const struct place *place) {
    place->descriptor->written = place->stream->_IO_write_ptr;
    place->descriptor->got = place->stream->_IO_read_ptr;
}

/* Whether the stream is the one that the thread used last, and nothing inlined has happened: most calls. */
static inline bool as_before(const struct stdio_thread *thread, const struct before *before) {
    const struct descriptor *descriptor = thread->latest.descriptor;
    return thread->latest.generation == descriptor->generation &&
           thread->latest.number == before->descriptor && before->written == descriptor->written &&
           before->got == descriptor->got;
}

static inline bool windows_as_before(const struct stdio_thread *thread, enum windows_state state,
                                     uint64_t done) {
    const struct windows *windows = &thread->latest.record->windows;
    return windows->state == state && done <= windows->left && !windows->ended &&
           thread->latest.record->generation == thread->latest.generation;
}

static inline void count_as_before(struct flow *flow, uint64_t asked, uint64_t done) {
    add(&flow->bytes, done, true);
    add(&flow->sizes[files_bucket(asked, SIZE_BUCKETS)], 1, true);
    files_size(flow, asked, true);
}

static __attribute__((noinline)) void put_slow(struct stdio_thread *thread, const struct before *before,
                                               uint64_t asked, uint64_t done, bool failed) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, done);
    keep_cursors(&place);
    if (!asked && !failed)
        return;
    files_flow(&place.record->put, asked, done, failed, place.alone);
    if (place.stream->_flags & UNBUFFERED)
        add(&place.record->unbuffered, 1, place.alone);
    if (!place.thinks || !done)
        return;
    begin_if_new(&place, done);
    think_put(&place, done);
}

void files_put(struct stdio_thread *thread, const struct before *before, uint64_t asked, uint64_t done,
               bool failed) {
    FILE *stream = before->stream;
    struct file_record *record = thread->latest.record;
    if (__builtin_expect(thread->latest.stream != stream || done != asked || !done || failed ||
                             stream->_flags & (UNBUFFERED | LINE_BUFFERED) || !as_before(thread, before) ||
                             !windows_as_before(thread, WINDOWS_PUT, done),
                         0)) {
        put_slow(thread, before, asked, done, failed);
        return;
    }
    count_as_before(&record->put, asked, done);
    record->windows.left -= done;
    thread->latest.descriptor->written = stream->_IO_write_ptr;
    thread->latest.descriptor->got = stream->_IO_read_ptr; /* libbuf moves both */
}

static __attribute__((noinline)) void get_slow(struct stdio_thread *thread, const struct before *before,
                                               uint64_t asked, uint64_t done, bool failed, enum get_how how) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, done);
    keep_cursors(&place);
    if (done || failed)
        files_flow(&place.record->got, asked, done, failed, place.alone);
    if (done && place.stream->_flags & UNBUFFERED)
        add(&place.record->unbuffered, 1, place.alone);
    if (!place.thinks)
        return;
    begin_if_new(&place, done);
    think_got(&place, asked, done, how, place.stream->_flags & END_SEEN);
}

void files_got(struct stdio_thread *thread, const struct before *before, uint64_t asked, uint64_t done,
               bool failed, enum get_how how) {
    FILE *stream = before->stream;
    struct file_record *record = thread->latest.record;
    if (__builtin_expect(thread->latest.stream != stream || done != asked || !done || failed ||
                             stream->_flags & (UNBUFFERED | END_SEEN) || !as_before(thread, before) ||
                             !windows_as_before(thread, WINDOWS_GET, done),
                         0)) {
        get_slow(thread, before, asked, done, failed, how);
        return;
    }
    count_as_before(&record->got, asked, done);
    record->windows.left -= done;
    thread->latest.descriptor->got = stream->_IO_read_ptr;
    thread->latest.descriptor->written = stream->_IO_write_ptr;
}

void files_cursor(struct stdio_thread *thread, const struct before *before) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, 0);
    keep_cursors(&place);
}

void files_flushed(struct stdio_thread *thread, const struct before *before, bool had_pending) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, 0);
    keep_cursors(&place);
    if (had_pending)
        add(&place.record->flushes, 1, place.alone);
    if (!place.thinks)
        return;
    begin_if_new(&place, 0);
    struct windows_file file = file_of(&place);
    windows_flush(place.record, &file);
}

void files_flushed_all(struct stdio_thread *thread) {
    for (unsigned i = 0; i < CACHED_FILES; i++) {
        struct place place = {.thread = thread, .record = thread->files[i].record};
        if (!place.record || place.record == &shared->files[0] || place.record->windows.state != WINDOWS_PUT)
            continue;
        place.descriptor = files_descriptor(thread->files[i].descriptor);
        if (!place.descriptor || place.record->generation != place.descriptor->generation)
            continue;
        struct windows_file file = file_of(&place);
        windows_flush(place.record, &file);
    }
}

void files_closing(struct stdio_thread *thread, const struct before *before) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, 0);
    place.descriptor->written = place.descriptor->got = NULL;
    if (!place.thinks || place.record->generation != place.descriptor->generation)
        return;
    struct windows_file file = file_of(&place);
    windows_close(place.record, &file);
}

void files_opened(struct stdio_thread *thread, FILE *stream) {
    struct descriptor *descriptor = stream ? files_descriptor(stream->_fileno) : NULL;
    (void)thread;
    if (descriptor)
        descriptor->own = true;
}

void files_told(struct stdio_thread *thread, const struct before *before) {
    struct descriptor *descriptor = files_descriptor(before->descriptor);
    (void)thread;
    if (descriptor)
        descriptor->own = false;
}

void files_moved(struct stdio_thread *thread, const struct before *before, int64_t offset, int whence) {
    struct place place;
    if (!place_of(&place, thread, before))
        return;
    look_for_inlined(&place, before, 0);
    keep_cursors(&place);
    add(&place.record->stdio_seeks, 1, place.alone);
    if (!place.thinks)
        return;
    begin_if_new(&place, 0);
    struct windows_file file = file_of(&place);
    windows_seek(place.record, &file, offset, whence);
}
