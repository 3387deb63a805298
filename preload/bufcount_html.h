/* What the parts of the page share. Every part writes a <section> or nothing; all text passes html_text. */
#ifndef BUFCOUNT_HTML_H
#define BUFCOUNT_HTML_H

#include "bufcount.h"

enum {
    PAGE_WIDTH = 1040, /* of the wide pictures, in their own units */
    NUMBER_SIZE = 40   /* of a number's text */
};

/* What the page is of. */
struct page {
    FILE *out;
    const struct options *options;
    const struct results *results;
    const struct tally *tally;
    double nanoseconds_of_tick; /* 0 without --time */
    const char *on;             /* " on libc" and the like behind a heading, or "" */
    const char *anchor;         /* in front of an id, so that two tallies have different ones */
};

/* bufcount_html_text.c: text with what HTML takes for its own escaped; bytes that are no UTF-8, and control
   characters, as U+FFFD. The second keeps both ends of what has more than MOST characters. */
void html_text(FILE *, const char *);
void html_cut(FILE *, const char *, size_t most);
const char *last_part(const char *path); /* behind the last slash */

/* Numbers as text. COUNT: 1,234,567. SHORT_COUNT: 1.23 M. BYTES: 1.50 MiB. TIME: 12.3 ms. */
const char *format_count(char text[NUMBER_SIZE], uint64_t);
const char *format_short(char text[NUMBER_SIZE], double);
const char *format_bytes(char text[NUMBER_SIZE], double);
const char *format_time(char text[NUMBER_SIZE], double nanoseconds);
const char *format_share(char text[NUMBER_SIZE], uint64_t part, uint64_t whole);
/* The least of 1, 2, 5, 10, 20 ... times a power that needs at most MOST steps to reach END. */
double nice_step(double end, int most);

/* The colours of the kinds are CSS classes. A function has that of most of its system calls, or else of the
   way its bytes go. */
extern const char *const kind_names[INSIDE_KINDS];
int colour_of_function(const char *name, const struct stdio_figures *);

/* bufcount_html_own.c: what libbuf itself reported of the run on libbuf, where nobody else saw its
   stdio calls. False where there is no such report. */
enum { OWN_FUNCTIONS = 3 };
extern const char *const own_function_names[OWN_FUNCTIONS];
bool own_functions(const struct page *, struct stdio_figures figures[OWN_FUNCTIONS]);

extern const char html_style[];

void html_sides(const struct page *);
void html_functions(const struct page *);
void html_calls(const struct page *);
void html_sizes(const struct page *);
void html_files(const struct page *);
void html_timeline(const struct page *);
void html_tree(const struct page *);
void html_ranks(const struct page *);
void html_advice(const struct page *);
void html_notes(const struct page *);

#endif
