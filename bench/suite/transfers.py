"""The cells that the measuring program (bench/transfer.c) fills: chunks, records and text."""

import os
from dataclasses import dataclass
from pathlib import Path

import cache
import counting
from cell import Cell
from failure import WrongData
from tools import program_of, transfer
from ways import BY_NAME

COUNTED_AT_MOST = 100_000  # calls of a way that makes one for every chunk

starts = {}  # what each way's process does at its start


def make_file(path, size, numbers=False):
    transfer(BY_NAME["write2"], ["make", f"--bytes={size}", *(["--numbers"] if numbers else []), path])


@dataclass
class TransferCell(Cell):
    operation: str = ""
    path: Path = None
    chunk: int = 0  # 0: reads text
    file_bytes: int = 0
    cold: bool = False

    def part(self, divisor):
        """Bytes or records of a part of the work."""
        return (self.records or self.file_bytes) // divisor or 1

    def arguments(self, divisor, *more):
        if not self.chunk:
            return [self.operation, *more, self.path]
        part = self.part(divisor)
        amount = [f"--bytes={self.file_bytes}", f"--records={part}"] if self.records else [f"--bytes={part}"]
        return [self.operation, f"--chunk={self.chunk}", *amount, *more, self.path]

    def prepare(self):
        if self.operation == "write":
            self.path.unlink(missing_ok=True)
        if self.cold:
            cache.evict(self.path)

    def clean(self):
        if self.operation == "write":
            self.path.unlink(missing_ok=True)

    def run(self, divisor):
        self.prepare()
        with self.watch:
            user, system, wall, switches, self.proof = transfer(self.way, self.arguments(divisor))
        if self.operation == "write" and self.path.stat().st_size != self.part(divisor):
            raise WrongData(f"{self.path}: has not got the length that it should have")
        return {"user": float(user), "system": float(system), "wall": float(wall), "switches": int(switches)}

    def turn(self):
        return self.run(self.divisor)

    def probe(self):
        if not self.chunk:
            return self.run(1)["wall"]
        whole = self.part(1)
        least = 200 if self.records else self.chunk * 2000
        divisor = max(1, min(100, whole // least))
        return self.run(divisor)["wall"] * divisor

    def counted_divisor(self):
        if self.way.call_a_chunk and not self.records:
            return max(self.divisor, -(-self.file_bytes // self.chunk // COUNTED_AT_MOST))
        return self.divisor

    def count(self, work):
        divisor = self.counted_divisor()
        writes = "write" in self.operation
        kept, self.path = self.path, work / "counted" if writes else self.path
        if writes and self.operation != "write":
            self.path.touch()
            os.truncate(self.path, self.file_bytes)
        check = ["--check"] if self.chunk and not writes else []
        try:
            report, totals = self.run_counted(self.arguments(divisor, *check), work)
            if writes:
                self.verify(divisor)
        finally:
            if writes:
                self.path.unlink(missing_ok=True)
            self.path = kept
        if totals and max(totals) < self.bytes // divisor // 2 and not self.records:
            raise WrongData(f"{self.path}: the bytes did not pass through libbuf")
        if self.way.name not in starts:
            starts[self.way.name] = counting.tally(self.run_counted(["nothing", self.path], work)[0])
        self.calls = counting.less(counting.tally(report), starts[self.way.name])
        if self.calls:
            self.calls["divisor"] = divisor

    def run_counted(self, arguments, work):
        command = [program_of(self.way), *self.way.options, *arguments]
        return counting.run_counted(command, self.way.preload, work)

    def verify(self, divisor):
        """What was written over nothing, or over holes, must be there."""
        part = self.part(divisor)
        if self.records:
            where = [f"--bytes={self.file_bytes}", f"--records={part}", f"--chunk={self.chunk}"]
        else:
            os.truncate(self.path, part)
            where = [f"--bytes={part}"]
        transfer(BY_NAME["write2"], ["verify", *where, self.path])
