/* How much passed through the process's streams, when LIBBUF_TOTALS=FILE asks for it. The counters lie in that
   file, mapped shared, so that they sum over processes and survive _exit and SIGKILL. */

#include "libc.h"
#include "stream.h"
#include "sys.h"
#include <sys/mman.h>
#include <unistd.h>

struct totals *buf__totals;

void buf__totals_start(char *const *environment) {
    const char *path = buf__setting(environment, "LIBBUF_TOTALS");
    if (!path || !*path)
        return;
    int fd = buf__sys_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666, false);
    void *map = MAP_FAILED;
    if (fd >= 0) {
        struct stat st;
        if (buf__sys_stat(fd, &st) == 0 && (st.st_size >= 4096 || buf__sys_resize(fd, 4096) == 0))
            map = LIBC_EARLY(mmap)(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        buf__sys_close(fd);
    }
    if (map == MAP_FAILED) {
        buf__complain("LIBBUF_TOTALS: cannot map", path);
        return;
    }
    buf__totals = map;
    __atomic_fetch_add(&buf__totals->processes, 1, __ATOMIC_RELAXED);
}
