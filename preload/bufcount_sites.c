/* What patching wants to know before the run: where the system calls of libc are, looked for once, in bufcount's own
   copy, so that not every program with threads must read the whole text of its libc before the first one starts; and
   whether code may be written under the seccomp filters of a container. */
#include "bufcount.h"
#include "shim/site.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* The number of seccomp filters over this process; 0 where there is none, or the kernel does not tell. */
static uint32_t own_filters(void) {
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];
    unsigned filters = 0;
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "Seccomp_filters: %u", &filters) == 1)
            break;
    if (status)
        fclose(status);
    return filters;
}

/* Whether one who makes code writable is left alive, and gets what it asked for. */
static bool code_is_writable(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
        uintptr_t page = (uintptr_t)code_is_writable & ~(uintptr_t)4095;
        _exit(mprotect((void *)page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

void memory_list_sites(struct shared *shared) {
    shared->filters = own_filters();
    if (shared->filters && !code_is_writable())
        shared->filters = 0;
    if (strcmp(gnu_get_libc_version(), SITE_PROVED_LIBC) == 0)
        dl_iterate_phdr(list_sites, shared);
}
