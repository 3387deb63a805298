/* System calls for sys_names.h. */

#include "sys_names.h"
#include "sys_call.h"
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

int buf__sys_open_at(int directory, const char *name, int flags, mode_t mode) {
    return (int)call(SYS_openat, directory, (long)name, flags, (long)mode, 0);
}

int buf__sys_statx(int directory, const char *name, unsigned mask, struct statx *st) {
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
    return (int)call(SYS_statx, directory, (long)name, flags, mask, (long)st);
}

ssize_t buf__sys_read_link_at(int directory, const char *name, char *to, size_t room) {
    return call(SYS_readlinkat, directory, (long)name, (long)to, (long)room, 0);
}

int buf__sys_on_proc(int fd) {
    struct statfs st;
    return call(SYS_fstatfs, fd, (long)&st, 0, 0, 0) == 0 && st.f_type == PROC_SUPER_MAGIC;
}

/* By the descriptor, which needs a capability or a recent kernel; else by its name in /proc. */
int buf__sys_link_open(int fd, int directory, const char *name) {
    int r = (int)call(SYS_linkat, fd, (long)"", directory, (long)name, AT_EMPTY_PATH);
    if (r != -ENOENT)
        return r;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return (int)call(SYS_linkat, AT_FDCWD, (long)path, directory, (long)name, AT_SYMLINK_FOLLOW);
}

int buf__sys_rename_at(int directory, const char *from, const char *to) {
    return (int)call(SYS_renameat, directory, (long)from, directory, (long)to, 0);
}

int buf__sys_unlink_at(int directory, const char *name) {
    return (int)call(SYS_unlinkat, directory, (long)name, 0, 0, 0);
}

int buf__sys_change_owner(int fd, uid_t user, gid_t group) {
    return (int)call(SYS_fchown, fd, (long)user, (long)group, 0, 0);
}

int buf__sys_change_mode(int fd, mode_t mode) {
    return (int)call(SYS_fchmod, fd, (long)mode, 0, 0, 0);
}

ssize_t buf__sys_attributes(int fd, char *names, size_t room) {
    return call(SYS_flistxattr, fd, (long)names, (long)room, 0, 0);
}

ssize_t buf__sys_attribute(int fd, const char *name, void *value, size_t room) {
    return call(SYS_fgetxattr, fd, (long)name, (long)value, (long)room, 0);
}

int buf__sys_set_attribute(int fd, const char *name, const void *value, size_t size) {
    return (int)call(SYS_fsetxattr, fd, (long)name, (long)value, (long)size, 0);
}

int buf__sys_remove_attribute(int fd, const char *name) {
    return (int)call(SYS_fremovexattr, fd, (long)name, 0, 0, 0);
}

int buf__sys_inode_flags(int fd, int *flags) {
    return (int)call(SYS_ioctl, fd, FS_IOC_GETFLAGS, (long)flags, 0, 0);
}

int buf__sys_set_inode_flags(int fd, int flags) {
    return (int)call(SYS_ioctl, fd, FS_IOC_SETFLAGS, (long)&flags, 0, 0);
}

uid_t buf__sys_user(void) {
    return (uid_t)call(SYS_geteuid, 0, 0, 0, 0, 0);
}

pid_t buf__sys_process(void) {
    return (pid_t)call(SYS_getpid, 0, 0, 0, 0, 0);
}

void *buf__sys_map_to_read(int fd, size_t size) {
    long r = call(SYS_mmap, 0, (long)size, PROT_READ, MAP_SHARED, fd);
    return r < 0 && r >= -4095 ? NULL : (void *)r;
}
