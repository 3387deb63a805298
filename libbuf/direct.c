/* See direct.h. A transfer is cut into steps, each one system call on the stream's only descriptor: whole blocks go
   direct, from the caller's memory where that lies as it must, else through the bounce buffer; what is ragged goes
   buffered, with O_DIRECT cleared. So nothing is ever padded, and the file never reaches beyond what was accepted.

   A block is at least a page: the end of the file then never shares a page with a direct write, where other readers
   would for a moment see what the page cache holds behind the old end. */

#include "direct.h"
#include "sys_names.h"

enum { PAGE = 4096, LONGEST = 1 << 30 };

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Finds out what direct transfers of a regular file or block device need; false: there are none. */
static bool measure(int fd, const struct stat *st, struct direct *d) {
    struct statx x;
    bool told = buf__sys_statx(fd, "", STATX_DIOALIGN, &x) == 0 && (x.stx_mask & STATX_DIOALIGN);
    size_t preferred = st->st_blksize > 0 && st->st_blksize <= DIRECT_MOST ? (size_t)st->st_blksize : PAGE;
    if (told && x.stx_dio_offset_align == 0)
        return false;
    long sector = S_ISBLK(st->st_mode) ? buf__sys_sector(fd) : 0;
    size_t least = told ? x.stx_dio_offset_align : sector > 0 ? (size_t)sector : PAGE;
    d->block = larger(larger(least, preferred), PAGE);
    d->memory = told ? larger(x.stx_dio_mem_align, sizeof(void *)) : d->block;
    d->unproven = !told && sector <= 0;
    return d->block <= DIRECT_MOST && (d->block & (d->block - 1)) == 0;
}

int buf__direct_switch(struct stream *s, bool on) {
    struct direct *d = direct_of(s);
    if (d->on == on)
        return 0;
    int r = buf__sys_set_flags(s->file._fileno, on ? d->flags | O_DIRECT : d->flags);
    if (r == 0)
        d->on = on;
    return r;
}

/* Buffered for good. */
static void leave_direct(struct stream *s, struct direct *d, const char *why) {
    buf__direct_switch(s, false);
    d->left = true;
    buf__policy_fell_back(s, OPTION_direct, NULL, why);
}

/* Whether transfers go direct. A descriptor that others may use has no business with O_DIRECT. */
static bool usable(struct stream *s) {
    struct direct *d = direct_of(s);
    if (!d || d->left)
        return false;
    if (!private(s))
        leave_direct(s, d, "others may use the descriptor");
    return !d->left;
}

/* The kernel refused; true: what it refused is to be done buffered. */
static bool gives_up(struct stream *s, ssize_t error) {
    struct direct *d = direct_of(s);
    if (error != -EINVAL || d->required)
        return false;
    leave_direct(s, d, "the kernel refused a transfer");
    return true;
}

/* Where the next byte goes. The kernel's own offset rules only while bytes of libc's are held. */
static off64_t here(struct stream *s) {
    return s->adrift ? s->offset : buf__sys_seek(s->file._fileno, 0, SEEK_CUR);
}

static size_t round_up(const struct direct *d, size_t n) {
    return (n + d->block - 1) & ~(d->block - 1);
}

static size_t round_down(const struct direct *d, size_t n) {
    return (n < LONGEST ? n : LONGEST) & ~(d->block - 1);
}

static bool is_aligned(const struct direct *d, const void *p) {
    return (uintptr_t)p % d->memory == 0;
}

/* False without memory. */
static bool have_bounce(struct direct *d) {
    size_t size = DIRECT_MOST;
    while (!d->bounce && size >= d->block) {
        d->bounce_memory = malloc(size + d->block - 1);
        if (d->bounce_memory) {
            d->bounce = (char *)(((uintptr_t)d->bounce_memory + d->block - 1) & ~(uintptr_t)(d->block - 1));
            d->bounce_size = size;
        }
        size /= 2;
    }
    return d->bounce != NULL;
}

static ssize_t read_direct(struct stream *s, void *p, size_t n, off64_t at) {
    int error = buf__direct_switch(s, true);
    ssize_t r = error < 0 ? error : buf__plain_read_at(s, p, n, at);
    if (r >= 0) {
        s->policy->direct_count.transfers++;
        s->policy->direct_count.bytes += (uint64_t)r;
    }
    return r;
}

static ssize_t write_direct(struct stream *s, const void *p, size_t n, off64_t at) {
    struct iovec v = {(void *)p, n};
    int error = buf__direct_switch(s, true);
    ssize_t r = error < 0 ? error : buf__plain_write_at(s, &v, 1, at);
    if (r > 0) {
        s->policy->direct_count.transfers++;
        s->policy->direct_count.bytes += (uint64_t)r;
    }
    return r;
}

static ssize_t read_buffered(struct stream *s, void *p, size_t n, off64_t at) {
    int error = buf__direct_switch(s, false);
    s->policy->direct_count.ragged++;
    return error < 0 ? error : buf__plain_read_at(s, p, n, at);
}

static ssize_t write_buffered(struct stream *s, struct direct *d, const void *p, size_t n, off64_t at) {
    struct iovec v = {(void *)p, n};
    int error = buf__direct_switch(s, false);
    ssize_t r = error < 0 ? error : buf__plain_write_at(s, &v, 1, at);
    s->policy->direct_count.ragged++;
    if (r > 0)
        d->warm = (at + r - 1) & -(off64_t)d->block;
    return r;
}

size_t buf__direct_gather(char *to, size_t room, const struct iovec *v, int n) {
    size_t done = 0;
    for (; n > 0 && done < room; v++, n--) {
        size_t take = v->iov_len < room - done ? v->iov_len : room - done;
        if (take)
            memcpy(to + done, v->iov_base, take);
        done += take;
    }
    return done;
}

/* Whether a block may be read and written again with new bytes at its end: all of it is there, and it is not one
   that the page cache holds anyway. Near the end of the file others may read what lies behind it. */
static bool may_fill(struct stream *s, struct direct *d, off64_t start) {
    struct stat st;
    return !(s->file._flags & FLAG_NO_READS) && start != d->warm && have_bounce(d) &&
           buf__sys_stat(s->file._fileno, &st) == 0 &&
           (S_ISBLK(st.st_mode) || st.st_size >= start + (off64_t)d->block);
}

/* Writes from the middle of a block, to its end at least. 0: it must be done buffered. */
static ssize_t write_filled(struct stream *s, struct direct *d, const struct iovec *v, int n, off64_t at) {
    size_t behind = (size_t)at & (d->block - 1);
    off64_t start = at - (off64_t)behind;
    ssize_t r = read_direct(s, d->bounce, d->block, start);
    if (r != (ssize_t)d->block)
        return 0;
    size_t there = behind + buf__direct_gather(d->bounce + behind, d->bounce_size - behind, v, n);
    r = write_direct(s, d->bounce, round_down(d, there), start);
    return r < 0 ? r : r > (ssize_t)behind ? r - (ssize_t)behind : 0;
}

static ssize_t write_blocks(struct stream *s, struct direct *d, const struct iovec *v, int n, off64_t at) {
    if (is_aligned(d, v->iov_base) && v->iov_len >= d->block)
        return write_direct(s, v->iov_base, round_down(d, v->iov_len), at);
    if (!have_bounce(d))
        return write_buffered(s, d, v->iov_base, v->iov_len, at);
    size_t there = buf__direct_gather(d->bounce, d->bounce_size, v, n);
    return write_direct(s, d->bounce, round_down(d, there), at);
}

/* Writes the first of the bytes, as many as one step takes. */
static ssize_t write_step(struct stream *s, struct direct *d, const struct iovec *v, int n, off64_t at) {
    size_t total = 0, behind = (size_t)at & (d->block - 1);
    for (int i = 0; i < n; i++)
        total += v[i].iov_len;
    for (; n > 1 && v->iov_len == 0; n--)
        v++;
    bool whole = behind + total >= d->block;
    if (whole && !behind)
        return write_blocks(s, d, v, n, at);
    if (whole && may_fill(s, d, at - (off64_t)behind)) {
        ssize_t r = write_filled(s, d, v, n, at);
        if (r != 0)
            return r;
    }
    size_t ragged = d->block - behind;
    return write_buffered(s, d, v->iov_base, v->iov_len < ragged ? v->iov_len : ragged, at);
}

static ssize_t direct_write(struct stream *s, const struct iovec *v, int n) {
    if (!usable(s))
        return buf__plain_write(s, v, n);
    off64_t at = here(s);
    ssize_t r = at < 0 ? at : write_step(s, direct_of(s), v, n, at);
    return r < 0 && gives_up(s, r) ? buf__plain_write(s, v, n) : buf__plain_arrive(s, at, r);
}

/* Reads whole blocks from before `at` to `room` bytes at `to`, which lies as it must, and leaves what begins at `at`
   in its place behind them. Bytes that are there, or -errno. */
static ssize_t read_blocks(struct stream *s, struct direct *d, char *to, size_t room, off64_t at, size_t n) {
    size_t behind = (size_t)at & (d->block - 1), wanted = round_up(d, behind + n);
    ssize_t r = read_direct(s, to, round_down(d, wanted < room ? wanted : room), at - (off64_t)behind);
    if (r > 0 && r <= (ssize_t)behind) /* the end of the file, unless it grew just now */
        return read_buffered(s, to + behind, room - behind < n ? room - behind : n, at);
    r -= r > 0 ? (ssize_t)behind : 0;
    return r > (ssize_t)n ? (ssize_t)n : r;
}

static ssize_t read_step(struct stream *s, struct direct *d, char *p, size_t n, off64_t at) {
    size_t behind = (size_t)at & (d->block - 1);
    char *end = s->file._IO_buf_end;
    if (!behind && n >= d->block && is_aligned(d, p))
        return read_direct(s, p, round_down(d, n), at);
    bool in_window = p >= s->file._IO_buf_base && p < end && behind <= (size_t)(p - s->file._IO_buf_base);
    if (in_window && is_aligned(d, p - behind) && round_up(d, behind + n) <= (size_t)(end - p) + behind)
        return read_blocks(s, d, p - behind, (size_t)(end - p) + behind, at, n); /* free while it is filled */
    if (!have_bounce(d))
        return read_buffered(s, p, n, at);
    ssize_t r = read_blocks(s, d, d->bounce, d->bounce_size, at, n);
    if (r > 0)
        memcpy(p, d->bounce + behind, (size_t)r);
    return r;
}

static ssize_t direct_read(struct stream *s, void *p, size_t n) {
    if (!usable(s))
        return buf__plain_read(s, p, n);
    off64_t at = here(s);
    ssize_t r = at < 0 ? at : read_step(s, direct_of(s), p, n, at);
    return r < 0 && gives_up(s, r) ? buf__plain_read(s, p, n) : buf__plain_arrive(s, at, r);
}

/* The kernel answers, and from there on the transfers name their place again. */
static off64_t direct_seek(struct stream *s, off64_t offset, int whence) {
    off64_t r = buf__plain_seek(s, offset, whence);
    if (r >= 0 && usable(s) && !s->held_size)
        s->adrift = true;
    return r;
}

static int direct_close(struct stream *s) {
    return buf__plain.close(s);
}

/* Nothing is held here; but whoever comes to see the descriptor now finds it without O_DIRECT. */
static int direct_drain(struct stream *s) {
    return direct_of(s) ? buf__direct_switch(s, false) : 0;
}

static const struct backend direct_backend = {.read = direct_read,
                                              .write = direct_write,
                                              .seek = direct_seek,
                                              .close = direct_close,
                                              .drain = direct_drain};

static bool is_required(const struct stream *s) {
    return is_given(s, OPTION_direct) && s->policy->settings.word[OPTION_direct] == DIRECT_REQUIRE;
}

int buf__direct_admit(const struct stream *s) {
    return is_required(s) && (s->file._flags & FLAG_APPEND) ? -EINVAL : 0;
}

/* Why the stream cannot have direct transfers; NULL: it can, and *d says how. */
static const char *examine(struct stream *s, struct direct *d) {
    struct stat st;
    if (s->file._flags & FLAG_APPEND)
        return "the file is appended to";
    if (!private(s))
        return "others may use the descriptor";
    if (buf__sys_stat(s->file._fileno, &st) < 0 || !(S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)))
        return "it is neither a regular file nor a block device";
    d->flags = buf__sys_get_flags(s->file._fileno) & ~O_DIRECT;
    if (!measure(s->file._fileno, &st, d) || buf__sys_set_flags(s->file._fileno, d->flags | O_DIRECT) < 0)
        return "the file has no direct transfers";
    d->on = true;
    return NULL;
}

int buf__direct_begin(struct stream *s, const char *path) {
    if (!is_given(s, OPTION_direct) || s->policy->settings.word[OPTION_direct] == DIRECT_OFF)
        return 0;
    struct direct *d = malloc(sizeof *d);
    if (!d)
        return -ENOMEM;
    *d = (struct direct){.required = is_required(s), .warm = -1};
    const char *why = s->backend == &buf__plain ? examine(s, d) : "another option stands below the buffer";
    if (why) {
        free(d);
        buf__policy_fell_back(s, OPTION_direct, path, why);
        return is_required(s) ? -EINVAL : 0;
    }
    s->policy->direct = d;
    s->backend = &direct_backend;
    if (d->unproven)
        buf__policy_unproven(s, path);
    buf__learn(s); /* the offset, and the block on which windows end */
    s->fresh = false;
    s->adrift = true;
    return 0;
}

void buf__direct_free(struct direct *d) {
    if (d)
        free(d->bounce_memory);
    free(d);
}
