/* libc's getopt and argp print to our stderr and stdout, in order with our own output, whatever is
   buffered. */
#include "expect.h"
#include <argp.h>
#include <getopt.h>

static int parsed;

static error_t parse(int key, char *argument, struct argp_state *state) {
    (void)argument;
    (void)state;
    parsed += key == 'n';
    return key == 'n' ? 0 : ARGP_ERR_UNKNOWN;
}

static const struct argp_option options[] = {{"number", 'n', "N", 0, "The number", 0}, {0}};
static const struct argp parser = {options, parse, "FILE", "A program under test.\vThe end.",
                                   NULL,    NULL,  NULL};

static void one_round(FILE *out) {
    char *wrong[] = {"name", "-a", "-z", "-b", "--nosuch", "--file", NULL};
    static const struct option longs[] = {{"file", required_argument, NULL, 'f'}, {0}};
    optind = 0;
    fprintf(out, "before getopt\n");
    int answers = 0;
    for (int c; (c = getopt_long(6, wrong, "ab:", longs, NULL)) != -1; answers++)
        fprintf(out, "getopt %d\n", c);
    EXPECT(answers >= 3);
    optind = 0;
    for (int c; (c = getopt(3, wrong, "ab:")) != -1; answers++)
        fprintf(out, "getopt %d\n", c);
    fprintf(out, "after getopt\n");
    char *words[] = {"name", "-n", "5", NULL};
    EXPECT_INT(argp_parse(&parser, 3, words, 0, NULL, NULL), 0);
    argp_help(&parser, out, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_PRE_DOC, (char *)(uintptr_t) "name");
    fprintf(out, "after help\n");
}

int main(int count, char **words) {
    (void)words;
    static char window[200];
    setvbuf(stdout, NULL, _IOLBF, 4096);
    one_round(stderr);
    one_round(stdout);
    fflush(stdout);
    if (count > 1)
        return finish();
    setvbuf(stdout, window, _IOFBF, sizeof window);
    one_round(stdout);
    EXPECT_INT(parsed, 3);
    printf("to stdout, help through an error:\n");
    fflush(stdout);
    struct argp_state state = {.root_argp = &parser,
                               .flags = ARGP_NO_EXIT,
                               .err_stream = stderr,
                               .out_stream = stdout,
                               .name = (char *)(uintptr_t) "name"};
    argp_state_help(&state, stdout, ARGP_HELP_SHORT_USAGE);
    argp_error(&state, "argp_error %d", 5);
    argp_failure(&state, 0, ENOENT, "argp_failure %d", 6);
    return finish();
}
