/*
 * What the parts of the scanf engine share: the state of one call, how it looks at and takes characters, how
 * it stores text. scan.c reads the format and calls one of the conversions declared here for each directive.
 */
#ifndef BUF_SCAN_STATE_H
#define BUF_SCAN_STATE_H

#include "scan.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <wctype.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

enum { END = -1 };        /* no character: the input has ended or failed */
#define NO_LIMIT LONG_MAX /* a field without a width */

/* How a directive ended, and with it what the whole call returns. */
enum outcome {
    MATCHED,    /* go on */
    MISMATCHED, /* matching failure: the items assigned so far */
    EXHAUSTED,  /* input failure: EOF when nothing was assigned, else the items so far */
    FAILED,     /* no memory: EOF, and all that was allocated is freed */
};

/* What stands between % and the conversion's letter, and what the letter implies. */
enum directive_flag {
    SUPPRESS = 1 << 0,     /* * */
    GROUP = 1 << 1,        /* ' and the locale has a thousands separator */
    LOCAL_DIGITS = 1 << 2, /* I */
    IS_CHAR = 1 << 3,      /* hh */
    IS_SHORT = 1 << 4,     /* h */
    IS_LONG = 1 << 5,      /* l, and all that is as wide: ll L q j z t */
    IS_LONGEST = 1 << 6,   /* ll L q */
    ALLOCATE = 1 << 7,     /* m */
    ALLOCATE_GNU = 1 << 8, /* a before s S [ */
    POINTER = 1 << 9,      /* p */
};

/* The allocated results of a call, so that a failure can free them. */
struct allocations {
    struct allocations *earlier; /* filled before this one; NULL in the first */
    size_t count;                /* slots in use */
    char **slots[16];            /* the caller's pointers */
};

typedef __typeof__((*(va_list *)0)[0]) argument_list; /* what a va_list is an array of */

/* va_copy, word by word: as the compiler copies it, the 16 bytes it loads at once were just written in
   smaller pieces, and the processor waits for them (1 to 3 ns of a call that takes 10). */
static inline void buf__copy_arguments(argument_list *to, const volatile argument_list *from) {
    to->gp_offset = from->gp_offset;
    to->fp_offset = from->fp_offset;
    to->overflow_arg_area = from->overflow_arg_area;
    to->reg_save_area = from->reg_save_area;
}

struct scan {
    struct source *bytes; /* one of the two is NULL */
    struct wide_source *wide;
    const void *start;            /* in the window: what lies before it is in `passed` */
    unsigned mode;                /* enum scan_mode */
    unsigned flags;               /* of the present directive */
    long width;                   /* characters it may still take */
    const void *format;           /* behind its letter; a set moves it behind its bracket */
    va_list arguments;            /* its pointer is the next one here */
    argument_list *all_arguments; /* the caller's list, not touched */
    va_list next_arguments; /* `arguments` of the directives without position, while one with position (n$) is
                               at work */
    int position;           /* of its argument, from 1; 0: the next one */

    /* From here on zero when a call begins, but for `allocations`. */
    size_t passed;  /* characters taken before `start` */
    int done;       /* items assigned */
    int end_errno;  /* errno when it ended; set again at each further attempt to read, as glibc does */
    bool ended;     /* the source has said 0 or -errno */
    char **pending; /* slot of an allocation not yet complete */
    struct allocations first_few;    /* the earliest allocations */
    struct allocations *allocations; /* the latest */
};

/* For functions that are written once for bytes and wide characters, with `wide` a constant. */
#define BOTH_KINDS static inline __attribute__((always_inline))

/* The format is an array of unsigned char or of wchar_t. */
BOTH_KINDS unsigned unit(const void *format, bool wide) {
    return wide ? *(const unsigned *)format : *(const unsigned char *)format;
}

BOTH_KINDS const void *after(const void *format, bool wide) {
    return wide ? (const void *)((const wchar_t *)format + 1)
                : (const void *)((const unsigned char *)format + 1);
}

/* What scan_format.c reads. */
struct directive {
    const void *behind; /* the letter */
    unsigned letter;    /* 0: not a legal directive */
};

/* Read the directive behind a %; its flags, width and position go into the state. */
struct directive buf__read_directive(struct scan *scan, const void *format);
struct directive buf__read_wide_directive(struct scan *scan, const void *format);

/* Slow ends of peek(): ask the source for more; return the next character or END. */
int buf__scan_refill(struct scan *scan);
int buf__scan_refill_wide(struct scan *scan);

/* Takes white space as far as the source gives it; errno as reading leaves it. */
void buf__take_spaces(struct scan *scan);
/* The same before a conversion, where glibc keeps errno, and takes an end of input for a failure only if a
 * signal caused it: false. */
bool buf__skip_on(struct scan *scan);

/* The next character, not taken; END at the end. */
static inline int peek_byte(struct scan *scan) {
    const struct source *source = scan->bytes;
    return LIKELY(source->at < source->end) ? *source->at : buf__scan_refill(scan);
}

static inline int peek_wide(struct scan *scan) {
    const struct wide_source *source = scan->wide;
    return LIKELY(source->at < source->end) ? (int)*source->at : buf__scan_refill_wide(scan);
}

static inline int peek(struct scan *scan) {
    return scan->bytes ? peek_byte(scan) : peek_wide(scan);
}

/* Takes the character that peek() showed; the width counts it. */
static inline void take(struct scan *scan) {
    if (scan->bytes)
        scan->bytes->at++;
    else
        scan->wide->at++;
    scan->width--;
}

/* Characters taken since the call began. */
static inline size_t taken(const struct scan *scan) {
    return scan->passed + (scan->bytes ? (size_t)(scan->bytes->at - (const unsigned char *)scan->start)
                                       : (size_t)(scan->wide->at - (const wchar_t *)scan->start));
}

/* Nothing comes after the window, and the window's end was seen: what peek() would have noted. */
static inline bool at_last_end(struct scan *scan) {
    return scan->bytes->more == NULL && (buf__scan_refill(scan), true);
}

static inline bool is_space_byte(unsigned c) {
    return c == ' ' || c - '\t' < 5 || (c >= 0x80 && isspace((int)c));
}

static inline bool is_space(const struct scan *scan, int c) {
    return scan->bytes ? c != END && is_space_byte((unsigned)c) : iswspace((wint_t)c) != 0;
}

static inline int lower(const struct scan *scan, int c) {
    return scan->bytes ? tolower(c) : (int)towlower((wint_t)c);
}

/* A token in bytes that could not be converted in the window: short ones stay on the stack. */
struct token {
    char *text;    /* `small` or a heap block */
    size_t length; /* without a terminator */
    size_t size;   /* of the block; always room for a terminator */
    bool failed;   /* no memory: the text is cut */
    char small[1024]; /* as much as libc has without an allocation */
};

void buf__token_start(struct token *token);
void buf__token_add(struct token *token, char c);
void buf__token_add_text(struct token *token, const char *text);
void buf__token_free(struct token *token);

/* Where a text conversion stores: nowhere (suppressed), the caller's array, or a block that grows. */
struct output {
    char *base;  /* first unit; NULL when suppressed */
    size_t used; /* units stored */
    size_t size; /* units that fit; SIZE_MAX for the caller's array */
    size_t unit; /* bytes of a unit: 1 or sizeof(wchar_t) */
    char **slot; /* the caller's pointer to the block, or NULL */
};

/* Takes the conversion's argument; a block begins with `size` units. */
enum outcome buf__output_open(struct scan *scan, struct output *out, size_t unit, size_t size);
/* Makes the block larger by `more` units, or by `least` if there is not so much memory. */
enum outcome buf__output_grow(struct scan *scan, struct output *out, size_t more, size_t least);
/* Cuts the block to what is used and counts the item. */
void buf__output_close(struct scan *scan, struct output *out);

/* Text from bytes: stores and takes the next `count` bytes of the window. */
enum outcome buf__take_bytes(struct scan *scan, struct output *out, size_t count);
/* Room for one more unit. */
enum outcome buf__make_room(struct scan *scan, struct output *out);
/* End a string with its null byte or null wide character, and the item with it. */
enum outcome buf__end_word(struct scan *scan, struct output *out);
enum outcome buf__end_wide_word(struct scan *scan, struct output *out);

/* The bytes of the window that the width allows. */
static inline size_t buf__room(const struct scan *scan) {
    size_t there = (size_t)(scan->bytes->end - scan->bytes->at), width = (size_t)scan->width;
    return there < width ? there : width;
}

/* The conversions. Each works on the present directive and returns how it went. */
enum outcome buf__scan_integer(struct scan *scan, unsigned base, bool is_signed);
enum outcome buf__scan_float(struct scan *scan);
enum outcome buf__scan_characters(struct scan *scan);      /* %c from bytes */
enum outcome buf__scan_word(struct scan *scan);            /* %s from bytes */
enum outcome buf__scan_set(struct scan *scan);             /* %[ from bytes */
enum outcome buf__scan_wide_characters(struct scan *scan); /* the same from wide characters */
enum outcome buf__scan_wide_word(struct scan *scan);
enum outcome buf__scan_wide_set(struct scan *scan);

/* The locale's separators, as the source's characters and as the bytes that libc's strto* want. */
struct separators {
    int point[MB_LEN_MAX + 1];
    int thousands[MB_LEN_MAX + 1]; /* thousands[0] == 0: none */
    const char *point_text;
    const char *thousands_text;
};

void buf__scan_separators(const struct scan *scan, struct separators *separators);

/* Takes what is equal to the separator from its *matched-th character on, and counts on. *budget: as many
   characters more than the first may be looked at; the width stays as it is. True when the whole separator
   was taken. */
bool buf__take_separator(struct scan *scan, const int *separator, size_t *matched, long *budget);

/* The second half of buf__scan_float: character by character. */
enum outcome buf__scan_float_token(struct scan *scan);
/* Converts and stores a token that is a small decimal number as a whole. */
bool buf__store_small_decimal(struct scan *scan, const struct token *token);

/* Numbers in the locale's own digits or with separators (flags I and '): appended to the token in plain
   digits and the locale's separators. The float goes on where a number in ASCII ended, with or without a
   point. */
enum outcome buf__scan_local_integer(struct scan *scan, struct token *token);
void buf__scan_local_float(struct scan *scan, struct token *token, bool got_sign, bool got_point);

/* Takes the thousands separators out of the token; where the grouping is wrong the number ends, as in
   glibc. */
void buf__token_ungroup(const struct scan *scan, struct token *token);

#endif
