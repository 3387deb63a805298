/* What libbuf says of its own streams: a run without the shim, with a report asked for in every rule, from which the
   records are added up. The shim's counts are of another run, since making the records takes system calls too. */
#include "bufcount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The rules of the environment, each with the report, and one for all other streams. */
static char *rules_with(const char *report) {
    const char *present = getenv("LIBBUF");
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    bool any = false;
    for (const char *at = present ? present : ""; *at; at++) {
        if (*at == ';' && any)
            fprintf(out, ",report=%s", report);
        any = *at != ';' && (any || *at != ' ');
        fputc(*at, out);
        if (*at == '\\' && at[1])
            fputc(*++at, out);
    }
    fprintf(out, "%s%s%s*:report=%s", any ? ",report=" : "", any ? report : "", any ? ";" : "", report);
    fclose(out);
    return text;
}

/* The number behind KEY, which lies behind SECTION; 0 where there is none. */
static uint64_t number(const char *line, const char *section, const char *key) {
    const char *at = strstr(line, section);
    at = at ? strstr(at, key) : NULL;
    return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

static void add_flow(struct own_flow *to, const char *line, const char *stdio, const char *kernel) {
    to->calls += number(line, stdio, "\"calls\":");
    to->bytes += number(line, stdio, "\"bytes\":");
    to->system_calls += number(line, kernel, "\"calls\":");
    to->system_bytes += number(line, kernel, "\"bytes\":");
}

/* A stream's name comes first in its record and may hold anything: the figures are looked for behind the last name. */
static void add_record(struct own_report *own, const char *line) {
    const char *figures = strstr(line, "\"finished\":");
    if (!figures)
        return;
    own->streams++;
    add_flow(&own->put, figures, "\"put\":{", "\"write\":{");
    add_flow(&own->got, figures, "\"get\":{", "\"read\":{");
    own->single_bytes += number(figures, "\"read\":{", "\"single_bytes\":");
    own->seeks += number(figures, "\"single_bytes\":", "\"seeks\":");
    own->seek_calls += number(figures, "\"single_bytes\":", "\"seek_calls\":");
}

static void read_records(const char *path, struct own_report *own) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    if (!file)
        return;
    own->known = true;
    while (getline(&line, &room, file) > 0)
        add_record(own, line);
    free(line);
    fclose(file);
}

void own_report_run(const struct options *options, const struct redirection *redirection,
                    struct own_report *own) {
    char directory[] = P_tmpdir "/bufcount-XXXXXX", *path;
    *own = (struct own_report){0};
    if (!mkdtemp(directory))
        return;
    if (geteuid() == 0)
        chmod(directory, 01777); /* the program may become somebody else */
    if (asprintf(&path, "%s/streams.json", directory) < 0)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    struct options reporting = *options;
    char *rules = rules_with(path);
    reporting.rules = rules;
    start_program(&reporting, options->libbuf, redirection, NULL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ;
    read_records(path, own);
    unlink(path);
    rmdir(directory);
    free(rules);
    free(path);
}
