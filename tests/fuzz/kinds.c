/* Streams that are no plain files: temporary ones, pipes, commands, memory, cookies, and libc's own
 * (setmntent). */

#include "open.h"
#include <fcntl.h>
#include <mntent.h>
#include <unistd.h>

static bool open_temporary(struct slot *s) {
    enum call call = chance(50) ? CALL_tmpfile : CALL_tmpfile64;
    called(s, call);
    FILE *f = call == CALL_tmpfile ? tmpfile() : tmpfile64();
    say(s, "tmpfile%s", why(!f));
    if (!f)
        return false;
    set_mode(s, "w+");
    s->extent = 0;
    s->wide = chance(20);
    fresh_slot(s, f, KIND_temporary);
    s->at_end = true;
    return true;
}

static bool adopt(struct slot *s, int descriptor, const char *mode, enum kind kind) {
    called(s, CALL_fdopen);
    FILE *f = fdopen(descriptor, mode);
    say(s, "fdopen(pipe, %s)%s", mode, why(!f));
    if (!f)
        return false;
    set_mode(s, mode);
    fresh_slot(s, f, kind);
    return true;
}

/* Bytes and then the end; or bytes that come bit by bit, and EAGAIN between them. */
static bool open_pipe_in(struct slot *s, bool fed) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    size_t n = fed ? 0 : random_size(s);
    ssize_t written = write(ends[1], payload(LINES, n), n);
    if (!fed)
        close(ends[1]);
    else
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 18); /* small pieces take more room than their bytes */
    if (written != (ssize_t)n || !adopt(s, ends[0], "r", fed ? KIND_pipe_fed : KIND_pipe_in))
        return false;
    s->other_end = fed ? ends[1] : -1;
    s->extent = n;
    return true;
}

static bool open_pipe_out(struct slot *s) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0 || !adopt(s, ends[1], chance(50) ? "w" : "a", KIND_pipe_out))
        return false;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    fcntl(ends[0], F_SETPIPE_SZ, 1 << 18); /* as above */
    s->other_end = ends[0];
    s->append = false;
    return true;
}

static bool open_command(struct slot *s) {
    static const char *const printing[] = {"printf 'one two\\n3 4\\n\\nend'", "exit 3", "cat words",
                                           "head -c 5000 words", "printf ''; kill -TERM $$"};
    static const char *const taking[] = {"cat > %s", "tr a-m A-M > %s; exit 4", "wc -c > %s", "cat >> %s"};
    bool in = chance(50);
    char command[100];
    const char *mode = in ? chance(50) ? "r" : "re" : chance(50) ? "w" : "we";
    int file = free_file(false);
    if (file < 0 || files[0].owned || (!in && file == 0))
        return false;
    snprintf(command, sizeof command, in ? PICK(printing) : PICK(taking), files[file].name);
    called(s, CALL_popen);
    FILE *f = popen(command, mode);
    say(s, "popen(%s, %s)%s", command, mode, why(!f));
    if (!f)
        return false;
    set_mode(s, mode);
    fresh_slot(s, f, in ? KIND_command_in : KIND_command_out);
    s->file = in ? 0 : file; /* what cat reads must not be written meanwhile */
    files[s->file].owned = true;
    files[s->file].damaged |= !in;
    s->extent = 1000;
    return true;
}

/* One of libc's own streams, whoever provides stdio. */
static bool open_foreign(struct slot *s) {
    if (files[5].owned)
        return false;
    called(s, CALL_setmntent);
    FILE *f = setmntent(files[5].name, "r");
    say(s, "setmntent%s", why(!f));
    if (!f)
        return false;
    set_mode(s, "r");
    fresh_slot(s, f, KIND_foreign);
    s->file = 5;
    files[5].owned = true;
    s->extent = file_size(5);
    return true;
}

bool open_kind(struct slot *s) {
    unsigned choice = below(100);
    if (choice < 25)
        return open_temporary(s);
    if (choice < 40)
        return open_pipe_in(s, false);
    if (choice < 55)
        return open_pipe_in(s, true);
    if (choice < 67)
        return open_pipe_out(s);
    if (choice < 71)
        return open_command(s);
    if (choice < 83)
        return open_memory(s);
    if (choice < 95)
        return open_cookie(s);
    return open_foreign(s);
}

void before_close(struct slot *s) {
    if (s->kind == KIND_pipe_out)
        drain_pipe(s);
    static char block[65536];
    if (s->kind == KIND_command_in) { /* or the command would fail or not, as time has it */
        size_t n = fread(block, 1, sizeof block, s->f);
        say(s, "the rest of the command's output: %s", show(block, n));
    }
    bool readable = s->kind == KIND_temporary || (s->kind == KIND_memory && s->reads);
    if (readable && !s->wide && fseek(s->f, 0, SEEK_SET) == 0) {
        size_t n = fread(block, 1, sizeof block, s->f);
        say(s, "it holds %s", show(block, n));
    }
}

void after_close(struct slot *s) {
    if (s->kind == KIND_memory)
        show_memory(s);
    free(s->behind);
    s->behind = NULL;
    if (s->other_end >= 0)
        close(s->other_end);
    s->other_end = -1;
}
