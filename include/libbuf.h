/* libbuf: what <stdio.h> cannot say. The standard names need no header of ours: programs include <stdio.h> and link with -lbuf. */

#ifndef LIBBUF_H
#define LIBBUF_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library in force, "MAJOR.MINOR.PATCH". Never fails. A weak reference to it tells a program whether it runs on
   libbuf at all. */
const char *buf_version(void);

#ifdef __cplusplus
}
#endif

#endif
