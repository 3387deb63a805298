/* The second opinion: /proc/self/io of bufcount holds, once every process of the tree is reaped, what the
   kernel counted for all of them. What the shims counted and what loaders read before a shim starts should
   make the same sums; the rest is unseen. */
#include "bufcount.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What reading /proc/self/io here has added to it so far. */
static struct proc_io reading;

bool own_io(struct proc_io *now) {
    char text[256];
    int descriptor = open("/proc/self/io", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    ssize_t length = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    if (length <= 0)
        return false;
    text[length] = 0;
    unsigned long rchar, wchar, syscr, syscw;
    if (sscanf(text, "rchar: %lu wchar: %lu syscr: %lu syscw: %lu", &rchar, &wchar, &syscr, &syscw) != 4)
        return false;
    *now = (struct proc_io){rchar - reading.rchar, wchar, syscr - reading.syscr, syscw};
    reading.rchar += (uint64_t)length;
    reading.syscr++;
    return true;
}

/* The counted calls of one direction. */
struct counted {
    uint64_t calls, errors, bytes; /* sums of struct figures */
    uint64_t unfinished;           /* calls that ended unseen: they may or may not have done something */
};

static void add(struct counted *to, const struct tally *tally, size_t row) {
    to->calls += tally->total[row].calls;
    /* Nor does the kernel count every copy of nothing. */
    bool copy = call_names[row] && strcmp(call_names[row], "copy_file_range") == 0;
    to->errors += copy ? tally->total[row].calls : tally->total[row].errors;
    to->bytes += tally->total[row].bytes;
    to->unfinished += tally->unfinished[row];
}

/* What the kernel has and we have not; a call that failed may or may not have reached the kernel's
   counter. */
static int64_t call_difference(uint64_t kernel, const struct counted *counted) {
    int64_t above = (int64_t)(kernel - counted->calls - counted->unfinished);
    int64_t below = (int64_t)(kernel - (counted->calls - counted->errors));
    return above > 0 ? above : below < 0 ? below : 0;
}

static int64_t byte_difference(uint64_t kernel, const struct counted *counted) {
    int64_t above = (int64_t)(kernel - counted->bytes);
    return above > 0 && counted->unfinished ? 0 : above;
}

struct unseen unseen_of(const struct tally *tally) {
    struct counted in = {0}, out = {0};
    for (size_t row = 0; row < CALL_ROWS; row++) {
        if (call_kinds[row] == READS || call_kinds[row] == COPIES)
            add(&in, tally, row);
        if (call_kinds[row] == WRITES || call_kinds[row] == COPIES)
            add(&out, tally, row);
    }
    struct unseen unseen = {
        .rchar = byte_difference(tally->kernel.rchar - tally->loading.rchar, &in),
        .wchar = byte_difference(tally->kernel.wchar - tally->loading.wchar, &out),
        .syscr = call_difference(tally->kernel.syscr - tally->loading.syscr, &in),
        .syscw = call_difference(tally->kernel.syscw - tally->loading.syscw, &out),
    };
    unseen.agrees = !unseen.rchar && !unseen.wchar && !unseen.syscr && !unseen.syscw;
    return unseen;
}

const char *unseen_reason(const struct process *process) {
    if (process->flags & IMAGE_SETUID)
        return "set-user-ID";
    if (process->flags & IMAGE_STATIC)
        return "static";
    if (process->flags & IMAGE_FOREIGN)
        return "of another machine or loader";
    return "libbufcount.so did not start in it";
}
