/* Makes one call of stdio many times on a fully buffered stream; the caller counts the instructions.
   Usage: calls putc|getc|fwrite|fread|fputs|fgets|fprintf|fscanf TIMES */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char line[] = "sixteen bytes 1\n";

static void put(const char *call, FILE *f, long times) {
    if (strcmp(call, "putc") == 0)
        for (long i = 0; i < times; i++)
            fputc('x', f);
    else if (strcmp(call, "fwrite") == 0)
        for (long i = 0; i < times; i++)
            fwrite(line, 1, 16, f);
    else if (strcmp(call, "fputs") == 0)
        for (long i = 0; i < times; i++)
            fputs(line, f);
    else if (strcmp(call, "fprintf") == 0)
        for (long i = 0; i < times; i++)
            fprintf(f, "%d\n", 12345);
}

static void get(const char *call, FILE *f, long times) {
    char text[100];
    int number;
    if (strcmp(call, "getc") == 0)
        for (long i = 0; i < times; i++)
            fgetc(f);
    else if (strcmp(call, "fread") == 0)
        for (long i = 0; i < times; i++)
            fread(text, 1, 16, f);
    else if (strcmp(call, "fgets") == 0)
        for (long i = 0; i < times; i++)
            fgets(text, sizeof text, f);
    else if (strcmp(call, "fscanf") == 0)
        for (long i = 0; i < times; i++)
            if (fscanf(f, "%d", &number) != 1)
                abort();
}

int main(int count, char **words) {
    if (count != 3)
        return 125;
    long times = atol(words[2]);
    FILE *f = tmpfile();
    if (!f || setvbuf(f, NULL, _IOFBF, 1 << 20) != 0)
        return 125;
    put(words[1], f, times);
    /* What the get calls find is the same for every count of theirs, so that it does not show. */
    for (int i = 0; i < 20000; i++)
        fputs(strcmp(words[1], "fscanf") == 0 ? "1234567\n" : line, f);
    rewind(f);
    fgetc(f);
    rewind(f);
    get(words[1], f, times);
    return fclose(f) != 0;
}
