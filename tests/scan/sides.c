/*
 * The two sides of the fuzzer. libc reads a cookie stream or a string; the engine reads a source that hands
 * out windows of 1 to 64 bytes, each in memory of its own, or a string. Both are called through the same
 * pointers and leave a struct result.
 */
#include "fuzz.h"

#include "scan.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

/* libc's own scanf, asked of libc itself: a sanitizer puts its own functions in front of it. First the names
   of before C99, with the modifier a, then those that headers give. */
static int (*libc_fscanf[2])(FILE *stream, const char *format, ...);
static int (*libc_sscanf[2])(const char *string, const char *format, ...);
static int (*libc_fwscanf[2])(FILE *stream, const wchar_t *format, ...);
static int (*libc_swscanf[2])(const wchar_t *string, const wchar_t *format, ...);

static void find_libc(void) {
    static const char *const names[2][4] = {
        {"fscanf", "sscanf", "fwscanf", "swscanf"},
        {"__isoc99_fscanf", "__isoc99_sscanf", "__isoc99_fwscanf", "__isoc99_swscanf"}};
    void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
    for (int i = 0; i < 2; i++) {
        *(void **)&libc_fscanf[i] = dlsym(libc, names[i][0]);
        *(void **)&libc_sscanf[i] = dlsym(libc, names[i][1]);
        *(void **)&libc_fwscanf[i] = dlsym(libc, names[i][2]);
        *(void **)&libc_swscanf[i] = dlsym(libc, names[i][3]);
    }
}

#define ARGUMENTS(r)                                                                                         \
    (r)->slots[0], (r)->slots[1], (r)->slots[2], (r)->slots[3], (r)->slots[4], (r)->slots[5], (r)->slots[6], \
        (r)->slots[7], (r)->slots[8]

static const struct test_case *present;
static size_t cookie_at;

static ssize_t cookie_read(void *cookie, char *to, size_t size) {
    (void)cookie;
    size_t left = present->input_length - cookie_at;
    if (left == 0 && present->end_error) {
        errno = present->end_error;
        return -1;
    }
    size_t count = left < size ? left : size;
    memcpy(to, present->input + cookie_at, count);
    cookie_at += count;
    return (ssize_t)count;
}

static FILE *open_stream(void) {
    FILE *stream = fopencookie(NULL, "r", (cookie_io_functions_t){.read = cookie_read});
    static char buffer[4096];
    setvbuf(stream, buffer, _IOFBF, sizeof buffer);
    return stream;
}

/* libc's cookie streams know no wide characters: a pipe, whose end is no character, or still open for
   EAGAIN. */
static FILE *open_wide_stream(const struct test_case *test, int *other_end) {
    int ends[2];
    static const char no_character = (char)0xff;
    if (pipe2(ends, O_NONBLOCK) != 0 ||
        write(ends[1], test->input, test->input_length) != (ssize_t)test->input_length ||
        (test->end_error == EILSEQ && write(ends[1], &no_character, 1) != 1)) {
        perror("pipe");
        exit(2);
    }
    *other_end = ends[1];
    if (test->end_error != EAGAIN) {
        close(ends[1]);
        *other_end = -1;
    }
    FILE *stream = fdopen(ends[0], "r");
    fwide(stream, 1);
    return stream;
}

static const wchar_t *widened(const char *text, size_t length, size_t *wide_length) {
    static wchar_t buffers[2][INPUT_SIZE + 1];
    static int turn;
    wchar_t *to = buffers[turn ^= 1];
    mbstate_t state = {0};
    size_t count = 0;
    for (size_t at = 0; at < length; count++) {
        size_t n = mbrtowc(to + count, text + at, length - at, &state);
        at += n ? n : 1;
    }
    to[count] = L'\0';
    *wide_length = count;
    return to;
}

static size_t count_rest(FILE *stream, bool wide) {
    size_t count = 0;
    clearerr(stream);
    while (wide ? getwc(stream) != WEOF : getc(stream) != EOF)
        count++;
    return count;
}

static FILE *byte_stream;

void forget_stream(void) {
    byte_stream = NULL;
    fail_from = 0;
}

void run_libc(const struct test_case *test, bool wide, enum side side, struct result *result) {
    FILE *stream;
    int other_end = -1;
    size_t length;
    if (libc_fscanf[0] == NULL)
        find_libc();
    present = test;
    cookie_at = 0;
    result->known_position = result->known_end = side == SIDE_STREAM;
    if (side == SIDE_STRING) {
        const wchar_t *wide_format = wide ? widened(test->format, strlen(test->format), &length) : NULL;
        const wchar_t *wide_input = wide ? widened(test->input, test->input_length, &length) : NULL;
        fail_from = test->fail_from;
        errno = test->errno_before;
        if (wide)
            result->returned = libc_swscanf[!test->old_a](wide_input, wide_format, ARGUMENTS(result));
        else
            result->returned = libc_sscanf[!test->old_a](test->input, test->format, ARGUMENTS(result));
        result->error = errno;
        fail_from = 0;
        return;
    }
    if (wide) {
        const wchar_t *wide_format = widened(test->format, strlen(test->format), &length);
        stream = open_wide_stream(test, &other_end);
        fail_from = test->fail_from;
        errno = test->errno_before;
        result->returned = libc_fwscanf[!test->old_a](stream, wide_format, ARGUMENTS(result));
    } else {
        if (byte_stream == NULL)
            byte_stream = open_stream();
        stream = byte_stream;
        __fpurge(stream);
        clearerr(stream);
        fail_from = test->fail_from;
        errno = test->errno_before;
        result->returned = libc_fscanf[!test->old_a](stream, test->format, ARGUMENTS(result));
    }
    result->error = errno;
    fail_from = 0;
    result->at_end = feof(stream) != 0;
    result->failed = ferror(stream) != 0;
    result->remaining = count_rest(stream, wide);
    if (wide)
        fclose(stream);
    if (other_end >= 0)
        close(other_end);
}

/* A source in pieces. Each piece lies alone in memory that ends with it (a sanitizer sees a read beyond) and
   is followed by digits (without one, a read beyond changes results). */
struct pieces {
    struct source source;
    struct wide_source wide;
    const wchar_t *wide_input;
    size_t at, length; /* in the whole input */
    uint32_t largest;  /* piece */
    bool told_end;     /* has said 0 or an error, and nothing was put back since */
    bool ever_ended;   /* has said 0 or an error */
    bool no_more;      /* says NULL for more at the last piece */
    int end_error;
    void *piece;
};

static size_t next_size(struct pieces *pieces) {
    size_t left = pieces->length - pieces->at, size = 1 + random_below(pieces->largest);
    return size < left ? size : left;
}

static int end_pieces(struct pieces *pieces) {
    if (pieces->told_end) {
        fprintf(stderr, "the engine asked again after the end\n");
        abort();
    }
    pieces->told_end = pieces->ever_ended = true;
    return -pieces->end_error;
}

static void *fresh_piece(struct pieces *pieces, const void *from, size_t bytes) {
    size_t was = fail_from;
    fail_from = 0;
    free(pieces->piece);
#ifdef __SANITIZE_ADDRESS__
    pieces->piece = malloc(bytes);
#else
    pieces->piece = malloc(bytes + 32);
    memset((char *)pieces->piece + bytes, '7', 32);
#endif
    memcpy(pieces->piece, from, bytes);
    fail_from = was;
    return pieces->piece;
}

static int more_pieces(struct source *source) {
    struct pieces *pieces = (struct pieces *)source;
    size_t size = next_size(pieces);
    if (source->at != source->end)
        abort();
    if (size == 0)
        return end_pieces(pieces);
    source->at = fresh_piece(pieces, present->input + pieces->at, size);
    source->end = source->at + size;
    pieces->at += size;
    if (pieces->at == pieces->length && pieces->no_more)
        source->more = NULL;
    return 1;
}

static void back_pieces(struct source *source, const unsigned char *bytes, size_t count) {
    struct pieces *pieces = (struct pieces *)source;
    size_t left = (size_t)(source->end - source->at);
    unsigned char text[256];
    if (left + count > sizeof text || memcmp(present->input + pieces->at - left - count, bytes, count) != 0)
        abort();
    memcpy(text, bytes, count);
    memcpy(text + count, source->at, left);
    source->at = fresh_piece(pieces, text, left + count);
    source->end = source->at + left + count;
    pieces->told_end = false; /* the end is in front of it again */
}

static int more_wide_pieces(struct wide_source *source) {
    struct pieces *pieces = (struct pieces *)(void *)((char *)source - offsetof(struct pieces, wide));
    size_t size = next_size(pieces);
    if (source->at != source->end)
        abort();
    if (size == 0)
        return end_pieces(pieces);
    source->at = fresh_piece(pieces, pieces->wide_input + pieces->at, size * sizeof(wchar_t));
    source->end = source->at + size;
    pieces->at += size;
    if (pieces->at == pieces->length && pieces->no_more)
        source->more = NULL;
    return 1;
}

static int engine(void *input, bool wide, enum side side, unsigned mode, const void *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int returned = side == SIDE_STRING ? wide ? buf__scan_wide_string(input, mode, format, arguments)
                                              : buf__scan_string(input, mode, format, arguments)
                   : wide ? buf__scan_wide(input, mode, format, arguments)
                                       : buf__scan(input, mode, format, arguments);
    va_end(arguments);
    return returned;
}

void run_engine(const struct test_case *test, bool wide, enum side side, struct result *result) {
    static const unsigned char nothing[] = "7";
    size_t length;
    unsigned mode = test->old_a ? SCAN_GNU_A : 0;
    present = test;
    const void *format =
        wide ? (const void *)widened(test->format, strlen(test->format), &length) : test->format;
    struct pieces pieces = {
        .source = {nothing, nothing, more_pieces, back_pieces},
        .wide = {(const wchar_t *)(const void *)nothing, (const wchar_t *)(const void *)nothing,
                 more_wide_pieces},
        .length = test->input_length,
        .largest = one_in(3)   ? 64
                   : one_in(2) ? 200
                               : 1 + random_below(16),
        .end_error = test->end_error,
    };
    if (wide)
        pieces.wide_input = widened(test->input, test->input_length, &pieces.length);
    pieces.no_more = test->end_error == 0 && one_in(4);
    if (one_in(2) && pieces.length > 0)
        wide ? more_wide_pieces(&pieces.wide) : more_pieces(&pieces.source);
    void *input = side == SIDE_STRING ? wide ? (void *)pieces.wide_input : (void *)test->input
                  : wide              ? (void *)&pieces.wide
                                      : (void *)&pieces.source;
    result->known_position = side == SIDE_STREAM;
    result->known_end = side == SIDE_STREAM && !pieces.no_more;
    fail_from = test->fail_from;
    errno = test->errno_before;
    result->returned = engine(input, wide, side, mode, format, ARGUMENTS(result));
    result->error = errno;
    fail_from = 0;
    size_t window =
        wide ? (size_t)(pieces.wide.end - pieces.wide.at) : (size_t)(pieces.source.end - pieces.source.at);
    result->remaining = pieces.length - pieces.at + window;
    result->at_end = pieces.told_end && test->end_error == 0;
    result->failed = pieces.ever_ended && test->end_error != 0;
    free(pieces.piece);
}
