/* C17 7.21.1 and 7.21.2: what <stdio.h> defines, text and binary streams, orientation, the stream's lock. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>
#include <pthread.h>

_Static_assert(_IOFBF != _IOLBF && _IOLBF != _IONBF && _IOFBF != _IONBF, "7.21.1p3");
_Static_assert(EOF < 0, "7.21.1p3");
_Static_assert(SEEK_CUR != SEEK_END && SEEK_END != SEEK_SET && SEEK_CUR != SEEK_SET, "7.21.1p3");

static void names(void) {
    CHECK("7.21.1p3", stdin != NULL && stdout != NULL && stderr != NULL);
    CHECK("7.21.1p3", stdin != stdout && stdout != stderr && stdin != stderr);
    CHECK("7.21.2p9", BUFSIZ >= 256);
    CHECK("7.21.3p15", FOPEN_MAX >= 8);
    CHECK("7.21.1p3", FILENAME_MAX > 0 && L_tmpnam > 0);
    CHECK("7.21.4.4p2", TMP_MAX >= 25);
}

/* As many as FOPEN_MAX open at once, the three standard ones among them. */
static void many(void) {
    FILE *open_ones[FOPEN_MAX - 3];
    char name[30];
    for (int i = 0; i < FOPEN_MAX - 3; i++) {
        snprintf(name, sizeof name, "many%d", i);
        open_ones[i] = fopen(name, "w+");
        CHECK("7.21.3p15", open_ones[i] != NULL);
        fputs(name, open_ones[i]);
    }
    for (int i = 0; i < FOPEN_MAX - 3; i++) {
        char got[30] = "";
        snprintf(name, sizeof name, "many%d", i);
        rewind(open_ones[i]);
        CHECK("7.21.3p15", fgets(got, sizeof got, open_ones[i]) == got);
        CHECK_TEXT("7.21.3p15", got, name);
        fclose(open_ones[i]);
    }
}

/* Lines of printing characters and tabs, one of them of 254 characters, come back as they were written. */
static void text_stream(const struct window *window) {
    char line[260], got[260];
    FILE *f = opened_with("text", "w", window);
    memset(line, 'x', 253);
    line[253] = '\n';
    line[254] = 0;
    for (int c = 32; c < 127; c++)
        fputc(c, f);
    fputs("\ttab\n", f);
    CHECK("7.21.2p9", fputs(line, f) >= 0);
    fclose(f);
    f = opened_with("text", "r", window);
    for (int c = 32; c < 127; c++)
        CHECK_INT("7.21.2p2", fgetc(f), c);
    CHECK("7.21.2p2", fgets(got, sizeof got, f) == got);
    CHECK_TEXT("7.21.2p2", got, "\ttab\n");
    CHECK("7.21.2p9", fgets(got, sizeof got, f) == got);
    CHECK_TEXT("7.21.2p9", got, line);
    fclose(f);
}

/* A binary stream gives back every byte it took. */
static void binary_stream(const struct window *window) {
    FILE *f = opened_with("binary", "wb", window);
    for (int i = 0; i < 1000; i++)
        fputc(i * 7 % 256, f);
    fclose(f);
    f = opened_with("binary", "rb", window);
    for (int i = 0; i < 1000; i++)
        CHECK_INT("7.21.2p3", fgetc(f), i * 7 % 256);
    CHECK_INT("7.21.2p3", fgetc(f), EOF);
    fclose(f);
}

typedef void use(FILE *);

static void use_fputc(FILE *f) {
    fputc('a', f);
}
static void use_fputs(FILE *f) {
    fputs("a", f);
}
static void use_fwrite(FILE *f) {
    fwrite("a", 1, 1, f);
}
static void use_fprintf(FILE *f) {
    fprintf(f, "a");
}
static void use_fgetc(FILE *f) {
    fgetc(f);
}
static void use_fgets(FILE *f) {
    char line[4];
    fgets(line, sizeof line, f);
}
static void use_fread(FILE *f) {
    char byte;
    if (fread(&byte, 1, 1, f) > 1)
        abort();
}
static void use_fscanf(FILE *f) {
    char byte;
    if (fscanf(f, "%c", &byte) > 1)
        abort();
}
static void use_ungetc(FILE *f) {
    ungetc('a', f);
}
static void use_fputwc(FILE *f) {
    fputwc(L'a', f);
}
static void use_fputws(FILE *f) {
    fputws(L"a", f);
}
static void use_fwprintf(FILE *f) {
    fwprintf(f, L"a");
}
static void use_fgetwc(FILE *f) {
    fgetwc(f);
}
static void use_fgetws(FILE *f) {
    wchar_t line[4];
    fgetws(line, 4, f);
}
static void use_fwscanf(FILE *f) {
    wchar_t c;
    if (fwscanf(f, L"%lc", &c) > 1)
        abort();
}
static void use_ungetwc(FILE *f) {
    ungetwc(L'a', f);
}

/* The first operation decides, and neither fwide nor another call than freopen changes it. */
static void orientation(const struct window *window) {
    static const struct {
        const char *name;
        use *call;
        int wide;
    } uses[] = {{"fputc", use_fputc, -1},   {"fputs", use_fputs, -1},     {"fwrite", use_fwrite, -1},
                {"fgetc", use_fgetc, -1},   {"fprintf", use_fprintf, -1}, {"fgets", use_fgets, -1},
                {"fread", use_fread, -1},   {"fscanf", use_fscanf, -1},   {"ungetc", use_ungetc, -1},
                {"fputwc", use_fputwc, 1},  {"fputws", use_fputws, 1},    {"fwprintf", use_fwprintf, 1},
                {"fgetwc", use_fgetwc, 1},  {"fgetws", use_fgetws, 1},    {"fwscanf", use_fwscanf, 1},
                {"ungetwc", use_ungetwc, 1}};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        situation("%s, %s", window->name, uses[i].name);
        write_file("oriented", "abc\n", 4);
        FILE *f = opened_with("oriented", "r+", window);
        CHECK_INT("7.21.2p4", fwide(f, 0), 0);
        uses[i].call(f);
        int wide = fwide(f, 0);
        if (uses[i].call == use_fread || uses[i].call == use_ungetc) {
            CHECK_INT("7.21.2p4 fread, ungetc", wide < 0 ? -1 : wide > 0, -1);
            if (wide == 0) { /* to make it wide now is fatal in libc 2.36 */
                fclose(f);
                continue;
            }
        }
        CHECK_INT("7.21.2p4", wide < 0 ? -1 : wide > 0, uses[i].wide);
        wide = fwide(f, -uses[i].wide);
        CHECK_INT("7.21.2p4", wide < 0 ? -1 : wide > 0, uses[i].wide);
        fflush(f);
        rewind(f);
        wide = fwide(f, 0);
        CHECK_INT("7.21.2p4", wide < 0 ? -1 : wide > 0, uses[i].wide);
        f = freopen("oriented", "r+", f);
        REQUIRE(f);
        CHECK_INT("7.21.2p4", fwide(f, 0), 0);
        fclose(f);
    }
}

/* Calls that are no input or output leave a stream without orientation. */
static void still_none(void) {
    fpos_t place;
    FILE *f = opened("oriented", "r+");
    setvbuf(f, NULL, _IOFBF, 100);
    fseek(f, 1, SEEK_SET);
    fgetpos(f, &place);
    fsetpos(f, &place);
    rewind(f);
    clearerr(f);
    feof(f), ferror(f);
    fflush(f);
    CHECK_INT("7.21.2p4", fwide(f, 0), 0);
    fclose(f);
}

enum { THREADS = 3, ROUNDS = 2000 };

static void *put_lines(void *f) {
    for (int i = 0; i < ROUNDS; i++)
        fputs("abcdefghijklmnopqrstuvwxyz\n", f);
    return NULL;
}

/* The lock makes each call whole among threads: no line is torn. */
static void locked(const struct window *window) {
    FILE *f = opened_with("locked", "w", window);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, put_lines, f) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT("7.21.2p7", fclose(f), 0);
    size_t size = 0, torn = 0;
    char *bytes = read_file("locked", &size);
    CHECK_INT("7.21.2p8", size, 27 * THREADS * ROUNDS);
    for (size_t i = 0; i < size; i++)
        torn += bytes[i] != "abcdefghijklmnopqrstuvwxyz\n"[i % 27];
    CHECK_INT("7.21.2p8", torn, 0);
    free(bytes);
}

/* Each wide stream has its own conversion state, which positions carry: a character cut in two by the end of
   what one stream has read does not show in another. */
static void conversion_state(void) {
    write_file("state", "\xe2\x82\xac|\xc3\xa9", 6);
    FILE *a = opened("state", "r"), *b = opened("state", "r");
    fpos_t place;
    CHECK_INT("7.21.2p6", fgetwc(a), 0x20ac);
    CHECK_INT("7.21.2p6", fgetpos(a, &place), 0);
    CHECK_INT("7.21.2p6", fgetwc(b), 0x20ac);
    CHECK_INT("7.21.2p6", fgetwc(a), '|');
    CHECK_INT("7.21.2p6", fgetwc(a), 0xe9);
    CHECK_INT("7.21.2p6", fgetwc(b), '|');
    CHECK_INT("7.21.2p6", fsetpos(a, &place), 0);
    CHECK_INT("7.21.2p6", fgetwc(a), '|');
    CHECK_INT("7.21.2p6", fgetwc(b), 0xe9);
    fclose(a);
    fclose(b);
}

int main(void) {
    REQUIRE(setlocale(LC_ALL, "C.UTF-8"));
    names();
    many();
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        text_stream(&windows[i]);
        binary_stream(&windows[i]);
        orientation(&windows[i]);
    }
    situation("threads");
    locked(&windows[5]);
    locked(&windows[9]);
    situation("no input or output");
    still_none();
    situation("conversion state");
    conversion_state();
    return clauses_done();
}
