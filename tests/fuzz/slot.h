/* A slot: one stream of the round and what the standards say may be done with it now. The model knows nothing
   of windows: what it decides follows from the calls made and their logged results, so it decides the same on
   every stdio. Operations are offered a slot and make a call, or say that none of theirs is legal now. */
#ifndef FUZZ_SLOT_H
#define FUZZ_SLOT_H

#include "random.h"
#include "record.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <wchar.h>

/* What the last operation was, as far as the next one must know (C17 7.21.5.3). */
enum last { IDLE, PUTTING, GETTING, AT_END };

enum { MARKS = 3, DEEPEST_PUSHBACK = 4 };

struct slot {
    FILE *f;        /* NULL: no stream */
    int number;     /* its name in the log */
    enum kind kind; /* what is behind it */
    int file;       /* which file (files.h), -1 none */
    int mode;       /* index in MODE_NAMES, -1 other */
    int buffer;     /* index in BUFFER_NAMES */
    int buffering;  /* _IOFBF, _IOLBF or _IONBF, as asked */
    size_t size;    /* bytes of the buffer asked for */
    char *memory;   /* the buffer's memory, while it is the program's */
    bool reads;     /* open for reading */
    bool writes;    /* open for writing */
    bool append;    /* writes go to the end */
    bool mapped;    /* opened with libc's mode letter m */
    bool encoded;   /* freopen gave it an encoding */
    bool seeks;     /* has positions */
    bool growing;   /* open_memstream's or open_wmemstream's */
    bool wide;      /* wide-oriented, or to be */
    bool touched;   /* input or output happened: no more setvbuf */
    bool stale_end; /* the end was seen and the file has grown since */
    bool low;       /* pushback below the beginning of the file: the position is not defined */
    bool at_end;    /* it stands at the end of its file, for certain */
    bool sought;    /* the position was set since it was opened */
    bool broken;    /* an encoding error: nothing is defined until a seek */
    bool turned;    /* by what moved no byte: whether it reads or writes now is nobody's business */
    bool settled;   /* since fflush or open nothing was read or written: the descriptor's offset is defined */
    bool flushed;   /* output was flushed, and nothing happened since */
    bool whole_lines;    /* what was put last ended with a newline */
    enum last last;      /* see above */
    int pushed;          /* bytes or characters pushed back; 0 when something behind them was read */
    int recent;          /* the last byte or character read, -1 unknown */
    size_t taken;        /* the position is at least this */
    size_t limit;        /* what is behind it holds this many bytes, 0: no limit */
    size_t extent;       /* a guess how large the file is, for choosing places */
    size_t available;    /* KIND_pipe_fed: bytes that can be read without waiting */
    size_t undrained;    /* KIND_pipe_out: bytes that may be in the pipe */
    int other_end;       /* descriptor of a pipe's other end, -1 none */
    bool marked[MARKS];  /* which of the marks are set */
    fpos_t marks[MARKS]; /* positions by fgetpos */
    off_t tells[MARKS];  /* the same by ftello */
    void *behind;        /* KIND_memory, KIND_cookie: what is behind the stream */
};

enum { GENERAL_SLOTS = 4, SLOT_STDIN = GENERAL_SLOTS, SLOT_STDOUT, SLOT_STDERR, SLOTS };
extern struct slot slots[SLOTS];

/* Before a call: counts it by the state of the stream's window, and clears errno. */
void called(struct slot *s, enum call call);

/* One line of the log about the slot. */
#define say(s, format, ...) record("#%u s%d " format, operation_number, (s)->number, ##__VA_ARGS__)
extern unsigned operation_number;

/* Whether bytes or characters may be put or got now. */
bool may_put(const struct slot *s);
bool may_get(const struct slot *s);

/* Makes room for n more bytes where a pipe could fill up. */
void before_put(struct slot *s, size_t n);

/* After n bytes were put or got; `end` when a get met the end or an error. */
void after_put(struct slot *s, size_t n);
void after_get(struct slot *s, size_t n, bool end);

/* After the position was set. */
void after_seek(struct slot *s);

/* Flushes and logs what is in a pipe. */
void drain_pipe(struct slot *s);

/* Up to 20000 bytes, often near the buffer's size or a block's edge. */
size_t random_size(const struct slot *s);

enum payload { TEXT, LINES, BYTES };
enum { LARGEST = 20000 };

/* That many random bytes, a NUL behind them, none inside unless BYTES. Valid until the next call. */
char *payload(enum payload kind, size_t n);

/* Calls the function itself, where the header has an inline body for the name. */
#define REAL(name) (*(__typeof__(&name) volatile[]){name}[0])

struct operation {
    const char *name;                   /* for --list */
    bool (*run)(struct slot *);         /* false: nothing of the kind is legal now */
    unsigned weight;                    /* how often, relative to the others */
    enum { ANY, NARROW, WIDE } streams; /* those it is for */
};

/* The operations of each file, ended by an empty one. */
extern const struct operation put_operations[], get_operations[], place_operations[], state_operations[],
    wide_operations[], standard_operations[], libc_operations[], life_operations[], process_operations[],
    failure_operations[], scan_operations[];

#endif
