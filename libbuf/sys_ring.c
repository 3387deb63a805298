/* See sys_ring.h. */

#include "sys_ring.h"
#include "sys_call.h"
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef IORING_REGISTER_USE_REGISTERED_RING
#define IORING_REGISTER_USE_REGISTERED_RING (1u << 31) /* Linux 6.3 */
#endif

int buf__sys_ring_setup(unsigned requests, struct io_uring_params *p) {
    return (int)call(SYS_io_uring_setup, requests, (long)p, 0, 0, 0);
}

int buf__sys_ring_keep(int fd) {
    struct io_uring_rsrc_update update = {.offset = UINT32_MAX, .data = (uint64_t)fd};
    int r = (int)call(SYS_io_uring_register, fd, IORING_REGISTER_RING_FDS, (long)&update, 1, 0);
    return r < 0 ? r : r == 1 ? (int)update.offset : -EINVAL;
}

static long drop(long ring, unsigned flags, int number) {
    struct io_uring_rsrc_update update = {.offset = (uint32_t)number};
    return call(SYS_io_uring_register, ring, IORING_UNREGISTER_RING_FDS | flags, (long)&update, 1, 0);
}

/* A kernel that asks for a ring's descriptor takes that of any ring. */
void buf__sys_ring_drop(int number) {
    struct io_uring_params p = {0};
    if (drop(number, IORING_REGISTER_USE_REGISTERED_RING, number) >= 0)
        return;
    int other = buf__sys_ring_setup(1, &p);
    if (other < 0)
        return; /* it goes with the thread */
    drop(other, 0, number);
    buf__sys_close(other);
}

int buf__sys_ring_enter(int number, unsigned send, unsigned wait) {
    unsigned flags = IORING_ENTER_REGISTERED_RING | (wait ? IORING_ENTER_GETEVENTS : 0);
    return (int)call(SYS_io_uring_enter, number, send, wait, flags, 0);
}

void *buf__sys_wiped_page(void) {
    enum { PAGE = 4096 };
    long page = call(SYS_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    if (page < 0 && page > -4096)
        return NULL;
    if (call(SYS_madvise, page, PAGE, MADV_WIPEONFORK, 0, 0) == 0)
        return (void *)page;
    buf__sys_unmap((void *)page, PAGE);
    return NULL;
}
