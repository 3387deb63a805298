/* What stands against preloading into a program; see bufrun_effect.h. */
#include "bufrun_effect.h"
#include "bufrun_secure.h"

#include <stdio.h>
#include <string.h>

bool is_linker(const struct elf *elf) {
    const char *soname = elf_soname(elf);
    return !elf->interpreter && soname && strcmp(soname, OUR_LINKER) == 0;
}

/* Whether PATH is glibc's dynamic linker. One that is not there is no reason against: exec will say it
 * better. */
static bool linker_of_glibc(const char *path) {
    struct elf linker;
    enum elf_result result = elf_open(&linker, path);
    if (result != ELF_READ)
        return result == ELF_NO_ACCESS && !strstr(path, "musl");
    bool right = is_linker(&linker);
    elf_close(&linker);
    return right;
}

bool is_library(const struct elf *elf) {
    return elf->header.e_type == ET_DYN && !elf->interpreter && !(elf_dynamic(elf, DT_FLAGS_1, 0) & DF_1_PIE);
}

static const char *why_not_linked(const struct elf *elf) {
    static char text[PATH_MAX + 80];
    if (is_linker(elf))
        return NULL;
    if (!elf->interpreter) {
        if (is_library(elf))
            return "a shared library, not a program";
        return elf->header.e_type == ET_DYN ? "statically linked (static-PIE)" : "statically linked";
    }
    if (linker_of_glibc(elf->interpreter))
        return NULL;
    snprintf(text, sizeof text, "linked with another C library than glibc (its dynamic linker is %s)",
             elf->interpreter);
    return text;
}

const char *why_no_effect(const struct program *program) {
    static char text[160];
    const char *why = why_secure(program->image, &program->status);
    if (why) {
        snprintf(text, sizeof text, "%s, and there the dynamic linker ignores LD_PRELOAD", why);
        return text;
    }
    if (program->result == ELF_OTHER_CLASS || program->result == ELF_OTHER_MACHINE)
        return elf_problem(program->result);
    return program->result == ELF_READ ? why_not_linked(&program->elf) : NULL;
}
