/* Getting lines: fgets, gets, getline, getdelim (C17 7.21.7.2, POSIX getdelim). */

#include "copy.h"
#include "entry.h"
#include "report.h"
#include <limits.h>

/* What the window has of the present line, at most `n` bytes; *ended when the delimiter is its last byte. */
static inline size_t run_in_window(struct stream *s, size_t n, int delimiter, bool *ended) {
    const char *at = s->file._IO_read_ptr;
    size_t there = unread(s) < n ? unread(s) : n;
    const char *found = memchr(at, delimiter, there);
    *ended = found != NULL;
    return found ? (size_t)(found + 1 - at) : there;
}

/* Copies a line of at most `n` bytes. Returns its length; *error is set as by a fill that brought nothing: 1
   end, -errno. */
static size_t get_run(struct stream *s, char *p, size_t n, int delimiter, int *error) {
    size_t done = 0;
    bool ended = false;
    *error = 0;
    orient(s, -1);
    if (__builtin_expect(s->watched, 0))
        buf__report_get(s);
    while (done < n && !ended) {
        if (unread(s) == 0) {
            ssize_t r = buf__fill(s);
            if (r <= 0) {
                *error = r < 0 ? (int)r : 1;
                break;
            }
        }
        size_t take = run_in_window(s, n - done, delimiter, &ended);
        memcpy(p + done, s->file._IO_read_ptr, take);
        s->file._IO_read_ptr += take;
        done += take;
    }
    if (__builtin_expect(s->watched, 0))
        buf__report_got(s, done);
    return done;
}

/* A line that the window has as a whole: its length, or 0. */
static inline size_t whole_line(const struct stream *s, size_t most, int delimiter) {
    const char *at = s->file._IO_read_ptr;
    size_t there = unread(s) < most ? unread(s) : most;
    const char *found = there ? memchr(at, delimiter, there) : NULL;
    return found && s->wide == -1 ? (size_t)(found + 1 - at) : 0;
}

static inline void copy_line(struct stream *s, char *p, size_t n) {
    if (n <= SMALL)
        copy_small(p, s->file._IO_read_ptr, n);
    else
        memcpy(p, s->file._IO_read_ptr, n);
    p[n] = '\0';
    s->file._IO_read_ptr += n;
}

/* As libc, a read error after some bytes loses the line, except EAGAIN, which the next call meets again. */
static __attribute__((noinline)) char *get_any_string(struct stream *s, char *p, int n) {
    int error;
    if (n <= 0)
        return NULL;
    size_t done = get_run(s, p, (size_t)n - 1, '\n', &error);
    if (error != 0)
        note_input(s, error);
    if (n > 1 && (done == 0 || (error < 0 && error != -EAGAIN)))
        return NULL;
    p[done] = '\0';
    return p;
}

static inline char *get_string(struct stream *s, char *p, int n) {
    size_t length = n > 1 ? whole_line(s, (size_t)n - 1, '\n') : 0;
    if (__builtin_expect(length == 0, 0))
        return get_any_string(s, p, n);
    copy_line(s, p, length);
    return p;
}
ENTRY_PAIR(char *, fgets, (char *restrict p, int n, FILE *restrict f), (p, n, f), f, get_string(s, p, n))
ALIAS(fgets, _IO_fgets);

/* As libc, only a line that does not fit ends the program, not a size that is too large. */
static char *get_checked(char *(*get)(char *restrict, int, FILE *restrict), char *p, size_t room, int n,
                         FILE *f) {
    if (n <= 0 || (size_t)n <= room)
        return get(p, n, f);
    if (room == 0)
        __chk_fail();
    char *line = get(p, (int)room, f);
    size_t length = line ? strlen(line) : 0;
    if (line && length == room - 1 && (length == 0 || line[length - 1] != '\n') && fgetc_unlocked(f) != EOF)
        __chk_fail();
    return line;
}

char *__fgets_chk(char *restrict p, size_t room, int n, FILE *restrict f) {
    return get_checked(fgets, p, room, n, f);
}

char *__fgets_unlocked_chk(char *restrict p, size_t room, int n, FILE *restrict f) {
    return get_checked(fgets_unlocked, p, room, n, f);
}

/* A line of stdin without its newline, in the `room` bytes at p. */
static char *get_input_line(char *p, size_t room) {
    size_t n = 0;
    flockfile(stdin);
    int c = fgetc_unlocked(stdin);
    bool nothing = c == EOF;
    for (; c != EOF && c != '\n'; c = fgetc_unlocked(stdin)) {
        if (n + 1 >= room)
            __chk_fail();
        p[n++] = (char)c;
    }
    bool failed = ferror_unlocked(stdin) != 0;
    funlockfile(stdin);
    if (nothing || (failed && c == EOF))
        return NULL;
    p[n] = '\0';
    return p;
}

char *gets(char *p) {
    return get_input_line(p, SIZE_MAX);
}
ALIAS(gets, _IO_gets);

char *__gets_chk(char *p, size_t room) {
    if (room == 0)
        __chk_fail();
    return get_input_line(p, room);
}

/* Makes *line hold at least `need` bytes. 0 or -errno. */
static int make_room(char **line, size_t *size, size_t need) {
    if (*line && *size >= need)
        return 0;
    size_t larger = *line && *size ? 2 * *size : 120;
    if (larger < need)
        larger = need;
    char *grown = realloc(*line, larger);
    if (!grown)
        return -ENOMEM;
    *line = grown;
    *size = larger;
    return 0;
}

static ssize_t get_line_unwatched(struct stream *s, char **line, size_t *size, int delimiter) {
    size_t done = 0;
    bool ended = false;
    if (!line || !size) {
        errno = EINVAL;
        return -1;
    }
    if (!*line || *size == 0) {
        int r = make_room(line, size, 1);
        if (r < 0) {
            note_error(s, r);
            return -1;
        }
    }
    orient(s, -1);
    while (!ended && (unread(s) || fill_window(s))) {
        size_t take = run_in_window(s, SIZE_MAX, delimiter, &ended);
        int r = done + take < SSIZE_MAX ? make_room(line, size, done + take + 1) : -EOVERFLOW;
        if (r < 0) {
            note_error(s, r);
            return -1;
        }
        memcpy(*line + done, s->file._IO_read_ptr, take);
        s->file._IO_read_ptr += take;
        done += take;
    }
    if (done == 0)
        return -1;
    (*line)[done] = '\0';
    return (ssize_t)done;
}

static __attribute__((noinline)) ssize_t get_any_line(struct stream *s, char **line, size_t *size,
                                                      int delimiter) {
    if (__builtin_expect(!s->watched, 1))
        return get_line_unwatched(s, line, size, delimiter);
    buf__report_get(s);
    ssize_t n = get_line_unwatched(s, line, size, delimiter);
    buf__report_got(s, n > 0 ? (size_t)n : 0);
    return n;
}

static inline ssize_t get_line(struct stream *s, char **line, size_t *size, int delimiter) {
    if (__builtin_expect(line && size && *line && *size > 1, 1)) {
        size_t length = whole_line(s, *size - 1, delimiter);
        if (__builtin_expect(length != 0, 1)) {
            copy_line(s, *line, length);
            return (ssize_t)length;
        }
    }
    return get_any_line(s, line, size, delimiter);
}

static __attribute__((noinline)) ssize_t getdelim_locked(char **line, size_t *size, int delimiter, FILE *f) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(getdelim)(line, size, delimiter, f);
    LOCKED(s);
    return get_line(s, line, size, delimiter);
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict f) {
    struct stream *s = ours(f);
    return ALONE(s) ? get_line(s, line, size, delimiter) : getdelim_locked(line, size, delimiter, f);
}
ALIAS(getdelim, __getdelim);

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f) {
    return getdelim(line, size, '\n', f);
}
