/* The stream: the one struct of libbuf, and what each floor of the library offers the floor above it.

       program: fputc, fwrite, fprintf, inlined putc_unlocked ...
         |
       entry      standard names; lock, orientation, errno     put.c get.c line.c print.c scan.c wide.c seek.c ...
       buffer     the window: one run of bytes of the file     window.c flush.c fill.c
       backend    read, write, seek, close                     plain.c direct.c process.c memory.c growing.c cookie.c
       sys        system calls, -errno                         sys.c
         |
       kernel

   Glossary
     window   the bytes between buf_base and buf_end; what it holds lies at [write_base, write_ptr) or
              [read_ptr, read_end)
     edge     where a write window ends: on a block boundary of the file offset
     putting  the window collects output (flag PUTTING); otherwise it holds input, or nothing
     held     bytes that libc handed over for writing and the kernel did not take: they leave before the window's
     foreign  a stream that is not ours: libc's own. Entries hand it on to libc

   Inside the library a function returns 0 or a count, or -errno; errno and the indicators are set by the entry
   alone. */

#ifndef BUF_STREAM_H
#define BUF_STREAM_H

#pragma GCC visibility push(default)
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <wchar.h>
#pragma GCC visibility pop

/* _flags as glibc's libio uses them; inlined macros of <stdio.h>, gnulib and libc itself read them. */
enum {
    FLAG_USER_BUFFER = 0x1, /* libc must not free the buffer: set on every buffer of ours */
    FLAG_UNBUFFERED = 0x2,
    FLAG_NO_READS = 0x4,
    FLAG_NO_WRITES = 0x8,
    FLAG_EOF = 0x10,
    FLAG_ERROR = 0x20,
    FLAG_LINKED = 0x80, /* on libc's own list: never ours */
    FLAG_LINE = 0x200,
    FLAG_PUTTING = 0x800,
    FLAG_APPEND = 0x1000,
    FLAG_FILE = 0x2000,      /* has a descriptor: libc's own fileno asks */
    FLAG_USER_LOCK = 0x8000, /* __fsetlocking: the caller locks */
    FLAG_CLOSED = FLAG_NO_READS | FLAG_NO_WRITES,
};
/* _flags2 */
enum {
    FLAGS2_NOT_CANCELLABLE = 0x2, /* mode letter c, and set by libc around its own messages */
    FLAGS2_NEED_LOCK = 0x80,      /* libc's own functions lock the stream */
};

/* In the upper half of _flags, at which libc never looks: tells ours from foreign. */
#define STREAM_MAGIC 0xb0f50000u
#define STREAM_MAGIC_MASK 0xffff0000u

enum {
    HEADROOM = 64,           /* bytes kept free below a window of ours, for pushback */
    TINY = 16,               /* the window of an unbuffered stream: one byte, the rest is headroom */
    WINDOW_FIRST = 4096,     /* bytes of an automatic window at first */
    WINDOW_FILE = 256 << 10, /* and at most, for regular files and block devices */
    WINDOW_PIPE = 64 << 10,  /* and at most, for everything else */
    WINDOW_MANY = 64 << 10,  /* what grows beyond this shares, over all streams, */
    WINDOWS_ALL = 16 << 20,  /* this much */
};

/* The orientation of a byte stream whose calls are counted: entries that are quick on a byte stream look at it anyway,
   and so take their long way. */
enum { BYTES_WATCHED = -2 };

enum { TURNS = 3 }; /* how often a stream may become one thread's own */

/* A stream's lock (lock.h). The first three fields are glibc's lock word and protocol (libio/stdio-lock.h),
   which libc itself takes on our streams: a thread holds the stream by them, or by the bias. */
struct lock {
    int word;             /* 0 free, 1 taken, 2 taken and somebody waits */
    int depth;            /* how often the owner holds it, the first time included */
    void *owner;          /* thread pointer of the owner */
    uintptr_t bias;       /* thread pointer of who does without the word + its turn + WITHDRAWN; 0: nobody */
    uint32_t busy[TURNS]; /* levels that each turn's thread holds: ENTRY an entry, USER a flockfile */
    int entered;          /* levels of depth that entries hold: a cancelled thread gives them back */
    void *last;           /* thread pointer of who took the word last, */
    uint32_t streak;      /* and how often in a row without anybody waiting */
    uint8_t turns;        /* biases given so far */
    uint8_t waits;        /* how often somebody had to wait for the word, up to CONTENDED */
    bool plain;           /* never biased again: libc locks it without asking us, or it is shared */
};

struct backend;

/* What the descriptor turned out to be at the first transfer. */
enum kind { KIND_UNKNOWN, KIND_FILE, KIND_BLOCK_DEVICE, KIND_TERMINAL, KIND_OTHER };

/* How the program wants the stream buffered. In _flags this shows once the stream is prepared; until then it
   is FLAG_UNBUFFERED, so that libc's own puts come to us at once. */
enum mode { MODE_AUTO, MODE_FULL, MODE_LINE, MODE_NONE };

struct stream {
    struct _IO_FILE file;       /* the public part: cursors and flags, in the system's own layout */
    const void *vtable;         /* libc's vtable of fopencookie streams */
    void *cookie;               /* this stream, for libc's calls back to us (interop.c) */
    cookie_io_functions_t io;   /* those calls, mangled by libc */
    struct stream *next, *prev; /* the list of open streams (list.c) */
    unsigned walkers;           /* walks of the list that stand on this stream */
    bool listed;                /* on the list */
    bool heap;                  /* made by malloc; false for stdin, stdout, stderr */
    bool dead;                  /* closed while a walker stood on it: the walker frees it */

    const struct backend *backend; /* how bytes move; never NULL */
    void *source;                  /* what a backend without descriptor keeps */
    pid_t pid;                     /* popen's child, or 0 */

    off64_t offset; /* file offset of read_end, or of write_base (held bytes count as written); -1 unknown */
    off64_t sought; /* the farthest offset that the kernel is known to take */
    size_t size;    /* bytes of the window: capacity of [buf_base, buf_end) */
    size_t wanted;  /* bytes the program asked for; 0: automatic, ours to choose, and it grows */
    size_t grain;   /* the block the file system prefers, bytes */
    size_t block;   /* windows end on multiples of this file offset: the grain, within the window */
    size_t most;    /* an automatic window grows up to this many bytes */
    size_t claimed; /* of the memory that large windows share: released with the window */
    char *memory;   /* start of the window's own allocation, NULL when it is the program's or tiny */
    char *first; /* lowest byte of the read window that pushback has not overwritten; NULL: all are whole */
    off64_t landed;  /* where the last seek out of the window went; -1: nowhere yet */
    size_t ahead;    /* a fill reads no more than this: little after a seek, doubling while reading goes on */
    uint64_t filled; /* monotonic time of the last window that filled, ns; 0 none yet */
    bool prepared;   /* the window is what the mode and size ask for */
    bool known;      /* kind, grain, most and offset were asked of the kernel */
    bool inherited;  /* what is unread was read by the process we were forked from: not ours to give back */
    bool own;        /* opened by us from a path: nobody else had the descriptor */
    bool told;       /* fileno() gave the descriptor's number away */
    bool copied;     /* the process forked since it was opened: another has the descriptor, too */
    bool adrift;     /* the kernel's offset is another than ours: transfers name their place (plain.c) */
    bool doubtful;   /* offset is a guess: others may have moved the descriptor; buf__tell asks the kernel */
    bool fresh;      /* opened by us and never moved: the kernel's offset is 0 */
    bool got;        /* the last transfer was a read */
    bool full;       /* the last read filled the window */
    uint8_t mode;    /* enum mode */
    uint8_t kind;    /* enum kind */
    bool raw;        /* a wide stream whose characters are kept as they are (open_wmemstream) */
    int8_t wide; /* orientation: 0 none yet, -1 bytes, 1 wide (file._mode stays -1: libc must not see it) */

    char *held;       /* bytes libc gave us and the kernel did not take, malloc'ed */
    size_t held_size; /* how many */

    struct policy *policy; /* what options ask for (policy.h); NULL: nothing */
    bool
        watched; /* a report counts each call (report.h): the write window stays closed, wide is BYTES_WATCHED */

    uint64_t taken;   /* bytes that the backend took, held ones included */
    uint64_t durable; /* what `taken` was at the last sync that succeeded (sync.h) */
    int sync_error;   /* of the first sync that failed, -errno: the kernel says it once, we from then on; 0 */

    struct encoding *encoding;   /* of a wide stream (encoding.h), NULL before */
    mbstate_t wide_in, wide_out; /* conversion states of a wide stream */
    struct lock lock;            /* file._lock points here */
    char tiny[TINY];             /* window and headroom without memory */
};

/* How bytes move between a window and what lies behind the descriptor. Each returns a count or offset, or
   -errno. */
struct backend {
    ssize_t (*read)(struct stream *, void *, size_t);
    ssize_t (*write)(struct stream *, const struct iovec *, int);
    off64_t (*seek)(struct stream *, off64_t, int whence);
    int (*close)(struct stream *); /* 0, a child's wait status, or -errno */
    /* Everything that the backend itself holds goes on: at the program's flush, before a fork, when the descriptor's
       number is told, at exit. 0 or -errno: what did not go stays. NULL: it holds nothing. close() does it too. */
    int (*drain)(struct stream *);
};
extern const struct backend buf__plain, buf__process;
ssize_t buf__plain_read(struct stream *, void *, size_t);
ssize_t buf__plain_write(struct stream *, const struct iovec *, int);
/* The same at an offset, and the descriptor's stays; at the descriptor's where it is -1. */
ssize_t buf__plain_read_at(struct stream *, void *, size_t, off64_t);
ssize_t buf__plain_write_at(struct stream *, const struct iovec *, int, off64_t);
off64_t buf__plain_seek(struct stream *, off64_t, int whence);
/* After a transfer that named its place: where the kernel's offset is the stream's again, since a handler of signals
   forked meanwhile, it moves along. Returns `moved_by`. */
ssize_t buf__plain_arrive(struct stream *, off64_t at, ssize_t moved_by);
/* For a transfer that is made elsewhere: a cancelled thread ends here, and gives the stream's lock back. */
void buf__plain_cancel_point(struct stream *);
/* A transfer that was made elsewhere is counted, and what options ask for afterwards done. The stream has a policy. */
void buf__plain_has_read(struct stream *, ssize_t result, off64_t at);
void buf__plain_has_written(struct stream *, ssize_t result, off64_t at);

/* Moves the stream without the kernel: its next transfer names its place. False where others may see the
   descriptor, or the kernel might refuse the offset. */
bool buf__drift(struct stream *, off64_t);

/* Makes the kernel's offset the stream's again: somebody may look. */
void buf__anchor(struct stream *);

/* What the backend holds goes to the kernel. 0, or -errno: what did not go stays. */
int buf__drain(struct stream *);

/* The same, an error left to the stream's indicator, and the kernel's offset is the stream's. */
void buf__settle_below(struct stream *);

/* Nobody else can see or move the stream's descriptor. */
static inline bool private(const struct stream *s) {
    return s->own && !s->told && !s->copied;
}

/* The stream behind a FILE *, or NULL for one of libc's own. */
static inline struct stream *ours(FILE *f) {
    return __builtin_expect(((unsigned)f->_flags & STREAM_MAGIC_MASK) == STREAM_MAGIC, 1) ? (struct stream *)f
                                                                                          : NULL;
}

static inline size_t unread(const struct stream *s) {
    return (size_t)(s->file._IO_read_end - s->file._IO_read_ptr);
}

static inline size_t pending(const struct stream *s) {
    return (size_t)(s->file._IO_write_ptr - s->file._IO_write_base);
}

static inline bool putting(const struct stream *s) {
    return s->file._flags & FLAG_PUTTING;
}

/* Bytes that were put since the stream was opened, whoever put them. */
static inline uint64_t accepted(const struct stream *s) {
    return s->taken + (putting(s) ? pending(s) : 0);
}

/* window.c */

/* Finds out what the descriptor is, once. */
void buf__learn(struct stream *);

/* Before a transfer: finds out what the descriptor is, once, and gives the stream the window its mode and
   size ask for. Never fails: without memory the stream works unbuffered. */
void buf__prepare(struct stream *);

/* Neither putting nor reading: every cursor at the place of the present offset. */
void buf__window_idle(struct stream *);

/* An empty write window at the present offset. */
void buf__window_open(struct stream *);

/* Where the present write window ends: on a block edge of the file offset where the offset is known. */
char *buf__window_edge(const struct stream *);

/* Where the write window must look full, so that inlined puts call us: at its edge, at once when not fully
   buffered. */
void buf__window_close_or_open(struct stream *);

/* After a window was filled (not merely flushed): adapts an automatic size to the pace. The window must be
   empty. */
void buf__window_adapt(struct stream *);

/* Replaces the window by one of `size` bytes with `headroom` bytes below, what is unread kept. 0 or
   -ENOMEM. */
int buf__window_replace(struct stream *, size_t size, size_t headroom);

/* The program's own memory becomes the window. The window must be empty. */
void buf__window_lend(struct stream *, char *, size_t);

/* Gives the window's memory back, if it is ours; the window becomes tiny. It must be empty. */
void buf__window_drop(struct stream *);

/* flush.c */

/* Makes the stream ready to put: gives read-ahead back to the descriptor. 0, -EBADF, or the seek's -errno. */
int buf__begin_put(struct stream *);

/* libc began to put over unread input, and leaves the descriptor to be moved back at its next flush: done
   here before we rely on the cursors. */
void buf__adopt_put(struct stream *);

/* Everything accepted goes to the backend. 0 or -errno: what did not go stays, in order. */
int buf__flush(struct stream *);

/* And on to the kernel. */
int buf__flush_through(struct stream *);

/* The window of a fully buffered stream is full: it leaves, and there is room again. 0 or -errno. */
int buf__next_window(struct stream *);

/* Takes bytes from the program; returns how many were accepted, and in *error 0 or -errno. */
size_t buf__put(struct stream *, const char *, size_t, int *error);

/* fill.c */

/* Flushes if putting, then refills the window with what the backend has. Bytes read, 0 at end of file, or
   -errno. */
ssize_t buf__fill(struct stream *);

/* Moves bytes to the program until `n` are there, the end or an error (in *error: 0, -errno; 1 at end of
   file). */
size_t buf__get(struct stream *, char *, size_t n, int *error);

/* Before a seek out of the window: how much was read since the last one. */
size_t buf__visited(const struct stream *);

/* After it: the next fill takes little more than that. */
void buf__read_less(struct stream *, size_t visited);

/* A read that may wait shows what was printed before it: a line-buffered stdout is flushed, as libc does. */
void buf__show_prompt(struct stream *);

/* Gives what was read ahead and not used back to the descriptor, when that can seek. 0 or -errno. */
int buf__give_back(struct stream *);

/* Ends putting or reading: flushes, or gives read-ahead back. 0 or -errno. */
int buf__settle(struct stream *);

/* seek.c */
int buf__seek(struct stream *, off64_t, int whence); /* 0 or -errno */
off64_t buf__tell(struct stream *);                  /* the stream's file position, or -errno */

/* unget.c */
int buf__unget(struct stream *, unsigned char); /* 0 or -errno */

/* wide.c */
bool buf__put_wide(struct stream *, const wchar_t *, size_t n); /* all of it, or false: noted, errno set */
wint_t buf__get_wide(struct stream *);                          /* WEOF: noted, errno set */
wint_t buf__unget_wide(struct stream *, wint_t);                /* WEOF: errno set */

/* How far offset `at` lies behind a block edge. */
static inline size_t behind_edge(const struct stream *s, size_t at) {
    bool power_of_two = (s->block & (s->block - 1)) == 0;
    return __builtin_expect(power_of_two, 1) ? at & (s->block - 1) : at % s->block;
}

/* Bytes of what offsets count: characters where a wide stream keeps them as they are. */
static inline size_t offset_unit(const struct stream *s) {
    return s->raw ? sizeof(wchar_t) : 1;
}

/* The backend took `n` bytes at the stream's offset. On an appending stream they landed at the end, wherever
   that is. */
static inline void wrote(struct stream *s, size_t n) {
    s->doubtful |= (s->file._flags & FLAG_APPEND) != 0;
    s->fresh = false;
    s->taken += n;
    if (s->offset >= 0)
        s->offset += (off64_t)(n / offset_unit(s));
}

/* The descriptor was moved to offset `at`. */
static inline void moved(struct stream *s, off64_t at) {
    if (s->kind <= KIND_BLOCK_DEVICE)
        s->offset = at;
    if (s->sought < at)
        s->sought = at;
    s->fresh = false;
    s->doubtful = false;
}

/* interop.c: what libc calls on our streams */
extern const cookie_io_functions_t buf__callbacks;
int buf__drain_held(struct stream *); /* 0 or -errno */

/* setvbuf.c */
void buf__buffer_anew(
    struct stream *); /* the next transfer makes it, as mode and size then say; settled before */
int buf__set_buffer(struct stream *, char *, int mode, size_t); /* 0 or -errno */

/* What a mode string asks for. */
struct opening {
    int access;                /* flags of open(2) */
    int flags;                 /* of the stream's _flags: FLAG_NO_READS, FLAG_NO_WRITES, FLAG_APPEND */
    int flags2;                /* of its _flags2 */
    const char *character_set; /* behind ",ccs=", up to the next comma or the end; NULL for a byte stream */
};

/* list.c */

/* A listed stream in its first state, or NULL: ENOMEM. */
struct stream *buf__new(int fd, const struct opening *);
struct stream *buf__new_without_descriptor(const struct opening *, const struct backend *, void *source);

/* Off the list and gone; the standard streams are merely closed. */
void buf__free(struct stream *);

/* First state, keeping the program's choice of buffer and the lock. */
void buf__reset(struct stream *, int fd, const struct opening *);

/* Visits every open stream; none is freed under a visit. */
void buf__walk(void (*visit)(struct stream *, void *), void *context);

/* The same, never waiting for a lock (exit). */
void buf__walk_trying(void (*visit)(struct stream *)); /* visits none where another has the list for long */
void buf__walk_underneath(void (*visit)(struct stream *));

/* The same with the list's lock in hand. */
void buf__walk_held(void (*visit)(struct stream *));

void buf__list_lock(void);
void buf__list_unlock(void);
void buf__list_shared(void);     /* at each fork: others may move what was flushed before */
void buf__list_after_fork(void); /* in the child: all locks are new, but those the forking thread holds */
extern struct stream buf__standard[3], buf__blank;

/* start.c */

/* Starts the library if it is not; false when it stays passive and everything is libc's. */
bool buf__active(void);

/* Whether it has started and is not passive; starts nothing. */
bool buf__started(void);

/* The value of `name` in the environment that the process began with (getenv does not work yet); NULL: none. */
const char *buf__setting(char *const *environment, const char *name);

/* Says "libbuf: WHAT: DETAIL" on descriptor 2, without stdio and malloc. */
void buf__complain(const char *what, const char *detail);

/* state.c */
int buf__flush_kernel(
    struct stream *); /* what fflush does of itself, without what options add. 0 or -errno */

/* exit.c */
void buf__handed_find(void); /* handed.c: what a fork's child calls without looking for it */
int buf__arm_exit(void);  /* has libc call us at exit; 0, or -1 */
int buf__flush_all(void); /* 0 or -errno of the last failure */

/* open.c */
int buf__parse_mode(const char *mode, struct opening *); /* 0 or -EINVAL */
int buf__finish(struct stream *); /* settles and closes: what fclose returns, or -errno */

/* totals.c: what passed through this process's streams, summed over processes in the file that LIBBUF_TOTALS
   names */
struct totals {
    uint64_t processes;     /* started on libbuf */
    uint64_t bytes_read;    /* by streams, from the kernel */
    uint64_t bytes_written; /* by streams, to the kernel */
};
extern struct totals *buf__totals; /* NULL: nobody asks */
void buf__totals_start(char *const *environment);

/* The standard name `alias` is the same function as `name`. */
#define ALIAS(name, alias) __asm__(".globl " #alias "\n.type " #alias ", @function\n.set " #alias ", " #name)

#endif
