/* exit and fcloseall in one thread while another forks, at the worst moment: libc holds its list of streams
   and has not yet come to ours. Everything is written, and nobody waits for ever. (At exit a library's fork
   handlers are gone by then, at fcloseall they are not.) */
#include "expect.h"
#include <dlfcn.h>
#include <pthread.h>

static _Atomic int leaving;

static ssize_t one_byte(void *nothing, char *p, size_t size) {
    (void)nothing;
    *p = 'x';
    return size > 0;
}

/* libc's exit gives the unread byte of a stream of its own back, the newest stream first. */
static int seek_at_exit(void *nothing, off64_t *offset, int whence) {
    (void)nothing, (void)whence;
    *offset = 0;
    leaving = 1;
    usleep(20000); /* the other thread comes to fork, which waits for libc's list */
    return 0;
}

static void *fork_then(void *nothing) {
    while (!leaving)
        usleep(100);
    if (fork() == 0)
        _exit(0);
    return nothing;
}

static void the_program(bool by_fcloseall,
                        FILE *(*libc_fopencookie)(void *, const char *, cookie_io_functions_t),
                        int (*libc_fgetc)(FILE *)) {
    pthread_t thread;
    alarm(10);
    FILE *held = libc_fopencookie(NULL, "r", (cookie_io_functions_t){one_byte, NULL, seek_at_exit, NULL});
    FILE *f = fopen("file", "w");
    REQUIRE(held && f);
    setvbuf(held, NULL, _IOFBF, 2);
    EXPECT_INT(libc_fgetc(held), 'x');
    EXPECT_INT(ungetc('x', held), 'x');
    EXPECT(fputs("in the file\n", f) >= 0);
    REQUIRE(pthread_create(&thread, NULL, fork_then, NULL) == 0);
    if (by_fcloseall)
        fcloseall();
    exit(finish());
}

int main(void) {
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    REQUIRE(libc);
    for (int by_fcloseall = 0; by_fcloseall < 2; by_fcloseall++) {
        situation(by_fcloseall ? "fcloseall" : "exit");
        unlink("file");
        pid_t child = fork_child();
        if (child == 0)
            the_program(by_fcloseall, dlsym(libc, "fopencookie"), dlsym(libc, "fgetc"));
        EXPECT(child_passed(child));
        EXPECT_FILE("file", "in the file\n", 12);
    }
    puts("exit beside a fork");
    return finish();
}
