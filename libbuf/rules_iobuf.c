/* IOBUF_PARAMS, the variable of Cray's iobuf library: "pattern[:option[=value]]...,...". Each part becomes a rule of ours; what
   has no counterpart is named in one line. Called by rules.c, behind the rules of LIBBUF. */

#include "rules.h"
#include "stream.h"

/* Cray's options by ours. A flag's text stands alone; where it ends with '=', Cray's value follows. */
static const struct {
    const char *theirs, *ours;
} map[] = {
    {"size", "size="},
    {"line_buffer", "buffer=line"},
    {"prefetch", "advise=sequential"}, /* the kernel reads ahead, as far as it likes */
    {"direct", "direct=try"},
    {"synch", "sync=always"},
    {"verbose", ""}, /* LIBBUF_VERBOSE=1 */
};

/* Adds text to what is in `to`; what does not fit is left out. */
static void append(char *to, size_t room, const char *text, size_t n) {
    size_t used = strlen(to);
    if (used + n < room) {
        memcpy(to + used, text, n);
        to[used + n] = '\0';
    }
}

struct parsed {
    char rule[600], ignored[300];
    char size[32];  /* the buffer's; "" not named */
    char count[32]; /* how many buffers; "" not named */
    bool any;       /* the rule has an option */
    bool direct;    /* one of them is direct */
    bool preflush;  /* this is asked for */
};

/* Takes one of our options if our parser does: not all are in every version. */
static bool take(struct parsed *p, const char *option, size_t n) {
    struct settings settings = {0};
    char problem[200];
    if (buf__parse_options(option, n, &settings, problem, sizeof problem) < 0)
        return false;
    append(p->rule, sizeof p->rule, p->any ? "," : ":", 1);
    append(p->rule, sizeof p->rule, option, n);
    p->any = true;
    return true;
}

static void ignore(struct parsed *p, const char *name, size_t n) {
    if (*p->ignored)
        append(p->ignored, sizeof p->ignored, ", ", 2);
    append(p->ignored, sizeof p->ignored, name, n);
}

static void copy_value(char *to, size_t room, const char *value, size_t n) {
    *to = '\0';
    append(to, room, value, n);
}

static void take_option(struct parsed *p, const char *option, size_t n) {
    const char *equal = memchr(option, '=', n);
    size_t name = equal ? (size_t)(equal - option) : n, value_length = equal ? n - name - 1 : 0;
    char ours[100] = "";
    if (name == 8 && memcmp(option, "preflush", 8) == 0) {
        p->preflush = true;
        return;
    }
    if (name == 5 && memcmp(option, "count", 5) == 0 && equal) {
        copy_value(p->count, sizeof p->count, equal + 1, value_length);
        return;
    }
    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        size_t length = strlen(map[i].ours);
        if (strlen(map[i].theirs) != name || memcmp(map[i].theirs, option, name) != 0)
            continue;
        if (length == 0) {
            buf__rules_verbose = true;
            return;
        }
        append(ours, sizeof ours, map[i].ours, length);
        if (ours[length - 1] == '=') {
            append(ours, sizeof ours, equal ? equal + 1 : "", value_length);
            copy_value(p->size, sizeof p->size, equal ? equal + 1 : "", value_length);
        }
        if (!take(p, ours, strlen(ours)))
            break;
        p->direct |= strcmp(ours, "direct=try") == 0;
        return;
    }
    ignore(p, option, name);
}

/* Several buffers are several transfers in flight, which are direct ones with us; flushing early is a start of writing to
   the device for each buffer. */
static void take_buffers(struct parsed *p) {
    char option[64];
    snprintf(option, sizeof option, "async=%s", p->count);
    if (*p->count && !(p->direct && take(p, option, strlen(option))))
        ignore(p, "count", 5);
    snprintf(option, sizeof option, "pace=%s", *p->size ? p->size : "1M");
    if (p->preflush && !take(p, option, strlen(option)))
        ignore(p, "preflush", 8);
}

static void read_part(const char *text, size_t length) {
    struct parsed p = {.any = false};
    char line[800];
    size_t n = 0;
    while (n < length && text[n] != ':')
        n++;
    append(p.rule, sizeof p.rule, text, n);
    for (size_t at = n; at < length;) {
        size_t from = ++at;
        while (at < length && text[at] != ':')
            at++;
        if (at > from)
            take_option(&p, text + from, at - from);
    }
    take_buffers(&p);
    if (*p.ignored) {
        snprintf(line, sizeof line, "ignored in '%.*s': %s", (int)(length < 200 ? length : 200), text, p.ignored);
        buf__complain("IOBUF_PARAMS", line);
    }
    if (p.any)
        buf__rules_add("IOBUF_PARAMS", p.rule, strlen(p.rule));
}

void buf__rules_iobuf(const char *text) {
    while (*text) {
        size_t length = strcspn(text, ",");
        while (length > 0 && (*text == ' ' || *text == '\t' || *text == '\n')) {
            text++;
            length--;
        }
        if (length > 0)
            read_part(text, length);
        text += length + (text[length] == ',');
    }
}
