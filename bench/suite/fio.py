"""The same work by fio, where it is installed: a cell like the others, with fio's own clock (whole milliseconds)."""

import json
import shutil
import subprocess
from dataclasses import dataclass

from failure import Failure
from layers import LayerCell, NotHere
from tools import environment

TOO_SHORT = 5  # ms


@dataclass
class FioCell(LayerCell):
    block: int = 512  # what O_DIRECT transfers in whole numbers of, in bytes

    def command(self, divisor):
        kind = {"write": "write", "read": "read", "read-random": "randread"}[self.operation]
        part = self.part(divisor)
        size = [f"--size={self.file_bytes}", f"--io_size={part * self.chunk}"] if self.records else [f"--size={part}"]
        if self.operation == "write" and self.way.reaches == "durable":
            size.append("--end_fsync=1")
            if self.each and "--sync=dsync" not in self.way.options:
                size.append(f"--fdatasync={self.each // self.chunk}")
        return ["fio", "--name=layer", f"--filename={self.path}", f"--rw={kind}", f"--bs={self.chunk}", *size,
                "--fallocate=none", "--invalidate=0", "--thread", "--randrepeat=1", "--output-format=json",
                *self.way.options]

    def run(self, divisor):
        self.prepare()
        with self.watch:
            done = subprocess.run(self.command(divisor), env=environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0 or "{" not in done.stdout:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Failure(f"fio: {said[0] if said else f'ended with {done.returncode}'}")
        job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
        moved = job["write" if self.operation == "write" else "read"]
        if moved["runtime"] < TOO_SHORT and divisor == 1 and self.bytes > 50e6:
            raise Failure("fio: too short for its clock")
        self.proof = str(moved["total_ios"] if self.records else moved["io_bytes"])
        wall = max(moved["runtime"], 1) / 1e3
        return {"user": job["usr_cpu"] / 100 * wall, "system": job["sys_cpu"] / 100 * wall, "wall": wall,
                "switches": None}

    def count(self, work):
        """fio's calls are not counted: a run of it is mostly its own preparation."""
        if not shutil.which("fio"):
            raise NotHere("fio is not installed (Debian package fio)")
        if self.way.direct and self.chunk % self.block:
            raise NotHere(f"fio cannot write {self.chunk} bytes with O_DIRECT to blocks of {self.block}")
