/* Streams of all kinds come and go (open.c, kinds.c, buffer.c). */
#ifndef FUZZ_OPEN_H
#define FUZZ_OPEN_H

#include "files.h"

/* Opens something on a closed slot; false if it stays closed. */
bool open_slot(struct slot *s);

/* Closes it by the call that its kind asks for, and logs the result. */
void close_slot(struct slot *s);

/* Opens a file on the slot by the open call given (NULL: refused by the system, logged). */
bool open_regular(struct slot *s);
bool open_kind(struct slot *s); /* kinds.c: everything else */

/* Fills in what follows from a mode string. */
void set_mode(struct slot *s, const char *mode);
extern const char *const mode_strings[MODES];

/* The stream is there: the rest of the slot is as for any new stream. */
void fresh_slot(struct slot *s, FILE *f, enum kind kind);

/* Chooses a buffer, before the first input or output. */
void choose_buffer(struct slot *s);
void free_buffer(struct slot *s);

/* memory.c: streams on memory; what is in it, which is then freed. */
bool open_memory(struct slot *s);
bool open_cookie(struct slot *s);
void show_memory(struct slot *s);

/* Closing of the kinds in kinds.c: what else they need. */
void before_close(struct slot *s);
void after_close(struct slot *s);

#endif
