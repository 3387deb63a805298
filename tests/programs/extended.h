/* What libbuf.h declares, as weak references: the programs are built without libbuf, too. */
#ifndef EXTENDED_H
#define EXTENDED_H

#include <stdio.h>

extern FILE *buf_fopen(const char *, const char *, const char *) __attribute__((weak));
extern int buf_configure(FILE *, const char *) __attribute__((weak));

#endif
