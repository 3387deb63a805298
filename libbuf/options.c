/* The parser of options: see options.h. It stands in the start and in the program's opens, and so neither
   allocates nor prints. */

#include "options.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum number { NONE, BYTES, COUNT, WORD_BYTES, FLAG, ANY };

static const struct {
    const char *name, *words;
    enum number number;
} table[OPTIONS] = {
#define OPTION(name, words, number, text) {#name, words, number},
#include "options_table.h"
};

/* Numbers that are no mistake: a buffer and a distance up to 1 GiB and 1 TiB, so many blocks or requests. */
static const size_t most[OPTIONS] = {
    [OPTION_size] = 1ul << 30, [OPTION_align] = 1ul << 30, [OPTION_coalesce] = 1ul << 20,
    [OPTION_async] = 64,       [OPTION_sync] = 1ul << 40,  [OPTION_pace] = 1ul << 40,
};

struct piece {
    const char *at;
    size_t length;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static struct piece trim(struct piece p) {
    while (p.length > 0 && is_blank(*p.at)) {
        p.at++;
        p.length--;
    }
    while (p.length > 0 && is_blank(p.at[p.length - 1]))
        p.length--;
    return p;
}

static bool equals(struct piece p, const char *word, size_t length) {
    return p.length == length && memcmp(p.at, word, length) == 0;
}

/* The place of a value among the words; -1 when it is none of them. */
static int word_of(const char *words, struct piece value) {
    for (int place = 0; *words; place++) {
        size_t length = strcspn(words, " ");
        if (equals(value, words, length))
            return place;
        words += length + (words[length] == ' ');
    }
    return -1;
}

/* A number with K, M or G behind it, if `units` allows; 0 when it is none, or 0, or more than `limit`. */
static size_t number_of(struct piece value, bool units, size_t limit) {
    size_t n = 0, scale = 1;
    if (units && value.length > 1) {
        char last = value.at[value.length - 1];
        scale = last == 'K' || last == 'k'   ? 1ul << 10
                : last == 'M' || last == 'm' ? 1ul << 20
                : last == 'G' || last == 'g' ? 1ul << 30
                                             : 1;
        value.length -= scale != 1;
    }
    for (size_t i = 0; i < value.length; i++) {
        if (value.at[i] < '0' || value.at[i] > '9' || n > limit)
            return 0;
        n = n * 10 + (size_t)(value.at[i] - '0');
    }
    return value.length > 0 && n <= limit / scale ? n * scale : 0;
}

/* Any text, a backslash before , ; and \ taken away. */
static bool take_text(struct settings *settings, struct piece value) {
    size_t n = 0;
    for (size_t i = 0; i < value.length; i++) {
        if (value.at[i] == '\\' && i + 1 < value.length)
            i++;
        if (n + 1 >= REPORT_ROOM)
            return false;
        settings->report[n++] = value.at[i];
    }
    settings->report[n] = '\0';
    return n > 0;
}

static bool take_value(struct settings *settings, enum option option, bool has_value, struct piece value) {
    enum number number = table[option].number;
    settings->number[option] = 0;
    settings->word[option] = 0;
    if (number == FLAG)
        return !has_value;
    if (!has_value)
        return false;
    if (number == ANY)
        return take_text(settings, value);
    const char *colon = number == WORD_BYTES ? memchr(value.at, ':', value.length) : NULL;
    struct piece word = {value.at, colon ? (size_t)(colon - value.at) : value.length};
    int place = word_of(table[option].words, word);
    if (number == WORD_BYTES && place == SYNC_EVERY) {
        struct piece rest = {word.at + word.length + 1, value.length - word.length - 1};
        settings->number[option] = colon ? number_of(rest, true, most[option]) : 0;
        settings->word[option] = SYNC_EVERY;
        return settings->number[option] > 0;
    }
    if (place >= 0 && !colon) {
        settings->word[option] = (uint8_t)place;
        return true;
    }
    if (number == BYTES || number == COUNT)
        settings->number[option] = number_of(value, number == BYTES, most[option]);
    return settings->number[option] > 0;
}

static int refuse(char *problem, size_t room, const char *what, struct piece p) {
    snprintf(problem, room, "%s '%.*s'", what, (int)(p.length < 100 ? p.length : 100), p.at);
    return -EINVAL;
}

static int take_option(struct settings *settings, struct piece option, char *problem, size_t room) {
    const char *equal = memchr(option.at, '=', option.length);
    struct piece name = trim((struct piece){option.at, equal ? (size_t)(equal - option.at) : option.length});
    struct piece value = {"", 0};
    if (equal)
        value = trim((struct piece){equal + 1, (size_t)(option.at + option.length - equal - 1)});
    for (int i = 0; i < OPTIONS; i++) {
        if (!equals(name, table[i].name, strlen(table[i].name)))
            continue;
        if (!take_value(settings, (enum option)i, equal != NULL, value))
            return refuse(problem, room, equal ? "bad value in option" : "no value in option", option);
        settings->given |= 1u << i;
        return 0;
    }
    return refuse(problem, room, "unknown option", name);
}

int buf__parse_options(const char *text, size_t length, struct settings *settings, char *problem,
                       size_t room) {
    struct settings read = *settings;
    for (size_t from = 0; from <= length;) {
        size_t to = from;
        while (to < length && text[to] != ',')
            to += text[to] == '\\' && to + 1 < length ? 2 : 1;
        struct piece option = trim((struct piece){text + from, to - from});
        int error = option.length > 0 ? take_option(&read, option, problem, room) : 0;
        if (error < 0)
            return error;
        from = to + 1;
    }
    *settings = read;
    return 0;
}

void buf__settings_merge(struct settings *settings, const struct settings *over) {
    for (int i = 0; i < OPTIONS; i++)
        if (option_given(over, (enum option)i)) {
            settings->word[i] = over->word[i];
            settings->number[i] = over->number[i];
        }
    if (option_given(over, OPTION_report))
        memcpy(settings->report, over->report, REPORT_ROOM);
    settings->given |= over->given;
}

const char *buf__option_name(enum option option) {
    return table[option].name;
}

/* Appends to what is in `to`, as far as there is room. */
__attribute__((format(printf, 3, 4))) static void append(char *to, size_t room, const char *format, ...) {
    size_t used = strlen(to);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(to + used, room - used, format, arguments);
    va_end(arguments);
}

static void print_option(const struct settings *settings, enum option option, char *to, size_t room) {
    const char *words = table[option].words;
    bool number = settings->number[option] > 0;
    append(to, room, "%s%s", *to ? "," : "", table[option].name);
    if (table[option].number == ANY)
        append(to, room, "=%s", settings->report);
    if (table[option].number == ANY || table[option].number == FLAG)
        return;
    for (int skip = settings->word[option]; skip > 0; skip--)
        words += strcspn(words, " ") + 1;
    if (!number || table[option].number == WORD_BYTES)
        append(to, room, "=%.*s", (int)strcspn(words, " "), words);
    if (number)
        append(to, room, "%c%zu", table[option].number == WORD_BYTES ? ':' : '=', settings->number[option]);
}

void buf__settings_print(const struct settings *settings, char *to, size_t room) {
    *to = '\0';
    for (int i = 0; i < OPTIONS; i++)
        if (option_given(settings, (enum option)i))
            print_option(settings, (enum option)i, to, room);
}
