"""One cell of a table: one piece of work on one way through. The turns that it took, the system calls it made."""

from contextlib import nullcontext
from dataclasses import dataclass, field


@dataclass
class Cell:
    section: str  # the table
    item: str  # the row: a chunk in bytes, a call, a program
    way: object  # the column
    bytes: int  # what the whole work moves
    records: int = 0  # how many random records that is; 0: it is done in sequence
    divisor: int = 1  # a turn does this part of the work: 1 / divisor
    samples: list = field(default_factory=list)  # {"round", "user", "system", "wall", "switches"} of each turn
    calls: dict = None  # what the counting run saw, see counting.py
    watch: object = nullcontext()  # of the device, while a turn does its work; see device.py
    proof: object = None  # what was made of the data: every way must have made the same

    most_parts = 10_000  # a turn does at least that part of the work
    reaches = None  # how far the bytes get, where the table is about that; see layer_ways.py

    def amount(self, unit):
        """What the whole work is in the unit of the section's speed."""
        return self.bytes / 1e6 if unit == "MB/s" else self.records

    def turn(self):
        """Does the work (its part) once; returns {"user", "system", "wall", "switches"}, in seconds."""
        raise NotImplementedError

    def probe(self):
        """Estimates the seconds that the whole work takes."""
        raise NotImplementedError

    def clean(self):
        """Removes what a turn that failed has left."""

    def count(self, work):
        """Does the work once under observation, verifies what it did, and fills calls. `work` is a directory."""
        raise NotImplementedError
