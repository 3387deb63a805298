/* A library for preloading that wraps stdio functions as such libraries do: by dlsym(RTLD_NEXT). */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

FILE *fopen(const char *path, const char *mode) {
    FILE *(*next)(const char *, const char *) =
        (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
    FILE *f = next(path, mode);
    if (f && strchr(mode, 'w'))
        fputs("wrapped\n", f);
    return f;
}

int fclose(FILE *f) {
    int (*next)(FILE *) = (int (*)(FILE *))dlsym(RTLD_NEXT, "fclose");
    fprintf(stderr, "wrapped fclose\n");
    return next(f);
}
