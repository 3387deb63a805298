/*
 * Strings as sources for sscanf and its kin. The string is measured piece by piece as it is consumed, never
 * as a whole.
 */
#include "scan_usual.h"

#include <string.h>

enum {
    FIRST_PIECE = 128,
    LARGEST_PIECE = 4096
}; /* characters measured at once; doubled from one to the other */

struct string_source {
    struct source source;
    size_t piece; /* next time */
};

struct wide_string_source {
    struct wide_source source;
    size_t piece; /* next time */
};

static int more_string(struct source *source) {
    struct string_source *string = (struct string_source *)source;
    size_t length = strnlen((const char *)source->end, string->piece);
    source->end += length;
    if (length < string->piece)
        source->more = NULL;
    if (string->piece < LARGEST_PIECE)
        string->piece *= 2;
    return length > 0;
}

/* Never called for what still lies in the string itself: the window only ever grew, so stepping back is
 * enough. */
static void back_string(struct source *source, const unsigned char *bytes, size_t count) {
    (void)bytes;
    source->at -= count;
}

int buf__scan_string(const char *text, unsigned mode, const char *format, va_list arguments) {
    const unsigned char *at = (const unsigned char *)text;
    struct string_source string = {{at, at, more_string, back_string}, FIRST_PIECE};
    int done;
    more_string(&string.source);
    if (buf__scan_usual(&string.source.at, string.source.end, &format, arguments, &done))
        return done;
    return buf__scan_rest(&string.source, mode, format, arguments, at, done);
}

static int more_wide_string(struct wide_source *source) {
    struct wide_string_source *string = (struct wide_string_source *)source;
    size_t length = wcsnlen(source->end, string->piece);
    source->end += length;
    if (length < string->piece)
        source->more = NULL;
    if (string->piece < LARGEST_PIECE)
        string->piece *= 2;
    return length > 0;
}

int buf__scan_wide_string(const wchar_t *text, unsigned mode, const wchar_t *format, va_list arguments) {
    struct wide_string_source string = {{text, text, more_wide_string}, FIRST_PIECE};
    more_wide_string(&string.source);
    return buf__scan_wide(&string.source, mode, format, arguments);
}
