/* What is done before some of libc's own functions. Most of them work on a stream of the program's: on one they are
   given, or on what stdin, stdout and stderr now are. libc locks it by the word alone, so its bias ends for good
   before libc gets it. From there on libc's protocol rules the stream, and libc's own locking is enough. The others
   end the process, or its program: what streams took and have on its way (async.h) arrives first.

   Some of these functions take any number of arguments. So each is a few instructions that put every register
   of a call aside, ask buf__hand_over where to go, and jump there with the registers as they were. That is
   the next definition of the name, as it would be without libbuf: a library of the program's may have its own
   `error`. */

#include "async.h"
#include "libc.h"
#include "lock.h"
#include <dlfcn.h>

/* In the place of a stream: what libc works on is what these are now. It waits for no other's lock. */
enum { ON_ERR = 1, ON_OUT_ERR = 2, ON_IN_ERR = 3, ON_LEAVING = 4 };

static void revoke_ours(FILE *f) {
    struct stream *s = f ? ours(f) : NULL;
    if (s)
        buf__revoke(s);
}

static void make_ready(FILE *f) {
    uintptr_t which = (uintptr_t)f;
    if (which > ON_LEAVING) {
        revoke_ours(f);
        return;
    }
    if (which == ON_LEAVING) {
        buf__async_land();
        return;
    }
    if (which == ON_IN_ERR)
        revoke_ours(stdin);
    if (which == ON_OUT_ERR)
        revoke_ours(stdout);
    if (which)
        revoke_ours(stderr);
}

/* The function that the call goes to, kept in *place. errno stays as it was. Finding it needs no memory: a handler of
   signals may call psignal. */
__attribute__((used)) void *buf__hand_over(FILE *f, const char *name, void **place);

static void *find(const char *name, void **place) {
    void *found = __atomic_load_n(place, __ATOMIC_RELAXED);
    if (found)
        return found;
    int saved = errno;
    found = dlsym(RTLD_NEXT, name);
    errno = saved;
    if (!found)
        return buf__libc(place, name);
    __atomic_store_n(place, found, __ATOMIC_RELAXED);
    return found;
}

void *buf__hand_over(FILE *f, const char *name, void **place) {
    if (buf__started()) /* else the streams are another copy's, which may be built otherwise */
        make_ready(f);
    return find(name, place);
}

/* The places of what leaves, one behind the other; 0 at the end. */
__asm__(".pushsection .data, 1\n"
        "    .balign 8\n"
        "leaving_places:\n"
        ".popsection\n");

/* handed NAME, STREAM: defines NAME; STREAM is the register of the argument that is a stream, or one of
   the above. */
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
        "    .ifc \\stream, $4\n"
        "    .pushsection .data, 1\n"
        "    .quad 1b\n"
        "    .popsection\n"
        "    .endif\n"
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
#define ERR "$1"
#define OUT_ERR "$2"
#define IN_ERR "$3"
#define LEAVING "$4"

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

/* messages and questions */
HANDED(perror, ERR);
HANDED(psignal, ERR);
HANDED(psiginfo, ERR);
HANDED(getpass, IN_ERR);
HANDED(err, ERR);
HANDED(errx, ERR);
HANDED(verr, ERR);
HANDED(verrx, ERR);
HANDED(warn, ERR);
HANDED(warnx, ERR);
HANDED(vwarn, ERR);
HANDED(vwarnx, ERR);
HANDED(error, OUT_ERR);
HANDED(error_at_line, OUT_ERR);
HANDED(__assert_fail, ERR);
HANDED(__assert_perror_fail, ERR);
HANDED(__assert, ERR);
HANDED(getopt, ERR);
HANDED(getopt_long, ERR);
HANDED(getopt_long_only, ERR);
HANDED(__posix_getopt, ERR);
HANDED(argp_parse, OUT_ERR);
HANDED(argp_usage, OUT_ERR);
HANDED(argp_error, OUT_ERR);
HANDED(argp_failure, OUT_ERR);

/* the end of the process, and of its program */
HANDED(_exit, LEAVING);
HANDED(_Exit, LEAVING);
HANDED(abort, LEAVING);
HANDED(execve, LEAVING);
HANDED(execv, LEAVING);
HANDED(execvp, LEAVING);
HANDED(execvpe, LEAVING);
HANDED(execl, LEAVING);
HANDED(execlp, LEAVING);
HANDED(execle, LEAVING);
HANDED(fexecve, LEAVING);
HANDED(execveat, LEAVING);

__asm__(".pushsection .data, 1\n"
        "    .quad 0\n"
        ".popsection\n");

/* What leaves is found at the start: later another thread may have ld.so's lock, for as long as a constructor runs, and in
   a fork's child for ever. */
void buf__handed_find(void) {
    extern struct place {
        void *function;
        char name[];
    } *const leaving_places[] __attribute__((visibility("hidden")));
    for (struct place *const *place = leaving_places; *place; place++)
        find((*place)->name, &(*place)->function);
}
