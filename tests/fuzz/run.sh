#!/bin/sh
# The differential fuzzer of stream calls: random legal sequences of stdio calls, libc against libbuf.
# Exit status: 0 no difference, 1 a difference that has no name, 125 could not run.

usage() {
    cat <<END
Usage: tests/fuzz/run.sh [OPTION]...
Run random sequences of stdio calls on libc and on libbuf and compare every result and file.

  --seconds N     stop after N seconds (30)
  --rounds N      stop after N rounds
  --seed S        first seed; the others follow it (by the clock)
  --jobs J        rounds at once (2)
  --most N        stop after N differences (5)
  --linked        compare with the program linked with libbuf.so, not preloaded
  --sanitized     compare with the program linked with make check-asan's library
  --lift NAME     do not keep away from this named difference ("all": from none)
  --without NAME  never make this operation ("fwscanf")
  --once          one round, of --seed; with --skip LIST without those operations
  --no-shrink     show differences as found
  --no-table      no table of what was reached
  --library FILE  the libbuf.so to test (build/libbuf.so)
  --settings NAME=VALUE  for the environment on libbuf's side: LIBBUF='*:coalesce=8'
  --help
END
}

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 125
cd "$top" || exit 125
library=$top/build/libbuf.so limit="--seconds 30" linked= sanitized= settings= options=
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage; exit 0 ;;
    --seconds|--rounds) limit="$1 $2"; shift 2 ;;
    --once) limit=--once; shift ;;
    --linked) linked=yes; shift ;;
    --sanitized) linked=yes sanitized=yes; shift ;;
    --library) library=$(realpath "$2") || exit 125; shift 2 ;;
    --settings) settings=$2; shift 2 ;;
    --seed|--jobs|--most|--lift|--without|--skip) options="$options $1 $2"; shift 2 ;;
    --no-shrink|--no-table) options="$options $1"; shift ;;
    *) echo "run.sh: $1: unknown option, try --help" >&2; exit 125 ;;
    esac
done

# Built anew when a source is newer; each file appears whole, so that two runs at once do not meet a half one.
out=build/tests/fuzz
flags="-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -g -pthread"
driver="tests/fuzz/rounds.c tests/fuzz/round.c tests/fuzz/shrink.c tests/fuzz/table.c tests/fuzz/record.c"
program=$(ls tests/fuzz/*.c | grep -v -e /rounds.c -e /round.c -e /shrink.c -e /table.c)
build() {
    target=$1
    shift
    newest=$(ls -t tests/fuzz/*.[ch] | head -n 1)
    [ -e "$target" ] && [ "$target" -nt "$newest" ] && return
    # shellcheck disable=SC2086
    ${CC:-gcc} $flags -o "$target.$$" "$@" && mv "$target.$$" "$target"
}
mkdir -p $out &&
    build $out/rounds -O2 $driver &&
    build $out/calls -O1 $program &&
    build $out/calls-fortified -O2 -D_FORTIFY_SOURCE=2 $program || exit 125

directory=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/fuzz.XXXXXX") || exit 125
trap 'rm -rf "$directory"' EXIT
trap 'exit 125' INT TERM
# The library alone is compiled for the sanitizers: the calls must be those of the other side, in the same order. Leaks would be the program's own.
if [ "$sanitized" ]; then
    mkdir "$directory/objects" &&
        echo 'const char *__asan_default_options(void); const char *__asan_default_options(void) { return "detect_leaks=0"; }' >"$directory/options.c" || exit 125
    for source in $program; do
        # shellcheck disable=SC2086
        ${CC:-gcc} $flags -O1 -c -o "$directory/objects/$(basename "$source" .c).o" "$source" || exit 125
    done
    build "$directory/calls-linked" -fsanitize=address,undefined "$directory/options.c" "$directory"/objects/*.o build/asan/libbuf.o || exit 125
elif [ "$linked" ]; then
    build "$directory/calls-linked" -O1 $program -Wl,--no-as-needed "$library" -Wl,-rpath,"$(dirname "$library")" || exit 125
fi
# shellcheck disable=SC2086
$out/rounds $limit $options --calls "$top/$out/calls" --fortified "$top/$out/calls-fortified" --library "$library" \
    ${settings:+--settings "$settings"} \
    ${linked:+--linked "$directory/calls-linked"} --directory "$directory"
