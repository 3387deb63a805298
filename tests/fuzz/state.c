/* The stream's state: flushing, indicators, the descriptor behind it, locks, and what <stdio_ext.h> tells. */

#include "files.h"
#include <fcntl.h>
#include <stdio_ext.h>
#include <unistd.h>

static void after_flush(struct slot *s) {
    s->flushed |= s->last == PUTTING;
    if (s->last == PUTTING)
        s->last = IDLE;
    s->settled = true;
    s->recent = -1;
}

static bool op_fflush(struct slot *s) {
    if (s->wide && s->touched && s->reads && (s->last != PUTTING || s->turned) && named(NAMED_wide_flush))
        return false;
    if (s->low || (s->pushed && named(NAMED_pushback_flush)) || (s->mapped && named(NAMED_mapped_place)))
        return false;
    if (s->reads && (!s->seeks) && s->last != PUTTING)
        return false;
    bool unlocked = chance(30);
    if (s->kind == KIND_pipe_out) {
        drain_pipe(s);
    } else {
        called(s, unlocked ? CALL_fflush_unlocked : CALL_fflush);
        int r = unlocked ? fflush_unlocked(s->f) : fflush(s->f);
        say(s, "fflush = %d%s", r, why(r != 0));
    }
    s->pushed = 0;
    after_flush(s);
    return true;
}

/* POSIX flushes input streams too, libc none of them: with pushback one could tell; wide ones it damages. */
static bool op_fflush_all(struct slot *s) {
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].f && (slots[i].pushed || (slots[i].wide && slots[i].reads)))
            return false;
    bool lines_only = chance(30);
    const struct slot *out = &slots[SLOT_STDOUT];
    bool came_appending = out->append && out->mode < 0;
    if (out->f && came_appending && out->sought && out->last == PUTTING && named(NAMED_append_descriptor))
        return false;
    for (int i = 0; i < SLOTS && lines_only; i++) {
        const struct slot *t = &slots[i];
        bool update = t->f && t->reads && t->writes && t->buffering == _IOLBF;
        if (update && t->last != PUTTING && named(NAMED_stdout_update))
            return false;
    }
    called(s, lines_only ? CALL__flushlbf : CALL_fflush_all);
    int r = 0;
    if (lines_only)
        _flushlbf();
    else
        r = fflush(NULL);
    say(s, "fflush(NULL) = %d%s", r, why(r != 0));
    for (int i = 0; i < SLOTS; i++)
        if (lines_only)
            slots[i].flushed = slots[i].turned = true;
        else if (slots[i].f && slots[i].last == PUTTING)
            after_flush(&slots[i]);
    return true;
}

static bool op_clearerr(struct slot *s) {
    bool unlocked = chance(50);
    called(s, unlocked ? CALL_clearerr_unlocked : CALL_clearerr);
    unlocked ? clearerr_unlocked(s->f) : clearerr(s->f);
    s->stale_end = false;
    say(s, "clearerr");
    return true;
}

static bool op_indicators(struct slot *s) {
    int end, error;
    if (chance(50)) {
        called(s, CALL_feof);
        end = REAL(feof)(s->f);
        called(s, CALL_ferror);
        error = REAL(ferror)(s->f);
    } else {
        called(s, CALL_feof_unlocked);
        end = feof_unlocked(s->f);
        called(s, CALL_ferror_unlocked);
        error = ferror_unlocked(s->f);
    }
    say(s, "feof %d ferror %d", end != 0, error != 0);
    return true;
}

/* The offset of the descriptor where POSIX defines it: after fflush. */
static bool op_offset(struct slot *s) {
    if (!s->settled || s->kind == KIND_memory || s->kind == KIND_cookie || s->kind == KIND_foreign)
        return false;
    bool unlocked = chance(50);
    called(s, unlocked ? CALL_fileno_unlocked : CALL_fileno);
    int descriptor = unlocked ? fileno_unlocked(s->f) : fileno(s->f);
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    off_t offset = lseek(copy, 0, SEEK_CUR);
    say(s, "descriptor %d at %ld%s", descriptor, (long)offset, why(offset < 0));
    close(copy);
    return true;
}

/* Another handle moves or writes at the shared offset; POSIX asks for a seek before the stream is used
   again. */
static bool op_other_handle(struct slot *s) {
    if (!s->settled || s->wide || !s->seeks || s->kind == KIND_memory || s->kind == KIND_cookie ||
        s->kind == KIND_foreign)
        return false;
    static const int origins[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    int whence = PICK(origins);
    if (whence == SEEK_CUR && s->sought && named(NAMED_moved_by_other))
        whence = SEEK_END;
    int copy = dup(fileno(s->f));
    off_t to = lseek(copy, (off_t)below((unsigned)s->extent + 10), SEEK_SET);
    size_t n = s->writes && chance(60) ? 1 + below(50) : 0;
    ssize_t written = n ? write(copy, payload(LINES, n), n) : 0;
    close(copy);
    int r = fseek(s->f, whence == SEEK_SET ? (long)below((unsigned)s->extent + 1) : 0, whence);
    say(s, "another handle moves to %ld and writes %zd; seek(%d) = %d%s", (long)to, written, whence, r,
        why(r != 0));
    s->extent += n;
    after_seek(s);
    return true;
}

/* More comes behind what a stream reads: appended to its file, or fed into its pipe. */
static bool op_grow(struct slot *s) {
    size_t n = 1 + random_size(s);
    if (s->kind == KIND_pipe_fed && s->available + n < 60000) {
        ssize_t fed = write(s->other_end, payload(LINES, n), n);
        say(s, "fed %zd", fed);
        s->available += (size_t)fed;
        clearerr(s->f);
        return true;
    }
    if ((s->kind != KIND_regular && s->kind != KIND_standard) || s->writes || s->file < 0)
        return false;
    if (s->mapped && named(NAMED_mapped_end))
        return false;
    int descriptor = open(files[s->file].name, O_WRONLY | O_APPEND | O_CLOEXEC);
    ssize_t written = write(descriptor, payload(LINES, n), n);
    close(descriptor);
    say(s, "grew by %zd", written);
    s->extent += n;
    s->stale_end = feof(s->f);
    return true;
}

/* Where every byte, or every line, goes out at once: the file holds it now. */
static bool op_delivered(struct slot *s) {
    static const enum kind kinds[] = {KIND_regular, KIND_standard};
    if (s->last != PUTTING || s->file < 0 || (s->kind != kinds[0] && s->kind != kinds[1]))
        return false;
    if (s->buffering != _IONBF && !(s->buffering == _IOLBF && s->whole_lines))
        return false;
    say(s, "the file holds %zu", file_size(s->file));
    return true;
}

static bool op_lock(struct slot *s) {
    called(s, CALL_flockfile);
    flockfile(s->f);
    called(s, CALL_ftrylockfile);
    int r = ftrylockfile(s->f);
    called(s, CALL_funlockfile);
    funlockfile(s->f);
    if (r == 0)
        funlockfile(s->f);
    called(s, CALL___fsetlocking);
    int was = __fsetlocking(s->f, chance(50)   ? FSETLOCKING_QUERY
                                  : chance(50) ? FSETLOCKING_BYCALLER
                                               : FSETLOCKING_INTERNAL);
    say(s, "lock, trylock = %d, fsetlocking = %d", r, was);
    return true;
}

static bool op_ask(struct slot *s) {
    called(s, CALL___freadable);
    called(s, CALL___fwritable);
    called(s, CALL___flbf);
    called(s, CALL___fbufsize);
    called(s, CALL___fpending);
    (void)__fbufsize(s->f); /* its value is the stdio's own affair */
    if (s->kind != KIND_memory || !named(NAMED_memory_direction))
        say(s, "readable %d writable %d lines %d", __freadable(s->f) != 0, __fwritable(s->f) != 0,
            __flbf(s->f) != 0);
    if (s->settled && !s->wide && s->kind != KIND_memory)
        say(s, "pending %zu", __fpending(s->f));
    if (s->touched && !s->settled && !s->turned && !s->wide && s->kind != KIND_memory &&
        (s->last == PUTTING || s->last == GETTING)) {
        called(s, CALL___freading);
        called(s, CALL___fwriting);
        say(s, "reading %d writing %d", __freading(s->f) != 0, __fwriting(s->f) != 0);
    }
    return true;
}

/* Nothing is buffered after a flush, so nothing is thrown away. */
static bool op_purge(struct slot *s) {
    if (!s->settled || s->last != IDLE || s->wide || s->kind == KIND_memory)
        return false;
    called(s, CALL___fpurge);
    __fpurge(s->f);
    say(s, "purged");
    return true;
}

const struct operation state_operations[] = {
    {"fflush", op_fflush, 40, ANY},     {"fflush all", op_fflush_all, 6, ANY},
    {"clearerr", op_clearerr, 10, ANY}, {"indicators", op_indicators, 15, ANY},
    {"offset", op_offset, 25, ANY},     {"other handle", op_other_handle, 8, ANY},
    {"grow", op_grow, 25, ANY},         {"delivered", op_delivered, 20, ANY},
    {"lock", op_lock, 4, ANY},          {"ask", op_ask, 10, ANY},
    {"purge", op_purge, 3, ANY},        {0},
};
