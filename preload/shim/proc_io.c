/* What the kernel tells of this process: its account, /proc/self/io, a second opinion on what the shim counts; and how
   many seccomp filters there are. */
#include "shim.h"

#include <fcntl.h>
#include <sys/syscall.h>

static uint64_t field(const char *text, const char *name) {
    for (; *text; text++) {
        const char *digits = text_after(text, name);
        if (!digits)
            continue;
        uint64_t value = 0;
        for (; *digits >= '0' && *digits <= '9'; digits++)
            value = value * 10 + (uint64_t)(*digits - '0');
        return value;
    }
    return 0;
}

/* Of the calling thread; 0 where it cannot be told. */
uint64_t proc_filters(void) {
    char text[4096];
    int64_t descriptor = RAW(SYS_open, "/proc/thread-self/status", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return 0;
    int64_t length = RAW(SYS_read, descriptor, text, sizeof text - 1);
    RAW(SYS_close, descriptor);
    image_own_read(length);
    text[length > 0 ? length : 0] = 0;
    return field(text, "\nSeccomp_filters:\t");
}

size_t proc_io_now(struct proc_io *now) {
    char text[256];
    *now = (struct proc_io){0};
    int64_t descriptor = RAW(SYS_open, "/proc/self/io", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return 0;
    int64_t length = RAW(SYS_read, descriptor, text, sizeof text - 1);
    RAW(SYS_close, descriptor);
    if (length <= 0)
        return 0;
    text[length] = 0;
    now->rchar = field(text, "rchar: ");
    now->wchar = field(text, "wchar: ");
    now->syscr = field(text, "syscr: ");
    now->syscw = field(text, "syscw: ");
    return (size_t)length;
}
