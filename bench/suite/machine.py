"""The environment of a run: processor, kernel, file system, device, and how busy others kept the machine."""

import os
import platform
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path


def text_of(path):
    try:
        return Path(path).read_text().strip()
    except OSError:
        return None


def first_match(path, pattern):
    found = re.search(pattern, text_of(path) or "", re.MULTILINE)
    return found and found[1].strip()


def version_of(*command):
    """The first line of what `command` says of its version; None where it is not there."""
    if not shutil.which(command[0]):
        return None
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout or done.stderr).strip().splitlines()
    return " ".join(lines[0].split()) if lines else None


def processor():
    flags = first_match("/proc/cpuinfo", r"^flags\s*:(.*)$") or ""
    caches = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        kind = {"Data": "d", "Instruction": "i"}.get(text_of(index / "type"), "")
        caches[f"L{text_of(index / 'level')}{kind}"] = text_of(index / "size")
    return {"model": first_match("/proc/cpuinfo", r"^model name\s*:(.*)$"),
            "family": first_match("/proc/cpuinfo", r"^cpu family\s*:(.*)$"),
            "number": first_match("/proc/cpuinfo", r"^model\s*:(.*)$"),
            "count": os.cpu_count(), "usable": len(os.sched_getaffinity(0)),
            "megahertz": first_match("/proc/cpuinfo", r"^cpu MHz\s*:(.*)$"), "caches": caches,
            "governor": text_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            "virtual": "hypervisor" in flags.split()}


def mount_of(directory):
    """The file system that holds the directory."""
    best = {}
    for line in (text_of("/proc/self/mountinfo") or "").splitlines():
        left, right = line.split(" - ", 1)
        _, _, _, _, point, options, *_ = left.split()
        kind, source, super_options = right.split(" ", 2)
        inside = point == "/" or str(directory) == point or str(directory).startswith(point + "/")
        if inside and len(point) >= len(best.get("mounted", "")):
            best = {"type": kind, "source": source, "mounted": point, "options": f"{options},{super_options}"}
    room = os.statvfs(directory)
    return {**best, "block": room.f_bsize, "free": room.f_bavail * room.f_frsize}


def describe(directory):
    settings = ("dirty_ratio", "dirty_background_ratio", "dirty_expire_centisecs", "dirty_writeback_centisecs")
    return {
        "processor": processor(),
        "memory": int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0) * 1024,
        "kernel": f"{platform.system()} {platform.release()} {platform.version()}",
        "system": first_match("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)'),
        "libc": os.confstr("CS_GNU_LIBC_VERSION"),
        "file_system": mount_of(directory),
        "huge_pages": text_of("/sys/kernel/mm/transparent_hugepage/enabled"),
        "vm": {name: text_of(f"/proc/sys/vm/{name}") for name in settings},
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "tools": {"gcc": version_of("gcc", "--version"), "gnuplot": version_of("gnuplot", "--version"),
                  "bindfs": version_of("bindfs", "--version"), "musl": version_of("dpkg-query", "-W", "musl"),
                  "fio": version_of("fio", "--version"),
                  "python": platform.python_version()},
    }


class Load:
    """How busy the machine was with other work than ours between begin and end."""

    def __init__(self):
        self.begin = time.monotonic()
        self.ticks = self.busy_ticks()
        self.own = self.own_seconds()

    @staticmethod
    def busy_ticks():
        fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        user, nice, system, _, _, irq, soft, steal = fields
        return user + nice + system + irq + soft + steal, steal

    @staticmethod
    def own_seconds():
        return sum(used.ru_utime + used.ru_stime for used in
                   map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))

    def end(self):
        """{"seconds", "others", "steal", "average"}: processors that other work kept busy, and that the host took away,
        of those that the machine has; the load average of a minute."""
        seconds = time.monotonic() - self.begin
        busy, steal = (now - then for now, then in zip(self.busy_ticks(), self.ticks))
        tick = os.sysconf("SC_CLK_TCK")
        others = busy / tick - (self.own_seconds() - self.own)
        return {"seconds": seconds, "others": max(0.0, others / seconds), "steal": steal / tick / seconds,
                "average": os.getloadavg()[0]}
