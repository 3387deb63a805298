/* Writes MIB mebibytes to FILE at so many MB/s, as a program does that records something, and prints how many
   milliseconds the fdatasync at the end takes: pace FILE MIB RATE. Plain stdio: libbuf comes by bufrun. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void wait_until(double when) {
    double left = when - now();
    if (left > 0)
        nanosleep(&(struct timespec){(time_t)left, (long)((left - (double)(time_t)left) * 1e9)}, NULL);
}

int main(int argc, char **argv) {
    static char record[65536];
    if (argc != 4) {
        fprintf(stderr, "usage: pace FILE MIB RATE\n");
        return 2;
    }
    size_t size = strtoul(argv[2], NULL, 10) << 20;
    double rate = strtod(argv[3], NULL) * 1e6, start;
    FILE *f = fopen(argv[1], "w");
    if (!f) {
        perror(argv[1]);
        return 1;
    }
    memset(record, 'r', sizeof record);
    start = now();
    for (size_t done = 0; done < size; done += sizeof record) {
        if (fwrite(record, 1, sizeof record, f) != sizeof record) {
            perror(argv[1]);
            return 1;
        }
        wait_until(start + (double)done / rate);
    }
    double written = now();
    if (fflush(f) == EOF || fdatasync(fileno(f)) < 0) {
        perror(argv[1]);
        return 1;
    }
    printf("%.2f %.2f\n", (now() - written) * 1e3, (written - start) * 1e3);
    return fclose(f) == EOF;
}
