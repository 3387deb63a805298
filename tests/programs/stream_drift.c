/* A seek that only the stream knows of: whoever can see the descriptor finds it where the stream is. */
#include "expect.h"
#include <fcntl.h>
#include <sys/wait.h>

enum { SIZE = 20000 };
static char *bytes;

/* The number that the next fopen will get. */
static int next_descriptor(void) {
    int fd = open("/dev/null", O_RDONLY);
    close(fd);
    return fd;
}

static long offset_of(int fd) {
    return (long)lseek(fd, 0, SEEK_CUR);
}

static void seen_by_fileno(void) {
    situation("fileno");
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    EXPECT_INT(fseek(f, 5000, SEEK_SET), 0);
    EXPECT_INT(offset_of(fileno(f)), 5000);
    EXPECT_INT(fclose(f), 0);

    f = fopen("data", "r+");
    REQUIRE(f);
    EXPECT_INT(fseek(f, 6000, SEEK_SET), 0);
    EXPECT_INT(fputc(bytes[6000], f), (unsigned char)bytes[6000]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(offset_of(fileno(f)), 6001);
    EXPECT_INT(fseek(f, 100, SEEK_SET), 0);
    EXPECT_INT(fgetc(f), (unsigned char)bytes[100]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(offset_of(fileno(f)), 101);
    EXPECT_INT(fclose(f), 0);

    /* read ahead, then told */
    f = fopen("data", "r");
    REQUIRE(f);
    EXPECT_INT(fseek(f, 3000, SEEK_SET), 0);
    EXPECT_INT(fgetc(f), (unsigned char)bytes[3000]);
    int fd = fileno(f);
    EXPECT_INT(fgetc(f), (unsigned char)bytes[3001]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(offset_of(fd), 3002);
    EXPECT_INT(fclose(f), 0);
}

static void seen_by_children(void) {
    situation("fork");
    int fd = next_descriptor(), status;
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    EXPECT_INT(fseek(f, 7000, SEEK_SET), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(offset_of(fd) != 7000 || fgetc(f) != (unsigned char)bytes[7000]);
    REQUIRE(waitpid(child, &status, 0) == child);
    EXPECT_INT(status, 0);
    EXPECT_INT(fseek(f, 8000, SEEK_SET), 0);
    EXPECT_INT(fgetc(f), (unsigned char)bytes[8000]);
    EXPECT_INT(fseek(f, 9000, SEEK_SET), 0);
    EXPECT_INT(fputc(bytes[9000], f), (unsigned char)bytes[9000]);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(offset_of(fd), 9001);
    EXPECT_INT(fclose(f), 0);
}

/* Descriptor 0 is known to every child, whoever opened it. */
static void standard_descriptors(void) {
    char line[100] = "";
    situation("freopen of stdin");
    REQUIRE(freopen("lines", "r", stdin));
    EXPECT_INT(fseek(stdin, 6, SEEK_SET), 0);
    EXPECT_INT(fgetc(stdin), 't');
    EXPECT_INT(fflush(stdin), 0);
    EXPECT_INT(offset_of(0), 7);
    FILE *f = popen("head -n 1", "r");
    REQUIRE(f);
    EXPECT(fgets(line, sizeof line, f));
    EXPECT_TEXT(line, "wo\n");
    EXPECT_INT(pclose(f), 0);
}

static void far_places(void) {
    situation("far places");
    FILE *f = fopen("far", "w+");
    REQUIRE(f);
    for (off_t place = 10; place < (off_t)1 << 36; place *= 1000) {
        EXPECT_INT(fseeko(f, place, SEEK_SET), 0);
        EXPECT_INT(fputs("far", f) >= 0, 1);
        EXPECT_INT(ftello(f), place + 3);
        EXPECT_INT(fseeko(f, place, SEEK_SET), 0);
        EXPECT_INT(fgetc(f), 'f');
    }
    EXPECT_ERROR(fseeko(f, -1, SEEK_SET) == -1, EINVAL);
    EXPECT_ERROR(fseeko(f, INT64_MAX, SEEK_SET) == -1, EINVAL);
    EXPECT_INT(fgetc(f), 'a');
    EXPECT_INT(fseeko(f, -3, SEEK_END), 0);
    EXPECT_INT(fgetc(f), 'f');
    EXPECT_INT(fseeko(f, 2, SEEK_CUR), 0);
    EXPECT_INT(fgetc(f), EOF);
    EXPECT_INT(fclose(f), 0);
    unlink("far");
}

static void between_reads_and_writes(void) {
    situation("reads and writes");
    for (size_t size = 1; size < 10000; size *= 7) {
        FILE *f = fopen("data", "r+");
        REQUIRE(f);
        EXPECT_INT(setvbuf(f, NULL, size == 1 ? _IONBF : _IOFBF, size), 0);
        for (long i = 0; i < 200; i++) {
            long place = i * 7919 % (SIZE - 3);
            EXPECT_INT(fseek(f, place, SEEK_SET), 0);
            EXPECT_INT(fgetc(f), (unsigned char)bytes[place]);
            EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
            bytes[place + 1] = (char)i;
            EXPECT_INT(fputc(bytes[place + 1], f), (unsigned char)bytes[place + 1]);
            EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
            EXPECT_INT(fgetc(f), (unsigned char)bytes[place + 2]);
            EXPECT_INT(ftell(f), place + 3);
        }
        EXPECT_INT(fclose(f), 0);
        EXPECT_FILE("data", bytes, SIZE);
    }
}

int main(void) {
    bytes = pattern(SIZE);
    write_file("data", bytes, SIZE);
    write_file("lines", "first\ntwo\nthree\n", 16);
    seen_by_fileno();
    far_places();
    between_reads_and_writes();
    standard_descriptors();
    seen_by_children(); /* last: once forked, nothing drifts */
    free(bytes);
    puts("drift");
    return finish();
}
