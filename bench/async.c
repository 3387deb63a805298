/* Writes or reads a file by stdio, 64 KiB a call, and prints how many MB/s it was from the open to the close. What the stream does
   below is said by LIBBUF. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    static char piece[64 << 10];
    if (argc != 4 || (strcmp(argv[2], "w") != 0 && strcmp(argv[2], "r") != 0)) {
        fputs("usage: async FILE r|w MB\n", stderr);
        return 2;
    }
    size_t size = (size_t)atol(argv[3]) << 20, n = sizeof piece, done = 0;
    struct timespec from, to;
    memset(piece, 'x', sizeof piece);
    clock_gettime(CLOCK_MONOTONIC, &from);
    FILE *f = fopen(argv[1], argv[2]);
    if (!f)
        fail(argv[1]);
    for (; done < size && n == sizeof piece; done += n)
        n = *argv[2] == 'w' ? fwrite(piece, 1, sizeof piece, f) : fread(piece, 1, sizeof piece, f);
    if (ferror(f) || fclose(f) != 0)
        fail(argv[1]);
    clock_gettime(CLOCK_MONOTONIC, &to);
    if (done < size) {
        fprintf(stderr, "%s: shorter than %s MiB\n", argv[1], argv[3]);
        return 1;
    }
    printf("%.0f\n", (double)done / 1e6 / ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9));
}
