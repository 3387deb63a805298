/* C17 7.21.4: remove, rename, tmpfile, tmpnam. */
#include "clauses.h"
#include <dlfcn.h>

static void names(void) {
    FILE *f = opened("old", "w");
    fputs("text", f);
    fclose(f);
    CHECK_INT("7.21.4.2p3", rename("old", "new"), 0);
    CHECK("7.21.4.2p2", fopen("old", "r") == NULL);
    CHECK_FILE("7.21.4.2p2", "new", "text");
    CHECK("7.21.4.2p3", rename("absent", "new") != 0);
    CHECK_FILE("7.21.4.2p3", "new", "text");
    CHECK("7.21.4.2p3", rename("new", "nowhere/new") != 0);
    CHECK_FILE("7.21.4.2p3", "new", "text");
    CHECK_INT("7.21.4.1p3", remove("new"), 0);
    CHECK("7.21.4.1p2", fopen("new", "r") == NULL);
    CHECK("7.21.4.1p3", remove("new") != 0);
    f = opened("new", "w");
    fclose(f);
    CHECK_FILE("7.21.4.1p2", "new", "");
}

/* A binary update stream on a file of its own, gone with fclose. */
static void temporary(const struct window *window) {
    FILE *f = tmpfile(), *g = tmpfile();
    REQUIRE(f && g);
    use_window(f, window);
    struct stat a, b;
    CHECK("7.21.4.3p2 different", fstat(fileno(f), &a) == 0 && fstat(fileno(g), &b) == 0 &&
                                      (a.st_ino != b.st_ino || a.st_dev != b.st_dev));
    CHECK_INT("7.21.4.3p2 wb+", fgetc(f), EOF);
    CHECK_INT("7.21.4.3p2 wb+", fseek(f, 0, SEEK_SET), 0);
    CHECK_INT("7.21.4.3p2 wb+", fwrite("a\r\n\0\x1a", 1, 5, f), 5);
    CHECK_INT("7.21.4.3p2 wb+", fseek(f, 1, SEEK_SET), 0);
    char got[8] = "";
    CHECK_INT("7.21.4.3p2 wb+", fread(got, 1, 8, f), 4);
    CHECK_BYTES("7.21.4.3p2 wb+", got, 4, "\r\n\0\x1a", 4);
    CHECK_INT("7.21.4.3p2 different", fgetc(g), EOF);
    CHECK_INT("7.21.4.3p2 removed", fstat(fileno(f), &a) == 0 ? (int)a.st_nlink : 0, 0);
    CHECK_INT("7.21.4.3p4", fclose(f), 0);
    CHECK_INT("7.21.4.3p4", fclose(g), 0);
}

static void many_temporary(void) {
    enum { COUNT = 25 }; /* the smallest TMP_MAX that C allows */
    FILE *files[COUNT];
    for (int i = 0; i < COUNT; i++) {
        files[i] = tmpfile();
        CHECK("7.21.4.3p3", files[i] != NULL);
        fprintf(files[i], "%d", i);
    }
    for (int i = 0; i < COUNT; i++) {
        int number = -1;
        rewind(files[i]);
        CHECK("7.21.4.3p3", fscanf(files[i], "%d", &number) == 1 && number == i);
        fclose(files[i]);
    }
}

static void unused_names(void) {
    /* By dlsym: the linker's warning about tmpnam is meant for programs, not for its test. */
    char *(*name_for_test)(char *) = (char *(*)(char *))dlsym(RTLD_DEFAULT, "tmpnam");
    char names_got[20][L_tmpnam], *inside;
    REQUIRE(name_for_test);
    for (int i = 0; i < 20; i++) {
        CHECK("7.21.4.4p3", name_for_test(names_got[i]) == names_got[i]);
        CHECK("7.21.4.4p2", access(names_got[i], F_OK) < 0);
        CHECK("7.21.4.4p2", strlen(names_got[i]) < L_tmpnam);
        for (int j = 0; j < i; j++)
            CHECK("7.21.4.4p2", strcmp(names_got[i], names_got[j]) != 0);
    }
    inside = name_for_test(NULL);
    CHECK("7.21.4.4p3", inside && strlen(inside) < L_tmpnam);
    FILE *f = fopen(names_got[0], "w");
    CHECK("7.21.4.4p2", f != NULL);
    if (f)
        fclose(f);
    remove(names_got[0]);
}

int main(void) {
    names();
    for (int i = 0; i < WINDOWS; i++) {
        situation("%s", windows[i].name);
        temporary(&windows[i]);
    }
    situation("many");
    many_temporary();
    unused_names();
    return clauses_done();
}
