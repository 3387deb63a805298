/* Uses stdio in ways that are counted: count_stdio MODE. Each mode's calls are known to the suite, byte by
   byte; what the program sees for itself it checks with no help. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

#define CHECK(condition)                                                                                     \
    do                                                                                                       \
        if (!(condition)) {                                                                                  \
            dprintf(2, "line %d: %s\n", __LINE__, #condition);                                               \
            _exit(1);                                                                                        \
        }                                                                                                    \
    while (0)

enum { THREADS = 4, LINES = 20000 };

static FILE *must_open(const char *path, const char *mode) {
    FILE *f = fopen(path, mode);
    CHECK(f);
    return f;
}

static void pieces(void) {
    FILE *f = must_open("data", "w");
    for (int i = 0; i < 100000; i++)
        CHECK(fwrite("0123456789abcdef", 16, 1, f) == 1);
    CHECK(fclose(f) == 0);
}

static int print_list(FILE *f, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int result = vfprintf(f, format, list);
    va_end(list);
    return result;
}

static void formatted(void) {
    int number = 0;
    double real = 0;
    char word[16] = "";
    FILE *f = must_open("data", "w+");
    for (int i = 0; i < 1000; i++)
        CHECK(fprintf(f, "%4d %.3f %s\n", i, i / 8.0 + 100, "word") > 0);
    CHECK(print_list(f, "%a%Lf%c%5.1f%d%d%d%d%s\n", 1.0, 2.5L, 'x', 3.25, 1, 2, 3, 4, "end") > 0);
    rewind(f);
    for (int i = 0; i < 1000; i++) {
        CHECK(fscanf(f, "%d %lf %15s", &number, &real, word) == 3);
        CHECK(number == i && real == i / 8.0 + 100 && strcmp(word, "word") == 0);
    }
    CHECK(fclose(f) == 0);
    errno = ENOTTY;
    CHECK(printf("%s %d\n", "printed", 7) == 10 && errno == ENOTTY);
    CHECK(fprintf(stderr, "%d%%\n", 50) == 4);
    CHECK(dprintf(1, "%d\n", 12345) == 6);
}

static void lines(void) {
    char *line = NULL, small[8];
    size_t room = 0;
    FILE *f = must_open("data", "w+");
    for (int i = 0; i < LINES; i++)
        CHECK(fputs("a line of text\n", f) >= 0);
    CHECK(fputs("no newline", f) >= 0);
    CHECK(fseek(f, 0, SEEK_SET) == 0);
    for (int i = 0; i < LINES; i++)
        CHECK(getline(&line, &room, f) == 15);
    CHECK(getline(&line, &room, f) == 10 && getline(&line, &room, f) == -1 && feof(f));
    CHECK(fseek(f, 15, SEEK_SET) == 0 && fgets(small, sizeof small, f) && strcmp(small, "a line ") == 0);
    CHECK(ungetc('X', f) == 'X' && fgetc(f) == 'X' && ftell(f) == 22);
    CHECK(fclose(f) == 0);
    free(line);
}

static void wide(void) {
    wchar_t text[16];
    FILE *f = must_open("data", "w+");
    for (int i = 0; i < 500; i++)
        CHECK(fputws(L"wide\n", f) >= 0);
    CHECK(fwprintf(f, L"%d\n", 123) == 4 && fputwc(L'!', f) == L'!');
    rewind(f);
    for (int i = 0; i < 500; i++)
        CHECK(fgetws(text, 16, f) && wcscmp(text, L"wide\n") == 0);
    CHECK(fgetwc(f) == L'1');
    CHECK(fclose(f) == 0);
}

/* Kept from the compiler, which knows that these are inlined. */
static void inlined(void) {
    FILE *f = must_open("data", "w+");
    for (int i = 0; i < 100000; i++)
        putc_unlocked('a' + i % 26, f);
    rewind(f);
    for (int i = 0; i < 100000; i++)
        CHECK(getc_unlocked(f) == 'a' + i % 26);
    CHECK(getc_unlocked(f) == EOF);
    CHECK(fclose(f) == 0);
}

static FILE *everyones;

static void *write_lines(void *name) {
    FILE *own = must_open(name, "w");
    for (int i = 0; i < LINES; i++) {
        CHECK(fputs("of one thread\n", own) >= 0);
        CHECK(fputs("of all\n", everyones) >= 0);
    }
    CHECK(fclose(own) == 0);
    return NULL;
}

static void threads(void) {
    static char names[THREADS][8];
    pthread_t ids[THREADS];
    everyones = must_open("data", "w");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < THREADS; i++) {
            snprintf(names[i], sizeof names[i], "data%d", i);
            CHECK(pthread_create(&ids[i], NULL, write_lines, names[i]) == 0);
        }
        for (int i = 0; i < THREADS; i++)
            pthread_join(ids[i], NULL);
    }
    CHECK(fclose(everyones) == 0);
}

static void forked(void) {
    FILE *f = must_open("data", "w");
    CHECK(fputs("before\n", f) >= 0 && fflush(f) == 0);
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0) {
            CHECK(fputs("of a child\n", f) >= 0 && fflush(f) == 0);
            _exit(0);
        }
        int status;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    CHECK(fputs("behind\n", f) >= 0 && fclose(f) == 0);
    pid_t killed = fork();
    if (killed == 0) {
        f = must_open("data", "a");
        CHECK(fputs("last words\n", f) >= 0 && fflush(f) == 0);
        kill(getpid(), SIGKILL);
    }
    CHECK(waitpid(killed, NULL, 0) == killed);
    FILE *command = popen("read -r line", "w");
    CHECK(command && fputs("to a command\n", command) >= 0 && pclose(command) == 0);
}

static jmp_buf out;
static int side;

static ssize_t jump_away(void *cookie, const char *p, size_t n) {
    (void)cookie, (void)p, (void)n;
    longjmp(out, 1);
}

static ssize_t write_aside(void *cookie, const char *p, size_t n) {
    (void)cookie;
    return write(side, p, n);
}

/* So that the next calls' stack pointers are below those of the calls that were left. */
static __attribute__((noinline)) void from_below(int depth) {
    volatile char room[4096];
    room[0] = (char)depth;
    if (depth > 0)
        from_below(depth - 1);
    else
        CHECK(write(side, (const char *)room, 1) == 1);
    room[1] = 0;
}

static void jumped(void) {
    side = open("side", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(side >= 0);
    FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){.write = jump_away});
    CHECK(f && setvbuf(f, NULL, _IONBF, 0) == 0);
    for (int i = 0; i < 10; i++)
        if (setjmp(out) == 0) {
            fwrite("x", 1, 1, f);
            CHECK(!"came back");
        } else {
            funlockfile(f);
            CHECK(write(side, "abc", 3) == 3);
            from_below(20);
        }
    CHECK(puts("still counted") >= 0);
}

static void cookie(void) {
    side = open("side", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){.write = write_aside});
    CHECK(f && side >= 0);
    for (int i = 0; i < 5; i++)
        CHECK(fputs("through a cookie\n", f) >= 0 && fflush(f) == 0);
    CHECK(fclose(f) == 0 && write(side, ".", 1) == 1);
}

static int cleaned;
static int ends[2];

static void clean_up(void *stream) {
    (void)stream;
    cleaned++;
    CHECK(puts("cleaned up") >= 0);
}

static void *wait_for_ever(void *stream) {
    char p[100];
    pthread_cleanup_push(clean_up, stream);
    CHECK(write(ends[1], "r", 1) == 1);
    fread(p, 1, sizeof p, stream);
    pthread_cleanup_pop(0);
    return NULL;
}

static void cancelled(void) {
    for (int i = 0; i < 5; i++) {
        int input[2];
        char ready;
        pthread_t id;
        CHECK(pipe(input) == 0 && pipe(ends) == 0);
        FILE *f = fdopen(input[0], "r");
        CHECK(f && pthread_create(&id, NULL, wait_for_ever, f) == 0);
        CHECK(read(ends[0], &ready, 1) == 1);
        usleep(20000);
        void *result;
        CHECK(pthread_cancel(id) == 0 && pthread_join(id, &result) == 0 && result == PTHREAD_CANCELED);
        close(ends[0]);
        close(ends[1]);
        close(input[1]);
    }
    CHECK(cleaned == 5);
}

static void on_alarm(int number) {
    int saved = errno;
    (void)number;
    CHECK(write(side, "!", 1) == 1);
    errno = saved;
}

/* Handlers, some on a stack of their own, that write while stdio is at work. */
static void handled(void) {
    static char stack[65536];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    CHECK(sigaltstack(&other, NULL) == 0);
    side = open("side", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    FILE *f = must_open("data", "w+");
    for (int round = 0; round < 2; round++) {
        struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART | (round ? SA_ONSTACK : 0)};
        CHECK(sigaction(SIGALRM, &action, NULL) == 0);
        CHECK(ualarm(500, 500) == 0);
        for (int i = 0; i < 500000; i++)
            CHECK(fputs("written while signals come\n", f) >= 0);
        ualarm(0, 0);
    }
    CHECK(fclose(f) == 0);
}

static void seeks(void) {
    char p[64];
    FILE *f = must_open("data", "w+");
    for (int i = 0; i < 4096; i++)
        CHECK(fwrite("0123456789abcdef0123456789abcdef", 32, 1, f) == 1);
    CHECK(fflush(f) == 0);
    for (int i = 0; i < 100; i++) {
        CHECK(fseek(f, (i * 7919L) % 120000, SEEK_SET) == 0);
        CHECK(fread(p, 1, 32, f) == 32);
    }
    CHECK(fclose(f) == 0);
    int descriptor = open("data", O_RDWR);
    CHECK(descriptor >= 0);
    for (int i = 0; i < 10; i++)
        CHECK(pread(descriptor, p, 64, i * 64) == 64);
    CHECK(lseek(descriptor, 4096, SEEK_SET) == 4096 && read(descriptor, p, 64) == 64);
    CHECK(write(descriptor, p, 64) == 64 && fsync(descriptor) == 0 && fdatasync(descriptor) == 0);
    int second = dup(descriptor);
    CHECK(second >= 0 && close(descriptor) == 0 && write(second, p, 10) == 10 && close(second) == 0);
}

/* Streams without a buffer, and one of lines. */
static void unbuffered(void) {
    char line[64];
    FILE *f = must_open("data", "w");
    CHECK(setvbuf(f, NULL, _IONBF, 0) == 0);
    for (int i = 0; i < 500; i++)
        CHECK(fprintf(f, "record %d\n", i) > 0);
    CHECK(fclose(f) == 0);
    f = must_open("data", "r");
    CHECK(setvbuf(f, NULL, _IONBF, 0) == 0);
    for (int i = 0; i < 400; i++)
        CHECK(fgets(line, sizeof line, f));
    CHECK(fread(line, 1, 50, f) == 50 && fclose(f) == 0);
    f = must_open("lines", "w");
    CHECK(setvbuf(f, NULL, _IOLBF, 0) == 0);
    for (int i = 0; i < 3000; i++)
        CHECK(fputs(i % 3 ? "part of a line, " : "end\n", f) >= 0);
    CHECK(fclose(f) == 0);
}

static const char *library;

static void loaded(void) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    CHECK(handle);
    int (*use)(FILE *) = (int (*)(FILE *))dlsym(handle, "use_stdio");
    FILE *f = must_open("data", "w");
    CHECK(use && use(f) == 0 && fclose(f) == 0);
}

int main(int count, char **arguments) {
    static const struct {
        const char *name;
        void (*run)(void);
    } modes[] = {{"pieces", pieces},   {"formatted", formatted},  {"lines", lines},     {"wide", wide},
                 {"inlined", inlined}, {"threads", threads},      {"forked", forked},   {"jumped", jumped},
                 {"cookie", cookie},   {"cancelled", cancelled},  {"handled", handled}, {"seeks", seeks},
                 {"loaded", loaded},   {"unbuffered", unbuffered}};
    library = count > 2 ? arguments[2] : NULL;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (count > 1 && strcmp(arguments[1], modes[i].name) == 0) {
            modes[i].run();
            return 0;
        }
    fprintf(stderr, "usage: count_stdio MODE\n");
    return 2;
}
