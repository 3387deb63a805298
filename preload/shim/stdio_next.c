/* The definition behind the shim's wrapper of a stdio name: what the program would have called without the
   shim, libc's or libbuf's. As dlsym(RTLD_NEXT) finds it, but without its lock, its memory and errno: a
   wrapper may run for the first time in a signal handler or in the child of a fork among threads. */
#include "stdio_wrap.h"

#include <elf.h>
#include <link.h>
#include <string.h>

enum { HIDDEN_VERSION = 0x8000, BITS = 64 };

/* The tables of one loaded object. */
struct object {
    const ElfW(Sym) * symbols;
    const char *names;
    const uint16_t *versions; /* of the symbols, or NULL */
    const uint32_t *hash;     /* DT_GNU_HASH, or NULL */
};

static struct object tables_of(const struct link_map *map) {
    struct object object = {0};
    for (const ElfW(Dyn) *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
        if (entry->d_un.d_ptr < map->l_addr)
            continue; /* not relocated, as in the vdso */
        const void *table = (const void *)entry->d_un.d_ptr;
        if (entry->d_tag == DT_SYMTAB)
            object.symbols = table;
        else if (entry->d_tag == DT_STRTAB)
            object.names = table;
        else if (entry->d_tag == DT_VERSYM)
            object.versions = table;
        else if (entry->d_tag == DT_GNU_HASH)
            object.hash = table;
    }
    return object;
}

static uint32_t hash_of(const char *name) {
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (uint8_t)*name;
    return hash;
}

static bool fits(const struct object *object, uint32_t index, const char *name) {
    const ElfW(Sym) *symbol = &object->symbols[index];
    return symbol->st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC &&
           !(object->versions && object->versions[index] & HIDDEN_VERSION) &&
           strcmp(object->names + symbol->st_name, name) == 0;
}

/* The table is: buckets, first symbol, words of the filter, shift; filter; buckets; chains. */
static void *look_up(const struct link_map *map, const char *name, uint32_t hash) {
    struct object object = tables_of(map);
    if (!object.hash || !object.symbols || !object.names || !object.hash[0])
        return NULL;
    uint32_t buckets = object.hash[0], first = object.hash[1], words = object.hash[2], shift = object.hash[3];
    const uint64_t *filter = (const uint64_t *)(object.hash + 4);
    const uint32_t *bucket = (const uint32_t *)(filter + words), *chain = bucket + buckets;
    uint64_t word = filter[hash / BITS % words];
    if (!(word >> hash % BITS & word >> (hash >> shift) % BITS & 1))
        return NULL;
    for (uint32_t i = bucket[hash % buckets]; i >= first; i++) {
        if ((chain[i - first] | 1) == (hash | 1) && fits(&object, i, name))
            return (void *)(map->l_addr + object.symbols[i].st_value);
        if (chain[i - first] & 1)
            break;
    }
    return NULL;
}

void *stdio_find(void **place, const char *name) {
    const struct link_map *map = _r_debug.r_map;
    while (map && map->l_ld != _DYNAMIC)
        map = map->l_next;
    uint32_t hash = hash_of(name);
    void *found = NULL;
    while (map && !found && (map = map->l_next))
        found = look_up(map, name, hash);
    __atomic_store_n(place, found, __ATOMIC_RELAXED);
    return found;
}
