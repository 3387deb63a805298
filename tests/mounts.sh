#!/bin/sh
# Fresh file systems and block devices for tests, on loop devices. "mounts.sh up KIND" prints a directory to give to
# "mounts.sh down DIRECTORY" later, and behind a blank the path to test on; where it cannot be made it prints why and
# exits with 77. KIND: ext4, xfs, btrfs, tmpfs, ext4-1024 (blocks smaller than a page),
# ext4-4096 (a device of 4096-byte sectors), block, block-4096.

set -u

refuse() {
    down
    echo "$*"
    exit 77
}

down() {
    umount "$directory/at" 2>/dev/null
    [ ! -s "$directory/loop" ] || losetup -d "$(cat "$directory/loop")" 2>/dev/null
    rm -rf "${directory:?}"
}

# An image of so many bytes as a loop device, with the sectors asked for.
attach() {
    truncate -s "$1" "$directory/image"
    losetup --find --show --sector-size "$2" "$directory/image" >"$directory/loop" 2>/dev/null ||
        refuse "losetup: no loop device with $2-byte sectors"
}

# mkfs and mount, on the loop device.
put() {
    command -v "mkfs.$1" >/dev/null || refuse "mkfs.$1 is not there"
    type=$1
    shift
    "mkfs.$type" "$@" "$(cat "$directory/loop")" >"$directory/log" 2>&1 || refuse "mkfs.$type failed: $(tail -1 "$directory/log")"
    mount -t "$type" "$(cat "$directory/loop")" "$directory/at" 2>/dev/null || refuse "$type cannot be mounted"
}

up() {
    directory=$(mktemp -d "${TMPDIR:-/tmp}/libbuf-mount-XXXXXX") || exit 77
    mkdir "$directory/at"
    path=$directory/at/data
    [ "$(id -u)" = 0 ] || refuse "only root can mount"
    case $1 in
    ext4) attach 200M 512 && put ext4 -q ;;
    ext4-1024) attach 200M 512 && put ext4 -q -b 1024 ;;
    ext4-4096) attach 200M 4096 && put ext4 -q ;;
    xfs) attach 400M 512 && put xfs -q ;;
    btrfs) attach 400M 512 && put btrfs -q ;;
    tmpfs) mount -t tmpfs -o size=100M none "$directory/at" 2>/dev/null || refuse "tmpfs cannot be mounted" ;;
    block) attach 10487296 512 && path=$(cat "$directory/loop") ;; # no whole number of 4096-byte blocks
    block-4096) attach 10489856 4096 && path=$(cat "$directory/loop") ;;
    *) refuse "unknown kind $1" ;;
    esac
    echo "$directory $path"
}

case ${1:-} in
up) up "$2" ;;
down) directory=$2 && down ;;
*) echo "usage: mounts.sh up KIND | down DIRECTORY" >&2 && exit 2 ;;
esac
