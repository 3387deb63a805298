/* Starts itself again in every way that may lose the environment or the descriptors; each start writes one
   "x" to the file "executed". With an argument N, N more generations follow. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[4096];

static void mark(void) {
    int descriptor = open("executed", O_WRONLY | O_CREAT | O_APPEND, 0600);
    write(descriptor, "x", 1);
    close(descriptor);
}

static void waited(pid_t child) {
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        perror("count_exec");
        exit(1);
    }
}

static void start(int way) {
    char *const arguments[] = {path, "0", NULL};
    char *const nothing[] = {NULL};
    char *const other[] = {"LD_PRELOAD=", "LIBBUFCOUNT=/nonexistent", "A=b", NULL};
    pid_t child;
    if (way == 4) {
        if (posix_spawn(&child, path, NULL, NULL, arguments, nothing))
            exit(1);
        waited(child);
        return;
    }
    child = way == 1 ? vfork() : fork();
    if (child == 0) {
        if (way == 3)
            for (int i = 0; i < 1024; i++)
                close(i);
        if (way == 5)
            syscall(SYS_execve, path, arguments, NULL);
        if (way == 6) {
            int self = open(path, O_RDONLY);
            fexecve(self, arguments, nothing);
        }
        if (way == 7)
            clearenv();
        if (way == 8)
            execve("/nonexistent", arguments, nothing);
        execve(path, arguments, way == 2 ? other : nothing);
        _exit(127);
    }
    waited(child);
}

int main(int count, char **arguments) {
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    mark();
    if (count > 1) {
        int generations = atoi(arguments[1]);
        char number[16];
        snprintf(number, sizeof number, "%d", generations - 1);
        if (generations > 0)
            execle(path, path, number, NULL, (char *[]){NULL});
        return 0;
    }
    for (int way = 0; way < 9; way++)
        start(way);
    return 0;
}
