/* Many threads on one stream: whole lines by every call arrive once and uncut; lines read by many threads
   come once each; streams are opened, flushed and closed beside it. */
#include "expect.h"
#include <pthread.h>

enum { THREADS = 8 };
static FILE *shared;
static long lines_each;
static _Atomic bool stop;
static _Atomic long lines_read, sum_read;

static void *put_lines(void *which) {
    long thread = (long)(intptr_t)which;
    char text[60];
    for (long i = 0; i < lines_each; i++) {
        int length = snprintf(text, sizeof text, "<%ld %ld %.*s>\n", thread, i, (int)(i % 30),
                              "abcdefghijklmnopqrstuvwxyz1234");
        switch (i % 5) {
        case 0:
            EXPECT(fprintf(shared, "<%ld %ld %.*s>\n", thread, i, (int)(i % 30),
                           "abcdefghijklmnopqrstuvwxyz1234") == length);
            break;
        case 1:
            EXPECT(fputs(text, shared) >= 0);
            break;
        case 2:
            EXPECT(fwrite(text, 1, (size_t)length, shared) == (size_t)length);
            break;
        case 3:
            EXPECT(fwrite(text, (size_t)length, 1, shared) == 1);
            break;
        default:
            flockfile(shared);
            for (int c = 0; c < length; c++)
                putc_unlocked(text[c], shared);
            funlockfile(shared);
        }
    }
    return NULL;
}

static void *beside(void *nothing) {
    while (!stop) {
        FILE *f = fopen("beside", "w");
        fputs("beside\n", f);
        fflush(NULL);
        fclose(f);
        ftell(shared);
        ferror(shared);
    }
    return nothing;
}

static void writers(int kind, size_t size) {
    static char window[70000];
    pthread_t threads[THREADS + 1];
    situation("writers, kind %d, window %zu", kind, size);
    shared = fopen("lines", "w");
    REQUIRE(shared);
    if (size)
        setvbuf(shared, window, kind, size);
    stop = false;
    REQUIRE(pthread_create(&threads[THREADS], NULL, beside, NULL) == 0);
    for (long i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, put_lines, (void *)(intptr_t)i) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    stop = true;
    pthread_join(threads[THREADS], NULL);
    EXPECT_INT(fclose(shared), 0);
    long next[THREADS] = {0};
    FILE *f = fopen("lines", "r");
    char text[200];
    while (fgets(text, sizeof text, f)) {
        long thread, i;
        char letters[60] = "";
        int scanned = sscanf(text, "<%ld %ld %59[a-z0-9]>\n", &thread, &i, letters);
        REQUIRE(scanned >= 2 && thread >= 0 && thread < THREADS);
        EXPECT_INT(i, next[thread]++);
        EXPECT_INT(strlen(letters), i % 30);
        EXPECT(strcmp(text + strlen(text) - 2, ">\n") == 0);
    }
    fclose(f);
    for (int i = 0; i < THREADS; i++)
        EXPECT_INT(next[i], lines_each);
}

static void *get_lines(void *nothing) {
    char *line = NULL, text[100];
    size_t room = 0;
    for (long i = 0;; i++) {
        char *got = i % 2                               ? fgets(text, sizeof text, shared)
                    : getline(&line, &room, shared) > 0 ? line
                                                        : NULL;
        if (!got)
            break;
        long number = -1;
        EXPECT(sscanf(got, "line %ld\n", &number) == 1 && strchr(got, '\n'));
        lines_read++;
        sum_read += number;
    }
    free(line);
    return nothing;
}

static void readers(void) {
    pthread_t threads[THREADS];
    situation("readers");
    shared = fopen("lines", "w+");
    REQUIRE(shared);
    for (long i = 0; i < lines_each * 4; i++)
        fprintf(shared, "line %ld\n", i);
    rewind(shared);
    for (int i = 0; i < THREADS; i++)
        REQUIRE(pthread_create(&threads[i], NULL, get_lines, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    long count = lines_each * 4;
    EXPECT_INT(lines_read, count);
    EXPECT_INT(sum_read, count * (count - 1) / 2);
    EXPECT_INT(fclose(shared), 0);
}

static void *print_on_little_stack(void *stream) {
    char line[50];
    fprintf(stream, "%s %d %5.2f %lx\n", "text", 42, 3.14159, 255L);
    fputs("more\n", stream);
    rewind(stream);
    EXPECT(fgets(line, sizeof line, stream) && strcmp(line, "text 42  3.14 ff\n") == 0);
    return NULL;
}

/* The least stack that POSIX allows a thread is enough to print and read. */
static void little_stack(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    situation("little stack");
    FILE *f = fopen("lines", "w+");
    REQUIRE(f);
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstacksize(&attributes, 16384) == 0);
    REQUIRE(pthread_create(&thread, &attributes, print_on_little_stack, f) == 0);
    EXPECT_INT(pthread_join(thread, NULL), 0);
    EXPECT_INT(fclose(f), 0);
}

int main(void) {
    little_stack();
    lines_each = scaled(5000, 150);
    writers(_IOFBF, 0);
    writers(_IOFBF, 65536);
    writers(_IOFBF, 100);
    writers(_IOLBF, 1000);
    lines_each /= 5;
    writers(_IONBF, 1);
    readers();
    puts("threads");
    return finish();
}
