/* The only file that makes system calls. Each function returns what the kernel did, a failure as -errno; what
   a short count or EINTR means is decided above. They are inline instructions, but for those asked to be
   cancellable: these are libc's functions, which are cancellation points. They make the same calls as libc's
   stdio does (seccomp filters know those), and membarrier. */

#ifndef BUF_SYS_H
#define BUF_SYS_H

#include "stream.h"
#include <fcntl.h>
#include <sys/stat.h>

/* Finds libc's cancellable functions, before anything can hold ld.so's lock. */
void buf__sys_start(void);

/* At the descriptor's offset where `at` is -1, else there, and that offset stays. */
ssize_t buf__sys_read(int fd, void *, size_t, off64_t at, bool cancellable);

/* The same; one piece by write(2) or pwrite(2), more by writev(2) or pwritev(2). */
ssize_t buf__sys_write(int fd, const struct iovec *, int n, off64_t at, bool cancellable);

/* The same by preadv2(2) and pwritev2(2), whose RWF_ flags a kernel or file system may refuse (-EOPNOTSUPP). */
ssize_t buf__sys_read_flags(int fd, void *, size_t, off64_t at, int flags, bool cancellable);
ssize_t buf__sys_write_flags(int fd, const struct iovec *, int n, off64_t at, int flags, bool cancellable);

/* No cancellation points: the error that the kernel reports once would be lost with the thread. */
int buf__sys_sync_data(int fd);                               /* fdatasync(2) */
int buf__sys_sync(int fd);                                    /* fsync(2) */
int buf__sys_sync_system(int fd);                             /* syncfs(2) */
int buf__sys_start_writing(int fd, off64_t at, off64_t size); /* sync_file_range(2), never waiting; size 0: to the end */
int buf__sys_advise(int fd, off64_t at, off64_t size, int);   /* posix_fadvise(2) */

off64_t buf__sys_seek(int fd, off64_t, int whence);
int buf__sys_open(const char *path, int flags, mode_t, bool cancellable);
int buf__sys_close(int fd);
int buf__sys_stat(int fd, struct stat *);
int buf__sys_stat_at(int directory, const char *name, struct stat *); /* of a symbolic link: its own */
int buf__sys_sector(int fd);                      /* BLKSSZGET: bytes of a block device's sector */
int buf__sys_get_flags(int fd);                   /* F_GETFL */
int buf__sys_set_flags(int fd, int flags);        /* F_SETFL */
int buf__sys_dup_to(int from, int to, int flags); /* dup3(2) */
int buf__sys_dup_above(int fd, int least);        /* F_DUPFD_CLOEXEC */
int buf__sys_keep_at_exec(int fd);                /* F_SETFD without FD_CLOEXEC */
int buf__sys_pipe(int ends[2]);                   /* pipe2(2) with O_CLOEXEC */
int buf__sys_unlink(const char *path);
ssize_t buf__sys_read_link(const char *path, char *, size_t); /* without a null byte */
int buf__sys_resize(int fd, off64_t size); /* ftruncate(2) */
int buf__sys_lock_file(int fd, bool on); /* flock(2), for this process alone; -EWOULDBLOCK: another has it */
void *buf__sys_map(int fd, off64_t at, size_t size); /* shared, to read and write; NULL: refused */
void buf__sys_unmap(void *, size_t size);
bool buf__sys_is_terminal(int fd);
int buf__sys_wait_writable(int fd, int milliseconds); /* poll(2): 1 writable, 0 timed out */
void buf__futex_wait(int *word, int value);
void buf__futex_wake(int *word);
void buf__futex_wake_all(int *word);
int buf__sys_membarrier(int command);
void buf__sys_sleep(long nanoseconds); /* less than a second */
void buf__sys_yield(void);
uint64_t buf__now(void); /* monotonic, ns, as coarse as the kernel's tick */

#endif
