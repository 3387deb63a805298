/* An ELF reader for one file: what bufrun must know before it starts a program, and the names it imports and
   defines. Every offset is checked against the file; a cut off or wrong file is an error, never a crash. */
#ifndef BUFRUN_ELF_H
#define BUFRUN_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The one machine that libbuf is built for, and what depends on it. */
enum {
    OUR_CLASS = ELFCLASS64,
    OUR_BYTE_ORDER = ELFDATA2LSB,
    OUR_MACHINE = EM_X86_64,
    OUR_COPY = R_X86_64_COPY
};
#define OUR_LINKER "ld-linux-x86-64.so.2" /* the soname of glibc's dynamic linker */

enum elf_result {
    ELF_READ,          /* read, and the struct is to be closed */
    ELF_NO_ACCESS,     /* open or read failed, errno says why */
    ELF_NOT_ELF,       /* another kind of file */
    ELF_OTHER_CLASS,   /* 32-bit, the x32 programs among them */
    ELF_OTHER_MACHINE, /* another processor or byte order */
    ELF_BROKEN         /* cut off, or its tables point outside the file */
};

struct elf {
    int descriptor;        /* the open file */
    uint64_t size;         /* the file's bytes */
    Elf64_Ehdr header;     /* as in the file */
    Elf64_Phdr *segments;  /* header.e_phnum of them */
    char *interpreter;     /* the dynamic linker it asks for; NULL: none */
    Elf64_Dyn *dynamic;    /* the dynamic section; NULL: none */
    size_t dynamic_count;  /* its entries up to DT_NULL */
    char *strings;         /* the dynamic string table, a NUL behind it */
    uint64_t strings_size; /* its bytes */
};

enum elf_result elf_open(struct elf *elf, const char *path);
void elf_close(struct elf *elf);

/* What an elf_result means, for a message. */
const char *elf_problem(enum elf_result result);

/* The value of a dynamic entry, or `absent` when the file has none. */
uint64_t elf_dynamic(const struct elf *elf, int64_t tag, uint64_t absent);

/* The library's own name (DT_SONAME), or NULL. */
const char *elf_soname(const struct elf *elf);

/* The string of the index-th DT_NEEDED, or NULL behind the last. */
const char *elf_needed(const struct elf *elf, size_t index);

/* Calls visit for each name that the file's relocations bind to another file (a name may come more than once;
   variables that the program holds a copy of are among them), or for each name that it defines for others.
   Returns 0, or -1 when the tables are broken. */
typedef void elf_visit(const char *name, void *context);
int elf_each_import(const struct elf *elf, elf_visit *visit, void *context);
int elf_each_definition(const struct elf *elf, elf_visit *visit, void *context);

#endif
