/* fcloseall writes out every stream; what is printed later still arrives, and at once. */
#include "expect.h"

int main(void) {
    FILE *streams[10];
    char name[20], want[40];
    printf("before fcloseall\n");
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "file%d", i);
        streams[i] = fopen(name, "w");
        REQUIRE(streams[i]);
        fprintf(streams[i], "in file %d\n", i);
    }
    EXPECT_INT(fcloseall(), 0);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "file%d", i);
        int length = snprintf(want, sizeof want, "in file %d\n", i);
        EXPECT_FILE(name, want, (size_t)length);
    }
    pid_t child = fork_child();
    if (child == 0) {
        REQUIRE(dup2(open("later", O_WRONLY | O_CREAT | O_TRUNC, 0666), 1) == 1);
        printf("unbuffered\n");
        _exit(finish());
    }
    EXPECT(child_passed(child));
    EXPECT_FILE("later", "unbuffered\n", 11);
    printf("after fcloseall\n");
    return finish();
}
