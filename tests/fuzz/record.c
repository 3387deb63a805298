/* The log and the counts (record.h). */

#include "record.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct log private_log;
static struct coverage private_coverage;
struct log *round_log = &private_log;
struct coverage *coverage = &private_coverage;

void *map_file(const char *path, size_t size) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0 || ftruncate(descriptor, (off_t)size) < 0)
        _exit(125);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        _exit(125);
    close(descriptor);
    return memory;
}

void record(const char *format, ...) {
    size_t room = sizeof round_log->text - round_log->length;
    int saved = errno;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(round_log->text + round_log->length, room, format, arguments);
    va_end(arguments);
    errno = saved;
    if (n < 0 || (size_t)n + 1 >= room)
        _exit(125);
    round_log->length += (uint32_t)n;
    round_log->text[round_log->length++] = '\n';
}

const char *why(bool failed) {
    static char text[40];
    if (!failed)
        return "";
    const char *name = strerrorname_np(errno);
    snprintf(text, sizeof text, " errno %s", name ? name : "unknown");
    return text;
}

/* One of a few buffers in turn, so that a line can show several things. */
static char *next_text(void) {
    static char texts[4][160];
    static unsigned turn;
    return texts[turn++ % 4];
}

static uint32_t digest(const unsigned char *p, size_t n) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * 16777619u;
    return hash;
}

const char *show(const void *bytes, size_t n) {
    const unsigned char *p = bytes;
    char *text = next_text();
    size_t length = (size_t)snprintf(text, 160, "%zu:%08x\"", n, digest(p, n));
    for (size_t i = 0; i < n && i < 24; i++)
        length += (size_t)snprintf(text + length, 160 - length,
                                   p[i] >= 32 && p[i] < 127 && p[i] != '\\' ? "%c" : "\\%03o", p[i]);
    snprintf(text + length, 160 - length, n > 24 ? "...\"" : "\"");
    return text;
}

const char *show_wide(const wchar_t *string, size_t n) {
    char *text = next_text();
    size_t length =
        (size_t)snprintf(text, 160, "%zu:%08x L\"", n, digest((const void *)string, n * sizeof *string));
    for (size_t i = 0; i < n && i < 12; i++)
        length += (size_t)snprintf(text + length, 160 - length,
                                   string[i] >= 32 && string[i] < 127 ? "%lc" : "\\x%x", string[i]);
    snprintf(text + length, 160 - length, "\"");
    return text;
}

static bool lifted[NAMED];

bool named(enum named difference) {
    if (lifted[difference])
        return false;
    __atomic_fetch_add(&coverage->kept_away[difference], 1, __ATOMIC_RELAXED);
    return true;
}

void lift_named(const char *name) {
#define LIFT(which, reason)                                                                                  \
    if (strcmp(name, #which) == 0 || strcmp(name, "all") == 0)                                               \
        lifted[NAMED_##which] = true;
    NAMED_DIFFERENCES(LIFT)
}
