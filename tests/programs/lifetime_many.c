/* 10,500 streams open at once: each keeps its own bytes, fflush(NULL) reaches all, they close in any order,
 * and those left open are written at exit. */
#include "expect.h"
#include <sys/resource.h>

enum { MOST = 10500 };
static int many; /* as MOST, less under a slow observer */
static FILE *streams[MOST];

static void name_of(int i, char *name) {
    sprintf(name, "many/%d", i);
}

static void check(int i, const char *what) {
    char name[30], want[60];
    name_of(i, name);
    int length = snprintf(want, sizeof want, "stream %d\n%s", i, what);
    EXPECT_FILE(name, want, (size_t)length);
}

int main(void) {
    many = (int)scaled(MOST, 3000);
    struct rlimit files;
    REQUIRE(getrlimit(RLIMIT_NOFILE, &files) == 0);
    if (files.rlim_cur < (rlim_t)many + 100) {
        files.rlim_cur = (rlim_t)many + 100;
        if (files.rlim_max < (rlim_t)many + 100)
            files.rlim_max = (rlim_t)many + 100;
        REQUIRE(setrlimit(RLIMIT_NOFILE, &files) == 0);
    }
    REQUIRE(mkdir("many", 0777) == 0);
    pid_t child = fork_child();
    if (child == 0) {
        char name[30];
        for (int i = 0; i < many; i++) {
            name_of(i, name);
            streams[i] = fopen(name, "w");
            REQUIRE(streams[i]);
            fprintf(streams[i], "stream %d\n", i);
        }
        struct stat status;
        EXPECT(stat("many/0", &status) == 0 && status.st_size == 0);
        EXPECT_INT(fflush(NULL), 0);
        for (int i = 0; i < many; i++)
            check(i, "");
        for (int i = 0; i < many; i++)
            fputs("end", streams[i]);
        for (int i = 0; i < 1000; i++) /* these from the middle and the ends, the rest at exit */
            EXPECT_INT(fclose(streams[i % 3 == 0 ? i : i % 3 == 1 ? many - 1 - i : 1000 + i]), 0);
        exit(finish());
    }
    EXPECT(child_passed(child));
    for (int i = 0; i < many; i++)
        check(i, "end");
    FILE *f = NULL;
    for (int i = 0; i < 4000; i++) { /* opened and closed in turn: nothing grows */
        f = fopen("many/0", "r");
        REQUIRE(f);
        if (i % 100 == 0)
            EXPECT_INT(getc(f), 's');
        EXPECT_INT(fclose(f), 0);
    }
    puts("many streams");
    return finish();
}
