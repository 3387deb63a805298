/* Reads that signals interrupt: three times by a handler after which the kernel starts the call again, then
   by the end of the process, by SIGKILL and two other signals. strace counts 6 reads here, 5 of them failing:
   SIGKILL ends none. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2];

static void on_signal(int number) {
    (void)number;
}

static void rest(void) {
    nanosleep(&(struct timespec){0, 50000000}, NULL);
}

static void killed_while_reading(int number) {
    char byte;
    pid_t child = fork();
    if (child == 0) {
        read(ends[0], &byte, 1);
        _exit(0);
    }
    rest();
    kill(child, number);
    waitpid(child, NULL, 0);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    char byte = 0;
    if (pipe(ends) || sigaction(SIGUSR1, &action, NULL))
        return 1;
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < 3; i++) {
            rest();
            kill(getppid(), SIGUSR1);
        }
        rest();
        write(ends[1], "x", 1);
        _exit(0);
    }
    if (read(ends[0], &byte, 1) != 1 || byte != 'x')
        return 1;
    waitpid(child, NULL, 0);
    killed_while_reading(SIGKILL);
    killed_while_reading(SIGTERM);
    killed_while_reading(SIGINT);
    puts("done");
    return 0;
}
