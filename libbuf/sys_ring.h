/* More of sys.h: the three system calls of io_uring(7), on a ring that is registered with the calling thread and has no
   descriptor. Each returns what the kernel did, a failure as -errno. */

#ifndef BUF_SYS_RING_H
#define BUF_SYS_RING_H

#include "sys.h"

struct io_uring_params;

int buf__sys_ring_setup(unsigned requests, struct io_uring_params *); /* a descriptor */
int buf__sys_ring_keep(int fd);      /* registers it: its number, which stays valid without the descriptor */
void buf__sys_ring_drop(int number); /* the registration */
int buf__sys_ring_enter(int number, unsigned send,
                        unsigned wait); /* waits for so many to end; how many were sent */
void *buf__sys_wiped_page(void); /* of memory that a fork's child finds empty (MADV_WIPEONFORK); NULL */

#endif
