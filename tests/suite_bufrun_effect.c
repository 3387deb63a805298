/* bufrun: when it says that libbuf cannot take effect, and that it is right. */
#include "bufrun.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

TestSuite(bufrun_effect, .fini = remove_workplace, .timeout = 120);

static const char does_nothing[] = "int main(void) { return 0; }";

/* ---- where libbuf cannot take effect ---- */

Test(bufrun_effect, statically_linked_programs_are_refused) {
    build("static", "-static", does_nothing);
    expect_refusal(BUFRUN(at("static")), 125, "libbuf cannot take effect: it is statically linked\n");
    build("static_pie", "-static-pie", does_nothing);
    expect_refusal(BUFRUN(at("static_pie")), 125, "it is statically linked (static-PIE)");
    build("dynamic", "-no-pie", does_nothing);
    expect_output(BUFRUN(at("dynamic")), 0, "");
    build("pie", "-pie", does_nothing);
    expect_output(BUFRUN(at("pie")), 0, "");
    build("lib.so", "-shared -fPIC", "int one(void) { return 1; }");
    expect_refusal(BUFRUN(at("lib.so")), 125, "a shared library");
}

/* Copies a program and changes COUNT bytes at OFFSET. */
static const char *changed(const char *from, const char *name, long offset, const void *bytes, size_t count) {
    copy_file(from, at(name), 0755);
    FILE *file = fopen(at(name), "r+");
    cr_assert(file && fseek(file, offset, SEEK_SET) == 0 && fwrite(bytes, 1, count, file) == count &&
              fclose(file) == 0);
    return at(name);
}

Test(bufrun_effect, programs_for_other_processors_and_32_bits_are_refused) {
    build("dynamic", "", does_nothing);
    uint16_t arm = EM_AARCH64;
    char class32 = ELFCLASS32, big = ELFDATA2MSB;
    expect_refusal(BUFRUN(changed(at("dynamic"), "arm", offsetof(Elf64_Ehdr, e_machine), &arm, 2)), 125,
                   "made for another processor");
    expect_refusal(BUFRUN(changed(at("dynamic"), "big", EI_DATA, &big, 1)), 125,
                   "made for another processor");
    expect_refusal(BUFRUN(changed(at("dynamic"), "narrow", EI_CLASS, &class32, 1)), 125, "a 32-bit program");
}

/* The program with another dynamic linker of the same length written over its own. */
static const char *relinked(const char *name, const char *linker) {
    char bytes[1 << 15];
    FILE *file = fopen(at("dynamic"), "r");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    char *place = memmem(bytes, size, "/lib64/ld-linux-x86-64.so.2", 27);
    cr_assert(place && strlen(linker) <= 27);
    return changed(at("dynamic"), name, place - bytes, linker, strlen(linker) + 1);
}

Test(bufrun_effect, programs_of_another_c_library_are_refused) {
    build("dynamic", "", does_nothing);
    expect_refusal(BUFRUN(relinked("musl", "/lib/ld-musl-x86_64.so.1")), 125,
                   "another C library than glibc (its dynamic linker is /lib/ld-musl-x86_64.so.1)");
    expect_refusal(BUFRUN(relinked("other", "/bin/true")), 125, "its dynamic linker is /bin/true");
    expect_refusal(BUFRUN(relinked("lines", "/bin/two\nlines\033[1m")), 127,
                   "its dynamic linker /bin/two?lines?[1m: No such file");
    expect_refusal(BUFRUN(relinked("gone", "/lib64/no-linker")), 127,
                   "its dynamic linker /lib64/no-linker: No such file");
    symlink("/lib64/ld-linux-x86-64.so.2", "/tmp/libbuf-linker");
    expect_output(BUFRUN(relinked("link", "/tmp/libbuf-linker")), 0, "");
    unlink("/tmp/libbuf-linker");
}

Test(bufrun_effect, a_damaged_program_is_refused_with_126) {
    build("dynamic", "", does_nothing);
    uint64_t far = UINT64_MAX - 8;
    expect_refusal(BUFRUN(changed(at("dynamic"), "far", offsetof(Elf64_Ehdr, e_phoff), &far, 8)), 126,
                   "damaged");
    copy_file(at("dynamic"), at("short"), 0755);
    cr_assert(truncate(at("short"), 40) == 0);
    expect_refusal(BUFRUN(at("short")), 126, "damaged");
}

Test(bufrun_effect, the_dynamic_linker_may_be_the_program) {
    expect_output(BUFRUN("/lib64/ld-linux-x86-64.so.2", "/bin/echo", "linked"), 0, "linked\n");
}

Test(bufrun_effect, a_library_that_cannot_be_preloaded_is_an_error) {
    char path[PATH_MAX], alone[PATH_MAX];
    mkdir(at("with blank"), 0755);
    snprintf(path, sizeof path, "%s", at("with blank/bufrun"));
    copy_file(at("bufrun"), path, 0755);
    copy_file(at("libbuf.so"), at("with blank/libbuf.so"), 0755);
    struct run run = {.program = path, .arguments = LIST("true")};
    expect_refusal(run_program(&run, WAY_LIBC), 125, "contains a blank or a colon");
    cr_assert(unlink(at("with blank/libbuf.so")) == 0);
    if (access("/usr/local/lib/libbuf.so", F_OK) != 0) /* else the installed one is found, rightly */
        expect_refusal(run_program(&run, WAY_LIBC), 125, "libbuf.so: not found");
    mkdir(at("bin"), 0755);
    mkdir(at("lib"), 0755);
    snprintf(alone, sizeof alone, "%s", at("bin/bufrun"));
    copy_file(at("bufrun"), alone, 0755);
    copy_file(at("libbuf.so"), at("lib/libbuf.so"), 0755);
    run.program = alone;
    expect_output(run_program(&run, WAY_LIBC), 0, "");
}

/* ---- secure mode ---- */

struct identity {
    const char *name;
    uid_t user, effective_user;
    gid_t group, effective_group, extra_group;
    bool no_new_privileges, own_namespace;
};

static bool assume(const struct identity *identity) {
    if (setgroups(1, &identity->extra_group) < 0 ||
        setresgid(identity->group, identity->effective_group, identity->effective_group) < 0 ||
        setresuid(identity->user, identity->effective_user, identity->effective_user) < 0)
        return false;
    if (identity->own_namespace && unshare(CLONE_NEWUSER) < 0)
        return false;
    return !identity->no_new_privileges || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* Runs the command as the identity; the first bytes of its output and its exit status. 120: the identity
 * cannot be had. */
static int run_as(const struct identity *identity, const char *const *command, char *text, size_t size) {
    int ends[2], status;
    cr_assert(pipe(ends) == 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        if (!assume(identity))
            _exit(120);
        execv(command[0], (char **)(uintptr_t)command);
        _exit(126);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; used < size - 1 && (got = read(ends[0], text + used, size - 1 - used)) > 0;)
        used += (size_t)got;
    text[used] = 0;
    close(ends[0]);
    cr_assert(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool give_capabilities(const char *path, bool effective, uint32_t permitted, uint32_t inheritable) {
    struct vfs_cap_data data = {.magic_etc = VFS_CAP_REVISION_2 | (effective ? VFS_CAP_FLAGS_EFFECTIVE : 0)};
    data.data[0].permitted = permitted;
    data.data[0].inheritable = inheritable;
    return setxattr(path, "security.capability", &data, sizeof data, 0) == 0;
}

Test(bufrun_effect, it_foretells_secure_mode_as_the_kernel_decides_it) {
    if (geteuid() != 0)
        cr_skip_test("only root can make set-user-ID programs and take other identities");
    enum { NOBODY = 65534, USER = 1000 };
    static const struct identity identities[] = {
        {"root", 0, 0, 0, 0, 0, false, false},
        {"user", USER, USER, USER, USER, USER, false, false},
        {"nobody", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, false, false},
        {"nobody in the user's group", NOBODY, NOBODY, NOBODY, NOBODY, USER, false, false},
        {"nobody without new privileges", NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, true, false},
        {"nobody, effectively root", NOBODY, 0, 0, 0, 0, false, false},
        {"root, effectively nobody", 0, NOBODY, 0, 0, 0, false, false},
        {"nobody, effectively of the user's group", NOBODY, NOBODY, NOBODY, USER, NOBODY, false, false},
        {"user in a namespace of his own", USER, USER, USER, USER, USER, false, true},
    };
    static const struct {
        const char *name;
        uid_t owner;
        gid_t group;
        unsigned mode;
    } files[] = {{"plain", 0, 0, 0755},         {"root_suid", 0, 0, 04755},  {"user_suid", USER, 0, 04755},
                 {"user_sgid", 0, USER, 02755}, {"locking", 0, USER, 02745}, {"both", USER, USER, 06755},
                 {"unreadable", 0, 0, 04711},   {"hidden", 0, 0, 0711}};
    static const char *const names[] = {"plain",   "root_suid", "user_suid",  "user_sgid",
                                        "locking", "both",      "unreadable", "hidden",
                                        "cap_ep",  "cap_p",     "cap_i",      "cap_unknown"};
    char from[PATH_MAX], text[8192];
    snprintf(from, sizeof from, "%s/tests/libc/run_secure", build_directory());
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        copy_file(from, at(files[i].name), 0755);
        cr_assert(chown(at(files[i].name), files[i].owner, files[i].group) == 0);
        cr_assert(chmod(at(files[i].name), files[i].mode) == 0);
    }
    for (size_t i = 8; i < 12; i++)
        copy_file(from, at(names[i]), 0755);
    if (!give_capabilities(at("cap_ep"), true, 1 << CAP_NET_RAW, 0) ||
        !give_capabilities(at("cap_p"), false, 1 << CAP_NET_RAW, 0) ||
        !give_capabilities(at("cap_i"), false, 0, 1 << CAP_NET_RAW) ||
        !give_capabilities(at("cap_unknown"), true, 0, 0))
        cr_log_info("this file system has no file capabilities: plain files stand for them");
    int secure = 0, plain = 0;
    for (size_t i = 0; i < sizeof identities / sizeof *identities; i++)
        for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
            const char *direct[] = {at(names[j]), NULL}, *through[] = {at("bufrun"), at(names[j]), NULL};
            int kernel = run_as(&identities[i], direct, text, sizeof text);
            bool was_secure = text[0] == '1';
            if (kernel == 120)
                continue;
            int own = run_as(&identities[i], through, text, sizeof text);
            int expected = kernel ? kernel : was_secure ? 125 : 0;
            /* Kernels differ on an effective identity that goes back to the real one: bufrun takes the
             * stricter rule. */
            if (expected == 0 && own == 125 && identities[i].user != identities[i].effective_user)
                continue;
            cr_expect(own == expected, "%s runs %s: ended with %d, expected %d: %s", identities[i].name,
                      names[j], own, expected, text);
            if (expected == 125)
                cr_expect(strstr(text, "ignores LD_PRELOAD"), "%s", text);
            if (expected == 0)
                cr_expect(strstr(text, "0 ") && strstr(text, "/libbuf.so"), "%s runs %s: not preloaded: %s",
                          identities[i].name, names[j], text);
            secure += expected == 125;
            plain += expected == 0;
        }
    cr_expect(secure >= 20 && plain >= 20, "only %d secure and %d plain starts were tried", secure, plain);
}

Test(bufrun_effect, a_program_that_cannot_be_read_is_run_with_a_warning) {
    if (geteuid() != 0)
        cr_skip_test("needs root, to become a user who may not read the file");
    static const struct identity nobody = {"nobody", 65534, 65534, 65534, 65534, 65534, false, false};
    char text[4096];
    copy_file("/bin/echo", at("hidden"), 0711);
    int status =
        run_as(&nobody, (const char *[]){at("bufrun"), at("hidden"), "hello", NULL}, text, sizeof text);
    cr_expect(status == 0 && strstr(text, "cannot be read (Permission denied)") && strstr(text, "hello\n"),
              "%d: %s", status, text);
}
