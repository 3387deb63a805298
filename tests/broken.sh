#!/bin/bash
# Breaks each invariant of the library in turn and demands that the tests named for it notice.
# A breach is tests/broken/NAME.patch. Lines before the diff say which invariant it breaks and who must catch it:
#
#   Invariant: what no longer holds
#   Caught by: program NAME [ARGUMENT]...    a program of tests/programs, preloaded, exits with something else than 0
#              suite SUITE/TEST [WAY]        a test of build/tests/check fails (WAY: preload, or a: linked with the sound libbuf.a)
#              fuzz SEED ROUNDS              the call fuzzer finds a difference
#              compiler TEXT                 it does not compile, and the message holds TEXT
#   Hangs: yes                               it may also show by a test that does not end
#   Build: checked                           the library asserts its invariants itself (libbuf/check.c)
#
# Each line "Caught by" is a test of its own: it must pass with the sound library and fail with the broken one.
# A breach is applied to a copy of the library in build/broken/NAME, where make compiles what it changed.
set -u
top=$(cd "$(dirname "$0")/.." && pwd) || exit 125
cd "$top" || exit 125
breaches=$top/tests/broken out=$top/build/broken
unset MAKEFLAGS MFLAGS MAKELEVEL LIBBUF LIBBUF_TOTALS LD_PRELOAD
ulimit -c 0
limit=120 # seconds that a test may take

usage() {
    cat <<END
Usage: tests/broken.sh [OPTION]... [NAME]...
Break the library's invariants, each as tests/broken/NAME.patch says (all), and demand that its tests fail.

  --jobs N   breaches at once (4: some do nothing but wait)
  --list     only say which there are
  --help
END
}

field() { # field NAME HEADING: the header lines of a breach
    sed -n "/^--- /q; s/^$2: //p" "$breaches/$1.patch"
}

compile() { # compile TREE: the library of that tree
    local checked=
    [ -e "$1/checked" ] && checked=-DBUF_CHECK
    make -C "$1" CC="${CC:-gcc}" CFLAGS="${CFLAGS:--O2 -g} $checked" build/libbuf.so >"$1/make.log" 2>&1
}

# A tree with the library's sources and objects, to which breaches are applied. The checked one is compiled once.
tree() {
    mkdir -p "$out/$1/build"
    rm -rf "$out/$1/libbuf" "$out/$1/include"
    cp -a libbuf include Makefile "$out/$1" || exit 125
    if [ "$1" = checked ]; then
        touch "$out/$1/checked"
    else
        cp -a build/obj "$out/$1/build"
    fi
    compile "$out/$1" || { cat "$out/$1/make.log"; exit 125; }
}

# run TREE WAY [ARGUMENT]...: a test on the library of that tree. 0 when it passes, 125 when it could not run.
run() {
    local build=$1/build way=$2 scratch status
    shift 2
    scratch=$(mktemp -d "$build/run.XXXXXX") || return 125
    case $way in
    program)
        local program=$top/build/tests/libc/$1
        shift
        [ -x "$program" ] || { echo "no program $program"; return 125; }
        (cd "$scratch" && timeout -k 5 "$limit" env TEST_WAY=preload TEST_LIGHT=yes LC_ALL=C \
            LD_PRELOAD="$build/libbuf.so" "$program" "$@" </dev/null >said 2>&1)
        status=$?
        tail -c 10000 "$scratch/said" ;;
    suite)
        mkdir "$scratch/tests" && ln -s "$build"/libbuf.so* "$scratch" && ln -s "$top"/build/tests/[la]* "$scratch/tests" || return 125
        TEST_BUILD=$scratch TEST_WAYS=libc,${2:-preload} \
            timeout -k 5 "$limit" build/tests/check --jobs 1 --filter "$1" 2>&1 | tee "$scratch/said"
        status=${PIPESTATUS[0]}
        grep -q 'Tested: [1-9]' "$scratch/said" || { echo "no test $1"; return 125; } ;;
    fuzz)
        timeout -k 5 "$limit" tests/fuzz/run.sh --library "$build/libbuf.so" --seed "$1" --rounds "$2" \
            --jobs 1 --most 1 --no-shrink --no-table
        status=$? ;;
    *)
        echo "$way: no such way to catch a breach"
        status=125 ;;
    esac
    rm -rf "$scratch"
    return "$status"
}

ending() {
    case $1 in
    124 | 137) echo "does not end" ;;
    129 | 1[3-9]?) echo "signal $(($1 - 128))" ;;
    *) echo "exit $1" ;;
    esac
}

# Where a test on the sound library leaves what it said, and in NAME.seconds how long it took.
sound_file() {
    echo "$out/sound-$(echo "$*" | tr ' /' '-_')"
}

sound() {
    local file started=$SECONDS
    file=$(sound_file "$@")
    # shellcheck disable=SC2068 # words
    run "$out/$1" ${@:2} >"$file" 2>&1
    local ended=$?
    echo $((SECONDS - started)) >"$file.seconds"
    [ $ended -eq 0 ] && return
    echo "FAILED: ${*:2}: fails with the sound library ($(ending $ended)): see ${file#"$top"/}"
    return 1
}

breach() {
    local name=$1 tree=$out/breach-$1 base=sound status catcher said ended caught=
    field "$name" Build | grep -q checked && base=checked
    rm -rf "$tree"
    cp -a "$out/$base" "$tree" && rm -f "$tree"/build/libbuf.so*
    if ! patch --batch --forward --fuzz=1 --directory="$tree" --strip=0 <"$breaches/$name.patch" >"$tree/patch.log" 2>&1; then
        echo "STALE: $name: tests/broken/$name.patch no longer applies: $(grep -m 1 -i -e FAILED -e 'hunk' "$tree/patch.log")"
        return 1
    fi
    compile "$tree"
    status=$?
    if [ "$status" -ne 0 ] && ! field "$name" 'Caught by' | grep -q '^compiler '; then
        echo "FAILED: $name: the broken library does not compile: $(grep -m 1 error "$tree/make.log")"
        return 1
    fi
    while read -r catcher; do
        said=$tree/said-$(echo "$catcher" | tr ' /' '-_')
        if [ "${catcher%% *}" = compiler ]; then
            [ "$status" -ne 0 ] && grep -q -e "${catcher#* }" "$tree/make.log" && caught="$caught, $catcher" && continue
            echo "NOT CAUGHT: $name: the compiler says nothing of ${catcher#* }"
            return 1
        fi
        field "$name" Hangs | grep -q yes && limit=$((10 + 4 * $(cat "$(sound_file "$base" "$catcher").seconds")))
        # shellcheck disable=SC2086 # words
        run "$tree" $catcher >"$said" 2>&1
        ended=$?
        if [ "$ended" -ge 125 ] && [ "$ended" -le 127 ]; then
            echo "FAILED: $name: $catcher: could not run: $(tail -n 1 "$said")"
            return 1
        elif [ "$(ending "$ended")" = "does not end" ] && ! field "$name" Hangs | grep -q yes; then
            echo "FAILED: $name: $catcher: neither passed nor failed in $limit seconds"
            return 1
        elif [ "$ended" -eq 0 ]; then
            echo "NOT CAUGHT: $name ($(field "$name" Invariant)): $catcher passes with the broken library"
            return 1
        fi
        caught="$caught, $catcher ($(ending "$ended"))"
    done < <(field "$name" 'Caught by')
    if [ ! "$caught" ]; then
        echo "FAILED: $name: nobody is named to catch it"
        return 1
    fi
    rm -rf "$tree"
    echo "$name: ${caught#, }"
}

jobs=4 list=
while [ $# -gt 0 ]; do
    case $1 in
    --help) usage; exit 0 ;;
    --jobs) jobs=$2; shift 2 ;;
    --list) list=yes; shift ;;
    --sound) shift; sound "$@"; exit ;;
    --breach) breach "$2"; exit ;;
    -*) echo "broken.sh: $1: unknown option, try --help" >&2; exit 125 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- "$breaches"/*.patch
set -- "${@##*/}"
set -- "${@%.patch}"
for name; do
    [ -e "$breaches/$name.patch" ] || { echo "broken.sh: no tests/broken/$name.patch" >&2; exit 125; }
    [ ! "$list" ] || echo "$name: $(field "$name" Invariant)
    $(field "$name" 'Caught by')"
done
[ ! "$list" ] || exit 0

mkdir -p "$out"
rm -rf "$out"/sound-* "$out"/breach-*
tree sound
for name; do
    field "$name" Build | grep -q checked && { tree checked; break; }
done
failed=0
for name; do
    base=sound
    field "$name" Build | grep -q checked && base=checked
    field "$name" 'Caught by' | grep -v '^compiler ' | sed "s/^/$base /"
done | sort -u | xargs -P "$jobs" -d '\n' -I{} sh -c "'$0' --sound {}" || failed=1
printf '%s\n' "$@" | xargs -P "$jobs" -n 1 "$0" --breach || failed=1
echo "broken: $# breaches, $([ $failed = 0 ] && echo all caught || echo "not all caught: see above and build/broken")"
exit $failed
