/* Ten times 8 KiB and three bytes into the file "data", with fflush after the fifth and the tenth, for the suite to
   count what each option adds: policy_sync PLACE [OPTIONS]. PLACE says who gives the options: fopen and fdopen (the
   environment), threaded (the same with a second thread), buf_fopen, configure, stdout (never closed here). */
#include "expect.h"
#include "extended.h"

#include <pthread.h>

enum { BLOCK = 8192, BLOCKS = 10, RECORD = 1024 };

static void *rest(void *unused) {
    pause();
    return unused;
}

static FILE *open_at(const char *place, const char *options) {
    pthread_t thread;
    if (strcmp(place, "threaded") == 0) {
        REQUIRE(pthread_create(&thread, NULL, rest, NULL) == 0);
        place = "fdopen";
    }
    if (strcmp(place, "buf_fopen") == 0)
        return buf_fopen("data", "w", options);
    if (strcmp(place, "fdopen") == 0)
        return fdopen(open("data", O_WRONLY | O_CREAT | O_TRUNC, 0666), "w");
    if (strcmp(place, "stdout") == 0)
        return stdout;
    FILE *f = fopen("data", "w");
    if (f && strcmp(place, "configure") == 0)
        EXPECT_INT(buf_configure(f, options), 0);
    return f;
}

int main(int argc, char **argv) {
    const char *place = argc > 1 ? argv[1] : "fopen";
    static char all[BLOCK * BLOCKS + 3];
    FILE *f = open_at(place, argc > 2 ? argv[2] : "");
    REQUIRE(f);
    EXPECT_INT(setvbuf(f, NULL, _IOFBF, BLOCK), 0);
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)('a' + pattern_byte(i) % 26);
    for (size_t done = 0; done < BLOCK * BLOCKS; done += RECORD) {
        EXPECT_INT(fwrite(all + done, 1, RECORD, f), RECORD);
        if (done + RECORD == BLOCK * BLOCKS / 2 || done + RECORD == BLOCK * BLOCKS)
            EXPECT_INT(fflush(f), 0);
    }
    EXPECT_INT(fwrite(all + BLOCK * BLOCKS, 1, 3, f), 3);
    if (f == stdout)
        return finish();
    EXPECT_INT(fclose(f), 0);
    EXPECT_FILE("data", all, sizeof all);
    return finish();
}
