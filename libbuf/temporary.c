/* tmpfile (C17 7.21.4.3): a file without a name, where the file system can; else one whose name is taken away
   at once. */

#include "entry.h"
#include "sys.h"
#include <unistd.h>

static int open_nameless(void) {
    int fd = buf__sys_open(P_tmpdir, O_RDWR | O_EXCL | O_TMPFILE, 0600, false);
    if (fd >= 0)
        return fd;
    char path[] = P_tmpdir "/tmpfXXXXXX";
    fd = LIBC(mkstemp)(path);
    if (fd < 0)
        return -errno;
    buf__sys_unlink(path);
    return fd;
}

FILE *tmpfile(void) {
    if (!buf__active())
        return LIBC(tmpfile)();
    int fd = open_nameless();
    struct stream *s = fd < 0 ? NULL : buf__new(fd, &(struct opening){0});
    if (!s) {
        if (fd >= 0)
            buf__sys_close(fd);
        errno = fd < 0 ? -fd : ENOMEM;
        return NULL;
    }
    s->fresh = s->own = true;
    s->told = fd <= 2;
    return &s->file;
}
ALIAS(tmpfile, tmpfile64);
