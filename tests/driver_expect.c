/* What a run must have shown: its exit, the proof that libbuf was in force, and the same output as on
   libc. */
#include "driver.h"
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *shown_name(const struct run *run) {
    return run->program[0] == '$' ? run->program + 1 : run->program;
}

/* How the program ended, in words. */
static const char *ending(const struct result *result) {
    static char text[80];
    if (result->timed_out)
        snprintf(text, sizeof text, "was killed: it did not end in time");
    else if (WIFSIGNALED(result->status))
        snprintf(text, sizeof text, "ended by signal %d (%s)", WTERMSIG(result->status),
                 strsignal(WTERMSIG(result->status)));
    else
        snprintf(text, sizeof text, "exited with %d", WEXITSTATUS(result->status));
    return text;
}

void expect_exit(const struct run *run, enum way way, const struct result *result, int code) {
    bool right = !result->timed_out && WIFEXITED(result->status) && WEXITSTATUS(result->status) == code;
    const char *said = result->err && result->err_size ? result->err : result->out ? result->out : "";
    cr_expect(right, "[%s] %s: %s, expected exit %d; it said:\n%.2000s", way_name(way), shown_name(run),
              ending(result), code, said);
}

void expect_proof(const struct run *run, enum way way, const struct result *result, uint64_t read_at_least,
                  uint64_t written_at_least) {
    if (way == WAY_LIBC)
        return;
    cr_expect(result->processes > 0, "[%s] %s: LIBBUF_TOTALS: no process ran on libbuf", way_name(way),
              shown_name(run));
    cr_expect(result->bytes_read >= read_at_least,
              "[%s] %s: LIBBUF_TOTALS: %llu bytes read by its streams, expected %llu or more", way_name(way),
              shown_name(run), (unsigned long long)result->bytes_read, (unsigned long long)read_at_least);
    cr_expect(result->bytes_written >= written_at_least,
              "[%s] %s: LIBBUF_TOTALS: %llu bytes written by its streams, expected %llu or more",
              way_name(way), shown_name(run), (unsigned long long)result->bytes_written,
              (unsigned long long)written_at_least);
}

static void expect_same(const char *what, const struct run *run, enum way way, const char *got, size_t size,
                        const char *want, size_t want_size) {
    size_t same = 0;
    while (same < size && same < want_size && got[same] == want[same])
        same++;
    size_t from = same > 60 ? same - 60 : 0;
    cr_expect(same == size && same == want_size,
              "[%s] %s: %s differs from libc's at byte %zu (%zu bytes, libc %zu):\n got  \"%.120s\"\n libc "
              "\"%.120s\"",
              way_name(way), shown_name(run), what, same, size, want_size, got + from, want + from);
}

void passes_everywhere(const struct program *program) {
    struct run run = {.program = program->name,
                      .arguments = program->arguments,
                      .settings = program->settings,
                      .input = program->input,
                      .input_size = program->input_size,
                      .merged = program->merged,
                      .seconds = program->seconds};
    struct result libc = {0};
    for (enum way way = WAY_LIBC; way < WAYS; way++) {
        if (!way_wanted(way))
            continue;
        struct result result = run_program(&run, way);
        expect_exit(&run, way, &result, 0);
        expect_proof(&run, way, &result, program->reads, program->writes);
        if (way == WAY_LIBC) {
            libc = result;
            continue;
        }
        if (libc.out && !program->differs) {
            expect_same("stdout", &run, way, result.out, result.out_size, libc.out, libc.out_size);
            expect_same("stderr", &run, way, result.err, result.err_size, libc.err, libc.err_size);
        }
        release(&result);
    }
    if (libc.out)
        release(&libc);
}
