/* The slots' model (slot.h). */

#include "slot.h"
#include <stdio_ext.h>
#include <unistd.h>

struct slot slots[SLOTS];
unsigned operation_number;
uint64_t random_state;

/* The state of the window, by the public words of the stream. Where every line goes out, write_end tells
   nothing: full is the buffer then. */
static enum state state_of(const struct slot *s) {
    const FILE *f = s->f;
    const char *edge = __flbf(s->f) ? f->_IO_buf_end : f->_IO_write_end;
    size_t unread = (size_t)(f->_IO_read_end - f->_IO_read_ptr);
    size_t pending = (size_t)(f->_IO_write_ptr - f->_IO_write_base);
    if (s->pushed > 0)
        return STATE_pushback;
    if (!s->touched)
        return STATE_fresh;
    if (s->last == PUTTING || pending)
        return pending == 0               ? STATE_write_empty
               : f->_IO_write_ptr >= edge ? STATE_write_full
                                          : STATE_write_partly;
    if (unread == 0)
        return STATE_read_empty;
    return f->_IO_read_ptr == f->_IO_read_base ? STATE_read_full : STATE_read_partly;
}

static void count(uint32_t *cell) {
    __atomic_fetch_add(cell, 1, __ATOMIC_RELAXED);
}

void called(struct slot *s, enum call call) {
    enum state state = s->f ? state_of(s) : STATE_fresh;
    count(&coverage->call[call][state]);
    count(&coverage->kind[s->f ? s->kind : KIND_closed][state]);
    if (s->f) {
        count(&coverage->buffer[s->buffer][state]);
        if (s->mode >= 0) {
            count(&coverage->mode[s->mode][s->kind]);
            count(&coverage->pair[s->mode][s->buffer]);
        }
    }
    errno = 0;
}

bool may_put(const struct slot *s) {
    bool room = s->limit == 0 || (s->extent + LARGEST + 6500 < s->limit && s->last != AT_END);
    /* Overwriting a part of a character would leave text that is none (C17 7.29.1). */
    bool whole = !s->wide || !s->reads || s->at_end || s->append || s->last == AT_END;
    return s->writes && s->last != GETTING && !s->broken && room && whole;
}

bool may_get(const struct slot *s) {
    return s->reads && s->last != PUTTING && !s->broken;
}

void after_put(struct slot *s, size_t n) {
    s->touched = true;
    s->settled = false;
    s->turned = n == 0;
    s->at_end |= s->last == AT_END;
    s->last = PUTTING;
    s->pushed = 0;
    s->low = s->stale_end = false;
    s->taken += n;
    s->extent += n;
    s->undrained += n;
    s->whole_lines = false;
}

void after_get(struct slot *s, size_t n, bool end) {
    s->touched = true;
    s->settled = false;
    s->flushed &= n == 0 || end || n >= (s->size < 1024 ? s->size : 1024); /* libc reads large pieces aside */
    s->turned = (n == 0 && !end) || s->flushed;
    s->broken = s->wide && ferror(s->f);
    s->last = end ? AT_END : GETTING;
    s->at_end = false;
    s->taken += n;
    s->pushed = n <= (size_t)s->pushed ? s->pushed : 0;
    s->available -= n < s->available ? n : s->available;
    if (n)
        s->stale_end = false;
    s->recent = -1;
}

void after_seek(struct slot *s) {
    s->last = IDLE;
    s->sought = true;
    s->pushed = 0;
    s->low = s->stale_end = s->at_end = s->flushed = s->broken = s->turned = false;
    s->settled &= !s->reads; /* libc's reads ahead; POSIX fseek after fflush */
    s->taken = 0;
    s->recent = -1;
    s->whole_lines = false;
}

void drain_pipe(struct slot *s) {
    static char block[65536];
    int r = fflush(s->f);
    ssize_t n = read(s->other_end, block, sizeof block);
    say(s, "drained: fflush = %d, %s", r, show(block, n > 0 ? (size_t)n : 0));
    s->undrained = 0;
}

void before_put(struct slot *s, size_t n) {
    if (s->kind == KIND_pipe_out && s->undrained + n > 60000)
        drain_pipe(s);
}

size_t random_size(const struct slot *s) {
    unsigned r = below(100);
    size_t n;
    if (r < 45)
        return below(20);
    if (r < 65)
        return below(300);
    if (r < 80)
        n = s->size * (1 + below(3)) + below(5) - 2;
    else if (r < 92)
        n = 4096 * (1 + below(4)) + below(5) - 2;
    else
        n = below(LARGEST);
    return n <= LARGEST ? n : below(LARGEST);
}

char *payload(enum payload kind, size_t n) {
    static char bytes[LARGEST + 1];
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz 0123456789";
    for (size_t i = 0; i < n; i++) {
        uint64_t r = random_next();
        if (kind == BYTES)
            bytes[i] = (char)r;
        else if (kind == LINES && r % 16 == 0)
            bytes[i] = '\n';
        else
            bytes[i] = letters[(r >> 8) % (sizeof letters - 1)];
    }
    bytes[n] = '\0';
    return bytes;
}
