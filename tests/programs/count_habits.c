/* One habit that costs system calls: count_habits HABIT FILE. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORDS = 1000, RECORD = 100 };

static char record[1 << 16];

static FILE *must_open(const char *path, const char *mode) {
    FILE *file = fopen(path, mode);
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void complain(const char *path) {
    (void)path;
    for (int i = 0; i < RECORDS; i++)
        fprintf(stderr, "record %d of %d\n", i, RECORDS);
}

static void no_buffer(const char *path) {
    FILE *file = must_open(path, "w");
    setvbuf(file, NULL, _IONBF, 0);
    for (int i = 0; i < RECORDS; i++)
        fwrite(record, 1, RECORD, file);
    fclose(file);
}

static void flush_each(const char *path) {
    FILE *file = must_open(path, "w");
    for (int i = 0; i < RECORDS; i++) {
        fprintf(file, "record %d\n", i);
        fflush(file);
    }
    fclose(file);
}

static void sync_each(const char *path) {
    FILE *file = must_open(path, "w");
    for (int i = 0; i < 20; i++) {
        fwrite(record, 1, RECORD, file);
        fflush(file);
        fsync(fileno(file));
    }
    fclose(file);
}

static void seek_each(const char *path) {
    int descriptor = open(path, O_RDWR | O_CREAT, 0600);
    for (int i = 0; i < RECORDS; i++)
        if (write(descriptor, record, 4096) != 4096)
            exit(1);
    for (int i = 0; i < RECORDS; i++)
        if (lseek(descriptor, (i * 37 % RECORDS) * 4096L, SEEK_SET) < 0 ||
            read(descriptor, record, 4096) != 4096)
            exit(1);
    close(descriptor);
}

static void small_buffer(const char *path) {
    static char buffer[512];
    FILE *file = must_open(path, "w+");
    setvbuf(file, buffer, _IOFBF, sizeof buffer);
    for (int i = 0; i < RECORDS; i++)
        for (int j = 0; j < 10; j++)
            fprintf(file, "%*d", 1000, i);
    rewind(file);
    for (int i = 0; i < RECORDS; i++)
        fgets(record, 5000, file);
    fclose(file);
}

static void header(const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT, 0600);
    if (write(descriptor, record, 24) != 24)
        exit(1);
    for (int i = 0; i < RECORDS; i++)
        if (write(descriptor, record, 8192) != 8192)
            exit(1);
    close(descriptor);
}

static void own_writes(const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT, 0600);
    for (int i = 0; i < RECORDS; i++)
        if (write(descriptor, record, 10) != 10)
            exit(1);
    close(descriptor);
}

/* Nothing to be said of it. */
static void plain(const char *path) {
    FILE *file = must_open(path, "w");
    fputs("one line\n", file);
    fclose(file);
}

/* LINES or bytes enough that a larger buffer shows; the advice is about these. */
static void lines(const char *path) {
    FILE *file = must_open(path, "w");
    for (int i = 0; i < 1000000; i++)
        fprintf(file, "line %d of many\n", i);
    fclose(file);
}

static void small_writes(const char *path) {
    FILE *file = must_open(path, "w");
    for (int i = 0; i < 4000000; i++)
        fwrite("0123456789abcde", 1, 16, file);
    fclose(file);
}

/* Two hundred files, each worth a rule. */
static void many_files(const char *path) {
    for (int i = 0; i < 200; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s.%d", path, i);
        FILE *file = must_open(name, "w");
        for (int j = 0; j < 25000; j++)
            fprintf(file, "%39d\n", j);
        fclose(file);
    }
}

static void copy_bytes(const char *path) {
    char name[300];
    snprintf(name, sizeof name, "%s.copy", path);
    FILE *from = must_open(path, "r"), *to = must_open(name, "w");
    for (int byte; (byte = getc(from)) != EOF;)
        putc(byte, to);
    fclose(from);
    fclose(to);
}

int main(int count, char **words) {
    static const struct {
        const char *name;
        void (*run)(const char *);
    } habits[] = {{"complain", complain},    {"no_buffer", no_buffer},       {"flush_each", flush_each},
                  {"sync_each", sync_each},  {"seek_each", seek_each},       {"small_buffer", small_buffer},
                  {"header", header},        {"own_writes", own_writes},     {"plain", plain},
                  {"lines", lines},          {"small_writes", small_writes}, {"copy_bytes", copy_bytes},
                  {"many_files", many_files}};
    for (size_t i = 0; count == 3 && i < sizeof habits / sizeof *habits; i++)
        if (strcmp(words[1], habits[i].name) == 0) {
            habits[i].run(words[2]);
            return 0;
        }
    return 2;
}
