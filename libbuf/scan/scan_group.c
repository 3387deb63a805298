/*
 * Thousands separators of a token: checks them against the locale's grouping and takes them out.
 */
#include "scan_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* glibc's own strtoul that also accepts the locale's grouping; the public one does not. */
unsigned long __strtoul_internal(const char *text, char **end, int base, int group);
unsigned long __wcstoul_internal(const wchar_t *text, wchar_t **end, int base, int group);

/* How many bytes of the terminated `text`, digits and separators, are grouped as the locale groups. libc
 * knows. */
static size_t grouped_bytes(const struct scan *scan, const char *text, size_t separator_length,
                            bool *failed) {
    int before = errno;
    size_t length = 0;
    if (scan->bytes != NULL) {
        char *end;
        (void)__strtoul_internal(text, &end, 10, true);
        length = (size_t)(end - text);
    } else {
        wchar_t few[240], *end;
        size_t size = strlen(text) + 1;
        wchar_t *wide = size <= sizeof few / sizeof few[0] ? few : malloc(size * sizeof *wide);
        *failed = wide == NULL;
        if (wide != NULL && mbstowcs(wide, text, size) != (size_t)-1) {
            (void)__wcstoul_internal(wide, &end, 10, true);
            for (const wchar_t *c = wide; c < end; c++)
                length += *c >= L'0' && *c <= L'9' ? 1 : separator_length;
        }
        if (wide != few)
            free(wide);
    }
    errno = before;
    return length;
}

void buf__token_ungroup(const struct scan *scan, struct token *token) {
    struct separators separators;
    buf__scan_separators(scan, &separators);
    size_t separator_length = strlen(separators.thousands_text);
    char *start = token->text + (token->text[0] == '-' || token->text[0] == '+'), *end = start;
    for (;;) {
        if (*end >= '0' && *end <= '9')
            end++;
        else if (strncmp(end, separators.thousands_text, separator_length) == 0)
            end += separator_length;
        else
            break;
    }
    if (end == start)
        return;
    char behind = *end;
    *end = '\0';
    size_t grouped = grouped_bytes(scan, start, separator_length, &token->failed);
    *end = behind;
    bool separator_last = end[-1] < '0' || end[-1] > '9';
    if (grouped < (size_t)(end - start) || separator_last)
        end = token->text + token->length; /* the rest is no part of the number */
    char *to = start;
    for (const char *from = start; from < start + grouped; from++)
        if (*from >= '0' && *from <= '9')
            *to++ = *from;
    memmove(to, end, (size_t)(token->text + token->length - end) + 1);
    token->length -= (size_t)(end - to);
}
