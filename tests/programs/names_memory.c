/* printf to memory and to descriptors and scanf from memory, each by every name it has: the fortified __*_chk
   ones, the _IO_ ones, the C99 and C23 scanf ones. Text, result, cutting, growth and the end of a program
   whose memory is too small are those of libc. */
#include "expect.h"
#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <wchar.h>

extern int _IO_sprintf(char *, const char *, ...), _IO_vsprintf(char *, const char *, va_list);
extern int __sprintf_chk(char *, int, size_t, const char *, ...);
extern int __vsprintf_chk(char *, int, size_t, const char *, va_list);
extern int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
extern int __vsnprintf(char *, size_t, const char *, va_list);
extern int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
extern int __asprintf(char **, const char *, ...), __asprintf_chk(char **, int, const char *, ...);
extern int __vasprintf_chk(char **, int, const char *, va_list);
extern int __dprintf_chk(int, int, const char *, ...), __vdprintf_chk(int, int, const char *, va_list);
extern int __swprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, ...);
extern int __vswprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, va_list);
extern int _IO_sscanf(const char *, const char *, ...), __isoc99_sscanf(const char *, const char *, ...);
extern int __vsscanf(const char *, const char *, va_list);
extern int __isoc99_vsscanf(const char *, const char *, va_list);
extern int __isoc99_swscanf(const wchar_t *, const wchar_t *, ...);
extern int __isoc99_vswscanf(const wchar_t *, const wchar_t *, va_list);
extern int __isoc23_sscanf(const char *, const char *, ...) __attribute__((weak));
extern int __isoc23_vsscanf(const char *, const char *, va_list) __attribute__((weak));
extern int __isoc23_swscanf(const wchar_t *, const wchar_t *, ...) __attribute__((weak));
extern int __isoc23_vswscanf(const wchar_t *, const wchar_t *, va_list) __attribute__((weak));

/* The headers turn the plain scanf names into the C99 ones: these are the plain ones. */
extern int gnu_sscanf(const char *, const char *, ...) __asm__("sscanf");
extern int gnu_vsscanf(const char *, const char *, va_list) __asm__("vsscanf");
extern int gnu_swscanf(const wchar_t *, const wchar_t *, ...) __asm__("swscanf");
extern int gnu_vswscanf(const wchar_t *, const wchar_t *, va_list) __asm__("vswscanf");

/* The linked function, else the one of the process: NULL where libc is too old for the C23 names. */
static void *named(void *linked, const char *name) {
    return linked ? linked : dlsym(RTLD_DEFAULT, name);
}
#define C23(name) ((__typeof__(&name))named(name, #name))

/* Read at run time, so that the compiler does not print by itself. */
static const char *volatile format = "%s|%5d|%-6x|%.3f|%c|%lld";
static const wchar_t *volatile wide_format = L"%s|%5d|%-6x|%.3f|%c|%lld";
static const char text[] = "text|  -42|ff    |3.142|z|1099511627776";
static const wchar_t wide_text[] = L"text|  -42|ff    |3.142|z|1099511627776";
enum { LENGTH = sizeof text - 1 };
#define VALUES "text", -42, 255u, 3.14159, 'z', 1LL << 40

enum print {
    SPRINTF,
    IO_SPRINTF,
    SPRINTF_CHK,
    VSPRINTF,
    IO_VSPRINTF,
    VSPRINTF_CHK,
    SNPRINTF, /* from here on the size is obeyed */
    SNPRINTF_CHK,
    VSNPRINTF,
    UNDER_VSNPRINTF,
    VSNPRINTF_CHK,
    PRINTS
};

static int va_print(enum print which, char *memory, size_t size, const char *given, ...) {
    int printed = -2;
    va_list arguments;
    va_start(arguments, given);
    if (which == VSPRINTF)
        printed = vsprintf(memory, given, arguments);
    else if (which == IO_VSPRINTF)
        printed = _IO_vsprintf(memory, given, arguments);
    else if (which == VSPRINTF_CHK)
        printed = __vsprintf_chk(memory, 1, size, given, arguments);
    else if (which == VSNPRINTF)
        printed = vsnprintf(memory, size, given, arguments);
    else if (which == UNDER_VSNPRINTF)
        printed = __vsnprintf(memory, size, given, arguments);
    else if (which == VSNPRINTF_CHK)
        printed = __vsnprintf_chk(memory, size, 1, size, given, arguments);
    va_end(arguments);
    return printed;
}

static int print(enum print which, char *memory, size_t size) {
    if (which == SPRINTF)
        return sprintf(memory, format, VALUES);
    if (which == IO_SPRINTF)
        return _IO_sprintf(memory, format, VALUES);
    if (which == SPRINTF_CHK)
        return __sprintf_chk(memory, 1, size, format, VALUES);
    if (which == SNPRINTF)
        return snprintf(memory, size, format, VALUES);
    if (which == SNPRINTF_CHK)
        return __snprintf_chk(memory, size, 1, size, format, VALUES);
    return va_print(which, memory, size, format, VALUES);
}

static void print_to_memory(void) {
    char memory[LENGTH + 3];
    for (enum print which = 0; which < PRINTS; which++)
        for (size_t size = which < SNPRINTF ? LENGTH + 1 : 0; size < sizeof memory; size++) {
            situation("name %d, size %zu", which, size);
            memset(memory, '#', sizeof memory);
            EXPECT_INT(print(which, memory, size), LENGTH);
            size_t kept = size > LENGTH ? LENGTH : size ? size - 1 : 0;
            EXPECT_BYTES(memory, kept, text, kept);
            EXPECT_INT(memory[kept], size ? 0 : '#');
            EXPECT_INT(memory[kept + 1], '#');
        }
}

enum grow { ASPRINTF, UNDER_ASPRINTF, ASPRINTF_CHK, VASPRINTF, VASPRINTF_CHK, GROWS };

static int grow(enum grow which, char **memory, const char *given, ...) {
    int printed = -2, number, width;
    va_list arguments;
    va_start(arguments, given);
    if (which == VASPRINTF)
        printed = vasprintf(memory, given, arguments);
    else if (which == VASPRINTF_CHK)
        printed = __vasprintf_chk(memory, 1, given, arguments);
    else {
        width = va_arg(arguments, int);
        number = va_arg(arguments, int);
        if (which == ASPRINTF)
            printed = asprintf(memory, given, width, number);
        else if (which == UNDER_ASPRINTF)
            printed = __asprintf(memory, given, width, number);
        else
            printed = __asprintf_chk(memory, 1, given, width, number);
    }
    va_end(arguments);
    return printed;
}

static void print_to_grown(void) {
    static const int widths[] = {1, 10, 99, 100, 255, 256, 1000, 4096, 100000};
    for (enum grow which = 0; which < GROWS; which++)
        for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
            char *memory = NULL, *want = malloc((size_t)widths[i] + 2);
            situation("name %d, width %d", which, widths[i]);
            memset(want, ' ', (size_t)widths[i]);
            memcpy(want + widths[i] - 1, "7.", 3);
            EXPECT_INT(grow(which, &memory, "%*d.", widths[i], 7), widths[i] + 1);
            REQUIRE(memory);
            EXPECT_TEXT(memory, want);
            free(memory);
            free(want);
        }
}

static int va_dprintf(bool fortified, int descriptor, const char *given, ...) {
    va_list arguments;
    va_start(arguments, given);
    int printed =
        fortified ? __vdprintf_chk(descriptor, 1, given, arguments) : vdprintf(descriptor, given, arguments);
    va_end(arguments);
    return printed;
}

static void print_to_descriptor(void) {
    char want[4 * LENGTH + 1];
    situation("descriptor");
    for (int i = 0; i < 4; i++)
        memcpy(want + i * LENGTH, text, LENGTH);
    int descriptor = open("data", O_RDWR | O_CREAT | O_TRUNC, 0666);
    REQUIRE(descriptor >= 0);
    EXPECT_INT(dprintf(descriptor, format, VALUES), LENGTH);
    EXPECT_FILE("data", want, LENGTH);
    EXPECT_INT(__dprintf_chk(descriptor, 1, format, VALUES), LENGTH);
    EXPECT_FILE("data", want, 2 * LENGTH);
    EXPECT_INT(va_dprintf(false, descriptor, format, VALUES), LENGTH);
    EXPECT_INT(va_dprintf(true, descriptor, format, VALUES), LENGTH);
    EXPECT_FILE("data", want, 4 * LENGTH);
    EXPECT_INT(lseek(descriptor, 0, SEEK_CUR), 4 * LENGTH);
    close(descriptor);
    EXPECT_ERROR(dprintf(-1, format, VALUES) < 0, EBADF);
    EXPECT_ERROR(__dprintf_chk(-1, 1, format, VALUES) < 0, EBADF);
    EXPECT_ERROR(va_dprintf(false, -1, format, VALUES) < 0, EBADF);
    EXPECT_ERROR(va_dprintf(true, -1, format, VALUES) < 0, EBADF);
}

static int va_swprintf(bool fortified, wchar_t *memory, size_t size, const wchar_t *given, ...) {
    va_list arguments;
    va_start(arguments, given);
    int printed = fortified ? __vswprintf_chk(memory, size, 1, size, given, arguments)
                            : vswprintf(memory, size, given, arguments);
    va_end(arguments);
    return printed;
}

static int wide_print(int which, wchar_t *memory, size_t size) {
    if (which == 0)
        return swprintf(memory, size, wide_format, VALUES);
    if (which == 1)
        return __swprintf_chk(memory, size, 1, size, wide_format, VALUES);
    return va_swprintf(which == 3, memory, size, wide_format, VALUES);
}

static void print_to_wide_memory(void) {
    wchar_t memory[LENGTH + 3];
    for (int which = 0; which < 4; which++)
        for (size_t size = 0; size < LENGTH + 3; size++) {
            situation("wide name %d, size %zu", which, size);
            wmemset(memory, L'#', LENGTH + 3);
            EXPECT_INT(wide_print(which, memory, size), size > LENGTH ? LENGTH : -1);
            if (size > LENGTH)
                EXPECT(wcscmp(memory, wide_text) == 0);
            for (size_t i = size > LENGTH ? LENGTH + 1 : size; i < LENGTH + 3; i++)
                EXPECT_INT(memory[i], L'#');
        }
}

static int va_sscanf(int which, const char *from, const char *given, ...) {
    int scanned = -2;
    va_list arguments;
    va_start(arguments, given);
    if (which == 0)
        scanned = gnu_vsscanf(from, given, arguments);
    else if (which == 1)
        scanned = __vsscanf(from, given, arguments);
    else if (which == 2)
        scanned = __isoc99_vsscanf(from, given, arguments);
    else
        scanned = C23(__isoc23_vsscanf)(from, given, arguments);
    va_end(arguments);
    return scanned;
}

static int va_swscanf(int which, const wchar_t *from, const wchar_t *given, ...) {
    int scanned = -2;
    va_list arguments;
    va_start(arguments, given);
    if (which == 0)
        scanned = gnu_vswscanf(from, given, arguments);
    else if (which == 1)
        scanned = __isoc99_vswscanf(from, given, arguments);
    else
        scanned = C23(__isoc23_vswscanf)(from, given, arguments);
    va_end(arguments);
    return scanned;
}

enum standard { GNU, C99, C23_ }; /* %as: GNU allocates a string; %i: C23 knows 0b */

/* One name of sscanf or swscanf: values of all kinds, a failed match, the end, and what its standard says. */
#define EXPECT_SCANS(standard, L, call)                                                                      \
    do {                                                                                                     \
        int number = 0, base = 0, end = 0, rest = 0;                                                         \
        char word[10] = "";                                                                                  \
        double real = 0;                                                                                     \
        situation("%s", #call);                                                                              \
        EXPECT_INT(call(L##"12 abc 3.5 x7f", L##"%d %9s %lf x%x%n", &number, word, &real, &base, &end), 4);  \
        EXPECT(number == 12 && strcmp(word, "abc") == 0 && real == 3.5 && base == 0x7f && end == 14);        \
        EXPECT_INT(call(L##"5 no", L##"%d %d", &number, &rest), 1);                                          \
        EXPECT_INT(number, 5);                                                                               \
        EXPECT_INT(call(L##"no", L##"%d", &number), 0);                                                      \
        EXPECT_INT(call(L##" ", L##"%d", &number), EOF);                                                     \
        EXPECT_INT(call(L##"0b101", L##"%i%n", &number, &end), 1);                                           \
        EXPECT_INT(number, (standard) == C23_ ? 5 : 0);                                                      \
        EXPECT_INT(end, (standard) == C23_ ? 5 : 1);                                                         \
        if ((standard) == GNU) {                                                                             \
            char *made = NULL;                                                                               \
            EXPECT_INT(call(L##"made", L##"%as", &made), 1);                                                 \
            REQUIRE(made);                                                                                   \
            EXPECT_TEXT(made, "made");                                                                       \
            free(made);                                                                                      \
        } else {                                                                                             \
            float small = 0;                                                                                 \
            EXPECT_INT(call(L##"1.5s", L##"%as%n", &small, &end), 1);                                        \
            EXPECT(small == 1.5f && end == 4);                                                               \
        }                                                                                                    \
    } while (0)

#define VSSCANF(...) va_sscanf(0, __VA_ARGS__)
#define UNDER_VSSCANF(...) va_sscanf(1, __VA_ARGS__)
#define C99_VSSCANF(...) va_sscanf(2, __VA_ARGS__)
#define C23_VSSCANF(...) va_sscanf(3, __VA_ARGS__)
#define VSWSCANF(...) va_swscanf(0, __VA_ARGS__)
#define C99_VSWSCANF(...) va_swscanf(1, __VA_ARGS__)
#define C23_VSWSCANF(...) va_swscanf(2, __VA_ARGS__)

static void scan_memory(void) {
    EXPECT_SCANS(GNU, , gnu_sscanf);
    EXPECT_SCANS(GNU, , _IO_sscanf);
    EXPECT_SCANS(C99, , __isoc99_sscanf);
    EXPECT_SCANS(GNU, , VSSCANF);
    EXPECT_SCANS(GNU, , UNDER_VSSCANF);
    EXPECT_SCANS(C99, , C99_VSSCANF);
    EXPECT_SCANS(GNU, L, gnu_swscanf);
    EXPECT_SCANS(C99, L, __isoc99_swscanf);
    EXPECT_SCANS(GNU, L, VSWSCANF);
    EXPECT_SCANS(C99, L, C99_VSWSCANF);
    if (!C23(__isoc23_sscanf)) {
        EXPECT(!on_libbuf());
        printf("skipped: this libc has no __isoc23_ names\n");
        return;
    }
    EXPECT_SCANS(C23_, , C23(__isoc23_sscanf));
    EXPECT_SCANS(C23_, , C23_VSSCANF);
    EXPECT_SCANS(C23_, L, C23(__isoc23_swscanf));
    EXPECT_SCANS(C23_, L, C23_VSWSCANF);
}

enum fatal {
    SPRINTF_SMALL, /* the memory is smaller than the text */
    VSPRINTF_SMALL,
    SNPRINTF_SMALL, /* the memory is smaller than the size */
    VSNPRINTF_SMALL,
    SWPRINTF_SMALL,
    VSWPRINTF_SMALL,
    ASPRINTF_N, /* %n in memory that can be written */
    VASPRINTF_N,
    DPRINTF_N,
    VDPRINTF_N,
    FATALS
};

static int va_fatal(enum fatal which, ...) {
    char memory[100], *grown, writable[] = "%n";
    wchar_t wide[100];
    int printed = 0;
    volatile size_t size = 2;
    va_list arguments;
    va_start(arguments, which);
    if (which == VSPRINTF_SMALL)
        printed = __vsprintf_chk(memory, 1, size, "%d", arguments);
    else if (which == VSNPRINTF_SMALL)
        printed = __vsnprintf_chk(memory, 3, 1, size, "%d", arguments);
    else if (which == VSWPRINTF_SMALL)
        printed = __vswprintf_chk(wide, 3, 1, size, L"%d", arguments);
    else if (which == VASPRINTF_N)
        printed = __vasprintf_chk(&grown, 1, writable, arguments);
    else
        printed = __vdprintf_chk(2, 1, writable, arguments);
    va_end(arguments);
    return printed;
}

static void call_fatal(enum fatal which) {
    char memory[100], *grown, *volatile writable = (char[]){"%n"};
    wchar_t wide[100];
    int number = 0;
    const char *volatile digits = "%d";
    volatile size_t size = 2;
    if (which == SPRINTF_SMALL)
        __sprintf_chk(memory, 1, size, digits, 1234);
    else if (which == SNPRINTF_SMALL)
        __snprintf_chk(memory, 3, 1, size, digits, 1234);
    else if (which == SWPRINTF_SMALL)
        __swprintf_chk(wide, 3, 1, size, L"%d", 1234);
    else if (which == ASPRINTF_N)
        __asprintf_chk(&grown, 1, writable, &number);
    else if (which == DPRINTF_N)
        __dprintf_chk(2, 1, writable, &number);
    else if (which <= VSWPRINTF_SMALL)
        va_fatal(which, 1234);
    else
        va_fatal(which, &number);
}

static void end_fatally(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (enum fatal which = 0; which < FATALS; which++) {
        int status;
        situation("fatal call %d", which);
        fflush(stdout);
        pid_t child = fork_child();
        if (child == 0) {
            dup2(open("fatal", O_WRONLY | O_CREAT | O_TRUNC, 0666), 2);
            call_fatal(which);
            _exit(99);
        }
        REQUIRE(waitpid(child, &status, 0) == child);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        const char *said = which < ASPRINTF_N ? "*** buffer overflow detected ***: terminated\n"
                                              : "*** %n in writable segment detected ***\n";
        EXPECT_FILE("fatal", said, strlen(said));
    }
}

int main(void) {
    print_to_memory();
    print_to_grown();
    print_to_descriptor();
    print_to_wide_memory();
    scan_memory();
    end_fatally();
    return finish();
}
