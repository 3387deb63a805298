/* The report as one page that needs nothing else: no network, no script. */
#include "bufcount_html.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HOST_SIZE = 65 };

static void put_command(FILE *out, char **words) {
    for (char **word = words; *word; word++) {
        if (word != words)
            fputc(' ', out);
        html_text(out, *word);
    }
}

static void put_tile(FILE *out, const char *number, const char *what) {
    fprintf(out, "<div><b>%s</b><span>%s</span></div>\n", number, what);
}

static int by_pid(const void *left, const void *right) {
    const struct process *a = *(const struct process *const *)left,
                         *b = *(const struct process *const *)right;
    return a->run != b->run ? (a->run < b->run ? -1 : 1) : a->pid < b->pid ? -1 : a->pid > b->pid;
}

static size_t count_processes(const struct tally *tally) {
    const struct process **sorted = malloc(tally->process_count * sizeof *sorted + 1);
    if (!sorted)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    size_t count = 0;
    for (size_t i = 0; i < tally->process_count; i++)
        sorted[i] = &tally->processes[i];
    qsort(sorted, tally->process_count, sizeof *sorted, by_pid);
    for (size_t i = 0; i < tally->process_count; i++)
        count += i == 0 || by_pid(&sorted[i], &sorted[i - 1]) != 0;
    free(sorted);
    return count;
}

static void put_tiles(const struct page *page) {
    const struct tally *tally = page->tally;
    FILE *out = page->out;
    char number[NUMBER_SIZE], status[80];
    uint64_t calls = 0, read = 0, written = 0, stdio = 0, inside = 0;
    for (uint32_t row = 0; row < CALL_ROWS; row++) {
        calls += tally->total[row].calls;
        if (inside_of(row) == INSIDE_READ)
            read += tally->total[row].bytes;
        else if (inside_of(row) == INSIDE_WRITE)
            written += tally->total[row].bytes;
    }
    for (size_t row = 0; row < STDIO_ROWS; row++) {
        stdio += tally->stdio[row].calls;
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            inside += tally->stdio[row].inside[kind];
    }
    struct stdio_figures own[OWN_FUNCTIONS];
    for (size_t i = 0; own_functions(page, own) && i < OWN_FUNCTIONS; i++) {
        stdio += own[i].calls;
        for (int kind = 0; kind < INSIDE_KINDS; kind++)
            inside += own[i].inside[kind];
    }
    fputs("<div class=\"tiles\">\n", out);
    put_tile(out, format_count(number, stdio), "stdio calls");
    snprintf(status, sizeof status, "system calls, %s in stdio", format_count(number, inside));
    put_tile(out, format_count(number, calls), status);
    put_tile(out, format_bytes(number, (double)read), "read");
    put_tile(out, format_bytes(number, (double)written), "written");
    size_t processes = count_processes(tally);
    put_tile(out, format_count(number, processes), processes == 1 ? "process" : "processes");
    if (tally->ticks)
        put_tile(out, format_time(number, (double)tally->ticks * tally->nanoseconds_of_tick),
                 "from start to end, counted");
    fputs("</div>\n", out);
}

static int by_host(const void *left, const void *right) {
    return strcmp((*(const struct run *const *)left)->host, (*(const struct run *const *)right)->host);
}

static size_t count_hosts(const struct tally *tally) {
    const struct run **sorted = malloc(tally->run_count * sizeof *sorted + 1);
    size_t count = 0;
    if (!sorted)
        die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
    for (size_t i = 0; i < tally->run_count; i++)
        sorted[i] = &tally->runs[i];
    qsort(sorted, tally->run_count, sizeof *sorted, by_host);
    for (size_t i = 0; i < tally->run_count; i++)
        count += i == 0 || by_host(&sorted[i], &sorted[i - 1]) != 0;
    free(sorted);
    return count;
}

static void put_head(FILE *out, const struct options *options, const struct tally *tally) {
    char date[64] = "", host[HOST_SIZE] = "";
    time_t began = (time_t)tally->began;
    struct tm local;
    if (tally->began > 0 && localtime_r(&began, &local))
        strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &local);
    gethostname(host, sizeof host - 1);
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
          "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
          "dark\">\n<title>",
          out);
    html_text(out, last_part(options->command[0]));
    fprintf(out, " \xe2\x80\x93 bufcount</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>",
            html_style);
    html_text(out, last_part(options->command[0]));
    fputs("</h1>\n<p class=\"soft\">", out);
    if (tally->run_count)
        fprintf(out, "%zu run%s on %zu machine%s added up, the first of ", tally->run_count,
                tally->run_count == 1 ? "" : "s", count_hosts(tally), count_hosts(tally) == 1 ? "" : "s");
    else {
        html_text(out, host);
        fputs(", ", out);
    }
    fprintf(out, "%s; ended with %d; bufcount " BUF_VERSION "</p>\n<code class=\"command\">", date,
            exit_code_of(tally->status));
    put_command(out, options->command);
    fputs("</code>\n", out);
}

static void put_times(FILE *out, const struct timing timings[], int count, int runs) {
    static const char *const libraries[] = {"libc", "libbuf"};
    fprintf(
        out,
        "<section id=\"times\"><h2>Times without an observer</h2>\n<p class=\"soft\">Seconds, median of %d "
        "runs, the least in parentheses.</p>\n<table><thead><tr><th></th><th>user</th><th>system</th><th>"
        "wall</th></tr></thead>\n<tbody>\n",
        runs);
    for (int i = 0; i < count; i++)
        fprintf(out, "<tr><td>%s</td><td>%.3f (%.3f)</td><td>%.3f (%.3f)</td><td>%.3f (%.3f)</td></tr>\n",
                count > 1 ? libraries[i] : "", timings[i].user, timings[i].least_user, timings[i].system,
                timings[i].least_system, timings[i].wall, timings[i].least_wall);
    fputs("</tbody></table></section>\n", out);
}

static struct page page_of(FILE *out, const struct options *options, const struct results *results, int i) {
    const struct tally *tally = &results->tallies[i];
    return (struct page){.out = out,
                         .options = options,
                         .results = results,
                         .tally = tally,
                         .nanoseconds_of_tick = options->timed ? tally->nanoseconds_of_tick : 0,
                         .on = results->count == 1 ? ""
                               : i                 ? ", on libbuf"
                                                   : ", on libc",
                         .anchor = i ? "libbuf-" : ""};
}

/* The two libraries' pictures stand first, then what is said of each. */
void write_html(FILE *out, const struct options *options, const struct results *results) {
    put_head(out, options, &results->tallies[0]);
    for (int i = 0; i < results->count; i++) {
        const struct page page = page_of(out, options, results, i);
        if (results->count > 1)
            fprintf(out, "<h2 class=\"part\">On %s</h2>\n", i ? "libbuf" : "libc");
        put_tiles(&page);
        html_sides(&page);
    }
    if (results->timings)
        put_times(out, results->timings, results->count, options->runs);
    for (int i = 0; i < results->count; i++) {
        const struct page page = page_of(out, options, results, i);
        if (i == 0)
            html_advice(&page);
        html_ranks(&page);
        html_timeline(&page);
        html_sizes(&page);
        html_files(&page);
        html_functions(&page);
        html_calls(&page);
        html_tree(&page);
        html_notes(&page);
    }
    fputs("</main>\n</body>\n</html>\n", out);
}
