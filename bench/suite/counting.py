"""Counts system calls with build/bufcount, in a run of its own that nobody times. What every process does at its
start is counted once for each way and taken off. A static program (musl) cannot be watched from inside: of it the
kernel's own account (/proc/PID/io) tells reads and writes and no more."""

import json
import struct
import subprocess

from failure import Failure, WrongData
from tools import BUFCOUNT, environment

READS = ("read", "readv", "pread64", "preadv", "preadv2")
WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2")
SEEKS = ("lseek",)


def run_counted(command, preload, work, output=subprocess.DEVNULL):
    """Runs the command under bufcount; returns its JSON report, and what libbuf says passed through its streams."""
    report, totals = work / "counted.json", work / "totals"
    for old in (report, totals):
        old.unlink(missing_ok=True)
    more = {"LIBBUF_TOTALS": str(totals)} if preload else {}
    done = subprocess.run(
        [BUFCOUNT, "-o", work / "counted.txt", "--json", report, "--", *map(str, command)],
        env=environment(preload, **more), stdout=output, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0 or not report.exists():
        error = WrongData if "what was" in done.stderr else Failure
        raise error(f"bufcount {command[0]}: {done.stderr.strip() or f'ended with {done.returncode}'}")
    return json.loads(report.read_text()), (read_totals(totals) if preload else None)


def read_totals(path):
    """Bytes that libbuf's streams read and wrote."""
    if not path.exists():
        raise WrongData(f"{path}: nothing ran on libbuf")
    _, read, written = struct.unpack_from("3Q", path.read_bytes())
    return read, written


def tally(report):
    """{"source", "reads", "writes", "seeks", "all"}: calls, and the bytes of reads and writes."""
    unseen = report["unseen"]
    if unseen["mechanism"] == "dispatch" and report["syscalls"]:
        calls = report["syscalls"]

        def total(names, what="calls"):
            return sum(calls[name][what] for name in names if name in calls)

        return {"source": "bufcount", "reads": total(READS), "writes": total(WRITES), "seeks": total(SEEKS),
                "all": total(calls), "bytes": total(READS + WRITES, "bytes")}
    if unseen["mechanism"] == "dispatch" and unseen["programs"]:
        return {"source": "/proc/PID/io", "reads": unseen["syscr"], "writes": unseen["syscw"], "seeks": None,
                "all": None, "bytes": unseen["rchar"] + unseen["wchar"]}
    return None  # the kernel does not let bufcount look inside libc


def less(counted, start):
    """The tally without that of a process that does nothing."""
    if counted is None or start is None:
        return None
    return {name: value if value is None or name == "source" else max(0, value - start[name])
            for name, value in counted.items()}
