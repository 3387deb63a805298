#!/bin/bash
# The test programs with the whole library linked in under the address and undefined-behaviour sanitizers (make check-asan builds them): no report by any
# process, and each program's own expectations hold there too. (Leaks are for tests/valgrind.sh: the leak sanitizer stumbles over programs that fork.) Usage: tests/sanitize.sh [PROGRAM...]; TEST_BUILD names another build directory than "build".
set -u
build=$(realpath "${TEST_BUILD:-build}") || exit 2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-sanitize-XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT

# Why a program is left out; nothing on stdout for one that runs.
reason_to_skip() {
    case $1 in
    count_* | run_*) echo "tested by the suites of bufcount and bufrun" ;;
    buffer_putc) echo "measures time" ;;
    stream_random) echo "run with seeds below" ;;
    *) [ -x "$build/asan/programs/$1" ] || echo "not built" ;;
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

# Runs one program; prints its line.
check() {
    local name=$1 program=${1%%:*} arguments code
    arguments=$(arguments_of "$program")
    [ "$name" = "$program" ] || arguments="${name#*:} 1000"
    local place="$scratch/${name/:/-}" # a colon would end the option that names it
    mkdir -p "$place/cwd"
    (
        cd "$place/cwd" || exit 2
        # shellcheck disable=SC2086
        TEST_WAY=a TEST_LIGHT=1 LC_ALL=C LIBBUF_TOTALS="$place/totals" \
            ASAN_OPTIONS="log_path=$place/log:detect_leaks=0" UBSAN_OPTIONS="log_path=$place/log:print_stacktrace=1" \
            timeout 120 "$build/asan/programs/$program" $arguments </dev/null >"$place/out" 2>"$place/err"
    )
    code=$?
    if [ $code = 77 ]; then
        echo "skip $name: $(head -n 1 "$place/err")"
    elif [ ! -s "$place/totals" ]; then
        echo "FAIL $name: it did not run on libbuf (exit $code)"
    elif compgen -G "$place/log.*" >/dev/null; then
        echo "FAIL $name: the sanitizers:"
        cat "$place"/log.* | head -n 40 | sed 's/^/     /'
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
    names+=(stream_random:{1..8})
fi
export -f check arguments_of
export build scratch
printf '%s\n' "${names[@]}" | xargs -P 2 -I {} bash -c 'check {} >"$scratch/{}.line"'
cat "$scratch"/*.line >>"$scratch/lines"
cat "$scratch/lines"
passed=$(grep -c '^ok' "$scratch/lines")
failed=$(grep -c '^FAIL' "$scratch/lines")
skipped=$(grep -c '^skip' "$scratch/lines")
echo "sanitize: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
