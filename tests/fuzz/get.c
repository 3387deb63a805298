/* Getting bytes: every call, within lines, items, windows, across them, up to the end and beyond. */

#include "slot.h"

int _IO_getc(FILE *); /* old programs' name, in no header any more */

static char taken_bytes[65536];

/* Whether n bytes may be asked for now: a pipe fed bit by bit would answer EAGAIN, which is asked for at
 * times. */
static bool may_take(const struct slot *s, size_t n) {
    return may_get(s) && (s->kind != KIND_pipe_fed || n <= s->available || chance(10));
}

/* Notes what was got; errors other than a missing rest of a pipe's bytes leave the position undefined. */
static void note(struct slot *s, size_t n, bool ended) {
    after_get(s, n, ended && feof(s->f));
    if (n)
        s->recent = (unsigned char)taken_bytes[n - 1];
}

static int get_one(struct slot *s, enum call call) {
    switch (call) {
    case CALL_fgetc:
        return REAL(fgetc)(s->f);
    case CALL_getc:
        return REAL(getc)(s->f);
    case CALL_fgetc_unlocked:
        return REAL(fgetc_unlocked)(s->f);
    case CALL_getc_unlocked:
        return REAL(getc_unlocked)(s->f);
    case CALL__IO_getc:
        return REAL(_IO_getc)(s->f);
    default:
        return getc_unlocked(s->f);
    }
}

static bool op_get_bytes(struct slot *s) {
    static const enum call calls[] = {CALL_fgetc,         CALL_getc,     CALL_fgetc_unlocked,
                                      CALL_getc_unlocked, CALL__IO_getc, CALL_getc_unlocked_inlined};
    enum call call = PICK(calls);
    size_t n = call == CALL_getc_unlocked_inlined ? random_size(s) + 1 : 1 + below(4), done = 0;
    if (!may_take(s, n))
        return false;
    int c = 0;
    called(s, call);
    while (done < n && (c = get_one(s, call)) != EOF)
        taken_bytes[done++] = (char)c;
    say(s, "get bytes (%zu, way %d) = %s%s%s", n, (int)(call - CALL_fgetc), show(taken_bytes, done),
        done < n ? " EOF" : "", why(done < n && ferror(s->f)));
    note(s, done, done < n);
    return true;
}

static bool op_fgets(struct slot *s) {
    unsigned sizes[] = {1, 2, 5, 30, 80, 300, 5000, (unsigned)s->size + below(3)};
    size_t n = PICK(sizes);
    n = n ? n : 1;
    if (n == 1 && __USE_FORTIFY_LEVEL > 0 && named(NAMED_line_of_none))
        return false;
    if (n > sizeof taken_bytes || !may_take(s, n))
        return false;
    bool unlocked = chance(30);
    memset(taken_bytes, 'x', n);
    called(s, unlocked ? CALL_fgets_unlocked : CALL_fgets);
    char *line = unlocked ? fgets_unlocked(taken_bytes, (int)n, s->f) : fgets(taken_bytes, (int)n, s->f);
    /* The line may hold NULs: its end is the last one that was put there. */
    size_t length = n;
    while (line && length > 0 && taken_bytes[length - 1] != '\0')
        length--;
    length = line && length ? length - 1 : 0;
    bool ended = !line || (length + 1 < n && (length == 0 || taken_bytes[length - 1] != '\n'));
    say(s, "fgets(%zu) = %s%s%s", n, line ? show(line, length) : "NULL", feof(s->f) ? " end" : "",
        why(ended && ferror(s->f)));
    note(s, length, ended);
    return true;
}

static bool op_fread(struct slot *s) {
    static const size_t sizes[] = {1, 1, 1, 2, 3, 7, 8, 100, 0};
    size_t size = PICK(sizes), n = random_size(s), items = size ? n / size : below(3);
    if (chance(10) && n) {
        size = n;
        items = 1;
    }
    n = size * items;
    if (!may_take(s, n) || (s->stale_end && named(NAMED_large_read_at_end)))
        return false;
    bool unlocked = chance(30);
    taken_bytes[n] = 'x';
    called(s, unlocked ? CALL_fread_unlocked : CALL_fread);
    size_t r = unlocked ? REAL(fread_unlocked)(taken_bytes, size, items, s->f)
                        : REAL(fread)(taken_bytes, size, items, s->f);
    bool ended = r < items && size;
    say(s, "fread(%zu, %zu) = %zu, %s%s%s%s", size, items, r, show(taken_bytes, r * size),
        taken_bytes[n] != 'x' ? " and wrote beyond" : "", feof(s->f) ? " end" : "",
        why(ended && ferror(s->f)));
    if (n)
        note(s, r * size, ended);
    return true;
}

static bool op_getdelim(struct slot *s) {
    static const int delimiters[] = {'\n', 'e', ' ', '\0', 0xff, 1};
    bool line_call = chance(50);
    int delimiter = line_call ? '\n' : PICK(delimiters);
    if (s->kind == KIND_pipe_fed && !chance(10))
        return false;
    if (!may_get(s))
        return false;
    if (ferror(s->f) && named(NAMED_getdelim_after_error))
        clearerr(s->f);
    size_t size = chance(50) ? 0 : 1 + below(100);
    char *line = size ? malloc(size) : NULL;
    enum call call = line_call ? CALL_getline : chance(50) ? CALL_getdelim : CALL___getdelim;
    called(s, call);
    ssize_t n = call == CALL_getline    ? getline(&line, &size, s->f)
                : call == CALL_getdelim ? getdelim(&line, &size, delimiter, s->f)
                                        : __getdelim(&line, &size, delimiter, s->f);
    bool ended = n <= 0 || (unsigned char)line[n - 1] != delimiter;
    say(s, "getdelim(%d) = %zd, %s%s%s%s", delimiter, n, n > 0 ? show(line, (size_t)n) : "",
        n > 0 && (line[n] != '\0' || size <= (size_t)n) ? " not terminated" : "", feof(s->f) ? " end" : "",
        why(ended && ferror(s->f)));
    if (n > 0 && (size_t)n <= sizeof taken_bytes)
        memcpy(taken_bytes, line, (size_t)n);
    free(line);
    note(s, n > 0 ? (size_t)n : 0, ended);
    return true;
}

static bool op_getw(struct slot *s) {
    if (!may_take(s, sizeof(int)) || (s->stale_end && named(NAMED_large_read_at_end)))
        return false;
    called(s, CALL_getw);
    int word = getw(s->f);
    say(s, "getw = %d%s", word, feof(s->f) ? " end" : "");
    after_get(s, 0, feof(s->f));
    return true;
}

/* The byte just read, or another one: then what is pushed back differs from the file. */
static bool op_ungetc(struct slot *s) {
    if (!s->reads || s->last == PUTTING || s->pushed >= DEEPEST_PUSHBACK)
        return false;
    if ((s->mapped && named(NAMED_mapped_pushback)) || (s->flushed && named(NAMED_pushback_after_output)))
        return false;
    int c = s->recent >= 0 && chance(50) ? s->recent : (int)below(256);
    called(s, CALL_ungetc);
    int r = ungetc(c, s->f);
    say(s, "ungetc(%d) = %d%s", c, r, why(r == EOF));
    if (r == EOF)
        return true;
    after_get(s, 0, false);
    if (s->taken == 0)
        s->low = true;
    else
        s->taken--;
    s->available++;
    s->pushed++;
    return true;
}

const struct operation get_operations[] = {
    {"get bytes", op_get_bytes, 70, NARROW},
    {"fgets", op_fgets, 40, NARROW},
    {"fread", op_fread, 60, NARROW},
    {"getdelim", op_getdelim, 30, NARROW},
    {"getw", op_getw, 5, NARROW},
    {"ungetc", op_ungetc, 35, NARROW},
    {0},
};
