/* The slow half of lock.h: waiting and waking, in glibc's protocol (0 free, 1 taken, 2 taken with
   waiters). */

#include "lock.h"
#include "sys.h"

void buf__lock_wait(int *word) {
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0)
        buf__futex_wait(word, 2);
}

void buf__lock_wake(int *word) {
    buf__futex_wake(word);
}

void buf__lock_abandon(void *stream) {
    struct stream *s = stream;
    while (s->lock.owner == __builtin_thread_pointer() && s->entered > 0) {
        s->entered--;
        unlock_stream(s);
    }
}
