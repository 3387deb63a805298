global sum
section .data
table: times 64 db 7
section .text
%rep 100
 nop
%endrep
sum: xor eax, eax
.next: add eax, [rdi]
 add rdi, 4
 dec esi
 jnz .next
 ret
