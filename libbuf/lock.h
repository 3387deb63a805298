/* Locks of streams and of the list. A stream's lock is glibc's own word and protocol, since libc locks our
   streams too. Entries skip it while the process has one thread; flockfile never does. An operation unlocks
   only what it locked itself. */

#ifndef BUF_LOCK_H
#define BUF_LOCK_H

#include "stream.h"

void buf__lock_wait(int *word); /* takes a word that was not free */
void buf__lock_wake(int *word); /* wakes one waiter */

static inline void word_lock(int *word) {
    int expected = 0;
    if (!__atomic_compare_exchange_n(word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        buf__lock_wait(word);
}

static inline bool word_trylock(int *word) {
    int expected = 0;
    return __atomic_compare_exchange_n(word, &expected, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void word_unlock(int *word) {
    if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) > 1)
        buf__lock_wake(word);
}

static inline void lock_stream(struct stream *s) {
    void *self = __builtin_thread_pointer();
    if (s->lock.owner != self) {
        word_lock(&s->lock.word);
        s->lock.owner = self;
    }
    s->lock.depth++;
}

static inline bool trylock_stream(struct stream *s) {
    void *self = __builtin_thread_pointer();
    if (s->lock.owner != self) {
        if (!word_trylock(&s->lock.word))
            return false;
        s->lock.owner = self;
    }
    s->lock.depth++;
    return true;
}

static inline void unlock_stream(struct stream *s) {
    if (--s->lock.depth == 0) {
        s->lock.owner = NULL;
        word_unlock(&s->lock.word);
    }
}

/* Locks for one entry; what it returns goes to leave(). */
static inline struct stream *enter(struct stream *s) {
    if (__builtin_expect(__libc_single_threaded || (s->file._flags & FLAG_USER_LOCK), 1))
        return NULL;
    lock_stream(s);
    s->entered++;
    return s;
}

static inline void leave(struct stream **s) {
    if (*s) {
        (*s)->entered--;
        unlock_stream(*s);
    }
}

#ifdef BUF_CHECK
void buf__check(struct stream *);

static inline void check_at_leave(struct stream **s) {
    buf__check(*s);
}

#define LOCKED(s)                                                                                            \
    struct stream *locked_stream __attribute__((cleanup(leave), unused)) = enter(s);                         \
    struct stream *checked_stream __attribute__((cleanup(check_at_leave), unused)) = (s)
#else
#define LOCKED(s) struct stream *locked_stream __attribute__((cleanup(leave), unused)) = enter(s)
#endif

/* For pthread_cleanup_push around what may be cancelled: gives back every level that entries hold. */
void buf__lock_abandon(void *stream);

#endif
