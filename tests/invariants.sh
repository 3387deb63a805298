#!/bin/sh
# Runs every test program on the build of the library that asserts its invariants after each call.
set -u
cd "$(dirname "$0")/.." || exit 1

library=$PWD/build/checked/libbuf.so
programs=$PWD/build/tests/libc
scratch=$(mktemp -d build/tests/invariants.XXXXXX) || exit 1
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

for program in "$programs"/stream_* "$programs"/interop_*; do
    case $program in
    *.d) continue ;;
    esac
    (cd "$scratch" && LD_PRELOAD=$library timeout 60 "$program" </dev/null >/dev/null 2>messages)
    if grep -q 'invariant broken' "$scratch/messages"; then
        echo "$(basename "$program"): $(grep 'invariant broken' "$scratch/messages" | head -n 1)"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
done
echo "invariants: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
