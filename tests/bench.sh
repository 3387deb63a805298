#!/bin/bash
# The tables of layers of `make bench`, tried small: on a loop device every way has figures or a reason, what the device did
# is counted, and its scheduler is put back, whatever ends the run; in memory the suite says what is missing and goes on.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
python3 -B tests/bench/device.py || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-bench-XXXXXX")
mount=
trap '[ -z "$mount" ] || tests/mounts.sh down "$mount"; rm -rf "$work"' EXIT
failures=0
fail() { echo "tests/bench.sh: $*" >&2 && failures=$((failures + 1)); }
suite() { python3 -B bench/suite --quick --minutes 0.1 --output "$work/out" "$@"; }

# EXPRESSION over r, the results, and cells, {(section, item, way): cell}.
expect() {
    python3 - "$work/out/results.json" "$1" <<'PYTHON' || fail "$2: not so: $1"
import json, sys
r = json.load(open(sys.argv[1]))
cells = {(cell["section"], cell["item"], cell["way"]): cell for cell in r["cells"]}
why = {(entry["section"], entry["item"], entry["way"]): entry["why"] for entry in r["absent"]}
sys.exit(not eval(sys.argv[2]))
PYTHON
}

in_memory() {
    [ -d /dev/shm ] || { echo "skipped: in memory: no /dev/shm" && return; }
    suite --directory /dev/shm --sections layer-writes,schedulers >"$work/log" 2>&1 || fail "in memory: $(tail -1 "$work/log")"
    expect '"tmpfs" in r["environment"]["device"]["why"]' "in memory"
    expect 'any(entry["what"] == "schedulers" for entry in r["skipped"])' "in memory"
    expect 'not any("dontcache" in key for key in cells) and "dontcache" in why["layer-writes", "4096 record", "dontcache"]' "in memory"
    expect 'all(cell["device"] is None for cell in r["cells"])' "in memory"
}

on_a_device() {
    suite --directory "$1" --sections layer-writes,schedulers >"$work/log" 2>&1 || fail "on a device: $(tail -1 "$work/log")"
    expect 'cells["layer-writes", "4096 record", "fdatasync"]["reaches"] == "durable"' "on a device"
    expect 'cells["layer-writes", "4096 record", "fdatasync"]["device"]["w/s"] > 0' "on a device"
    expect 'cells["layer-writes", "4096 record", "fdatasync"]["calls"]["all"] > 2 * 2000' "on a device"
    expect 'cells["layer-writes", "1048576 close", "direct"]["calls"]["writes"] in range(8, 12)' "on a device"
    expect 'all(0 < cell["speed"]["least"] <= cell["speed"]["median"] for cell in r["cells"])' "on a device"
    expect 'len({key[2] for key in [*cells, *why] if key[0] == "layer-writes"}) == 19' "on a device"
    expect 'not any(set(entry) & {"speed", "wall"} for entry in r["absent"]) and all(why.values())' "on a device"
    expect 'sum(key[0] == "schedulers" for key in cells) >= 4' "on a device"
    [ "$(grep -c 'not in this version\|not here\|fio' "$work/out/results.csv")" -gt 0 ] || fail "results.csv says nothing of what is not here"
    grep -q "The device meanwhile" "$work/out/report.html" || fail "report.html has no table of the device"
}

chosen() { sed 's/.*\[\(.*\)\].*/\1/' "$1"; }

# A run that is ended by SIGNAL while another scheduler is set must leave the first one.
put_back_after() { # SIGNAL DIRECTORY SCHEDULER-FILE
    local first pid tries
    first=$(chosen "$3")
    python3 -B bench/suite --quick --minutes 1 --output "$work/ended" --directory "$2" --sections schedulers >/dev/null 2>&1 &
    pid=$!
    for ((tries = 0; tries < 3000; tries++)); do
        [ "$(chosen "$3")" = "$first" ] || break
        sleep 0.01
    done
    [ "$tries" -lt 3000 ] || fail "SIG$1: no other scheduler was ever set"
    kill -"$1" "$pid"
    wait "$pid" 2>/dev/null
    for ((tries = 0; tries < 500; tries++)); do
        [ "$(chosen "$3")" != "$first" ] || return
        sleep 0.01
    done
    fail "SIG$1: the scheduler stayed $(chosen "$3"), it was $first"
}

in_memory
if up=$(tests/mounts.sh up ext4); then
    read -r mount path <<<"$up"
    directory=$(dirname "$path")
    scheduler=/sys/block/$(basename "$(findmnt -no SOURCE "$directory")")/queue/scheduler
    before=$(chosen "$scheduler")
    on_a_device "$directory"
    [ "$(chosen "$scheduler")" = "$before" ] || fail "the scheduler stayed $(chosen "$scheduler")"
    for signal in TERM KILL; do
        put_back_after "$signal" "$directory" "$scheduler"
    done
else
    echo "skipped: on a device: $up"
fi
[ "$failures" -eq 0 ] && echo "tests/bench.sh: passed"
exit "$((failures > 0))"
