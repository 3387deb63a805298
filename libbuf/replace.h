/* Between replace.c and replace_carry.c: owner, group, mode and attributes of the old file, for the new one. */

#ifndef BUF_REPLACE_H
#define BUF_REPLACE_H

#include "sys_names.h"

/* Gives `fd` all that `old` has, and takes from it what `old` has not. NULL, or why that cannot be. */
const char *buf__replace_carry(int old, int fd, const struct stat *want);

/* Owner, group and mode once more: writing takes set-user-ID away. 0 or -errno. */
int buf__replace_restore(int fd, const struct stat *want);

#endif
