/* Memory streams where libc, the program and the stream meet: libc's messages on a wide one, the program's pointer
   before the first flush, single bytes on a wide stream, a string that is printed onto itself. */
#include "expect.h"
#include <error.h>
#include <locale.h>
#include <wchar.h>

/* The source of what is printed may be the very pointer that the stream is to set. */
static void pointer_is_set_by_flush(void) {
    char before[] = "before", *text = before;
    size_t length = 99;
    situation("open_memstream");
    FILE *f = open_memstream(&text, &length);
    REQUIRE(f);
    EXPECT(text == before || !text); /* libc: as it was; POSIX lets it be anything until the flush */
    text = before;
    for (int i = 0; i < 3000; i++)
        fprintf(f, "%s ", text);
    EXPECT(text == before);
    EXPECT_INT(fflush(f), 0);
    EXPECT(text != before);
    EXPECT_INT(length, 21000);
    fputs("end", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(length, 21003);
    EXPECT_TEXT(text + 20993, "before end");
    free(text);
}

/* freopen ends the old stream as fclose does, also when it fails. */
static void reopened(void) {
    char *text = NULL;
    size_t length = 0;
    situation("freopen of open_memstream");
    FILE *f = open_memstream(&text, &length);
    REQUIRE(f);
    EXPECT(fputs("text", f) >= 0);
    EXPECT(freopen("absent", "r", f) == NULL);
    EXPECT(text && strcmp(text, "text") == 0);
    EXPECT_INT(length, 4);
    EXPECT_INT(fclose(f), 0);
    free(text);
}

static void messages_on_a_wide_stream(void) {
    wchar_t *text = NULL;
    size_t length = 0;
    FILE *saved = stderr;
    situation("open_wmemstream as stderr");
    FILE *f = open_wmemstream(&text, &length);
    REQUIRE(f);
    EXPECT(fputws(L"first ", f) >= 0);
    stderr = f;
    errno = EACCES;
    error(0, 0, "%d \303\251t\303\251", 7);
    stderr = saved;
    EXPECT(fputws(L"last", f) >= 0);
    EXPECT_INT(fclose(f), 0);
    wchar_t *end = text && length > 10 ? text + length - 10 : NULL;
    EXPECT(text && wcsncmp(text, L"first ", 6) == 0);
    EXPECT(end && wcscmp(end, L"7 \u00e9t\u00e9\nlast") == 0);
    free(text);
}

static void bytes_on_a_wide_stream(void) {
    wchar_t *text = NULL;
    size_t length = 0;
    situation("fputc on wide streams");
    FILE *f = open_wmemstream(&text, &length);
    REQUIRE(f);
    EXPECT(fputwc(L'a', f) == L'a');
    EXPECT_INT(fputc('b', f), 'b');
    EXPECT_INT(putc_unlocked('c', f), 'c');
    EXPECT_INT(fputs("refused", f), EOF);
    EXPECT_INT(fwrite("refused", 1, 7, f), 0);
    EXPECT_INT(fclose(f), 0);
    EXPECT_INT(length, 3);
    EXPECT(text && wcscmp(text, L"abc") == 0);
    free(text);
}

int __sprintf_chk(char *, int, size_t, const char *, ...);

/* Undefined, and widely done. */
static void strings_onto_themselves(void) {
    char text[300] = "begin";
    const char *volatile same = text;
    situation("snprintf onto its own argument");
    EXPECT_INT(snprintf(text, sizeof text, "%s+%d", same, 1), 2);
    EXPECT_TEXT(text, "+1");
    EXPECT_INT(snprintf(text, 20, "%s+%d", same, 2), 2);
    EXPECT_TEXT(text, "+2");
    EXPECT_INT(__sprintf_chk(text, 0, sizeof text, "%s+%d", same, 3), 2);
    EXPECT_TEXT(text, "+3");
    EXPECT_INT(sprintf(text, "%s+%d", same, 4), 4);
    EXPECT_TEXT(text, "+3+4");
}

/* Says where it is only when asked for a place: SEEK_CUR and SEEK_END leave the offset as it came. */
static int careless_seek(void *cookie, off64_t *offset, int whence) {
    (void)cookie, (void)offset, (void)whence;
    return 0;
}

static void careless_cookies(void) {
    cookie_io_functions_t call = {.seek = careless_seek};
    situation("a seek function that does not move");
    FILE *f = fopencookie(NULL, "r+", call);
    REQUIRE(f);
    EXPECT_INT(fseek(f, -3, SEEK_END), 0);
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    REQUIRE(setlocale(LC_ALL, "C.UTF-8"));
    pointer_is_set_by_flush();
    reopened();
    messages_on_a_wide_stream();
    bytes_on_a_wide_stream();
    strings_onto_themselves();
    careless_cookies();
    puts("memory streams");
    return finish();
}
