/* Finding and making the record of a file. The path comes from the kernel; none of these calls is counted. */
#include "files.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum { PATH_ROOM = 512, TERMIOS_SIZE = 64, TRIES_WHEN_FULL = 64, MOST_PATH = 1 << 16 };

struct descriptor files_descriptors[DESCRIPTORS];

static void forget(struct descriptor *descriptor) {
    if (++descriptor->generation == 0)
        descriptor->generation = 1;
    descriptor->looked_at = descriptor->own = descriptor->learned = descriptor->sought = false;
    descriptor->written = descriptor->got = NULL;
    descriptor->position = descriptor->end = -1;
    descriptor->name = 0;
}

void files_take_place(struct descriptor *descriptor, uint32_t number) {
    descriptor->number = (int32_t)number;
    forget(descriptor);
}

void files_renew(int32_t number, bool opened) {
    struct descriptor *descriptor = files_descriptor(number);
    if (!descriptor)
        return;
    forget(descriptor);
    if (opened)
        descriptor->position = 0;
}

static uint8_t kind_of(int descriptor, mode_t mode) {
    char terminal[TERMIOS_SIZE];
    switch (mode & S_IFMT) {
    case S_IFREG:
        return FILE_REGULAR;
    case S_IFBLK:
        return FILE_BLOCK;
    case S_IFIFO:
        return FILE_PIPE;
    case S_IFSOCK:
        return FILE_SOCKET;
    case S_IFCHR:
        return RAW(SYS_ioctl, descriptor, TCGETS, terminal) == 0 ? FILE_TERMINAL : FILE_OTHER;
    default:
        return FILE_OTHER;
    }
}

/* Fills in what is asked of the descriptor; a call has just moved its position by MOVED. */
static void look_at(struct descriptor *descriptor, const struct stat *status, int64_t moved) {
    descriptor->kind = kind_of(descriptor->number, status->st_mode);
    descriptor->block = (uint32_t)status->st_blksize;
    descriptor->seekable = descriptor->kind == FILE_REGULAR || descriptor->kind == FILE_BLOCK;
    if (!descriptor->name) { /* nobody saw it opened */
        int64_t flags = RAW(SYS_fcntl, descriptor->number, F_GETFL);
        descriptor->appending = flags >= 0 && flags & O_APPEND;
    }
    if (descriptor->seekable && descriptor->position < 0) {
        descriptor->position = RAW(SYS_lseek, descriptor->number, 0, SEEK_CUR);
        if (descriptor->position >= moved)
            descriptor->position -= moved;
    }
    descriptor->looked_at = true;
}

/* "/proc/self/fd/NUMBER". */
static void name_link(char *to, uint32_t number) {
    char digits[12];
    unsigned count = 0;
    to = text_copy(to, "/proc/self/fd/");
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *to++ = digits[--count];
    *to = 0;
}

/* The path of the descriptor's file to PATH, FILE_PATH bytes; a longer one keeps its end. */
static void read_path(char *path, int32_t number) {
    char link[32], room[PATH_ROOM], *text = room;
    name_link(link, (uint32_t)number);
    int64_t length = RAW(SYS_readlink, link, room, sizeof room);
    int64_t more = 0;
    if (length == (int64_t)sizeof room) {
        more = RAW(SYS_mmap, 0, MOST_PATH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (more > 0) {
            text = (char *)more;
            length = RAW(SYS_readlink, link, text, MOST_PATH);
        }
    }
    if (length < 0)
        length = 0;
    int64_t skipped = length > FILE_PATH - 1 ? length - (FILE_PATH - 1) : 0, used = length - skipped;
    for (int64_t i = 0; i < used; i++)
        path[i] = text[skipped + i];
    path[used] = 0;
    if (more > 0)
        RAW(SYS_munmap, more, MOST_PATH);
}

/* Pipes, sockets and their like are one file for each descriptor: "pipe:[12345]" without its number. */
static bool same_path(const char *left, const char *right) {
    unsigned i = 0;
    for (; left[i] && left[i] == right[i]; i++)
        if (left[0] != '/' && left[i] == '[')
            return true;
    return left[i] == right[i];
}

static uint32_t chain_of(const struct stat *status, int32_t descriptor) {
    uint64_t hash = S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode) ? 0 : status->st_ino;
    hash = (hash * 31 + (uint64_t)descriptor) * 0x9e3779b97f4a7c15;
    return (uint32_t)(hash >> 32) % FILE_CHAINS;
}

/* The number of a free record, now the image's; 0: none. */
static uint32_t claim(uint32_t image_number) {
    uint32_t from = atomic_load_explicit(&shared->file_hint, memory_order_relaxed);
    uint32_t tries = shared_has(SHARED_FILES_FULL) ? TRIES_WHEN_FULL : FILES;
    for (uint32_t i = 0; i < tries; i++) {
        uint32_t number = (from + i) % FILES, nobody = 0;
        if (number == 0 || atomic_load_explicit(&shared->file_images[number], memory_order_relaxed) != 0 ||
            !atomic_compare_exchange_strong(&shared->file_images[number], &nobody, image_number))
            continue;
        atomic_store_explicit(&shared->file_hint, number + 1, memory_order_relaxed);
        return number;
    }
    atomic_store_explicit(&shared->file_hint, from + tries, memory_order_relaxed);
    shared_flag(SHARED_FILES_FULL);
    return 0;
}

static struct file_record *make(struct stdio_thread *thread, const struct descriptor *descriptor,
                                const struct stat *status, const char *path, _Atomic uint32_t *chain) {
    uint32_t image_number = (uint32_t)(thread->of - shared->images) + 1;
    uint32_t number = claim(image_number);
    struct file_record *record = &shared->files[number];
    if (!number)
        return record;
    text_copy(record->path, path);
    record->descriptor = descriptor->number;
    record->kind = descriptor->kind;
    record->block = descriptor->block;
    record->device = status->st_dev;
    record->inode = status->st_ino;
    record->name = descriptor->name;
    atomic_store(&record->image, image_number);
    record->next = atomic_load(chain);
    while (!atomic_compare_exchange_weak(chain, &record->next, number))
        ;
    return record;
}

/* A file opened by the same name, and the same file behind it: the kernel need not be asked for its path. */
static struct file_record *find_opened(uint32_t first, const struct descriptor *descriptor,
                                       const struct stat *status) {
    for (uint32_t i = first; i && descriptor->name; i = shared->files[i].next) {
        struct file_record *record = &shared->files[i];
        if (record->descriptor == descriptor->number && record->name == descriptor->name &&
            record->inode == status->st_ino && record->device == status->st_dev)
            return record;
    }
    return NULL;
}

static struct file_record *find_path(uint32_t first, int32_t descriptor, const char *path) {
    for (uint32_t i = first; i; i = shared->files[i].next)
        if (shared->files[i].descriptor == descriptor && same_path(shared->files[i].path, path))
            return &shared->files[i];
    return NULL;
}

struct file_record *files_find(struct stdio_thread *thread, struct descriptor *descriptor, int64_t moved) {
    struct stat status = {0};
    if (RAW(SYS_fstat, descriptor->number, &status) != 0)
        status.st_mode = 0;
    if (!descriptor->looked_at)
        look_at(descriptor, &status, moved);
    if (!thread->account)
        return &shared->files[0];
    _Atomic uint32_t *chain = &thread->account->chains[chain_of(&status, descriptor->number)];
    uint32_t first = atomic_load(chain);
    struct file_record *record = find_opened(first, descriptor, &status);
    if (!record) {
        char path[FILE_PATH];
        read_path(path, descriptor->number);
        record = find_path(first, descriptor->number, path);
        if (!record)
            record = make(thread, descriptor, &status, path, chain);
    }
    unsigned place = (unsigned)descriptor->number % CACHED_FILES;
    thread->files[place].record = NULL;
    thread->files[place].descriptor = descriptor->number;
    thread->files[place].generation = descriptor->generation;
    thread->files[place].record = record;
    return record;
}

static uint64_t rank(const struct flow *flow, unsigned i) {
    return flow->frequent[i].calls + flow->frequent[i].above;
}

/* The table keeps those of the highest rank. Where it is full, one call of eight with another size takes the
   place of the last one's size, and begins above it: a size that is asked for often enough gets in and stays. */
void files_frequent(struct flow *flow, uint64_t size, uint64_t count, bool alone) {
    unsigned last = 0, i;
    for (i = 0; i < FREQUENT_SIZES; i++)
        if (!flow->frequent[i].calls || flow->frequent[i].size == size)
            break;
    if (i == FREQUENT_SIZES) {
        if (++flow->missed % FREQUENT_SIZES)
            return;
        for (i = 1; i < FREQUENT_SIZES; i++)
            if (rank(flow, i) < rank(flow, last))
                last = i;
        i = last;
        flow->frequent[i].above = rank(flow, i);
        flow->frequent[i].calls = 0;
    }
    flow->frequent[i].size = size;
    add(&flow->frequent[i].calls, count, alone);
    flow->where[size % SIZE_PLACES] = (uint8_t)i;
}
