/* Whether libbuf takes effect in a program by preloading. */
#ifndef BUFRUN_EFFECT_H
#define BUFRUN_EFFECT_H

#include "bufrun_program.h"

/* NULL when it does; else why not, in words that follow "it is". The text lives until the next call. */
const char *why_no_effect(const struct program *program);

/* Whether the file is glibc's dynamic linker itself, called to run the program in its arguments. */
bool is_linker(const struct elf *elf);

/* Whether the file is a shared library and no program. */
bool is_library(const struct elf *elf);

#endif
