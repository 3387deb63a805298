/* popen and pclose (POSIX): a plain stream on a pipe whose closing waits for the shell behind it. */

#include "entry.h"
#include "policy.h"
#include "sys.h"
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* A later child must not hold an earlier one's pipe open. */
static void visit_close_in_child(struct stream *s, void *context) {
    if (s->pid > 0)
        LIBC(posix_spawn_file_actions_addclose)(context, s->file._fileno);
}

/* Starts the shell on one end of a pipe. Its pid, or -errno. */
static pid_t spawn_shell(const char *command, int end, int target) {
    posix_spawn_file_actions_t actions;
    char *const argv[] = {"sh", "-c", (char *)command, NULL};
    pid_t pid;
    LIBC(posix_spawn_file_actions_init)(&actions);
    buf__walk(visit_close_in_child, &actions);
    int error = LIBC(posix_spawn_file_actions_adddup2)(&actions, end, target);
    if (error == 0)
        error = LIBC(posix_spawn)(&pid, "/bin/sh", &actions, NULL, argv, __environ);
    LIBC(posix_spawn_file_actions_destroy)(&actions);
    return error ? -error : pid;
}

/* 'r' or 'w' once, 'e' as often as one likes; anything else is EINVAL, as in libc. */
static int parse_popen_mode(const char *mode, bool *reads, int *descriptor_flags) {
    bool r = false, w = false;
    *descriptor_flags = 0;
    for (; *mode; mode++) {
        if (*mode == 'r')
            r = true;
        else if (*mode == 'w')
            w = true;
        else if (*mode == 'e')
            *descriptor_flags = O_CLOEXEC;
        else
            return -EINVAL;
    }
    *reads = r;
    return r == w ? -EINVAL : 0;
}

FILE *popen(const char *command, const char *mode) {
    bool reads = false;
    int ends[2], descriptor_flags, error = parse_popen_mode(mode, &reads, &descriptor_flags);
    if (!buf__active())
        return LIBC(popen)(command, mode);
    if (error < 0) {
        errno = -error;
        return NULL;
    }
    if ((error = buf__sys_pipe(ends)) < 0) {
        errno = -error;
        return NULL;
    }
    int mine = ends[!reads], childs = ends[reads], target = reads ? 1 : 0;
    if (childs == target) { /* dup2 onto itself would leave O_CLOEXEC set: use another number */
        int other = buf__sys_dup_above(childs, 3);
        buf__sys_close(childs);
        childs = other;
    }
    struct stream *s =
        childs < 0 ? NULL
                   : buf__new(mine, &(struct opening){.flags = reads ? FLAG_NO_WRITES : FLAG_NO_READS});
    pid_t pid = s ? spawn_shell(command, childs, target) : -ENOMEM;
    if (childs >= 0)
        buf__sys_close(childs);
    if (pid < 0) {
        buf__sys_close(mine);
        if (s)
            buf__free(s);
        errno = -pid;
        return NULL;
    }
    if (!(descriptor_flags & O_CLOEXEC))
        buf__sys_keep_at_exec(mine);
    buf__policy_choose(s, "%pipe", NULL, NULL);
    s->backend = &buf__process;
    s->wide = -1; /* POSIX: such a stream is byte-oriented */
    s->pid = pid;
    return &s->file;
}
ALIAS(popen, _IO_popen);

static int process_close(struct stream *s) {
    int status, state;
    buf__sys_close(s->file._fileno);
    pid_t pid = s->pid, r;
    s->pid = 0;
    LIBC(pthread_setcancelstate)(PTHREAD_CANCEL_DISABLE, &state);
    do
        r = LIBC(waitpid)(pid, &status, 0);
    while (r < 0 && errno == EINTR);
    int error = errno;
    LIBC(pthread_setcancelstate)(state, NULL);
    return r < 0 ? -error : status;
}

const struct backend buf__process = {
    .read = buf__plain_read, .write = buf__plain_write, .seek = buf__plain_seek, .close = process_close};

int pclose(FILE *f) {
    return ours(f) ? fclose(f) : LIBC(pclose)(f);
}
