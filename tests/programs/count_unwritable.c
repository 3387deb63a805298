/* Forbids itself writable code (Linux 6.3), then makes calls, also from a thread and a child.
   executes itself again, since the ban is inherited. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1 };

static int ends[2];

static void *calls(void *argument) {
    char byte = 'x';
    for (int i = 0; i < 100; i++)
        if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1 || getppid() <= 0)
            return NULL;
    return argument;
}

int main(int count, char **arguments) {
    pthread_t thread;
    void *result;
    if (prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
        printf("no MDWE here: %s\n", strerror(errno));
        return 77;
    }
    if (pipe(ends) || !calls(ends))
        return 1;
    if (pthread_create(&thread, NULL, calls, ends) || pthread_join(thread, &result) || !result)
        return 1;
    if (count == 1 && fork() == 0) {
        calls(ends);
        execl("/proc/self/exe", arguments[0], "again", NULL);
        _exit(1);
    }
    int status = 0;
    if (count == 1)
        wait(&status);
    return status;
}
