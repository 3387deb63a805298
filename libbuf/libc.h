/* libc's own functions, for foreign streams and for what is left to libc. They come from libc's handle, not
   RTLD_NEXT, which would find a second copy of libbuf when a linked program is also preloaded. */

#ifndef BUF_LIBC_H
#define BUF_LIBC_H

#include "stream.h"

/* The address of libc's `name`, kept in *place; NULL when libc has none. */
void *buf__libc(void **place, const char *name);

/* libc's function of that name and type, looked up once a place of use. */
#define LIBC_AS(type, name)                                                                                  \
    ({                                                                                                       \
        static void *place_;                                                                                 \
        void *found_ = __atomic_load_n(&place_, __ATOMIC_RELAXED);                                           \
        (type)(found_ ? found_ : buf__libc(&place_, name));                                                  \
    })

/* The same for the start, which runs before libc's own constructor: dlopen would run that with an empty
   environment. By version, because only libc's definitions have one: no wrapper and no copy of libbuf can be
   found instead. These names have the architecture's first version. */
void *buf__libc_early(const char *name);
#define LIBC_EARLY(name) ((__typeof__(&name))buf__libc_early(#name))

/* libc's symbol, looked up each time. */
void *buf__libc_symbol(const char *name);

#define LIBC(name) LIBC_AS(__typeof__(&name), #name)

#endif
