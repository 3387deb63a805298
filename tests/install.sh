#!/bin/sh
# Installs from Debian's packages what the tests need and the machine lacks. Says so clearly where it may not.
set -u

missing=
need() { # package, and how to tell that it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
have() { command -v "$1"; }

need libcriterion-dev test -e /usr/include/criterion/criterion.h
for program in strace valgrind sqlite3 gawk mawk bc sed tar perl file patch git ed m4 python3; do
    need "$program" have "$program"
done
need diffutils have diff
need xz-utils have xz
need procps have ps
need python3 have python3

# Programs that tests/programs.sh compares (some 50 MB); it leaves out what cannot be installed.
needed=$missing missing=
while read -r package program; do
    need "$package" have "${program:-$package}"
done <<LIST
bsdextrautils ul
cpio
cscope
dc
dos2unix
enscript
figlet
flex
genisoimage
hunspell
indent
libjpeg-turbo-progs djpeg
libtiff-tools tiffinfo
mtools mformat
nasm
ncal
netpbm pamtopng
original-awk
par
rcs ci
recode
tcsh
tidy
time
units
unrtf
w3m
wdiff
xsltproc
LIST
need hunspell-en-us test -e /usr/share/hunspell/en_US.dic
need openmpi-bin have mpirun # both some 45 MB
need libopenmpi-dev have mpicc
need locales test -e /usr/share/i18n/charmaps/EUC-JP.gz
wanted=$missing missing=$needed

if [ -n "$wanted" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "make check: installing$wanted"
    # shellcheck disable=SC2086
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $wanted; } >/dev/null ||
        echo "make check: apt-get could not install$wanted: programs.sh goes without" >&2
fi

[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "make check: needs the Debian packages$missing: install them first (apt-get install$missing)" >&2
    exit 1
fi
echo "make check: installing$missing"
# shellcheck disable=SC2086
{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $missing; } >/dev/null || {
    echo "make check: apt-get could not install$missing" >&2
    exit 1
}
