/* bufcount's figures are those of strace -f -c: of whole programs and trees, for every name of a call, calls and
   errors. What may differ is named:
   - what the loader does before a preloaded library can count, and the execve that starts the program: counted from
     the log of the same strace run and taken off (driver_strace.c); printed where a test fails;
   - exit and exit_group: strace -c counts calls that return;
   - the loader's own memory: one mmap of two pages in a program, or not, since it has one library more to note;
   - in scripts with pipes read, since what a pipe holds depends on the moment, and rt_sigreturn, since children that
     end at the same moment raise one SIGCHLD;
   - in some cases calls whose number depends on the moment, with the reason. */
#include "driver.h"
#include "strace_figures.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 24, ATTEMPTS = 5 };

struct exact {
    const char *script; /* for sh -c; $B is the build directory, $S the tests' samples */
    const char *varies; /* names, with blanks between, of calls whose number depends on the moment */
    const char *why;    /* they do */
    bool other_output;  /* what it prints depends on the moment as well */
};

static struct result run_words(const char *first, ...) {
    const char *words[MOST_WORDS] = {0};
    size_t count = 0;
    va_list list;
    va_start(list, first);
    for (const char *word = first; word; word = va_arg(list, const char *)) {
        cr_assert(count < MOST_WORDS - 1);
        words[count++] = word;
    }
    va_end(list);
    struct run run = {.program = words[0], .arguments = words + 1, .seconds = 100};
    return run_program(&run, WAY_LIBC);
}

static char *path_below(const char *name) {
    char *path;
    cr_assert(asprintf(&path, "%s/%s", build_directory(), name) > 0);
    return path;
}

static bool listed(const char *names, const char *name) {
    size_t length = strlen(name);
    for (const char *at = names; at && (at = strstr(at, name)); at += length)
        if ((at == names || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

static char *text_of(const struct result *result, const char *name) {
    size_t size;
    char *text = result_file(result, name, &size);
    cr_assert(text, "no file %s; stderr: %s", name, result->err);
    return text;
}

/* The differences that have no name, a line each; "" when there are none. */
static void compare(const struct figures_table *table, const struct exact *exact, char *text, size_t size) {
    text[0] = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct call_figures *row = &table->rows[i];
        if (strcmp(row->name, "exit") == 0 || strcmp(row->name, "exit_group") == 0 ||
            listed(exact->varies, row->name) ||
            (strstr(exact->script, " | ") && listed("read rt_sigreturn", row->name)))
            continue;
        uint64_t calls = row->calls - row->early_calls, errors = row->errors - row->early_errors;
        if (calls == row->counted_calls && errors == row->counted_errors)
            continue;
        uint64_t apart = calls > row->counted_calls ? calls - row->counted_calls : row->counted_calls - calls;
        if (strcmp(row->name, "mmap") == 0 && apart <= table->programs && errors == row->counted_errors)
            continue;
        size_t used = strlen(text);
        snprintf(text + used, size - used,
                 "%s: strace %" PRIu64 " calls, %" PRIu64 " errors, of them %" PRIu64 " and %" PRIu64
                 " before the start, bufcount %" PRIu64 " and %" PRIu64 "\n",
                 row->name, row->calls, row->errors, row->early_calls, row->early_errors, row->counted_calls,
                 row->counted_errors);
    }
}

static void expect_equal(const struct exact *exact) {
    struct result probe = run_words("$strace", "-c", "-o", "/dev/null", "true", NULL);
    bool works = WIFEXITED(probe.status) && WEXITSTATUS(probe.status) == 0;
    release(&probe);
    if (!works)
        cr_skip_test("strace cannot trace here");
    setenv("B", build_directory(), 1);
    setenv("LC_ALL", "C", 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    char differences[4096] = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct result traced = run_words("$strace", "-f", "-C", "-o", "strace", "setarch", "-R", "sh", "-c",
                                         exact->script, NULL);
        struct result counted = run_words(path_below("bufcount"), "-o", "table", "--json", "json", "setarch",
                                          "-R", "sh", "-c", exact->script, NULL);
        cr_assert_eq(traced.status, counted.status, "status %x, counted %x: %s", traced.status,
                     counted.status, counted.err);
        cr_assert_eq(traced.status, 0, "%s", traced.err);
        if (!exact->other_output) {
            cr_assert_str_eq(traced.out, counted.out);
            cr_assert_str_eq(traced.err, counted.err);
        }
        static struct figures_table table;
        table.count = table.programs = 0;
        char *log = text_of(&traced, "strace"), *json = text_of(&counted, "json");
        read_strace(log, &table);
        read_bufcount(json, &table);
        compare(&table, exact, differences, sizeof differences);
        cr_expect(strstr(json, "\"agrees\":true"), "/proc/PID/io disagrees: %s", strstr(json, "\"unseen\""));
        if (getenv("TEST_KEEP")) {
            fprintf(stderr, "%s", differences);
        }
        free(log);
        free(json);
        release(&traced);
        release(&counted);
        if (!differences[0])
            return;
    }
    cr_assert_fail("%s\n%s", exact->script, differences);
}

#define EXACT(name, text, ...)                                                                               \
    Test(count_exact, name) {                                                                                \
        expect_equal(&(struct exact){.script = text, __VA_ARGS__});                                          \
    }

#define BY_WAITING "how often a thread waits for another depends on the moment"

EXACT(true_alone, "true")
EXACT(dash, "for i in 1 2 3; do echo $i | cat; done; (exit 3); echo $?; x=$(ls / | wc -l); printf '%s\\n' a "
            "b | sort; "
            ": > f; [ -e f ] && cat f < /dev/null")
EXACT(ls_long, "mkdir d; touch d/a d/b; ls -lR d | sed 's/ [A-Z][a-z][a-z] .* / /'")
EXACT(copies, "seq 9999 > a; cp a b; cmp a b; dd if=a of=c bs=512 2>/dev/null; cat a b c | wc; mv c e; ln e "
              "g; rm -f a b")
EXACT(text_tools,
      "seq 999 > a; head -n 5 a | tee b; tail -n 3 a; cut -c1 a | sort | uniq -c; tr 1 2 < a | md5sum; "
      "diff a b | wc -l; od -c b | head -2; paste b b; join b b")
EXACT(awk, "seq 2000 > a; awk '{ s += $1; print $1 > \"b\" } END { print s; system(\"wc -l < b\") }' a")
EXACT(sed_in_place, "seq 2000 > a; sed -i 's/1/x/g' a; sed -n '$p' a; sed 5q a")
EXACT(grep_tree,
      "mkdir -p d/e; seq 500 > d/a; seq 900 > d/e/b; grep -rc 7 d | sort; grep -rl nothing d; echo $?",
      .varies = "read lseek mmap munmap",
      .why = "grep reads the list of its own mappings, which has lines more with a library preloaded")
EXACT(find_and_xargs, "mkdir -p d/e/f; touch d/a d/e/b d/e/f/c; find d -type f | sort | xargs -n 1 echo; "
                      "find d -name c -exec wc -c {} +")
EXACT(tar_with_gzip, "mkdir d; seq 5000 > d/a; cp d/a d/b; tar cf t.tar d; gzip -9 < t.tar > t.gz; "
                     "gunzip < t.gz | tar tf -; mkdir o; tar xf t.tar -C o; diff -r d o/d")
EXACT(perl,
      "perl -e '$| = 1; for (1..5) { my $p = fork; if (!$p) { print \"child\\n\"; exit 0 } waitpid($p, 0) } "
      "print `echo hi`; system(\"echo\", \"system\"); $SIG{USR1} = sub { print \"signal\\n\" }; kill "
      "\"USR1\", $$; "
      "exec \"echo\", \"last\"'")
EXACT(sqlite3, "sqlite3 x.db 'create table t(a, b); begin; insert into t values (1, 2), (3, 4); commit; "
               "create index i on t(a); select sum(a * b) from t; vacuum'; sqlite3 x.db .dump | wc -l")
EXACT(make_one_after_the_other,
      "printf 'all: a b c d\\n%%: %%.in\\n\\tsort $< > $@; echo made $@\\n' > Makefile; "
      "for i in a b c d; do seq 9 > $i.in; done; make -s; make -s -B > /dev/null")
EXACT(gcc,
      "printf '#include <stdio.h>\\nint main(void){puts(\"hi\");return 0;}\\n' > a.c; "
      "gcc -O1 -o a a.c -save-temps && ./a && gcc -c -o b.o a.c && nm b.o | wc -l && ar rc l.a b.o",
      .varies = "getpid gettimeofday clock_gettime times",
      .why = "names of temporary files are tried at random")
EXACT(git,
      "export HOME=$PWD; git init -q r; cd r; git config user.email a@b; git config user.name c; seq 99 > a; "
      "git add a; git commit -qm one; seq 9 > a; git diff --stat; git commit -qam two; git log --oneline | "
      "wc -l; "
      "git status --short; git gc -q",
      .varies = "futex madvise munmap mmap mprotect clone3 set_robust_list rseq rt_sigprocmask read brk "
                "lseek sched_getaffinity",
      .why = "gc packs with threads, whose arenas and work depend on the moment", .other_output = true)
EXACT(python_threads,
      "/usr/bin/python3 -c 'import os, threading\n"
      "def work():\n"
      "    for i in range(20): os.write(1, b\"\")\n"
      "for i in range(4):\n"
      "    thread = threading.Thread(target=work); thread.start(); thread.join()'",
      .varies = "futex mprotect munmap madvise", .why = BY_WAITING " and so do arenas")
EXACT(python_subprocesses,
      "/usr/bin/python3 -c 'import os, subprocess\n"
      "print(subprocess.run([\"echo\", \"hi\"], capture_output=True, env={}).stdout)\n"
      "print(subprocess.check_output(\"echo a; echo b\", shell=True))\n"
      "pid = os.fork()\n"
      "if pid == 0: os.write(1, b\"child\\n\"); os._exit(0)\n"
      "os.waitpid(pid, 0); f = open(\"f\", \"w\"); f.write(\"x\" * 100000); os.fsync(f.fileno())'",
      .varies = "read", .why = "what is in a pipe when it is read depends on the moment")
EXACT(sort_with_threads,
      "seq 200000 | tac > a; sort -n --parallel=4 a > b; head -n 2 b; sort -n --parallel=2 -S 1M a | md5sum",
      .varies = "futex madvise munmap mprotect write mmap getrandom",
      .why = BY_WAITING " and so do arenas and names of temporary files")
EXACT(xz_with_threads,
      "seq 300000 > a; xz -T2 -k -0 --block-size=256KiB a; xz -dc a.xz | md5sum; xz -l a.xz | wc -l",
      .varies = "futex madvise munmap mprotect mmap poll write",
      .why = BY_WAITING " and so do arenas and whether a pipe is full")
EXACT(bash,
      "bash -c 'for i in 1 2 3 4 5; do echo $i; /bin/echo x; done; (echo sub; exit 3); echo $?; a=$(ls / | "
      "wc -l); "
      "echo b | sort > out; cat out out | tr 0-9 a-j; trap \"echo trapped\" USR1; kill -USR1 $$; echo end'",
      .varies = "wait4 rt_sigreturn read rt_sigprocmask",
      .why = "a child may end before or after its shell waits for it")
EXACT(own_sigsys_handler_and_masks, "$B/tests/libc/count_masks", .varies = "futex mprotect munmap madvise",
      .why = BY_WAITING " and so do arenas")
EXACT(seccomp_filters, "$B/tests/libc/count_seccomp")
EXACT(every_way_to_make_a_call, "$B/tests/libc/count_ways",
      .varies = "futex munmap mprotect madvise sched_yield",
      .why = BY_WAITING ", and a child yields until a signal comes")
EXACT(tasks_and_ends_that_libc_does_not_see, "$B/tests/libc/count_tasks")
EXACT(interrupted_and_restarted_calls, "$B/tests/libc/count_restart")
EXACT(environments_dropped, "env -i /bin/echo a; env -i sh -c 'env -i sh -c \"echo b; /bin/echo c\"'")
EXACT(a_thousand_short_lived_children, "i=0; while [ $i -lt 1000 ]; do (:); i=$((i+1)); done")
EXACT(killed_children,
      "sh -c 'kill -KILL $$'; echo $?; sh -c 'kill -TERM $$'; echo $?; sh -c 'kill -SYS $$'; echo $?; "
      "sh -c 'echo x; kill -ABRT $$'; echo $?")
EXACT(tools_that_spawn,
      "printf 'a\\nb\\n' | ed -s /dev/stdin < /dev/null; echo '1+2' | bc; echo 'define(a,b)a' | m4; "
      "seq 5 | nl | expand; expr 3 '*' 4; date -u -d @0; env printf '%s\\n' x; nice true; "
      "timeout 5 true; stat -c %s /etc/passwd > /dev/null")

/* A library with system call instructions of its own, loaded and unloaded, also by a thread. */
Test(count_exact, libraries_with_their_own_instructions) {
    static char script[512];
    snprintf(script, sizeof script, "$B/tests/libc/count_dlopen %s", shared_library("own_syscalls"));
    expect_equal(&(struct exact){.script = script,
                                 .varies = "futex munmap mprotect madvise",
                                 .why = BY_WAITING " and so do a thread's arenas"});
}

/* A call that the kernel itself begins again after a stop is restart_syscall for strace; the program has made one. */
Test(count_exact, restart_syscall_is_not_the_programs) {
    expect_equal(&(struct exact){
        .script = "sleep 1 & sleep 0.3; kill -STOP $!; sleep 0.3; kill -CONT $!; wait $!",
        .varies = "restart_syscall clock_nanosleep rt_sigreturn rt_sigprocmask rt_sigsuspend wait4",
        .why =
            "strace sees a call interrupted and restarted as restart_syscall, which is the kernel's doing; "
            "the shell waits again when its child stops and goes on"});
}
