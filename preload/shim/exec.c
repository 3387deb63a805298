/* Before an exec: the shim's library and variable are put into the environment of the new program, whatever
   the old one left of them, and the new image is made beforehand, so that it is known even where the shim
   cannot follow. */
#include "shim.h"
#include "target.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    NO_ENTRY = -2,
    NOT_DIRECTORY = -20,
    SCRIPT_DEPTH = 4,
    PAGE = 4096,
    LONGEST = 1 << 20,
    PRELOAD_NAME = 11
};

#define NO_PAGE UINTPTR_MAX

/* An exec under way. */
struct exec {
    int directory;            /* descriptor that a relative path starts from */
    const char *path;         /* of the program, as given */
    int flags;                /* AT_... */
    const char *const *given; /* the environment the program wants */
    size_t entries;           /* in it */
    const char *preload;      /* its LD_PRELOAD or NULL */
    size_t preload_length;    /* 0 without */
    uint32_t image_flags;     /* what bufcount will say of the program */
    char first[TARGET_NAME];  /* the library that wants to stand first in LD_PRELOAD, or "" */
};

/* Remembers the page that was last found readable, so that neighbours cost nothing. */
static bool readable_near(uintptr_t address, uintptr_t *page) {
    if (address / PAGE == *page)
        return true;
    if (!readable(address, 1))
        return false;
    *page = address / PAGE;
    return true;
}

/* The length of a text in the program's memory, or LONGEST where it cannot be read or has no end. */
static size_t safe_length(const char *text, uintptr_t *page) {
    for (size_t i = 0; i < LONGEST; i++) {
        if (!readable_near((uintptr_t)text + i, page))
            return LONGEST;
        if (!text[i])
            return i;
    }
    return LONGEST;
}

static int64_t read_at(int64_t descriptor, void *to, size_t size, uint64_t offset) {
    int64_t length = RAW(SYS_pread64, descriptor, to, size, offset);
    image_own_read(length);
    return length;
}

/* Fills exec->first for a program whose HEAD was read. */
static void look_for_sanitizer(struct exec *exec, int64_t descriptor, const char *head, size_t size) {
    Elf64_Dyn table[TARGET_TABLE];
    struct target_part dynamic = target_dynamic(head, size);
    int64_t length = dynamic.size ? read_at(descriptor, table, sizeof table, dynamic.offset) : 0;
    uint64_t name = length > 0 ? target_first_needed(head, size, table, (size_t)length / sizeof *table) : 0;
    length = name ? read_at(descriptor, exec->first, sizeof exec->first - 1, name) : 0;
    exec->first[length > 0 ? length : 0] = 0;
    if (!text_after(exec->first, TARGET_SANITIZER))
        exec->first[0] = 0;
}

static int64_t open_target(const struct exec *exec) {
    if (exec->flags & AT_EMPTY_PATH && !*exec->path)
        return RAW(SYS_dup, exec->directory);
    return RAW(SYS_openat, exec->directory, exec->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* Looks at the program, through the interpreters of scripts. Returns an error where the exec is bound to
 * fail. */
static int64_t look_at_target(struct exec *exec, char *head) {
    char interpreter[256];
    int64_t descriptor = open_target(exec);
    for (int depth = 0; descriptor >= 0 && depth < SCRIPT_DEPTH; depth++) {
        struct stat status;
        if (depth == 0 && RAW(SYS_fstat, descriptor, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID))
            exec->image_flags |= IMAGE_SETUID;
        int64_t length = read_at(descriptor, head, TARGET_HEAD, 0);
        enum target_kind kind = length < 0 ? TARGET_UNKNOWN : target_kind(head, (size_t)length);
        if (kind == TARGET_DYNAMIC)
            look_for_sanitizer(exec, descriptor, head, (size_t)length);
        RAW(SYS_close, descriptor);
        if (kind == TARGET_STATIC)
            exec->image_flags |= IMAGE_STATIC;
        if (kind == TARGET_FOREIGN)
            exec->image_flags |= IMAGE_FOREIGN;
        if (kind != TARGET_SCRIPT ||
            !target_interpreter(head, (size_t)length, interpreter, sizeof interpreter))
            return 0;
        descriptor = RAW(SYS_open, interpreter, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    return descriptor < 0 ? descriptor : 0;
}

/* Reads the environment that the program wants; false where it cannot be read (the kernel will say so) or is
   to be left as it is. */
static bool look_at_environment(struct exec *exec) {
    uintptr_t page = NO_PAGE;
    for (; exec->given; exec->entries++) {
        if (exec->entries == LONGEST || !readable_near((uintptr_t)(exec->given + exec->entries), &page))
            return false;
        if (!exec->given[exec->entries])
            break;
    }
    page = NO_PAGE;
    for (size_t i = 0; i < exec->entries; i++) {
        const char *entry = exec->given[i];
        if (!readable_near((uintptr_t)entry, &page))
            return false;
        if (entry[0] != 'L')
            continue;
        size_t length = safe_length(entry, &page);
        if (length == LONGEST || text_after(entry, "LD_TRACE_LOADED_OBJECTS="))
            return false; /* ldd: the program will not run, and the shim would be listed */
        if (text_after(entry, "LD_PRELOAD=")) { /* the loader takes the last one */
            exec->preload = entry;
            exec->preload_length = length;
        }
    }
    return true;
}

/* LD_PRELOAD: the library that wants to be first, the shim, whose wrappers of stdio's names come before all
   others, and what was there. The next start takes both out again: a first item with a blank behind it is
   ours. */
static void compose_preload(char *to, const struct exec *exec) {
    const char *list = exec->preload ? exec->preload + PRELOAD_NAME : NULL;
    size_t at;
    bool listed = list && item_listed(list, shim_path, &at);
    bool in_place = exec->first[0] && list && text_after(list, exec->first);
    to = text_copy(to, "LD_PRELOAD=");
    if (exec->first[0] && !in_place)
        to = text_copy(text_copy(to, exec->first), " ");
    if (!listed && !in_place)
        to = text_copy(text_copy(to, shim_path), list ? ":" : "");
    if (list)
        to = text_copy(to, list);
    if (!listed && in_place)
        text_copy(text_copy(to, ":"), shim_path);
}

/* The given environment with the shim in LD_PRELOAD and the variable behind; NULL without memory. */
static const char **compose_environment(const struct exec *exec) {
    size_t pointers = (exec->entries + 4) * sizeof(char *);
    size_t texts = exec->preload_length + sizeof exec->first + text_length(shim_path) + 64;
    char *block = thread_scratch(pointers + texts);
    if (!block)
        return NULL;
    const char **new = (const char **)block;
    char *preload = block + pointers;
    compose_preload(preload, exec);
    size_t count = 0;
    for (size_t i = 0; i < exec->entries; i++) {
        const char *entry = exec->given[i];
        if (entry == exec->preload)
            new[count++] = preload;
        else if (!text_after(entry, SHARED_VARIABLE "=") && !text_after(entry, PADDING_VARIABLE "="))
            new[count++] = entry;
    }
    if (!exec->preload)
        new[count++] = preload;
    new[count++] = shared_variable;
    if (exec->preload)
        new[count++] = PADDING_VARIABLE "=";
    new[count] = NULL;
    return new;
}

/* room[0] becomes the number of the image made for the new program, room[1] what was read of /proc/self/io
 * for it. */
static void prepare_image(struct call *call, struct exec *exec) {
    uint32_t pid = (uint32_t)RAW(SYS_getpid);
    struct image *prepared = image_new(pid, IMAGE_EXECUTING);
    if (prepared == &shared->images[0])
        return;
    size_t i = 0;
    for (; i < EXE_SIZE - 1 && exec->path[i]; i++)
        prepared->exe[i] = exec->path[i];
    prepared->exe[i] = 0;
    if (thread_now()->blocked)
        exec->image_flags |= IMAGE_SIGSYS_BLOCKED;
    if (view.action.handler == (uintptr_t)SIG_IGN)
        exec->image_flags |= IMAGE_SIGSYS_IGNORED;
    call->room[1] = proc_io_now(&prepared->before_exec);
    if (call->room[1])
        exec->image_flags |= IMAGE_IO_KNOWN;
    atomic_store(&prepared->flags, exec->image_flags);
    image_hint(pid, prepared);
    call->room[0] = (uint64_t)(prepared - shared->images);
}

void before_exec(struct call *call, greg_t *registers) {
    struct exec exec = {.directory = AT_FDCWD, .path = (const char *)call->arguments[0]};
    greg_t *argument = &registers[REG_RDX];
    if (call->number == SYS_execveat) {
        exec.directory = (int)call->arguments[0];
        exec.path = (const char *)call->arguments[1];
        exec.flags = (int)call->arguments[4];
        argument = &registers[REG_R10];
    }
    exec.given = (const char *const *)*argument;
    exec.image_flags = IMAGE_EXECUTED;
    call->room[0] = call->room[1] = 0;
    uintptr_t page = NO_PAGE;
    char *head = thread_scratch(TARGET_HEAD);
    if (!head || safe_length(exec.path, &page) >= PAGE)
        return;
    int64_t error = look_at_target(&exec, head);
    if (error == NO_ENTRY || error == NOT_DIRECTORY)
        return;
    prepare_image(call, &exec);
    /* A loader that cannot find the shim, in another root for instance, would complain. */
    if (exec.image_flags & IMAGE_FOREIGN || RAW(SYS_access, shim_path, R_OK) != 0 ||
        !look_at_environment(&exec))
        return;
    const char **environment = compose_environment(&exec);
    if (environment)
        *argument = (greg_t)environment;
}

/* The exec failed. */
void after_exec(struct call *call) {
    if (call->room[0])
        image_free(&shared->images[call->room[0]]);
    if (call->room[1])
        image_own_read((int64_t)call->room[1]);
}
