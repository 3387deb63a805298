/* The printing functions of libresolv, which print on the stream they are given. */
#include "expect.h"
#include <arpa/nameser.h>
#include <dlfcn.h>
#include <resolv.h>

/* A query for the address of host.example.org, and the end of an answer's name. */
static const unsigned char message[] = "\0\7\1\0\0\1\0\0\0\0\0\0\4host\7example\3org\0\0\1\0\1";
enum { MESSAGE = sizeof message - 1, NAME = 12 };

static void *find(const char *name) {
    static void *library;
    if (!library)
        library = dlopen("libresolv.so.2", RTLD_NOW);
    void *found = library ? dlsym(library, name) : NULL;
    if (!found)
        fprintf(stderr, "%s: %s\n", name, dlerror());
    REQUIRE(found);
    return found;
}

#define CALL(type, name) ((type)find(#name))

static void every_function(FILE *f) {
    CALL(void (*)(const unsigned char *, int, FILE *), __fp_nquery)(message, MESSAGE, f);
    CALL(void (*)(const unsigned char *, FILE *), __fp_query)(message, f);
    CALL(const unsigned char *(*)(const unsigned char *, const unsigned char *, int, FILE *), __p_cdnname)
    (message + NAME, message, MESSAGE, f);
    fputc('\n', f);
    CALL(const unsigned char *(*)(const unsigned char *, const unsigned char *, FILE *), __p_cdname)
    (message + NAME, message, f);
    fputc('\n', f);
    CALL(const unsigned char *(*)(const unsigned char *, const unsigned char *, FILE *), __p_fqname)
    (message + NAME, message, f);
    fputc('\n', f);
    CALL(void (*)(const struct __res_state *, FILE *), __fp_resstat)(&(struct __res_state){0}, f);
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text++;
        n++;
    }
    return n;
}

int main(void) {
    static char text[10000];
    for (size_t size = 1; size <= 4096; size *= 8) {
        situation("buffer of %zu", size);
        FILE *f = fopen("printed", "w+");
        REQUIRE(f);
        EXPECT_INT(setvbuf(f, NULL, _IOFBF, size), 0);
        every_function(f);
        rewind(f);
        size_t n = fread(text, 1, sizeof text - 1, f);
        text[n] = '\0';
        EXPECT_INT(count(text, "host.example.org"), 4);
        EXPECT_INT(count(text, "HEADER"), 1);
        EXPECT_INT(count(text, "ns_initparse"), 1); /* __fp_query takes 512 bytes for a message, ours ends before */
        EXPECT(strstr(text, ";; res options:"));
        EXPECT_INT(fclose(f), 0);
    }
    /* __p_query prints on stdout */
    CALL(void (*)(const unsigned char *), __p_query)(message);
    return finish();
}
