/* See replace.h. The order matters: changing the owner takes set-user-ID away, changing the mode writes into an
   ACL's mask, and an ACL brings its mode with it. */

#include "replace.h"
#include <linux/fs.h>

enum { MODE_BITS = 07777, NAMES_ROOM = 65536, VALUE_ROOM = 65536 };

int buf__replace_restore(int fd, const struct stat *want) {
    struct stat st;
    int error = buf__sys_stat(fd, &st);
    if (error == 0 && (st.st_uid != want->st_uid || st.st_gid != want->st_gid)) {
        error = buf__sys_change_owner(fd, want->st_uid, want->st_gid);
        if (error == 0)
            error = buf__sys_stat(fd, &st);
    }
    if (error == 0 && ((st.st_mode ^ want->st_mode) & MODE_BITS))
        error = buf__sys_change_mode(fd, want->st_mode & MODE_BITS);
    return error;
}

/* What the kernel takes from a file that is written, whoever writes: capabilities. */
static bool is_dropped(const char *name) {
    return strcmp(name, "security.capability") == 0;
}

/* Names of a file's attributes, one behind the other. Bytes, or -errno; none where the file system has none. */
static ssize_t list_names(int fd, char *names) {
    ssize_t n = buf__sys_attributes(fd, names, NAMES_ROOM);
    return n == -EOPNOTSUPP ? 0 : n;
}

static bool has_name(const char *names, ssize_t n, const char *name) {
    for (const char *at = names; at < names + n; at += strlen(at) + 1)
        if (strcmp(at, name) == 0)
            return true;
    return false;
}

static bool is_equal(int fd, const char *name, const char *value, ssize_t size, char *room) {
    return buf__sys_attribute(fd, name, room, VALUE_ROOM) == size && memcmp(room, value, (size_t)size) == 0;
}

/* `room` is for two lists and two values. */
static bool carry_attributes(int old, int fd, char *room) {
    char *had = room, *has = had + NAMES_ROOM, *value = has + NAMES_ROOM, *other = value + VALUE_ROOM;
    ssize_t n = list_names(old, had), m = list_names(fd, has);
    if (n < 0 || m < 0)
        return false;
    for (const char *name = has; name < has + m; name += strlen(name) + 1)
        if (!has_name(had, n, name) && buf__sys_remove_attribute(fd, name) < 0)
            return false;
    for (const char *name = had; name < had + n; name += strlen(name) + 1) {
        ssize_t size = is_dropped(name) ? 0 : buf__sys_attribute(old, name, value, VALUE_ROOM);
        if (size < 0)
            return false;
        if (!is_dropped(name) && !is_equal(fd, name, value, size, other) &&
            buf__sys_set_attribute(fd, name, value, (size_t)size) < 0)
            return false;
    }
    return true;
}

/* What chattr(1) sets; what the file system notes for itself differs as it likes. */
static bool carry_flags(int old, int fd) {
    const int settable = FS_FL_USER_MODIFIABLE & ~FS_EXTENT_FL & ~FS_PROJINHERIT_FL;
    int want, have;
    if (buf__sys_inode_flags(old, &want) < 0 || buf__sys_inode_flags(fd, &have) < 0)
        return true; /* none on this file system */
    return ((want ^ have) & settable) == 0 ||
           buf__sys_set_inode_flags(fd, (have & ~settable) | (want & settable)) == 0;
}

const char *buf__replace_carry(int old, int fd, const struct stat *want) {
    char *room = malloc(2 * NAMES_ROOM + 2 * VALUE_ROOM);
    struct stat st;
    if (!room)
        return "no memory";
    bool owned = buf__replace_restore(fd, want) == 0;
    bool carried = owned && carry_attributes(old, fd, room) && carry_flags(old, fd) &&
                   buf__replace_restore(fd, want) == 0 && buf__sys_stat(fd, &st) == 0;
    free(room);
    if (!owned)
        return "owner, group or mode cannot be carried over";
    if (!carried)
        return "attributes cannot be carried over";
    bool same = st.st_uid == want->st_uid && st.st_gid == want->st_gid &&
                ((st.st_mode ^ want->st_mode) & MODE_BITS) == 0;
    return same ? NULL : "owner, group or mode cannot be carried over";
}
