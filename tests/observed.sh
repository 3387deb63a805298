#!/bin/bash
# The test programs under an observer: no report by it, of any process, and each program's own expectations hold there too.
#   memcheck    valgrind, over the programs linked with libbuf.so: no invalid access, nothing uninitialised used, nothing definitely lost (libc's freeing at the end is off: it would
#               flush streams at _exit too)
#   sanitizers  the address and undefined-behaviour sanitizers in the whole library and the program (make check-asan builds them; leaks are for memcheck: the leak sanitizer stumbles over
#               programs that fork)
# Usage: tests/observed.sh memcheck|sanitizers [PROGRAM...]; TEST_BUILD names another build directory than "build".
set -u
build=$(realpath "${TEST_BUILD:-build}") || exit 2
suppressions=$(realpath tests/valgrind.supp)
observer=${1-}
case $observer in
memcheck) programs=$build/tests/so seeds=3 calls=300 ;;
sanitizers) programs=$build/asan/programs seeds=8 calls=1000 ;;
*) echo "usage: tests/observed.sh memcheck|sanitizers [PROGRAM...]" >&2; exit 2 ;;
esac
shift
[ $observer != memcheck ] || command -v valgrind >/dev/null || { echo "observed.sh: valgrind: not installed" >&2; exit 2; }
scratch=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-observed-XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

# Why a program is left out; nothing on stdout for one that runs.
reason_to_skip() {
    case $observer:$1 in
    *:buffer_putc) echo "measures time" ;;
    *:stream_random) echo "run with seeds below" ;;
    memcheck:stream_prompt | memcheck:lifetime_closed) echo "runs itself by its name in /proc, which is valgrind under it" ;;
    memcheck:lifetime_exit_busy | memcheck:lifetime_exit_fork) echo "ends while other threads run, which valgrind runs one at a time" ;;
    memcheck:names_messages) echo "ends hundreds of processes on purpose, which takes minutes here" ;;
    memcheck:lock_refused) echo "forbids itself system calls by seccomp, which valgrind does not know" ;;
    memcheck:lifetime_exit) echo "ends by signals and _exit on purpose" ;;
    *) [ -x "$programs/$1" ] || echo "not built" ;;
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
    lifetime_exit) echo exit ;;
    esac
}

# Runs a command; what the observer says goes to log or log.PID beside the working directory.
observe() {
    local log
    log=$(dirname "$PWD")/log # whole: a program may change its directory
    export TEST_LIGHT=1 LC_ALL=C LIBBUF_TOTALS=${log%log}totals
    if [ "$observer" = memcheck ]; then
        TEST_WAY=so timeout 120 valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
            --run-libc-freeres=no --suppressions="$suppressions" --child-silent-after-fork=yes --log-file="$log" "$@"
    else
        TEST_WAY=a ASAN_OPTIONS=log_path=$log:detect_leaks=0 UBSAN_OPTIONS=log_path=$log:print_stacktrace=1 timeout 120 "$@"
    fi
}

# Runs one program; prints its line.
check() {
    local name=$1 program=${1%%:*} arguments code
    arguments=$(arguments_of "$program")
    [ "$name" = "$program" ] || arguments="${name#*:} $calls"
    local place="$scratch/${name/:/-}" # a colon would end the option that names it
    mkdir -p "$place/cwd"
    # shellcheck disable=SC2086
    (cd "$place/cwd" && observe "$programs/$program" $arguments </dev/null >"$place/out" 2>"$place/err")
    code=$?
    find "$place" -maxdepth 1 -name 'log*' -exec cat {} + >"$place/said"
    if [ $code = 77 ]; then
        echo "skip $name: $(head -n 1 "$place/err")"
    elif [ ! -s "$place/totals" ]; then
        echo "FAIL $name: it did not run on libbuf (exit $code)"
    elif [ $code = 99 ] || [ -s "$place/said" ]; then
        echo "FAIL $name: $observer:"
        head -n 40 "$place/said" | sed 's/^/     /'
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
        case $name in
        count_* | run_*) continue ;; # tested by the suites of bufcount and bufrun
        esac
        reason=$(reason_to_skip "$name")
        if [ -n "$reason" ]; then
            echo "skip $name: $reason" >"$scratch/$name.line"
        else
            names+=("$name")
        fi
    done
    for seed in $(seq $seeds); do
        names+=("stream_random:$seed")
    done
fi
export -f check arguments_of observe
export scratch suppressions observer programs calls
printf '%s\n' "${names[@]}" | xargs -P 2 -I {} bash -c 'check {} >"$scratch/{}.line"'
cat "$scratch"/*.line >"$scratch/lines"
cat "$scratch/lines"
passed=$(grep -c '^ok' "$scratch/lines")
failed=$(grep -c '^FAIL' "$scratch/lines")
skipped=$(grep -c '^skip' "$scratch/lines")
echo "$observer: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
