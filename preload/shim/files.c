/* What each open file of the program is asked to do, from the system calls on its descriptors. */
#include "files.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum { CALL_CLOSE_RANGE = 436, CALL_OPENAT2 = 437, CLOSE_ON_EXEC = 4, MOST_VECTORS = 1024 };
enum { HERE = -1 /* at the file's position */, SOMEWHERE = -2 /* not known */ };

static void count_time(struct file_record *record, const struct call *call,
                       const struct stdio_thread *thread) {
    if (!thread->now)
        return;
    bool alone = files_alone(thread, record);
    uint64_t took = thread->now - call->started, clock = shared->clock_cost;
    took -= clock < took ? clock : took;
    add(&record->ticks, took, alone);
    add(&record->latency[files_bucket(took, LATENCY_BUCKETS)], 1, alone);
}

/* Where a transfer lay in the file. */
static void place(struct file_record *record, struct descriptor *descriptor, int64_t at, uint64_t moved,
                  bool reads, bool alone) {
    int64_t begin = at >= 0 ? at : descriptor->position;
    if (at == HERE && !reads && descriptor->appending) {
        int64_t now = RAW(SYS_lseek, descriptor->number, 0, SEEK_CUR);
        begin = now >= 0 ? now - (int64_t)moved : now;
        descriptor->position = begin;
    }
    if (at == SOMEWHERE || begin < 0)
        return;
    int64_t end = begin + (int64_t)moved;
    if (begin == descriptor->end || descriptor->end < 0)
        add(reads ? &record->sequential_reads : &record->sequential_writes, 1, alone);
    uint64_t block = descriptor->block;
    if (block && (((uint64_t)begin | (uint64_t)end) & (block - 1)) == 0)
        add(reads ? &record->aligned_reads : &record->aligned_writes, 1, alone);
    descriptor->end = end;
    if (at == HERE)
        descriptor->position = end;
}

static void transfer(const struct call *call, int32_t number, uint64_t asked, int64_t at, bool reads) {
    struct stdio_thread *thread = &stdio_own;
    struct descriptor *descriptor = files_descriptor(number);
    bool failed = call->result < 0;
    if (!descriptor || call->result == -9) /* EBADF: no file */
        return;
    uint64_t moved = failed ? 0 : (uint64_t)call->result;
    struct file_record *record = files_record(thread, descriptor, at == HERE ? (int64_t)moved : 0);
    bool alone = files_alone(thread, record);
    if (thread->caller != STDIO_ROWS)
        add(&record->inside, 1, alone);
    files_flow(reads ? &record->read : &record->written, asked, moved, failed, alone);
    if (reads && descriptor->sought)
        add(&record->seeks_before_reads, 1, alone);
    descriptor->sought = false;
    if (moved && descriptor->seekable)
        place(record, descriptor, at, moved, reads, alone);
    count_time(record, call, thread);
}

/* Bytes that a vector of buffers asks for; what the kernel refused is not looked at. */
static uint64_t vector_size(const struct call *call) {
    const struct iovec *vector = (const struct iovec *)call->arguments[1];
    uint64_t sum = 0;
    if (call->result < 0 || call->arguments[2] > MOST_VECTORS)
        return 0;
    for (uint64_t i = 0; i < call->arguments[2]; i++)
        sum += vector[i].iov_len;
    return sum;
}

static int64_t vector_at(const struct call *call) {
    int64_t at = (int64_t)call->arguments[3];
    return at < 0 ? HERE : at;
}

/* Never 0. */
static uint64_t hash_of(const char *path) {
    uint64_t hash = 1469598103934665603u;
    for (; *path; path++)
        hash = (hash ^ (uint8_t)*path) * 1099511628211u;
    return hash | 1;
}

/* PATH by which it was opened with FLAGS, or NULL. */
static void opened(const struct call *call, int32_t number, const char *path, uint64_t flags) {
    struct stdio_thread *thread = &stdio_own;
    files_renew(number, true);
    struct descriptor *descriptor = files_descriptor(number);
    if (!descriptor)
        return;
    if (path) {
        descriptor->name = hash_of(path);
        descriptor->appending = flags & O_APPEND;
    }
    struct file_record *record = files_record(thread, descriptor, 0);
    add(&record->opens, 1, files_alone(thread, record));
    count_time(record, call, thread);
}

static void opened_pair(const struct call *call, uint64_t address) {
    const int32_t *pair = (const int32_t *)address;
    opened(call, pair[0], NULL, 0);
    opened(call, pair[1], NULL, 0);
}

static void sought(const struct call *call) {
    struct stdio_thread *thread = &stdio_own;
    struct descriptor *descriptor = files_descriptor((int32_t)call->arguments[0]);
    if (!descriptor || call->result < 0)
        return;
    descriptor->position = call->result;
    struct file_record *record = files_record(thread, descriptor, 0);
    add(&record->seeks, 1, files_alone(thread, record));
    if (thread->caller != STDIO_ROWS)
        add(&record->inside, 1, files_alone(thread, record));
    descriptor->position = call->result;
    descriptor->sought = true;
    count_time(record, call, thread);
}

static void synced(const struct call *call) {
    struct stdio_thread *thread = &stdio_own;
    struct descriptor *descriptor = files_descriptor((int32_t)call->arguments[0]);
    if (!descriptor || call->result == -9)
        return;
    struct file_record *record = files_record(thread, descriptor, 0);
    add(&record->syncs, 1, files_alone(thread, record));
    count_time(record, call, thread);
}

static void closed_range(uint64_t first, uint64_t last) {
    for (; first <= last && first < DESCRIPTORS; first++)
        files_renew((int32_t)first, false);
}

/* fcntl. */
static void controlled(const struct call *call) {
    struct descriptor *descriptor = files_descriptor((int32_t)call->arguments[0]);
    if (call->result < 0 || !descriptor)
        return;
    if (call->arguments[1] == F_DUPFD || call->arguments[1] == F_DUPFD_CLOEXEC)
        files_renew((int32_t)call->result, false);
    else if (call->arguments[1] == F_SETFL)
        descriptor->appending = call->arguments[2] & O_APPEND;
}

/* The calls that are looked at below. */
static bool concerns_files(uint64_t number) {
    static const bool calls[NAMED_CALLS] = {[SYS_read] = true,
                                            [SYS_recvfrom] = true,
                                            [SYS_write] = true,
                                            [SYS_sendto] = true,
                                            [SYS_pread64] = true,
                                            [SYS_pwrite64] = true,
                                            [SYS_readv] = true,
                                            [SYS_writev] = true,
                                            [SYS_preadv] = true,
                                            [SYS_preadv2] = true,
                                            [SYS_pwritev] = true,
                                            [SYS_pwritev2] = true,
                                            [SYS_recvmsg] = true,
                                            [SYS_sendmsg] = true,
                                            [SYS_sendfile] = true,
                                            [SYS_copy_file_range] = true,
                                            [SYS_splice] = true,
                                            [SYS_lseek] = true,
                                            [SYS_fsync] = true,
                                            [SYS_fdatasync] = true,
                                            [SYS_open] = true,
                                            [SYS_openat] = true,
                                            [SYS_creat] = true,
                                            [CALL_OPENAT2] = true,
                                            [SYS_socket] = true,
                                            [SYS_accept] = true,
                                            [SYS_accept4] = true,
                                            [SYS_pipe] = true,
                                            [SYS_pipe2] = true,
                                            [SYS_socketpair] = true,
                                            [SYS_close] = true,
                                            [CALL_CLOSE_RANGE] = true,
                                            [SYS_dup] = true,
                                            [SYS_dup2] = true,
                                            [SYS_dup3] = true,
                                            [SYS_fcntl] = true,
                                            [SYS_sync_file_range] = true};
    return number < NAMED_CALLS && calls[number];
}

/* Runs before stdio_called, and finds for both who made the call. */
void file_called(const struct call *call) {
    const uint64_t *of = call->arguments;
    int64_t result = call->result;
    if (!stdio_on || !stdio_has_storage())
        return;
    struct stdio_thread *thread = &stdio_own;
    thread->caller =
        thread->place || stdio_program_is_over ? stdio_row_at(thread, call->stack_pointer) : STDIO_ROWS;
    if (thread->caller == STDIO_ROWS && !concerns_files((uint64_t)call->number))
        return;
    stdio_settle(thread);
    bool timed = atomic_load_explicit(&shared->flags, memory_order_relaxed) & SHARED_TIMED;
    thread->now = timed ? ticks() : 0;
    switch (call->number) {
    case SYS_read:
    case SYS_recvfrom:
        transfer(call, (int32_t)of[0], of[2], HERE, true);
        break;
    case SYS_write:
    case SYS_sendto:
        transfer(call, (int32_t)of[0], of[2], HERE, false);
        break;
    case SYS_pread64:
        transfer(call, (int32_t)of[0], of[2], (int64_t)of[3], true);
        break;
    case SYS_pwrite64:
        transfer(call, (int32_t)of[0], of[2], (int64_t)of[3], false);
        break;
    case SYS_readv:
        transfer(call, (int32_t)of[0], vector_size(call), HERE, true);
        break;
    case SYS_writev:
        transfer(call, (int32_t)of[0], vector_size(call), HERE, false);
        break;
    case SYS_preadv:
    case SYS_preadv2:
        transfer(call, (int32_t)of[0], vector_size(call), vector_at(call), true);
        break;
    case SYS_pwritev:
    case SYS_pwritev2:
        transfer(call, (int32_t)of[0], vector_size(call), vector_at(call), false);
        break;
    case SYS_recvmsg:
        transfer(call, (int32_t)of[0], result > 0 ? (uint64_t)result : 0, HERE, true);
        break;
    case SYS_sendmsg:
        transfer(call, (int32_t)of[0], result > 0 ? (uint64_t)result : 0, HERE, false);
        break;
    case SYS_sendfile: /* to, from */
        transfer(call, (int32_t)of[1], of[3], of[2] ? SOMEWHERE : HERE, true);
        transfer(call, (int32_t)of[0], of[3], HERE, false);
        break;
    case SYS_copy_file_range: /* from, to */
    case SYS_splice:
        transfer(call, (int32_t)of[0], of[4], of[1] ? SOMEWHERE : HERE, true);
        transfer(call, (int32_t)of[2], of[4], of[3] ? SOMEWHERE : HERE, false);
        break;
    case SYS_lseek:
        sought(call);
        break;
    case SYS_fsync:
    case SYS_fdatasync:
    case SYS_sync_file_range:
        synced(call);
        break;
    case SYS_open:
        if (result >= 0)
            opened(call, (int32_t)result, (const char *)of[0], of[1]);
        break;
    case SYS_openat:
        if (result >= 0)
            opened(call, (int32_t)result, (const char *)of[1], of[2]);
        break;
    case SYS_creat:
        if (result >= 0)
            opened(call, (int32_t)result, (const char *)of[0], 0);
        break;
    case CALL_OPENAT2:
    case SYS_socket:
    case SYS_accept:
    case SYS_accept4:
        if (result >= 0)
            opened(call, (int32_t)result, NULL, 0);
        break;
    case SYS_pipe:
    case SYS_pipe2:
        if (result >= 0)
            opened_pair(call, of[0]);
        break;
    case SYS_socketpair:
        if (result >= 0)
            opened_pair(call, of[3]);
        break;
    case SYS_close:
        files_renew((int32_t)of[0], false);
        break;
    case CALL_CLOSE_RANGE:
        if (result >= 0 && !(of[2] & CLOSE_ON_EXEC))
            closed_range(of[0], of[1]);
        break;
    case SYS_dup:
    case SYS_dup2:
    case SYS_dup3:
        if (result >= 0)
            files_renew((int32_t)result, false);
        break;
    case SYS_fcntl:
        controlled(call);
        break;
    }
}
