/* Choosing a stream's buffer by setvbuf and kin. The memory is the program's until the stream is closed, and
   spoiled after that. */

#include "open.h"

struct buffer {
    const char *name;
    char how;
    int mode;
    size_t size;
    bool memory;
};
#define BUFFER_ROW(name, how, mode, size, memory) {name, how, mode, size, memory},
static const struct buffer buffers[] = {BUFFER_NAMES(BUFFER_ROW)};

static int set_buffer(struct slot *s, const struct buffer *b) {
    switch (b->how) {
    case 'v':
        called(s, CALL_setvbuf);
        return setvbuf(s->f, s->memory, b->mode, b->size);
    case 'b':
        called(s, CALL_setbuf);
        setbuf(s->f, s->memory);
        return 0;
    case 'r':
        called(s, CALL_setbuffer);
        setbuffer(s->f, s->memory, b->size);
        return 0;
    default:
        called(s, CALL_setlinebuf);
        setlinebuf(s->f);
        return 0;
    }
}

void choose_buffer(struct slot *s) {
    int choice = chance(30) ? 0 : 1 + (int)below(BUFFERS - 1);
    const struct buffer *b = &buffers[choice];
    if (choice == 0)
        return;
    /* A buffer set before stays the stream's until another is set: free it after that. */
    char *before = s->memory;
    s->memory = b->memory ? malloc(b->size) : NULL;
    int r = set_buffer(s, b);
    say(s, "buffer %s = %d", b->name, r);
    free(before);
    s->buffer = choice;
    s->buffering = b->mode;
    s->size = b->mode == _IONBF ? 1 : b->size ? b->size : 4096;
}

void free_buffer(struct slot *s) {
    if (!s->memory)
        return;
    memset(s->memory, 0xdd, buffers[s->buffer].size);
    free(s->memory);
    s->memory = NULL;
}
