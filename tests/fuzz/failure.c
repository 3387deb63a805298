/* What fails: the wrong direction, a full device, a limit on the file's size, a closed pipe, a directory,
   characters that have no encoding. Only what POSIX fixes is logged: that a failure is reported by the flush
   at the latest, its errno, the indicator; not which call reported it, nor what is left in the buffer. */

#include "open.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool wrong_get(struct slot *s, unsigned way) {
    if (way == 3 && named(NAMED_wrong_read))
        way = 0;
    char bytes[20], *line = NULL;
    size_t size = 0;
    int number;
    bool failed;
    switch (way) {
    case 0:
        failed = s->wide ? fgetwc(s->f) == WEOF : fgetc(s->f) == EOF;
        break;
    case 1:
        failed = s->wide ? fgetws((wchar_t *)bytes, 4, s->f) == NULL : fgets(bytes, 20, s->f) == NULL;
        break;
    case 2:
        failed = s->wide ? fwscanf(s->f, L"%d", &number) == EOF : fscanf(s->f, "%d", &number) == EOF;
        break;
    case 3:
        failed = s->wide ? fgetwc(s->f) == WEOF : fread(bytes, 1, 20, s->f) == 0;
        break;
    default:
        failed = s->wide ? fgetwc(s->f) == WEOF : getline(&line, &size, s->f) == -1;
    }
    bool noted = (way == 2 && named(NAMED_wrong_scan)) || ferror(s->f);
    say(s, "wrong get %u %s%s, feof %d ferror %d", way, failed ? "fails" : "SUCCEEDS", why(failed),
        feof(s->f) != 0, noted);
    free(line);
    return true;
}

static bool wrong_put(struct slot *s, unsigned way) {
    bool failed;
    switch (way) {
    case 0:
        failed = s->wide ? fputwc(L'x', s->f) == WEOF : fputc('x', s->f) == EOF;
        break;
    case 1:
        failed = s->wide ? fputws(L"text", s->f) == -1 : fputs("text", s->f) == EOF;
        break;
    case 2:
        failed = s->wide ? fwprintf(s->f, L"%d", 7) < 0 : fprintf(s->f, "%d", 7) < 0;
        break;
    case 3:
        failed = s->wide ? fputwc(L'x', s->f) == WEOF : putc_unlocked('x', s->f) == EOF;
        break;
    default:
        failed = s->wide ? fputwc(L'x', s->f) == WEOF : fwrite("text", 1, 4, s->f) < 4;
    }
    say(s, "wrong put %u %s%s, feof %d ferror %d", way, failed ? "fails" : "SUCCEEDS", why(failed),
        feof(s->f) != 0, ferror(s->f) != 0);
    return true;
}

static bool op_wrong_direction(struct slot *s) {
    if ((s->reads && s->writes) || (s->growing && named(NAMED_wrong_get_memory)))
        return false;
    called(s, s->reads ? CALL_fputc : CALL_fgetc);
    s->writes ? wrong_get(s, below(5)) : wrong_put(s, below(5));
    clearerr(s->f);
    return true;
}

/* Puts until something is reported, flushes in any case; logs that and the errno of the first report. */
static void put_and_flush(struct slot *s, const char *what, size_t n, int expected) {
    int first = 0;
    bool failed = false;
    uint64_t random = random_state; /* how often numbers are drawn depends on the stdio */
    for (size_t done = 0; done < n && !failed;) {
        size_t piece = 1 + below(chance(50) ? 20 : 3000);
        errno = 0;
        failed = fwrite(payload(LINES, piece), 1, piece, s->f) < piece;
        first = errno;
        done += piece;
    }
    errno = 0;
    if (fflush(s->f) != 0 && !failed) {
        failed = true;
        first = errno;
    }
    failed |= ferror(s->f) && named(NAMED_partial_write);
    if (failed && first == 0 && named(NAMED_partial_write))
        first = expected;
    random_state = random;
    errno = first;
    say(s, "%s: %zu bytes, %s%s, ferror %d", what, n, failed ? "reported" : "NOT REPORTED", why(failed),
        ferror(s->f) != 0);
}

static struct slot scene(struct slot *s, FILE *f) {
    struct slot scene = {.f = f, .number = s->number, .mode = -1, .file = -1, .size = 4096};
    if (f)
        choose_buffer(&scene);
    return scene;
}

/* What could not be written may or may not be reported once more by fclose. */
static void leave(struct slot *scene) {
    if (named(NAMED_dropped_on_failure))
        fclose(scene->f);
    else
        say(scene, "close after failure = %d", fclose(scene->f));
    free_buffer(scene);
}

static bool op_full_device(struct slot *s) {
    struct slot full = scene(s, fopen("/dev/full", chance(50) ? "w" : "r+"));
    put_and_flush(&full, "full device", 1 + random_size(&full), ENOSPC);
    leave(&full);
    return true;
}

/* Logs the beginning of the file "limited", and removes it. */
static void say_beginning(struct slot *s, size_t n) {
    static char bytes[9000];
    int descriptor = open("limited", O_RDONLY | O_CLOEXEC);
    ssize_t there = read(descriptor, bytes, n);
    close(descriptor);
    unlink("limited");
    say(s, "the first %zu: %s", n, show(bytes, there > 0 ? (size_t)there : 0));
}

static bool op_size_limit(struct slot *s) {
    size_t limit = below(9000), n = limit + 1 + random_size(s);
    struct rlimit before, low;
    getrlimit(RLIMIT_FSIZE, &before);
    low = before;
    low.rlim_cur = limit;
    struct slot limited = scene(s, fopen("limited", "w"));
    setrlimit(RLIMIT_FSIZE, &low);
    put_and_flush(&limited, "size limit", n, EFBIG);
    setrlimit(RLIMIT_FSIZE, &before);
    say_beginning(s, limit);
    leave(&limited);
    return true;
}

static bool op_broken_pipe(struct slot *s) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    close(ends[0]);
    struct slot broken = scene(s, fdopen(ends[1], "w"));
    put_and_flush(&broken, "broken pipe", 1 + random_size(&broken), EPIPE);
    leave(&broken);
    return true;
}

static bool op_directory(struct slot *s) {
    struct slot directory = scene(s, fopen("directory", "r"));
    wrong_get(&directory, below(5));
    leave(&directory);
    return true;
}

/* What is made of a character without encoding. */
static bool op_no_encoding(struct slot *s) {
    struct slot wide = scene(s, fopen("limited", "w"));
    fputws(L"good", wide.f);
    errno = 0;
    bool failed = fputwc((wchar_t)0xd800, wide.f) == WEOF || fflush(wide.f) != 0;
    say(s, "a surrogate %s%s, ferror %d", failed ? "fails" : "passes", why(failed), ferror(wide.f) != 0);
    leave(&wide);
    say_beginning(s, 100);
    return true;
}

const struct operation failure_operations[] = {
    {"wrong direction", op_wrong_direction, 12, ANY},
    {"full device", op_full_device, 3, ANY},
    {"size limit", op_size_limit, 3, ANY},
    {"broken pipe", op_broken_pipe, 2, ANY},
    {"directory", op_directory, 2, ANY},
    {"no encoding", op_no_encoding, 2, ANY},
    {0},
};
