/* The fast path. "mov $number, %eax; syscall" in libc (seven bytes) is made to begin with a jump to a gate, which
   counts without any signal. A jump, not a call: libc's leaf functions keep locals in the red zone. The syscall
   instruction stays where it is, for those who come back to it. read, whose number is loaded by "xor %eax, %eax", is
   patched together with the comparison behind it, and so are calls whose number is loaded earlier, by a gate that looks
   at the number; those who come back into the middle are led around. Only in a
   process with one thread and without a seccomp filter of its own, only in libc, and only calls that are no more than counted: a
   site when it first traps, with the others of its page, and all that are left before the first thread starts. */
#include "shim.h"
#include "site.h"

#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { PAGE = 4096, MARGIN = 64 /* bytes at the ends of the text, without sites */, TAIL_TRAPPING = 16 };

static unsigned patch_count;
static const struct patch *patched_reads[8]; /* those of read's shape */
static unsigned read_count;
static unsigned tail_count;
static uintptr_t libc_begin, libc_end; /* of its text */
static uintptr_t patched_pages[64];    /* whose sites have all been patched */
static unsigned patched_page_count;
static bool several_threads, all_patched, stopped;
static bool proved; /* for this libc: see site.h */

_Static_assert(sizeof(struct patch) == PATCH_SIZE && sizeof patch_table % PAGE == 0 &&
                   sizeof(struct tail) == TAIL_SIZE && sizeof tail_table % PAGE == 0,
               "as in the gate");

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

/* bufcount's filters hold for the whole tree, and it has tried what they do to one who writes code: what matters is
   whether there are others. */
static bool filters_are_known(void) {
    return shared->filters && proc_filters() == shared->filters;
}

void patch_ready(void) {
    if (!shared->patching || (RAW(SYS_prctl, PR_GET_SECCOMP) != 0 && !filters_are_known()))
        return;
    dl_iterate_phdr(find_libc, NULL);
    proved = strcmp(gnu_get_libc_version(), SITE_PROVED_LIBC) == 0;
}

void patch_go_on_in_child(void) {
    several_threads = false;
}

void patch_stop_for_filter(void) {
    stopped = true;
}

static bool jump(uintptr_t from, const char *gate) {
    int64_t distance = (int64_t)((uintptr_t)gate - (from + SITE_JUMP));
    if (distance != (int32_t)distance)
        return false;
    uint8_t *bytes = (uint8_t *)from;
    bytes[0] = 0xe9;
    for (unsigned i = 0; i < 4; i++)
        bytes[1 + i] = (uint8_t)((uint32_t)distance >> 8 * i);
    return true;
}

/* Whether "mov $number, %eax" before the syscall instruction at ADDRESS has become a jump to a gate. */
static bool has_gate(uintptr_t address) {
    const uint8_t *bytes = (const uint8_t *)address - SITE_MOVE;
    uint32_t distance =
        bytes[1] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3] << 16 | (uint32_t)bytes[4] << 24;
    uintptr_t target = address + (uintptr_t)(int64_t)(int32_t)distance;
    return bytes[0] == 0xe9 && target - (uintptr_t)patch_gates < PATCHES * PATCH_GATE_SIZE;
}

static void patch_tail(uintptr_t begin) {
    if (tail_count == TAILS || has_gate(begin))
        return;
    const char *gate = tail_gates + tail_count * TAIL_SIZE;
    bool more = ((const uint8_t *)begin)[4] == 1;
    tail_table[tail_count] = (struct tail){.next = begin + SITE_TAIL,
                                           .limit = more ? -4095 : -4096,
                                           .trapping = gate + TAIL_TRAPPING,
                                           .begin = begin};
    if (jump(begin, gate))
        tail_count++;
}

/* The pages from BEGIN to END are writable. */
static void patch(uintptr_t site, uintptr_t begin, uintptr_t end) {
    struct patch new;
    size_t length = site_shape(site, proved, &new.begin, &new.number);
    if (!length || new.begin < begin || new.begin + SITE_JUMP > end)
        return;
    if (new.number == SITE_ANY_NUMBER) {
        patch_tail(new.begin);
        return;
    }
    if (needs_trap(new.number) || patch_count == PATCHES ||
        (new.number == SYS_read &&read_count == sizeof patched_reads / sizeof patched_reads[0]))
        return;
    new.next = new.begin + length;
    new.offset = offsetof(struct account, counts[new.number]);
    bool hooks = !shared_has(SHARED_NO_STDIO) && row_has_descriptor(new.number);
    new.flags = (row_has_bytes(new.number) ? PATCH_BYTES : 0) | (hooks ? PATCH_HOOKS : 0);
    patch_table[patch_count] = new;
    if (!jump(new.begin, patch_gates + patch_count * PATCH_GATE_SIZE))
        return;
    if (new.number == SYS_read)
        patched_reads[read_count++] = &patch_table[patch_count];
    patch_count++;
}

/* Makes pages of libc writable (or no longer), and the table for good. False where that is refused. */
static bool set_writable(uintptr_t begin, uintptr_t end, bool writable) {
    if (writable && !patch_count && !tail_count &&
        RAW(SYS_mprotect, tail_table, sizeof tail_table + sizeof patch_table, PROT_READ | PROT_WRITE) != 0)
        return false;
    return RAW(SYS_mprotect, begin, end - begin, PROT_READ | PROT_EXEC | (writable ? PROT_WRITE : 0)) == 0;
}

/* Patches every site of whole pages but one, as far as they are text. */
static void patch_pages(uintptr_t begin, uintptr_t end, uintptr_t except) {
    uintptr_t first = begin > libc_begin + MARGIN ? begin : libc_begin + MARGIN;
    uintptr_t last = end < libc_end - MARGIN ? end : libc_end - MARGIN;
    for (uintptr_t site = first; (site = site_next(site, last));)
        if (site != except)
            patch(site, begin, end);
}

/* The same for the whole text, where bufcount has looked for the sites in the same libc. */
static void patch_listed(uintptr_t begin, uintptr_t end, uintptr_t except) {
    for (uint32_t i = 0; i < shared->site_count; i++)
        if (libc_begin + shared->sites[i] != except)
            patch(libc_begin + shared->sites[i], begin, end);
}

static bool page_is_patched(uintptr_t page) {
    for (unsigned i = 0; i < patched_page_count; i++)
        if (patched_pages[i] == page)
            return true;
    return false;
}

static void refused(void) {
    shared_flag(SHARED_NOT_WRITABLE);
    patch_stop_for_filter();
}

void patch_consider(const struct call *call) {
    if (several_threads || stopped || call->site <= libc_begin || call->site >= libc_end || all_patched)
        return;
    uintptr_t begin, page;
    uint32_t number;
    if (!site_shape(call->site, proved, &begin, &number) ||
        (number != SITE_ANY_NUMBER && (number != call->number || patch_count == PATCHES)))
        return;
    page = begin & ~(uintptr_t)(PAGE - 1);
    uintptr_t end = ((begin + SITE_JUMP - 1) & ~(uintptr_t)(PAGE - 1)) + PAGE;
    if (page_is_patched(page))
        return;
    if (!set_writable(page, end, true)) {
        refused();
        return;
    }
    if (proved && end == page + PAGE && patched_page_count < sizeof patched_pages / sizeof patched_pages[0]) {
        patch_pages(page, end, 0);
        patched_pages[patched_page_count++] = page;
    } else {
        patch(call->site, page, end);
    }
    set_writable(page, end, false);
}

void patch_before_threads(uintptr_t except) {
    if (proved && !several_threads && !all_patched && !stopped && libc_begin < libc_end) {
        uintptr_t begin = libc_begin & ~(uintptr_t)(PAGE - 1),
                  end = (libc_end + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
        if (set_writable(begin, end, true)) {
            if (shared->text_size == libc_end - libc_begin)
                patch_listed(begin, end, except);
            else
                patch_pages(begin, end, except);
            set_writable(begin, end, false);
            all_patched = true;
        } else {
            refused();
        }
    }
    several_threads = true;
}

/* The number of the patch is where the gate left it, in the place of rcx. */
uint64_t before_patched(struct call *call) {
    const struct patch *patch = (const struct patch *)call->rcx;
    call->number = patch->number;
    call->row = row_of(call->number);
    count_begin(call->row);
    if (shared_has(SHARED_TIMED))
        call->started = ticks();
    return (uint64_t)call->number;
}

/* The number is where the gate found it. */
bool before_tail(struct call *call) {
    if (needs_trap(call->number))
        return false;
    call->row = row_of(call->number);
    count_begin(call->row);
    if (shared_has(SHARED_TIMED))
        call->started = ticks();
    return true;
}

const struct patch *patch_of_gate(uintptr_t address, uintptr_t *offset) {
    uintptr_t distance = address - (uintptr_t)patch_gates;
    *offset = distance % PATCH_GATE_SIZE;
    return distance / PATCH_GATE_SIZE < patch_count ? &patch_table[distance / PATCH_GATE_SIZE] : NULL;
}

/* FLAGS as they are after "cmp $LIMIT, %rax", which a patch swallowed, with RESULT in rax. */
static uint64_t flags_of_comparison(uint64_t flags, int64_t result, int64_t limit) {
    enum { CARRY = 1, PARITY = 4, ADJUST = 16, ZERO = 64, SIGN = 128, OVERFLOWED = 2048 };
    uint64_t left = (uint64_t)result, right = (uint64_t)limit, difference = left - right;
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

/* What a patch made of code in whose middle somebody was, or comes back to. */
struct middle {
    uintptr_t begin, next; /* of the code, behind it */
    uintptr_t compares;    /* where the comparison began; before, the call is not yet made */
    int64_t limit;         /* what it compares with */
};

static bool middle_at(uintptr_t address, struct middle *found) {
    if (address - libc_begin >= libc_end - libc_begin)
        return false;
    for (unsigned i = 0; i < read_count; i++) {
        const struct patch *read = patched_reads[i];
        *found = (struct middle){read->begin, read->next, read->begin + 4, -4096};
        if (address - read->begin - 1 < SITE_READ - 1)
            return true;
    }
    for (unsigned i = 0; i < tail_count; i++) {
        const struct tail *tail = &tail_table[i];
        *found = (struct middle){tail->begin, tail->next, tail->begin + SITE_SYSCALL, tail->limit};
        if (address - tail->begin - 1 < SITE_TAIL - 1)
            return true;
    }
    return false;
}

void patch_repair_return(struct call *call) {
    struct middle middle;
    if (!middle_at(call->site, &middle))
        return;
    call->site = middle.next;
    call->flags = flags_of_comparison(call->flags, call->result, middle.limit);
}

void patch_repair_frame(greg_t *registers) {
    uintptr_t next = (uintptr_t)registers[REG_RIP];
    struct middle middle;
    if (!middle_at(next, &middle))
        return;
    if (next < middle.compares) {
        registers[REG_RIP] = (greg_t)middle.begin;
        return;
    }
    registers[REG_EFL] =
        (greg_t)flags_of_comparison((uint64_t)registers[REG_EFL], registers[REG_RAX], middle.limit);
    registers[REG_RIP] = (greg_t)middle.next;
}
