#!/bin/bash
# Memcheck over the programs linked with libbuf.so: no invalid access, no use of what is not initialised, nothing definitely lost; and each program's own
# expectations hold there too. (libc's freeing at the end is off: it would flush streams at _exit too.) Usage: tests/valgrind.sh [PROGRAM...]; TEST_BUILD names another build directory than "build".
set -u
build=$(realpath "${TEST_BUILD:-build}") || exit 2
suppressions=$(realpath tests/valgrind.supp)
command -v valgrind >/dev/null || { echo "valgrind.sh: valgrind: not installed" >&2; exit 2; }
scratch=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-valgrind-XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

# Why a program is left out; nothing on stdout for one that runs.
reason_to_skip() {
    case $1 in
    count_* | run_*) echo "tested by the suites of bufcount and bufrun" ;;
    stream_prompt | lifetime_closed) echo "runs itself by its name in /proc, which is valgrind under it" ;;
    lifetime_exit_busy | lifetime_exit_fork) echo "ends while other threads run, which valgrind runs one at a time" ;;
    names_messages) echo "ends hundreds of processes on purpose, which takes minutes here" ;;
    buffer_putc) echo "measures time" ;;
    lock_refused) echo "forbids itself system calls by seccomp, which valgrind does not know" ;;
    lifetime_exit) echo "ends by signals and _exit on purpose" ;;
    stream_random) echo "run with seeds below" ;;
    *) [ -x "$build/tests/so/$1" ] || echo "not built" ;;
    esac
}

arguments_of() {
    case $1 in
    buffer_pieces) echo 300000 100 65536 ;;
    buffer_edge) echo pieces ;;
    policy_sync_faults) echo dropped data ;;
    buffer_reads) echo turns ;;
    policy_map) echo reads ;;
    policy_record | policy_replace) echo rules ;;
    esac
}

# Runs one program; prints its line.
check() {
    local name=$1 program=${1%%:*} arguments code
    arguments=$(arguments_of "$program")
    [ "$name" = "$program" ] || arguments="${name#*:} 300"
    local place="$scratch/$name"
    mkdir -p "$place/cwd"
    (
        cd "$place/cwd" || exit 2
        # shellcheck disable=SC2086
        TEST_WAY=so TEST_LIGHT=1 LC_ALL=C LIBBUF_TOTALS="$place/totals" timeout 120 valgrind -q --error-exitcode=99 --leak-check=full \
            --show-leak-kinds=definite --errors-for-leak-kinds=definite --run-libc-freeres=no --suppressions="$suppressions" --child-silent-after-fork=yes --log-file="$place/log" \
            "$build/tests/so/$program" $arguments </dev/null >"$place/out" 2>"$place/err"
    )
    code=$?
    if [ $code = 77 ]; then
        echo "skip $name: $(head -n 1 "$place/err")"
    elif [ ! -s "$place/totals" ]; then
        echo "FAIL $name: it did not run on libbuf (exit $code)"
    elif [ $code = 99 ] || [ -s "$place/log" ]; then
        echo "FAIL $name: memcheck:"
        head -n 40 "$place/log" | sed 's/^/     /'
    elif [ $code != 0 ] && [ -n "${name##c17_*}" ] && [ -n "${name##posix_*}" ] && [ -n "${name##gnu_*}" ]; then # their clauses are judged by the suite
        echo "FAIL $name: exit $code:"
        head -n 10 "$place/err" | sed 's/^/     /'
    else
        echo "ok   $name"
    fi
}

names=("$@")
if [ $# = 0 ]; then
    for source in tests/programs/*.c; do
        name=$(basename "$source" .c)
        reason=$(reason_to_skip "$name")
        if [ -n "$reason" ]; then
            [ -n "${source##*/count_*}" ] && [ -n "${source##*/run_*}" ] && echo "skip $name: $reason" >>"$scratch/lines"
        else
            names+=("$name")
        fi
    done
    names+=(stream_random:1 stream_random:2 stream_random:3)
fi
export -f check arguments_of
export build scratch suppressions
printf '%s\n' "${names[@]}" | xargs -P 2 -I {} bash -c 'check {}' >>"$scratch/lines"
sort -k2 "$scratch/lines" 2>/dev/null | grep -v '^     ' | grep '^ok\|^skip'
sed -n '/^FAIL/,/^\(ok\|skip\)/p' "$scratch/lines" | grep -v '^ok\|^skip'
passed=$(grep -c '^ok' "$scratch/lines")
failed=$(grep -c '^FAIL' "$scratch/lines")
skipped=$(grep -c '^skip' "$scratch/lines")
echo "valgrind: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
