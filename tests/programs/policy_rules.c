/* Options by LIBBUF's rules and by the program, for the options that set the buffer. The rules of the environment
   are the suite's: see tests/suite_policies.c. */
#include "expect.h"
#include "extended.h"
#include <stdio_ext.h>

static size_t size_after_open(const char *path, const char *options) {
    FILE *f = options ? buf_fopen(path, "w", options) : fopen(path, "w");
    REQUIRE(f);
    EXPECT_INT(fputc('x', f), 'x');
    size_t size = __fbufsize(f);
    EXPECT_INT(fclose(f), 0);
    return size;
}

int main(void) {
    if (!getenv("LIBBUF")) {
        fprintf(stderr, "wants rules in its environment, which policies/rules_choose_the_buffer gives\n");
        return 77;
    }
    REQUIRE(buf_fopen && buf_configure);

    /* LIBBUF="a*:size=32K;*.b:size=1K,buffer=line;sub/c:size=2K;a1:size=7" */
    situation("rules");
    EXPECT_INT(size_after_open("a1", NULL), 32768);
    EXPECT_INT(size_after_open("x.b", NULL), 1024);
    EXPECT_INT(size_after_open("other", NULL), 4096);
    mkdir("sub", 0777);
    EXPECT_INT(size_after_open("sub/c", NULL), 2048);
    EXPECT_INT(size_after_open("./sub/../sub/c", NULL), 4096); /* neither as given nor by its last part */
    EXPECT_INT(size_after_open("/tmp/../tmp/libbuf-absent-c", NULL), 4096);
    unlink("/tmp/libbuf-absent-c");

    situation("the operator's stand against the program's");
    FILE *f = fopen("a2", "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IOFBF, 100), 0);
    EXPECT_INT(fputc('x', f), 'x');
    EXPECT_INT(__fbufsize(f), 32768);
    EXPECT_INT(buf_configure(f, "size=64"), 0);
    EXPECT_INT(__fbufsize(f), 32768);
    EXPECT_INT(buf_configure(f, "buffer=line"), 0); /* which the rule does not name */
    EXPECT_INT(fputc('y', f), 'y');
    EXPECT(__flbf(f));
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("a2", "xy", 2);
    EXPECT_INT(size_after_open("a3", "size=100"), 32768);
    f = fopen("x.b", "w");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IONBF, 0), 0);
    EXPECT_INT(fputs("no newline", f) >= 0, 1);
    EXPECT(__flbf(f));
    EXPECT_INT(__fpending(f), 10);
    EXPECT_INT(fclose(f), 0);

    situation("the program's");
    EXPECT_INT(size_after_open("c", "size=8K"), 8192);
    EXPECT_INT(size_after_open("c", " size = 8k , buffer = full "), 8192);
    EXPECT_INT(size_after_open("c", ""), 4096);
    f = buf_fopen("c", "w", "size=512,align=off");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IOFBF, 2048), 0); /* the latest wins */
    EXPECT_INT(fputc('x', f), 'x');
    EXPECT_INT(__fbufsize(f), 2048);
    EXPECT_INT(buf_configure(f, "size=1K,align=256"), 0);
    for (int i = 0; i < 3000; i++)
        EXPECT_INT(fputc('a' + i % 26, f), 'a' + i % 26);
    EXPECT_INT(__fbufsize(f), 1024);
    EXPECT_INT(buf_configure(f, "buffer=none"), 0);
    EXPECT_INT(fputc('z', f), 'z');
    EXPECT_INT(__fpending(f), 0);
    EXPECT_INT(fclose(f), 0);

    situation("errors");
    static const char *const bad[] = {"nonsense",     "size",      "size=",       "size=0",    "size=-1",
                                      "size=1T",      "size=2G",   "size=1K1",    "buffer=big", "align=maybe",
                                      "buffer=full:", "size=auto:1", "size=4K,what=1", "=", "size=99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        EXPECT_ERROR(buf_fopen("never", "w", bad[i]) == NULL, EINVAL);
        situation("option %s", bad[i]);
    }
    EXPECT_ERROR(fopen("never", "r") == NULL, ENOENT);
    f = fopen("c", "r");
    REQUIRE(f);
    EXPECT_ERROR(buf_configure(f, "size=none") == -1, EINVAL);
    EXPECT_ERROR(buf_configure(f, NULL) == -1, EINVAL);
    EXPECT_INT(buf_configure(f, "size=1M"), 0);
    EXPECT_INT(fgetc(f), 'x');
    EXPECT_INT(buf_configure(f, "size=64"), 0);
    EXPECT_INT(fgetc(f), 'a');
    EXPECT_INT(fclose(f), 0);
    EXPECT_ERROR(buf_fopen("absent/file", "w", "size=1K") == NULL, ENOENT);
    EXPECT_ERROR(buf_fopen("c", "q", "size=1K") == NULL, EINVAL);
    puts("rules");
    return finish();
}
