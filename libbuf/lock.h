/* Locks of streams and of the list. Entries skip them while the process has one thread; flockfile never does.
   An operation unlocks only what it locked itself.

   A stream's lock is glibc's own word and protocol, since libc locks our streams too. An atomic exchange
   costs more than most calls of stdio, so a stream that one thread keeps using is biased to it: the thread
   holds the stream by plain stores to its own counter (busy) as long as `bias` names it. Another thread takes
   the word, withdraws the bias, has the kernel run a memory barrier on every processor that runs this process
   (membarrier), and waits until the counter is zero; from there on the word rules, until one thread has used
   the stream often enough in a row.

   What holds at all times:
     - only the holder of the word changes `bias`;
     - nobody waits for a counter with the word in hand;
     - a turn's counter is written by its thread alone, and is never another thread's afterwards;
       so a thread that was late to see its bias go disturbs nobody;
     - whoever works with the word in hand has seen the counter of the last turn at zero;
     - once `plain` is set, whoever holds the stream holds it by the word.

   libc must not take the word of a biased stream behind our back: buf__revoke comes before (handed.c). */

#ifndef BUF_LOCK_H
#define BUF_LOCK_H

#include "stream.h"

enum {
    WITHDRAWN = 32,     /* in `bias`: its thread keeps what it holds and gets no more */
    ENTRY = 1,          /* in `busy`: one level of an entry, up to 4095 */
    USER = ENTRY << 12, /* one level of flockfile, up to a million */
};

void buf__lock_wait(int *word); /* takes a word that was not free */
void buf__lock_wake(int *word); /* wakes one waiter */

void buf__lock_slow(struct stream *, unsigned level); /* holds one more level, without the bias if need be */
bool buf__trylock_slow(struct stream *,
                       unsigned level); /* the same without waiting; false: another holds it */
void buf__unlock_slow(struct stream *, unsigned level);

/* The bias went while its thread took a level of that turn: whether it holds the stream from before. */
bool buf__bias_lost(struct lock *, uintptr_t turn, unsigned level);

/* The bias went while its thread held the stream: wakes who waits for that. */
void buf__bias_left(struct lock *, uintptr_t turn);

/* Asks the kernel for membarrier; before there are threads, since it is slow afterwards. Without it nothing
   is biased. */
void buf__lock_start(void);

/* Ends a stream's bias for good, before libc is handed the stream: what this thread holds it then holds by
   the word. */
void buf__revoke(struct stream *);

/* In the child of a fork: what this thread holds stays held, what others held is free. */
void buf__lock_after_fork(struct stream *);

/* For pthread_cleanup_push around what may be cancelled: gives back every level that entries hold. */
void buf__lock_abandon(void *stream);

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

/* This thread's turn, if the stream is biased to it: below TURNS; else a large number. */
static inline uintptr_t my_turn(const struct lock *l) {
    return __atomic_load_n(&l->bias, __ATOMIC_RELAXED) - (uintptr_t)__builtin_thread_pointer();
}

/* A counter that only this thread writes goes from one known value to another, or else changes by as much.
   The usual case stores a constant: a sum would make each call wait for the store of the one before. The
   compiler may not move it; the processor may: see membarrier. */
static inline void count_levels(uint32_t *busy, uint32_t from, uint32_t to) {
    uint32_t was = __atomic_load_n(busy, __ATOMIC_RELAXED);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(was == from, 1)) {
        __atomic_store_n(busy, to, __ATOMIC_RELEASE);
        __asm__ volatile("" ::: "memory");
    } else {
        __atomic_store_n(busy, was + (to - from), __ATOMIC_RELEASE);
        __atomic_signal_fence(__ATOMIC_SEQ_CST);
    }
}

/* Holds one more level by this thread's bias; false when there is none. */
static inline bool hold_biased(struct lock *l, unsigned level) {
    uintptr_t turn = my_turn(l);
    if (__builtin_expect(turn >= TURNS, 0))
        return false;
    count_levels(&l->busy[turn], 0, level);
    return __builtin_expect(my_turn(l) == turn, 1) || buf__bias_lost(l, turn, level);
}

static inline bool release_biased(struct lock *l, unsigned level) {
    uintptr_t turn = my_turn(l);
    if (__builtin_expect(turn >= TURNS, 0))
        return false;
    count_levels(&l->busy[turn], level, 0);
    if (__builtin_expect(my_turn(l) != turn, 0))
        buf__bias_left(l, turn);
    return true;
}

static inline bool is_plain(const struct lock *l) {
    return __atomic_load_n(&l->plain, __ATOMIC_RELAXED);
}

/* The first level, by the word as libc does; false when the stream may be biased or this thread holds it. */
static inline bool hold_plain(struct lock *l, unsigned level) {
    void *self = __builtin_thread_pointer();
    if (__builtin_expect(!is_plain(l) || l->owner == self, 0))
        return false;
    word_lock(&l->word);
    l->owner = self;
    l->depth = 1;
    l->entered = level == ENTRY;
    return true;
}

static inline bool release_plain(struct lock *l) {
    if (__builtin_expect(!is_plain(l) || l->depth != 1, 0))
        return false;
    l->owner = NULL;
    l->depth = 0;
    l->entered = 0;
    word_unlock(&l->word);
    return true;
}

static inline void lock_stream(struct stream *s) {
    if (!hold_biased(&s->lock, USER))
        buf__lock_slow(s, USER);
}

static inline bool trylock_stream(struct stream *s) {
    return hold_biased(&s->lock, USER) || buf__trylock_slow(s, USER);
}

static inline void unlock_stream(struct stream *s) {
    if (!release_biased(&s->lock, USER))
        buf__unlock_slow(s, USER);
}

/* Locks for one entry; what it returns goes to leave(). */
static inline struct stream *enter(struct stream *s) {
    if (__builtin_expect(__libc_single_threaded || (s->file._flags & FLAG_USER_LOCK), 1))
        return NULL;
    if (!hold_biased(&s->lock, ENTRY) && !hold_plain(&s->lock, ENTRY))
        buf__lock_slow(s, ENTRY);
    return s;
}

static inline void leave(struct stream **s) {
    if (*s && !release_biased(&(*s)->lock, ENTRY) && !release_plain(&(*s)->lock))
        buf__unlock_slow(*s, ENTRY);
}

#ifdef BUF_CHECK
void buf__check(struct stream *);
void buf__check_fork(bool list_held);

static inline void check_at_leave(struct stream **s) {
    buf__check(*s);
}

#define LOCKED(s)                                                                                            \
    struct stream *locked_stream __attribute__((cleanup(leave), unused)) = enter(s);                         \
    struct stream *checked_stream __attribute__((cleanup(check_at_leave), unused)) = (s)
#else
#define LOCKED(s) struct stream *locked_stream __attribute__((cleanup(leave), unused)) = enter(s)
#endif

#endif
