"""The cells of the tables of layers: records that are taken to a level, and cold reads, by bench/layers.c. A way whose
options are refused, or that falls back to another, is not here, and says why."""

import re
import subprocess
from dataclasses import dataclass

from failure import Failure
from tools import environment, program_of, transfer
from transfers import TransferCell
from turns import PARTS

MIB = 1 << 20
# When a record has to be where the way takes it: {name: (title, bytes between)}; 0: at the end.
PACES = {"record": "after each record", "mib": "after each MiB", "close": "at close"}
CHECKED = 8 * MIB  # bytes: enough for every option to begin its work
COUNTED_SYNCS = 500
# What libbuf says under LIBBUF_VERBOSE when a stream is not what it was asked to be.
FELL_BACK = re.compile(r"^libbuf: [^:]*: (\w+ is (?:not in force|unproven): .*)$", re.MULTILINE)
REFUSED = re.compile(r"^libbuf: LIBBUF: (.*?) in the rule ", re.MULTILINE)
LEAST_DIRECT = 0.5  # of the bytes, in whole blocks: below, the way is not what it says

checked = {}  # (way, operation): why it is not here, or None


class NotHere(Failure):
    """This way is not to be had here, for the reason that it says."""


def run_verbose(way, arguments, **more):
    return subprocess.run([program_of(way), *arguments], env=environment(way.preload, **more), capture_output=True,
                          text=True, check=False)


def with_report(way):
    return [f"{option},report=none" if option.startswith("--options=") else option for option in way.options]


def stats_of(way, arguments):
    """(fallbacks, system calls, their bytes, the aligned ones) of a run; NotHere when libbuf refused or fell back."""
    done = run_verbose(way, [*with_report(way), "--stats", *map(str, arguments)], LIBBUF_VERBOSE="1")
    if done.returncode != 0:
        options = next(option.split("=", 1)[1] for option in way.options if option.startswith("--options="))
        asked = run_verbose(way, ["nothing", "none"], LIBBUF=f"none:{options}")
        refused = REFUSED.search(asked.stderr)
        raise NotHere(refused[1] if refused else done.stderr.strip().splitlines()[-1].removeprefix("layers: "))
    fallbacks, *rest = map(int, done.stdout.split())
    said = FELL_BACK.search(done.stderr)
    if said or fallbacks:
        raise NotHere(said[1] if said else f"fell back {fallbacks} times")
    return rest


@dataclass
class LayerCell(TransferCell):
    pace: str = ""  # of a writer: one of PACES
    more: tuple = ()  # options for the program besides the way's

    @property
    def each(self):
        return {"record": self.chunk, "mib": MIB}.get(self.pace, 0)

    @property
    def reaches(self):
        return self.way.reaches

    @property
    def most_parts(self):
        """A turn that ends with the only sync, or has few of them, must stay long."""
        return {"mib": 50, "close": 10}.get(self.pace, PARTS[-1])

    def part(self, divisor):
        whole = super().part(divisor)
        return whole if self.records else max(self.chunk, self.each, whole - whole % self.chunk)

    def amount(self, unit):
        """What the whole work is in the unit of the section's speed."""
        return self.bytes / 1e6 if unit == "MB/s" else self.bytes / self.chunk

    def arguments(self, divisor, *more):
        pace = [f"--each={self.each}"] if self.pace else []
        return super().arguments(divisor, *pace, *self.more, *more)

    def prepare(self):
        super().prepare()
        if self.operation == "write":
            # Nothing of the turn before is left to be written.
            subprocess.run(["sync", "-f", self.path.parent], check=False)

    def probe(self):
        least = 200 if self.records else max(200 * self.chunk, 2 * self.each)
        divisor = max(1, min(self.most_parts, self.part(1) // least))
        return self.run(divisor)["wall"] * divisor

    def counted_divisor(self):
        syncs = self.bytes // self.each if self.each else 0
        return next((part for part in PARTS if syncs // part <= COUNTED_SYNCS), PARTS[-1])

    def count(self, work):
        if self.way.preload:
            self.check(work)
        super().count(work)

    def check(self, work):
        """That the way is here at all, and that what it is to do directly it does."""
        kept, self.path = self.path, work / "checked" if self.operation == "write" else self.path
        try:
            self.check_way()
            if self.way.direct:
                self.check_direct()
        finally:
            if self.path != kept:
                self.path.unlink(missing_ok=True)
            self.path = kept

    def check_way(self):
        key = (self.way.name, self.operation)
        if key not in checked:
            checked[key] = None
            many = [f"--bytes={self.file_bytes}", "--records=100"] if self.records else [
                f"--bytes={min(CHECKED, self.file_bytes)}"]
            try:
                stats_of(self.way, [self.operation, "--chunk=4096", *many, self.path])
            except NotHere as error:
                checked[key] = str(error)
        if checked[key]:
            raise NotHere(checked[key])

    def check_direct(self):
        _, moved, aligned = stats_of(self.way, self.arguments(self.counted_divisor()))
        if aligned < LEAST_DIRECT * moved:
            raise NotHere(f"{100 * aligned // max(1, moved)} % of the bytes are whole blocks, the rest goes buffered")
