/* The start: before every other constructor (initfirst; preinit_array in the archive). Proves that libc's
   streams look as libbuf believes, takes their vtable for ours, and has libc call us at exit. When the proof
   fails, or another copy of libbuf rules the standard names, this copy stays passive: every call is
   libc's. */

#include "libc.h"
#include "lock.h"
#include "policy.h"
#include "rules.h"
#include "sys.h"
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

FILE *stdin = &buf__standard[0].file;
FILE *stdout = &buf__standard[1].file;
FILE *stderr = &buf__standard[2].file;

static enum { NOT_YET, WAITING, STARTING, ACTIVE, PASSIVE } state;

void buf__complain(const char *what, const char *detail) {
    char line[512];
    const char *parts[] = {"libbuf: ", what, ": ", detail, "\n"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (const char *p = parts[i]; *p && n < sizeof line - 1; p++)
            line[n++] = *p;
    line[n - 1] = '\n';
    buf__sys_write(2, &(struct iovec){line, n}, 1, -1, false);
}

const char *buf__setting(char *const *environment, const char *name) {
    size_t n = strlen(name);
    for (; environment && *environment; environment++)
        if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
            return *environment + n + 1;
    return NULL;
}

/* Takes from a fopencookie stream of libc's what ours need behind the public part. The word behind the vtable
   must be the cookie. */
static bool take_layout(void) {
    FILE *(*open_cookie)(void *, const char *, cookie_io_functions_t) = LIBC_EARLY(fopencookie);
    int (*close)(FILE *) = LIBC_EARLY(fclose);
    if (!open_cookie || !close)
        return false;
    static char cookie;
    struct stream *model = (struct stream *)open_cookie(&cookie, "r+", buf__callbacks);
    if (!model)
        return false;
    bool known = model->cookie == &cookie && model->file._lock;
    if (known) {
        buf__blank.vtable = model->vtable;
        buf__blank.io = model->io;
    }
    /* Our callbacks must not run for it: its cookie is no stream. It has read and written nothing, so closing
       calls none of them. */
    close(&model->file);
    return known;
}

static void become_passive(void) {
    state = PASSIVE;
    if (stdin == &buf__standard[0].file)
        stdin = buf__libc_early("_IO_2_1_stdin_");
    if (stdout == &buf__standard[1].file)
        stdout = buf__libc_early("_IO_2_1_stdout_");
    if (stderr == &buf__standard[2].file)
        stderr = buf__libc_early("_IO_2_1_stderr_");
}

/* fork holds our list, so that no other thread is changing it in the moment of the copy; never a stream's
   lock. */
static bool list_held;

/* The child shares the descriptor. A stream that another thread is using is put right at its next transfer. */
static void anchor(struct stream *s) {
    if (s->file._fileno >= 0 && (s->adrift || s->backend->drain) && trylock_stream(s)) {
        buf__settle_below(s);
        unlock_stream(s);
    }
}

/* Not with one thread: a signal handler may fork in the middle of this fork. */
static void before_fork(void) {
    list_held = !__libc_single_threaded;
    if (list_held)
        buf__list_lock();
    buf__walk_held(anchor);
}

static void after_fork_in_parent(void) {
    buf__list_shared();
    if (list_held)
        buf__list_unlock();
}

static void after_fork_in_child(void) {
    buf__list_after_fork();
}

static void give_rules_to_standard_streams(void) {
    static const char *const names[] = {"%stdin", "%stdout", "%stderr"};
    for (int i = 0; i < 3; i++)
        buf__policy_choose_by_descriptor(&buf__standard[i], names[i]);
}

static void start(char *const *environment) {
    state = STARTING;
    bool rules = stdin == &buf__standard[0].file || stdout == &buf__standard[1].file ||
                 stderr == &buf__standard[2].file;
    if (!rules) {
        become_passive();
        return;
    }
    if (!take_layout()) {
        buf__complain("this C library's streams are not known", "staying passive");
        become_passive();
        return;
    }
    buf__blank.file._offset = -1;
    buf__blank.file._mode = -1;
    buf__blank.offset = -1;
    buf__blank.grain = 1;
    for (int i = 0; i < 3; i++) {
        buf__standard[i].vtable = buf__blank.vtable;
        buf__standard[i].io = buf__blank.io;
    }
    buf__sys_start();
    buf__lock_start();
    buf__handed_find();
    state = ACTIVE;
    buf__totals_start(environment);
    buf__rules_start(environment);
    give_rules_to_standard_streams();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    if (buf__arm_exit() < 0)
        buf__complain("no memory", "nothing will be flushed at exit");
}

bool buf__active(void) {
    if (__builtin_expect(state <= WAITING, 0))
        start(__environ);
    return state != PASSIVE;
}

bool buf__started(void) {
    return state == ACTIVE;
}

/* Another malloc than libc's may need its own library's constructor, and the start allocates. It waits for
   the first call for which libc would allocate as well, or for the program's beginning. What libc's own
   functions print on the standard streams until then passes by us: these streams hold nothing yet. */
static void wait_for_malloc(void) {
    for (int i = 0; i < 3; i++)
        buf__standard[i].vtable = buf__libc_early("_IO_file_jumps");
    state = WAITING;
}

static void start_first(int argc, char **argv, char **environment) {
    (void)argc, (void)argv;
    if (state != NOT_YET)
        return;
    if (dlsym(RTLD_DEFAULT, "malloc") == buf__libc_early("malloc"))
        start(environment);
    else
        wait_for_malloc();
}

#ifdef BUF_ARCHIVE
__attribute__((section(".preinit_array"), used)) static void (*const at_preinit)(int, char **,
                                                                                 char **) = start_first;
#else
__attribute__((constructor)) static void at_load(int argc, char **argv, char **environment) {
    start_first(argc, argv, environment);
}
#endif

/* Every library's constructor has run. */
#ifdef BUF_ARCHIVE
__attribute__((constructor(101))) static void before_main(void) {
    buf__active();
}
#else
int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
                      void (*)(void), void *);

int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*loader_fini)(void), void *stack_end) {
    buf__active();
    return LIBC_EARLY(__libc_start_main)(program, argc, argv, init, fini, loader_fini, stack_end);
}
#endif
