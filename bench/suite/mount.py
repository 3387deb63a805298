"""A FUSE mount for as long as it is needed: bindfs shows one directory at another place, so that every call costs what
FUSE makes it cost and the bytes end where they would have ended anyway."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager

from failure import Failure


class NoMount(Failure):
    """There is no FUSE mount, for the reason that it says."""


@contextmanager
def bound(directory):
    """Yields the place where `directory`/under is seen through FUSE."""
    if not shutil.which("bindfs"):
        raise NoMount("bindfs is not installed (Debian package bindfs)")
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise NoMount("/dev/fuse is not there, or not for this user")
    under, place = directory / "under", directory / "fuse"
    under.mkdir()
    place.mkdir()
    server = subprocess.Popen(["bindfs", "-f", under, place], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True)
    try:
        wait_for(server, place)
        yield place
    finally:
        unmount = "fusermount3" if shutil.which("fusermount3") else "fusermount"
        subprocess.run([unmount, "-u", "-z", place], check=False, capture_output=True)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(server, place):
    for _ in range(100):
        if os.path.ismount(place):
            return
        if server.poll() is not None:
            raise NoMount(f"bindfs: {server.stderr.read().strip() or 'ended at once'}")
        time.sleep(0.05)
    raise NoMount("bindfs: did not mount within five seconds")
