/* fopen's modes: what each letter does to the file and the descriptor, what is refused and with which
   errno. */
#include "expect.h"
#include <stdio_ext.h>

static const struct {
    const char *mode;
    int access;     /* O_ACCMODE and O_APPEND of the descriptor; -1: refused with EINVAL */
    bool truncates; /* the 5 bytes that were there are gone */
    bool close_on_exec;
} modes[] = {
    {"r", O_RDONLY, false, false},
    {"rb", O_RDONLY, false, false},
    {"r+", O_RDWR, false, false},
    {"rb+", O_RDWR, false, false},
    {"r+b", O_RDWR, false, false},
    {"w", O_WRONLY, true, false},
    {"wb", O_WRONLY, true, false},
    {"w+", O_RDWR, true, false},
    {"wb+", O_RDWR, true, false},
    {"a", O_WRONLY | O_APPEND, false, false},
    {"ab", O_WRONLY | O_APPEND, false, false},
    {"a+", O_RDWR | O_APPEND, false, false},
    {"ab+", O_RDWR | O_APPEND, false, false},
    {"re", O_RDONLY, false, true},
    {"r+e", O_RDWR, false, true},
    {"we", O_WRONLY, true, true},
    {"ae", O_WRONLY | O_APPEND, false, true},
    {"wce", O_WRONLY, true, true},
    {"rm", O_RDONLY, false, false},
    {"rme", O_RDONLY, false, true},
    {"rc", O_RDONLY, false, false},
    {"rz", O_RDONLY, false, false},
    {"rw", O_RDONLY, false, false},
    {"wa+", O_RDWR, true, false},
    {"rt", O_RDONLY, false, false},
    {"r ", O_RDONLY, false, false},
    {"", -1, false, false},
    {"z", -1, false, false},
    {"+", -1, false, false},
    {"b", -1, false, false},
    {"R", -1, false, false},
    {" r", -1, false, false},
    {"er", -1, false, false},
    {"x", -1, false, false},
    {"\xff", -1, false, false},
};

static void try_mode(size_t i) {
    situation("mode \"%s\"", modes[i].mode);
    write_file("data", "12345", 5);
    errno = 0;
    FILE *f = fopen("data", modes[i].mode);
    if (modes[i].access < 0) {
        EXPECT(!f && errno == EINVAL);
        EXPECT_FILE("data", "12345", 5);
        return;
    }
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK), modes[i].access);
    EXPECT_INT(fcntl(fileno(f), F_GETFD), modes[i].close_on_exec ? FD_CLOEXEC : 0);
    int access = modes[i].access & O_ACCMODE;
    EXPECT_INT(__freadable(f) != 0, access != O_WRONLY);
    EXPECT_INT(__fwritable(f) != 0, access != O_RDONLY);
    struct stat status;
    EXPECT(stat("data", &status) == 0 && status.st_size == (modes[i].truncates ? 0 : 5));
    if (access == O_RDONLY) {
        EXPECT_INT(getc(f), '1');
        EXPECT_ERROR(putc('x', f) == EOF, EBADF);
        fclose(f);
        return;
    }
    if (access == O_WRONLY)
        EXPECT_ERROR(getc(f) == EOF, EBADF);
    clearerr(f);
    EXPECT_INT(fputs("ab", f) >= 0, 1);
    EXPECT_INT(fclose(f), 0);
    if (modes[i].truncates)
        EXPECT_FILE("data", "ab", 2);
    else if (modes[i].access & O_APPEND)
        EXPECT_FILE("data", "12345ab", 7);
    else
        EXPECT_FILE("data", "ab345", 5);
}

static void refused_opens(void) {
    situation("opens that fail");
    EXPECT_ERROR(!fopen("missing", "r"), ENOENT);
    EXPECT_ERROR(!fopen("missing", "r+"), ENOENT);
    EXPECT_ERROR(!fopen("missing/x", "w"), ENOENT);
    EXPECT_ERROR(!fopen("", "r"), ENOENT);
    EXPECT_ERROR(!fopen("data/x", "r"), ENOTDIR);
    EXPECT_ERROR(!fopen(".", "w"), EISDIR);
    EXPECT_ERROR(!fopen(".", "a"), EISDIR);
    char *longest = malloc(5001);
    memset(longest, 'n', 5000);
    longest[5000] = 0;
    EXPECT_ERROR(!fopen(longest, "r"), ENAMETOOLONG);
    free(longest);
    FILE *f = fopen(".", "r"); /* a directory opens and cannot be read */
    REQUIRE(f);
    EXPECT_ERROR(getc(f) == EOF, EISDIR);
    EXPECT(ferror(f) && !feof(f));
    EXPECT_INT(fclose(f), 0);
}

static void exclusive(void) {
    situation("x");
    unlink("fresh");
    FILE *f = fopen("fresh", "wx");
    REQUIRE(f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_ERROR(!fopen("fresh", "wx"), EEXIST);
    EXPECT_ERROR(!fopen("fresh", "w+x"), EEXIST);
    EXPECT_ERROR(!fopen("fresh", "wbx"), EEXIST);
    unlink("fresh");
    f = fopen("fresh", "a+xe");
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFD), FD_CLOEXEC);
    fclose(f);
    unlink("fresh");
}

/* The file a stream makes has the mode 0666 less the umask. */
static void permissions(void) {
    struct stat status;
    situation("permissions");
    unlink("fresh");
    mode_t before = umask(027);
    FILE *f = fopen("fresh", "w");
    REQUIRE(f);
    umask(before);
    EXPECT(fstat(fileno(f), &status) == 0 && (status.st_mode & 0777) == 0640);
    fclose(f);
    unlink("fresh");
}

/* libc stops reading the letters behind the seventh or at ",ccs="; an unknown charset is refused. */
static void letters(void) {
    situation("letters");
    EXPECT_ERROR(!fopen("data", "r,ccs=NO-SUCH-CHARSET"), EINVAL);
    FILE *f = fopen("data", "rbbbbbb+");
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFL) & O_ACCMODE, O_RDONLY);
    fclose(f);
    f = fopen("data", "rbbbbb+");
    REQUIRE(f);
    EXPECT_INT(fcntl(fileno(f), F_GETFL) & O_ACCMODE, O_RDWR);
    fclose(f);
}

int main(void) {
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        try_mode(i);
    refused_opens();
    exclusive();
    permissions();
    letters();
    puts("modes");
    return finish();
}
