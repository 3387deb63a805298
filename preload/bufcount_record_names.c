/* What stands in a record by name, so that a record outlives the numbers of the version that wrote it. */
#include "bufcount_record.h"

#include <string.h>

const struct flag_name shared_flag_names[] = {
    {SHARED_TIMED, "timed"},
    {SHARED_PID_NAMESPACE, "pid-namespace"},
    {SHARED_AUTOREAP, "autoreap"},
    {SHARED_NO_DISPATCH, "no-dispatch"},
    {SHARED_NESTED_DISPATCH, "nested-dispatch"},
    {SHARED_NO_STDIO, "no-stdio"},
    {SHARED_FILES_FULL, "files-full"},
    {SHARED_INLINED, "inlined"},
    {SHARED_NOT_WRITABLE, "not-writable"},
    {0, NULL},
};

const struct flag_name image_flag_names[] = {
    {IMAGE_SIGSYS_BLOCKED, "sigsys-blocked"},
    {IMAGE_SIGSYS_IGNORED, "sigsys-ignored"},
    {IMAGE_IO_KNOWN, "io-known"},
    {IMAGE_EXITING, "exiting"},
    {IMAGE_SYMBOLS, "symbols"},
    {IMAGE_DEAF_THREADS, "deaf-threads"},
    {IMAGE_KILLED, "killed"},
    {IMAGE_EXECUTED, "executed"},
    {IMAGE_STATIC, "static"},
    {IMAGE_FOREIGN, "foreign"},
    {IMAGE_SETUID, "set-user-id"},
    {IMAGE_MEMORY_SHARED, "memory-shared"},
    {0, NULL},
};

#define COUNTER(member)                                                                                      \
    { offsetof(struct file_record, member), #member }
const struct member_name file_counter_names[] = {
    COUNTER(opens),
    COUNTER(seeks),
    COUNTER(syncs),
    COUNTER(sequential_reads),
    COUNTER(sequential_writes),
    COUNTER(aligned_reads),
    COUNTER(aligned_writes),
    COUNTER(seeks_before_reads),
    COUNTER(ticks),
    COUNTER(flushes),
    COUNTER(unbuffered),
    COUNTER(stdio_seeks),
    COUNTER(inside),
    {0, NULL},
};

const struct member_name file_flow_names[] = {
    COUNTER(read), COUNTER(written), COUNTER(got), COUNTER(put), {0, NULL},
};

const char *const file_kind_names[] = {
    [FILE_UNKNOWN] = "unknown", [FILE_REGULAR] = "regular",   [FILE_BLOCK] = "block", [FILE_PIPE] = "pipe",
    [FILE_SOCKET] = "socket",   [FILE_TERMINAL] = "terminal", [FILE_OTHER] = "other", [FILE_OTHER + 1] = NULL,
};

uint64_t file_counter(const struct file_record *record, const struct member_name *member) {
    return atomic_load((const _Atomic uint64_t *)((const char *)record + member->offset));
}

struct flow *file_flow(const struct file_record *record, const struct member_name *member) {
    return (struct flow *)((char *)record + member->offset);
}

static int find(const char *const names[], int count, const char *name) {
    for (int row = 0; row < count; row++)
        if (names[row] && strcmp(names[row], name) == 0)
            return row;
    return -1;
}

int stdio_row_of(const char *name) {
    return find(stdio_names, STDIO_ROWS, name);
}

int call_row_of(const char *name) {
    return find(call_names, CALL_ROWS, name);
}
