/* The few things the shim needs of string.h, made here so that nothing calls into libc (or into the program's
   own memcpy) from inside a system call. */
#include "shim.h"

size_t text_length(const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

const char *text_after(const char *text, const char *prefix) {
    for (; *prefix; text++, prefix++)
        if (*text != *prefix)
            return NULL;
    return text;
}

char *text_copy(char *to, const char *from) {
    while ((*to = *from++))
        to++;
    return to;
}

static bool separates(char c) {
    return c == ':' || c == ' ' || c == 0;
}

bool item_listed(const char *list, const char *item, size_t *at) {
    for (size_t i = 0; list[i]; i++) {
        if (i > 0 && !separates(list[i - 1]))
            continue;
        const char *end = text_after(list + i, item);
        if (end && separates(*end)) {
            *at = i;
            return true;
        }
    }
    return false;
}
