/* Offsets beyond 2 and 4 GiB in a sparse file: written, found again, told and reached from all origins. */
#include "expect.h"

static const off_t places[] = {0x7ffffffe, 0x80000000, 0xfffffffc, 0x100000000, 0x123456789a, 0xfffffffe};

int main(void) {
    FILE *f = fopen("sparse", "w+");
    REQUIRE(f);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        EXPECT_INT(fseeko(f, places[i], SEEK_SET), 0);
        EXPECT_INT(ftello(f), places[i]);
        EXPECT_INT(fprintf(f, "@%zu", i), 2);
        EXPECT_INT(ftello(f), places[i] + 2);
    }
    EXPECT_INT(fflush(f), 0);
    fpos_t marks[6];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        situation("place %zu", i);
        EXPECT_INT(fseeko(f, places[i] - 0x123456789c, SEEK_END), 0);
        EXPECT_INT(ftello64(f), places[i]);
        EXPECT_INT(getc(f), '@');
        EXPECT_INT(getc(f), '0' + (int)i);
        EXPECT_INT(fgetpos(f, &marks[i]), 0);
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        EXPECT_INT(fsetpos(f, &marks[i]), 0);
        EXPECT_INT(ftell(f), places[i] + 2);
        EXPECT_INT(fseek(f, -1, SEEK_CUR), 0);
        EXPECT_INT(getc(f), '0' + (int)i);
    }
    struct stat status;
    EXPECT(fstat(fileno(f), &status) == 0 && status.st_size == 0x123456789c);
    EXPECT_INT(fclose(f), 0);
    f = fopen64("sparse", "a");
    REQUIRE(f);
    fputs("end", f);
    EXPECT_INT(ftello(f), 0x123456789f);
    EXPECT_INT(fclose(f), 0);
    puts("large offsets");
    return finish();
}
