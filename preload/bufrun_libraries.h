/* The libraries of a program, as the dynamic linker itself finds them: `ld.so --list`, which maps them and
   runs nothing of theirs. */
#ifndef BUFRUN_LIBRARIES_H
#define BUFRUN_LIBRARIES_H

#include <stddef.h>

struct libraries {
    char **paths; /* in the linker's order of search, the dynamic linker and preloaded ones among them */
    size_t count; /* how many */
    char *said;   /* all that the linker said; the paths point into it */
};

/* Fills in the libraries of the file PATH. Returns NULL, or why the linker could not tell. `preloads` says
   whether LD_PRELOAD is to count. */
const char *list_libraries(struct libraries *libraries, const char *linker, const char *path, int preloads);
void free_libraries(struct libraries *libraries);

#endif
