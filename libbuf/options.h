/* Options of a stream (libbuf-options(7)): what they are, and the parser. Above: rules.c for LIBBUF, policy.c
   for buf_fopen and buf_configure. */

#ifndef BUF_OPTIONS_H
#define BUF_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option {
#define OPTION(name, words, number, text) OPTION_##name,
#include "options_table.h"
    OPTIONS
};

/* The words of the values, in the table's order. */
enum { SIZE_AUTO };
enum { BUFFER_FULL, BUFFER_LINE, BUFFER_NONE };
enum { ALIGN_AUTO, ALIGN_OFF };
enum { FILL_ON, FILL_OFF };
enum { DIRECT_OFF, DIRECT_TRY, DIRECT_REQUIRE };
enum { CACHE_WRITEBACK, CACHE_WRITETHROUGH, CACHE_NONE, CACHE_DIRECTSYNC, CACHE_UNSAFE, CACHE_DONTCACHE };
enum { SYNC_NONE, SYNC_FLUSH, SYNC_CLOSE, SYNC_ALWAYS, SYNC_EVERY };
enum { ADVISE_NORMAL, ADVISE_SEQUENTIAL, ADVISE_RANDOM, ADVISE_WILLNEED, ADVISE_NOREUSE };
enum { RECORD_BYTES, RECORD_LINE };

enum { REPORT_ROOM = 256 }; /* bytes of report's value, its null byte included */

struct settings {
    uint32_t given;         /* a bit for each option that was named */
    uint8_t word[OPTIONS];  /* the value's word, by its place among the words */
    size_t number[OPTIONS]; /* a value that is a number; 0: it is a word */
    char report[REPORT_ROOM];
};

static inline bool option_given(const struct settings *s, enum option option) {
    return s->given >> option & 1;
}

/* Reads `length` bytes of "name[=value],..." into *settings, over what is there. 0, or -EINVAL with a line on
   what is wrong in `problem`. */
int buf__parse_options(const char *text, size_t length, struct settings *settings, char *problem,
                       size_t room);

/* Lays `over`, where it names an option, on *settings. */
void buf__settings_merge(struct settings *settings, const struct settings *over);

/* An option's name. */
const char *buf__option_name(enum option);

/* Writes "name=value,..." of what is given; what does not fit is cut. */
void buf__settings_print(const struct settings *settings, char *to, size_t room);

#endif
