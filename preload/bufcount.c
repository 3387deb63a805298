/* bufcount: counts every system call of a program, its threads and its children, and ends as the program
   ended. With
   --compare it does so on libc and on libbuf, and times both. */
#include "bufcount.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEFAULT_RUNS = 5,
    MOST_RUNS = 10000,
    OPTION_JSON = 256,
    OPTION_COMPARE,
    OPTION_TIME,
    OPTION_NO_PATCH,
    OPTION_NO_STDIO,
    OPTION_NO_WAIT,
    OPTION_APPLY,
    OPTION_HTML,
    OPTION_DIR,
    OPTION_SYSCALLS,
    OPTION_COLOR,
    OPTION_FILES
};

static const char usage[] =
    "Usage: bufcount [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "       bufcount report [OPTION]... DIRECTORY...\n"
    "Count the stdio calls of PROGRAM, its threads and its children, and the system calls\n"
    "that they become; advise what would save some. The second form reports on what runs\n"
    "with --dir left.\n\n"
    "  -o, --output FILE      write the report to FILE instead of standard error\n"
    "      --json FILE        write it as JSON to FILE as well\n"
    "      --html FILE        write it as a page to FILE as well\n"
    "      --dir DIRECTORY    leave one record for each process in DIRECTORY\n"
    "      --color WHEN       always, never, or auto: on a terminal\n"
    "      --files N          list the N files with most bytes (20), or \"all\"\n"
    "      --syscalls LIST    show only these system calls, names with commas between\n"
    "      --compare          count on libc and on libbuf, time both without any observer\n"
    "      --apply            run again on libbuf as advised, promised beside real figures\n"
    "      --time             also take the time each call needs, while counting\n"
    "  -n, --runs RUNS        number of timed runs (--compare: 5, --apply: 5 to 40)\n"
    "      --no-stdio         count system calls alone\n"
    "      --no-patch         write into no code: slower\n"
    "      --no-wait          report when PROGRAM ends, not when its last child does\n"
    "      --help             show this and exit\n"
    "      --version          show the version and exit\n\n"
    "Exit status: PROGRAM's, by the same signal too; 125 when bufcount fails, 126 when PROGRAM\n"
    "cannot be executed, 127 when it is not found.\n";

static int number_of_runs(const char *text) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < 1 || value > MOST_RUNS)
        die(EXIT_OWN_FAILURE, "%s: not a number of runs from 1 to %d", text, MOST_RUNS);
    return (int)value;
}

static enum colour when_of(const char *text) {
    static const char *const names[] = {
        [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};
    for (int when = 0; when < 3; when++)
        if (strcmp(text, names[when]) == 0)
            return (enum colour)when;
    die(EXIT_OWN_FAILURE, "--color: %s: neither always, never nor auto", text);
}

static int number_of_files(const char *text) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (strcmp(text, "all") == 0)
        return -1;
    if (errno || end == text || *end || value < 1 || value > INT_MAX)
        die(EXIT_OWN_FAILURE, "--files: %s: neither a number from 1 nor \"all\"", text);
    return (int)value;
}

static void parse_options(int count, char **words, struct options *options) {
    static const struct option long_options[] = {
        {"output", required_argument, NULL, 'o'},
        {"json", required_argument, NULL, OPTION_JSON},
        {"compare", no_argument, NULL, OPTION_COMPARE},
        {"time", no_argument, NULL, OPTION_TIME},
        {"no-patch", no_argument, NULL, OPTION_NO_PATCH},
        {"no-stdio", no_argument, NULL, OPTION_NO_STDIO},
        {"no-wait", no_argument, NULL, OPTION_NO_WAIT},
        {"apply", no_argument, NULL, OPTION_APPLY},
        {"html", required_argument, NULL, OPTION_HTML},
        {"dir", required_argument, NULL, OPTION_DIR},
        {"syscalls", required_argument, NULL, OPTION_SYSCALLS},
        {"color", required_argument, NULL, OPTION_COLOR},
        {"colour", required_argument, NULL, OPTION_COLOR},
        {"files", required_argument, NULL, OPTION_FILES},
        {"runs", required_argument, NULL, 'n'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int letter;
    const char *letters = options->merge ? "o:n:" : "+o:n:"; /* the program's options are its own */
    while ((letter = getopt_long(count, words, letters, long_options, NULL)) != -1) {
        switch (letter) {
        case 'o':
            options->output = optarg;
            break;
        case OPTION_JSON:
            options->json = optarg;
            break;
        case OPTION_COMPARE:
            options->compare = true;
            break;
        case OPTION_TIME:
            options->timed = true;
            break;
        case OPTION_NO_PATCH:
            options->no_patch = true;
            break;
        case OPTION_NO_STDIO:
            options->no_stdio = true;
            break;
        case OPTION_NO_WAIT:
            options->no_wait = true;
            break;
        case OPTION_APPLY:
            options->apply = true;
            break;
        case OPTION_HTML:
            options->html = optarg;
            break;
        case OPTION_DIR:
            options->directory = optarg;
            break;
        case OPTION_SYSCALLS:
            options->filter = optarg;
            filter_parse(options);
            break;
        case OPTION_COLOR:
            options->colour = when_of(optarg);
            break;
        case OPTION_FILES:
            options->files = number_of_files(optarg);
            break;
        case 'n':
            options->runs = number_of_runs(optarg);
            break;
        case 'h':
            fputs(usage, stdout);
            exit(fflush(stdout) ? EXIT_OWN_FAILURE : 0);
        case 'v':
            puts("bufcount " BUF_VERSION);
            exit(fflush(stdout) ? EXIT_OWN_FAILURE : 0);
        default:
            fputs("Try 'bufcount --help'.\n", stderr);
            exit(EXIT_OWN_FAILURE);
        }
    }
}

static void parse(int count, char **words, struct options *options) {
    parse_options(count, words, options);
    if (optind < count && strcmp(words[optind], "report") == 0 && strcmp(words[optind - 1], "--") != 0) {
        options->merge = true;
        words += optind;
        count -= optind;
        optind = 0;
        parse_options(count, words, options);
    }
    options->command = words + optind;
    if (!options->command[0])
        die(EXIT_OWN_FAILURE, "no %s given; try 'bufcount --help'", options->merge ? "directory" : "program");
    if (options->merge && (options->compare || options->runs || options->apply || options->directory))
        die(EXIT_OWN_FAILURE, "report runs nothing: --compare, -n, --apply and --dir go with a program");
    if (options->apply && (options->compare || options->no_stdio))
        die(EXIT_OWN_FAILURE, "--apply cannot be had with %s", options->compare ? "--compare" : "--no-stdio");
    if (options->compare && !options->runs)
        options->runs = DEFAULT_RUNS;
}

static void find(const char *name, char *path) {
    if (buf_find_library(name, path, PATH_MAX) < 0)
        die(EXIT_OWN_FAILURE, "%s: %s", name, strerror(errno));
    if (strpbrk(path, " :"))
        die(EXIT_OWN_FAILURE, "%s: a path with a blank or a colon cannot be preloaded", path);
}

/* Opened before anything runs, so that a bad name costs no run. */
static FILE *open_report(const char *path) {
    if (!path)
        return NULL;
    FILE *file = fopen(path, "we");
    if (!file)
        die(EXIT_OWN_FAILURE, "%s: %s", path, strerror(errno));
    return file;
}

static void close_report(FILE *file, const char *path) {
    if (fflush(file) == 0 && !ferror(file) && (file == stderr || fclose(file) == 0))
        return;
    if (file != stderr)
        warning("%s: %s", path, strerror(errno));
}

static const struct redirection same = {-1, -1, -1};

/* Before OTHERS runs (0: their number is not known) that repeat the command; the first is the real one, with the caller's input and output. */
static void warn_of_repeats(int others) {
    if (!input_repeats())
        warning("standard input cannot be read twice: runs after the first get /dev/null");
    if (others)
        warning("the output of the first run is the program's; that of the other %d is dropped", others);
    else
        warning("the output of the first run is the program's; that of the others is dropped");
}

/* Counts on libc and on libbuf, and asks libbuf for its own report. */
static void run_both(const struct options *options, struct tally tallies[2], struct timing timings[2],
                     struct own_report *own) {
    warn_of_repeats(1 + !options->no_stdio + 2 * options->runs);
    run_counted(options, NULL, &same, &tallies[0]);
    for (int i = 0; i < 1 + !options->no_stdio; i++) {
        struct redirection again = {input_again(), sink_open(1), sink_null()};
        if (i == 0)
            run_counted(options, options->libbuf, &again, &tallies[1]);
        else
            own_report_run(options, &again, own);
        sink_close(again.output);
        close(again.error);
    }
    time_runs(options, 2, timings);
}

static void run_alone(const struct options *options, struct tally *tally, struct timing timings[2]) {
    if (options->apply)
        warn_of_repeats(0);
    else if (options->runs && !input_repeats())
        warning("standard input cannot be read twice: the timed runs get /dev/null");
    run_counted(options, NULL, &same, tally);
    if (options->runs && !options->apply)
        time_runs(options, 1, timings);
}

/* What is made of the counts, and the tables of it. */
static void report(FILE *table, FILE *json, FILE *html, const struct options *options,
                   const struct tally tallies[2], const struct timing timings[2],
                   const struct own_report *own) {
    struct sheet sheet = sheet_of(table, options->colour);
    struct advices advices = {0};
    struct findings findings = {0};
    struct applied applied = {0};
    if (!options->no_stdio) {
        advices = advise(&tallies[0]);
        findings = find_habits(&tallies[0]);
    }
    if (options->apply && advices.count)
        apply(options, &tallies[0], &advices, &applied);
    if (options->compare)
        report_compared(table, options, tallies, timings, own);
    else
        report_table(table, options, &tallies[0]);
    if (!options->no_stdio)
        report_advice(&sheet, &tallies[0], &advices, &findings);
    report_applied(&sheet, &tallies[0], &advices, &applied);
    bool timed = options->runs && !options->apply;
    if (timed && !options->compare)
        report_times(table, options, &timings[0], options->runs);
    const struct results results = {.tallies = tallies,
                                    .timings = timed ? timings : NULL,
                                    .count = options->compare ? 2 : 1,
                                    .advices = options->no_stdio ? NULL : &advices,
                                    .findings = &findings,
                                    .applied = &applied,
                                    .own = own};
    if (json)
        write_json(json, options, &results);
    if (html)
        write_html(html, options, &results);
    advices_free(&advices);
    findings_free(&findings);
    applied_free(&applied);
}

/* Among the ranks of an MPI program, which would all write into one another's tables. */
static bool one_of_many(const struct options *options) {
    int ranks;
    return options->directory && rank_of_environment(&ranks) >= 0;
}

int main(int count, char **words) {
    static struct options options;
    static struct tally tallies[2];
    struct timing timings[2] = {0};
    struct own_report own = {0};
    tool_name = "bufcount";
    parse(count, words, &options);
    if (!options.merge)
        find("libbufcount.so", options.shim);
    if (options.compare || options.apply)
        find("libbuf.so", options.libbuf);
    FILE *table = open_report(options.output), *json = open_report(options.json),
         *html = open_report(options.html);
    if (!table)
        table = options.merge ? stdout : one_of_many(&options) ? open_report("/dev/null") : stderr;
    if (options.directory)
        close(record_directory(options.directory));
    if (options.merge)
        records_merge(&options, &tallies[0]);
    else if (options.compare)
        run_both(&options, tallies, timings, &own);
    else
        run_alone(&options, &tallies[0], timings);
    report(table, json, html, &options, tallies, timings, &own);
    if (options.directory)
        records_write(&options, &tallies[0]);
    close_report(table, options.output);
    if (json)
        close_report(json, options.json);
    if (html)
        close_report(html, options.html);
    int status = options.merge ? 0 : tallies[0].status;
    tally_free(&tallies[0]);
    tally_free(&tallies[1]);
    end_as(status);
}
