/* C17 7.21.9 on wide streams and 7.29.3.10p2: positions that fgetpos and ftell gave lead back to the same
   character, on every window and with characters cut by its end. Each case runs in a child that is ended when
   it hangs, as libc 2.36 does in fsetpos. */
#include "clauses.h"
#include <locale.h>
#include <sys/resource.h>

static const struct window *used;
static size_t skipped;
static const wchar_t text[] = L"a\u00e9\u20ac\U0001f600\nzz\u00e9\nlong \u20ac\u20ac line\nend";
static const char bytes[] =
    "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\nzz\xc3\xa9\nlong \xe2\x82\xac\xe2\x82\xac line\nend";

static FILE *input(const char *mode) {
    char *whole = malloc(skipped + sizeof bytes);
    memset(whole, '.', skipped);
    memcpy(whole + skipped, bytes, sizeof bytes);
    unlink("data");
    write_file("data", whole, skipped + sizeof bytes - 1);
    free(whole);
    FILE *f = opened_with("data", mode, used);
    for (size_t i = 0; i < skipped; i++)
        fgetwc(f);
    return f;
}

/* Every position once more, in both directions. */
static void positions(void) {
    FILE *f = input("r");
    fpos_t places[40];
    long offsets[40];
    size_t count = wcslen(text);
    for (size_t i = 0; i < count; i++) {
        CHECK_INT("7.21.9.1p3 wide", fgetpos(f, &places[i]), 0);
        offsets[i] = ftell(f);
        CHECK_INT("7.21.9.4p2 wide", offsets[i], skipped + sizeof bytes - 1 - wcstombs(NULL, text + i, 0));
        CHECK_INT("7.29.3.1p2", fgetwc(f), text[i]);
    }
    for (size_t i = count; i-- > 0;) {
        CHECK_INT("7.21.9.2p6 wide", fseek(f, offsets[i], SEEK_SET), 0);
        CHECK_INT("7.21.9.2p4 wide", fgetwc(f), text[i]);
        CHECK_INT("7.21.9.4p2 wide", ftell(f),
                  i + 1 < count ? offsets[i + 1] : (long)(skipped + sizeof bytes - 1));
    }
    for (size_t i = 0; i < count; i++) {
        CHECK_INT("7.21.9.3p4 wide", fsetpos(f, &places[i]), 0);
        CHECK_INT("7.21.9.3p2 wide", fgetwc(f), text[i]);
    }
    fclose(f);
}

static void pushing_back(void) {
    FILE *f = input("r");
    fpos_t place;
    fgetwc(f);
    fgetwc(f);
    CHECK_INT("7.21.9.1p3 wide", fgetpos(f, &place), 0);
    ungetwc(L'x', f);
    CHECK_INT("7.29.3.10p2 fsetpos", fsetpos(f, &place), 0);
    CHECK_INT("7.29.3.10p2 fsetpos", fgetwc(f), 0x20ac);
    ungetwc(L'x', f);
    fseek(f, (long)skipped, SEEK_SET);
    CHECK_INT("7.29.3.10p2 fseek", fgetwc(f), 'a');
    ungetwc(L'x', f);
    rewind(f);
    CHECK_INT("7.29.3.10p2 rewind", fgetwc(f), skipped ? '.' : 'a');
    fclose(f);
}

/* Wide update: after a positioning call output goes to the place of the character. */
static void updating(void) {
    FILE *f = input("r+");
    fpos_t place;
    fgetwc(f);
    fgetwc(f);
    fgetpos(f, &place);
    CHECK_INT("7.21.9.3p2 wide", fgetwc(f), 0x20ac);
    CHECK_INT("7.21.9.3p4 wide", fsetpos(f, &place), 0);
    CHECK_INT("7.21.9.3p3 wide", fputwc(L'\u20ad', f), 0x20ad);
    CHECK_INT("7.21.9.2p6 wide", fseek(f, 0, SEEK_CUR), 0);
    CHECK_INT("7.21.9.3p3 wide", fgetwc(f), 0x1f600);
    CHECK_INT("7.21.9.2p6 wide", fseek(f, 0, SEEK_END), 0);
    CHECK("7.21.9.3p3 wide", fputws(L"\u00e9", f) >= 0);
    CHECK_INT("7.21.5.1p3", fclose(f), 0);
    size_t size = 0;
    char *kept = read_file("data", &size);
    CHECK_BYTES("7.21.9.3p3 wide", kept + skipped, 6, "a\xc3\xa9\xe2\x82\xad", 6);
    CHECK_BYTES("7.21.9.3p3 wide", kept + skipped + 6, size - skipped - 6,
                "\xf0\x9f\x98\x80\nzz\xc3\xa9\nlong \xe2\x82\xac\xe2\x82\xac line\nend\xc3\xa9", 32);
    free(kept);
}

/* False when the case hung: further ones would too. */
static bool ended(void (*run)(void)) {
    pid_t child = fork_child();
    if (child == 0) {
        setrlimit(RLIMIT_CPU, &(struct rlimit){1, 1});
        run();
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK("7.21.9.3p4 wide, comes to an end", WIFEXITED(status));
    return WIFEXITED(status);
}

int main(void) {
    REQUIRE(setlocale(LC_CTYPE, "C.UTF-8"));
    bool going = true;
    for (int i = 0; i < WINDOWS * FILLS; i++) {
        used = &windows[i % WINDOWS];
        skipped = fill_of(used, i / WINDOWS);
        situation("%s, %zu before", used->name, skipped);
        going = going && ended(pushing_back) && ended(updating) && ended(positions);
    }
    return clauses_done();
}
