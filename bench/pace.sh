#!/bin/bash
# How long the fdatasync at the end of a large file takes, with pace=1M and without, in turns: bench/pace.sh [DIRECTORY].
# Fails when the median with pace is not below a tenth. PACE_MB, PACE_RATE (MB/s) and PACE_TURNS change the run.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=${1:-${TMPDIR:-/tmp}} mb=${PACE_MB:-512} rate=${PACE_RATE:-400} turns=${PACE_TURNS:-5}
make -s build/bench/pace build/bufrun build/libbuf.so
file=$(mktemp "$directory/pace-XXXXXX")
results=$(mktemp)
trap 'rm -f "$file" "$results"' EXIT

run() { # NAME RULES
    sync -f "$file"
    read -r last all < <(build/bufrun -o "$2" build/bench/pace "$file" "$mb" "$rate")
    echo "$1 $last $all" | tee -a "$results"
}

median() { awk -v name="$1" '$1 == name { print $2 }' "$results" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "# $mb MiB at $rate MB/s; each line: the fdatasync at the end and the writing before it, in ms"
for ((turn = 0; turn < turns; turn++)); do
    run plain "pace-*:size=1M"
    run pace=1M "pace-*:size=1M,pace=1M"
done
plain=$(median plain) paced=$(median pace=1M)
echo "median of the last fdatasync: $plain ms, with pace=1M $paced ms"
awk -v a="$paced" -v b="$plain" 'BEGIN { exit !(a * 10 < b) }' || { echo "pace.sh: not below a tenth" >&2; exit 1; }
