/* The text of a report, and the same as one line of JSON. Made at each system call of a watched stream, so without
   printf. */

#include "report.h"
#include <unistd.h>

struct text {
    char *at, *end;
};

static void add(struct text *to, const char *string) {
    while (*string && to->at < to->end)
        *to->at++ = *string++;
}

static void add_number(struct text *to, uint64_t n) {
    char digits[24], *p = digits + sizeof digits - 1;
    *p = '\0';
    do
        *--p = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    add(to, p);
}

/* With `places` digits behind the point. */
static void add_fraction(struct text *to, double value, int places) {
    uint64_t scale = 1;
    for (int i = 0; i < places; i++)
        scale *= 10;
    uint64_t n = (uint64_t)(value * (double)scale + 0.5);
    add_number(to, n / scale);
    add(to, ".");
    for (uint64_t part = scale / 10; part > 0; part /= 10)
        add(to, (char[]){(char)('0' + n / part % 10), '\0'});
}

/* Numbers between strings: NULL ends them. */
static void add_mixed(struct text *to, const char *string, uint64_t n, const char *behind) {
    add(to, string);
    add_number(to, n);
    add(to, behind);
}

static double ratio(uint64_t a, uint64_t b) {
    return b ? (double)a / (double)b : 0;
}

/* One side of the stream: its calls, and its system calls. */
struct side {
    const char *calls_name, *system_name;
    uint64_t calls, bytes, system_calls, system_bytes, aligned;
    const uint64_t *sizes, *system_sizes;
};

static struct side out_of(const struct buf_stats *c) {
    return (struct side){"put",          "write",        c->put_calls,     c->put_bytes, c->write_calls,
                         c->write_bytes, c->write_aligned, c->put_sizes, c->write_sizes};
}

static struct side in_of(const struct buf_stats *c) {
    return (struct side){"get",         "read",        c->get_calls,   c->get_bytes, c->read_calls,
                         c->read_bytes, c->read_aligned, c->get_sizes, c->read_sizes};
}

/* Bytes in a call by bytes in a system call. */
static double coalescing(const struct side *d) {
    double in_system_call = ratio(d->system_bytes, d->system_calls);
    return in_system_call > 0 ? ratio(d->bytes, d->calls) / in_system_call : 0;
}

/* Text */

static void add_sizes(struct text *to, const char *name, const uint64_t *sizes) {
    add(to, "    ");
    add(to, name);
    add(to, " by size:");
    for (int k = 0; k < BUF_SIZES; k++)
        if (sizes[k]) {
            add_mixed(to, "  ", 1ull << k, "");
            if (k == BUF_SIZES - 1)
                add(to, "..");
            else if (k > 0)
                add_mixed(to, "-", (2ull << k) - 1, "");
            add_mixed(to, ": ", sizes[k], "");
        }
    add(to, "\n");
}

static void add_side(struct text *to, const struct side *d) {
    if (!(d->calls | d->system_calls))
        return;
    add(to, "  ");
    add(to, d->calls_name);
    add_mixed(to, "    calls ", d->calls, "");
    add_mixed(to, ", bytes ", d->bytes, ", bytes a call ");
    add_fraction(to, ratio(d->bytes, d->calls), 1);
    add(to, "\n  ");
    add(to, d->system_name);
    add_mixed(to, d->system_name[0] == 'w' ? "  calls " : "   calls ", d->system_calls, "");
    add_mixed(to, ", bytes ", d->system_bytes, ", bytes a call ");
    add_fraction(to, ratio(d->system_bytes, d->system_calls), 1);
    add(to, ", in whole blocks ");
    add_fraction(to, 100 * ratio(d->aligned, d->system_bytes), 1);
    add(to, " %\n  coalescing: bytes in a call / bytes in a system call = ");
    add_fraction(to, coalescing(d), 4);
    add(to, "\n");
    if (d->calls)
        add_sizes(to, d->calls_name, d->sizes);
    add_sizes(to, d->system_name, d->system_sizes);
}

static void print_text(struct text *to, const struct report *r, bool finished) {
    const struct buf_stats *c = &r->stats;
    struct side out = out_of(c), in = in_of(c);
    add(to, "libbuf report: ");
    add(to, *r->name ? r->name : "stream");
    add(to, ", ");
    add(to, program_invocation_short_name);
    add_mixed(to, ", process ", (uint64_t)getpid(), finished ? "\n" : ", not finished\n");
    add_side(to, &out);
    add_side(to, &in);
    if (c->single_bytes)
        add_mixed(to, "  bytes got one at a time, by calls that are not counted (getc): ", c->single_bytes, "\n");
    if (c->uncounted_bytes)
        add_mixed(to, "  bytes put by calls that are not counted (perror): ", c->uncounted_bytes, "\n");
    add_mixed(to, "  seeks ", c->seeks, "");
    add_mixed(to, ", system calls for them ", c->seek_calls, "");
    add_mixed(to, ", saved ", c->seeks_saved, "\n");
    add_mixed(to, "  syncs ", c->syncs, ", seconds ");
    add_fraction(to, (double)c->sync_ns / 1e9, 6);
    add_mixed(to, "\n  fallbacks ", c->fallbacks, "\n");
    if (c->unproven)
        add(to, "  direct unproven: the file system does not tell how its direct transfers are made\n");
}

/* JSON */

/* Quoted; what is not plain ASCII by its bytes, as \u00XX, since a file's name may be anything. */
static void add_quoted(struct text *to, const char *string) {
    static const char hex[] = "0123456789abcdef";
    add(to, "\"");
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;
        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
            add(to, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], '\0'});
        else
            add(to, (char[]){(char)c, '\0'});
    }
    add(to, "\"");
}

static void add_json_sizes(struct text *to, const uint64_t *sizes) {
    const char *comma = "";
    add(to, ",\"sizes\":{");
    for (int k = 0; k < BUF_SIZES; k++)
        if (sizes[k]) {
            add(to, comma);
            add_mixed(to, "\"", 1ull << k, "\":");
            add_number(to, sizes[k]);
            comma = ",";
        }
    add(to, "}}");
}

static void add_json_side(struct text *to, const struct side *d) {
    add(to, ",\"");
    add(to, d->calls_name);
    add_mixed(to, "\":{\"calls\":", d->calls, "");
    add_mixed(to, ",\"bytes\":", d->bytes, "");
    add_json_sizes(to, d->sizes);
    add(to, ",\"");
    add(to, d->system_name);
    add_mixed(to, "\":{\"calls\":", d->system_calls, "");
    add_mixed(to, ",\"bytes\":", d->system_bytes, "");
    add_mixed(to, ",\"aligned\":", d->aligned, ",\"coalescing\":");
    add_fraction(to, coalescing(d), 6);
    add_json_sizes(to, d->system_sizes);
}

static void print_json(struct text *to, const struct report *r, bool finished) {
    const struct buf_stats *c = &r->stats;
    struct side out = out_of(c), in = in_of(c);
    add(to, "{\"stream\":");
    add_quoted(to, r->name);
    add(to, ",\"program\":");
    add_quoted(to, program_invocation_short_name);
    add_mixed(to, ",\"process\":", (uint64_t)getpid(), ",\"finished\":");
    add(to, finished ? "true" : "false");
    add_json_side(to, &out);
    add_json_side(to, &in);
    add_mixed(to, ",\"single_bytes\":", c->single_bytes, "");
    add_mixed(to, ",\"seeks\":", c->seeks, "");
    add_mixed(to, ",\"seek_calls\":", c->seek_calls, "");
    add_mixed(to, ",\"seeks_saved\":", c->seeks_saved, "");
    add_mixed(to, ",\"syncs\":", c->syncs, ",\"sync_seconds\":");
    add_fraction(to, (double)c->sync_ns / 1e9, 9);
    add_mixed(to, ",\"fallbacks\":", c->fallbacks, "");
    add_mixed(to, ",\"unproven\":", c->unproven, "");
    add_mixed(to, ",\"uncounted_bytes\":", c->uncounted_bytes, "}\n");
}

size_t buf__report_print(const struct report *r, char *to, size_t room, bool finished) {
    struct text text = {to, to + room};
    if (r->json)
        print_json(&text, r, finished);
    else
        print_text(&text, r, finished);
    text.at[-1] = '\n';
    return (size_t)(text.at - to);
}
