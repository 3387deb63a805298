/* libc's own functions that are handed a stream, or print to the standard ones. */

#include "slot.h"
#include <argp.h>
#include <err.h>
#include <error.h>
#include <getopt.h>
#include <grp.h>
#include <mntent.h>
#include <pwd.h>
#include <signal.h>

static bool op_put_entry(struct slot *s) {
    if (!may_put(s) || s->kind == KIND_cookie)
        return false;
    char *const members[] = {"one", "two", NULL};
    char directory[60];
    int r;
    before_put(s, 200);
    snprintf(directory, sizeof directory, "/home/%.*s", (int)below(40), payload(TEXT, 40));
    switch (below(3)) {
    case 0:
        called(s, CALL_putpwent);
        r = putpwent(&(struct passwd){"name", "x", below(1000), below(1000), "comment", directory, "/bin/sh"},
                     s->f);
        break;
    case 1:
        called(s, CALL_putgrent);
        r = putgrent(&(struct group){"group", "x", below(1000), (char **)members}, s->f);
        break;
    default:
        if (!s->seeks || s->kind == KIND_memory)
            return false;
        called(s, CALL_addmntent);
        r = addmntent(s->f, &(struct mntent){"/dev/x y", directory, "ext4", "rw", (int)below(2), 0});
    }
    say(s, "put entry (%s) = %d%s", directory, r, why(r != 0));
    after_put(s, 10);
    s->taken = 0;
    s->whole_lines = true;
    return true;
}

static bool op_passwd(struct slot *s) {
    struct passwd entry, *got = NULL;
    char room[2000];
    if (!may_get(s) || s->kind == KIND_pipe_fed || s->low || s->file != 4)
        return false;
    bool by_room = chance(50);
    called(s, by_room ? CALL_fgetpwent_r : CALL_fgetpwent);
    if (by_room)
        fgetpwent_r(s->f, &entry, room, sizeof room, &got);
    else
        got = fgetpwent(s->f);
    say(s, "fgetpwent = %s %u %s%s", got ? got->pw_name : "NULL", got ? got->pw_uid : 0,
        got ? got->pw_dir : "", feof(s->f) ? " end" : "");
    after_get(s, 0, !got && feof(s->f));
    return true;
}

static bool op_group(struct slot *s) {
    if (!may_get(s) || s->kind == KIND_pipe_fed || s->low || s->file != 4)
        return false;
    called(s, CALL_fgetgrent);
    const struct group *got = fgetgrent(s->f);
    say(s, "fgetgrent = %s %u%s", got ? got->gr_name : "NULL", got ? got->gr_gid : 0,
        feof(s->f) ? " end" : "");
    after_get(s, 0, !got && feof(s->f));
    return true;
}

static bool op_mounts(struct slot *s) {
    struct mntent entry;
    char room[2000];
    if (!may_get(s) || s->kind == KIND_pipe_fed || s->low || s->file != 5)
        return false;
    bool by_room = chance(50);
    called(s, by_room ? CALL_getmntent_r : CALL_getmntent);
    const struct mntent *got = by_room ? getmntent_r(s->f, &entry, room, sizeof room) : getmntent(s->f);
    /* libc leaves the last number unset where the line ends before it. */
    bool set = got && got->mnt_passno >= 0 && got->mnt_passno < 10;
    say(s, "getmntent = %s %s %d%s", got ? got->mnt_fsname : "NULL", got ? got->mnt_dir : "",
        set ? got->mnt_passno : -1, feof(s->f) ? " end" : "");
    after_get(s, 0, !got && feof(s->f));
    return true;
}

static void wrong_option(void) {
    static const struct option options[] = {{"long", no_argument, NULL, 'l'}, {0}};
    static char name[] = "program", wrong[] = "-q", wrong_long[] = "--long=7";
    char *arguments[] = {name, chance(50) ? wrong : wrong_long, NULL};
    optind = 0;
    getopt_long(2, arguments, "ab", options, NULL);
}

/* Messages to stderr, wherever that goes. `error` flushes stdout first. */
static bool op_message(struct slot *s) {
    if (s->number != SLOT_STDERR || !may_put(s))
        return false;
    int errors[] = {ENOENT, EIO, EINVAL};
    int number = PICK(errors);
    unsigned choice = below(5);
    static const enum call calls[] = {CALL_getopt, CALL_perror, CALL_psignal, CALL_warn, CALL_error};
    if (choice == 4 && slots[SLOT_STDOUT].f && slots[SLOT_STDOUT].last != PUTTING)
        return false;
    called(s, calls[choice]);
    if (choice == 1 && named(NAMED_perror_unoriented))
        fwide(s->f, -1);
    errno = number;
    switch (choice) {
    case 0:
        wrong_option();
        break;
    case 1:
        perror(chance(50) ? "prefix" : NULL);
        break;
    case 2:
        psignal(SIGINT, "signal");
        break;
    case 3:
        chance(50) ? warn("number %d", number) : warnx("text %s", payload(TEXT, 20));
        break;
    default:
        error(0, chance(50) ? number : 0, "message %d", number);
        slots[SLOT_STDOUT].settled = true;
    }
    say(s, "message %u", choice);
    after_put(s, 10);
    s->whole_lines = true;
    return true;
}

static bool op_help(struct slot *s) {
    static const struct argp_option options[] = {{"alpha", 'a', "N", 0, "the first", 0}, {0}};
    static const struct argp argp = {options, NULL, "FILE", "Does nothing.\vNothing at all.",
                                     NULL,    NULL, NULL};
    static char name[] = "program";
    if (!may_put(s) || s->kind == KIND_cookie)
        return false;
    before_put(s, 1000);
    called(s, CALL_argp_help);
    argp_help(&argp, s->f, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC, name);
    say(s, "argp_help");
    after_put(s, 100);
    s->whole_lines = true;
    return true;
}

const struct operation libc_operations[] = {
    {"put entry", op_put_entry, 12, NARROW},
    {"fgetpwent", op_passwd, 30, NARROW},
    {"fgetgrent", op_group, 10, NARROW},
    {"getmntent", op_mounts, 30, NARROW},
    {"message", op_message, 60, NARROW},
    {"argp_help", op_help, 4, NARROW},
    {0},
};
