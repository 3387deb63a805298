/* bufrun --check: which stdio names a program and its libraries import, and how libbuf covers each. */
#ifndef BUFRUN_CHECK_H
#define BUFRUN_CHECK_H

#include <stdbool.h>

/* Prints the list for the file PATH, libraries found by the dynamic linker LINKER, libbuf's names taken from
   the library file LIBBUF. Returns whether everything is covered; ends the process with 125 when a file
   cannot be read. */
bool check_names(const char *path, const char *linker, const char *libbuf);

#endif
