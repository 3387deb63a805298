/* The rows of the per-call table: what is called, how often in one sample, what must have moved for it, and
   what limits the machine sets (nanoseconds of libc 2.36 and of the best shared library, one thread and one
   more alive, as measured when libbuf was planned; 0: not known). Every operation checks what it was given
   back. */

#ifndef CALLS_ROWS_H
#define CALLS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    PERIOD = 1024,         /* records of an input, after which it repeats */
    LINE = 80,             /* bytes of a line of input, the newline included */
    RECORDS = 1024 * 1024, /* records of 16 bytes in the file of random access */
};

/* Where a row's bytes come from or go to. */
enum way {
    OUT,        /* written: /dev/null or a pipe */
    IN_BYTES,   /* read: anything */
    IN_LINES,   /* read: lines of 80 bytes */
    IN_NUMBERS, /* read: integers, one a line */
    IN_REALS,   /* read: numbers with six decimals, one a line */
    IN_WORDS,   /* read: words of 1 to 16 letters, one a line */
    RANDOM_OUT, /* a file open for "r+" */
    RANDOM_IN,  /* a file open for "r" */
    GROWING,    /* a new file */
    OPENING,    /* the operation opens and closes by itself */
    MEMORY,     /* no stream at all */
};

/* What an operation finds besides the stream. */
struct material {
    char bytes[4096];        /* to be written, or read into; no '\0' */
    char text[17];           /* 16 characters and '\0' */
    wchar_t wide[17];        /* the same, wide */
    int numbers[PERIOD];     /* of 1 to 10 digits, either sign */
    double reals[PERIOD];    /* 0 to 1000 */
    char *number_text;       /* numbers, reals and words as text, each in TEXT_SIZE bytes */
    char *real_text;         /* for sscanf */
    char *word_text;         /* for sscanf */
    uint32_t places[PERIOD]; /* record numbers below RECORDS in random order */
    char *line;              /* getline's */
    size_t line_size;        /* its bytes */
    const char *path;        /* of the file that OPENING makes */
};

enum { TEXT_SIZE = 32 };

/* Does the operation n times; false when one of them gave back something else than it should. */
typedef bool operation(FILE *, struct material *, long n);

struct row {
    const char *name;
    operation *run;
    enum way way;
    long calls;        /* in one sample; a multiple of PERIOD where the input's records differ */
    size_t bytes;      /* moved by one operation, at most */
    double least;      /* bytes per operation that must pass through the stream; 0: at least one in all */
    const char *proof; /* for MEMORY: the function that must be libbuf's */
    bool pipe_only;
    bool pair;         /* two threads use the stream at once */
    double libc[2];    /* limits with a buffer of 64 KiB: libc, one thread and one more alive */
    double library[2]; /* the best library */
    double libc_default[2], library_default[2]; /* the same with the default buffer, where it was measured */
};

static bool do_putc(FILE *f, struct material *m, long n) {
    int wrong = 0;
    (void)m;
    for (long i = 0; i < n; i++)
        wrong |= putc('a' + (int)(i & 15), f) ^ ('a' + (int)(i & 15));
    return !wrong;
}

static bool do_fputc(FILE *f, struct material *m, long n) {
    int wrong = 0;
    (void)m;
    for (long i = 0; i < n; i++)
        wrong |= fputc('a' + (int)(i & 15), f) ^ ('a' + (int)(i & 15));
    return !wrong;
}

static bool do_getc(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)m;
    for (long i = 0; i < n; i++)
        all |= getc(f);
    return all >= 0;
}

static bool do_ungetc(FILE *f, struct material *m, long n) {
    int all = 0, wrong = 0;
    (void)m;
    int c = getc(f);
    for (long i = 0; i < n; i++) {
        all |= ungetc(c, f);
        wrong |= getc(f) ^ c;
    }
    return all >= 0 && !wrong;
}

static bool do_fputs(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fputs(m->text, f);
    return all >= 0;
}

static bool do_puts(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)f;
    for (long i = 0; i < n; i++)
        all |= puts(m->text);
    return all >= 0;
}

static inline bool write_pieces(FILE *f, struct material *m, long n, size_t size) {
    size_t wrong = 0;
    for (long i = 0; i < n; i++)
        wrong |= fwrite(m->bytes, 1, size, f) ^ size;
    return !wrong;
}

#define WRITE_PIECES(size)                                                                                   \
    static bool do_fwrite_##size(FILE *f, struct material *m, long n) {                                      \
        return write_pieces(f, m, n, size);                                                                  \
    }
WRITE_PIECES(1)
WRITE_PIECES(8)
WRITE_PIECES(16)
WRITE_PIECES(64)
WRITE_PIECES(1024)
WRITE_PIECES(4096)

static bool do_fread(FILE *f, struct material *m, long n) {
    size_t wrong = 0;
    for (long i = 0; i < n; i++)
        wrong |= fread(m->bytes, 1, 16, f) ^ 16;
    return !wrong;
}

static bool do_fgets(FILE *f, struct material *m, long n) {
    int wrong = 0;
    for (long i = 0; i < n; i++)
        wrong |= (fgets(m->bytes, sizeof m->bytes, f) == NULL) | (m->bytes[LINE - 1] ^ '\n') | m->bytes[LINE];
    return !wrong;
}

static bool do_getline(FILE *f, struct material *m, long n) {
    ssize_t wrong = 0;
    for (long i = 0; i < n; i++)
        wrong |= getline(&m->line, &m->line_size, f) ^ LINE;
    return !wrong;
}

static bool do_print_number(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fprintf(f, "%d\n", m->numbers[i % PERIOD]);
    return all > 0;
}

static bool do_print_mixed(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++) {
        int value = m->numbers[i % PERIOD];
        all |= fprintf(f, "%s %d %ld %x\n", m->text, value, (long)value * 1001, (unsigned)value);
    }
    return all > 0;
}

static bool do_print_fixed(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fprintf(f, "%.6f", m->reals[i % PERIOD]);
    return all > 0;
}

static bool do_print_general(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fprintf(f, "%g", m->reals[i % PERIOD]);
    return all > 0;
}

static bool do_scan_number(FILE *f, struct material *m, long n) {
    int wrong = 0, value = 0;
    for (long i = 0; i < n; i++)
        wrong |= (fscanf(f, "%d", &value) ^ 1) | (value ^ m->numbers[i % PERIOD]);
    return !wrong;
}

static bool do_scan_real(FILE *f, struct material *m, long n) {
    int wrong = 0;
    double value = 0;
    for (long i = 0; i < n; i++) {
        double given = m->reals[i % PERIOD];
        wrong |= (fscanf(f, "%lf", &value) ^ 1) | (value < given - 1e-6) | (value > given + 1e-6);
    }
    return !wrong;
}

static bool do_scan_word(FILE *f, struct material *m, long n) {
    int wrong = 0;
    for (long i = 0; i < n; i++)
        wrong |= (fscanf(f, "%63s", m->bytes) ^ 1) | (m->bytes[0] ^ m->word_text[i % PERIOD * TEXT_SIZE]);
    return !wrong;
}

static bool do_random_write(FILE *f, struct material *m, long n) {
    size_t wrong = 0;
    for (long i = 0; i < n; i++) {
        wrong |= (size_t)fseek(f, (long)m->places[i % PERIOD] * 16, SEEK_SET);
        wrong |= fwrite(m->bytes, 1, 16, f) ^ 16;
    }
    return !wrong;
}

static bool do_random_read(FILE *f, struct material *m, long n) {
    size_t wrong = 0;
    for (long i = 0; i < n; i++) {
        wrong |= (size_t)fseek(f, (long)m->places[i % PERIOD] * 16, SEEK_SET);
        wrong |= fread(m->bytes, 1, 16, f) ^ 16;
    }
    return !wrong;
}

static bool do_read_again(FILE *f, struct material *m, long n) {
    size_t wrong = fread(m->bytes, 1, 8, f) ^ 8;
    for (long i = 0; i < n; i++) {
        wrong |= (size_t)fseek(f, -8, SEEK_CUR);
        wrong |= fread(m->bytes, 1, 8, f) ^ 8;
    }
    return !wrong;
}

static bool do_write_tell(FILE *f, struct material *m, long n) {
    long wrong = 0, at = ftell(f);
    for (long i = 0; i < n; i++) {
        wrong |= (long)fwrite(m->bytes, 1, 16, f) ^ 16;
        wrong |= ftell(f) ^ (at += 16);
    }
    return !wrong;
}

static bool do_open(FILE *f, struct material *m, long n) {
    size_t wrong = 0;
    for (long i = 0; i < n; i++) {
        f = fopen(m->path, "w");
        if (!f)
            return false;
        wrong |= fwrite(m->bytes, 1, 100, f) ^ 100;
        wrong |= (size_t)fclose(f);
    }
    return !wrong;
}

static bool do_fputws(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fputws(m->wide, f);
    return all >= 0;
}

static bool do_fgetws(FILE *f, struct material *m, long n) {
    wchar_t line[2 * LINE];
    int wrong = 0;
    (void)m;
    for (long i = 0; i < n; i++)
        wrong |= (fgetws(line, 2 * LINE, f) == NULL) | (line[LINE - 1] ^ L'\n');
    return !wrong;
}

static bool do_print_wide(FILE *f, struct material *m, long n) {
    int all = 0;
    for (long i = 0; i < n; i++)
        all |= fwprintf(f, L"%d\n", m->numbers[i % PERIOD]);
    return all > 0;
}

static bool do_string_number(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)f;
    for (long i = 0; i < n; i++)
        all |= snprintf(m->bytes, sizeof m->bytes, "%d\n", m->numbers[i % PERIOD]);
    return all > 0;
}

static bool do_string_mixed(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)f;
    for (long i = 0; i < n; i++) {
        int value = m->numbers[i % PERIOD];
        all |= snprintf(m->bytes, sizeof m->bytes, "%s %d %ld %x\n", m->text, value, (long)value * 1001,
                        (unsigned)value);
    }
    return all > 0;
}

static bool do_string_fixed(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)f;
    for (long i = 0; i < n; i++)
        all |= snprintf(m->bytes, sizeof m->bytes, "%.6f", m->reals[i % PERIOD]);
    return all > 0;
}

static bool do_string_general(FILE *f, struct material *m, long n) {
    int all = 0;
    (void)f;
    for (long i = 0; i < n; i++)
        all |= snprintf(m->bytes, sizeof m->bytes, "%g", m->reals[i % PERIOD]);
    return all > 0;
}

static bool do_parse_number(FILE *f, struct material *m, long n) {
    int wrong = 0, value = 0;
    (void)f;
    for (long i = 0; i < n; i++)
        wrong |= (sscanf(m->number_text + i % PERIOD * TEXT_SIZE, "%d", &value) ^ 1) |
                 (value ^ m->numbers[i % PERIOD]);
    return !wrong;
}

static bool do_parse_real(FILE *f, struct material *m, long n) {
    int wrong = 0;
    double value = 0;
    (void)f;
    for (long i = 0; i < n; i++) {
        double given = m->reals[i % PERIOD];
        wrong |= (sscanf(m->real_text + i % PERIOD * TEXT_SIZE, "%lf", &value) ^ 1) | (value < given - 1e-6) |
                 (value > given + 1e-6);
    }
    return !wrong;
}

static bool do_parse_word(FILE *f, struct material *m, long n) {
    int wrong = 0;
    (void)f;
    for (long i = 0; i < n; i++) {
        const char *word = m->word_text + i % PERIOD * TEXT_SIZE;
        wrong |= (sscanf(word, "%63s", m->bytes) ^ 1) | (m->bytes[0] ^ word[0]);
    }
    return !wrong;
}

static const struct row rows[] = {
    {"putc", do_putc, OUT, 80000, 1, 1, .libc = {2.7, 4.6}, .library = {3.1, 4.1}},
    {"getc", do_getc, IN_BYTES, 80 * PERIOD, 1, 1, .libc = {2.8, 4.8}, .library = {2.8, 3.6}},
    {"ungetc + getc", do_ungetc, IN_BYTES, 30000, 0, 0, .libc = {7.1, 10}, .library = {5.4, 6.2}},
    {"fputs 16 B", do_fputs, OUT, 30000, 16, 16, .libc = {8.7, 9.0}, .library = {6.3, 5.8}},
    {"fwrite 8 B", do_fwrite_8, OUT, 30000, 8, 8, .libc = {7.9, 7.9}, .library = {3.8, 4.1}},
    {"fwrite 64 B", do_fwrite_64, OUT, 30000, 64, 64, .libc = {8.2, 8.2}, .library = {5.4, 5.5}},
    {"fwrite 1 KiB", do_fwrite_1024, OUT, 8000, 1024, 1024, .libc = {22, 22}, .library = {15, 15}},
    {"fwrite 4 KiB", do_fwrite_4096, OUT, 3000, 4096, 4096, .libc = {66, 66}, .library = {59, 59}},
    {"fread 16 B", do_fread, IN_BYTES, 24 * PERIOD, 16, 16, .libc = {9.5, 9.3}, .library = {5.2, 5.7}},
    {"fgets 80 B", do_fgets, IN_LINES, 12 * PERIOD, LINE, LINE, .libc = {17, 17}, .library = {12, 13}},
    {"getline 80 B", do_getline, IN_LINES, 12 * PERIOD, LINE, LINE, .libc = {18, 15}, .library = {17, 20}},
    {"fprintf \"%d\\n\"", do_print_number, OUT, 8000, 12, 2, .libc = {33, 33}, .library = {9.5, 11}},
    {"fprintf \"%s %d %ld %x\\n\"", do_print_mixed, OUT, 3000, 64, 23, .libc = {118, 117},
     .library = {28, 31}},
    {"fprintf \"%.6f\"", do_print_fixed, OUT, 2000, 11, 8, .libc = {219, 219}, .library = {24, 25}},
    {"fprintf \"%g\"", do_print_general, OUT, 2000, 13, 1, .libc = {152, 154}, .library = {20, 20}},
    {"fscanf \"%d\"", do_scan_number, IN_NUMBERS, 4 * PERIOD, 12, 2, .libc = {63, 63}, .library = {17, 18}},
    {"fscanf \"%lf\"", do_scan_real, IN_REALS, 3 * PERIOD, 12, 9, .libc = {111, 111}, .library = {16, 17}},
    {"fscanf \"%63s\"", do_scan_word, IN_WORDS, 6 * PERIOD, 17, 2, .libc = {44, 44}, .library = {19, 20}},
    {"fseek + fwrite 16 B", do_random_write, RANDOM_OUT, 250, 16, 16, .libc = {6030, 5660},
     .library = {618, 680}, .libc_default = {1627, 2061}, .library_default = {616, 686}},
    {"fseek + fread 16 B", do_random_read, RANDOM_IN, 400, 16, 8, .libc = {6997, 6997}, .library = {521, 521},
     .libc_default = {771, 771}, .library_default = {526, 526}},
    {"fseek -8 + fread 8 B", do_read_again, RANDOM_IN, 2000, 0, 0, .libc = {182, 289}, .library = {8.4, 9.3}},
    {"fwrite 16 B + ftell", do_write_tell, GROWING, 2000, 16, 16, .libc = {195, 298}, .library = {16, 17}},
    {"fopen + 100 B + fclose", do_open, OPENING, 50, 100, 100, .libc = {7987, 8186}, .library = {7050, 7170}},
    {"pair fwrite 16 B", do_fwrite_16, OUT, 10000, 16, 16, .pair = true, .libc = {0, 68}, .library = {0, 73}},
    {"pair fprintf \"%d\\n\"", do_print_number, OUT, 5000, 12, 2, .pair = true, .libc = {0, 215},
     .library = {0, 56}},
    {"fwrite 1 B", do_fwrite_1, OUT, 30000, 1, 1, .proof = NULL},
    {"fwrite 16 B", do_fwrite_16, OUT, 30000, 16, 16, .proof = NULL},
    {"puts 16 B", do_puts, OUT, 20000, 17, 17, .proof = NULL},
    {"fputc", do_fputc, OUT, 80000, 1, 1, .pipe_only = true},
    {"fputws 16", do_fputws, OUT, 4000, 16, 16, .proof = NULL},
    {"fgetws 80", do_fgetws, IN_LINES, 2 * PERIOD, LINE, LINE, .proof = NULL},
    {"fwprintf \"%d\\n\"", do_print_wide, OUT, 4000, 12, 2, .proof = NULL},
    {"snprintf \"%d\\n\"", do_string_number, MEMORY, 8000, 0, 0, .proof = "snprintf"},
    {"snprintf \"%s %d %ld %x\\n\"", do_string_mixed, MEMORY, 3000, 0, 0, .proof = "snprintf"},
    {"snprintf \"%.6f\"", do_string_fixed, MEMORY, 2000, 0, 0, .proof = "snprintf"},
    {"snprintf \"%g\"", do_string_general, MEMORY, 2000, 0, 0, .proof = "snprintf"},
    {"sscanf \"%d\"", do_parse_number, MEMORY, 4000, 0, 0, .proof = "__isoc99_sscanf"},
    {"sscanf \"%lf\"", do_parse_real, MEMORY, 3000, 0, 0, .proof = "__isoc99_sscanf"},
    {"sscanf \"%63s\"", do_parse_word, MEMORY, 6000, 0, 0, .proof = "__isoc99_sscanf"},
};

enum { ROWS = sizeof rows / sizeof *rows };

#endif
