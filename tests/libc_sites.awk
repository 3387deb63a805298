# Reads objdump -d of libc and checks what patching relies on, of each "mov $number, %eax; syscall", each
# "xor %eax, %eax; syscall; cmp $-4096, %rax" and each other "syscall; cmp $-4096, %rax" or -4095: nothing jumps behind its first instruction, and what follows looks at no
# flag from before. Prints each breach, then the number of sites.
function operation(text) {
    sub(/^(bnd|notrack|lock|rep|repz) +/, "", text)
    sub(/ .*/, "", text)
    return text
}
/^ +[0-9a-f]+:\t/ {
    address = $1
    sub(/:$/, "", address)
    text = $0
    sub(/^[^\t]*\t/, "", text)
    count++
    at[count] = address
    line[count] = text
    if (text ~ /^((bnd|notrack) )?(j[a-z]+|call|loop[a-z]*) +[0-9a-f]+/) {
        target = text
        sub(/^(bnd|notrack) /, "", target)
        sub(/^[a-z]+ +/, "", target)
        sub(/ .*/, "", target)
        targets[target] = 1
    }
}
END {
    for (i = 2; i <= count; i++) {
        if (line[i] !~ /^syscall/)
            continue
        moved = line[i - 1] ~ /^mov +\$0x[0-9a-f]+,%eax$/
        read = line[i - 1] ~ /^xor +%eax,%eax$/ && line[i + 1] ~ /^cmp +\$0xfffffffffffff000,%rax$/
        tail = !moved && !read && line[i + 1] ~ /^cmp +\$0xfffffffffffff00[01],%rax$/
        if (tail && at[i + 1] in targets)
            print "something jumps into the site at " at[i]
        tails += tail
        if (!moved && !read)
            continue
        sites++
        if (at[i] in targets || (read && at[i + 1] in targets))
            print "something jumps into the site at " at[i - 1]
        for (next_line = i + 1; next_line < i + 12; next_line++) {
            name = operation(line[next_line])
            if (name ~ /^(cmp|test|add|sub|and|or|xor|neg|inc|dec|sh[lr]|sar|bt|imul|cmpxchg|xadd|call|ret|jmp|ud2|hlt|syscall|popcnt)/)
                break
            if (name ~ /^(j|set|cmov|adc|sbb|rc[lr]|pushf|lahf)/) {
                print name " behind the site at " at[i - 1] " looks at flags"
                break
            }
        }
    }
    print sites " sites, " tails " with any number"
}
