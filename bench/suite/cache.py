"""Puts files out of the page cache, so that reading them is cold."""

from pathlib import Path

from failure import Failure
from tools import transfer
from ways import BY_NAME

HELD_AT_MOST = 0.01  # of the pages: a file of which more stays in memory is not cold
ADVICE = "posix_fadvise(POSIX_FADV_DONTNEED)"
DROP_CACHES = Path("/proc/sys/vm/drop_caches")

method = []  # what choose() found, for the record


class NotCold(Failure):
    """The file stays in memory, for the reason that it says."""


def is_cold(path):
    """Writes the file back and asks the kernel to forget its pages; whether it did."""
    held, pages = map(int, transfer(BY_NAME["write2"], ["evict", path]))
    return held <= pages * HELD_AT_MOST


def choose(path):
    """Finds out how: by posix_fadvise, and where that leaves something behind and we may, by drop_caches."""
    method.clear()
    method.append(ADVICE)
    if is_cold(path):
        return
    try:
        DROP_CACHES.write_text("1")
    except OSError as error:
        raise NotCold(f"posix_fadvise leaves the file in memory, and {DROP_CACHES}: {error.strerror}") from error
    if not is_cold(path):
        raise NotCold("this file system keeps its files in memory")
    method.append(str(DROP_CACHES))


def evict(path):
    """As choose() found it."""
    if not is_cold(path) and len(method) > 1:
        DROP_CACHES.write_text("1")
