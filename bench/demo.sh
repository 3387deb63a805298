#!/bin/sh
# The demonstration behind `make demo`: the same bytes written in growing chunks through write(2), libc's stdio and
# libbuf, then two programs of this machine on libc and on libbuf. DEMO_MB says how many million bytes (16).
# Needs the built tree, a shell, coreutils, cmp and awk.
set -eu
export LC_ALL=C
unset LIBBUF LIBBUF_VERBOSE LD_PRELOAD 2>/dev/null || :

cd "$(dirname "$0")/.."
build=$PWD/build
megabytes=${DEMO_MB:-16}
case $megabytes in
'' | *[!0-9]* | 0*) echo "demo: DEMO_MB=$megabytes: not a whole number of million bytes above 0" >&2; exit 1 ;;
esac
bytes=$((megabytes * 1000000))

work=$(mktemp -d "$build/demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
input=$work/in
output=$work/out
seq 1 $((bytes / 4 + 1000)) | head -c "$bytes" >"$input"

calculate() {
    awk "BEGIN { print $1 }"
}

# run WAY CHUNK BYTES [quiet]: writes that many bytes once; prints user, system and wall seconds.
run() {
    way=$1
    shift
    case $way in
    write) set -- "$build/bench/demo_write" "$1" "$2" "$input" "$output" ${3:+quiet} ;;
    libc) set -- "$build/bench/demo_stdio" "$1" "$2" "$input" "$output" ${3:+quiet} ;;
    libbuf) set -- "$build/bufrun" "$build/bench/demo_stdio" "$1" "$2" "$input" "$output" ${3:+quiet} ;;
    esac
    rm -f "$output"
    ${counter:-} "$@"
}

# The file must hold the first $1 bytes of the input and no more.
verify() {
    if [ "$(wc -c <"$output")" -ne "$1" ] || ! cmp -s -n "$1" "$input" "$output"; then
        echo "demo: what was written is not what should be there" >&2
        exit 1
    fi
}

# fraction WAY CHUNK: by how much the bytes are divided so that one run stays under 3 seconds.
fraction() {
    probe=$(($2 * 200000))
    [ "$probe" -lt 20000000 ] || probe=20000000
    if [ "$bytes" -le "$probe" ]; then
        echo 1
        return
    fi
    times=$(run "$1" "$2" "$probe")
    echo "$times" | awk -v share="$bytes/$probe" '{
        split(share, part, "/")
        whole = $3 * part[1] / part[2]
        print (whole > 3 ? int(whole / 2) + 1 : 1)
    }'
}

# measure WAY CHUNK BYTES: the fastest of up to five runs, of fewer when they are long.
measure() {
    best=$(run "$1" "$2" "$3")
    verify "$3"
    again=$(echo "$best" | awk '{ n = int(1 / $3); print (n > 4 ? 4 : n) }')
    while [ "$again" -gt 0 ]; do
        next=$(run "$1" "$2" "$3")
        verify "$3"
        best=$(printf '%s\n%s\n' "$best" "$next" | sort -n -k 3 | head -n 1)
        again=$((again - 1))
    done
    echo "$best"
}

# write_calls FILE: the sum of write-like system calls in a report of bufcount.
write_calls() {
    awk '{ all = all $0 } END {
        sub(/"processes".*/, "", all)
        count = split("write writev pwrite64 pwritev pwritev2", names, " ")
        for (i = 1; i <= count; i++)
            if (match(all, "\"" names[i] "\": *[{] *\"calls\": *[0-9]+")) {
                found = substr(all, RSTART, RLENGTH)
                sub(/.*: */, "", found)
                sum += found
            }
        print sum + 0
    }' "$1"
}

# count WAY CHUNK: write-like calls in all, and by how much the bytes were divided to count them ("? 1": not counted, as
# where the kernel does not let bufcount see what libc does inside).
count() {
    divisor=1
    if [ "$1" = write ] && [ $((bytes / $2)) -gt 100000 ]; then
        divisor=$((bytes / $2 / 100000))
    fi
    part=$bytes
    [ "$divisor" -eq 1 ] || part=$((bytes / divisor / $2 * $2))
    rm -f "$work/json"
    if counter="$build/bufcount -o $work/report --json $work/json --" run "$1" "$2" "$part" quiet >"$work/said" 2>&1 &&
        [ -s "$work/json" ] && ! grep -q '"mechanism":"symbols"' "$work/json"; then
        verify "$part"
        counted=$(write_calls "$work/json")
        [ "$divisor" -eq 1 ] || counted=$((counted * ((bytes + $2 - 1) / $2) / (part / $2)))
        echo "$counted $divisor"
    else
        echo "? 1"
    fi
}

# Digits in groups of three.
grouped() {
    echo "$1" | sed -e :a -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/;ta'
}

row() {
    chunk=$1 way=$2 name=$3 label=$4
    divisor=$(fraction "$way" "$chunk")
    times=$(measure "$way" "$chunk" $((bytes / divisor)))
    counted=$(count "$way" "$chunk")
    note=
    [ "$divisor" -eq 1 ] || note="time of 1/$divisor of the bytes, times $divisor"
    [ "${counted#* }" -eq 1 ] || note="$note${note:+; }calls of 1/${counted#* }"
    set -- $times
    printf '%8s  %-10s %13s %9.3f %9.3f %9.3f%s\n' "$label" "$name" "$(grouped "${counted% *}")" \
        "$(calculate "$1 * $divisor")" "$(calculate "$2 * $divisor")" "$(calculate "$3 * $divisor")" "${note:+  $note}"
}

# compare WORD...: a program of this machine on the text, on libc and on libbuf; the output must be the same.
compare() {
    echo
    echo "\$ $(readlink -f "$(command -v "$1")" | sed 's|.*/||') '$2' text"
    "$@" "$text" >"$work/on_libc"
    "$build/bufrun" "$@" "$text" >"$work/on_libbuf"
    if ! cmp -s "$work/on_libc" "$work/on_libbuf"; then
        echo "demo: $1 printed something else on libbuf than on libc" >&2
        exit 1
    fi
    if ! "$build/bufcount" --compare -o "$work/report" -- "$@" "$text" >"$output" 2>"$work/said"; then
        cat "$work/said" >&2
        exit 1
    fi
    # Of the calls only those that count.
    awk '$1 ~ /^[0-9]+$/ && NF == 5 && $3 ~ /^[0-9]+$/ && $1 < 100 && $3 < 100 { next } { print }' "$work/report"
}

echo "Writing $megabytes MB to a file (on $(stat -f -c %T "$work")), a chunk a call; seconds, the fastest of up to five runs."
echo
printf '%8s  %-10s %13s %9s %9s %9s\n' chunk through "write calls" user system wall
for chunk in 1 16 256 1024 4096 16384 65536; do
    label="$chunk B"
    [ "$chunk" -lt 1024 ] || label="$((chunk / 1024)) KiB"
    row "$chunk" write "write(2)" "$label"
    row "$chunk" libc "libc stdio" ""
    row "$chunk" libbuf "libbuf" ""
done
echo
echo "Every file was compared with what should be in it."

text=$work/text
seq 1 1000000 | head -c 4000000 >"$text"
echo
echo "Two programs of this machine over a text of 4 MB, unchanged, on libc and on libbuf (bufrun). Both print the same."
echo "System calls made fewer than 100 times are left out. Their times are short: another run may turn them round."
compare awk '{ sum += $1; print $1, sum }'
compare sed 's/11/eleven/g'
