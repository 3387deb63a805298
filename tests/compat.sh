#!/bin/sh
# docs/compat.md is the table of libbuf/names.h with the tests that call each name. Compares it with the table, the built library and the
# test programs as written and as built, so that none can drift; --write makes it anew.
set -u
cd "$(dirname "$0")/.." || exit 1

table() {
    cat <<'EOF'
# Every stdio name of libc, and how libbuf covers it

Made from `libbuf/names.h` by `tests/compat.sh --write`; `make check` compares it with the table, the built library and the tests.

- **ours**: libbuf defines it. **alias**: another name of a function of ours.
- **valid**: libc's own code, which works on libbuf's streams because they are valid streams of libc. Before it stand a few instructions of
  libbuf's, which make the stream's lock libc's.
- **libc**: takes no stream. **none**: the inside of libc's streams; a program that calls it goes past libbuf.

| name | covered | called by (below tests/programs) |
|---|---|---|
EOF
    grep -o 'STDIO_NAME([a-zA-Z0-9_]*, [a-z]*)' libbuf/names.h | sed 's/STDIO_NAME(//; s/[,)]//g' | while read -r name how; do
        callers=
        case $how in
        ours | alias | valid | forwarded)
            callers=$(cd tests/programs && grep -lw -- "$name" *.c | sed 's/\.c$//' | head -n 3 | paste -sd ' ' -)
            ;;
        esac
        echo "| \`$name\` | $how | $callers |"
    done
}

if [ "${1-}" = --write ]; then
    table >docs/compat.md
    exit
fi

passed=0 failed=0
verdict() { # what, and what is wrong with it (nothing: passed)
    if [ -z "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "compat: $1:" $2 >&2
    fi
}
names() { grep -oE "STDIO_NAME\([a-zA-Z0-9_]*, ($1)\)" libbuf/names.h | sed 's/STDIO_NAME(//; s/,.*//' | sort; }

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
table >"$work/table"
verdict "docs/compat.md is not what tests/compat.sh --write makes" "$(cmp "$work/table" docs/compat.md 2>&1)"
names 'ours|alias|valid' >"$work/said"
nm -D --defined-only build/libbuf.so | awk '$3 !~ /^buf_|^__libc_start_main$|^(_exit|_Exit|abort|f?exec.*)$/ { print $3 }' |
    sort >"$work/defined" # the last take no stream, and are handed on
verdict "the table has these, the library has not" "$(comm -23 "$work/said" "$work/defined")"
verdict "the library has these, the table has not" "$(comm -13 "$work/said" "$work/defined")"
verdict "no test calls these" "$(awk -F'|' '$3 ~ /ours|alias|valid|forwarded/ && $4 ~ /^ *$/ { print $2 }' "$work/table")"
for program in build/tests/libc/*; do
    case $program in
    *.d) ;;
    *)
        nm -u "$program" | awk '{ sub("@.*", "", $NF); print $NF }'
        strings -d -n 3 "$program" # what it looks up by name
        ;;
    esac
done | sort -u >"$work/called"
names 'ours|alias|valid|forwarded' >"$work/covered"
verdict "no built test program calls or looks up these" "$(comm -23 "$work/covered" "$work/called")"
echo "compat: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
