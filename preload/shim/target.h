/* What an executable's first bytes say of it: whether the shim can be loaded into it. Used by the shim at
   each exec and by bufcount for the first. */
#ifndef BUFCOUNT_TARGET_H
#define BUFCOUNT_TARGET_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

enum target_kind {
    TARGET_UNKNOWN, /* not enough of it was seen, or a format of binfmt_misc */
    TARGET_SCRIPT,  /* begins with #! */
    TARGET_DYNAMIC, /* a program of this machine with glibc's loader */
    TARGET_STATIC,  /* a program of this machine without a loader */
    TARGET_FOREIGN, /* another machine or class, or a loader that would stumble over the shim */
};

enum { TARGET_HEAD = 2048 }; /* bytes of the file that are enough, nearly always */

/* Whether the path of SIZE bytes (the last one 0) ends in the name of glibc's loader. */
static inline int target_loader_is_glibc(const char *path, size_t size) {
    const char name[] = "/ld-linux-x86-64.so.2";
    if (size < sizeof name)
        return 0;
    for (size_t i = 0; i < sizeof name; i++)
        if (path[size - sizeof name + i] != name[i])
            return 0;
    return 1;
}

static inline enum target_kind target_kind(const char *head, size_t size) {
    if (size >= 2 && head[0] == '#' && head[1] == '!')
        return TARGET_SCRIPT;
    const Elf64_Ehdr *file = (const Elf64_Ehdr *)head;
    if (size < sizeof *file || head[0] != ELFMAG0 || head[1] != ELFMAG1 || head[2] != ELFMAG2 ||
        head[3] != ELFMAG3)
        return TARGET_UNKNOWN;
    if (head[EI_CLASS] != ELFCLASS64 || file->e_machine != EM_X86_64)
        return TARGET_FOREIGN;
    for (unsigned i = 0; i < file->e_phnum; i++) {
        uint64_t at = file->e_phoff + i * sizeof(Elf64_Phdr);
        if (at > size || size - at < sizeof(Elf64_Phdr))
            return TARGET_UNKNOWN;
        const Elf64_Phdr *segment = (const Elf64_Phdr *)(head + at);
        if (segment->p_type != PT_INTERP)
            continue;
        if (segment->p_offset > size || size - segment->p_offset < segment->p_filesz)
            return TARGET_UNKNOWN;
        return target_loader_is_glibc(head + segment->p_offset, segment->p_filesz) ? TARGET_DYNAMIC
                                                                                   : TARGET_FOREIGN;
    }
    return TARGET_STATIC;
}

/* A part of the file. */
struct target_part {
    uint64_t offset, size;
};

/* The file offset of ADDRESS by the loadable segments in HEAD; 0 when there is none. */
static inline uint64_t target_offset_of(const char *head, size_t size, uint64_t address) {
    const Elf64_Ehdr *file = (const Elf64_Ehdr *)head;
    for (unsigned i = 0; i < file->e_phnum; i++) {
        uint64_t at = file->e_phoff + i * sizeof(Elf64_Phdr);
        if (at > size || size - at < sizeof(Elf64_Phdr))
            return 0;
        const Elf64_Phdr *segment = (const Elf64_Phdr *)(head + at);
        if (segment->p_type == PT_LOAD && address - segment->p_vaddr < segment->p_filesz)
            return segment->p_offset + (address - segment->p_vaddr);
    }
    return 0;
}

/* Where the table of a dynamic program lies; a size of 0 when HEAD does not tell. */
static inline struct target_part target_dynamic(const char *head, size_t size) {
    const Elf64_Ehdr *file = (const Elf64_Ehdr *)head;
    for (unsigned i = 0; i < file->e_phnum; i++) {
        uint64_t at = file->e_phoff + i * sizeof(Elf64_Phdr);
        if (at > size || size - at < sizeof(Elf64_Phdr))
            break;
        const Elf64_Phdr *segment = (const Elf64_Phdr *)(head + at);
        if (segment->p_type == PT_DYNAMIC)
            return (struct target_part){segment->p_offset, segment->p_filesz};
    }
    return (struct target_part){0, 0};
}

/* The file offset of the name of the first library that the program needs, by its dynamic TABLE; 0 when it is
 * not known. */
static inline uint64_t target_first_needed(const char *head, size_t size, const Elf64_Dyn *table,
                                           size_t entries) {
    uint64_t needed = 0, names = 0;
    for (size_t i = 0; i < entries && table[i].d_tag != DT_NULL; i++) {
        if (table[i].d_tag == DT_NEEDED && !needed)
            needed = table[i].d_un.d_val;
        if (table[i].d_tag == DT_STRTAB)
            names = target_offset_of(head, size, table[i].d_un.d_ptr);
    }
    return needed && names ? names + needed : 0;
}

/* The address sanitizer's library refuses to work behind any other. Programs built with it need it first of
 * all. */
#define TARGET_SANITIZER "libasan.so"
enum { TARGET_TABLE = 64, TARGET_NAME = 32 }; /* entries of the table, bytes of the name that are enough */

/* Copies the interpreter of a script from its first line to PATH; 0 when there is none or SIZE bytes are too
 * few. */
static inline size_t target_interpreter(const char *head, size_t length, char *path, size_t size) {
    size_t from = 2, used = 0;
    while (from < length && (head[from] == ' ' || head[from] == '\t'))
        from++;
    while (from < length && used < size - 1 && head[from] != ' ' && head[from] != '\t' && head[from] != '\n')
        path[used++] = head[from++];
    path[used] = 0;
    return from < length ? used : 0;
}

#endif
