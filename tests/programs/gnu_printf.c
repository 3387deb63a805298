/* glibc's additions to printf (printf(3), the manual's "Formatted Output"): asprintf and vasprintf,
   obstack_printf, %m, the I flag, null pointers. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>
#include <obstack.h>

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

__attribute__((format(printf, 2, 3))) static int through_list(char **text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vasprintf(text, format, arguments);
    va_end(arguments);
    return count;
}

/* The text is allocated, however long. */
static void allocating(void) {
    char *text = NULL;
    CHECK_INT("GNU asprintf", asprintf(&text, "%d-%s", 42, "x"), 4);
    CHECK_TEXT("GNU asprintf", text, "42-x");
    free(text);
    CHECK_INT("GNU asprintf", asprintf(&text, "%s", ""), 0);
    CHECK_TEXT("GNU asprintf", text, "");
    free(text);
    CHECK_INT("GNU vasprintf", through_list(&text, "%5.2f", 3.14159), 5);
    CHECK_TEXT("GNU vasprintf", text, " 3.14");
    free(text);
    for (int size = 90; size < 300; size++) {
        CHECK_INT("GNU asprintf any length", asprintf(&text, "%0*d", size, 7), size);
        CHECK("GNU asprintf any length",
              strlen(text) == (size_t)size && text[0] == '0' && text[size - 1] == '7');
        free(text);
    }
    CHECK_INT("GNU asprintf any length", asprintf(&text, "%1000000d", 7), 1000000);
    CHECK_INT("GNU asprintf any length", strlen(text), 1000000);
    free(text);
    CHECK_INT("GNU asprintf null bytes", asprintf(&text, "a%cb", 0), 3);
    CHECK_BYTES("GNU asprintf null bytes", text, 4, "a\0b\0", 4);
    free(text);
    CHECK_ERROR("GNU asprintf error", asprintf(&text, "%lc", (wint_t)0xd800) == -1, EILSEQ);
}

__attribute__((format(printf, 2, 3))) static int on_obstack(struct obstack *stack, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = obstack_vprintf(stack, format, arguments);
    va_end(arguments);
    return count;
}

/* The text grows on an obstack; no null byte is put behind it. */
static void obstacks(void) {
    struct obstack stack;
    obstack_init(&stack);
    obstack_grow(&stack, "begin ", 6);
    CHECK_INT("GNU obstack_printf", obstack_printf(&stack, "%d %s", 42, "text"), 7);
    CHECK_INT("GNU obstack_vprintf", on_obstack(&stack, "%c", '!'), 1);
    CHECK_INT("GNU obstack_printf", obstack_object_size(&stack), 14);
    CHECK_INT("GNU obstack_printf any length", obstack_printf(&stack, "%10000d", 5), 10000);
    CHECK_INT("GNU obstack_printf any length", obstack_object_size(&stack), 10014);
    obstack_1grow(&stack, 0);
    char *text = obstack_finish(&stack);
    CHECK_BYTES("GNU obstack_printf", text, 14, "begin 42 text!", 14);
    CHECK_INT("GNU obstack_printf any length", text[10013], '5');
    obstack_free(&stack, NULL);
}

/* %m: the message of errno as it was at the call; with # the error's name (glibc 2.35). */
static void messages(void) {
    static const int errors[] = {0, ENOENT, EILSEQ, 99999};
    char got[400], want[400], message[100];
    for (int i = 0; i < 4; i++) {
        snprintf(message, sizeof message, "%s", strerror(errors[i]));
        errno = errors[i];
        CHECK_INT("GNU %m", snprintf(got, sizeof got, "<%m>"), strlen(message) + 2);
        snprintf(want, sizeof want, "<%s>", message);
        CHECK_TEXT("GNU %m", got, want);
        errno = errors[i];
        snprintf(got, sizeof got, "%s %60m|%-60m|%.3m %d", "a", 5);
        snprintf(want, sizeof want, "a %60s|%-60s|%.3s 5", message, message, message);
        CHECK_TEXT("GNU %m width and precision", got, want);
    }
    FILE *f = opened("out", "w");
    const char *volatile name = " %#m"; /* newer than the compiler */
    errno = EACCES;
    CHECK_INT("GNU %m", fprintf(f, "%d %m", 1), 19);
    errno = ENOENT;
    CHECK_INT("GNU %#m", fprintf(f, name), 7);
    errno = 0;
    CHECK_INT("GNU %#m", fprintf(f, name), 2);
    errno = 99999;
    CHECK_INT("GNU %#m", fprintf(f, name), 6);
    fclose(f);
    CHECK_FILE("GNU %#m", "out", "1 Permission denied ENOENT 0 99999");
}

static void others(void) {
    char got[100];
    const char *volatile null = NULL;
    CHECK_INT("GNU %s of a null pointer",
              snprintf(got, sizeof got, "%s|%8s|%.6s|%.5s|", null, null, null, null), 24);
    CHECK_TEXT("GNU %s of a null pointer", got, "(null)|  (null)|(null)||");
    CHECK_INT("GNU %p of a null pointer", snprintf(got, sizeof got, "%p|%10p", NULL, NULL), 16);
    CHECK_TEXT("GNU %p of a null pointer", got, "(nil)|     (nil)");
    CHECK_INT("GNU %ls of a null pointer", snprintf(got, sizeof got, "%ls", (const wchar_t *)null), 6);
    CHECK_TEXT("GNU %ls of a null pointer", got, "(null)");
    CHECK_INT("GNU I flag", snprintf(got, sizeof got, "%Id %I5d", 42, 7), 8);
    CHECK_TEXT("GNU I flag", got, "42     7");
    CHECK_INT("GNU q and Z", snprintf(got, sizeof got, "%qd %Zu", -5LL, (size_t)6), 4);
    CHECK_TEXT("GNU q and Z", got, "-5 6");
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    allocating();
    obstacks();
    messages();
    others();
    return clauses_done();
}
