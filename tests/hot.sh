#!/bin/bash
# What the hot calls cost, in instructions of one thread: counted by callgrind, which is repeatable where time is not.
# A call that exceeds its budget is a failure. Usage: tests/hot.sh [CALL...]
set -u
cd "$(dirname "$0")/.." || exit 2

# call    instructions it may take
budgets='
putc       20
getc       18
fwrite     48
fread      55
fputs      65
fgets      98
fprintf   225
fscanf    210
'

command -v valgrind >/dev/null || { echo "skip hot: valgrind is not installed"; exit 0; }
program=build/tests/hot/calls

# Instructions of a whole run.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 | awk '/Collected/ { print $NF }'
}

passed=0 failed=0
while read -r call budget; do
    [ -n "$call" ] || continue
    [ $# = 0 ] || [[ " $* " == *" $call "* ]] || continue
    few=$(count "$call" 1000) many=$(count "$call" 11000)
    [ -n "$few" ] && [ -n "$many" ] || { echo "hot: $call: callgrind gave no count"; failed=$((failed + 1)); continue; }
    cost=$(((many - few + 5000) / 10000))
    if [ "$cost" -gt "$budget" ]; then
        echo "FAIL $call: $cost instructions, $budget at most"
        failed=$((failed + 1))
    else
        echo "ok   $call: $cost instructions, $budget at most"
        passed=$((passed + 1))
    fi
done <<<"$budgets"
echo "hot: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
