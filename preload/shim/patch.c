/* The fast path. A system call site of libc that has trapped a number of times is patched: "mov $number,
   %eax; syscall" (seven bytes) begins with a jump to a gate from then on, which counts without any signal. A
   jump, not a call: libc's leaf functions keep locals in the red zone. The syscall instruction stays where it
   is, for those who come back to it. read, whose number is loaded by "xor %eax, %eax", is patched together
   with the comparison behind it; those who come back into the middle are led around. Only in a process with
   one thread and without a seccomp filter, only in libc, and only calls that are no more than counted. */
#include "shim.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { WATCHED = 64, PAGE = 4096, MOVE = 5, SYSCALL = 2, READ = 10, JUMP = 5 };

/* A patched site by its gate: where the gate goes back to. */
uintptr_t patch_returns[PATCHES];
static struct {
    uintptr_t begin; /* of the jump */
    uint16_t number; /* of the call */
} patches[PATCHES];
static unsigned patch_count;

/* How often a site has trapped; sites that share an entry take turns. */
static struct {
    uintptr_t site;
    uint32_t traps;
} watched[WATCHED];

static uintptr_t libc_begin, libc_end; /* of its text */
static bool several_threads, known_reads;

static int find_libc(struct dl_phdr_info *object, size_t size, void *unused) {
    const char *name = strrchr(object->dlpi_name, '/');
    (void)size;
    (void)unused;
    if (!name || strcmp(name, "/libc.so.6") != 0)
        return 0;
    for (unsigned i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_LOAD && object->dlpi_phdr[i].p_flags & PF_X) {
            libc_begin = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
            libc_end = libc_begin + object->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

void patch_ready(void) {
    if (!shared->patch_after || RAW(SYS_prctl, PR_GET_SECCOMP) != 0)
        return;
    dl_iterate_phdr(find_libc, NULL);
    /* That no branch leads into the middle of read's ten bytes was proved for these. */
    known_reads = strcmp(gnu_get_libc_version(), "2.36") == 0;
}

void patch_stop_for_threads(void) {
    several_threads = true;
}

void patch_go_on_in_child(void) {
    several_threads = false;
}

void patch_stop_for_filter(void) {
    libc_end = libc_begin;
}

static bool same_bytes(const uint8_t *at, const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (at[i] != bytes[i])
            return false;
    return true;
}

/* Where the instructions to be patched begin and how long they are; 0 when they have another shape. */
static size_t shape_of(uintptr_t site, int64_t number, uintptr_t *begin) {
    static const uint8_t read[READ] = {0x31, 0xc0, 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0, 0xff, 0xff};
    const uint8_t move[MOVE + SYSCALL] = {0xb8, (uint8_t)number, (uint8_t)(number >> 8), 0, 0, 0x0f, 0x05};
    *begin = site - sizeof move;
    const uint8_t *before = (const uint8_t *)*begin - 1;
    if (number && same_bytes((const uint8_t *)*begin, move, sizeof move) && (*before & 0xf0) != 0x40)
        return sizeof move; /* without a prefix that would make it another move */
    *begin = site - 4;
    if (!number && known_reads && same_bytes((const uint8_t *)*begin, read, sizeof read))
        return sizeof read;
    return 0;
}

static void patch(uintptr_t site, int64_t number) {
    uintptr_t begin;
    size_t length = shape_of(site, number, &begin);
    if (!length || patch_count == PATCHES)
        return;
    const char *gate = patch_gates + patch_count * PATCH_GATE_SIZE;
    int64_t distance = (int64_t)((uintptr_t)gate - (begin + JUMP));
    if (distance != (int32_t)distance)
        return;
    uintptr_t page = begin & ~(uintptr_t)(PAGE - 1);
    size_t size = ((begin + JUMP - 1) & ~(uintptr_t)(PAGE - 1)) + PAGE - page;
    if (RAW(SYS_mprotect, page, size, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
        return;
    patches[patch_count].begin = begin;
    patches[patch_count].number = (uint16_t)number;
    patch_returns[patch_count] = begin + length;
    patch_count++;
    uint8_t *jump = (uint8_t *)begin;
    jump[0] = 0xe9;
    for (unsigned i = 0; i < 4; i++)
        jump[1 + i] = (uint8_t)((uint32_t)distance >> 8 * i);
    RAW(SYS_mprotect, page, size, PROT_READ | PROT_EXEC);
}

void patch_consider(const struct call *call) {
    if (several_threads || call->site <= libc_begin || call->site >= libc_end)
        return;
    unsigned i = call->site / 4 % WATCHED;
    if (watched[i].site != call->site) {
        watched[i].site = call->site;
        watched[i].traps = 0;
    }
    if (++watched[i].traps == shared->patch_after)
        patch(call->site, call->number);
}

/* The number of the patch is where the gate left it, in the place of rcx. */
uint64_t before_patched(struct call *call) {
    call->number = patches[call->rcx].number;
    count_call(call);
    if (shared_has(SHARED_TIMED))
        call->started = ticks();
    return (uint64_t)call->number;
}

/* FLAGS as they are after "cmp $-4096, %rax", which the patch of a read swallowed, with RESULT in rax. */
static uint64_t flags_of_comparison(uint64_t flags, int64_t result) {
    enum { CARRY = 1, PARITY = 4, ADJUST = 16, ZERO = 64, SIGN = 128, OVERFLOWED = 2048 };
    uint64_t left = (uint64_t)result, right = (uint64_t)-4096, difference = left - right;
    flags &= ~(uint64_t)(CARRY | PARITY | ADJUST | ZERO | SIGN | OVERFLOWED);
    if (left < right)
        flags |= CARRY;
    if (__builtin_popcount(difference & 0xff) % 2 == 0)
        flags |= PARITY;
    if ((left ^ right ^ difference) & 16)
        flags |= ADJUST;
    if (difference == 0)
        flags |= ZERO;
    if (difference >> 63)
        flags |= SIGN;
    if (((left ^ right) & (left ^ difference)) >> 63)
        flags |= OVERFLOWED;
    return flags;
}

void after_patched(struct call *call) {
    if (!call->number)
        call->flags = flags_of_comparison(call->flags, call->result);
    after_call(call);
}

/* The patched read whose middle ADDRESS is in, or PATCHES. */
static unsigned patched_read_at(uintptr_t address) {
    for (unsigned i = 0; i < patch_count; i++)
        if (!patches[i].number && address - patches[i].begin - 1 < READ - 1)
            return i;
    return PATCHES;
}

void patch_repair_return(struct call *call) {
    unsigned i = patch_count ? patched_read_at(call->site) : PATCHES;
    if (i == PATCHES)
        return;
    call->site = patch_returns[i];
    call->flags = flags_of_comparison(call->flags, call->result);
}

void patch_repair_frame(greg_t *registers) {
    uintptr_t next = (uintptr_t)registers[REG_RIP];
    unsigned i = patch_count ? patched_read_at(next) : PATCHES;
    if (i == PATCHES)
        return;
    if (next - patches[i].begin < 4) { /* not yet made */
        registers[REG_RIP] = (greg_t)patches[i].begin;
        return;
    }
    registers[REG_EFL] = (greg_t)flags_of_comparison((uint64_t)registers[REG_EFL], registers[REG_RAX]);
    registers[REG_RIP] = (greg_t)patch_returns[i];
}
