/* The shared memory between bufcount, which makes it and reads it, and the counting shim in every process of
   the tree, which adds to it. It lives in a file, so that counts survive _exit, SIGKILL and exec. One image
   is one run of one executable in one process: a fork starts one, and so does an exec. */
#ifndef BUFCOUNT_SHARED_H
#define BUFCOUNT_SHARED_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHARED_VERSION = 1,
    NAMED_CALLS = 470,         /* numbers below this have a name in names.h */
    OTHER_CALLS = NAMED_CALLS, /* the row of all other numbers */
    I386_CALLS,                /* the row of calls made through int $0x80 */
    CALL_ROWS,                 /* rows in a table */
    IMAGES = 1024,             /* images at a time; number 0 is the rest, shared by all that found no other */
    HINTS = 4096,              /* where the image prepared by an exec is found by process id */
    SITES = 1024,              /* system calls of libc that can be patched, at most */
    ACCOUNTS = 2048,           /* accounts of threads other than the first of their image, at a time */
    EXE_SIZE = 864,
    STDIO_ROWS = 192,      /* rows in a table of stdio functions; those in use have a name in stdio_names.h */
    FILES = 8192,          /* file records at a time; number 0 is the rest */
    FILE_PATH = 248,       /* bytes for a file's path; a longer one keeps its end */
    SIZE_BUCKETS = 34,     /* of a histogram of sizes: 0 bytes, then 2^(n-1) to 2^n - 1 */
    FREQUENT_SIZES = 8,    /* most frequent sizes that are kept */
    SIZE_PLACES = 16,      /* where one is looked for first */
    WHAT_IFS = 10,         /* window sizes that are tried in thought: 4 KiB << n */
    LATENCY_BUCKETS = 40,  /* of a histogram of ticks, as for sizes */
    STDIO_ACCOUNTS = 1024, /* threads at a time that count stdio calls and files without locks */
    FILE_CHAINS = 64       /* of an account's file records, by path */
};

/* What a table knows of one system call. */
struct call_count {
    _Atomic uint64_t calls;
    _Atomic uint64_t errors;
    _Atomic uint64_t bytes; /* sum of the results of calls that return bytes */
    _Atomic uint64_t ticks; /* with --time, of the time stamp counter, from the call to its return */
};

/* What one thread of an image has counted, or several one after the other: only the thread itself writes here, by
   plain additions of one instruction, which its own signal handlers cannot tear. */
struct account {
    _Atomic uint64_t present; /* offset in the account of the call the thread is in; 0 outside calls */
    uint64_t unused[7];       /* the first rows have a cache line of their own */
    struct call_count counts[CALL_ROWS];
};

/* What kinds of system calls a stdio function made. */
enum inside { INSIDE_READ, INSIDE_WRITE, INSIDE_SEEK, INSIDE_SYNC, INSIDE_OTHER, INSIDE_KINDS };

/* What a table knows of one stdio function. One that another stdio function calls is part of that one. */
struct stdio_count {
    _Atomic uint64_t calls;
    _Atomic uint64_t errors;               /* calls that reported a failure (the end of a file is none) */
    _Atomic uint64_t bytes;                /* that the program gave or got */
    _Atomic uint64_t inside[INSIDE_KINDS]; /* system calls made meanwhile by the same thread */
    _Atomic uint64_t inside_bytes;         /* that those moved */
    _Atomic uint64_t inside_ticks;         /* with --time, the time in them */
};

/* Bytes that went one way through one side (stdio or the kernel) of a file. */
struct flow {
    _Atomic uint64_t calls;               /* that moved bytes, or failed: the sum of sizes, made at the end */
    _Atomic uint64_t errors;              /* of them */
    _Atomic uint64_t bytes;               /* moved */
    _Atomic uint64_t sizes[SIZE_BUCKETS]; /* calls by the size that was asked for */
    struct {
        _Atomic uint64_t size;  /* asked for */
        _Atomic uint64_t calls; /* that asked for it since it was taken up; 0: unused */
        _Atomic uint64_t above; /* the calls, and what was above them, of the size whose place it took */
    } frequent
        [FREQUENT_SIZES]; /* the most frequent sizes, in no order; all of them where there are no more */
    uint8_t where[SIZE_PLACES]; /* by size modulo their number: the size's index in frequent, perhaps */
    uint8_t missed;             /* calls with sizes that are not there */
};

/* The windows that libbuf's stream would have on a file, by size (files_windows.c). Offsets are the file's. */
enum windows_state { WINDOWS_NONE, WINDOWS_IDLE, WINDOWS_PUT, WINDOWS_GET };
struct windows {
    uint8_t state;    /* enum windows_state */
    uint8_t own;      /* opened by fopen, and nobody was told the descriptor */
    uint8_t ended;    /* the end of the file was met */
    uint64_t at;      /* the stream's offset, when the windows were last looked at */
    uint64_t left;    /* bytes that may still pass before some window is full or empty ... */
    uint64_t granted; /* ... of so many since then */
    uint64_t length;  /* of the file; UINT64_MAX where it has none */
    struct {
        uint64_t start, end; /* of what it holds: bytes to write up to "at", or bytes read */
        uint64_t ahead;      /* a fill reads no more than this */
        int64_t landed;      /* where the last seek out of the window went; -1: nowhere yet */
    } of[WHAT_IFS];
};

enum file_kind { FILE_UNKNOWN, FILE_REGULAR, FILE_BLOCK, FILE_PIPE, FILE_SOCKET, FILE_TERMINAL, FILE_OTHER };

/* What one thread of an image did with one open file. Records of the same path are added up for the report. */
struct file_record {
    _Atomic uint32_t image;                               /* number of the image + 1 */
    int32_t descriptor;                                   /* its number */
    uint32_t kind;                                        /* enum file_kind */
    uint32_t block;                                       /* st_blksize */
    _Atomic uint64_t opens;                               /* by this image: 0 where it was there before */
    _Atomic uint64_t seeks;                               /* lseek */
    _Atomic uint64_t syncs;                               /* fsync, fdatasync, sync_file_range */
    _Atomic uint64_t sequential_reads, sequential_writes; /* that began where the last one ended */
    _Atomic uint64_t aligned_reads, aligned_writes;       /* that began and ended on multiples of the block */
    _Atomic uint64_t seeks_before_reads;                  /* reads right behind an lseek */
    _Atomic uint64_t ticks;                               /* with --time, in its system calls */
    _Atomic uint64_t latency[LATENCY_BUCKETS];            /* with --time, its system calls by their time */
    struct flow read, written;                            /* system calls */
    struct flow got, put;                                 /* stdio calls */
    _Atomic uint64_t flushes;                             /* fflush with bytes to write */
    _Atomic uint64_t unbuffered;                          /* stdio calls of a stream without a buffer */
    _Atomic uint64_t stdio_seeks;                         /* fseek and its kin */
    _Atomic uint64_t inside; /* reads, writes and seeks that stdio calls made: what_if is of those */
    _Atomic uint64_t
        what_if[WHAT_IFS];  /* system calls that libbuf's stream would make with that size=, those of open
                                           and close not included */
    uint64_t device, inode; /* of the file */
    uint64_t name;          /* a hash of the path by which it was opened; 0: not known */
    uint32_t next;          /* number of the next record in its account's chain; 0: none */
    uint32_t generation;    /* of the descriptor that the windows are for */
    struct windows windows; /* that libbuf's stream would have */
    uint64_t unused[7];     /* no two records share a cache line */
    char path[FILE_PATH];   /* or "pipe:[...]" and the like, as /proc/PID/fd says it */
};

/* The four figures of /proc/PID/io that system calls move. */
struct proc_io {
    uint64_t rchar, wchar, syscr, syscw;
};

/* How far an image is. */
enum image_phase {
    IMAGE_EXECUTING = 1, /* made by a process about to exec; nobody has started in it */
    IMAGE_RUNNING = 2,
};

enum image_flags {
    IMAGE_SIGSYS_BLOCKED = 1,   /* the program blocks SIGSYS as it execs (it is never really blocked) */
    IMAGE_SIGSYS_IGNORED = 2,   /* the program ignores SIGSYS as it execs */
    IMAGE_IO_KNOWN = 4,         /* before_exec is filled */
    IMAGE_EXITING = 8,          /* exit_group was called */
    IMAGE_SYMBOLS = 16,         /* counted by symbols only: dispatch was refused */
    IMAGE_DEAF_THREADS = 32,    /* a thread could not be armed: its calls are missing */
    IMAGE_KILLED = 512,         /* its process ended by SIGKILL */
    IMAGE_EXECUTED = 1024,      /* begun by an exec, not by a fork */
    IMAGE_STATIC = 64,          /* executes a program without a dynamic loader */
    IMAGE_FOREIGN = 128,        /* executes a program of another machine or with another loader */
    IMAGE_SETUID = 256,         /* executes a program whose file is set-user-ID or set-group-ID */
    IMAGE_MEMORY_SHARED = 2048, /* another process may count here: a child of clone that shares the memory */
};

struct image {
    _Atomic uint32_t phase;     /* enum image_phase */
    _Atomic uint32_t flags;     /* enum image_flags */
    uint64_t order;             /* number of this image in the tree, from 1 */
    uint64_t parent;            /* order of the image that this one was forked from or that executed it */
    uint64_t began, ended;      /* time stamp counter; ended is 0 where nobody saw the end */
    struct proc_io before_exec; /* of the process, as it execs into this image */
    struct proc_io at_start;    /* of the process, when the shim starts */
    struct proc_io own;         /* what the shim itself adds to /proc/PID/io after at_start */
    char exe[EXE_SIZE];         /* path of the executable */
    _Alignas(
        64) struct account first; /* the first thread's; the other threads have theirs in shared.accounts */
    struct call_count rest[CALL_ROWS]; /* of threads that found no account: atomic additions */
    struct stdio_count stdio[STDIO_ROWS];
};

/* What one thread of an image counts. When the thread has ended, the image's next one goes on with it. */
struct stdio_account {
    struct stdio_count rows[STDIO_ROWS];
    _Atomic uint32_t chains[FILE_CHAINS]; /* numbers of file records, by a hash of the path; 0: none */
};

_Static_assert(sizeof(struct file_record) % 64 == 0 && sizeof(struct stdio_account) % 64 == 0,
               "no two records and no two accounts share a cache line");

enum shared_flags {
    SHARED_TIMED = 1,         /* --time: take nanoseconds */
    SHARED_PID_NAMESPACE = 2, /* some process ids are of another namespace: never test whether one is alive */
    SHARED_AUTOREAP = 4,    /* some process ignores SIGCHLD: what its children did is lost to /proc/PID/io */
    SHARED_NO_DISPATCH = 8, /* the kernel or a filter refused dispatch in some process */
    SHARED_NO_STDIO = 32,   /* --no-stdio: stdio calls and files are not looked at */
    SHARED_FILES_FULL = 64, /* some file found no record of its own */
    SHARED_INLINED = 128,   /* some stream was read or written by inlined code: see the report */
    SHARED_NOT_WRITABLE = 256,   /* the kernel or a policy refuses writable code: nothing is patched */
    SHARED_NESTED_DISPATCH = 16, /* a program asked for dispatch itself and was refused */
};

struct shared {
    uint32_t version;               /* SHARED_VERSION */
    _Atomic uint32_t flags;         /* enum shared_flags */
    _Atomic uint64_t order;         /* images made so far */
    uint32_t patching;              /* sites are patched; 0 with --no-patch */
    _Atomic uint32_t refused_errno; /* what prctl said where dispatch was refused */
    _Atomic uint32_t hints[HINTS];  /* image number, by process id modulo HINTS */
    _Atomic uint32_t pids[IMAGES];  /* process id of each image, 0 when free, REST_PID for the rest */
    uint32_t filters;      /* seccomp filters over bufcount, under which it could write code; 0: none */
    uint64_t text_size;    /* bytes in the text of the libc in which the sites are; 0: not known */
    uint32_t site_count;   /* in sites */
    uint32_t sites[SITES]; /* from the begin of its text to behind the syscall instruction */
    uint64_t began;        /* time stamp counter at the start of the run */
    uint64_t clock_cost;   /* ticks between two readings of it without anything between */
    _Atomic uint32_t accounts_used; /* accounts from this one on were never used */
    _Atomic uint32_t
        account_owners[ACCOUNTS]; /* twice the number of its image, plus 1 while a thread has it; 0: free */
    _Alignas(4096) struct image images[IMAGES];
    _Alignas(4096) struct account accounts[ACCOUNTS];
    _Alignas(4096) struct file_record files[FILES];
    _Atomic uint32_t file_images[FILES]; /* number of the image + 1 that has the record; 0: free */
    _Atomic uint32_t file_hint;          /* where to look for a free one */
    _Atomic uint32_t account_images[STDIO_ACCOUNTS]; /* the same for accounts */
    _Atomic uint32_t account_busy[STDIO_ACCOUNTS];   /* 1: a thread counts there */
    _Alignas(4096) struct stdio_account stdio_accounts[STDIO_ACCOUNTS];
    _Atomic uint64_t latency[CALL_ROWS][LATENCY_BUCKETS]; /* with --time, of the whole tree */
};

#define REST_PID UINT32_MAX

_Static_assert(sizeof(struct image) % 64 == 0 && offsetof(struct image, first) % 64 == 0 &&
                   sizeof(struct account) % 64 == 0,
               "no two images and no two accounts share a cache line");

/* The variable that leads a new process to the file and to the shim: both paths with a blank between. (They
   are not in the memory itself, which root's tree shares with whoever it may become: what is preloaded must
   not come from there.) The shim takes the variable and its own item of LD_PRELOAD out of the environment
   again before the program starts, and puts both back at exec. A second variable keeps the number of those
   taken out even where LD_PRELOAD stays, so that what lies behind the environment (the auxiliary vector) is
   not torn. */
#define SHARED_VARIABLE "LIBBUFCOUNT"
#define PADDING_VARIABLE "LIBBUFCOUNT_PADDING"

#endif
