/* The options that say what of a file others see: record=line, replace, map. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SETTINGS(...)                                                                                        \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__, NULL                                                                                    \
    }
#define ARGUMENTS(...)                                                                                       \
    (const char *const[]) {                                                                                  \
        __VA_ARGS__, NULL                                                                                    \
    }

/* Programs that call what libc has not: linked and preloaded only. */
static void passes_on_libbuf(struct run run, uint64_t reads, uint64_t writes) {
    for (enum way way = WAY_SO; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, reads, writes);
        release(&result);
    }
}

/* Runs a shell command; whether it succeeded. */
static bool shell(const char *format, const char *argument) {
    char command[1000];
    snprintf(command, sizeof command, format, argument);
    return system(command) == 0;
}

Test(policies_record, only_whole_lines_leave) {
    passes_on_libbuf((struct run){.program = "policy_record", .arguments = ARGUMENTS("rules")}, 4, 100000);
}

Test(policies_record, a_short_write_keeps_the_rest_and_tells) {
    passes_on_libbuf((struct run){.program = "policy_record", .arguments = ARGUMENTS("limit")}, 0, 25);
}

Test(policies_record, four_writers_cut_no_line_where_libc_cuts_some) {
    for (enum way way = WAY_LIBC; way < WAYS; way++) {
        struct run run = {.program = "policy_record", .arguments = ARGUMENTS("crowd"), .seconds = 120};
        struct run small = run;
        if (!way_wanted(way))
            continue;
        run.settings = way == WAY_LIBC ? NULL : SETTINGS("LIBBUF=crowd:record=line");
        small.settings = way == WAY_LIBC ? NULL : SETTINGS("LIBBUF=crowd:record=line,size=300");
        for (int i = 0; i < 2; i++) {
            struct result result = run_program(i ? &small : &run, way);
            expect_exit(&run, way, &result, 0);
            expect_proof(&run, way, &result, 0, 4000000);
            cr_expect_str_eq(result.out, way == WAY_LIBC ? "cut some\n" : "cut none\n", "[%s] %s",
                             way_name(way), result.out);
            release(&result);
        }
    }
}

/* An ext4 image of 4 MiB, mounted, with a ballast that leaves little room. False: it cannot be here. */
static bool mount_small(char *directory) {
    strcpy(directory, "/tmp/libbuf-small-XXXXXX");
    return geteuid() == 0 && mkdtemp(directory) && shell("truncate -s 4M %s.img", directory) &&
           shell("mkfs.ext4 -q -m 0 -F %1$s.img >/dev/null 2>&1 && mount -o loop %1$s.img %1$s 2>/dev/null",
                 directory) &&
           shell("dd if=/dev/zero of=%1$s/ballast bs=4096 count=500 2>/dev/null", directory);
}

static void unmount_small(const char *directory) {
    shell("umount %1$s 2>/dev/null; rm -f %1$s.img; rmdir %1$s 2>/dev/null", directory);
}

Test(policies_record, a_full_disk_loses_no_line) {
    char directory[64];
    if (!mount_small(directory)) {
        unmount_small(directory);
        cr_skip_test("no loop mount of an ext4 image here");
    }
    for (enum way way = WAY_SO; way < WAYS; way++) {
        struct run run = {.program = "policy_record", .arguments = ARGUMENTS("full", directory)};
        if (!way_wanted(way))
            continue;
        shell("rm -f %1$s/log; dd if=/dev/zero of=%1$s/ballast bs=4096 count=500 2>/dev/null", directory);
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        release(&result);
    }
    unmount_small(directory);
}

/* stdout and stderr of a shell's commands, which it opened to append; one that was not is said to fall back. */
Test(policies_record, standard_streams_that_append) {
    struct run run = {
        .program = "$sh",
        .arguments = ARGUMENTS(
            "-c", "for i in 1 2 3; do (printf '%s' a; sleep 0; /bin/printf 'b%04999d\\nc' 7) >>o; done; "
                  "/usr/bin/printf x >p"),
        .settings = SETTINGS("LIBBUF=%stdout:record=line", "LIBBUF_VERBOSE=1")};
    struct result result = run_program(&run, WAY_PRELOAD);
    size_t size = 0;
    char *o = result_file(&result, "o", &size);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    cr_expect(size == 3 * 5003, "%zu bytes", size);
    cr_expect(strstr(result.err, "p: record is not in force: not a descriptor that appends\n"), "%s",
              result.err);
    free(o);
    release(&result);
}

Test(policies_replace, commits_and_discards) {
    passes_on_libbuf((struct run){.program = "policy_replace", .arguments = ARGUMENTS("rules")}, 18, 150);
}

Test(policies_replace, owners_and_directories) {
    if (geteuid() != 0)
        cr_skip_test("other owners' files take root");
    passes_on_libbuf((struct run){.program = "policy_replace", .arguments = ARGUMENTS("owners")}, 0, 60);
}

/* Runs a shell script in a directory of its own, $P the program linked with libbuf.so. */
static struct result run_script(const char *script, const char *argument) {
    char text[4000], program[300];
    snprintf(program, sizeof program, "P=%s/tests/so/policy_replace", build_directory());
    snprintf(text, sizeof text, script, argument);
    struct run run = {.program = "$sh",
                      .arguments = ARGUMENTS("-c", text),
                      .settings = SETTINGS(program, "LIBBUF=file*:replace", "LIBBUF_VERBOSE=0"),
                      .seconds = 170};
    return run_program(&run, WAY_LIBC);
}

static bool says(const struct result *result, const char *line) {
    return strstr(result->out, line) != NULL;
}

Test(policies_replace, access_control_lists) {
    struct result result = run_script(
        "setfacl --version >/dev/null 2>&1 || { echo no setfacl; exit; }\n"
        "echo old >file; chmod 640 file; setfacl -m u:1234:rw,g:77:r,m::rw file || { echo no lists; exit; }\n"
        "getfacl -c file >was; $P plain file; getfacl -c file | cmp - was && echo kept%s\n"
        "mkdir d; setfacl -d -m u:55:rwx d; echo old >d/file; setfacl -b d/file; getfacl -c d/file >was\n"
        "$P plain d/file; getfacl -c d/file | cmp - was && echo none added\n"
        "rm d/file; $P write d/file; (cd d; >plain); getfacl -c d/plain >was; getfacl -c d/file | cmp - was "
        "&& echo inherited\n",
        "");
    if (says(&result, "no setfacl") || says(&result, "no lists"))
        cr_skip_test("no setfacl(1) or no lists on this file system");
    cr_expect_str_eq(result.out, "replaced\nkept\nreplaced\nnone added\ninherited\n", "%s%s", result.out,
                     result.err);
    release(&result);
}

Test(policies_replace, falls_back_and_says_why) {
    struct result result =
        run_script("export LIBBUF_VERBOSE=1\n"
                   "echo old >file; ln file other; ln -s file file2; $P plain file2; $P plain file\n"
                   "echo r >filer; $P plain filer 2>&1 | grep force%s\n",
                   "");
    cr_expect_str_eq(result.out, "in place\nin place\n");
    cr_expect(strstr(result.err, "libbuf: file: replace is not in force: the file has other links\n"), "%s",
              result.err);
    cr_expect(strstr(result.err, "libbuf: file2: replace is not in force: the file has other links\n"), "%s",
              result.err);
    release(&result);
}

/* Whether strace can change what a program's calls do. */
static bool strace_injects(void) {
    return shell("strace -qq -o /dev/null -e trace=getppid -e inject=getppid:signal=KILL:when=1 %s "
                 "sh -c 'exit 0' >/dev/null 2>&1; [ $? = 137 ]",
                 "");
}

/* Kills the writer at the N-th of each kind of call, for every N until it comes to its end. The file must be the old
   one or the whole new one; one that the kill left beside has a name of ours. `%s` is put before each run. */
static const char kill_everywhere[] =
    "exec 2>err\n"
    "rm -f file; $P write file && mv file new || exit; printf 'old\\n' >old; kills=0\n"
    "for call in openat close read newfstatat statx readlinkat readlink fcntl dup3 flistxattr fgetxattr "
    "fsetxattr ioctl"
    " mmap munmap brk fchown fchmod write pwrite64 lseek fsync linkat renameat unlinkat getpid geteuid "
    "exit_group; do\n"
    "  n=1; while :; do\n"
    "    rm -f .buf*; rm -f file; cp old file\n"
    "    strace -qq -o /dev/null %s -e inject=$call:signal=KILL:when=$n $P write file 2>/dev/null; "
    "status=$?\n"
    "    cmp -s file old && is=old || { cmp -s file new && is=new; } || { echo half at $call $n; exit; }\n"
    "    [ $(ls -A | grep -c '^.buf') -le 1 ] || echo litter at $call $n\n"
    "    case $call$n:$is in fsync1:new | linkat1:new | renameat1:new) echo new too early at $call $n;; "
    "esac\n"
    "    [ $status = 0 ] && { [ $is = new ] || echo lost at the end; break; }\n"
    "    kills=$((kills+1)); n=$((n+1)); [ $n -lt 60 ] || break\n"
    "  done\n"
    "done\n"
    "echo $([ $kills -ge 40 ] && echo enough) kills: $kills\n";

Test(policies_replace, killed_at_each_call_leaves_old_or_new, .timeout = 300) {
    if (!strace_injects())
        cr_skip_test("strace cannot inject here");
    struct result result = run_script(kill_everywhere, "");
    cr_expect(strncmp(result.out, "enough kills: ", 14) == 0, "%s", result.out);
    release(&result);
}

/* The number of the program's openat that asks for a file without a name. */
#define FIND_TMPFILE                                                                                         \
    "N=$(strace -qq -e trace=openat $P write file 2>&1 >/dev/null | grep -n O_TMPFILE | cut -d: -f1)\n"

Test(policies_replace, a_named_file_where_none_without_a_name_can_be, .timeout = 300) {
    if (!strace_injects())
        cr_skip_test("strace cannot inject here");
    struct result result =
        run_script("echo old >file; chmod 751 file\n" FIND_TMPFILE "echo old >file\n"
                   "strace -qq -o trace -e inject=openat:error=EOPNOTSUPP:when=$N $P write file; echo $?\n"
                   "wc -l <file; stat -c %%a file; ls -A | grep -c .buf; grep -c ^linkat trace\n"
                   "strace -qq -o /dev/null -e inject=openat:error=EOPNOTSUPP:when=$N -e "
                   "inject=fsync:error=EIO:when=1 $P write file "
                   "2>&1 | grep -c FAILED; wc -l <file; ls -A | grep -c .buf%s\n",
                   "");
    cr_expect_str_eq(result.out, "0\n300\n751\n0\n0\n1\n300\n0\n", "%s%s", result.out, result.err);
    release(&result);
}

/* Each step of the commit fails in turn: fclose says so, and the old file stays. Behind renameat it is the new one. */
Test(policies_replace, a_commit_that_fails_leaves_the_old_file, .timeout = 300) {
    if (!strace_injects())
        cr_skip_test("strace cannot inject here");
    struct result result =
        run_script("for fault in write:error=ENOSPC:when=1 write:error=EIO:when=2 fsync:error=EIO:when=1 "
                   "fsync:error=ENOSPC:when=1 "
                   "linkat:error=EDQUOT renameat:error=EACCES fsync:error=EIO:when=2 fsync:error=EINVAL "
                   "linkat:error=EEXIST:when=1 "
                   "openat:error=ENOSPC:when=$N; do\n"
                   "  echo old >file\n  [ ${fault%%%%:*} != openat ] || { " FIND_TMPFILE
                   "  echo old >file; fault=openat:error=ENOSPC:when=$N; }\n"
                   "  strace -qq -o /dev/null -e inject=$fault $P write file 2>err; status=$?\n"
                   "  echo $(echo $fault | cut -d: -f1,2) $status $(wc -l <file) $(ls -A | grep -c .buf)%s\n"
                   "done\n",
                   "");
    cr_expect_str_eq(
        result.out,
        "write:error=ENOSPC 1 1 0\nwrite:error=EIO 1 1 0\nfsync:error=EIO 1 1 0\nfsync:error=ENOSPC 1 1 0\n"
        "linkat:error=EDQUOT 1 1 0\nrenameat:error=EACCES 1 1 0\nfsync:error=EIO 1 300 0\n"
        "fsync:error=EINVAL 0 300 0\nlinkat:error=EEXIST 0 300 0\nopenat:error=ENOSPC 0 300 0\n",
        "%s%s", result.out, result.err);
    release(&result);
}

Test(policies_map, what_is_mapped_reads_like_what_is_read) {
    passes_on_libbuf((struct run){.program = "policy_map", .arguments = ARGUMENTS("reads")}, 1000000, 1);
}

/* Calls on the file, by the rule and without it. */
Test(policies_map, no_read_is_made) {
    for (enum way way = WAY_SO; way < WAYS; way++) {
        struct run run = {
            .program = "policy_map", .arguments = ARGUMENTS("rule"), .trace = "read,mmap,pread64,readv"};
        if (!way_wanted(way))
            continue;
        struct result plain = run_program(&run, way);
        run.settings = SETTINGS("LIBBUF=mapped:map");
        struct result mapped = run_program(&run, way);
        expect_exit(&run, way, &mapped, 0);
        expect_exit(&run, way, &plain, 0);
        size_t maps = 0;
        for (size_t i = 0; i < mapped.call_count; i++)
            maps += strcmp(mapped.calls[i].name, "mmap") == 0 && strstr(mapped.calls[i].text, "/mapped>");
        cr_expect(maps == 1, "[%s] %zu mappings", way_name(way), maps);
        cr_expect(count_calls(&mapped, "read", "/mapped") + count_calls(&mapped, "pread64", "/mapped") == 0);
        cr_expect(count_calls(&plain, "read", "/mapped") > 1);
        release(&plain);
        release(&mapped);
    }
}

Test(policies_map, what_cannot_be_mapped_is_read_and_said) {
    struct run run = {
        .program = "$sh",
        .arguments = ARGUMENTS("-c", "echo text >f; sed s/x/y/ f; sed s/x/y/ /proc/self/comm; sed s/x/y/ <f"),
        .settings = SETTINGS("LIBBUF=*:map", "LIBBUF_VERBOSE=1")};
    struct result result = run_program(&run, WAY_PRELOAD);
    expect_exit(&run, WAY_PRELOAD, &result, 0);
    cr_expect_str_eq(result.out, "teyt\nsed\nteyt\n", "%s", result.out);
    cr_expect(strstr(result.err, "comm: map is not in force: "), "%s", result.err);
    release(&result);
}
