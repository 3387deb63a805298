/* See coalesce.h. What the window lets go is held here by bytes, in blocks; reads see it, and it leaves when all blocks are
   in use, at the program's fflush, fclose and fileno, before a fork and at exit. Nothing that was taken is dropped:
   what the kernel refuses stays and goes with the next drain.

   With filling, a gap between held bytes is read in the moment before it is written with them, never kept from
   earlier. Even so, another writer's bytes that land in between are lost: the file has one writer. */

#include "coalesce.h"
#include "coalesce_plan.h"
#include "libc.h"
#include "policy.h"
#include "sys.h"
#include <pthread.h>

enum {
    WRITE_MOST = 1 << 20, /* bytes of one write */
    RANGES = 16384,       /* ranges that are planned at once */
    BLOCK_USUAL = 4096,   /* where the file system's preference is no good measure */
    BLOCK_LEAST = 512,
    BLOCK_MOST = 64 << 10,
};

struct coalesce {
    const struct backend *below; /* transfers at the stream's offset, while that is adrift */
    struct dirty dirty;          /* what is held */
    bool fill;                   /* gaps may be filled: asked for, and the descriptor can be read */
    struct range ranges[RANGES]; /* for the plan */
    char bytes[WRITE_MOST];      /* one write, put together */
};

static const char others[] = "others may use its descriptor";

static struct coalesce *of(const struct stream *s) {
    return s->policy->coalesce;
}

static off64_t file_size(const struct stream *s) {
    struct stat st;
    int r = buf__sys_stat(s->file._fileno, &st);
    return r < 0 ? r : st.st_size;
}

/* Fills the gaps between the ranges of the write from the file. False: not all could be read. */
static bool fill_gaps(struct stream *s, struct range write, const struct range *r) {
    struct coalesce *c = of(s);
    off64_t from = r->to, to = from;
    for (; r->to < write.to; r++)
        to = r[1].from;
    while (from < to) {
        s->offset = from;
        ssize_t n = c->below->read(s, c->bytes + (from - write.from), (size_t)(to - from));
        if (n <= 0)
            return false;
        from += n;
    }
    return true;
}

/* Lets a write go that begins with the first of the ranges. Returns how many of its bytes went, or -errno. */
static ssize_t leave_below(struct stream *s, struct range write, const struct range *ranges) {
    struct coalesce *c = of(s);
    if (!fill_gaps(s, write, ranges))
        write.to = ranges->to;
    struct iovec v = {c->bytes, (size_t)(write.to - write.from)};
    buf__dirty_overlay(&c->dirty, write.from, v.iov_base, v.iov_len);
    s->offset = write.from;
    s->adrift = true; /* after a read that found the descriptor shared, too */
    return c->below->write(s, &v, 1);
}

/* All ranges that were collected, but for a write at the end that may go on behind them. 0 or -errno. */
static int let_go(struct stream *s, struct range *r, size_t n, const struct plan_terms *terms) {
    struct coalesce *c = of(s);
    for (size_t i = 0; i < n;) {
        struct range write = buf__plan_write(r + i, n - i, terms);
        if (n == RANGES && i > 0 && write.to == r[n - 1].to)
            return 0;
        s->adrift = true;
        ssize_t went = leave_below(s, write, r + i);
        if (went < 0)
            return (int)went;
        off64_t to = write.from + went;
        buf__dirty_forget(&c->dirty, write.from, to);
        while (i < n && r[i].to <= to)
            i++;
        if (i < n && r[i].from < to)
            r[i].from = to;
    }
    return 0;
}

static int drain_all(struct stream *s) {
    struct coalesce *c = of(s);
    off64_t end = c->fill ? file_size(s) : -1;
    const struct plan_terms terms = {c->dirty.block, WRITE_MOST, end, end >= 0};
    int r = 0;
    buf__dirty_sort(&c->dirty);
    for (off64_t from = 0; r == 0;) {
        size_t n = buf__dirty_ranges(&c->dirty, from, c->ranges, RANGES);
        if (n == 0)
            break;
        from = c->ranges[0].from;
        r = let_go(s, c->ranges, n, &terms);
    }
    buf__dirty_sweep(&c->dirty);
    return r;
}

/* Transfers below act at the stream's offset: it is lent to them. A thread is not cancelled meanwhile. 0 or -errno. */
static int coalesce_drain(struct stream *s) {
    int state, r;
    off64_t offset = s->offset;
    bool threads = !__libc_single_threaded;
    if (of(s)->dirty.used == 0)
        return 0;
    if (threads)
        LIBC(pthread_setcancelstate)(PTHREAD_CANCEL_DISABLE, &state);
    r = drain_all(s);
    s->offset = offset;
    s->adrift = true;
    if (!private(s))
        buf__anchor(s);
    if (threads)
        LIBC(pthread_setcancelstate)(state, NULL);
    return r;
}

static void end(struct stream *s) {
    struct coalesce *c = of(s);
    s->backend = c->below;
    s->policy->coalesce = NULL;
    buf__coalesce_free(c);
}

/* The descriptor was told, or is shared since a fork: nothing is held from here on. 0, or -errno while something
   cannot leave. */
static int retire(struct stream *s) {
    int r = coalesce_drain(s);
    if (r == 0) {
        end(s);
        buf__policy_fell_back(s, OPTION_coalesce, NULL, others);
    }
    return r;
}

static ssize_t coalesce_read(struct stream *s, void *p, size_t n) {
    if (!private(s) && retire(s) == 0)
        return s->backend->read(s, p, n);
    struct coalesce *c = of(s);
    if (c->dirty.used == 0)
        return c->below->read(s, p, n);
    s->adrift = true;
    ssize_t r = c->below->read(s, p, n);
    if (r < 0)
        return r;
    off64_t behind = s->offset + r;
    if ((size_t)r < n && behind < c->dirty.end && file_size(s) <= behind) {
        size_t more = n - (size_t)r;
        if ((off64_t)more > c->dirty.end - behind)
            more = (size_t)(c->dirty.end - behind);
        memset((char *)p + r, 0, more);
        r += (ssize_t)more;
    }
    s->adrift = true;
    buf__dirty_overlay(&c->dirty, s->offset, p, (size_t)r);
    return r;
}

/* Takes the pieces at the stream's offset. Returns how many bytes: what finds no room makes all leave first. */
static ssize_t take(struct stream *s, const struct iovec *v, int n) {
    struct coalesce *c = of(s);
    ssize_t done = 0;
    for (int i = 0; i < n; i++)
        for (size_t taken = 0; taken < v[i].iov_len;) {
            size_t more = buf__dirty_put(&c->dirty, s->offset + done, (char *)v[i].iov_base + taken,
                                         v[i].iov_len - taken);
            taken += more;
            done += (ssize_t)more;
            if (taken == v[i].iov_len)
                break;
            int r = c->dirty.used > 0 ? coalesce_drain(s) : -ENOMEM;
            if (r < 0)
                return done > 0 ? done : r;
        }
    s->adrift = true;
    return done;
}

/* More than all blocks would hold goes round them, and so does what a stream puts that is not fully buffered. */
static ssize_t coalesce_write(struct stream *s, const struct iovec *v, int n) {
    struct coalesce *c = of(s);
    size_t total = v[0].iov_len + (n > 1 ? v[1].iov_len : 0);
    bool shared = !private(s), full = !(s->file._flags & (FLAG_LINE | FLAG_UNBUFFERED));
    off64_t last;
    if (!shared && full && total <= c->dirty.most * c->dirty.block &&
        !__builtin_add_overflow(s->offset, (off64_t)total, &last))
        return take(s, v, n);
    if (!full)
        buf__policy_fell_back(s, OPTION_coalesce, NULL, "the stream is not fully buffered");
    int r = shared ? retire(s) : coalesce_drain(s);
    return r < 0 ? r : shared ? s->backend->write(s, v, n) : c->below->write(s, v, n);
}

static off64_t coalesce_seek(struct stream *s, off64_t offset, int whence) {
    struct coalesce *c = of(s);
    off64_t size;
    if (whence == SEEK_END && c->dirty.used > 0) {
        if ((size = file_size(s)) < 0)
            return size;
        if (size < c->dirty.end)
            size = c->dirty.end;
        if (__builtin_add_overflow(size, offset, &offset) || offset < 0)
            return -EINVAL;
        whence = SEEK_SET;
    }
    return c->below->seek(s, offset, whence);
}

static int coalesce_close(struct stream *s) {
    int r;
    do
        r = coalesce_drain(s);
    while (r == -EINTR); /* the last chance of these bytes */
    end(s);
    int closed = s->backend->close(s);
    return closed < 0 ? closed : r;
}

static const struct backend backend = {.read = coalesce_read,
                                       .write = coalesce_write,
                                       .seek = coalesce_seek,
                                       .close = coalesce_close,
                                       .drain = coalesce_drain};

/* Why the stream cannot hold what it writes; NULL: it can. */
static const char *refusal(const struct stream *s) {
    if (s->kind != KIND_FILE || s->offset < 0)
        return "not a regular file";
    if (s->file._flags & FLAG_APPEND)
        return "it appends";
    if (!private(s))
        return others;
    return s->policy->direct ? "its transfers are direct" : NULL;
}

void buf__coalesce_begin(struct stream *s) {
    if (!is_given(s, OPTION_coalesce) || s->policy->coalesce || s->file._flags & FLAG_NO_WRITES)
        return;
    const char *why = refusal(s);
    if (why) {
        buf__policy_fell_back(s, OPTION_coalesce, NULL, why);
        return;
    }
    const struct settings *settings = &s->policy->settings;
    struct coalesce *c = malloc(sizeof *c);
    size_t block = s->grain >= BLOCK_LEAST && s->grain <= BLOCK_MOST ? s->grain : BLOCK_USUAL;
    if (!c || !buf__dirty_make(&c->dirty, settings->number[OPTION_coalesce], block)) {
        free(c);
        buf__policy_fell_back(s, OPTION_coalesce, NULL, "no memory");
        return;
    }
    bool readable = !(s->file._flags & FLAG_NO_READS), fill = settings->word[OPTION_fill] == FILL_ON;
    if (fill && !readable && is_given(s, OPTION_fill))
        buf__policy_fell_back(s, OPTION_fill, NULL, "the file is not open to be read");
    c->below = s->backend;
    c->fill = fill && readable;
    s->policy->coalesce = c;
    s->backend = &backend;
}

void buf__coalesce_inherited(struct stream *s) {
    if (s->backend == &backend)
        of(s)->dirty.used = 0; /* the next transfer finds the descriptor shared */
}

void buf__coalesce_free(struct coalesce *c) {
    if (!c)
        return;
    buf__dirty_free(&c->dirty);
    free(c);
}
