/* See rules.h. A rule is split at the first ':' that is not behind a backslash or inside []. */

#include "rules.h"
#include "libc.h"
#include "stream.h"
#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

struct rule {
    struct rule *next;
    struct settings settings;
    char pattern[]; /* for fnmatch, or a name with % */
};

bool buf__rules_none = true, buf__rules_verbose;
static struct rule *rules, **last_rule = &rules;

/* Where the text ends that `stop` ends: not behind a backslash, not inside []. */
static size_t span(const char *text, size_t length, char stop) {
    bool set = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\')
            i++;
        else if (text[i] == '[' && !set)
            set = memchr(text + i, ']', length - i) != NULL;
        else if (text[i] == ']')
            set = false;
        else if (text[i] == stop && !set)
            return i;
    }
    return length;
}

static void refuse(const char *where, const char *what, const char *rule, size_t length) {
    char line[400];
    snprintf(line, sizeof line, "%s in the rule '%.*s', which is skipped", what,
             (int)(length < 200 ? length : 200), rule);
    buf__complain(where, line);
}

static bool is_special(const char *pattern) {
    static const char *const names[] = {"%stdin", "%stdout", "%stderr", "%pipe"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(pattern, names[i]) == 0)
            return true;
    return false;
}

static void add_rule(const char *where, const char *text, size_t length, const struct settings *settings,
                     size_t pattern_length) {
    struct rule *rule = malloc(sizeof *rule + pattern_length + 1);
    if (!rule) {
        refuse(where, "no memory for what is", text, length);
        return;
    }
    rule->next = NULL;
    rule->settings = *settings;
    memcpy(rule->pattern, text, pattern_length);
    rule->pattern[pattern_length] = '\0';
    if (*rule->pattern == '%' && !is_special(rule->pattern)) {
        refuse(where, "unknown stream", text, length);
        free(rule);
        return;
    }
    *last_rule = rule;
    last_rule = &rule->next;
    buf__rules_none = false;
}

void buf__rules_add(const char *where, const char *text, size_t length) {
    char problem[200];
    struct settings settings = {0};
    while (length > 0 && (*text == ' ' || *text == '\n' || *text == '\t')) {
        text++;
        length--;
    }
    if (length == 0)
        return;
    size_t colon = span(text, length, ':'), pattern = colon;
    while (pattern > 0 && text[pattern - 1] == ' ')
        pattern--;
    if (colon == length || pattern == 0)
        refuse(where, colon == length ? "no ':'" : "no pattern", text, length);
    else if (buf__parse_options(text + colon + 1, length - colon - 1, &settings, problem, sizeof problem) < 0)
        refuse(where, problem, text, length);
    else
        add_rule(where, text, length, &settings, pattern);
}

static void read_rules(const char *text) {
    for (size_t left = strlen(text); left > 0;) {
        size_t length = span(text, left, ';');
        buf__rules_add("LIBBUF", text, length);
        text += length + (length < left);
        left -= length + (length < left);
    }
}

/* stdbuf(1) says L, 0 or a size, which it has checked. */
static void read_stdbuf(char *const *environment, const char *name, const char *pattern) {
    const char *value = buf__setting(environment, name);
    char rule[100];
    if (!value || !*value)
        return;
    if (strcmp(value, "L") == 0)
        snprintf(rule, sizeof rule, "%s:buffer=line", pattern);
    else if (strcmp(value, "0") == 0)
        snprintf(rule, sizeof rule, "%s:buffer=none", pattern);
    else
        snprintf(rule, sizeof rule, "%s:buffer=full,size=%s", pattern, value);
    buf__rules_add(name, rule, strlen(rule));
}

void buf__rules_start(char *const *environment) {
    const char *libbuf = buf__setting(environment, "LIBBUF"), *verbose = buf__setting(environment, "LIBBUF_VERBOSE");
    if (getauxval(AT_SECURE))
        return;
    buf__rules_verbose = verbose && *verbose && strcmp(verbose, "0") != 0;
    if (buf__rules_verbose)
        buf__complain("version", BUF_VERSION);
    if (libbuf)
        read_rules(libbuf);
    read_stdbuf(environment, "_STDBUF_I", "%stdin");
    read_stdbuf(environment, "_STDBUF_O", "%stdout");
    read_stdbuf(environment, "_STDBUF_E", "%stderr");
    const char *iobuf = buf__setting(environment, "IOBUF_PARAMS");
    if (iobuf)
        buf__rules_iobuf(iobuf);
}

/* The path made absolute and without . and .., by its letters alone. False when it is too long. */
static bool make_absolute(const char *path, char *to, size_t room) {
    size_t n = 0;
    if (*path != '/') {
        if (!getcwd(to, room))
            return false;
        n = strlen(to);
        n -= n == 1;
    }
    while (*path) {
        size_t slashes = strspn(path, "/"), part = strcspn(path + slashes, "/");
        path += slashes;
        if (part == 2 && memcmp(path, "..", 2) == 0) {
            while (n > 0 && to[--n] != '/')
                ;
        } else if (part > 0 && !(part == 1 && *path == '.')) {
            if (n + part + 2 > room)
                return false;
            to[n++] = '/';
            memcpy(to + n, path, part);
            n += part;
        }
        path += part;
    }
    if (n == 0)
        to[n++] = '/';
    to[n] = '\0';
    return true;
}

static bool matches(const char *pattern, const char *special, const char *path) {
    char absolute[PATH_MAX];
    if (*pattern == '%')
        return special && strcmp(pattern, special) == 0;
    if (!path)
        return false;
    if (!strchr(pattern, '/')) {
        const char *slash = strrchr(path, '/');
        return fnmatch(pattern, slash ? slash + 1 : path, 0) == 0;
    }
    return fnmatch(pattern, path, 0) == 0 ||
           (make_absolute(path, absolute, sizeof absolute) && fnmatch(pattern, absolute, 0) == 0);
}

const struct settings *buf__rule_for(const char *special, const char *path, const char **pattern) {
    for (const struct rule *rule = rules; rule; rule = rule->next)
        if (matches(rule->pattern, special, path)) {
            *pattern = rule->pattern;
            return &rule->settings;
        }
    return NULL;
}
