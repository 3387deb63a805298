/* fdopen: the modes a descriptor allows, the errors of those it does not, what it keeps of the descriptor
   (offset, flags), and descriptors of every kind. */
#include "expect.h"
#include <sys/socket.h>

static void mode_against_descriptor(void) {
    static const struct {
        int flags;
        const char *mode;
        bool allowed;
    } pairs[] = {
        {O_RDONLY, "r", true}, {O_RDONLY, "w", false}, {O_RDONLY, "r+", false}, {O_RDONLY, "a", false},
        {O_WRONLY, "w", true}, {O_WRONLY, "a", true},  {O_WRONLY, "r", false},  {O_WRONLY, "w+", false},
        {O_RDWR, "r", true},   {O_RDWR, "w", true},    {O_RDWR, "r+", true},    {O_RDWR, "w+", true},
        {O_RDWR, "a+", true},  {O_RDWR, "a", true},    {O_RDONLY, "a+", false}, {O_WRONLY, "a+", false},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        situation("flags %d mode %s", pairs[i].flags, pairs[i].mode);
        write_file("data", "12345", 5);
        int descriptor = open("data", pairs[i].flags);
        errno = 0;
        FILE *f = fdopen(descriptor, pairs[i].mode);
        if (!pairs[i].allowed) {
            EXPECT(!f && errno == EINVAL);
            EXPECT_INT(close(descriptor), 0); /* still the caller's */
            continue;
        }
        REQUIRE(f);
        EXPECT_INT(fileno(f), descriptor);
        EXPECT_INT(fclose(f), 0);
        EXPECT_ERROR(close(descriptor) < 0, EBADF);
        EXPECT_FILE("data", "12345", 5); /* never truncates */
    }
}

static void refusals(void) {
    situation("refusals");
    EXPECT_ERROR(!fdopen(-1, "r"), EBADF);
    EXPECT_ERROR(!fdopen(987, "w"), EBADF);
    EXPECT_ERROR(!fdopen(1, "q"), EINVAL);
    EXPECT_ERROR(!fdopen(-1, ""), EINVAL);
}

/* "a" sets O_APPEND on the shared description, as libc does; "e" does nothing to the descriptor. */
static void append_and_exec(void) {
    situation("a and e");
    write_file("data", "12345", 5);
    int descriptor = open("data", O_RDWR);
    FILE *f = fdopen(descriptor, "ae");
    REQUIRE(f);
    EXPECT_INT(fcntl(descriptor, F_GETFL) & O_APPEND, O_APPEND);
    EXPECT_INT(fcntl(descriptor, F_GETFD), 0);
    fputs("67", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "1234567", 7);
}

static void starts_at_the_offset(void) {
    situation("offset");
    write_file("data", "0123456789", 10);
    int descriptor = open("data", O_RDWR);
    lseek(descriptor, 4, SEEK_SET);
    FILE *f = fdopen(descriptor, "r+");
    REQUIRE(f);
    EXPECT_INT(ftell(f), 4);
    EXPECT_INT(getc(f), '4');
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT_INT(putc('X', f), 'X');
    EXPECT_INT(fseek(f, -2, SEEK_CUR), 0);
    EXPECT_INT(getc(f), '4');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "01234X6789", 10);
}

/* A socket stands for read and write at once: two streams on two descriptors of it. */
static void sockets(void) {
    char line[30];
    int ends[2];
    situation("socket");
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        close(ends[0]);
        FILE *in = fdopen(ends[1], "r"), *out = fdopen(dup(ends[1]), "w");
        while (fgets(line, sizeof line, in)) {
            fprintf(out, "echo %s", line);
            fflush(out);
        }
        fclose(in);
        fclose(out);
        _exit(0);
    }
    close(ends[1]);
    FILE *both = fdopen(ends[0], "r+");
    REQUIRE(both);
    for (int i = 0; i < 3; i++) {
        fprintf(both, "line %d\n", i);
        EXPECT_INT(fflush(both), 0);
        char want[30];
        snprintf(want, sizeof want, "echo line %d\n", i);
        EXPECT(fgets(line, sizeof line, both));
        EXPECT_TEXT(line, want);
    }
    shutdown(ends[0], SHUT_WR);
    EXPECT_INT(getc(both), EOF);
    EXPECT_INT(fclose(both), 0);
    EXPECT(child_passed(child));
}

static void devices(void) {
    char block[100] = {1};
    situation("devices");
    FILE *f = fopen("/dev/null", "r+");
    REQUIRE(f);
    EXPECT_INT(fwrite(block, 1, 100, f), 100);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
    f = fopen("/dev/zero", "r");
    REQUIRE(f);
    memset(block, 1, 100);
    EXPECT_INT(fread(block, 1, 100, f), 100);
    EXPECT_INT(block[99], 0);
    EXPECT_INT(fclose(f), 0);
    f = fopen("/proc/self/stat", "r");
    REQUIRE(f);
    int number = 0;
    EXPECT_INT(fscanf(f, "%d", &number), 1);
    EXPECT_INT(number, getpid());
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    mode_against_descriptor();
    refusals();
    append_and_exec();
    starts_at_the_offset();
    sockets();
    devices();
    puts("fdopen");
    return finish();
}
