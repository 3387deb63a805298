/* Opening a file by its name, for fopen and buf_fopen. */

#ifndef BUF_OPEN_H
#define BUF_OPEN_H

#include "stream.h"

/* `options` is the program's, NULL from fopen. NULL: errno is set. */
FILE *buf__open_file(const char *path, const char *mode, const char *options);

#endif
