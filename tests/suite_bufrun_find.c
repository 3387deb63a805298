/* bufrun: which program it starts, by PATH and by the "#!" lines of scripts; env(1) is the judge. */
#include "bufrun.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(bufrun_find, .fini = remove_workplace, .timeout = 120);

/* ---- how programs are found: as env does, which uses execvp ---- */

static void expect_as_env(const char *const *command, const char *const *settings) {
    struct run run = {.program = "$env", .arguments = command, .settings = settings};
    struct result env = run_program(&run, WAY_LIBC), own = bufrun(command, settings);
    cr_expect(own.status == env.status, "%s: status %x, env's %x; said \"%s\", env \"%s\"", command[0],
              own.status, env.status, own.err, env.err);
    cr_expect(strcmp(own.out, env.out) == 0, "%s: printed \"%s\", env's \"%s\"", command[0], own.out,
              env.out);
    if (WEXITSTATUS(env.status) >= 126)
        cr_expect(strncmp(own.err, "bufrun: ", 8) == 0 && strchr(own.err, '\n') == own.err + own.err_size - 1,
                  "%s: said \"%s\"", command[0], own.err);
    release(&env);
    release(&own);
}

Test(bufrun_find, programs_are_found_along_path_as_execvp_finds_them) {
    char path[4 * PATH_MAX];
    mkdir(at("plain"), 0755);
    mkdir(at("runs"), 0755);
    mkdir(at("runs/directory"), 0755);
    mkdir(at("broken"), 0755);
    write_file(at("plain/tool"), "#!/bin/sh\necho plain\n", 0644);
    write_file(at("plain/only"), "#!/bin/sh\necho plain\n", 0644);
    write_file(at("runs/tool"), "#!/bin/sh\necho runs \"$0\" \"$@\"\n", 0755);
    write_file(at("broken/tool"), "#!/no/such/interpreter\n", 0755);
    snprintf(path, sizeof path, "PATH=/no/such:%s:%s:%s:/usr/bin:/bin", at("plain"), at("broken"),
             at("runs"));
    const char *settings[] = {path, NULL};
    expect_as_env(LIST("tool", "x", "y z"), settings);
    expect_as_env(LIST("only"), settings);
    expect_as_env(LIST("directory"), settings);
    expect_as_env(LIST("nowhere"), settings);
    expect_as_env(LIST(""), settings);
    expect_as_env(LIST("/"), settings);
    expect_as_env(LIST("/etc/passwd"), settings);
    expect_as_env(LIST("/etc/passwd/x"), settings);
    expect_as_env(LIST("./nowhere"), settings);
    expect_as_env(LIST(at("broken/tool")), settings);
}

Test(bufrun_find, an_empty_item_of_path_is_the_present_directory) {
    char line[2 * PATH_MAX];
    mkdir(at("here"), 0755);
    write_file(at("here/tool"), "#!/bin/sh\necho here\n", 0755);
    for (int i = 0; i < 3; i++) {
        static const char *const paths[] = {":/bin", "/bin:", "/bin::/usr/bin"};
        snprintf(line, sizeof line, "cd %s; PATH=%s; export PATH; %s tool", at("here"), paths[i],
                 at("bufrun"));
        struct run run = {.program = "/bin/sh", .arguments = (const char *const[]){"-c", line, NULL}};
        expect_output(run_program(&run, WAY_LIBC), 0, "here\n");
    }
}

/* ---- scripts ---- */

static const char *script(const char *name, const char *first_line, const char *rest) {
    char text[2 * PATH_MAX];
    snprintf(text, sizeof text, "%s%s", first_line, rest);
    write_file(at(name), text, 0755);
    return at(name);
}

Test(bufrun_find, scripts_run_as_the_kernel_and_execvp_run_them) {
    char line[PATH_MAX];
    expect_as_env(LIST(script("blanks", "#! \t /bin/sh \t\n", "echo blanks \"$@\"\n"), "a"), NULL);
    expect_as_env(LIST(script("argument", "#!/bin/sh -e\n", "echo argument; false; echo no\n")), NULL);
    expect_as_env(LIST(script("no_newline", "#!/bin/true", "")), NULL);
    expect_as_env(LIST(script("text", "", "echo text \"$@\"\n"), "a"), NULL);
    expect_as_env(LIST(script("empty", "", "")), NULL);
    expect_as_env(LIST(script("no_name", "#!\n", "echo no name\n")), NULL);
    expect_as_env(LIST(script("gone", "#!/no/such\n", "")), NULL);
    memset(line, 'x', 300);
    memcpy(line, "#!/", 3);
    strcpy(line + 300, "\necho long\n");
    expect_as_env(LIST(script("long", line, "")), NULL);
    snprintf(line, sizeof line, "#!%s\n", at("loop"));
    expect_as_env(LIST(script("loop", line, "")), NULL);
    script("chain0", "#!/bin/echo\n", "");
    for (int i = 1; i < 7; i++) {
        char name[16], before[16];
        snprintf(name, sizeof name, "chain%d", i);
        snprintf(before, sizeof before, "chain%d", i - 1);
        snprintf(line, sizeof line, "#!%s %d\n", at(before), i);
        expect_as_env(LIST(script(name, line, "")), NULL);
    }
    expect_refusal(BUFRUN(at("gone")), 127, "its interpreter /no/such: No such file");
}

static const char does_nothing[] = "int main(void) { return 0; }";

Test(bufrun_find, a_script_is_judged_by_its_last_interpreter) {
    char line[PATH_MAX];
    build("static", "-static", does_nothing);
    snprintf(line, sizeof line, "#!%s\n", at("static"));
    script("first", line, "");
    snprintf(line, sizeof line, "#!%s\n", at("first"));
    script("second", line, "");
    expect_refusal(BUFRUN(at("first")), 125, "is statically linked");
    expect_refusal(BUFRUN(at("second")), 125, "is statically linked");
    /* The bits of a script itself mean nothing to the kernel. */
    script("bits", "#!/bin/sh\n", "echo bits\n");
    cr_assert(chown(at("bits"), geteuid() == 0 ? 65534 : geteuid(), (gid_t)-1) == 0 &&
              chmod(at("bits"), 06755) == 0);
    expect_output(BUFRUN(at("bits")), 0, "bits\n");
}
