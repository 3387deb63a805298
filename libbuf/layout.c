/* The facts about glibc's layout that libbuf rests on, proved by the compiler. What the headers do not say
   (the words behind the public struct) is proved at start by start.c. */

#include "stream.h"

_Static_assert(sizeof(struct _IO_FILE) == 216, "the public part ends where libc's vtable pointer begins");
_Static_assert(offsetof(struct stream, vtable) == sizeof(struct _IO_FILE),
               "vtable directly behind the public part");
_Static_assert(offsetof(struct stream, cookie) == offsetof(struct stream, vtable) + sizeof(void *),
               "then the cookie");
_Static_assert(offsetof(struct stream, io) == offsetof(struct stream, cookie) + sizeof(void *),
               "then the functions");
_Static_assert(offsetof(struct stream, file) == 0, "a heap FILE is the first member of its malloc block");
_Static_assert(offsetof(struct lock, word) == 0 && offsetof(struct lock, depth) == 4 &&
                   offsetof(struct lock, owner) == 8,
               "glibc's _IO_lock_t");
_Static_assert(sizeof(off_t) == 8 && sizeof(fpos_t) == sizeof(fpos64_t), "one body serves the 64 names");
_Static_assert(((unsigned)FLAG_USER_LOCK & STREAM_MAGIC_MASK) == 0, "the magic leaves libc's flags alone");
