/* The shapes of system calls in libc's text that can be patched: "mov $number, %eax; syscall"; read's "xor %eax, %eax;
   syscall; cmp $-4096, %rax"; and where the number was loaded earlier, "syscall; cmp $-4096, %rax" (-4095 in syscall(2)).
   For bufcount, which looks for them once, and for the shim, which patches them. */
#ifndef BUFCOUNT_SITE_H
#define BUFCOUNT_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SITE_MOVE = 5, SITE_SYSCALL = 2, SITE_READ = 10, SITE_TAIL = 8, SITE_JUMP = 5, SITE_WORD = 8 };

/* The libc for which was proved that all bytes of these shapes are instructions, that no branch leads into the middle of
   them, and that what follows looks at no flag from before (tests/libc_sites.awk). Of another, only what has trapped is
   known to be an instruction, and read's shape is never touched. */
#define SITE_PROVED_LIBC "2.36"

#define SITE_ANY_NUMBER UINT32_MAX

/* Where the instructions to be patched begin and how long they are, given the address behind the syscall instruction; 0
   when they have another shape. The number is SITE_ANY_NUMBER where it is not part of them. */
static inline size_t site_shape(uintptr_t site, bool proved, uintptr_t *begin, uint32_t *number) {
    static const uint8_t read[SITE_READ] = {0x31, 0xc0, 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff};
    *begin = site - SITE_MOVE - SITE_SYSCALL;
    const uint8_t *move = (const uint8_t *)*begin;
    *number = move[1] | (uint32_t)move[2] << 8;
    /* without a prefix that would make it another move */
    if (move[0] == 0xb8 && !move[3] && !move[4] && *number && (move[-1] & 0xf0) != 0x40)
        return SITE_MOVE + SITE_SYSCALL;
    const uint8_t *behind = (const uint8_t *)site;
    size_t same = 0;
    while (same < SITE_READ - 4 && behind[same] == read[4 + same])
        same++;
    bool compares = same == SITE_READ - 4;
    bool compares_more =
        same == 2 && behind[2] == 1 && behind[3] == 0xf0 && behind[4] == 0xff && behind[5] == 0xff;
    if (!proved || !(compares || compares_more))
        return 0;
    if (compares && behind[-4] == read[0] && behind[-3] == read[1]) {
        *begin = site - 4;
        *number = 0;
        return SITE_READ;
    }
    *begin = site - SITE_SYSCALL;
    *number = SITE_ANY_NUMBER;
    return SITE_TAIL;
}

/* Whether some byte of the word is 0x0f: a syscall instruction may begin in it. */
static inline bool site_may_begin(uintptr_t word_address) {
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t word = *(const uint64_t *)word_address ^ ones * 0x0f;
    return (word - ones) & ~word & tops;
}

/* The address behind the next syscall instruction of a site, from ADDRESS on; 0 when there is none before END. Up to
   16 bytes before and behind are read. */
static inline uintptr_t site_next(uintptr_t address, uintptr_t end) {
    while (address < end) {
        if (address % SITE_WORD == 0 && !site_may_begin(address)) {
            address += SITE_WORD;
            continue;
        }
        const uint8_t *byte = (const uint8_t *)address++;
        uintptr_t begin;
        uint32_t number;
        if (byte[0] == 0x0f && byte[1] == 0x05 &&
            site_shape((uintptr_t)byte + SITE_SYSCALL, true, &begin, &number))
            return (uintptr_t)byte + SITE_SYSCALL;
    }
    return 0;
}

#endif
