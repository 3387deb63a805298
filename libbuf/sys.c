/* System calls for sys.h, for x86-64. */

#include "sys.h"
#include "libc.h"
#include "sys_call.h"
#include <linux/futex.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* preadv2 and pwritev2 have the flags behind two words of offset, of which a 64-bit kernel reads the first. */
static inline long call_flags(long number, long a, long b, long c, long at, long flags) {
    long result;
    register long r10 __asm__("r10") = at;
    register long r8 __asm__("r8") = 0;
    register long r9 __asm__("r9") = flags;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* libc's result as the kernel's: a cancellation point has set errno, which is the entry's to set. */
static ssize_t kernel_result(ssize_t result, int saved) {
    if (result >= 0)
        return result;
    int error = errno;
    errno = saved;
    return -error;
}

static struct {
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*writev)(int, const struct iovec *, int);
    ssize_t (*pread)(int, void *, size_t, off64_t);
    ssize_t (*pwrite)(int, const void *, size_t, off64_t);
    int (*open)(const char *, int, ...);
} libc;

void buf__sys_start(void) {
    libc.read = LIBC_EARLY(read);
    libc.write = LIBC_EARLY(write);
    libc.writev = LIBC_EARLY(writev);
    libc.pread = LIBC_EARLY(pread);
    libc.pwrite = LIBC_EARLY(pwrite);
    libc.open = LIBC_EARLY(open);
}

ssize_t buf__sys_read(int fd, void *p, size_t n, off64_t at, bool cancellable) {
    if (!cancellable || !libc.read || !libc.pread)
        return at < 0 ? call(SYS_read, fd, (long)p, (long)n, 0, 0)
                      : call(SYS_pread64, fd, (long)p, (long)n, at, 0);
    int saved = errno;
    return kernel_result(at < 0 ? libc.read(fd, p, n) : libc.pread(fd, p, n, at), saved);
}

static ssize_t write_at(int fd, const struct iovec *v, int n, off64_t at, bool cancellable) {
    if (!cancellable || !libc.pwrite)
        return n == 1 ? call(SYS_pwrite64, fd, (long)v->iov_base, (long)v->iov_len, at, 0)
                      : call(SYS_pwritev, fd, (long)v, n, at, 0);
    int saved = errno;
    return kernel_result(libc.pwrite(fd, v->iov_base, v->iov_len, at), saved); /* the rest comes again */
}

ssize_t buf__sys_write(int fd, const struct iovec *v, int n, off64_t at, bool cancellable) {
    if (at >= 0)
        return write_at(fd, v, n, at, cancellable);
    if (!cancellable || !libc.write || !libc.writev)
        return n == 1 ? call(SYS_write, fd, (long)v->iov_base, (long)v->iov_len, 0, 0)
                      : call(SYS_writev, fd, (long)v, n, 0, 0);
    int saved = errno;
    return kernel_result(n == 1 ? libc.write(fd, v->iov_base, v->iov_len) : libc.writev(fd, v, n), saved);
}

ssize_t buf__sys_read_flags(int fd, void *p, size_t n, off64_t at, int flags, bool cancellable) {
    struct iovec v = {p, n};
    if (!cancellable)
        return call_flags(SYS_preadv2, fd, (long)&v, 1, at, flags);
    int saved = errno;
    return kernel_result(LIBC(preadv2)(fd, &v, 1, at, flags), saved);
}

ssize_t buf__sys_write_flags(int fd, const struct iovec *v, int n, off64_t at, int flags, bool cancellable) {
    if (!cancellable)
        return call_flags(SYS_pwritev2, fd, (long)v, n, at, flags);
    int saved = errno;
    return kernel_result(LIBC(pwritev2)(fd, v, n, at, flags), saved);
}

int buf__sys_sync_data(int fd) {
    return (int)call(SYS_fdatasync, fd, 0, 0, 0, 0);
}

int buf__sys_sync(int fd) {
    return (int)call(SYS_fsync, fd, 0, 0, 0, 0);
}

int buf__sys_sync_system(int fd) {
    return (int)call(SYS_syncfs, fd, 0, 0, 0, 0);
}

int buf__sys_start_writing(int fd, off64_t at, off64_t size) {
    return (int)call(SYS_sync_file_range, fd, at, size, SYNC_FILE_RANGE_WRITE, 0);
}

int buf__sys_advise(int fd, off64_t at, off64_t size, int advice) {
    return (int)call(SYS_fadvise64, fd, at, size, advice, 0);
}

off64_t buf__sys_seek(int fd, off64_t offset, int whence) {
    return call(SYS_lseek, fd, offset, whence, 0, 0);
}

int buf__sys_open(const char *path, int flags, mode_t mode, bool cancellable) {
    if (!cancellable || !libc.open)
        return (int)call(SYS_openat, AT_FDCWD, (long)path, flags, (long)mode, 0);
    int saved = errno;
    return (int)kernel_result(libc.open(path, flags, mode), saved);
}

int buf__sys_close(int fd) {
    return (int)call(SYS_close, fd, 0, 0, 0, 0);
}

int buf__sys_stat(int fd, struct stat *st) {
    return (int)call(SYS_newfstatat, fd, (long)"", (long)st, AT_EMPTY_PATH, 0);
}

int buf__sys_stat_at(int directory, const char *name, struct stat *st) {
    return (int)call(SYS_newfstatat, directory, (long)name, (long)st, AT_SYMLINK_NOFOLLOW, 0);
}

int buf__sys_sector(int fd) {
    int bytes = 0;
    int r = (int)call(SYS_ioctl, fd, BLKSSZGET, (long)&bytes, 0, 0);
    return r < 0 ? r : bytes;
}

int buf__sys_get_flags(int fd) {
    return (int)call(SYS_fcntl, fd, F_GETFL, 0, 0, 0);
}

int buf__sys_set_flags(int fd, int flags) {
    return (int)call(SYS_fcntl, fd, F_SETFL, flags, 0, 0);
}

int buf__sys_dup_to(int from, int to, int flags) {
    return (int)call(SYS_dup3, from, to, flags, 0, 0);
}

int buf__sys_dup_above(int fd, int least) {
    return (int)call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, least, 0, 0);
}

int buf__sys_keep_at_exec(int fd) {
    return (int)call(SYS_fcntl, fd, F_SETFD, 0, 0, 0);
}

int buf__sys_pipe(int ends[2]) {
    return (int)call(SYS_pipe2, (long)ends, O_CLOEXEC, 0, 0, 0);
}

int buf__sys_unlink(const char *path) {
    return (int)call(SYS_unlink, (long)path, 0, 0, 0, 0);
}

ssize_t buf__sys_read_link(const char *path, char *to, size_t room) {
    return call(SYS_readlink, (long)path, (long)to, (long)room, 0, 0);
}

int buf__sys_resize(int fd, off64_t size) {
    return (int)call(SYS_ftruncate, fd, size, 0, 0, 0);
}

int buf__sys_lock_file(int fd, bool on) {
    return (int)call(SYS_flock, fd, on ? LOCK_EX | LOCK_NB : LOCK_UN, 0, 0, 0);
}

void *buf__sys_map(int fd, off64_t at, size_t size) {
    register long r9 __asm__("r9") = at;
    long result = SYS_mmap;
    register long r10 __asm__("r10") = MAP_SHARED;
    register long r8 __asm__("r8") = fd;
    __asm__ volatile("syscall"
                     : "+a"(result)
                     : "D"(0), "S"(size), "d"(PROT_READ | PROT_WRITE), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result < 0 && result > -4096 ? NULL : (void *)result;
}

void buf__sys_unmap(void *map, size_t size) {
    call(SYS_munmap, (long)map, (long)size, 0, 0, 0);
}

bool buf__sys_is_terminal(int fd) {
    char kernel_termios[64]; /* the kernel's struct is smaller than libc's */
    return call(SYS_ioctl, fd, TCGETS, (long)kernel_termios, 0, 0) == 0;
}

int buf__sys_wait_writable(int fd, int milliseconds) {
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return (int)call(SYS_poll, (long)&p, 1, milliseconds, 0, 0);
}

void buf__futex_wait(int *word, int value) {
    call(SYS_futex, (long)word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, 0, 0);
}

void buf__futex_wake(int *word) {
    call(SYS_futex, (long)word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, 0, 0);
}

void buf__futex_wake_all(int *word) {
    call(SYS_futex, (long)word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT32_MAX, 0, 0);
}

int buf__sys_membarrier(int command) {
    return (int)call(SYS_membarrier, command, 0, 0, 0, 0);
}

void buf__sys_sleep(long nanoseconds) {
    struct timespec time = {0, nanoseconds};
    call(SYS_nanosleep, (long)&time, 0, 0, 0, 0);
}

void buf__sys_yield(void) {
    call(SYS_sched_yield, 0, 0, 0, 0, 0);
}

uint64_t buf__now(void) {
    struct timespec t;
    LIBC(clock_gettime)(CLOCK_MONOTONIC_COARSE, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
