#!/bin/bash
# direct,async=4 beside fio with io_uring at the same block size and depth, on fresh files, in shuffled turns: bench/async.sh [DIRECTORY].
# Fails when the median with `ahead` is below 90 % of fio's, or the exact one below 70 %. ASYNC_MB and ASYNC_TURNS change the run.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=${1:-${TMPDIR:-/tmp}} mb=${ASYNC_MB:-512} turns=${ASYNC_TURNS:-9}
command -v fio >/dev/null || { echo "async.sh: fio is not there" >&2; exit 77; }
make -s build/bench/async build/bufrun build/libbuf.so
file=$(mktemp "$directory/async-XXXXXX")
results=$(mktemp)
trap 'rm -f "$file" "$results"' EXIT

by_fio() { # write|read
    fio --name=async --filename="$file" --rw="$1" --bs=1M --size="${mb}M" --direct=1 --ioengine=io_uring --iodepth=4 --fallocate=none \
        --invalidate=1 --output-format=terse | awk -F';' -v column="$([ "$1" = read ] && echo 7 || echo 48)" '{ printf "%.0f\n", $column * 1024 / 1e6 }'
}

run() { # NAME r|w [OPTIONS]
    [ "$2" = r ] || { rm -f "$file" && sync -f "$directory"; }
    case $1 in
    fio*) speed=$(by_fio "$([ "$2" = r ] && echo read || echo write)") ;;
    *) speed=$(build/bufrun -o "async-*:size=1M,$3" build/bench/async "$file" "$2" "$mb") ;;
    esac
    echo "$1 $speed" | tee -a "$results"
}

figures() { # NAME: the least and the median
    awk -v name="$1" '$1 == name { print $2 }' "$results" | sort -n | awk '{ v[NR] = $1 } END { print v[1], v[int((NR + 1) / 2)] }'
}

echo "# $mb MiB, blocks of 1 MiB, 4 on their way; each line: MB/s"
for ((turn = 0; turn < turns; turn++)); do
    while read -r name options; do run "$name" w "$options"; done < <(shuf <<'END'
fio-write
synchronous-write direct=require
exact-write direct=require,async=4
ahead-write direct=require,async=4,ahead
END
    )
    while read -r name options; do run "$name" r "$options"; done < <(shuf <<'END'
fio-read
synchronous-read direct=require
async-read direct=require,async=4
END
    )
done
for name in fio-write synchronous-write exact-write ahead-write fio-read synchronous-read async-read; do
    read -r least median < <(figures $name)
    echo "$name: median $median MB/s, least $least"
done
part() { # NAME FIO: of fio's median, in percent
    awk -v a="$(figures "$1")" -v b="$(figures "$2")" 'BEGIN { split(a, x, " "); split(b, y, " "); printf "%.0f\n", 100 * x[2] / y[2] }'
}
ahead=$(part ahead-write fio-write) exact=$(part exact-write fio-write)
echo "of fio's median: writing with ahead $ahead %, exact $exact %, reading $(part async-read fio-read) %"
[ "$ahead" -ge 90 ] && [ "$exact" -ge 70 ] || { echo "async.sh: below 90 % or 70 %" >&2; exit 1; }
