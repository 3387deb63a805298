/* POSIX.1-2017 XSH: the pages of fseek, fseeko, ftell, ftello, fgetpos, fsetpos and rewind beyond C: errors,
   seeks behind the end, what is pending, the underlying offset. */
#include "clauses.h"
#include <limits.h>

static const struct window *used;

/* A seek behind the end is allowed; what is written there leaves a hole that reads as zeros. */
static void behind_the_end(void) {
    unlink("data");
    FILE *f = opened_with("data", "w+", used);
    fputs("abc", f);
    CHECK_INT("POSIX fseek behind the end", fseek(f, 8, SEEK_SET), 0);
    CHECK_INT("POSIX fseek behind the end", ftell(f), 8);
    struct stat status;
    CHECK("POSIX fseek does not extend", fstat(fileno(f), &status) == 0 && status.st_size == 3);
    CHECK_INT("POSIX fseek behind the end", fgetc(f), EOF);
    CHECK_INT("POSIX fseek behind the end", fseek(f, 8, SEEK_SET), 0);
    CHECK_INT("POSIX fseek behind the end", fputc('x', f), 'x');
    rewind(f);
    char got[16] = "";
    CHECK_INT("POSIX fseek hole reads as zeros", fread(got, 1, 16, f), 9);
    CHECK_BYTES("POSIX fseek hole reads as zeros", got, 9, "abc\0\0\0\0\0x", 9);
    fclose(f);
    CHECK_FILE("POSIX fseek hole reads as zeros", "data", "abc\0\0\0\0\0x");
}

/* What was written and is still in the buffer reaches the file before the seek ends. */
static void pending_is_written(void) {
    FILE *f = opened_with("data", "w", used);
    fputs("pending", f);
    CHECK_INT("POSIX fseek writes what is pending", fseek(f, 2, SEEK_SET), 0);
    CHECK_FILE("POSIX fseek writes what is pending", "data", "pending");
    fputs("XY", f);
    fseeko(f, 0, SEEK_END);
    CHECK_FILE("POSIX fseek writes what is pending", "data", "peXYing");
    fputs("Z", f);
    fpos_t place;
    CHECK_INT("POSIX fgetpos", fgetpos(f, &place), 0);
    fputs("!", f);
    CHECK_INT("POSIX fsetpos writes what is pending", fsetpos(f, &place), 0);
    CHECK_FILE("POSIX fsetpos writes what is pending", "data", "peXYingZ!");
    fputs("?", f);
    rewind(f);
    CHECK_FILE("POSIX rewind writes what is pending", "data", "peXYingZ?");
    fclose(f);
}

/* When the last operation was fflush (apart from ftell), the offset is put where the seek went. */
static void underlying_offset(void) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", "r+", used);
    fgetc(f);
    fflush(f);
    CHECK_INT("POSIX fseek after fflush", fseek(f, 5, SEEK_SET), 0);
    CHECK_INT("POSIX fseek after fflush", lseek(fileno(f), 0, SEEK_CUR), 5);
    fflush(f);
    ftell(f);
    CHECK_INT("POSIX fseek after fflush", fseek(f, -1, SEEK_END), 0);
    CHECK_INT("POSIX fseek after fflush", lseek(fileno(f), 0, SEEK_CUR), 9);
    fclose(f);
}

static void errors(void) {
    FILE *f = opened_with("data", "w+", used);
    CHECK_ERROR("POSIX fseek EINVAL", fseek(f, 0, 7) == -1, EINVAL);
    CHECK_ERROR("POSIX fseek EINVAL", fseek(f, -1, SEEK_SET) == -1, EINVAL);
    CHECK_ERROR("POSIX fseek EINVAL", fseek(f, -1, SEEK_CUR) == -1, EINVAL);
    CHECK_ERROR("POSIX fseek EINVAL", fseek(f, -1, SEEK_END) == -1, EINVAL);
    CHECK_INT("POSIX fseek", fseek(f, LONG_MAX - 5000, SEEK_SET) == 0 || errno == EINVAL, 1);
    fseek(f, 10, SEEK_SET);
    errno = 0;
    CHECK("POSIX fseek EOVERFLOW",
          fseek(f, LONG_MAX, SEEK_CUR) == -1 && (errno == EOVERFLOW || errno == EINVAL));
    fseek(f, 3, SEEK_SET);
    close(fileno(f));
    CHECK_ERROR("POSIX fseek EBADF", fseek(f, 100000, SEEK_SET) == -1, EBADF);
    fclose(f);
    int ends[2];
    REQUIRE(pipe(ends) == 0 && write(ends[1], "abc", 3) == 3);
    f = fdopen(ends[0], "r");
    REQUIRE(f);
    use_window(f, used);
    fgetc(f);
    fpos_t place;
    memset(&place, 0, sizeof place);
    CHECK_ERROR("POSIX fseek ESPIPE", fseek(f, 0, SEEK_SET) == -1, ESPIPE);
    CHECK_ERROR("POSIX fseek ESPIPE", fseeko(f, 0, SEEK_CUR) == -1, ESPIPE);
    CHECK_ERROR("POSIX fseek ESPIPE", fseek(f, 0, SEEK_END) == -1, ESPIPE);
    CHECK_ERROR("POSIX ftell ESPIPE", ftell(f) == -1, ESPIPE);
    CHECK_ERROR("POSIX ftell ESPIPE", ftello(f) == -1, ESPIPE);
    CHECK_ERROR("POSIX fgetpos ESPIPE", fgetpos(f, &place) != 0, ESPIPE);
    CHECK_ERROR("POSIX fsetpos ESPIPE", fsetpos(f, &place) != 0, ESPIPE);
    errno = 0;
    rewind(f);
    CHECK_INT("POSIX rewind errno", errno, ESPIPE);
    CHECK_INT("POSIX fseek ESPIPE loses nothing", fgetc(f), 'b');
    close(ends[1]);
    fclose(f);
}

/* rewind: as fseek to 0, and the error indicator goes too; errno tells an error apart when cleared before. */
static void rewinding(void) {
    write_file("data", "abc", 3);
    FILE *f = opened_with("data", "r", used);
    fgetc(f);
    fputc('x', f);
    errno = 0;
    rewind(f);
    CHECK("POSIX rewind", errno == 0 && !ferror(f) && ftell(f) == 0);
    CHECK_INT("POSIX rewind", fgetc(f), 'a');
    fclose(f);
    f = fopen("/dev/full", "w");
    REQUIRE(f);
    fputs("lost", f);
    errno = 0;
    rewind(f);
    CHECK_INT("POSIX rewind errno", errno, ENOSPC);
    fclose(f);
}

/* ftell counts what is pushed back and what is pending, and does not disturb the stream. */
static void telling(void) {
    write_file("data", "0123456789", 10);
    FILE *f = opened_with("data", "r+", used);
    CHECK_INT("POSIX ftell", ftello(f), 0);
    fgetc(f);
    fgetc(f);
    CHECK_INT("POSIX ftell", ftell(f), 2);
    ungetc('1', f);
    CHECK_INT("POSIX ftell after ungetc", ftell(f), 1);
    CHECK_INT("POSIX ftell after ungetc", fgetc(f), '1');
    CHECK_INT("POSIX ftell", ftell(f), 2);
    fseek(f, 0, SEEK_CUR);
    fputs("AB", f);
    CHECK_INT("POSIX ftell with output pending", ftell(f), 4);
    fputc('C', f);
    CHECK_INT("POSIX ftell with output pending", ftello(f), 5);
    fclose(f);
    CHECK_FILE("POSIX ftell with output pending", "data", "01ABC56789");
    /* Appending: the position after a write is the end. */
    f = opened_with("data", "a", used);
    fputs("++", f);
    fflush(f);
    CHECK_INT("POSIX ftell, append", ftell(f), 12);
    fputs("++", f);
    CHECK_INT("POSIX ftell, append", ftell(f), 14);
    fclose(f);
}

int main(void) {
    for (int i = 0; i < WINDOWS; i++) {
        used = &windows[i];
        situation("%s", used->name);
        behind_the_end();
        pending_is_written();
        underlying_offset();
        errors();
        rewinding();
        telling();
    }
    return clauses_done();
}
