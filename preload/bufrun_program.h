/* Which file the kernel will load for a command: found along PATH as execvp finds it, and for a script the
   interpreter behind its "#!" lines, as deep as the kernel follows them. */
#ifndef BUFRUN_PROGRAM_H
#define BUFRUN_PROGRAM_H

#include "bufrun_elf.h"
#include <limits.h>
#include <sys/stat.h>

struct program {
    char path[PATH_MAX];    /* what execve gets */
    char image[PATH_MAX];   /* the file that is loaded: path itself, or the interpreter of the script */
    struct stat status;     /* of the image */
    enum elf_result result; /* ELF_READ: elf is open; ELF_NO_ACCESS: it may be executed and not be read */
    int error;              /* the errno of ELF_NO_ACCESS */
    struct elf elf;         /* the image's */
};

/* Finds NAME and reads the image. Returns 0, or the errno with which execvp would fail. */
int find_program(const char *name, struct program *program);

#endif
