/* Reading one ELF file; see bufrun_elf.h. Everything goes through take(), which never leaves the file: no
   mapping, so that a file shortened meanwhile is a short read and not a SIGBUS. */
#include "bufrun_elf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* SIZE bytes of the file at OFFSET in fresh memory with a NUL behind them, or NULL when the file has not got
   them. */
static void *take(const struct elf *elf, uint64_t offset, uint64_t size) {
    if (offset > elf->size || size > elf->size - offset)
        return NULL;
    char *bytes = malloc(size + 1);
    if (!bytes)
        return NULL;
    for (uint64_t done = 0; done < size;) {
        ssize_t got = pread(elf->descriptor, bytes + done, size - done, (off_t)(offset + done));
        if (got <= 0) {
            free(bytes);
            return NULL;
        }
        done += (uint64_t)got;
    }
    bytes[size] = 0;
    return bytes;
}

/* SIZE bytes at the virtual ADDRESS, as take. */
static void *take_address(const struct elf *elf, uint64_t address, uint64_t size) {
    for (size_t i = 0; i < elf->header.e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];
        if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
            address - segment->p_vaddr <= segment->p_filesz &&
            size <= segment->p_filesz - (address - segment->p_vaddr) &&
            segment->p_offset <= UINT64_MAX - (address - segment->p_vaddr))
            return take(elf, segment->p_offset + (address - segment->p_vaddr), size);
    }
    return NULL;
}

/* COUNT items of ITEM bytes at the virtual address. */
static void *take_table(const struct elf *elf, uint64_t address, uint64_t count, uint64_t item) {
    uint64_t size;
    return __builtin_mul_overflow(count, item, &size) ? NULL : take_address(elf, address, size);
}

uint64_t elf_dynamic(const struct elf *elf, int64_t tag, uint64_t absent) {
    for (size_t i = 0; i < elf->dynamic_count; i++)
        if (elf->dynamic[i].d_tag == tag)
            return elf->dynamic[i].d_un.d_val;
    return absent;
}

static const char *string_at(const struct elf *elf, uint64_t offset) {
    return offset < elf->strings_size ? elf->strings + offset : NULL;
}

const char *elf_soname(const struct elf *elf) {
    return string_at(elf, elf_dynamic(elf, DT_SONAME, UINT64_MAX));
}

const char *elf_needed(const struct elf *elf, size_t index) {
    for (size_t i = 0; i < elf->dynamic_count; i++)
        if (elf->dynamic[i].d_tag == DT_NEEDED && index-- == 0)
            return string_at(elf, elf->dynamic[i].d_un.d_val);
    return NULL;
}

static bool read_dynamic(struct elf *elf, const Elf64_Phdr *segment) {
    free(elf->dynamic);
    elf->dynamic = take(elf, segment->p_offset, segment->p_filesz);
    if (!elf->dynamic)
        return false;
    size_t most = segment->p_filesz / sizeof *elf->dynamic;
    for (elf->dynamic_count = 0; elf->dynamic_count < most; elf->dynamic_count++)
        if (elf->dynamic[elf->dynamic_count].d_tag == DT_NULL)
            break;
    return true;
}

static bool read_tables(struct elf *elf) {
    elf->segments = take(elf, elf->header.e_phoff, (uint64_t)elf->header.e_phnum * sizeof *elf->segments);
    if (!elf->segments)
        return false;
    for (size_t i = 0; i < elf->header.e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];
        if (segment->p_type == PT_INTERP && !elf->interpreter &&
            (segment->p_filesz > PATH_MAX ||
             !(elf->interpreter = take(elf, segment->p_offset, segment->p_filesz))))
            return false;
        if (segment->p_type == PT_DYNAMIC && !read_dynamic(elf, segment))
            return false;
    }
    elf->strings_size = elf_dynamic(elf, DT_STRSZ, 0);
    if (elf->strings_size)
        elf->strings = take_address(elf, elf_dynamic(elf, DT_STRTAB, 0), elf->strings_size);
    return elf->strings || !elf->strings_size;
}

static enum elf_result read_header(struct elf *elf) {
    unsigned char ident[EI_NIDENT] = {0};
    if (pread(elf->descriptor, ident, sizeof ident, 0) < 0)
        return ELF_NO_ACCESS;
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return ELF_NOT_ELF;
    if (ident[EI_CLASS] == ELFCLASS32)
        return ELF_OTHER_CLASS;
    if (ident[EI_CLASS] == OUR_CLASS && ident[EI_DATA] == ELFDATA2MSB)
        return ELF_OTHER_MACHINE;
    ssize_t got = pread(elf->descriptor, &elf->header, sizeof elf->header, 0);
    if (got != (ssize_t)sizeof elf->header || ident[EI_CLASS] != OUR_CLASS ||
        ident[EI_DATA] != OUR_BYTE_ORDER)
        return ELF_BROKEN;
    if (elf->header.e_machine != OUR_MACHINE)
        return ELF_OTHER_MACHINE;
    bool runs = elf->header.e_type == ET_EXEC || elf->header.e_type == ET_DYN;
    return runs && elf->header.e_phentsize == sizeof *elf->segments ? ELF_READ : ELF_BROKEN;
}

enum elf_result elf_open(struct elf *elf, const char *path) {
    memset(elf, 0, sizeof *elf);
    struct stat status;
    /* NONBLOCK: a named pipe is answered for, not waited for. */
    elf->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (elf->descriptor < 0)
        return ELF_NO_ACCESS;
    enum elf_result result = ELF_NO_ACCESS;
    if (fstat(elf->descriptor, &status) == 0) {
        elf->size = status.st_size > 0 ? (uint64_t)status.st_size : 0;
        result = S_ISREG(status.st_mode) ? read_header(elf) : ELF_NOT_ELF;
    }
    if (result == ELF_READ && !read_tables(elf))
        result = ELF_BROKEN;
    if (result != ELF_READ) {
        int error = errno;
        elf_close(elf);
        errno = error;
    }
    return result;
}

void elf_close(struct elf *elf) {
    if (elf->descriptor >= 0)
        close(elf->descriptor);
    free(elf->segments);
    free(elf->interpreter);
    free(elf->dynamic);
    free(elf->strings);
    memset(elf, 0, sizeof *elf);
    elf->descriptor = -1;
}

const char *elf_problem(enum elf_result result) {
    switch (result) {
    case ELF_READ:
        break;
    case ELF_NO_ACCESS:
        return strerror(errno);
    case ELF_NOT_ELF:
        return "not an ELF file";
    case ELF_OTHER_CLASS:
        return "a 32-bit program, and libbuf is a 64-bit library";
    case ELF_OTHER_MACHINE:
        return "made for another processor than libbuf";
    case ELF_BROKEN:
        return "a damaged ELF file";
    }
    return "an ELF file";
}

/* One of the two relocation tables: visits the names that it binds to others. */
static int each_bound(const struct elf *elf, uint64_t address, uint64_t size, elf_visit *visit,
                      void *context) {
    uint64_t count = size / sizeof(Elf64_Rela), last = 0;
    Elf64_Rela *table = take_table(elf, address, count, sizeof *table);
    for (uint64_t i = 0; table && i < count; i++)
        if (ELF64_R_SYM(table[i].r_info) > last)
            last = ELF64_R_SYM(table[i].r_info);
    Elf64_Sym *symbols = take_table(elf, elf_dynamic(elf, DT_SYMTAB, 0), last + 1, sizeof *symbols);
    bool right = table && symbols;
    for (uint64_t i = 0; right && i < count; i++) {
        const Elf64_Sym *symbol = &symbols[ELF64_R_SYM(table[i].r_info)];
        if (symbol == symbols)
            continue;
        const char *name = string_at(elf, symbol->st_name);
        right = name;
        if (name && (symbol->st_shndx == SHN_UNDEF || ELF64_R_TYPE(table[i].r_info) == OUR_COPY))
            visit(name, context);
    }
    free(table);
    free(symbols);
    return right ? 0 : -1;
}

int elf_each_import(const struct elf *elf, elf_visit *visit, void *context) {
    uint64_t data = elf_dynamic(elf, DT_RELASZ, 0), calls = elf_dynamic(elf, DT_PLTRELSZ, 0);
    if (data && each_bound(elf, elf_dynamic(elf, DT_RELA, 0), data, visit, context) < 0)
        return -1;
    return calls ? each_bound(elf, elf_dynamic(elf, DT_JMPREL, 0), calls, visit, context) : 0;
}

/* How many dynamic symbols there are, which only the hash tables tell; 0 when they are broken or absent. */
static uint64_t count_symbols(const struct elf *elf) {
    uint64_t address = elf_dynamic(elf, DT_GNU_HASH, 0), count = 0;
    uint32_t *head = address ? take_table(elf, address, 4, 4) : NULL;
    if (!head) {
        address = elf_dynamic(elf, DT_HASH, 0);
        head = address ? take_table(elf, address, 2, 4) : NULL;
        count = head ? head[1] : 0;
        free(head);
        return count;
    }
    /* Buckets hold the first symbol of each chain; a chain ends at the hash whose lowest bit is set. */
    uint64_t buckets_at = address + 16 + 8 * (uint64_t)head[2], bucket_count = head[0], first = head[1];
    uint64_t chains_at = buckets_at + 4 * bucket_count, last = 0;
    free(head);
    uint32_t *buckets = take_table(elf, buckets_at, bucket_count, 4);
    for (uint64_t i = 0; buckets && i < bucket_count; i++)
        if (buckets[i] > last)
            last = buckets[i];
    free(buckets);
    if (last < first || !last)
        return 0;
    for (uint32_t *hash; (hash = take_table(elf, chains_at + 4 * (last - first), 1, 4)); last++) {
        bool ends = *hash & 1;
        free(hash);
        if (ends)
            return last + 1;
    }
    return 0;
}

int elf_each_definition(const struct elf *elf, elf_visit *visit, void *context) {
    uint64_t count = count_symbols(elf);
    if (!count)
        return 0;
    Elf64_Sym *symbols = take_table(elf, elf_dynamic(elf, DT_SYMTAB, 0), count, sizeof *symbols);
    for (uint64_t i = 1; symbols && i < count; i++) {
        const char *name = string_at(elf, symbols[i].st_name);
        unsigned bind = ELF64_ST_BIND(symbols[i].st_info), type = ELF64_ST_TYPE(symbols[i].st_info);
        if (name && symbols[i].st_shndx != SHN_UNDEF &&
            (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) && type != STT_SECTION &&
            type != STT_FILE)
            visit(name, context);
    }
    free(symbols);
    return symbols ? 0 : -1;
}
