/* Asking the dynamic linker for a program's libraries; see bufrun_libraries.h. */
#include "bufrun_libraries.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 10 /* seconds that the linker may take over a damaged file */ };

/* The child: the linker's answer and its complaints both go to the pipe. Of the environment it gets what
   decides where libraries are found, so that no LD_DEBUG of the user mixes into the answer. */
static _Noreturn void ask(int end, const char *linker, const char *path, bool preloads) {
    /* $ORIGIN is the directory of the file itself, not of a link to it, when the kernel starts the
       program. */
    char file[PATH_MAX], *environment[3], **next = environment;
    if (!realpath(path, file))
        _exit(127);
    const char *directories = getenv("LD_LIBRARY_PATH"), *preload = preloads ? getenv("LD_PRELOAD") : NULL;
    if (directories && asprintf(next, "LD_LIBRARY_PATH=%s", directories) > 0)
        next++;
    if (preload && asprintf(next, "LD_PRELOAD=%s", preload) > 0)
        next++;
    *next = NULL;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGALRM, SIG_DFL);
    alarm(LONGEST);
    int kept = fcntl(end, F_DUPFD, 3);
    if (kept >= 0 && dup2(kept, 1) >= 0 && dup2(kept, 2) >= 0 && close(kept) == 0)
        execve(linker, (char *[]){(char *)(uintptr_t)linker, "--list", file, NULL}, environment);
    _exit(127);
}

static char *read_all(int end) {
    size_t size = 0, room = 4096;
    char *bytes = malloc(room);
    for (ssize_t got; bytes && (got = read(end, bytes + size, room - size - 1)) > 0;) {
        size += (size_t)got;
        if (room - size < 2048) {
            char *larger = realloc(bytes, room *= 2);
            if (!larger)
                free(bytes);
            bytes = larger;
        }
    }
    if (bytes)
        bytes[size] = 0;
    return bytes;
}

/* The path in a line "\tNAME => PATH (0xADDRESS)" or "\tPATH (0xADDRESS)", cut out in place; NULL for another
   line and for the kernel's vdso. */
static char *take_path(char *line) {
    char *end = NULL;
    for (char *at = line; (at = strstr(at, " (0x")); at++)
        end = at;
    if (*line != '\t' || !end)
        return NULL;
    *end = 0;
    char *arrow = strstr(line, " => "), *path = line + 1;
    if (arrow && (arrow[4] == '/' || arrow[4] == '.'))
        path = arrow + 4;
    return strchr(path, '/') ? path : NULL;
}

static const char *reason(char *said) {
    static const char opening[] = "error while loading shared libraries: ";
    char *found = said ? strstr(said, opening) : NULL;
    if (!found)
        return "the dynamic linker cannot read it";
    found += sizeof opening - 1;
    found[strcspn(found, "\n")] = 0;
    return found;
}

const char *list_libraries(struct libraries *libraries, const char *linker, const char *path, int preloads) {
    int ends[2], status = 0;
    memset(libraries, 0, sizeof *libraries);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return "no pipe to the dynamic linker";
    pid_t child = fork();
    if (child == 0)
        ask(ends[1], linker, path, preloads);
    close(ends[1]);
    libraries->said = child < 0 ? NULL : read_all(ends[0]);
    close(ends[0]);
    /* Where SIGCHLD is ignored there is no status to wait for: the answer decides alone. */
    if (child < 0 || (waitpid(child, &status, 0) == child && status != 0) || !libraries->said)
        return reason(libraries->said);
    char *state, *found;
    for (char *line = strtok_r(libraries->said, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
        if (!(found = take_path(line)))
            continue;
        char **longer = realloc(libraries->paths, (libraries->count + 1) * sizeof *longer);
        if (!longer)
            return "out of memory";
        libraries->paths = longer;
        libraries->paths[libraries->count++] = found;
    }
    return NULL;
}

void free_libraries(struct libraries *libraries) {
    free(libraries->paths);
    free(libraries->said);
    memset(libraries, 0, sizeof *libraries);
}
