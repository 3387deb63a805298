/* map: what is read through mmap(2) is what read(2) would bring, in all calls that read. "reads" is by the option,
   "rule" by the environment's: one stream that the suite looks at with strace. */
#include "expect.h"
#include "extended.h"
#include <locale.h>
#include <mntent.h>
#include <pwd.h>
#include <wchar.h>

enum { SIZE = 300000 };
static char bytes[SIZE];

static void make_file(const char *path, size_t size) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(descriptor >= 0 && write(descriptor, bytes, size) == (ssize_t)size && close(descriptor) == 0);
}

static void append(const char *path, const char *text) {
    int descriptor = open(path, O_WRONLY | O_APPEND);
    REQUIRE(descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text) &&
            close(descriptor) == 0);
}

static FILE *begin(const char *path) {
    FILE *f = buf_fopen(path, "r", "map");
    REQUIRE(f);
    return f;
}

/* Whether the process has the file mapped. */
static bool is_mapped(const char *name) {
    static char maps[1 << 20];
    int descriptor = open("/proc/self/maps", O_RDONLY);
    size_t have = 0;
    for (ssize_t n; (n = read(descriptor, maps + have, sizeof maps - 1 - have)) > 0;)
        have += (size_t)n;
    maps[have] = '\0';
    close(descriptor);
    return strstr(maps, name) != NULL;
}

static void all_calls(void) {
    static char got[SIZE + 10];
    static const size_t sizes[] = {1, 100, 4095, 4096, 4097, 8192, SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i];
        situation("%zu bytes", size);
        make_file("mapped", size);
        FILE *f = begin("mapped");
        EXPECT_INT(fread(got, 1, SIZE + 10, f), size);
        EXPECT_BYTES(got, size, bytes, size);
        EXPECT(feof(f) && !ferror(f));
        EXPECT(is_mapped("/mapped"));
        rewind(f);
        size_t n = 0;
        for (int c; (c = getc(f)) != EOF && n < size; n++)
            if (c != (unsigned char)bytes[n])
                EXPECT_INT(c, (unsigned char)bytes[n]);
        EXPECT_INT(n, size);
        EXPECT_INT(ftell(f), size);
        rewind(f);
        char *line = NULL;
        size_t room = 0, at = 0;
        for (ssize_t length; (length = getline(&line, &room, f)) > 0; at += (size_t)length)
            EXPECT(memcmp(line, bytes + at, (size_t)length) == 0);
        EXPECT_INT(at, size);
        free(line);
        EXPECT_INT(fclose(f), 0);
        EXPECT(!is_mapped("/mapped"));
    }
}

static void pushback(void) {
    situation("pushback");
    make_file("mapped", SIZE);
    FILE *f = begin("mapped");
    EXPECT_INT(getc(f), bytes[0]);
    EXPECT_INT(ungetc('!', f), '!'); /* at the very beginning */
    EXPECT_INT(ungetc('?', f), '?');
    EXPECT_INT(getc(f), '?');
    EXPECT_INT(getc(f), '!');
    for (int i = 1; i < 5000; i++)
        if (getc(f) != bytes[i])
            fail(__FILE__, __LINE__, "byte %d behind a pushback", i);
    for (int i = 0; i < 100; i++)
        EXPECT_INT(ungetc('a' + i % 26, f), 'a' + i % 26);
    EXPECT_INT(ftell(f), 4900);
    for (int i = 99; i >= 0; i--)
        EXPECT_INT(getc(f), 'a' + i % 26);
    EXPECT_INT(getc(f), bytes[5000]);
    EXPECT_INT(ungetc('#', f), '#');
    EXPECT_INT(fseek(f, 4999, SEEK_SET), 0);
    EXPECT_INT(getc(f), bytes[4999]);
    EXPECT_INT(getc(f), bytes[5000]);
    EXPECT_INT(ungetc(bytes[5000], f), bytes[5000]);
    EXPECT_INT(ungetc(bytes[4999], f), bytes[4999]);
    EXPECT_INT(getc(f), bytes[4999]);
    while (getc(f) != EOF)
        continue;
    EXPECT_INT(ungetc('e', f), 'e');
    EXPECT_INT(getc(f), 'e');
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(ftell(f), SIZE);
    EXPECT_FILE("mapped", bytes, SIZE);
    int number, end;
    rewind(f);
    EXPECT_INT(fscanf(f, "%d %n", &number, &end), 1);
    EXPECT_INT(number, 0);
    EXPECT_INT(fclose(f), 0);
}

static void seeks(void) {
    situation("seeks");
    unsigned mix = 7;
    FILE *f = begin("mapped");
    for (int i = 0; i < 3000; i++) {
        mix = mix * 1103515245u + 12345u;
        long at = (long)((mix >> 8) % SIZE);
        EXPECT_INT(i % 3 ? fseek(f, at, SEEK_SET) : fseek(f, at - SIZE, SEEK_END), 0);
        if (i % 5 == 0)
            EXPECT_INT(ungetc('u', f), 'u');
        if (i % 5 == 0)
            EXPECT_INT(getc(f), 'u');
        EXPECT_INT(getc(f), bytes[at]);
        EXPECT_INT(ftell(f), at + 1);
        if (i % 7 == 0)
            EXPECT_INT(fflush(f), 0);
    }
    EXPECT_INT(fseek(f, 10, SEEK_END), 0);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(setvbuf(f, NULL, _IOFBF, 100), 0);
    EXPECT_INT(fseek(f, 5, SEEK_SET), 0);
    EXPECT_INT(getc(f), bytes[5]);
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(getc(f), bytes[6]);
    EXPECT_INT(fclose(f), 0);
}

static void growth(void) {
    situation("growth");
    char line[50];
    for (size_t size = 4090; size <= 4096; size += 6) {
        make_file("grows", size);
        FILE *f = begin("grows");
        EXPECT_INT(fseek(f, -1, SEEK_END), 0);
        EXPECT_INT(getc(f), bytes[size - 1]);
        EXPECT_INT(getc(f), EOF);
        append("grows", "and more\n");
        EXPECT_INT(getc(f), EOF); /* the indicator stands */
        clearerr(f);
        EXPECT(fgets(line, sizeof line, f) == line);
        EXPECT_TEXT(line, "and more\n");
        append("grows", "while it is not at its end\n");
        EXPECT(fgets(line, sizeof line, f) == line);
        EXPECT_TEXT(line, "while it is not at its end\n");
        EXPECT_INT(fclose(f), 0);
    }
    situation("shortened, and seen in time");
    make_file("grows", 20000);
    FILE *f = begin("grows");
    EXPECT_INT(getc(f), bytes[0]);
    EXPECT_INT(truncate("grows", 100), 0);
    EXPECT_INT(fseek(f, 0, SEEK_END), 0);
    EXPECT_INT(ftell(f), 100);
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
}

static void shared(void) {
    situation("the descriptor told");
    FILE *f = begin("mapped");
    char got[100];
    EXPECT_INT(fread(got, 1, 100, f), 100);
    int descriptor = fileno(f);
    EXPECT_INT(fflush(f), 0);
    EXPECT_INT(lseek(descriptor, 0, SEEK_CUR), 100);
    EXPECT_INT(lseek(descriptor, 5000, SEEK_SET), 5000);
    EXPECT_INT(getc(f), bytes[5000]);
    EXPECT(!is_mapped("/mapped"));
    EXPECT_INT(fclose(f), 0);

    situation("the descriptor told in the middle of the window");
    f = begin("mapped");
    EXPECT_INT(getc(f), bytes[0]);
    descriptor = fileno(f);
    for (int i = 1; i < SIZE; i++)
        if (getc(f) != bytes[i])
            fail(__FILE__, __LINE__, "byte %d", i);
    EXPECT_INT(getc(f), EOF);
    append("mapped", "x");
    clearerr(f);
    EXPECT_INT(getc(f), 'x');
    EXPECT_INT(truncate("mapped", SIZE), 0);
    EXPECT_INT(fclose(f), 0);

    situation("fork");
    f = begin("mapped");
    EXPECT_INT(fread(got, 1, 10, f), 10);
    EXPECT_INT(fflush(f), 0);
    pid_t child = fork();
    if (child == 0) {
        EXPECT_INT(getc(f), bytes[10]);
        EXPECT_INT(fflush(f), 0);
        _exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_INT(getc(f), bytes[11]); /* where the child came to */
    EXPECT_INT(fclose(f), 0);
}

/* libc's own functions read through the same window. */
static void tables(void) {
    situation("libc's readers");
    int descriptor = open("table", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; i < 2000; i++)
        dprintf(descriptor, "user%d:x:%d:%d:Name:/home/%d:/bin/sh\n", i, i, i + 1, i);
    close(descriptor);
    FILE *f = begin("table");
    struct passwd *entry;
    int count = 0;
    for (; (entry = fgetpwent(f)); count++)
        EXPECT(entry->pw_uid == (uid_t)count && entry->pw_gid == (gid_t)count + 1);
    EXPECT_INT(count, 2000);
    rewind(f);
    char line[100];
    EXPECT((entry = fgetpwent(f)) && strcmp(entry->pw_name, "user0") == 0);
    EXPECT(fgets(line, sizeof line, f) && strncmp(line, "user1:", 6) == 0);
    EXPECT((entry = fgetpwent(f)) && strcmp(entry->pw_name, "user2") == 0);
    EXPECT_INT(ungetc('X', f), 'X');
    EXPECT((entry = fgetpwent(f)) && strcmp(entry->pw_name, "Xuser3") == 0);
    EXPECT_INT(fclose(f), 0);
}

static void wide(void) {
    situation("wide characters");
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return;
    int descriptor = open("wide", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    REQUIRE(write(descriptor, "abc\xc3\xa4\xe2\x82", 7) == 7);
    FILE *f = begin("wide");
    EXPECT_INT(fgetwc(f), 'a');
    EXPECT_INT(ungetwc(0x20ac, f), 0x20ac);
    EXPECT_INT(fgetwc(f), 0x20ac);
    EXPECT_INT(fgetwc(f), 'b');
    EXPECT_INT(fgetwc(f), 'c');
    EXPECT_INT(fgetwc(f), 0xe4);
    REQUIRE(write(descriptor, "\xac!", 2) == 2); /* the rest of a character */
    EXPECT_INT(fgetwc(f), 0x20ac);
    EXPECT_INT(fgetwc(f), '!');
    EXPECT_INT(fgetwc(f), WEOF);
    close(descriptor);
    EXPECT_INT(fclose(f), 0);
    setlocale(LC_ALL, "C");
}

/* Read, since they cannot be mapped; and not by surprise. */
static void fallbacks(void) {
    char line[200];
    situation("without a size");
    FILE *f = begin("/proc/self/status");
    EXPECT(fgets(line, sizeof line, f) && strncmp(line, "Name:", 5) == 0);
    EXPECT_INT(fclose(f), 0);
    make_file("empty", 0);
    f = begin("empty");
    EXPECT_INT(getc(f), EOF);
    append("empty", "no more\n");
    clearerr(f);
    EXPECT(fgets(line, sizeof line, f) && strcmp(line, "no more\n") == 0);
    EXPECT_INT(fclose(f), 0);
    situation("r+");
    f = buf_fopen("mapped", "r+", "map");
    REQUIRE(f);
    EXPECT_INT(getc(f), bytes[0]);
    EXPECT_INT(fseek(f, 0, SEEK_CUR), 0);
    EXPECT_INT(putc('@', f), '@');
    EXPECT_INT(fclose(f), 0);
    make_file("mapped", SIZE);
    situation("w");
    f = buf_fopen("written", "w", "map");
    REQUIRE(f);
    EXPECT_INT(putc('@', f), '@');
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("written", "@", 1);
    situation("never by default");
    f = fopen("mapped", "r");
    REQUIRE(f);
    EXPECT_INT(getc(f), bytes[0]);
    EXPECT(!is_mapped("/mapped"));
    EXPECT_INT(fclose(f), 0);
    situation("opened again");
    f = begin("mapped");
    EXPECT_INT(getc(f), bytes[0]);
    REQUIRE(freopen("written", "r", f) == f);
    EXPECT(!is_mapped("/mapped"));
    EXPECT_INT(getc(f), '@');
    EXPECT_INT(getc(f), EOF);
    EXPECT_INT(fclose(f), 0);
}

int main(int argc, char **argv) {
    REQUIRE(argc > 1);
    for (size_t i = 0, n = 0; i < SIZE; n++) {
        char line[40];
        int length = sprintf(line, "%zu is the line\n", n);
        for (int k = 0; k < length && i < SIZE; k++)
            bytes[i++] = line[k];
    }
    make_file("mapped", SIZE);
    if (strcmp(argv[1], "rule") == 0) {
        static char got[SIZE];
        FILE *f = fopen("mapped", "r");
        REQUIRE(f);
        EXPECT_INT(getc(f), bytes[0]);
        EXPECT_INT(fread(got, 1, SIZE, f), SIZE - 1);
        EXPECT(memcmp(got, bytes + 1, SIZE - 1) == 0);
        EXPECT_INT(fclose(f), 0);
        return finish();
    }
    all_calls();
    pushback();
    seeks();
    growth();
    tables();
    wide();
    fallbacks();
    shared(); /* last: it forks */
    return finish();
}
