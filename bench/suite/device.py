"""The block device below a directory as the kernel sees it: its settings in /sys/block/NAME/queue, and what iostat -x
makes columns of, from /proc/diskstats. Everything that the device did counts, other programs' transfers too."""

import os
from pathlib import Path

from machine import mount_of, text_of

SECTOR = 512  # bytes, whatever the device's own block is
# The fields of /proc/diskstats behind the name (Documentation/admin-guide/iostats.rst); older kernels have fewer.
FIELDS = ("reads", "reads_merged", "sectors_read", "read_ms", "writes", "writes_merged", "sectors_written", "write_ms",
          "in_flight", "busy_ms", "queued_ms", "discards", "discards_merged", "sectors_discarded", "discard_ms",
          "flushes", "flush_ms")
SETTINGS = ("scheduler", "logical_block_size", "physical_block_size", "read_ahead_kb", "nr_requests", "max_sectors_kb",
            "nomerges", "wbt_lat_usec", "write_cache", "fua", "rotational")
# As iostat names them; in results.json and results.csv.
COLUMNS = ("r/s", "rMB/s", "rrqm/s", "r_await", "rareq-sz", "w/s", "wMB/s", "wrqm/s", "w_await", "wareq-sz", "f/s",
           "f_await", "aqu-sz", "%util")


class NoDevice(Exception):
    """There is no block device to watch, for the reason that it says."""


def disk_of(directory):
    """The place in /sys of the whole disk, or of the mapped or loop device, that holds the directory."""
    number = os.stat(directory).st_dev
    if os.major(number) == 0:  # a file system with a number of its own: btrfs names its device as its source
        mounted = mount_of(directory)
        source = Path(mounted["source"])
        if not source.is_block_device():
            raise NoDevice(f"{mounted['type']} has no block device")
        number = os.stat(source).st_rdev
    place = Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}")
    if not place.exists():
        raise NoDevice(f"{place} is not there")
    place = place.resolve()
    return place if (place / "queue").exists() else place.parent


def parse(text, name):
    """{field: count} of the device in the text of /proc/diskstats; None when it has no line."""
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[2] == name:
            return dict(zip(FIELDS, map(int, words[3:])))
    return None


def difference(before, after):
    """What was done between two readings. Counters of 32 bits may have come round."""
    return {field: count - before[field] if count >= before[field] else count - before[field] + (1 << 32)
            for field, count in after.items() if field != "in_flight"}


def columns(done, seconds):
    """iostat's columns of what was done in so many seconds. None: the kernel does not count it, or there was none."""
    def rate(field):
        return done[field] / seconds if field in done else None

    def megabytes(field):
        return done[field] * SECTOR / 1e6 / seconds

    def mean(what, of):
        return done[what] / done[of] if done.get(of) else None

    def kilobytes(sectors, of):
        mean_sectors = mean(sectors, of)
        return mean_sectors if mean_sectors is None else mean_sectors * SECTOR / 1024

    return {"r/s": rate("reads"), "rMB/s": megabytes("sectors_read"), "rrqm/s": rate("reads_merged"),
            "r_await": mean("read_ms", "reads"), "rareq-sz": kilobytes("sectors_read", "reads"),
            "w/s": rate("writes"), "wMB/s": megabytes("sectors_written"), "wrqm/s": rate("writes_merged"),
            "w_await": mean("write_ms", "writes"), "wareq-sz": kilobytes("sectors_written", "writes"),
            "f/s": rate("flushes"), "f_await": mean("flush_ms", "flushes"),
            "aqu-sz": done["queued_ms"] / 1e3 / seconds, "%util": min(100.0, done["busy_ms"] / 10 / seconds)}


class Watch:
    """Adds up what the device did while it was on."""

    def __init__(self, disk):
        self.disk = disk  # a Disk
        self.done = {}

    def __enter__(self):
        self.before = self.disk.read()
        return self

    def __exit__(self, *_):
        after = self.disk.read()
        if self.before and after:
            for field, count in difference(self.before, after).items():
                self.done[field] = self.done.get(field, 0) + count

    def columns(self, seconds):
        """Of so many seconds of work; None where nothing is counted."""
        return columns(self.done, seconds) if self.done and seconds else None


class Disk:
    """The device of one directory; `why` says why there is none, or why it is not counted."""

    def __init__(self, directory):
        self.place = self.name = self.why = None
        try:
            self.place = disk_of(directory)
        except (NoDevice, OSError) as error:
            self.why = str(error)
            return
        self.name = self.place.name
        if self.read() is None:
            self.why = f"{self.name} is not in /proc/diskstats"
        elif self.setting("iostats") == "0":
            self.why = f"{self.name} does not count (queue/iostats is 0)"

    def read(self):
        """The counters now; None where there are none."""
        return None if self.why else parse(text_of("/proc/diskstats") or "", self.name)

    def setting(self, name):
        return text_of(self.place / "queue" / name) if self.place else None

    def watch(self):
        return Watch(self)

    def describe(self):
        """{"name", "why", "model", "bytes", and the settings of its queue}."""
        if not self.place:
            return {"name": None, "why": self.why}
        sectors = text_of(self.place / "size")
        return {"name": self.name, "why": self.why, "model": text_of(self.place / "device" / "model"),
                "bytes": int(sectors or 0) * SECTOR, **{name: self.setting(name) for name in SETTINGS}}
