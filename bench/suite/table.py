"""Tables of the results: rows are chunks, calls or programs, columns the ways. Every time stands with its least and
most, and a part of the work that stands for the whole is marked."""

import layer_ways
from device import COLUMNS
from layers import PACES
from ways import WAYS

EVERY_WAY = (*WAYS, *layer_ways.WRITERS, *layer_ways.READERS, *layer_ways.SCHEDULERS)
TITLES = {way.name: way.title for way in EVERY_WAY}
REACHES = {layer_ways.KERNEL: "page cache", layer_ways.DEVICE: "device's cache", layer_ways.DURABLE: "durable"}


def cells_of(results, section):
    """{(item, way): cell}, in the order in which they were measured."""
    return {(cell["item"], cell["way"]): cell for cell in results["cells"] if cell["section"] == section}


def items_of(cells):
    return list(dict.fromkeys(item for item, _ in cells))


def ways_of(cells):
    """In the order of ways.py and layer_ways.py."""
    there = {way for _, way in cells}
    return [way.name for way in EVERY_WAY if way.name in there]


def item_title(item):
    number, _, pace = item.partition(" ")
    if not number.isdigit() or (pace and pace not in PACES):
        return item
    if pace:
        return f"{item_title(number)}, {PACES[pace]}"
    size = int(item)
    if size >= 1 << 20:
        return f"{size >> 20} MiB"
    return f"{size >> 10} KiB" if size >= 1024 else f"{size} B"


def duration(seconds):
    """Three digits."""
    if seconds >= 99.95:
        return f"{seconds:.0f} s"
    if seconds >= 0.9995:
        return f"{seconds:.3g} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 0.9995e-3 else f"{seconds * 1e6:.3g} us"


def time_range(cell, what="wall"):
    """median (least to most) of the whole work."""
    median, least, most = (duration(cell[what][step] * cell["divisor"]) for step in ("median", "least", "most"))
    mark = f" [1/{cell['divisor']}]" if cell["divisor"] > 1 else ""
    return f"{median} ({least} to {most}){mark}"


def speed(cell):
    """median (least to most)"""
    values = [cell["speed"][step] for step in ("median", "least", "most")]
    median, least, most = (f"{value:,.0f}" if value >= 10 else f"{value:.2g}" for value in values)
    return f"{median} ({least} to {most})"


def count(value):
    return "" if value is None else f"{value:,.0f}"


def pivot(results, section, text):
    """The heading and the rows of a table; text(cell) is what stands in each place."""
    cells = cells_of(results, section)
    ways = ways_of(cells)
    rows = [[item_title(item), *(text(cells[item, way]) if (item, way) in cells else "" for way in ways)]
            for item in items_of(cells)]
    return ["", *(TITLES[way] for way in ways)], rows


def all_calls(cell):
    """System calls of the whole work: all of them, or where only these can be seen, reads and writes."""
    calls = cell["calls"]
    if not calls:
        return ""
    return count(calls["all"]) if calls["all"] is not None else f"{count(calls['reads'] + calls['writes'])}*"


def full(results, section):
    """Every figure of a section, a cell a line."""
    heading = ["", "through", "calls", "reads", "writes", "seeks", "bytes a call", "user", "system", "wall",
               next(entry["unit"] for entry in results["sections"] if entry["name"] == section), "turns"]
    rows, last = [], None
    for (item, way), cell in cells_of(results, section).items():
        calls = cell["calls"] or {}
        rows.append([item_title(item) if item != last else "", TITLES[way], all_calls(cell),
                     *(count(calls.get(name)) for name in ("reads", "writes", "seeks", "bytes_a_call")),
                     *(time_range(cell, what) for what in ("user", "system", "wall")), speed(cell),
                     str(cell["turns"])])
        last = item
    return heading, rows


def times(ratio):
    """How many times as fast: by the medians, and from round to round."""
    if not ratio:
        return "too short for the clock"
    rounds = ratio["rounds"]
    return f"{ratio['of_median']:.2f} ({rounds['least']:.2f} to {rounds['most']:.2f})"


def ratios(results):
    heading = ["", "", "wall", "wall, of the least times", "processor time"]
    titles = {entry["name"]: entry["title"] for entry in results["sections"]}
    rows, last = [], None
    for ratio in results["ratios"]:
        least = f"{ratio['wall']['of_least']:.2f}" if ratio["wall"] else ""
        rows.append([titles[ratio["section"]] if ratio["section"] != last else "", item_title(ratio["item"]),
                     times(ratio["wall"]), least, times(ratio["processor"])])
        last = ratio["section"]
    return heading, rows


def meanwhile(section):
    """How many rounds a section had, and what disturbed it."""
    load = section["load"]
    return (f"{section['rounds']} rounds; meanwhile other work kept {load['others']:.2f} processors busy, and the host "
            f"took {load['steal']:.2f} away.")


def reasons(results, section):
    """{(item, way): why there is no figure}."""
    return {(entry["item"], entry["way"]): entry["why"] for entry in results["absent"] if entry["section"] == section}


def speeds(results, section):
    """A row for each way, for each item its speed (median, least, most), the MB/s of that and the system calls of a
    record, or in place of figures why there are none."""
    cells, why = cells_of(results, section), reasons(results, section)
    items = list(dict.fromkeys(item for item, _ in [*cells, *why]))
    ways = [way for way in EVERY_WAY if any((item, way.name) in cells or (item, way.name) in why for item in items)]
    unit = next(entry["unit"] for entry in results["sections"] if entry["name"] == section)
    reaching = any(cell["reaches"] for cell in cells.values())
    counted = any(cell["calls"] for cell in cells.values())
    heading = ["", *(["record is then"] if reaching else [])]
    for item in items:
        heading += [f"{item_title(item)}: {unit}", *(["MB/s"] if unit != "MB/s" else []),
                    *(["calls a record"] if counted else [])]
    rows = []
    for way in ways:
        row = [way.title, *([REACHES.get(way.reaches, "")] if reaching else [])]
        for item in items:
            cell = cells.get((item, way.name))
            if cell:
                row += [speed(cell), *([megabytes(cell)] if unit != "MB/s" else []),
                        *([calls_a_record(cell)] if counted else [])]
            else:
                text = f"not here: {why[item, way.name]}" if (item, way.name) in why else ""
                row += [text, *([""] if unit != "MB/s" else []), *([""] if counted else [])]
        rows.append(row)
    return heading, rows


def megabytes(cell):
    value = cell["bytes"] / 1e6 / (cell["wall"]["median"] * cell["divisor"])
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def calls_a_record(cell):
    """All of them, or where only these can be seen, reads and writes."""
    calls, size = cell["calls"], cell["item"].split()[0]
    if not calls or not size.isdigit():
        return ""
    number, mark = (calls["all"], "") if calls["all"] is not None else (calls["reads"] + calls["writes"], "*")
    return f"{number / (cell['bytes'] / int(size)):.3g}{mark}"


def device(results, section):
    """What iostat would have shown of the device during the turns of each cell."""
    rows, last = [], None
    for (item, way), cell in cells_of(results, section).items():
        there = cell["device"]
        figures = [device_figure(there[name]) for name in COLUMNS] if there else [""] * len(COLUMNS)
        rows.append([item_title(item) if item != last else "", TITLES[way], *figures])
        last = item
    return ["", "through", *COLUMNS], rows


def device_figure(value):
    """None: nothing of the kind was done, or this kernel does not count it."""
    return "" if value is None else "0" if value == 0 else f"{value:,.0f}" if value >= 99.5 else f"{value:.2g}"


def device_note(results):
    disk = results["environment"]["device"]
    if disk["why"]:
        return f"The device: none, since {disk['why']}."
    return (f"{disk['name']} during the turns, as iostat -x shows it; whatever else ran counts too. MB are 10^6 bytes, "
            "sizes of requests KiB, waits ms.")


def environment(results):
    """(name, text) pairs."""
    machine = results["environment"]
    processor, disk, files = machine["processor"], machine["device"], machine["file_system"]
    caches = ", ".join(f"{name} {size}" for name, size in processor["caches"].items())
    load = machine["load"]
    device_text = f"none ({disk['why']})"
    if disk["name"]:
        device_text = (f"{disk['name']}{' ' + disk['model'] if disk['model'] else ''}, {disk['bytes'] / 1e9:.0f} GB, "
                       f"scheduler {disk['scheduler']}, cache {disk['write_cache']}, FUA {disk['fua']}, "
                       f"blocks of {disk['logical_block_size']} bytes (physical {disk['physical_block_size']}), "
                       f"read-ahead {disk['read_ahead_kb']} KiB, {disk['nr_requests']} requests of at most "
                       f"{disk['max_sectors_kb']} KiB, merges {'on' if disk['nomerges'] == '0' else 'limited'}, "
                       f"rotational {disk['rotational']}{'; ' + disk['why'] if disk['why'] else ''}")
    yield "processor", (f"{processor['model']} (family {processor['family']}, model {processor['number']}), "
                        f"{processor['count']} processors, {processor['megahertz']} MHz; {caches}"
                        f"{'; a virtual machine' if processor['virtual'] else ''}")
    yield "memory", f"{machine['memory'] / 2**30:.1f} GiB"
    yield "kernel", machine["kernel"]
    yield "system", f"{machine['system']}, {machine['libc']}"
    yield "file system", f"{files['type']} ({files['options']}), blocks of {files['block']} bytes"
    yield "device", device_text
    yield "load", (f"other work kept {load['others']:.2f} of {processor['count']} processors busy on average, and the "
                   f"host took {load['steal']:.2f} away; load average at the end {load['average']:.1f}; nice "
                   f"{machine['priority']}")
    yield "cold cache", " and ".join(machine["eviction"]) or "not measured"
    tools = {**machine["tools"], "python": f"Python {machine['tools']['python']}"}
    yield "tools", ", ".join(" ".join(text.split()) for text in tools.values() if text)
    yield "run", (f"{results['started']}, {results['seconds'] / 60:.1f} minutes"
                  f"{', quick' if results['quick'] else ''}, seed {results['seed']}, "
                  f"files of {results['bytes'] / 1e6:.0f} MB")
