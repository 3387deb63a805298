"""The record of a run: results.json (its schema is in docs/bench.md) and results.csv, one line a cell."""

import csv
import json

from device import COLUMNS
from plan import BY_NAME
from spread import seconds_of, speed_up, summary

SCHEMA = 1
TIMES = ("user", "system", "processor", "wall")


def cell_record(cell):
    """One member of "cells". Times are of one turn, which did 1 / divisor of the work."""
    section = BY_NAME[cell.section]
    done = cell.amount(section.unit) / cell.divisor
    record = {"section": cell.section, "item": cell.item, "way": cell.way.name, "reaches": cell.reaches,
              "bytes": cell.bytes, "records": cell.records or None, "divisor": cell.divisor, "turns": len(cell.samples)}
    record.update({what: summary(seconds_of(cell.samples, what)) for what in TIMES})
    record["speed"] = {"unit": section.unit,
                       **summary([done / seconds for seconds in seconds_of(cell.samples, "wall")])}
    record["calls"] = call_record(cell)
    record["device"] = cell.watch.columns(sum(seconds_of(cell.samples, "wall")))
    record["samples"] = cell.samples
    return record


def call_record(cell):
    """Calls of the whole work: what was counted of a part, times the part."""
    if not cell.calls:
        return None
    parts = cell.calls["divisor"]
    record = {name: cell.calls[name] if cell.calls[name] is None else cell.calls[name] * parts
              for name in ("reads", "writes", "seeks", "all", "bytes")}
    transfers = record["reads"] + record["writes"]
    return {**record, "bytes_a_call": record["bytes"] / transfers if transfers else None,
            "counted_divisor": parts, "source": cell.calls["source"]}


def ratios(cells):
    """How many times as fast as libc libbuf is, each with its default buffer, wherever both were measured."""
    by_key = {(cell["section"], cell["item"], cell["way"]): cell for cell in cells}
    found = []
    for (section, item, way), libbuf in by_key.items():
        base = by_key.get((section, item, "libc"))
        if way == "libbuf" and base:
            found.append({"section": section, "item": item, "wall": speed_up(base, libbuf),
                          "processor": speed_up(base, libbuf, "processor")})
    return found


def write_json(path, results):
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def figure(value):
    return "" if value is None else f"{value:.6g}"


def write_csv(path, results):
    steps = ("least", "median", "most")
    columns = ["section", "item", "way", "reaches", "bytes", "records", "divisor", "turns", "unit"]
    columns += [f"{what}_{step}" for what in (*TIMES, "speed") for step in steps]
    counted = ["reads", "writes", "seeks", "all", "bytes_a_call"]
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow([*columns, *(f"calls_{name}" for name in counted), *(f"device {name}" for name in COLUMNS),
                        "not_here"])
        for cell in results["cells"]:
            row = [cell[name] for name in columns[:8]] + [cell["speed"]["unit"]]
            row += [f"{cell[what][step]:.6g}" for what in (*TIMES, "speed") for step in steps]
            calls = cell["calls"] or {}
            row += ["" if calls.get(name) is None else f"{calls[name]:.0f}" for name in counted]
            row += [figure(value) for value in (cell["device"] or dict.fromkeys(COLUMNS)).values()]
            table.writerow([*row, ""])
        for absent in results["absent"]:
            row = [absent["section"], absent["item"], absent["way"]]
            table.writerow([*row, *[""] * (len(columns) - 3 + len(counted) + len(COLUMNS)), absent["why"]])
