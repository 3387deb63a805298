/* What bufcount found and advises, and after --apply what came of it. */
#include "bufcount_html.h"

#include <string.h>

enum { PATH_LENGTH = 60 };

static const char *calls_of(const struct advice *advice) {
    return advice->reads && advice->writes ? "reads and writes" : advice->reads ? "reads" : "writes";
}

static void put_path(FILE *out, const struct advice *advice) {
    if (strcmp(advice->pattern, "*") == 0 || !advice->path) {
        fputs("all files", out);
        return;
    }
    fputs("<span class=\"path\" title=\"", out);
    html_text(out, advice->path);
    fputs("\">", out);
    html_cut(out, advice->path, PATH_LENGTH);
    fputs("</span>", out);
}

static void put_advices(FILE *out, const struct advices *advices, const struct applied *applied) {
    char text[NUMBER_SIZE];
    bool done = applied && applied->done;
    fprintf(out,
            "<div class=\"wide\"><table>\n<thead><tr><th>file</th><th class=\"left\">calls</th><th>as it "
            "is</th><th>with size=</th><th>promised</th>%s<th>system time saved</th><th>at a "
            "call's</th></tr></thead>\n<tbody>\n",
            done ? "<th>really</th>" : "");
    for (size_t i = 0; i < advices->count; i++) {
        const struct advice *advice = &advices->items[i];
        fputs("<tr><td>", out);
        put_path(out, advice);
        fprintf(out, "</td><td class=\"left\">%s</td><td>%s</td>", calls_of(advice),
                format_count(text, advice->calls));
        fprintf(out, "<td>%s</td>", format_bytes(text, (double)advice->size));
        fprintf(out, "<td>%s</td>", format_count(text, advice->promised));
        if (done)
            fprintf(out, "<td>%s</td>", format_count(text, applied->calls[i]));
        fprintf(out, "<td>%s</td>", format_time(text, advice->seconds * 1e9));
        fprintf(out, "<td>%s</td></tr>\n", format_time(text, advice->cost * 1e9));
    }
    fputs("</tbody></table></div>\n<p class=\"soft\">This line gets it:</p><code "
          "class=\"command\">LIBBUF=&#39;",
          out);
    html_text(out, advices->rules ? advices->rules : "");
    fputs("&#39; bufrun -- PROGRAM</code>\n", out);
    if (!done)
        return;
    double before = applied->timings[0].user + applied->timings[0].system,
           after = applied->timings[1].user + applied->timings[1].system;
    fprintf(out, "<p>User and system time: %s without", format_time(text, before * 1e9));
    fprintf(out, ", %s with it, medians of runs without an observer.</p>\n", format_time(text, after * 1e9));
}

void html_advice(const struct page *page) {
    const struct advices *advices = page->results->advices;
    const struct findings *findings = page->results->findings;
    size_t rules = advices ? advices->count : 0, habits = findings ? findings->count : 0;
    if (!rules && !habits)
        return;
    FILE *out = page->out;
    fprintf(out, "<section id=\"%sadvice\"><h2>Advice</h2>\n", page->anchor);
    if (habits)
        fputs("<ul>\n", out);
    for (size_t i = 0; i < habits; i++) {
        fputs("<li>", out);
        html_text(out, findings->items[i]);
        fputs("</li>\n", out);
    }
    if (habits)
        fputs("</ul>\n", out);
    if (rules)
        put_advices(out, advices, page->results->applied);
    fputs("</section>\n", out);
}
