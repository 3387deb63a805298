/* The instruction itself, for sys.c and sys_names.c alone. x86-64. */

#ifndef BUF_SYS_CALL_H
#define BUF_SYS_CALL_H

static inline long call(long number, long a, long b, long c, long d, long e) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = 0; /* the sixth argument: mmap's offset, and nobody else's */
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
