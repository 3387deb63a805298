/* POSIX.1-2017 XSH open_memstream and open_wmemstream: the pointer and the length after every fflush and
   fclose, growth, the null behind, seeks back and beyond the end. */
#include "clauses.h"
#include <limits.h>
#include <locale.h>

static char *text;
static wchar_t *wide;
static size_t length;

static FILE *byte_stream(const struct window *window) {
    text = (char *)1;
    length = 99;
    FILE *f = open_memstream(&text, &length);
    REQUIRE(f);
    use_window(f, window);
    return f;
}

static FILE *wide_stream(const struct window *window) {
    wide = (wchar_t *)4;
    length = 99;
    FILE *f = open_wmemstream(&wide, &length);
    REQUIRE(f);
    use_window(f, window);
    return f;
}

static void bytes(const struct window *window) {
    FILE *f = byte_stream(window);
    CHECK_INT("POSIX open_memstream position and length 0 at first", ftell(f), 0);
    CHECK_INT("POSIX open_memstream after fflush", fflush(f), 0);
    CHECK("POSIX open_memstream after fflush", length == 0 && text && text[0] == 0);
    CHECK_INT("POSIX open_memstream writing", fwrite("ab\0c", 1, 4, f), 4);
    CHECK_INT("POSIX open_memstream after fflush", fflush(f), 0);
    CHECK_INT("POSIX open_memstream after fflush", length, 4);
    CHECK_BYTES("POSIX open_memstream null byte", text, 5, "ab\0c\0", 5);
    CHECK_INT("POSIX open_memstream writing", fprintf(f, "%d%s", 42, "xyz"), 5);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_memstream after fclose", length, 9);
    CHECK_BYTES("POSIX open_memstream null byte", text, 10, "ab\0c42xyz\0", 10);
    free(text);
    f = byte_stream(window);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK("POSIX open_memstream after fclose", length == 0 && text[0] == 0);
    free(text);
}

/* Back into the text: the length is the smaller of length and position, what lies behind is kept. */
static void back(const struct window *window) {
    FILE *f = byte_stream(window);
    fputs("0123456789", f);
    CHECK_INT("POSIX open_memstream seek", fseek(f, 2, SEEK_SET), 0);
    CHECK_INT("POSIX open_memstream seek", ftell(f), 2);
    CHECK_INT("POSIX open_memstream smaller of both", fflush(f), 0);
    CHECK_INT("POSIX open_memstream smaller of both", length, 2);
    CHECK_BYTES("POSIX open_memstream keeps what lies behind", text, 11, "0123456789\0", 11);
    fputs("AB", f);
    CHECK_INT("POSIX open_memstream smaller of both", fflush(f), 0);
    CHECK_INT("POSIX open_memstream smaller of both", length, 4);
    CHECK_BYTES("POSIX open_memstream keeps what lies behind", text, 11, "01AB456789\0", 11);
    CHECK_INT("POSIX open_memstream SEEK_END", fseek(f, 0, SEEK_END), 0);
    CHECK_INT("POSIX open_memstream SEEK_END", ftell(f), 10);
    CHECK_INT("POSIX open_memstream SEEK_END", fflush(f), 0);
    CHECK_INT("POSIX open_memstream SEEK_END", length, 10);
    fputs("end", f);
    CHECK_INT("POSIX open_memstream SEEK_CUR", fseek(f, -1, SEEK_CUR), 0);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_memstream smaller of both", length, 12);
    CHECK_BYTES("POSIX open_memstream keeps what lies behind", text, 14, "01AB456789end\0", 14);
    free(text);
    f = byte_stream(window);
    fputs("abc", f);
    rewind(f);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_memstream smaller of both", length, 0);
    CHECK_BYTES("POSIX open_memstream keeps what lies behind", text, 4, "abc\0", 4);
    free(text);
}

/* Beyond the end: the length stays until something is written, and then the gap is null bytes. */
static void beyond(const struct window *window) {
    FILE *f = byte_stream(window);
    fputs("ab", f);
    CHECK_INT("POSIX open_memstream beyond the end", fseek(f, 6, SEEK_SET), 0);
    CHECK_INT("POSIX open_memstream beyond the end", fflush(f), 0);
    CHECK_INT("POSIX open_memstream beyond the end", length, 2);
    CHECK_INT("POSIX open_memstream beyond the end", fputc('x', f), 'x');
    CHECK_INT("POSIX open_memstream beyond the end", fflush(f), 0);
    CHECK_INT("POSIX open_memstream beyond the end", length, 7);
    CHECK_BYTES("POSIX open_memstream gap of null bytes", text, 8, "ab\0\0\0\0x\0", 8);
    CHECK_INT("POSIX open_memstream beyond the end", fseek(f, 10000, SEEK_END), 0);
    CHECK_INT("POSIX open_memstream beyond the end", fputc('y', f), 'y');
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_memstream beyond the end", length, 10008);
    size_t nulls = 0;
    for (size_t i = 7; i < 10007 && length == 10008; i++)
        nulls += text[i] == 0;
    CHECK_INT("POSIX open_memstream gap of null bytes", nulls, 10000);
    CHECK("POSIX open_memstream null byte", length == 10008 && text[10007] == 'y' && text[10008] == 0);
    free(text);
    f = byte_stream(window);
    fputs("ab", f);
    CHECK_ERROR("POSIX open_memstream seek below zero", fseek(f, -1, SEEK_SET) == -1, EINVAL);
    CHECK_ERROR("POSIX open_memstream seek below zero", fseek(f, -3, SEEK_CUR) == -1, EINVAL);
    CHECK_ERROR("POSIX open_memstream seek below zero", fseek(f, -3, SEEK_END) == -1, EINVAL);
    fputs("c", f);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_TEXT("POSIX open_memstream seek below zero", text, "abc");
    free(text);
}

static void growth(const struct window *window) {
    FILE *f = byte_stream(window);
    char *want = pattern(100000);
    for (size_t done = 0, piece = 1; done < 100000; done += piece, piece = piece * 2 % 9973 + 1) {
        if (piece > 100000 - done)
            piece = 100000 - done;
        CHECK_INT("POSIX open_memstream grows", fwrite(want + done, 1, piece, f), piece);
        if (piece % 5 == 0) {
            CHECK_INT("POSIX open_memstream grows", fflush(f), 0);
            CHECK_INT("POSIX open_memstream grows", length, done + piece);
        }
    }
    CHECK_INT("POSIX open_memstream grows", ftell(f), 100000);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_BYTES("POSIX open_memstream grows", text, length + 1, want, 100001);
    free(text);
    free(want);
}

/* The stream writes only; a descriptor it has none. */
static void only_writes(const struct window *window) {
    FILE *f = byte_stream(window);
    fputs("a", f);
    CHECK_INT("POSIX open_memstream is for writing", fgetc(f), EOF);
    CHECK_ERROR("POSIX fileno EBADF", fileno(f) == -1, EBADF);
    CHECK_INT("POSIX open_memstream after fclose", fclose(f), 0);
    CHECK_TEXT("POSIX open_memstream is for writing", text, "a");
    free(text);
}

static void wides(const struct window *window) {
    FILE *f = wide_stream(window);
    CHECK_INT("POSIX open_wmemstream position and length 0 at first", ftell(f), 0);
    CHECK_INT("POSIX open_wmemstream after fflush", fflush(f), 0);
    CHECK("POSIX open_wmemstream after fflush", length == 0 && wide && wide[0] == 0);
    CHECK_INT("POSIX open_wmemstream writing", fputwc(L'\u20ac', f), 0x20ac);
    CHECK("POSIX open_wmemstream writing", fputws(L"\U0001f600z", f) >= 0);
    CHECK_INT("POSIX open_wmemstream after fflush", fflush(f), 0);
    CHECK_INT("POSIX open_wmemstream after fflush", length, 3);
    CHECK("POSIX open_wmemstream null character", wmemcmp(wide, L"\u20ac\U0001f600z\0", 4) == 0);
    CHECK_INT("POSIX open_wmemstream writing", fwprintf(f, L"%d%s%c", 12, "\xc3\xa9", 'q'), 4);
    CHECK_INT("POSIX open_wmemstream position in wide characters", ftell(f), 7);
    CHECK_INT("POSIX open_wmemstream seek", fseek(f, 1, SEEK_SET), 0);
    CHECK_INT("POSIX open_wmemstream writing", fputwc(L'!', f), '!');
    CHECK_INT("POSIX open_wmemstream smaller of both", fflush(f), 0);
    CHECK_INT("POSIX open_wmemstream smaller of both", length, 2);
    CHECK_INT("POSIX open_wmemstream seek", fseek(f, 0, SEEK_END), 0);
    CHECK_INT("POSIX open_wmemstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_wmemstream after fclose", length, 7);
    CHECK("POSIX open_wmemstream null character", wmemcmp(wide, L"\u20ac!z12\u00e9q\0", 8) == 0);
    free(wide);
    f = wide_stream(window);
    for (int i = 0; i < 5000; i++)
        CHECK_INT("POSIX open_wmemstream grows", fputwc(L'a' + i % 1000, f), 'a' + i % 1000);
    CHECK_INT("POSIX open_wmemstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_wmemstream grows", length, 5000);
    for (int i = 0; i < 5000 && length == 5000; i++)
        CHECK_INT("POSIX open_wmemstream grows", wide[i], 'a' + i % 1000);
    free(wide);
    f = wide_stream(window);
    fputwc(L'a', f);
    CHECK_INT("POSIX open_wmemstream beyond the end", fseek(f, 5, SEEK_SET), 0);
    CHECK_INT("POSIX open_wmemstream beyond the end", fputwc(L'b', f), 'b');
    CHECK_INT("POSIX open_wmemstream after fclose", fclose(f), 0);
    CHECK_INT("POSIX open_wmemstream beyond the end", length, 6);
    CHECK("POSIX open_wmemstream gap of null characters",
          length == 6 && wmemcmp(wide, L"a\0\0\0\0b\0", 7) == 0);
    free(wide);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    for (int i = WINDOWS - 1; i >= 0; i--) {
        situation("%s", windows[i].name);
        pid_t child = fork_child(); /* setvbuf on such a stream is fatal in libc 2.36 */
        if (child == 0) {
            bytes(&windows[i]);
            back(&windows[i]);
            beyond(&windows[i]);
            growth(&windows[i]);
            only_writes(&windows[i]);
            wides(&windows[i]);
            _exit(0);
        }
        CHECK("POSIX setvbuf of open_memstream", child_passed(child));
    }
    return clauses_done();
}
