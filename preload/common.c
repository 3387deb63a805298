/* Finding the libraries, composing LD_PRELOAD, one-line errors; see common.h. */
#include "common.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *tool_name = "libbuf";

static bool readable_at(char *out, size_t size, const char *directory, const char *below, const char *name) {
    int length = snprintf(out, size, "%s%s/%s", directory, below, name);
    return length >= 0 && (size_t)length < size && access(out, R_OK) == 0;
}

int buf_find_library(const char *name, char *out, size_t size) {
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length > 0) {
        own[length] = 0;
        char *slash = strrchr(own, '/');
        if (slash)
            *slash = 0;
        if (readable_at(out, size, own, "", name) || readable_at(out, size, own, "/../lib", name))
            return 0;
    }
    if (readable_at(out, size, BUF_LIBDIR, "", name))
        return 0;
    errno = ENOENT;
    return -1;
}

/* Whether PATH is one of the items of LIST, which blanks and colons separate. */
static bool listed(const char *list, const char *path) {
    size_t length = strlen(path);
    for (const char *item = list; *item;) {
        size_t span = strcspn(item, " :");
        if (span == length && memcmp(item, path, length) == 0)
            return true;
        item += span;
        item += strspn(item, " :");
    }
    return false;
}

/* Whether PATH is the first item of LIST. */
static bool opens_with(const char *list, const char *path) {
    const char *item = list + strspn(list, " :");
    size_t span = strcspn(item, " :");
    return span == strlen(path) && memcmp(item, path, span) == 0;
}

static int put_in_preload(const char *path, bool first) {
    if (!*path || strpbrk(path, " :")) {
        errno = EINVAL;
        return -1;
    }
    const char *old = getenv("LD_PRELOAD");
    if (!old || !*old)
        return setenv("LD_PRELOAD", path, 1);
    if (first ? opens_with(old, path) : listed(old, path))
        return 0;
    char *joined;
    if (asprintf(&joined, "%s:%s", first ? path : old, first ? old : path) < 0)
        return -1;
    int result = setenv("LD_PRELOAD", joined, 1);
    free(joined);
    return result;
}

int buf_preload_prepend(const char *path) {
    return put_in_preload(path, true);
}

int buf_preload_append(const char *path) {
    return put_in_preload(path, false);
}

int exec_exit_code(int error) {
    return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}

static void print_line(const char *format, va_list arguments) {
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    /* A name out of a damaged file or an argument must not make two lines of one, nor drive the terminal. */
    for (char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    fprintf(stderr, "%s: %s\n", tool_name, text);
    free(text);
}

void warning(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
}

void die(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print_line(format, arguments);
    va_end(arguments);
    exit(status);
}
