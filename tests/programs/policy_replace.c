/* replace. "write PATH": a file written anew by fopen, as the suite's rule says, killed by it at any moment. "rules":
   what commits, what discards, and what the new file has of the old one, on streams whose option the program gives.
   "plain PATH": whether the file is written in place. "owners": as root, what the owner has to do with it. */
#include "expect.h"
#include "extended.h"
#include <dirent.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/xattr.h>

static void put_file(const char *path, const char *text, mode_t mode) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text));
    REQUIRE(fchmod(descriptor, mode) == 0 && close(descriptor) == 0);
}

static void expect_text(int line, const char *path, const char *want) {
    expect_file(__FILE__, line, path, want, strlen(want));
}
#define EXPECT_NOW(path, want) expect_text(__LINE__, path, want)

static ino_t inode(const char *path) {
    struct stat status = {0};
    return lstat(path, &status) < 0 ? 0 : status.st_ino;
}

/* Files of a directory. */
static int count_files(const char *path) {
    DIR *directory = opendir(path);
    int count = 0;
    REQUIRE(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count - 2;
}

static FILE *begin(const char *path, const char *mode, const char *text) {
    FILE *f = buf_fopen(path, mode, "replace");
    REQUIRE(f);
    EXPECT(fputs(text, f) >= 0);
    return f;
}

/* Whether a file opened with the option is written in place: the old contents are gone at once. */
static bool in_place(const char *path) {
    struct stat before, after;
    REQUIRE(stat(path, &before) == 0 && before.st_size > 0);
    FILE *f = begin(path, "w", "in place\n");
    EXPECT_INT(stat(path, &after), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW(path, "in place\n");
    bool same = before.st_ino == after.st_ino && after.st_size == 0;
    EXPECT(same || after.st_size == before.st_size);
    return same;
}

static void commits(void) {
    situation("others see the old file until fclose");
    put_file("file", "old\n", 0640);
    ino_t old = inode("file");
    FILE *f = begin("file", "w", "new\n");
    EXPECT_INT(fflush(f), 0);
    EXPECT_NOW("file", "old\n");
    EXPECT_INT(count_files("."), 1);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("file", "new\n");
    EXPECT(inode("file") != old);
    EXPECT_INT(count_files("."), 1);
    struct stat status;
    EXPECT(stat("file", &status) == 0 && (status.st_mode & 07777) == 0640);

    situation("a file that was not there");
    umask(027);
    f = begin("fresh", "w", "fresh\n");
    EXPECT_INT(inode("fresh"), 0);
    EXPECT_INT(fclose(f), 0);
    umask(022);
    EXPECT_NOW("fresh", "fresh\n");
    EXPECT(stat("fresh", &status) == 0 && (status.st_mode & 07777) == 0640);
    f = begin("raced", "w", "ours\n");
    put_file("raced", "another's\n", 0600);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("raced", "ours\n");

    situation("w+ reads its own");
    f = begin("file", "w+", "first line\nsecond\n");
    rewind(f);
    char line[50];
    EXPECT(fgets(line, sizeof line, f) && strcmp(line, "first line\n") == 0);
    EXPECT_INT(fseek(f, 6, SEEK_SET), 0);
    EXPECT(fputs("LINE", f) >= 0);
    EXPECT_NOW("file", "new\n");
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("file", "first LINE\nsecond\n");

    situation("freopen");
    f = begin("file", "w", "by freopen\n");
    REQUIRE(freopen("other", "w", f) == f);
    EXPECT_NOW("file", "by freopen\n");
    EXPECT(fputs("other\n", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("other", "other\n");

    situation("exit");
    pid_t child = fork();
    if (child == 0) {
        begin("file", "w", "by exit\n");
        exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_NOW("file", "by exit\n");

    situation("descriptors stay low");
    int lowest = dup(2);
    close(lowest);
    f = begin("file", "w", "low\n");
    EXPECT_INT(fileno(f), lowest);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(dup(2), lowest);
    close(lowest);

    situation("the longest name");
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    put_file(name, "old\n", 0600);
    f = begin(name, "w", "new\n");
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW(name, "new\n");
    EXPECT_INT(unlink(name), 0);

    situation("the directory moves, the program too");
    EXPECT_INT(mkdir("d", 0777), 0);
    put_file("d/file", "old\n", 0600);
    f = begin("d/file", "w", "new\n");
    EXPECT_INT(rename("d", "e"), 0);
    EXPECT_INT(chdir("/"), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(chdir(getenv("HERE")), 0);
    EXPECT_NOW("e/file", "new\n");
    EXPECT_INT(unlink("e/file") + rmdir("e"), 0);
}

static void discards(void) {
    pid_t child;
    static const char *const ends[] = {"_exit", "abort", "signal", "child"};
    int files = count_files(".");
    put_file("file", "old\n", 0600);
    for (int i = 0; i < 4; i++) {
        situation("%s", ends[i]);
        if ((child = fork()) == 0) {
            FILE *f = begin("file", "w", "new\n");
            setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
            EXPECT_INT(fflush(f), 0);
            if (i == 1)
                abort();
            if (i == 2)
                raise(SIGTERM);
            if (i == 3) { /* a child's fclose and exit are not its parent's */
                if ((child = fork()) == 0) {
                    EXPECT_INT(fclose(f), 0);
                    exit(finish());
                }
                EXPECT(child_passed(child));
                if ((child = fork()) == 0)
                    exit(finish());
                EXPECT(child_passed(child));
            }
            _exit(finish());
        }
        int status;
        EXPECT(waitpid(child, &status, 0) == child);
        EXPECT(i == 1   ? WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT
               : i == 2 ? WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM
                        : WIFEXITED(status) && WEXITSTATUS(status) == 0);
        EXPECT_NOW("file", "old\n");
        EXPECT_INT(count_files("."), files);
    }
    situation("a write that failed once");
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        struct rlimit limit = {i == 1 ? 2 : 100, RLIM_INFINITY};
        FILE *f = begin("file", "w", "new\n");
        EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
        for (int n = 0; i != 1 && n < 200; n++)
            EXPECT_INT(fputc('x', f), 'x');
        if (i != 1) {
            EXPECT_ERROR(fflush(f) == EOF, EFBIG);
            limit.rlim_cur = RLIM_INFINITY;
            EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
            clearerr(f);
        }
        if (i == 2) { /* all of it is there in the end, and yet */
            REQUIRE(freopen("other", "w", f));
            EXPECT_INT(fclose(f), 0);
        } else {
            EXPECT_ERROR(fclose(f) == EOF, EFBIG);
        }
        limit.rlim_cur = RLIM_INFINITY;
        EXPECT_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
        EXPECT_NOW("file", "old\n");
    }
    FILE *f = begin("file", "w", "new\n");
    EXPECT_INT(fgetc(f), EOF); /* an error of the program's own */
    EXPECT_ERROR(fclose(f) == EOF, EIO);
    EXPECT_NOW("file", "old\n");

    situation("an open that fails for another option");
    EXPECT_ERROR(buf_fopen("file", "w", "replace,direct=require") == NULL, EINVAL);
    EXPECT_NOW("file", "old\n");
    EXPECT_ERROR(buf_fopen("file", "w,ccs=NO-SUCH-SET", "replace") == NULL, EINVAL);
    EXPECT_NOW("file", "old\n");
    EXPECT_ERROR(buf_fopen("not made", "w,ccs=NO-SUCH-SET", "replace") == NULL, EINVAL);
    EXPECT_INT(inode("not made"), 0);
    EXPECT_INT(count_files("."), files);

    situation("its directory's descriptor became another's");
    f = begin("file", "w", "new\n");
    int other = open("/", O_RDONLY | O_DIRECTORY);
    for (int i = 3; i < 1000; i++)
        if (i != other && i != fileno(f) && fcntl(i, F_GETFD) >= 0 && i > 50)
            EXPECT(dup2(other, i) == i);
    close(other);
    EXPECT_ERROR(fclose(f) == EOF, EBADF);
    EXPECT_NOW("file", "old\n");
    EXPECT_INT(count_files("."), files);
}

static void links(void) {
    situation("symbolic links stay");
    EXPECT_INT(mkdir("sub", 0777), 0);
    put_file("sub/target", "old\n", 0600);
    EXPECT_INT(symlink("sub/hop", "link"), 0);
    EXPECT_INT(symlink("../sub/target", "sub/hop"), 0);
    FILE *f = begin("link", "w", "new\n");
    EXPECT_NOW("link", "old\n");
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("sub/target", "new\n");
    struct stat status;
    EXPECT(lstat("link", &status) == 0 && S_ISLNK(status.st_mode));
    EXPECT(lstat("sub/hop", &status) == 0 && S_ISLNK(status.st_mode));
    situation("turned while the file is written");
    f = begin("link", "w", "newer\n");
    put_file("sub/wrong", "wrong\n", 0600);
    EXPECT_INT(unlink("link"), 0);
    EXPECT_INT(symlink("sub/wrong", "link"), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("sub/target", "newer\n");
    EXPECT_NOW("sub/wrong", "wrong\n");
    situation("to nothing");
    EXPECT_INT(unlink("sub/wrong"), 0);
    f = begin("link", "w", "made\n");
    EXPECT_INT(inode("sub/wrong"), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_NOW("sub/wrong", "made\n");
    situation("in a circle");
    EXPECT_INT(symlink("circle", "circle"), 0);
    EXPECT_ERROR(buf_fopen("circle", "w", "replace") == NULL, ELOOP);
    situation("other links");
    EXPECT_INT(link("file", "second"), 0);
    EXPECT(in_place("file"));
    EXPECT_NOW("second", "in place\n");
    EXPECT_INT(unlink("second"), 0);
    situation("in a sticky directory");
    EXPECT_INT(mkdir("sticky", 0777), 0);
    EXPECT_INT(chmod("sticky", 01777), 0);
    EXPECT_INT(symlink("../file", "sticky/link"), 0);
    EXPECT(in_place("sticky/link"));
    put_file("sticky/own", "old\n", 0600);
    EXPECT(!in_place("sticky/own"));
    situation("by the name of a descriptor");
    char name[50];
    int descriptor = open("file", O_RDONLY);
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    EXPECT(in_place(name));
    close(descriptor);
}

static void modes(void) {
    static const char *const others[] = {"a", "r+", "a+"};
    for (int i = 0; i < 3; i++) {
        situation("mode %s", others[i]);
        put_file("file", "old\n", 0600);
        ino_t old = inode("file");
        FILE *f = begin("file", others[i], "new\n");
        EXPECT_INT(fflush(f), 0);
        EXPECT_NOW("file", i == 1 ? "new\n" : "old\nnew\n");
        EXPECT_INT(fclose(f), 0);
        EXPECT_INT(inode("file"), old);
    }
    situation("mode wx");
    EXPECT_ERROR(buf_fopen("file", "wx", "replace") == NULL, EEXIST);
    FILE *f = begin("exclusive", "wx", "new\n");
    EXPECT(inode("exclusive") != 0);
    EXPECT_INT(fclose(f), 0);
    situation("what is no file");
    EXPECT_INT(mkfifo("fifo", 0600), 0);
    int end = open("fifo", O_RDWR);
    f = begin("fifo", "w", "through\n");
    EXPECT_INT(fclose(f), 0);
    char text[20];
    EXPECT_INT(read(end, text, sizeof text), 8);
    close(end);
    f = begin("/dev/null", "w", "nowhere\n");
    EXPECT_INT(fclose(f), 0);
    EXPECT_ERROR(buf_fopen(".", "w", "replace") == NULL, EISDIR);
    EXPECT_ERROR(buf_fopen("sub/", "w", "replace") == NULL, EISDIR);
    EXPECT_ERROR(buf_fopen("absent/file", "w", "replace") == NULL, ENOENT);
    EXPECT_ERROR(buf_fopen("file/file", "w", "replace") == NULL, ENOTDIR);
    EXPECT_ERROR(buf_fopen("", "w", "replace") == NULL, ENOENT);
    f = buf_fopen("file", "r", "replace");
    REQUIRE(f);
    EXPECT_INT(fclose(f), 0);
}

static void attributes(void) {
    char value[50];
    struct stat status;
    situation("modes");
    static const mode_t kinds[] = {0, 0200, 0444, 0600, 0755, 04755, 02711, 06777, 01666};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        put_file("file", "old\n", kinds[i]);
        if (geteuid() && !(kinds[i] & 0200))
            continue;
        FILE *f = begin("file", "w", "new\n");
        EXPECT_INT(fclose(f), 0);
        EXPECT(stat("file", &status) == 0);
        EXPECT_INT(status.st_mode & 07777, kinds[i]);
        EXPECT_INT(unlink("file"), 0);
    }
    situation("attributes");
    put_file("file", "old\n", 0600);
    if (setxattr("file", "user.colour", "blue", 4, 0) == 0) {
        EXPECT_INT(setxattr("file", "user.empty", "", 0, 0), 0);
        EXPECT(!in_place("file"));
        EXPECT_INT(getxattr("file", "user.colour", value, sizeof value), 4);
        EXPECT(memcmp(value, "blue", 4) == 0);
        EXPECT_INT(getxattr("file", "user.empty", value, sizeof value), 0);
    } else {
        puts("no attributes here");
    }
    situation("what chattr sets");
    int flags, descriptor = open("file", O_RDONLY);
    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_NODUMP_FL | FS_NOATIME_FL;
        EXPECT_INT(ioctl(descriptor, FS_IOC_SETFLAGS, &flags), 0);
        EXPECT(!in_place("file"));
        int now = open("file", O_RDONLY), have = 0;
        EXPECT_INT(ioctl(now, FS_IOC_GETFLAGS, &have), 0);
        EXPECT_INT(have & (FS_NODUMP_FL | FS_NOATIME_FL), FS_NODUMP_FL | FS_NOATIME_FL);
        close(now);
    }
    close(descriptor);
}

/* As another user, in a child. */
static void as_user(uid_t user, void (*work)(void)) {
    pid_t child = fork();
    if (child == 0) {
        REQUIRE(setgid(user) == 0 && setuid(user) == 0);
        work();
        exit(finish());
    }
    EXPECT(child_passed(child));
}

static void foreign_in_directory(void) {
    EXPECT(in_place("open/foreign")); /* the owner could not be carried over */
    EXPECT(in_place("sticky/foreign"));
    EXPECT(in_place("closed/mine"));
    EXPECT(!in_place("open/mine"));
    EXPECT(!in_place("sticky/mine"));
    EXPECT_ERROR(buf_fopen("open/refused", "w", "replace") == NULL, EACCES);
    EXPECT_ERROR(buf_fopen("closed/absent", "w", "replace") == NULL, EACCES);
}

static void restored_mode(void) {
    FILE *f = begin("open/mine", "w", "new\n");
    struct stat status;
    EXPECT_INT(fclose(f), 0);
    EXPECT(stat("open/mine", &status) == 0);
    EXPECT_INT(status.st_mode & 07777, 04755); /* which writing took away */
}

static void make_owned(const char *path, uid_t user, mode_t mode) {
    put_file(path, "old\n", mode);
    EXPECT_INT(chown(path, user, user), 0);
    EXPECT_INT(chmod(path, mode), 0);
}

static void owners(void) {
    struct stat status;
    EXPECT_INT(chmod(".", 0755), 0);
    situation("root carries over");
    make_owned("file", 1234, 06755);
    EXPECT(!in_place("file"));
    EXPECT(stat("file", &status) == 0 && status.st_uid == 1234 && status.st_gid == 1234);
    EXPECT_INT(status.st_mode & 07777, 06755);
    static const char *const directories[] = {"open", "sticky", "closed"};
    static const mode_t modes_of[] = {0777, 01777, 0755};
    for (int i = 0; i < 3; i++) {
        char path[50];
        EXPECT_INT(mkdir(directories[i], 0777), 0);
        EXPECT_INT(chmod(directories[i], modes_of[i]), 0);
        snprintf(path, sizeof path, "%s/foreign", directories[i]);
        make_owned(path, 4321, 0666);
        snprintf(path, sizeof path, "%s/mine", directories[i]);
        make_owned(path, 1234, 0600);
    }
    make_owned("open/refused", 4321, 0644);
    situation("another user");
    as_user(1234, foreign_in_directory);
    EXPECT(stat("open/foreign", &status) == 0 && status.st_uid == 4321);
    EXPECT_NOW("open/refused", "old\n");
    make_owned("open/mine", 1234, 04755);
    as_user(1234, restored_mode);
    situation("a mount point");
    put_file("mounted", "old\n", 0600);
    put_file("over", "old\n", 0600);
    if (mount("over", "mounted", NULL, MS_BIND, NULL) == 0) {
        EXPECT(in_place("mounted"));
        EXPECT_INT(umount("mounted"), 0);
        EXPECT_NOW("over", "in place\n");
    } else {
        puts("no bind mount here");
    }
    situation("immutable, and directories that only grow");
    int flags, descriptor = open("open", O_RDONLY);
    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) == 0) {
        flags |= FS_APPEND_FL;
        EXPECT_INT(ioctl(descriptor, FS_IOC_SETFLAGS, &flags), 0);
        EXPECT(in_place("open/mine"));
        flags = (flags & ~FS_APPEND_FL) | FS_IMMUTABLE_FL;
        EXPECT_INT(ioctl(descriptor, FS_IOC_SETFLAGS, &flags), 0);
        EXPECT(in_place("open/mine"));
        flags &= ~FS_IMMUTABLE_FL;
        EXPECT_INT(ioctl(descriptor, FS_IOC_SETFLAGS, &flags), 0);
    }
    close(descriptor);
}

/* By the environment's rule: 300 lines, in pieces. */
static void write_new(const char *path) {
    FILE *f = fopen(path, "w");
    REQUIRE(f);
    for (int i = 0; i < 300; i++)
        EXPECT(fprintf(f, "line %03d of the new file\n", i) == 25);
    EXPECT_INT(fclose(f), 0);
}

int main(int argc, char **argv) {
    char here[500];
    REQUIRE(argc > 1 && getcwd(here, sizeof here) && setenv("HERE", here, 1) == 0);
    if (strcmp(argv[1], "write") == 0)
        write_new(argv[2]);
    else if (strcmp(argv[1], "owners") == 0)
        owners();
    else if (strcmp(argv[1], "plain") == 0)
        puts(in_place(argv[2]) ? "in place" : "replaced");
    else {
        commits();
        discards();
        links();
        modes();
        attributes();
    }
    return finish();
}
