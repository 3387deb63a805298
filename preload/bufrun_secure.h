/* Whether the kernel would start a program in secure mode (AT_SECURE), in which ld.so ignores LD_PRELOAD. */
#ifndef BUFRUN_SECURE_H
#define BUFRUN_SECURE_H

#include <sys/stat.h>

/* NULL when this process would start the program PATH plainly; else why not, in words that follow "it is". A
   bit that changes nothing is no reason: root may preload into a set-user-ID-root program. */
const char *why_secure(const char *path, const struct stat *status);

#endif
