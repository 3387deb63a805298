/* The last steps before the program: its descriptors, its environment with the libraries, its place in the
   shared memory, and exec. What the shim does at every later exec is done here for the first. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <x86intrin.h>

#include "shim/target.h"

extern char **environ;

static _Noreturn void fail(int error_pipe, int error) {
    if (write(error_pipe, &error, sizeof error) < 0)
        _exit(EXIT_OWN_FAILURE);
    _exit(exec_exit_code(error));
}

/* The file that NAME means, searched as execvp does. Returns 0 or an errno value. */
static int find_program(const char *name, char *found, size_t size) {
    if (strchr(name, '/') || !*name) {
        snprintf(found, size, "%s", name);
        return *name ? 0 : ENOENT;
    }
    const char *list = getenv("PATH");
    int error = ENOENT;
    for (const char *item = list ? list : "/bin:/usr/bin"; item;
         item = strchr(item, ':') ? strchr(item, ':') + 1 : NULL) {
        int length = (int)strcspn(item, ":");
        struct stat status;
        if (snprintf(found, size, "%.*s%s%s", length, item, length ? "/" : "./", name) >= (int)size ||
            stat(found, &status) < 0 || !S_ISREG(status.st_mode))
            continue;
        if (access(found, X_OK) == 0)
            return 0;
        error = errno;
    }
    return error;
}

/* Fills FIRST with the library that the program wants before all others in LD_PRELOAD, or "". */
static void look_for_sanitizer(int descriptor, const char *head, size_t size, char *first) {
    Elf64_Dyn table[TARGET_TABLE];
    struct target_part dynamic = target_dynamic(head, size);
    ssize_t length = dynamic.size ? pread(descriptor, table, sizeof table, (off_t)dynamic.offset) : 0;
    uint64_t name = length > 0 ? target_first_needed(head, size, table, (size_t)length / sizeof *table) : 0;
    length = name ? pread(descriptor, first, TARGET_NAME - 1, (off_t)name) : 0;
    first[length > 0 ? length : 0] = 0;
    if (strncmp(first, TARGET_SANITIZER, strlen(TARGET_SANITIZER)) != 0)
        first[0] = 0;
}

/* The image flags of a program. */
static uint32_t look_at(const char *path, char *first) {
    char head[TARGET_HEAD];
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return 0;
    uint32_t flags =
        fstat(descriptor, &status) == 0 && status.st_mode & (S_ISUID | S_ISGID) ? IMAGE_SETUID : 0;
    ssize_t length = pread(descriptor, head, sizeof head, 0);
    enum target_kind kind = length < 0 ? TARGET_UNKNOWN : target_kind(head, (size_t)length);
    if (kind == TARGET_DYNAMIC)
        look_for_sanitizer(descriptor, head, (size_t)length, first);
    close(descriptor);
    return flags | (kind == TARGET_STATIC ? IMAGE_STATIC : kind == TARGET_FOREIGN ? IMAGE_FOREIGN : 0);
}

/* An image for the program to find, as the shim makes one at each exec. Everything /proc/self/io shows so far
   is ours, so before_exec stays 0. */
static void prepare_image(struct shared *shared, const char *path, uint32_t flags) {
    uint32_t pid = (uint32_t)getpid(), number = 1;
    struct image *image = &shared->images[number];
    image->began = __rdtsc();
    image->order = atomic_fetch_add(&shared->order, 1) + 1;
    memcpy(image->exe, path, strnlen(path, sizeof image->exe - 1));
    atomic_store(&image->flags, flags | IMAGE_IO_KNOWN | IMAGE_EXECUTED);
    atomic_store(&image->phase, IMAGE_EXECUTING);
    atomic_store(&shared->pids[number], pid);
    atomic_store(&shared->hints[pid % HINTS], number);
}

/* The environment with the shim before all else in LD_PRELOAD (FIRST comes before it) and the variable that leads to the shared memory. */
static char **environment_for(const char *shim, const char *first) {
    size_t count = 0;
    while (environ[count])
        count++;
    char **new = calloc(count + 4, sizeof *new);
    if (!new)
        return NULL;
    char *preload = NULL, *variable, *padding = NULL;
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        new[used] = environ[i];
        if (!preload && strncmp(environ[i], "LD_PRELOAD=", 11) == 0) {
            const char *list = environ[i] + 11;
            bool in_place = *first && strncmp(list, first, strlen(first)) == 0;
            if (asprintf(&preload, "LD_PRELOAD=%s%s%s:%s", in_place ? "" : first,
                         *first && !in_place ? " " : "", in_place ? list : shim, in_place ? shim : list) < 0)
                return NULL;
            new[used] = preload;
            padding = PADDING_VARIABLE "=";
        }
        used++;
    }
    if (asprintf(&variable, "%s=%s %s", SHARED_VARIABLE, memory_path(), shim) < 0 ||
        (!preload && asprintf(&preload, "LD_PRELOAD=%s%s%s", first, *first ? " " : "", shim) < 0))
        return NULL;
    if (!padding)
        new[used++] = preload;
    new[used++] = variable;
    if (padding)
        new[used++] = padding;
    return new;
}

static void redirect(const struct redirection *redirection) {
    const int descriptors[] = {redirection->input, redirection->output, redirection->error};
    for (int i = 0; i < 3; i++)
        if (descriptors[i] >= 0)
            dup2(descriptors[i], i);
}

void become_program(const struct options *options, const char *libbuf, const struct redirection *redirection,
                    int error_pipe, struct shared *shared) {
    char path[PATH_MAX];
    redirect(redirection);
    int error = find_program(options->command[0], path, sizeof path);
    if (error)
        fail(error_pipe, error);
    if (libbuf && buf_preload_prepend(libbuf) < 0)
        fail(error_pipe, errno);
    if (libbuf && options->rules && setenv("LIBBUF", options->rules, 1) < 0)
        fail(error_pipe, errno);
    char **environment = environ;
    if (shared) {
        char first[TARGET_NAME] = "";
        uint32_t flags = look_at(path, first);
        prepare_image(shared, path, flags);
        if (!(flags & IMAGE_FOREIGN))
            environment = environment_for(options->shim, first);
        if (!environment)
            fail(error_pipe, ENOMEM);
    }
    execvpe(path, options->command, environment);
    fail(error_pipe, errno);
}
