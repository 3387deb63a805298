/* Prints libbuf-options(7): the template on stdin, with each option of libbuf/options_table.h in the place of its
   line "@OPTIONS@". The parser is made from the same table. */

#include <stdio.h>
#include <string.h>

enum number { NONE, BYTES, COUNT, WORD_BYTES, FLAG, ANY };

static const struct {
    const char *name, *words;
    enum number number;
    const char *text;
} table[] = {
#define OPTION(name, words, number, text) {#name, words, number, text},
#include "options_table.h"
};

/* Text for troff: a hyphen is a minus, a backslash is printed, and no line begins as a request. */
static void print_text(const char *text) {
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
}

/* What may stand behind the '=', words in bold and numbers in italics. */
static void print_values(const char *words, enum number number) {
    const char *between = "";
    while (*words) {
        size_t n = strcspn(words, " ");
        int last = words[n] == '\0';
        printf("%s\\fB%.*s\\fR", between, (int)n, words);
        if (last && number == WORD_BYTES)
            fputs("\\fB:\\fIBYTES\\fR", stdout);
        between = " | ";
        words += n + !last;
    }
    if (number == BYTES || number == COUNT)
        printf("%s\\fI%s\\fR", between, number == BYTES ? "BYTES" : "N");
    if (number == ANY)
        fputs("\\fIFILE\\fR | \\fBstderr\\fR | \\fBnone\\fR", stdout);
}

static void print_options(void) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        printf(".TP\n\\fB%s\\fR", table[i].name);
        if (table[i].number != FLAG) {
            fputs("\\fB=\\fR", stdout);
            print_values(table[i].words, table[i].number);
        }
        putchar('\n');
        print_text(table[i].text);
        putchar('\n');
        if (*table[i].words && table[i].number != FLAG)
            printf("Default: \\fB%.*s\\fR.\n", (int)strcspn(table[i].words, " "), table[i].words);
    }
}

int main(void) {
    char line[1000];
    while (fgets(line, sizeof line, stdin))
        if (strcmp(line, "@OPTIONS@\n") == 0)
            print_options();
        else
            fputs(line, stdout);
    return ferror(stdin) || fflush(stdout) != 0;
}
