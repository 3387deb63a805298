"""The per-call table (make bench-calls) as a part of the whole."""

import csv
import subprocess

from failure import Failure, WrongData
from tools import TOP

WORDS = ("operation", "place", "window")


def measure(work, options):
    """Runs bench/calls.sh; returns its rows, {column: text or number}."""
    table = work / "calls.tsv"
    done = subprocess.run([TOP / "bench" / "calls.sh", *options, "--tsv", table], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        error = WrongData if done.returncode == 1 else Failure
        raise error(f"calls.sh: {done.stderr.strip() or f'ended with {done.returncode}'}")
    with open(table, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{name: value if name in WORDS else float(value) for name, value in row.items()} for row in rows]
