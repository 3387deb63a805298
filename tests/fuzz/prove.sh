#!/bin/sh
# Shows that each named difference of named.h is really met: lifts them one by one, each until a round differs.
# Exit status: 0 all are met, 1 one was not met within the rounds (it is stale, or rare), 125 could not run.

usage() {
    cat <<END
Usage: tests/fuzz/prove.sh [OPTION]... [NAME]...
Lift each named difference in turn (or those NAMEd) and run the fuzzer until a round differs.

  --rounds N      at most N rounds for each (20000)
  --seed S        first seed (1)
  --jobs J        rounds at once (2)
  --show          print the difference that was met, shrunk
  --help
END
}

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 125
rounds=20000 seed=1 jobs=2 show= names=
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage; exit 0 ;;
    --rounds) rounds=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --jobs) jobs=$2; shift 2 ;;
    --show) show=yes; shift ;;
    -*) echo "prove.sh: $1: unknown option, try --help" >&2; exit 125 ;;
    *) names="$names $1"; shift ;;
    esac
done
all=$(sed -n 's/^ *X(\([a-z_]*\), ".*/\1/p' "$top/tests/fuzz/named.h")
for name in $names; do
    echo "$all" | grep -qx "$name" || { echo "prove.sh: $name: no such named difference" >&2; exit 125; }
done

status=0
for name in ${names:-$all}; do
    out=$("$top/tests/fuzz/run.sh" --lift "$name" --rounds "$rounds" --seed "$seed" --jobs "$jobs" --most 1 \
        --no-table $([ "$show" ] || echo --no-shrink))
    case $? in
    0) met="NOT MET"; status=1 ;;
    1) met="met" ;;
    *) exit 125 ;;
    esac
    printf '%-24s%-8s %s\n' "$name" "$met" "$(echo "$out" | tail -n 1)"
    [ "$show" ] && echo "$out" | sed '$d'
done
exit $status
