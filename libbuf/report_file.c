/* Where reports are written. A record in a file is appended as blanks when its stream makes its first system call,
   mapped, and written anew at each system call: what the kernel holds of it stays there when the process is killed.
   At the end of the stream the blanks behind the text go, if nobody appended meanwhile; else they stay, at the end
   of the last line. Each process appends and shortens under flock(2). */

#include "report.h"
#include "sys.h"
#include <unistd.h>

enum { RECORD = 4096 }; /* bytes that a record may take */

/* The path with the process's number in the place of %p. */
static void expand(const char *path, char *to, size_t room) {
    size_t n = 0;
    while (*path && n + 1 < room) {
        if (path[0] == '%' && path[1] == 'p') {
            int length = snprintf(to + n, room - n, "%d", (int)getpid());
            n += (size_t)length < room - n ? (size_t)length : room - n - 1;
            path += 2;
        } else {
            to[n++] = *path++;
        }
    }
    to[n] = '\0';
}

static int open_report(const struct report *r, int flags) {
    char path[PATH_MAX];
    expand(r->path, path, sizeof path);
    return buf__sys_open(path, flags | O_CREAT | O_CLOEXEC, 0666, false);
}

static bool write_all(int fd, const char *p, size_t n) {
    while (n > 0) {
        ssize_t w = buf__sys_write(fd, &(struct iovec){(char *)p, n}, 1, -1, false);
        if (w <= 0 && w != -EINTR)
            return false;
        p += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    return true;
}

/* A second at most: another process may have been stopped with the lock in hand. It is given back by name, not by
   closing: the map, and a child that was forked meanwhile, keep the open file alive. */
static bool lock(int fd) {
    for (int tries = 0; tries < 1000; tries++) {
        if (buf__sys_lock_file(fd, true) == 0)
            return true;
        buf__sys_sleep(1000000);
    }
    return false;
}

static void unlock_and_close(int fd) {
    buf__sys_lock_file(fd, false);
    buf__sys_close(fd);
}

/* Room for the record at the file's end; under its lock. False: it cannot be mapped. */
static bool append_record(struct report *r, int fd) {
    char blanks[RECORD];
    struct stat st;
    memset(blanks, ' ', RECORD - 1);
    blanks[RECORD - 1] = '\n';
    if (buf__sys_stat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    if (!write_all(fd, blanks, RECORD)) { /* no space: mapped memory without would end the program */
        buf__sys_resize(fd, st.st_size);
        return false;
    }
    size_t behind = (size_t)st.st_size % 4096;
    r->map_size = behind + RECORD;
    r->map = buf__sys_map(fd, st.st_size - (off64_t)behind, r->map_size);
    r->record = (char *)r->map + behind;
    r->at = st.st_size;
    if (!r->map)
        buf__sys_resize(fd, st.st_size);
    return r->map != NULL;
}

static void make_record(struct report *r) {
    int fd = open_report(r, O_RDWR | O_APPEND | O_NONBLOCK);
    if (fd == -ENXIO) { /* a pipe without reader: perhaps there is one later */
        r->form = REPORT_FILE;
        return;
    }
    if (fd < 0) {
        buf__complain("report: cannot be written", r->path);
        r->form = REPORT_NONE;
        return;
    }
    if (!lock(fd) || !append_record(r, fd))
        r->form = REPORT_FILE;
    unlock_and_close(fd);
}

static size_t fill_record(struct report *r, bool finished) {
    char text[RECORD];
    size_t n = buf__report_print(r, text, RECORD, finished);
    memset(text + n - 1, ' ', RECORD - n);
    text[RECORD - 1] = '\n';
    memcpy(r->record, text, RECORD);
    return n;
}

void buf__report_show(struct report *r) {
    if (!r->map)
        make_record(r);
    if (r->map)
        fill_record(r, false);
}

/* The blanks behind the record go, when it is the file's last. */
static void shorten(const struct report *r, size_t length) {
    struct stat st;
    int fd = open_report(r, O_RDWR);
    if (fd < 0)
        return;
    char end = '\n';
    if (lock(fd) && buf__sys_stat(fd, &st) == 0 && st.st_size == r->at + RECORD &&
        buf__sys_write(fd, &(struct iovec){&end, 1}, 1, r->at + (off64_t)length - 1, false) == 1)
        buf__sys_resize(fd, r->at + (off64_t)length);
    unlock_and_close(fd);
}

static void print_at_end(const struct report *r) {
    char text[RECORD];
    int fd = r->form == REPORT_STDERR ? 2 : open_report(r, O_WRONLY | O_APPEND);
    if (fd < 0)
        return;
    write_all(fd, text, buf__report_print(r, text, RECORD, true));
    if (fd != 2)
        buf__sys_close(fd);
}

void buf__report_finish(struct report *r) {
    const struct buf_stats *c = &r->stats;
    bool nothing = !(c->put_calls | c->get_calls | c->write_calls | c->read_calls | c->seeks);
    if (nothing || r->form == REPORT_NONE)
        return;
    if (r->form == REPORT_RECORD && !r->map)
        make_record(r);
    if (r->form == REPORT_STDERR || r->form == REPORT_FILE)
        print_at_end(r);
    if (!r->map)
        return;
    size_t length = fill_record(r, true);
    buf__sys_unmap(r->map, r->map_size);
    r->map = NULL;
    shorten(r, length);
}
