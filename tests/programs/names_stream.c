/* The scanf calls of streams, byte and wide, by every name they have, the wide printf calls of stdout,
   _IO_gets, and libc's own readers and writers of tables by their second names: on every window, empty, full
   and partly used. */
#include "windows.h"
#include <dlfcn.h>
#include <gshadow.h>
#include <mntent.h>
#include <shadow.h>
#include <wchar.h>

extern int _IO_vfscanf(FILE *, const char *, va_list, int *) __attribute__((weak));
extern int __vfscanf(FILE *, const char *, va_list);
extern int __isoc99_fscanf(FILE *, const char *, ...), __isoc99_scanf(const char *, ...);
extern int __isoc99_vfscanf(FILE *, const char *, va_list), __isoc99_vscanf(const char *, va_list);
extern int __isoc99_fwscanf(FILE *, const wchar_t *, ...), __isoc99_wscanf(const wchar_t *, ...);
extern int __isoc99_vfwscanf(FILE *, const wchar_t *, va_list), __isoc99_vwscanf(const wchar_t *, va_list);
extern int __isoc23_fscanf(FILE *, const char *, ...) __attribute__((weak));
extern int __isoc23_scanf(const char *, ...) __attribute__((weak));
extern int __isoc23_vfscanf(FILE *, const char *, va_list) __attribute__((weak));
extern int __isoc23_vscanf(const char *, va_list) __attribute__((weak));
extern int __isoc23_fwscanf(FILE *, const wchar_t *, ...) __attribute__((weak));
extern int __isoc23_wscanf(const wchar_t *, ...) __attribute__((weak));
extern int __isoc23_vfwscanf(FILE *, const wchar_t *, va_list) __attribute__((weak));
extern int __isoc23_vwscanf(const wchar_t *, va_list) __attribute__((weak));
extern int __wprintf_chk(int, const wchar_t *, ...), __vwprintf_chk(int, const wchar_t *, va_list);
extern char *_IO_gets(char *);
extern int __endmntent(FILE *);
extern struct mntent *__getmntent_r(FILE *, struct mntent *, char *, int);

/* The headers turn the plain scanf names into the C99 ones: these are the plain ones. */
extern int gnu_fscanf(FILE *, const char *, ...) __asm__("fscanf");
extern int gnu_scanf(const char *, ...) __asm__("scanf");
extern int gnu_vfscanf(FILE *, const char *, va_list) __asm__("vfscanf");
extern int gnu_vscanf(const char *, va_list) __asm__("vscanf");
extern int gnu_fwscanf(FILE *, const wchar_t *, ...) __asm__("fwscanf");
extern int gnu_wscanf(const wchar_t *, ...) __asm__("wscanf");
extern int gnu_vfwscanf(FILE *, const wchar_t *, va_list) __asm__("vfwscanf");
extern int gnu_vwscanf(const wchar_t *, va_list) __asm__("vwscanf");

/* The linked function, else the one of the process: NULL where libc is too old for the C23 names. */
static void *named(void *linked, const char *name) {
    return linked ? linked : dlsym(RTLD_DEFAULT, name);
}
#define NAMED(name) ((__typeof__(&name))named(name, #name))

static bool has_c23;

/* The byte names by number: with a stream, then stdin's. The last four of each kind are C23's. */
enum byte_name {
    FSCANF,
    C99_FSCANF,
    VFSCANF,
    UNDER_VFSCANF,
    IO_VFSCANF,
    C99_VFSCANF,
    SCANF,
    C99_SCANF,
    VSCANF,
    C99_VSCANF,
    C23_FSCANF,
    C23_VFSCANF,
    C23_SCANF,
    C23_VSCANF,
    BYTE_NAMES
};

static int scan_bytes(enum byte_name name, FILE *f, const char *format, ...) {
    va_list arguments, copy;
    int scanned = -2, errors = 0;
    va_start(arguments, format);
    va_copy(copy, arguments);
    void *to = va_arg(copy, void *), *end = va_arg(copy, void *);
    va_end(copy);
    switch (name) {
    case FSCANF:
        scanned = gnu_fscanf(f, format, to, end);
        break;
    case C99_FSCANF:
        scanned = __isoc99_fscanf(f, format, to, end);
        break;
    case C23_FSCANF:
        scanned = NAMED(__isoc23_fscanf)(f, format, to, end);
        break;
    case SCANF:
        scanned = gnu_scanf(format, to, end);
        break;
    case C99_SCANF:
        scanned = __isoc99_scanf(format, to, end);
        break;
    case C23_SCANF:
        scanned = NAMED(__isoc23_scanf)(format, to, end);
        break;
    case VFSCANF:
        scanned = gnu_vfscanf(f, format, arguments);
        break;
    case UNDER_VFSCANF:
        scanned = __vfscanf(f, format, arguments);
        break;
    case IO_VFSCANF:
        scanned = NAMED(_IO_vfscanf)(f, format, arguments, &errors);
        break;
    case C99_VFSCANF:
        scanned = __isoc99_vfscanf(f, format, arguments);
        break;
    case C23_VFSCANF:
        scanned = NAMED(__isoc23_vfscanf)(f, format, arguments);
        break;
    case VSCANF:
        scanned = gnu_vscanf(format, arguments);
        break;
    case C99_VSCANF:
        scanned = __isoc99_vscanf(format, arguments);
        break;
    case C23_VSCANF:
        scanned = NAMED(__isoc23_vscanf)(format, arguments);
        break;
    default:
        break;
    }
    va_end(arguments);
    return scanned;
}

enum wide_name {
    FWSCANF,
    C99_FWSCANF,
    VFWSCANF,
    C99_VFWSCANF,
    WSCANF,
    C99_WSCANF,
    VWSCANF,
    C99_VWSCANF,
    C23_FWSCANF,
    C23_VFWSCANF,
    C23_WSCANF,
    C23_VWSCANF,
    WIDE_NAMES
};

static int scan_wide(enum wide_name name, FILE *f, const wchar_t *format, ...) {
    va_list arguments, copy;
    int scanned = -2;
    va_start(arguments, format);
    va_copy(copy, arguments);
    void *to = va_arg(copy, void *), *end = va_arg(copy, void *);
    va_end(copy);
    switch (name) {
    case FWSCANF:
        scanned = gnu_fwscanf(f, format, to, end);
        break;
    case C99_FWSCANF:
        scanned = __isoc99_fwscanf(f, format, to, end);
        break;
    case C23_FWSCANF:
        scanned = NAMED(__isoc23_fwscanf)(f, format, to, end);
        break;
    case WSCANF:
        scanned = gnu_wscanf(format, to, end);
        break;
    case C99_WSCANF:
        scanned = __isoc99_wscanf(format, to, end);
        break;
    case C23_WSCANF:
        scanned = NAMED(__isoc23_wscanf)(format, to, end);
        break;
    case VFWSCANF:
        scanned = gnu_vfwscanf(f, format, arguments);
        break;
    case C99_VFWSCANF:
        scanned = __isoc99_vfwscanf(f, format, arguments);
        break;
    case C23_VFWSCANF:
        scanned = NAMED(__isoc23_vfwscanf)(f, format, arguments);
        break;
    case VWSCANF:
        scanned = gnu_vwscanf(format, arguments);
        break;
    case C99_VWSCANF:
        scanned = __isoc99_vwscanf(format, arguments);
        break;
    case C23_VWSCANF:
        scanned = NAMED(__isoc23_vwscanf)(format, arguments);
        break;
    default:
        break;
    }
    va_end(arguments);
    return scanned;
}

/* Writes `data`: so many letters b, then the text. */
static void make_data(size_t before, const char *text) {
    size_t length = strlen(text);
    char *bytes = malloc(before + length);
    memset(bytes, 'b', before);
    memcpy(bytes + before, text, length);
    write_file("data", bytes, before + length);
    free(bytes);
}

/* `data` on stdin, on the window, the letters b read. */
static void open_stdin(const struct window *window, size_t before, bool wide) {
    REQUIRE(freopen("data", "r", stdin) == stdin);
    use_window(stdin, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(wide ? (int)getwchar() : getchar(), 'b');
}

static const char numbers[] = "123 0b11 x\nline\nlast 9 1.5s";

static void get_bytes(const struct window *window, size_t before) {
    make_data(before, numbers);
    for (enum byte_name name = 0; name < (has_c23 ? BYTE_NAMES : C23_FSCANF); name++) {
        bool c23 = name >= C23_FSCANF;
        int number = 0, binary = 0, taken = 0;
        char letter = 0, line[20];
        situation("%s, %zu bytes before, byte name %d", window->name, before, name);
        open_stdin(window, before, false);
        EXPECT_INT(scan_bytes(name, stdin, "%d%n", &number, &taken), 1);
        EXPECT(number == 123 && taken == 3);
        EXPECT_INT(scan_bytes(name, stdin, "%i%n", &binary, &taken), 1);
        EXPECT_INT(binary, c23 ? 3 : 0);
        EXPECT_INT(taken, c23 ? 5 : 2);
        EXPECT_INT(scan_bytes(name, stdin, "%d%n", &number, &taken), 0);
        EXPECT_INT(scan_bytes(name, stdin, " b11 %c%n", &letter, &taken), c23 ? 0 : 1);
        EXPECT_INT(scan_bytes(name, stdin, "x%c%n", &letter, &taken), c23 ? 1 : 0);
        if (!c23)
            EXPECT_INT(getchar(), '\n');
        EXPECT(_IO_gets(line) == line);
        EXPECT_TEXT(line, "line");
        EXPECT_INT(scan_bytes(name, stdin, "last %d%n", &number, &taken), 1);
        EXPECT(number == 9 && taken == 6);
        if (name == FSCANF || name == VFSCANF || name == UNDER_VFSCANF || name == IO_VFSCANF ||
            name == SCANF || name == VSCANF) {
            char *made = NULL;
            EXPECT_INT(scan_bytes(name, stdin, " %as%n", &made, &taken), 1);
            REQUIRE(made);
            EXPECT_TEXT(made, "1.5s");
            free(made);
        } else {
            float real = 0;
            EXPECT_INT(scan_bytes(name, stdin, " %as%n", &real, &taken), 1);
            EXPECT(real == 1.5f);
        }
        EXPECT_INT(taken, 5);
        EXPECT_INT(scan_bytes(name, stdin, "%d", &number, &taken), EOF);
        EXPECT(feof(stdin) && !ferror(stdin));
        EXPECT(_IO_gets(line) == NULL);
    }
}

static void get_wide(const struct window *window, size_t before) {
    make_data(before, numbers);
    for (enum wide_name name = 0; name < (has_c23 ? WIDE_NAMES : C23_FWSCANF); name++) {
        bool c23 = name >= C23_FWSCANF;
        int number = 0, binary = 0, taken = 0;
        wchar_t word[20] = L"";
        situation("%s, %zu bytes before, wide name %d", window->name, before, name);
        open_stdin(window, before, true);
        EXPECT_INT(scan_wide(name, stdin, L"%d%n", &number, &taken), 1);
        EXPECT(number == 123 && taken == 3);
        EXPECT_INT(scan_wide(name, stdin, L"%i%n", &binary, &taken), 1);
        EXPECT_INT(binary, c23 ? 3 : 0);
        EXPECT_INT(taken, c23 ? 5 : 2);
        if (!c23)
            EXPECT_INT(scan_wide(name, stdin, L"%ls%n", word, &taken), 1);
        EXPECT_INT(scan_wide(name, stdin, L" x %ls%n", word, &taken), 1);
        EXPECT(wcscmp(word, L"line") == 0 && taken == 7);
        EXPECT_INT(scan_wide(name, stdin, L" last %d%n", &number, &taken), 1);
        EXPECT_INT(number, 9);
        if (name == FWSCANF || name == VFWSCANF || name == WSCANF || name == VWSCANF) {
            char *made = NULL;
            EXPECT_INT(scan_wide(name, stdin, L" %as%n", &made, &taken), 1);
            REQUIRE(made);
            EXPECT_TEXT(made, "1.5s");
            free(made);
        } else {
            float real = 0;
            EXPECT_INT(scan_wide(name, stdin, L" %as%n", &real, &taken), 1);
            EXPECT(real == 1.5f);
        }
        EXPECT_INT(taken, 5);
        EXPECT_INT(scan_wide(name, stdin, L"%d", &number, &taken), EOF);
        EXPECT(feof(stdin) && !ferror(stdin));
    }
}

static int va_wprintf(bool fortified, const wchar_t *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int printed = fortified ? __vwprintf_chk(1, format, arguments) : vwprintf(format, arguments);
    va_end(arguments);
    return printed;
}

static void put_wide(const struct window *window, size_t before) {
    static const char put[] = "w 1\nchk     2|v 3\nvchk 4 tail\n";
    situation("%s, %zu bytes before, wide output", window->name, before);
    REQUIRE(freopen("out", "w", stdout) == stdout);
    use_window(stdout, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(putwchar(L'b'), L'b');
    EXPECT_INT(wprintf(L"w %d\n", 1), 4);
    EXPECT_INT(__wprintf_chk(1, L"chk %5d|", 2), 10);
    EXPECT_INT(va_wprintf(false, L"v %d\n", 3), 4);
    EXPECT_INT(va_wprintf(true, L"vchk %d %ls\n", 4, L"tail"), 12);
    EXPECT_INT(fflush(stdout), 0);
    char *want = malloc(before + sizeof put);
    memset(want, 'b', before);
    memcpy(want + before, put, sizeof put);
    EXPECT_FILE("out", want, before + sizeof put - 1);
    free(want);
}

/* The entries of the tables, written by libc into a partly filled window and read back from one. */
static void use_tables(const struct window *window, size_t before) {
    static const char shadow_line[] = "user:hash:1:2:3:4:5:6:\n", group_line[] = "group:pass:adm,in:me,you\n";
    static const char mounts[] = "# comment\n/dev/a /a\\040b ext4 rw,x 1 2\n/dev/c /c none ro\n";
    char *admins[] = {"adm", "in", NULL}, *members[] = {"me", "you", NULL}, memory[400];
    struct spwd shadow = {"user", "hash", 1, 2, 3, 4, 5, 6, ~0ul}, *shadow_found = NULL;
    struct sgrp group = {"group", "pass", admins, members}, *group_found = NULL;
    struct mntent mount;
    char want[200];
    int length = snprintf(want, sizeof want, "%s%s%s%s", shadow_line, group_line, shadow_line, group_line);
    situation("%s, %zu bytes before, tables", window->name, before);

    FILE *f = fopen("table", "w");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(putc('b', f), 'b');
    EXPECT_INT(putspent(&shadow, f), 0);
    EXPECT_INT(putsgent(&group, f), 0);
    EXPECT_INT(putspent(&shadow, f), 0);
    EXPECT_INT(putsgent(&group, f), 0);
    EXPECT_INT(fclose(f), 0);
    char *bytes = malloc(before + (size_t)length);
    memset(bytes, 'b', before);
    memcpy(bytes + before, want, (size_t)length);
    EXPECT_FILE("table", bytes, before + (size_t)length);
    free(bytes);

    f = fopen("table", "r");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(getc(f), 'b');
    for (int round = 0; round < 2; round++) {
        EXPECT_INT(fgetspent_r(f, &shadow, memory, 8, &shadow_found), ERANGE); /* and it is not lost */
        EXPECT_INT(fgetspent_r(f, &shadow, memory, sizeof memory, &shadow_found), 0);
        REQUIRE(shadow_found == &shadow);
        EXPECT_TEXT(shadow.sp_namp, "user");
        EXPECT(shadow.sp_lstchg == 1 && shadow.sp_expire == 6);
        EXPECT_INT(fgetsgent_r(f, &group, memory, sizeof memory, &group_found), 0);
        REQUIRE(group_found == &group);
        EXPECT_TEXT(group.sg_namp, "group");
        EXPECT_TEXT(group.sg_adm[1], "in");
        EXPECT_TEXT(group.sg_mem[1], "you");
    }
    EXPECT_INT(fgetspent_r(f, &shadow, memory, sizeof memory, &shadow_found), ENOENT);
    EXPECT(!shadow_found);
    EXPECT_INT(fclose(f), 0);

    make_data(before, mounts);
    f = fopen("data", "r");
    REQUIRE(f);
    use_window(f, window);
    for (size_t i = 0; i < before; i++)
        EXPECT_INT(getc(f), 'b');
    EXPECT(__getmntent_r(f, &mount, memory, sizeof memory) == &mount);
    EXPECT_TEXT(mount.mnt_fsname, "/dev/a");
    EXPECT_TEXT(mount.mnt_dir, "/a b");
    EXPECT(hasmntopt(&mount, "x") && mount.mnt_freq == 1 && mount.mnt_passno == 2);
    EXPECT(__getmntent_r(f, &mount, memory, sizeof memory) == &mount);
    EXPECT_TEXT(mount.mnt_dir, "/c");
    EXPECT(__getmntent_r(f, &mount, memory, sizeof memory) == NULL);
    EXPECT_INT(__endmntent(f), 1);
}

int main(void) {
    has_c23 = NAMED(__isoc23_scanf) != NULL;
    EXPECT(has_c23 || !on_libbuf());
    if (!has_c23) {
        printf("skipped: this libc has no __isoc23_ names\n");
        fflush(stdout);
    }
    for (int kind = 0; kind < WINDOWS; kind++)
        for (int fill = 0; fill < FILLS; fill++) {
            size_t before = fill_of(&windows[kind], fill);
            get_bytes(&windows[kind], before);
            get_wide(&windows[kind], before);
            put_wide(&windows[kind], before);
            use_tables(&windows[kind], before);
        }
    return finish();
}
