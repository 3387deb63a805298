/* libc's own calls and ours in turns, where a rule between them is easily broken: what libc was refused is
   the caller's again, pushed back bytes, places after libc's seeks, libc's streams that call us when they are
   flushed, the FILE as a block of malloc's, and the variables that are libc's alone. */
#include "expect.h"
#include <dlfcn.h>
#include <malloc.h>
#include <mntent.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>

static struct { char before[64], bytes[4096], behind[64]; } memory;
#define window memory.bytes

static void *of_libc(const char *name) {
    static void *libc;
    if (!libc)
        libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *function = libc ? dlsym(libc, name) : NULL;
    REQUIRE(function);
    return function;
}

static void limit(rlim_t bytes) {
    struct rlimit now;
    getrlimit(RLIMIT_FSIZE, &now);
    now.rlim_cur = bytes;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &now) == 0);
}

/* What libc's fwrite says it did not take is not written later: the program gives it again. */
static void refused_bytes(size_t size) {
    enum { TOTAL = 20000 };
    size_t (*libc_fwrite)(const void *, size_t, size_t, FILE *) = of_libc("fwrite");
    char *bytes = pattern(TOTAL);
    situation("refused, window %zu", size);
    FILE *f = fopen("data", "w");
    REQUIRE(f);
    setvbuf(f, window, _IOFBF, size);
    EXPECT_INT(fputc(bytes[0], f), (unsigned char)bytes[0]);
    EXPECT_INT(fflush(f), 0);
    limit(1000);
    size_t taken = 1 + libc_fwrite(bytes + 1, 1, TOTAL - 1, f);
    EXPECT(taken >= 1000 && taken < TOTAL);
    EXPECT_INT(errno, EFBIG);
    EXPECT(ferror(f));
    limit(RLIM_INFINITY);
    clearerr(f);
    EXPECT_INT(fwrite(bytes + taken, 1, TOTAL - taken, f), TOTAL - taken);
    EXPECT_INT(fclose(f), 0);
    if (on_libbuf()) /* libc's own loses what it took and could not write */
        EXPECT_FILE("data", bytes, TOTAL);
    free(bytes);
}

/* Bytes pushed back at any place of the window come first, whoever reads, and what follows is whole. */
static void pushed_back(size_t size) {
    enum { TOTAL = 300 };
    char *(*libc_fgets)(char *, int, FILE *) = of_libc("fgets");
    int (*libc_getc)(FILE *) = of_libc("getc");
    char text[TOTAL + 1], line[TOTAL + 20];
    for (int i = 0; i < TOTAL; i++)
        text[i] = (char)('a' + i % 23);
    text[TOTAL - 1] = '\n';
    text[TOTAL] = '\0';
    write_file("data", text, TOTAL);
    memset(memory.before, 'g', sizeof memory.before);
    for (int place = 0; place < 40; place++) {
        situation("pushed back at %d, window %zu", place, size);
        FILE *f = fopen("data", "r");
        REQUIRE(f);
        setvbuf(f, window, _IOFBF, size);
        EXPECT_INT(fread(line, 1, (size_t)place, f), place);
        EXPECT_INT(ungetc('1', f), '1');
        EXPECT_INT(f->_flags & 0x100 && on_libbuf(), 0);
        if (place % 3 == 0)
            EXPECT_INT(libc_getc(f), '1');
        EXPECT(libc_fgets(line, sizeof line, f));
        const char *rest = line + (place % 3 != 0);
        EXPECT(rest == line || *line == '1');
        EXPECT_TEXT(rest, text + place);
        EXPECT_INT(libc_getc(f), EOF);
        EXPECT_INT(fclose(f), 0);
        for (size_t i = 0; i < sizeof memory.before; i++) /* the program's own, below its buffer */
            EXPECT_INT(memory.before[i], 'g');
    }
}

/* A stream's first transfer may be libc's. */
static void first_by_libc(const char *mode) {
    int (*libc_putc)(int, FILE *) = of_libc("putc");
    situation("first by libc, mode %s", mode);
    unlink("data");
    FILE *f = fopen("data", mode);
    REQUIRE(f);
    EXPECT_INT(libc_putc('f', f), 'f');
    EXPECT(fputs("irst ", f) >= 0);
    EXPECT_INT(libc_putc('s', f), 's');
    EXPECT_INT(putc_unlocked('\n', f), '\n');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "first s\n", 8);
}

/* addmntent seeks by libc; our calls after it know the place. */
static void place_after_seek(size_t size) {
    struct mntent mount = {"source", "/target", "type", "rw", 1, 2};
    situation("after libc's seek, window %zu", size);
    write_file("data", "first\n", 6);
    FILE *f = fopen("data", "r+");
    REQUIRE(f);
    setvbuf(f, window, _IOFBF, size);
    EXPECT_INT(addmntent(f, &mount), 0);
    EXPECT_INT(ftell(f), 6 + 27);
    EXPECT(fputs("our line\n", f) >= 0);
    EXPECT_INT(ftell(f), 6 + 27 + 9);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(ftell(f), 6 + 27 + 9);
    EXPECT_INT(fseek(f, -9, SEEK_CUR), 0);
    EXPECT(fputs("Our", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", "first\nsource /target type rw 1 2\nOur line\n", 42);
}

/* perror on a stream that holds what was printed before. */
static void message_in_order(void) {
    static const char want[] = "before\nperror: No such file or directory\nafter\n";
    FILE *usual = stderr, *f = fopen("messages", "w+"); /* as a terminal: libc would take a twin of it */
    situation("perror in order");
    REQUIRE(f);
    stderr = f;
    EXPECT(fputs("before\n", f) >= 0);
    errno = ENOENT;
    perror("perror");
    EXPECT(fputs("after\n", f) >= 0);
    stderr = usual;
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("messages", want, sizeof want - 1);
}

/* libc leaves the window open to its very end; from the next one on, writes end on block edges again. */
static void block_edges(void) {
    struct stat status;
    struct passwd user = {"user", "x", 1, 1, "", "/", "/bin/sh"};
    char piece[100];
    situation("block edges");
    memset(piece, 'p', sizeof piece);
    FILE *f = fopen("data", "w");
    REQUIRE(f && stat("data", &status) == 0);
    off_t block = status.st_blksize, size = 0;
    setvbuf(f, NULL, _IOFBF, (size_t)block * 2 + 1000);
    EXPECT_INT(putpwent(&user, f), 0);
    for (int changes = 0; changes < 6;) {
        EXPECT_INT(fwrite(piece, 1, sizeof piece, f), sizeof piece);
        REQUIRE(stat("data", &status) == 0);
        if (status.st_size != size && changes++ > 1 && on_libbuf())
            EXPECT_INT(status.st_size % block, 0);
        size = status.st_size;
    }
    EXPECT_INT(fclose(f), 0);
}

/* A stream of libc's own whose write function opens and closes one of ours, at fflush(NULL). */
static ssize_t write_by_stream(void *count, const char *bytes, size_t size) {
    FILE *f = fopen("brief", "w");
    if (!f || fwrite(bytes, 1, size, f) != size || fclose(f) != 0)
        return 0;
    ++*(int *)count;
    return (ssize_t)size;
}

static void flushed_streams_call_us(void) {
    FILE *(*libc_fopencookie)(void *, const char *, cookie_io_functions_t) = of_libc("fopencookie");
    int (*libc_fputs)(const char *, FILE *) = of_libc("fputs");
    int count = 0;
    situation("a stream of libc's that calls us");
    FILE *f = libc_fopencookie(&count, "w", (cookie_io_functions_t){.write = write_by_stream});
    REQUIRE(f);
    EXPECT(libc_fputs("through libc\n", f) >= 0);
    alarm(10); /* a lock held over libc's flush would hang */
    EXPECT_INT(fflush(NULL), 0);
    alarm(0);
    EXPECT_INT(count, 1);
    EXPECT_FILE("brief", "through libc\n", 13);
    EXPECT_INT(fclose(f), 0);
}

/* libc frees the FILE of what it closes, so that it must be malloc's. */
static void block_of_malloc(void) {
    situation("a block of malloc's");
    FILE *streams[] = {fopen("data", "w"), fdopen(dup(1), "w"), tmpfile(), popen("true", "r")};
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        REQUIRE(streams[i]);
        size_t usable = malloc_usable_size(streams[i]);
        EXPECT(usable >= sizeof(FILE) && usable < 2000);
        EXPECT(i == 3 ? pclose(streams[i]) == 0 : fclose(streams[i]) == 0);
    }
}

/* libc's variables stay libc's: a copy that programs and libraries find instead would cut its list. */
static void names_of_libc(void) {
    static const char *const names[] = {"_IO_list_all", "_IO_2_1_stdin_", "_IO_2_1_stdout_",
                                        "_IO_2_1_stderr_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        situation("%s", names[i]);
        EXPECT(dlsym(RTLD_DEFAULT, names[i]) == of_libc(names[i]));
    }
}

int main(void) {
    static const size_t sizes[] = {1, 2, 7, 64, 1000, 4096};
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        refused_bytes(sizes[i]);
        pushed_back(sizes[i]);
        place_after_seek(sizes[i]);
    }
    first_by_libc("w");
    first_by_libc("w+");
    first_by_libc("a");
    message_in_order();
    block_edges();
    flushed_streams_call_us();
    block_of_malloc();
    names_of_libc();
    puts("mixed");
    return finish();
}
