/* A child by fork that uses the streams and exits. As POSIX 2.5.1 asks, every stream is flushed before, and
   the one that the child used is positioned anew after. */

#include "open.h"
#include <sys/wait.h>
#include <unistd.h>

static bool all_can_be_flushed(void) {
    for (int i = 0; i < SLOTS; i++)
        if (slots[i].f && (slots[i].pushed || slots[i].low || slots[i].mapped || slots[i].wide))
            return false;
    return true;
}

static void flush_each(void) {
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &slots[i];
        if (!s->f || (s->last != PUTTING && !s->seeks))
            continue;
        if (s->kind == KIND_pipe_out)
            drain_pipe(s);
        else if (fflush(s->f) != 0)
            say(s, "flush before fork fails%s", why(true));
        s->flushed |= s->last == PUTTING;
        if (s->last == PUTTING)
            s->last = IDLE;
        s->settled = true;
    }
}

/* What the child does with the stream: puts or gets a little. Bytes put. */
static size_t use(struct slot *s) {
    char line[100];
    size_t n = 0;
    if (s->writes && !s->wide && s->last != GETTING) {
        n = 1 + below(300);
        int r = fputs(payload(LINES, n), s->f);
        say(s, "child puts %zu = %d", n, r >= 0);
    } else if (s->reads && s->seeks && !s->wide && s->last != PUTTING) {
        const char *got = fgets(line, sizeof line, s->f);
        say(s, "child gets %s", got ? show(line, strlen(line)) : "NULL");
    }
    return n;
}

static bool op_fork(struct slot *s) {
    if (!all_can_be_flushed() || s->kind == KIND_memory || s->kind == KIND_cookie || s->kind == KIND_foreign)
        return false;
    if (s->kind == KIND_command_in || s->kind == KIND_command_out)
        return false;
    flush_each();
    bool by_exit = chance(70);
    called(s, CALL_fork);
    pid_t child = fork();
    if (child == 0) {
        use(s);
        if (by_exit)
            exit(7);
        fclose(s->f);
        _exit(8);
    }
    int status = 0;
    waitpid(child, &status, 0);
    int r = s->seeks ? fseek(s->f, 0, s->writes ? SEEK_END : SEEK_SET) : 0;
    say(s, "child ended with %x, seek = %d%s", (unsigned)status, r, why(r != 0));
    s->extent += 300;
    if (s->seeks)
        after_seek(s);
    else
        s->undrained += 300;
    return true;
}

const struct operation process_operations[] = {{"fork", op_fork, 3, ANY}, {0}};
