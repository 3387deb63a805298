/* The rules of LIBBUF: which streams get which options (libbuf-options(7)). The first rule that matches is a
   stream's rule, alone. Below: options.h. */

#ifndef BUF_RULES_H
#define BUF_RULES_H

#include "options.h"

/* Reads LIBBUF, and what users of older tools have in their scripts: _STDBUF_I, _STDBUF_O, _STDBUF_E and
   IOBUF_PARAMS. A rule that cannot be read is named in a line on descriptor 2 and skipped. */
void buf__rules_start(char *const *environment);

/* One rule more, behind the others; `where` is named when it cannot be read. */
void buf__rules_add(const char *where, const char *rule, size_t length);

/* rules_iobuf.c: the value of IOBUF_PARAMS. */
void buf__rules_iobuf(const char *);

/* There is none: nothing need be asked. */
extern bool buf__rules_none;

/* LIBBUF_VERBOSE asks for a line on each stream. */
extern bool buf__rules_verbose;

/* The options of the first rule that matches a stream, NULL: none. `special` is "%stdin", "%stdout", "%stderr" or
   "%pipe", or NULL; `path` is its name or NULL. *pattern is the rule's. */
const struct settings *buf__rule_for(const char *special, const char *path, const char **pattern);

#endif
