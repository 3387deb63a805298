/* The window: one buffer a stream, on one run of the file. A byte of file offset o lies at an address
   congruent to o modulo the block, so that windows end on block boundaries and copies between page cache and
   window are aligned alike. Below: flush.c and fill.c move bytes. */

#include "coalesce.h"
#include "direct.h"
#include "policy.h"
#include "report.h"
#include "sys.h"

enum { TEN_MILLISECONDS = 10000000, ONE_SECOND = 1000000000 };

static void set_window(struct stream *s, char *base, size_t size, char *memory) {
    s->file._IO_buf_base = base;
    s->file._IO_buf_end = base + size;
    s->file._flags |= FLAG_USER_BUFFER;
    s->size = size;
    s->block = s->grain < size ? s->grain : size;
    s->memory = memory;
}

static size_t all_claimed; /* by the large windows of all streams */

static bool claim(size_t n) {
    if (__atomic_add_fetch(&all_claimed, n, __ATOMIC_RELAXED) <= WINDOWS_ALL)
        return true;
    __atomic_fetch_sub(&all_claimed, n, __ATOMIC_RELAXED);
    return false;
}

/* libc may have given the stream a buffer of its own: one without the flag is libc's malloc. */
static void free_window(struct stream *s) {
    if (!(s->file._flags & FLAG_USER_BUFFER))
        free(s->file._IO_buf_base);
    free(s->memory);
    s->memory = NULL;
    __atomic_fetch_sub(&all_claimed, s->claimed, __ATOMIC_RELAXED);
    s->claimed = 0;
}

/* Whether the file may have other writers. A record that the program flushes by itself must then not be cut
   at a block edge that happens to be near, where libc would not cut it: such a window always has room for its
   whole size, and ends on the first edge behind that. */
static bool shared(const struct stream *s) {
    return !s->own || s->copied || (s->file._flags & FLAG_APPEND);
}

/* Bytes from the present offset to the edge where a window should end; its whole size where the offset is not
   known. */
static size_t reach(const struct stream *s) {
    if (s->offset < 0)
        return s->size;
    size_t over = behind_edge(s, (size_t)s->offset + s->size);
    if (shared(s))
        return s->size + (over ? s->block - over : 0);
    return s->size > over ? s->size - over : s->size;
}

/* Where a window that reaches `far` begins. */
static char *place(const struct stream *s, size_t far) {
    char *base = s->file._IO_buf_base;
    size_t shift = s->offset > 0 ? behind_edge(s, (size_t)s->offset) : 0;
    return base + shift + far <= s->file._IO_buf_end ? base + shift : base;
}

/* Memory for a window that reaches behind its size. */
static void make_slack(struct stream *s) {
    size_t capacity = (size_t)(s->file._IO_buf_end - s->file._IO_buf_base);
    if (!s->memory || !shared(s) || reach(s) <= capacity)
        return;
    char *memory = malloc(HEADROOM + s->size + s->block);
    if (!memory)
        return;
    free(s->memory);
    s->memory = memory;
    s->file._IO_buf_base = memory + HEADROOM;
    s->file._IO_buf_end = s->file._IO_buf_base + s->size + s->block;
}

static void put_cursors(struct stream *s, char *at) {
    if (__builtin_expect(s->watched, 0))
        buf__report_taken(s);
    s->file._IO_read_base = s->file._IO_read_ptr = s->file._IO_read_end = at;
    s->file._IO_write_base = s->file._IO_write_ptr = s->file._IO_write_end = at;
    s->first = NULL;
    if (__builtin_expect(s->watched, 0))
        buf__report_placed(s);
}

void buf__window_idle(struct stream *s) {
    s->file._flags &= ~FLAG_PUTTING;
    put_cursors(s, place(s, reach(s)));
}

char *buf__window_edge(const struct stream *s) {
    char *end = s->file._IO_buf_end;
    size_t room = (size_t)(end - s->file._IO_write_base), far = reach(s);
    if (far > room)
        far = room;
    char *edge = s->file._IO_write_base + far;
    return edge > s->file._IO_write_ptr ? edge : end;
}

static bool closed(const struct stream *s) {
    return s->wide > 0 || s->watched || s->file._flags & (FLAG_LINE | FLAG_UNBUFFERED);
}

void buf__window_close_or_open(struct stream *s) {
    s->file._IO_write_end = closed(s) ? s->file._IO_write_base : buf__window_edge(s);
}

void buf__window_open(struct stream *s) {
    make_slack(s);
    size_t far = reach(s);
    char *at = place(s, far), *end = s->file._IO_buf_end;
    s->file._flags |= FLAG_PUTTING;
    put_cursors(s, at);
    if (!closed(s))
        s->file._IO_write_end = far < (size_t)(end - at) ? at + far : end;
}

int buf__window_replace(struct stream *s, size_t size, size_t headroom) {
    const struct direct *direct = direct_of(s);
    size_t keep = unread(s), edge = direct ? direct->block : 1;
    if (size < keep)
        size = keep;
    size = (size + edge - 1) & ~(edge - 1);
    char *memory = malloc(headroom + size + edge - 1);
    if (!memory)
        return -ENOMEM;
    char *old = s->file._IO_read_ptr;
    char *base = memory + headroom + (-((uintptr_t)memory + headroom) & (edge - 1));
    size_t block = s->grain < size ? s->grain : size;
    /* What is unread keeps its congruence where it fits, so that the next window does too. */
    size_t shift = s->offset >= (off64_t)keep ? (size_t)(s->offset - (off64_t)keep) % block : 0;
    if (shift + keep > size)
        shift = size - keep;
    if (keep)
        memcpy(base + shift, old, keep);
    if (s->watched)
        buf__report_taken(s);
    free_window(s);
    set_window(s, base, size, memory);
    buf__window_idle(s);
    s->file._IO_read_base = s->file._IO_read_ptr = base + shift;
    s->file._IO_read_end = base + shift + keep;
    s->file._IO_write_base = s->file._IO_write_ptr = s->file._IO_write_end = base;
    if (!keep)
        buf__window_idle(s);
    return 0;
}

void buf__window_drop(struct stream *s) {
    free_window(s);
    set_window(s, s->tiny + TINY - 1, 1, NULL);
    buf__window_idle(s);
}

void buf__window_lend(struct stream *s, char *buffer, size_t size) {
    free_window(s);
    set_window(s, buffer, size, NULL);
    buf__window_idle(s);
}

void buf__learn(struct stream *s) {
    struct stat st;
    if (s->known)
        return;
    s->known = true;
    if (s->file._fileno < 0 || buf__sys_stat(s->file._fileno, &st) < 0)
        st = (struct stat){.st_blksize = WINDOW_FIRST};
    bool file = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
    bool terminal = s->mode == MODE_AUTO && S_ISCHR(st.st_mode) && buf__sys_is_terminal(s->file._fileno);
    s->kind = S_ISREG(st.st_mode)   ? KIND_FILE
              : S_ISBLK(st.st_mode) ? KIND_BLOCK_DEVICE
              : terminal            ? KIND_TERMINAL
                                    : KIND_OTHER;
    s->most = direct_of(s) ? DIRECT_MOST : file ? WINDOW_FILE : WINDOW_PIPE;
    s->grain = buf__policy_grain(s, st.st_blksize > 512 ? (size_t)st.st_blksize : 512);
    if (!file)
        s->offset = -1;
    else if (s->offset < 0)
        s->offset = s->fresh ? 0 : s->backend->seek(s, 0, SEEK_CUR);
    if (s->offset < 0)
        s->offset = -1;
    if (s->prepared)
        s->block = s->grain < s->size ? s->grain : s->size;
    buf__coalesce_begin(s);
}

/* Output to a new file of our own, in a buffer that the program chose: a file that is smaller need not be asked
   about. */
static bool may_learn_later(const struct stream *s) {
    return s->mode == MODE_FULL && s->wanted && s->fresh && (s->file._flags & FLAG_NO_READS) && !s->policy;
}

/* Bytes that an automatic window has at first, and at least. */
static size_t least(const struct stream *s) {
    return direct_of(s) ? DIRECT_FIRST : WINDOW_FIRST;
}

static void be_unbuffered(struct stream *s) {
    s->file._flags |= FLAG_UNBUFFERED;
    if (is_given(s, OPTION_size))
        buf__policy_fell_back(s, OPTION_size, NULL, "no memory");
}

void buf__prepare(struct stream *s) {
    if (s->prepared)
        return;
    bool was_putting = putting(s); /* libc may be in the middle of a put */
    s->prepared = true;
    if (s->mode == MODE_NONE && is_given(s, OPTION_coalesce))
        buf__learn(s); /* to say that it goes round that */
    if (s->mode == MODE_NONE || !buf__active())
        return;
    if (!may_learn_later(s))
        buf__learn(s);
    s->file._flags &= ~FLAG_UNBUFFERED;
    if (s->mode == MODE_LINE || (s->mode == MODE_AUTO && s->kind == KIND_TERMINAL))
        s->file._flags |= FLAG_LINE;
    char *base = s->file._IO_buf_base;
    if (base != s->tiny + TINY - 1)
        set_window(s, base, s->size, s->memory); /* the program's own: now its block is known */
    else if (buf__window_replace(s, s->wanted ? s->wanted : least(s), HEADROOM) < 0)
        be_unbuffered(s);
    if (was_putting)
        buf__window_open(s);
    else if (!unread(s))
        buf__window_idle(s);
}

void buf__window_adapt(struct stream *s) {
    if (s->wanted)
        return;
    uint64_t now = buf__now(), took = now - s->filled;
    bool first = s->filled == 0;
    s->filled = now;
    size_t size = s->size;
    if (first)
        return;
    if (took < TEN_MILLISECONDS && size * 2 <= s->most)
        size *= 2;
    else if (took > ONE_SECOND && size / 2 >= least(s))
        size /= 2;
    size_t share = size > WINDOW_MANY ? size : 0;
    if (size == s->size || (share && !claim(share)))
        return;
    if (buf__window_replace(s, size, HEADROOM) == 0)
        s->claimed = share;
    else
        __atomic_fetch_sub(&all_claimed, share, __ATOMIC_RELAXED);
}
