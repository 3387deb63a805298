/* The invariants that libc, gnulib and inlined macros rely on (docs/design.md), asserted after every entry in
   a build with -DBUF_CHECK. A violation says which and ends the program; the normal build has none of
   this. */

#include "lock.h"

#ifdef BUF_CHECK

#include "sys.h"

static void demand(bool holds, const char *what) {
    if (holds)
        return;
    buf__complain("invariant broken", what);
    __builtin_trap();
}
#define DEMAND(condition) demand(condition, #condition)

void buf__check(struct stream *s) {
    const struct _IO_FILE *f = &s->file;
    bool closed = f->_flags & (FLAG_LINE | FLAG_UNBUFFERED);
    DEMAND(((unsigned)f->_flags & STREAM_MAGIC_MASK) == STREAM_MAGIC);
    DEMAND(f->_flags & FLAG_USER_BUFFER);
    DEMAND(!(f->_flags & (FLAG_LINKED | 0x100)));
    DEMAND(f->_IO_save_base == NULL && f->_IO_backup_base == NULL && f->_chain == NULL &&
           f->_markers == NULL);
    DEMAND(f->_vtable_offset == 0 && f->_mode == -1 && f->_wide_data == NULL);
    DEMAND(f->_flags2 & FLAGS2_NEED_LOCK);
    DEMAND(f->_lock == &s->lock && s->cookie == s);
    DEMAND(f->_IO_buf_base && f->_IO_buf_base < f->_IO_buf_end);
    DEMAND(f->_IO_read_base <= f->_IO_read_ptr && f->_IO_read_ptr <= f->_IO_read_end);
    DEMAND(f->_IO_write_base <= f->_IO_write_ptr);
    DEMAND(f->_IO_write_base >= f->_IO_buf_base && f->_IO_write_ptr <= f->_IO_buf_end);
    DEMAND(f->_IO_write_end <= f->_IO_buf_end && f->_IO_read_end <= f->_IO_buf_end);
    if (putting(s)) {
        /* Behind the write cursor's base where libc itself began to put over unread input (buf__adopt_put). */
        DEMAND(f->_IO_read_base == f->_IO_read_end && f->_IO_read_end >= f->_IO_write_base);
        DEMAND(!closed || f->_IO_write_end == f->_IO_write_base);
        /* Wide or watched, it is closed as well, but behind a put of libc's own. */
        DEMAND(closed || s->wide > 0 || s->watched || f->_IO_write_end >= f->_IO_write_ptr);
        DEMAND(s->prepared);
    } else {
        DEMAND(f->_IO_write_ptr == f->_IO_write_base);
        DEMAND(f->_IO_write_end <= f->_IO_write_ptr);
    }
    DEMAND(s->size > 0 && s->block > 0 && s->block <= s->size);
    DEMAND((s->held == NULL) == (s->held_size == 0));
    DEMAND(s->first <= f->_IO_read_end);
    DEMAND(s->durable <= s->taken && s->held_size <= s->taken);
}

/* In a child whose parent had more threads, none of them was changing the list. */
void buf__check_fork(bool list_held) {
    DEMAND(list_held || __libc_single_threaded);
}

#endif
