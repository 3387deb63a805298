/* The start of the shim in a process: maps the shared memory, takes its own traces out of the environment,
   and arms dispatch. This happens while ld.so relocates the shim, before any constructor of any library runs,
   so that what those do is counted too; where that is not possible, in the shim's own constructor. */
#include "shim.h"
#include "stdio_thread.h"
#include "target.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { MASK_SIZE = 8, RESTORER = 0x04000000, VARIABLE_SIZE = 2 * PATH_MAX };

/* In ld.so: where the kernel put argc, followed by argv and the environment. */
extern void *__libc_stack_end __attribute__((weak));

static enum { NOT_STARTED, STARTED, REFUSED } state;
static bool blocked_at_start;
char shared_variable[VARIABLE_SIZE];
const char *shim_path;

static struct shared *map_shared(void) {
    char path[PATH_MAX];
    size_t length = (size_t)(shim_path - 1 - shared_variable) - sizeof SHARED_VARIABLE;
    if (length >= sizeof path)
        return NULL;
    for (size_t i = 0; i < length; i++)
        path[i] = shared_variable[sizeof SHARED_VARIABLE + i];
    path[length] = 0;
    int64_t descriptor = RAW(SYS_open, path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return NULL;
    int64_t address =
        RAW(SYS_mmap, 0, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    RAW(SYS_close, descriptor);
    if (address < 0 && address > -4096)
        return NULL;
    struct shared *mapped = (struct shared *)address;
    return mapped->version == SHARED_VERSION ? mapped : NULL;
}

/* Takes the shim out of LIST, LD_PRELOAD's value, and the library that exec put before all; returns whether
   nothing is left of the variable. */
static bool take_out_items(char *list) {
    size_t at = 0;
    while (list[at] && list[at] != ' ' && list[at] != ':')
        at++;
    if (list[at] == ' ' && text_after(list, TARGET_SANITIZER))
        text_copy(list, list + at + 1);
    if (!item_listed(list, shim_path, &at))
        return false;
    const char *rest = list + at + text_length(shim_path);
    if (at == 0 && !*rest)
        return true;
    text_copy(at ? list + at - 1 : list, at ? rest : rest + 1); /* with one separator */
    return false;
}

/* Takes our variables out of the environment. What stands behind it, the auxiliary vector, keeps its place: a
   pair of words that became free is made an entry that says nothing. */
static void hide(char **environment) {
    size_t kept = 0, all = 0;
    for (; environment[all]; all++) {
        char *entry = environment[all];
        if (text_after(entry, SHARED_VARIABLE "=") || text_after(entry, PADDING_VARIABLE "="))
            continue;
        const char *list = text_after(entry, "LD_PRELOAD=");
        if (list && take_out_items((char *)list))
            continue;
        environment[kept++] = entry;
    }
    environment[kept] = NULL;
    for (size_t i = kept + 1; i + 1 <= all; i += 2) {
        environment[i] = (char *)1; /* AT_IGNORE */
        environment[i + 1] = NULL;
    }
}

static void find_image(void) {
    uint32_t pid = (uint32_t)RAW(SYS_getpid);
    image = image_prepared(pid);
    bool prepared = image;
    if (!prepared)
        image = image_new(pid, IMAGE_RUNNING);
    if (image == &shared->images[0])
        return;
    int64_t length = RAW(SYS_readlink, "/proc/self/exe", image->exe, EXE_SIZE - 1);
    if (length > 0)
        image->exe[length] = 0;
    if (!prepared || !(atomic_load(&image->flags) & IMAGE_IO_KNOWN))
        return;
    size_t read = proc_io_now(&image->at_start);
    if (read)
        image_own_read((int64_t)read);
    else
        atomic_fetch_and(&image->flags, ~(uint32_t)IMAGE_IO_KNOWN);
}

/* Installs our handler; what was there before and what the last program blocked is what this one believes to
 * have. */
static void catch_sigsys(void) {
    struct kernel_action action = {
        .handler = (uintptr_t)trap_entry,
        .flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART | RESTORER,
        .restorer = (uintptr_t)trap_return,
        .mask = ~(SIGSYS_BIT | UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1) |
                  UINT64_C(1) << (SIGILL - 1) | UINT64_C(1) << (SIGFPE - 1) | UINT64_C(1) << (SIGTRAP - 1)),
    };
    uint64_t sigsys = SIGSYS_BIT, before = 0;
    RAW(SYS_rt_sigaction, SIGSYS, &action, &view.action, MASK_SIZE);
    RAW(SYS_rt_sigprocmask, SIG_UNBLOCK, &sigsys, &before, MASK_SIZE);
    uint32_t flags = atomic_load(&image->flags);
    blocked_at_start = before & SIGSYS_BIT || flags & IMAGE_SIGSYS_BLOCKED;
    thread_now()->blocked = blocked_at_start;
    if (flags & IMAGE_SIGSYS_IGNORED)
        view.action.handler = (uintptr_t)SIG_IGN;
}

/* Keeps the entry of the environment that leads to the shared memory; false when it is not there, or not
 * ours. */
static bool read_variable(char **environment) {
    const char *entry = NULL;
    for (; *environment && !entry; environment++)
        if (text_after(*environment, SHARED_VARIABLE "="))
            entry = *environment;
    if (!entry || text_length(entry) >= VARIABLE_SIZE)
        return false;
    text_copy(shared_variable, entry);
    for (shim_path = shared_variable; *shim_path && *shim_path != ' ';)
        shim_path++;
    return *shim_path++;
}

static void start(char **environment) {
    state = REFUSED;
    if (!read_variable(environment) || !(shared = map_shared()))
        return;
    find_image();
    stdio_start();
    catch_sigsys();
    int64_t error = arm();
    if (error == 0) {
        state = STARTED;
        hide(environment);
        return;
    }
    RAW(SYS_rt_sigaction, SIGSYS, &view.action, 0, MASK_SIZE);
    atomic_store(&shared->refused_errno, (uint32_t)-error);
    shared_flag(SHARED_NO_DISPATCH);
    atomic_fetch_or(&image->flags, IMAGE_SYMBOLS);
}

static void nothing(void) {}

/* Run by ld.so as it relocates the shim: it believes to choose an implementation. */
static void (*start_early(void))(void) {
    if (&__libc_stack_end && __libc_stack_end && state == NOT_STARTED) {
        char **words = __libc_stack_end;
        size_t arguments = (size_t)words[0];
        if (arguments < LONG_MAX / sizeof(char *) && !words[arguments + 1])
            start(words + arguments + 2);
    }
    return nothing;
}

void bufcount_early(void) __attribute__((ifunc("start_early"), visibility("hidden")));
void (*const volatile bufcount_keeps_early)(void) __attribute__((visibility("hidden"))) = bufcount_early;

__attribute__((constructor)) static void start_late(int count, char **arguments, char **environment) {
    (void)count;
    (void)arguments;
    if (state == NOT_STARTED)
        start(environment);
    if (state == STARTED && blocked_at_start) /* ld.so has laid out the thread's storage anew since */
        thread_now()->blocked = true;
    if (state == STARTED) {
        thread_account_first();
        patch_ready();
    }
    if (state == REFUSED && shared)
        count_by_symbols();
}
