/* Where the output of a repeated run goes: nowhere, but through a descriptor of the same kind as the real
   one, because programs buffer, or stop early, by what their output is. A pipe or terminal is read to its end
   by a thread. */
#include "bufcount.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_t reader;
static bool reading;
static struct proc_io drained;

/* Only between runs: the reader has then come to the end. */
struct proc_io sink_io(void) {
    return drained;
}

static void *drain(void *argument) {
    int descriptor = *(int *)argument;
    char block[65536];
    ssize_t length;
    free(argument);
    do {
        length = read(descriptor, block, sizeof block);
        drained.syscr++;
        if (length > 0)
            drained.rchar += (uint64_t)length;
    } while (length > 0 || (length < 0 && errno == EINTR));
    close(descriptor);
    return NULL;
}

static int drained_by_thread(int read_end, int write_end) {
    int *argument = malloc(sizeof *argument);
    if (!argument)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    *argument = read_end;
    int error = pthread_create(&reader, NULL, drain, argument);
    if (error)
        die(EXIT_OWN_FAILURE, "thread: %s", strerror(error));
    reading = true;
    return write_end;
}

static int open_terminal(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
        return -1;
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    return slave < 0 ? -1 : drained_by_thread(master, slave);
}

int sink_null(void) {
    int descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        die(EXIT_OWN_FAILURE, "/dev/null: %s", strerror(errno));
    return descriptor;
}

int sink_open(int like) {
    struct stat status;
    int descriptor = -1, ends[2];
    if (fstat(like, &status) == 0) {
        if (S_ISREG(status.st_mode))
            descriptor = open(P_tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        else if (isatty(like))
            descriptor = open_terminal();
        else if (!S_ISCHR(status.st_mode) && pipe2(ends, O_CLOEXEC) == 0)
            descriptor = drained_by_thread(ends[0], ends[1]);
    }
    return descriptor < 0 ? sink_null() : descriptor;
}

void sink_close(int descriptor) {
    close(descriptor);
    if (reading)
        pthread_join(reader, NULL);
    reading = false;
}
