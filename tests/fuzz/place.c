/* The file position: every positioning call with every origin, inside the window, outside, beyond the end,
   and places that do not exist. */

#include "files.h"

/* A standard stream whose descriptor the driver opened with O_APPEND, and that has put since the last flush.
 */
static bool came_appending(const struct slot *s) {
    bool appending = s->kind == KIND_standard && s->append && s->mode < 0;
    return appending && !s->settled && named(NAMED_append_descriptor);
}

/* Whether the position is defined: not below the beginning, nor with wide characters pushed back. */
static bool has_position(const struct slot *s) {
    if (came_appending(s))
        return false;
    return !s->low && !(s->wide && s->pushed > 0) && !(s->wide && s->size < 512 && named(NAMED_wide_tell));
}

static off_t ask(struct slot *s, enum call call) {
    called(s, call);
    return call == CALL_ftell ? ftell(s->f) : call == CALL_ftello ? ftello(s->f) : ftello64(s->f);
}

static bool op_tell(struct slot *s) {
    static const enum call calls[] = {CALL_ftell, CALL_ftello, CALL_ftello64};
    if (!has_position(s))
        return false;
    off_t place = ask(s, PICK(calls));
    say(s, "tell = %ld%s", (long)place, why(place < 0));
    return true;
}

static int move(struct slot *s, off_t offset, int whence) {
    static const enum call calls[] = {CALL_fseek, CALL_fseeko, CALL_fseeko64};
    enum call call = PICK(calls);
    called(s, call);
    return call == CALL_fseek    ? fseek(s->f, offset, whence)
           : call == CALL_fseeko ? fseeko(s->f, offset, whence)
                                 : fseeko64(s->f, offset, whence);
}

/* Mostly near things: small steps, the buffer's edges, the ends of the file, places visited before. */
static off_t random_place(const struct slot *s, int whence) {
    unsigned extent = (unsigned)s->extent + 1, r = below(100);
    if (whence == SEEK_CUR)
        return r < 50 ? (off_t)below(21) - 10 : r < 60 ? 0 : (off_t)below(2 * extent) - (off_t)extent;
    if (whence == SEEK_END)
        return r < 50 ? -(off_t)below(21) : r < 60 ? (off_t)below(50) : -(off_t)below(extent);
    if (r < 20)
        return (off_t)below(20);
    if (r < 40)
        return (off_t)(s->size * below(4)) + below(3);
    if (r < 55)
        return 4096 * (off_t)below(3) + below(3);
    return (off_t)below(extent + (s->kind != KIND_cookie && chance(5) ? 20000 : 20));
}

static bool op_seek(struct slot *s) {
    static const int origins[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    int whence = PICK(origins);
    if (came_appending(s) || (whence == SEEK_CUR && !has_position(s)) ||
        (!s->seeks && s->pushed && named(NAMED_failed_seek)))
        return false;
    bool cookie = s->kind == KIND_cookie || s->kind == KIND_memory;
    if (whence == SEEK_CUR && cookie && s->last == PUTTING && named(NAMED_cookie_seek))
        return false;
    if (whence == SEEK_CUR && s->pushed && named(NAMED_pushback_seek))
        return false;
    if (whence != SEEK_SET && s->mapped && named(NAMED_mapped_place))
        whence = SEEK_SET;
    off_t offset = random_place(s, whence);
    off_t farthest = whence == SEEK_SET ? (off_t)s->extent + 20 : 20;
    if (s->kind == KIND_cookie && offset > farthest)
        offset = farthest; /* its memory is finite */
    if (s->growing && named(NAMED_memory_place))
        offset = whence = 0;
    if (s->kind == KIND_memory && !s->growing && named(NAMED_failed_seek)) {
        /* places that surely exist, and leave room to put */
        if (s->writes)
            whence = SEEK_SET;
        offset = whence == SEEK_SET   ? (off_t)below((unsigned)s->extent + 1)
                 : whence == SEEK_CUR ? -(off_t)below((unsigned)s->taken + 1)
                                      : 0;
    }
    if (whence == SEEK_END && (offset < 0 || s->kind == KIND_memory) && s->pushed && named(NAMED_failed_seek))
        return false;
    int r = move(s, offset, whence);
    say(s, "seek(%ld, %d) = %d%s", (long)offset, whence, r, why(r != 0));
    if (r == 0)
        after_seek(s);
    s->turned |= r != 0;
    if (whence == SEEK_SET && r == 0)
        s->taken = (size_t)offset;
    return true;
}

/* What a wide stream allows: places that ftell told, the ends, where it stands. */
static bool op_seek_wide(struct slot *s) {
    unsigned mark = below(MARKS), choice = below(4);
    off_t offset = 0;
    int whence = choice == 0 ? SEEK_END : choice == 1 ? SEEK_CUR : SEEK_SET;
    if (choice == 1 && !has_position(s))
        return false;
    if ((s->reads && named(NAMED_wide_seek)) || (s->growing && named(NAMED_memory_place)))
        whence = SEEK_SET;
    else if (choice == 2 && s->marked[mark])
        offset = s->tells[mark];
    int r = move(s, offset, whence);
    say(s, "wide seek(%ld, %d) = %d%s", (long)offset, whence, r, why(r != 0));
    if (r == 0)
        after_seek(s);
    s->at_end = r == 0 && whence == SEEK_END;
    if (s->writes && s->file >= 0)
        files[s->file].damaged = true; /* what follows may overwrite parts of characters */
    return true;
}

/* On what cannot seek either error is right. */
static bool op_seek_nowhere(struct slot *s) {
    if (!s->seeks || s->pushed || !has_position(s) || (s->wide && s->reads && named(NAMED_wide_seek)))
        return false;
    static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END, 17, -1};
    int whence = PICK(whences);
    off_t offset = whence >= 0 && whence < 3 ? -(off_t)1000000 : 0;
    int r = move(s, offset, whence);
    say(s, "seek(%ld, %d) = %d%s", (long)offset, whence, r, why(r != 0));
    s->turned = true;
    return true;
}

static bool op_rewind(struct slot *s) {
    if (came_appending(s))
        return false;
    if (!s->seeks && s->pushed && named(NAMED_failed_seek))
        return false;
    called(s, CALL_rewind);
    rewind(s->f);
    say(s, "rewind%s", why(errno != 0));
    if (s->seeks)
        after_seek(s);
    return true;
}

static bool op_getpos(struct slot *s) {
    unsigned mark = below(MARKS);
    if (!has_position(s))
        return false;
    bool large = chance(50);
    called(s, large ? CALL_fgetpos64 : CALL_fgetpos);
    int r = large ? fgetpos64(s->f, (fpos64_t *)&s->marks[mark]) : fgetpos(s->f, &s->marks[mark]);
    s->tells[mark] = ftello(s->f);
    s->marked[mark] = r == 0 && s->tells[mark] >= 0;
    say(s, "getpos %u = %d%s, tell = %ld", mark, r, why(r != 0), (long)s->tells[mark]);
    return true;
}

static bool op_setpos(struct slot *s) {
    unsigned mark = below(MARKS);
    if (!s->marked[mark] || (s->wide && s->reads && s->tells[mark] != 0 && named(NAMED_wide_seek)))
        return false;
    bool large = chance(50);
    called(s, large ? CALL_fsetpos64 : CALL_fsetpos);
    int r = large ? fsetpos64(s->f, (fpos64_t *)&s->marks[mark]) : fsetpos(s->f, &s->marks[mark]);
    say(s, "setpos %u = %d%s", mark, r, why(r != 0));
    if (r == 0)
        after_seek(s);
    return true;
}

const struct operation place_operations[] = {
    {"tell", op_tell, 40, ANY},
    {"seek", op_seek, 70, NARROW},
    {"wide seek", op_seek_wide, 40, WIDE},
    {"seek nowhere", op_seek_nowhere, 5, ANY},
    {"rewind", op_rewind, 8, ANY},
    {"getpos", op_getpos, 10, ANY},
    {"setpos", op_setpos, 12, ANY},
    {0},
};
