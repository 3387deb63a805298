/* Reading what strace wrote: one struct call a line, calls cut in two by other threads put together. */
#include "driver.h"
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One strace line: "PID  name(3</path>, ...) = 5"; a call cut in two by another thread is put together from
 * both halves. */
static bool parse_call(const char *line, struct call *call) {
    const char *resumed = strstr(line, " resumed>");
    memset(call, 0, sizeof *call);
    call->descriptor = -1;
    int used = 0;
    if (sscanf(line, "%d %n", &call->pid, &used) != 1)
        return false;
    const char *name = line + used;
    if (strncmp(name, "<... ", 5) == 0)
        name += 5;
    size_t length = strcspn(name, "( ");
    if (length >= sizeof call->name || !length || (name[length] != '(' && !resumed))
        return false;
    memcpy(call->name, name, length);
    snprintf(call->text, sizeof call->text, "%.*s", (int)strcspn(line, "\n"), line);
    char target[PATH_MAX] = "";
    if (!resumed && sscanf(name + length, "(%d<%4000[^>]", &call->descriptor, target) < 1)
        call->descriptor = -1;
    size_t shown = strlen(target), room = sizeof call->target - 1;
    memcpy(call->target, shown > room ? target + shown - room : target, shown > room ? room : shown);
    const char *result = NULL;
    for (const char *at = strstr(line, ") = "); at; at = strstr(at + 1, ") = "))
        result = at + 4;
    for (const char *at = strstr(line, ")  = "); at; at = strstr(at + 1, ")  = "))
        result = at + 5;
    if (!result)
        for (const char *at = strstr(line, " = "); at; at = strstr(at + 1, " = "))
            result = at + 3;
    call->result = result ? strtol(result, NULL, 0) : LONG_MIN;
    return true;
}

static void add_call(struct result *result, const struct call *call) {
    if ((result->call_count & (result->call_count + 1)) == 0 || !result->calls) {
        size_t room = result->call_count ? 2 * (result->call_count + 1) : 1;
        result->calls = realloc(result->calls, room * sizeof *call);
    }
    result->calls[result->call_count++] = *call;
}

void read_trace(const char *path, struct result *result) {
    FILE *file = fopen(path, "r");
    cr_assert(file, "strace left no trace in %s", path);
    char *line = NULL;
    size_t room = 0;
    struct call call;
    while (getline(&line, &room, file) > 0) {
        if (strstr(line, "+++ ") || strstr(line, "--- SIG") || !parse_call(line, &call))
            continue;
        if (strstr(line, "<... ")) {
            for (size_t i = result->call_count; i-- > 0;)
                if (result->calls[i].pid == call.pid && strcmp(result->calls[i].name, call.name) == 0 &&
                    result->calls[i].result == LONG_MIN) {
                    result->calls[i].result = call.result;
                    break;
                }
        } else {
            add_call(result, &call);
        }
    }
    free(line);
    fclose(file);
}

size_t count_calls(const struct result *result, const char *name, const char *target) {
    size_t count = 0;
    for (size_t i = 0; i < result->call_count; i++) {
        const struct call *call = &result->calls[i];
        size_t length = strlen(call->target), wanted = target ? strlen(target) : 0;
        if (strcmp(call->name, name) == 0 &&
            (!target || (length >= wanted && strcmp(call->target + length - wanted, target) == 0)))
            count++;
    }
    return count;
}
