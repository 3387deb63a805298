/* The files of a round (files.h). */

#include "files.h"
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

struct file files[FILES] = {
    {"words", WORDS, false, false},     {"numbers", NUMBERS, false, false},
    {"pattern", PATTERN, false, false}, {"utf8", UTF8, false, false},
    {"passwd", PASSWD, false, false},   {"fstab", FSTAB, false, false},
    {"nothing", NOTHING, false, false}, {"absent", ABSENT, false, false},
    {"utf8.2", UTF8, false, false},     {"absent.2", ABSENT, false, false},
};

static char block[65536];
static size_t filled;

static void add(const char *bytes, size_t n) {
    if (filled + n <= sizeof block) {
        memcpy(block + filled, bytes, n);
        filled += n;
    }
}

__attribute__((format(printf, 1, 2))) static void add_text(const char *format, ...) {
    char line[300];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    add(line, (size_t)n);
}

static void add_word(void) {
    add(payload(TEXT, 8), 1 + below(8));
    add(chance(25) ? "\n" : " ", 1);
}

/* Characters of one to four bytes. */
static void add_characters(void) {
    static const char *const characters[] = {"a", "z", " ",      "\n", "0",      "7",          "ä",
                                             "ß", "é", "\u0416", "€",  "\u4e2d", "\U0001f600", "\U00010348"};
    const char *character = characters[chance(60) ? below(6) : 6 + below(8)];
    add(character, strlen(character));
}

static void add_piece(enum contents contents) {
    switch (contents) {
    case WORDS:
        chance(2) ? add(payload(TEXT, 3000), below(3000)) : add_word();
        break;
    case NUMBERS:
        chance(90) ? add_text("%d%c", (int)random_next() >> below(32), " \n\t,"[below(4)])
                   : add_text("%.*f 0x%x\n", (int)below(6), (double)below(100000) / 7, below(70000));
        break;
    case PATTERN:
        add(payload(BYTES, 97), 97);
        break;
    case UTF8:
        add_characters();
        break;
    case PASSWD:
        add_text("u%x:%s:%u:%u:%.*s:/home/%u:/bin/sh\n", below(65536), chance(50) ? "x" : "*", below(70000),
                 below(70000), (int)below(40), payload(TEXT, 40), below(1000));
        break;
    case FSTAB:
        add_text("/dev/v%u /m%u\\040x %s %s %u %u\n", below(99), below(99), chance(50) ? "ext4" : "proc",
                 chance(50) ? "rw,noatime" : "defaults", below(2), below(3));
        break;
    default:
        break;
    }
}

void prepare_files(void) {
    static const size_t sizes[] = {10, 300, 4000, 4096, 9000, 30000};
    mkdir("directory", 0777);
    for (int i = 0; i < FILES; i++) {
        if (files[i].contents == ABSENT)
            continue;
        size_t size = PICK(sizes) + below(5);
        for (filled = 0; filled < size && files[i].contents != NOTHING;)
            add_piece(files[i].contents);
        int descriptor = open(files[i].name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor < 0 || write(descriptor, block, filled) != (ssize_t)filled)
            _exit(125);
        close(descriptor);
    }
}

bool file_exists(int file) {
    return access(files[file].name, F_OK) == 0;
}

size_t file_size(int file) {
    struct stat status;
    return stat(files[file].name, &status) == 0 ? (size_t)status.st_size : 0;
}

int free_file(bool wide) {
    for (int tries = 0; tries < 20; tries++) {
        int file = (int)below(FILES);
        enum contents contents = files[file].contents;
        bool text = contents == UTF8 || contents == ABSENT || contents == NOTHING || contents == WORDS;
        if (!files[file].owned && (!wide || (text && !files[file].damaged)))
            return file;
    }
    return -1;
}
