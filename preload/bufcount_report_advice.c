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
                  "- %s: with size=%.*s%c: %s %s instead of %s, about %s less system time (at %s a call, "
                  "measured on "
                  "this machine)",
                  name_of(advice), (int)strcspn(size.text, " "), size.text, strchr(size.text, ' ')[1],
                  label_count(advice->promised, 14).text, calls_of(advice),
                  label_count(advice->calls, 14).text, seconds_text(advice->seconds).text,
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

void report_applied(const struct sheet *sheet, const struct tally *before, const struct advices *advices,
                    const struct applied *applied) {
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
    const struct timing *plain = &applied->timings[0], *advised = &applied->timings[1];
    struct system_time time = applied_time(advices, applied);
    put_promise(sheet, "system time", seconds_text(time.without).text, seconds_text(time.promised).text,
                seconds_text(time.real).text, deviation(time.real, time.promised));
    put_promise(sheet, "system time less", "", seconds_text(time.without - time.promised).text,
                seconds_text(time.without - time.real).text,
                deviation(time.without - time.real, time.without - time.promised));
    fprintf(sheet->out, "%14s %14s %14s %9s  %s\n", seconds_text(plain->mean_user).text, "",
            seconds_text(advised->mean_user).text, "", "user time");
    fprintf(sheet->out, "%14s %14s %14s %9s  %s\n", seconds_text(plain->wall).text, "",
            seconds_text(advised->wall).text, "", "wall time (median)");
    sheet_say(sheet, INK_FAINT,
              "times are of %d unobserved runs each, in turns, means but for the last line%s", applied->runs,
              (time.without - time.promised) * applied->runs < 0.2
                  ? "; too short for them: the kernel takes a sample of user or system time every 4 ms"
                  : "");
    if (exit_code_of(before->status) != exit_code_of(applied->tally.status))
        sheet_say(sheet, INK_BAD, "the program ended with %d, and with %d with the advice",
                  exit_code_of(before->status), exit_code_of(applied->tally.status));
}
