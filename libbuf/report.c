/* Counting what a stream does: see report.h. */

#include "report.h"
#include "policy.h"
#include "sys.h"
#include <unistd.h>

static struct report *report_of(const struct stream *s) {
    return s->policy ? s->policy->report : NULL;
}

struct buf_stats *buf__report_stats(struct stream *s) {
    struct report *r = report_of(s);
    return r ? &r->stats : NULL;
}

static void count_size(uint64_t *sizes, size_t n) {
    if (n > 0) {
        int place = 63 - __builtin_clzl(n);
        sizes[place < BUF_SIZES ? place : BUF_SIZES - 1]++;
    }
}

/* The path, absolute: the program may change its directory before the first record is made. */
static void take_path(struct report *r, const char *path) {
    size_t n = 0;
    if (*path != '/' && getcwd(r->path, sizeof r->path - REPORT_ROOM - 1)) {
        n = strlen(r->path);
        r->path[n++] = '/';
    }
    memcpy(r->path + n, path, strlen(path) + 1);
}

static void take_name(struct stream *s, struct report *r, const char *name) {
    if (name) {
        size_t n = strlen(name);
        if (n >= sizeof r->name)
            name += n - sizeof r->name + 1; /* its end says more */
        memcpy(r->name, name, strlen(name) + 1);
        return;
    }
    buf__descriptor_name(s->file._fileno, r->name, sizeof r->name);
}

static void begin_counting(const struct stream *s, struct report *r) {
    r->stats = (struct buf_stats){.fallbacks = buf__policy_fallbacks(s), .unproven = s->policy->unproven};
    r->mark = s->file._IO_read_ptr;
    r->before = accepted(s);
}

void buf__report_begin(struct stream *s, const char *name) {
    if (!is_given(s, OPTION_report))
        return;
    const char *path = s->policy->settings.report;
    size_t length = strlen(path);
    buf__report_free(s);
    struct report *r = calloc(1, sizeof *r);
    if (!r) {
        buf__complain("report", "no memory");
        return;
    }
    r->form = strcmp(path, "none") == 0     ? REPORT_NONE
              : strcmp(path, "stderr") == 0 ? REPORT_STDERR
                                            : REPORT_RECORD;
    r->json = length > 5 && strcmp(path + length - 5, ".json") == 0;
    take_path(r, path);
    take_name(s, r, name);
    begin_counting(s, r);
    s->policy->report = r;
    s->watched = true;
    if (s->wide < 0)
        s->wide = BYTES_WATCHED;
    if (putting(s))
        buf__window_close_or_open(s);
}

void buf__report_end(struct stream *s) {
    struct report *r = report_of(s);
    if (!r || r->ended)
        return;
    buf__report_taken(s);
    buf__report_uncounted(s);
    buf__report_finish(r);
    r->ended = true;
}

void buf__report_free(struct stream *s) {
    struct report *r = report_of(s);
    if (!r)
        return;
    buf__report_end(s);
    s->watched = false;
    if (s->wide < 0)
        s->wide = -1;
    s->policy->report = NULL;
    free(r);
}

void buf__report_after_fork(struct stream *s) {
    struct report *r = report_of(s);
    if (!r)
        return;
    if (r->map)
        buf__sys_unmap(r->map, r->map_size);
    r->map = NULL;
    begin_counting(s, r);
}

void buf__report_put(struct stream *s, size_t bytes) {
    struct report *r = report_of(s);
    if (r->joining) {
        r->joined += bytes;
        return;
    }
    r->stats.put_calls++;
    r->stats.put_bytes += bytes;
    count_size(r->stats.put_sizes, bytes);
    buf__report_uncounted(s);
}

/* Every byte that was put lies in the window or was taken by the backend, whoever put it. */
void buf__report_uncounted(struct stream *s) {
    struct report *r = report_of(s);
    r->stats.uncounted_bytes = accepted(s) - r->before - r->stats.put_bytes;
}

void buf__report_refused(struct stream *s) {
    struct report *r = report_of(s);
    if (r->joining) {
        r->joined--;
        return;
    }
    r->stats.put_bytes--;
    r->stats.put_sizes[0]--;
}

void buf__report_dropped(struct stream *s, size_t bytes) {
    report_of(s)->before -= bytes;
}

void buf__report_join(struct stream *s) {
    struct report *r = report_of(s);
    r->joining = true;
    r->joined = 0;
}

void buf__report_joined(struct stream *s) {
    struct report *r = report_of(s);
    r->joining = false;
    buf__report_put(s, r->joined);
}

void buf__report_taken(struct stream *s) {
    struct report *r = report_of(s);
    const char *at = s->file._IO_read_ptr, *mark = r->mark;
    r->mark = at;
    if (putting(s) || mark < s->file._IO_read_base || mark > s->file._IO_read_end)
        return;
    uint64_t *bytes = r->inside ? &r->inner : &r->stats.single_bytes;
    if (at >= mark)
        *bytes += (uint64_t)(at - mark);
    else
        *bytes -= (uint64_t)(mark - at) < *bytes ? (uint64_t)(mark - at) : *bytes; /* pushed back meanwhile */
}

void buf__report_placed(struct stream *s) {
    report_of(s)->mark = s->file._IO_read_ptr;
}

void buf__report_mark(struct stream *s) {
    struct report *r = report_of(s);
    uint64_t *bytes = r->inside ? &r->inner : &r->stats.single_bytes;
    *bytes -= *bytes > 0;
    r->mark = s->file._IO_read_ptr;
}

void buf__report_get(struct stream *s) {
    struct report *r = report_of(s);
    r->inside = false; /* a thread cancelled in a call did not end it */
    buf__report_taken(s);
    r->inside = true;
    r->inner = 0;
}

void buf__report_got(struct stream *s, size_t bytes) {
    struct report *r = report_of(s);
    r->inside = false;
    r->mark = s->file._IO_read_ptr;
    r->stats.get_calls++;
    r->stats.get_bytes += bytes;
    count_size(r->stats.get_sizes, bytes);
}

void buf__report_scanned(struct stream *s) {
    buf__report_taken(s);
    buf__report_got(s, report_of(s)->inner);
}

uint64_t buf__report_before_seek(struct stream *s) {
    buf__report_taken(s);
    return report_of(s)->stats.seek_calls;
}

void buf__report_seek(struct stream *s, uint64_t before) {
    struct report *r = report_of(s);
    r->mark = s->file._IO_read_ptr;
    r->stats.seeks++;
    r->stats.seeks_saved += r->stats.seek_calls == before;
}

/* Whether a transfer begins and ends on block edges. */
static bool aligned(const struct stream *s, size_t n, off64_t at) {
    return s->grain > 1 && at >= 0 && (size_t)at % s->grain == 0 && n % s->grain == 0;
}

static void show(struct report *r) {
    if (!r->ended && r->form == REPORT_RECORD)
        buf__report_show(r);
}

void buf__report_written(struct stream *s, ssize_t result, off64_t at) {
    struct report *r = report_of(s);
    size_t n = result > 0 ? (size_t)result : 0;
    r->stats.write_calls++;
    r->stats.write_bytes += n;
    r->stats.write_aligned += aligned(s, n, at) ? n : 0;
    count_size(r->stats.write_sizes, n);
    show(r);
}

void buf__report_read(struct stream *s, ssize_t result, off64_t at) {
    struct report *r = report_of(s);
    size_t n = result > 0 ? (size_t)result : 0;
    r->stats.read_calls++;
    r->stats.read_bytes += n;
    r->stats.read_aligned += aligned(s, n, at) ? n : 0;
    count_size(r->stats.read_sizes, n);
    show(r);
}

void buf__report_seek_call(struct stream *s) {
    struct report *r = report_of(s);
    r->stats.seek_calls++;
    show(r);
}
