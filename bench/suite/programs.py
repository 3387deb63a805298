"""Whole programs of the machine, unchanged, on libc and on libbuf (preloaded), from the start of the process to its
end. What they write must be the same on both."""

import hashlib
import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import counting
from cell import Cell
from failure import Failure, WrongData
from tools import environment

# What each does; {text}, {table} and {source} are inputs, {output} is what it writes (its standard output, or by name).
COMMANDS = {
    "sort": ["sort", "{text}"],
    "gawk": ["gawk", "{{ sum += $1; print $1, sum }}", "{text}"],
    "sed": ["sed", "s/11/eleven/g", "{text}"],
    "cut": ["cut", "-d", " ", "-f", "2-", "{text}"],
    "sqlite3": ["sqlite3", "-csv", ":memory:", ".import {table} t", "select c, b, a from t where b % 3"],
    "gcc -S": ["gcc", "-S", "-o", "{output}", "{source}"],
}
PACKAGES = {"gcc -S": "gcc"}


def make_text(path, size):
    state = random.Random(1)
    with open(path, "w", encoding="ascii") as file:
        done = 0
        while done < size:
            lines = "".join(f"{state.randrange(10**9)} line {state.getrandbits(40):x} of {n % 97} words and a tail\n"
                            for n in range(10_000))
            done += file.write(lines)


def make_table(path, size):
    state = random.Random(2)
    with open(path, "w", encoding="ascii") as file:
        done = file.write("a,b,c\n")
        while done < size:
            done += file.write("".join(f"{n},{state.randrange(10**6)},word{state.getrandbits(30):x}\n"
                                       for n in range(10_000)))


def make_source(path, size):
    with open(path, "w", encoding="ascii") as file:
        done, n = 0, 0
        while done < size:
            done += file.write(f"int f{n}(int a, int b) {{ return a * {n} + (b ^ {n * 7919}) - (a > b ? b : {n}); }}\n")
            n += 1


# A compiler and a data base do more with a byte than the others.
FILES = {"text": "text.txt", "table": "table.csv", "source": "source.c"}
INPUTS = {"text": (make_text, 1), "table": (make_table, 0.25), "source": (make_source, 0.006)}


def make_inputs(paths, size):
    """Makes the input of each name."""
    for name, (make, share) in INPUTS.items():
        make(paths[name], int(size * share))


def input_of(command):
    return next(name for name in INPUTS if any("{" + name + "}" in word for word in command))


@dataclass
class ProgramCell(Cell):
    command: list = None
    output: Path = None

    def turn(self):
        self.output.unlink(missing_ok=True)
        to = str(self.output) if str(self.output) not in self.command else os.devnull
        actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)]
        with self.watch:
            begin = time.monotonic()
            pid = os.posix_spawnp(self.command[0], self.command, environment(self.way.preload), file_actions=actions)
            _, status, used = os.wait4(pid, 0)
            wall = time.monotonic() - begin
        if status != 0:
            raise Failure(f"{' '.join(self.command)}: ended with {os.waitstatus_to_exitcode(status)}")
        return {"user": used.ru_utime, "system": used.ru_stime, "wall": wall, "switches": used.ru_nivcsw}

    def probe(self):
        return 0  # always whole

    def count(self, work):
        self.output.unlink(missing_ok=True)
        to = str(self.output) if str(self.output) not in self.command else os.devnull
        with open(to, "w", encoding="ascii") as output:
            report, totals = counting.run_counted(self.command, self.way.preload, work, output)
        if totals is not None and not sum(totals):
            raise WrongData(f"{self.item}: nothing passed through libbuf")
        self.calls = counting.tally(report)
        if self.calls:
            self.calls["divisor"] = 1
        self.proof = hashlib.sha256(self.output.read_bytes()).hexdigest()


def plan(section, ways, inputs, directory, only=None):
    """The cells of one place, and what is left out with its reason."""
    cells, skipped = [], []
    for item, words in COMMANDS.items():
        if only and item not in only:
            continue
        if not shutil.which(words[0]):
            skipped.append((item, f"{words[0]} is not installed (Debian package {PACKAGES.get(item, item)})"))
            continue
        path, size = inputs[input_of(words)]
        output = directory / "output.s"
        names = {name: str(where) for name, (where, _) in inputs.items()} | {"output": str(output)}
        command = [word.format(**names) for word in words]
        cells += [ProgramCell(section, item, way, size, command=command, output=output) for way in ways]
    return cells, skipped
