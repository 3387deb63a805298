/* record=line: on a stream that appends, only whole lines leave, one write for each run of them, which the kernel
   keeps whole on a regular file opened with O_APPEND. A backend above the stream's own: what it was given of a line
   without an end it holds, however long that grows, over fflush(3) too. fclose, freopen and exit send the rest, and so
   do a seek and a read of the stream. */

#include "policy.h"
#include "sys.h"

struct record {
    const struct backend *below; /* the stream's own */
    char *line;                  /* the beginning of a line, malloc'ed */
    size_t size;                 /* its bytes so far */
    size_t room;                 /* and what there is memory for */
    bool last;                   /* at exit: nothing is held any more */
};

static int keep(struct record *r, const char *p, size_t n) {
    if (n > r->room - r->size) {
        size_t room = 2 * r->room > r->size + n ? 2 * r->room : r->size + n;
        char *grown = realloc(r->line, room);
        if (!grown)
            return -ENOMEM;
        r->line = grown;
        r->room = room;
    }
    memcpy(r->line + r->size, p, n);
    r->size += n;
    return 0;
}

/* Bytes of v[0..n) up to the end of the last whole line. */
static size_t whole_lines(const struct iovec *v, int n) {
    size_t length = 0;
    for (int i = n; i-- > 0;) {
        const char *end = length ? NULL : memrchr(v[i].iov_base, '\n', v[i].iov_len);
        length += end ? (size_t)(end + 1 - (char *)v[i].iov_base) : length ? v[i].iov_len : 0;
    }
    return length;
}

/* Bytes [from, to) of v are kept. Returns up to where memory sufficed, or -ENOMEM when it did for nothing. */
static ssize_t keep_rest(struct record *r, const struct iovec *v, int n, size_t from, size_t to) {
    size_t at = 0;
    for (int i = 0; i < n && at < to; at += v[i++].iov_len) {
        size_t skip = from > at ? from - at : 0;
        if (skip < v[i].iov_len && keep(r, (char *)v[i].iov_base + skip, v[i].iov_len - skip) < 0)
            return at + skip ? (ssize_t)(at + skip) : -ENOMEM;
    }
    return (ssize_t)to;
}

static void forget(struct record *r, size_t n) {
    r->size -= n;
    if (r->size > 0)
        memmove(r->line, r->line + n, r->size);
}

/* What is held and `length` bytes of v, in one call. Bytes of v that went, at least one; or -errno. After a short
   write the next call says why: on a full disk at once. */
static ssize_t send(struct stream *s, struct record *r, const struct iovec *v, int n, size_t length) {
    while (true) {
        struct iovec w[4] = {{r->line, r->size}};
        int count = r->size > 0;
        size_t left = length;
        for (int i = 0; i < n && i < 3 && left > 0; left -= w[count++].iov_len, i++)
            w[count] = (struct iovec){v[i].iov_base, v[i].iov_len < left ? v[i].iov_len : left};
        ssize_t went = r->below->write(s, w, count);
        if (went < 0)
            return went;
        size_t mine = (size_t)went < r->size ? (size_t)went : r->size;
        forget(r, mine);
        if ((size_t)went > mine || length == 0)
            return went - (ssize_t)mine;
    }
}

static ssize_t record_write(struct stream *s, const struct iovec *v, int n) {
    struct record *r = s->policy->record;
    size_t total = 0;
    for (int i = 0; i < n; i++)
        total += v[i].iov_len;
    size_t whole = r->last ? total : whole_lines(v, n);
    ssize_t went = whole ? send(s, r, v, n, whole) : 0;
    if (went < (ssize_t)whole || whole == total)
        return went;
    return keep_rest(r, v, n, whole, total);
}

/* The beginning of a line leaves without its end. 0 or -errno. */
static int send_rest(struct stream *s, struct record *r) {
    while (r->size > 0) {
        ssize_t went = send(s, r, NULL, 0, 0);
        if (went < 0)
            return (int)went;
    }
    return 0;
}

int buf__record_finish(struct stream *s) {
    s->policy->record->last = true;
    return send_rest(s, s->policy->record);
}

void buf__record_drop(struct stream *s) {
    struct record *r = s->policy ? s->policy->record : NULL;
    if (!r)
        return;
    s->taken -= r->size;
    free(r->line);
    r->line = NULL;
    r->size = r->room = 0;
}

size_t buf__record_held(const struct stream *s) {
    return s->policy && s->policy->record ? s->policy->record->size : 0;
}

/* A program that turns to reading finds what it wrote. */
static ssize_t record_read(struct stream *s, void *p, size_t n) {
    struct record *r = s->policy->record;
    int error = send_rest(s, r);
    return error < 0 ? error : r->below->read(s, p, n);
}

/* To who asks where the stream is between two puts, the beginning of a line counts as written. */
static off64_t record_seek(struct stream *s, off64_t offset, int whence) {
    struct record *r = s->policy->record;
    bool asked = offset == 0 && whence != SEEK_SET && putting(s);
    int error = asked ? 0 : send_rest(s, r);
    off64_t at = error < 0 ? error : r->below->seek(s, offset, whence);
    return at >= 0 && asked ? at + (off64_t)r->size : at;
}

static int record_close(struct stream *s) {
    int error;
    do
        error = buf__record_finish(s);
    while (error == -EINTR);
    s->backend = s->policy->record->below;
    int closed = s->backend->close(s);
    return closed ? closed : error;
}

/* Without drain: a flush sends whole lines only. */
static const struct backend record_backend = {
    .read = record_read, .write = record_write, .seek = record_seek, .close = record_close};

/* Why the stream cannot keep lines whole; NULL: it can. */
static const char *refusal(const struct stream *s) {
    struct stat st;
    int flags = buf__sys_get_flags(s->file._fileno);
    if (flags < 0 || !(flags & O_APPEND) || (flags & O_ACCMODE) == O_RDONLY)
        return "not a descriptor that appends";
    if (buf__sys_stat(s->file._fileno, &st) < 0 || S_ISCHR(st.st_mode))
        return "not a file";
    return NULL;
}

static void end(struct stream *s) {
    struct record *r = s->policy->record;
    if (buf__record_finish(s) < 0)
        return; /* it stays, passing on what comes behind what it holds */
    s->backend = r->below;
    s->policy->record = NULL;
    free(r->line);
    free(r);
}

void buf__record_begin(struct stream *s) {
    bool lines = s->policy->settings.word[OPTION_record] == RECORD_LINE;
    if (s->policy->record && !lines)
        end(s);
    if (s->policy->record)
        s->policy->record->last = !lines;
    if (!lines || s->policy->record)
        return;
    const char *why = refusal(s);
    if (!why && !(s->policy->record = calloc(1, sizeof *s->policy->record)))
        why = "no memory";
    if (why) {
        buf__policy_fell_back(s, OPTION_record, NULL, why);
        return;
    }
    s->policy->record->below = s->backend;
    s->backend = &record_backend;
}
