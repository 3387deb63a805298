/* Choosing the buffer: setvbuf and kin (C17 7.21.5.6). The size is obeyed with a NULL buffer too; 0 leaves it
   to us. What was written is flushed first, and what was read ahead is kept. */

#include "direct.h"
#include "entry.h"

void buf__buffer_anew(struct stream *s) {
    buf__policy_apply_buffer(s);
    s->file._flags = (s->file._flags & ~FLAG_LINE) | FLAG_UNBUFFERED;
    s->known = s->prepared = false;
    if (unread(s)) /* read ahead from what cannot seek */
        buf__window_replace(s, s->wanted ? s->wanted : unread(s), HEADROOM);
    else
        buf__window_drop(s);
}

int buf__set_buffer(struct stream *s, char *buffer, int mode, size_t size) {
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return -EINVAL;
    if (is_firm(s, OPTION_buffer))
        mode = s->mode == MODE_NONE ? _IONBF : s->mode == MODE_LINE ? _IOLBF : _IOFBF;
    if (is_firm(s, OPTION_size)) {
        buffer = NULL;
        size = s->policy->settings.number[OPTION_size];
    }
    if (mode != _IONBF && size < buf__policy_least(s)) {
        buffer = NULL;
        size = buf__policy_least(s);
    }
    if (direct_of(s))
        buffer = NULL; /* which need not lie as direct transfers must */
    if (s->raw)
        return 0; /* its memory is all the buffer it has */
    int r = buf__settle(s);
    if (r < 0)
        return r;
    s->mode = mode == _IONBF ? MODE_NONE : mode == _IOLBF ? MODE_LINE : MODE_FULL;
    s->wanted = mode == _IONBF ? 0 : size;
    s->file._flags = (s->file._flags & ~FLAG_LINE) | FLAG_UNBUFFERED;
    s->prepared = false; /* the next transfer makes the window */
    if (unread(s))       /* read ahead from what cannot seek: it stays, in memory of ours */
        return mode != _IONBF && size ? buf__window_replace(s, size, HEADROOM) : 0;
    if (mode != _IONBF && buffer && size)
        buf__window_lend(s, buffer, size);
    else if (mode == _IONBF || size)
        buf__window_drop(s);
    return 0;
}

int setvbuf(FILE *restrict f, char *restrict buffer, int mode, size_t size) {
    struct stream *s = ours(f);
    if (!s)
        return LIBC(setvbuf)(f, buffer, mode, size);
    LOCKED(s);
    int r = buf__set_buffer(s, buffer, mode, size);
    if (r < 0)
        errno = -r;
    return r < 0 ? EOF : 0;
}
ALIAS(setvbuf, _IO_setvbuf);

void setbuffer(FILE *f, char *buffer, size_t size) {
    setvbuf(f, buffer, buffer ? _IOFBF : _IONBF, size);
}
ALIAS(setbuffer, _IO_setbuffer);

void setbuf(FILE *restrict f, char *restrict buffer) {
    setbuffer(f, buffer, BUFSIZ);
}

void setlinebuf(FILE *f) {
    setvbuf(f, NULL, _IOLBF, 0);
}
