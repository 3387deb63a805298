/* A prompt on a line-buffered stdout appears before a read from an unbuffered or line-buffered stream waits;
   on a terminal without any setvbuf. The program runs itself on a pty and answers only what it has seen. */
#include "expect.h"
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <termios.h>

static const char *const ways_to_read[] = {"fgets", "getchar",    "scanf",       "getline",
                                           "fread", "unbuffered", "other stream"};
enum { WAYS_TO_READ = sizeof ways_to_read / sizeof *ways_to_read };

/* The side on the terminal: two prompts, two answers. */
static int converse(const char *how) {
    char answer[100] = "", *line = NULL;
    size_t room = 0;
    FILE *in = stdin;
    if (strcmp(how, "unbuffered") == 0)
        setvbuf(stdin, NULL, _IONBF, 0);
    if (strcmp(how, "other stream") == 0) {
        in = fopen("/dev/tty", "r");
        REQUIRE(in);
    }
    for (int round = 1; round <= 2; round++) {
        printf("prompt %d> ", round);
        if (strcmp(how, "getchar") == 0) {
            size_t n = 0;
            for (int byte; (byte = getchar()) != '\n' && byte != EOF && n < 99;)
                answer[n++] = (char)byte;
            answer[n] = 0;
        } else if (strcmp(how, "scanf") == 0) {
            REQUIRE(scanf("%99s", answer) == 1);
        } else if (strcmp(how, "getline") == 0) {
            REQUIRE(getline(&line, &room, stdin) > 0);
            strcpy(answer, line);
        } else if (strcmp(how, "fread") == 0) {
            REQUIRE(fread(answer, 1, 5, stdin) == 5);
        } else {
            REQUIRE(fgets(answer, 99, in));
        }
        answer[strcspn(answer, "\n")] = 0;
        printf("(%s)\n", answer);
    }
    free(line);
    return finish();
}

/* Reads from the terminal's other side until the text appears; false after two seconds. */
static bool appears(int terminal, const char *text) {
    static char seen[4000];
    static size_t have;
    for (;;) {
        char *found = memmem(seen, have, text, strlen(text));
        if (found) {
            size_t used = (size_t)(found - seen) + strlen(text);
            memmove(seen, seen + used, have -= used);
            return true;
        }
        struct pollfd ready = {.fd = terminal, .events = POLLIN};
        if (poll(&ready, 1, 2000) <= 0)
            return false;
        ssize_t n = read(terminal, seen + have, sizeof seen - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
}

static void on_a_terminal(const char *how) {
    int terminal, status;
    struct termios quiet;
    situation("%s", how);
    pid_t child = forkpty(&terminal, NULL, NULL, NULL);
    REQUIRE(child >= 0);
    if (child == 0) {
        tcgetattr(0, &quiet);
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(0, TCSANOW, &quiet);
        execl("/proc/self/exe", "stream_prompt", how, NULL);
        _exit(127);
    }
    EXPECT(appears(terminal, "prompt 1> "));
    EXPECT_INT(write(terminal, "five5\n", 6), 6);
    EXPECT(appears(terminal, "(five5)"));
    EXPECT(appears(terminal, "prompt 2> "));
    EXPECT_INT(write(terminal, "six66\n", 6), 6);
    EXPECT(appears(terminal, strcmp(how, "fread") ? "(six66)" : "()"));
    if (failures)
        kill(child, SIGKILL);
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(terminal);
}

/* Without a terminal: stdout line-buffered by setvbuf on a pipe, read from an unbuffered pipe. */
static void on_pipes(void) {
    int to[2], from[2];
    char seen[20] = "";
    situation("pipes");
    REQUIRE(pipe(to) == 0 && pipe(from) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        REQUIRE(dup2(to[0], 0) == 0 && dup2(from[1], 1) == 1);
        setvbuf(stdin, NULL, _IONBF, 0);
        setvbuf(stdout, NULL, _IOLBF, 1000);
        printf("prompt> ");
        EXPECT_INT(getchar(), 'y');
        exit(finish());
    }
    struct pollfd ready = {.fd = from[0], .events = POLLIN};
    EXPECT_INT(poll(&ready, 1, 2000), 1);
    if (ready.revents)
        EXPECT_INT(read(from[0], seen, 20), 8);
    EXPECT_TEXT(seen, "prompt> ");
    EXPECT_INT(write(to[1], "y", 1), 1);
    EXPECT(child_passed(child));
}

int main(int count, char **words) {
    if (count > 1)
        return converse(words[1]);
    for (int i = 0; i < WAYS_TO_READ; i++)
        on_a_terminal(ways_to_read[i]);
    on_pipes();
    puts("prompts");
    return finish();
}
