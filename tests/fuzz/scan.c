/* Scanning: fscanf and vfscanf with conversions of each kind, on whatever the stream stands on. */

#include "scan.h"
#include "slot.h"
#include <stdarg.h>

__attribute__((format(scanf, 2, 3))) static int scan_indirect(struct slot *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vfscanf(s->f, format, arguments);
    va_end(arguments);
    return n;
}

static struct scanned got;

static int scan_one(struct slot *s, unsigned choice) {
    switch (choice) {
    case 0:
        return fscanf(s->f, "%d%n", &got.number, &got.count);
    case 1:
        return fscanf(s->f, " %d ,%d%n", &got.number, &got.second, &got.count);
    case 2:
        return fscanf(s->f, "%31s%n", got.text, &got.count);
    case 3:
        return fscanf(s->f, "%c%n", got.text, &got.count);
    case 4:
        return fscanf(s->f, "%5c%n", got.text, &got.count);
    case 5:
        return fscanf(s->f, " %31[a-z]%n", got.text, &got.count);
    case 6:
        return fscanf(s->f, "%*s%*[ \n]%n", &got.count);
    case 7:
        return scan_indirect(s, "%31[^\n]%n", got.text, &got.count);
    case 8:
        return scan_indirect(s, "%d %31s %x%n", &got.number, got.text, (unsigned *)&got.second, &got.count);
    case 9:
        return scan_indirect(s, "%lf%n", &got.real, &got.count);
    case 10:
        return scan_indirect(s, "%hhd%li%n", (signed char *)&got.number, &got.large, &got.count);
    case 11:
        return scan_indirect(s, "%ms%n", &got.allocated, &got.count);
    case 12:
        return scan_indirect(s, "%3d%2d%1s%n", &got.number, &got.second, got.text, &got.count);
    default:
        return scan_indirect(s, " \n%n", &got.count);
    }
}

void scan_begin(struct scanned *g) {
    memset(g, 0, sizeof *g);
    g->count = -1;
}

void scan_end(struct slot *s, struct scanned *g, unsigned choice, int n) {
    say(s, "scan(format %u) = %d: %d %d %ld %.9g %s%s%s count %d%s%s", choice, n, g->number, g->second,
        g->large, g->real, show(g->text, strlen(g->text)), g->allocated ? " " : "",
        g->allocated ? show(g->allocated, strlen(g->allocated)) : "", g->count, feof(s->f) ? " end" : "",
        why(ferror(s->f)));
    free(g->allocated);
    g->allocated = NULL;
    after_get(s, g->count > 0 ? (size_t)g->count : 0, feof(s->f));
}

static bool op_scan(struct slot *s) {
    unsigned choice = below(14);
    if (!may_get(s) || s->kind == KIND_pipe_fed)
        return false;
    scan_begin(&got);
    called(s, choice < 7 ? CALL_fscanf : CALL_vfscanf);
    int n = scan_one(s, choice);
    scan_end(s, &got, choice, n);
    return true;
}

const struct operation scan_operations[] = {{"scan", op_scan, 50, NARROW}, {0}};
