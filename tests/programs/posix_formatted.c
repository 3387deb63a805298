/* POSIX.1-2017 XSH: what the pages of fprintf, fscanf, fwprintf and fwscanf add to C: numbered arguments, the
   ' flag, C and S, the m of scanf that allocates, errors. */
#include "clauses.h"
#include <locale.h>

static char got[200];

#define PRINTS(clause, want, ...)                                                                            \
    do {                                                                                                     \
        CHECK_INT(clause, snprintf(got, sizeof got, __VA_ARGS__), strlen(want));                             \
        CHECK_TEXT(clause, got, want);                                                                       \
    } while (0)

/* %n$ and *m$: any order, more than once. */
static void numbered(void) {
    int n = 0;
    PRINTS("POSIX fprintf numbered", "2 1", "%2$d %1$d", 1, 2);
    PRINTS("POSIX fprintf numbered", "5 5 five", "%1$d %1$d %2$s", 5, "five");
    PRINTS("POSIX fprintf numbered", "   42|42   |", "%1$*2$d|%1$-*2$d|", 42, 5);
    PRINTS("POSIX fprintf numbered", "3.14|", "%1$.*2$f|", 3.14159, 2);
    PRINTS("POSIX fprintf numbered", " 0042|", "%3$*1$.*2$d|", 5, 4, 42);
    PRINTS("POSIX fprintf numbered", "x 10000000000 1.5 1.25 c", "%5$s %1$lld %2$g %3$Lg %4$c", 10000000000LL,
           1.5, 1.25L, 'c', "x");
    PRINTS("POSIX fprintf numbered", "ab12", "%1$s%2$d%3$n", "ab", 12, &n);
    CHECK_INT("POSIX fprintf numbered", n, 4);
    PRINTS("POSIX fprintf numbered", "9 8 7 6 5 4 3 2 1", "%9$d %8$d %7$d %6$d %5$d %4$d %3$d %2$d %1$d", 1,
           2, 3, 4, 5, 6, 7, 8, 9);
    wchar_t wide[50];
    CHECK_INT("POSIX fwprintf numbered", swprintf(wide, 50, L"%2$ls %1$d %1$*3$d", 7, L"\u20ac", 3), 7);
    CHECK_WIDE("POSIX fwprintf numbered", wide, L"\u20ac 7   7");
    int a = 0, b = 0;
    char word[10] = "";
    CHECK_INT("POSIX fscanf numbered", sscanf("1 two 3", "%3$d %1$9s %2$d", word, &a, &b), 3);
    CHECK("POSIX fscanf numbered", b == 1 && a == 3 && strcmp(word, "two") == 0);
}

/* In the C locale there is no grouping; the flag is accepted. */
static void grouping(void) {
    PRINTS("POSIX fprintf '", "1234567", "%'d", 1234567);
    PRINTS("POSIX fprintf '", "1234567.250000", "%'f", 1234567.25);
    PRINTS("POSIX fprintf '", "  1234567", "%'9d", 1234567);
}

/* C is lc, S is ls. */
static void wide_letters(void) {
    wchar_t c = 0, text[10] = L"";
    PRINTS("POSIX fprintf C", "\xe2\x82\xac|  \xc3\xa9", "%C|%4C", (wint_t)0x20ac, (wint_t)0xe9);
    PRINTS("POSIX fprintf S", "a\xe2\x82\xac|a", "%S|%.3S", L"a\u20ac", L"a\u20ac");
    CHECK_INT("POSIX fscanf C", sscanf("\xe2\x82\xac", "%C", &c), 1);
    CHECK_INT("POSIX fscanf C", c, 0x20ac);
    CHECK_INT("POSIX fscanf S", sscanf(" \xc3\xa9\xe2\x82\xac", "%S", text), 1);
    CHECK_WIDE("POSIX fscanf S", text, L"\u00e9\u20ac");
}

/* m: scanf allocates; what failed to match allocates nothing that the program must free. */
static void allocating(void) {
    char *a = NULL, *b = NULL;
    wchar_t *w = NULL;
    int n = 0;
    CHECK_INT("POSIX fscanf m", sscanf("key=some value", "%m[^=]=%m[^\n]", &a, &b), 2);
    CHECK_TEXT("POSIX fscanf m", a, "key");
    CHECK_TEXT("POSIX fscanf m", b, "some value");
    free(a);
    free(b);
    CHECK_INT("POSIX fscanf m", sscanf("word 5", "%ms %d", &a, &n), 2);
    CHECK_TEXT("POSIX fscanf m", a, "word");
    free(a);
    CHECK_INT("POSIX fscanf m", sscanf("abcdef", "%3ms", &a), 1);
    CHECK_TEXT("POSIX fscanf m", a, "abc");
    free(a);
    CHECK_INT("POSIX fscanf m", sscanf("abcdef", "%4mc", &a), 1);
    CHECK_BYTES("POSIX fscanf m", a, 4, "abcd", 4);
    free(a);
    CHECK_INT("POSIX fscanf m", sscanf("\xc3\xa9\xe2\x82\xac z", "%mls", &w), 1);
    CHECK_WIDE("POSIX fscanf m", w, L"\u00e9\u20ac");
    free(w);
    char *big = malloc(100001);
    memset(big, 'x', 100000);
    big[100000] = 0;
    CHECK_INT("POSIX fscanf m", sscanf(big, "%ms", &a), 1);
    CHECK_INT("POSIX fscanf m", strlen(a), 100000);
    free(a);
    free(big);
    write_file("in", "one two", 7);
    FILE *f = opened("in", "r");
    setvbuf(f, NULL, _IOFBF, 2);
    CHECK_INT("POSIX fscanf m", fscanf(f, "%ms%ms", &a, &b), 2);
    CHECK("POSIX fscanf m", strcmp(a, "one") == 0 && strcmp(b, "two") == 0);
    free(a);
    free(b);
    fclose(f);
    CHECK_INT("POSIX fwscanf m", swscanf(L"\u20acx 5", L"%ms", &a), 1);
    CHECK_TEXT("POSIX fwscanf m", a, "\xe2\x82\xacx");
    free(a);
    CHECK_INT("POSIX fwscanf m", swscanf(L"\u20acx 5", L"%mls", &w), 1);
    CHECK_WIDE("POSIX fwscanf m", w, L"\u20acx");
    free(w);
}

static void errors(void) {
    FILE *f = opened("in", "r");
    CHECK_ERROR("POSIX fprintf EBADF", fprintf(f, "x") < 0, EBADF);
    CHECK("POSIX fprintf EBADF", ferror(f));
    fclose(f);
    f = opened("out", "w");
    int n = -5;
    CHECK_ERROR("POSIX fscanf EBADF", fscanf(f, "%d", &n) == EOF, EBADF);
    CHECK("POSIX fscanf EBADF", ferror(f) && n == -5);
    fclose(f);
    CHECK_ERROR("POSIX fprintf EILSEQ", snprintf(got, sizeof got, "%lc", (wint_t)0xd800) < 0, EILSEQ);
    CHECK_ERROR("POSIX fscanf EILSEQ, first conversion", sscanf("\xff", "%lc", (wchar_t[1]){0}) == EOF,
                EILSEQ);
    /* The last-input failure counts: what was assigned before it is told. */
    CHECK_INT("POSIX fscanf EILSEQ", sscanf("5 \xff", "%d %lc", &n, (wchar_t[1]){0}), 1);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    numbered();
    grouping();
    wide_letters();
    allocating();
    errors();
    return clauses_done();
}
