/* libbuf: what <stdio.h> cannot say. The standard names need no header of ours: programs include <stdio.h> and link
   with -lbuf. Every function here returns 0 or a stream, or -1 or NULL with errno set. */

#ifndef LIBBUF_H
#define LIBBUF_H

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library in force, "MAJOR.MINOR.PATCH". Never fails. A weak reference to it tells a program
   whether it runs on libbuf at all. */
const char *buf_version(void);

/* fopen(3) with options for the stream, "name[=value],..." (libbuf-options(7)). What the rules of LIBBUF name for
   this file stands against them. NULL: as fopen, and EINVAL when an option is unknown or its value bad, or when
   direct=require cannot be met. */
FILE *buf_fopen(const char *path, const char *mode, const char *options);

/* Changes options of an open stream. What is pending is flushed first; what the rules of LIBBUF name stands. -1:
   EBADF when it is no stream of libbuf's, EINVAL for an unknown option, a bad value, or one that must be given at
   the open (direct, async, map, cache, coalesce, replace), and what the flush fails with. */
int buf_configure(FILE *, const char *options);

#ifdef __cplusplus
}
#endif

#endif
