/* What a stream did: the option report, and buf_stats (libbuf-options(7), buf_stats(3)). While a report is on, the
   stream is `watched`: its write window stays closed and its orientation is BYTES_WATCHED, so that every call but
   getc comes the long way, on which it is counted. A stream without report pays for none of this.

   Others add to buf__report_stats(s)->syncs and sync_ns, and count what they transfer themselves by buf__report_read and
   buf__report_written; fallbacks are counted by policy.c. */

#ifndef BUF_REPORT_H
#define BUF_REPORT_H

#pragma GCC visibility push(default)
#include "libbuf.h"
#pragma GCC visibility pop

#include "stream.h"
#include <limits.h>

enum report_form {
    REPORT_NONE,   /* buf_stats alone */
    REPORT_STDERR, /* printed when the stream is closed */
    REPORT_FILE,   /* appended to a file that cannot be mapped, then as well */
    REPORT_RECORD, /* a record in a file, which is mapped: it survives SIGKILL (report_file.c) */
};

struct report {
    struct buf_stats stats;
    const char *mark; /* up to here in the read window all was counted */
    uint64_t inner;   /* bytes that the counted call which is under way took from the window */
    uint64_t joined;  /* bytes of puts that are one call of the program's */
    uint64_t before;  /* bytes that were put before the report began, less those that were dropped since */
    bool inside;      /* a counted call is under way */
    bool joining;     /* puts are collected into one */
    bool ended;       /* the last word is written */
    bool json;
    uint8_t form;        /* enum report_form */
    void *map;           /* the pages that hold the record; NULL: none yet */
    size_t map_size;     /* bytes */
    char *record;        /* in the map */
    off64_t at;          /* of the record in the file */
    char name[128];      /* the stream's, cut */
    char path[PATH_MAX]; /* the report's, with %p in it, absolute */
};

/* Where the stream's counters are, for what it does besides; NULL: no report is on. */
struct buf_stats *buf__report_stats(struct stream *);

/* Finds out what was put and not counted, between two puts. */
void buf__report_uncounted(struct stream *);

/* A report begins if the stream's options ask for one. `name` is the stream's, NULL: its descriptor's. */
void buf__report_begin(struct stream *, const char *name);

/* Its last word. */
void buf__report_end(struct stream *);

/* The same, and its memory is free. */
void buf__report_free(struct stream *);

/* In a fork's child, which begins with nothing and a record of its own. */
void buf__report_after_fork(struct stream *);

/* What follows is called on watched streams only. */

void buf__report_put(struct stream *, size_t bytes); /* a call that put */
void buf__report_refused(struct stream *);           /* its one byte was not kept */
void buf__report_dropped(struct stream *, size_t);   /* bytes that were put will go nowhere */
void buf__report_join(struct stream *);              /* the next puts are one call ... */
void buf__report_joined(struct stream *);            /* ... up to here */

void buf__report_get(struct stream *);               /* a call that gets begins */
void buf__report_got(struct stream *, size_t bytes); /* and has got that much */
void buf__report_scanned(struct stream *);           /* or what it took from the window */
void buf__report_placed(struct stream *);            /* the read cursor has been set */
void buf__report_taken(
    struct stream *); /* the read cursor is about to be set: what was taken one at a time counts */
void buf__report_mark(struct stream *); /* a byte was pushed back */

uint64_t buf__report_before_seek(struct stream *); /* what buf__report_seek wants to know */
void buf__report_seek(struct stream *, uint64_t before);

/* System calls: `result` is the kernel's, `at` the file offset where it began, -1 unknown. */
void buf__report_written(struct stream *, ssize_t result, off64_t at);
void buf__report_read(struct stream *, ssize_t result, off64_t at);
void buf__report_seek_call(struct stream *);

/* report_file.c */
void buf__report_show(struct report *);   /* the record as it is now */
void buf__report_finish(struct report *); /* the last word; the map is gone */

/* report_print.c: the text of a report, at most `room` bytes of whole lines. Its length. */
size_t buf__report_print(const struct report *, char *to, size_t room, bool finished);

#endif
