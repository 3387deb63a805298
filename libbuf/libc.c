/* Finding libc's own functions: see libc.h. */

#include "libc.h"
#include <dlfcn.h>

#define FIRST_VERSION "GLIBC_2.2.5" /* of glibc on x86-64 */

void *buf__libc_early(const char *name) {
    return dlvsym(RTLD_DEFAULT, name, FIRST_VERSION);
}

void *buf__libc(void **place, const char *name) {
    static void *handle;
    void *h = __atomic_load_n(&handle, __ATOMIC_ACQUIRE);
    if (!h) {
        h = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
        __atomic_store_n(&handle, h, __ATOMIC_RELEASE);
    }
    int saved = errno;
    void *found = h ? dlsym(h, name) : NULL;
    errno = saved;
    __atomic_store_n(place, found, __ATOMIC_RELAXED);
    return found;
}

void *buf__libc_symbol(const char *name) {
    void *place;
    return buf__libc(&place, name);
}
