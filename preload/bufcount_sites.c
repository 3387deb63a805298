/* Where the system calls of libc are: looked for once, in bufcount's own copy, so that not every program with threads
   must read the whole text of its libc before the first one starts. */
#include "bufcount.h"
#include "shim/site.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>

enum { MARGIN = 64 };

static int list_sites(struct dl_phdr_info *object, size_t size, void *argument) {
    struct shared *shared = argument;
    const char *name = strrchr(object->dlpi_name, '/');
    (void)size;
    if (!name || strcmp(name, "/libc.so.6") != 0)
        return 0;
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
            continue;
        uintptr_t begin = object->dlpi_addr + segment->p_vaddr, end = begin + segment->p_memsz - MARGIN;
        shared->text_size = segment->p_memsz;
        shared->site_count = 0;
        for (uintptr_t site = begin + MARGIN; (site = site_next(site, end)) && shared->site_count < SITES;)
            shared->sites[shared->site_count++] = (uint32_t)(site - begin);
    }
    return 1;
}

void memory_list_sites(struct shared *shared) {
    if (strcmp(gnu_get_libc_version(), SITE_PROVED_LIBC) == 0)
        dl_iterate_phdr(list_sites, shared);
}
