/* What fails: the wrong direction, a full device, a limit on the file's size, a closed pipe, full memory,
   a directory, characters that have no encoding. Only what POSIX fixes is logged: that a failure is reported
   by the flush at the latest, its errno, the indicator; not which call reported it, nor what is left in the
   buffer. */

#include "open.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool wrong_get(struct slot *s, unsigned way) {
    static const enum call calls[] = {CALL_fgetc, CALL_fgets, CALL_fscanf, CALL_fread, CALL_getline},
                           wide_calls[] = {CALL_fgetwc, CALL_fgetws, CALL_fwscanf};
    if (way == 3 && named(NAMED_wrong_read))
        way = 0;
    if (s->wide)
        way %= 3;
    char bytes[20], *line = NULL;
    size_t size = 0;
    int number;
    bool failed;
    called(s, s->wide ? wide_calls[way] : calls[way]);
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
        failed = fread(bytes, 1, 20, s->f) == 0;
        break;
    default:
        failed = getline(&line, &size, s->f) == -1;
    }
    bool noted = (way == 2 && named(NAMED_wrong_scan)) || ferror(s->f);
    say(s, "wrong get %u %s%s, feof %d ferror %d", way, failed ? "fails" : "SUCCEEDS", why(failed),
        feof(s->f) != 0, noted);
    free(line);
    return true;
}

static bool wrong_put(struct slot *s, unsigned way) {
    static const enum call calls[] = {CALL_fputc, CALL_fputs, CALL_fprintf, CALL_putc_unlocked_inlined,
                                      CALL_fwrite},
                           wide_calls[] = {CALL_fputwc, CALL_fputws, CALL_fwprintf};
    if (s->wide)
        way %= 3;
    bool failed;
    called(s, s->wide ? wide_calls[way] : calls[way]);
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
        failed = putc_unlocked('x', s->f) == EOF;
        break;
    default:
        failed = fwrite("text", 1, 4, s->f) < 4;
    }
    say(s, "wrong put %u %s%s, feof %d ferror %d", way, failed ? "fails" : "SUCCEEDS", why(failed),
        feof(s->f) != 0, ferror(s->f) != 0);
    return true;
}

static bool op_wrong_direction(struct slot *s) {
    if ((s->reads && s->writes) || (s->growing && named(NAMED_wrong_get_memory)))
        return false;
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
        const char *bytes = payload(LINES, piece);
        called(s, CALL_fwrite);
        failed = fwrite(bytes, 1, piece, s->f) < piece;
        first = errno;
        done += piece;
    }
    called(s, CALL_fflush);
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
    struct slot scene = {
        .f = f, .kind = KIND_failing, .number = s->number, .mode = -1, .file = -1, .size = 4096};
    if (f)
        choose_buffer(&scene);
    return scene;
}

/* What could not be written may or may not be reported once more by fclose. */
static void leave(struct slot *scene) {
    called(scene, CALL_fclose);
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

/* fmemopen's memory, filled to its end and beyond. */
static bool op_full_memory(struct slot *s) {
    static char bytes[9000];
    size_t size = 1 + below(sizeof bytes);
    bool update = chance(50);
    memset(bytes, 'm', sizeof bytes);
    called(s, CALL_fmemopen);
    struct slot full = scene(s, fmemopen(bytes, size, update ? "w+" : "w"));
    put_and_flush(&full, "full memory", size + 1 + random_size(&full), ENOSPC);
    leave(&full);
    say(s, "the first %zu: %s", size - 1, show(bytes, size - 1));
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
    {"full memory", op_full_memory, 2, ANY},
    {"directory", op_directory, 2, ANY},
    {"no encoding", op_no_encoding, 2, ANY},
    {0},
};
