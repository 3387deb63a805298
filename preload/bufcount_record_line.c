/* Cutting and reading the lines of records; see bufcount_record_line.h. */
#include "bufcount_record_line.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int digit_of(char letter) {
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                            : -1;
}

/* \xHH stands for the byte; false where a backslash begins anything else. */
static bool unescape(char *text) {
    char *to = text;
    for (const char *at = text; *at; at++) {
        if (*at != '\\') {
            *to++ = *at;
            continue;
        }
        if (at[1] != 'x' || digit_of(at[2]) < 0 || digit_of(at[3]) < 0)
            return false;
        *to++ = (char)(digit_of(at[2]) * 16 + digit_of(at[3]));
        at += 3;
    }
    *to = 0;
    return true;
}

bool line_cut(struct line *line, char *text) {
    line->count = 0;
    for (char *field = text; field; line->count++) {
        if (line->count == line->room) {
            line->room = line->room ? line->room * 2 : 64;
            line->fields = reallocarray(line->fields, (size_t)line->room, sizeof *line->fields);
            if (!line->fields)
                die(EXIT_OWN_FAILURE, "%s", strerror(ENOMEM));
        }
        char *tab = strchr(field, '\t');
        if (tab)
            *tab = 0;
        line->fields[line->count] = field;
        if (!unescape(field))
            return false;
        field = tab ? tab + 1 : NULL;
    }
    return true;
}

bool line_numbers(const struct line *line, int first, int count, uint64_t values[]) {
    if (line->count < first + count)
        return false;
    for (int i = 0; i < count; i++) {
        const char *text = line->fields[first + i];
        char *end;
        errno = 0;
        values[i] = strtoull(text, &end, 10);
        if (errno || digit_of(*text) < 0 || *end)
            return false;
    }
    return true;
}

bool line_whole_number(const struct line *line, int field, int *value) {
    char *end;
    if (line->count <= field)
        return false;
    long number = strtol(line->fields[field], &end, 10);
    *value = (int)number;
    return end != line->fields[field] && !*end && number >= INT_MIN && number <= INT_MAX;
}

bool line_decimal(const struct line *line, double *value) {
    char *end;
    if (line->count < 2)
        return false;
    *value = strtod(line->fields[1], &end);
    return end != line->fields[1] && !*end && *value >= 0 && *value < 1e12;
}

bool line_pair(const char *text, uint64_t *left, uint64_t *right) {
    char end;
    return digit_of(*text) >= 0 && sscanf(text, "%" SCNu64 ":%" SCNu64 "%c", left, right, &end) == 2;
}

bool line_histogram(const struct line *line, int first, _Atomic uint64_t counts[], size_t size) {
    for (int i = first; i < line->count; i++) {
        uint64_t index, count;
        if (!line_pair(line->fields[i], &index, &count) || index >= size)
            return false;
        counts[index] = count;
    }
    return true;
}

uint32_t line_flags(const struct line *line, const struct flag_name *names) {
    uint32_t flags = 0;
    for (int i = 1; i < line->count; i++)
        for (const struct flag_name *name = names; name->name; name++)
            if (strcmp(line->fields[i], name->name) == 0)
                flags |= name->bit;
    return flags;
}

bool line_has(const struct line *line, const char *text) {
    for (int i = 1; i < line->count; i++)
        if (strcmp(line->fields[i], text) == 0)
            return true;
    return false;
}
