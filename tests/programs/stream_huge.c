/* Transfers beyond 2 GiB, which one write(2) cannot do, items larger than what is there, and counts that
 * leave a part of an item. */
#include "expect.h"
#include <sys/mman.h>

int main(void) {
    size_t item = (size_t)scaled(1L << 30, 1L << 24), huge = 3 * item;
    char small[64];
    char *memory = mmap(NULL, huge, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    FILE *f = fopen("/dev/null", "w");
    REQUIRE(f);
    situation("3 GiB");
    EXPECT_INT(fwrite("odd", 1, 3, f), 3);
    EXPECT_INT(fwrite(memory, 1, huge, f), huge);
    EXPECT_INT(fwrite(memory, item, 3, f), 3);
    EXPECT_INT(fwrite(memory, huge, 1, f), 1);
    EXPECT_INT(fflush(f), 0);
    EXPECT(!ferror(f));
    EXPECT_INT(fclose(f), 0);
    munmap(memory, huge);
    situation("items");
    write_file("data", "0123456789", 10);
    f = fopen("data", "r");
    REQUIRE(f);
    EXPECT_INT(fread(small, 3, 5, f), 3); /* and the tenth byte is read too */
    EXPECT(feof(f));
    EXPECT_BYTES(small, 10, "0123456789", 10);
    rewind(f);
    EXPECT_INT(fread(small, 11, 1, f), 0);
    EXPECT_INT(ftell(f), 10);
    rewind(f);
    EXPECT_INT(fread(small, 5, 2, f), 2);
    EXPECT(!feof(f));
    EXPECT_INT(fread(small, 1, 1, f), 0);
    EXPECT(feof(f));
    EXPECT_INT(fclose(f), 0);
    situation("more asked than there is");
    memory = mmap(NULL, huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    f = fopen("data", "r");
    REQUIRE(f);
    EXPECT_INT(getc(f), '0');
    EXPECT_INT(fread(memory, 1, huge, f), 9);
    EXPECT_BYTES(memory, 9, "123456789", 9);
    EXPECT(feof(f) && !ferror(f));
    EXPECT_INT(fclose(f), 0);
    puts("huge");
    return finish();
}
