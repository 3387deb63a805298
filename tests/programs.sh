#!/bin/bash
# Programs of the system, each command once on libc and once with libbuf preloaded, from the same files: standard output, standard error, the exit code
# and every file left behind must be the same, byte for byte. A command counts only if bytes passed through libbuf's streams (LIBBUF_TOTALS); one whose
# program reads and writes by system calls alone is shown as skipped. One line a command, then "N passed, N failed, N skipped".
# What the commands reach is shown last: how many of libc's stdio names their programs and the libraries of these import, and which of the families of
# calls none imports. Where no program of Debian's imports one (wide scanf and printf, open_wmemstream), those of tests/samples do.
# Usage: tests/programs.sh [-v] [NAME...]; TEST_BUILD names another build directory than "build".
set -u
build=$(realpath "${TEST_BUILD:-build}") || exit 2
library=$build/libbuf.so
[ -e "$library" ] || { echo "programs.sh: $library: not built" >&2; exit 2; }
samples=$(realpath "$(dirname "$0")/samples") || exit 2
page=$(realpath "$(dirname "$0")/../docs/man/bufrun.1") || exit 2
verbose=
[ "${1-}" = -v ] && { verbose=1; shift; }
only=" $* "
scratch=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-programs-XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
unset LIBBUF LIBBUF_VERBOSE LIBBUF_TOTALS LD_PRELOAD IOBUF_PARAMS
export LC_ALL=C.UTF-8 TZ=UTC HOME=$scratch/home TERM=dumb

# The files that the commands find in ../in: the same for both runs.
make_input() {
    mkdir -p "$scratch/in/tree/sub" "$scratch/home"
    cd "$scratch/in" || exit 2
    awk 'BEGIN { for (i = 1; i <= 20000; i++) printf "%d %x line %s number %d,%d;%s\n", i, i * 7919, substr("abcdefghijklmnopqrstuvwxyz", i % 26 + 1), i % 97, i % 13, i % 5 ? "tail" : "" }' >text
    awk 'BEGIN { for (i = 1; i <= 20000; i++) printf "%d %x line %s number %d,%d;%s\n", i, i * 7919, substr("abcdefghijklmnopqrstuvwxyz", i % 26 + 1), i % 89, i % 13, i % 7 ? "tail" : "" }' >text2
    seq 1 30000 >numbers
    awk 'BEGIN { for (i = 0; i < 20000; i++) print (i * 7919) % 10007, (i * 104729) % 1009 }' >pairs
    sort numbers >numbers.sorted
    head -c 300000 /bin/bash >binary
    printf 'no newline at the end' >ragged
    printf 'one\0two\0\nthree\0' >nuls
    printf 'Gr\303\274\303\237e \342\202\254 \360\237\230\200\nna\303\257ve\n' >utf8
    awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%c", 97 + i % 26; printf "\nshort\n" }' >long
    : >empty
    printf 'id,name,value\n1,one,1.5\n2,"two, three",2.5\n3,four,\n' >table.csv
    { echo '{"list": ['; for i in $(seq 1 500); do echo "{\"n\": $i, \"s\": \"t$i\"},"; done; echo '{"n": 0}]}'; } >data.json
    cat >program.c <<'C'
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int main(void) {
    int v[100], unused;
    for (int i = 0; i < 100; i++) v[i] = (i * 7919) % 101;
    qsort(v, 100, sizeof *v, compare);
    for (int i = 0; i < 100; i++) printf("%d %.3f\n", v[i], sqrt(v[i]));
    return 0;
}
C
    cat >broken.c <<'C'
int main(void) { return missing + 1 }
C
    cat >program.cc <<'C'
#include <cstdio>
#include <iostream>
#include <string>
int main() {
    std::string word;
    int count = 0;
    while (std::cin >> word) {
        if (++count % 3 == 0) std::cout << word << '\n';
        else if (count % 3 == 1) std::printf("%s\n", word.c_str());
        else std::cerr << "";
    }
    std::cout << count << std::endl;
    std::puts("end");
}
C
    printf 'all: a b\n\t@echo all\na:\n\t@echo a; wc -l < ../in/numbers\nb: a\n\techo b >&2\nfails:\n\texit 3\n' >Makefile
    cp text tree/one && cp pairs tree/sub/two && cp binary tree/three
    touch -d '2020-01-02 03:04:05 UTC' tree/one tree/sub/two tree/three tree/sub tree
    diff -u text text2 >patch.diff
    tar -cf archive.tar tree
    gzip -nk text && bzip2 -k text 2>/dev/null
    seq 1 2900000 | tr '\n' ' ' >huge
    cp "$samples"/* . && cp "$page" page.1
    { echo '<list>'; for i in 5 3 11; do echo "<item n=\"$i\">text $i &amp; gr&#252;n</item>"; done; echo '</list>'; } >list.xml
    printf 'Stra\337e caf\351 \344\366\374 \251 na\357ve\n12 \340 3.5 fin\n' >latin1
    printf '\306\374\313\334\270\354 \244\342\244\270 \245\306\245\271\245\310 abc\n12 \300\344\306\374 3.5\n' >eucjp
    (g++ -O1 -o iostreams iostreams.cc && gcc -O1 -o wide wide.c) 2>/dev/null
    mkdir "$scratch/locales"
    localedef --no-archive -c -i de_DE -f UTF-8 "$scratch/locales/de_DE.UTF-8"
    localedef --no-archive -c -i fr_FR -f ISO-8859-1 "$scratch/locales/fr_FR.ISO-8859-1"
    localedef --no-archive -c -i ja_JP -f EUC-JP "$scratch/locales/ja_JP.EUC-JP"
} 2>/dev/null

# run WAY COMMAND: runs it in a fresh directory beside `in`, at the same place both times, and keeps what it left under the way's name.
run() {
    local place=$scratch/run
    rm -rf "$place" "${scratch:?}/$1"
    mkdir -p "$place/out"
    cd "$place/out" || exit 2
    ln -s "$scratch/in" "$place/in"
    if [ "$1" = libbuf ]; then
        LD_PRELOAD=$library LIBBUF_TOTALS=$scratch/totals timeout 60 sh -c "$2" <../in/text >"$place/stdout" 2>"$place/stderr"
    else
        timeout 60 sh -c "$2" <../in/text >"$place/stdout" 2>"$place/stderr"
    fi
    echo "exit $?" >"$place/code"
    cd "$scratch" && mv "$place" "$1"
}

passed=0 failed=0 skipped=0 broken=
declare -A programs=([iostreams]=$scratch/in/iostreams [wide]=$scratch/in/wide)

skip() {
    echo "skip $1: $2"
    skipped=$((skipped + 1))
}

# differing ONE OTHER: what of two runs differs.
differing() {
    local part
    for part in code stdout stderr; do
        cmp -s "$scratch/$1/$part" "$scratch/$2/$part" || printf ' %s' "$part"
    done
    diff -r "$scratch/$1/out" "$scratch/$2/out" >"$scratch/files" 2>&1 || printf ' files'
}

# unsteady COMMAND: whether the command, run on libc again, is not what it was on libc.
unsteady() {
    local turn
    for turn in 1 2 3; do
        run again "$1"
        [ -z "$(differing libc again)" ] || return 0
    done
    return 1
}

# try NAME COMMAND: the command's first word of NAME (before any space) is the program that must be installed.
try() {
    local name=$1 command=$2 program=${1%% *}
    [ "$only" = "  " ] || [ "${only#* "$program" }" != "$only" ] || return
    command -v "$program" >/dev/null || { skip "$name" "not installed"; return; }
    programs[$program]=$(command -v "$program")
    : >"$scratch/totals"
    chmod 666 "$scratch/totals" # for programs that take another user's identity
    run libc "$command"
    run libbuf "$command"
    local read written differs
    read -r _ read written < <(od -An -v -t u8 -w24 -N 24 "$scratch/totals" 2>/dev/null || echo 0 0 0)
    differs=$(differing libc libbuf)
    if [ -n "$differs" ] && unsteady "$command"; then
        skip "$name" "differs from itself on libc"
    elif [ -n "$differs" ]; then
        echo "FAIL $name:$differs differ: $command"
        differing libc libbuf >/dev/null
        for part in $differs; do
            if [ "$part" = files ]; then
                head -n 5 "$scratch/files" | sed 's/^/     /'
            else
                diff -a "$scratch/libc/$part" "$scratch/libbuf/$part" | head -n 6 | cut -c1-160 | sed 's/^/     /'
            fi
        done
        failed=$((failed + 1))
        broken+=" ${name// /_}"
    elif [ $((${read:-0} + ${written:-0})) = 0 ]; then
        skip "$name" "no byte of it passes through stdio"
    else
        echo "ok   $name ($read read, $written written)"
        [ -n "$verbose" ] && sed 's/^/     /' "$scratch/libbuf/code"
        passed=$((passed + 1))
    fi
}

# Prints what the programs of the commands import of stdio (bufrun --check), and of which calls none imports any form (printf: __printf_chk too).
calls='fopen fdopen freopen fclose popen tmpfile fopencookie fmemopen open_memstream open_wmemstream setvbuf setbuf setlinebuf getc fgets fread getdelim
ungetc putc fputs puts fwrite printf fprintf vfprintf sprintf snprintf vsnprintf asprintf vasprintf dprintf scanf fscanf vfscanf sscanf vsscanf getwc getwchar
fgetws ungetwc putwc putwchar fputws wprintf fwprintf vfwprintf swprintf vswprintf wscanf fwscanf swscanf fseek fseeko ftell ftello rewind fgetpos fsetpos
fflush feof ferror clearerr fileno flockfile funlockfile perror __fpending __freading __fpurge __fsetlocking'
reach() {
    local file call missing=
    for file in "${programs[@]}"; do
        "$build/bufrun" --check "$file" 2>/dev/null
    done | awk '$2 ~ /^(ours|alias|libc|a)$/ { print $1 }' | sort -u >"$scratch/reached"
    for call in $calls; do
        grep -q -E "^(__isoc99_|__|_IO_)?$call(64)?(_unlocked)?(_chk)?\$" "$scratch/reached" || missing+=" $call"
    done
    echo "reach: ${#programs[@]} programs import $(wc -l <"$scratch/reached") stdio names${missing:+; none imports$missing}"
}

make_input

# Text in, text out.
try "sort" 'exec sort'
try "sort -n -r two files" 'exec sort -n -r -k 2 ../in/pairs ../in/numbers'
try "sort -u -o" 'exec sort -u -o result ../in/text ../in/text2'
try "sort with little memory" 'exec sort -S 100k --parallel=1 -T . -k 3 ../in/text'
try "sort -m" 'exec sort -m ../in/numbers.sorted ../in/numbers.sorted'
try "sort -c fails" 'exec sort -c ../in/pairs'
try "sort missing" 'exec sort ../in/missing'
# The first line alone: on libbuf the bytes are still there when sort closes its output, so that the second line can name the error (see docs/differences.md).
try "sort to a full disk" 'sort >/dev/full 2>err; code=$?; head -n 1 err >&2; rm err; exit $code'
try "mawk sums" "exec mawk '{ s += \$1; n[\$4]++ } END { print s, length(n); for (i = 0; i < 97; i++) print i, n[i] }'"
try "mawk printf and files" "exec mawk '{ printf \"%5d|%-10s|%x\\n\", \$1, \$4, \$1 > (\"out\" \$1 % 3) } END { print \"end\" > \"/dev/stderr\" }'"
try "mawk getline and pipes" "exec mawk 'BEGIN { while ((getline line < \"../in/numbers\") > 0) n++; print n; \"wc -l < ../in/text\" | getline c; print c; print \"b\\na\" | \"sort\" }'"
try "gawk sums" "exec gawk '{ s += \$1; n[\$4]++ } END { print s, length(n); for (i = 0; i < 97; i++) print i, n[i] }'"
try "gawk printf and files" "exec gawk '{ printf \"%5d|%-10s|%x\\n\", \$1, \$4, \$1 > (\"out\" \$1 % 3) } END { print \"end\" > \"/dev/stderr\" }'"
try "gawk getline and pipes" "exec gawk 'BEGIN { while ((getline line < \"../in/numbers\") > 0) n++; print n; \"wc -l < ../in/text\" | getline c; print c; print \"b\\na\" | \"sort\"; close(\"sort\"); print \"x\" |& \"cat\"; close(\"cat\", \"to\"); \"cat\" |& getline y; print y }'"
try "gawk fflush and system" "exec gawk 'NR < 50 { print; if (NR % 10 == 0) { fflush(); system(\"echo from system\") } }'"
try "gawk in place" 'cp ../in/text copy && exec gawk -i inplace "{ print NR, \$0 }" copy'
try "gawk syntax error" 'exec gawk "BEGIN { print ("'
try "sed" "exec sed -n '5,5000{s/line/LINE/g;p}'"
try "sed one line and cat" 'sed -n 1q; exec cat'
try "sed in place" 'cp ../in/text copy && exec sed -i.bak "s/a/b/;3d" copy'
try "sed w files" "exec sed -n '/9/w nines
/8/w eights
\$='"
try "sed e and r" "exec sed '3r ../in/ragged
5e echo executed
10q7'"
try "sed -u" 'exec sed -u 20q'
try "sed -z" 'exec sed -z s/t/T/ ../in/nuls'
try "sed long line" 'exec sed s/z/Z/g ../in/long'
try "sed error" 'exec sed "s/(/" '
try "grep" 'exec grep -n "99*7" ../in/text ../in/text2'
try "grep -c and -v" 'grep -c a ../in/text; exec grep -v -e 1 -e 2'
try "grep binary" 'exec grep -a -o "GLIBC_[0-9.]*" ../in/binary'
try "grep -r" 'exec grep -r -l 7919 ../in/tree'
try "grep to a full disk" 'exec grep a >/dev/full'
try "cut" "exec cut -d ' ' -f 2,4-"
try "cut bytes" 'exec cut -b 3-10,15 ../in/utf8 ../in/ragged ../in/text'
try "tr" 'exec tr a-z A-Z'
try "tr -d" "exec tr -d '\\n'"
try "uniq" "cut -d ' ' -f 4 | exec uniq -c"
try "uniq -d" 'exec uniq -d -w 1 ../in/numbers.sorted result'
try "head" 'exec head -n 100 ../in/text ../in/pairs'
try "head -c" 'exec head -c 5000'
try "head -n minus" 'exec head -n -19000 ../in/text'
try "tail" 'exec tail -n 100'
try "tail +" 'exec tail -n +19000 ../in/text ../in/text2'
try "tee" 'exec tee one two'
try "tee to a full disk" 'exec tee /dev/full'
try "wc" 'exec wc ../in/text ../in/utf8 ../in/long'
try "wc -m" 'exec wc -m -L'
try "comm" 'exec comm ../in/numbers.sorted ../in/text'
try "comm -12" 'sort ../in/text >a; sort ../in/text2 >b; exec comm -12 a b'
try "join" 'exec join ../in/numbers.sorted ../in/numbers.sorted'
try "paste" 'exec paste ../in/text ../in/pairs -'
try "paste -s" 'exec paste -s -d ,: ../in/numbers'
try "nl" 'exec nl -ba'
try "tac" 'exec tac'
try "rev" 'exec rev'
try "fold" 'exec fold -w 37 -s ../in/long ../in/text'
try "fmt" 'exec fmt -w 50'
try "pr" 'exec pr -2 -h title ../in/ragged'
try "expand" 'exec expand ../in/Makefile'
try "unexpand" 'exec unexpand -a'
try "column" "head -n 200 | exec column -t"
try "split" 'exec split -l 1000 - part.'
try "split -b" 'exec split -b 10000 ../in/binary'
try "csplit" "exec csplit -s ../in/numbers 100 '/777/' '{2}'"
try "shuf" 'exec shuf --random-source=../in/binary'
try "seq" 'exec seq -f %.3f 1 0.5 10000'
try "seq -w" 'exec seq -w 1 30000'
try "tsort" "awk '{ print \$1, \$1 + 7; print \$1, \$1 * 2 }' ../in/numbers | exec tsort"
try "ptx" 'head -n 200 | exec ptx'
try "numfmt" 'exec numfmt --to=iec --field=1 ../in/numbers'
try "factor" 'head -n 2000 ../in/numbers | exec factor'
try "od" 'exec od -A x -t x1z ../in/binary'
try "od -t" 'exec od -t d4 -t f8 -j 100 -N 20000 ../in/binary'
try "od with a ragged end" 'exec od -c ../in/ragged ../in/nuls'
try "hexdump" 'exec hexdump -C ../in/binary'
try "base64" 'exec base64 ../in/binary'
try "base64 -d" 'base64 ../in/binary | exec base64 -d'
try "md5sum" 'exec md5sum ../in/text ../in/binary'
try "md5sum -c" 'md5sum ../in/text ../in/binary >sums; exec md5sum -c sums'
try "sha256sum" 'exec sha256sum'
try "cksum" 'exec cksum ../in/text ../in/binary'
try "sum" 'exec sum ../in/text'
try "iconv" 'exec iconv -f UTF-8 -t UTF-16LE ../in/utf8'
try "iconv -c" 'exec iconv -f UTF-8 -t ASCII//TRANSLIT ../in/text ../in/utf8'
try "strings" 'exec strings -n 8 ../in/binary'
try "look" 'exec look 123 ../in/numbers.sorted'
try "printf" 'exec env printf "%s %d %5.2f\n" a 1 2.5 b 2 3.5'
try "echo" 'exec env echo -e "a\tb"'
try "yes and head" 'yes text | head -n 5000 | exec cksum'
try "cat -n" 'exec cat -n'
try "dd" 'exec dd bs=1000 count=20 status=noxfer'

# Standard descriptors that are closed.
try "sort with closed stdout" 'exec sort >&-'
try "sed with closed stdin" 'exec sed -n 1p <&-'
try "bash with closed stdout" 'exec bash -c "echo text; echo more >&2" >&-'
try "ls with closed stderr" 'exec ls ../in/missing ../in/text 2>&-'
try "gawk with all closed" 'exec gawk "BEGIN { print 1; print 2 > \"file\" }" <&- >&- 2>&-'

# Comparing and patching.
try "diff" 'exec diff ../in/text ../in/text2'
try "diff -u" 'exec diff -u --label a --label b ../in/text ../in/text2'
try "diff -y" 'exec diff -y -W 100 ../in/pairs ../in/numbers'
try "diff -r" 'exec diff -r ../in/tree ../in'
try "diff binary" 'exec diff ../in/binary ../in/text'
try "diff of no newline" 'exec diff ../in/ragged ../in/utf8'
try "diff3" 'exec diff3 ../in/text ../in/text2 ../in/text'
try "sdiff" 'exec sdiff -s ../in/text ../in/text2'
try "cmp" 'exec cmp -l ../in/text ../in/text2'
try "patch" 'cp ../in/text copy && exec patch copy ../in/patch.diff'
try "patch that fails" 'cp ../in/pairs copy && exec patch -f copy ../in/patch.diff'
try "ed" 'cp ../in/text copy && printf "1,5p\n,s/line/LINE/g\n10i\ninserted\n.\nw\nq\n" | exec ed copy'

# Archives and compression.
try "tar -cvf" 'exec tar -C ../in -cvf result.tar tree'
try "tar -tvf" 'exec tar --utc -tvf ../in/archive.tar'
try "tar -xvf" 'exec tar -xvf ../in/archive.tar'
try "tar to a pipe" 'tar -C ../in -cf - tree | exec tar -xvf -'
try "tar -T" 'ls ../in/tree | sed s,^,../in/tree/, >list; exec tar -cPvf result.tar -T list'
try "tar broken" 'head -c 20000 ../in/archive.tar >cut.tar; exec tar -xvf cut.tar'
try "gzip" 'exec gzip -n -c -9 ../in/text'
try "gzip -lv" 'exec gzip -l ../in/text.gz'
try "bzip2" 'exec bzip2 -c ../in/text'
try "bzip2 -d" 'exec bzip2 -dc ../in/text.bz2'
try "xz" 'exec xz -T1 -c ../in/pairs'
try "zip" 'cd ../in && zip -X -r ../out/result.zip tree >/dev/null; exec zip -T ../out/result.zip'
try "unzip" '(cd ../in && zip -X -q -r - tree) >a.zip; exec unzip -l a.zip'

# Shells and interpreters.
try "bash builtins" 'exec bash -c "for i in {1..3000}; do echo line \$i; printf \"%05d\\n\" \$i; done"'
try "bash read loop" 'exec bash -c "while read -r a b; do echo \"\$b:\$a\"; done" '
try "bash here documents and subshells" 'exec bash -c "cat <<X
text \$((1+2))
X
(echo in a subshell; exit 3); echo \$?; x=\$(echo captured | tr a-z A-Z); echo \$x; echo error >&2; type echo; set | grep ^BASH_VERSINFO"'
try "bash pipes and jobs" 'exec bash -c "seq 1000 | while read n; do echo \$((n*2)); done | tail -n 3; sleep 0.01 & wait; echo done; jobs; declare -p BASH_ARGC; help cd | head -n 3"'
try "bash to a full disk" 'exec bash -c "echo text" >/dev/full'
try "bash syntax error" 'exec bash -c "if then"'
try "dash" 'exec dash -c "echo text; printf %d 5; read x; echo \$x; cat | tail -n 1"'
try "perl text" "exec perl -ne 'print scalar reverse; printf \"%d\\n\", \$. if \$. % 1000 == 0'"
try "perl popen" "exec perl -e 'open F, \"sort |\"; print while <F>; close F; system(\"echo x | tr x y\"); print STDERR \"err\\n\"; exit 5'"
try "python3 prints" "exec python3 -S -E -c 'import sys; sys.stdout.write(\"text\\n\" * 1000); print(len(sys.stdin.read())); sys.exit(4)'"
try "python3 source from stdin" "echo 'print(1+1)' | exec python3 -S -E -"
try "tclsh" "echo 'puts [expr 6*7]; set f [open result w]; puts \$f text; close \$f' | exec tclsh"
try "bc" "printf 'scale=50; 4*a(1)\nfor(i=0;i<500;i++) i^20\nobase=16; 2^200\n' | exec bc -l"
try "bc error" "printf '1+\n2/0\n7\n' | exec bc"
try "expr" 'exec expr 6 \* 7'
try "m4" "echo 'define(x, y)x len(hello) forloop esyscmd(echo from a command)' | exec m4"
try "jq" 'exec jq -c ".list[] | {n, s}" ../in/data.json'
try "sqlite3" "exec sqlite3 base.db 'create table t(a, b); with recursive n(i) as (select 1 union all select i+1 from n where i < 5000) insert into t select i, hex(i) from n; select * from t order by b; select count(*), sum(a) from t;' </dev/null"
try "sqlite3 from stdin" "printf '.mode csv\n.headers on\n.import ../in/table.csv t\nselect * from t;\n.mode column\nselect * from t;\n.dump\n.output result\nselect name from t;\n' | exec sqlite3"
try "sqlite3 error" "echo 'select * from nothing; selec;' | exec sqlite3"

# Compilers and binary tools.
try "gcc" 'gcc -O1 -Wall -o a.out ../in/program.c -lm; code=$?; ./a.out; exit $code'
try "gcc -S" 'exec gcc -O2 -S -o - ../in/program.c'
try "gcc -E" 'exec gcc -E ../in/program.c'
try "gcc -c -g" 'exec gcc -g -c -o program.o ../in/program.c'
try "gcc error" 'exec gcc -c ../in/broken.c'
try "gcc -v -pipe" 'gcc -pipe -c -o program.o ../in/program.c && exec gcc --version'
try "g++ and iostreams" 'g++ -O1 -o a.out ../in/program.cc; exec ./a.out'
try "as" 'gcc -S -o a.s ../in/program.c; exec as -al -o a.o a.s'
try "ld map" 'gcc -c -o a.o ../in/program.c; exec ld -r -Map=map -o b.o a.o'
try "nm" 'exec nm -D /lib/x86_64-linux-gnu/libc.so.6'
try "objdump" 'exec objdump -T /lib/x86_64-linux-gnu/libc.so.6'
try "objdump -d" 'gcc -c -o a.o ../in/program.c; exec objdump -d -r a.o'
try "readelf" 'exec readelf -W -a /bin/true'
try "size" 'exec size /bin/bash /bin/true'
try "ar" 'gcc -c -o a.o ../in/program.c; ar rcsD lib.a a.o; exec ar tv lib.a'
try "strip" 'gcc -g -o a.out ../in/program.c -lm; exec strip -o b a.out'
try "make" 'exec make -f ../in/Makefile'
try "make -j" 'exec make -j 4 --output-sync -f ../in/Makefile'
try "make that fails" 'exec make -f ../in/Makefile fails missing'
try "bison" "printf '%%%%token A\n%%%%%%%%\ns: A s | ;\n' >g.y; exec bison -v g.y"
try "gperf" "printf 'one\ntwo\nthree\n' | exec gperf"
try "ctags" 'exec ctags --sort=yes -o - ../in/program.c'
try "msgfmt" "printf 'msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\\\n\"\nmsgid \"a\"\nmsgstr \"b\"\n' | exec msgfmt -o result.mo -"

# The system's own.
try "ls" 'exec ls -l --time-style=+%s /usr/bin'
try "ls -R" 'exec ls -R ../in/tree'
try "find" "exec find ../in/tree -printf '%p %s %m\n'"
try "find -exec" 'exec find ../in/tree -type f -exec wc -c {} +'
try "find -print0 and xargs" 'find ../in/tree -type f -print0 | sort -z | exec xargs -0 -n 1 cksum'
try "xargs" 'exec xargs -n 300 echo <../in/numbers'
try "xargs -P" 'head -n 20 ../in/numbers | xargs -P 4 -n 1 sh -c "echo \$0 >f\$0"; exec ls'
try "xargs -t error" 'echo a b | exec xargs -t -n 1 false'
try "stat" "exec stat -c '%n %s %A' ../in/text ../in/binary"
try "file" 'exec file ../in/text ../in/binary ../in/archive.tar'
try "date" "exec date -u -d @1234567890 '+%F %T %A'"
try "id" 'exec id'
try "printenv" 'exec env A=1 printenv A HOME'
try "getent" 'exec getent passwd'
try "getopt" "exec getopt -o ab: --long long -- -a -b x --long y"
try "getconf" 'exec getconf PATH'
try "locale" 'exec locale'
try "du" 'exec du -b -a ../in/tree'
try "basename" 'exec basename -a /a/b /c/d.x'
try "dpkg" 'exec dpkg -L bash'
try "dpkg-query" "exec dpkg-query -W -f '\${Package} \${Version}\n'"
try "ldd" 'exec ldd --version'
try "ssh-keygen" 'exec ssh-keygen -l -f /dev/null'
try "openssl" 'exec openssl dgst -sha256 ../in/text ../in/binary'
try "openssl base64" 'exec openssl base64 -in ../in/binary'
try "curl" 'exec curl -s -S file:///etc/debian_version'
try "git" 'git -c init.defaultBranch=m init -q . && cp ../in/text . && git add text && git -c user.name=n -c user.email=e -c commit.gpgsign=false commit -q -m m --date=@1234567890 && cp ../in/text2 text && git diff --stat; git diff | cksum; git ls-files -s; exec rm -rf .git'
try "less" 'exec less -F -X ../in/utf8'
# Not from the text: what a terminal echoes of it depends on when the command ends.
try "script" 'exec script -q -e -c "echo text" /dev/null </dev/null'
try "gdb" 'exec gdb -q -batch -ex "print 6*7" -ex "info line main" /bin/true'
try "vim" 'exec vim -u NONE -es -c "%s/line/LINE/" -c "w! result" -c q ../in/pairs'

# Records, positions and pushback: readers and writers of whole files.
try "ar script" 'gcc -c -o a.o ../in/program.c; printf "create b.a\naddmod a.o\nsave\nend\n" | ar -M; ar pD b.a | cksum; rm b.a; exec ranlib -D missing.a'
try "ranlib" 'gcc -c -o a.o ../in/program.c; ar rcSD b.a a.o && ranlib -D b.a; exec ar pD b.a a.o'
try "objcopy" 'gcc -g -o a.out ../in/program.c -lm; for to in binary srec ihex verilog; do objcopy -O $to -j .text -j .rodata a.out to.$to; done; exec objcopy --only-keep-debug --add-section .x=../in/utf8 a.out debug'
try "addr2line" 'gcc -g -c -o a.o ../in/program.c; seq 0 8 400 | xargs printf "%x\n" | exec addr2line -f -e a.o'
try "c++filt" 'printf "_Z3fooiPKc _ZNSt6vectorIiSaIiEE9push_backERKi\nx\n" | exec c++filt'
try "ld" 'gcc -c -ffreestanding -o a.o -x c - <<X
void _start(void) { for (;;); }
X
exec ld --print-map -o a.out a.o'
try "ld script error" 'echo "SECTIONS { broken" >s; exec ld -T s'
try "objdump -S" 'gcc -g -c -o a.o ../in/program.c; exec objdump -S -l -g a.o'
try "readelf --debug-dump" 'gcc -g -c -o a.o ../in/program.c; exec readelf --debug-dump=info,line,frames a.o'
try "gcov" 'cp ../in/program.c . && gcc --coverage -o a.out program.c -lm && ./a.out >/dev/null; gcov *.gcda; exec rm -f a.out *.gcda *.gcno'
try "gprof" 'gcc -pg -o a.out ../in/program.c -lm && ./a.out >/dev/null; gprof -b a.out | exec head -n 5; exec rm gmon.out'
try "nasm" 'exec nasm -f elf64 -g -l list -o sum.o ../in/sum.nasm'
try "nasm error" 'echo "mov eax, [" | exec nasm -o x.o /dev/stdin'
try "flex" 'flex -o lex.c ../in/words.l && gcc -o lex lex.c && ./lex ../in/text && ./lex; exec rm lex'
try "flex -v" 'exec flex -v -t -i ../in/words.l'
try "indent" 'exec indent -gnu -o out.c ../in/program.c'
try "cscope" 'exec cscope -k -L -1 main -f base ../in/program.c ../in/wide.c'
try "ctags -e" 'exec etags -o - ../in/program.c ../in/wide.c'
try "zip -u" 'cp ../in/text ../in/pairs . && touch -d "2020-01-02 UTC" text pairs && zip -X -q a.zip text pairs && zip -X -d a.zip text && zip -X -u a.zip ../in/tree/one; zip -X -m a.zip pairs; exec unzip -p a.zip pairs'
try "zipnote" 'touch -d "2020-01-02 UTC" a && zip -X -q a.zip a && exec zipnote a.zip'
try "genisoimage" 'genisoimage -quiet -R -o a.iso ../in/tree; isoinfo -f -R -i a.iso; isoinfo -x "/ONE.;1" -i a.iso; exec rm a.iso'
try "mformat" 'mformat -C -N 12345678 -f 720 -i disk :: && mcopy -m -i disk ../in/tree/one ../in/pairs :: && mtype -i disk ::PAIRS; mdir -b -i disk ::; mcopy -i disk ::one got; exec rm disk'
try "cpio" '(cd ../in && find tree | LC_ALL=C sort | cpio -o -H newc -R 0:0 --reproducible) >a.cpio; cpio -itv <a.cpio; exec cpio -idmu <a.cpio'
try "ci" 'cp ../in/pairs f; ci -q -wa -d"2020-01-02 03:04:05Z" -t-text -mfirst f; co -q -l -wa f; head -n 9000 ../in/text >>f; touch -d "2021-01-02 UTC" f; ci -q -wa -d"2021-02-03 03:04:05Z" -msecond f; rcsdiff -q -r1.1 -r1.2 f; rlog f; exec co -p1.1 f'
try "pgmramp" 'pgmramp -ellipse 300 200 | pnmflip -tb | pnmscale -width 100 | pnmtops -noturn -dpi 72 >/dev/null; pgmramp -lr 99 50 | pnmpaste - 5 5 - </dev/null; exec pgmramp -lr 100 80'
try "pbmtext" 'head -n 30 | pbmtext | tee a.pbm | pnmtopng | pngtopnm >b.pbm; pnmfile a.pbm b.pbm; pbmtoxbm a.pbm | xbmtopbm | pnminvert | pbmtolj | exec cksum'
try "ppmquant" 'pgmramp -lr 90 60 >r; pgmramp -tb 90 60 >g; pgmramp -ellipse 90 60 >b; rgb3toppm r g b >c; pnmquant 16 c 2>/dev/null | ppmtogif 2>/dev/null | giftopnm | ppmtobmp 2>/dev/null | bmptopnm >d; ppmhist d; pnmtotiff c 2>/dev/null | tifftopnm >e; pnmpsnr c e; pnmtoplainpnm d | head -n 20; ppmtopcx c 2>/dev/null | pcxtoppm | exec cksum'
try "cjpeg" 'pgmramp -ellipse 300 200 >a.pgm; cjpeg -quality 60 -outfile a.jpg a.pgm; djpeg -bmp -outfile a.bmp a.jpg; jpegtran -progressive a.jpg >b.jpg; wrjpgcom -comment text a.jpg >c.jpg; exec rdjpgcom -verbose c.jpg'
try "tiffinfo" 'pgmramp -lr 99 50 | pnmtotiff >a.tif; tiffcp -c lzw a.tif b.tif; tiffdump b.tif; exec tiffinfo -d b.tif'
try "convert" 'printf "P2 2 2 9 1 2 3 4" >a.pgm; convert a.pgm -resize 300% b.pgm; exec convert b.pgm txt:-'

# scanf, getline and popen, tables of words.
try "dc" "printf '5k 2v p 100 1 - 3 / p [la1+dsa*pla20>y]sy 0sa1 lyx 16o 255p ?\n7 p\nq\n' | exec dc"
try "units" "printf '10 miles\nkm\ntempF(98.6)\ntempC\nxx\n\n' | exec units -v -f '' --compact"
try "units -c" 'exec units -t "3 acres" "hectare"'
try "par" 'head -n 500 | exec par 50j'
try "wdiff" 'exec wdiff -s ../in/text ../in/text2'
try "original-awk" "exec original-awk '{ s += \$1; n[\$4]++; printf \"%5d|%-10s|%c\\n\", \$1, \$4, \$1 % 90 + 33 > (\"out\" \$1 % 3) } END { print s; \"wc -l < ../in/text\" | getline c; print c; while ((getline line < \"../in/numbers\") > 0) k++; print k; print \"b\\na\" | \"sort\"; close(\"sort\"); print \"end\" > \"/dev/stderr\" }'"
try "ed popen" 'printf "r !seq 3\nw !tr 1-3 a-c\n!echo from a command\n1,2w result\n,p\nE ../in/utf8\n,l\nq\n" | exec ed -s'
try "sqlite3 popen" "printf '.import \"|seq 5\" t\n.output \"|sort -r\"\nselect * from t;\n.output\n.mode box\nselect * from t;\n.shell echo from a command\n.once result\nselect 1;\n.read ../in/none\n' | exec sqlite3 -header"
try "gdb pipes" 'exec gdb -q -batch -ex "pipe help x | tail -n 3" -ex "shell echo text" -ex "set logging file log" -ex "set logging redirect off" -ex "set logging enabled on" -ex "print 1" /bin/true'
try "m4 files" 'printf "changequote([,])define([loop], [ifelse(N, [\$1], , [\$1 loop(incr(\$1))])])loop(0)\ndivert(1)first\ndivert(2)second\ndivert(0)include(../in/utf8)undivert(2)syscmd(echo from a command)sysval\nm4wrap([at the end])\n" | exec m4 -DN=3 -s - ../in/ragged'
try "mke2fs" 'head -c 1000000 /dev/zero >disk; mke2fs -q -F -t ext2 -U clear disk; printf "write ../in/pairs pairs\nls\nstat_sys\ncat pairs\n" >commands; debugfs -w -f commands disk; dumpe2fs -h disk | grep -v "time\|created\|Seed\|checked"; exec rm disk'
try "sysctl" 'exec sysctl kernel.ostype kernel.pid_max net.ipv4.tcp_rmem kernel.missing'
try "taskset" 'exec taskset -p 1'
try "lscpu" 'exec lscpu -p=cpu,core'
try "findmnt" 'printf "/dev/a /b ext4 ro,user 0 0\n# c\nUUID=1 none swap sw 0 0\n" >fstab; exec findmnt -F fstab -l'
try "strace" 'exec strace -qq -e trace=write -o log env echo text'
try "time" 'exec time -f "%x %C" false'
try "getent ahosts" 'exec getent ahosts 127.0.0.1'
try "getent protocols" 'exec getent protocols tcp 17'
try "wc --files0-from" 'printf "../in/text\0../in/none\0../in/utf8" | exec wc --files0-from=-'
try "sort --files0-from" 'printf "../in/ragged\0../in/utf8" | exec sort --files0-from=-'
try "tsort of a file" 'exec tsort ../in/ragged'
try "ptx of files" 'head -n 60 ../in/text >a; exec ptx -G a result'
try "dircolors" 'dircolors -p >a; exec dircolors a'
try "shuf of a file" 'exec shuf --random-source=../in/binary -n 100 ../in/numbers -o result'
try "hunspell" 'head -n 300 | exec hunspell -d en_US -l'
try "hunspell -a" 'printf "A tset of speling\nfine\n" | exec hunspell -d en_US -a'
try "figlet" 'exec figlet -w 60 some text'
try "tcsh" "printf 'set a = (1 2 3)\necho \$a[2] \"x\$a\"\nforeach i (x y)\necho \$i | tr x-y X-Y\nend\necho err > /dev/stderr\nwhich cd\nnosuchcommand\n' | exec tcsh -f"

# Pages, markup and catalogues.
try "groff" 'exec groff -t -e -p -ms -Tascii ../in/page.ms'
try "groff -Tutf8" 'preconv ../in/utf8 | cat ../in/page.ms - | exec groff -k -t -e -p -ms -Tutf8'
try "groff -Tps" 'groff -t -e -p -ms -Tps ../in/page.ms | exec grep -v "Creat\|Date"'
try "tbl" 'tbl ../in/page.ms | eqn -Tutf8 | pic | exec troff -ms -Tutf8'
try "grotty" 'tbl ../in/page.ms | troff -ms -Tutf8 2>/dev/null | exec grotty'
# Its sandbox would refuse the file of LIBBUF_TOTALS.
try "man" 'export MANWIDTH=70 MAN_DISABLE_SECCOMP=1; exec man -E UTF-8 -P cat ../in/page.1'
try "lexgrog" 'exec lexgrog ../in/page.1'
try "enscript" 'enscript -B -G -2r -E -p - ../in/program.c ../in/utf8 | exec grep -v "^%%\|def$"'
try "w3m" 'exec w3m -dump -cols 60 ../in/page.html'
try "tidy" 'exec tidy -i -wrap 40 ../in/page.html'
try "unrtf" 'unrtf --text ../in/page.rtf; exec unrtf --html ../in/page.rtf'
try "xmllint" 'xmllint --format ../in/list.xml; printf "cat //item\nls\nquit\n" | xmllint --shell ../in/list.xml; exec xmllint ../in/page.html'
try "xsltproc" 'exec xsltproc ../in/style.xsl ../in/list.xml'
try "recode" 'recode ..latin1 <../in/page.html; recode -f html..utf8 <../in/page.html; cp ../in/latin1 f; exec recode latin1..utf8 f'
try "dos2unix" 'unix2dos -n ../in/text a; dos2unix -n a b; exec dos2unix -i a b ../in/binary'
try "msgcat" "printf 'msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\\\n\"\n\n#: a.c:3\nmsgid \"one\"\nmsgid_plural \"more\"\nmsgstr[0] \"gr\303\274n\"\nmsgstr[1] \"b\"\n' >a.po; msgcat --width=40 a.po a.po; msgfmt -o a.mo a.po && msgunfmt a.mo; exec msggrep -K -e one a.po"
try "xgettext" 'exec xgettext --omit-header -k_ -kputs -kprintf -o - ../in/program.c ../in/wide.c'
try "gencat" 'printf "\$set 1\n1 text\n2 more\\\\\nlines\n" | exec gencat result'
try "localedef" 'exec localedef --no-archive -c -i en_US -f ISO-8859-1 ./locale'
try "locale -k" 'locale -k LC_TIME LC_NUMERIC; exec locale -m'
try "iconv -l" 'iconv -l; exec iconv -f EUC-JP -t UTF-8 ../in/eucjp -o result'

# Wide characters, and messages in other languages and encodings.
try "col" 'printf "a\bab\n\0337up\tx \033[1m\303\274\342\202\254\n" | col -bx; exec col <../in/page.1'
try "colcrt" 'tbl ../in/page.ms | nroff -c -ms 2>/dev/null >a; cat ../in/utf8 a | exec colcrt'
try "colrm" 'exec colrm 3 9 <../in/utf8'
try "ul" 'printf "a\b_b_\bc\bc\n\303\274\b_\n" | exec ul -t xterm'
try "rev wide" 'exec rev ../in/utf8 ../in/ragged ../in/long'
try "column wide" 'exec column -t -s "," -o " | " ../in/table.csv ../in/utf8'
try "ncal" 'exec ncal -h 2 2020'
try "hexdump wide" 'exec hexdump -e "8/1 \"%_u \" \"\n\"" ../in/utf8'
try "gcc wide" 'exec ../in/wide ../in/utf8'
try "gcc wide from a pipe" 'cat ../in/text | ../in/wide | exec cksum'
export LOCPATH=$scratch/locales
if [ -e "$LOCPATH/ja_JP.EUC-JP" ] && [ -e "$LOCPATH/fr_FR.ISO-8859-1" ] && [ -e "$LOCPATH/de_DE.UTF-8" ]; then
    german='export LC_ALL=de_DE.UTF-8; exec' french='export LC_ALL=fr_FR.ISO-8859-1; exec' japanese='export LC_ALL=ja_JP.EUC-JP; exec'
    try "ls in German" "$german ls -l --time-style=+%A /missing ../in/tree"
    try "gcc in French" "$french gcc -Wall -c ../in/broken.c"
    try "gcc in Japanese" "$japanese gcc -Wall -c ../in/broken.c"
    try "make in German" "$german make -f ../in/Makefile fails missing"
    try "make in Japanese" "$japanese make -f ../in/Makefile fails missing"
    try "bash in German" "$german bash -c 'cd /missing; help cd; type ls; if then'"
    try "sort in German" "$german sort -k 4 ../in/text ../in/utf8"
    try "sort in French" "$french sort ../in/latin1 ../in/missing"
    try "sed in German" "$german sed 's/./<&>/g;s/(/' ../in/utf8"
    try "sed in Japanese" "$japanese sed -n 's/./<&>/g;p;l' ../in/eucjp ../in/missing"
    try "sed in French" "$french sed 's/[[:alpha:]]*/<\\\\U&>/g' ../in/latin1"
    try "grep in Japanese" "$japanese grep -n -o . ../in/eucjp ../in/missing"
    try "grep in French" "$french grep --help"
    try "gawk in German" "$german gawk --use-lc-numeric \"BEGIN { printf \\\"%.2f %'d\\\\n\\\", 1234567.891, 1234567 } { print (\" ../in/utf8"
    try "gawk in Japanese" "$japanese gawk '{ print length(\$0), toupper(\$0), substr(\$0, 2, 3); printf \"%5.2s|%c\\n\", \$1, \$2 }' ../in/eucjp"
    try "printf in German" "$german env printf \"%'d %.3f %'.2f %s\\n\" 1234567 2,5 98765,4 x"
    try "date in Japanese" "$japanese date -u -d @1234567890"
    try "date in French" "$french date -u -d @1234567890 '+%c %B %x'"
    try "diff in German" "$german diff ../in/text ../in/binary ../in/missing"
    try "diff in French" "$french diff -q ../in/text ../in/binary"
    try "tar in German" "$german tar -cvf /dev/null ../in/tree/one /missing"
    try "ld in French" "$french ld -o a.out missing.o -lmissing"
    try "find in German" "$german find ../in/tree /missing -newer"
    try "rev in French" "$french rev ../in/latin1 ../in/missing"
    try "rev in Japanese" "$japanese rev ../in/eucjp ../in/latin1"
    try "col in Japanese" "$japanese col -b <../in/eucjp"
    try "colrm in Japanese" "$japanese colrm 2 4 <../in/eucjp"
    try "ul in French" "$french ul -t xterm ../in/latin1"
    try "column in Japanese" "$japanese column -t ../in/eucjp"
    try "wc in Japanese" "$japanese wc -m -L ../in/eucjp ../in/latin1"
    try "fold in French" "$french fold -w 5 ../in/latin1"
    try "ncal in German" "$german ncal -h 2 2020"
    try "ncal in Japanese" "$japanese ncal -h 2 2020"
    try "getopt in German" "$german getopt -o a -- -b"
    try "gcc wide in German" "$german ../in/wide ../in/utf8"
    try "gcc wide in French" "$french ../in/wide ../in/latin1"
    try "gcc wide in Japanese" "$japanese ../in/wide ../in/eucjp"
    try "gcc wide of another encoding" "$japanese ../in/wide ../in/latin1"
    try "g++ wide in French" "$french ../in/iostreams wide <../in/latin1"
    try "g++ wide in Japanese" "$japanese ../in/iostreams wide <../in/eucjp"
    try "python3 in German" "$german python3 -S -E -c 'import os; print(os.strerror(2)); open(\"/missing\")'"
    try "msgfmt in German" "echo error | ($german msgfmt -)"
else
    skip "messages in other languages" "localedef made no locale"
fi

# C++ streams in turns with stdio.
try "g++ streams on stdio" '../in/iostreams synchronised; exec cksum'
try "g++ streams on stdio from a pipe" 'cat | ../in/iostreams synchronised | exec cksum'
try "g++ streams apart" 'exec ../in/iostreams apart'
try "g++ streams wide" 'exec ../in/iostreams wide'
try "g++ streams over files" 'exec ../in/iostreams files'

# One line of 20 megabytes, and ten thousand files open at once.
try "sed huge line" 'LC_ALL=C sed "s/99 /x/g" ../in/huge | exec cksum'
try "mawk huge line" "exec mawk '{ print length(), NF, \$2000000; \$5 = \"x\"; print > \"result\" }' ../in/huge"
try "gawk huge line" "LC_ALL=C exec gawk '{ print length(), NF, \$2000000; \$5 = \"x\"; print > \"result\" }' ../in/huge"
try "sort huge line" 'LC_ALL=C sort ../in/huge ../in/numbers ../in/huge | exec cksum'
try "cut huge line" "LC_ALL=C exec cut -d ' ' -f 7,2000000-2000100,2899999- ../in/huge"
try "grep huge line" 'LC_ALL=C grep -c 2345678 ../in/huge; exec grep -o "777777. " ../in/huge'
try "fold huge line" 'fold -w 70000 ../in/huge | exec cksum'
try "paste huge line" 'paste ../in/huge ../in/utf8 ../in/huge | exec cksum'
try "uniq huge line" 'cat ../in/huge ../in/ragged | exec uniq -c | cksum'
try "bash huge line" 'LC_ALL=C exec bash -c "mapfile -t lines <../in/long; echo \${#lines[@]} \${#lines}; echo \"\$lines\""'
try "mawk ten thousand files" "ulimit -n 12000 && mawk 'BEGIN { for (turn = 0; turn < 3; turn++) for (i = 0; i < 10500; i++) print i, turn > (\"file\" i) }' && cat file* | cksum; ls | wc -l; exec rm -f file*"
try "gawk ten thousand files" "ulimit -n 12000 && gawk 'BEGIN { for (turn = 0; turn < 3; turn++) for (i = 0; i < 10500; i++) print i, turn > (\"file\" i) }' && cat file* | cksum; ls | wc -l; exec rm -f file*"

[ "$only" = "  " ] && reach
[ -n "$broken" ] && echo "failed:$broken"
echo "programs: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
