/* More of sys.h: names, owners and attributes of files, and mappings. Each returns what the kernel did, a failure as
   -errno. A name is looked up in the directory that is open as `directory` (AT_FDCWD: the working directory). */

#ifndef BUF_SYS_NAMES_H
#define BUF_SYS_NAMES_H

#include "sys.h"

int buf__sys_open_at(int directory, const char *name, int flags, mode_t);
/* "": of `directory` itself, which may be any file; of a symbolic link: its own. `mask` says what is asked for. */
int buf__sys_statx(int directory, const char *name, unsigned mask, struct statx *);
ssize_t buf__sys_read_link_at(int directory, const char *name, char *, size_t);
int buf__sys_on_proc(int fd);                                    /* 1 or 0 */
int buf__sys_link_open(int fd, int directory, const char *name); /* a name for an open file without one */
int buf__sys_rename_at(int directory, const char *from, const char *to);
int buf__sys_unlink_at(int directory, const char *name);
int buf__sys_change_owner(int fd, uid_t, gid_t);
int buf__sys_change_mode(int fd, mode_t);
ssize_t buf__sys_attributes(int fd, char *names, size_t);             /* flistxattr(2) */
ssize_t buf__sys_attribute(int fd, const char *name, void *, size_t); /* fgetxattr(2) */
int buf__sys_set_attribute(int fd, const char *name, const void *, size_t);
int buf__sys_remove_attribute(int fd, const char *name);
int buf__sys_inode_flags(int fd, int *flags); /* FS_IOC_GETFLAGS */
int buf__sys_set_inode_flags(int fd, int flags);
uid_t buf__sys_user(void); /* effective */
pid_t buf__sys_process(void);
void *buf__sys_map_to_read(int fd, size_t); /* to read, from the beginning; NULL */

#endif
