/* Counting where dispatch is refused: what can be seen by symbols alone. The entries for some of libc's
   functions in the tables of every loaded object are made to lead to counting wrappers. Calls that libc makes
   inside, calls by syscall(2) or by instructions, and objects loaded later are not seen; bufcount says so. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "shim.h"

/* WRAP(result, name, number of the system call, parameters, arguments) */
#define WRAPPED                                                                                              \
    WRAP(ssize_t, read, SYS_read, (int a, void *b, size_t c), (a, b, c))                                     \
    WRAP(ssize_t, write, SYS_write, (int a, const void *b, size_t c), (a, b, c))                             \
    WRAP(ssize_t, pread, SYS_pread64, (int a, void *b, size_t c, off_t d), (a, b, c, d))                     \
    WRAP(ssize_t, pread64, SYS_pread64, (int a, void *b, size_t c, off_t d), (a, b, c, d))                   \
    WRAP(ssize_t, pwrite, SYS_pwrite64, (int a, const void *b, size_t c, off_t d), (a, b, c, d))             \
    WRAP(ssize_t, pwrite64, SYS_pwrite64, (int a, const void *b, size_t c, off_t d), (a, b, c, d))           \
    WRAP(ssize_t, readv, SYS_readv, (int a, const struct iovec *b, int c), (a, b, c))                        \
    WRAP(ssize_t, writev, SYS_writev, (int a, const struct iovec *b, int c), (a, b, c))                      \
    WRAP(int, open, SYS_openat, (const char *a, int b, mode_t c), (a, b, c))                                 \
    WRAP(int, open64, SYS_openat, (const char *a, int b, mode_t c), (a, b, c))                               \
    WRAP(int, openat, SYS_openat, (int a, const char *b, int c, mode_t d), (a, b, c, d))                     \
    WRAP(int, close, SYS_close, (int a), (a))                                                                \
    WRAP(off_t, lseek, SYS_lseek, (int a, off_t b, int c), (a, b, c))                                        \
    WRAP(off_t, lseek64, SYS_lseek, (int a, off_t b, int c), (a, b, c))                                      \
    WRAP(int, fsync, SYS_fsync, (int a), (a))                                                                \
    WRAP(int, fdatasync, SYS_fdatasync, (int a), (a))

static void count(long number, int64_t result) {
    count_begin((uint64_t)number);
    count_result((uint64_t)number, result < 0 ? -errno : result);
    count_end();
}

#define WRAP(result, name, number, parameters, arguments)                                                    \
    static result(*real_##name) parameters;                                                                  \
    static result counted_##name parameters {                                                                \
        result value = real_##name arguments;                                                                \
        count(number, value);                                                                                \
        return value;                                                                                        \
    }
WRAPPED
#undef WRAP

static const struct {
    const char *name; /* of libc's function */
    void *counted;    /* the wrapper */
    void **real;      /* where the wrapper looks for it */
} wrapped[] = {
#define WRAP(result, name, number, parameters, arguments)                                                    \
    {#name, (void *)counted_##name, (void **)&real_##name},
    WRAPPED
#undef WRAP
};

static void *wrapper_of(const char *name) {
    for (size_t i = 0; i < sizeof wrapped / sizeof wrapped[0]; i++)
        if (strcmp(wrapped[i].name, name) == 0 && *wrapped[i].real)
            return wrapped[i].counted;
    return NULL;
}

/* Writes a table entry that may lie in memory made read-only after relocation; it stays writable. */
static void redirect(void **entry, void *to) {
    uintptr_t page = (uintptr_t)entry & ~(uintptr_t)4095;
    if (mprotect((void *)page, 4096, PROT_READ | PROT_WRITE) == 0)
        *entry = to;
}

static void redirect_all(const struct dl_phdr_info *object, const ElfW(Rela) * relocation, size_t size,
                         const ElfW(Sym) * symbols, const char *names) {
    for (size_t i = 0; i < size / sizeof *relocation; i++) {
        unsigned type = ELF64_R_TYPE(relocation[i].r_info);
        if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
            continue;
        void *to = wrapper_of(names + symbols[ELF64_R_SYM(relocation[i].r_info)].st_name);
        if (to)
            redirect((void **)(object->dlpi_addr + relocation[i].r_offset), to);
    }
}

static int one_object(struct dl_phdr_info *object, size_t size, void *unused) {
    const ElfW(Dyn) *dynamic = NULL;
    (void)size;
    (void)unused;
    if (strstr(object->dlpi_name, "libbufcount.so") || strstr(object->dlpi_name, "vdso"))
        return 0;
    for (unsigned i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const ElfW(Dyn) *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
    const ElfW(Rela) *data = NULL, *calls = NULL;
    const ElfW(Sym) *symbols = NULL;
    const char *names = NULL;
    size_t data_size = 0, calls_size = 0;
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
        switch (dynamic->d_tag) {
        case DT_RELA:
            data = (const void *)dynamic->d_un.d_ptr;
            break;
        case DT_RELASZ:
            data_size = dynamic->d_un.d_val;
            break;
        case DT_JMPREL:
            calls = (const void *)dynamic->d_un.d_ptr;
            break;
        case DT_PLTRELSZ:
            calls_size = dynamic->d_un.d_val;
            break;
        case DT_SYMTAB:
            symbols = (const void *)dynamic->d_un.d_ptr;
            break;
        case DT_STRTAB:
            names = (const void *)dynamic->d_un.d_ptr;
            break;
        }
    }
    if (!symbols || !names || (uintptr_t)symbols < object->dlpi_addr)
        return 0;
    redirect_all(object, data, data ? data_size : 0, symbols, names);
    redirect_all(object, calls, calls ? calls_size : 0, symbols, names);
    return 0;
}

void count_by_symbols(void) {
    for (size_t i = 0; i < sizeof wrapped / sizeof wrapped[0]; i++)
        *wrapped[i].real = dlsym(RTLD_NEXT, wrapped[i].name);
    dl_iterate_phdr(one_object, NULL);
}
