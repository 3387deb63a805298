/* The paper of the reports for people: lines of at most COLUMNS columns, in colour where that is wanted, numbers
   as people read them, and names of any bytes made harmless to a terminal. */
#ifndef BUFCOUNT_SHEET_H
#define BUFCOUNT_SHEET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { COLUMNS = 100 };

struct sheet {
    FILE *out;
    bool colour;
};

enum ink { INK_PLAIN, INK_HEAD, INK_GOOD, INK_BAD, INK_BAR, INK_FAINT };

/* --color=WHEN */
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* Colour unless OUT is no terminal, NO_COLOR is set and not empty, or TERM is "dumb"; WHEN may decide. */
struct sheet sheet_of(FILE *out, enum colour when);

/* Everything up to the next change is in that ink. */
void sheet_ink(const struct sheet *, enum ink);
/* A heading: an empty line, then the text in INK_HEAD. */
void sheet_head(const struct sheet *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prose: broken at blanks where it is too long, its further lines indented; a word that is longer than a line
   keeps its end. Control characters and bytes that are not UTF-8 become '?'. */
void sheet_say(const struct sheet *, enum ink, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A short text, by value, so that it can be made inside a call. */
struct label {
    char text[32];
};
struct label label_count(uint64_t value, int width); /* 1,234,567; 1234567 or 1.23 M where that is too wide */
struct label label_size(uint64_t bytes);             /* 16 B, 4 KiB, 1.25 MiB: at most 8 columns */
struct label label_time(double nanoseconds);         /* 850 ns, 12.3 us: at most 7 columns */
struct label label_share(uint64_t part, uint64_t whole); /* 97%, - where WHOLE is 0 */

/* Calls in for one call out, 1,024 or 0.25: at most 7 columns; - where there is none. */
struct label label_ratio(uint64_t in, uint64_t out);

/* A name made printable and, where it is wider, shortened to WIDTH columns in its middle. */
struct clipped {
    char text[COLUMNS * 4 + 1];
};
struct clipped clip(const char *name, int width);
/* Bytes that make up the character at TEXT, 0 where it is not UTF-8; and the columns that it takes. */
int utf8_length(const unsigned char *text);
int columns_of(const char *text);

#endif
