/* Foretelling AT_SECURE; see bufrun_secure.h. The rules are Linux' bprm_fill_uid (fs/exec.c) and
   cap_bprm_creds_from_file (security/commoncap.c): secure is who would not run as its real user and group,
   or, not being root, gets capabilities from the file. Security modules may add reasons that cannot be seen
   here. */
#include "bufrun_secure.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Whether this user namespace knows the user or group ID; a file's bits do not count otherwise. */
static bool mapped(const char *map, unsigned id) {
    FILE *file = fopen(map, "re");
    unsigned inside, outside, count;
    bool found = !file;
    while (!found && fscanf(file, "%u %u %u", &inside, &outside, &count) == 3)
        found = id >= inside && id - inside < count;
    if (file)
        fclose(file);
    return found;
}

static uint64_t bounding_set(void) {
    uint64_t set = 0;
    for (int capability = 0; capability < 64; capability++)
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1)
            set |= UINT64_C(1) << capability;
    return set;
}

/* Whether the file's capabilities would give this process, which is not root, anything. */
static bool gains_capabilities(const char *path, bool no_new) {
    struct vfs_ns_cap_data file;
    ssize_t size = getxattr(path, "security.capability", &file, sizeof file);
    if (size < (ssize_t)sizeof(struct vfs_cap_data))
        return false;
    if (file.magic_etc & VFS_CAP_FLAGS_EFFECTIVE)
        return true;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct own[2] = {0};
    if (syscall(SYS_capget, &header, own) < 0)
        return true;
    uint64_t inheritable = own[0].inheritable | (uint64_t)own[1].inheritable << 32;
    uint64_t permitted = own[0].permitted | (uint64_t)own[1].permitted << 32;
    uint64_t file_permitted = file.data[0].permitted | (uint64_t)file.data[1].permitted << 32;
    uint64_t file_inheritable = file.data[0].inheritable | (uint64_t)file.data[1].inheritable << 32;
    uint64_t gained = (file_permitted & bounding_set()) | (file_inheritable & inheritable);
    return (no_new ? gained & permitted : gained) != 0;
}

const char *why_secure(const char *path, const struct stat *status) {
    struct statvfs mount;
    uid_t user = geteuid();
    gid_t group = getegid();
    bool no_new = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
    bool no_suid = statvfs(path, &mount) == 0 && (mount.f_flag & ST_NOSUID);
    bool bits_count = !no_new && !no_suid && mapped("/proc/self/uid_map", status->st_uid) &&
                      mapped("/proc/self/gid_map", status->st_gid);
    if (bits_count && (status->st_mode & S_ISUID))
        user = status->st_uid;
    if (bits_count && (status->st_mode & S_ISGID) && (status->st_mode & S_IXGRP))
        group = status->st_gid;
    if (user != getuid() || user != geteuid())
        return user == geteuid() ? "started by a process that runs as another user than its own"
                                 : "set-user-ID";
    if (group != getgid() || group != getegid())
        return group == getegid() ? "started by a process that runs as another group than its own"
                                  : "set-group-ID";
    if (getuid() != 0 && !no_suid && gains_capabilities(path, no_new))
        return "given capabilities by its file";
    return NULL;
}
