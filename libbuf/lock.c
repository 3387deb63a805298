/* The slow half of lock.h: the word, in glibc's protocol (0 free, 1 taken, 2 taken with waiters), and how a
   bias is given and withdrawn. */

#include "lock.h"
#include "sys.h"
#include <linux/membarrier.h>

/* Calls in a row by one thread after which the stream is biased to it, the first time and after each
   withdrawal: what a withdrawal costs (1 to 10 us) is then saved at least once. */
static const uint32_t enough[TURNS] = {4, 512, 16384};

enum { CONTENDED = 16 }; /* waits after which a stream is taken to be shared, and never biased again */

static bool barrier_works;

void buf__lock_start(void) {
    uintptr_t self = (uintptr_t)__builtin_thread_pointer();
    barrier_works =
        self % (2 * WITHDRAWN) == 0 && buf__sys_membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}

/* Every other thread of the process passes a full memory barrier before this returns. */
static void barrier_everywhere(void) {
    if (buf__sys_membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0)
        return;
    /* A filter that came after the start forbids it. What a processor has stored shows within microseconds.
     */
    barrier_works = false;
    buf__sys_sleep(1000000);
}

/* Before a thread sleeps it looks again a few times, and stays away from the word in between: so the holder
   keeps the cache line and gets through many calls meanwhile. That is what makes a shared stream quick. */
enum { LOOKS = 2, CYCLES_BETWEEN = 4096 };

static void stay_away(void) {
    for (uint64_t start = __builtin_ia32_rdtsc(); __builtin_ia32_rdtsc() - start < CYCLES_BETWEEN;)
        __builtin_ia32_pause();
}

void buf__lock_wait(int *word) {
    for (int looks = 0; looks < LOOKS && __atomic_load_n(word, __ATOMIC_RELAXED) != 2; looks++) {
        stay_away();
        if (word_trylock(word))
            return;
    }
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0)
        buf__futex_wait(word, 2);
}

void buf__lock_wake(int *word) {
    buf__futex_wake(word);
}

static uint32_t levels(const struct lock *l, uintptr_t turn) {
    return __atomic_load_n(&l->busy[turn], __ATOMIC_ACQUIRE);
}

static void add_levels(struct lock *l, uintptr_t turn, uint32_t change) {
    count_levels(&l->busy[turn], -change, 0);
}

/* The turn in which this thread holds the stream by a bias, withdrawn or not; TURNS when it does not. */
static uintptr_t held_turn(const struct lock *l) {
    uintptr_t turn = my_turn(l);
    if (turn >= TURNS)
        turn -= WITHDRAWN;
    return turn < TURNS && levels(l, turn) ? turn : TURNS;
}

static void wake_waiters_for(struct lock *l, uintptr_t turn) {
    buf__futex_wake_all((int *)&l->busy[turn]);
}

bool buf__bias_lost(struct lock *l, uintptr_t turn, unsigned level) {
    if (levels(l, turn) != level)
        return true;
    add_levels(l, turn, -level);
    wake_waiters_for(l, turn);
    return false;
}

void buf__bias_left(struct lock *l, uintptr_t turn) {
    if (levels(l, turn) == 0)
        wake_waiters_for(l, turn);
}

/* With the word in hand: withdraws whoever's bias there is. Returns the levels its thread still holds; at 0
   the bias is gone. */
static uint32_t withdraw(struct lock *l) {
    uintptr_t bias = l->bias, turn = bias % WITHDRAWN;
    if (bias == 0)
        return 0;
    if (!(bias & WITHDRAWN)) {
        __atomic_store_n(&l->bias, bias | WITHDRAWN, __ATOMIC_RELEASE);
        if (bias != turn + (uintptr_t)__builtin_thread_pointer())
            barrier_everywhere();
    }
    uint32_t held = levels(l, turn);
    if (held == 0) {
        __atomic_store_n(&l->bias, 0, __ATOMIC_RELEASE);
        l->plain |= l->turns == TURNS;
    }
    return held;
}

/* Takes the word of a stream that this thread does not hold, when nobody holds it by a bias either. */
static void take_word(struct lock *l) {
    while (true) {
        word_lock(&l->word);
        uintptr_t turn = l->bias % WITHDRAWN;
        uint32_t held = withdraw(l);
        if (held == 0)
            return;
        word_unlock(&l->word); /* its thread may want it before it lets go */
        buf__futex_wait((int *)&l->busy[turn], (int)held);
    }
}

static bool standard(const struct stream *s) {
    return &s->file == stdin || &s->file == stdout || &s->file == stderr;
}

/* With the word in hand: whether the stream becomes this thread's own, now that it takes it once more. */
static bool give_bias(struct stream *s, unsigned level) {
    struct lock *l = &s->lock;
    void *self = __builtin_thread_pointer();
    if (l->last != self) {
        l->last = self;
        l->streak = 0;
    }
    l->plain |= l->waits >= CONTENDED || !barrier_works;
    if (l->plain || ++l->streak < enough[l->turns])
        return false;
    l->streak = 0;
    l->plain = standard(s);
    if (l->plain || __atomic_load_n(&l->word, __ATOMIC_RELAXED) != 1)
        return false;
    uintptr_t turn = l->turns++;
    __atomic_store_n(&l->busy[turn], level, __ATOMIC_RELAXED);
    __atomic_store_n(&l->bias, (uintptr_t)self + turn, __ATOMIC_RELEASE);
    return true;
}

/* One level more of the word, which this thread has. */
static inline void deepen(struct lock *l, unsigned level) {
    l->depth++;
    l->entered += level == ENTRY;
}

/* Holds one more level of what this thread holds already; false when it holds nothing. */
static bool hold_again(struct lock *l, unsigned level) {
    uintptr_t turn = held_turn(l);
    if (turn < TURNS)
        add_levels(l, turn, level);
    else if (l->owner == __builtin_thread_pointer())
        deepen(l, level);
    else
        return false;
    return true;
}

/* With the word in hand and the bias gone: the first level. */
static void hold_first(struct stream *s, unsigned level) {
    if (give_bias(s, level)) {
        word_unlock(&s->lock.word);
        return;
    }
    s->lock.owner = __builtin_thread_pointer();
    deepen(&s->lock, level);
}

void buf__lock_slow(struct stream *s, unsigned level) {
    struct lock *l = &s->lock;
    if (hold_again(l, level))
        return;
    if (__libc_single_threaded && l->word == 0 && l->bias == 0)
        l->word = 1;
    else if (hold_plain(l, level))
        return;
    else
        take_word(l);
    hold_first(s, level);
}

bool buf__trylock_slow(struct stream *s, unsigned level) {
    struct lock *l = &s->lock;
    if (hold_again(l, level))
        return true;
    if (!word_trylock(&l->word))
        return false;
    if (withdraw(l) != 0) {
        word_unlock(&l->word);
        return false;
    }
    hold_first(s, level);
    return true;
}

/* funlockfile of what another thread's flockfile holds by its bias: as with the word, it counts. */
static void unlock_for_another(struct lock *l) {
    word_lock(&l->word);
    uintptr_t turn = l->bias % WITHDRAWN;
    if (withdraw(l) >= USER) {
        add_levels(l, turn, -USER);
        if (withdraw(l) == 0)
            wake_waiters_for(l, turn);
    }
    word_unlock(&l->word);
}

/* Gives the word back; somebody may wait for it. */
static inline void give_word_back(struct lock *l) {
    l->owner = NULL;
    l->depth = 0;
    l->entered = 0;
    if (__libc_single_threaded) {
        l->word = 0;
    } else if (__atomic_exchange_n(&l->word, 0, __ATOMIC_RELEASE) > 1) {
        if (!is_plain(l)) { /* without the word in hand: what gets lost here does no harm */
            __atomic_store_n(&l->streak, 0, __ATOMIC_RELAXED);
            __atomic_store_n(&l->waits, l->waits + (l->waits < CONTENDED), __ATOMIC_RELAXED);
        }
        buf__lock_wake(&l->word);
    }
}

/* Gives a level of a withdrawn bias back, if this thread holds the stream by that. */
static bool release_withdrawn(struct lock *l, unsigned level) {
    uintptr_t turn = held_turn(l);
    if (turn == TURNS)
        return false;
    add_levels(l, turn, -level);
    buf__bias_left(l, turn);
    return true;
}

void buf__unlock_slow(struct stream *s, unsigned level) {
    struct lock *l = &s->lock;
    if (!is_plain(l) && release_withdrawn(l, level))
        return;
    if (__builtin_expect(l->depth == 1, 1)) {
        give_word_back(l);
    } else if (l->depth == 0) {
        unlock_for_another(l);
    } else {
        l->depth--;
        l->entered -= level == ENTRY;
    }
}

void buf__revoke(struct stream *s) {
    struct lock *l = &s->lock;
    void *self = __builtin_thread_pointer();
    if (is_plain(l))
        return;
    uintptr_t turn = held_turn(l);
    if (turn < TURNS) {
        word_lock(&l->word);
        uint32_t held = levels(l, turn);
        l->entered = (int)(held % USER);
        l->depth = (int)(held / USER) + l->entered;
        l->owner = self;
        l->plain = true;
        __atomic_store_n(&l->bias, 0, __ATOMIC_RELEASE);
        add_levels(l, turn, -held);
        wake_waiters_for(l, turn);
    } else if (l->owner == self) {
        l->plain = true;
    } else {
        take_word(l);
        l->plain = true;
        word_unlock(&l->word);
    }
}

void buf__lock_after_fork(struct stream *s) {
    struct lock *l = &s->lock, fresh = {.plain = l->plain};
    void *self = __builtin_thread_pointer();
    uintptr_t turn = held_turn(l);
    if (turn < TURNS) { /* the same turn: a signal handler may have forked in the middle of a call */
        fresh.busy[turn] = l->busy[turn];
        fresh.bias = (uintptr_t)self + turn;
        fresh.turns = (uint8_t)(turn + 1);
    } else if (l->owner == self) {
        fresh.word = 1;
        fresh.depth = l->depth;
        fresh.owner = self;
        fresh.entered = l->entered;
    }
    *l = fresh;
}

void buf__lock_abandon(void *stream) {
    struct stream *s = stream;
    struct lock *l = &s->lock;
    uintptr_t turn = held_turn(l);
    if (turn < TURNS) {
        add_levels(l, turn, -(levels(l, turn) % USER));
        buf__bias_left(l, turn);
    }
    while (turn == TURNS && l->owner == __builtin_thread_pointer() && l->entered > 0)
        buf__unlock_slow(s, ENTRY);
}
