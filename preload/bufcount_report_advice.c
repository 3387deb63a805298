/* The advice in words, and after --apply what came of it. */
#include "bufcount.h"

#include <string.h>

static const char *calls_of(const struct advice *advice) {
    return advice->reads && advice->writes ? "reads and writes" : advice->reads ? "reads" : "writes";
}

static const char *name_of(const struct advice *advice) {
    return strcmp(advice->pattern, "*") == 0 ? "all files" : advice->path;
}

static struct label seconds_text(double seconds) {
    struct label label;
    snprintf(label.text, sizeof label.text,
             seconds < 0.0095  ? "%.4f s"
             : seconds < 0.995 ? "%.3f s"
                               : "%.2f s",
             seconds);
    return label;
}

/* For a shell to take, a rule a line. */
static void put_rules(const struct sheet *sheet, const char *rules) {
    sheet_ink(sheet, INK_HEAD);
    fputs("  LIBBUF=", sheet->out);
    for (const char *rule = rules; *rule;) {
        size_t length = strcspn(rule, ";");
        length += rule[length] == ';';
        fprintf(sheet->out, "'%.*s'", (int)length, rule);
        rule += length;
        if (*rule)
            fputs("\\\n", sheet->out);
    }
    fputs(strlen(rules) > COLUMNS / 2 ? " \\\n  bufrun -- PROGRAM\n" : " bufrun -- PROGRAM\n", sheet->out);
    sheet_ink(sheet, INK_PLAIN);
}

void report_advice(const struct sheet *sheet, const struct tally *tally, const struct advices *advices,
                   const struct findings *findings) {
    if (tally->flags & SHARED_NO_STDIO || !tally->file_count)
        return;
    sheet_head(sheet, "advice");
    for (size_t i = 0; i < findings->count; i++)
        sheet_say(sheet, INK_PLAIN, "- %s", findings->items[i]);
    for (size_t i = 0; i < advices->count; i++) {
        const struct advice *advice = &advices->items[i];
        struct label size = label_size(advice->size);
        sheet_say(sheet, INK_GOOD,
                  "- %s: with size=%.*s%c%s %s %s instead of %s, about %s less system time (at %s a call, "
                  "measured on "
                  "this machine)",
                  name_of(advice), (int)strcspn(size.text, " "), size.text, strchr(size.text, ' ')[1],
                  advice->full ? ",buffer=full:" : ":", label_count(advice->promised, 14).text,
                  calls_of(advice), label_count(advice->calls, 14).text, seconds_text(advice->seconds).text,
                  label_time(advice->cost * 1e9).text);
    }
    if (advices->count)
        put_rules(sheet, advices->rules);
    if (!advices->count && !findings->count)
        sheet_say(sheet, INK_PLAIN, "nothing to advise: libbuf would save no system calls worth a rule here");
}

static void put_promise(const struct sheet *sheet, const char *name, const char *before, const char *promised,
                        const char *real, double off) {
    char deviation[24];
    snprintf(deviation, sizeof deviation, "%+.1f %%", off);
    fprintf(sheet->out, "%14s %14s %14s %9s  %s\n", before, promised, real, deviation,
            clip(name, COLUMNS - 57).text);
}

static double deviation(double real, double promised) {
    return promised > 0 ? 100 * (real - promised) / promised : 0;
}

void report_applied(const struct sheet *sheet, const struct options *options, const struct tally *before,
                    const struct advices *advices, const struct applied *applied) {
    if (!applied->done)
        return;
    sheet_head(sheet, "%14s %14s %14s %9s  %s", "without", "promised", "real", "off by", "with the advice");
    for (size_t i = 0; i < advices->count; i++) {
        const struct advice *advice = &advices->items[i];
        char name[FILE_PATH + 64];
        snprintf(name, sizeof name, "%s, %s", calls_of(advice), name_of(advice));
        put_promise(sheet, name, label_count(advice->calls, 14).text, label_count(advice->promised, 14).text,
                    label_count(applied->calls[i], 14).text,
                    deviation((double)applied->calls[i], (double)advice->promised));
    }
    double saved = 0;
    for (size_t i = 0; i < advices->count; i++)
        saved += advices->items[i].seconds;
    const struct timing *plain = &applied->timings[0], *advised = &applied->timings[1];
    double cpu = plain->user + plain->system, real = advised->user + advised->system, promised = cpu - saved;
    put_promise(sheet, "user and system time", seconds_text(cpu).text,
                seconds_text(promised > 0 ? promised : 0).text, seconds_text(real).text,
                deviation(real, promised));
    put_promise(sheet, "of it saved", "", seconds_text(saved).text, seconds_text(cpu - real).text,
                deviation(cpu - real, saved));
    fprintf(sheet->out, "%14s %14s %14s %9s  %s\n", seconds_text(plain->wall).text, "",
            seconds_text(advised->wall).text, "", "wall time");
    sheet_say(sheet, INK_FAINT, "times are medians of %d unobserved runs each, in turns", options->runs);
    if (exit_code_of(before->status) != exit_code_of(applied->tally.status))
        sheet_say(sheet, INK_BAD, "the program ended with %d, and with %d with the advice",
                  exit_code_of(before->status), exit_code_of(applied->tally.status));
}
