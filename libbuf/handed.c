/* libc's own functions that work on a stream of the program's. libc locks it by the word alone, so its bias
   ends for good before libc gets it, and so does that of the streams that stdin, stdout and stderr now are:
   all that libc's messages go to. From there on libc's protocol rules these streams, and libc's own locking
   is enough.

   Some of these functions take any number of arguments. So each is a few instructions that put every register
   of a call aside, ask buf__hand_over where to go, and jump there with the registers as they were. */

#include "libc.h"
#include "lock.h"

static void revoke_ours(FILE *f) {
    struct stream *s = f ? ours(f) : NULL;
    if (s)
        buf__revoke(s);
}

/* libc's function `name`, kept in *place, after what it may lock has lost its bias. errno stays as it was. */
__attribute__((used)) void *buf__hand_over(FILE *f, const char *name, void **place);

void *buf__hand_over(FILE *f, const char *name, void **place) {
    revoke_ours(f);
    revoke_ours(stdin);
    revoke_ours(stdout);
    revoke_ours(stderr);
    void *found = __atomic_load_n(place, __ATOMIC_RELAXED);
    return found ? found : buf__libc(place, name);
}

/* handed NAME, STREAM: defines NAME; STREAM is the register of the argument that is a stream, or $0. */
__asm__(".macro handed name, stream\n"
        "    .globl \\name\n"
        "    .type \\name, @function\n"
        "\\name:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    mov \\stream, %r10\n"
        "    lea 1f(%rip), %r11\n"
        "    jmp hand_over\n"
        "    .cfi_endproc\n"
        "    .size \\name, . - \\name\n"
        "    .pushsection .data\n"
        "    .balign 8\n"
        "1:  .quad 0\n" /* libc's function, once it was found */
        "    .asciz \"\\name\"\n"
        "    .popsection\n"
        ".endm\n");

__asm__(".text\n"
        "    .type hand_over, @function\n"
        "hand_over:\n"
        "    .cfi_startproc\n"
        "    push %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    mov %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    sub $192, %rsp\n"
        "    mov %rdi, -8(%rbp)\n"
        "    mov %rsi, -16(%rbp)\n"
        "    mov %rdx, -24(%rbp)\n"
        "    mov %rcx, -32(%rbp)\n"
        "    mov %r8, -40(%rbp)\n"
        "    mov %r9, -48(%rbp)\n"
        "    mov %rax, -56(%rbp)\n" /* how many vector registers have arguments */
        "    movaps %xmm0, (%rsp)\n"
        "    movaps %xmm1, 16(%rsp)\n"
        "    movaps %xmm2, 32(%rsp)\n"
        "    movaps %xmm3, 48(%rsp)\n"
        "    movaps %xmm4, 64(%rsp)\n"
        "    movaps %xmm5, 80(%rsp)\n"
        "    movaps %xmm6, 96(%rsp)\n"
        "    movaps %xmm7, 112(%rsp)\n"
        "    mov %r10, %rdi\n"
        "    lea 8(%r11), %rsi\n"
        "    mov %r11, %rdx\n"
        "    call buf__hand_over\n"
        "    mov %rax, %r11\n"
        "    movaps (%rsp), %xmm0\n"
        "    movaps 16(%rsp), %xmm1\n"
        "    movaps 32(%rsp), %xmm2\n"
        "    movaps 48(%rsp), %xmm3\n"
        "    movaps 64(%rsp), %xmm4\n"
        "    movaps 80(%rsp), %xmm5\n"
        "    movaps 96(%rsp), %xmm6\n"
        "    movaps 112(%rsp), %xmm7\n"
        "    mov -8(%rbp), %rdi\n"
        "    mov -16(%rbp), %rsi\n"
        "    mov -24(%rbp), %rdx\n"
        "    mov -32(%rbp), %rcx\n"
        "    mov -40(%rbp), %r8\n"
        "    mov -48(%rbp), %r9\n"
        "    mov -56(%rbp), %rax\n"
        "    leave\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    jmp *%r11\n"
        "    .cfi_endproc\n"
        "    .size hand_over, . - hand_over\n");

#define HANDED(name, stream) __asm__("handed " #name ", " stream)
#define FIRST "%rdi"
#define SECOND "%rsi"
#define NONE "$0"

/* tables */
HANDED(getmntent, FIRST);
HANDED(getmntent_r, FIRST);
HANDED(__getmntent_r, FIRST);
HANDED(addmntent, FIRST);
HANDED(fgetpwent, FIRST);
HANDED(fgetpwent_r, FIRST);
HANDED(putpwent, SECOND);
HANDED(fgetgrent, FIRST);
HANDED(fgetgrent_r, FIRST);
HANDED(putgrent, SECOND);
HANDED(fgetspent, FIRST);
HANDED(fgetspent_r, FIRST);
HANDED(putspent, SECOND);
HANDED(fgetsgent, FIRST);
HANDED(fgetsgent_r, FIRST);
HANDED(putsgent, SECOND);

/* what prints where the caller says */
HANDED(malloc_info, SECOND);
HANDED(argp_help, SECOND);
HANDED(argp_state_help, SECOND);

/* what a handler of printf may call on the stream it is given */
HANDED(printf_size, FIRST);
HANDED(__printf_fp, FIRST);

/* messages, on what stderr and stdout are */
HANDED(perror, NONE);
HANDED(psignal, NONE);
HANDED(psiginfo, NONE);
HANDED(getpass, NONE);
HANDED(err, NONE);
HANDED(errx, NONE);
HANDED(verr, NONE);
HANDED(verrx, NONE);
HANDED(warn, NONE);
HANDED(warnx, NONE);
HANDED(vwarn, NONE);
HANDED(vwarnx, NONE);
HANDED(error, NONE);
HANDED(error_at_line, NONE);
HANDED(__assert_fail, NONE);
HANDED(__assert_perror_fail, NONE);
HANDED(__assert, NONE);
HANDED(getopt, NONE);
HANDED(getopt_long, NONE);
HANDED(getopt_long_only, NONE);
HANDED(__posix_getopt, NONE);
HANDED(argp_parse, NONE);
HANDED(argp_usage, NONE);
HANDED(argp_error, NONE);
HANDED(argp_failure, NONE);
