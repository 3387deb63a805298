#!/bin/sh
# The per-call table behind `make bench-calls`: what every call of stdio costs on libc and on libbuf. Takes the options
# of the measuring program (--help tells them); exits with 1 when a row's data did not pass through libbuf.
set -eu
export LC_ALL=C
unset LIBBUF LIBBUF_VERBOSE LIBBUF_TOTALS LD_PRELOAD 2>/dev/null || :

build=$(cd "$(dirname "$0")/.." && pwd)/build
for needed in "$build/libbuf.so" "$build/bench/calls"; do
    [ -e "$needed" ] || { echo "calls: $needed: not built (make bench-calls)" >&2; exit 125; }
done

# Files in memory: what is measured is the call, not the disk.
work=$(mktemp -d /dev/shm/calls.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 125' HUP INT TERM

"$build/bench/calls" --library="$build/libbuf.so" --directory="$work" "$@"
