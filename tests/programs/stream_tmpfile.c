/* tmpfile: a fresh unnamed file each, read and written, gone when closed; mkstemp with fdopen beside it. */
#include "expect.h"

int main(void) {
    FILE *files[20];
    char line[50];
    struct stat status;
    for (int i = 0; i < 20; i++) {
        files[i] = tmpfile();
        REQUIRE(files[i]);
        fprintf(files[i], "temporary %d\n", i);
    }
    for (int i = 0; i < 20; i++) {
        situation("file %d", i);
        rewind(files[i]);
        char want[50];
        snprintf(want, sizeof want, "temporary %d\n", i);
        EXPECT(fgets(line, 50, files[i]));
        EXPECT_TEXT(line, want);
        EXPECT(fstat(fileno(files[i]), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0);
        EXPECT_INT(status.st_mode & 0777, 0600);
        EXPECT_INT(fcntl(fileno(files[i]), F_GETFL) & O_ACCMODE, O_RDWR);
        EXPECT_INT(fclose(files[i]), 0);
    }
    situation("mkstemp");
    char name[] = "nameXXXXXX";
    int descriptor = mkstemp(name);
    FILE *f = fdopen(descriptor, "w");
    REQUIRE(f);
    fputs("named", f);
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE(name, "named", 5);
    puts("tmpfile");
    return finish();
}
