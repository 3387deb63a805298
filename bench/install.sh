#!/bin/sh
# Installs from Debian's packages what the suite behind `make bench` uses and the machine lacks. Only Python is needed; where
# the rest cannot be installed, it says so and goes on: what needs it is left out.
set -u

missing=
need() { # package, and how to tell that it is there
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
have() { command -v "$1"; }

need python3 have python3
need gnuplot-nox have gnuplot
need musl-tools have musl-gcc
need bindfs have bindfs
need gawk have gawk
need sqlite3 have sqlite3
need fio have fio

[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "make bench: installing$missing"
    # shellcheck disable=SC2086
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $missing; } >/dev/null ||
        echo "make bench: apt-get could not install all of$missing: goes on without" >&2
else
    echo "make bench: goes on without$missing (apt-get install$missing)" >&2
fi
command -v python3 >/dev/null || {
    echo "make bench: needs python3 (Debian package python3)" >&2
    exit 1
}
