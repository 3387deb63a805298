/* libc's readers and writers of records take our files: getmntent, addmntent, setmntent's own stream,
   fgetpwent, putpwent, fgetgrent, putgrent, the shadow ones and malloc_info, between our own calls, at any
   place of windows of 1 to 65,536 bytes. */
#include "expect.h"
#include <grp.h>
#include <gshadow.h>
#include <malloc.h>
#include <mntent.h>
#include <pwd.h>
#include <shadow.h>

static char window[65536];
static const size_t sizes[] = {1, 2, 3, 7, 16, 100, 512, 4096, 65536};
enum { SIZES = sizeof sizes / sizeof *sizes, RECORDS = 40 };

/* A file of records: each written by libc into our stream, lines of ours between them. */
static void write_records(size_t size, int kind, const char *mode) {
    FILE *f = fopen("records", mode);
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, window, kind, size), 0);
    for (int i = 0; i < RECORDS; i++) {
        char name[20];
        snprintf(name, sizeof name, "user%d", i);
        struct passwd user = {name, "x", (uid_t)i, (gid_t)i, "The User", "/home/user", "/bin/sh"};
        EXPECT_INT(putpwent(&user, f), 0);
        fprintf(f, "#%d\n", i);
        char *members[] = {name, "other", NULL};
        struct group group = {name, "x", (gid_t)i, members};
        EXPECT_INT(putgrent(&group, f), 0);
        struct spwd shadow = {name, "!", 1, 2, 3, 4, 5, 6, (unsigned long)i};
        EXPECT_INT(putspent(&shadow, f), 0);
        putc('\n', f);
        struct sgrp shadow_group = {name, "!", members, members};
        EXPECT_INT(putsgent(&shadow_group, f), 0);
        struct mntent mount = {name, "/mnt/with space", "ext4", "rw,noatime", i, i + 1};
        EXPECT_INT(addmntent(f, &mount), 0); /* it seeks to the end first */
        fputs("line\n", f);
    }
    EXPECT(!ferror(f));
    EXPECT_INT(fclose(f), 0);
}

static void read_records(size_t size, const char *mode) {
    char line[100], buffer[500];
    FILE *f = fopen("records", mode);
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, window, _IOFBF, size), 0);
    for (int i = 0; i < RECORDS; i++) {
        char name[20];
        snprintf(name, sizeof name, "user%d", i);
        struct passwd *user, user_room;
        if (i % 2) {
            user = fgetpwent(f);
        } else {
            EXPECT_INT(fgetpwent_r(f, &user_room, buffer, sizeof buffer, &user), 0);
        }
        REQUIRE(user);
        EXPECT(strcmp(user->pw_name, name) == 0 && user->pw_uid == (uid_t)i &&
               strcmp(user->pw_shell, "/bin/sh") == 0);
        EXPECT(fgets(line, sizeof line, f) && line[0] == '#' && atoi(line + 1) == i);
        struct group *group, group_room;
        if (i % 3) {
            group = fgetgrent(f);
        } else {
            EXPECT_INT(fgetgrent_r(f, &group_room, buffer, sizeof buffer, &group), 0);
        }
        REQUIRE(group);
        EXPECT(strcmp(group->gr_name, name) == 0 && group->gr_gid == (gid_t)i &&
               strcmp(group->gr_mem[1], "other") == 0);
        struct spwd *shadow = fgetspent(f);
        REQUIRE(shadow);
        EXPECT(strcmp(shadow->sp_namp, name) == 0 && shadow->sp_expire == 6);
        EXPECT_INT(getc(f), '\n');
        struct sgrp *shadow_group = fgetsgent(f);
        REQUIRE(shadow_group);
        EXPECT(strcmp(shadow_group->sg_namp, name) == 0);
        struct mntent *mount, mount_room;
        mount = i % 2 ? getmntent(f) : getmntent_r(f, &mount_room, buffer, sizeof buffer);
        REQUIRE(mount);
        EXPECT(strcmp(mount->mnt_fsname, name) == 0 && strcmp(mount->mnt_dir, "/mnt/with space") == 0 &&
               mount->mnt_freq == i);
        EXPECT(fgets(line, sizeof line, f) && strcmp(line, "line\n") == 0);
    }
    EXPECT(fgetpwent(f) == NULL);
    EXPECT(feof(f) && !ferror(f));
    rewind(f);
    EXPECT(fgetpwent(f) != NULL);
    EXPECT_INT(fclose(f), 0);
}

extern FILE *__setmntent(const char *, const char *);

/* setmntent's stream is libc's own: our calls and getmntent and endmntent on it, and on a stream of ours. */
static void mount_table(void) {
    struct mntent mount = {"source", "/target", "type", "rw", 1, 2}, *got;
    char line[100];
    situation("setmntent");
    unlink("table");
    FILE *f = setmntent("table", "a+");
    REQUIRE(f);
    EXPECT_INT(addmntent(f, &mount), 0);
    EXPECT(fputs("second /b type rw 0 0\n", f) >= 0);
    EXPECT_INT(fprintf(f, "%s /c type rw 0 0\n", "third"), 21);
    EXPECT_INT(fflush(f), 0);
    rewind(f);
    EXPECT(fgets(line, sizeof line, f) && strcmp(line, "source /target type rw 1 2\n") == 0);
    got = getmntent(f);
    EXPECT(got && strcmp(got->mnt_fsname, "second") == 0 && strcmp(hasmntopt(got, "rw"), "rw") == 0);
    EXPECT_INT(getc(f), 't');
    EXPECT_INT(ungetc('T', f), 'T');
    got = getmntent(f);
    EXPECT(got && strcmp(got->mnt_fsname, "Third") == 0);
    EXPECT(getmntent(f) == NULL && feof(f));
    EXPECT_INT(endmntent(f), 1);
    f = __setmntent("table", "r");
    REQUIRE(f);
    EXPECT_INT(getc(f), 's');
    EXPECT_INT(endmntent(f), 1);
    f = fopen("table", "r"); /* one of ours, closed by endmntent */
    REQUIRE(f);
    got = getmntent(f);
    EXPECT(got && strcmp(got->mnt_fsname, "source") == 0);
    EXPECT_INT(endmntent(f), 1);
    EXPECT_INT(endmntent(NULL), 1);
}

static void memory_report(void) {
    situation("malloc_info");
    for (size_t i = 0; i < SIZES; i++) {
        FILE *f = fopen("report", "w");
        REQUIRE(f);
        setvbuf(f, window, _IOFBF, sizes[i]);
        fputs("before\n", f);
        EXPECT_INT(malloc_info(0, f), 0);
        fputs("after\n", f);
        EXPECT_INT(fclose(f), 0);
        size_t size;
        char *text = read_file("report", &size);
        REQUIRE(text);
        EXPECT(strncmp(text, "before\n<malloc version=\"1\">\n", 28) == 0);
        EXPECT(size > 200 && strcmp(text + size - 16, "</malloc>\nafter\n") == 0);
        free(text);
    }
}

int main(void) {
    size_t size = 0;
    char *want = NULL;
    for (size_t i = 0; i < SIZES; i++)
        for (int kind = _IOFBF; kind <= _IONBF; kind++) {
            situation("window %zu, kind %d", sizes[i], kind);
            write_records(sizes[i], kind, kind == _IOFBF ? "w" : "w+");
            if (!want)
                want = read_file("records", &size);
            EXPECT_FILE("records", want, size);
            if (kind == _IOFBF)
                read_records(sizes[i], "r");
            else
                read_records(sizes[i], "r+");
        }
    mount_table();
    memory_report();
    situation("stdout");
    EXPECT_INT(fwrite(want, 1, size, stdout), size); /* for the comparison with libc's */
    struct passwd user = {"last", "x", 1, 1, "", "/", "/bin/sh"};
    EXPECT_INT(putpwent(&user, stdout), 0);
    free(want);
    return finish();
}
