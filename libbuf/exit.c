/* What happens to the streams at exit: after all atexit handlers and destructors, never at _exit, quick_exit
   or abort. libc is made to call us by a stream of its own that holds one unread byte: its exit gives that
   back by the seek function, which is ours. */

#include "libc.h"
#include "lock.h"
#include "policy.h"
#include "report.h"
#include "sync.h"
#include "sys.h"

enum { PATIENCE_MS = 1000 };

static void visit_flush(struct stream *s, void *context) {
    int *last = context;
    if (!putting(s) && !s->held_size && !s->backend->drain && !buf__sync_due(s))
        return; /* without its lock: a thread may hold that for as long as it waits for input */
    LOCKED(s);
    int r = buf__flush_through(s);
    if (r == 0 && s->policy)
        r = buf__sync_at_flush(s);
    if (r < 0) {
        s->file._flags |= FLAG_ERROR;
        *last = r;
    }
}

int buf__flush_all(void) {
    int error = 0;
    buf__walk(visit_flush, &error);
    return error;
}

/* The last chance of these bytes: an interrupted write is tried again, a descriptor that would block gets a
   second without progress. */
static void flush_at_last(struct stream *s) {
    int r;
    do {
        r = buf__flush_through(s);
        if (r == 0)
            r = buf__policy_finish(s);
    } while (r == -EINTR || (r == -EAGAIN && buf__sys_wait_writable(s->file._fileno, PATIENCE_MS) > 0));
    if (r < 0)
        buf__policy_finish(s); /* what did not leave decides there */
}

/* The end of the program closes its streams (C17 7.22.4.4), and nobody else can tell of an error. */
static void close_at_last(struct stream *s) {
    char line[60];
    int r = buf__sync_at_close(s);
    if (r == 0)
        return;
    snprintf(line, sizeof line, "descriptor %d: %s", s->file._fileno, strerrorname_np(-r));
    buf__complain("sync at exit failed", line);
}

/* Runs under libc's list lock: it never waits for a stream, and what is printed later goes out unbuffered. */
static void leave_stream(struct stream *s) {
    bool locked = false;
    bool patient = s->watched || s->backend->drain;
    for (int tries = patient ? -900 : 0; tries < 100 && !(locked = trylock_stream(s)); tries++)
        if (patient)
            buf__sys_sleep(100000); /* who has it may be writing its report, and is so most of the time */
        else
            buf__sys_yield();
    if (!locked && s->backend->drain)
        return; /* two at what the backend holds would tear it */
    flush_at_last(s);
    if (s->policy && s->file._fileno >= 0)
        close_at_last(s);
    if (!putting(s) && !s->inherited)
        buf__give_back(s);
    s->file._flags |= FLAG_UNBUFFERED;
    s->mode = MODE_NONE;
    if (putting(s))
        buf__window_close_or_open(s);
    if (locked) { /* else whoever has it may be writing to the record */
        buf__report_end(s);
        unlock_stream(s);
    }
}

static int at_exit(void *cookie, off64_t *offset, int whence) {
    (void)cookie, (void)whence;
    buf__walk_underneath(leave_stream);
    *offset = 0;
    return 0;
}

static ssize_t endless(void *cookie, char *p, size_t n) {
    (void)cookie;
    memset(p, 0, n);
    return (ssize_t)n;
}

int buf__arm_exit(void) {
    static char window[2];
    cookie_io_functions_t io = {endless, NULL, at_exit, NULL};
    FILE *f = LIBC_EARLY(fopencookie)(NULL, "r", io);
    if (!f || LIBC_EARLY(setvbuf)(f, window, _IOFBF, sizeof window) != 0)
        return -1;
    return LIBC_EARLY(fgetc)(f) == EOF ? -1 : 0;
}
