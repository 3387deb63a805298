#!/usr/bin/env python3
"""What counting costs: the same calls bare, under bufcount and under others, in shuffled turns.

Prints a table in Markdown, and writes it into docs/bufcount.md between its marks when told to with --document.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build")
PROGRAM = os.path.join(BUILD, "bench", "count_cost")
PAGE = os.path.join(ROOT, "docs", "bufcount.md")
BEGIN, END = "<!-- costs: written by make bench-count -->\n", "<!-- end of costs -->\n"
ROUNDS = 15

# Name, the command in front, an option of the program, the calls of a round.
WAYS = [
    ("bare", [], [], 20000),
    ("dispatch armed, nothing counted", [], ["--armed"], 20000),
    ("bufcount", ["bufcount"], [], 20000),
    ("bufcount --no-stdio", ["bufcount", "--no-stdio"], [], 20000),
    ("bufcount --no-patch (dispatch alone)", ["bufcount", "--no-patch"], [], 1000),
    ("perf trace -s", ["perf", "trace", "-s", "-o", "/dev/null"], [], 2000),
    ("strace -f -c", ["strace", "-f", "-c", "-o", "/dev/null"], [], 200),
]
CALLS = [
    ("write", 1, "write, 1 byte to /dev/null"),
    ("getppid", 1, "getppid"),
    ("read", 1, "read, 16 bytes of a cached file"),
    ("write", 2, "write, two threads"),
    ("getppid", 2, "getppid, two threads"),
    ("read", 2, "read, two threads"),
    ("spawn", 1, "a process (vfork, exec of true, wait)"),
]


def command_of(way, call, threads, file):
    _, front, options, calls = way
    if front and front[0] == "bufcount":
        front = [os.path.join(BUILD, "bufcount"), "-o", "/dev/null", *front[1:]]
    if call == "spawn":
        return [*front, PROGRAM, *options, call, "1", "20", "1", shutil.which("true")]
    return [*front, PROGRAM, *options, call, str(threads), str(ROUNDS), str(calls), file]


def works(way, file):
    try:
        done = subprocess.run(command_of(way, "getppid", 1, file), capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and len(done.stdout.split()) == 2


def applies(way, call):
    """Dispatch does not survive the exec of a spawned program."""
    return "--armed" not in way[2] or call[0] != "spawn"


def measure(ways, turns, file):
    """Nanoseconds by (way, call): the least of all rounds, the median of the turns' medians."""
    jobs = [(way, call) for way in ways for call in CALLS if applies(way, call)]
    found = {}
    for turn in range(turns):
        random.shuffle(jobs)
        for way, call in jobs:
            done = subprocess.run(command_of(way, call[0], call[1], file), capture_output=True, check=True)
            least, median = map(float, done.stdout.split())
            found.setdefault((way[0], call[2]), []).append((least, median))
        print(f"turn {turn + 1} of {turns}", file=sys.stderr)
    return {key: (min(x[0] for x in rows), statistics.median(x[1] for x in rows)) for key, rows in found.items()}


def amount(nanoseconds):
    if nanoseconds >= 100000:
        return f"{nanoseconds / 1000:,.0f} us"
    if nanoseconds >= 10000:
        return f"{nanoseconds / 1000:,.1f} us"
    return f"{nanoseconds:,.0f} ns"


def table(ways, figures):
    lines = ["| | " + " | ".join(call[2] for call in CALLS) + " |", "|---|" + "---:|" * len(CALLS)]
    for way in ways:
        cells = []
        for call in CALLS:
            if not applies(way, call):
                cells.append("")
                continue
            least, median = figures[way[0], call[2]]
            bare = figures["bare", call[2]][0]
            text = amount(least) if way[0] == "bare" else "+" + amount(max(least - bare, 0))
            cells.append(f"{text} ({amount(median)})")
        lines.append(f"| {way[0]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    return f"{model}, {os.cpu_count()} processors, Linux {os.uname().release.split('-')[0]}"


def document(text):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    head, rest = page.split(BEGIN)
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(head + BEGIN + text + END + rest.split(END)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--turns", type=int, default=7, help="how often each way is measured (7)")
    parser.add_argument("--document", action="store_true", help="write the table into docs/bufcount.md")
    options = parser.parse_args()
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(1 << 20))
        file.flush()
        ways = [way for way in WAYS if works(way, file.name)]
        missing = [way[0] for way in WAYS if way not in ways]
        figures = measure(ways, options.turns, file.name)
    text = f"Measured on: {machine()}; {options.turns} turns of {ROUNDS} rounds.\n"
    text += "".join(f"Not permitted or not installed here: {name}.\n" for name in missing)
    text += "\n" + table(ways, figures)
    print(text, end="")
    if options.document:
        document(text)


if __name__ == "__main__":
    main()
