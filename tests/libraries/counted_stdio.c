/* Loaded late by a program that is counted: uses stdio by its own calls, and finds the next fputs itself. */
#include <dlfcn.h>
#include <stdio.h>

int use_stdio(FILE *f);
int use_stdio(FILE *f) {
    int (*next)(const char *, FILE *) = (int (*)(const char *, FILE *))dlsym(RTLD_NEXT, "fputs");
    if (!next || next("through the next fputs\n", f) < 0)
        return -1;
    for (int i = 0; i < 10; i++)
        if (fputs("from a library\n", f) < 0)
            return -1;
    return fflush(f);
}
