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
    OPTION_SYSCALLS
};

static const char usage[] =
    "Usage: bufcount [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "  or:  bufcount report [OPTION]... DIR...\n"
    "Count the system calls of PROGRAM, its threads and its children; or add up what --dir left.\n\n"
    "  -o, --output FILE  write the report to FILE instead of standard error\n"
    "      --json FILE    write it as JSON to FILE as well\n"
    "      --html FILE    write it as a page to FILE as well\n"
    "      --dir DIR      leave one record a process in DIR, for bufcount report\n"
    "      --no-wait      report when PROGRAM itself ends, and mark what still runs\n"
    "      --compare      count on libc and on libbuf, time both without any observer\n"
    "      --time         also take the time each call needs, while counting\n"
    "  -n, --runs RUNS    number of timed runs (with --compare 5, otherwise none)\n"
    "      --help         show this and exit\n"
    "      --version      show the version and exit\n\n"
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
        die(EXIT_OWN_FAILURE, options->merge ? "no directory given; try 'bufcount --help'"
                                             : "no program given; try 'bufcount --help'");
    if (options->merge && (options->compare || options->runs || options->apply || options->directory))
        die(EXIT_OWN_FAILURE, "report runs nothing: --compare, -n, --apply and --dir go with a program");
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

/* Counts on libc and on libbuf; the first run is the real one, with the caller's input and output. */
static void run_both(const struct options *options, struct tally tallies[2], struct timing timings[2]) {
    if (!input_repeats())
        warning("standard input cannot be read twice: runs after the first get /dev/null");
    warning("the output of the first run is the program's; that of the other %d is dropped",
            1 + 2 * options->runs);
    const struct redirection same = {-1, -1, -1};
    run_counted(options, NULL, &same, &tallies[0]);
    struct redirection again = {input_again(), sink_open(1), sink_null()};
    run_counted(options, options->libbuf, &again, &tallies[1]);
    sink_close(again.output);
    sink_close(again.error);
    time_runs(options, 2, timings);
}

int main(int count, char **words) {
    static struct options options;
    static struct tally tallies[2];
    struct timing timings[2] = {0};
    tool_name = "bufcount";
    parse(count, words, &options);
    if (!options.merge)
        find("libbufcount.so", options.shim);
    if (options.compare)
        find("libbuf.so", options.libbuf);
    FILE *table = open_report(options.output), *json = open_report(options.json),
         *html = open_report(options.html);
    if (!table)
        table = options.merge ? stdout : stderr;
    if (options.directory)
        close(record_directory(options.directory));
    if (options.merge) {
        records_merge(&options, &tallies[0]);
    } else if (options.compare) {
        run_both(&options, tallies, timings);
    } else {
        const struct redirection same = {-1, -1, -1};
        bool repeats = !options.runs || input_repeats();
        if (!repeats)
            warning("standard input cannot be read twice: the timed runs get /dev/null");
        run_counted(&options, NULL, &same, &tallies[0]);
        if (options.runs)
            time_runs(&options, 1, timings);
    }
    if (options.compare)
        report_compared(table, &options, tallies, timings);
    else
        report_table(table, &options, &tallies[0]);
    if (!options.compare && options.runs)
        report_times(table, &timings[0], options.runs);
    if (json)
        write_json(json, &options, tallies, options.runs ? timings : NULL, options.compare ? 2 : 1);
    if (html)
        write_html(html, &options, tallies, options.runs ? timings : NULL, options.compare ? 2 : 1);
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
