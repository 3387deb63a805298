/*
 * How the engine asks a source for more, and white space where the window ends.
 */
#include "scan_state.h"

#include <errno.h>

/* Notes how the source answered; returns whether there is more. */
static bool note_answer(struct scan *scan, int answer) {
    if (answer > 0)
        return true;
    if (answer < 0)
        errno = -answer;
    scan->ended = true;
    scan->end_errno = errno;
    return false;
}

int buf__scan_refill(struct scan *scan) {
    struct source *source = scan->bytes;
    if (scan->ended) {
        errno = scan->end_errno;
        return END;
    }
    scan->passed += (size_t)(source->at - (const unsigned char *)scan->start);
    int answer = source->more ? source->more(source) : 0;
    scan->start = source->at;
    return note_answer(scan, answer) ? *source->at : END;
}

int buf__scan_refill_wide(struct scan *scan) {
    struct wide_source *source = scan->wide;
    if (scan->ended) {
        errno = scan->end_errno;
        return END;
    }
    scan->passed += (size_t)(source->at - (const wchar_t *)scan->start);
    int answer = source->more ? source->more(source) : 0;
    scan->start = source->at;
    return note_answer(scan, answer) ? (int)*source->at : END;
}

/* Takes white space as far as the source gives it; errno as reading leaves it. */
void buf__take_spaces(struct scan *scan) {
    while (is_space(scan, peek(scan))) {
        take(scan);
        scan->width++;
    }
}

/* The same before a conversion, where glibc keeps errno, and takes an end of input for a failure only if a
 * signal caused it. */
bool buf__skip_on(struct scan *scan) {
    if (scan->ended)
        return true;
    int before = errno;
    errno = 0;
    buf__take_spaces(scan);
    if (scan->ended && errno == EINTR)
        return false;
    errno = before;
    return true;
}
